//! Checks on a coverage: overlaps (G02), gaps (G03), leaks (G04), and cutting out exclusive areas (G05).

use std::collections::BTreeMap;

use super::topology::{AreaIndex, Coverage, FaceId};
use crate::domain::{
    area::{AreaFacts, Finding, Kind, Rule, Severity},
    geometry::{measure, position::Position},
    profile::{OverlapPolicy, Profile},
};

/// Findings of one rule that are listed; more are counted in one closing finding.
pub const MAX_FINDINGS_PER_RULE: usize = 500;

/// A coverage after exclusive areas were cut out.
pub struct Carved {
    /// The coverage.
    pub coverage: Coverage,
    /// The areas that lost ground, ascending.
    pub cut: Vec<AreaIndex>,
    /// A note for each of them.
    pub findings: Vec<Finding>,
}

/// The coverage with exclusive areas cut out of comprehensive ones where the profile says `carve`; only `faces` are looked at.
pub fn carve(
    coverage: Coverage,
    facts: &[AreaFacts],
    profile: &Profile,
    faces: impl Iterator<Item = FaceId>,
) -> Carved {
    let is_cut = |face: FaceId| -> Option<Vec<AreaIndex>> {
        let areas = coverage.areas_of(face);
        let kept = |area: &AreaIndex| {
            let Kind::Comprehensive = facts[*area as usize].kind else { return true };
            let meets = |other: &AreaIndex| {
                let (one, other) = (&facts[*area as usize], &facts[*other as usize]);
                one.level == other.level && other.kind == Kind::Exclusive
            };
            !areas.iter().any(meets)
        };
        (!areas.iter().all(kept)).then(|| areas.iter().copied().filter(kept).collect())
    };
    if profile.overlap == OverlapPolicy::Overlay {
        return Carved { coverage, cut: Vec::new(), findings: Vec::new() };
    }
    let mut pieces: BTreeMap<AreaIndex, Vec<FaceId>> = BTreeMap::new();
    let mut changed: BTreeMap<FaceId, Vec<AreaIndex>> = BTreeMap::new();
    for face in faces {
        if let Some(kept) = is_cut(face) {
            for &area in coverage.areas_of(face).iter().filter(|area| !kept.contains(area)) {
                pieces.entry(area).or_default().push(face);
            }
            changed.insert(face, kept);
        }
    }
    let mut report = Report { coverage: &coverage, facts, findings: Vec::new() };
    let cut = pieces.keys().copied().collect();
    for (area, faces) in pieces {
        let code = facts[area as usize].code;
        let (zh, en) = (format!("专属区域已从 {code} 中划出"), format!("exclusive areas were cut out of {code}"));
        report.add(Rule::Exclusive, Severity::Info, zh, en, &[area], &faces);
    }
    let findings = report.limited();
    let coverage = if changed.is_empty() { coverage } else { coverage.with_areas(&changed) };
    Carved { coverage, cut, findings }
}

/// Areas that exclusive ones were cut out of until nothing was left.
pub fn emptied(coverage: &Coverage, facts: &[AreaFacts]) -> Vec<Finding> {
    let is_empty = |area: &AreaIndex| coverage.border_of(*area).is_empty();
    let of = |area: AreaIndex| {
        let AreaFacts { code, level, .. } = facts[area as usize];
        let (zh, en) = (format!("专属区域占满了 {code}"), format!("exclusive areas leave nothing of {code}"));
        let finding = Finding::new(Rule::Exclusive, Severity::Error, zh, en);
        Finding { areas: vec![code], level: Some(level), ..finding }
            .allowed(("给它留下一部分的专属区域", "exclusive areas that leave a part of it"))
    };
    (0..facts.len() as AreaIndex).filter(is_empty).map(of).collect()
}

/// Overlaps, gaps and leaks among `faces`; the worst first within a rule.
pub fn findings(
    coverage: &Coverage,
    facts: &[AreaFacts],
    profile: &Profile,
    faces: impl Iterator<Item = FaceId>,
) -> Vec<Finding> {
    let has_children = parents(facts);
    let mut overlaps: BTreeMap<(AreaIndex, AreaIndex), Vec<FaceId>> = BTreeMap::new();
    let mut leaks: BTreeMap<AreaIndex, Vec<FaceId>> = BTreeMap::new();
    let mut gaps: Vec<(Option<AreaIndex>, FaceId)> = Vec::new();
    for face in faces {
        let areas = coverage.areas_of(face);
        if areas.is_empty() {
            gaps.push((None, face));
        }
        for (i, &area) in areas.iter().enumerate() {
            let here = facts[area as usize];
            let same_level = areas[i + 1..].iter().take_while(|&&other| facts[other as usize].level == here.level);
            for &other in same_level.filter(|&&other| !may_overlap(coverage, facts, profile, area, other)) {
                overlaps.entry((area, other)).or_default().push(face);
            }
            if here.parent.is_some_and(|parent| areas.binary_search(&parent).is_err()) {
                leaks.entry(area).or_default().push(face);
            }
            let is_covered = || areas.iter().any(|&other| facts[other as usize].level.0 == here.level.0 + 1);
            if has_children[area as usize] && !is_covered() {
                gaps.push((Some(area), face));
            }
        }
    }
    let mut report = Report { coverage, facts, findings: Vec::new() };
    for ((one, other), faces) in overlaps {
        let (a, b) = (facts[one as usize].code, facts[other as usize].code);
        let (zh, en) = (format!("{a} 与 {b} 重叠"), format!("{a} and {b} overlap"));
        report.add(Rule::Overlap, Severity::Error, zh, en, &[one, other], &faces);
    }
    for (parent, face) in gaps {
        report.add_gap(parent, face, profile);
    }
    for (area, faces) in leaks {
        let parent = facts[facts[area as usize].parent.expect("only children leak") as usize].code;
        let code = facts[area as usize].code;
        let (zh, en) = (format!("{code} 超出上级 {parent}"), format!("{code} reaches out of its parent {parent}"));
        report.add(Rule::Leak, Severity::Error, zh, en, &[area], &faces);
    }
    report.limited()
}

