//! The indicators of a profile.

use super::{
    ProfileError,
    level::unique,
    table::{Table, Value},
};
use crate::domain::indicator::{Amount, Group, Indicator, MAX_DECIMALS, MAX_MANTISSA, Period, PeriodKind, RollUp};

const KEYS: &[&str] = &[
    "id",
    "name",
    "group",
    "measure",
    "source",
    "period",
    "decimals",
    "max",
    "sum",
    "weight",
    "first_open",
    "closes_after_days",
];

/// Ids that are addresses of the service below `/indicators/`.
const RESERVED: [&str; 3] = ["imports", "export", "template"];

/// The largest value of an area where the profile says nothing: as many as a district of a hundred million has.
const DEFAULT_MAX: i64 = 100_000_000;

/// Longest time after its end that a period may stay open, in days.
const MAX_DAYS: i64 = 3650;

/// The indicators of a profile; none when there is no such list.
pub(super) fn indicators(value: Option<Value<'_>>) -> Result<Vec<Indicator>, ProfileError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let values = value.array()?;
    let mut read: Vec<Indicator> = Vec::new();
    for value in &values {
        let table = value.table(KEYS)?;
        let value = table.need("id")?;
        let indicator = indicator(&table, value.id("")?)?;
        if RESERVED.contains(&indicator.id.as_str()) {
            let id = &indicator.id;
            let (zh, en) = (format!("标识 {id} 已作他用"), format!("id {id} has another meaning"));
            return Err(value.error(zh, en, format!("an id other than {}", RESERVED.join(", "))));
        }
        unique(&value, &indicator.id, read.iter().map(|before| before.id.as_str()))?;
        read.push(indicator);
    }
    for (value, indicator) in values.iter().zip(&read) {
        if let RollUp::Mean { weight } = &indicator.roll_up {
            let fits = |other: &&Indicator| other.period == indicator.period && other.roll_up == RollUp::Sum;
            if !read.iter().filter(fits).any(|other| other.id == *weight) {
                let allowed: Vec<&str> = read.iter().filter(fits).map(|other| other.id.as_str()).collect();
                return Err(value.table(KEYS)?.need("weight")?.unknown(weight, &allowed));
            }
        }
    }
    Ok(read)
}

fn indicator(table: &Table<'_>, id: String) -> Result<Indicator, ProfileError> {
    let period = table.need("period")?.one_of(&PeriodKind::ALL.map(|kind| (kind.id(), kind)))?;
    let decimals = table.find("decimals").map_or(Ok(0), |value| value.integer(0, i64::from(MAX_DECIMALS)))? as u8;
    let one = 10_i64.pow(u32::from(decimals));
    let max = table.find("max").map_or(Ok(DEFAULT_MAX), |value| value.integer(1, MAX_MANTISSA / one))?;
    let days = table.find("closes_after_days").map(|value| value.integer(0, MAX_DAYS)).transpose()?;
    Ok(Indicator {
        id,
        name: table.need("name")?.name()?,
        group: table.need("group")?.one_of(&Group::ALL.map(|group| (group.id(), group)))?,
        measure: table.need("measure")?.name()?,
        source: table.need("source")?.name()?,
        period,
        max: Amount::new(max * one, decimals).expect("both are in range"),
        roll_up: roll_up(table)?,
        first_open: table.find("first_open").map(|value| first_open(&value, period)).transpose()?,
        closes_after_days: days.map(|days| days as u16),
    })
}

fn roll_up(table: &Table<'_>) -> Result<RollUp, ProfileError> {
    let value = table.need("sum")?;
    let word = value.one_of(&["none", "sum", "max", "mean"].map(|word| (word, word)))?;
    let weight = table.find("weight");
    Ok(match (word, weight) {
        ("mean", Some(weight)) => RollUp::Mean { weight: weight.id("")? },
        ("mean", None) => {
            // Not there: this says so.
            RollUp::Mean { weight: table.need("weight")?.id("")? }
        }
        (_, Some(weight)) => {
            let (zh, en) = (format!("{word} 不需要 weight"), format!("{word} needs no weight"));
            return Err(weight.error(zh, en, "weight with sum = \"mean\" alone"));
        }
        ("sum", None) => RollUp::Sum,
        ("max", None) => RollUp::Max,
        _ => RollUp::None,
    })
}

fn first_open(value: &Value<'_>, kind: PeriodKind) -> Result<Period, ProfileError> {
    let text = value.text()?;
    let period = Period::parse(text).filter(|period| period.kind() == kind);
    period.ok_or_else(|| value.unknown(text, &[kind.example()]))
}
