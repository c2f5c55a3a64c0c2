//! The levels, branches and roles of a profile.

use super::{
    ProfileError,
    table::{Table, Value},
};
use crate::domain::{
    area::{Kind, Level},
    profile::{Branch, CodeScheme, LevelBranch, LevelCode, LevelLabel, LevelSpec, Norms, Range, Role, RoleBranch},
};

/// Closest zoom of the map.
const MAX_ZOOM: i64 = 22;

/// Greatest figure of a norm: the area of the earth's land is below it.
const MAX_NORM: f64 = 1e15;

pub(super) const LEVEL_KEYS: &[&str] =
    &["id", "name", "norms", "branches", "stackable", "kinds", "gap", "min_zoom", "label_zoom", "label", "code"];

/// A level, with the schemes and branches that it may name.
pub(super) fn level(value: &Value<'_>, schemes: &[CodeScheme], branches: &[Branch]) -> Result<LevelSpec, ProfileError> {
    let table = value.table(LEVEL_KEYS)?;
    let min_zoom = table.need("min_zoom")?.integer(0, MAX_ZOOM)?;
    let label_zoom = match table.find("label_zoom") {
        None => None,
        Some(value) => Some(value.integer(min_zoom, MAX_ZOOM)? as u8),
    };
    Ok(LevelSpec {
        id: table.need("id")?.id("")?,
        name: table.need("name")?.name()?,
        norms: norms(&table)?,
        branches: level_branches(&table, branches)?,
        stackable: flag(&table, "stackable")?,
        kinds: flag(&table, "kinds")?,
        gap_is_error: table.need("gap")?.one_of(&[("error", true), ("warning", false)])?,
        min_zoom: min_zoom as u8,
        label_zoom,
        label: table.find("label").map_or(Ok(LevelLabel::Name), |value| {
            value.one_of(&[("name", LevelLabel::Name), ("number", LevelLabel::Number)])
        })?,
        code: code(&table.need("code")?, schemes)?,
    })
}

fn flag(table: &Table<'_>, key: &str) -> Result<bool, ProfileError> {
    table.find(key).map_or(Ok(false), |value| value.boolean())
}

fn norms(table: &Table<'_>) -> Result<Norms, ProfileError> {
    let Some(value) = table.find("norms") else { return Ok(Norms::default()) };
    let norms = value.table(&["households", "residents", "area_m2"])?;
    let read = |key| norms.find(key).map(|value| range(&value)).transpose();
    Ok(Norms { households: read("households")?, residents: read("residents")?, area_m2: read("area_m2")? })
}

fn range(value: &Value<'_>) -> Result<Range, ProfileError> {
    let [min, max] = value.entries("[min, max]")?;
    let min = min.number(0.0, MAX_NORM)?;
    Ok(Range { min, max: max.number(min, MAX_NORM)? })
}

fn level_branches(table: &Table<'_>, branches: &[Branch]) -> Result<Vec<LevelBranch>, ProfileError> {
    let Some(values) = table.find("branches") else { return Ok(Vec::new()) };
    let mut read: Vec<LevelBranch> = Vec::new();
    for value in values.array()? {
        let table = value.table(&["branch", "name", "norms"])?;
        let branch = known_branch(&table, branches, read.iter().map(|before| before.branch.as_str()))?;
        read.push(LevelBranch { branch, name: table.need("name")?.name()?, norms: norms(&table)? });
    }
    Ok(read)
}

/// An error when `id` is among those before it.
pub(super) fn unique<'i>(
    value: &Value<'_>,
    id: &str,
    mut before: impl Iterator<Item = &'i str>,
) -> Result<(), ProfileError> {
    if before.all(|other| other != id) {
        return Ok(());
    }
    Err(value.error(format!("标识 {id} 重复"), format!("id {id} is there twice"), "unique ids"))
}

