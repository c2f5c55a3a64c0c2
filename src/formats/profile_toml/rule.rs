//! The rules of a profile: who is to answer for what.

use super::{
    ProfileError,
    level::unique,
    table::{Table, Value},
};
use crate::domain::{
    area::{Kind, Level},
    profile::{Category, CategoryPattern, Escalation, LevelSpec, Party, PlaceClass, Role, Rule, Window},
};

/// The days of a week, bit 0 first.
const DAYS: [(&str, u8); 7] = [("mon", 0), ("tue", 1), ("wed", 2), ("thu", 3), ("fri", 4), ("sat", 5), ("sun", 6)];

const EVERY_DAY: u8 = 0b111_1111;

/// What rules may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct RuleWords<'p> {
    pub levels: &'p [LevelSpec],
    pub roles: &'p [Role],
    pub categories: &'p [Category],
    pub place_classes: &'p [PlaceClass],
}

/// The rules of the tables `rules`, in their order.
pub(super) fn rules(value: Option<Value<'_>>, words: RuleWords<'_>) -> Result<Vec<Rule>, ProfileError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let mut read: Vec<Rule> = Vec::new();
    for value in value.array()? {
        let table =
            value.table(&["id", "name", "category", "kind", "level", "place_class", "time", "lead", "assist"])?;
        let value = table.need("id")?;
        let id = value.id("")?;
        unique(&value, &id, read.iter().map(|before| before.id.as_str()))?;
        let level = table.find("level").map(|value| level(&value, words.levels)).transpose()?;
        read.push(Rule {
            id,
            name: table.need("name")?.name()?,
            categories: some(&table, "category", |value| pattern(value, words.categories))?
                .unwrap_or_else(|| vec![CategoryPattern::Any]),
            kind: kind(&table, level, words.levels)?,
            level,
            place_classes: some(&table, "place_class", |value| {
                let words: Vec<(&str, &str)> =
                    words.place_classes.iter().map(|class| (class.id.as_str(), class.id.as_str())).collect();
                value.one_of(&words).map(str::to_owned)
            })?
            .unwrap_or_default(),
            time: some(&table, "time", window)?.unwrap_or_default(),
            lead: lead(&table.need("lead")?, words.roles)?,
            assist: match table.find("assist") {
                Some(value) => {
                    value.array()?.iter().map(|value| party(value, words.roles)).collect::<Result<_, _>>()?
                }
                None => Vec::new(),
            },
        });
    }
    Ok(read)
}

/// Who answers when no rule finds anybody; without the table, all roles but Party bodies, and no organisation.
pub(super) fn escalation(value: Option<Value<'_>>, roles: &[Role]) -> Result<Escalation, ProfileError> {
    let all = || roles.iter().enumerate().filter(|(_, role)| !role.is_party_body).map(|(at, _)| at).collect();
    let Some(value) = value else { return Ok(Escalation { roles: all(), organisation: None }) };
    let table = value.table(&["roles", "organisation"])?;
    let mut named: Option<Vec<usize>> = None;
    if let Some(value) = table.find("roles") {
        let read = named.insert(Vec::new());
        for value in value.array()? {
            let at = role(&value, roles)?;
            unique(&value, &roles[at].id, read.iter().map(|&before| roles[before].id.as_str()))?;
            read.push(at);
        }
    }
    let organisation = table.find("organisation").map(|value| value.text().map(str::to_owned)).transpose()?;
    Ok(Escalation { roles: named.unwrap_or_else(all), organisation })
}

