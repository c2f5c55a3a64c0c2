//! The JSON that describes an archive: read from anybody's, written for ours.

use serde_json::{Map, Value, json};

use super::error::{Part, PmtilesError};

/// A layer of vector tiles, as TileJSON describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VectorLayer {
    /// Its name in tiles.
    pub id: String,
    /// What it is, possibly empty.
    pub description: String,
    /// Its zooms, first and last, when they are known.
    pub zooms: Option<(u8, u8)>,
    /// Attributes and what they are.
    pub fields: Vec<(String, String)>,
}

/// What an archive says of itself. All texts are plain, none is HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// What it is called.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Whom a map must name.
    pub attribution: Option<String>,
    /// Which state of the data it is.
    pub version: Option<String>,
    /// Its layers; none for pictures.
    pub layers: Vec<VectorLayer>,
}

/// Where tiles of ours come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The edition.
    pub edition: u32,
    /// From when it is in force, RFC 3339.
    pub effective_from: String,
    /// When it was published, RFC 3339.
    pub published_at: String,
    /// The set of tiles.
    pub tileset: &'static str,
    /// Code of the area that the tiles are of, when they are not of all.
    pub area: Option<String>,
    /// 审图号, when the operator has one.
    pub approval_number: Option<String>,
    /// What every map shows without one.
    pub notice: String,
}

impl Metadata {
    /// Reads decompressed metadata: a JSON object; members of unexpected types say nothing.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PmtilesError> {
        let what = "it is no JSON object";
        let members: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|_| PmtilesError::Damaged { part: Part::Metadata, what })?;
        let text = |name: &str| match members.get(name)? {
            Value::String(text) => Some(plain_text(text)).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let layers = members.get("vector_layers").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Ok(Self {
            name: text("name"),
            description: text("description"),
            attribution: text("attribution"),
            version: text("version"),
            layers: layers.iter().filter_map(layer).collect(),
        })
    }

    /// The metadata of an archive of ours.
    pub fn to_json(&self, origin: &Origin) -> String {
        let layers: Vec<Value> = self.layers.iter().map(VectorLayer::to_json).collect();
        let onemap = json!({
            "edition": origin.edition,
            "effective_from": origin.effective_from,
            "published_at": origin.published_at,
            "tileset": origin.tileset,
            "area": origin.area,
            "approval_number": origin.approval_number,
            "notice": origin.notice,
        });
        json!({
            "name": self.name,
            "description": self.description,
            "attribution": self.attribution,
            "version": self.version,
            "type": "overlay",
            "vector_layers": layers,
            "onemap": onemap,
        })
        .to_string()
    }
}

impl VectorLayer {
    /// The layer as TileJSON and PMTiles write it.
    pub fn to_json(&self) -> Value {
        let fields: Map<String, Value> =
            self.fields.iter().map(|(name, what)| (name.clone(), Value::from(what.as_str()))).collect();
        let mut layer = json!({"id": self.id, "description": self.description, "fields": fields});
        if let Some((first, last)) = self.zooms {
            layer["minzoom"] = first.into();
            layer["maxzoom"] = last.into();
        }
        layer
    }
}

fn layer(value: &Value) -> Option<VectorLayer> {
    let zoom = |name: &str| value.get(name).and_then(Value::as_u64).and_then(|zoom| u8::try_from(zoom).ok());
    let text = |value: &Value| value.as_str().map(plain_text).unwrap_or_default();
    let fields = value.get("fields").and_then(Value::as_object).into_iter().flatten();
    Some(VectorLayer {
        id: value.get("id")?.as_str()?.to_owned(),
        description: value.get("description").map(text).unwrap_or_default(),
        zooms: zoom("minzoom").zip(zoom("maxzoom")),
        fields: fields.map(|(name, what)| (name.clone(), text(what))).collect(),
    })
}

/// A text without the tags that archives have in their attributions: a map would show them as HTML, and load what they name.
fn plain_text(html: &str) -> String {
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        // What is never closed is a tag to its end.
        text.push_str(piece.split_once('>').map_or("", |(_, behind)| behind));
    }
    text.replace('>', "").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_foreign_archive_says_is_read_as_plain_text() {
        let text = r#"{"name":"a","version":2,"description":7,"attribution":"<a href=\"https://x\">&copy; OSM</a> <img src=x onerror=y",
            "vector_layers":[{"id":"roads","minzoom":3,"maxzoom":14,"fields":{"kind":"<b>String</b>","n":1}},{"no":"id"},5],"other":{}}"#;
        let read = Metadata::parse(text.as_bytes()).expect("an object");
        assert_eq!((read.name.as_deref(), read.version.as_deref()), (Some("a"), Some("2")));
        assert_eq!(read.attribution.as_deref(), Some("&copy; OSM"));
        let fields = vec![("kind".to_owned(), "String".to_owned()), ("n".to_owned(), String::new())];
        let roads = VectorLayer { id: "roads".to_owned(), zooms: Some((3, 14)), fields, ..VectorLayer::default() };
        assert_eq!(read.layers, [roads]);
        assert_eq!(Metadata::parse(b"{}"), Ok(Metadata::default()));
        for text in ["", "[]", "{", "null", "\"a\""] {
            assert!(Metadata::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn no_tag_is_left_whatever_is_written() {
        assert_eq!(plain_text("a <b>c</b> d"), "a c d");
        assert_eq!(plain_text("<<script>alert(1)</script>"), "alert(1)");
        for html in ["<scr<script>ipt>x", "a<", ">", "<>", "a<b", "<a<b>>c"] {
            assert!(!plain_text(html).contains(['<', '>']), "{html}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let layer = VectorLayer {
            id: "a".to_owned(),
            description: "甲".to_owned(),
            zooms: Some((8, 16)),
            fields: vec![("code".to_owned(), "编码".to_owned())],
        };
        let metadata = Metadata { name: Some("名".to_owned()), layers: vec![layer], ..Metadata::default() };
        let origin = Origin {
            edition: 3,
            effective_from: "2026-01-01T00:00:00Z".to_owned(),
            published_at: "2026-01-02T00:00:00Z".to_owned(),
            tileset: "areas",
            area: None,
            approval_number: None,
            notice: "示意".to_owned(),
        };
        assert_eq!(Metadata::parse(metadata.to_json(&origin).as_bytes()), Ok(metadata));
    }
}
