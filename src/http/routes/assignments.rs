//! `POST /assignments`: who would answer for a case.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    Desk,
    answer::json_of,
    which::{self, MOMENTS_ZH},
};
use crate::{
    app::{
        assign::{AssignSource, Matter, MatterError, MatterWords},
        tasks,
    },
    domain::{duty::Roster, profile::Profile},
    http::{
        body::JsonBody,
        dto::assignment::{AssignmentAnswer, AssignmentBody, AssignmentJson, AssignmentRequest, AssignmentResults},
        problem::{Kind, Occurrence, Problem, printable},
        query::RawQuery,
    },
};
use axum::extract::FromRequest;

/// Cases in one request.
const MAX_ASSIGNMENTS: usize = 1_000;

/// Times of one request at which others are on duty: each is a look at all postings.
const MAX_ROSTERS: usize = 16;

/// Who would answer for a case, by the profile's rules; nothing is recorded.
///
/// One object, or a list of at most 1000, answered in its order; a bad one is answered in place. In an exclusive area the rules
/// for exclusive areas come first, then the others, each in the profile's order; the first that finds somebody on duty wins. When
/// none does, the levels are climbed, and last comes the organisation of last resort. On a road or ditch that is a border its
/// owner answers (归属). With `accuracy_m` nobody is called on a level that the position cannot be trusted for, and `to_check`
/// says so. Where several units share the place, `unit` chooses one. `explain` says why, in Chinese and English.
#[utoipa::path(post, path = "/assignments", tag = "assignments", params(
    ("edition" = Option<u32>, Query, description = "By the areas of this edition; of the one in force when left out / 版本"),
    ("as_of" = Option<String>, Query, description = "Of the edition in force then: RFC 3339 with Z or an offset, or a date / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then; now when left out / 知悉时点"),
), request_body = AssignmentBody, responses((status = 200, description = "Who would answer, and why / 试派结果", body = AssignmentAnswer)))]
pub(super) async fn assign(State(desk): State<Desk>, query: RawQuery, request: Request) -> Result<Response, Problem> {
    let query = query.allow(&which::PARAMETERS)?;
    let view = which::view(&desk, &query).await?;
    let snapshot = Arc::clone(view.snapshot());
    let JsonBody(body) = JsonBody::<Value>::from_request(request, &()).await?;
    let now = desk.app.district().clock().now();
    let is_list = body.is_array();
    let cases = match body {
        Value::Array(list) => list,
        one => vec![one],
    };
    if cases.len() > MAX_ASSIGNMENTS {
        let found = cases.len();
        let zh = format!("共 {found} 件，超过上限 max-assignments（{MAX_ASSIGNMENTS} 件）");
        let en = format!("{found} cases, beyond the limit max-assignments of {MAX_ASSIGNMENTS}");
        return Err(Problem::new(Kind::ContentTooLarge, zh, en).with("limit", "max-assignments"));
    }
    let mut rosters = Rosters { known: vec![Arc::clone(snapshot.roster())] };
    let mut asked = Vec::with_capacity(cases.len());
    for case in cases {
        let id = case.get("id").filter(|id| id.is_string() || id.is_number()).cloned();
        let ready = match matter(&snapshot.profile, now, case) {
            Ok(matter) => rosters.at(&desk, matter.at).await.map(|roster| (matter, roster)),
            Err(problem) => Err(problem),
        };
        asked.push((id, ready));
    }
    let source = AssignSource { snapshot, places: Arc::clone(desk.app.served().places.directory()) };
    let edition = source.snapshot.edition_number();
    tasks::compute(move || {
        let mut results = Vec::with_capacity(asked.len());
        for (id, ready) in asked {
            let told = ready.and_then(|(matter, roster)| {
                let tell = |ground: crate::domain::assign::Ground<'_>,
                            case: &crate::domain::assign::Case<'_>,
                            found: &crate::domain::assign::Assignment<'_>| {
                    AssignmentJson::new(&source.snapshot, &source.places, (ground, case, found), id.clone())
                };
                source.assign(&matter, &roster, tell).map_err(|error| problem_of(&error))
            });
            if !is_list {
                return told.map(|told| json_of(edition, AssignmentAnswer::One(Box::new(told))));
            }
            results.push(match told {
                Ok(told) => serde_json::to_value(told).expect("an assignment is a plain object"),
                Err(problem) => in_place(id, results.len() + 1, &problem),
            });
        }
        Ok(json_of(edition, AssignmentAnswer::Many(AssignmentResults { edition, results })))
    })
    .await
}

