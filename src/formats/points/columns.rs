//! Records as a JSON object of columns, `{"lon": [..], "lat": [..]}`. They come out when all is read.

use super::batch::{Asked, Trouble};
use super::error::Refusal;
use super::frame::skip_white;
use super::meaning::{Member, crs_of, kind_of};
use super::number::{Grammar, scan_finite};
use super::object::{id_of, number_of, text_of};
use super::sink::Sink;
use super::stream::{Document, Given};
use crate::domain::{crs::Crs, locate::AccuracyKind};
use crate::formats::record::shown;
use crate::formats::shape_rules::MAX_RECORD_BYTES;
use crate::formats::text_encoding::not_utf8;

/// The most records of a body of columns: they are all held until the last column is read.
pub const MAX_COLUMNS_RECORDS: usize = 100_000;

const ALLOWED: &str = "an object of arrays of one length: lon, lat, and if wanted accuracy_m, id, crs, accuracy_kind; \
                       the last two may be one text for all";

/// What has been read of the columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The member that is being read.
    member: Option<Member>,
    /// The members that were read, as bits, and those that are one value for all.
    seen: u8,
    for_all: u8,
    /// How many values each member has.
    lengths: [usize; Member::ALL.len()],
    lon: Vec<f64>,
    lat: Vec<f64>,
    /// NaN where there is none.
    accuracy_m: Vec<f64>,
    crs: Vec<Option<Crs>>,
    kind: Vec<Option<AccuracyKind>>,
    /// The ids as written one behind the other, and where each ends.
    id: Vec<u8>,
    id_ends: Vec<usize>,
    troubles: Vec<(usize, Member, Trouble)>,
}

impl Columns {
    fn current(&self) -> Member {
        self.member.expect("a value follows the name of its member")
    }

    fn numbers(&mut self, member: Member) -> Option<&mut Vec<f64>> {
        match member {
            Member::Lon => Some(&mut self.lon),
            Member::Lat => Some(&mut self.lat),
            Member::AccuracyM => Some(&mut self.accuracy_m),
            Member::Crs | Member::AccuracyKind | Member::Id => None,
        }
    }

    /// Adds one value of a column; one that is no good leaves a gap and trouble.
    fn add(&mut self, member: Member, raw: &str, sink: &mut Sink<'_>) -> Result<(), Trouble> {
        let given = raw != "null";
        if let Some(numbers) = self.numbers(member) {
            let number = if given || member != Member::AccuracyM { number_of(member, raw) } else { Ok(f64::NAN) };
            numbers.push(*number.as_ref().unwrap_or(&f64::NAN));
            return number.map(drop);
        }
        match member {
            Member::Crs => {
                let crs =
                    given.then(|| text_of(member, raw).and_then(|name| crs_of("crs", &name, sink.crs))).transpose();
                self.crs.push(*crs.as_ref().unwrap_or(&None));
                crs.map(drop)
            }
            Member::AccuracyKind => {
                let kind =
                    given.then(|| text_of(member, raw).and_then(|word| kind_of("accuracy_kind", &word))).transpose();
                self.kind.push(*kind.as_ref().unwrap_or(&None));
                kind.map(drop)
            }
            _ => {
                let id = if given { id_of(raw) } else { Ok("") };
                self.id.extend_from_slice(id.as_ref().map_or(b"", |id| id.as_bytes()));
                self.id_ends.push(self.id.len());
                id.map(drop)
            }
        }
    }

    /// One more record than allowed?
    fn check_room(&self, member: Member) -> Result<(), Refusal> {
        if self.lengths[member as usize] == MAX_COLUMNS_RECORDS {
            return Err(Refusal::new(
                format!("列中的记录超过 {MAX_COLUMNS_RECORDS} 条"),
                format!("column {} has more than {MAX_COLUMNS_RECORDS} values", member.name()),
                format!(
                    "at most {MAX_COLUMNS_RECORDS} records as columns (max-batch-records); NDJSON and CSV have no limit"
                ),
            ));
        }
        if self.id.len() > MAX_RECORD_BYTES {
            return Err(Refusal::too_large());
        }
        Ok(())
    }

    /// The number of records, when all columns agree on it.
    fn length(&self) -> Result<usize, Refusal> {
        for member in [Member::Lon, Member::Lat] {
            if self.seen & member.bit() == 0 {
                let name = member.name();
                return Err(Refusal::new(format!("缺少列 {name}"), format!("column {name} is missing"), ALLOWED));
            }
        }
        let length = self.lon.len();
        for member in Member::ALL {
            let found = self.lengths[member as usize];
            if self.seen & !self.for_all & member.bit() != 0 && found != length {
                let name = member.name();
                return Err(Refusal::new(
                    format!("列 {name} 有 {found} 个值，列 lon 有 {length} 个"),
                    format!("column {name} has {found} values, column lon {length}"),
                    ALLOWED,
                ));
            }
        }
        Ok(length)
    }

