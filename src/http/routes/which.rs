//! Which edition a request reads: `edition`, or `as_of` and `known_at`, or the one in force.

use time::OffsetDateTime;

use super::Desk;
use crate::{
    app::{View, editions::Which},
    domain::profile::Profile,
    formats::moment::{MOMENTS, parse_moment},
    http::{
        problem::Problem,
        query::{Query, bad_value},
    },
};

/// The parameters that name an edition; every route that reads one takes all of them.
pub(super) const PARAMETERS: [&str; 3] = ["edition", "as_of", "known_at"];

/// [`MOMENTS`] in Chinese.
pub(super) const MOMENTS_ZH: &str =
    "带时区的 RFC 3339，如 2026-11-22T08:00:00Z 或 2026-11-22T16:00:00+08:00（查询串中的 + 写作 %2B）；或日期";

/// The edition that a query means: a number, or what was in force at a time as far as was known at another.
pub(super) fn which(query: &Query, profile: &Profile) -> Result<Which, Problem> {
    let number = query.u32_in("edition", 1..=u32::MAX)?;
    let (at, known_at) = (moment(query, "as_of", profile)?, moment(query, "known_at", profile)?);
    match (number, at, known_at) {
        (None, None, None) => Ok(Which::InForce),
        (Some(number), None, None) => Ok(Which::Number(number)),
        (None, at, known_at) => Ok(Which::At { at, known_at }),
        (Some(_), at, _) => {
            let other = if at.is_some() { "as_of" } else { "known_at" };
            let zh = format!("edition 已指明版本，不能再给 {other}");
            let en = format!("edition names the edition already; {other} beside it says nothing");
            Err(Problem::bad_parameter(other, zh, en, "edition alone, or as_of and known_at"))
        }
    }
}

/// The edition that a query means, ready to be read.
pub(super) async fn view(desk: &Desk, query: &Query) -> Result<View, Problem> {
    Ok(desk.app.view(which(query, desk.app.district().profile())?).await?)
}

/// The time that the parameter `name` says; a bare date begins in the district's time zone.
pub(super) fn moment(query: &Query, name: &'static str, profile: &Profile) -> Result<Option<OffsetDateTime>, Problem> {
    let (_, offset_minutes) = profile.time_zone;
    let parse = |text| parse_moment(text, offset_minutes).ok_or_else(|| bad_value(name, text, (MOMENTS_ZH, MOMENTS)));
    query.text(name).map(parse).transpose()
}