/// A problem of one record of a list.
fn in_place(id: Option<Value>, record: usize, problem: &Problem) -> Value {
    let mut error = problem.json(&Occurrence::default());
    error["record"] = record.into();
    let mut told = serde_json::json!({ "error": error });
    if let Some(id) = id {
        told["id"] = id;
    }
    told
}

/// Who is on duty at the times of one request.
struct Rosters {
    known: Vec<Arc<Roster>>,
}

impl Rosters {
    async fn at(&mut self, desk: &Desk, at: OffsetDateTime) -> Result<Arc<Roster>, Problem> {
        if let Some(known) = self.known.iter().find(|roster| roster.holds().contains(at)) {
            return Ok(Arc::clone(known));
        }
        if self.known.len() > MAX_ROSTERS {
            let zh = format!("一次请求中在岗情况不同的时点超过 {MAX_ROSTERS} 个，请分次提交");
            let en = format!("more than {MAX_ROSTERS} times with others on duty in one request; send them apart");
            return Err(Problem::bad_parameter("at", zh, en, format!("at most {MAX_ROSTERS} such times")));
        }
        let roster = desk.app.district().roster_at(&self.known[0], at).await;
        self.known.push(Arc::clone(&roster));
        Ok(roster)
    }
}

/// The case that a record is.
fn matter(profile: &Profile, now: OffsetDateTime, case: Value) -> Result<Matter, Problem> {
    let request: AssignmentRequest = serde_json::from_value(case).map_err(|error| {
        let (zh, en) = (format!("不是所要的 JSON（{error}）"), format!("not the JSON that is needed: {error}"));
        Problem::bad_request(zh, en)
    })?;
    let AssignmentRequest { lon, lat, crs, accuracy_m, accuracy_kind, category, at, unit, id: _ } = request;
    let words = MatterWords { x: lon, y: lat, crs, accuracy_m, accuracy_kind, category, at, unit };
    words.read(profile, now).map_err(|error| problem_of(&error))
}

fn problem_of(error: &MatterError) -> Problem {
    match error {
        MatterError::Question(error) => {
            let trouble = error.trouble();
            let field = trouble.field.as_deref().unwrap_or_default();
            Problem::bad_parameter(field, &*trouble.zh, &*trouble.en, &*trouble.allowed)
        }
        MatterError::Category { found, allowed } => {
            let shown = printable(found);
            let zh = format!("没有事项类别 {shown}");
            Problem::bad_parameter("category", zh, format!("{shown} is no category"), allowed)
        }
        MatterError::Unit { found, allowed } => {
            let shown = printable(found);
            let zh = format!("{shown} 不是此位置可能所属的区域");
            Problem::bad_parameter("unit", zh, format!("{shown} is no area that the position may lie in"), allowed)
        }
        MatterError::Word { field, found, allowed } => {
            let shown = printable(found);
            let (zh, en) = (format!("{field} 的取值 {shown} 无效"), format!("{field} is {shown}"));
            match (*field, allowed.as_slice()) {
                ("at", [moments]) => Problem::bad_parameter(field, zh, en, format!("{MOMENTS_ZH} / {moments}")),
                _ => Problem::bad_parameter(field, zh, en, allowed),
            }
        }
        MatterError::Address { zh, en, allowed } => Problem::bad_parameter("address", &**zh, &**en, &**allowed),
    }
}
