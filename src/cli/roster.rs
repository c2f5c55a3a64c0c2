//! `onemap roster import FILE`, `export FILE` and `template FILE`.

use std::{
    fs,
    io::{self, Write},
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
    table::{MAX_SHOWN, table},
};
use crate::{
    app::roster::{Counted, PhoneShown, RosterOptions, RosterOutcome, RosterReport, template},
    config::store_address,
    domain::{
        area::{Finding, Level, Severity},
        profile::Profile,
    },
    formats::{
        findings::{finding_rows, findings_csv, findings_json},
        table::{StillVacantSummary, TableCounts, TableSummary},
    },
    store::{Store, StoreAddress},
};

/// The arguments of `onemap roster import`.
#[derive(Debug, clap::Args)]
pub struct ImportRosterArgs {
    /// CSV 或 XLSX 名册，列见模板 / A roster in CSV or XLSX with the columns of the template
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// 存储文件或数据库地址 / The store: a file, or postgres://...
    #[arg(long, value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,

    /// 工作表名；不写则取表头相符的那一张 / The sheet of a workbook; the only one whose header fits when left out
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,

    /// 只检查，不写入 / Check, write nothing
    #[arg(long)]
    dry_run: bool,

    /// 有错误的行略过，其余写入 / Leave rows with errors out and write the others
    #[arg(long)]
    partial: bool,

    /// 前任没有止期的，自动止于继任之日 / Whoever holds a post without end makes room for who comes next
    #[arg(long)]
    succeed: bool,

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

/// The arguments of `onemap roster export`.
#[derive(Debug, clap::Args)]
pub struct ExportRosterArgs {
    /// 写到哪个文件 / The file to write
    #[arg(value_name = "FILE.csv|FILE.xlsx")]
    output: PathBuf,

    /// 存储文件或数据库地址 / The store: a file, or postgres://...
    #[arg(long, value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,

    /// 电话脱敏 / Mask telephones
    #[arg(long)]
    masked: bool,

    /// 覆盖已有文件 / Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// The arguments of `onemap roster template`.
#[derive(Debug, clap::Args)]
pub struct TemplateArgs {
    /// 写到哪个文件 / The file to write
    #[arg(value_name = "FILE.csv|FILE.xlsx")]
    output: PathBuf,

    /// 区县配置：内置名或文件，默认 licheng / The profile: an id or a file
    #[arg(long, value_name = "ID|FILE")]
    profile: Option<String>,

