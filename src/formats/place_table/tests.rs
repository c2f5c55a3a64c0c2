use std::io::Cursor;

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use time::macros::datetime;

use super::*;
use crate::{
    domain::{
        area::finding::Source,
        geometry::Position,
        place::{Place, PlaceGeometry, PlaceLayer},
    },
    formats::{
        place_sheet::{Headings, PlaceSheetError, places_csv, places_xlsx},
        profile_toml::find_profile,
    },
};

/// What is said of the table, then of its rows.
fn told(table: PlaceTable) -> Vec<String> {
    let PlaceTable { findings, rows, .. } = table;
    let finding = |finding: &Finding| {
        let Source { record, field, .. } = &finding.source;
        format!("{} {record:?} {field:?} {} [{}]", finding.severity.id(), finding.en, finding.allowed.en)
    };
    let row = |row: PlaceRow| match row {
        PlaceRow::Spoiled => "spoiled".to_owned(),
        PlaceRow::Item(item) => item_text(item),
    };
    findings.iter().map(finding).chain(rows.map(row)).collect()
}

fn item_text(item: ReadItem) -> String {
    match item {
        ReadItem::Record(record) => format!("{} {:?} {:?}", record.number, record.fields, record.geometry),
        ReadItem::Bad { number, error, .. } => format!("bad {number:?} {:?} {}", error.field, error.en),
    }
}

fn csv(text: impl Into<Vec<u8>>) -> Vec<String> {
    match open_csv(Cursor::new(text.into()), "a.csv", &PlaceFieldMap::default()).expect("a file") {
        PlaceCsv::Table(table) => told(table),
        PlaceCsv::Layer(layer) => layer.items.map(item_text).collect(),
    }
}

fn xlsx(sheet: Option<&str>, fill: impl FnOnce(&mut Workbook)) -> Vec<String> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    let bytes = workbook.save_to_buffer().expect("memory can be written");
    told(open_xlsx(Cursor::new(bytes), "a.xlsx", &PlaceFieldMap::default(), sheet))
}

fn write(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_string(row, column, *cell).expect("a cell");
    }
}

#[test]
fn rows_have_coordinates_and_bad_ones_name_their_column() {
    let rows = csv("\u{feff}编号,经度（度）,纬度\nA,119.5,25.25\n,,\nB,x,25\nC,119,\nD,1\nE,,\nF,１１９.５,25\n");
    assert_eq!(
        rows,
        [
            "info Some(8) Some(\"经度（度）\") full-width characters became plain ones: １１９.５ is read as 119.5 []",
            "2 {\"编号\": \"A\"} Some(MultiPoint([[119.5, 25.25]]))",
            "bad Some(4) Some(\"lon\") \"x\" is no number",
            "bad Some(5) Some(\"纬度\") the coordinate is missing",
            "bad Some(6) Some(\"纬度\") the coordinate is missing",
            "7 {\"编号\": \"E\"} None",
            "8 {\"编号\": \"F\"} Some(MultiPoint([[119.5, 25.0]]))",
        ]
    );
}

#[test]
fn other_tables_have_outlines_or_are_refused() {
    let rows = csv("点位表,\nname,geom\n甲,POINT(1 2)\n");
    assert_eq!(rows, ["3 {\"name\": \"甲\"} Some(MultiPoint([[1.0, 2.0]]))"]);
    let rows = csv("lon,lat,wkt\n1,2,POINT(3 4)\n");
    assert!(rows.len() == 2 && rows[0].starts_with("info") && rows[1].contains("[1.0, 2.0]"), "{rows:?}");
    let rows = csv("name;wkt\n'-1层;POINT(1 2)\n;\nb;POINT(\n");
    assert_eq!(rows[0], "2 {\"name\": \"-1层\"} Some(MultiPoint([[1.0, 2.0]]))");
    assert!(rows.len() == 2 && rows[1].starts_with("bad Some(4) Some(\"geometry\")"), "{rows:?}");
    for (text, wrong) in [
        ("", "the file is empty"),
        ("name,b\n1,2\n", "a column wkt may stand for lon and lat"),
        ("lon,name\n1,2\n", "the header in row 1 lacks the columns lat; it has lon, name"),
        ("lon,lat,name,名称\n1,2,a,b\n", "columns \"name\" and \"名称\" mean the same"),
        ("lon,lat\n", "no row below the header"),
    ] {
        let rows = csv(text);
        assert!(rows.len() == 1 && rows[0].starts_with("error None") && rows[0].contains(wrong), "{text}: {rows:?}");
    }
}

