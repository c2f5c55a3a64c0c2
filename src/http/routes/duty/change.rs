//! Changes: organisations and people entered, appointments, hand-overs, ends.

use axum::{extract::State, response::Response};
use http::StatusCode;
use time::OffsetDateTime;

use crate::{
    app::{
        Served,
        duty::{Bad, Enrolment, NewOrganisation, NewPerson, Who, employ, employed, organise},
        service::ChangeError,
    },
    domain::{
        duty::{
            Holder, Object, Order, OrganisationId, Period, PersonId, PostingId, Staff, StaffChange,
            change::{Refusal, Wanted, appoint, end, withdraw},
            need::{applies, chairs},
        },
        profile::Profile,
    },
    formats::moment::{MOMENTS, parse_moment},
    http::{
        body::JsonBody,
        dto::duty::{Changed, EndBody, OrganisationBody, PersonBody, PersonOf, PostingBody},
        openapi::ProblemBody,
        path::Segments,
        problem::{Kind, Problem},
        query::RawQuery,
        routes::{Desk, answer::json_of, which::MOMENTS_ZH},
    },
    store::{Act, StaffError},
};

/// How often a change is made again because somebody else changed duties in between.
const MAX_TRIES: usize = 5;

/// Who is named when nobody says.
const ANONYMOUS: &str = "匿名 / anonymous";

/// Longest name of an author.
const MAX_AUTHOR_CHARACTERS: usize = 200;

