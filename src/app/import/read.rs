//! Reads files record by record.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::mpsc;

use super::normalise::{Normaliser, Precision};
use crate::{
    domain::{
        area::{Finding, Rule, Severity, finding::Source},
        crs::Crs,
        profile::CrsNames,
        redraw::Change,
    },
    formats::{
        place_fields::PlaceFieldMap,
        place_table::{PlaceCsv, PlaceRow, PlaceTable, open_csv, open_xlsx},
        record::{DeclaredCrs, ReadItem, RecordError, SourceRecord},
        shapefile::{Sidecars, missing_dbf},
        source_kind::{HEAD_BYTES, SourceKind},
        source_layer::{self, SourceLayer},
    },
    store::geopackage_reader::GeoPackageReader,
};

/// Findings of records that are kept; more are only counted.
pub const MAX_RECORD_FINDINGS: usize = 5_000;

/// Records of a GeoPackage that may wait to be judged.
const PENDING_RECORDS: usize = 64;

/// A file to import.
#[derive(Debug, Clone)]
pub struct ImportSource {
    /// What the user calls it.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// What the request called its content, when it came by HTTP.
    pub content_type: Option<String>,
}

/// How far reading is: shared with whoever shows it.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Bytes read so far; written by the reader.
    pub bytes: Arc<AtomicU64>,
    /// Records read so far; written by the reader.
    pub records: Arc<AtomicU64>,
}

/// What came out of the files.
#[derive(Default)]
pub struct Reading {
    /// What the good records ask for.
    pub changes: Vec<Change>,
    /// What is wrong with the others, and notes.
    pub findings: Vec<Finding>,
    /// How many records there were.
    pub records: u64,
    /// Findings beyond [`MAX_RECORD_FINDINGS`].
    more: u64,
    more_severity: Option<Severity>,
}

impl Reading {
    fn limit(&mut self) {
        while self.findings.len() > MAX_RECORD_FINDINGS {
            let dropped = self.findings.pop().map(|finding| finding.severity);
            self.more += 1;
            self.more_severity = self.more_severity.max(dropped);
        }
    }

    /// Closes the list with the count of what was not kept.
    pub fn close(&mut self) {
        if let Some(severity) = self.more_severity.take() {
            let more = std::mem::take(&mut self.more);
            let (zh, en) = (format!("另有 {more} 处问题未列出"), format!("{more} more findings are not listed"));
            self.findings.push(Finding::new(Rule::Record, severity, zh, en));
        }
    }
}

/// Reads one file. Blocking work of as long as the file is; `crs` overrides what the file declares.
pub fn read_file(
    source: &ImportSource,
    normaliser: &Normaliser<'_>,
    crs: Option<Crs>,
    progress: &Progress,
    reading: &mut Reading,
) {
    let mut precision = Precision::default();
    let systems = Systems { named: crs, names: &normaliser.profile.crs };
    each_record(source, &Tables::Geometry, systems, progress, &mut |taken| {
        match taken {
            Taken::Record(record, at, crs) => {
                reading.records += 1;
                let change = normaliser.change(record, at, crs, &mut precision, &mut reading.findings);
                reading.changes.extend(change);
            }
            Taken::Bad(finding) => {
                reading.records += 1;
                reading.findings.push(finding);
            }
            Taken::Note(finding) => reading.findings.push(finding),
            Taken::Spoiled => reading.records += 1,
            Taken::File(finding) => {
                reading.records += u64::from(finding.source.record.is_some());
                reading.findings.push(finding);
            }
        }
        reading.limit();
    });
    let finding = precision.finding();
    reading
        .findings
        .extend(finding.map(|finding| finding.at(Source { file: source.name.clone(), ..Source::default() })));
}

/// What comes of a file.
pub enum Taken {
    /// A record, where it stands, and the system of its coordinates.
    Record(SourceRecord, Source, Crs),
    /// What is wrong with a record that cannot be read.
    Bad(Finding),
    /// Something about a record or the file that is no loss of it, or an error of a record that follows as spoiled.
    Note(Finding),
    /// A record of whose errors notes told before.
    Spoiled,
    /// What is wrong with the file as a whole; with a record, from that one on.
    File(Finding),
}

/// What tables may look like.
pub enum Tables {
    /// CSV with a column of geometry.
    Geometry,
    /// CSV and workbooks that may have columns of coordinates instead.
    Places {
        /// Which column is which field.
        map: PlaceFieldMap,
        /// The sheet of a workbook; `None` for the only one whose header fits.
        sheet: Option<String>,
    },
}

