//! The command: checks first, then the work, then the summary.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use super::{
    args::{AssignArgs, Format},
    cases::{CaseRow, cases, read_cases},
};
use crate::{
    app::{assign::AssignDesk, library::Map, tasks},
    cli::{failure::Failure, new_file::NewFile, options, progress::spinner, report::cannot_write},
    clock::Clock,
    formats::{
        assignments::{
            AssignmentHeadings, Tried, assignment_headings, assignment_json, assignment_row, assignments_json,
            assignments_ndjson,
        },
        table::write_csv,
    },
};

/// Assigns one case, or those of a table; exit code 1 when a case could not be assigned for what it says.
pub async fn run(args: AssignArgs) -> Result<ExitCode, Failure> {
    args.which.check()?;
    options::check_store(&args.store)?;
    let (format, headings) = (args.format()?, args.headings());
    let single = if args.file.is_none() { Some(args.case()?) } else { None };
    let table = match args.file.clone() {
        None => None,
        Some(file) => {
            let sheet = args.sheet.clone();
            Some(tasks::compute(move || read_cases(&file, sheet.as_deref())).await?)
        }
    };
    let used: Vec<&Path> = args.file.as_deref().into_iter().chain(args.store.file()).collect();
    let output = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    let target = output.map(|path| NewFile::begin(path, args.force, &used)).transpose()?;
    let map = args.which.open(&args.store).await?;
    let edition = map.edition();
    let default = args.words();
    let is_single = single.is_some();
    let working = spinner("派单 assigning");
    let worked = tasks::compute(move || {
        let cases = match (single, table) {
            (Some(case), _) => vec![Ok(case)],
            (None, Some(table)) => cases(&table, &map.snapshot().profile, &default),
            (None, None) => Vec::new(),
        };
        let tried = assign_all(&map, cases)?;
        let text = text_of(&tried, edition, (format, headings), is_single);
        Ok::<_, Failure>((tried, text))
    })
    .await;
    working.finish_and_clear();
    let (tried, bytes) = worked.map_err(|failure| failure.about_store(&args.store))?;
    if let (true, Some(Err(error))) = (is_single, tried.first().map(|one| &one.outcome)) {
        let allowed = if error.allowed.is_empty() { String::new() } else { format!("; allowed: {}", error.allowed) };
        return Err(Failure::new(
            format!("{}：{}", error.parameter, error.detail_zh),
            format!("{}: {}{allowed}", error.parameter, error.detail),
        ));
    }
    match target {
        Some((target, file)) => write(&args, target, file, &bytes)?,
        None => match io::stdout().write_all(&bytes) {
            // Whoever read our stdout has enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Failure::caused("无法写到标准输出", "cannot write to stdout", &error));
            }
            _ => {}
        },
    }
    Ok(say(&tried, is_single))
}

fn assign_all(map: &Map, cases: Vec<CaseRow>) -> Result<Vec<Tried>, Failure> {
    let mut desk = AssignDesk::new(map, Clock::system().now())?;
    let answer = |case: CaseRow| match case {
        Ok(case) => desk.assign(case),
        Err(failed) => *failed,
    };
    Ok(cases.into_iter().map(answer).collect())
}

fn text_of(
    tried: &[Tried],
    edition: u32,
    (format, headings): (Format, AssignmentHeadings),
    is_single: bool,
) -> Vec<u8> {
    match (format, tried) {
        (Format::Json, [Tried { outcome: Ok(assigned), .. }]) if is_single => assignment_json(assigned).into_bytes(),
        (Format::Json, _) => assignments_json(edition, tried).into_bytes(),
        (Format::Ndjson, _) => assignments_ndjson(tried).into_bytes(),
        (Format::Csv, _) => {
            let rows: Vec<Vec<String>> = tried.iter().map(assignment_row).collect();
            write_csv(&assignment_headings(headings), &rows)
        }
    }
}

fn write(args: &AssignArgs, target: NewFile, mut file: File, bytes: &[u8]) -> Result<(), Failure> {
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| cannot_write(path, &error))?;
    target.finish()
}

/// The counts, and what they mean for the exit code.
fn say(tried: &[Tried], is_single: bool) -> ExitCode {
    let count = |is: fn(&Tried) -> bool| tried.iter().filter(|one| is(one)).count();
    let led = count(|one| one.outcome.as_ref().is_ok_and(|it| it.lead.is_some()));
    let wrong = count(|one| one.outcome.is_err());
    if !is_single {
        let nobody = tried.len() - led - wrong;
        // Nothing is left to tell when stderr itself is gone.
        let _ = writeln!(
            io::stderr(),
            "有主办 {led} 件，无人可派 {nobody} 件，有误 {wrong} 件\n{led} led, {nobody} without anybody, {wrong} wrong"
        );
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
