//! The points' file: which format it has, and its bytes on their way to the reader.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::{
    cli::failure::Failure,
    formats::{
        points::{PointBatch, PointFormat, PointOptions, PointReader, ReadError},
        record::RecordError,
        xlsx::read_sheet,
    },
};

/// How much is read, and then answered, at once.
const CHUNK_BYTES: usize = 256 << 10;

/// How many first bytes tell the format.
const HEAD_BYTES: usize = 64 << 10;

/// Formats that points come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// Text that the reader of points knows.
    Points(PointFormat),
    /// A workbook.
    Xlsx,
}

impl SourceFormat {
    /// The reader's format: the rows of a workbook come as CSV.
    pub const fn points(self) -> PointFormat {
        match self {
            Self::Points(format) => format,
            Self::Xlsx => PointFormat::Csv,
        }
    }
}

/// A file of points, or stdin.
pub struct Source {
    /// `None` is stdin.
    path: Option<PathBuf>,
    /// The first bytes of stdin, which cannot be read twice.
    head: Vec<u8>,
    sheet: Option<String>,
    /// What it is.
    pub format: SourceFormat,
    /// How large it is, when that is known.
    pub total_bytes: Option<u64>,
}

impl Source {
    /// Opens `path`, or stdin for `-`, far enough to know its format.
    pub fn open(path: &Path, sheet: Option<String>) -> Result<Self, Failure> {
        let is_stdin = path == Path::new("-");
        let about = |failure: Failure| failure.about(path);
        let (head, total_bytes) = if is_stdin {
            let mut head = Vec::new();
            let read = io::stdin().lock().take(HEAD_BYTES as u64).read_to_end(&mut head);
            read.map_err(|error| about(cannot_read(&error)))?;
            (head, None)
        } else {
            let (head, bytes) = head_of(path).map_err(|error| about(cannot_read(&error)))?;
            (head, Some(bytes))
        };
        let format = detect(path, &head).map_err(about)?;
        if sheet.is_some() && format != SourceFormat::Xlsx {
            return Err(about(Failure::usage("--sheet：只用于 XLSX", "--sheet: only an XLSX has sheets")));
        }
        if is_stdin && format == SourceFormat::Xlsx {
            let (zh, en) =
                ("XLSX 不能从标准输入读取，请给出文件名", "an XLSX cannot come through stdin, name its file");
            return Err(Failure::usage(zh, en));
        }
        let head = if is_stdin { head } else { Vec::new() };
        Ok(Self { path: (!is_stdin).then(|| path.to_owned()), head, sheet, format, total_bytes })
    }

    /// Reads the file to its end, or until `each` has enough; `each` gets the reader and what it read last.
    ///
    /// `bytes_read` grows while it is read. A last call may bring an empty batch: then there are no more records, but a header.
    pub fn read(
        &self,
        columns: PointOptions,
        bytes_read: &AtomicU64,
        mut each: impl FnMut(&PointReader, PointBatch) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mut reader = PointReader::new(self.format.points(), columns);
        let mut push = |bytes: &[u8]| -> Result<ControlFlow<()>, ReadError> {
            let mut batch = PointBatch::default();
            let pushed = reader.push(bytes, &mut batch);
            let flow = if batch.is_empty() { ControlFlow::Continue(()) } else { each(&reader, batch) };
            pushed.map(|()| flow)
        };
        let flow = match (&self.path, self.format) {
            (Some(path), SourceFormat::Xlsx) => {
                let file = Counted { inner: File::open(path)?, read: bytes_read };
                read_rows(file, self.sheet.as_deref(), &mut push)?
            }
            (Some(path), _) => read_bytes(Counted { inner: File::open(path)?, read: bytes_read }, &mut push)?,
            (None, _) => {
                let all = self.head.as_slice().chain(io::stdin().lock());
                read_bytes(Counted { inner: all, read: bytes_read }, &mut push)?
            }
        };
        if flow.is_continue() {
            let mut batch = PointBatch::default();
            reader.finish(&mut batch)?;
            // Whoever has enough is past caring now.
            let _ = each(&reader, batch);
        }
        Ok(())
    }
}

impl Source {
    /// The whole file, at most `most` bytes of it, the rows of a workbook as CSV; `None` when there are more.
    pub fn all(&self, most: usize) -> Result<Option<Vec<u8>>, SourceError> {
        let mut bytes = Vec::new();
        let limit = most as u64 + 1;
        match (&self.path, self.format) {
            (Some(path), SourceFormat::Xlsx) => {
                let line = |_: u32, line: &[u8]| {
                    bytes.extend_from_slice(line);
                    if bytes.len() > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                read_sheet(File::open(path)?, self.sheet.as_deref(), line).map_err(SourceError::Workbook)?;
            }
            (Some(path), _) => {
                File::open(path)?.take(limit).read_to_end(&mut bytes)?;
            }
            (None, _) => {
                self.head.as_slice().chain(io::stdin().lock()).take(limit).read_to_end(&mut bytes)?;
            }
        }
        Ok((bytes.len() <= most).then_some(bytes))
    }
}

/// Why a file of points cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The medium.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The text.
    #[error(transparent)]
    Text(#[from] ReadError),
    /// The workbook.
    #[error("{}", .0.en)]
    Workbook(RecordError),
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Io(error) => cannot_read(&error),
            SourceError::Text(error) => {
                let zh = match error.number {
                    Some(number) => format!("第 {number} 条：{}", error.zh),
                    None => error.zh.clone(),
                };
                let en = match error.number {
                    Some(number) => format!("record {number}: {error}"),
                    None => error.to_string(),
                };
                Self::new(zh, en)
            }
            SourceError::Workbook(RecordError { zh, en, allowed, .. }) => {
                Self::new(format!("{zh}；应为：{}", allowed.zh), format!("{en}; allowed is {}", allowed.en))
            }
        }
    }
}

