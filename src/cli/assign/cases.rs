//! Cases out of a table.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

use crate::{
    app::assign::{MatterWords, Where, WrittenCase},
    cli::failure::Failure,
    domain::{area::Severity, profile::Profile},
    formats::{
        assignments::{AssignmentFailure, Tried},
        moment::moment_text,
        table::{ColumnKind, Table, TableColumn, TableKind, TableRow, read_table, table_time},
    },
};

const fn column(names: &'static [&'static str], kind: ColumnKind) -> TableColumn<'static> {
    TableColumn { names, kind, is_required: false }
}

/// The columns that cases may have; their places are those of [`Col`].
const COLUMNS: [TableColumn<'static>; 10] = {
    use ColumnKind::{Date, Number, Text, Token};
    [
        column(&["编号", "id", "事件编号", "工单编号"], Token),
        column(&["经度", "lon", "lng", "longitude", "x", "横坐标"], Number),
        column(&["纬度", "lat", "latitude", "y", "纵坐标"], Number),
        column(&["地址", "address", "事发地址"], Text),
        column(&["事项类别", "category", "类别"], Token),
        column(&["时间", "at", "time", "发生时间", "上报时间"], Date),
        column(&["区域编码", "unit", "单元编码"], Token),
        column(&["坐标系", "crs"], Token),
        column(&["精度", "accuracy_m", "定位精度"], Number),
        column(&["精度含义", "accuracy_kind"], Token),
    ]
};

/// A column, by its place.
#[derive(Debug, Clone, Copy)]
enum Col {
    Id,
    Lon,
    Lat,
    Address,
    Category,
    At,
    Unit,
    Crs,
    Accuracy,
    AccuracyKind,
}

/// A row that is a case, or why it is none.
pub type CaseRow = Result<WrittenCase, Tried>;

/// How many bytes tell the kind of a file.
const HEAD_BYTES: u64 = 8;

/// Reads the table at `path`.
pub fn read_cases(path: &Path, sheet: Option<&str>) -> Result<Table, Failure> {
    let about = |failure: Failure| failure.about(path);
    let cannot_read = |error| about(Failure::caused("无法读取", "cannot read", &error));
    let mut file = File::open(path).map_err(cannot_read)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(cannot_read)?;
    file.rewind().map_err(cannot_read)?;
    let table = read_table(BufReader::new(file), TableKind::of(&head), &COLUMNS, &path.display().to_string(), sheet);
    let lost = table.findings.iter().find(|it| it.severity == Severity::Error && it.source.record.is_none());
    if let Some(lost) = lost {
        return Err(about(Failure::new(lost.zh.clone(), lost.en.clone())));
    }
    let has = |column: Col| table.headings.get(column as usize).is_some_and(Option::is_some);
    if !has(Col::Address) && !(has(Col::Lon) && has(Col::Lat)) {
        let (zh, en) =
            ("表中没有经度、纬度两列，也没有地址列", "the table has neither columns lon and lat nor a column address");
        return Err(about(Failure::new(zh, en)));
    }
    Ok(table)
}

/// The rows of a table, `default` being what they leave out.
pub fn cases(table: &Table, profile: &Profile, default: &MatterWords) -> Vec<CaseRow> {
    table.rows.iter().map(|row| case(table, row, profile, default)).collect()
}

fn case(table: &Table, row: &TableRow, profile: &Profile, default: &MatterWords) -> CaseRow {
    let text = |column: Col| row.get(column as usize);
    let id = text(Col::Id).map(str::to_owned);
    let failed = |parameter: &str, zh: &str, en: &str, allowed: &str| Tried {
        id: id.clone(),
        record: row.number,
        outcome: Err(AssignmentFailure {
            record: row.number,
            parameter: parameter.to_owned(),
            detail: en.to_owned(),
            detail_zh: zh.to_owned(),
            allowed: allowed.to_owned(),
        }),
    };
    if row.is_bad {
        let of_row = |it: &&crate::domain::area::Finding| it.source.record == Some(row.number);
        let found = table.findings.iter().filter(of_row).find(|it| it.severity == Severity::Error);
        let parts = found.map(|it| (it.source.field.as_deref().unwrap_or_default(), &*it.zh, &*it.en, &*it.allowed.en));
        let (field, zh, en, allowed) = parts.unwrap_or(("", "此行不能用", "the row cannot be used", ""));
        return Err(failed(field, zh, en, allowed));
    }
    let number = |column: Col, name: &'static str| match text(column) {
        None => Ok(None),
        Some(text) => {
            let parsed = text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Some);
            parsed.ok_or_else(|| failed(name, "不是数", "it is no number", "a number"))
        }
    };
    let (lon, lat) = (number(Col::Lon, "lon")?, number(Col::Lat, "lat")?);
    let at = match (lon, lat, text(Col::Address)) {
        (Some(_), Some(_), _) => Where::Position,
        (None, None, Some(address)) => Where::Address(address.to_owned()),
        _ => {
            return Err(failed(
                "lon",
                "没有经纬度，也没有地址",
                "there is no position and no address",
                "lon and lat, or address",
            ));
        }
    };
    let category = text(Col::Category).unwrap_or(&default.category);
    if category.is_empty() {
        return Err(failed("category", "没有事项类别", "there is no category", "an id of the profile, see /profile"));
    }
    // A day or a time without a zone is of the district's clock.
    let moment = |text: &str| table_time(text)?.at(profile.time_zone.1).map(moment_text);
    let time = text(Col::At).map(|text| moment(text).unwrap_or_else(|| text.to_owned()));
    let or = |column: Col, default: &Option<String>| text(column).map(str::to_owned).or_else(|| default.clone());
    let words = MatterWords {
        x: lon.unwrap_or_default(),
        y: lat.unwrap_or_default(),
        crs: or(Col::Crs, &default.crs),
        accuracy_m: number(Col::Accuracy, "accuracy_m")?.or(default.accuracy_m),
        accuracy_kind: or(Col::AccuracyKind, &default.accuracy_kind),
        category: category.to_owned(),
        at: time.or_else(|| default.at.clone()),
        unit: text(Col::Unit).map(str::to_owned),
    };
    Ok(WrittenCase { record: row.number, id, at, words })
}
