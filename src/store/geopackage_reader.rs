//! Reads the feature layers of a foreign GeoPackage (OGC 12-128r19), read-only and with a bound on its work.
//!
//! The one place where SQL is put together from text: table and column names come from the file, and are quoted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use tokio::sync::mpsc;

use crate::formats::gpkg_geometry::GpkgGeometry;
use crate::formats::prj::declared_by_prj;
use crate::formats::record::{DeclaredCrs, RawGeometry, ReadItem, RecordError, SourceRecord, shown};
use crate::formats::shape_rules::MAX_RECORD_BYTES;
use crate::formats::text_encoding::not_utf8;

/// The most feature layers of one file; the query asks for one more.
const MAX_LAYERS: usize = 64;
/// The most columns of one layer; the names alone must stay small.
const MAX_COLUMNS: usize = 1_024;
/// How many steps of SQLite's machine lie between two looks at the budget.
const STEPS_PER_LOOK: i32 = 100_000;
/// How many looks one row may take: a view that loops for ever ends after 2 * 10^8 steps, some seconds.
const MAX_LOOKS_PER_ROW: u32 = 2_000;
/// How long a writer of the file is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const ALLOWED: (&str, &str) = ("含要素图层的 GeoPackage", "a GeoPackage with layers of points, lines or polygons");

/// The layers' names, geometry columns and coordinate systems.
const LAYERS_SQL: &str = "
select
    contents.table_name,
    geometry.column_name,
    geometry.srs_id,
    coalesce(system.organization, '') as organization,
    coalesce(system.organization_coordsys_id, 0) as number,
    substr(coalesce(system.definition, ''), 1, 65537) as definition
from gpkg_contents as contents
join gpkg_geometry_columns as geometry on lower(geometry.table_name) = lower(contents.table_name)
left join gpkg_spatial_ref_sys as system on system.srs_id = geometry.srs_id
where contents.data_type = 'features'
order by contents.table_name
limit 65";

/// A feature layer of a GeoPackage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureLayer {
    /// The table's or view's name.
    pub name: String,
    /// What `gpkg_spatial_ref_sys` says of its coordinates.
    pub crs: DeclaredCrs,
    geometry_column: String,
    columns: Vec<String>,
    srs_id: i64,
}

/// A foreign GeoPackage, open for reading.
#[derive(Debug)]
pub struct GeoPackageReader {
    connection: SqliteConnection,
    layers: Vec<FeatureLayer>,
    looks: Arc<AtomicU32>,
}

impl GeoPackageReader {
    /// Opens the file at `path` and reads what layers it has.
    ///
    /// A file of WAL mode on a read-only medium cannot be opened but as an unchanging one; that is the second try.
    pub async fn open(path: &Path) -> Result<Self, RecordError> {
        match Self::open_as(path, false).await {
            Err(error) if !wal_path(path).exists() => Self::open_as(path, true).await.map_err(|_| error),
            other => other,
        }
    }