/// Which system the coordinates of a file are in.
#[derive(Debug, Clone, Copy)]
pub struct Systems<'a> {
    /// The one that somebody named, whatever the file declares.
    pub named: Option<Crs>,
    /// All that can be named.
    pub names: &'a CrsNames,
}

/// Gives the records of one file to `each`. Blocking work of as long as the file is.
pub fn each_record(
    source: &ImportSource,
    tables: &Tables,
    systems: Systems<'_>,
    progress: &Progress,
    each: &mut dyn FnMut(Taken),
) {
    let mut sink = Sink { source, crs: systems.named, names: systems.names, progress, each };
    match open(source, tables, progress) {
        Ok(Opened::Layers(layers)) => {
            for layer in layers {
                sink.layer(layer);
            }
        }
        Ok(Opened::Table(table)) => sink.table(table),
        Ok(Opened::GeoPackage) => sink.geopackage(),
        Err(error) => sink.file_error(error),
    }
}

enum Opened {
    Layers(Vec<SourceLayer<'static>>),
    Table(PlaceTable),
    GeoPackage,
}

fn open(source: &ImportSource, tables: &Tables, progress: &Progress) -> Result<Opened, RecordError> {
    let reading = |error: io::Error| RecordError::of_reading(&error);
    let mut file = File::open(&source.path).map_err(reading)?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(reading)?;
    file.seek(SeekFrom::Start(0)).map_err(reading)?;
    let is_workbook = source.name.to_ascii_lowercase().ends_with(".xlsx");
    let counted = Counted { file, bytes: Arc::clone(&progress.bytes) };
    let map = match tables {
        Tables::Geometry => None,
        Tables::Places { map, sheet } if is_workbook => {
            return Ok(Opened::Table(open_xlsx(counted, &source.name, map, sheet.as_deref())));
        }
        Tables::Places { sheet: Some(_), .. } => return Err(no_sheets()),
        Tables::Places { map, .. } => Some(map),
    };
    let kind = SourceKind::detect(Some(&source.name), source.content_type.as_deref(), &head)?;
    match (kind, map) {
        (SourceKind::Csv, Some(map)) => Ok(match open_csv(counted, &source.name, map)? {
            PlaceCsv::Table(table) => Opened::Table(table),
            PlaceCsv::Layer(layer) => Opened::Layers(vec![layer]),
        }),
        (kind, _) => open_kind(source, kind, counted),
    }
}

fn no_sheets() -> RecordError {
    RecordError::of_field(
        "sheet",
        "只有工作簿有工作表，不能指定 sheet",
        "only a workbook has sheets, and sheet says nothing here",
        ("不填 sheet，或 Excel 工作簿（.xlsx）", "no sheet, or an Excel workbook (.xlsx)"),
    )
}

fn open_kind(source: &ImportSource, kind: SourceKind, counted: Counted) -> Result<Opened, RecordError> {
    match kind {
        SourceKind::GeoPackage => Ok(Opened::GeoPackage),
        SourceKind::Shapefile => Ok(Opened::Layers(vec![open_loose_shapefile(&source.path, counted)?])),
        _ => Ok(Opened::Layers(source_layer::open(kind, counted)?)),
    }
}

/// A `.shp` with the `.dbf`, `.prj` and `.cpg` beside it, whatever their case.
fn open_loose_shapefile(path: &Path, shp: Counted) -> Result<SourceLayer<'static>, RecordError> {
    let beside = |extension: &str| {
        [extension.to_owned(), extension.to_uppercase()]
            .into_iter()
            .map(|e| path.with_extension(e))
            .find(|p| p.is_file())
    };
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let dbf = beside("dbf").ok_or_else(|| missing_dbf(&stem))?;
    let reading = |error: io::Error| RecordError::of_reading(&error);
    let text = |extension: &str| -> Result<Option<String>, RecordError> {
        /// A `.prj` or `.cpg` is a line or two.
        const MAX_BYTES: u64 = 64 << 10;
        let Some(path) = beside(extension) else { return Ok(None) };
        let mut bytes = Vec::new();
        File::open(path).map_err(reading)?.take(MAX_BYTES).read_to_end(&mut bytes).map_err(reading)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    };
    let sidecars = Sidecars { prj: text("prj")?, cpg: text("cpg")? };
    let open = || File::open(&dbf).map_err(reading);
    source_layer::open_shapefile(shp, open()?, open()?, &sidecars)
}

