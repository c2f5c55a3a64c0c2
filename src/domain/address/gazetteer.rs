//! What the names of a district stand for.

mod areas;

use std::collections::HashMap;

pub use areas::AreaNames;

use super::{
    fold::{clean, fold_clean},
    names::{Hit, How, NameId, Names},
    parts::{Dashes, Numbered, Parts},
};
use crate::domain::{
    geometry::{MultiPolygon, Position, label::label_position},
    held::Held,
    place::{Place, PlaceGeometry, PlaceLayer},
};

/// Positions of a line that are kept: enough to tell which areas it runs through, and what lies along it.
const MAX_POSITIONS_OF_LINE: usize = 16;

/// Longest name or address of a place that is read.
const MAX_TEXT_CHARACTERS: usize = 80;

/// Other names of one place that are read.
const MAX_ALIASES: usize = 32;

/// What a place is, as far as addresses go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A building.
    Building,
    /// A road.
    Road,
    /// Anything else with a name.
    Other,
}

/// A place that can be found.
#[derive(Debug, Clone)]
pub struct PlaceEntry {
    /// Number of the place within the store.
    pub id: i64,
    /// What it is.
    pub kind: PlaceKind,
    /// A position of it: of an outline inside, of a line in its middle.
    pub position: Position,
    /// 层数 of a building, 0 when not known.
    pub floors: u16,
    /// 梯位 of a building, 0 when not known.
    pub stairs: u16,
    /// The stair that the building is, when it is one.
    stair: Number,
    /// Where its name stands in `texts`.
    text: (u32, u16),
    /// Where its positions stand in `lines`, for a road.
    line: (u32, u16),
}

/// A number of an address in eight bytes; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(u64);

impl Number {
    /// No number.
    pub const NONE: Self = Self(0);

    /// The number that is written so, folded.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        if bytes.len() < 8 {
            let mut padded = [0; 8];
            padded[1..=bytes.len()].copy_from_slice(bytes);
            return Self(u64::from_be_bytes(padded));
        }
        // FNV-1a; the top bit is in none of the short ones.
        let hash = bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(hash | 1 << 63)
    }

    /// The number of a part, none when there is no part.
    pub fn of_part(part: Option<&Numbered>) -> Self {
        part.map_or(Self::NONE, |part| Self::of(&part.value))
    }

    /// Whether it is none.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// One thing under a name and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The name.
    pub name: NameId,
    /// The number behind it; none for what has just the name.
    pub number: Number,
    /// Index of the place, or of the area.
    pub entry: u32,
}

/// The keys of a name, or of a name with a number.
fn keys_of(keys: &[Key], name: NameId, number: Option<Number>) -> &[Key] {
    let first = keys.partition_point(|key| match number {
        None => key.name < name,
        Some(number) => (key.name, key.number) < (name, number),
    });
    let end = keys.partition_point(|key| match number {
        None => key.name <= name,
        Some(number) => (key.name, key.number) <= (name, number),
    });
    &keys[first..end]
}

/// Names and numbers on their way to keys.
#[derive(Default)]
struct Gathered {
    texts: Vec<String>,
    /// Where each text stands in `texts`.
    places: HashMap<String, u32>,
    /// Text, number and entry.
    rows: Vec<(u32, Number, u32)>,
}

impl Gathered {
    fn add(&mut self, text: String, number: Number, entry: u32) {
        let next = self.texts.len() as u32;
        let at = *self.places.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            next
        });
        self.rows.push((at, number, entry));
    }

    fn finish(self) -> (Names, Vec<Key>) {
        let (names, ids) = Names::new(&self.texts);
        let key = |(at, number, entry): (u32, Number, u32)| Some(Key { name: ids[at as usize]?, number, entry });
        let mut keys: Vec<Key> = self.rows.into_iter().filter_map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.shrink_to_fit();
        (names, keys)
    }
}

/// The places of a district that addresses name. Belongs to no edition.
pub struct PlaceNames {
    /// Their names.
    pub names: Names,
    keys: Vec<Key>,
    entries: Vec<PlaceEntry>,
    /// Other names of things that are no building, with the name that they stand for.
    synonyms: Vec<(NameId, NameId)>,
    texts: String,
    lines: Vec<Position>,
}

impl PlaceNames {
    /// The names of `places`. CPU work of about a second for 600,000 of them.
    pub fn new(places: &[Place]) -> Self {
        let mut gathered = Gathered::default();
        let mut made = Self {
            names: Names::new(&[]).0,
            keys: Vec::new(),
            entries: Vec::new(),
            synonyms: Vec::new(),
            texts: String::new(),
            lines: Vec::new(),
        };
        let mut synonyms: Vec<(String, String)> = Vec::new();
        for place in places {
            made.add(place, &mut gathered, &mut synonyms);
        }
        (made.names, made.keys) = gathered.finish();
        let find = |text: &str| made.names.find(&fold_clean(text).chars().collect::<Vec<_>>());
        let known = synonyms.iter().filter_map(|(other, name)| Some((find(other)?, find(name)?)));
        let mut synonyms: Vec<(NameId, NameId)> = known.filter(|(other, name)| other != name).collect();
        synonyms.sort_unstable();
        synonyms.dedup();
        made.synonyms = synonyms;
        made.entries.shrink_to_fit();
        made.texts.shrink_to_fit();
        made
    }

