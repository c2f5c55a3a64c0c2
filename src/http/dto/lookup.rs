//! Located answers on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AreaRef, Responsible};
use crate::{
    app::areas,
    domain::{
        area::Snapshot,
        locate::{Located, Match},
    },
};

/// A position in degrees, EPSG:4490.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PositionJson {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
}

/// The area across the nearest border (相邻备选).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunnerUpJson {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Id of its level.
    pub level: String,
    /// How far its border is, in metres.
    pub distance_m: f64,
}

/// The nearest area to a position outside of all.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NearestJson {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How far it is, in metres.
    pub distance_m: f64,
    /// Where it is, in degrees clockwise from north.
    pub bearing_deg: f64,
}

/// How an answer was found.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = Match)]
pub enum MatchJson {
    /// Inside an area.
    Inside,
    /// On a border.
    Border,
    /// Outside of all, one is near.
    Nearest,
    /// Outside of all, none is near.
    None,
}

impl From<Match> for MatchJson {
    fn from(found: Match) -> Self {
        match found {
            Match::Inside => Self::Inside,
            Match::Border => Self::Border,
            Match::Nearest => Self::Nearest,
            Match::None => Self::None,
        }
    }
}

/// The located answer (归属结果).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Answer {
    /// The edition.
    pub edition: u32,
    /// How the answer was found.
    pub r#match: MatchJson,
    /// The position on the lattice of 1e-7 degree.
    pub position: PositionJson,
    /// The areas, coarsest first.
    pub chain: Vec<AreaRef>,
    /// Ids of the levels that have no area there.
    pub missing: Vec<String>,
    /// Areas that share the footprint below the end of the chain (stairwells).
    pub stacked: Vec<AreaRef>,
    /// Id of the finest level that one area answers for.
    #[schema(required)]
    pub answer_level: Option<String>,
    /// 距边界: metres to the nearest border of the finest area.
    #[schema(required)]
    pub margin_m: Option<f64>,
    /// Whether the position stands on a border.
    pub on_border: bool,
    /// Codes of the other areas that meet there.
    pub co_owners: Vec<String>,
    /// The area across the nearest border.
    #[schema(required)]
    pub runner_up: Option<RunnerUpJson>,
    /// The nearest area, for a position outside of all.
    #[schema(required)]
    pub nearest: Option<NearestJson>,
    /// Who answers, finest area first.
    pub responsible: Vec<Responsible>,
}

impl Answer {
    /// The answer for what was located in a snapshot.
    pub fn new(snapshot: &Snapshot, located: &Located) -> Self {
        let level_id = |level| snapshot.profile.level(level).id.clone();
        let area = |index| snapshot.hierarchy.area(index);
        Self {
            edition: snapshot.edition_number(),
            r#match: MatchJson::from(located.found),
            position: PositionJson { lon: located.position.lon_degrees(), lat: located.position.lat_degrees() },
            chain: AreaRef::list(snapshot, &located.chain),
            missing: located.missing().map(level_id).collect(),
            stacked: AreaRef::list(snapshot, located.stacked),
            answer_level: located.chain.last().map(|&finest| level_id(area(finest).level)),
            margin_m: located.margin_m,
            on_border: located.on_border,
            co_owners: located.co_owners.iter().map(|&index| area(index).code.to_string()).collect(),
            runner_up: located.runner_up.map(|runner_up| RunnerUpJson {
                code: area(runner_up.area).code.to_string(),
                name: area(runner_up.area).name.clone(),
                level: level_id(area(runner_up.area).level),
                distance_m: runner_up.distance_m,
            }),
            nearest: located.nearest.map(|nearest| NearestJson {
                code: area(nearest.area).code.to_string(),
                name: area(nearest.area).name.clone(),
                distance_m: nearest.distance_m,
                bearing_deg: nearest.bearing_deg,
            }),
            responsible: areas::responsible(snapshot, &located.chain, located.stacked)
                .map(|posting| Responsible::new(snapshot, posting))
                .collect(),
        }
    }
}

/// One point of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// x: longitude, or easting.
    pub lon: f64,
    /// y: latitude, or northing.
    pub lat: f64,
    /// The system of the two; EPSG:4490 when left out.
    #[serde(default)]
    pub crs: Option<String>,
}

/// Points as columns.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointColumns {
    /// All x.
    pub lon: Vec<f64>,
    /// All y, as many.
    pub lat: Vec<f64>,
    /// The system of all of them; EPSG:4490 when left out.
    #[serde(default)]
    pub crs: Option<String>,
}

/// A list of points, or columns of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum LookupBody {
    /// One object a point.
    Points(Vec<Point>),
    /// Columns.
    Columns(PointColumns),
}

/// Why one point of a batch has no answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchProblem {
    /// The kind, an address below `/problems/`.
    pub r#type: String,
    /// The kind in words.
    pub title: String,
    /// What is wrong, in English.
    pub detail: String,
    /// What is wrong, in Chinese.
    pub detail_zh: String,
}

/// An answer, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BatchAnswer {
    /// The answer.
    Answer(Box<Answer>),
    /// The reason.
    Error {
        /// What is wrong with the point.
        error: BatchProblem,
    },
}

/// Answers in the order of the points.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookupResults {
    /// The edition.
    pub edition: u32,
    /// One a point.
    pub results: Vec<BatchAnswer>,
}

/// Codes in the order of the columns.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookupCodes {
    /// The edition.
    pub edition: u32,
    /// One a point: the code of the area of the level that was asked for, or null.
    pub codes: Vec<Option<String>>,
}

/// Answers to a list, or codes for columns.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum LookupMany {
    /// For a list of points.
    Results(LookupResults),
    /// For columns.
    Codes(LookupCodes),
}
