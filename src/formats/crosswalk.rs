//! The 新旧编码对照表 as a table: one row for each pair of areas that share ground.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use time::OffsetDateTime;

use super::{answers::write_cell, xlsx::MAX_ROWS};
use crate::domain::{
    profile::Profile,
    redraw::diff::{Diff, Kinship, Party, Weighting},
};

/// The columns.
const HEADINGS: [&str; 12] = [
    "层级 level",
    "旧编码 code_before",
    "旧名称 name_before",
    "新编码 code_after",
    "新名称 name_after",
    "关系 relation",
    "重叠面积（平方米） area_m2",
    "占旧区比例 share_before",
    "占新区比例 share_after",
    "旧区户数 households_before",
    "划入户数 households",
    "户数依据 weighting",
];

/// Why a table is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum CrosswalkError {
    /// More rows than a sheet has.
    #[error("{rows} rows; a sheet holds at most {MAX_ROWS}, take CSV instead")]
    Rows {
        /// How many.
        rows: usize,
    },
    /// The workbook cannot be put together.
    #[error(transparent)]
    Workbook(#[from] XlsxError),
}

/// One cell.
enum Cell {
    Empty,
    Text(String),
    Number(f64),
}

/// The table as CSV: UTF-8 with a byte order mark, so that spreadsheets read it, and no cell that they would compute.
pub fn crosswalk_csv(diff: &Diff, profile: &Profile) -> Vec<u8> {
    let mut out = "\u{feff}".as_bytes().to_vec();
    let mut line = |cells: &[Cell]| {
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                out.push(b',');
            }
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => write_cell(&mut out, text, b','),
                Cell::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            }
        }
        out.extend_from_slice(b"\r\n");
    };
    line(&HEADINGS.map(|heading| Cell::Text(heading.to_owned())));
    diff.lineage.iter().for_each(|kinship| line(&cells(kinship, profile)));
    out
}

/// The table as a workbook; `made_at` is written into it, so that equal tables are equal bytes.
pub fn crosswalk_xlsx(diff: &Diff, profile: &Profile, made_at: OffsetDateTime) -> Result<Vec<u8>, CrosswalkError> {
    let rows = diff.lineage.len() + 1;
    if rows > MAX_ROWS as usize {
        return Err(CrosswalkError::Rows { rows });
    }
    let mut workbook = Workbook::new();
    let made_at = ExcelDateTime::from_timestamp(made_at.unix_timestamp())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
    let sheet = workbook.add_worksheet();
    sheet.set_name("新旧编码对照表")?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, heading) in (0_u16..).zip(HEADINGS) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (row, kinship) in (1_u32..).zip(&diff.lineage) {
        write_row(sheet, row, &cells(kinship, profile))?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_row(sheet: &mut Worksheet, row: u32, cells: &[Cell]) -> Result<(), XlsxError> {
    for (column, cell) in (0_u16..).zip(cells) {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => drop(sheet.write_string(row, column, text)?),
            Cell::Number(number) => drop(sheet.write_number(row, column, *number)?),
        }
    }
    Ok(())
}

fn cells(kinship: &Kinship, profile: &Profile) -> [Cell; HEADINGS.len()] {
    let code = |party: &Option<Party>| party.as_ref().map_or(Cell::Empty, |party| Cell::Text(party.code.to_string()));
    let name = |party: &Option<Party>| party.as_ref().map_or(Cell::Empty, |party| Cell::Text(party.name.clone()));
    let share = |party: &Option<Party>, share: f64| if party.is_some() { Cell::Number(share) } else { Cell::Empty };
    let count = |count: Option<u32>| count.map_or(Cell::Empty, |count| Cell::Number(f64::from(count)));
    let level = &profile.level(kinship.level()).name;
    let relation = kinship.relation();
    let weighting = match kinship.weighting {
        None => Cell::Empty,
        Some(Weighting::Buildings) => Cell::Text("按楼栋 buildings".to_owned()),
        Some(Weighting::Area) => Cell::Text("按面积估算 area".to_owned()),
    };
    [
        Cell::Text(format!("{} {}", level.zh, level.en)),
        code(&kinship.before),
        name(&kinship.before),
        code(&kinship.after),
        name(&kinship.after),
        Cell::Text(format!("{} {}", relation.zh(), relation.id())),
        Cell::Number(kinship.area_m2),
        share(&kinship.before, kinship.share_before),
        share(&kinship.after, kinship.share_after),
        count(kinship.before.as_ref().and_then(|party| party.households)),
        count(kinship.households),
        weighting,
    ]
}
