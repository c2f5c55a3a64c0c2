//! New codes.

use super::{Check, CodeProblem, CodeScheme, Content, KindRule, NumberRule, Numbers, SchemeLevel, mod11_2};
use crate::domain::area::{AreaCode, Kind};

/// Why no code could be composed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The scheme has no such level.
    #[error("scheme {scheme} has no level {level}")]
    Level {
        /// Id of the scheme.
        scheme: String,
        /// The level.
        level: String,
    },
    /// The parent's code is missing or of the wrong length.
    #[error("the code of the parent has {found} characters; allowed: {allowed}")]
    Parent {
        /// How many it has; 0 when it is missing.
        found: usize,
        /// How many it should have.
        allowed: usize,
    },
    /// The code tells the kind, so one is needed.
    #[error("a code of this level tells the kind; allowed: comprehensive, exclusive")]
    Kind,
    /// Not a number of this kind.
    #[error("number {found} is not allowed here; allowed: {allowed}")]
    Number {
        /// The number.
        found: u64,
        /// Those of this kind.
        allowed: Numbers,
    },
    /// Every number is used up.
    #[error("no number is left after {last}; allowed: {allowed}")]
    Exhausted {
        /// The greatest number in use.
        last: u64,
        /// Those of this kind.
        allowed: Numbers,
    },
    /// Neither the parent nor the kind nor the number says what this segment holds.
    #[error("segment {segment} of the code cannot be derived")]
    Free {
        /// Name of the segment.
        segment: String,
    },
    /// The code would not be valid, because the parent's is not.
    #[error(transparent)]
    Problem(Box<CodeProblem>),
}

impl CodeScheme {
    /// The code of `level` with the given number under `parent`.
    ///
    /// `parent` is not used where the scheme keeps no parent in its codes, `kind` where they do not tell it.
    pub fn compose(
        &self,
        level: &str,
        parent: Option<&AreaCode>,
        kind: Kind,
        number: u64,
    ) -> Result<AreaCode, ComposeError> {
        let spec = self.level_or(level)?;
        let rule = number_rule(spec)?;
        let allowed = numbers_of(spec, rule, kind)?;
        if !allowed.contains(number) || is_reserved(rule, number) {
            return Err(ComposeError::Number { found: number, allowed });
        }
        let parent_length = spec.parent_place().map_or(0, |place| place.len());
        let parent_text = parent.map_or("", |code| code.as_str());
        if parent_length > 0 && parent_text.len() != parent_length {
            return Err(ComposeError::Parent { found: parent_text.len(), allowed: parent_length });
        }
        let mut text = String::with_capacity(spec.length());
        for (i, segment) in spec.segments.iter().enumerate() {
            match &spec.parent {
                Some(parent) if i == parent.segments.start => text.push_str(parent_text),
                Some(parent) if parent.segments.contains(&i) => {}
                _ if i + 1 == spec.segments.len() => {
                    text.push_str(&format!("{number:0width$}", width = segment.length))
                }
                _ => text.push_str(&derived(spec, i, kind)?),
            }
        }
        if spec.check == Check::Mod11_2 {
            // A parent with letters has no check character; the judge below says what is wrong with it.
            text.push(mod11_2::check_character(&text).unwrap_or('0'));
        }
        let code = AreaCode::new(&text).expect("a scheme's codes fit an area code");
        self.judge(level, &code).map_err(|problem| ComposeError::Problem(Box::new(problem)))?;
        Ok(code)
    }

    /// The number after the greatest one of `kind` among `siblings`, which are all codes ever given at `level` under
    /// one parent, retired ones included.
    ///
    /// Gaps are left alone and the last number is never followed by the first.
    pub fn next_number<'a>(
        &self,
        level: &str,
        kind: Kind,
        siblings: impl IntoIterator<Item = &'a AreaCode>,
    ) -> Result<u64, ComposeError> {
        let spec = self.level_or(level)?;
        let rule = number_rule(spec)?;
        let allowed = numbers_of(spec, rule, kind)?;
        let mut last = None;
        for code in siblings {
            let same_kind = spec.kind == KindRule::Attribute || self.judge(level, code).is_ok_and(|j| j.kind == kind);
            if same_kind {
                last = last.max(self.number(level, code));
            }
        }
        // 0 may be allowed for "not divided" but is never proposed.
        let mut number = last.map_or(allowed.min.max(1), |last| last.saturating_add(1).max(allowed.min));
        while let Some(reserved) = rule.reserved.iter().find(|reserved| reserved.contains(number)) {
            number = reserved.max + 1;
        }
        if number > allowed.max {
            return Err(ComposeError::Exhausted { last: last.unwrap_or(allowed.max), allowed });
        }
        Ok(number)
    }

    fn level_or(&self, level: &str) -> Result<&SchemeLevel, ComposeError> {
        self.level(level).ok_or_else(|| ComposeError::Level { scheme: self.id().into(), level: level.into() })
    }
}

/// The rule of the last segment, which counts the areas under one parent.
fn number_rule(level: &SchemeLevel) -> Result<&NumberRule, ComposeError> {
    let last = level.segments.last().expect("a level has a segment");
    match &last.content {
        Content::Number(rule) => Ok(rule),
        Content::Text { .. } | Content::Choice(_) => Err(ComposeError::Free { segment: last.name.clone() }),
    }
}

fn is_reserved(rule: &NumberRule, number: u64) -> bool {
    rule.reserved.iter().any(|reserved| reserved.contains(number))
}

/// The numbers that areas of `kind` may have.
fn numbers_of(level: &SchemeLevel, rule: &NumberRule, kind: Kind) -> Result<Numbers, ComposeError> {
    match (&level.kind, kind) {
        (KindRule::Attribute, _) => Ok(rule.allowed),
        (_, Kind::None) => Err(ComposeError::Kind),
        (KindRule::Numbers { comprehensive, .. }, Kind::Comprehensive) => Ok(*comprehensive),
        (KindRule::Numbers { exclusive, .. }, Kind::Exclusive) => Ok(*exclusive),
        (KindRule::Character { .. } | KindRule::Prefix { .. }, _) => Ok(rule.allowed),
    }
}

/// The text of a segment that is neither the parent's nor the number.
fn derived(level: &SchemeLevel, segment: usize, kind: Kind) -> Result<String, ComposeError> {
    if let KindRule::Character { segment: place, comprehensive, exclusive } = &level.kind
        && *place == segment
    {
        return Ok(if kind == Kind::Exclusive { *exclusive } else { *comprehensive }.to_string());
    }
    let free = || ComposeError::Free { segment: level.segments[segment].name.clone() };
    let Content::Choice(choices) = &level.segments[segment].content else { return Err(free()) };
    if let KindRule::Prefix { comprehensive, exclusive } = &level.kind
        && segment == 0
    {
        let prefixes = if kind == Kind::Exclusive { exclusive } else { comprehensive };
        let mut matching = choices.iter().filter(|choice| prefixes.contains(choice));
        return matching.next().cloned().ok_or(ComposeError::Kind);
    }
    if choices.len() == 1 { Ok(choices[0].clone()) } else { Err(free()) }
}
