//! From tables and lists to cells: which area, indicator, period and text stand where.

use time::Date;

use super::texts::{called, is_measure, named};
use crate::{
    domain::{
        area::{
            Finding, Rule, Severity,
            finding::{Allowed, Source},
        },
        indicator::{Indicator, Period},
        profile::Profile,
    },
    formats::{
        record::shown,
        table::{ColumnKind, Table, TableColumn, TableRow},
    },
};

/// The columns besides one for each indicator, in this order.
const FIXED: [(&[&str], ColumnKind); 9] = [
    (&["区域编码", "编码", "area", "area_code", "code"], ColumnKind::Token),
    (&["指标", "indicator", "indicator_id"], ColumnKind::Token),
    (&["数值", "值", "value"], ColumnKind::Number),
    (&["期次", "期间", "period"], ColumnKind::Token),
    (&["计量单位", "单位", "measure"], ColumnKind::Text),
    (&["来源", "source"], ColumnKind::Text),
    (&["更新日期", "updated"], ColumnKind::Date),
    // Said for people, and not looked at.
    (&["名称", "区域名称", "name", "area_name"], ColumnKind::Text),
    (&["层级", "level"], ColumnKind::Text),
];

const AREA: usize = 0;
const INDICATOR: usize = 1;
const VALUE: usize = 2;
const PERIOD: usize = 3;
const MEASURE: usize = 4;
const SOURCE: usize = 5;
const UPDATED: usize = 6;

/// A value as it was written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenCell {
    /// Where it stands.
    pub place: Source,
    /// The area.
    pub area: String,
    /// The indicator: its id or a name.
    pub indicator: String,
    /// The period; `None` where none is said.
    pub period: Option<String>,
    /// The value.
    pub value: String,
    /// What it is counted in, where that is said.
    pub measure: Option<String>,
    /// Who has it, where that is said.
    pub source: Option<String>,
    /// The day as of which it holds, where that is said.
    pub updated: Option<Date>,
}

/// The cells of a table or a list, and what was odd about it.
#[derive(Debug, Default)]
pub struct Cells {
    /// The cells.
    pub cells: Vec<GivenCell>,
    /// What was odd.
    pub findings: Vec<Finding>,
    /// Whether codes may be written as people write them, and not exactly.
    pub is_table: bool,
}

