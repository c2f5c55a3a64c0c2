use super::*;
use proptest::prelude::*;
use std::io::{BufReader, Read};

const FEATURE: &str = r#"{"type":"Feature","geometry":null,"properties":{"code":1}}"#;

/// What a document reads as: "1", "2" for records, "bad 2: ..." and "fatal 3: ..." for the rest.
fn outline(text: &[u8]) -> Vec<String> {
    let reader = match GeoJsonReader::new(BufReader::with_capacity(7, text)) {
        Ok(reader) => reader,
        Err(error) => return vec![format!("refused: {}", error.en)],
    };
    reader
        .map(|item| match item {
            ReadItem::Record(record) => record.number.to_string(),
            ReadItem::Bad { number, error, fatal } => {
                let number = number.map_or("-".to_owned(), |number| number.to_string());
                format!("{} {number}: {}", if fatal { "fatal" } else { "bad" }, error.en)
            }
        })
        .collect()
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, expected: &[&str]) {
    let found = outline(text.as_ref());
    let agrees = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
    assert!(agrees, "{}: {found:#?}", String::from_utf8_lossy(text.as_ref()));
}

#[test]
fn every_layout_of_features_is_read() {
    let f = FEATURE;
    check(f, &["1"]);
    check(format!("\u{feff} {f}\n"), &["1"]);
    check(format!("{f}\n{f}\r\n\n  {f}"), &["1", "2", "3"]);
    check(format!("\x1e{f}\n\x1e{f}\n"), &["1", "2"]);
    check(format!("\x1e{}\n\x1e{f}", f.replace(',', ",\n")), &["1", "2"]);
    check(format!("{f}\n\x1e{f}"), &["1", "2"]);
    check(format!(r#"{{"type":"FeatureCollection","name":"x","features":[{f}, {f}],"a":[1]}}"#), &["1", "2"]);
    check(format!(r#"{{ "features" : [ {f} ] , "type" : "FeatureCollection" }} "#), &["1"]);
    check(r#"{"type":"FeatureCollection","features":[]}"#, &[]);
    check(f.replace(',', " ,\n "), &["1"]);
}

#[test]
fn a_bad_feature_does_not_hide_the_ones_after_it() {
    let (f, nan) = (FEATURE, FEATURE.replace("null", r#"{"type":"Point","coordinates":[NaN,1]}"#));
    check(format!(r#"{{"type":"FeatureCollection","features":[{nan},7,{f}]}}"#), &["bad 1", "bad 2", "3"]);
    check(format!("{f}\n{{\n{f}"), &["1", "bad 2", "3"]);
    check(format!("{f}\n{f}{f}\n{f}"), &["1", "bad 2: text after", "3"]);
    let gbk = [b"{\"type\":\"Feature\",\"a\":\"\xcd\xf8\"}\n".as_slice(), f.as_bytes()].concat();
    check(gbk, &["bad 1: the text is not UTF-8", "2"]);
}

#[test]
fn broken_documents_end_with_a_reason() {
    let f = FEATURE;
    check("", &["refused: the file is empty"]);
    check(" \n", &["refused: the file is empty"]);
    check(format!("[{f}]"), &["refused: the document is an array"]);
    check(b"\xff\xfe{\0", &["refused: the file looks like UTF-16"]);
    check("code,name", &["refused: the document does not begin"]);
    check(format!("{f}{{"), &["refused: text after"]);
    check(&f[..20], &["refused: the file ends within"]);
    check(format!(r#"{{"type":"FeatureCollection","features":[{f},]}}"#), &["1", "fatal 1: the JSON is malformed"]);
    check(format!(r#"{{"type":"FeatureCollection","features":[{f}"#), &["1", "fatal 1: the JSON is malformed"]);
    check(format!(r#"{{"type":"FeatureCollection","features":[{f}]}}x"#), &["1", "fatal 1: text after"]);
    check(
        format!(r#"{{"type":"FeatureCollection","features":[{f}],"features":[]}}"#),
        &["1", "fatal 1: member features"],
    );
    check(format!(r#"{{"type":"FeatureCollection","features":[{f}],"type":"x"}}"#), &["1", "fatal 1: member type"]);
    check(format!(r#"{{"features":[{f}]}}"#), &["1", "fatal 1: type is missing"]);
    check(r#"{"features":null,"features":[]}"#, &["refused: member features is there twice"]);
    check(r#"{"type":"Topology","features":[]}"#, &["refused: type is Topology"]);
    check(r#"{"type":"FeatureCollection","features":null}"#, &["bad 1: type is FeatureCollection"]);
    check("[".repeat(200_000), &["refused: the document is an array"]);
    check("{\"a\":".repeat(100_000), &["refused: arrays or objects are nested too deep"]);
}

#[test]
fn the_crs_is_known_before_the_features_and_cannot_change() {
    let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}}"#;
    let declared = |text: String| GeoJsonReader::new(text.as_bytes()).expect("readable").declared_crs().clone();
    assert_eq!(declared(FEATURE.to_owned()), DeclaredCrs::ByFormat);
    assert_eq!(declared(format!(r#"{{{crs},"type":"FeatureCollection","features":[]}}"#)), DeclaredCrs::Epsg(4490));
    assert_eq!(declared(FEATURE.replacen('{', &format!("{{{crs},"), 1)), DeclaredCrs::Epsg(4490));
    check(
        format!(r#"{{"type":"FeatureCollection","features":[{FEATURE}],{crs}}}"#),
        &["1", "fatal 1: this crs differs"],
    );
    check(format!("{FEATURE}\n{}", FEATURE.replacen('{', &format!("{{{crs},"), 1)), &["1", "bad 2: this crs"]);
}

#[test]
fn a_record_of_two_gigabytes_is_refused_in_flat_memory() {
    let beginnings = [
        r#"{"type":"FeatureCollection","features":["#.to_owned() + r#"{"type":"Feature","properties":{"name":""#,
        r#"{"type":"Feature","properties":{"name":""#.to_owned(),
        format!("{FEATURE}\n{{\"a\":\""),
    ];
    for beginning in beginnings {
        let two_gigabytes = beginning.as_bytes().chain(std::io::repeat(b'x').take(2 << 30));
        let found = match GeoJsonReader::new(BufReader::new(two_gigabytes)) {
            Err(error) => error.en,
            Ok(mut reader) => match reader.by_ref().last() {
                Some(ReadItem::Bad { error, fatal: true, .. }) => {
                    assert!(reader.buffer.capacity() <= 2 * MAX_RECORD_BYTES);
                    error.en
                }
                other => panic!("{other:?}"),
            },
        };
        assert_eq!(found, "a record is larger than 64 MiB");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        outline(&bytes);
    }

    #[test]
    fn any_damage_to_a_document_is_survived(at in 0_usize..200, byte in any::<u8>(), cut in 0_usize..250) {
        let mut text = format!(r#"{{"type":"FeatureCollection","features":[{FEATURE},{FEATURE}]}}"#).into_bytes();
        let at = at % text.len();
        text[at] = byte;
        text.truncate(cut);
        outline(&text);
    }
}
