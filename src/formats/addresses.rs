//! Addresses to look up: a JSON array, an object a line, or a table with a column of them.

use std::fmt;

use csv::ByteRecord;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;

use super::{
    points::Trouble,
    record::{RecordError, shown},
    text_encoding::Guess,
};

/// Most columns of a table.
const MAX_COLUMNS: usize = 1024;

/// Headings of a column of addresses, in any case.
const ADDRESS_COLUMNS: [&str; 6] = ["address", "地址", "详细地址", "住址", "事发地址", "事件地址"];

/// What a record may hold.
const MEMBERS_ZH: &str = "地址文本，或带 address 的对象，需要对应时另带 id";
const MEMBERS: &str = "an address (text), or an object with address, and id when it is wanted back";

/// A format of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFormat {
    /// An array of texts or objects.
    Json,
    /// An object a line.
    NdJson,
    /// A table.
    Csv,
}

/// One address with what goes back with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRecord {
    /// Its number, from 1.
    pub number: u64,
    /// The `id` of an object as JSON, or the row of a table as CSV, without its end; possibly empty.
    pub carried: Vec<u8>,
    /// The address, or why there is none.
    pub address: Result<String, Trouble>,
}

/// All addresses of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Addresses {
    /// The headings of a table, with the line that they stood on and what stands between cells; `None` when it is none.
    pub table: Option<(Vec<String>, String, u8)>,
    /// The records.
    pub records: Vec<AddressRecord>,
}

/// Reads all addresses of `bytes`, at most `most` of them; `column` is the heading of the addresses in a table. An error says
/// why nothing can be read; a bad record is told in its place.
pub fn read_addresses(
    bytes: &[u8],
    format: AddressFormat,
    column: Option<&str>,
    most: usize,
) -> Result<Addresses, RecordError> {
    match format {
        AddressFormat::Json => read_json(bytes, most),
        AddressFormat::NdJson => read_lines(bytes, most),
        AddressFormat::Csv => read_table(bytes, column, most),
    }
}

fn read_json(bytes: &[u8], most: usize) -> Result<Addresses, RecordError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = deserializer.deserialize_seq(Array { most }).and_then(|read| deserializer.end().map(|()| read));
    let (records, count) = read.map_err(|error| {
        let en = format!("the body is no JSON array of addresses: {error}");
        RecordError::of_record(format!("正文不是地址的 JSON 数组：{error}"), en, (MEMBERS_ZH, MEMBERS))
    })?;
    check_count(count, most)?;
    Ok(Addresses { table: None, records })
}

/// Reads an array, and keeps no more than `most` records of it; says how many there are.
struct Array {
    most: usize,
}

impl<'de> Visitor<'de> for Array {
    type Value = (Vec<AddressRecord>, usize);

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        while records.len() < self.most {
            let Some(value) = array.next_element()? else { break };
            records.push(of_value(records.len() as u64 + 1, value));
        }
        let mut count = records.len();
        while array.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok((records, count))
    }
}

fn read_lines(bytes: &[u8], most: usize) -> Result<Addresses, RecordError> {
    let mut records = Vec::new();
    let lines = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).split(|&byte| byte == b'\n');
    for line in lines.map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        check_count(records.len() + 1, most)?;
        let number = records.len() as u64 + 1;
        records.push(match std::str::from_utf8(line) {
            Ok(text) => of_line(number, text),
            Err(_) => bad(number, "文本不是 UTF-8 编码".to_owned(), "the text is not UTF-8".to_owned()),
        });
    }
    Ok(Addresses { table: None, records })
}

/// The record that a line is.
fn of_line(number: u64, text: &str) -> AddressRecord {
    match serde_json::from_str(text) {
        Ok(value) => of_value(number, value),
        Err(error) => bad(number, format!("JSON 无法读取：{error}"), format!("the JSON cannot be read: {error}")),
    }
}

