//! The command: checks first, then the work, then the summary.

use std::{
    io::{self, Write},
    ops::ControlFlow,
    path::Path,
    process::ExitCode,
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

use super::{
    addresses,
    answering::{AnsweringError, Desk, Done, Progress, Sink, answer_all},
    args::{Defaults, Format, LocateArgs},
    source::{Source, SourceFormat},
    target::Target,
};
use crate::{
    app::{library, tasks},
    cli::{
        failure::Failure,
        options,
        progress::{LocateBar, TICK, spinner},
        report::cannot_write,
        signals::Signals,
    },
    domain::profile::CrsNames,
    formats::{answers::Fragments, points::PointOptions, xlsx::MAX_ROWS},
};

/// Fewest bytes of a record: a digit for each coordinate, what is between them, and the line end.
const MIN_RECORD_BYTES: u64 = 4;

/// Locates the points of a file; exit code 0 when every record has its answer or its reason.
pub async fn run(args: LocateArgs) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    args.which.check()?;
    options::check_store(&args.store)?;
    let defaults = args.defaults(&names(&args).await?)?;
    // What is begun ends with the future: an unfinished file goes, and what computes dies with the process.
    tokio::select! {
        biased;
        _ = signals.next() => Err(interrupted()),
        done = async {
            match &args.address_col {
                Some(column) => addresses::run(&args, column).await,
                None => work(&args, defaults).await,
            }
        } => done,
    }
}

/// The names of systems that `--crs` may use; those of the store are read only where the built-in ones have it not.
async fn names(args: &LocateArgs) -> Result<CrsNames, Failure> {
    if !args.names_own_crs() {
        return Ok(CrsNames::default());
    }
    let store = args.store.clone();
    let profile = tasks::compute(move || library::profile(store)).await;
    Ok(profile.map_err(|error| Failure::from(error).about_store(&args.store))?.crs)
}

async fn work(args: &LocateArgs, defaults: Defaults) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let (file, sheet) = (args.file.clone(), args.sheet.clone());
    let source = Arc::new(tasks::compute(move || Source::open(&file, sheet)).await?);
    let used: Vec<&Path> = [args.file.as_path()].into_iter().chain(args.store.file()).collect();
    let (target, file) = Target::create(args.output.as_deref(), args.format, args.force, &used)?;
    if target.format == Format::Xlsx {
        check_count(Arc::clone(&source), args.columns(&CrsNames::default()))
            .await
            .map_err(|failure| failure.about(&args.file))?;
    }
    let map = args.which.open(&args.store).await?;
    let edition = map.edition();
    let sink = Sink::new(&target, file).map_err(|error| cannot_write_to(args, &error))?;
    let progress = Arc::new(Progress::default());
    let (columns, headings, format) = (args.columns(&map.snapshot().profile.crs), args.headings(), target.format);
    let bar = LocateBar::new(source.total_bytes);
    let answering = {
        let (source, progress) = (Arc::clone(&source), Arc::clone(&progress));
        tasks::compute(move || {
            let fragments = Fragments::new(map.snapshot(), None);
            let desk = Desk { snapshot: map.snapshot(), fragments: &fragments, defaults, headings };
            answer_all(&desk, &source, columns, (format, sink), &progress)
        })
    };
    tokio::pin!(answering);
    let mut ticks = tokio::time::interval(TICK);
    let answered = loop {
        tokio::select! {
            answered = &mut answering => break answered,
            _ = ticks.tick() => bar.update(&progress.bytes, &progress.records),
        }
    };
    bar.clear();
    let done = match answered {
        Ok(done) => done,
        Err(AnsweringError::Source(error)) => return Err(Failure::from(error).about(&args.file)),
        // Whoever read our stdout has enough.
        Err(AnsweringError::Target(error)) if is_closed_pipe(args, &error) => return Ok(ExitCode::SUCCESS),
        Err(AnsweringError::Target(error)) => return Err(cannot_write_to(args, &error)),
    };
    target.finish()?;
    say(&done, edition, began);
    Ok(ExitCode::SUCCESS)
}

/// Refuses, before the work, more records than a sheet has rows.
async fn check_count(source: Arc<Source>, columns: PointOptions) -> Result<(), Failure> {
    let most = u64::from(MAX_ROWS - 1);
    let may_be_more = source.total_bytes.is_some_and(|bytes| bytes / MIN_RECORD_BYTES > most);
    if !may_be_more || source.format == SourceFormat::Xlsx {
        return Ok(());
    }
    let counting = spinner("清点记录 counting");
    let counted = tasks::compute(move || {
        let mut records = 0;
        let read = source.read(columns, &AtomicU64::new(0), |_, points| {
            records += points.len() as u64;
            if records > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        read.map(|()| records)
    });
    let counted = counted.await;
    counting.finish_and_clear();
    if counted? > most {
        let (zh, en) = (
            format!("记录多于 {most} 条，XLSX 一张表放不下，请改用 .csv"),
            format!("there are more than {most} records, which no sheet of an XLSX holds; write .csv instead"),
        );
        return Err(Failure::new(zh, en));
    }
    Ok(())
}

fn say(done: &Done, edition: u32, began: Instant) {
    let lines = format!("{}{}", done.columns, done.tally.line(edition, began.elapsed()));
    // Nothing is left to tell when stderr itself is gone.
    let _ = io::stderr().write_all(lines.as_bytes());
}

fn is_closed_pipe(args: &LocateArgs, error: &io::Error) -> bool {
    let is_stdout = args.output.as_deref().is_none_or(|path| path.as_os_str() == "-");
    is_stdout && error.kind() == io::ErrorKind::BrokenPipe
}

fn cannot_write_to(args: &LocateArgs, error: &io::Error) -> Failure {
    match &args.output {
        Some(path) => cannot_write(path, error),
        None => Failure::caused("无法写到标准输出", "cannot write to stdout", error),
    }
}

fn interrupted() -> Failure {
    Failure::interrupted("已中断，未留下输出文件", "interrupted; no output file is left")
}
