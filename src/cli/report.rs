//! What an import has to say: the summary line, the table, JSON and CSV.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    failure::Failure,
    options,
    table::{MAX_SHOWN, table},
};
use crate::{
    app::import::{ImportReport, MAX_LISTED_POSTS, Outcome, PostToFill},
    domain::{
        area::{Level, Severity},
        profile::Profile,
    },
    formats::{
        findings::{Post, Posts, Summary, findings_csv, findings_json},
        moment::moment_text,
    },
};

/// How findings go to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// 表格，给人看 / A table for people
    Table,
    /// JSON
    Json,
    /// CSV
    Csv,
}

/// The file of `--report`, open before the work begins so that a wrong path is told at once.
pub struct ReportFile {
    path: PathBuf,
    file: File,
    format: Format,
}

impl ReportFile {
    /// Makes the file at `path`, whose ending tells the format.
    fn create(path: PathBuf) -> Result<Self, Failure> {
        let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
        let format = match extension.as_ref().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some("csv") => Format::Csv,
            _ => {
                let (zh, en) =
                    ("--report：文件名须以 .json 或 .csv 结尾", "--report: the name must end in .json or .csv");
                return Err(Failure::usage(zh, en).about(&path));
            }
        };
        let file = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
        Ok(Self { path, file, format })
    }

    /// The same, unless it would write over a file that is `used`: what is read, and the store.
    pub fn beside<'a>(path: PathBuf, used: impl IntoIterator<Item = &'a Path>) -> Result<Self, Failure> {
        if used.into_iter().any(|used| options::is_same_file(used, &path)) {
            let (zh, en) = ("--report：不能覆盖导入文件或存储", "--report: this would write over a file that is used");
            return Err(Failure::usage(zh, en).about(&path));
        }
        Self::create(path)
    }

    /// The format that its name tells.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Writes the report.
    pub fn write(self, report: &ImportReport, profile: &Profile) -> Result<(), Failure> {
        let text = text_of(self.format, report, profile);
        self.write_text(&text)
    }

    /// Writes a report that is a text already.
    pub fn write_text(mut self, text: &str) -> Result<(), Failure> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all());
        written.map_err(|error| cannot_write(&self.path, &error))
    }
}

/// A file could not be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::caused("无法写入", "cannot write", error).about(path)
}

/// Says it all on stdout (`summary` on stderr when stdout is for machines); a pipe that closed early is no failure.
pub fn print(report: &ImportReport, profile: &Profile, format: Format, file: Option<&Path>) -> Result<(), Failure> {
    let mut text = text_of(format, report, profile);
    let mut aside = String::new();
    if format == Format::Table {
        text.push_str(&cut_line(report, file));
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

fn text_of(format: Format, report: &ImportReport, profile: &Profile) -> String {
    let level_id = |level: Level| profile.level(level).id.as_str();
    match format {
        Format::Table if report.findings.is_empty() => String::new(),
        Format::Table => table(&report.findings),
        Format::Json => findings_json(summary(report), &report.findings, level_id),
        Format::Csv => findings_csv(&report.findings, level_id),
    }
}

fn post(post: &PostToFill) -> Post {
    let PostToFill { area, name, role, missing } = post;
    Post { area: area.to_string(), name: name.clone(), role: role.clone(), missing: *missing }
}

fn summary(report: &ImportReport) -> Summary<'static> {
    Summary {
        outcome: report.outcome.id(),
        edition: report.edition,
        effective_from: report.effective_from.map(moment_text),
        records: report.records,
        created: report.created,
        changed: report.changed,
        unchanged: report.unchanged,
        noded: report.noded,
        retired: report.retired,
        posts_to_fill: Posts {
            number_matched: report.posts_to_fill.len(),
            items: report.posts_to_fill.iter().take(MAX_LISTED_POSTS).map(post).collect(),
        },
    }
}

/// How many findings the table left out, and where all of them are.
fn cut_line(report: &ImportReport, file: Option<&Path>) -> String {
    let more = report.findings.len().saturating_sub(MAX_SHOWN);
    match (more, file) {
        (0, _) => String::new(),
        (_, Some(file)) => format!("另有 {more} 项，全部在 {0} / {more} more, all are in {0}\n", file.display()),
        (_, None) => {
            format!("另有 {more} 项，用 --report FILE.csv 写出全部 / {more} more; --report FILE.csv writes them all\n")
        }
    }
}

/// The outcome with its counts, line break included.
fn summary_line(report: &ImportReport) -> String {
    let ImportReport { records, created, changed, unchanged, noded, retired, .. } = *report;
    let (zh, en) = match (report.outcome, report.edition) {
        (Outcome::Published, Some(edition)) => {
            let (zh, en) = match report.effective_from {
                Some(from) => {
                    (format!("，{} 起生效", moment_text(from)), format!(", in force from {}", moment_text(from)))
                }
                None => Default::default(),
            };
            (format!("已发布第 {edition} 版{zh}"), format!("published edition {edition}{en}"))
        }
        (Outcome::Published, None) => ("已发布".to_owned(), "published".to_owned()),
        (Outcome::Unchanged, _) => ("没有变化，未发布".to_owned(), "unchanged, nothing published".to_owned()),
        (Outcome::Checked, _) => {
            ("校验通过，未发布（试运行）".to_owned(), "checked, nothing published (dry run)".to_owned())
        }
        (Outcome::Rejected, _) => ("被拒绝，未作任何改动".to_owned(), "rejected, nothing was changed".to_owned()),
    };
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let posts = match report.posts_to_fill.len() {
        0 => String::new(),
        posts => format!("新区域待配岗位 {posts} 个 / {posts} posts of new areas must be filled (GET /vacancies)\n"),
    };
    posts
        + &format!(
            "{zh}：记录 {records}，新增 {created}，变更 {changed}，未变 {unchanged}，仅补节点 {noded}，撤销 {retired}；错误 {errors}，警告 {warnings}\n\
         {en}: {records} records, {created} created, {changed} changed, {unchanged} unchanged, {noded} noded, \
         {retired} retired; {errors} errors, {warnings} warnings\n"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::{Finding, Rule};

    fn report(findings: usize) -> ImportReport {
        let finding = Finding::new(Rule::Record, Severity::Error, "错", "wrong");
        ImportReport {
            outcome: Outcome::Rejected,
            edition: None,
            records: 9,
            created: 1,
            changed: 2,
            unchanged: 3,
            noded: 4,
            retired: 5,
            effective_from: None,
            posts_to_fill: Vec::new(),
            findings: vec![finding; findings],
        }
    }

    #[test]
    fn the_summary_has_every_count_in_both_languages() {
        let published = ImportReport { outcome: Outcome::Published, edition: Some(5), ..report(2) };
        assert_eq!(
            summary_line(&published),
            "已发布第 5 版：记录 9，新增 1，变更 2，未变 3，仅补节点 4，撤销 5；错误 2，警告 0\n\
             published edition 5: 9 records, 1 created, 2 changed, 3 unchanged, 4 noded, 5 retired; 2 errors, 0 warnings\n"
        );
        assert!(summary_line(&report(0)).contains("rejected, nothing was changed: 9 records"));
    }

    #[test]
    fn what_the_table_leaves_out_is_counted() {
        assert_eq!(cut_line(&report(MAX_SHOWN), None), "");
        assert!(cut_line(&report(MAX_SHOWN + 3), None).contains("/ 3 more; --report"));
        assert!(cut_line(&report(MAX_SHOWN + 3), Some(Path::new("all.csv"))).ends_with("3 more, all are in all.csv\n"));
    }
}
