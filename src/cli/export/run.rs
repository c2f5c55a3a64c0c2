//! The command: checks first, then the work, then the summary.

use std::{
    fs::File,
    io::{self, Write},
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use super::ExportArgs;
use crate::{
    app::{
        export::{ExportError, Exported, MAX_TILES, Order, Progress, export_pmtiles},
        library::Map,
        tasks,
        tiles::Tileset,
    },
    cli::{
        failure::Failure,
        new_file::NewFile,
        options,
        progress::{ExportBar, TICK},
        report::cannot_write,
        signals::Signals,
    },
    domain::coverage::AreaIndex,
};

/// Writes the tiles of an edition to a file; exit code 0 when it is whole.
pub async fn run(args: ExportArgs) -> Result<ExitCode, Failure> {
    let mut signals = Signals::new()?;
    let (tileset, zooms) = (args.tileset()?, args.zooms()?);
    args.check_format()?;
    args.which.check()?;
    options::check_store(&args.store)?;
    let order = Order { tileset, zooms, area: None };
    // What is begun ends with the future: an unfinished file goes, and what computes dies with the process.
    tokio::select! {
        biased;
        _ = signals.next() => {
            Err(Failure::interrupted("已中断，未留下输出文件", "interrupted; no output file is left"))
        }
        done = work(&args, order) => done,
    }
}

async fn work(args: &ExportArgs, mut order: Order) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let (new, file) = NewFile::begin(&args.output, args.force, &args.store.file().into_iter().collect::<Vec<_>>())?;
    let map = args.which.open(&args.store).await?;
    order.area =
        args.area.as_deref().map(|code| area(&map, code)).transpose().map_err(|it| it.about_store(&args.store))?;
    let edition = map.edition();
    let progress = Arc::new(Progress::default());
    let bar = ExportBar::new();
    let drawing = {
        let progress = Arc::clone(&progress);
        tasks::compute(move || draw(&map, &order, &file, &progress).map(|exported| (exported, file)))
    };
    tokio::pin!(drawing);
    let mut ticks = tokio::time::interval(TICK);
    let drawn = loop {
        tokio::select! {
            drawn = &mut drawing => break drawn,
            _ = ticks.tick() => {
                bar.update(progress.total.load(Ordering::Relaxed), progress.tried.load(Ordering::Relaxed));
            }
        }
    };
    bar.clear();
    let (exported, file) = drawn.map_err(|failure| match failure {
        Undone::Map(failure) => failure.about_store(&args.store),
        Undone::Export(ExportError::Write(error)) => cannot_write(&args.output, &error),
        Undone::Export(error) => Failure::from(error).about_store(&args.store),
    })?;
    let bytes = file.metadata().map_err(|error| cannot_write(&args.output, &error))?.len();
    new.finish()?;
    // Nothing is left to tell when stderr itself is gone.
    let _ = io::stderr().write_all(summary(&exported, bytes, edition, began.elapsed()).as_bytes());
    Ok(ExitCode::SUCCESS)
}

/// Why nothing was drawn.
enum Undone {
    /// The store cannot be read.
    Map(Failure),
    /// There is no archive.
    Export(ExportError),
}

fn draw(map: &Map, order: &Order, file: &File, progress: &Progress) -> Result<Exported, Undone> {
    let places = match order.tileset {
        Tileset::Areas => Vec::new(),
        Tileset::Places => map.places().map_err(|error| Undone::Map(error.into()))?,
    };
    let exported = export_pmtiles(map.snapshot(), &places, order, file, progress).map_err(Undone::Export)?;
    file.sync_all().map_err(|error| Undone::Export(error.into()))?;
    Ok(exported)
}

/// The area with a code.
fn area(map: &Map, code: &str) -> Result<AreaIndex, Failure> {
    map.snapshot().hierarchy.find(code).ok_or_else(|| {
        let edition = map.edition();
        Failure::new(
            format!("--area：第 {edition} 版没有区域 {code}"),
            format!("--area: edition {edition} has no area {code:?}"),
        )
    })
}

fn summary(exported: &Exported, bytes: u64, edition: u32, elapsed: Duration) -> String {
    let (tiles, first, last) = (exported.tiles, exported.zooms.start(), exported.zooms.end());
    let seconds = elapsed.as_secs_f64();
    format!(
        "已写出 {tiles} 张瓦片，{first}-{last} 级，{bytes} 字节；第 {edition} 版，用时 {seconds:.1} 秒\n\
         {tiles} tiles, zooms {first}-{last}, {bytes} bytes; edition {edition}, {seconds:.1} s\n"
    )
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let zh = match &error {
            ExportError::Empty => "没有可导出的内容：还没有发布过版本，或没有点位".to_owned(),
            ExportError::NothingDrawn(zooms) => format!("{}-{} 级上没有任何内容", zooms.start(), zooms.end()),
            ExportError::TooMany => format!("瓦片多于 {MAX_TILES} 张，请减少级别，或用 --area 指定区域"),
            ExportError::Write(error) => return Self::caused("无法写入", "cannot write", error),
        };
        Self::new(zh, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_how_much_of_what() {
        let exported = Exported { tiles: 7, zooms: 8..=16 };
        assert_eq!(
            summary(&exported, 20_000, 3, Duration::from_millis(1_250)),
            "已写出 7 张瓦片，8-16 级，20000 字节；第 3 版，用时 1.2 秒\n7 tiles, zooms 8-16, 20000 bytes; edition 3, 1.2 s\n"
        );
    }
}
