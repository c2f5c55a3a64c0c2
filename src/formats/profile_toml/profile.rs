//! A profile as TOML.

use super::{
    ProfileError, SchemeCatalogue,
    category::categories,
    crs::crs,
    indicators::indicators,
    level::{branches, level, roles, unique},
    locate::thresholds,
    place_class::place_classes,
    rule::{RuleWords, escalation, rules},
    scheme,
    table::{Document, Table, Value},
};
use crate::domain::{
    area::AreaCode,
    geometry::{Extent, Position},
    profile::{Branch, CodeScheme, LevelSpec, MapSettings, Outline, OverlapPolicy, Profile},
};

/// Fewest and most levels of a profile.
const LEVELS: std::ops::RangeInclusive<usize> = 2..=7;

/// Farthest that the nearest area may be named, in metres.
const MAX_NEAREST_LIMIT_M: f64 = 10_000.0;

const PROFILE_KEYS: &[&str] = &[
    "id",
    "name",
    "extent",
    "crs",
    "outlines",
    "overlap",
    "nearest_limit_m",
    "locate",
    "time_zone",
    "map",
    "branches",
    "schemes",
    "levels",
    "roles",
    "place_classes",
    "indicators",
    "categories",
    "rules",
    "escalation",
];

/// The profile that `text` defines; `file` is named in the error. Schemes come from `schemes` or from the text itself.
pub fn parse_profile(text: &str, file: &str, schemes: &SchemeCatalogue) -> Result<Profile, ProfileError> {
    let document = Document { text, file };
    let root = document.parse()?;
    let table = document.root(&root, PROFILE_KEYS)?;
    let own = own_schemes(&table, schemes)?;
    let own_count = own.len();
    let mut known = own;
    known.extend_from_slice(schemes.schemes());
    let branches = branches(table.find("branches"))?;
    let mut levels = levels(&table, &known, &branches)?;
    let used = keep_used(known, own_count, &mut levels);
    let roles = roles(table.find("roles"), &levels, &branches)?;
    let categories = categories(table.find("categories"))?;
    let place_classes = place_classes(table.find("place_classes"))?;
    let words = RuleWords { levels: &levels, roles: &roles, categories: &categories, place_classes: &place_classes };
    let rules = rules(table.find("rules"), words)?;
    let (id, name, bounds) = (table.need("id")?.id("-")?, table.need("name")?.name()?, extent(&table.need("extent")?)?);
    Ok(Profile {
        id,
        name,
        extent: bounds,
        crs: crs(table.find("crs"), bounds)?,
        outlines: outlines(table.find("outlines"))?,
        overlap: table
            .need("overlap")?
            .one_of(&[("overlay", OverlapPolicy::Overlay), ("carve", OverlapPolicy::Carve)])?,
        nearest_limit_m: table.need("nearest_limit_m")?.number(0.0, MAX_NEAREST_LIMIT_M)?,
        thresholds: thresholds(table.find("locate"))?,
        time_zone: time_zone(&table.need("time_zone")?)?,
        map: map(&table.need("map")?)?,
        escalation: escalation(table.find("escalation"), &roles)?,
        categories,
        rules,
        roles,
        place_classes,
        indicators: indicators(table.find("indicators"))?,
        branches,
        levels,
        schemes: used,
        source: text.to_owned(),
    })
}

fn own_schemes(table: &Table<'_>, catalogue: &SchemeCatalogue) -> Result<Vec<CodeScheme>, ProfileError> {
    let Some(value) = table.find("schemes") else { return Ok(Vec::new()) };
    let mut own: Vec<CodeScheme> = Vec::new();
    for value in value.array()? {
        let (scheme, id) = scheme::inline(&value)?;
        unique(&id, scheme.id(), own.iter().chain(catalogue.schemes()).map(CodeScheme::id))?;
        own.push(scheme);
    }
    Ok(own)
}

fn levels(table: &Table<'_>, schemes: &[CodeScheme], branches: &[Branch]) -> Result<Vec<LevelSpec>, ProfileError> {
    let value = table.need("levels")?;
    let values = value.array()?;
    if !LEVELS.contains(&values.len()) {
        let found = values.len();
        return Err(value.error(format!("有 {found} 个层级"), format!("found {found} levels"), "2 to 7 levels"));
    }
    let mut levels: Vec<LevelSpec> = Vec::new();
    for value in &values {
        let spec = level(value, schemes, branches)?;
        if levels.iter().any(|before| before.id == spec.id) {
            let (zh, en) = (format!("标识 {} 重复", spec.id), format!("id {} is there twice", spec.id));
            return Err(at(value, "id", zh, en, "unique ids"));
        }
        if let Some(above) = levels.last() {
            agree(value, above, &spec, schemes)?;
        }
        levels.push(spec);
    }
    Ok(levels)
}