/// The cells of the table that `read` reads with the columns of a profile: one row for each area with a column for each
/// indicator, or one row for each value.
pub fn cells_of_table(profile: &Profile, file: &str, read: impl FnOnce(&[TableColumn<'_>]) -> Table) -> Cells {
    let names: Vec<[&str; 3]> = profile.indicators.iter().map(|it| [&*it.name.zh, &*it.id, &*it.name.en]).collect();
    let fixed = FIXED.iter().enumerate().map(|(column, &(names, kind))| TableColumn {
        names,
        kind,
        is_required: column == AREA,
    });
    let own = names.iter().map(|names| TableColumn { names, kind: ColumnKind::Number, is_required: false });
    let columns: Vec<TableColumn<'_>> = fixed.chain(own).collect();
    let table = read(&columns);
    let mut cells = Cells { findings: table.findings.clone(), is_table: true, ..Cells::default() };
    let has = |column: usize| table.headings.get(column).is_some_and(Option::is_some);
    if table.rows.is_empty() {
        return cells;
    }
    let reader = Reader { profile, file, table: &table };
    if has(INDICATOR) && has(VALUE) {
        reader.long(&mut cells);
    } else {
        reader.wide(&mut cells);
    }
    cells
}

struct Reader<'a> {
    profile: &'a Profile,
    file: &'a str,
    table: &'a Table,
}

impl Reader<'_> {
    fn place(&self, row: u64, column: usize) -> Source {
        let field = self.table.headings[column].clone().unwrap_or_else(|| FIXED[column].0[0].to_owned());
        Source { file: self.file.to_owned(), record: Some(row), field: Some(field) }
    }

    /// A row for each value.
    fn long(&self, cells: &mut Cells) {
        for row in self.rows() {
            let Some(indicator) = self.need(row, INDICATOR, cells) else { continue };
            let Some(value) = self.need(row, VALUE, cells) else { continue };
            let measure = row.get(MEASURE).map(str::to_owned);
            self.add(row, self.place(row.number, VALUE), indicator, value, measure, cells);
        }
    }

    /// A row for each area, a column for each indicator.
    fn wide(&self, cells: &mut Cells) {
        let header = |field: &str| Source {
            file: self.file.to_owned(),
            record: Some(self.table.header_row),
            field: Some(field.to_owned()),
        };
        for heading in &self.table.unknown {
            let name = shown(heading);
            let (zh, en) = (format!("没有指标“{name}”"), format!("there is no indicator {name}"));
            cells.findings.push(error(header(heading), zh, en, self.all_ids()));
        }
        let mut taken = Vec::new();
        for (own, indicator) in self.profile.indicators.iter().enumerate() {
            let column = FIXED.len() + own;
            let Some(heading) = &self.table.headings[column] else { continue };
            match measure_of(heading).filter(|measure| !is_measure(indicator, measure)) {
                Some(measure) => {
                    let (name, measure) = (called(indicator), shown(measure));
                    let zh = format!("{name} 的单位是 {}，表头写的是 {measure}", indicator.measure.zh);
                    let en = format!("{name} is counted in {}, the heading says {measure}", indicator.measure.en);
                    let allowed = (&*indicator.measure.zh, &*indicator.measure.en);
                    cells.findings.push(error(header(heading), zh, en, allowed));
                }
                None => taken.push((column, &indicator.id)),
            }
        }
        if taken.is_empty() && self.table.unknown.is_empty() && cells.findings.is_empty() {
            let zh = "表中没有指标列，也没有“指标”和“数值”两列";
            let en = "the table has no column of an indicator, nor the columns indicator and value";
            cells.findings.push(error(header(""), zh, en, self.all_ids()));
        }
        for row in self.rows() {
            for &(column, id) in &taken {
                if let Some(value) = row.get(column) {
                    let place = self.place(row.number, column);
                    self.add(row, place, id.clone(), value.to_owned(), None, cells);
                }
            }
        }
    }

    /// The rows that can be used; the others were told already.
    fn rows(&self) -> impl Iterator<Item = &TableRow> {
        self.table.rows.iter().filter(|row| !row.is_bad)
    }

    fn add(
        &self,
        row: &TableRow,
        place: Source,
        indicator: String,
        value: String,
        measure: Option<String>,
        cells: &mut Cells,
    ) {
        let Some(area) = self.need(row, AREA, cells) else { return };
        let day = row.get(UPDATED).and_then(|text| Period::parse(text.get(..10)?)).map(Period::first_day);
        cells.cells.push(GivenCell {
            place,
            area,
            indicator,
            period: row.get(PERIOD).map(str::to_owned),
            value,
            measure,
            source: row.get(SOURCE).map(str::to_owned),
            updated: day,
        });
    }

    fn need(&self, row: &TableRow, column: usize, cells: &mut Cells) -> Option<String> {
        let found = row.get(column).map(str::to_owned);
        if found.is_none() {
            let name = FIXED[column].0[0];
            let (zh, en) =
                (format!("缺少{name}"), format!("{} is missing", FIXED[column].0[FIXED[column].0.len() - 1]));
            cells.findings.push(error(self.place(row.number, column), zh, en, Allowed::default()));
        }
        found
    }

    fn all_ids(&self) -> Allowed {
        ids_of(self.profile)
    }
}

/// What stands in the brackets of a heading: 户籍人口（人）.
fn measure_of(heading: &str) -> Option<&str> {
    let (_, behind) = heading.split_once(['(', '（', '[', '【'])?;
    let (measure, _) = behind.split_once([')', '）', ']', '】'])?;
    Some(measure.trim()).filter(|measure| !measure.is_empty())
}

/// An error about a cell.
pub(super) fn error(
    place: Source,
    zh: impl Into<String>,
    en: impl Into<String>,
    allowed: impl Into<Allowed>,
) -> Finding {
    Finding::new(Rule::Record, Severity::Error, zh, en).allowed(allowed).at(place)
}

/// The indicators that there are.
fn ids_of(profile: &Profile) -> Allowed {
    if profile.indicators.is_empty() {
        return ("无：地区设置没有定义指标", "none: the profile defines no indicators").into();
    }
    let of = |name: fn(&Indicator) -> String| profile.indicators.iter().map(name).collect::<Vec<_>>();
    let zh = of(|indicator| format!("{}（{}）", indicator.name.zh, indicator.id)).join("、");
    (zh, of(|indicator| indicator.id.clone()).join(", ")).into()
}

/// The index of the indicator of a cell.
pub(super) fn indicator_of(profile: &Profile, cell: &GivenCell) -> Result<usize, Box<Finding>> {
    named(profile, &cell.indicator).ok_or_else(|| {
        let name = shown(&cell.indicator);
        let (zh, en) = (format!("没有指标“{name}”"), format!("there is no indicator {name}"));
        Box::new(error(cell.place.clone(), zh, en, ids_of(profile)))
    })
}
