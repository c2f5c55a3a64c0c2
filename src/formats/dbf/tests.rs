//! Tables for the tests of Shapefiles.

use super::*;
use proptest::prelude::*;

/// A table of `(name, kind, length)` columns; each row is the padded cells one after another.
pub fn table(language: u8, columns: &[(&[u8], u8, u8)], rows: &[&[&[u8]]]) -> Vec<u8> {
    let record_bytes: usize = 1 + columns.iter().map(|column| usize::from(column.2)).sum::<usize>();
    let mut bytes = vec![3, 126, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend(((BLOCK_BYTES * (columns.len() + 1) + 1) as u16).to_le_bytes());
    bytes.extend((record_bytes as u16).to_le_bytes());
    bytes.resize(BLOCK_BYTES, 0);
    bytes[29] = language;
    for (name, kind, length) in columns {
        let at = bytes.len();
        bytes.resize(at + BLOCK_BYTES, 0);
        bytes[at..at + name.len()].copy_from_slice(name);
        bytes[at + 11] = *kind;
        bytes[at + 16] = *length;
    }
    bytes.push(HEADER_END);
    for row in rows {
        bytes.push(b' ');
        for (cell, column) in row.iter().zip(columns) {
            bytes.extend(*cell);
            bytes.resize(bytes.len() + usize::from(column.2) - cell.len(), b' ');
        }
    }
    bytes.push(0x1a);
    bytes
}

/// The rows as `NAME=value` lists, or the reason why there are none.
fn rows_of(bytes: &[u8], cpg: Option<&str>) -> Result<Vec<String>, String> {
    let schema = DbfSchema::survey(bytes, cpg).map_err(|error| error.en)?;
    let mut reader = DbfReader::new(bytes, schema).map_err(|error| error.en)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().map_err(|error| error.en)? {
        rows.push(match row {
            Ok(DbfRow::Fields(fields)) => {
                fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
            }
            Ok(DbfRow::Deleted) => "deleted".to_owned(),
            Err(error) => format!("bad {}: {}", error.field.unwrap_or_default(), error.en),
        });
    }
    Ok(rows)
}

const GBK_ROW: &[&[&[u8]]] = &[&[b"\xcd\xf8\xb8\xf1"]];

#[test]
fn every_kind_of_field_becomes_text() {
    let columns: [(&[u8], u8, u8); 7] = [
        (b"CODE", b'N', 14),
        (b"AREA", b'F', 8),
        (b"NAME", b'C', 8),
        (b"OK", b'L', 1),
        (b"DAY", b'D', 8),
        (b"COUNT", b'I', 4),
        (b"NOTE", b'M', 10),
    ];
    let full: &[&[u8]] = &[b"  350304.000", b"1.50", b" a b", b"T", b"20260101", &[2, 0, 0, 0], b"         7"];
    let blank: &[&[u8]] = &[b"**************", b"", b"", b"?", b"", &[0, 0, 0, 0], b""];
    let mut bytes = table(0, &columns, &[full, blank, full]);
    let row_bytes = 1 + 14 + 8 + 8 + 1 + 8 + 4 + 10;
    let last = bytes.len() - 1 - row_bytes;
    bytes[last] = b'*';
    let expected = ["AREA=1.50 CODE=350304 COUNT=2 DAY=20260101 NAME= a b OK=true", "COUNT=0", "deleted"];
    assert_eq!(rows_of(&bytes, None), Ok(expected.map(str::to_owned).to_vec()));
}

#[test]
fn the_encoding_is_found_in_the_decided_order() {
    let columns: [(&[u8], u8, u8); 1] = [(b"N", b'C', 12)];
    let read = |language, rows, cpg| rows_of(&table(language, &columns, rows), cpg);
    let expected = Ok(vec!["N=网格".to_owned()]);
    let utf8_row: &[&[&[u8]]] = &[&["网格".as_bytes()]];
    assert_eq!(read(0, GBK_ROW, Some("GBK")), expected);
    assert_eq!(read(0x4d, GBK_ROW, None), expected);
    assert_eq!(read(0x57, GBK_ROW, None), expected);
    assert_eq!(read(0, GBK_ROW, None), expected);
    assert_eq!(read(0, utf8_row, None), expected);
    assert_eq!(read(0x4d, utf8_row, Some("UTF-8")), expected);
    let lie = read(0, GBK_ROW, Some("UTF-8")).expect_err("a .cpg that lies");
    assert_eq!(lie, "the text of record 1 is not UTF-8, it looks like GBK");
    assert!(read(0, GBK_ROW, Some("klingon")).expect_err("an unknown name").contains("klingon"));
    let neither: &[&[&[u8]]] = &[&[b"\xff\xff\xff"]];
    let error = read(0, neither, None).expect_err("no encoding");
    assert_eq!(error, "the text of record 1 is not UTF-8 or gb18030");
}

#[test]
fn one_early_utf8_look_alike_does_not_decide_for_the_file() {
    // 联通 in GBK is valid UTF-8 by accident; the second row is not.
    let columns: [(&[u8], u8, u8); 1] = [(b"N", b'C', 4)];
    let rows: &[&[&[u8]]] = &[&[b"\xc1\xaa\xcd\xa8"], &[b"\xcd\xf8\xb8\xf1"]];
    assert_eq!(rows_of(&table(0, &columns, rows), None), Ok(vec!["N=联通".into(), "N=网格".into()]));
}

#[test]
fn a_character_cut_by_the_column_is_an_error_of_its_record() {
    let columns: [(&[u8], u8, u8); 1] = [(b"N", b'C', 5)];
    let rows: &[&[&[u8]]] = &[&[&"网格".as_bytes()[..5]], &["网".as_bytes()]];
    let found = rows_of(&table(0, &columns, rows), None).expect("a table");
    assert!(found[0].starts_with("bad N: ") && found[1] == "N=网", "{found:?}");
}

#[test]
fn headers_that_lie_are_refused() {
    let columns: [(&[u8], u8, u8); 1] = [(b"N", b'C', 4)];
    let good = table(0, &columns, &[&[b"a"]]);
    let lie = |at: usize, bytes: &[u8]| {
        let mut lying = good.clone();
        lying[at..at + bytes.len()].copy_from_slice(bytes);
        rows_of(&lying, None).expect_err("a lie")
    };
    assert!(lie(4, &[255; 4]).contains("ends before"));
    assert!(lie(8, &[0, 0]).contains("no dBASE header"));
    assert!(lie(10, &[2, 0]).contains("take 5 bytes, its records 2"));
    assert!(rows_of(&good[..40], None).expect_err("cut").contains("ends before"));
    let twice: [(&[u8], u8, u8); 2] = [(b"N", b'C', 4), (b"N", b'C', 4)];
    assert!(rows_of(&table(0, &twice, &[]), None).expect_err("twice").contains("twice"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(rows_of(&bytes, None));
    }

    #[test]
    fn any_damage_is_survived(at in 0_usize..120, byte in any::<u8>(), cut in 0_usize..140) {
        let mut bytes = table(0, &[(b"A", b'C', 4), (b"B", b'N', 4)], &[&[b"a", b"1"], &[b"\xcd\xf8", b"2"]]);
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut);
        drop(rows_of(&bytes, None));
        drop(rows_of(&bytes, Some("GBK")));
    }
}
