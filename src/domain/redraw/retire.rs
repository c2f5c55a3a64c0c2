//! Areas that are no more: what must be so before they may go.

use std::collections::{BTreeMap, HashSet};

use super::{Base, Change};
use crate::domain::{
    area::{AreaCode, Finding, Rule, Severity, finding::Allowed},
    profile::Profile,
};

/// Areas that one finding names at most.
const MAX_NAMED: usize = 20;

/// Errors for areas that would be left without the area that they lie in, one for each such area.
///
/// `retire` are the codes to go, ascending. Areas that are changed or created are judged with their new parent.
pub(super) fn check(profile: &Profile, base: &[Base], changes: &[Change], retire: &[AreaCode]) -> Vec<Finding> {
    if retire.is_empty() {
        return Vec::new();
    }
    let is_gone = |code: &AreaCode| retire.binary_search(code).is_ok();
    let changed: HashSet<AreaCode> = changes.iter().map(|change| change.area.code).collect();
    let mut orphans: BTreeMap<AreaCode, Vec<AreaCode>> = BTreeMap::new();
    for Base { area, .. } in base.iter().filter(|base| !changed.contains(&base.area.code)) {
        if let Some(parent) = area.parent.filter(|parent| is_gone(parent) && !is_gone(&area.code)) {
            orphans.entry(parent).or_default().push(area.code);
        }
    }
    let levels = |code: &AreaCode| base.iter().find(|base| base.area.code == *code).map(|base| base.area.level);
    let finding = |(parent, children): (AreaCode, Vec<AreaCode>)| {
        let count = children.len();
        let zh = format!("{parent} 将被撤销，但其下还有 {count} 个区域没有撤销或改属");
        let en =
            format!("{parent} is to be retired, but {count} areas in it are neither retired nor given another parent");
        let level = levels(&parent);
        let below = level.and_then(|level| profile.levels.get(usize::from(level.0) + 1));
        let allowed = below.map_or_else(Allowed::default, |below| {
            let zh = format!("文件中同时给出新的{}，或注明文件含该层级的全部区域", below.name.zh);
            let en = format!(
                "the new areas of level {} in the file as well, or the level among those it is complete for",
                below.id
            );
            (zh, en).into()
        });
        let areas = std::iter::once(parent).chain(children.into_iter().take(MAX_NAMED)).collect();
        Finding { areas, level, ..Finding::new(Rule::Code, Severity::Error, zh, en) }.allowed(allowed)
    };
    orphans.into_iter().map(finding).collect()
}

/// Takes the areas of the codes `retire`, ascending, out of `base`; the codes that were there.
pub(super) fn take(base: &mut Vec<Base>, retire: &[AreaCode]) -> Vec<AreaCode> {
    let mut gone = Vec::new();
    base.retain(|base| {
        let goes = retire.binary_search(&base.area.code).is_ok();
        if goes {
            gone.push(base.area.code);
        }
        !goes
    });
    gone.sort_unstable();
    gone
}
