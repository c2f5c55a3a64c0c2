//! `onemap indicators import|export|template`.

use std::{
    fs,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use super::{
    author::author,
    failure::Failure,
    new_file::{NewFile, table_kind},
    options,
    report::{Format, ReportFile, cannot_write},
};
use crate::{
    app::{
        District,
        indicators::{
            Form, ImportOptions, ImportReport, Outcome, Which, cells_of_table, empty_table, filled_table, import,
            period_tables,
        },
        tasks,
    },
    config::store_address,
    domain::{
        area::{Finding, Level, Severity, Snapshot},
        indicator::Period,
    },
    formats::{
        findings::{ValuesSummary, findings_csv, findings_json},
        plain_table::{PlainTable, plain_csv, plain_xlsx},
        table::{TableColumn, TableKind, read_table},
    },
    store::{Store, StoreAddress},
};

/// How many bytes tell what kind of table a file is.
const HEAD_BYTES: u64 = 8;

/// Findings that are shown on the terminal.
const SHOWN: usize = 50;

/// What to do with indicators.
#[derive(Debug, clap::Subcommand)]
pub enum IndicatorsCommand {
    /// 导入指标值（CSV 或 xlsx）/ Record values of a table
    Import(Box<ImportArgs>),
    /// 导出一期的指标值 / Write the values of a period to a table
    Export(ExportArgs),
    /// 生成待填的空表 / Write an empty table to be filled in
    Template(TemplateArgs),
}

/// The arguments of `onemap indicators import`.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// CSV 或 Excel（.xlsx）/ A CSV or an Excel workbook
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// 存储文件或数据库地址 / The store, a file or postgres://...
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,

    /// 表中未写的期次，如 2026Q3 / The period of values that say none
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,

    /// 工作表名 / The sheet of a workbook
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,

    /// 未注明时的来源 / Who has the values that do not say
    #[arg(long, value_name = "SOURCE", default_value = "", hide_default_value = true)]
    source: String,

    /// 只检查，不录入 / Check, record nothing
    #[arg(long)]
    dry_run: bool,

    /// 部分有误时仍录入其余 / Record what is good where something is not
    #[arg(long)]
    partial: bool,

    /// 导入人，不写为系统用户名 / Who imports; the name of the system's user when left out
    #[arg(long, value_name = "AUTHOR")]
    author: Option<String>,

    /// 把全部问题写入文件 / Write all findings to a file
    #[arg(long, value_name = "FILE.json|FILE.csv")]
    report: Option<PathBuf>,
}

/// The arguments of `onemap indicators export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// 输出文件，.csv 或 .xlsx / The file to be written
    #[arg(value_name = "FILE.csv|FILE.xlsx")]
    file: PathBuf,

    /// 期次，如 2026Q3 / The period
    #[arg(long, value_name = "PERIOD")]
    period: String,

    /// 只导出这一级 / Only areas of this level
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,

    /// 含下级汇总值 / Also values that come of the areas within
    #[arg(long)]
    sums: bool,

    /// 每值一行，含来源与更新日期 / A row for each value, with its source and date
    #[arg(long)]
    long: bool,

    /// 覆盖已有文件 / Write over a file that exists
    #[arg(long)]
    force: bool,

    /// 存储文件或数据库地址 / The store, a file or postgres://...
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,
}

/// The arguments of `onemap indicators template`.
#[derive(Debug, clap::Args)]
pub struct TemplateArgs {
    /// 输出文件，.csv 或 .xlsx / The file to be written
    #[arg(value_name = "FILE.csv|FILE.xlsx")]
    file: PathBuf,

    /// 期次，如 2026Q3 / The period
    #[arg(long, value_name = "PERIOD")]
    period: String,

    /// 列出哪一级的区域 / The level whose areas are listed
    #[arg(long, value_name = "LEVEL")]
    level: String,

    /// 覆盖已有文件 / Write over a file that exists
    #[arg(long)]
    force: bool,

    /// 存储文件或数据库地址 / The store, a file or postgres://...
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,
}

