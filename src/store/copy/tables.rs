//! What a store holds, table by table, the same in either kind. A table of a new migration belongs here too; a test
//! compares this list with the schemas.

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, those of the key first.
    pub columns: &'static [Column],
    /// How many columns the key has.
    pub key: usize,
    /// What a new store has in it.
    pub birth: Birth,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds, besides null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// Yes or no.
    Truth,
    /// A time, to the millisecond.
    Time,
    /// A geometry in EPSG:4490.
    Geometry,
}

/// What a new store has in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    /// Nothing.
    Empty,
    /// Rows whose `value` is 0, which are overwritten.
    Zeros,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

/// All tables, those that others refer to first.
pub const TABLES: [Table; 12] = [
    Table {
        name: "counter",
        columns: &[column("name", Kind::Text), column("value", Kind::Integer)],
        key: 1,
        birth: Birth::Zeros,
    },
    Table {
        name: "profile",
        columns: &[
            column("id", Kind::Integer),
            column("profile_id", Kind::Text),
            column("source", Kind::Text),
            column("digest", Kind::Text),
        ],
        key: 1,
        birth: Birth::Empty,
    },
    Table {
        name: "level",
        columns: &[column("ordinal", Kind::Integer), column("level_id", Kind::Text)],
        key: 1,
        birth: Birth::Empty,
    },
    Table {
        name: "edition",
        columns: &[
            column("number", Kind::Integer),
            column("title", Kind::Text),
            column("author", Kind::Text),
            column("effective_from", Kind::Time),
            column("published_at", Kind::Time),
            column("profile_digest", Kind::Text),
        ],
        key: 1,
        birth: Birth::Empty,
    },
    Table {
        name: "area",
        columns: &[
            column("area_id", Kind::Integer),
            column("from_edition", Kind::Integer),
            column("to_edition", Kind::Integer),
            column("code", Kind::Text),
            column("level", Kind::Integer),
            column("parent_id", Kind::Integer),
            column("name", Kind::Text),
            column("kind", Kind::Text),
            column("branch", Kind::Text),
            column("households", Kind::Integer),
            column("residents", Kind::Integer),
            column("figures", Kind::Text),
            column("body_name", Kind::Text),
            column("body_credit_code", Kind::Text),
            column("body_leader", Kind::Text),
            column("body_duty_phone", Kind::Text),
            column("area_m2", Kind::Real),
            column("label_lon", Kind::Integer),
            column("label_lat", Kind::Integer),
            column("cause", Kind::Text),
            column("digest", Kind::Bytes),
            column("geom", Kind::Geometry),
        ],
        key: 2,
        birth: Birth::Empty,
    },
    Table {
        name: "change_log",
        columns: &[
            column("seq", Kind::Integer),
            column("at", Kind::Time),
            column("actor", Kind::Text),
            column("kind", Kind::Text),
            column("edition", Kind::Integer),
            column("summary", Kind::Text),
        ],
        key: 1,
        birth: Birth::Empty,
    },
    Table {
        name: "place",
        columns: &[
            column("place_id", Kind::Integer),
            column("class", Kind::Text),
            column("layer", Kind::Text),
            column("rank", Kind::Integer),
            column("name", Kind::Text),
            column("aliases", Kind::Text),
            column("external_id", Kind::Text),
            column("is_building", Kind::Truth),
            column("estate", Kind::Text),
            column("building_number", Kind::Text),
            column("stairs", Kind::Integer),
            column("floors", Kind::Integer),
            column("households", Kind::Integer),
            column("residents", Kind::Integer),
            column("video_url", Kind::Text),
            column("phone", Kind::Text),
            column("address", Kind::Text),
            column("owner_code", Kind::Text),
            column("owner_width_cm", Kind::Integer),
            column("source", Kind::Text),
            column("dated", Kind::Text),
            column("geom", Kind::Geometry),
        ],
        key: 1,
        birth: Birth::Empty,
    },
    Table {
        name: "organisation",
        columns: &[
            column("organisation_id", Kind::Integer),
            column("recorded", Kind::Integer),
            column("closed", Kind::Integer),
            column("name", Kind::Text),
            column("short_name", Kind::Text),
            column("credit_code", Kind::Text),
            column("duty_phone", Kind::Text),
            column("parent_id", Kind::Integer),
        ],
        key: 2,
        birth: Birth::Empty,
    },
    Table {
        name: "person",
        columns: &[
            column("person_id", Kind::Integer),
            column("recorded", Kind::Integer),
            column("closed", Kind::Integer),
            column("name", Kind::Text),
            column("phone", Kind::Text),
            column("organisation_id", Kind::Integer),
        ],
        key: 2,
        birth: Birth::Empty,
    },
    Table {
        name: "posting",
        columns: &[
            column("posting_id", Kind::Integer),
            column("recorded", Kind::Integer),
            column("closed", Kind::Integer),
            column("object_kind", Kind::Text),
            column("object_id", Kind::Integer),
            column("role", Kind::Text),
            column("sort_order", Kind::Text),
            column("seat", Kind::Integer),
            column("person_id", Kind::Integer),
            column("organisation_id", Kind::Integer),
            column("stands_in", Kind::Truth),
            column("valid_from", Kind::Time),
            column("valid_to", Kind::Time),
        ],
        key: 2,
        birth: Birth::Empty,
    },
    Table {
        name: "channel",
        columns: &[
            column("channel_id", Kind::Integer),
            column("recorded", Kind::Integer),
            column("closed", Kind::Integer),
            column("area_id", Kind::Integer),
            column("kind", Kind::Text),
            column("group_id", Kind::Text),
            column("link", Kind::Text),
        ],
        key: 2,
        birth: Birth::Empty,
    },
    Table {
        name: "indicator_value",
        columns: &[
            column("change", Kind::Integer),
            column("ordinal", Kind::Integer),
            column("indicator", Kind::Text),
            column("period", Kind::Text),
            column("area_code", Kind::Text),
            column("amount", Kind::Integer),
            column("scale", Kind::Integer),
            column("source", Kind::Text),
            column("updated", Kind::Text),
            column("actor", Kind::Text),
        ],
        key: 2,
        birth: Birth::Empty,
    },
];

impl Table {
    /// The columns of the key.
    pub fn key_columns(&self) -> &'static [Column] {
        &self.columns[..self.key]
    }

    /// Where a column stands in a row.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