/// A file that says how far it was read.
struct Counted {
    file: File,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

/// Gives away what is read, with the place where it stands.
struct Sink<'a> {
    source: &'a ImportSource,
    crs: Option<Crs>,
    names: &'a CrsNames,
    progress: &'a Progress,
    each: &'a mut dyn FnMut(Taken),
}

impl Sink<'_> {
    fn layer(&mut self, layer: SourceLayer<'_>) {
        let Some(crs) = self.crs_of(&layer.crs) else { return };
        for item in layer.items {
            self.item(item, crs);
        }
    }

    fn table(&mut self, table: PlaceTable) {
        let is_lost = |finding: &Finding| finding.severity == Severity::Error && finding.source.record.is_none();
        let any_lost = table.findings.iter().any(is_lost);
        for finding in table.findings {
            (self.each)(if is_lost(&finding) { Taken::File(finding) } else { Taken::Note(finding) });
        }
        if any_lost {
            return;
        }
        let Some(crs) = self.crs_of(&table.crs) else { return };
        for row in table.rows {
            match row {
                PlaceRow::Item(item) => self.item(item, crs),
                PlaceRow::Spoiled => {
                    self.progress.records.fetch_add(1, Ordering::Relaxed);
                    (self.each)(Taken::Spoiled);
                }
            }
        }
    }

    fn geopackage(&mut self) {
        let runtime = tokio::runtime::Handle::current();
        let mut reader = match runtime.block_on(GeoPackageReader::open(&self.source.path)) {
            Ok(reader) => reader,
            Err(error) => return self.file_error(error),
        };
        for layer in reader.layers().to_vec() {
            let Some(crs) = self.crs_of(&layer.crs) else { return };
            let (sender, mut receiver) = mpsc::channel(PENDING_RECORDS);
            runtime.block_on(async {
                let read = async {
                    reader.read_layer(&layer, &sender).await;
                    drop(sender);
                };
                let judge = async {
                    while let Some(item) = receiver.recv().await {
                        self.item(item, crs);
                    }
                };
                tokio::join!(read, judge);
            });
        }
    }

    /// The system that coordinates are in; says so when nobody knows.
    fn crs_of(&mut self, declared: &DeclaredCrs) -> Option<Crs> {
        if self.crs.is_some() {
            return self.crs;
        }
        let (crs, found) = match declared {
            DeclaredCrs::ByFormat => (Some(Crs::Crs84), String::new()),
            DeclaredCrs::Missing => (None, "the file does not declare its coordinate system".to_owned()),
            DeclaredCrs::Epsg(number) => {
                let known = u16::try_from(*number).ok().and_then(Crs::from_epsg);
                (known, format!("the file is in EPSG:{number}, which is not known here"))
            }
            DeclaredCrs::Unknown(text) => (None, format!("the file declares a system that is not known here: {text}")),
        };
        if crs.is_none() {
            let finding = Finding::new(Rule::Crs, Severity::Error, "坐标系未声明或无法识别", found);
            let all = self.names.all().join(", ");
            let finding = finding.allowed((format!("指明坐标系（crs）：{all}"), format!("--crs with one of {all}")));
            (self.each)(Taken::File(finding.at(Source { file: self.source.name.clone(), ..Source::default() })));
        }
        crs
    }

    fn item(&mut self, item: ReadItem, crs: Crs) {
        self.progress.records.fetch_add(1, Ordering::Relaxed);
        match item {
            ReadItem::Record(record) => {
                let source = self.at(&record.layer, Some(record.number));
                (self.each)(Taken::Record(record, source, crs));
            }
            ReadItem::Bad { number, error, fatal } => {
                let finding = record_finding(error, self.at("", number));
                // With the rest of the file lost, it is no matter of one record.
                (self.each)(if fatal { Taken::File(finding) } else { Taken::Bad(finding) });
            }
        }
    }

    fn at(&self, layer: &str, record: Option<u64>) -> Source {
        let name = &self.source.name;
        let file = if layer.is_empty() { name.clone() } else { format!("{name}:{layer}") };
        Source { file, record, field: None }
    }

    fn file_error(&mut self, error: RecordError) {
        let source = self.at("", None);
        (self.each)(Taken::File(record_finding(error, source)));
    }
}

fn record_finding(error: RecordError, source: Source) -> Finding {
    let rule = if error.field.as_deref() == Some("geometry") { Rule::Geometry } else { Rule::Record };
    let finding = Finding::new(rule, Severity::Error, error.zh, error.en).allowed(error.allowed);
    finding.at(Source { field: error.field, ..source })
}