    async fn open_as(path: &Path, immutable: bool) -> Result<Self, RecordError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(immutable)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("trusted_schema", "off")
            .pragma("cell_size_check", "on")
            .pragma("query_only", "on")
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(|error| sqlite_error(&error))?;
        let looks = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&looks);
        connection
            .lock_handle()
            .await
            .map_err(|error| sqlite_error(&error))?
            .set_progress_handler(STEPS_PER_LOOK, move || counted.fetch_add(1, Ordering::Relaxed) < MAX_LOOKS_PER_ROW);
        let encoding: String =
            sqlx::query_scalar("pragma encoding").fetch_one(&mut connection).await.map_err(|e| sqlite_error(&e))?;
        if encoding != "UTF-8" {
            return Err(refused("数据库不是 UTF-8 编码", format!("the database is {encoding}, not UTF-8")));
        }
        let mut reader = Self { connection, layers: Vec::new(), looks };
        reader.layers = reader.read_layers().await?;
        Ok(reader)
    }

    /// The feature layers, by name.
    pub fn layers(&self) -> &[FeatureLayer] {
        &self.layers
    }

    /// Sends every row of a layer to `sink`, one at a time, and ends early when nobody listens any more.
    ///
    /// A row that cannot be read is `Bad`; damage to the file is a fatal item at the end. Records name the layer when
    /// the file has more than one.
    pub async fn read_layer(&mut self, layer: &FeatureLayer, sink: &mpsc::Sender<ReadItem>) {
        let named = if self.layers.len() == 1 { String::new() } else { layer.name.clone() };
        let mut number = 0;
        self.looks.store(0, Ordering::Relaxed);
        let mut rows = sqlx::query(AssertSqlSafe(rows_sql(layer))).fetch(&mut self.connection);
        loop {
            let item = match rows.try_next().await {
                Ok(None) => return,
                Ok(Some(row)) => {
                    number += 1;
                    match record_of(&row, layer, &named, number) {
                        Ok(record) => ReadItem::Record(record),
                        Err(error) => ReadItem::bad(number, error),
                    }
                }
                Err(error) => ReadItem::fatal(Some(number + 1), sqlite_error(&error)),
            };
            self.looks.store(0, Ordering::Relaxed);
            let is_last = matches!(item, ReadItem::Bad { fatal: true, .. });
            if sink.send(item).await.is_err() || is_last {
                return;
            }
        }
    }

    async fn read_layers(&mut self) -> Result<Vec<FeatureLayer>, RecordError> {
        let rows = sqlx::query(LAYERS_SQL).fetch_all(&mut self.connection).await;
        let rows = rows.map_err(|error| {
            refused("不是 GeoPackage 文件", format!("the file is no GeoPackage: {}", shown(&error.to_string())))
        })?;
        if rows.is_empty() || rows.len() > MAX_LAYERS {
            return Err(refused(
                "没有要素图层，或图层太多（上限 64）",
                format!("the file has {} feature layers or more, from 1 to 64 are read", rows.len()),
            ));
        }
        let mut layers = Vec::with_capacity(rows.len());
        for row in rows {
            layers.push(self.read_layer_schema(&row).await?);
        }
        Ok(layers)
    }

    async fn read_layer_schema(&mut self, row: &SqliteRow) -> Result<FeatureLayer, RecordError> {
        let text = |index: usize| row.try_get_unchecked::<String, _>(index).map_err(|error| sqlite_error(&error));
        let number = |index: usize| row.try_get_unchecked::<i64, _>(index).map_err(|error| sqlite_error(&error));
        let (name, geometry_column, srs_id) = (text(0)?, text(1)?, number(2)?);
        let crs = match u32::try_from(number(4)?) {
            _ if srs_id <= 0 => DeclaredCrs::Missing,
            Ok(number) if number > 0 && text(3)?.eq_ignore_ascii_case("EPSG") => DeclaredCrs::Epsg(number),
            _ => declared_by_prj(&text(5)?),
        };
        self.looks.store(0, Ordering::Relaxed);
        let columns: Vec<String> = sqlx::query_scalar("select name from pragma_table_info($1)")
            .bind(&name)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| sqlite_error(&error))?;
        if columns.len() > MAX_COLUMNS || name.contains('\0') {
            return Err(refused("图层的列太多（上限 1024）", format!("layer {} has too many columns", shown(&name))));
        }
        let is_geometry = |column: &&String| column.eq_ignore_ascii_case(&geometry_column);
        if !columns.iter().any(|column| is_geometry(&column)) {
            return Err(refused(
                "图层没有几何列",
                format!("layer {} has no column {}", shown(&name), shown(&geometry_column)),
            ));
        }
        let columns = columns.iter().filter(|column| !is_geometry(column)).cloned().collect();
        Ok(FeatureLayer { name, crs, geometry_column, columns, srs_id })
    }
}

/// The rows of `layer`: how many bytes a row has, its geometry, then every attribute as text.
///
/// Blobs are no text and come as null. What is too large stays in the file: the lengths are known without reading.
fn rows_sql(layer: &FeatureLayer) -> String {
    let geometry = quoted(&layer.geometry_column);
    let columns: Vec<String> = layer.columns.iter().map(|column| quoted(column)).collect();
    let mut bytes = format!("coalesce(octet_length({geometry}), 0)");
    let mut values = format!(", case when octet_length({geometry}) <= {MAX_RECORD_BYTES} then {geometry} end");
    for column in &columns {
        bytes += &format!(" + coalesce(octet_length({column}), 0)");
        values += &format!(
            ", case when typeof({column}) <> 'blob' and octet_length({column}) <= {MAX_RECORD_BYTES} \
             then cast({column} as text) end"
        );
    }
    format!("select {bytes}{values} from {}", quoted(&layer.name))
}

