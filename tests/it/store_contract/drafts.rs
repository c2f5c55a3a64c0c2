//! A small district, drawn by hand, and drafts of it that went through the real validation.

use std::sync::Arc;

use onemap::{
    domain::{
        area::{Area, AreaCode, EditionNumber, FigureSource, Kind, Level, NewArea, ResponsibleBody},
        coverage::AreaIndex,
        geometry::{MultiPolygon, Polygon, Position, Ring},
        profile::Profile,
        redraw::{Base, Cause, Change, ValidDraft, validate_retiring},
    },
    formats::profile_toml::find_profile,
    store::{Imprint, StoredArea, StoredProfile},
};
use time::{OffsetDateTime, macros::datetime};

pub const DISTRICT: &str = "350304";
pub const WEST: &str = "350304001";
pub const EAST: &str = "350304002";
pub const ENCLAVE: &str = "350304003";
pub const NORTH: &str = "350304004";

/// A name that a store must not bend: a character outside the basic plane, quotes, a semicolon, a percent sign.
pub const WEST_NAME: &str = "镇海街道𠮷 'O\"; drop table area; -- %";

/// South-west corner of the district, on the lattice.
const ORIGIN: (i32, i32) = (1_190_000_000, 254_000_000);

const SNAP_M: f64 = 0.05;

pub fn profile() -> Arc<Profile> {
    Arc::new(find_profile("licheng").expect("a built-in profile").clone())
}

pub fn stored_profile() -> StoredProfile {
    let profile = profile();
    StoredProfile { id: profile.id.clone(), text: profile.source.clone() }
}

pub fn level_ids() -> Vec<String> {
    profile().levels.iter().map(|level| level.id.clone()).collect()
}

/// A publish that is in force since 2026.
pub fn imprint(title: &str) -> Imprint {
    imprint_from(title, datetime!(2026-01-01 08:00:00.5 +8))
}

pub fn imprint_from(title: &str, effective_from: OffsetDateTime) -> Imprint {
    Imprint {
        title: title.to_owned(),
        author: "区网格中心".to_owned(),
        effective_from,
        published_at: datetime!(2026-01-02 03:04:05.678 UTC),
        profile_digest: "d1".repeat(32),
    }
}

/// A ring through corners given in lattice units from the origin.
pub fn ring(corners: &[(i32, i32)]) -> Ring {
    let at = |&(x, y): &(i32, i32)| Position::new(ORIGIN.0 + x, ORIGIN.1 + y).expect("in the world");
    Ring::new(corners.iter().map(at).collect()).expect("at least three corners")
}

