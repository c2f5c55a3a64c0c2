//! How good a position is said to be, and how far the answer for it can be trusted.

use crate::domain::{area::Level, coverage::AreaIndex};

/// Largest radius of an error disc, in metres: beyond it a position says nothing about a grid.
pub const MAX_ACCURACY_M: f64 = 2_000.0;

/// What a stated accuracy means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccuracyKind {
    /// Radius of 68 % (Android's `Location.getAccuracy`): sigma = r / 1.51.
    #[default]
    Android,
    /// Radius of 95 % (the W3C Geolocation API): sigma = r / 2.45.
    W3c,
    /// iOS' horizontal accuracy: sigma = r / 1.41.
    Ios,
    /// Equally likely everywhere within the radius.
    Uniform,
}

impl AccuracyKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Android, Self::W3c, Self::Ios, Self::Uniform];

    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::W3c => "w3c",
            Self::Ios => "ios",
            Self::Uniform => "uniform",
        }
    }

    /// The kind that a word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == word)
    }
}

/// A stated accuracy.
///
/// **Invariant**: the radius is above 0 and at most [`MAX_ACCURACY_M`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    radius_m: f64,
    kind: AccuracyKind,
}

impl Accuracy {
    /// An accuracy; `None` when the radius is not above 0 or beyond [`MAX_ACCURACY_M`].
    pub fn new(radius_m: f64, kind: AccuracyKind) -> Option<Self> {
        (radius_m > 0.0 && radius_m <= MAX_ACCURACY_M).then_some(Self { radius_m, kind })
    }

    /// The radius, in metres.
    pub fn radius_m(self) -> f64 {
        self.radius_m
    }

    /// What the radius means.
    pub fn kind(self) -> AccuracyKind {
        self.kind
    }
}

/// How sure the owner of a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// 确定.
    Sure,
    /// 存疑.
    Doubtful,
    /// 待核.
    ToCheck,
}

impl Certainty {
    /// The word on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Doubtful => "doubtful",
            Self::ToCheck => "to_check",
        }
    }

    /// The word on the screen.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Sure => "确定",
            Self::Doubtful => "存疑",
            Self::ToCheck => "待核",
        }
    }
}

/// An area that a position may belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The finest area there; `None` is outside of all.
    pub area: Option<AreaIndex>,
    /// How likely it is, to 0.0001.
    pub share: f64,
}

/// The candidates that are too many to be named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Omitted {
    /// How many they are.
    pub count: usize,
    /// How likely it is that the position belongs to one of them, to 0.0001.
    pub share: f64,
}

/// How far an answer can be trusted, given the accuracy of the position.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// How sure the owner is.
    pub certainty: Certainty,
    /// The areas that the position may belong to, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// Those less likely, where there are more than are named.
    pub omitted: Option<Omitted>,
    /// The finest level that can be trusted; `None` when not even the top level can.
    pub answer_level: Option<Level>,
}