/// `name` as an SQL identifier.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn record_of(row: &SqliteRow, layer: &FeatureLayer, named: &str, number: u64) -> Result<SourceRecord, RecordError> {
    let bytes: i64 = row.try_get_unchecked(0).map_err(|error| sqlite_error(&error))?;
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > MAX_RECORD_BYTES as u64) {
        return Err(crate::formats::geojson_frame::too_large());
    }
    let bytes_at =
        |index: usize| row.try_get_unchecked::<Option<Vec<u8>>, _>(index).map_err(|error| sqlite_error(&error));
    let geometry = match bytes_at(1)? {
        Some(blob) => geometry_of(&blob, layer.srs_id)?,
        None => None,
    };
    let mut fields = std::collections::BTreeMap::new();
    for (index, column) in layer.columns.iter().enumerate() {
        let Some(bytes) = bytes_at(index + 2)? else { continue };
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(error.as_bytes()).or_field(column))?;
        if text.contains('\0') {
            return Err(RecordError::of_field(column, "文本中有空字符", "U+0000 stands in a text", ("文本", "text")));
        }
        fields.insert(column.clone(), text);
    }
    Ok(SourceRecord { number, layer: named.to_owned(), fields, geometry })
}

/// The geometry of a blob, which must be of the layer's coordinate system or of none.
fn geometry_of(blob: &[u8], srs_id: i64) -> Result<Option<RawGeometry>, RecordError> {
    let parsed = GpkgGeometry::parse(blob)?;
    let own = i64::from(parsed.srs_id);
    if own > 0 && own != srs_id {
        return Err(RecordError::of_geometry(
            format!("几何的 srs_id 是 {own}，图层的是 {srs_id}"),
            format!("the geometry has srs_id {own}, its layer {srs_id}"),
            ("每个图层同一坐标系", "one coordinate system per layer"),
        ));
    }
    Ok(parsed.geometry)
}

fn wal_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn sqlite_error(error: &sqlx::Error) -> RecordError {
    refused("GeoPackage 无法读取", format!("the GeoPackage cannot be read: {}", shown(&error.to_string())))
}

