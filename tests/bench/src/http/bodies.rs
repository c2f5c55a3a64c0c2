//! Bodies with many points in every format, and the plainest way to read each.

use std::fmt::Write;
use std::hint::black_box;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// How points are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A list of objects.
    Objects,
    /// One object with a list a column.
    Columns,
    /// A collection of point features.
    GeoJson,
    /// One object a line.
    NdJson,
    /// A header and one record a line.
    Csv,
}

#[derive(Deserialize)]
struct Point {
    lon: f64,
    lat: f64,
}

#[derive(Deserialize)]
struct Columns {
    lon: Vec<f64>,
    lat: Vec<f64>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Geometry {
    coordinates: [f64; 2],
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Objects, Self::Columns, Self::GeoJson, Self::NdJson, Self::Csv];

    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Objects => "JSON objects",
            Self::Columns => "JSON columns",
            Self::GeoJson => "GeoJSON",
            Self::NdJson => "NDJSON",
            Self::Csv => "CSV",
        }
    }

    /// The last part of the path of the route that only parses.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Objects => "objects",
            Self::Columns => "columns",
            Self::GeoJson => "geojson",
            Self::NdJson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Objects | Self::Columns => "application/json",
            Self::GeoJson => "application/geo+json",
            Self::NdJson => "application/x-ndjson",
            Self::Csv => "text/csv",
        }
    }

    /// The points, in degrees with seven decimals.
    pub fn write(self, points: &[[f64; 2]]) -> Vec<u8> {
        let (opening, between, closing) = match self {
            Self::Objects => ("[", ",", "]"),
            Self::Columns => return columns(points),
            Self::GeoJson => ("{\"type\":\"FeatureCollection\",\"features\":[", ",", "]}"),
            Self::NdJson => ("", "\n", "\n"),
            Self::Csv => ("lon,lat\n", "\n", "\n"),
        };
        let mut body = opening.to_owned();
        for (number, [lon, lat]) in points.iter().enumerate() {
            body.push_str(if number == 0 { "" } else { between });
            let written = match self {
                Self::GeoJson => write!(
                    body,
                    "{{\"type\":\"Feature\",\"properties\":{{}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon:.7},{lat:.7}]}}}}"
                ),
                Self::Csv => write!(body, "{lon:.7},{lat:.7}"),
                _ => write!(body, "{{\"lon\":{lon:.7},\"lat\":{lat:.7}}}"),
            };
            written.expect("text takes text");
        }
        body.push_str(closing);
        body.into_bytes()
    }

    /// How many points a body has: parsed in full by serde_json or csv, into numbers that are looked at.
    pub fn count(self, body: &[u8]) -> Result<usize> {
        match self {
            Self::Objects => {
                let points: Vec<Point> = serde_json::from_slice(body)?;
                points.iter().for_each(|point| _ = black_box((point.lon, point.lat)));
                Ok(points.len())
            }
            Self::Columns => {
                let columns: Columns = serde_json::from_slice(body)?;
                black_box((&columns.lon, &columns.lat));
                anyhow::ensure!(columns.lon.len() == columns.lat.len(), "columns differ in length");
                Ok(columns.lon.len())
            }
            Self::GeoJson => {
                let collection: Collection = serde_json::from_slice(body)?;
                collection.features.iter().for_each(|feature| _ = black_box(feature.geometry.coordinates));
                Ok(collection.features.len())
            }
            Self::NdJson => {
                let lines = body.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
                lines.map(|line| Ok(_ = black_box(serde_json::from_slice::<Point>(line)?))).sum_count()
            }
            Self::Csv => {
                let mut reader = csv::Reader::from_reader(body);
                let mut record = csv::ByteRecord::new();
                let mut count = 0;
                while reader.read_byte_record(&mut record)? {
                    let number = |at: usize| -> Result<f64> {
                        Ok(std::str::from_utf8(record.get(at).context("two fields")?)?.parse()?)
                    };
                    black_box((number(0)?, number(1)?));
                    count += 1;
                }
                Ok(count)
            }
        }
    }

    /// How many points an answer of codes in this format is for, and how many of these have one.
    pub fn coded(self, body: &[u8]) -> Result<(usize, usize)> {
        let has_code = |answer: &Value| answer["code"].is_string();
        let tally = |codes: Vec<bool>| (codes.len(), codes.iter().filter(|&&is_there| is_there).count());
        let list = |name: &str| -> Result<Vec<Value>> {
            let body: Value = serde_json::from_slice(body)?;
            Ok(body[name].as_array().with_context(|| format!("the answer has {name}"))?.clone())
        };
        Ok(tally(match self {
            Self::Objects | Self::Columns => list("codes")?.iter().map(Value::is_string).collect(),
            Self::GeoJson => {
                list("features")?.iter().map(|feature| has_code(&feature["properties"]["onemap"])).collect()
            }
            Self::NdJson => {
                let lines = body.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
                lines.map(|line| Ok(has_code(&serde_json::from_slice(line)?))).collect::<Result<_>>()?
            }
            Self::Csv => {
                let mut reader = csv::Reader::from_reader(body);
                let column = reader.headers()?.iter().position(|name| name == "code").context("a column code")?;
                let has_code = |record: csv::Result<csv::StringRecord>| Ok(!record?[column].is_empty());
                reader.records().map(has_code).collect::<Result<_>>()?
            }
        }))
    }

    /// How many points a full answer in this format is for, and how many of these have an area.
    pub fn answered(self, body: &[u8]) -> Result<(usize, usize)> {
        let is_found = |answer: &Value| matches!(answer["match"].as_str(), Some("inside" | "border"));
        let tally = |answers: &[Value], is_found: &dyn Fn(&Value) -> bool| {
            (answers.len(), answers.iter().filter(|answer| is_found(answer)).count())
        };
        let list = |body: &Value, name: &str| -> Result<Vec<Value>> {
            Ok(body[name].as_array().with_context(|| format!("the answer has {name}"))?.clone())
        };
        Ok(match self {
            Self::Objects | Self::Columns => tally(&list(&serde_json::from_slice(body)?, "results")?, &is_found),
            Self::GeoJson => {
                let features = list(&serde_json::from_slice(body)?, "features")?;
                tally(&features, &|feature| is_found(&feature["properties"]["onemap"]))
            }
            Self::NdJson => {
                let lines = body.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
                let answers: Vec<Value> = lines.map(serde_json::from_slice).collect::<Result<_, _>>()?;
                tally(&answers, &is_found)
            }
            Self::Csv => {
                let mut reader = csv::Reader::from_reader(body);
                let column = reader.headers()?.iter().position(|name| name == "match").context("a column match")?;
                let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
                let found = records.iter().filter(|record| matches!(record.get(column), Some("inside" | "border")));
                (records.len(), found.count())
            }
        })
    }
}

