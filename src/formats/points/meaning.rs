//! What the members and columns of a record mean, and what is said when they mean nothing.

use super::batch::{Asked, Trouble};
use crate::domain::{crs::Crs, locate::AccuracyKind, profile::CrsNames};
use crate::formats::record::{RecordError, shown};

/// A member that a record in JSON may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Lon,
    Lat,
    Crs,
    AccuracyM,
    AccuracyKind,
    Id,
}

/// The members, for people.
pub(super) const MEMBERS_ALLOWED_ZH: &str = "成员 lon、lat，需要时另有 crs、accuracy_m、accuracy_kind、id";
pub(super) const MEMBERS_ALLOWED: &str = "members lon, lat, and if wanted crs, accuracy_m, accuracy_kind, id";

/// What coordinates may be.
pub(super) const NUMBER_ALLOWED: &str = "a finite number with a decimal point, ASCII digits, e.g. 119.0123456";

impl Member {
    /// All of them, in the order in which their troubles are said.
    pub(super) const ALL: [Self; 6] = [Self::Lon, Self::Lat, Self::Crs, Self::AccuracyM, Self::AccuracyKind, Self::Id];

    /// The name on the wire.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Lon => "lon",
            Self::Lat => "lat",
            Self::Crs => "crs",
            Self::AccuracyM => "accuracy_m",
            Self::AccuracyKind => "accuracy_kind",
            Self::Id => "id",
        }
    }

    /// The member of a name.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|member| member.name() == name)
    }

    /// A bit of its own.
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A record of which nothing is known yet but what the rest may leave out.
pub(super) const NOTHING_ASKED: Asked = Asked { x: 0.0, y: 0.0, crs: None, accuracy_m: None, accuracy_kind: None };

/// The last system's name and what it meant; a body seldom has two.
#[derive(Debug, Default)]
pub(super) struct CrsCache {
    names: CrsNames,
    name: Vec<u8>,
    crs: Option<Crs>,
}

impl CrsCache {
    /// A cache of what `names` mean.
    pub(super) fn new(names: CrsNames) -> Self {
        Self { names, ..Self::default() }
    }

    /// The system of a name; `None` when nobody knows it.
    #[inline]
    pub(super) fn get(&mut self, name: &[u8]) -> Option<Crs> {
        if self.crs.is_some() && self.name == name {
            return self.crs;
        }
        self.look_up(name)
    }

    #[cold]
    fn look_up(&mut self, name: &[u8]) -> Option<Crs> {
        let crs = self.names.parse(std::str::from_utf8(name).ok()?).ok()?;
        self.name.clear();
        self.name.extend_from_slice(name);
        self.crs = Some(crs);
        self.crs
    }
}

/// Something is wrong with one field.
pub(super) fn trouble(
    field: &str,
    zh: impl Into<String>,
    en: impl Into<String>,
    allowed: impl Into<String>,
) -> Trouble {
    Trouble { field: Some(shown(field)), zh: zh.into(), en: en.into(), allowed: allowed.into() }
}

/// The system that `name` means.
pub(super) fn crs_of(field: &str, name: &str, cache: &mut CrsCache) -> Result<Crs, Trouble> {
    const LISTED: usize = 10;
    cache.get(name.as_bytes()).ok_or_else(|| {
        let mut allowed = cache.names.all();
        allowed.truncate(LISTED);
        let name = shown(name);
        trouble(
            field,
            format!("未知的坐标系 {name}"),
            format!("unknown crs {name}"),
            format!("{}, ...; see /profile", allowed.join(", ")),
        )
    })
}

/// The kind of accuracy that `word` means.
pub(super) fn kind_of(field: &str, word: &str) -> Result<AccuracyKind, Trouble> {
    AccuracyKind::parse(word).ok_or_else(|| {
        let word = shown(word);
        trouble(
            field,
            format!("未知的精度类型 {word}"),
            format!("unknown accuracy_kind {word}"),
            AccuracyKind::ALL.map(AccuracyKind::id).join(", "),
        )
    })
}

/// `value`, unless it is beyond the doubles.
pub(super) fn finite(field: &str, value: f64, text: &str) -> Result<f64, Trouble> {
    if value.is_finite() {
        return Ok(value);
    }
    let text = shown(text);
    Err(trouble(
        field,
        format!("数值超出范围：{text}"),
        format!("number {text} is beyond what a double can hold"),
        NUMBER_ALLOWED,
    ))
}

/// A field that must be there is not.
pub(super) fn missing(field: &str) -> Trouble {
    trouble(field, format!("缺少 {}", shown(field)), format!("{} is missing", shown(field)), NUMBER_ALLOWED)
}

/// A member that no record has.
pub(super) fn unknown_member(name: &str) -> RecordError {
    let shown_name = shown(name);
    RecordError::of_field(
        name,
        format!("未知成员“{shown_name}”"),
        format!("unknown member {shown_name}"),
        (MEMBERS_ALLOWED_ZH, MEMBERS_ALLOWED),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_system_lists_the_usual_ones_shortly() {
        let error = crs_of("crs", "wgs-84", &mut CrsCache::default()).expect_err("no system");
        assert_eq!(error.en, "unknown crs wgs-84");
        assert!(
            error.allowed.starts_with("EPSG:4490, ") && error.allowed.ends_with("see /profile"),
            "{}",
            error.allowed
        );
        assert!(error.allowed.len() < 160, "{}", error.allowed);
    }

    #[test]
    fn a_remembered_name_answers_only_for_itself() {
        let mut cache = CrsCache::default();
        assert_eq!(cache.get(b"").map(|crs| crs.to_string()), None);
        assert_eq!(cache.get(b"gcj02"), Some(Crs::Gcj02));
        assert_eq!(cache.get(b"nowhere"), None);
        assert_eq!(cache.get(b"gcj02"), Some(Crs::Gcj02));
        assert_eq!(cache.get(b"BD09"), Some(Crs::Bd09));
        assert_eq!(cache.get(b"\xff"), None);
    }
}
