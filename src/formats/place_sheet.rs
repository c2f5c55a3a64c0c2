//! Places written as CSV, as a workbook and as GeoJSON; what is written is read again.

use std::fmt::Write as _;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{answers::write_cell, place_fields::PlaceField, table::MAX_LONG_CELL_CHARACTERS, xlsx::MAX_ROWS};
use crate::domain::{
    geometry::{MultiPolygon, Position},
    place::{Place, PlaceGeometry},
    profile::{PlaceClass, Profile},
};

/// The column of outlines and lines, in tables that have such.
const WKT_COLUMN: &str = "wkt";

/// Why a table is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum PlaceSheetError {
    /// More rows than a sheet has.
    #[error("{rows} rows; a sheet holds at most {MAX_ROWS}, take CSV instead")]
    Rows {
        /// How many.
        rows: usize,
    },
    /// A text that no cell holds.
    #[error(
        "{column} of place {id} ({name}) has {characters} characters, a cell at most {MAX_LONG_CELL_CHARACTERS}; take CSV or GeoJSON"
    )]
    Cell {
        /// Id of the place.
        id: i64,
        /// Its name, possibly empty.
        name: String,
        /// The column.
        column: &'static str,
        /// How many characters the text has.
        characters: usize,
    },
    /// The workbook cannot be put together.
    #[error(transparent)]
    Workbook(#[from] XlsxError),
}

/// The words of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headings {
    /// For people.
    Chinese,
    /// For programs.
    English,
}

/// What a table has: its columns, and whether places are points in all of its rows.
struct Columns {
    fields: Vec<PlaceField>,
    has_shapes: bool,
}

impl Columns {
    /// Columns of coordinates where all are points, else one of WKT: a table has one of the two.
    fn of(class: Option<&PlaceClass>, places: &[&Place]) -> Self {
        let has_shapes = places.iter().any(|place| !matches!(place.geometry, PlaceGeometry::Point(_)));
        let mut fields = PlaceField::columns(class);
        if has_shapes {
            fields.retain(|field| !matches!(field, PlaceField::Lon | PlaceField::Lat));
        }
        Self { fields, has_shapes }
    }

    fn headings(&self, headings: Headings) -> Vec<&'static str> {
        let name = |field: &PlaceField| match headings {
            Headings::Chinese => field.zh(),
            Headings::English => field.id(),
        };
        self.fields.iter().map(name).chain(self.has_shapes.then_some(WKT_COLUMN)).collect()
    }

    fn cells(&self, place: &Place) -> Vec<String> {
        let shape = self.has_shapes.then(|| wkt(&place.geometry));
        self.fields.iter().map(|&field| cell(place, field)).chain(shape).collect()
    }

    /// Whether the column at this place holds numbers.
    fn is_number(&self, column: usize) -> bool {
        self.fields.get(column).is_some_and(|field| field.is_number())
    }
}

/// The places of one class, or of all, as CSV: UTF-8 with a byte order mark, and no cell that a spreadsheet would compute.
///
/// Positions are EPSG:4490: in columns of their own where all places are points, else as WKT.
pub fn places_csv(class: Option<&PlaceClass>, places: &[&Place], headings: Headings) -> Vec<u8> {
    let columns = Columns::of(class, places);
    let mut out = "\u{feff}".as_bytes().to_vec();
    let mut line = |cells: &mut dyn Iterator<Item = (bool, &str)>| {
        for (column, (is_number, cell)) in cells.enumerate() {
            if column > 0 {
                out.push(b',');
            }
            if is_number {
                out.extend_from_slice(cell.as_bytes());
            } else {
                write_cell(&mut out, cell, b',');
            }
        }
        out.extend_from_slice(b"\r\n");
    };
    line(&mut columns.headings(headings).into_iter().map(|heading| (false, heading)));
    for place in places {
        let cells = columns.cells(place);
        line(&mut cells.iter().enumerate().map(|(column, cell)| (columns.is_number(column), cell.as_str())));
    }
    out
}