#[test]
fn workbooks_are_read_as_they_look() {
    let head = ["编号", "名称", "经度", "纬度"];
    let rows = xlsx(None, |workbook| {
        let notes = workbook.add_worksheet();
        write(notes, 0, &["说明", "怎么填"]);
        let sheet = workbook.add_worksheet().set_name("监控").expect("a name");
        write(sheet, 0, &["监控一览表"]);
        write(sheet, 1, &head);
        write(sheet, 3, &["007", "-1层入口", "119.5"]);
        sheet.write_number(3, 3, 25.25).expect("a cell");
        write(sheet, 4, &["008", "", "119.5", "25"]);
        sheet.write_formula(4, 1, Formula::new("=\"东\"&\"门\"").set_result("东门")).expect("a cell");
        sheet.merge_range(5, 1, 6, 1, "西门", &Format::new()).expect("merged");
        write(sheet, 5, &["009", "", "119.5", "25"]);
        write(sheet, 6, &["010", "", "119.5", "25"]);
    });
    assert_eq!(
        rows,
        [
            "warning Some(5) Some(\"名称\") the cell is a formula; its last result 东门 is taken [values; paste values over formulas]",
            "error Some(6) None the cells B6:B7 are merged: to which of their rows the value belongs is not said [a value in every row: unmerge the cells and fill them]",
            "4 {\"名称\": \"-1层入口\", \"编号\": \"007\"} Some(MultiPoint([[119.5, 25.25]]))",
            "5 {\"名称\": \"东门\", \"编号\": \"008\"} Some(MultiPoint([[119.5, 25.0]]))",
            "spoiled",
            "spoiled",
        ]
    );
}

#[test]
fn the_sheet_is_the_one_that_fits_or_is_named() {
    let two = |workbook: &mut Workbook| {
        for name in ["东片", "西片"] {
            let sheet = workbook.add_worksheet().set_name(name).expect("a name");
            write(sheet, 0, &["name", "wkt"]);
            write(sheet, 1, &[name, "SRID=4490;POINT(1 2)"]);
            write(sheet, 2, &[name, "POINT(1 2)"]);
        }
    };
    let rows = xlsx(None, two);
    assert!(rows.len() == 1 && rows[0].contains("several sheets have a header that fits: 东片, 西片"), "{rows:?}");
    let rows = xlsx(Some("西片"), two);
    assert_eq!(rows[0], "2 {\"name\": \"西片\"} Some(MultiPoint([[1.0, 2.0]]))");
    assert!(rows[1].contains("SRID none differs from 4490"), "{rows:?}");
    assert!(xlsx(Some("x"), two)[0].contains("there is no sheet \"x\""));
}

fn camera(geometry: PlaceGeometry) -> Place {
    Place {
        class: "camera".to_owned(),
        external_id: Some("+7".to_owned()),
        name: "-1层入口".to_owned(),
        aliases: (0..20).map(|number| format!("{number:0100}")).collect(),
        phone: Some("+86 594 2690000".to_owned()),
        address: Some("=东门".to_owned()),
        ..Place::bare(7, PlaceLayer::Facility, geometry)
    }
}

#[test]
fn what_is_written_is_read() {
    let here = Position::from_degrees(-73.98, -25.5).expect("in the world");
    let there = Position::from_degrees(-73.97, -25.5).expect("in the world");
    let line: Vec<Position> = vec![here, there];
    for geometry in [PlaceGeometry::Point(here), PlaceGeometry::Line(line)] {
        let place = camera(geometry);
        for headings in [Headings::Chinese, Headings::English] {
            let bytes = places_csv(None, &[&place], headings);
            let text = String::from_utf8(bytes.clone()).expect("UTF-8");
            assert!(!text.contains("'-73") && text.contains("-73.98"), "{text}");
            let rows = csv(bytes);
            assert_eq!(rows.len(), 1, "{rows:?}");
            for words in ["\"-1层入口\"", "\"+86 594 2690000\"", "\"=东门\"", "\"+7\"", "-73.98, -25.5"] {
                assert!(rows[0].starts_with("2 {") && rows[0].contains(words), "{words}: {rows:?}");
            }
        }
        let profile = find_profile("licheng").expect("it is built in");
        let bytes = places_xlsx(profile, None, &[&place], datetime!(2026-01-01 00:00 UTC)).expect("a workbook");
        let rows = told(open_xlsx(Cursor::new(bytes), "a.xlsx", &PlaceFieldMap::default(), None));
        assert!(rows.len() == 1 && rows[0].contains("\"+86 594 2690000\"") && rows[0].contains("-73.98"), "{rows:?}");
    }
}

#[test]
fn outlines_of_any_length_are_csv_and_no_workbook() {
    let position = |x: i32| Position::new(x * 10, 0).expect("in the world");
    let place = camera(PlaceGeometry::Line((0..2_000).map(position).collect()));
    let rows = csv(places_csv(None, &[&place], Headings::Chinese));
    assert!(rows.len() == 1 && rows[0].contains("MultiLineString"), "{}", rows.len());
    let profile = find_profile("licheng").expect("it is built in");
    let refused = places_xlsx(profile, None, &[&place], datetime!(2026-01-01 00:00 UTC)).expect_err("too long");
    assert!(matches!(refused, PlaceSheetError::Cell { id: 7, column: "wkt", characters: 40_000.., .. }), "{refused}");
}