    /// How many places can be found.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// What has a name, and a number when one is given.
    pub fn keys_of(&self, name: NameId, number: Option<Number>) -> &[Key] {
        keys_of(&self.keys, name, number)
    }

    /// The place of a key.
    pub fn entry(&self, key: Key) -> &PlaceEntry {
        &self.entries[key.entry as usize]
    }

    /// What a place is called.
    pub fn text_of(&self, entry: &PlaceEntry) -> &str {
        let start = entry.text.0 as usize;
        &self.texts[start..start + usize::from(entry.text.1)]
    }

    /// Some positions of a place, one at least, along a road in order.
    pub fn positions_of<'a>(&'a self, entry: &'a PlaceEntry) -> &'a [Position] {
        let start = entry.line.0 as usize;
        match entry.line.1 {
            0 => std::slice::from_ref(&entry.position),
            length => &self.lines[start..start + usize::from(length)],
        }
    }

    /// Appends a hit for each name that another name in `hits` stands for.
    pub fn follow_synonyms(&self, hits: &mut Vec<Hit>) {
        for at in 0..hits.len() {
            let hit = hits[at].clone();
            let first = self.synonyms.partition_point(|&(other, _)| other < hit.name);
            for &(_, name) in self.synonyms[first..].iter().take_while(|&&(other, _)| other == hit.name) {
                let likeness = hit.likeness.min(How::Alias.likeness());
                hits.push(Hit { name, how: hit.how.max(How::Alias), likeness, ..hit.clone() });
            }
        }
    }

    /// Counts its memory.
    pub fn hold(&self, held: &mut Held) {
        self.names.hold(held);
        held.list(&self.keys);
        held.list(&self.entries);
        held.list(&self.synonyms);
        held.own(self.texts.capacity());
        held.list(&self.lines);
    }

    fn add(&mut self, place: &Place, gathered: &mut Gathered, synonyms: &mut Vec<(String, String)>) {
        let Some((position, line)) = self.position_of(&place.geometry) else { return };
        let entry = self.entries.len() as u32;
        let kind = match (place.layer, &place.building) {
            (_, Some(_)) | (PlaceLayer::Building, None) => PlaceKind::Building,
            (PlaceLayer::Road, None) => PlaceKind::Road,
            _ => PlaceKind::Other,
        };
        let is_building = kind == PlaceKind::Building;
        let before = gathered.rows.len();
        let mut stair = Number::NONE;
        let name = short(&place.name);
        let own_name = place
            .building
            .as_ref()
            .map_or_else(String::new, |building| format!("{}{}", short(&building.estate), short(&building.number)));
        if let Some(building) = &place.building {
            let (estate, number) = (clean(short(&building.estate)), clean(short(&building.number)));
            let folded: Vec<char> = fold_clean(&number).chars().collect();
            let parts = Parts::read(&folded, 0, Dashes::Follow);
            if !folded.is_empty() {
                let is_read = parts.building.is_some() && parts.rest.is_empty();
                let written = if is_read {
                    Number::of_part(parts.building.as_ref())
                } else {
                    Number::of(&folded.iter().collect::<String>())
                };
                if is_read {
                    stair = Number::of_part(parts.stair.as_ref());
                }
                gathered.add(estate, written, entry);
            } else if !estate.is_empty() {
                gathered.add(estate, Number::NONE, entry);
            }
        }
        if !name.is_empty() && name != own_name {
            add_text(gathered, name, is_building, entry);
        }
        for alias in place.aliases.iter().take(MAX_ALIASES).map(|alias| short(alias)).filter(|alias| !alias.is_empty())
        {
            add_text(gathered, alias, is_building, entry);
            if !is_building && !name.is_empty() {
                synonyms.push((clean(alias), clean(name)));
            }
        }
        if let Some(address) = place.address.as_deref().map(short).filter(|address| !address.is_empty()) {
            add_text(gathered, address, true, entry);
        }
        if gathered.rows.len() == before {
            return;
        }
        let shown = [name, own_name.as_str(), place.aliases.first().map_or("", |alias| short(alias))];
        let shown = shown.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let text = (self.texts.len() as u32, shown.len() as u16);
        self.texts.push_str(shown);
        let (floors, stairs) = place.building.as_ref().map_or((0, 0), |building| (building.floors, building.stairs));
        let line_start = self.lines.len() as u32;
        self.lines.extend(&line);
        let line = (line_start, line.len() as u16);
        self.entries.push(PlaceEntry { id: place.id, kind, position, floors, stairs, stair, text, line });
    }

