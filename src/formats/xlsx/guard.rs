//! Looks through a workbook before it is parsed: what comes out of the zip, how much, and in pieces of which size.

use std::io::{Read, Seek, SeekFrom};

use crate::formats::{
    record::{RecordError, shown},
    safe_zip::{SafeZip, ZipEntry},
};

/// Most entries of a workbook: a sheet has three or four, pictures and comments included.
const MAX_ENTRIES: usize = 4_096;

/// Most bytes of a workbook, uncompressed: a million rows of thirty columns have about one GiB.
pub const MAX_WORKBOOK_BYTES: u64 = 2 << 30;

/// Most bytes of the table of texts, which is kept in memory.
pub const MAX_STRINGS_BYTES: u64 = 512 << 20;

/// Most bytes of any other part that is kept in memory: styles, relations, the workbook itself.
pub const MAX_PART_BYTES: u64 = 64 << 20;

/// Longest text between two tags of a sheet. Excel's longest cell has 32,767 characters.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// How much is looked at at once.
const BUFFER_BYTES: usize = 64 << 10;

/// Every OLE file begins so: `.xls`, and workbooks with a password.
const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Refuses what is no workbook, is cut off, or would fill the memory; `source` stands at its beginning afterwards.
pub(in crate::formats) fn check<R: Read + Seek>(source: &mut R) -> Result<(), RecordError> {
    let reading = |error: std::io::Error| RecordError::of_reading(&error);
    let mut head = Vec::new();
    source.seek(SeekFrom::Start(0)).map_err(reading)?;
    source.by_ref().take(OLE.len() as u64).read_to_end(&mut head).map_err(reading)?;
    if head == OLE {
        let en = "the file is an old Excel file (.xls), or has a password";
        return Err(refused("文件是旧式 Excel（.xls），或设有密码", en));
    }
    let zip = SafeZip::open_with(&mut *source, MAX_ENTRIES)?;
    if !zip.entries().iter().any(|entry| entry.name.eq_ignore_ascii_case("xl/workbook.xml")) {
        return Err(refused("压缩包里没有工作簿", "there is no workbook in the zip"));
    }
    let mut total_bytes = 0;
    for entry in zip.entries() {
        total_bytes += look_through(&zip, entry, MAX_WORKBOOK_BYTES - total_bytes)?;
    }
    drop(zip);
    source.seek(SeekFrom::Start(0)).map_err(reading)?;
    Ok(())
}

/// The bytes of an entry, every one of which was read.
fn look_through<R: Read + Seek>(zip: &SafeZip<R>, entry: &ZipEntry, left: u64) -> Result<u64, RecordError> {
    let name = entry.name.to_ascii_lowercase();
    let most = match () {
        () if name.starts_with("xl/worksheets/") => left,
        () if name == "xl/sharedstrings.xml" => MAX_STRINGS_BYTES.min(left),
        // Pictures and the like are never parsed.
        () if !name.ends_with(".xml") && !name.ends_with(".rels") => left,
        () => MAX_PART_BYTES.min(left),
    };
    let is_parsed = name.ends_with(".xml") || name.ends_with(".rels");
    let mut content = zip.read(entry)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let (mut bytes, mut text_bytes) = (0, 0);
    loop {
        let read = content.read(&mut buffer).map_err(|error| {
            let en = format!("entry {} cannot be read to its end: {error}", shown(&entry.name));
            refused("工作簿不完整或已损坏", en)
        })?;
        if read == 0 {
            return Ok(bytes);
        }
        bytes += read as u64;
        if bytes > most {
            let en = format!("entry {} has more than {most} bytes", shown(&entry.name));
            return Err(refused("工作簿解压后太大", en));
        }
        for run in buffer[..read].split_inclusive(|&byte| byte == b'<') {
            text_bytes += run.len();
            if is_parsed && text_bytes > MAX_TEXT_BYTES {
                let en = format!("entry {} has a text of more than {MAX_TEXT_BYTES} bytes", shown(&entry.name));
                return Err(refused("工作簿中有过长的文本", en));
            }
            if run.ends_with(b"<") {
                text_bytes = 0;
            }
        }
    }
}

/// The workbook as a whole cannot be read.
pub(in crate::formats) fn refused(zh: &str, en: impl Into<String>) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        (
            "不设密码、解压后不超过 2 GiB 的 Excel 工作簿（.xlsx）",
            "an Excel workbook (.xlsx) of at most 2 GiB uncompressed, without a password",
        ),
    )
}
