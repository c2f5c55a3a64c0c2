//! Code schemes as TOML.

use super::{
    ProfileError,
    table::{Document, Table, Value},
};
use crate::domain::profile::scheme::{
    CharacterSet, Check, CodeScheme, Content, KindRule, NumberRule, NumberingOrder, Numbers, ParentRule, SchemeFlaw,
    SchemeLevel, Segment, Status,
};

/// The keys of a scheme, in a file of its own or under `[[schemes]]` of a profile.
const SCHEME_KEYS: &[&str] = &["id", "name", "status", "levels"];

/// Greatest number that a segment may hold: 18 digits.
const MAX_NUMBER: i64 = 999_999_999_999_999_999;

/// The code schemes that a profile may name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SchemeCatalogue(Vec<CodeScheme>);

impl SchemeCatalogue {
    /// A catalogue; of two schemes with one id the first is found.
    pub fn new(schemes: Vec<CodeScheme>) -> Self {
        Self(schemes)
    }

    /// All schemes.
    pub fn schemes(&self) -> &[CodeScheme] {
        &self.0
    }

    /// The scheme with the given id.
    pub fn find(&self, id: &str) -> Option<&CodeScheme> {
        self.0.iter().find(|scheme| scheme.id() == id)
    }
}

/// The scheme that `text` defines; `file` is named in the error.
pub fn parse_scheme(text: &str, file: &str) -> Result<CodeScheme, ProfileError> {
    let document = Document { text, file };
    let root = document.parse()?;
    read(&document.root(&root, SCHEME_KEYS)?)
}

/// The scheme of an entry of `[[schemes]]`, and its id with its place.
pub(super) fn inline<'t>(value: &Value<'t>) -> Result<(CodeScheme, Value<'t>), ProfileError> {
    let table = value.table(SCHEME_KEYS)?;
    Ok((read(&table)?, table.need("id")?))
}

fn read(table: &Table<'_>) -> Result<CodeScheme, ProfileError> {
    let id = table.need("id")?.id("-")?;
    let name = table.need("name")?.name()?;
    let status = match table.find("status") {
        None => Status::Guess,
        Some(value) => value.one_of(&[
            ("documented", Status::Documented),
            ("observed", Status::Observed),
            ("guess", Status::Guess),
        ])?,
    };
    let values = table.need("levels")?.array()?;
    let levels = values.iter().map(level).collect::<Result<Vec<_>, _>>()?;
    CodeScheme::new(id, name, status, levels).map_err(|flaw| place(table, &values, flaw))
}

/// The flaw as an error at the key that it is about.
fn place(table: &Table<'_>, levels: &[Value<'_>], flaw: SchemeFlaw) -> ProfileError {
    let error = |at: &Table<'_>| at.error(flaw.key, flaw.zh.clone(), flaw.en.clone(), flaw.allowed.clone());
    let Some(level) = flaw.level.and_then(|i| levels[i].table(LEVEL_KEYS).ok()) else { return error(table) };
    let segments = flaw.segment.and_then(|i| Some(level.find("segments")?.array().ok()?.swap_remove(i)));
    match segments.and_then(|segment| segment.table(SEGMENT_KEYS).ok()) {
        Some(segment) => error(&segment),
        None => error(&level),
    }
}

const LEVEL_KEYS: &[&str] = &["id", "segments", "parent", "kind", "check", "order"];

fn level(value: &Value<'_>) -> Result<SchemeLevel, ProfileError> {
    let table = value.table(LEVEL_KEYS)?;
    let id = table.need("id")?.id("")?;
    let segments = table.need("segments")?.array()?.iter().map(segment).collect::<Result<Vec<_>, _>>()?;
    let parent = table.find("parent").map(|value| parent(&value, &segments)).transpose()?;
    let kind = table.find("kind").map_or(Ok(KindRule::Attribute), |value| kind(&value, &segments))?;
    let check = table
        .find("check")
        .map_or(Ok(Check::None), |value| value.one_of(&[("none", Check::None), ("iso7064-mod11-2", Check::Mod11_2)]))?;
    let order = table.find("order").map_or(Ok(NumberingOrder::Rows), |value| {
        value.one_of(&[("rows", NumberingOrder::Rows), ("columns", NumberingOrder::Columns)])
    })?;
    Ok(SchemeLevel { id, segments, parent, kind, check, order })
}

const SEGMENT_KEYS: &[&str] = &["name", "length", "characters", "first", "min", "max", "reserved", "usual", "values"];

