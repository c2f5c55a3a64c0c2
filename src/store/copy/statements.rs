//! The statements of a copy, put together from [`TABLES`](super::tables::TABLES) and nothing else.

use super::tables::{Birth, Column, Kind, Table};

/// Rows of one statement that reads.
pub(super) const PAGE_ROWS: usize = 1_000;

/// Names joined by commas.
fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn names(columns: &[Column]) -> String {
    list(columns.iter().map(|column| column.name.to_owned()))
}

/// `$1, $2, ...`
fn parameters(count: usize) -> String {
    list((1..=count).map(|number| format!("${number}")))
}

/// What follows an insert into a table that is born with rows.
fn overwrite(table: &Table) -> String {
    match table.birth {
        Birth::Empty => String::new(),
        Birth::Zeros => {
            let keys = names(table.key_columns());
            let set = list(table.columns[table.key..].iter().map(|it| format!("{0} = excluded.{0}", it.name)));
            format!(" on conflict ({keys}) do update set {set}")
        }
    }
}

/// Reads the next rows of a table, by its key.
pub(super) fn sqlite_page(table: &Table) -> String {
    let (columns, keys) = (names(table.columns), names(table.key_columns()));
    let after = parameters(table.key);
    format!("select {columns} from {} where ({keys}) > ({after}) order by {keys} limit {PAGE_ROWS}", table.name)
}

/// Writes one row.
pub(super) fn sqlite_insert(table: &Table) -> String {
    let (columns, values) = (names(table.columns), parameters(table.columns.len()));
    format!("insert into {} ({columns}) values ({values}){}", table.name, overwrite(table))
}

/// Reads the next rows of a table, by its key, text by its bytes as SQLite does.
pub(super) fn postgres_page(table: &Table) -> String {
    let columns = list(table.columns.iter().map(|column| match column.kind {
        Kind::Integer => format!("{}::bigint", column.name),
        Kind::Geometry => format!("st_asbinary({}, 'NDR')", column.name),
        _ => column.name.to_owned(),
    }));
    let keys = list(table.key_columns().iter().map(|column| match column.kind {
        Kind::Text => format!("{} collate \"C\"", column.name),
        _ => column.name.to_owned(),
    }));
    let after = parameters(table.key);
    format!("select {columns} from {} where ({keys}) > ({after}) order by {keys} limit {PAGE_ROWS}", table.name)
}

/// Writes many rows, an array for each column.
pub(super) fn postgres_insert(table: &Table) -> String {
    let columns = names(table.columns);
    let values = list(table.columns.iter().map(|column| match column.kind {
        Kind::Geometry => format!("st_geomfromwkb({}, 4490)", column.name),
        _ => column.name.to_owned(),
    }));
    let arrays = (1..).zip(table.columns).map(|(number, column)| {
        let array = match column.kind {
            Kind::Integer => "bigint",
            Kind::Real => "double precision",
            Kind::Text => "text",
            Kind::Bytes | Kind::Geometry => "bytea",
            Kind::Truth => "boolean",
            Kind::Time => "timestamptz",
        };
        format!("${number}::{array}[]")
    });
    let arrays = list(arrays);
    format!(
        "insert into {} ({columns}) select {values} from unnest({arrays}) as given ({columns}){}",
        table.name,
        overwrite(table)
    )
}

#[cfg(test)]
mod tests {
    use super::super::tables::TABLES;
    use super::*;

    #[test]
    fn a_table_is_read_by_its_key_and_written_whole() {
        let [counter, _, level, ..] = &TABLES;
        assert_eq!(
            sqlite_page(level),
            "select ordinal, level_id from level where (ordinal) > ($1) order by ordinal limit 1000"
        );
        assert_eq!(sqlite_insert(level), "insert into level (ordinal, level_id) values ($1, $2)");
        assert_eq!(
            postgres_page(counter),
            "select name, value::bigint from counter where (name collate \"C\") > ($1) order by name collate \"C\" limit 1000"
        );
        assert_eq!(
            postgres_insert(counter),
            "insert into counter (name, value) select name, value from unnest($1::text[], $2::bigint[]) as given \
             (name, value) on conflict (name) do update set value = excluded.value"
        );
    }
}