/// The record that a JSON value is.
fn of_value(number: u64, value: Value) -> AddressRecord {
    match value {
        Value::String(address) => AddressRecord { number, carried: Vec::new(), address: Ok(address) },
        Value::Object(mut members) => {
            let id = members.remove("id");
            let is_plain = id.as_ref().is_none_or(|id| id.is_string() || id.is_number());
            let carried = id.filter(|_| is_plain).map_or_else(Vec::new, |id| id.to_string().into_bytes());
            let address = members.remove("address");
            let other = members.keys().next().cloned();
            let mut record = match (address, other) {
                _ if !is_plain => {
                    bad(number, "id 应为文字或数".to_owned(), "the id is no text and no number".to_owned())
                }
                (_, Some(other)) => {
                    let other = shown(&other);
                    bad(number, format!("不认识的成员 {other}"), format!("member {other} is not known"))
                }
                (Some(Value::String(address)), None) => {
                    AddressRecord { number, carried: Vec::new(), address: Ok(address) }
                }
                (Some(_), None) => bad(number, "address 应为文字".to_owned(), "the address is no text".to_owned()),
                (None, None) => bad(number, "缺少 address".to_owned(), "the address is missing".to_owned()),
            };
            record.carried = carried;
            record
        }
        _ => bad(number, "记录不是地址".to_owned(), "the record is no address".to_owned()),
    }
}

fn read_table(bytes: &[u8], column: Option<&str>, most: usize) -> Result<Addresses, RecordError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refused("文件是 UTF-16 编码".to_owned(), "the file is UTF-16".to_owned()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first_line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| first_line.iter().filter(|&&byte| byte == delimiter).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes);
    let mut guess = Guess::default();
    let mut row = ByteRecord::new();
    let mut read = |row: &mut ByteRecord, number: usize| {
        reader.read_byte_record(row).map_err(|error| {
            let zh = format!("CSV 第 {number} 行无法读取");
            refused(zh, format!("row {number} of the CSV cannot be read: {error}"))
        })
    };
    if !read(&mut row, 1)? {
        return Err(refused("文件是空的".to_owned(), "the file is empty".to_owned()));
    }
    if row.len() > MAX_COLUMNS {
        let count = row.len();
        return Err(refused(
            format!("有 {count} 列，最多 {MAX_COLUMNS} 列"),
            format!("{count} columns, at most {MAX_COLUMNS}"),
        ));
    }
    let headings: Vec<String> =
        row.iter().map(|cell| Ok(guess.decode(cell)?.trim().to_owned())).collect::<Result<_, RecordError>>()?;
    let at = address_column(&headings, column)?;
    let line = line_of(headings.iter().map(String::as_str), delimiter);
    let mut records = Vec::new();
    while read(&mut row, records.len() + 2)? {
        check_count(records.len() + 1, most)?;
        let number = records.len() as u64 + 1;
        let cells: Result<Vec<String>, RecordError> = row.iter().map(|cell| guess.decode(cell)).collect();
        records.push(match cells {
            Err(error) => AddressRecord { number, carried: Vec::new(), address: Err(error.into()) },
            Ok(cells) => {
                let carried = line_of(cells.iter().map(String::as_str), delimiter).into_bytes();
                let (found, wanted) = (cells.len(), headings.len());
                let mut record = match cells.get(at) {
                    _ if found != wanted => bad(
                        number,
                        format!("有 {found} 个字段，表头有 {wanted} 个"),
                        format!("the row has {found} fields, the header {wanted}"),
                    ),
                    Some(address) => AddressRecord { number, carried: Vec::new(), address: Ok(address.clone()) },
                    None => bad(number, "缺少地址".to_owned(), "the address is missing".to_owned()),
                };
                record.carried = if found == wanted { carried } else { Vec::new() };
                record
            }
        });
    }
    Ok(Addresses { table: Some((headings, line, delimiter)), records })
}

/// Which column has the addresses: the one that is named, or the only one that is called so.
fn address_column(headings: &[String], named: Option<&str>) -> Result<usize, RecordError> {
    let all = shown(&headings.join(", "));
    if let Some(named) = named {
        let found = headings.iter().position(|heading| heading == named);
        return found.ok_or_else(|| {
            let named = shown(named);
            refused(format!("没有“{named}”列；表头：{all}"), format!("there is no column {named} among {all}"))
        });
    }
    let is_address = |heading: &String| ADDRESS_COLUMNS.contains(&heading.to_lowercase().as_str());
    let mut found = headings.iter().enumerate().filter(|(_, heading)| is_address(heading)).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(refused(format!("没有地址列；表头：{all}"), format!("no column of addresses among {all}"))),
        (Some(_), Some(_)) => {
            Err(refused(format!("地址列不止一个；表头：{all}"), format!("several columns of addresses among {all}")))
        }
    }
}

