//! From a file to what is known of duties.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufReader, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
};

use time::OffsetDateTime;

use super::{
    columns::COLUMNS,
    ground::Ground,
    plan::{Given, Plan, plan},
    report::{Counted, RosterOutcome, RosterReport},
    row::{RosterRow, Target, read_row},
    teller::{MAX_FINDINGS, Teller},
    vacant::StillVacant,
};
use crate::{
    app::{import::ANONYMOUS, tasks},
    domain::{
        area::{AreaCode, Finding, Rule, Severity, Snapshot, finding::Source},
        duty::{Staff, StaffChange},
        profile::Profile,
    },
    formats::table::{Table, TableKind, read_table},
    store::{Act, Store, StoreError},
};

/// How often rows with errors are left out and the rest is planned again: a row may have leaned on another.
const MAX_PASSES: usize = 8;

/// What is asked of an import besides its file.
#[derive(Debug, Clone, Default)]
pub struct RosterOptions {
    /// The sheet of a workbook; `None` for the only one whose header fits.
    pub sheet: Option<String>,
    /// Whether to stop before writing.
    pub dry_run: bool,
    /// Whether to write the rows without errors when others have some.
    pub partial: bool,
    /// Whether whoever holds a post without end makes room for who comes next (change of post from a date).
    pub succeed: bool,
    /// Who imports.
    pub author: String,
}

/// What an import would write, on top of the change `base`, with the report of it.
#[derive(Debug)]
pub struct PreparedRoster {
    /// The last change of duties that it was made on.
    pub base: i64,
    /// What is to be written; nothing when nothing is to be.
    pub change: StaffChange,
    /// Who does it and when.
    pub act: Act,
    /// The report, with the outcome as it is once that is written.
    pub report: RosterReport,
}

/// Reads the table in the file at `path`, which findings call `name`.
pub async fn read_roster(name: String, path: PathBuf, sheet: Option<String>) -> Table {
    let read = move || match open(&path) {
        Ok((kind, file)) => read_table(file, kind, &COLUMNS, &name, sheet.as_deref()),
        Err(error) => {
            let en = format!("the file cannot be read: {error}");
            let finding = Finding::new(Rule::Record, Severity::Error, format!("无法读取文件：{error}"), en);
            let source = Source { file: name, record: None, field: None };
            Table { findings: vec![finding.at(source)], ..Table::default() }
        }
    };
    tasks::compute(read).await
}

fn open(path: &Path) -> io::Result<(TableKind, BufReader<File>)> {
    const HEAD_BYTES: u64 = 8;
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    file.rewind()?;
    Ok((TableKind::of(&head), BufReader::new(file)))
}

/// What the import of a table would write on what `store` knows now; `served` is a snapshot in memory.
pub async fn import_roster<S: Store>(
    store: &S,
    profile: &Arc<Profile>,
    served: Option<&Snapshot>,
    (file, table): (&str, &Arc<Table>),
    options: &RosterOptions,
    now: OffsetDateTime,
) -> Result<PreparedRoster, StoreError> {
    let staff = store.staff(None).await?;
    let (times, needs_places, codes) = {
        let mut teller = Teller::new(file, table);
        let rows: Vec<RosterRow> = rows(table, profile, &mut teller);
        let begins = rows.iter().filter(|row| row.post.is_some()).filter_map(|row| row.from);
        let mut times: Vec<OffsetDateTime> = begins.map(|from| from.judged_at).collect();
        times.push(now);
        let codes: Vec<(AreaCode, OffsetDateTime)> = rows
            .iter()
            .filter_map(|row| match row.post {
                Some((Target::Area(code), ..)) => Some((code, row.from.map_or(now, |from| from.judged_at))),
                _ => None,
            })
            .collect();
        (times, rows.iter().any(|row| matches!(row.post, Some((Target::Place(_), ..)))), codes)
    };
    let mut ground = Ground::load(store, served, &times, needs_places).await?;
    if codes.iter().any(|(code, at)| ground.area(code, *at).1.is_none()) {
        ground.find_strays(store, &staff).await?;
    }
    let job = Job {
        profile: Arc::clone(profile),
        table: Arc::clone(table),
        file: file.to_owned(),
        options: options.clone(),
        now,
    };
    Ok(tasks::compute(move || job.prepare(&staff, &ground)).await)
}

fn rows(table: &Table, profile: &Profile, teller: &mut Teller<'_>) -> Vec<RosterRow> {
    table.rows.iter().filter(|row| !row.is_bad).filter_map(|row| read_row(row, profile, teller)).collect()
}

struct Job {
    profile: Arc<Profile>,
    table: Arc<Table>,
    file: String,
    options: RosterOptions,
    now: OffsetDateTime,
}

