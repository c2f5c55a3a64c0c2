//! `onemap locate --address-col`: the addresses of a table instead of its points.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use super::{
    args::{Format, LocateArgs},
    source::Source,
    target::Target,
};
use crate::{
    app::{
        address::{AddressBatch, AddressSource, AddressTally, AreaBook, PlaceBook},
        library::Map,
        lookup::AnswerSource,
        tasks,
    },
    cli::{failure::Failure, progress::spinner, report::cannot_write},
    domain::place::PlaceDirectory,
    formats::{
        addresses::{AddressFormat, Addresses, read_addresses},
        answers::{AnswerFormat, Headings},
        points::PointFormat,
        record::RecordError,
    },
};

/// Addresses of one file.
const MAX_ADDRESSES: usize = 2_000_000;

/// Bytes of one file: it is read as a whole.
const MAX_FILE_BYTES: usize = 1 << 30;

/// Addresses that are answered before what was answered is written.
const ADDRESSES_AT_ONCE: usize = 256;

/// Looks up the addresses of the file; exit code 0 when every record has its answer or its reason.
pub async fn run(args: &LocateArgs, column: &str) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let (file, sheet, column) = (args.file.clone(), args.sheet.clone(), column.to_owned());
    let source = tasks::compute(move || Source::open(&file, sheet)).await?;
    let used: Vec<&Path> = [args.file.as_path()].into_iter().chain(args.store.file()).collect();
    let (target, file) = Target::create(args.output.as_deref(), args.format, args.force, &used)?;
    let format = match target.format {
        Format::Csv => AnswerFormat::Csv,
        Format::Ndjson => AnswerFormat::NdJson,
        Format::Json => AnswerFormat::Json,
        Format::Geojson => AnswerFormat::GeoJson,
        Format::Xlsx => {
            let zh = "--address-col：地址的结果不能写成 XLSX，请用 .csv";
            return Err(Failure::usage(zh, "--address-col: answers to addresses are not written as XLSX; write .csv"));
        }
    };
    let addresses =
        tasks::compute(move || read(&source, &column)).await.map_err(|failure| failure.about(&args.file))?;
    let map = args.which.open(&args.store).await?;
    let headings = args.headings();
    let waiting = spinner("查询地址 looking up addresses");
    let sink: Box<dyn Write + Send> = match &file {
        Some(file) => Box::new(BufWriter::new(file.try_clone().map_err(|error| failed(args, &error))?)),
        None => Box::new(io::stdout()),
    };
    let done = tasks::compute(move || answer(&map, addresses, (format, headings), sink)).await;
    waiting.finish_and_clear();
    let tally = match done? {
        Ok(tally) => tally,
        // Whoever read our stdout has enough.
        Err(error) if file.is_none() && error.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
        Err(error) => return Err(failed(args, &error)),
    };
    if let Some(file) = file {
        file.sync_all().map_err(|error| failed(args, &error))?;
    }
    target.finish()?;
    let AddressTally { found, ambiguous, not_found, bad } = tally;
    let seconds = began.elapsed().as_secs_f64();
    let zh = format!("找到 {found}，有歧义 {ambiguous}，没有找到 {not_found}，有误 {bad}；{seconds:.1} 秒");
    let en = format!("{found} found, {ambiguous} ambiguous, {not_found} not found, {bad} wrong; {seconds:.1} s");
    // Nothing is left to tell when stderr itself is gone.
    let _ = writeln!(io::stderr(), "{zh}\n{en}");
    Ok(ExitCode::SUCCESS)
}

fn failed(args: &LocateArgs, error: &io::Error) -> Failure {
    match &args.output {
        Some(path) => cannot_write(path, error),
        None => Failure::caused("无法写到标准输出", "cannot write to stdout", error),
    }
}

fn answer(
    map: &Map,
    addresses: Addresses,
    (format, headings): (AnswerFormat, Headings),
    mut sink: Box<dyn Write + Send>,
) -> Result<io::Result<AddressTally>, Failure> {
    let places = map.places()?;
    let snapshot = Arc::clone(map.snapshot());
    let areas = AreaBook::new(&snapshot, None);
    let source = AddressSource::new(
        AnswerSource::new(snapshot, None),
        areas,
        Arc::new(PlaceBook::new(Arc::new(PlaceDirectory::new(places)))),
    );
    let mut out = Vec::new();
    let mut batch = AddressBatch::begin(source, addresses, format, headings, &mut out);
    let mut write = || -> io::Result<AddressTally> {
        loop {
            let is_end = batch.answer(ADDRESSES_AT_ONCE, &mut out);
            sink.write_all(&out)?;
            out.clear();
            if is_end {
                sink.flush()?;
                return Ok(batch.tally);
            }
        }
    };
    Ok(write())
}

fn read(source: &Source, column: &str) -> Result<Addresses, Failure> {
    if source.format.points() != PointFormat::Csv {
        let zh = "--address-col：只用于表格（CSV、XLSX）";
        return Err(Failure::usage(zh, "--address-col: only tables (CSV, XLSX) have columns of addresses"));
    }
    let Some(bytes) = source.all(MAX_FILE_BYTES)? else {
        let most = MAX_FILE_BYTES >> 20;
        let zh = format!("文件大于 {most} MiB，请分成几个文件");
        return Err(Failure::new(zh, format!("the file has more than {most} MiB, split it")));
    };
    read_addresses(&bytes, AddressFormat::Csv, Some(column), MAX_ADDRESSES).map_err(
        |RecordError { zh, en, allowed, .. }| {
            Failure::new(format!("{zh}；应为：{}", allowed.zh), format!("{en}; allowed is {}", allowed.en))
        },
    )
}
