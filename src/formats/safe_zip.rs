//! Opens a zip archive and believes nothing it says: names, counts, sizes and kinds of entries are checked first.
//!
//! An own reader of the central directory: equal names, links and lying sizes must be seen, which the `zip` crate
//! hides behind a map by name. Stored and deflated entries only, as every program that zips a Shapefile writes.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::DeflateDecoder;

use super::record::{RecordError, shown};
use super::text_encoding::Guess;

/// The most entries of an archive.
pub const MAX_ENTRIES: usize = 64;
/// The most bytes that all entries together may have, uncompressed, counted as they come out.
pub const MAX_TOTAL_BYTES: u64 = 4 << 30;
/// The most bytes that come out of one byte that went in, beyond `RATIO_FREE_BYTES`: padded tables compress well.
pub const MAX_RATIO: u64 = 200;
/// What may come out before the ratio counts.
const RATIO_FREE_BYTES: u64 = 64 << 20;

/// Bytes of the record at the end of the archive, and of the longest comment after it.
const END_BYTES: usize = 22;
const MAX_COMMENT_BYTES: u64 = 65_535;
/// Bytes of an entry in the central directory, and of its local header, before their names.
const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
/// The longest central directory: names and extra fields of [`MAX_ENTRIES`] at their longest.
const MAX_DIRECTORY_BYTES: u64 = 1 << 20;

/// Methods of compression.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// An archive that passed all checks of its directory.
#[derive(Debug)]
pub struct SafeZip<R> {
    shared: Arc<Mutex<R>>,
    entries: Vec<ZipEntry>,
}

/// A file in an archive.
#[derive(Debug, Clone)]
pub struct ZipEntry {
    /// Its path in the archive, without `..`, not absolute.
    pub name: String,
    method: u16,
    compressed_bytes: u64,
    announced_bytes: u64,
    header_at: u64,
}

impl<R: Read + Seek> SafeZip<R> {
    /// Reads and checks the directory of `source`, which has at most [`MAX_ENTRIES`].
    pub fn open(source: R) -> Result<Self, RecordError> {
        Self::open_with(source, MAX_ENTRIES)
    }

    /// Reads and checks the directory of `source`, which has at most `max_entries`.
    pub fn open_with(mut source: R, max_entries: usize) -> Result<Self, RecordError> {
        let (count, directory) = read_directory(&mut source, max_entries)?;
        let entries = read_entries(count, &directory)?;
        if entries.iter().map(|entry| entry.announced_bytes).sum::<u64>() > MAX_TOTAL_BYTES {
            return Err(refused("解压后超过 4 GiB", "the entries announce more than 4 GiB"));
        }
        Ok(Self { shared: Arc::new(Mutex::new(source)), entries })
    }

    /// The files of the archive, in its order; folders are left out.
    pub fn entries(&self) -> &[ZipEntry] {
        &self.entries
    }

    /// A stream of an entry's bytes; any number may be open at once.
    pub fn read(&self, entry: &ZipEntry) -> Result<EntryReader<R>, RecordError> {
        let mut local = [0; LOCAL_BYTES];
        let mut slice = Slice { shared: Arc::clone(&self.shared), at: entry.header_at, left: LOCAL_BYTES as u64 };
        slice.read_exact(&mut local).map_err(|error| cut_off(&error))?;
        if local[..4] != *b"PK\x03\x04" {
            return Err(refused("压缩包条目损坏", format!("entry {} has no header", shown(&entry.name))));
        }
        let skipped = LOCAL_BYTES as u64 + u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        let slice = Slice {
            shared: Arc::clone(&self.shared),
            at: entry.header_at.saturating_add(skipped),
            left: entry.compressed_bytes,
        };
        let source = match entry.method {
            STORED => Inflate::Stored(BufReader::with_capacity(BUFFER_BYTES, slice)),
            _ => Inflate::Deflated(Box::new(DeflateDecoder::new(BufReader::with_capacity(BUFFER_BYTES, slice)))),
        };
        let by_ratio = entry.compressed_bytes.saturating_mul(MAX_RATIO).saturating_add(RATIO_FREE_BYTES);
        Ok(EntryReader { source, left: by_ratio.min(MAX_TOTAL_BYTES).min(entry.announced_bytes), ended: false })
    }

    /// All of a small entry.
    pub fn read_small(&self, entry: &ZipEntry, max_bytes: u64) -> Result<Vec<u8>, RecordError> {
        let mut bytes = Vec::new();
        let read = self.read(entry)?.take(max_bytes + 1).read_to_end(&mut bytes);
        read.map_err(|error| cut_off(&error))?;
        if bytes.len() as u64 > max_bytes {
            return Err(refused(
                "附属文件太大",
                format!("entry {} is larger than {max_bytes} bytes", shown(&entry.name)),
            ));
        }
        Ok(bytes)
    }
}

/// How much of the archive is read at once.
const BUFFER_BYTES: usize = 64 << 10;

/// The bytes of an entry; an error when more come out than were announced or the ratio allows, or fewer.
#[derive(Debug)]
pub struct EntryReader<R: Read + Seek> {
    source: Inflate<R>,
    left: u64,
    ended: bool,
}

