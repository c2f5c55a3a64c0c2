//! Checks of each area by itself and against its parent: codes (G10), extent (G13), responsible bodies (G16).

use std::collections::HashMap;

use super::validate::Entry;
use crate::domain::{
    area::{AreaCode, Finding, Kind, Level, Rule, Severity},
    crs::{Crs, to_position},
    geometry::{Position, measure::LocalMetric},
    profile::Profile,
};

/// Checks every entry that is not of the base, and gives those without a kind the kind that their code tells.
///
/// Entries of the base are judged again only where a change could break them: their parent is looked for.
///
/// `base_level` tells the level of an area that is not among the entries.
pub(super) fn check(
    profile: &Profile,
    entries: &mut [Entry],
    base_level: &dyn Fn(&AreaCode) -> Option<Level>,
    retired: &[String],
    findings: &mut Vec<Finding>,
) {
    let known: HashMap<AreaCode, Level> = entries.iter().map(|entry| (entry.area.code, entry.area.level)).collect();
    let level = |code: &AreaCode| known.get(code).copied().or_else(|| base_level(code));
    for entry in entries.iter_mut() {
        let Some(source) = entry.source.clone() else { continue };
        let mut found = code_findings(profile, entry);
        found.extend(parent_finding(profile, entry, &level));
        if retired.binary_search_by(|code| code.as_str().cmp(entry.area.code.as_str())).is_ok() {
            let code = entry.area.code;
            let (zh, en) = (format!("编码 {code} 已作废，不得再用"), format!("code {code} is retired"));
            found.push(
                Finding::new(Rule::Code, Severity::Error, zh, en)
                    .allowed(("从未用过的编码", "a code that was never used")),
            );
        }
        found.extend(extent_finding(profile, entry));
        found.extend(datum_finding(profile, entry));
        if entry.area.kind == Kind::Exclusive && entry.area.body.is_none() {
            let (zh, en) = ("专属区域未注明责任单位", "an exclusive area names no responsible body");
            found.push(Finding::new(Rule::Body, Severity::Warning, zh, en));
        }
        findings.extend(found.into_iter().map(|finding| {
            let mut finding = finding;
            finding.areas = vec![entry.area.code];
            finding.level = Some(entry.area.level);
            let field = finding.source.field.take();
            finding.at(crate::domain::area::finding::Source { field, ..source.clone() })
        }));
    }
}

fn at_field(mut finding: Finding, field: &str) -> Finding {
    finding.source.field = Some(field.to_owned());
    finding
}

/// Judges the code by the profile's scheme, and the kind by the code.
fn code_findings(profile: &Profile, entry: &mut Entry) -> Vec<Finding> {
    let area = &mut entry.area;
    let judged = match profile.judge_code(area.level, &area.code) {
        Ok(judged) => judged,
        Err(problem) => return vec![at_field(problem.finding(), "code")],
    };
    let mut findings: Vec<Finding> = judged.notices.iter().map(|notice| at_field(notice.finding(), "code")).collect();
    match (area.kind, judged.kind) {
        (_, Kind::None) => {}
        (Kind::None, told) => area.kind = told,
        (given, told) if given != told => {
            let word = |kind: Kind| {
                if kind == Kind::Exclusive { ("专属", "exclusive") } else { ("综合", "comprehensive") }
            };
            let ((told_zh, told_en), (given_zh, given_en)) = (word(told), word(given));
            let zh = format!("编码 {} 属于{told_zh}号段，类别却是{given_zh}", area.code);
            let en = format!("code {} is of the {told_en} range, but the kind is {given_en}", area.code);
            let finding = Finding::new(Rule::Code, Severity::Error, zh, en);
            findings.push(at_field(
                finding.allowed((format!("类别{told_zh}"), format!("kind {told_zh} ({told_en})"))),
                "kind",
            ));
        }
        _ => {}
    }
    findings
}

