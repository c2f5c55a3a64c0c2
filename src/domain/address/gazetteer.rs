//! What the names of a district stand for.

mod areas;
mod gathered;
mod keys;

pub use self::{
    areas::AreaNames,
    keys::{Key, Number},
};
use self::{
    gathered::{Gathered, add_text, short},
    keys::keys_of,
};
use super::{
    fold::{clean, fold_clean},
    hit::{Hit, How, NameId},
    names::Names,
    parts::{Dashes, Numbered, Parts},
};
use crate::domain::{
    geometry::Position,
    held::Held,
    place::{Place, PlaceGeometry, PlaceLayer},
};

/// Positions of a line that are kept: enough to tell which areas it runs through, and what lies along it.
const MAX_POSITIONS_OF_LINE: usize = 16;

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
    /// The names of `places`, whatever their order. CPU work of about a second for 600,000 of them.
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
        let mut ordered: Vec<&Place> = places.iter().collect();
        ordered.sort_by_key(|place| place.id);
        for place in ordered {
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
        let Some((position, mut line)) = Self::positions(&place.geometry) else { return };
        let entry = self.entries.len() as u32;
        let kind = match (place.layer, &place.building) {
            (_, Some(_)) | (PlaceLayer::Building, None) => PlaceKind::Building,
            (PlaceLayer::Road, None) => PlaceKind::Road,
            _ => PlaceKind::Other,
        };
        let is_building = kind == PlaceKind::Building;
        if is_building {
            // Small enough to be where its middle is.
            line.clear();
        }
        let before = gathered.count();
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
                if !is_read {
                    // 综合楼, 北区3号楼: no number that is read behind the estate.
                    gathered.add(estate.clone() + &number, Number::NONE, entry);
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
        if gathered.count() == before {
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

    /// The position that stands for a place; and some more of a line or an outline.
    fn positions(geometry: &PlaceGeometry) -> Option<(Position, Vec<Position>)> {
        let some = |positions: &[Position]| {
            let step = positions.len().div_ceil(MAX_POSITIONS_OF_LINE).max(1);
            let mut some: Vec<Position> = positions.iter().copied().step_by(step).collect();
            some.extend(positions.last().filter(|&last| some.last() != Some(last)));
            some
        };
        let more = match geometry {
            PlaceGeometry::Point(_) => Vec::new(),
            PlaceGeometry::Line(line) => some(line),
            PlaceGeometry::Polygon(polygon) => {
                polygon.polygons.first().map_or_else(Vec::new, |it| some(it.exterior.positions()))
            }
        };
        Some((geometry.anchor()?, more))
    }
}

impl PlaceEntry {
    /// Whether it is a line or an outline, and no building.
    pub const fn is_wide(&self) -> bool {
        self.line.1 > 0
    }

    /// Whether the building is the stair that is asked for; `None` when it is no single stair.
    pub fn is_stair(&self, asked: &Numbered) -> Option<bool> {
        (!self.stair.is_none()).then(|| self.stair == Number::of(&asked.value))
    }
}