/// A row of cells, without its end.
fn line_of<'a>(cells: impl Iterator<Item = &'a str>, delimiter: u8) -> String {
    let mut out = String::new();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(char::from(delimiter));
        }
        let is_plain = !cell.contains(['"', '\n', '\r', char::from(delimiter)]);
        if is_plain {
            out.push_str(cell);
        } else {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        }
    }
    out
}

fn check_count(count: usize, most: usize) -> Result<(), RecordError> {
    if count <= most {
        return Ok(());
    }
    let allowed = (format!("一次最多 {most} 个地址"), format!("at most {most} addresses at a time"));
    Err(RecordError::of_record(format!("地址超过 {most} 个"), format!("more than {most} addresses"), allowed))
}

fn bad(number: u64, zh: String, en: String) -> AddressRecord {
    let trouble = Trouble { field: Some("address".to_owned()), zh, en, allowed: MEMBERS.to_owned() };
    AddressRecord { number, carried: Vec::new(), address: Err(trouble) }
}

fn refused(zh: String, en: String) -> RecordError {
    RecordError::of_record(
        zh,
        en,
        (
            "带表头的 CSV，有一列 address 或 地址，UTF-8 或 GB18030 编码",
            "CSV with a header and one column address or 地址, in UTF-8 or GB18030",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn outline(bytes: &[u8], format: AddressFormat) -> Vec<String> {
        match read_addresses(bytes, format, None, 4) {
            Err(error) => vec![format!("refused: {}", error.en)],
            Ok(all) => all
                .records
                .into_iter()
                .map(|AddressRecord { number, carried, address }| {
                    let carried = String::from_utf8(carried).expect("UTF-8");
                    match address {
                        Ok(address) => format!("{number} [{carried}] {address}"),
                        Err(trouble) => format!("{number} [{carried}] !{}", trouble.en),
                    }
                })
                .collect(),
        }
    }

    #[track_caller]
    fn check(text: impl AsRef<[u8]>, format: AddressFormat, expected: &[&str]) {
        let found = outline(text.as_ref(), format);
        let agrees = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| f.starts_with(e));
        assert!(agrees, "{found:#?}");
    }

    #[test]
    fn addresses_are_read_from_arrays_lines_and_tables() {
        use AddressFormat::{Csv, Json, NdJson};
        check(
            r#"["荔园",{"address":"a","id":7},{"id":"x"},3]"#,
            Json,
            &["1 [] 荔园", "2 [7] a", "3 [\"x\"] !the address is missing", "4 [] !the record"],
        );
        check(
            r#"[{"address":1},{"address":"a","lon":1}]"#,
            Json,
            &["1 [] !the address is no text", "2 [] !member lon is not known"],
        );
        check("{}", Json, &["refused: the body is no JSON array"]);
        check(r#"["a","b","c","d","e"]"#, Json, &["refused: more than 4"]);
        check(
            "{\"address\":\"a\"}\n\n{\"address\":\"b\",\"id\":\"2\"}\nnope",
            NdJson,
            &["1 [] a", "2 [\"2\"] b", "3 [] !the JSON"],
        );
        check(
            "编号,地址\n1,荔园3号楼\n2,\"荔园,5号楼\"\n3\n",
            Csv,
            &["1 [1,荔园3号楼] 荔园3号楼", "2 [2,\"荔园,5号楼\"] 荔园,5号楼", "3 [] !the row has 1 fields"],
        );
        check("\u{feff}Address;n\na;1\n", Csv, &["1 [a;1] a"]);
        check("lon,lat\n1,2", Csv, &["refused: no column of addresses"]);
        check("address,地址\n1,2", Csv, &["refused: several columns"]);
        check("", Csv, &["refused: the file is empty"]);
        let (gbk, ..) = encoding_rs::GB18030.encode("地址\n荔园\n");
        check(&*gbk, Csv, &["1 [荔园] 荔园"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for format in [AddressFormat::Json, AddressFormat::NdJson, AddressFormat::Csv] {
                outline(&bytes, format);
                outline(&["地址\n".as_bytes(), &bytes].concat(), format);
            }
        }
    }
}