fn code(value: &Value<'_>, schemes: &[CodeScheme]) -> Result<LevelCode, ProfileError> {
    let table = value.table(&["scheme", "level"])?;
    let value = table.need("scheme")?;
    let id = value.id("-")?;
    let Some(scheme) = schemes.iter().position(|scheme| scheme.id() == id) else {
        let allowed: Vec<&str> = schemes.iter().map(CodeScheme::id).collect();
        return Err(value.unknown(&id, &allowed));
    };
    let value = table.need("level")?;
    let level = value.id("")?;
    if schemes[scheme].level(&level).is_none() {
        let allowed: Vec<&str> = schemes[scheme].levels().iter().map(|level| level.id.as_str()).collect();
        return Err(value.unknown(&level, &allowed));
    }
    Ok(LevelCode { scheme, level })
}

/// The branches of a profile.
pub(super) fn branches(value: Option<Value<'_>>) -> Result<Vec<Branch>, ProfileError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let mut read: Vec<Branch> = Vec::new();
    for value in value.array()? {
        let table = value.table(&["id", "name"])?;
        let value = table.need("id")?;
        let id = value.id("")?;
        unique(&value, &id, read.iter().map(|before| before.id.as_str()))?;
        read.push(Branch { id, name: table.need("name")?.name()? });
    }
    Ok(read)
}

/// The roles of a profile.
pub(super) fn roles(
    value: Option<Value<'_>>,
    levels: &[LevelSpec],
    branches: &[Branch],
) -> Result<Vec<Role>, ProfileError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let mut read: Vec<Role> = Vec::new();
    for value in value.array()? {
        let table = value.table(&["id", "name", "level", "kind", "min", "max", "branches", "party_body"])?;
        let value = table.need("id")?;
        let id = value.id("")?;
        unique(&value, &id, read.iter().map(|before| before.id.as_str()))?;
        let value = table.need("level")?;
        let found = value.text()?;
        let Some(level) = levels.iter().position(|level| level.id == found) else {
            let allowed: Vec<&str> = levels.iter().map(|level| level.id.as_str()).collect();
            return Err(value.unknown(found, &allowed));
        };
        let kind = match table.find("kind") {
            None => Kind::None,
            Some(value) if levels[level].kinds => {
                value.one_of(&[("comprehensive", Kind::Comprehensive), ("exclusive", Kind::Exclusive)])?
            }
            Some(value) => {
                let (zh, en) = (format!("层级 {found} 不分类别"), format!("level {found} has no kinds"));
                return Err(value.error(zh, en, "no kind, or a level with kinds = true"));
            }
        };
        let (min, max) = count(&table, 1)?;
        let name = table.need("name")?.name()?;
        let branches = role_branches(&table, branches)?;
        let is_party_body = table.find("party_body").map(|value| value.boolean()).transpose()?.unwrap_or(false);
        read.push(Role { id, name, level: Level(level as u8), kind, min, max, branches, is_party_body });
    }
    Ok(read)
}

/// `min` and `max` of a role; `max` is `least` or more.
fn count(table: &Table<'_>, least: i64) -> Result<(u16, u16), ProfileError> {
    let min = table.need("min")?.integer(0, i64::from(u16::MAX))?;
    let max = table.need("max")?.integer(min.max(least), i64::from(u16::MAX))?;
    Ok((min as u16, max as u16))
}

fn role_branches(table: &Table<'_>, branches: &[Branch]) -> Result<Vec<RoleBranch>, ProfileError> {
    let Some(values) = table.find("branches") else { return Ok(Vec::new()) };
    let mut read: Vec<RoleBranch> = Vec::new();
    for value in values.array()? {
        let table = value.table(&["branch", "min", "max"])?;
        let branch = known_branch(&table, branches, read.iter().map(|before| before.branch.as_str()))?;
        // A branch may have none.
        let (min, max) = count(&table, 0)?;
        read.push(RoleBranch { branch, min, max });
    }
    Ok(read)
}

/// The branch that an entry is about: one of the profile's, and of none before.
fn known_branch<'i>(
    table: &Table<'_>,
    branches: &[Branch],
    before: impl Iterator<Item = &'i str>,
) -> Result<String, ProfileError> {
    let value = table.need("branch")?;
    let branch = value.id("")?;
    if !branches.iter().any(|known| known.id == branch) {
        let allowed: Vec<&str> = branches.iter().map(|known| known.id.as_str()).collect();
        return Err(value.unknown(&branch, &allowed));
    }
    unique(&value, &branch, before)?;
    Ok(branch)
}