impl Job {
    fn prepare(self, staff: &Staff, ground: &Ground) -> PreparedRoster {
        let given = Given { profile: &self.profile, staff, ground, now: self.now, succeed: self.options.succeed };
        let mut teller = Teller::new(&self.file, &self.table);
        let rows = rows(&self.table, &self.profile, &mut teller);
        let told = self.table.findings.iter().cloned().chain(teller.findings).collect();
        let mut findings: Vec<Finding> = told;
        let mut untold = teller.untold;
        let mut left_out: HashSet<u64> = teller.bad;
        left_out.extend(self.table.rows.iter().filter(|row| row.is_bad).map(|row| row.number));
        let mut without: HashSet<u64> = HashSet::new();
        let mut planned = Plan::default();
        let mut is_settled = false;
        for _ in 0..MAX_PASSES {
            let mut teller = Teller::new(&self.file, &self.table);
            planned = plan(&given, &rows, &without, &mut teller);
            is_settled = teller.bad.is_empty() || !self.options.partial;
            // What is not final is planned again, and warned of then.
            let keep = |finding: &Finding| is_settled || finding.severity == Severity::Error;
            findings.extend(teller.findings.into_iter().filter(keep));
            untold += teller.untold;
            without.extend(teller.bad);
            if is_settled {
                break;
            }
            planned = Plan::default();
        }
        if !is_settled {
            findings.push(self.unsettled());
        }
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        let is_lost = findings.iter().any(|finding| is_error(finding) && finding.source.record.is_none());
        left_out
            .extend(findings.iter().filter(|&finding| is_error(finding)).filter_map(|finding| finding.source.record));
        left_out.extend(without);
        cut(&mut findings, untold);
        let is_rejected = is_lost || (!left_out.is_empty() && !self.options.partial);
        let outcome = match () {
            () if is_rejected => RosterOutcome::Rejected,
            () if planned.change.is_empty() => RosterOutcome::Unchanged,
            () if self.options.dry_run => RosterOutcome::Checked,
            () => RosterOutcome::Applied,
        };
        if outcome == RosterOutcome::Rejected {
            planned.change = StaffChange::default();
        }
        let still_vacant = match outcome {
            RosterOutcome::Rejected => StillVacant::default(),
            _ => {
                let after = Arc::new(staff.after(&planned.change, staff.revision));
                StillVacant::of(&self.profile, ground, after, self.now)
            }
        };
        let report = RosterReport {
            outcome,
            sheet: self.table.sheet.clone(),
            change: None,
            rows: self.table.rows.len() as u64,
            left_out: left_out.len() as u64,
            organisations: planned.organisations,
            people: planned.people,
            postings: planned.postings,
            channels: planned.channels,
            unknown_columns: self.table.unknown.clone(),
            findings,
            still_vacant,
        };
        let author = self.options.author.trim();
        let actor = if author.is_empty() { ANONYMOUS.to_owned() } else { author.to_owned() };
        let act = Act { actor, at: self.now, summary: summary(&report) };
        PreparedRoster { base: staff.revision, change: planned.change, act, report }
    }

    /// Why nothing is written although the rows with errors could be left out.
    fn unsettled(&self) -> Finding {
        let zh = format!("略过有错的行后又有行出错，{MAX_PASSES} 轮仍未了结，故全部不写入");
        let en = format!(
            "without the rows with errors others have some in their turn: {MAX_PASSES} rounds did not settle it, and nothing is written"
        );
        let source = Source { file: self.file.clone(), record: None, field: None };
        Finding::new(Rule::Record, Severity::Error, zh, en)
            .allowed(("去掉所列各行后的文件", "the file without the rows that are named"))
            .at(source)
    }
}

/// Puts findings into the order of their rows, without what nobody reads to its end; errors are kept first.
fn cut(findings: &mut Vec<Finding>, untold: usize) {
    let more = untold + findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), finding.source.record));
        findings.truncate(MAX_FINDINGS);
    }
    findings.sort_by_key(|finding| finding.source.record);
    if more > 0 {
        let zh = format!("另有 {more} 项未列出");
        findings.push(Finding::new(Rule::Record, Severity::Info, zh, format!("{more} more are not listed")));
    }
}

/// One line for the change log.
fn summary(report: &RosterReport) -> String {
    let count = |counted: Counted| {
        let Counted { added, changed, ended, .. } = counted;
        format!("+{added} ~{changed} -{ended}")
    };
    let (postings, people) = (count(report.postings), count(report.people));
    let (organisations, channels) = (count(report.organisations), count(report.channels));
    format!("roster import: postings {postings}, people {people}, organisations {organisations}, channels {channels}")
}