/// Does it; exit code 1 when an import is rejected, or when something was left out.
pub async fn run(command: IndicatorsCommand) -> Result<ExitCode, Failure> {
    match command {
        IndicatorsCommand::Import(args) => import_file(*args).await,
        IndicatorsCommand::Export(args) => export(args).await,
        IndicatorsCommand::Template(args) => template(args).await,
    }
}

async fn import_file(args: ImportArgs) -> Result<ExitCode, Failure> {
    let options = ImportOptions {
        period: args.period.as_deref().map(period).transpose()?,
        dry_run: args.dry_run,
        partial: args.partial,
        source: args.source,
        author: author(args.author.as_deref())?,
    };
    let source = fs::File::open(&args.file)
        .map_err(|error| Failure::caused("无法读取", "cannot read", &error).about(&args.file))?;
    let used = [&*args.file].into_iter().chain(args.store.file());
    let report_file = args.report.clone().map(|path| ReportFile::beside(path, used)).transpose()?;
    let (district, snapshot) = open(&args.store).await?;
    let (profile, name, sheet) = (Arc::clone(district.profile()), args.file.display().to_string(), args.sheet);
    let cells = tasks::compute(move || {
        let (mut source, mut head) = (source, Vec::new());
        Read::by_ref(&mut source).take(HEAD_BYTES).read_to_end(&mut head)?;
        source.seek(SeekFrom::Start(0))?;
        let kind = TableKind::of(&head);
        let read =
            |columns: &[TableColumn<'_>]| read_table(BufReader::new(source), kind, columns, &name, sheet.as_deref());
        Ok(cells_of_table(&profile, &name, read))
    });
    let cells = cells.await;
    let cells =
        cells.map_err(|error: io::Error| Failure::caused("无法读取", "cannot read", &error).about(&args.file))?;
    let imported = import(&district, snapshot, cells, options).await;
    let closed = district.store().close().await;
    let mut report = imported.map_err(|error| Failure::from(error).about_store(&args.store))?;
    closed.map_err(|error| Failure::from(error).about_store(&args.store))?;
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if let Some(file) = report_file {
        let text = match file.format() {
            Format::Json => findings_json(summary(&report), &report.findings, |_| ""),
            Format::Csv | Format::Table => findings_csv(&report.findings, |_| ""),
        };
        file.write_text(&text)?;
    }
    // Nothing is left to tell when stdout itself is gone.
    let _ = io::stdout().write_all(told(&report, args.report.as_deref()).as_bytes());
    Ok(if report.count(Severity::Error) > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn export(args: ExportArgs) -> Result<ExitCode, Failure> {
    let period = period(&args.period)?;
    let kind = table_kind(&args.file)?;
    let (district, snapshot) = open(&args.store).await?;
    let level = options::level(args.level.as_deref(), district.profile())?;
    let which = if args.sums { Which::All } else { Which::Recorded };
    let form = if args.long { Form::Long } else { Form::Wide };
    let tables = period_tables(&district, &snapshot, period).await;
    let closed = district.store().close().await;
    let tables = tables.and_then(|tables| closed.map(|()| tables));
    let tables = tables.map_err(|error| Failure::from(error).about_store(&args.store))?;
    let table = filled_table(&snapshot, period, level, (which, form), &tables);
    let rows = table.rows.len();
    write(&args.file, args.force, &args.store, kind, &[table], &district)?;
    done(&args.file, rows)
}

async fn template(args: TemplateArgs) -> Result<ExitCode, Failure> {
    let period = period(&args.period)?;
    let kind = table_kind(&args.file)?;
    let (district, snapshot) = open(&args.store).await?;
    let level: Option<Level> = options::level(Some(&args.level), district.profile())?;
    let closed = district.store().close().await;
    closed.map_err(|error| Failure::from(error).about_store(&args.store))?;
    let tables = empty_table(&snapshot, period, level.unwrap_or(snapshot.profile.finest()));
    let rows = tables[0].rows.len();
    write(&args.file, args.force, &args.store, kind, &tables, &district)?;
    done(&args.file, rows)
}

/// A store that is there, and its edition in force.
async fn open(store: &StoreAddress) -> Result<(District, Arc<Snapshot>), Failure> {
    options::check_store(store)?;
    let district = options::open(store, None).await?;
    let snapshot = district.snapshot().await.map_err(|error| Failure::from(error).about_store(store))?;
    Ok((district, Arc::new(snapshot)))
}

fn period(text: &str) -> Result<Period, Failure> {
    Period::parse(text).ok_or_else(|| {
        Failure::usage(
            format!("--period：{text} 不是期次，应为 2026、2026Q3、2026-09 或 2026-11-22"),
            format!("--period: {text:?} is no period; allowed are 2026, 2026Q3, 2026-09 and 2026-11-22"),
        )
    })
}

fn write(
    path: &Path,
    force: bool,
    store: &StoreAddress,
    kind: TableKind,
    tables: &[PlainTable],
    district: &District,
) -> Result<(), Failure> {
    let bytes = match kind {
        TableKind::Csv => tables.first().map(plain_csv).unwrap_or_default(),
        TableKind::Xlsx => plain_xlsx(tables, district.now())
            .map_err(|error| Failure::caused("无法写成工作簿", "cannot be a workbook", &error).about(path))?,
    };
    let used: Vec<&Path> = store.file().into_iter().collect();
    let (target, mut file) = NewFile::begin(path, force, &used)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|error| cannot_write(path, &error))?;
    target.finish()
}

fn done(path: &Path, rows: usize) -> Result<ExitCode, Failure> {
    let path = path.display();
    // Nothing is left to tell when stdout itself is gone.
    let _ = io::stdout().write_all(format!("已写出 {rows} 行：{path} / wrote {rows} rows to {path}\n").as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn summary(report: &ImportReport) -> ValuesSummary {
    ValuesSummary {
        outcome: report.outcome.id(),
        change: report.change,
        values: report.values,
        recorded: report.recorded,
        unchanged: report.unchanged,
        refused: report.refused,
    }
}

/// A line for each of the first findings, and how it ended.
fn told(report: &ImportReport, file: Option<&Path>) -> String {
    let mut text = String::new();
    for finding in report.findings.iter().take(SHOWN) {
        text.push_str(&line(finding));
    }
    if report.findings.len() > SHOWN {
        let more = report.findings.len() - SHOWN;
        let place = file.map_or("--report".to_owned(), |file| file.display().to_string());
        text.push_str(&format!("另有 {more} 项，见 {place} / {more} more, see {place}\n"));
    }
    let (zh, en) = match report.outcome {
        Outcome::Recorded => ("已录入", "recorded"),
        Outcome::Unchanged => ("没有变化", "unchanged"),
        Outcome::Checked => ("检查通过，未录入", "checked, nothing was recorded"),
        Outcome::Rejected => {
            ("未录入：请改正后再导入，或用 --partial 录入其余", "rejected: mend it, or record the rest with --partial")
        }
    };
    let ImportReport { values, recorded, unchanged, refused, .. } = report;
    text.push_str(&format!(
        "{zh}：共 {values} 个值，新 {recorded}，已有 {unchanged}，不收 {refused} / \
         {en}: {values} values, {recorded} new, {unchanged} there already, {refused} refused\n"
    ));
    text
}

fn line(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "必改 error",
        Severity::Warning => "建议改 warning",
        Severity::Info => "提示 info",
    };
    let source = &finding.source;
    let row = source.record.map_or(String::new(), |row| format!(" 行 row {row}"));
    let field = source.field.as_deref().map_or(String::new(), |field| format!(" 列 column {field}"));
    let bracketed = |text: &str| if text.is_empty() { String::new() } else { format!(" [{text}]") };
    let (allowed_zh, allowed_en) = (bracketed(&finding.allowed.zh), bracketed(&finding.allowed.en));
    let text = format!("{severity}{row}{field}：{}{allowed_zh} / {}{allowed_en}", finding.zh, finding.en);
    format!("{}\n", text.replace(|character: char| character.is_control(), " "))
}
