//! One GeoJSON Feature (RFC 7946) from text, strictly.

use std::collections::BTreeMap;

use super::geojson_geometry::geometry_of;
use super::json::Cursor;
use super::record::{DeclaredCrs, RawGeometry, RecordError, shown};

/// How many characters of a coordinate system's name are kept.
const CRS_CHARACTERS: usize = 200;

/// A Feature, before anything is judged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feature {
    /// The properties as text, null left out; numbers as written, arrays and objects as JSON text.
    pub fields: BTreeMap<String, String>,
    /// The geometry, unless it is null or absent.
    pub geometry: Option<RawGeometry>,
    /// The coordinate system of a `crs` member (GeoJSON of 2008), if there is one.
    pub crs: Option<DeclaredCrs>,
}

impl Feature {
    /// The one Feature that `text` is; text after it, repeated members and wrong types are errors.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let mut feature = Self::default();
        let mut kind: Option<String> = None;
        let mut cursor = Cursor::new(text);
        cursor.object(|cursor, key| {
            match key {
                "type" => kind = Some(cursor.string().map_err(|error| error.or_field("type"))?.into_owned()),
                "geometry" if cursor.peek() == Some(b'n') => cursor.word("null")?,
                "geometry" => feature.geometry = Some(geometry_of(cursor)?),
                "properties" => feature.fields = properties_of(cursor)?,
                "crs" => feature.crs = Some(crs_of(cursor)?),
                _ => drop(cursor.skip_value()?),
            }
            Ok(())
        })?;
        cursor.end()?;
        check_type(kind.as_deref(), "Feature")?;
        Ok(feature)
    }
}

/// Checks the `type` member of a document.
pub fn check_type(found: Option<&str>, wanted: &str) -> Result<(), RecordError> {
    if found == Some(wanted) {
        return Ok(());
    }
    let (zh, en) = match found {
        Some(found) => (format!("type 是“{}”", shown(found)), format!("type is {}", shown(found))),
        None => ("缺少 type".to_owned(), "type is missing".to_owned()),
    };
    Err(RecordError::of_field(
        "type",
        zh,
        en,
        ("Feature，或由 Feature 组成的 FeatureCollection", "a Feature, or a FeatureCollection of Features"),
    ))
}

/// The properties, null left out.
fn properties_of(cursor: &mut Cursor<'_>) -> Result<BTreeMap<String, String>, RecordError> {
    let mut fields = BTreeMap::new();
    match cursor.peek() {
        Some(b'n') => cursor.word("null")?,
        Some(b'{') => cursor.object(|cursor, key| {
            if key.contains('\0') {
                return Err(RecordError::of_field(
                    key,
                    "字段名中有空字符",
                    "U+0000 stands in a field name",
                    ("文本", "text"),
                ));
            }
            if let Some(value) = property_of(cursor).map_err(|error| error.or_field(key))? {
                fields.insert(key.to_owned(), value);
            }
            Ok(())
        })?,
        _ => {
            return Err(RecordError::of_field(
                "properties",
                "properties 不是对象",
                "properties is not an object",
                ("属性对象，或 null", "an object of attributes, or null"),
            ));
        }
    }
    Ok(fields)
}

/// A property's text; `None` for null.
fn property_of(cursor: &mut Cursor<'_>) -> Result<Option<String>, RecordError> {
    Ok(match cursor.peek() {
        Some(b'"') => Some(cursor.string()?.into_owned()),
        Some(b'n') => {
            cursor.word("null")?;
            None
        }
        _ => Some(cursor.skip_value()?.to_owned()),
    })
}

