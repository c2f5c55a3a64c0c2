//! Joins the geometries of a `.shp` with the rows of its `.dbf`.

use std::io::Read;

use super::dbf::{DbfReader, DbfRow, DbfSchema};
use super::prj::declared_by_prj;
use super::record::{DeclaredCrs, ReadItem, RecordError, SourceRecord};
use super::shp::ShpReader;

/// What the small files beside a `.shp` say.
#[derive(Debug, Clone, Default)]
pub struct Sidecars {
    /// The text of the `.prj`, if there is one.
    pub prj: Option<String>,
    /// The text of the `.cpg`, if there is one.
    pub cpg: Option<String>,
}

/// The records of a Shapefile, in order; one is in memory at a time.
#[derive(Debug)]
pub struct ShapefileReader<S, D> {
    layer: String,
    crs: DeclaredCrs,
    shapes: ShpReader<S>,
    rows: DbfReader<D>,
    ended: bool,
}

impl<S: Read, D: Read> ShapefileReader<S, D> {
    /// A reader of `shp` and `dbf`; `dbf_again` is the same table from its beginning, read whole for its encoding.
    ///
    /// `layer` is what its records name as their layer.
    pub fn new(layer: &str, shp: S, dbf: D, dbf_again: impl Read, sidecars: &Sidecars) -> Result<Self, RecordError> {
        let schema = DbfSchema::survey(dbf_again, sidecars.cpg.as_deref())?;
        Ok(Self {
            layer: layer.to_owned(),
            crs: sidecars.prj.as_deref().map_or(DeclaredCrs::Missing, declared_by_prj),
            shapes: ShpReader::new(shp)?,
            rows: DbfReader::new(dbf, schema)?,
            ended: false,
        })
    }

    /// What the `.prj` says; without one, nothing.
    pub const fn declared_crs(&self) -> &DeclaredCrs {
        &self.crs
    }

    /// The next record that was not deleted; the error is fatal.
    fn next_item(&mut self) -> Result<Option<ReadItem>, RecordError> {
        loop {
            let shape = self.shapes.next_shape()?;
            let row = self.rows.next_row()?;
            let number = self.shapes.number();
            let (geometry, fields) = match (shape, row) {
                (None, None) => return Ok(None),
                (Some(_), Some(Ok(DbfRow::Deleted))) => continue,
                (Some(shape), Some(Ok(DbfRow::Fields(fields)))) => (shape, fields),
                (Some(_), Some(Err(error))) => return Ok(Some(ReadItem::bad(number, error))),
                (Some(_), None) => return Err(uneven("more", self.rows.record_count())),
                (None, Some(_)) => return Err(uneven("fewer", self.rows.record_count())),
            };
            let layer = self.layer.clone();
            return Ok(Some(match geometry {
                Ok(geometry) => ReadItem::Record(SourceRecord { number, layer, fields, geometry }),
                Err(error) => ReadItem::bad(number, error),
            }));
        }
    }
}

impl<S: Read, D: Read> Iterator for ShapefileReader<S, D> {
    type Item = ReadItem;

    fn next(&mut self) -> Option<ReadItem> {
        if self.ended {
            return None;
        }
        match self.next_item() {
            Ok(Some(item)) => Some(item),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(ReadItem::fatal(Some(self.shapes.number()).filter(|&number| number > 0), error))
            }
        }
    }
}

/// The error for a `.shp` without its `.dbf`.
pub fn missing_dbf(layer: &str) -> RecordError {
    RecordError::of_record(
        format!("缺少 {layer}.dbf，没有属性就没有编码"),
        format!("{layer}.dbf is missing, and with it every code"),
        (".shp 及同名的 .dbf，有 .prj、.cpg 的一并提供", "a .shp with its .dbf, and its .prj and .cpg if they exist"),
    )
}

fn uneven(which: &str, rows: u32) -> RecordError {
    RecordError::of_record(
        format!(".shp 与 .dbf 的记录数不同（.dbf 有 {rows} 条）"),
        format!("the .shp has {which} records than the .dbf, which has {rows}"),
        (".shp 与 .dbf 的记录数相同", "as many records in the .shp as in the .dbf"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::dbf::tests::table;
    use super::super::shp::tests::{SQUARE, parts_content, shp};
    use super::*;
    use crate::formats::record::RawGeometry;
    use std::collections::BTreeMap;

    fn items(shapes: usize, rows: &[&[&[u8]]], sidecars: &Sidecars) -> Vec<ReadItem> {
        let shp = shp(5, &vec![parts_content(5, &[&SQUARE]); shapes]);
        let dbf = table(0, &[(b"CODE", b'C', 4)], rows);
        let reader = ShapefileReader::new("units", &*shp, &*dbf, &*dbf, sidecars).expect("a Shapefile");
        reader.collect()
    }

    #[test]
    fn shapes_and_rows_are_joined_in_order() {
        let found = items(2, &[&[b"1"], &[b""]], &Sidecars::default());
        let record = |number, fields: &[(&str, &str)]| {
            ReadItem::Record(SourceRecord {
                number,
                layer: "units".to_owned(),
                fields: fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>(),
                geometry: Some(RawGeometry::MultiPolygon(vec![vec![SQUARE.to_vec()]])),
            })
        };
        assert_eq!(found, vec![record(1, &[("CODE", "1")]), record(2, &[])]);
    }

    #[test]
    fn an_uneven_pair_is_fatal() {
        for (shapes, rows) in [(1, 2), (2, 1)] {
            let cells: &[&[u8]] = &[b"1"];
            let found = items(shapes, &vec![cells; rows], &Sidecars::default());
            let last = found.last().expect("an item");
            assert!(matches!(last, ReadItem::Bad { fatal: true, .. }), "{shapes} {rows}: {last:?}");
        }
    }

    #[test]
    fn the_prj_declares() {
        let (shp, dbf) = (shp(5, &[]), table(0, &[(b"CODE", b'C', 4)], &[]));
        let declared = |prj: Option<&str>| {
            let sidecars = Sidecars { prj: prj.map(str::to_owned), cpg: None };
            ShapefileReader::new("", &*shp, &*dbf, &*dbf, &sidecars).expect("a Shapefile").declared_crs().clone()
        };
        assert_eq!(declared(None), DeclaredCrs::Missing);
        assert_eq!(declared(Some(r#"GEOGCS["GCS_WGS_1984"]"#)), DeclaredCrs::Epsg(4326));
        assert_eq!(declared(Some("local")), DeclaredCrs::Unknown("local".to_owned()));
    }
}
