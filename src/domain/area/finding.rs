//! What a check found.

use super::{AreaCode, Level};
use crate::domain::geometry::{MultiPolygon, Position};

/// A check of the domain; see `docs/checks.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The record could not be read: file, encoding, field.
    Record,
    /// G01: valid geometry.
    Geometry,
    /// G02: siblings do not overlap.
    Overlap,
    /// G03: children cover the parent.
    Gap,
    /// G04: a child lies inside its parent.
    Leak,
    /// G05: exclusive areas follow the overlap policy.
    Exclusive,
    /// G06: households, residents, area within the norms.
    Norm,
    /// G07: one connected part.
    Parts,
    /// G10: code valid, unique, prefix as its parent, not retired.
    Code,
    /// G11: every post that the profile wants filled is; no 缺岗.
    Post,
    /// G13: coordinate system declared, inside the profile's extent.
    Crs,
    /// G16: an exclusive area names its 责任单位.
    Body,
    /// G17: every grid has its Party body, alone or joint.
    PartyBody,
}

impl Rule {
    /// The id on the wire: `G01` ... `G17`, or `record`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Geometry => "G01",
            Self::Overlap => "G02",
            Self::Gap => "G03",
            Self::Leak => "G04",
            Self::Exclusive => "G05",
            Self::Norm => "G06",
            Self::Parts => "G07",
            Self::Code => "G10",
            Self::Post => "G11",
            Self::Crs => "G13",
            Self::Body => "G16",
            Self::PartyBody => "G17",
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 提示.
    Info,
    /// 建议改.
    Warning,
    /// 必改: nothing with such a finding is published.
    Error,
}

impl Severity {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where in the input a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Name of the file, as the user gave it; empty when the input has no file.
    pub file: String,
    /// Number of the record in the file, counted from 1; `None` for the file as a whole.
    pub record: Option<u64>,
    /// The field, as it is called in the file.
    pub field: Option<String>,
}

/// What would be right, in Chinese and English; both are empty when the text of the finding says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Allowed {
    /// Ids, names and numbers: the same in both languages.
    pub fn same(text: impl Into<String>) -> Self {
        let en: String = text.into();
        Self { zh: en.clone(), en }
    }

    /// Whether the text of the finding says it.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }
}

impl<Zh: Into<String>, En: Into<String>> From<(Zh, En)> for Allowed {
    fn from((zh, en): (Zh, En)) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// One thing that somebody should mend, or know: which record, which area, where on the map, what, and what is allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The check.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English, with the offending value.
    pub en: String,
    /// What would be right.
    pub allowed: Allowed,
    /// Where in the input.
    pub source: Source,
    /// The areas concerned, the first being the one to mend.
    pub areas: Vec<AreaCode>,
    /// The level concerned.
    pub level: Option<Level>,
    /// Where on the map to fly to.
    pub position: Option<Position>,
    /// The piece itself (a gap, an overlap, a leak), when it has an area.
    pub piece: Option<MultiPolygon>,
    /// Size of the piece, in square metres.
    pub area_m2: Option<f64>,
}

impl Finding {
    /// A finding with nothing but its texts; the rest is filled in by struct update.
    pub fn new(rule: Rule, severity: Severity, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            zh: zh.into(),
            en: en.into(),
            allowed: Allowed::default(),
            source: Source::default(),
            areas: Vec::new(),
            level: None,
            position: None,
            piece: None,
            area_m2: None,
        }
    }

    /// The same finding, standing at `source`.
    pub fn at(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// The same finding, with what is allowed.
    pub fn allowed(self, allowed: impl Into<Allowed>) -> Self {
        Self { allowed: allowed.into(), ..self }
    }
}
