//! Is a code valid, and what does it say?

use super::{Check, CodeFlaw, CodeNotice, CodeProblem, CodeScheme, Content, KindRule, SchemeLevel, Segment, mod11_2};
use crate::domain::area::{AreaCode, Kind};

/// What a valid code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The kind that the code tells; [`Kind::None`] when it tells none.
    pub kind: Kind,
    /// What is unusual about it.
    pub notices: Vec<CodeNotice>,
}

impl CodeScheme {
    /// What a code of `level` says, or the first thing that is wrong with it, from the left.
    pub fn judge(&self, level: &str, code: &AreaCode) -> Result<Judged, CodeProblem> {
        let problem = |flaw| CodeProblem { scheme: self.id().into(), level: level.into(), code: *code, flaw };
        let Some(level) = self.level(level) else {
            let ids: Vec<&str> = self.levels().iter().map(|level| level.id.as_str()).collect();
            return Err(problem(CodeFlaw::Level { allowed: ids.join(", ").into() }));
        };
        if code.len() != level.length() {
            return Err(problem(CodeFlaw::Length { found: code.len(), allowed: level.length() }));
        }
        let mut notices = Vec::new();
        let mut from = 0;
        for segment in &level.segments {
            let text = &code[from..from + segment.length];
            if let Some(flaw) = segment_flaw(segment, text, from) {
                return Err(problem(flaw));
            }
            notices.extend(self.notice(segment, text, code));
            from += segment.length;
        }
        if let Some(flaw) = check_flaw(level.check, code, from) {
            return Err(problem(flaw));
        }
        Ok(Judged { kind: kind_of(level, code), notices })
    }

    fn notice(&self, segment: &Segment, text: &str, code: &AreaCode) -> Option<CodeNotice> {
        let Content::Number(rule) = &segment.content else { return None };
        let (usual, found) = (rule.usual?, text.parse().ok()?);
        if usual.contains(found) {
            return None;
        }
        Some(CodeNotice { scheme: self.id().into(), code: *code, segment: segment.name.as_str().into(), found, usual })
    }
}

/// The kind that a valid code tells.
fn kind_of(level: &SchemeLevel, code: &AreaCode) -> Kind {
    let (comprehensive, exclusive) = match &level.kind {
        KindRule::Attribute => (false, false),
        KindRule::Numbers { comprehensive, exclusive } => {
            let last = level.place(level.segments.len() - 1);
            let number = code[last].parse().expect("the last segment of a kind by number is a number");
            (comprehensive.contains(number), exclusive.contains(number))
        }
        KindRule::Character { segment, comprehensive, exclusive } => {
            let found = code[level.place(*segment)].chars().next();
            (found == Some(*comprehensive), found == Some(*exclusive))
        }
        KindRule::Prefix { comprehensive, exclusive } => {
            let starts = |prefixes: &[String]| prefixes.iter().any(|prefix| code.starts_with(prefix.as_str()));
            (starts(comprehensive), starts(exclusive))
        }
    };
    match (comprehensive, exclusive) {
        (true, _) => Kind::Comprehensive,
        (false, true) => Kind::Exclusive,
        (false, false) => Kind::None,
    }
}

/// What is wrong with the `text` of a segment that begins after `from` characters.
fn segment_flaw(segment: &Segment, text: &str, from: usize) -> Option<CodeFlaw> {
    let name = || Box::from(segment.name.as_str());
    let (characters, first) = match &segment.content {
        Content::Number(rule) => (super::CharacterSet::DIGITS, rule.first),
        Content::Text { characters, first } => (*characters, *first),
        Content::Choice(choices) if choices.iter().any(|choice| choice == text) => return None,
        Content::Choice(choices) => {
            return Some(CodeFlaw::Choice { segment: name(), found: text.into(), allowed: choices.join(", ").into() });
        }
    };
    for (i, byte) in text.bytes().enumerate() {
        let (found, place) = (char::from(byte), from + i + 1);
        if let Some(digit) = look_alike(found).filter(|digit| characters.contains(*digit as u8)) {
            return Some(CodeFlaw::LookAlike { segment: name(), place, found, digit });
        }
        let allowed = if i == 0 { first } else { characters };
        if !allowed.contains(byte) {
            return Some(CodeFlaw::Character { segment: name(), place, found, allowed: allowed.to_string().into() });
        }
    }
    let Content::Number(rule) = &segment.content else { return None };
    let found = text.parse().expect("a numeric segment has at most 18 digits");
    if !rule.allowed.contains(found) {
        return Some(CodeFlaw::Number { segment: name(), found, allowed: rule.allowed });
    }
    if rule.reserved.iter().any(|reserved| reserved.contains(found)) {
        return Some(CodeFlaw::Reserved { segment: name(), found, allowed: rule.allowed });
    }
    None
}

/// The digit that a letter is taken for.
///
/// Such a letter is refused wherever the digit may stand, also where the segment's set has both.
fn look_alike(letter: char) -> Option<char> {
    match letter {
        'O' | 'o' => Some('0'),
        'I' | 'l' => Some('1'),
        _ => None,
    }
}

fn check_flaw(check: Check, code: &AreaCode, from: usize) -> Option<CodeFlaw> {
    match check {
        Check::None => None,
        Check::Mod11_2 => {
            let allowed = mod11_2::check_character(&code[..from]).expect("a scheme with a check character has digits");
            let found = char::from(code.as_bytes()[from]);
            (found != allowed).then_some(CodeFlaw::Check { found, allowed })
        }
    }
}
