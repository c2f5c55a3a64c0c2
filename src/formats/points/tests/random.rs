//! Random records and random bytes, cut anywhere.

use proptest::prelude::*;

use super::*;
use crate::domain::{crs::Crs, locate::AccuracyKind};

/// A record as text in each format, and what it asks.
#[derive(Debug, Clone)]
struct Written {
    lon: String,
    lat: String,
    crs: Option<&'static str>,
    accuracy_m: Option<u16>,
    id: u32,
    note: String,
}

impl Written {
    fn object(&self) -> String {
        let mut members = vec![format!("\"lon\":{}", self.lon), format!(" \"lat\" : {}", self.lat)];
        members.extend(self.crs.map(|crs| format!("\"crs\":\"{crs}\"")));
        members.extend(self.accuracy_m.map(|metres| format!("\"accuracy_m\":{metres}")));
        let id = serde_json::to_string(&self.note).expect("a string");
        members.push(format!("\"id\": {id}"));
        let length = members.len();
        members.rotate_left(self.id as usize % length);
        format!("{{{}}}", members.join(","))
    }

    fn feature(&self) -> String {
        let note = serde_json::to_string(&self.note).expect("a string");
        let mut point = ["\"type\": \"Point\"".to_owned(), format!("\"coordinates\":[{} ,{}]", self.lon, self.lat)];
        let mut members = vec![
            "\"type\":\"Feature\"".to_owned(),
            format!("\"properties\" : {{\"note\":{note}, \"n\":{},\"is\":true,\"no\":null}}", self.id),
            format!("\"id\":{}", self.id),
        ];
        let turns = self.id as usize;
        point.rotate_left(turns % 2);
        members.push(format!("\"geometry\":{{{}}}", point.join(", ")));
        members.rotate_left(turns % 4);
        format!("{{{}}}", members.join(",\n"))
    }

    fn row(&self) -> String {
        let quoted = format!("\"{}\"", self.note.replace('"', "\"\""));
        let metres = self.accuracy_m.map_or(String::new(), |metres| metres.to_string());
        format!("{},{},{quoted},{},{metres},{}", self.id, self.lon, self.lat, self.crs.unwrap_or(""))
    }

    fn asked(&self) -> Asked {
        Asked {
            x: self.lon.parse().expect("a number"),
            y: self.lat.parse().expect("a number"),
            crs: self.crs.map(|name| Crs::parse(name).expect("a system")),
            accuracy_m: self.accuracy_m.map(f64::from),
            accuracy_kind: None::<AccuracyKind>,
        }
    }
}

fn written() -> impl Strategy<Value = Written> {
    let number = "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,18})?([eE][+-]?[0-9])?";
    let crs = prop_oneof![Just(None), Just(Some("gcj02")), Just(Some("EPSG:4549"))];
    (number, number, crs, any::<Option<u16>>(), any::<u32>(), "[a-z]{0,9}|[ -~\n甲乙\u{1f600}]{0,9}")
        .prop_map(|(lon, lat, crs, accuracy_m, id, note)| Written { lon, lat, crs, accuracy_m, id, note })
}

/// What a body asks, read in pieces of the sizes in turn.
fn asked_of(format: PointFormat, body: &str, sizes: &[usize]) -> Vec<(Asked, String)> {
    let mut reader = PointReader::new(format, PointOptions::default());
    let mut batch = PointBatch::default();
    let (mut rest, mut turn) = (body.as_bytes(), 0);
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(sizes[turn % sizes.len()].min(rest.len()));
        reader.push(piece, &mut batch).expect("a good body");
        (rest, turn) = (after, turn + 1);
    }
    reader.finish(&mut batch).expect("a good body");
    let one = |entry: Entry<'_>| {
        let carried = String::from_utf8(entry.carried.to_vec()).expect("UTF-8");
        (entry.asked.expect("a good record"), carried)
    };
    batch.entries().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_written_is_read_however_it_is_cut(
        records in prop::collection::vec(written(), 1..60),
        sizes in prop::collection::vec(1_usize..400, 1..6),
    ) {
        let ids = |carried: String| serde_json::from_str::<String>(&carried).expect("an id");
        let objects: Vec<String> = records.iter().map(Written::object).collect();
        for (format, body) in [(Json, format!("[{}]", objects.join(" ,\n"))), (NdJson, objects.join("\r\n"))] {
            for sizes in [sizes.as_slice(), &[usize::MAX]] {
                let found = asked_of(format, &body, sizes);
                prop_assert_eq!(found.len(), records.len());
                for ((asked, carried), record) in found.into_iter().zip(&records) {
                    prop_assert_eq!(asked, record.asked());
                    prop_assert_eq!(&ids(carried), &record.note);
                }
            }
        }
        let rows: Vec<String> = records.iter().map(Written::row).collect();
        let body = format!("no,lon,note,lat,accuracy_m,crs\n{}\n", rows.join("\n"));
        for sizes in [sizes.as_slice(), &[usize::MAX]] {
            for ((asked, carried), (record, row)) in asked_of(Csv, &body, sizes).into_iter().zip(records.iter().zip(&rows)) {
                prop_assert_eq!(asked, record.asked());
                prop_assert_eq!(&carried, row);
            }
        }
        let features: Vec<String> = records.iter().map(Written::feature).collect();
        let body = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(" ,"));
        for sizes in [sizes.as_slice(), &[usize::MAX]] {
            for ((asked, carried), record) in asked_of(GeoJson, &body, sizes).into_iter().zip(&records) {
                prop_assert_eq!((asked.x, asked.y), (record.asked().x, record.asked().y));
                let (id, properties) = feature_parts(carried.as_bytes());
                let written = record.id.to_string();
                prop_assert_eq!(id, written.as_bytes());
                let properties: serde_json::Value = serde_json::from_slice(properties).expect("properties");
                prop_assert_eq!(&properties["note"], &record.note);
            }
        }
        let column = |value: fn(&Written) -> &String| {
            records.iter().map(|record| value(record).as_str()).collect::<Vec<_>>().join(", ")
        };
        let body = format!("{{\"lat\":[{}],\"lon\":[{}]}}", column(|record| &record.lat), column(|record| &record.lon));
        for sizes in [sizes.as_slice(), &[usize::MAX]] {
            for ((asked, _), record) in asked_of(Json, &body, sizes).into_iter().zip(&records) {
                prop_assert_eq!((asked.x, asked.y), (record.asked().x, record.asked().y));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_are_read_or_refused_alike_however_they_are_cut(
        body in "[\\[\\]{}\",:;\\\\ \r\n\t0-9.eE+-]{0,30}|\\PC{0,20}",
        bytes in prop::collection::vec(any::<u8>(), 0..30),
        format in prop_oneof![Just(Json), Just(GeoJson), Just(NdJson), Just(Csv)],
        head in 0_usize..6,
    ) {
        let heads = ["", "[{\"lon\":1,\"lat\":2},", "{\"lon\":[1,", "lon,lat,a\n1,2,3\n", "{\"lon\":1,\"lat\":", "{\"features\":[{\"id\":1,"];
        for tail in [body.as_bytes(), &bytes] {
            outline(format, &PointOptions::default(), &[heads[head].as_bytes(), tail].concat());
        }
    }
}