fn refused(zh: &str, en: String) -> RecordError {
    RecordError::of_record(zh, en, ALLOWED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Position;
    use crate::domain::place::PlaceGeometry;
    use crate::formats::gpkg_geometry::place_blob;

    const SCHEMA: &str = "
        create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key, organization text,
            organization_coordsys_id integer, definition text);
        create table gpkg_contents (table_name text primary key, data_type text);
        create table gpkg_geometry_columns (table_name text, column_name text, srs_id integer);
        insert into gpkg_spatial_ref_sys values ('x', 4490, 'epsg', 4490, 'undefined');
        insert into gpkg_spatial_ref_sys values ('y', 7, 'none', 7, 'LOCAL_CS[\"putian\"]');
        insert into gpkg_contents values ('units', 'features'), ('notes', 'attributes');
        insert into gpkg_geometry_columns values ('units', 'geom', 4490);
        create table units (fid integer primary key, \"na\"\"me\" text, area real, photo blob, geom blob);";

    async fn open(statements: &str) -> (tempfile::TempDir, Result<GeoPackageReader, RecordError>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("foreign.gpkg");
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.expect("a database");
        let sql = statements.to_owned();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the statements");
        let point = PlaceGeometry::Point(Position::from_degrees(119.0, 25.0).expect("in the world"));
        if statements.contains("create table units") && !statements.contains("drop table units") {
            sqlx::query("update units set geom = $1 where geom is null and fid < 100")
                .bind(place_blob(&point))
                .execute(&mut connection)
                .await
                .expect("a geometry");
        }
        connection.close().await.expect("closed");
        let reader = GeoPackageReader::open(&path).await;
        (folder, reader)
    }

    async fn items(statements: &str) -> Vec<ReadItem> {
        let (_folder, reader) = open(&format!("{SCHEMA}{statements}")).await;
        let mut reader = reader.expect("a GeoPackage");
        let layer = reader.layers()[0].clone();
        let (sender, mut receiver) = mpsc::channel(2);
        let reading = async move {
            reader.read_layer(&layer, &sender).await;
            drop(sender);
        };
        let collecting = async {
            let mut items = Vec::new();
            while let Some(item) = receiver.recv().await {
                items.push(item);
            }
            items
        };
        tokio::join!(reading, collecting).1
    }

    fn error_of(item: &ReadItem) -> &str {
        match item {
            ReadItem::Bad { error, .. } => &error.en,
            ReadItem::Record(record) => panic!("{record:?}"),
        }
    }

    #[tokio::test]
    async fn rows_are_read_with_every_kind_of_value() {
        let found = items(
            "insert into units values (1, '镇海', 1.5, x'ff', null), (2, null, null, null, null);
             insert into units values (100, 'no geometry', 2, null, null);",
        )
        .await;
        let fields = |item: &ReadItem| match item {
            ReadItem::Record(record) => format!("{} {:?} {:?}", record.number, record.fields, record.geometry),
            ReadItem::Bad { error, .. } => panic!("{error:?}"),
        };
        let point = "Some(MultiPoint([[119.0, 25.0]]))";
        let expected = [
            format!(r#"1 {{"area": "1.5", "fid": "1", "na\"me": "镇海"}} {point}"#),
            format!(r#"2 {{"fid": "2"}} {point}"#),
            r#"3 {"area": "2.0", "fid": "100", "na\"me": "no geometry"} None"#.to_owned(),
        ];
        assert_eq!(found.iter().map(fields).collect::<Vec<_>>(), expected);
    }

    #[tokio::test]
    async fn a_bad_row_is_named_and_the_next_one_is_read() {
        let found = items(
            "insert into units values (1, cast(x'cdf8b8f1' as text), 1, null, null), (2, 'b', 1, null, x'00'),
                (3, 'c', 1, null, x'4750000001000000'), (4, 'd', 1, null, null),
                (5, 'e', 1, null, zeroblob(67108865));",
        )
        .await;
        assert_eq!(error_of(&found[0]), "the text is not UTF-8 (byte 0), it looks like GBK");
        assert_eq!(error_of(&found[1]), "the blob does not begin with GP");
        assert_eq!(error_of(&found[2]), "the geometry ends too early");
        assert!(matches!(found[3], ReadItem::Record(_)));
        assert_eq!(error_of(&found[4]), "a record is larger than 64 MiB");
    }

    #[tokio::test]
    async fn the_crs_of_a_layer_is_declared_by_the_file() {
        let declared = |change: &'static str| async move {
            let (_folder, reader) = open(&format!("{SCHEMA}{change}")).await;
            reader.expect("a GeoPackage").layers()[0].crs.clone()
        };
        assert_eq!(declared("").await, DeclaredCrs::Epsg(4490));
        assert_eq!(declared("update gpkg_geometry_columns set srs_id = -1;").await, DeclaredCrs::Missing);
        let local = declared("update gpkg_geometry_columns set srs_id = 7;").await;
        assert_eq!(local, DeclaredCrs::Unknown("LOCAL_CS[\"putian\"]".to_owned()));
    }

    #[tokio::test]
    async fn what_is_no_geopackage_is_refused() {
        let refusal = |statements: String| async move { open(&statements).await.1.expect_err("a refusal").en };
        assert!(refusal("create table x (y);".to_owned()).await.contains("no GeoPackage"));
        assert!(refusal(format!("{SCHEMA}delete from gpkg_contents;")).await.contains("0 feature layers"));
        assert!(refusal(format!("{SCHEMA}drop table units;")).await.contains("has no column"));
        assert!(refusal(format!("pragma encoding = 'UTF-16';{SCHEMA}")).await.contains("not UTF-8"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x.gpkg");
        std::fs::write(&path, b"SQLite format 3\0 and then nothing of the kind").expect("a file");
        assert!(GeoPackageReader::open(&path).await.is_err());
        assert!(GeoPackageReader::open(&folder.path().join("absent.gpkg")).await.is_err());
    }

    #[tokio::test]
    async fn a_view_that_never_ends_is_ended() {
        let found = items(
            "drop table units;
             create view units as with recursive n(i) as (select 1 union all select i + 1 from n)
                select i as fid, null as geom from n where i < 0;",
        )
        .await;
        assert!(matches!(found.as_slice(), [ReadItem::Bad { fatal: true, .. }]), "{found:?}");
    }
}
