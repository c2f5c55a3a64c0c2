//! `onemap import FILE... --store FILE`.

use std::{fs, path::PathBuf, pin::pin, process::ExitCode};

use super::{
    author::author,
    failure::Failure,
    options,
    progress::{ImportBar, TICK},
    report::{self, Format, ReportFile},
};
use crate::{
    app::{
        District,
        import::{ImportOptions, ImportReport, ImportSource, Outcome, Progress},
    },
    config::store_address,
    domain::coverage::noding::DEFAULT_SNAP_M,
    store::{Store, StoreAddress},
};

/// The argument that says from when an edition is in force.
const EFFECTIVE_FROM: &str = "--effective-from";

/// The arguments of `onemap import`.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// GeoJSON、GeoPackage、Shapefile（zip 或散装 .shp）、CSV / Files in any of these formats
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// 存储文件，不存在则新建；或数据库地址 / The store, made when it does not exist; or postgres://...
    #[arg(long, value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,

    /// 区县配置：内置名或文件；新存储默认 licheng / The profile of a new store: an id or a file
    #[arg(long, value_name = "ID|FILE")]
    profile: Option<String>,

    /// 未写层级的记录属于哪一级（名称，或 1 为最高级）/ Level of records that give none: its id, or 1 for the coarsest
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,

    /// 字段对应，如 code=DLBM,name=MC / Which attribute gives which field
    #[arg(long, value_name = "FIELD=ATTRIBUTE,...", default_value = "", hide_default_value = true)]
    map: String,

    /// 坐标系，优先于文件的声明，如 EPSG:4490、gcj02 / Coordinate system, whatever the files declare
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,

    /// 节点容差，米，不超过 1 / Noding tolerance in metres, at most 1
    #[arg(long, value_name = "METRES", allow_negative_numbers = true, default_value_t = DEFAULT_SNAP_M.to_string())]
    snap_m: String,

    /// 只校验，不发布 / Validate, publish nothing
    #[arg(long)]
    dry_run: bool,

    /// 本版标题 / Title of the edition
    #[arg(long, value_name = "TITLE", default_value = "", hide_default_value = true)]
    title: String,

    /// 导入人，不写为系统用户名 / Who imports; the name of the system's user when left out
    #[arg(long, value_name = "AUTHOR")]
    author: Option<String>,

    /// 生效时间（带时区的 RFC 3339 或日期，最晚两年后），不写即刻生效 / From when the edition is in force, at most two years ahead; at once when left out
    #[arg(long, value_name = "TIME|DATE")]
    effective_from: Option<String>,

    /// 文件包含该编码之下的全部区域（* 为全区），缺少的即撤销 / The file is complete below this area (* for all): what it leaves out is retired
    #[arg(long, value_name = "CODE")]
    complete_under: Option<String>,

    /// 整体替换的层级，不写即文件所含层级 / The levels for which it is complete; those in the file when left out
    #[arg(long, value_name = "LEVEL,...", value_delimiter = ',', requires = "complete_under")]
    complete_levels: Vec<String>,

    /// 把全部问题写入文件 / Write all findings to a file
    #[arg(long, value_name = "FILE.json|FILE.csv")]
    report: Option<PathBuf>,

    /// 标准输出的格式 / What goes to stdout
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Imports the files; exit code 1 when the import is rejected.
pub async fn run(args: ImportArgs) -> Result<ExitCode, Failure> {
    let profile = options::profile(args.profile.as_deref())?;
    let mut import = ImportOptions {
        level: None,
        map: options::map(&args.map)?,
        crs: None,
        snap_m: options::snap_m(&args.snap_m)?,
        dry_run: args.dry_run,
        title: args.title,
        author: author(args.author.as_deref())?,
        effective_from: None,
        complete: None,
    };
    if options::is_new(&args.store) {
        // A new store is not made for arguments that are wrong anyway.
        let profile = options::profile_of_new_store(profile.as_ref())?;
        options::crs(args.crs.as_deref(), &profile.crs)?;
        options::level(args.level.as_deref(), &profile)?;
        options::moment(EFFECTIVE_FROM, args.effective_from.as_deref(), &profile)?;
        options::scope(args.complete_under.as_deref(), &args.complete_levels, &profile)?;
    }
    let total_bytes = check_files(&args.files)?;
    let used = args.files.iter().map(PathBuf::as_path).chain(args.store.file());
    let report_file = args.report.clone().map(|path| ReportFile::beside(path, used)).transpose()?;

    let district = options::open(&args.store, profile).await?;
    import.crs = options::crs(args.crs.as_deref(), &district.profile().crs)?;
    import.level = options::level(args.level.as_deref(), district.profile())?;
    import.effective_from = options::moment(EFFECTIVE_FROM, args.effective_from.as_deref(), district.profile())?;
    import.complete = options::scope(args.complete_under.as_deref(), &args.complete_levels, district.profile())?;
    let sources = args.files.into_iter().map(source).collect();
    let imported = watch(&district, sources, import, total_bytes).await;
    let closed = district.store().close().await;
    let about_store = |failure: Failure| failure.about_store(&args.store);
    let report = imported.map_err(about_store)?;

    if let Some(file) = report_file {
        file.write(&report, district.profile())?;
    }
    report::print(&report, district.profile(), args.format, args.report.as_deref())?;
    closed.map_err(|error| about_store(error.into()))?;
    Ok(if report.outcome == Outcome::Rejected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The bytes of all files, every one of which can be opened.
fn check_files(files: &[PathBuf]) -> Result<u64, Failure> {
    let mut total_bytes = 0;
    for path in files {
        let opened = fs::File::open(path).and_then(|file| file.metadata());
        let metadata = opened.map_err(|error| Failure::caused("无法读取", "cannot read", &error).about(path))?;
        if metadata.is_dir() {
            return Err(Failure::new("是文件夹，不是文件", "this is a folder, not a file").about(path));
        }
        total_bytes += metadata.len();
    }
    Ok(total_bytes)
}

fn source(path: PathBuf) -> ImportSource {
    ImportSource { name: path.display().to_string(), path, content_type: None }
}

/// Runs the import with its progress on the terminal; errors stand first in the report.
async fn watch(
    district: &District,
    sources: Vec<ImportSource>,
    options: ImportOptions,
    total_bytes: u64,
) -> Result<ImportReport, Failure> {
    let (progress, bar) = (Progress::default(), ImportBar::new(total_bytes));
    let mut import = pin!(district.import(None, sources, options, progress.clone()));
    let mut ticks = tokio::time::interval(TICK);
    let imported = loop {
        tokio::select! {
            imported = &mut import => break imported,
            _ = ticks.tick() => bar.update(&progress),
        }
    };
    bar.clear();
    let mut report = imported?;
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(report)
}
