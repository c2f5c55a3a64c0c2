//! The commands, and the way from one to its exit code.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use super::{
    assign::{self, AssignArgs},
    diff::{self, DiffArgs},
    editions::{self, EditionsArgs},
    export::{self, ExportArgs},
    failure::Failure,
    generate::{self, GenerateArgs},
    import::{self, ImportArgs},
    import_places::{self, ImportPlacesArgs},
    indicators::{self, IndicatorsCommand},
    locate::{self, LocateArgs},
    openapi, profile,
    roster::{self, ExportRosterArgs, ImportRosterArgs, TemplateArgs},
    serve,
    store::{self, CopyArgs},
};
use crate::config::ServeConfig;

/// 一张图：每个治理网格与单元，都是一个精确的、有编码的面。
///
/// Onemap: every governance grid and unit of a district as an exact, coded polygon.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, arg_required_else_help = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务 / Serve the district over HTTP
    Serve(Box<ServeConfig>),
    /// 导入文件，成为下一版 / Import files as the next edition
    Import(Box<ImportArgs>),
    /// 导入点位：监控、消火栓、楼栋等 / Import places: cameras, hydrants, buildings
    ImportPlaces(Box<ImportPlacesArgs>),
    /// 给文件中的点位定归属，不需要服务 / Locate the points of a file, without a server
    Locate(Box<LocateArgs>),
    /// 试派：事件由谁负责及依据，不需要服务，不作记录 / Who is to answer for cases and why, without a server; nothing is recorded
    Assign(Box<AssignArgs>),
    /// 把一版的瓦片写成一个 PMTiles 文件，不需要服务 / Write the tiles of an edition to a PMTiles file, without a server
    Export(Box<ExportArgs>),
    /// 列出版本 / List the editions of a store
    Editions(EditionsArgs),
    /// 比较两版：变更与新旧编码对照表 / Compare two editions: changes and crosswalk of codes
    Diff(Box<DiffArgs>),
    /// 生成示范区 / Generate the demo district
    Generate(GenerateArgs),
    /// 指标：导入、导出、空表 / Indicators: import, export, template
    #[command(subcommand)]
    Indicators(IndicatorsCommand),
    /// 检查或列出区县配置 / Check or list district profiles
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// 名册：单位、人员、岗位的表格导入导出 / Rosters: organisations, people and postings as tables
    #[command(subcommand)]
    Roster(RosterCommand),
    /// 搬动存储 / Move a store
    #[command(subcommand)]
    Store(StoreCommand),
    /// 输出 OpenAPI 文档 / Print the OpenAPI document
    Openapi,
}

#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// 检查一个配置文件 / Check a profile file
    Check {
        /// 配置文件 / The profile file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// 列出内置配置 / List the built-in profiles
    List,
}

#[derive(Debug, Subcommand)]
enum RosterCommand {
    /// 导入 CSV 或 XLSX 名册 / Import a roster
    Import(Box<ImportRosterArgs>),
    /// 导出名册，可原样再导入 / Export everybody, as a table that can be imported again
    Export(ExportRosterArgs),
    /// 写出空白模板 / Write an empty template
    Template(TemplateArgs),
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// 把整个存储复制到另一个（文件或 PostGIS），连同历史与编号，并核对 / Copy a whole store into an empty one, and compare
    Copy(CopyArgs),
}

/// Runs the command that the arguments of the process name.
///
/// Exit codes: 0 done, 1 refused or failed, 2 wrong arguments, 130 interrupted.
pub fn run() -> ExitCode {
    let program = match Program::try_parse() {
        Ok(program) => program,
        Err(error) => return explain(&error),
    };
    let done = match program.command {
        Command::Serve(config) => in_runtime(serve::run(*config)),
        Command::Import(args) => in_runtime(import::run(*args)),
        Command::ImportPlaces(args) => in_runtime(import_places::run(*args)),
        Command::Locate(args) => in_runtime(locate::run(*args)),
        Command::Assign(args) => in_runtime(assign::run(*args)),
        Command::Export(args) => in_runtime(export::run(*args)),
        Command::Editions(args) => in_runtime(editions::run(args)),
        Command::Diff(args) => in_runtime(diff::run(*args)),
        Command::Generate(args) => in_runtime(generate::run(args)),
        Command::Indicators(command) => in_runtime(indicators::run(command)),
        Command::Profile(ProfileCommand::Check { file }) => Ok(profile::check(&file)),
        Command::Profile(ProfileCommand::List) => Ok(profile::list()),
        Command::Store(StoreCommand::Copy(args)) => in_runtime(store::copy(args)),
        Command::Roster(RosterCommand::Import(args)) => in_runtime(roster::import(*args)),
        Command::Roster(RosterCommand::Export(args)) => in_runtime(roster::export(args)),
        Command::Roster(RosterCommand::Template(args)) => roster::write_template(&args),
        Command::Openapi => openapi::run(),
    };
    done.unwrap_or_else(|failure| failure.report())
}

/// Help and version go to stdout as they are; wrong arguments get a line in Chinese first.
fn explain(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && error.kind() != clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = writeln!(io::stderr(), "命令行参数有误 / the arguments are wrong:");
    }
    // Nothing is left to tell when the stream itself is gone.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn in_runtime(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("无法启动运行时", "cannot start the runtime", &error))?;
    let done = runtime.block_on(work);
    // Whatever still computes has nobody left to tell.
    runtime.shutdown_background();
    done
}
