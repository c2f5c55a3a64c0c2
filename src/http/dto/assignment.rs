//! Assignments on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use crate::formats::assignment::AssignmentJson;

/// A case whose assignment is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentRequest {
    /// x: longitude, or easting.
    pub lon: f64,
    /// y: latitude, or northing.
    pub lat: f64,
    /// The system of the two, EPSG:4490 when left out.
    #[serde(default)]
    pub crs: Option<String>,
    /// Accuracy in metres, above 0, at most 2000.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// `android`, `w3c`, `ios` or `uniform`.
    #[serde(default)]
    pub accuracy_kind: Option<String>,
    /// Id of the category, see `/profile`.
    #[schema(example = "market.food")]
    pub category: String,
    /// When: RFC 3339 or a date; now when left out.
    #[serde(default)]
    pub at: Option<String>,
    /// Code of the area that was named with it: one of several that share the place, or one that it may lie in.
    #[serde(default)]
    pub unit: Option<String>,
    /// A string or a number that comes back with the answer.
    #[serde(default)]
    pub id: Option<serde_json::Value>,
}

/// One case, or a list of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AssignmentBody {
    /// One.
    One(Box<AssignmentRequest>),
    /// Several.
    Many(Vec<AssignmentRequest>),
}

/// Assignments in the order of the cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentResults {
    /// The edition.
    pub edition: u32,
    /// One a case: an assignment, or `error`.
    pub results: Vec<serde_json::Value>,
}

/// For one case, or for a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AssignmentAnswer {
    /// For one.
    One(Box<AssignmentJson>),
    /// For a list.
    Many(AssignmentResults),
}
