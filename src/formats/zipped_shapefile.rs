//! The Shapefiles in a zip archive, one layer each.

use std::io::{BufReader, Read, Seek};

use super::record::RecordError;
use super::safe_zip::{EntryReader, SafeZip, ZipEntry};
use super::shapefile::{ShapefileReader, Sidecars, missing_dbf};
use super::text_encoding::Guess;

/// The most bytes of a `.prj` or `.cpg`.
const MAX_SIDECAR_BYTES: u64 = 64 << 10;

/// A Shapefile whose files stream out of an archive.
pub type ZippedShapefile<R> = ShapefileReader<BufReader<EntryReader<R>>, BufReader<EntryReader<R>>>;

/// Opens every Shapefile of `source`, in the archive's order; their records name the file as their layer when
/// there is more than one.
pub fn zipped_shapefiles<R: Read + Seek>(source: R) -> Result<Vec<ZippedShapefile<R>>, RecordError> {
    let zip = SafeZip::open(source)?;
    let shapes: Vec<&ZipEntry> =
        zip.entries().iter().filter(|entry| has_extension(entry, "shp") && !is_resource_fork(entry)).collect();
    if shapes.is_empty() {
        return Err(RecordError::of_record(
            "压缩包中没有 .shp",
            "the zip holds no .shp",
            (
                "装有一个或多个 Shapefile（.shp、.dbf、.prj、.cpg）的 zip",
                "a zip of one or more Shapefiles (.shp, .dbf, .prj, .cpg)",
            ),
        ));
    }
    let mut readers = Vec::with_capacity(shapes.len());
    for shape in &shapes {
        let stem = &shape.name[..shape.name.len() - ".shp".len()];
        let layer = if shapes.len() == 1 { "" } else { stem };
        let dbf = sibling(&zip, stem, "dbf").ok_or_else(|| missing_dbf(stem))?;
        let sidecars = Sidecars { prj: sidecar(&zip, stem, "prj")?, cpg: sidecar(&zip, stem, "cpg")? };
        let open = |entry: &ZipEntry| zip.read(entry).map(BufReader::new);
        readers.push(ShapefileReader::new(layer, open(shape)?, open(dbf)?, open(dbf)?, &sidecars)?);
    }
    Ok(readers)
}

fn has_extension(entry: &ZipEntry, extension: &str) -> bool {
    entry.name.rsplit_once('.').is_some_and(|(stem, found)| !stem.is_empty() && found.eq_ignore_ascii_case(extension))
}

/// Whether macOS added the entry: `__MACOSX/._units.shp` is no Shapefile.
fn is_resource_fork(entry: &ZipEntry) -> bool {
    entry.name.starts_with("__MACOSX/") || entry.name.rsplit('/').next().is_some_and(|name| name.starts_with("._"))
}

fn sibling<'a, R: Read + Seek>(zip: &'a SafeZip<R>, stem: &str, extension: &str) -> Option<&'a ZipEntry> {
    let name = format!("{stem}.{extension}").to_lowercase();
    zip.entries().iter().find(|entry| entry.name.to_lowercase() == name)
}

fn sidecar<R: Read + Seek>(zip: &SafeZip<R>, stem: &str, extension: &str) -> Result<Option<String>, RecordError> {
    let Some(entry) = sibling(zip, stem, extension) else { return Ok(None) };
    Guess::default().decode(&zip.read_small(entry, MAX_SIDECAR_BYTES)?).map(Some)
}

#[cfg(test)]
mod tests {
    use super::super::dbf::tests::table;
    use super::super::record::{DeclaredCrs, ReadItem};
    use super::super::safe_zip::tests::archive;
    use super::super::shp::tests::{SQUARE, parts_content, shp};
    use super::*;
    use std::io::Cursor;

    fn read(files: &[(&str, &[u8])]) -> Result<Vec<(DeclaredCrs, Vec<ReadItem>)>, String> {
        let readers = zipped_shapefiles(Cursor::new(archive(files))).map_err(|error| error.en)?;
        Ok(readers.into_iter().map(|reader| (reader.declared_crs().clone(), reader.collect())).collect())
    }

    #[test]
    fn several_shapefiles_are_layers_whatever_the_case_of_their_names() {
        let shp = shp(5, &[parts_content(5, &[&SQUARE])]);
        let dbf = table(0, &[(b"N", b'C', 4)], &[&[b"\xcd\xf8\xb8\xf1"]]);
        let prj = br#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000"]"#;
        let found = read(&[
            ("网格.shp", &shp),
            ("网格.dbf", &dbf),
            ("网格.prj", prj),
            ("网格.cpg", b"GBK"),
            ("b/U.SHP", &shp),
            ("b/u.dbf", &dbf),
            ("__MACOSX/._U.shp", b"x"),
            ("readme.txt", b"x"),
        ])
        .expect("two layers");
        let layers: Vec<(&DeclaredCrs, String, Option<&String>)> = found
            .iter()
            .map(|(crs, items)| match items.as_slice() {
                [ReadItem::Record(record)] => (crs, record.layer.clone(), record.fields.get("N")),
                other => panic!("{other:?}"),
            })
            .collect();
        let name = "网格".to_owned();
        let expected = vec![
            (&DeclaredCrs::Epsg(4490), "网格".to_owned(), Some(&name)),
            (&DeclaredCrs::Missing, "b/U".to_owned(), Some(&name)),
        ];
        assert_eq!(layers, expected);
    }

    #[test]
    fn an_archive_without_a_whole_shapefile_is_refused() {
        assert_eq!(read(&[("a.txt", b"")]), Err("the zip holds no .shp".to_owned()));
        let shp = shp(5, &[]);
        assert_eq!(read(&[("a.shp", &shp)]), Err("a.dbf is missing, and with it every code".to_owned()));
    }
}
