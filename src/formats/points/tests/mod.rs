//! What bodies mean, good and bad, and that it makes no difference how they are cut.

mod csv;
mod features;
mod json;
mod random;

use super::*;

/// Reads a body in the given pieces; each record as a line, then the error if there is one.
fn outline_of<'a>(format: PointFormat, options: &PointOptions, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut reader = PointReader::new(format, options.clone());
    let mut batch = PointBatch::default();
    let mut lines = Vec::new();
    let mut take = |batch: &mut PointBatch| {
        for entry in batch.entries() {
            let carried = std::str::from_utf8(entry.carried).expect("carried text is UTF-8");
            let asked = match entry.asked {
                Ok(Asked { x, y, crs, accuracy_m, accuracy_kind }) => {
                    assert!(x.is_finite() && y.is_finite(), "{entry:?}");
                    let crs = crs.map_or(String::new(), |crs| format!(" {crs}"));
                    let accuracy_m = accuracy_m.map_or(String::new(), |metres| format!(" {metres}m"));
                    let kind = accuracy_kind.map_or(String::new(), |kind| format!(" {}", kind.id()));
                    format!("{x} {y}{crs}{accuracy_m}{kind}")
                }
                Err(trouble) => {
                    assert!(!trouble.zh.is_empty() && !trouble.allowed.is_empty(), "{trouble:?}");
                    format!("{}! {}", trouble.field.as_deref().unwrap_or(""), trouble.en)
                }
            };
            lines.push(format!("{}: {asked} <{carried}>", entry.number));
        }
        batch.clear();
    };
    let mut done = Ok(());
    for piece in pieces {
        done = reader.push(piece, &mut batch);
        take(&mut batch);
        if done.is_err() {
            assert_eq!(reader.finish(&mut batch), done, "an error stays");
            break;
        }
    }
    if done.is_ok() {
        done = reader.finish(&mut batch);
        take(&mut batch);
    }
    if let Err(error) = done {
        assert!(!error.zh.is_empty() && !error.allowed.is_empty(), "{error:?}");
        let number = error.number.map_or(String::new(), |number| format!(" of {number}"));
        lines.push(format!("error at {}{number}: {}", error.offset, error.en));
    }
    lines
}

/// Reads a body whole and in pieces, which must give the same.
#[track_caller]
fn outline(format: PointFormat, options: &PointOptions, body: &[u8]) -> Vec<String> {
    let whole = outline_of(format, options, std::iter::once(body));
    for cut in 0..=body.len() {
        let (head, tail) = body.split_at(cut);
        let found = outline_of(format, options, [head, tail].into_iter());
        assert_eq!(found, whole, "cut at {cut}: {}", String::from_utf8_lossy(body));
    }
    for size in 1..8 {
        let found = outline_of(format, options, body.chunks(size));
        assert_eq!(found, whole, "in pieces of {size}: {}", String::from_utf8_lossy(body));
    }
    whole
}

#[track_caller]
fn check(format: PointFormat, body: impl AsRef<[u8]>, expected: &[&str]) {
    check_with(format, &PointOptions::default(), body, expected);
}

#[track_caller]
fn check_with(format: PointFormat, options: &PointOptions, body: impl AsRef<[u8]>, expected: &[&str]) {
    let body = body.as_ref();
    assert_eq!(outline(format, options, body), expected, "{}", String::from_utf8_lossy(body));
}

use PointFormat::{Csv, GeoJson, Json, NdJson};

#[test]
fn the_shape_of_a_json_body_is_known_after_its_first_byte() {
    for (body, shape) in [("\u{feff} [", Shape::Objects), (" {", Shape::Columns)] {
        let mut reader = PointReader::new(Json, PointOptions::default());
        assert_eq!(reader.shape(), None);
        reader.push(body.as_bytes(), &mut PointBatch::default()).expect("a beginning");
        assert_eq!(reader.shape(), Some(shape));
    }
}

#[test]
fn a_record_beyond_the_limit_ends_the_reading_whole_or_in_pieces() {
    let long = "a".repeat(crate::formats::shape_rules::MAX_RECORD_BYTES);
    for (format, head) in [
        (Json, "[{\"lon\":1,\"lat\":2},{\"lon\":3,\"lat\":4,\"id\":\""),
        (NdJson, "{\"lon\":1,\"lat\":2}\n{\"lon\":3,\"lat\":4,\"id\":\""),
        (Csv, "lon,lat,a\n1,2,\n3,4,"),
    ] {
        let body = format!("{head}{long}\"}},\n");
        let read = |size: usize| outline_of(format, &PointOptions::default(), body.as_bytes().chunks(size));
        let whole = read(usize::MAX);
        assert_eq!(whole.len(), 2, "{whole:?}");
        assert!(whole[1].ends_with("a record is larger than 64 MiB"), "{whole:?}");
        assert_eq!(read(1 << 20), whole);
    }
}