#[derive(Debug)]
enum Inflate<R: Read + Seek> {
    Stored(BufReader<Slice<R>>),
    Deflated(Box<DeflateDecoder<BufReader<Slice<R>>>>),
}

impl<R: Read + Seek> Read for EntryReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let read = match &mut self.source {
            Inflate::Stored(source) => source.read(buffer)?,
            Inflate::Deflated(source) => source.read(buffer)?,
        };
        if read == 0 {
            self.ended = true;
            return if self.left == 0 { Ok(0) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                self.ended = true;
                return Err(io::Error::other("a zip entry is larger than announced or allowed"));
            }
        }
        Ok(read)
    }
}

/// A part of the archive, read under the lock.
#[derive(Debug)]
struct Slice<R> {
    shared: Arc<Mutex<R>>,
    at: u64,
    left: u64,
}

impl<R: Read + Seek> Read for Slice<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let mut source = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(SeekFrom::Start(self.at))?;
        let read = source.read(&mut buffer[..wanted])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

/// The number of entries and the bytes of the central directory.
fn read_directory<R: Read + Seek>(source: &mut R, max_entries: usize) -> Result<(usize, Vec<u8>), RecordError> {
    let reading = |error: io::Error| RecordError::of_reading(&error);
    let size = source.seek(SeekFrom::End(0)).map_err(reading)?;
    let tail_at = size.saturating_sub(END_BYTES as u64 + MAX_COMMENT_BYTES);
    source.seek(SeekFrom::Start(tail_at)).map_err(reading)?;
    let mut tail = Vec::new();
    source.take(size - tail_at).read_to_end(&mut tail).map_err(reading)?;
    let end_at = (0..=tail.len().saturating_sub(END_BYTES))
        .rev()
        .find(|&at| tail[at..].starts_with(b"PK\x05\x06") && tail.len() >= at + END_BYTES)
        .ok_or_else(|| refused("压缩包不完整，或不是 zip", "the zip has no end: it is truncated, or no zip at all"))?;
    let end = &tail[end_at..];
    let count = usize::from(u16_at(end, 10));
    let (bytes, at) = (u64::from(u32_at(end, 12)), u64::from(u32_at(end, 16)));
    if count > max_entries {
        return Err(refused(
            &format!("压缩包条目太多（上限 {max_entries}）"),
            format!("the zip has {count} entries, at most {max_entries} are read"),
        ));
    }
    if bytes > MAX_DIRECTORY_BYTES || at.saturating_add(bytes) > size || u16_at(end, 4) != 0 {
        return Err(refused("压缩包目录损坏", "the directory of the zip is damaged, or of a kind that is not read"));
    }
    source.seek(SeekFrom::Start(at)).map_err(reading)?;
    let mut directory = Vec::new();
    source.take(bytes).read_to_end(&mut directory).map_err(reading)?;
    Ok((count, directory))
}

fn read_entries(count: usize, mut directory: &[u8]) -> Result<Vec<ZipEntry>, RecordError> {
    let mut entries = Vec::new();
    let mut names = BTreeSet::new();
    for _ in 0..count {
        if directory.len() < ENTRY_BYTES || !directory.starts_with(b"PK\x01\x02") {
            return Err(refused("压缩包目录损坏", "the directory of the zip is damaged"));
        }
        let length_at = |at: usize| usize::from(u16_at(directory, at));
        let (name_length, extra_length, comment_length) = (length_at(28), length_at(30), length_at(32));
        let Some(raw_name) = directory.get(ENTRY_BYTES..ENTRY_BYTES + name_length) else {
            return Err(refused("压缩包目录损坏", "the directory of the zip is damaged"));
        };
        let name = Guess::default().decode(raw_name)?;
        check_name(&name)?;
        if !names.insert(name.to_lowercase()) {
            return Err(refused("压缩包中文件名重复", format!("entry {} is there twice", shown(&name))));
        }
        check_kind(&name, directory)?;
        if !name.ends_with('/') {
            entries.push(ZipEntry {
                name,
                method: u16_at(directory, 10),
                compressed_bytes: u64::from(u32_at(directory, 20)),
                announced_bytes: u64::from(u32_at(directory, 24)),
                header_at: u64::from(u32_at(directory, 42)),
            });
        }
        directory = directory.get(ENTRY_BYTES + name_length + extra_length + comment_length..).unwrap_or_default();
    }
    Ok(entries)
}

/// Refuses names that would leave the folder into which an archive is unpacked, though nothing is unpacked here.
fn check_name(name: &str) -> Result<(), RecordError> {
    let is_drive = name.as_bytes().get(1) == Some(&b':');
    let leaves = name.split(['/', '\\']).any(|part| part == "..");
    if name.is_empty() || name.starts_with(['/', '\\']) || is_drive || leaves || name.contains('\0') {
        // The path itself is not repeated: an answer that shows one of a machine reads like a leak.
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        return Err(refused("压缩包条目的路径不安全", format!("an entry called {} has an unsafe path", shown(last))));
    }
    Ok(())
}

