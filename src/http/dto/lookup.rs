//! Located answers on the wire, as the OpenAPI document describes them.
//!
//! `formats::answers` writes their bytes; the tests below hold it to these types.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AreaRef, Responsible, common::ChannelRef};
pub use crate::formats::wire::{CertaintyJson, RunnerUpJson};

/// A position in degrees, EPSG:4490.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PositionJson {
    /// Longitude.
    pub lon: f64,
    /// Latitude.
    pub lat: f64,
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

/// An area that a position may belong to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CandidateJson {
    /// Its code; null for outside of all areas.
    #[schema(required)]
    pub code: Option<String>,
    /// Its name.
    #[schema(required)]
    pub name: Option<String>,
    /// How likely it is, from 0 to 1.
    pub share: f64,
}

/// The candidates that are too many to be named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OmittedJson {
    /// How many they are.
    pub count: usize,
    /// How likely it is that the position belongs to one of them, from 0 to 1.
    pub share: f64,
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
    /// Id of the finest level that one area answers for, as far as the position can be trusted.
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
    /// How sure the owner is; null when no accuracy was stated.
    #[schema(required)]
    pub certainty: Option<CertaintyJson>,
    /// The areas that the position may belong to, the likeliest first; empty when no accuracy was stated.
    pub candidates: Vec<CandidateJson>,
    /// The candidates beyond the twenty that are named; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub candidates_omitted: Option<OmittedJson>,
    /// Who answers: for places at the position (楼栋长), then for areas, the finest first.
    pub responsible: Vec<Responsible>,
    /// Where the people of these areas talk to one another (联络群), finest area first; absent when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub channels: Vec<ChannelRef>,
    /// What an address was taken for; absent when a position was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressFound>,
}

/// One point of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// x: longitude, or easting.
    pub lon: f64,
    /// y: latitude, or northing.
    pub lat: f64,
    /// The system of the two; that of the request when left out.
    #[serde(default)]
    pub crs: Option<String>,
    /// Accuracy in metres, above 0, at most 2000.
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// `android`, `w3c`, `ios` or `uniform`.
    #[serde(default)]
    pub accuracy_kind: Option<String>,
    /// A string or a number that comes back with the answer.
    #[serde(default)]
    pub id: Option<serde_json::Value>,
}

/// Points as columns.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointColumns {
    /// All x.
    pub lon: Vec<f64>,
    /// All y, as many.
    pub lat: Vec<f64>,
    /// The system of all of them; that of the request when left out.
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
    /// Number of the record, from 1.
    pub record: u64,
}

/// The answer to one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordAnswer {
    /// What the record was called, when it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// An answer, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BatchAnswer {
    /// The answer.
    Answer(Box<RecordAnswer>),
    /// The reason.
    Error {
        /// What the record was called, when it was.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<serde_json::Value>,
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
    /// Why some are null although they are somewhere; absent when there is nothing to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<CodeError>,
}

/// Why one of the points has no code.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeError {
    /// Number of the point, from 1.
    pub record: u64,
    /// What is wrong with it.
    pub error: BatchProblem,
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

/// What of an address is in the data.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatchedPart {
    /// `area`, `estate`, `road`, `place`, `building`, `stair`, `floor` or `room`.
    pub part: String,
    /// As it was said, folded to one spelling.
    pub said: String,
    /// As it is in the data.
    pub found: String,
    /// `exact`, `alias`, `short`, `pinyin`, `initials`, `sound` or `similar`.
    pub how: String,
}

/// What of an address is not in the data, or not there.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MissingPart {
    /// Which part; `text` for words that are not understood.
    pub part: String,
    /// As it was said, folded to one spelling.
    pub said: String,
}

/// What an address may mean.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AddressCandidate {
    /// Its address, as the data have it.
    pub text: String,
    /// How much of what was said fits, from 0 to 1.
    pub score: f64,
    /// `stacked`, `building`, `place`, `estate`, `road` or `area`.
    pub kind: String,
    /// Where it is; of what is wide some position of it.
    pub position: PositionJson,
    /// Code of the finest area that all of it lies in.
    #[schema(required)]
    pub code: Option<String>,
    /// Codes of the units that share its footprint, when the address does not tell which.
    pub stacked: Vec<String>,
    /// What of the address is in the data.
    pub matched: Vec<MatchedPart>,
    /// What is not.
    pub missing: Vec<MissingPart>,
}

/// What an address was taken for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AddressFound {
    /// All that it may mean, the best first; the answer is that of the first.
    pub candidates: Vec<AddressCandidate>,
    /// Whether another one fits as well as the first, or nearly.
    pub ambiguous: bool,
}

/// An address of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressPoint {
    /// The address.
    pub address: String,
    /// A string or a number that comes back with the answer.
    #[serde(default)]
    pub id: Option<serde_json::Value>,
}

/// A text, or an object.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AddressItem {
    /// The address alone.
    Text(String),
    /// With an id.
    Object(AddressPoint),
}

