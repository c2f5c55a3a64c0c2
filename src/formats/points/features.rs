//! Records as the Features of a GeoJSON FeatureCollection of Points.

use super::batch::{Asked, Trouble};
use super::error::Refusal;
use super::feature_scan::{ANSWER_PROPERTY, plain_feature};
use super::frame::skip_white;
use super::meaning::{NOTHING_ASKED, NUMBER_ALLOWED, finite, missing, trouble};
use super::number::{Grammar, scan};
use super::object::id_of;
use super::sink::Sink;
use super::stream::{Document, Given};
use crate::formats::geojson_feature::crs_of;
use crate::formats::json::Cursor;
use crate::formats::record::{DeclaredCrs, RecordError, shown};
use crate::formats::shape_rules::MAX_RECORD_BYTES;
use crate::formats::text_encoding::not_utf8;

const ALLOWED: &str = "a GeoJSON FeatureCollection of Points (RFC 7946)";
const FEATURE_ALLOWED: &str = "a Feature whose geometry is a Point, e.g. {\"type\": \"Feature\", \"geometry\": {\"type\": \
                               \"Point\", \"coordinates\": [119.0, 25.4]}, \"properties\": {}}";

/// What has been read of the collection.
#[derive(Debug, Default)]
pub(super) struct Features {
    member: Kept,
    seen: [bool; 4],
}

/// A member of a FeatureCollection that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kept {
    Type,
    Crs,
    Features,
    #[default]
    Foreign,
}

impl Document for Features {
    fn member(&mut self, name: &str) -> Result<(), Refusal> {
        self.member = match name {
            "type" => Kept::Type,
            "crs" => Kept::Crs,
            "features" => Kept::Features,
            _ => Kept::Foreign,
        };
        let seen = &mut self.seen[self.member as usize];
        if *seen && self.member != Kept::Foreign {
            let (zh, en) = (format!("成员“{name}”重复"), format!("member {name} is there twice"));
            return Err(Refusal::new(zh, en, "each member name once"));
        }
        *seen = true;
        Ok(())
    }

    fn array_begins(&mut self) -> Result<Given, Refusal> {
        Ok(if self.member == Kept::Features { Given::Elements } else { Given::Whole })
    }

    fn value(&mut self, raw: &str, _: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut cursor = Cursor::new(raw);
        match self.member {
            Kept::Type => {
                let name = cursor.string()?;
                if name != "FeatureCollection" {
                    let name = shown(&name);
                    return Err(Refusal::new(
                        format!("应为 FeatureCollection，却是 {name}"),
                        format!("a FeatureCollection is expected, not {name}"),
                        ALLOWED,
                    ));
                }
            }
            Kept::Crs => check_crs(&crs_of(&mut cursor)?)?,
            Kept::Features => {
                return Err(Refusal::new("features 应为数组", "features must be an array", ALLOWED));
            }
            Kept::Foreign => drop(cursor.skip_value()?),
        }
        Ok(cursor.end()?)
    }

