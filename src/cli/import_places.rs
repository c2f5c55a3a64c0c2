//! `onemap import-places FILE... --store FILE --class CLASS`.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use super::{
    author::author,
    failure::Failure,
    options,
    report::{Format, ReportFile},
    table::{MAX_SHOWN, table},
};
use crate::{
    app::{
        import::{ImportSource, Progress},
        places::{ImportPlacesError, PlaceImportOptions, PlaceImportReport, PlaceOutcome, Scope, import_places},
    },
    config::store_address,
    domain::{
        area::{Level, Severity},
        profile::Profile,
    },
    formats::{
        findings::{PlaceSummary, findings_csv, findings_json},
        place_fields::{PlaceField, PlaceFieldMap},
    },
    store::{Store, StoreAddress},
};

/// The arguments of `onemap import-places`.
#[derive(Debug, clap::Args)]
pub struct ImportPlacesArgs {
    /// GeoJSON、GeoPackage、Shapefile（zip 或散装 .shp）、CSV、XLSX / Files in any of these formats
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// 存储文件或数据库地址 / The store: a file or postgres://...
    #[arg(long, value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,

    /// 点位类别，记录未注明时使用，如 camera / The class of records that name none, and the only one allowed
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,

    /// 字段对应，如 external_id=SBBH,name=MC / Which attribute gives which field
    #[arg(long, value_name = "FIELD=ATTRIBUTE,...", default_value = "", hide_default_value = true)]
    map: String,

    /// 坐标系，优先于文件的声明，如 EPSG:4490、gcj02 / Coordinate system, whatever the files declare
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,

    /// 工作表名；不写则取表头相符的那一张 / The sheet of a workbook; the only one whose header fits when left out
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,

    /// 文件包含该类的全部点位，缺少的即删除 / The files have all places of the class: those that they leave out are removed
    #[arg(long, requires = "class")]
    replace: bool,

    /// 跳过有错的记录，导入其余 / Leave out records with errors and apply the others
    #[arg(long)]
    partial: bool,

    /// 只校验，不写入 / Validate, write nothing
    #[arg(long)]
    dry_run: bool,

    /// 导入人，不写为系统用户名 / Who imports; the name of the system's user when left out
    #[arg(long, value_name = "AUTHOR")]
    author: Option<String>,

    /// 把全部问题写入文件 / Write all findings to a file
    #[arg(long, value_name = "FILE.json|FILE.csv")]
    report: Option<PathBuf>,