pub fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Ring {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

/// Parts, each an exterior and its holes.
pub fn outline(parts: Vec<Vec<Ring>>) -> MultiPolygon {
    let polygon = |mut rings: Vec<Ring>| {
        let holes = rings.split_off(1);
        Polygon { exterior: rings.remove(0), holes }
    };
    MultiPolygon { polygons: parts.into_iter().map(polygon).collect() }.canonical()
}

pub fn area(code: &str, level: u8, name: &str, geometry: MultiPolygon) -> NewArea {
    NewArea {
        code: AreaCode::new(code).expect("a code"),
        level: Level(level),
        parent: (level > 0).then(|| AreaCode::new(DISTRICT).expect("a code")),
        name: name.to_owned(),
        kind: Kind::None,
        branch: None,
        households: None,
        residents: None,
        figures: FigureSource::Declared,
        body: None,
        geometry,
    }
}

/// The first edition: a district of two streets, and a third one in two parts, each inside one of the two.
///
/// ```text
///   +-----------+-----------+  100,000
///   |  WEST     |     EAST  |
///   |   +---+   |   +---+   |
///   |   | E |   |   | E |   |
///   |   +---+   |   +---+   |
///   +-----------+-----------+  0
///   0        100,000     200,000
/// ```
pub fn first_areas() -> Vec<NewArea> {
    let (west_part, east_part) =
        (rectangle(30_000, 30_000, 60_000, 60_000), rectangle(130_000, 30_000, 160_000, 60_000));
    let body = ResponsibleBody {
        name: "荔城区第一医院".to_owned(),
        credit_code: Some("12350304MB0000000X".to_owned()),
        leader: None,
        duty_phone: Some("0594-0000000".to_owned()),
    };
    vec![
        area(DISTRICT, 0, "荔城区", outline(vec![vec![rectangle(0, 0, 200_000, 100_000)]])),
        NewArea {
            branch: Some("urban".to_owned()),
            households: Some(0),
            residents: Some(u32::MAX),
            figures: FigureSource::Buildings,
            ..area(WEST, 1, WEST_NAME, outline(vec![vec![rectangle(0, 0, 100_000, 100_000), west_part.clone()]]))
        },
        NewArea {
            kind: Kind::Comprehensive,
            ..area(EAST, 1, "", outline(vec![vec![rectangle(100_000, 0, 200_000, 100_000), east_part.clone()]]))
        },
        NewArea {
            kind: Kind::Exclusive,
            body: Some(body),
            ..area(ENCLAVE, 1, "飞地", outline(vec![vec![west_part], vec![east_part]]))
        },
    ]
}

pub fn first() -> ValidDraft {
    draft(0, &[], first_areas())
}

/// The west street again, with a node amid its border with the east street, which gets the node too.
pub fn with_node(base: EditionNumber, areas: &[StoredArea]) -> ValidDraft {
    let hole = rectangle(30_000, 30_000, 60_000, 60_000);
    let corners = [(0, 0), (100_000, 0), (100_000, 50_000), (100_000, 100_000), (0, 100_000)];
    let west = area(WEST, 1, "镇海街道（改）", outline(vec![vec![ring(&corners), hole]]));
    let draft = draft(base, areas, vec![west]);
    let causes: Vec<(&str, Cause)> = draft.changes().iter().map(|row| (row.area.code.as_str(), row.cause)).collect();
    assert_eq!(causes, [(WEST, Cause::Changed), (EAST, Cause::Noded)]);
    draft
}

/// The north of the west street becomes a street of its own.
pub fn with_north(base: EditionNumber, areas: &[StoredArea]) -> ValidDraft {
    let hole = rectangle(30_000, 30_000, 60_000, 60_000);
    let west = area(WEST, 1, "镇海街道", outline(vec![vec![rectangle(0, 0, 100_000, 80_000), hole]]));
    let north = area(NORTH, 1, "北街道", outline(vec![vec![rectangle(0, 80_000, 100_000, 100_000)]]));
    draft(base, areas, vec![west, north])
}

/// The west street under another name.
pub fn renamed(base: EditionNumber, areas: &[StoredArea], name: &str) -> ValidDraft {
    let west = areas.iter().find(|stored| stored.area.code.as_str() == WEST).expect("the west street");
    let west = new_area(west, |index: AreaIndex| areas[index as usize].area.code);
    draft(base, areas, vec![NewArea { name: name.to_owned(), ..west }])
}

/// The enclave is no more; the streets get its two parts.
pub fn without_enclave(base: EditionNumber, areas: &[StoredArea]) -> ValidDraft {
    let west = area(WEST, 1, "镇海街道", outline(vec![vec![rectangle(0, 0, 100_000, 100_000)]]));
    let east = area(EAST, 1, "", outline(vec![vec![rectangle(100_000, 0, 200_000, 100_000)]]));
    let enclave = AreaCode::new(ENCLAVE).expect("a code");
    draft_retiring(base, areas, vec![west, east], &[enclave])
}

/// The draft of some areas over what a store holds, through the real validation.
pub fn draft(base: EditionNumber, areas: &[StoredArea], changes: Vec<NewArea>) -> ValidDraft {
    draft_retiring(base, areas, changes, &[])
}

fn draft_retiring(base: EditionNumber, areas: &[StoredArea], changes: Vec<NewArea>, retire: &[AreaCode]) -> ValidDraft {
    let code_of = |index: AreaIndex| areas[index as usize].area.code;
    let base_of = |stored: &StoredArea| Base { area: new_area(stored, code_of), digest: stored.area.digest };
    let change = |(i, area): (usize, NewArea)| Change { area, digest: [i as u8 + 1; 32], source: Default::default() };
    let changes = changes.into_iter().enumerate().map(change).collect();
    validate_retiring(&profile(), base, areas.iter().map(base_of).collect(), changes, retire, &[], SNAP_M)
        .unwrap_or_else(|invalid| panic!("{:#?}", invalid.findings))
}

fn new_area(stored: &StoredArea, code_of: impl Fn(AreaIndex) -> AreaCode) -> NewArea {
    let area = &stored.area;
    NewArea {
        code: area.code,
        level: area.level,
        parent: area.parent.map(code_of),
        name: area.name.clone(),
        kind: area.kind,
        branch: area.branch.clone(),
        households: area.households,
        residents: area.residents,
        figures: area.figures,
        body: area.body.as_deref().cloned(),
        geometry: stored.geometry.clone(),
    }
}

/// What a store must return for the rows of a draft that was published onto nothing.
pub fn expected_areas(draft: &ValidDraft) -> Vec<StoredArea> {
    let rows = draft.changes();
    let index_of = |code: AreaCode| rows.iter().position(|row| row.area.code == code).expect("a parent") as AreaIndex;
    let stored = |(i, row): (usize, &onemap::domain::redraw::AreaChange)| StoredArea {
        area: Area {
            id: onemap::domain::area::AreaId(i as i64 + 1),
            from_edition: 1,
            code: row.area.code,
            level: row.area.level,
            parent: row.area.parent.map(index_of),
            name: row.area.name.clone(),
            kind: row.area.kind,
            branch: row.area.branch.clone(),
            households: row.area.households,
            residents: row.area.residents,
            figures: row.area.figures,
            body: row.area.body.clone().map(Box::new),
            area_m2: row.area_m2,
            label: row.label,
            digest: row.digest,
        },
        geometry: row.area.geometry.clone(),
    };
    rows.iter().enumerate().map(stored).collect()
}