/// Addresses to look up.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AddressBody(pub Vec<AddressItem>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{
            District, areas,
            demo::{Content, DemoPlan, generate},
            lookup::AnswerSource,
        },
        clock::Clock,
        domain::{
            area::{Level, Snapshot},
            geometry::Position,
            locate::{Candidate, Certainty, Located, Match, Omitted, Trust},
        },
        formats::answers::write_answer,
    };

    impl Answer {
        fn new(snapshot: &Snapshot, located: &Located, trust: Option<&Trust>) -> Self {
            let level_id = |level| snapshot.profile.level(level).id.clone();
            let area = |index| snapshot.hierarchy.area(index);
            let candidate = |candidate: &Candidate| CandidateJson {
                code: candidate.area.map(|index| area(index).code.to_string()),
                name: candidate.area.map(|index| area(index).name.clone()),
                share: candidate.share,
            };
            Self {
                edition: snapshot.edition_number(),
                r#match: match located.found {
                    Match::Inside => MatchJson::Inside,
                    Match::Border => MatchJson::Border,
                    Match::Nearest => MatchJson::Nearest,
                    Match::None => MatchJson::None,
                },
                position: PositionJson { lon: located.position.lon_degrees(), lat: located.position.lat_degrees() },
                chain: AreaRef::list(snapshot, &located.chain),
                missing: located.missing().map(level_id).collect(),
                stacked: AreaRef::list(snapshot, located.stacked),
                answer_level: match trust {
                    Some(trust) => trust.answer_level.map(level_id),
                    None => located.chain.last().map(|&finest| level_id(area(finest).level)),
                },
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
                certainty: trust.map(|trust| match trust.certainty {
                    Certainty::Sure => CertaintyJson::Sure,
                    Certainty::Doubtful => CertaintyJson::Doubtful,
                    Certainty::ToCheck => CertaintyJson::ToCheck,
                }),
                candidates: trust.map_or(Vec::new(), |trust| trust.candidates.iter().map(candidate).collect()),
                candidates_omitted: trust.and_then(|trust| {
                    trust.omitted.map(|omitted| OmittedJson { count: omitted.count, share: omitted.share })
                }),
                responsible: areas::responsible(snapshot, &located.chain, located.stacked)
                    .map(|(of, one)| Responsible::new(snapshot, of, one))
                    .collect(),
                channels: ChannelRef::list(snapshot, located.stacked.iter().chain(located.chain.iter().rev()).copied()),
                address: None,
            }
        }
    }

    async fn demo() -> AnswerSource {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let district = District::open(&folder.path().join("d.gpkg"), None, Clock::system()).await.expect("a store");
        let plan = DemoPlan::new(300, 7, Content::Buildings).expect("a plan");
        district.adopt_demo(generate(&plan, &mut |_, _| {}), "演示").await.expect("a valid demo");
        AnswerSource::new(std::sync::Arc::new(district.snapshot().await.expect("a snapshot")), None)
    }

    #[track_caller]
    fn check(source: &AnswerSource, located: &Located, trust: Option<&Trust>) {
        let mut written = Vec::new();
        write_answer(&mut written, (&source.snapshot, &source.fragments), (located, trust), &[]);
        let expected = serde_json::to_string(&Answer::new(&source.snapshot, located, trust)).expect("JSON");
        assert_eq!(String::from_utf8(written).expect("UTF-8"), expected);
    }

    /// Points on and off every label, vertex and border of a district: all kinds of match.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_written_by_hand_is_what_the_types_say() {
        let source = demo().await;
        let snapshot = &source.snapshot;
        let mut kinds = std::collections::BTreeMap::new();
        for (index, area) in (0..).zip(snapshot.hierarchy.areas()) {
            let border = snapshot.coverage.border_of(index);
            let vertex = snapshot.coverage.positions(border[0].arc)[0];
            for position in [area.label, vertex] {
                for (east, north) in [(0, 0), (1, 0), (0, -40_000), (900_000, 900_000)] {
                    let position = Position::new(position.lon() + east, position.lat() + north).expect("near by");
                    let located = snapshot.locate(position);
                    *kinds.entry(format!("{:?}", located.found)).or_insert(0) += 1;
                    check(&source, &located, None);
                }
            }
        }
        let kinds: Vec<&str> = kinds.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["Border", "Inside", "Nearest", "None"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn stacked_areas_and_trust_are_written_too() {
        let source = demo().await;
        let snapshot = &source.snapshot;
        let mut located = snapshot.locate(snapshot.hierarchy.area(400).label);
        located.stacked = &[5, 6];
        located.co_owners = vec![1, 2];
        check(&source, &located, None);
        for (certainty, answer_level) in
            [(Certainty::Sure, Some(Level(4))), (Certainty::Doubtful, Some(Level(1))), (Certainty::ToCheck, None)]
        {
            let shares = [(Some(5), 0.7311), (None, 0.25), (Some(9), 0.0188), (Some(10), 0.0001)];
            let candidates = shares.map(|(area, share)| Candidate { area, share }).to_vec();
            for omitted in [None, Some(Omitted { count: 7, share: 0.0123 })] {
                let candidates = candidates.clone();
                check(&source, &located, Some(&Trust { certainty, candidates, omitted, answer_level }));
            }
        }
    }
}