type Push<'a> = dyn FnMut(&[u8]) -> Result<ControlFlow<()>, ReadError> + 'a;

fn read_bytes(mut source: impl Read, push: &mut Push<'_>) -> Result<ControlFlow<()>, SourceError> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = match source.read(&mut chunk) {
            Ok(0) => return Ok(ControlFlow::Continue(())),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        if push(&chunk[..read])?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

fn read_rows(
    file: Counted<'_, File>,
    sheet: Option<&str>,
    push: &mut Push<'_>,
) -> Result<ControlFlow<()>, SourceError> {
    let mut lines = Vec::with_capacity(CHUNK_BYTES);
    let mut pushed = Ok(ControlFlow::Continue(()));
    let read = read_sheet(file, sheet, |_, line| {
        lines.extend_from_slice(line);
        if lines.len() < CHUNK_BYTES {
            return ControlFlow::Continue(());
        }
        pushed = push(&lines);
        lines.clear();
        if matches!(pushed, Ok(ControlFlow::Continue(()))) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let flow = pushed?;
    read.map_err(SourceError::Workbook)?;
    Ok(if flow.is_continue() { push(&lines)? } else { flow })
}

/// A source that says how far it was read.
struct Counted<'a, R> {
    inner: R,
    read: &'a AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

fn head_of(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut head = Vec::new();
    file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok((head, metadata.len()))
}

fn cannot_read(error: &io::Error) -> Failure {
    Failure::caused("无法读取", "cannot read", error)
}

/// The format of a file that begins with `head`: bytes that only one format begins with decide, then the name's ending,
/// then the text.
fn detect(path: &Path, head: &[u8]) -> Result<SourceFormat, Failure> {
    const ZIP: &[u8] = b"PK";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0";
    const SQLITE: &[u8] = b"SQLite format 3\0";
    let unreadable = |zh: &str, en: &str| {
        let allowed = "CSV, XLSX, GeoJSON (FeatureCollection), NDJSON, JSON";
        Failure::new(format!("{zh}；可用：{allowed}"), format!("{en}; allowed are {allowed}"))
    };
    if head.starts_with(ZIP) || head.starts_with(OLE) {
        return Ok(SourceFormat::Xlsx);
    }
    if head.starts_with(SQLITE) {
        return Err(unreadable(
            "这是 GeoPackage（SQLite），不是点位文件",
            "this is a GeoPackage (SQLite), no file of points",
        ));
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let format = match (ending.as_str(), text.first()) {
        ("xlsx" | "xlsm", _) => return Ok(SourceFormat::Xlsx),
        ("csv" | "tsv" | "txt", _) => PointFormat::Csv,
        ("geojson", _) => PointFormat::GeoJson,
        ("ndjson" | "jsonl", _) => PointFormat::NdJson,
        ("geojsonl" | "geojsons" | "geojsonseq", _) => {
            let (zh, en) = ("逐行的 GeoJSON 不能作为点位", "GeoJSON on lines is not read as points");
            return Err(unreadable(zh, en));
        }
        (_, Some(b'[')) => PointFormat::Json,
        (_, Some(b'{')) => of_object(text),
        ("json", _) => PointFormat::Json,
        ("" | "dat" | "data", _) => PointFormat::Csv,
        _ => return Err(unreadable("不认识的格式", "the format is not recognised")),
    };
    Ok(SourceFormat::Points(format))
}

/// What a text that begins with an object is: features, columns, or an object a line.
fn of_object(text: &[u8]) -> PointFormat {
    let dense: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let has = |word: &str| dense.windows(word.len()).any(|window| window == word.as_bytes());
    match () {
        () if has("\"FeatureCollection\"") || has("\"Feature\"") => PointFormat::GeoJson,
        () if has("\"lon\":[") || has("\"lat\":[") => PointFormat::Json,
        () => PointFormat::NdJson,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, head: &str, expected: Option<PointFormat>) {
        let found = detect(Path::new(name), head.as_bytes()).ok();
        assert_eq!(found, expected.map(SourceFormat::Points), "{name} {head}");
    }

    #[test]
    fn bytes_decide_before_names_and_names_before_text() {
        use PointFormat::{Csv, GeoJson, Json, NdJson};
        assert_eq!(detect(Path::new("a.csv"), b"PK\x03\x04").ok(), Some(SourceFormat::Xlsx));
        assert_eq!(detect(Path::new("a.xls"), b"\xd0\xcf\x11\xe0").ok(), Some(SourceFormat::Xlsx));
        assert_eq!(detect(Path::new("a.xlsx"), b"").ok(), Some(SourceFormat::Xlsx));
        check("a.CSV", "{", Some(Csv));
        check("a.geojson", "", Some(GeoJson));
        check("a.jsonl", "", Some(NdJson));
        check("a.json", " [", Some(Json));
        check("a.json", "\u{feff}{\"type\": \"FeatureCollection\"", Some(GeoJson));
        check("a.json", "{\"lon\" : [1", Some(Json));
        check("a.json", "{\"lon\": 1, \"lat\": 2}\n{", Some(NdJson));
        check("-", "lon,lat\n", Some(Csv));
        check("-", "[{", Some(Json));
        check("a.pdf", "%PDF", None);
        check("a.gpkg", "SQLite format 3\0", None);
        check("a.geojsonl", "{\"type\":\"Feature\"", None);
    }
}