/// An error when a level does not fit the one above it.
fn agree(value: &Value<'_>, above: &LevelSpec, spec: &LevelSpec, schemes: &[CodeScheme]) -> Result<(), ProfileError> {
    if spec.min_zoom < above.min_zoom {
        let found = spec.min_zoom;
        let (zh, en) = (format!("缩放级 {found} 小于上级"), format!("zoom {found} is below that of the level above"));
        return Err(at(value, "min_zoom", zh, en, format!("{} or more", above.min_zoom)));
    }
    let inside = schemes[spec.code.scheme].level(&spec.code.level).expect("checked when the level was read");
    let outside = schemes[above.code.scheme].level(&above.code.level).expect("checked when the level was read");
    let (Some(parent), Some(place)) = (&inside.parent, inside.parent_place()) else { return Ok(()) };
    if parent.level == outside.id && place.len() == outside.length() {
        return Ok(());
    }
    let (found, wanted, length) = (&outside.id, &parent.level, place.len());
    let en =
        format!("its codes begin with those of {wanted} ({length} characters), but {} has codes of {found}", above.id);
    let zh = format!("编码的上级应为 {wanted}（{length} 位），而 {} 的编码为 {found}", above.id);
    Err(at(value, "code", zh, en, format!("a scheme level below {found} of {} characters", outside.length())))
}

fn at(
    value: &Value<'_>,
    key: &str,
    zh: impl Into<Box<str>>,
    en: impl Into<Box<str>>,
    allowed: impl Into<Box<str>>,
) -> ProfileError {
    match value.table(super::level::LEVEL_KEYS) {
        Ok(table) => table.error(key, zh, en, allowed),
        Err(error) => error,
    }
}

/// The schemes of the file and those of the catalogue that a level names, with the levels pointing at them.
fn keep_used(known: Vec<CodeScheme>, own_count: usize, levels: &mut [LevelSpec]) -> Vec<CodeScheme> {
    let mut kept = Vec::new();
    for (i, scheme) in known.into_iter().enumerate() {
        let users = || levels.iter().any(|level| level.code.scheme == i);
        if i < own_count || users() {
            kept.push((i, scheme));
        }
    }
    for level in levels {
        let position = kept.iter().position(|(i, _)| *i == level.code.scheme);
        level.code.scheme = position.expect("a scheme that a level names is kept");
    }
    kept.into_iter().map(|(_, scheme)| scheme).collect()
}

fn extent(value: &Value<'_>) -> Result<Extent, ProfileError> {
    let [west, south, east, north] = value.entries("[west, south, east, north] in degrees")?;
    let (west, south) = (west.number(-180.0, 180.0)?, south.number(-90.0, 90.0)?);
    let (east, north) = (east.number(west, 180.0)?, north.number(south, 90.0)?);
    let corner = |lon, lat| Position::from_degrees(lon, lat).expect("the ranges above are the world");
    Ok(Extent::of(corner(west, south)).with(corner(east, north)))
}

fn outlines(value: Option<Value<'_>>) -> Result<Vec<Outline>, ProfileError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let mut outlines = Vec::new();
    for value in value.array()? {
        let table = value.table(&["code", "bounds"])?;
        let code = table.need("code")?;
        let text = code.text()?;
        let code = AreaCode::new(text).map_err(|_| code.unknown(text, &["1 to 24 letters and digits"]))?;
        outlines.push(Outline { code, bounds: extent(&table.need("bounds")?)? });
    }
    Ok(outlines)
}

fn time_zone(value: &Value<'_>) -> Result<(String, i16), ProfileError> {
    let table = value.table(&["name", "offset_minutes"])?;
    let value = table.need("name")?;
    let name = value.text()?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c)) {
        return Err(value.unknown(name, &["an IANA name such as Asia/Shanghai"]));
    }
    // The offsets in use run from -12:00 to +14:00.
    let offset = table.need("offset_minutes")?.integer(-12 * 60, 14 * 60)?;
    Ok((name.to_owned(), offset as i16))
}

fn map(value: &Value<'_>) -> Result<MapSettings, ProfileError> {
    let table = value.table(&["approval_number", "notice", "attribution"])?;
    let approval_number = table.find("approval_number").map(|value| value.text().map(str::to_owned)).transpose()?;
    Ok(MapSettings {
        approval_number,
        notice: table.need("notice")?.name()?,
        attribution: table.need("attribution")?.name()?,
    })
}