/// A top-level area has no parent; any other one's is present, one level up, and agrees with the code.
fn parent_finding(
    profile: &Profile,
    entry: &mut Entry,
    level_of: &dyn Fn(&AreaCode) -> Option<Level>,
) -> Option<Finding> {
    let area = &mut entry.area;
    let Some(above) = area.level.0.checked_sub(1).map(Level) else {
        area.parent = None;
        return None;
    };
    let prefix = profile.parent_prefix(area.level, &area.code);
    let level = &profile.level(above).name;
    let allowed =
        (format!("一个{}的编码", level.zh), format!("the code of an area of level {}", profile.level(above).id));
    let error = |zh: String, en: String| {
        Some(at_field(Finding::new(Rule::Code, Severity::Error, zh, en).allowed(allowed.clone()), "parent"))
    };
    let Some(parent) = area.parent.or(prefix) else {
        return error(
            format!("没有上级{}编码", level.zh),
            format!("no parent is given; it is an area of level {}", level.en),
        );
    };
    area.parent = Some(parent);
    match level_of(&parent) {
        None => {
            return error(
                format!("上级 {parent} 不存在"),
                format!("parent {parent} is neither in the file nor in the store"),
            );
        }
        Some(found) if found != above => {
            return error(
                format!("上级 {parent} 不是{}", level.zh),
                format!("parent {parent} is not of level {}", level.en),
            );
        }
        Some(_) => {}
    }
    let disagrees = prefix.filter(|&prefix| prefix != parent)?;
    error(
        format!("上级 {parent} 与编码前缀 {disagrees} 不符"),
        format!("parent {parent} differs from the code's prefix {disagrees}"),
    )
}

fn extent_finding(profile: &Profile, entry: &Entry) -> Option<Finding> {
    let mut positions = entry.area.geometry.rings().flat_map(|ring| ring.positions());
    let outside = *positions.find(|&&position| !profile.extent.contains(position))?;
    let [west, south, east, north] = profile.extent.to_degrees();
    let zh = format!("位置 {outside} 超出本地范围，坐标系或经纬度次序可能不对");
    let en = format!("position {outside} lies outside the profile's extent; wrong CRS, or axes swapped?");
    let finding = Finding::new(Rule::Crs, Severity::Error, zh, en);
    let finding = finding.allowed((
        format!("经度 {west} 至 {east}，纬度 {south} 至 {north}"),
        format!("longitude {west} to {east}, latitude {south} to {north}"),
    ));
    Some(at_field(Finding { position: Some(outside), ..finding }, "geometry"))
}

/// How far the extent of a known area may be off before another datum is tried, in metres.
const OUTLINE_OFF_M: f64 = 150.0;

/// How near another datum must bring it, in metres.
const OUTLINE_NEAR_M: f64 = 60.0;

/// A warning when a known area lies where it would lie if its coordinates were GCJ-02 or BD-09 and nobody had said so.
fn datum_finding(profile: &Profile, entry: &Entry) -> Option<Finding> {
    let outline = profile.outlines.iter().find(|outline| outline.code == entry.area.code)?;
    let extent = entry.area.geometry.extent()?;
    let metric = LocalMetric::at(outline.bounds.min());
    let off_m = |min: Position, max: Position| {
        metric.distance_m(outline.bounds.min(), min).max(metric.distance_m(outline.bounds.max(), max))
    };
    if off_m(extent.min(), extent.max()) <= OUTLINE_OFF_M {
        return None;
    }
    let fits = |crs: &Crs| {
        let shifted = |position: Position| to_position(*crs, position.lon_degrees(), position.lat_degrees());
        matches!((shifted(extent.min()), shifted(extent.max())), (Ok(min), Ok(max)) if off_m(min, max) <= OUTLINE_NEAR_M)
    };
    let crs = [Crs::Gcj02, Crs::Bd09].into_iter().find(fits)?;
    let zh = format!("坐标似为 {crs}：按 {crs} 换算后才与本区域轮廓吻合");
    let en =
        format!("the coordinates look like {crs}: only converted from it do they fit the known outline of the area");
    let allowed = (format!("如确是，请注明坐标系 --crs {crs}"), format!("--crs {crs}, if they are"));
    let finding = Finding::new(Rule::Crs, Severity::Warning, zh, en).allowed(allowed);
    Some(at_field(Finding { position: Some(extent.min()), ..finding }, "geometry"))
}