/// Refuses links, other special files, encrypted entries, archives in archives and unknown compression.
fn check_kind(name: &str, entry: &[u8]) -> Result<(), RecordError> {
    /// File type bits of Unix modes, in the upper half of the external attributes.
    const TYPE_BITS: u32 = 0o170_000;
    const ALLOWED_TYPES: [u32; 3] = [0, 0o100_000, 0o040_000];
    let named = |what: &str| format!("entry {} {what}", shown(name));
    if !ALLOWED_TYPES.contains(&(u32_at(entry, 38) >> 16 & TYPE_BITS)) {
        return Err(refused("压缩包条目是链接或特殊文件", named("is a link or a special file")));
    }
    if u16_at(entry, 8) & 1 != 0 {
        return Err(refused("压缩包条目已加密", named("is encrypted")));
    }
    let lower = name.to_ascii_lowercase();
    if [".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".kmz"].iter().any(|end| lower.ends_with(end)) {
        return Err(refused("压缩包中还有压缩包", named("is an archive in the archive")));
    }
    if ![STORED, DEFLATED].contains(&u16_at(entry, 10)) {
        return Err(refused("压缩方法不支持", named("is compressed by an unsupported method")));
    }
    if [20, 24, 42].iter().any(|&at| u32_at(entry, at) == u32::MAX) {
        return Err(refused("不支持 zip64", named("is larger than 4 GiB (zip64)")));
    }
    Ok(())
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes[at..].first_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn cut_off(error: &io::Error) -> RecordError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        refused("压缩包不完整", "the zip is truncated")
    } else {
        RecordError::of_reading(error)
    }
}

fn refused(zh: &str, en: impl Into<String>) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        (
            "最多 64 个普通文件的 zip（存储或 deflate，每个不超过 4 GiB，压缩比不超过 200），文件名不重复",
            "a zip of at most 64 plain files (stored or deflated, at most 4 GiB, ratio at most 200), each name once",
        ),
    )
}

#[cfg(test)]
pub mod tests {
    //! Archives for the tests.

    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};
    use zip::write::{SimpleFileOptions, ZipWriter};

    /// An archive of files, deflated.
    pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).expect("memory can be written");
            writer.write_all(bytes).expect("memory can be written");
        }
        writer.finish().expect("memory can be written").into_inner()
    }

    fn read_all(bytes: &[u8]) -> Result<Vec<(String, usize)>, String> {
        let zip = SafeZip::open(Cursor::new(bytes)).map_err(|error| error.en)?;
        let mut found = Vec::new();
        for entry in zip.entries() {
            let mut content = Vec::new();
            let read = zip.read(entry).map_err(|error| error.en)?.read_to_end(&mut content);
            read.map_err(|error| error.to_string())?;
            found.push((entry.name.clone(), content.len()));
        }
        Ok(found)
    }

    #[track_caller]
    fn check_error(bytes: &[u8], en: &str) {
        let error = read_all(bytes).expect_err(en);
        assert!(error.contains(en), "{error}");
    }

    #[test]
    fn plain_archives_are_read() {
        let bytes = archive(&[("a.shp", b"123"), ("层/b.dbf", &[7; 5_000]), ("empty", b"")]);
        let expected = [("a.shp", 3), ("层/b.dbf", 5_000), ("empty", 0)].map(|(name, size)| (name.to_owned(), size));
        assert_eq!(read_all(&bytes), Ok(expected.to_vec()));
    }

    #[test]
    fn dangerous_archives_are_refused() {
        check_error(b"", "no end");
        check_error(&archive(&[("inner.ZIP", b"")]), "archive in the archive");
        check_error(&archive(&[("a", b""), ("A", b"")]), "twice");
        let many: Vec<String> = (0..=MAX_ENTRIES).map(|index| index.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        check_error(&archive(&many), "65 entries");
        check_error(&archive(&[("bomb", &vec![0; 80 << 20])]), "larger than announced or allowed");
        for name in ["../a", "/a", "a/../../b", "C:/a", "a\\..\\b"] {
            let mut bytes = archive(&[(&"x".repeat(name.len()), b"1")]);
            let at = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").expect("a directory") + ENTRY_BYTES;
            bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
            check_error(&bytes, "unsafe path");
        }
    }

    #[test]
    fn sizes_that_lie_are_found_by_counting() {
        let good = archive(&[("a", &[1; 1_000])]);
        let directory = good.windows(4).rposition(|window| window == b"PK\x01\x02").expect("a directory");
        for (announced, en) in [(10_u32, "larger than announced"), (2_000, "unexpected end of file")] {
            let mut bytes = good.clone();
            bytes[directory + 24..directory + 28].copy_from_slice(&announced.to_le_bytes());
            check_error(&bytes, en);
        }
    }

    proptest! {
        #[test]
        fn any_damage_is_survived(at in 0_usize..400, byte in any::<u8>(), cut in 0_usize..500) {
            let mut bytes = archive(&[("a.shp", &[1; 100]), ("a.dbf", b"22222222222222")]);
            let at = at % bytes.len();
            bytes[at] = byte;
            drop(read_all(&bytes));
            bytes.truncate(cut);
            drop(read_all(&bytes));
        }
    }
}