    /// 标准输出的格式 / What goes to stdout
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Imports the files; exit code 1 when the import is rejected.
pub async fn run(args: ImportPlacesArgs) -> Result<ExitCode, Failure> {
    let map = PlaceFieldMap::parse(&args.map).map_err(|error| {
        let fields = PlaceField::all().map(PlaceField::id).collect::<Vec<_>>().join(", ");
        Failure::usage(format!("--map：应为 字段=属性，字段有 {fields}"), format!("--map: {error}"))
    })?;
    options::check_store(&args.store)?;
    for path in &args.files {
        fs::File::open(path).map_err(|error| Failure::caused("无法读取", "cannot read", &error).about(path))?;
    }
    let used = || args.files.iter().map(PathBuf::as_path).chain(args.store.file());
    let report_file = args.report.map(|path| ReportFile::beside(path, used())).transpose()?;
    let district = options::open(&args.store, None).await?;
    let options = PlaceImportOptions {
        class: args.class,
        map,
        crs: options::crs(args.crs.as_deref(), &district.profile().crs)?,
        sheet: args.sheet,
        scope: if args.replace { Scope::WholeClass } else { Scope::Records },
        partial: args.partial,
        dry_run: args.dry_run,
        author: author(args.author.as_deref())?,
    };
    let about_store = |failure: Failure| failure.about_store(&args.store);
    let snapshot = Arc::new(district.snapshot().await.map_err(|error| about_store(error.into()))?);
    let source = |path: PathBuf| ImportSource { name: path.display().to_string(), path, content_type: None };
    let sources = args.files.into_iter().map(source).collect();
    let imported = import_places(district.store(), snapshot, sources, options, Progress::default()).await;
    let closed = district.store().close().await;
    let mut report = imported.map_err(|error| failure_of(error, district.profile(), &args.store))?;
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if let Some(file) = report_file {
        let text = text_of(file.format(), &report);
        file.write_text(&text)?;
    }
    print(&report, args.format)?;
    closed.map_err(|error| about_store(error.into()))?;
    Ok(if report.outcome == PlaceOutcome::Rejected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn failure_of(error: ImportPlacesError, profile: &Profile, store: &StoreAddress) -> Failure {
    let classes = || profile.place_classes.iter().map(|class| class.id.as_str()).collect::<Vec<_>>().join(", ");
    match error {
        ImportPlacesError::Store(error) => Failure::from(error).about_store(store),
        ImportPlacesError::Stale => {
            Failure::new("其间已有人修改了点位，未作任何改动，请重试", error.to_string()).about_store(store)
        }
        ImportPlacesError::Class(ref class) => {
            let zh = format!("--class：没有类别 {class}，有 {}", classes());
            Failure::usage(zh, format!("--class: {error}; there are {}", classes()))
        }
        ImportPlacesError::NoClass => Failure::usage("--replace 须与 --class 同用", error.to_string()),
    }
}

fn text_of(format: Format, report: &PlaceImportReport) -> String {
    // Findings about places are of no level.
    let no_level = |_: Level| "";
    match format {
        Format::Table if report.findings.is_empty() => String::new(),
        Format::Table => table(&report.findings),
        Format::Csv => findings_csv(&report.findings, no_level),
        Format::Json => {
            let PlaceImportReport { records, created, changed, unchanged, removed, left_out, outside, .. } = *report;
            let outcome = report.outcome.id();
            let summary = PlaceSummary { outcome, records, created, changed, unchanged, removed, left_out, outside };
            findings_json(summary, &report.findings, no_level)
        }
    }
}

fn print(report: &PlaceImportReport, format: Format) -> Result<(), Failure> {
    let (mut text, mut aside) = (text_of(format, report), String::new());
    if format == Format::Table {
        let more = report.findings.len().saturating_sub(MAX_SHOWN);
        if more > 0 {
            text += &format!(
                "另有 {more} 项，用 --report FILE.csv 写出全部 / {more} more; --report FILE.csv writes them all\n"
            );
        }
        text += &summary_line(report);
    } else {
        aside = summary_line(report);
    }
    // Nothing is left to tell when stderr itself is gone.
    let _ = io::stderr().write_all(aside.as_bytes());
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::caused("无法写到标准输出", "cannot write to stdout", &error))
        }
        _ => Ok(()),
    }
}

/// The outcome with its counts, line break included.
fn summary_line(report: &PlaceImportReport) -> String {
    let PlaceImportReport { records, created, changed, unchanged, removed, left_out, .. } = *report;
    let (zh, en) = match report.outcome {
        PlaceOutcome::Applied => ("已导入", "applied"),
        PlaceOutcome::Unchanged => ("没有变化", "unchanged"),
        PlaceOutcome::Checked => ("校验通过，未写入（试运行）", "checked, nothing written (dry run)"),
        PlaceOutcome::Rejected => ("被拒绝，未作任何改动", "rejected, nothing was changed"),
    };
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    format!(
        "{zh}：记录 {records}，新增 {created}，变更 {changed}，未变 {unchanged}，删除 {removed}，跳过 {left_out}；错误 {errors}，警告 {warnings}\n\
         {en}: {records} records, {created} created, {changed} changed, {unchanged} unchanged, {removed} removed, \
         {left_out} left out; {errors} errors, {warnings} warnings\n"
    )
}
