//! Values of indicators as programs send them, read one by one.

use std::{fmt, io::Read};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
};
use utoipa::ToSchema;

use crate::{
    app::indicators::GivenCell,
    domain::{
        area::finding::Source,
        indicator::{Period, PeriodKind},
    },
};

/// A value that a program sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenValueJson {
    /// Code of the area.
    pub area: String,
    /// Id of the indicator.
    pub indicator: String,
    /// The period; that of the parameter when left out.
    pub period: Option<String>,
    /// The value, a number or the digits of one.
    #[serde(deserialize_with = "digits")]
    #[schema(value_type = f64)]
    pub value: String,
    /// What it is counted in, to be checked; as defined when left out.
    pub measure: Option<String>,
    /// Who has it; whom the profile names when left out.
    pub source: Option<String>,
    /// The day as of which it holds; today when left out.
    pub updated: Option<String>,
}

impl GivenValueJson {
    /// The value as a cell; `Err` names the member that is none.
    pub fn cell(self, number: u64) -> Result<GivenCell, &'static str> {
        let day = self.updated.map(|text| {
            Period::parse(&text).filter(|day| day.kind() == PeriodKind::Date).map(Period::first_day).ok_or("updated")
        });
        let place = Source { file: String::new(), record: Some(number), field: Some("value".to_owned()) };
        Ok(GivenCell {
            place,
            area: self.area,
            indicator: self.indicator,
            period: self.period,
            value: self.value,
            measure: self.measure,
            source: self.source,
            updated: day.transpose()?,
        })
    }
}

/// Why values are not taken.
#[derive(Debug)]
pub enum GivenFault {
    /// More than may be sent at once.
    TooMany,
    /// A member of an entry, counted from 1, cannot be used.
    Member(u64, &'static str),
    /// The entry with this number, or what is around it, is not the JSON that is needed.
    Json(u64, serde_json::Error),
}

/// The cells of an array of at most `max` values, read one by one: what is beyond them is not looked at.
pub fn read_values(source: impl Read, max: usize) -> Result<Vec<GivenCell>, GivenFault> {
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    let (mut cells, mut fault) = (Vec::new(), None);
    let values = Values { cells: &mut cells, max, fault: &mut fault };
    match values.deserialize(&mut deserializer).and_then(|()| deserializer.end()) {
        Ok(()) => Ok(cells),
        Err(error) => Err(fault.unwrap_or(GivenFault::Json(cells.len() as u64 + 1, error))),
    }
}

struct Values<'a> {
    cells: &'a mut Vec<GivenCell>,
    max: usize,
    fault: &'a mut Option<GivenFault>,
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        while let Some(value) = values.next_element::<GivenValueJson>()? {
            let number = self.cells.len() as u64 + 1;
            let cell = match value.cell(number) {
                Ok(_) if self.cells.len() == self.max => Err(GivenFault::TooMany),
                Ok(cell) => Ok(cell),
                Err(member) => Err(GivenFault::Member(number, member)),
            };
            match cell {
                Ok(cell) => self.cells.push(cell),
                Err(fault) => {
                    *self.fault = Some(fault);
                    return Err(A::Error::custom("refused"));
                }
            }
        }
        Ok(())
    }
}

/// A number or the digits of one, as text. Lists and objects are refused unread.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(Digits)
}

struct Digits;

impl Visitor<'_> for Digits {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or the digits of one")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<String, E> {
        serde_json::Number::from_f64(number).map(|it| it.to_string()).ok_or_else(|| E::custom("no finite number"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let values = read_values(text.as_bytes(), 2).map_err(|fault| match fault {
            GivenFault::TooMany => "too many".to_owned(),
            GivenFault::Member(number, member) => format!("{number} {member}"),
            GivenFault::Json(number, error) => format!("{number}: {error}"),
        });
        values.map(|cells| cells.into_iter().map(|cell| cell.value).collect())
    }

    fn one(value: &str) -> String {
        format!(r#"{{"area": "1", "indicator": "firms", "value": {value}}}"#)
    }

    #[test]
    fn values_are_numbers_or_their_digits() {
        for (value, digits) in [("12", "12"), ("-3", "-3"), ("0.1", "0.1"), ("1.50", "1.5"), (r#""1,234""#, "1,234")] {
            assert_eq!(read(&format!("[{}]", one(value))), Ok(vec![digits.to_owned()]), "{value}");
        }
        for value in ["[1]", "{}", "null", "true"] {
            let refused = read(&format!("[{}, {}]", one("1"), one(value))).expect_err(value);
            assert!(refused.starts_with("2: invalid type: "), "{refused}");
            assert!(refused.contains("expected a number, or the digits of one at line 1"), "{refused}");
        }
        assert_eq!(read("[]"), Ok(vec![]));
        assert!(read("[] []").expect_err("two documents").contains("trailing"));
    }

    #[test]
    fn values_are_counted_while_they_are_read() {
        let three = [one("1"), one("2"), one("3")].join(",");
        assert_eq!(read(&format!("[{three}]")), Err("too many".to_owned()));
        assert_eq!(read(&format!("[{three}, and what nobody looks at")), Err("too many".to_owned()));
        let soon = r#"[{"area": "1", "indicator": "firms", "value": 1, "updated": "soon"}]"#;
        assert_eq!(read(soon), Err("1 updated".to_owned()));
    }
}
