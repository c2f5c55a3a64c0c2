//! What a look-up asks for, out of its query.

use crate::{
    app::lookup::{AnswerSource, BatchOptions, Detail, Question, QuestionError},
    domain::{
        area::Level,
        crs::Crs,
        locate::AccuracyKind,
        profile::{CrsNames, Profile},
    },
    formats::{
        answers::{AnswerFormat, Headings},
        points::{PointFormat, PointOptions, Trouble},
    },
    http::{
        problem::{Problem, printable},
        query::Query,
        routes::{Desk, which},
    },
};

/// Longest name of a coordinate system.
const MAX_CRS_CHARACTERS: usize = 200;

/// Longest heading of a column.
const MAX_HEADING_CHARACTERS: usize = 200;

/// The question that a query asks in a district.
pub(super) fn question(query: &Query, profile: &Profile) -> Result<Question, Problem> {
    let x = query.need("lon", query.f64("lon")?)?;
    let y = query.need("lat", query.f64("lat")?)?;
    Ok(Question {
        x,
        y,
        crs: crs(query, &profile.crs)?,
        accuracy_m: query.f64("accuracy_m")?,
        accuracy_kind: accuracy_kind(query)?,
    })
}

/// What a query says for all records of a batch.
pub(super) fn options(
    query: &Query,
    profile: &Profile,
    input: PointFormat,
    output: AnswerFormat,
) -> Result<BatchOptions, Problem> {
    let levels: Vec<(&str, Level)> =
        (0..).zip(&profile.levels).map(|(ordinal, level)| (level.id.as_str(), Level(ordinal))).collect();
    let column = |name: &'static str| -> Result<Option<String>, Problem> {
        let Some(heading) = query.short_text(name, MAX_HEADING_CHARACTERS)? else { return Ok(None) };
        if input == PointFormat::Csv {
            return Ok(Some(heading.to_owned()));
        }
        let en = format!("parameter {name} names a column of CSV; the body is none");
        Err(Problem::bad_parameter(name, format!("参数 {name} 只用于 CSV 正文"), en, "with Content-Type text/csv"))
    };
    let accuracy_m = query.f64("accuracy_m")?;
    if let Some(metres) = accuracy_m {
        // Said once for all of them, rather than of every record.
        crate::domain::locate::Accuracy::new(metres, AccuracyKind::default())
            .ok_or_else(|| problem_of(&QuestionError::Accuracy(metres).trouble()))?;
    }
    Ok(BatchOptions {
        crs: crs(query, &profile.crs)?,
        accuracy_m,
        accuracy_kind: accuracy_kind(query)?,
        detail: query.one_of("answer", &[("full", Detail::Full), ("codes", Detail::Codes)])?,
        level: query.one_of("level", &levels)?.unwrap_or(profile.finest()),
        input,
        columns: PointOptions {
            crs: profile.crs.clone(),
            lon_column: column("lon_col")?,
            lat_column: column("lat_col")?,
        },
        output,
        headings: query.one_of("headings", &[("plain", Headings::Plain), ("zh", Headings::Zh)])?.unwrap_or_default(),
    })
}

/// What answers: the edition that the query means.
pub(super) async fn source(desk: &Desk, query: &Query) -> Result<AnswerSource, Problem> {
    Ok(which::view(desk, query).await?.answers)
}

/// The problem that a parameter has.
pub(super) fn problem_of(trouble: &Trouble) -> Problem {
    let field = trouble.field.as_deref().unwrap_or_default();
    Problem::bad_parameter(field, &*trouble.zh, &*trouble.en, &*trouble.allowed)
}

fn crs(query: &Query, names: &CrsNames) -> Result<Crs, Problem> {
    let Some(name) = query.short_text("crs", MAX_CRS_CHARACTERS)? else { return Ok(Crs::Cgcs2000) };
    names.parse(name).map_err(|_| {
        let shown = printable(name);
        let (zh, en) = (format!("不认识坐标系 {shown}"), format!("{shown} is no known coordinate system"));
        Problem::bad_parameter("crs", zh, en, names.all())
    })
}

fn accuracy_kind(query: &Query) -> Result<AccuracyKind, Problem> {
    let kinds = AccuracyKind::ALL.map(|kind| (kind.id(), kind));
    Ok(query.one_of("accuracy_kind", &kinds)?.unwrap_or_default())
}
