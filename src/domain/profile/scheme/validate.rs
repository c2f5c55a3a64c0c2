//! Does a scheme make sense?

use super::{Check, Content, KindRule, NumberRule, Numbers, SchemeLevel};
use crate::domain::area::code::MAX_CODE_LENGTH;

/// Most levels of one scheme.
const MAX_LEVELS: usize = 8;

/// Most characters of one segment, so that every number fits u64.
const MAX_SEGMENT_LENGTH: usize = 18;

/// What is wrong with a scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{en}; allowed: {allowed}")]
pub struct SchemeFlaw {
    /// Index of the level; `None` for the scheme as a whole.
    pub level: Option<usize>,
    /// Index of the segment; `None` for the level as a whole.
    pub segment: Option<usize>,
    /// The key of the level or segment in a scheme file.
    pub key: &'static str,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// What is allowed, in English.
    pub allowed: String,
}

impl SchemeFlaw {
    fn new(key: &'static str, zh: impl Into<String>, en: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self { level: None, segment: None, key, zh: zh.into(), en: en.into(), allowed: allowed.into() }
    }
}

/// Checks the levels of a scheme.
pub(super) fn levels(levels: &[SchemeLevel]) -> Result<(), SchemeFlaw> {
    if levels.is_empty() || levels.len() > MAX_LEVELS {
        let en = format!("the scheme has {} levels", levels.len());
        return Err(SchemeFlaw::new("levels", format!("方案有 {} 个层级", levels.len()), en, "1 to 8 levels"));
    }
    for (i, level) in levels.iter().enumerate() {
        if levels[..i].iter().any(|before| before.id == level.id) {
            let (zh, en) = (format!("层级 {} 重复", level.id), format!("level {} is there twice", level.id));
            return Err(SchemeFlaw { level: Some(i), ..SchemeFlaw::new("id", zh, en, "unique ids") });
        }
        level_flaw(level).map_err(|flaw| SchemeFlaw { level: Some(i), ..flaw })?;
    }
    Ok(())
}

fn level_flaw(level: &SchemeLevel) -> Result<(), SchemeFlaw> {
    if level.segments.is_empty() {
        return Err(SchemeFlaw::new("segments", "没有任何段", "there is no segment", "at least one segment"));
    }
    for (i, segment) in level.segments.iter().enumerate() {
        let at = |flaw| SchemeFlaw { segment: Some(i), ..flaw };
        if level.segments[..i].iter().any(|before| before.name == segment.name) {
            let (zh, en) = (format!("段 {} 重复", segment.name), format!("segment {} is there twice", segment.name));
            return Err(at(SchemeFlaw::new("name", zh, en, "unique names")));
        }
        if !(1..=MAX_SEGMENT_LENGTH).contains(&segment.length) {
            let (zh, en) = (format!("长度为 {}", segment.length), format!("the length is {}", segment.length));
            return Err(at(SchemeFlaw::new("length", zh, en, format!("1 to {MAX_SEGMENT_LENGTH}"))));
        }
        content_flaw(&segment.content, segment.length).map_err(at)?;
    }
    if level.length() > MAX_CODE_LENGTH {
        let (zh, en) = (format!("编码共 {} 位", level.length()), format!("codes have {} characters", level.length()));
        return Err(SchemeFlaw::new("segments", zh, en, format!("at most {MAX_CODE_LENGTH} characters")));
    }
    if level.check == Check::Mod11_2 && level.segments.iter().any(|s| !matches!(s.content, Content::Number(_))) {
        let (zh, en) = ("校验码要求各段均为数字", "a check character needs digits in all segments");
        return Err(SchemeFlaw::new("check", zh, en, "none, or segments of digits"));
    }
    parent_flaw(level)?;
    kind_flaw(level)
}

