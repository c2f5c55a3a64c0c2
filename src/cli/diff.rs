//! `onemap diff A B --store FILE [-o FILE.csv|.xlsx]`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{failure::Failure, new_file::NewFile, options, progress::spinner, report::cannot_write};
use crate::{
    app::{editions::homes, library::Map, tasks},
    config::store_address,
    domain::{
        area::{EditionNumber, Level},
        profile::Profile,
        redraw::diff::{ChangeKind, Diff, DiffError, diff},
    },
    formats::crosswalk::{CrosswalkError, crosswalk_csv, crosswalk_xlsx},
    store::StoreAddress,
};

/// The arguments of `onemap diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// 旧版 / The edition before
    #[arg(value_name = "A", value_parser = clap::value_parser!(u32).range(1..))]
    before: EditionNumber,

    /// 新版 / The edition after
    #[arg(value_name = "B", value_parser = clap::value_parser!(u32).range(1..))]
    after: EditionNumber,

    /// 存储文件或数据库地址，只读 / The store, a file or postgres://...; it is only read
    #[arg(long, env = "ONEMAP_STORE", hide_env_values = true, default_value = "onemap.gpkg", value_name = "FILE|URL", value_parser = store_address())]
    store: StoreAddress,

    /// 把新旧编码对照表写入文件 / Write the crosswalk of codes to a file
    #[arg(short, long, value_name = "FILE.csv|FILE.xlsx")]
    output: Option<PathBuf>,

    /// 可覆盖已有文件 / The file may be there already
    #[arg(long, requires = "output")]
    force: bool,
}

/// The format that the name of a file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Csv,
    Xlsx,
}

/// Tells what differs between two editions.
pub async fn run(args: DiffArgs) -> Result<ExitCode, Failure> {
    options::check_store(&args.store)?;
    let used: Vec<&Path> = args.store.file().into_iter().collect();
    let output = match &args.output {
        Some(path) => {
            let table = table_of(path)?;
            Some((path.clone(), table, NewFile::begin(path, args.force, &used)?))
        }
        None => None,
    };
    let comparing = spinner("比较两版 comparing");
    let (store, before, after) = (args.store.clone(), args.before, args.after);
    let compared = tasks::compute(move || compare(&store, before, after)).await;
    comparing.finish_and_clear();
    let (diff, later) = compared.map_err(|failure| failure.about_store(&args.store))?;
    let profile = &later.snapshot().profile;
    if let Some((path, table, (file, mut opened))) = output {
        let bytes = match table {
            Table::Csv => crosswalk_csv(&diff, profile),
            Table::Xlsx => {
                let edition = later.snapshot().edition.as_ref().expect("an edition was opened");
                crosswalk_xlsx(&diff, profile, edition.published_at)?
            }
        };
        opened.write_all(&bytes).and_then(|()| opened.sync_all()).map_err(|error| cannot_write(&path, &error))?;
        file.finish()?;
    }
    // Nothing is left to tell when stdout itself is gone.
    let _ = io::stdout().write_all(summary(&diff, profile).as_bytes());
    Ok(ExitCode::SUCCESS)
}

fn table_of(path: &Path) -> Result<Table, Failure> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(Table::Csv),
        Some("xlsx") => Ok(Table::Xlsx),
        _ => {
            let (zh, en) = ("--output：文件名须以 .csv 或 .xlsx 结尾", "--output: the name must end in .csv or .xlsx");
            Err(Failure::usage(zh, en).about(path))
        }
    }
}

fn compare(store: &StoreAddress, before: EditionNumber, after: EditionNumber) -> Result<(Diff, Map), Failure> {
    let (old, new) = (Map::open_at(store.clone(), Some(before))?, Map::open_at(store.clone(), Some(after))?);
    let places = new.places()?;
    let diff = diff(old.snapshot(), new.snapshot(), &homes(&places))?;
    Ok((diff, new))
}

/// How many changes there are on each level.
fn summary(diff: &Diff, profile: &Profile) -> String {
    let mut text = format!(
        "第 {0} 版至第 {1} 版：{2} 项变更，对照表 {3} 行 / edition {0} to {1}: {2} changes, {3} rows of crosswalk\n",
        diff.before,
        diff.after,
        diff.changes.len(),
        diff.lineage.len(),
    );
    for (level, spec) in (0..).map(Level).zip(&profile.levels) {
        let counts = ChangeKind::ALL.map(|kind| (kind, diff.count(kind, level)));
        let told: Vec<String> = counts
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| format!("{} {} {count}", kind.zh(), kind.id()))
            .collect();
        if !told.is_empty() {
            text.push_str(&format!("{} {}\t{}\n", spec.name.zh, spec.id, told.join("\t")));
        }
    }
    text
}

impl From<DiffError> for Failure {
    fn from(error: DiffError) -> Self {
        Self::caused("两版的边界无法叠加比较", "the editions cannot be compared", &error)
    }
}

impl From<CrosswalkError> for Failure {
    fn from(error: CrosswalkError) -> Self {
        let zh = match &error {
            CrosswalkError::Rows { rows } => format!("对照表有 {rows} 行，超过一张工作表的上限，请改用 .csv"),
            CrosswalkError::Workbook(_) => "无法生成工作簿".to_owned(),
        };
        Self::new(zh, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_file_tells_its_format() {
        assert_eq!(table_of(Path::new("a/对照表.csv")), Ok(Table::Csv));
        assert_eq!(table_of(Path::new("b.xlsx")), Ok(Table::Xlsx));
        assert!(table_of(Path::new("c.xls")).is_err() && table_of(Path::new("csv")).is_err());
    }
}
