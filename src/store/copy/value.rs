//! A row as it is on its way, the same whatever it came from.

use crate::{domain::place::PlaceGeometry, formats::wkb::write_place, store::StoreError};

use super::tables::{Kind, Table};

/// What one column of a row holds.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number, compared and digested by its bits.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Yes or no.
    Truth(bool),
    /// A time, as [`stamp`](crate::store::stamp) writes it.
    Time(String),
    /// A geometry on the lattice.
    Geometry(PlaceGeometry),
}

/// The columns of a row, in the order of its table.
pub(in crate::store) type Row = Vec<Value>;

impl Value {
    /// Appends what tells this value from all others.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Null => bytes.push(0),
            Self::Integer(value) => write_part(1, &value.to_le_bytes(), bytes),
            Self::Real(value) => write_part(2, &value.to_bits().to_le_bytes(), bytes),
            Self::Text(text) => write_part(3, text.as_bytes(), bytes),
            Self::Bytes(value) => write_part(4, value, bytes),
            Self::Truth(value) => write_part(5, &[u8::from(*value)], bytes),
            Self::Time(stamp) => write_part(6, stamp.as_bytes(), bytes),
            Self::Geometry(geometry) => write_part(7, &wkb_of(geometry), bytes),
        }
    }

    /// How many bytes it takes on its way, roughly.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Geometry(PlaceGeometry::Polygon(area)) => 16 * area.vertex_count(),
            Self::Geometry(PlaceGeometry::Line(line)) => 16 * line.len(),
            _ => 8,
        }
    }
}

fn write_part(tag: u8, part: &[u8], bytes: &mut Vec<u8>) {
    bytes.push(tag);
    bytes.extend((part.len() as u64).to_le_bytes());
    bytes.extend(part);
}

/// A geometry as well-known binary.
pub(super) fn wkb_of(geometry: &PlaceGeometry) -> Vec<u8> {
    let mut wkb = Vec::new();
    write_place(geometry, &mut wkb);
    wkb
}

/// A value that comes before every key of its kind.
pub(super) fn before_all(kind: Kind) -> Value {
    match kind {
        Kind::Text => Value::Text(String::new()),
        _ => Value::Integer(i64::MIN),
    }
}

/// A value in a column that is of another kind.
pub(super) fn misfit(table: &Table, column: usize) -> StoreError {
    StoreError::Inconsistent(format!("{}.{} holds what it must not", table.name, table.columns[column].name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_rows_have_different_bytes() {
        let bytes = |row: &[Value]| {
            let mut bytes = Vec::new();
            row.iter().for_each(|value| value.write(&mut bytes));
            bytes
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = [
            vec![text("a"), text("bc")],
            vec![text("ab"), text("c")],
            vec![text("abc")],
            vec![Value::Bytes(b"abc".to_vec())],
            vec![Value::Time("abc".to_owned())],
            vec![Value::Null],
            vec![Value::Null, Value::Null],
            vec![text("")],
            vec![Value::Integer(0)],
            vec![Value::Real(0.0)],
            vec![Value::Real(-0.0)],
            vec![Value::Truth(false)],
            vec![Value::Truth(true)],
        ];
        for (i, one) in rows.iter().enumerate() {
            for (j, other) in rows.iter().enumerate() {
                assert_eq!(bytes(one) == bytes(other), i == j, "{one:?} {other:?}");
            }
        }
    }
}