fn content_flaw(content: &Content, length: usize) -> Result<(), SchemeFlaw> {
    match content {
        Content::Number(rule) => number_flaw(rule, length),
        Content::Text { characters, first } if !first.is_within(*characters) => {
            let (zh, en) = (format!("首位字符 {first} 不在字符集内"), format!("first {first} is not in characters"));
            Err(SchemeFlaw::new("first", zh, en, characters.to_string()))
        }
        Content::Text { .. } => Ok(()),
        Content::Choice(choices) => {
            let bad = choices.iter().find(|choice| {
                choice.len() != length || !choice.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
            match bad {
                None if !choices.is_empty() => Ok(()),
                bad => {
                    let bad = bad.map_or("", |bad| bad.as_str());
                    let (zh, en) = (format!("取值 {bad:?} 不合适"), format!("value {bad:?} does not fit"));
                    Err(SchemeFlaw::new("values", zh, en, format!("texts of {length} letters, digits or hyphens")))
                }
            }
        }
    }
}

fn number_flaw(rule: &NumberRule, length: usize) -> Result<(), SchemeFlaw> {
    let all = Numbers { min: 0, max: 10_u64.pow(length as u32) - 1 };
    if rule.allowed.min > rule.allowed.max || !rule.allowed.is_within(all) {
        let (zh, en) = (format!("范围 {} 不成立", rule.allowed), format!("numbers {} do not fit", rule.allowed));
        return Err(SchemeFlaw::new("max", zh, en, format!("min not above max, both in {all}")));
    }
    if !rule.first.is_within(super::CharacterSet::DIGITS) {
        let (zh, en) = (format!("首位 {} 不是数字", rule.first), format!("first {} is not digits", rule.first));
        return Err(SchemeFlaw::new("first", zh, en, "digits"));
    }
    for (key, numbers) in rule.reserved.iter().map(|r| ("reserved", r)).chain(rule.usual.iter().map(|r| ("usual", r))) {
        range_flaw(key, *numbers, rule.allowed)?;
    }
    Ok(())
}

fn range_flaw(key: &'static str, numbers: Numbers, within: Numbers) -> Result<(), SchemeFlaw> {
    if numbers.min <= numbers.max && numbers.is_within(within) {
        return Ok(());
    }
    let (zh, en) = (format!("范围 {numbers} 不成立"), format!("numbers {numbers} do not fit"));
    Err(SchemeFlaw::new(key, zh, en, format!("[min, max] inside {within}")))
}

fn parent_flaw(level: &SchemeLevel) -> Result<(), SchemeFlaw> {
    let Some(parent) = &level.parent else { return Ok(()) };
    if parent.segments.is_empty() || parent.segments.end >= level.segments.len() {
        let (zh, en) = ("上级编码的段不成立", "the parent's segments do not fit");
        return Err(SchemeFlaw::new("parent", zh, en, "neighbouring segments before the last one"));
    }
    Ok(())
}

fn kind_flaw(level: &SchemeLevel) -> Result<(), SchemeFlaw> {
    match &level.kind {
        KindRule::Attribute => Ok(()),
        KindRule::Numbers { comprehensive, exclusive } => {
            let last = level.segments.last().expect("checked above: there is a segment");
            let Content::Number(rule) = &last.content else {
                let (zh, en) = ("末段不是数字，不能以号段区分类别", "the last segment is no number");
                return Err(SchemeFlaw::new("kind", zh, en, "kind by range needs a number as last segment"));
            };
            range_flaw("kind", *comprehensive, rule.allowed)?;
            range_flaw("kind", *exclusive, rule.allowed)?;
            if comprehensive.min <= exclusive.max && exclusive.min <= comprehensive.max {
                let en = format!("{comprehensive} and {exclusive} have numbers in common");
                return Err(SchemeFlaw::new("kind", "综合与专属的号段重叠", en, "ranges apart from each other"));
            }
            Ok(())
        }
        KindRule::Character { segment, comprehensive, exclusive } => {
            let holds = |found: char| match &level.segments[*segment].content {
                Content::Text { first, .. } => u8::try_from(found).is_ok_and(|byte| first.contains(byte)),
                Content::Choice(choices) => choices.iter().any(|choice| choice.chars().eq([found])),
                Content::Number(_) => false,
            };
            let one = level.segments.get(*segment).is_some_and(|segment| segment.length == 1);
            if one
                && *segment + 1 < level.segments.len()
                && comprehensive != exclusive
                && holds(*comprehensive)
                && holds(*exclusive)
            {
                return Ok(());
            }
            let (zh, en) = ("类别字符与该段不符", "the characters do not fit the segment");
            Err(SchemeFlaw::new("kind", zh, en, "two characters of a segment of length 1 that is not the last"))
        }
        KindRule::Prefix { comprehensive, exclusive } => {
            let clash = |a: &str| exclusive.iter().any(|b| a.starts_with(b.as_str()) || b.starts_with(a));
            if comprehensive.iter().chain(exclusive).any(String::is_empty) || comprehensive.iter().any(|a| clash(a)) {
                let (zh, en) = ("类别前缀为空或互相包含", "a prefix is empty or begins another one");
                return Err(SchemeFlaw::new("kind", zh, en, "prefixes that tell the kinds apart"));
            }
            Ok(())
        }
    }
}