    fn run(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<usize, Refusal> {
        let mut at = 0;
        while let Some(found) = plain_feature(&bytes[at..]) {
            let comma = skip_white(bytes, at + found.end);
            if found.end > MAX_RECORD_BYTES || bytes.get(comma) != Some(&b',') {
                break;
            }
            let feature = &bytes[at..];
            let carried = &mut sink.batch.carried;
            carried.extend_from_slice(&feature[found.id]);
            carried.push(b'\n');
            carried.extend_from_slice(&feature[found.properties]);
            sink.put_place(found.x, found.y)?;
            at = skip_white(bytes, comma + 1);
        }
        Ok(at)
    }

    fn element(&mut self, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let asked = match std::str::from_utf8(raw) {
            Ok(text) => feature(text, &mut sink.batch.carried),
            Err(_) => Err(not_utf8(raw).into()),
        };
        sink.put(asked)
    }

    fn next_number(&self, sink: &Sink<'_>) -> u64 {
        *sink.number + 1
    }

    fn end(&mut self, _: &mut Sink<'_>) -> Result<(), Refusal> {
        for (name, kind) in [("type", Kept::Type), ("features", Kept::Features)] {
            if !self.seen[kind as usize] {
                return Err(Refusal::new(format!("缺少成员 {name}"), format!("member {name} is missing"), ALLOWED));
            }
        }
        Ok(())
    }
}

/// GeoJSON is CRS84; what equals it may be said.
fn check_crs(declared: &DeclaredCrs) -> Result<(), Refusal> {
    let name = match declared {
        DeclaredCrs::Missing | DeclaredCrs::ByFormat | DeclaredCrs::Epsg(4326 | 4490) => return Ok(()),
        DeclaredCrs::Epsg(code) => format!("EPSG:{code}"),
        DeclaredCrs::Unknown(text) => shown(text),
    };
    Err(Refusal::new(
        format!("GeoJSON 的 crs 成员声明为 {name}"),
        format!("the crs member of the GeoJSON says {name}"),
        "OGC:CRS84, EPSG:4326 or EPSG:4490; another system is said with ?crs= and without the member",
    ))
}

/// What a Feature asks; its id and properties are appended to `carried`, also when something else is wrong with it.
fn feature(text: &str, carried: &mut Vec<u8>) -> Result<Asked, Trouble> {
    let mut cursor = Cursor::new(text);
    if cursor.peek() != Some(b'{') {
        let token = shown(text);
        return Err(no_feature(format!("应为 Feature，却是 {token}"), format!("a Feature is expected, not {token}")));
    }
    let (mut kind, mut id, mut properties, mut point) = (None, "null", "null", None);
    members(&mut cursor, |cursor, key| {
        let repeated = match key {
            "type" => kind.replace(cursor.skip_value()?).is_some(),
            "id" => std::mem::replace(&mut id, cursor.skip_value()?) != "null",
            "properties" => std::mem::replace(&mut properties, cursor.skip_value()?) != "null",
            "geometry" => point.replace(geometry(cursor)?).is_some(),
            _ => cursor.skip_value().map(|_| false)?,
        };
        if repeated { Err(twice(key)) } else { Ok(()) }
    })?;
    cursor.end()?;
    let id_trouble = if id == "null" { None } else { id_of(id).err() };
    if id != "null" && id_trouble.is_none() {
        carried.extend_from_slice(id.as_bytes());
    }
    carried.push(b'\n');
    let properties_trouble = carry_properties(properties, carried).err();
    if kind.and_then(|raw| Cursor::new(raw).string().ok()).as_deref() != Some("Feature") {
        let kind = kind.map_or("null".to_owned(), shown);
        return Err(no_feature(format!("type 应为 Feature，却是 {kind}"), format!("type must be Feature, not {kind}")));
    }
    if let Some(trouble) = id_trouble.or(properties_trouble) {
        return Err(trouble);
    }
    let (x, y) = point.unwrap_or_else(|| Err(missing("geometry")))?;
    Ok(Asked { x, y, ..NOTHING_ASKED })
}

/// Calls `member` with each key; names may repeat.
fn members<'a>(
    cursor: &mut Cursor<'a>,
    mut member: impl FnMut(&mut Cursor<'a>, &str) -> Result<(), RecordError>,
) -> Result<(), RecordError> {
    cursor.word("{")?;
    if cursor.peek() == Some(b'}') {
        return cursor.word("}");
    }
    loop {
        cursor.peek();
        let key = cursor.string()?;
        cursor.word(":")?;
        member(cursor, &key)?;
        if cursor.peek() == Some(b'}') {
            return cursor.word("}");
        }
        cursor.word(",")?;
    }
}

/// The place of a Point, or what is wrong with it; an error is one of the JSON.
fn geometry(cursor: &mut Cursor<'_>) -> Result<Result<(f64, f64), Trouble>, RecordError> {
    let raw = cursor.skip_value()?;
    if !raw.starts_with('{') {
        return Ok(Err(no_point(raw)));
    }
    let (mut kind, mut coordinates) = (None, None);
    members(&mut Cursor::new(raw), |cursor, key| {
        let repeated = match key {
            "type" => kind.replace(cursor.skip_value()?).is_some(),
            "coordinates" => coordinates.replace(cursor.skip_value()?).is_some(),
            _ => cursor.skip_value().map(|_| false)?,
        };
        if repeated { Err(twice(key)) } else { Ok(()) }
    })?;
    if kind.and_then(|raw| Cursor::new(raw).string().ok()).as_deref() != Some("Point") {
        return Ok(Err(no_point(kind.unwrap_or("null"))));
    }
    Ok(coordinates.map_or_else(|| Err(missing("coordinates")), position))
}

/// The first two numbers of an array of at least two.
fn position(raw: &str) -> Result<(f64, f64), Trouble> {
    let mut found = [0.0; 2];
    let mut count = 0;
    let read = Cursor::new(raw).array(|cursor| {
        let text = cursor.number()?;
        if let (Some(place), Some((value, _))) = (found.get_mut(count), scan(text.as_bytes(), Grammar::Json)) {
            *place = value;
        }
        count += 1;
        Ok(())
    });
    if read.is_err() || count < 2 {
        let raw = shown(raw);
        return Err(trouble(
            "coordinates",
            format!("坐标应为两个数字，却是 {raw}"),
            format!("coordinates must be two numbers, not {raw}"),
            format!("[longitude, latitude], each {NUMBER_ALLOWED}"),
        ));
    }
    Ok((finite("coordinates", found[0], raw)?, finite("coordinates", found[1], raw)?))
}

/// Appends the properties but for [`ANSWER_PROPERTY`].
fn carry_properties(raw: &str, carried: &mut Vec<u8>) -> Result<(), Trouble> {
    if raw == "null" {
        return Ok(());
    }
    if !raw.starts_with('{') {
        let raw = shown(raw);
        return Err(trouble(
            "properties",
            format!("properties 应为对象，却是 {raw}"),
            format!("properties must be an object, not {raw}"),
            "an object or null",
        ));
    }
    // An escape may spell the name too.
    if !raw.contains(ANSWER_PROPERTY) && !raw.contains("\\u") {
        carried.extend_from_slice(raw.as_bytes());
        return Ok(());
    }
    let whole = carried.len();
    carried.push(b'{');
    members(&mut Cursor::new(raw), |cursor, key| {
        let value = cursor.skip_value()?;
        if key != ANSWER_PROPERTY {
            if carried.len() > whole + 1 {
                carried.push(b',');
            }
            let mut name = String::new();
            crate::formats::geojson_text::write_string(key, &mut name);
            carried.extend_from_slice(name.as_bytes());
            carried.push(b':');
            carried.extend_from_slice(value.as_bytes());
        }
        Ok(())
    })?;
    carried.push(b'}');
    Ok(())
}

fn no_feature(zh: String, en: String) -> Trouble {
    Trouble { field: None, zh, en, allowed: FEATURE_ALLOWED.to_owned() }
}

fn no_point(raw: &str) -> Trouble {
    let raw = shown(raw);
    trouble(
        "geometry",
        format!("几何应为 Point，却是 {raw}"),
        format!("the geometry must be a Point, not {raw}"),
        FEATURE_ALLOWED,
    )
}

fn twice(key: &str) -> RecordError {
    RecordError::of_field(
        key,
        format!("成员“{key}”重复"),
        format!("member {key} is there twice"),
        ("每个成员名一次", "each member name once"),
    )
}