    /// 覆盖已有文件 / Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// Imports a roster; exit code 1 when it is rejected, or when rows were left out.
pub async fn import(args: ImportRosterArgs) -> Result<ExitCode, Failure> {
    options::check_store(&args.store)?;
    let opened = fs::File::open(&args.file);
    opened.map_err(|error| Failure::caused("无法读取", "cannot read", &error).about(&args.file))?;
    let options = RosterOptions {
        sheet: args.sheet,
        dry_run: args.dry_run,
        partial: args.partial,
        succeed: args.succeed,
        author: author(args.author.as_deref())?,
    };
    let report_file =
        args.report.map(|path| ReportFile::beside(path, [&*args.file].into_iter().chain(args.store.file())));
    let report_file = report_file.transpose()?;
    let district = options::open(&args.store, None).await?;
    let profile = Arc::clone(district.profile());
    let imported = district.import_roster(args.file.display().to_string(), args.file, &options).await;
    let closed = district.store().close().await;
    let report = imported.map_err(|error| Failure::from(error).about_store(&args.store))?;
    if let Some(file) = report_file {
        let text = text_of(file.format(), &report, &profile);
        file.write_text(&text)?;
    }
    print(&report, args.format, &profile)?;
    closed.map_err(|error| Failure::from(error).about_store(&args.store))?;
    let is_whole = report.outcome != RosterOutcome::Rejected && report.left_out == 0;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes everybody that a store knows of to a file.
pub async fn export(args: ExportRosterArgs) -> Result<ExitCode, Failure> {
    options::check_store(&args.store)?;
    let kind = table_kind(&args.output)?;
    let used: Vec<&Path> = args.store.file().into_iter().collect();
    let (output, mut file) = NewFile::begin(&args.output, args.force, &used)?;
    let district = options::open(&args.store, None).await?;
    let phones = if args.masked { PhoneShown::Masked } else { PhoneShown::Whole };
    let exported = district.export_roster(kind, phones).await;
    let closed = district.store().close().await;
    let bytes = exported.map_err(|error| Failure::from(error).about_store(&args.store))?;
    closed.map_err(|error| Failure::from(error).about_store(&args.store))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|error| cannot_write(&args.output, &error))?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the template of a profile to a file.
pub fn write_template(args: &TemplateArgs) -> Result<ExitCode, Failure> {
    let kind = table_kind(&args.output)?;
    let given = options::profile(args.profile.as_deref())?;
    let profile = options::profile_of_new_store(given.as_ref())?;
    let (output, mut file) = NewFile::begin(&args.output, args.force, &[])?;
    let bytes = template(&profile, kind);
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|error| cannot_write(&args.output, &error))?;
    output.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn counts(counted: Counted) -> TableCounts {
    let Counted { added, changed, ended, unchanged } = counted;
    TableCounts { added, changed, ended, unchanged }
}

fn text_of(format: Format, report: &RosterReport, profile: &Profile) -> String {
    let level_id = |level: Level| profile.level(level).id.as_str();
    let vacant = &report.still_vacant;
    match format {
        Format::Table => [&report.findings, &vacant.findings]
            .into_iter()
            .filter(|findings| !findings.is_empty())
            .map(|findings| table(findings))
            .collect(),
        Format::Csv => {
            let all: Vec<Finding> = report.findings.iter().chain(&vacant.findings).cloned().collect();
            findings_csv(&all, level_id)
        }
        Format::Json => {
            let summary = TableSummary {
                outcome: report.outcome.id(),
                sheet: report.sheet.as_deref(),
                change: report.change,
                rows: report.rows,
                left_out: report.left_out,
                organisations: counts(report.organisations),
                people: counts(report.people),
                postings: counts(report.postings),
                channels: counts(report.channels),
                unknown_columns: &report.unknown_columns,
                still_vacant: StillVacantSummary {
                    count: vacant.count,
                    findings: finding_rows(&vacant.findings, level_id),
                },
            };
            findings_json(summary, &report.findings, level_id)
        }
    }
}

/// Says it all on stdout (the summary on stderr when stdout is for machines); a pipe that closed early is no failure.
fn print(report: &RosterReport, format: Format, profile: &Profile) -> Result<(), Failure> {
    let mut text = text_of(format, report, profile);
    let mut aside = String::new();
    if format == Format::Table {
        let more = report.findings.len().saturating_sub(MAX_SHOWN);
        if more > 0 {
            text.push_str(&format!(
                "另有 {more} 项，用 --report FILE.csv 写出全部 / {more} more; --report FILE.csv writes them all\n"
            ));
        }
        text.push_str(&summary_line(report));
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
fn summary_line(report: &RosterReport) -> String {
    let (zh, en) = match report.outcome {
        RosterOutcome::Applied => ("已写入", "written"),
        RosterOutcome::Unchanged => ("没有变化，未写入", "unchanged, nothing written"),
        RosterOutcome::Checked => ("检查通过，未写入（试运行）", "checked, nothing written (dry run)"),
        RosterOutcome::Rejected => ("被拒绝，未作任何改动", "rejected, nothing was changed"),
    };
    let RosterReport { rows, left_out, postings, people, organisations, channels, .. } = report;
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let count_zh = |counted: &Counted| {
        let Counted { added, changed, ended, unchanged } = counted;
        format!("新增 {added}、变更 {changed}、结束 {ended}、未变 {unchanged}")
    };
    let count_en = |counted: &Counted| {
        let Counted { added, changed, ended, unchanged } = counted;
        format!("{added} added, {changed} changed, {ended} ended, {unchanged} unchanged")
    };
    let vacant = match report.still_vacant.count {
        0 => String::new(),
        count => format!(
            "仍缺岗或缺责任单位、党组织 {count} 项，见 /vacancies / still missing: {count} posts, bodies or Party bodies\n"
        ),
    };
    format!(
        "{vacant}{zh}：{rows} 行，略过 {left_out} 行；岗位{}；人员{}；单位{}；联络群{}；错误 {errors}，警告 {warnings}\n\
         {en}: {rows} rows, {left_out} left out; postings: {}; people: {}; organisations: {}; channels: {}; {errors} \
         errors, {warnings} warnings\n",
        count_zh(postings),
        count_zh(people),
        count_zh(organisations),
        count_zh(channels),
        count_en(postings),
        count_en(people),
        count_en(organisations),
        count_en(channels),
    )
}