/// The same as a workbook, with a second sheet that says what is allowed in each column; `made_at` is written into it, so
/// that equal tables are equal bytes.
pub fn places_xlsx(
    profile: &Profile,
    class: Option<&PlaceClass>,
    places: &[&Place],
    made_at: OffsetDateTime,
) -> Result<Vec<u8>, PlaceSheetError> {
    let rows = places.len() + 1;
    if rows > MAX_ROWS as usize {
        return Err(PlaceSheetError::Rows { rows });
    }
    let columns = Columns::of(class, places);
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(made_at.unix_timestamp())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name("点位")?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, heading) in (0_u16..).zip(columns.headings(Headings::Chinese)) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (row, place) in (1_u32..).zip(places) {
        // All of it is text: a number of a list may begin with 0.
        for (column, cell) in (0_u16..).zip(columns.cells(place)).filter(|(_, cell)| !cell.is_empty()) {
            if cell.chars().nth(MAX_LONG_CELL_CHARACTERS).is_some() {
                let characters = cell.chars().count();
                let column = columns.headings(Headings::English)[usize::from(column)];
                return Err(PlaceSheetError::Cell { id: place.id, name: place.name.clone(), column, characters });
            }
            sheet.write_string(row, column, cell)?;
        }
    }
    let notes = workbook.add_worksheet();
    notes.set_name("说明 notes")?;
    for (column, heading) in (0_u16..).zip(["列", "column", "填写要求", "allowed"]) {
        notes.write_string_with_format(0, column, heading, &bold)?;
    }
    for (row, field) in (1_u32..).zip(&columns.fields) {
        let (zh, en) = field.allowed();
        let classes = || profile.place_classes.iter().map(|class| format!("{} {}", class.id, class.name.zh));
        let zh = if *field == PlaceField::Class {
            format!("{zh}：{}", classes().collect::<Vec<_>>().join("、"))
        } else {
            zh.to_owned()
        };
        for (column, text) in (0_u16..).zip([field.zh(), field.id(), zh.as_str(), en]) {
            notes.write_string(row, column, text)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// A table without rows for places of a class, or of all: what somebody fills in.
pub fn template_csv(class: Option<&PlaceClass>) -> Vec<u8> {
    places_csv(class, &[], Headings::Chinese)
}

/// Places as a GeoJSON document, longitude first, EPSG:4490 degrees.
pub fn places_geojson(places: &[&Place]) -> String {
    let mut out = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    for (index, place) in places.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        write!(out, "{separator}\n{}", feature(place)).expect("a String takes all that is written");
    }
    out.push_str("\n]}\n");
    out
}

/// One place as a GeoJSON Feature.
pub fn feature(place: &Place) -> Value {
    json!({"type": "Feature", "id": place.id, "properties": properties(place), "geometry": geometry(&place.geometry)})
}

/// What is known of a place, by the names that a reader of files knows; what is not known is left out.
pub fn properties(place: &Place) -> Map<String, Value> {
    let mut properties = Map::new();
    for field in PlaceField::all().filter(|field| !matches!(field, PlaceField::Lon | PlaceField::Lat)) {
        let text = cell(place, field);
        if text.is_empty() {
            continue;
        }
        let value = match field {
            PlaceField::Id
            | PlaceField::Rank
            | PlaceField::Stairs
            | PlaceField::Floors
            | PlaceField::Households
            | PlaceField::Residents
            | PlaceField::WidthM => text.parse::<serde_json::Number>().map_or(Value::String(text), Value::Number),
            _ => Value::String(text),
        };
        properties.insert(field.id().to_owned(), value);
    }
    properties
}

/// A geometry as GeoJSON.
pub fn geometry(geometry: &PlaceGeometry) -> Value {
    let pair = |position: &Position| json!([position.lon_degrees(), position.lat_degrees()]);
    match geometry {
        PlaceGeometry::Point(position) => json!({"type": "Point", "coordinates": pair(position)}),
        PlaceGeometry::Line(line) => {
            json!({"type": "LineString", "coordinates": line.iter().map(pair).collect::<Vec<_>>()})
        }
        PlaceGeometry::Polygon(area) => json!({"type": "MultiPolygon", "coordinates": rings(area, &pair)}),
    }
}

fn rings(area: &MultiPolygon, pair: &dyn Fn(&Position) -> Value) -> Vec<Vec<Vec<Value>>> {
    let closed = |positions: &[Position]| positions.iter().chain(positions.first()).map(pair).collect();
    area.polygons.iter().map(|part| part.rings().map(|ring| closed(ring.positions())).collect()).collect()
}

/// A geometry as WKT, in degrees.
fn wkt(geometry: &PlaceGeometry) -> String {
    let pair = |position: &Position| format!("{:.7} {:.7}", position.lon_degrees(), position.lat_degrees());
    let list = |positions: &mut dyn Iterator<Item = &Position>| positions.map(pair).collect::<Vec<_>>().join(",");
    match geometry {
        PlaceGeometry::Point(position) => format!("POINT({})", pair(position)),
        PlaceGeometry::Line(line) => format!("LINESTRING({})", list(&mut line.iter())),
        PlaceGeometry::Polygon(area) => {
            let ring = |positions: &[Position]| format!("({})", list(&mut positions.iter().chain(positions.first())));
            let part = |part: &crate::domain::geometry::Polygon| {
                format!("({})", part.rings().map(|one| ring(one.positions())).collect::<Vec<_>>().join(","))
            };
            format!("MULTIPOLYGON({})", area.polygons.iter().map(part).collect::<Vec<_>>().join(","))
        }
    }
}

/// What a place has in a column; empty where it has nothing.
fn cell(place: &Place, field: PlaceField) -> String {
    let building = place.building.as_ref();
    let of_building = |text: &dyn Fn(&crate::domain::place::Building) -> String| building.map_or(String::new(), text);
    let point = match place.geometry {
        PlaceGeometry::Point(position) => Some(position),
        _ => None,
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match field {
        PlaceField::Id => place.id.to_string(),
        PlaceField::Class => place.class.clone(),
        PlaceField::ExternalId => text(&place.external_id),
        PlaceField::Name => place.name.clone(),
        PlaceField::Aliases => place.aliases.join("|"),
        PlaceField::Lon => point.map_or(String::new(), |at| format!("{:.7}", at.lon_degrees())),
        PlaceField::Lat => point.map_or(String::new(), |at| format!("{:.7}", at.lat_degrees())),
        PlaceField::Rank => place.rank.to_string(),
        PlaceField::Estate => of_building(&|building| building.estate.clone()),
        PlaceField::BuildingNumber => of_building(&|building| building.number.clone()),
        PlaceField::Stairs => of_building(&|building| building.stairs.to_string()),
        PlaceField::Floors => of_building(&|building| building.floors.to_string()),
        PlaceField::Households => of_building(&|building| building.households.to_string()),
        PlaceField::Residents => of_building(&|building| building.residents.to_string()),
        PlaceField::VideoUrl => text(&place.video_url),
        PlaceField::Phone => text(&place.phone),
        PlaceField::Address => text(&place.address),
        PlaceField::Owner => place.owner.map_or(String::new(), |owner| owner.area.to_string()),
        PlaceField::WidthM => {
            place.owner.map_or(String::new(), |owner| (f64::from(owner.width_cm) / 100.0).to_string())
        }
        PlaceField::Source => place.source.clone(),
        PlaceField::Date => place.dated.map_or(String::new(), |date| date.to_string()),
    }
}