/// The entries of an array that has at least one; `None` where the key is absent.
fn some<T>(
    table: &Table<'_>,
    key: &'static str,
    read: impl Fn(&Value<'_>) -> Result<T, ProfileError>,
) -> Result<Option<Vec<T>>, ProfileError> {
    let Some(value) = table.find(key) else { return Ok(None) };
    let values = value.array()?;
    if values.is_empty() {
        return Err(value.error("没有内容", "found none", "at least one entry, or no key at all"));
    }
    values.iter().map(read).collect::<Result<_, _>>().map(Some)
}

fn level(value: &Value<'_>, levels: &[LevelSpec]) -> Result<Level, ProfileError> {
    let words: Vec<(&str, Level)> = (0..).zip(levels).map(|(at, level)| (level.id.as_str(), Level(at))).collect();
    value.one_of(&words)
}

fn kind(table: &Table<'_>, level: Option<Level>, levels: &[LevelSpec]) -> Result<Kind, ProfileError> {
    let Some(value) = table.find("kind") else { return Ok(Kind::None) };
    let kind = value.one_of(&[("comprehensive", Kind::Comprehensive), ("exclusive", Kind::Exclusive)])?;
    let has_kinds = match level {
        Some(level) => levels[usize::from(level.0)].kinds,
        None => levels.iter().any(|level| level.kinds),
    };
    if has_kinds {
        return Ok(kind);
    }
    let (zh, en) = match level.map(|level| &levels[usize::from(level.0)].id) {
        Some(level) => (format!("层级 {level} 不分类别"), format!("level {level} has no kinds")),
        None => ("没有分类别的层级".to_owned(), "no level has kinds".to_owned()),
    };
    Err(value.error(zh, en, "no kind, or a level with kinds = true"))
}

fn pattern(value: &Value<'_>, categories: &[Category]) -> Result<CategoryPattern, ProfileError> {
    let text = value.text()?;
    let pattern = CategoryPattern::new(text);
    if categories.iter().any(|category| pattern.fits(&category.id)) {
        return Ok(pattern);
    }
    let mut allowed: Vec<&str> = vec!["*", "the beginning of an id with * after it"];
    allowed.extend(categories.iter().map(|category| category.id.as_str()));
    Err(value.unknown(text, &allowed))
}

fn window(value: &Value<'_>) -> Result<Window, ProfileError> {
    let table = value.table(&["days", "from", "to"])?;
    let mut days = 0_u8;
    for day in some(&table, "days", |value| value.one_of(&DAYS))?.unwrap_or_default() {
        if days & (1 << day) != 0 {
            return Err(table.error("days", "有重复的日子", "a day is there twice", "each once"));
        }
        days |= 1 << day;
    }
    let minute = |key, otherwise| table.find(key).map_or(Ok(otherwise), |value| minute(&value));
    let (from, to) = (minute("from", 0)?, minute("to", 24 * 60)?);
    let days = if table.find("days").is_some() { days } else { EVERY_DAY };
    Window::new(days, from, to).ok_or_else(|| {
        table.error("from", "起止时间相同，或始于 24:00", "the hours are none", "from 00:00 to 23:59, other than to")
    })
}

/// Minutes of a day.
fn minute(value: &Value<'_>) -> Result<u16, ProfileError> {
    let text = value.text()?;
    let two = |text: &str| -> Option<u16> {
        let is_good = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_good.then(|| text.parse().ok()).flatten()
    };
    let time = text.split_once(':').and_then(|(hour, minute)| Some((two(hour)?, two(minute)?)));
    match time {
        Some((hour, minute)) if minute < 60 && hour * 60 + minute <= 24 * 60 => Ok(hour * 60 + minute),
        _ => Err(value.unknown(text, &["HH:MM from 00:00 to 24:00"])),
    }
}

fn lead(value: &Value<'_>, roles: &[Role]) -> Result<Party, ProfileError> {
    match value.text() {
        Ok(_) => {
            let is_body = value.one_of(&[("leaders", false), ("body", true)])?;
            Ok(if is_body { Party::Body } else { Party::Leaders })
        }
        Err(_) => table_party(value, roles),
    }
}

fn party(value: &Value<'_>, roles: &[Role]) -> Result<Party, ProfileError> {
    match value.text() {
        Ok(_) => value.one_of(&[("body", ())]).map(|()| Party::Body),
        Err(_) => table_party(value, roles),
    }
}

fn table_party(value: &Value<'_>, roles: &[Role]) -> Result<Party, ProfileError> {
    let table = value.table(&["role", "organisation"])?;
    match (table.find("role"), table.find("organisation")) {
        (Some(value), None) => role(&value, roles).map(Party::Role),
        (None, Some(value)) => value.text().map(|name| Party::Organisation(name.to_owned())),
        (Some(_), Some(_)) => Err(table.error(
            "organisation",
            "role 与 organisation 只能有一个",
            "both role and organisation",
            "one of the two",
        )),
        (None, None) => {
            Err(table.error("role", "缺少 role 或 organisation", "neither role nor organisation", "one of the two"))
        }
    }
}

/// The place of a role in the profile.
fn role(value: &Value<'_>, roles: &[Role]) -> Result<usize, ProfileError> {
    let found = value.text()?;
    roles.iter().position(|role| role.id == found).ok_or_else(|| {
        let allowed: Vec<&str> = roles.iter().map(|role| role.id.as_str()).collect();
        value.unknown(found, &allowed)
    })
}
