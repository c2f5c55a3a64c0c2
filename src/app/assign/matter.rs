//! A case, and what may be wrong with it.

use time::OffsetDateTime;

use crate::{
    app::{
        address::AddressSource,
        lookup::{Question, QuestionError},
    },
    domain::{address::CandidateKind, crs::Crs, locate::AccuracyKind, profile::Profile},
    formats::moment::{MOMENTS, parse_moment},
};

/// Candidates that an ambiguous address names.
const TOLD_CANDIDATES: usize = 5;

/// A case as it was sent.
#[derive(Debug, Clone)]
pub struct Matter {
    /// Where.
    pub question: Question,
    /// Id of its category, one of the profile's.
    pub category: String,
    /// When.
    pub at: OffsetDateTime,
    /// Code of the area that was named with it.
    pub unit: Option<String>,
}

/// Why a case is not assigned.
#[derive(Debug, thiserror::Error)]
pub enum MatterError {
    /// The position is none.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// No category has that id.
    #[error("{found} is no category of the profile")]
    Category {
        /// What was sent.
        found: String,
        /// What there is.
        allowed: Vec<String>,
    },
    /// The area that was named is none, or none that the position may lie in.
    #[error("area {found} is none that the position may lie in")]
    Unit {
        /// What was sent.
        found: String,
        /// Codes of the areas that share the place, or that the position may lie in.
        allowed: Vec<String>,
    },
    /// A word means nothing.
    #[error("{field} is {found}")]
    Word {
        /// The field.
        field: &'static str,
        /// What was sent.
        found: String,
        /// What there is.
        allowed: Vec<String>,
    },
    /// The address is none, not in the data, or does not tell one place.
    #[error("{en}")]
    Address {
        /// Why, in Chinese.
        zh: String,
        /// Why, in English.
        en: String,
        /// What is allowed.
        allowed: String,
    },
}

impl MatterError {
    /// The field that it is about.
    pub fn field(&self) -> String {
        match self {
            Self::Question(error) => error.trouble().field.as_deref().unwrap_or_default().to_owned(),
            Self::Category { .. } => "category".to_owned(),
            Self::Unit { .. } => "unit".to_owned(),
            Self::Word { field, .. } => (*field).to_owned(),
            Self::Address { .. } => "address".to_owned(),
        }
    }

    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Question(error) => error.trouble().zh.to_string(),
            Self::Category { found, .. } => format!("没有事项类别 {found}"),
            Self::Unit { found, .. } => format!("{found} 不是此位置可能所属的区域"),
            Self::Word { field, found, .. } => format!("{field} 的取值 {found} 无效"),
            Self::Address { zh, .. } => zh.clone(),
        }
    }

    /// What is allowed.
    pub fn allowed(&self) -> String {
        match self {
            Self::Question(error) => error.trouble().allowed.to_string(),
            Self::Category { allowed, .. } | Self::Unit { allowed, .. } | Self::Word { allowed, .. } => {
                allowed.join(", ")
            }
            Self::Address { allowed, .. } => allowed.clone(),
        }
    }
}

/// A case as somebody wrote it.
#[derive(Debug, Clone, Default)]
pub struct MatterWords {
    /// x: longitude, or easting.
    pub x: f64,
    /// y: latitude, or northing.
    pub y: f64,
    /// The system of the two; EPSG:4490 for `None`.
    pub crs: Option<String>,
    /// Accuracy in metres.
    pub accuracy_m: Option<f64>,
    /// What the accuracy means.
    pub accuracy_kind: Option<String>,
    /// Id of the category.
    pub category: String,
    /// When; now for `None`.
    pub at: Option<String>,
    /// Code of the area that was named with it.
    pub unit: Option<String>,
}

impl MatterWords {
    /// The case, in a district with its own words.
    pub fn read(self, profile: &Profile, now: OffsetDateTime) -> Result<Matter, MatterError> {
        let bad =
            |field, found: &str, allowed: Vec<String>| MatterError::Word { field, found: found.to_owned(), allowed };
        let crs = match self.crs.as_deref() {
            Some(name) => profile.crs.parse(name).map_err(|_| bad("crs", name, profile.crs.all()))?,
            None => Crs::Cgcs2000,
        };
        let kinds = || AccuracyKind::ALL.map(|kind| kind.id().to_owned()).to_vec();
        let accuracy_kind = match self.accuracy_kind.as_deref() {
            Some(word) => AccuracyKind::parse(word).ok_or_else(|| bad("accuracy_kind", word, kinds()))?,
            None => AccuracyKind::default(),
        };
        let at = match self.at.as_deref() {
            Some(text) => {
                let moments = || vec![MOMENTS.to_owned()];
                parse_moment(text, profile.time_zone.1).ok_or_else(|| bad("at", text, moments()))?
            }
            None => now,
        };
        let Self { x, y, accuracy_m, category, unit, .. } = self;
        Ok(Matter { question: Question { x, y, crs, accuracy_m, accuracy_kind }, category, at, unit })
    }
}

/// Where an address is: longitude and latitude in degrees, and the unit that it picks among several on one footprint.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
    /// Code of the unit.
    pub unit: Option<String>,
}

/// Where `address` is, when it means one point.
pub fn spot_of(source: &AddressSource, address: &str) -> Result<Spot, MatterError> {
    let refused = |zh: String, en: String, allowed: &str| MatterError::Address { zh, en, allowed: allowed.to_owned() };
    let found = source
        .find(address)
        .map_err(|error| refused(error.zh(), error.to_string(), crate::domain::address::AddressError::ALLOWED))?;
    let Some(best) = found.candidates.first() else {
        let (zh, en) = found.reason(address);
        return Err(refused(zh, en, "an address that the district has"));
    };
    if found.is_ambiguous {
        let texts: Vec<&str> = found.candidates.iter().take(TOLD_CANDIDATES).map(|it| it.text.as_str()).collect();
        let (zh, en) = (format!("地址有歧义：{}", texts.join("；")), format!("several fit: {}", texts.join("; ")));
        return Err(refused(zh, en, "one of them, or a position"));
    }
    if !best.is_point {
        let zh = format!("只能确定到 {}，不是一个点", best.text);
        let en = format!("only {} is known, which is no point", best.text);
        return Err(refused(zh, en, "an address with its building, or a position"));
    }
    let snapshot = &source.answers.snapshot;
    let unit = best.area().filter(|_| best.kind == CandidateKind::Unit);
    Ok(Spot {
        lon: best.position.lon_degrees(),
        lat: best.position.lat_degrees(),
        unit: unit.map(|area| snapshot.hierarchy.area(area).code.to_string()),
    })
}
