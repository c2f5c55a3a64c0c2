//! Progress on a terminal; nothing elsewhere.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::import::Progress;

/// How often what is shown is renewed.
pub const TICK: Duration = Duration::from_millis(100);

const READING: &str = "读取 reading [{bar:32}] {bytes}/{total_bytes} {bytes_per_sec} {msg}";
const LOCATING: &str = "定位 locating [{bar:32}] {bytes}/{total_bytes} {msg} {elapsed}";
const DRAWING: &str = "绘制 drawing [{bar:32}] {pos}/{len} 瓦片 tiles {elapsed}";
const TURNING: &str = "{spinner} {msg} {elapsed}";

/// A bar of steps, for work that says how many of how many are done.
pub fn steps(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(1).with_style(style("{msg} [{bar:32}] {percent}% {elapsed}")).with_message(message);
    bar.enable_steady_tick(TICK);
    bar
}

/// Something that turns, for work that does not say how far it is.
pub fn spinner(message: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_style(style(TURNING)).with_message(message);
    bar.enable_steady_tick(TICK);
    bar
}

/// What an import shows: a bar of bytes while files are read, then something that turns while areas are validated.
pub struct ImportBar {
    bar: ProgressBar,
    total_bytes: u64,
}

impl ImportBar {
    /// The bar of an import of `total_bytes`.
    pub fn new(total_bytes: u64) -> Self {
        let bar = ProgressBar::new(total_bytes).with_style(style(READING));
        bar.enable_steady_tick(TICK);
        Self { bar, total_bytes }
    }

    /// Shows how far the import is.
    pub fn update(&self, progress: &Progress) {
        let bytes = progress.bytes.load(Ordering::Relaxed);
        let records = progress.records.load(Ordering::Relaxed);
        // The records of a GeoPackage come without bytes.
        if bytes == 0 && records > 0 {
            self.bar.set_style(style(TURNING));
            self.bar.set_message(format!("读取并校验 reading and validating: {records} 条 records"));
        } else if bytes < self.total_bytes {
            self.bar.set_style(style(READING));
            self.bar.set_message(format!("{records} 条 records"));
            self.bar.set_position(bytes);
        } else {
            self.bar.set_style(style(TURNING));
            self.bar.set_message(format!("校验 validating: {records} 条 records"));
        }
    }

    /// Takes the bar off the screen.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// What locating shows: a bar of the bytes that were read, or something that turns where nobody knows how many there are.
pub struct LocateBar {
    bar: ProgressBar,
}

impl LocateBar {
    /// The bar of a file of `total_bytes`, or of a pipe.
    pub fn new(total_bytes: Option<u64>) -> Self {
        let bar = match total_bytes {
            Some(bytes) => ProgressBar::new(bytes).with_style(style(LOCATING)),
            None => ProgressBar::new_spinner().with_style(style(TURNING)),
        };
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// Shows how far it is.
    pub fn update(&self, bytes: &AtomicU64, records: &AtomicU64) {
        self.bar.set_message(format!("{} 条 records", records.load(Ordering::Relaxed)));
        if let Some(total_bytes) = self.bar.length() {
            // Parts of a workbook are read twice.
            self.bar.set_position(bytes.load(Ordering::Relaxed).min(total_bytes));
        }
    }

    /// Takes the bar off the screen.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// What an export shows: a bar of tiles, and before they are known something that turns.
pub struct ExportBar {
    bar: ProgressBar,
}

impl ExportBar {
    /// The bar of an export whose tiles are not known yet.
    pub fn new() -> Self {
        Self { bar: spinner("查找瓦片 finding tiles") }
    }

    /// Shows how many of how many tiles were tried.
    pub fn update(&self, total: u64, tried: u64) {
        if total > 0 && self.bar.length() != Some(total) {
            self.bar.set_length(total);
            self.bar.set_style(style(DRAWING));
        }
        self.bar.set_position(tried);
    }

    /// Takes the bar off the screen.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("our templates are well formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_of_an_import_has_its_words() {
        let (progress, bar) = (Progress::default(), ImportBar::new(100));
        let shown = |bytes: u64, records: u64| {
            progress.bytes.store(bytes, Ordering::Relaxed);
            progress.records.store(records, Ordering::Relaxed);
            bar.update(&progress);
            (bar.bar.message(), bar.bar.position())
        };
        assert_eq!(shown(40, 3), ("3 条 records".to_owned(), 40));
        assert_eq!(shown(100, 8).0, "校验 validating: 8 条 records");
        assert_eq!(shown(0, 5).0, "读取并校验 reading and validating: 5 条 records");
        bar.clear();
        let (bytes, records) = (AtomicU64::new(40), AtomicU64::new(3));
        let bar = LocateBar::new(Some(30));
        bar.update(&bytes, &records);
        assert_eq!((bar.bar.message(), bar.bar.position()), ("3 条 records".to_owned(), 30));
        bar.clear();
        LocateBar::new(None).clear();
        let bar = ExportBar::new();
        bar.update(0, 0);
        assert_eq!(bar.bar.length(), None);
        bar.update(90, 30);
        assert_eq!((bar.bar.length(), bar.bar.position()), (Some(90), 30));
        bar.clear();
        steps("a").finish_and_clear();
        spinner("a").finish_and_clear();
    }
}