/// Enters an organisation.
#[utoipa::path(post, path = "/organisations", tag = "duty", request_body = OrganisationBody, responses(
    (status = 201, description = "Entered / 已登记", body = Changed),
    (status = 422, description = "Breaks a rule: which field, what is wrong, what is allowed / 未通过", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn add_organisation(
    State(desk): State<Desk>,
    query: RawQuery,
    body: JsonBody<OrganisationBody>,
) -> Result<(StatusCode, Response), Problem> {
    query.allow(&[])?;
    put_organisation(&desk, Who::New, body.0).await.map(|done| (StatusCode::CREATED, done))
}

/// Changes an organisation: all of its fields.
#[utoipa::path(put, path = "/organisations/{id}", tag = "duty", params(("id" = u32, Path, description = "Its number / 编号")),
request_body = OrganisationBody, responses(
    (status = 200, description = "Changed / 已更新", body = Changed),
    (status = 404, description = "There is none / 不存在", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "Breaks a rule: which field, what is wrong, what is allowed / 未通过", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn set_organisation(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    body: JsonBody<OrganisationBody>,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let id = i64::from(segments.u32("id")?);
    if desk.app.served().snapshot.roster().staff().organisation(OrganisationId(id)).is_none() {
        return Err(Problem::not_found(format!("没有编号为 {id} 的单位"), format!("there is no organisation {id}")));
    }
    put_organisation(&desk, Who::Known(id), body.0).await
}

async fn put_organisation(desk: &Desk, who: Who, body: OrganisationBody) -> Result<Response, Problem> {
    let new = NewOrganisation {
        name: body.name,
        short_name: body.short_name,
        credit_code: body.credit_code,
        duty_phone: body.duty_phone,
        parent: body.parent,
    };
    let summary = format!("organisation {}", new.name.trim());
    change(desk, body.author, &summary, |_, staff| {
        let Enrolment { change, id } = organise(staff, who, new.clone()).map_err(bad)?;
        Ok((change, id))
    })
    .await
}

/// Enters a person.
#[utoipa::path(post, path = "/people", tag = "duty", request_body = PersonBody, responses(
    (status = 201, description = "Entered / 已登记", body = Changed),
    (status = 422, description = "Breaks a rule: which field, what is wrong, what is allowed / 未通过", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn add_person(
    State(desk): State<Desk>,
    query: RawQuery,
    body: JsonBody<PersonBody>,
) -> Result<(StatusCode, Response), Problem> {
    query.allow(&[])?;
    put_person(&desk, Who::New, body.0).await.map(|done| (StatusCode::CREATED, done))
}

/// Changes a person: all of the fields. What was known before stays known as it was then.
#[utoipa::path(put, path = "/people/{id}", tag = "duty", params(("id" = u32, Path, description = "The number / 编号")),
request_body = PersonBody, responses(
    (status = 200, description = "Changed / 已更新", body = Changed),
    (status = 404, description = "There is none / 不存在", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "Breaks a rule: which field, what is wrong, what is allowed / 未通过", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn set_person(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    body: JsonBody<PersonBody>,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let id = i64::from(segments.u32("id")?);
    if desk.app.served().snapshot.roster().staff().person(PersonId(id)).is_none() {
        return Err(Problem::not_found(format!("没有编号为 {id} 的人员"), format!("there is no person {id}")));
    }
    put_person(&desk, Who::Known(id), body.0).await
}

async fn put_person(desk: &Desk, who: Who, body: PersonBody) -> Result<Response, Problem> {
    let new = NewPerson { name: body.name, phone: body.phone, organisation: body.organisation };
    change(desk, body.author, "a person", |_, staff| {
        let Enrolment { change, id } = employ(staff, who, new.clone()).map_err(bad)?;
        Ok((change, id))
    })
    .await
}

/// Makes a posting: an appointment, a hand-over from a date (`takes_over`), a stand-in, a known vacancy.
#[utoipa::path(post, path = "/postings", tag = "duty", request_body = PostingBody, responses(
    (status = 201, description = "Made / 已任命", body = Changed),
    (status = 409, description = "Somebody holds the post at that time / 该岗位已有人", body = ProblemBody, content_type = "application/problem+json"),
    (status = 422, description = "Breaks a rule: which field, what is wrong, what is allowed / 未通过", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn add_posting(
    State(desk): State<Desk>,
    query: RawQuery,
    body: JsonBody<PostingBody>,
) -> Result<(StatusCode, Response), Problem> {
    query.allow(&[])?;
    let body = body.0;
    let summary = format!("a posting as {}", body.role);
    let done = change(&desk, body.author.clone(), &summary, |served, staff| posting(served, staff, &body)).await?;
    Ok((StatusCode::CREATED, done))
}

/// Ends a posting at a time, or takes one back that was entered in error.
#[utoipa::path(post, path = "/postings/{id}/end", tag = "duty", params(("id" = u32, Path, description = "Its number / 任职编号")),
request_body = EndBody, responses(
    (status = 200, description = "Ended / 已结束", body = Changed),
    (status = 404, description = "There is none / 不存在", body = ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "It is not held then / 届时未任职", body = ProblemBody, content_type = "application/problem+json"),
))]
pub(in crate::http::routes) async fn end_posting(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
    body: JsonBody<EndBody>,
) -> Result<Response, Problem> {
    query.allow(&[])?;
    let (id, body) = (PostingId(i64::from(segments.u32("id")?)), body.0);
    let at = moment("at", body.at.as_deref(), desk.app.district().profile())?.unwrap_or(desk.app.district().now());
    let summary = format!("{} of posting {}", if body.withdraw { "withdrawal" } else { "end" }, id.0);
    change(&desk, body.author, &summary, |_, staff| {
        let change = if body.withdraw { withdraw(staff, id) } else { end(staff, id, at) };
        Ok((change.map_err(refused)?, id.0))
    })
    .await
}

/// The posting that a body describes, with the person if it is a new one.
fn posting(served: &Served, staff: &Staff, body: &PostingBody) -> Result<(StaffChange, i64), Problem> {
    let snapshot = &served.snapshot;
    let profile = &snapshot.profile;
    let known: Vec<&str> = profile.roles.iter().map(|role| role.id.as_str()).collect();
    let role = profile.roles.iter().find(|role| role.id == body.role);
    let role = role.ok_or_else(|| wrong("role", "没有这个岗位", "there is no such role", &known.join(", ")))?;
    let order = match body.order.as_deref() {
        None => Order::A,
        Some(text) => {
            Order::from_id(text).ok_or_else(|| wrong("order", "无此角色次序", "there is no such order", "A, B"))?
        }
    };
    let (object, seats) = match (&body.area, body.place) {
        (Some(code), None) => {
            let found = snapshot.hierarchy.find(code);
            let index = found.ok_or_else(|| {
                wrong("area", "现行版本没有这个区域", "the edition in force has no such area", "the code of an area")
            })?;
            let area = snapshot.hierarchy.area(index);
            let (_, max) = role.count_in(area.branch.as_deref());
            if !applies(role, area.facts()) || max == 0 {
                let level = &profile.level(role.level).id;
                let en = format!("role {} is not for this level, kind or branch of area", role.id);
                return Err(wrong(
                    "role",
                    "该岗位不属于此层级、类别或分支的区域",
                    &en,
                    &format!("an area of level {level}"),
                ));
            }
            (Object::Area(area.id), chairs(order, max))
        }
        (None, Some(place)) => {
            if served.places.directory().find(place).is_none() {
                let (zh, en) = (format!("没有编号为 {place} 的点位"), format!("there is no place {place}"));
                return Err(wrong("place", &zh, &en, "see GET /places"));
            }
            (Object::Place(place), chairs(order, role.max))
        }
        _ => {
            return Err(wrong(
                "area",
                "须给出 area 或 place 之一",
                "one of area and place is needed",
                "area, or place",
            ));
        }
    };
    let behalf = body.organisation.map(OrganisationId);
    if let Some(id) = behalf.filter(|id| staff.organisation(*id).is_none()) {
        let en = format!("there is no organisation {}", id.0);
        return Err(wrong("organisation", &format!("没有编号为 {} 的单位", id.0), &en, "see GET /organisations"));
    }
    let mut entered = StaffChange::default();
    let person = match &body.person {
        None => None,
        Some(PersonOf::Id(id)) => {
            let en = format!("there is no person {id}");
            let known = staff.person(PersonId(*id)).map(|person| person.id);
            Some(known.ok_or_else(|| wrong("person", &format!("没有编号为 {id} 的人员"), &en, "see GET /people"))?)
        }
        Some(PersonOf::New(new)) => {
            let new = NewPerson { name: new.name.clone(), phone: new.phone.clone(), organisation: new.organisation };
            match employed(staff, &new) {
                Some(known) => Some(known),
                None => {
                    let Enrolment { change, id } = employ(staff, Who::New, new).map_err(bad)?;
                    entered = change;
                    Some(PersonId(id))
                }
            }
        }
    };
    let holder = match (person, behalf, body.vacant) {
        (Some(person), behalf, false) => Holder::Person(person, behalf),
        (None, Some(organisation), false) => Holder::Organisation(organisation),
        (None, None, true) => Holder::Vacant,
        _ => {
            let en = "a person, an organisation, or vacant = true, and not both";
            return Err(wrong("person", "须给出人员或单位，或注明缺岗，且不可并存", en, en));
        }
    };
    let bound = |name, text: &Option<String>| moment(name, text.as_deref(), profile);
    let valid = Period::new(bound("valid_from", &body.valid_from)?, bound("valid_to", &body.valid_to)?);
    let valid = valid.ok_or_else(|| {
        wrong("valid_to", "结束时间不晚于开始时间", "it ends before it begins", "a time after valid_from")
    })?;
    let (takes_over, stands_in) = (body.takes_over, body.stands_in);
    let role = role.id.clone();
    let wanted = Wanted { object, role, order, seat: body.seat, seats, holder, stands_in, valid, takes_over };
    let mut change = appoint(staff, wanted).map_err(refused)?;
    // The person has the next number, the posting the one after it.
    let shift = i64::from(!entered.is_empty());
    let last = change.put.postings.last_mut().expect("an appointment puts a posting");
    last.id = PostingId(last.id.0 + shift);
    let id = last.id.0;
    change.put.people = entered.put.people;
    Ok((change, id))
}

/// Makes a change on what is served, again when somebody else was quicker.
pub(super) async fn change(
    desk: &Desk,
    author: Option<String>,
    summary: &str,
    planned: impl Fn(&Served, &Staff) -> Result<(StaffChange, i64), Problem>,
) -> Result<Response, Problem> {
    desk.app.check_store(true)?;
    let actor = author.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let is_bad = |text: &String| text.chars().count() > MAX_AUTHOR_CHARACTERS || text.chars().any(char::is_control);
    if actor.as_ref().is_some_and(is_bad) {
        let allowed = format!("at most {MAX_AUTHOR_CHARACTERS} characters, without line breaks and control characters");
        return Err(wrong("author", "过长或含控制字符", "it is too long, or has control characters", &allowed));
    }
    let actor = actor.unwrap_or_else(|| ANONYMOUS.to_owned());
    let mut tries = 0;
    loop {
        let served = desk.app.served();
        let staff = served.snapshot.roster().staff();
        let (change, id) = planned(&served, staff)?;
        let act = Act { actor: actor.clone(), at: desk.app.district().now(), summary: summary.to_owned() };
        tries += 1;
        match desk.app.change_staff(staff.revision, change, act).await {
            Ok(revision) => return Ok(json_of(desk.app.served().snapshot.edition_number(), Changed { id, revision })),
            Err(ChangeError::Staff(StaffError::Stale { .. })) if tries < MAX_TRIES => {
                desk.app.catch_up_with_store().await?
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn moment(name: &'static str, text: Option<&str>, profile: &Profile) -> Result<Option<OffsetDateTime>, Problem> {
    let (_, offset_minutes) = profile.time_zone;
    let Some(text) = text else { return Ok(None) };
    let parsed = parse_moment(text, offset_minutes);
    parsed.map(Some).ok_or_else(|| wrong(name, &format!("不是时间：{MOMENTS_ZH}"), "it is no time", MOMENTS))
}

/// The problem of a field that is bad.
pub(super) fn bad(bad: Bad) -> Problem {
    wrong(bad.field, &bad.zh, &bad.en, &bad.allowed)
}

/// A field that breaks a rule.
pub(super) fn wrong(field: &str, zh: &str, en: &str, allowed: &str) -> Problem {
    Problem::new(Kind::RulesBroken, format!("{field}：{zh}"), format!("{field}: {en}"))
        .with("field", field)
        .with("allowed", allowed)
}

fn refused(refusal: Refusal) -> Problem {
    let (zh, en) = (refusal.zh(), refusal.to_string());
    match refusal {
        Refusal::NoPosting(_) => Problem::not_found(zh, en),
        Refusal::Held(PostingId(id)) => Problem::conflict(zh, en).with("posting", id),
        Refusal::Full(_) | Refusal::NotThen(_) => Problem::conflict(zh, en),
        Refusal::WhichSeat(_) => wrong("seat", &zh, &en, "the chair that is taken over or stood in for"),
        Refusal::NoSeat { seats, .. } => wrong("seat", &zh, &en, &format!("1 to {seats}")),
        Refusal::NoBeginning => wrong("valid_from", &zh, &en, MOMENTS),
    }
}