    fn asked(&self, index: usize) -> Asked {
        let one = |bit: u8| if self.for_all & bit != 0 { 0 } else { index };
        Asked {
            x: self.lon[index],
            y: self.lat[index],
            crs: self.crs.get(one(Member::Crs.bit())).copied().flatten(),
            accuracy_m: self.accuracy_m.get(index).copied().filter(|metres| !metres.is_nan()),
            accuracy_kind: self.kind.get(one(Member::AccuracyKind.bit())).copied().flatten(),
        }
    }
}

impl Document for Columns {
    fn member(&mut self, name: &str) -> Result<(), Refusal> {
        let shown_name = shown(name);
        let Some(member) = Member::of(name) else {
            return Err(Refusal::new(
                format!("未知的列“{shown_name}”"),
                format!("unknown column {shown_name}"),
                format!("{ALLOWED}; a single record stands in an array: [{{\"lon\": 119.0, \"lat\": 25.4}}]"),
            ));
        };
        if self.seen & member.bit() != 0 {
            let (zh, en) = (format!("列“{name}”重复"), format!("column {name} is there twice"));
            return Err(Refusal::new(zh, en, "each member name once"));
        }
        self.seen |= member.bit();
        self.member = Some(member);
        Ok(())
    }

    fn array_begins(&mut self) -> Result<Given, Refusal> {
        Ok(Given::Elements)
    }

    fn value(&mut self, raw: &str, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let member = self.current();
        if !matches!(member, Member::Crs | Member::AccuracyKind) {
            let (name, value) = (member.name(), shown(raw));
            return Err(Refusal::new(
                format!("列 {name} 应为数组，却是 {value}"),
                format!("column {name} must be an array, not {value}"),
                format!("{ALLOWED}; a single record stands in an array: [{{\"lon\": 119.0, \"lat\": 25.4}}]"),
            ));
        }
        self.for_all |= member.bit();
        Ok(self.add(member, raw, sink)?)
    }

    fn run(&mut self, bytes: &[u8], _: &mut Sink<'_>) -> Result<usize, Refusal> {
        let member = self.current();
        let room = MAX_COLUMNS_RECORDS - self.lengths[member as usize];
        let Some(numbers) = self.numbers(member) else { return Ok(0) };
        let (mut at, before) = (0, numbers.len());
        while numbers.len() - before < room
            && let Some((value, length)) = scan_finite(&bytes[at..], Grammar::Json)
        {
            let comma = skip_white(bytes, at + length);
            if length > MAX_RECORD_BYTES || bytes.get(comma) != Some(&b',') {
                break;
            }
            numbers.push(value);
            at = skip_white(bytes, comma + 1);
        }
        let added = numbers.len() - before;
        self.lengths[member as usize] += added;
        Ok(at)
    }

    fn element(&mut self, raw: &[u8], sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let member = self.current();
        self.check_room(member)?;
        let index = self.lengths[member as usize];
        let added = match std::str::from_utf8(raw) {
            Ok(text) => self.add(member, text, sink),
            Err(_) => self.add(member, "null", sink).and(Err(not_utf8(raw).or_field(member.name()).into())),
        };
        if let Err(trouble) = added {
            self.troubles.push((index, member, trouble));
        }
        self.lengths[member as usize] += 1;
        Ok(())
    }

    fn next_number(&self, _: &Sink<'_>) -> u64 {
        self.member.map_or(0, |member| self.lengths[member as usize] as u64) + 1
    }

    fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let length = self.length()?;
        self.troubles.sort_by_key(|&(index, member, _)| (index, member as u8));
        // Only the two columns, and all of them good.
        const PLACES: u8 = Member::Lon.bit() | Member::Lat.bit();
        if self.seen == PLACES && self.troubles.is_empty() {
            sink.put_places(std::mem::take(&mut self.lon), std::mem::take(&mut self.lat));
            return Ok(());
        }
        let mut troubles = std::mem::take(&mut self.troubles).into_iter().peekable();
        let mut id_start = 0;
        sink.batch.reserve(length);
        for index in 0..length {
            let mut asked = Ok(self.asked(index));
            while let Some((_, _, trouble)) = troubles.next_if(|&(at, ..)| at == index) {
                asked = asked.and(Err(trouble));
            }
            let id_end = self.id_ends.get(index).copied().unwrap_or(id_start);
            sink.put_with(asked, &self.id[id_start..id_end])?;
            id_start = id_end;
        }
        Ok(())
    }
}
