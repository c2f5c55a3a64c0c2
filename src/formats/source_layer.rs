//! One way to open every format whose reader is pure: layers, each with its coordinate system and its records.

use std::io::{BufReader, Read, Seek};

use super::csv_reader::CsvReader;
use super::geojson::GeoJsonReader;
use super::record::{DeclaredCrs, ReadItem, RecordError};
use super::shapefile::{ShapefileReader, Sidecars};
use super::source_kind::SourceKind;
use super::zipped_shapefile::zipped_shapefiles;

/// Records that share a coordinate system, to be read once, in order.
pub struct SourceLayer<'a> {
    /// What the file says about their coordinates.
    pub crs: DeclaredCrs,
    /// The records; they name their layer when the file has more than one.
    pub items: Box<dyn Iterator<Item = ReadItem> + Send + 'a>,
}

impl std::fmt::Debug for SourceLayer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceLayer").field("crs", &self.crs).finish_non_exhaustive()
    }
}

/// Opens GeoJSON, CSV or a zip of Shapefiles.
///
/// The error is the file's: nothing of it can be read. A loose Shapefile needs [`open_shapefile`], and a GeoPackage
/// the store's reader; asking for them here is an error too.
pub fn open<'a>(kind: SourceKind, source: impl Read + Seek + Send + 'a) -> Result<Vec<SourceLayer<'a>>, RecordError> {
    match kind {
        SourceKind::GeoJson => {
            let reader = GeoJsonReader::new(BufReader::new(source))?;
            Ok(vec![SourceLayer { crs: reader.declared_crs().clone(), items: Box::new(reader) }])
        }
        SourceKind::Csv => {
            let reader = CsvReader::new(source)?;
            Ok(vec![SourceLayer { crs: reader.declared_crs(), items: Box::new(reader) }])
        }
        SourceKind::ShapefileZip => {
            let layer = |reader: super::zipped_shapefile::ZippedShapefile<_>| SourceLayer {
                crs: reader.declared_crs().clone(),
                items: Box::new(reader),
            };
            Ok(zipped_shapefiles(source)?.into_iter().map(layer).collect())
        }
        SourceKind::Shapefile | SourceKind::GeoPackage => Err(RecordError::of_record(
            "这种格式不能从单个数据流读取",
            "this format is not read from one stream",
            ("GeoJSON、CSV，或装有 Shapefile 的 zip", "GeoJSON, CSV, or a zip of Shapefiles"),
        )),
    }
}

/// Opens a loose Shapefile; `dbf_again` is the same `.dbf`, opened a second time to learn its encoding.
pub fn open_shapefile<'a>(
    shp: impl Read + Send + 'a,
    dbf: impl Read + Send + 'a,
    dbf_again: impl Read,
    sidecars: &Sidecars,
) -> Result<SourceLayer<'a>, RecordError> {
    let (shp, dbf) = (BufReader::new(shp), BufReader::new(dbf));
    let reader = ShapefileReader::new("", shp, dbf, BufReader::new(dbf_again), sidecars)?;
    Ok(SourceLayer { crs: reader.declared_crs().clone(), items: Box::new(reader) })
}
