//! Which format a file has, by its first bytes, its name and its content type.

use super::geojson_frame::RECORD_SEPARATOR;
use super::record::{RecordError, shown};

/// How many first bytes decide.
pub const HEAD_BYTES: usize = 512;

/// A format that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A GeoJSON document, Features on lines, or a sequence of RFC 8142.
    GeoJson,
    /// CSV with a geometry column.
    Csv,
    /// One or more Shapefiles in a zip.
    ShapefileZip,
    /// A `.shp`, with its other files beside it.
    Shapefile,
    /// A GeoPackage.
    GeoPackage,
}

impl SourceKind {
    /// The format of a file that begins with `head` (as much as there is of [`HEAD_BYTES`]).
    ///
    /// Bytes that only one format begins with decide; then the name's ending; then the content type.
    pub fn detect(name: Option<&str>, content_type: Option<&str>, head: &[u8]) -> Result<Self, RecordError> {
        if let Some(kind) = Self::by_bytes(head) {
            return Ok(kind);
        }
        let named = name.and_then(Self::by_name).or_else(|| content_type.and_then(Self::by_content_type));
        let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head).trim_ascii_start();
        match named {
            Some(kind) => Ok(kind),
            None if matches!(text.first(), Some(&(b'{' | RECORD_SEPARATOR))) => Ok(Self::GeoJson),
            None => Err(unknown(name, content_type)),
        }
    }

    fn by_bytes(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"SQLite format 3\0") {
            Some(Self::GeoPackage)
        } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            Some(Self::ShapefileZip)
        } else if head.starts_with(&[0, 0, 0x27, 0x0a]) {
            Some(Self::Shapefile)
        } else {
            None
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "geojson" | "json" | "geojsonl" | "geojsons" | "geojsonseq" | "jsonl" | "ndjson" => Some(Self::GeoJson),
            "csv" | "tsv" => Some(Self::Csv),
            "zip" => Some(Self::ShapefileZip),
            "shp" => Some(Self::Shapefile),
            "gpkg" => Some(Self::GeoPackage),
            _ => None,
        }
    }

    fn by_content_type(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/geo+json"
            | "application/json"
            | "application/geo+json-seq"
            | "application/json-seq"
            | "application/x-ndjson"
            | "application/jsonl" => Some(Self::GeoJson),
            "text/csv" | "text/tab-separated-values" => Some(Self::Csv),
            "application/zip" | "application/x-zip-compressed" => Some(Self::ShapefileZip),
            "application/geopackage+sqlite3" | "application/vnd.sqlite3" | "application/x-sqlite3" => {
                Some(Self::GeoPackage)
            }
            _ => None,
        }
    }
}

fn unknown(name: Option<&str>, content_type: Option<&str>) -> RecordError {
    let name = shown(name.or(content_type).unwrap_or("(no name)"));
    RecordError::of_record(
        format!("无法识别“{name}”的格式"),
        format!("the format of {name} is not recognised"),
        (
            ".geojson、.geojsonl、.gpkg、.shp 及 .dbf、装有 Shapefile 的 .zip、.csv",
            ".geojson, .geojsonl, .gpkg, .shp with .dbf, .zip of Shapefiles, .csv",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, content_type: &str, head: &[u8], expected: Option<SourceKind>) {
        let found = SourceKind::detect(Some(name), Some(content_type), head);
        assert_eq!(found.as_ref().ok(), expected.as_ref(), "{name} {content_type}: {found:?}");
    }

    #[test]
    fn bytes_decide_before_names_and_names_before_content_types() {
        use SourceKind::{Csv, GeoJson, GeoPackage, Shapefile, ShapefileZip};
        check("a.geojson", "", b"PK\x03\x04", Some(ShapefileZip));
        check("a.zip", "", b"SQLite format 3\0..", Some(GeoPackage));
        check("a", "", b"\x00\x00\x27\x0a", Some(Shapefile));
        check("a.CSV", "application/json", b"{", Some(Csv));
        check("a.geojsonl", "", b"", Some(GeoJson));
        check("a.zip", "", b"trunc", Some(ShapefileZip));
        check("upload", "Application/Geo+JSON; charset=utf-8", b"", Some(GeoJson));
        check("upload", "text/csv", b"code", Some(Csv));
        check("upload", "", b"\xef\xbb\xbf {", Some(GeoJson));
        check("upload", "application/octet-stream", b"\x1e{", Some(GeoJson));
        check("a.xlsx.txt", "text/plain", b"code", None);
        check("upload", "application/xml", b"<a/>", None);
    }
}
