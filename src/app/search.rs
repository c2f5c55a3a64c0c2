//! Finding areas by code, name, or pinyin initials.

use std::sync::Arc;

use pinyin::ToPinyin;

use crate::domain::{
    area::{Area, Level, Snapshot},
    coverage::{AreaIndex, Paged},
    held::Held,
};

/// Longest search text in characters.
pub const MAX_QUERY_CHARACTERS: usize = 64;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct AreaQuery {
    /// The text, as typed; empty for all.
    pub text: String,
    /// Only this level.
    pub level: Option<Level>,
    /// Only children of this area.
    pub parent: Option<AreaIndex>,
}

/// Names and codes of one edition, ready to compare. What editions have in common they share.
pub struct SearchIndex {
    /// By area.
    names: Paged<Arc<Name>>,
}

#[derive(PartialEq)]
struct Name {
    folded: String,
    initials: String,
}

impl Name {
    fn of(area: &Area) -> Self {
        Self { folded: fold(&area.name), initials: initials(&area.name) }
    }
}

/// How well an area fits; smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    WholeCode,
    WholeName,
    CodePrefix,
    NamePrefix,
    InitialsPrefix,
    NamePart,
    InitialsPart,
    Everything,
}

impl SearchIndex {
    /// The index of a snapshot; areas that are as in the one `before` share their names with its index.
    pub fn new(snapshot: &Snapshot, before: Option<(&Self, &Snapshot)>) -> Self {
        let areas = snapshot.hierarchy.areas();
        if let Some((names, before)) = before.filter(|(_, before)| before.hierarchy.has_indices_of(&snapshot.hierarchy))
        {
            let others = areas.iter().zip(before.hierarchy.areas()).enumerate();
            let others = others.filter(|(_, (area, old))| !Arc::ptr_eq(area, old) && area.name != old.name);
            let others = others.map(|(index, (area, _))| (index, Arc::new(Name::of(area)))).collect();
            return Self { names: names.names.edited(&others) };
        }
        let name = |area: &Arc<Area>| {
            let kept = before.and_then(|(names, before)| {
                let old = before.hierarchy.find_id(area.id)?;
                (before.hierarchy.area(old).name == area.name).then(|| Arc::clone(&names.names[old as usize]))
            });
            kept.unwrap_or_else(|| Arc::new(Name::of(area)))
        };
        Self { names: Paged::new(&areas.iter().map(name).collect::<Vec<_>>()) }
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        self.names.hold(held, |held, name| {
            if held.part(name) {
                held.own(name.folded.capacity() + name.initials.capacity());
            }
        });
    }

    /// The areas that fit, best first, then coarse levels first, then by code.
    pub fn find(&self, snapshot: &Snapshot, query: &AreaQuery) -> Vec<AreaIndex> {
        let text = fold(&query.text);
        let fits = |&index: &AreaIndex| {
            let area = snapshot.hierarchy.area(index);
            query.level.is_none_or(|level| area.level == level)
                && query.parent.is_none_or(|parent| area.parent == Some(parent))
        };
        let all = 0..snapshot.hierarchy.areas().len() as AreaIndex;
        let mut found: Vec<(Fit, AreaIndex)> =
            all.filter(fits).filter_map(|index| Some((self.fit(snapshot, index, &text)?, index))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, index)| index).collect()
    }

    fn fit(&self, snapshot: &Snapshot, index: AreaIndex, text: &str) -> Option<Fit> {
        let code = snapshot.hierarchy.area(index).code.to_ascii_lowercase();
        let Name { folded: name, initials } = &*self.names[index as usize];
        let fit = match () {
            () if text.is_empty() => Fit::Everything,
            () if code == text => Fit::WholeCode,
            () if name == text => Fit::WholeName,
            () if code.starts_with(text) => Fit::CodePrefix,
            () if name.starts_with(text) => Fit::NamePrefix,
            () if initials.starts_with(text) => Fit::InitialsPrefix,
            () if name.contains(text) => Fit::NamePart,
            () if initials.contains(text) => Fit::InitialsPart,
            () => return None,
        };
        Some(fit)
    }
}

/// Lower case, full-width letters and digits as plain ones, no white space.
pub(in crate::app) fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(plain).flat_map(char::to_lowercase).collect()
}

/// The first letter of each character's pinyin; letters and digits stand for themselves.
pub(in crate::app) fn initials(name: &str) -> String {
    let initial = |c: char| match c.to_pinyin() {
        Some(pinyin) => pinyin.plain().chars().next(),
        None => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    };
    name.chars().filter_map(initial).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_pinyin() {
        assert_eq!(initials("镇海街道"), "zhjd");
        assert_eq!(initials("第3网格A"), "d3wga");
    }

    #[test]
    fn full_width_text_is_folded() {
        assert_eq!(fold(" ３５０３ ａＢ镇 "), "3503ab镇");
    }
}