fn segment(value: &Value<'_>) -> Result<Segment, ProfileError> {
    let table = value.table(SEGMENT_KEYS)?;
    let name = table.need("name")?.id("")?;
    let length = table.need("length")?.integer(1, 18)? as usize;
    if let Some(values) = table.find("values") {
        refuse(&table, &["characters", "first", "min", "max", "reserved", "usual"], "values")?;
        let choices = values.array()?.iter().map(|value| Ok(value.text()?.to_owned())).collect::<Result<_, _>>()?;
        return Ok(Segment { name, length, content: Content::Choice(choices) });
    }
    let characters = table.find("characters").map_or(Ok(CharacterSet::DIGITS), |value| set(&value))?;
    let first = table.find("first").map_or(Ok(characters), |value| set(&value))?;
    if characters != CharacterSet::DIGITS {
        refuse(&table, &["min", "max", "reserved", "usual"], "characters")?;
        return Ok(Segment { name, length, content: Content::Text { characters, first } });
    }
    let all = 10_i64.pow(length as u32) - 1;
    let min = table.find("min").map_or(Ok(0), |value| value.integer(0, all))? as u64;
    let max = table.find("max").map_or(Ok(all), |value| value.integer(0, all))? as u64;
    let reserved = match table.find("reserved") {
        None => Vec::new(),
        Some(value) => value.array()?.iter().map(numbers).collect::<Result<_, _>>()?,
    };
    let usual = table.find("usual").map(|value| numbers(&value)).transpose()?;
    let rule = NumberRule { first, allowed: Numbers { min, max }, reserved, usual };
    Ok(Segment { name, length, content: Content::Number(rule) })
}

/// An error when one of `keys` stands beside `beside`, where it would mean nothing.
fn refuse(table: &Table<'_>, keys: &[&str], beside: &str) -> Result<(), ProfileError> {
    match keys.iter().find(|key| table.find(key).is_some()) {
        None => Ok(()),
        Some(key) => {
            let (zh, en) = (format!("{key} 不能与 {beside} 同用"), format!("{key} means nothing beside {beside}"));
            Err(table.error(key, zh, en, "one of the two"))
        }
    }
}

fn set(value: &Value<'_>) -> Result<CharacterSet, ProfileError> {
    let text = value.text()?;
    CharacterSet::parse(text).ok_or_else(|| {
        let (zh, en) = (format!("字符集 {text:?} 无效"), format!("found characters {text:?}"));
        value.error(zh, en, "letters, digits and ranges of them: 0-9A-HJ")
    })
}

fn numbers(value: &Value<'_>) -> Result<Numbers, ProfileError> {
    let [min, max] = value.entries("[min, max]")?;
    Ok(Numbers { min: min.integer(0, MAX_NUMBER)? as u64, max: max.integer(0, MAX_NUMBER)? as u64 })
}

fn parent(value: &Value<'_>, segments: &[Segment]) -> Result<ParentRule, ProfileError> {
    let table = value.table(&["level", "segments"])?;
    let level = table.need("level")?.id("")?;
    let names = table.need("segments")?;
    let indices = names.array()?.iter().map(|name| index(name, segments)).collect::<Result<Vec<_>, _>>()?;
    let neighbours = indices.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    let (Some(first), Some(last), true) = (indices.first(), indices.last(), neighbours) else {
        let (zh, en) = ("上级编码的段必须相邻且有序", "the segments are not neighbours in order");
        return Err(names.error(zh, en, "neighbouring segments, left to right"));
    };
    Ok(ParentRule { level, segments: *first..last + 1 })
}

/// The index of the segment that `name` names.
fn index(name: &Value<'_>, segments: &[Segment]) -> Result<usize, ProfileError> {
    let found = name.text()?;
    segments.iter().position(|segment| segment.name == found).ok_or_else(|| {
        let allowed: Vec<&str> = segments.iter().map(|segment| segment.name.as_str()).collect();
        name.unknown(found, &allowed)
    })
}

#[derive(Clone, Copy)]
enum KindBy {
    Attribute,
    Range,
    Character,
    Prefix,
}

fn kind(value: &Value<'_>, segments: &[Segment]) -> Result<KindRule, ProfileError> {
    let table = value.table(&["by", "segment", "comprehensive", "exclusive"])?;
    let by = table.need("by")?.one_of(&[
        ("attribute", KindBy::Attribute),
        ("range", KindBy::Range),
        ("character", KindBy::Character),
        ("prefix", KindBy::Prefix),
    ])?;
    if !matches!(by, KindBy::Character) {
        refuse(&table, &["segment"], "by")?;
    }
    match by {
        KindBy::Attribute => {
            refuse(&table, &["comprehensive", "exclusive"], "by = \"attribute\"")?;
            Ok(KindRule::Attribute)
        }
        KindBy::Range => Ok(KindRule::Numbers {
            comprehensive: numbers(&table.need("comprehensive")?)?,
            exclusive: numbers(&table.need("exclusive")?)?,
        }),
        KindBy::Character => Ok(KindRule::Character {
            segment: index(&table.need("segment")?, segments)?,
            comprehensive: character(&table.need("comprehensive")?)?,
            exclusive: character(&table.need("exclusive")?)?,
        }),
        KindBy::Prefix => Ok(KindRule::Prefix {
            comprehensive: prefixes(table.find("comprehensive"))?,
            exclusive: prefixes(table.find("exclusive"))?,
        }),
    }
}

fn character(value: &Value<'_>) -> Result<char, ProfileError> {
    let text = value.text()?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(value.unknown(text, &["one character"])),
    }
}

fn prefixes(value: Option<Value<'_>>) -> Result<Vec<String>, ProfileError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    value.array()?.iter().map(|prefix| Ok(prefix.text()?.to_owned())).collect()
}
