//! Tables of places: CSV and workbooks, with columns of coordinates or a column of WKT.

use std::{
    collections::BTreeMap,
    io::{Read, Seek, SeekFrom},
};

use super::{
    csv_reader::{CsvReader, GEOMETRY_COLUMNS, other_srid, read_geometry},
    place_fields::{PlaceField, PlaceFieldMap},
    record::{DeclaredCrs, RawGeometry, ReadItem, RecordError, SourceRecord, shown},
    source_layer::SourceLayer,
    table::{ColumnKind, SHEET_FIELD, Table, TableColumn, TableKind, TableRow, read_table, unmarked},
};
use crate::domain::area::Finding;

/// Places of columns among the fields.
const LON: usize = PlaceField::Lon as usize;
const LAT: usize = PlaceField::Lat as usize;

/// A table of places, read: rows have the numbers that a spreadsheet shows.
pub struct PlaceTable {
    /// What the table says about its coordinates.
    pub crs: DeclaredCrs,
    /// All that was odd. With an error of no row there are no rows.
    pub findings: Vec<Finding>,
    /// The rows, made into records as they are taken.
    pub rows: Box<dyn Iterator<Item = PlaceRow> + Send>,
}

/// A row below the headings.
pub enum PlaceRow {
    /// A record, or what is wrong with it.
    Item(ReadItem),
    /// The findings of the table say what is wrong with it.
    Spoiled,
}

/// A CSV file of places.
pub enum PlaceCsv {
    /// With columns of coordinates.
    Table(PlaceTable),
    /// With outlines of any length, read one by one.
    Layer(SourceLayer<'static>),
}

/// Opens a CSV file of places, which findings call `file`.
pub fn open_csv<R: Read + Seek + Send + 'static>(
    mut source: R,
    file: &str,
    map: &PlaceFieldMap,
) -> Result<PlaceCsv, RecordError> {
    let has_shapes = CsvReader::new(&mut source)
        .is_ok_and(|reader| !reader.columns().iter().any(|name| map.is_called(PlaceField::Lon, name)));
    source.seek(SeekFrom::Start(0)).map_err(|error| RecordError::of_reading(&error))?;
    if !has_shapes {
        return Ok(PlaceCsv::Table(open(source, TableKind::Csv, file, map, None)));
    }
    let reader = CsvReader::new(source)?;
    let crs = reader.declared_crs();
    Ok(PlaceCsv::Layer(SourceLayer { crs, items: Box::new(reader.filter_map(as_in_a_sheet)) }))
}

/// Opens a workbook of places, which findings call `file`: the sheet called `sheet`, else the only one whose header fits.
pub fn open_xlsx(source: impl Read + Seek, file: &str, map: &PlaceFieldMap, sheet: Option<&str>) -> PlaceTable {
    open(source, TableKind::Xlsx, file, map, sheet)
}

/// A record of a CSV with the number of its row in a spreadsheet and its texts without the marks of an export; `None` for
/// an empty row.
fn as_in_a_sheet(item: ReadItem) -> Option<ReadItem> {
    /// The header.
    const ROWS_ABOVE: u64 = 1;
    match item {
        ReadItem::Record(record)
            if record.geometry.is_none() && record.fields.values().all(|text| text.trim().is_empty()) =>
        {
            None
        }
        ReadItem::Record(record) => {
            let fields = record.fields.into_iter().map(|(name, text)| (name, unmarked(&text).to_owned())).collect();
            Some(ReadItem::Record(SourceRecord { number: record.number + ROWS_ABOVE, fields, ..record }))
        }
        ReadItem::Bad { number, error, fatal } => {
            Some(ReadItem::Bad { number: number.map(|number| number + ROWS_ABOVE), error, fatal })
        }
    }
}

/// What tells in a table where its places are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Two columns of coordinates.
    Coordinates,
    /// A column of WKT or WKB, which stands in the place of longitudes.
    Shape,
}

fn open(
    mut source: impl Read + Seek,
    kind: TableKind,
    file: &str,
    map: &PlaceFieldMap,
    sheet: Option<&str>,
) -> PlaceTable {
    let mut table = read(&mut source, kind, file, (map, By::Coordinates), sheet);
    let mut by = By::Coordinates;
    if table.header_row == 0 && !is_ambiguous(&table) && source.seek(SeekFrom::Start(0)).is_ok() {
        let other = read(&mut source, kind, file, (map, By::Shape), sheet);
        if other.header_row > 0 || is_ambiguous(&other) {
            (table, by) = (other, By::Shape);
        }
    }
    if table.header_row == 0 {
        for finding in table.findings.iter_mut().filter(|finding| finding.allowed.en.contains('*')) {
            finding.allowed.zh += "；也可用一列 wkt 代替 lon、lat";
            finding.allowed.en += "; a column wkt may stand for lon and lat";
        }
    }
    let columns = Columns::of(&table, map, by).with_srid_of(&table.rows);
    PlaceTable {
        crs: columns.srid.map_or(DeclaredCrs::Missing, DeclaredCrs::Epsg),
        findings: table.findings,
        rows: Box::new(table.rows.into_iter().map(move |row| columns.row(&row))),
    }
}