    /// A position of a place; and some more along a line.
    fn position_of(&self, geometry: &PlaceGeometry) -> Option<(Position, Vec<Position>)> {
        match geometry {
            PlaceGeometry::Point(position) => Some((*position, Vec::new())),
            PlaceGeometry::Line(line) => {
                let step = line.len().div_ceil(MAX_POSITIONS_OF_LINE).max(1);
                let mut some: Vec<Position> = line.iter().copied().step_by(step).collect();
                if let Some(&last) = line.last().filter(|last| some.last() != Some(last)) {
                    some.push(last);
                }
                Some((*line.get(line.len() / 2)?, some))
            }
            PlaceGeometry::Polygon(polygon) => Some((middle_of(polygon)?, Vec::new())),
        }
    }
}

impl PlaceEntry {
    /// Whether the building is the stair that is asked for; `None` when it is no single stair.
    pub fn is_stair(&self, asked: &Numbered) -> Option<bool> {
        (!self.stair.is_none()).then(|| self.stair == Number::of(&asked.value))
    }
}

/// Under its name, and when it ends with a number, under what stands before that.
fn add_text(gathered: &mut Gathered, text: &str, is_numbered: bool, entry: u32) {
    let text = clean(text);
    if is_numbered && let Some((head, parts)) = head_and_parts(&text) {
        gathered.add(head, Number::of_part(parts.building.as_ref()), entry);
        return;
    }
    gathered.add(text, Number::NONE, entry);
}

/// The name before the number of a building, and the numbers; `text` is clean.
pub fn head_and_parts(text: &str) -> Option<(String, Parts)> {
    let folded: Vec<char> = fold_clean(text).chars().collect();
    let is_begin = |at: usize| {
        let is_digit = folded[at].is_ascii_digit();
        is_digit != folded[at - 1].is_ascii_digit() || !is_digit
    };
    for at in 2..folded.len() {
        if !is_begin(at) {
            continue;
        }
        let parts = Parts::read(&folded, at, Dashes::Range);
        let starts = parts.building.as_ref().is_some_and(|building| building.span.start == at);
        if starts && parts.rest.is_empty() {
            return Some((folded[..at].iter().collect(), parts));
        }
    }
    None
}

/// A position inside an outline: the middle of its corners where that is inside, as it mostly is.
fn middle_of(polygon: &MultiPolygon) -> Option<Position> {
    if let [only] = &polygon.polygons[..]
        && only.holes.is_empty()
    {
        let corners = only.exterior.positions();
        let count = corners.len() as i64;
        let mean =
            |axis: fn(Position) -> i32| (corners.iter().map(|&p| i64::from(axis(p))).sum::<i64>() / count) as i32;
        let (lon, lat) = (mean(Position::lon), mean(Position::lat));
        let point = (2 * i128::from(lon), 2 * i128::from(lat));
        if only.exterior.has_inside(point) == Some(true) {
            return Position::new(lon, lat);
        }
    }
    label_position(polygon)
}

/// A text as far as it is read.
fn short(text: &str) -> &str {
    let text = text.trim();
    text.char_indices().nth(MAX_TEXT_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_told_apart() {
        let told = |text: &str| {
            head_and_parts(&clean(text)).map(|(head, parts)| {
                let part = |part: &Option<Numbered>| part.as_ref().map_or(String::new(), |part| part.value.clone());
                (head, part(&parts.building), part(&parts.stair))
            })
        };
        let of =
            |head: &str, building: &str, stair: &str| Some((head.to_owned(), building.to_owned(), stair.to_owned()));
        assert_eq!(told("荔园小区3号楼2梯"), of("荔园小区", "3", "2"));
        assert_eq!(told("步云村12号"), of("步云村", "12", ""));
        assert_eq!(told("步云一巷3号"), of("步云1巷", "3", ""));
        assert_eq!(told("万达广场A座"), of("万达广场", "a", ""));
        assert_eq!(told("第003网格"), None);
        assert_eq!(told("荔园小区第02单元"), None);
        assert_eq!(told("镇海街道"), None);
        assert_eq!(told("沿街商铺03"), of("沿街商铺", "3", ""));
    }

    #[test]
    fn numbers_in_eight_bytes_are_distinct() {
        let texts = ["", "1", "20", "3b", "a", "甲", "12345678", "12345679", "东", "-1"];
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[i + 1..] {
                assert_ne!(Number::of(a), Number::of(b), "{a} {b}");
            }
        }
        assert!(Number::of("").is_none());
    }
}