fn columns(points: &[[f64; 2]]) -> Vec<u8> {
    let list = |axis: usize| points.iter().map(|point| format!("{:.7}", point[axis])).collect::<Vec<_>>().join(",");
    format!("{{\"lon\":[{}],\"lat\":[{}]}}", list(0), list(1)).into_bytes()
}

/// Counts results, or gives the first error.
trait SumCount {
    fn sum_count(self) -> Result<usize>;
}

impl<I: Iterator<Item = Result<()>>> SumCount for I {
    fn sum_count(self) -> Result<usize> {
        let mut count = 0;
        for result in self {
            result?;
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn every_body_is_read_back_in_full() {
        let points: Vec<[f64; 2]> = (0..1000).map(|i| [119.0 + f64::from(i) * 1e-4, 25.0]).collect();
        for format in Format::ALL {
            assert_eq!(format.count(&format.write(&points)).expect("our own body"), points.len(), "{format:?}");
        }
    }

    #[test]
    fn a_body_cut_off_is_no_body() {
        for format in [Format::Objects, Format::Columns, Format::GeoJson, Format::NdJson] {
            let body = format.write(&[[119.0, 25.0], [119.1, 25.1]]);
            assert!(format.count(&body[..body.len() - 4]).is_err(), "{format:?}");
        }
    }
}