fn read(
    source: impl Read + Seek,
    kind: TableKind,
    file: &str,
    (map, by): (&PlaceFieldMap, By),
    sheet: Option<&str>,
) -> Table {
    let mut names: Vec<Vec<&str>> = PlaceField::all().map(|field| map.names(field)).collect();
    if by == By::Shape {
        names[LON] = GEOMETRY_COLUMNS.to_vec();
    }
    let mut columns: Vec<TableColumn<'_>> = PlaceField::all()
        .zip(&names)
        .map(|(field, names)| TableColumn { names, kind: field.kind(), is_required: false })
        .collect();
    columns[LON].is_required = true;
    match by {
        By::Coordinates => columns[LAT].is_required = true,
        By::Shape => columns[LON].kind = ColumnKind::LongText,
    }
    read_table(source, kind, &columns, file, sheet)
}

/// Whether somebody must name the sheet.
fn is_ambiguous(table: &Table) -> bool {
    table.findings.iter().any(|finding| finding.source.field.as_deref() == Some(SHEET_FIELD))
}

/// What the columns of a table mean.
struct Columns {
    by: By,
    /// By field, in their order: how the file calls its column.
    keys: Vec<Option<String>>,
    /// What the first outline declares.
    srid: Option<u32>,
}

impl Columns {
    fn of(table: &Table, map: &PlaceFieldMap, by: By) -> Self {
        // A heading that is more than a name goes by that name.
        let key = |(field, heading): (PlaceField, &Option<String>)| {
            heading.as_ref().map(|heading| match map.is_called(field, heading) {
                true => heading.clone(),
                false => map.attribute(field).to_owned(),
            })
        };
        Self { by, keys: PlaceField::all().zip(&table.headings).map(key).collect(), srid: None }
    }

    fn with_srid_of(self, rows: &[TableRow]) -> Self {
        let mut shapes = rows.iter().filter_map(|row| row.get(LON)).filter(|_| self.by == By::Shape);
        let srid = shapes.find_map(|text| read_geometry(text).ok()?).and_then(|(srid, _)| srid);
        Self { srid, ..self }
    }

    fn row(&self, row: &TableRow) -> PlaceRow {
        if row.is_bad {
            return PlaceRow::Spoiled;
        }
        PlaceRow::Item(match self.record(row) {
            Ok(record) => ReadItem::Record(record),
            Err(error) => ReadItem::bad(row.number, error),
        })
    }

    fn record(&self, row: &TableRow) -> Result<SourceRecord, RecordError> {
        let mut fields = BTreeMap::new();
        for (at, key) in self.keys.iter().enumerate().filter(|(at, _)| ![LON, LAT].contains(at)) {
            if let (Some(key), Some(text)) = (key, row.get(at)) {
                fields.insert(key.clone(), text.to_owned());
            }
        }
        let geometry = match self.by {
            By::Coordinates => self.point(row)?,
            By::Shape => self.shape(row)?,
        };
        Ok(SourceRecord { number: row.number, layer: String::new(), fields, geometry })
    }

    fn shape(&self, row: &TableRow) -> Result<Option<RawGeometry>, RecordError> {
        match row.get(LON).map(read_geometry).transpose()?.flatten() {
            Some((srid, _)) if srid != self.srid => Err(other_srid(self.srid, srid)),
            found => Ok(found.map(|(_, geometry)| geometry)),
        }
    }

    fn point(&self, row: &TableRow) -> Result<Option<RawGeometry>, RecordError> {
        let name = |at: usize| self.keys[at].as_deref().unwrap_or_default();
        let number = |at: usize| row.get(at).map(|text| decimal(name(at), text)).transpose();
        match (number(LON)?, number(LAT)?) {
            (Some(x), Some(y)) => Ok(Some(RawGeometry::MultiPoint(vec![[x, y]]))),
            (None, None) => Ok(None),
            (x, _) => {
                let missing = name(if x.is_some() { LAT } else { LON });
                Err(RecordError::of_field(missing, "缺少坐标", "the coordinate is missing", ("数字", "a number")))
            }
        }
    }
}

fn decimal(column: &str, text: &str) -> Result<f64, RecordError> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| {
        let shown = shown(text);
        let en = format!("{shown:?} is no number");
        RecordError::of_field(
            column,
            format!("“{shown}”不是数"),
            en,
            ("十进制数，如 119.0123456", "a decimal number such as 119.0123456"),
        )
    })
}

#[cfg(test)]
mod tests;