/// Whether each area has a child.
fn parents(facts: &[AreaFacts]) -> Vec<bool> {
    let mut has_children = vec![false; facts.len()];
    facts.iter().filter_map(|area| area.parent).for_each(|parent| has_children[parent as usize] = true);
    has_children
}

/// Whether two areas of one level may share ground: an exclusive one over a comprehensive one, what lies below them, or
/// stairwells of one house.
fn may_overlap(coverage: &Coverage, facts: &[AreaFacts], profile: &Profile, one: AreaIndex, other: AreaIndex) -> bool {
    let (a, b) = (facts[one as usize], facts[other as usize]);
    let is_overlay = profile.overlap == OverlapPolicy::Overlay && are_told_apart(facts, one, other);
    let is_stack = profile.level(a.level).stackable && a.parent == b.parent;
    is_overlay || (is_stack && coverage.border_of(one) == coverage.border_of(other))
}

/// Whether two areas of one level, or two of their parents of one level, are exclusive and not.
fn are_told_apart(facts: &[AreaFacts], one: AreaIndex, other: AreaIndex) -> bool {
    let mut pair = Some((one, other));
    while let Some((one, other)) = pair.filter(|(one, other)| one != other) {
        let (a, b) = (facts[one as usize], facts[other as usize]);
        if (a.kind == Kind::Exclusive) != (b.kind == Kind::Exclusive) {
            return true;
        }
        pair = a.parent.zip(b.parent);
    }
    false
}

/// Collects findings with their pieces.
struct Report<'a> {
    coverage: &'a Coverage,
    facts: &'a [AreaFacts],
    findings: Vec<Finding>,
}

impl Report<'_> {
    /// A finding about `faces`: their total area, and the largest as the piece to fly to.
    fn add(&mut self, rule: Rule, severity: Severity, zh: String, en: String, areas: &[AreaIndex], faces: &[FaceId]) {
        let mut pieces: Vec<_> = faces.iter().map(|&face| self.coverage.face_polygon(face)).collect();
        pieces.sort_by(|a, b| measure::area_m2(b).total_cmp(&measure::area_m2(a)));
        let area_m2 = measure::round_cm(pieces.iter().map(measure::area_m2).sum());
        let piece = pieces.into_iter().next();
        let position: Option<Position> =
            piece.as_ref().and_then(|piece| Some(piece.polygons.first()?.exterior.positions()[0]));
        self.findings.push(Finding {
            areas: areas.iter().map(|&area| self.facts[area as usize].code).collect(),
            level: areas.first().map(|&area| self.facts[area as usize].level),
            zh: format!("{zh}（{area_m2} 平方米）"),
            en: format!("{en} ({area_m2} m2)"),
            position,
            piece,
            area_m2: Some(area_m2),
            ..Finding::new(rule, severity, String::new(), String::new())
        });
    }

    fn add_gap(&mut self, parent: Option<AreaIndex>, face: FaceId, profile: &Profile) {
        let Some(parent) = parent else {
            let (zh, en) = ("各区域之间有空隙".to_owned(), "a gap between areas of the top level".to_owned());
            return self.add(Rule::Gap, Severity::Warning, zh, en, &[], &[face]);
        };
        let facts = self.facts[parent as usize];
        let below = &profile.levels[usize::from(facts.level.0) + 1];
        let severity = if below.gap_is_error { Severity::Error } else { Severity::Warning };
        let zh = format!("{} 内有未划入{}的空隙", facts.code, below.name.zh);
        let en = format!("part of {} lies in no {}", facts.code, below.name.en);
        self.add(Rule::Gap, severity, zh, en, &[parent], &[face]);
    }

    /// The findings by rule, the largest first, each rule cut to its limit with a closing count.
    fn limited(mut self) -> Vec<Finding> {
        let size = |finding: &Finding| finding.area_m2.unwrap_or(0.0);
        self.findings.sort_by(|a, b| {
            let by_weight = a.rule.cmp(&b.rule).then(b.severity.cmp(&a.severity));
            by_weight.then(size(b).total_cmp(&size(a))).then_with(|| a.areas.cmp(&b.areas))
        });
        let mut limited = Vec::new();
        for rule in self.findings.chunk_by(|a, b| a.rule == b.rule) {
            limited.extend_from_slice(&rule[..rule.len().min(MAX_FINDINGS_PER_RULE)]);
            if let Some(more) = rule.len().checked_sub(MAX_FINDINGS_PER_RULE).filter(|&more| more > 0) {
                let severity = rule.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
                let (zh, en) =
                    (format!("另有 {more} 处同类问题未列出"), format!("{more} more of this kind are not listed"));
                limited.push(Finding::new(rule[0].rule, severity, zh, en));
            }
        }
        limited
    }
}