/// What a `crs` member says.
pub fn crs_of(cursor: &mut Cursor<'_>) -> Result<DeclaredCrs, RecordError> {
    if cursor.peek() == Some(b'n') {
        cursor.word("null")?;
        return Ok(DeclaredCrs::Missing);
    }
    let mut name: Option<String> = None;
    let text = cursor.clone().skip_value()?;
    cursor
        .object(|cursor, key| match key {
            "properties" => cursor.object(|cursor, key| match key {
                "name" => {
                    name = Some(cursor.string()?.into_owned());
                    Ok(())
                }
                _ => cursor.skip_value().map(drop),
            }),
            _ => cursor.skip_value().map(drop),
        })
        .map_err(|error| error.or_field("crs"))?;
    Ok(match name {
        Some(name) => crs_named(&name),
        None => DeclaredCrs::Unknown(text.chars().take(CRS_CHARACTERS).collect()),
    })
}

/// The coordinate system that a URN, a URL or `EPSG:n` names.
pub fn crs_named(name: &str) -> DeclaredCrs {
    let upper = name.trim().to_ascii_uppercase();
    if upper.ends_with("CRS84") && (upper == "CRS84" || upper.contains("OGC")) {
        return DeclaredCrs::ByFormat;
    }
    let number = upper.rsplit([':', '/']).next().and_then(|last| last.parse::<u32>().ok());
    match number {
        Some(number) if upper.contains("EPSG") => DeclaredCrs::Epsg(number),
        _ => DeclaredCrs::Unknown(name.chars().take(CRS_CHARACTERS).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_error(text: &str, field: Option<&str>, en: &str) {
        let error = Feature::parse(text).expect_err(text);
        assert_eq!(error.field.as_deref(), field, "{text}: {}", error.en);
        assert!(error.en.contains(en), "{text}: {}", error.en);
    }

    #[test]
    fn properties_become_text_as_written() {
        let feature = Feature::parse(
            r#"{"properties": {"code": 350304001001000123, "name": "镇海", "ok": true, "none": null,
                "area": 1.50, "tags": [1, {"a": 2}], "empty": ""}, "geometry": null, "id": 7, "type": "Feature"}"#,
        )
        .expect("a feature");
        let fields: Vec<(&str, &str)> = feature.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let expected = [
            ("area", "1.50"),
            ("code", "350304001001000123"),
            ("empty", ""),
            ("name", "镇海"),
            ("ok", "true"),
            ("tags", r#"[1, {"a": 2}]"#),
        ];
        assert_eq!(fields, expected);
        assert_eq!(feature.geometry, None);
    }

    #[test]
    fn what_is_no_feature_is_refused_with_its_place() {
        check_error("[]", None, "an object is expected");
        check_error(r#"{"type": "feature"}"#, Some("type"), "type is feature");
        check_error(r#"{"properties": {}}"#, Some("type"), "type is missing");
        check_error(r#"{"type": "Feature", "properties": [1]}"#, Some("properties"), "not an object");
        check_error(r#"{"type": "Feature", "type": "Feature"}"#, Some("type"), "twice");
        check_error(r#"{"type": "Feature", "properties": {"code": "1", "code": "2"}}"#, Some("code"), "twice");
        check_error(r#"{"type": "Feature", "properties": {"name": "a\ud800"}}"#, Some("name"), "surrogate");
        check_error(r#"{"type": "Feature", "properties": {"code": 01}}"#, Some("code"), "number");
        check_error(r#"{"type": "Feature"}{"#, None, "after the end");
    }

    #[test]
    fn a_named_crs_is_read_in_all_its_spellings() {
        for (name, expected) in [
            ("urn:ogc:def:crs:OGC:1.3:CRS84", DeclaredCrs::ByFormat),
            ("urn:ogc:def:crs:EPSG::4490", DeclaredCrs::Epsg(4490)),
            ("urn:ogc:def:crs:EPSG:6.9:4549", DeclaredCrs::Epsg(4549)),
            ("EPSG:3857", DeclaredCrs::Epsg(3857)),
            ("http://www.opengis.net/def/crs/EPSG/0/4326", DeclaredCrs::Epsg(4326)),
            ("local", DeclaredCrs::Unknown("local".into())),
        ] {
            let text = format!(r#"{{"type":"Feature","crs":{{"type":"name","properties":{{"name":"{name}"}}}}}}"#);
            assert_eq!(Feature::parse(&text).expect("a feature").crs, Some(expected), "{name}");
        }
    }
}
