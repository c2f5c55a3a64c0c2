//! Editions on the wire: what there is, what differs, what was logged.

use serde::Serialize;
use utoipa::ToSchema;

use super::{area::Link, profile::EditionJson};
use crate::{
    domain::{
        area::{Edition, EditionNumber, Level},
        profile::Profile,
        redraw::diff::{Change, ChangeKind, Diff, Kinship, Party},
    },
    formats::moment::moment_text,
    store::LoggedChange,
};

/// An edition, and where it stands in time.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionDetail {
    /// The edition.
    #[serde(flatten)]
    pub edition: EditionJson,
    /// `past`, `in_force` or `scheduled`.
    pub state: &'static str,
    /// SHA-256 of the profile that it was published under.
    pub profile_digest: String,
}

impl EditionDetail {
    /// An edition while `in_force` is the one in force.
    pub fn new(edition: &Edition, in_force: EditionNumber) -> Self {
        let state = match edition.number.cmp(&in_force) {
            std::cmp::Ordering::Less => "past",
            std::cmp::Ordering::Equal => "in_force",
            std::cmp::Ordering::Greater => "scheduled",
        };
        Self { edition: edition.into(), state, profile_digest: edition.profile_digest.clone() }
    }
}

/// A page of editions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Editions {
    /// How many there are.
    pub number_matched: usize,
    /// How many are on this page.
    pub number_returned: usize,
    /// The editions, oldest first.
    pub items: Vec<EditionDetail>,
    /// `next`, when there are more.
    pub links: Vec<Link>,
}

/// An area of one of two editions.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyJson {
    /// Its stable number.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// 户数.
    #[schema(required)]
    pub households: Option<u32>,
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
}

impl From<&Party> for PartyJson {
    fn from(party: &Party) -> Self {
        Self {
            id: party.id.0,
            code: party.code.to_string(),
            name: party.name.clone(),
            households: party.households,
            area_m2: party.area_m2,
        }
    }
}

/// Common ground of an area before and one after.
#[derive(Debug, Serialize, ToSchema)]
pub struct KinshipJson {
    /// The code before; null for new ground.
    #[schema(required)]
    pub before: Option<String>,
    /// The code after; null for ground that is nobody's any more.
    #[schema(required)]
    pub after: Option<String>,
    /// `created`, `retired`, `kept`, `recoded`, `split`, `merged` or `transferred`.
    pub relation: &'static str,
    /// Square metres of the common ground.
    pub area_m2: f64,
    /// Its share of the area before.
    pub share_before: f64,
    /// Its share of the area after.
    pub share_after: f64,
    /// The part of the households of the area before.
    #[schema(required)]
    pub households: Option<u32>,
    /// How that was found: by `buildings`, or by `area` (估算).
    #[schema(required)]
    pub weighting: Option<&'static str>,
}

impl From<&Kinship> for KinshipJson {
    fn from(kinship: &Kinship) -> Self {
        let code = |party: &Option<Party>| party.as_ref().map(|party| party.code.to_string());
        Self {
            before: code(&kinship.before),
            after: code(&kinship.after),
            relation: kinship.relation().id(),
            area_m2: kinship.area_m2,
            share_before: kinship.share_before,
            share_after: kinship.share_after,
            households: kinship.households,
            weighting: kinship.weighting.map(|weighting| weighting.id()),
        }
    }
}

/// One change of one area.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeJson {
    /// `created`, `retired`, `split`, `merged`, `reshaped`, `recoded`, `renamed` or `updated`.
    pub change: &'static str,
    /// Id of the level.
    pub level: String,
    /// The area before.
    #[schema(required)]
    pub before: Option<PartyJson>,
    /// The area after.
    #[schema(required)]
    pub after: Option<PartyJson>,
    /// What it shares ground with: successors of what was, predecessors of what came; the largest share first.
    pub lineage: Vec<KinshipJson>,
}

impl ChangeJson {
    fn new(change: &Change, profile: &Profile) -> Self {
        Self {
            change: change.kind.id(),
            level: profile.level(change.level()).id.clone(),
            before: change.before.as_ref().map(PartyJson::from),
            after: change.after.as_ref().map(PartyJson::from),
            lineage: change.kin.iter().map(KinshipJson::from).collect(),
        }
    }
}

/// How many changes there are on a level.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeCounts {
    /// Id of the level.
    pub level: String,
    /// 新设.
    pub created: usize,
    /// 撤销.
    pub retired: usize,
    /// 拆分.
    pub split: usize,
    /// 合并.
    pub merged: usize,
    /// 边界调整.
    pub reshaped: usize,
    /// 换码.
    pub recoded: usize,
    /// 更名.
    pub renamed: usize,
    /// 属性变更.
    pub updated: usize,
}

/// A page of what differs between two editions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffJson {
    /// The edition before.
    pub before: u32,
    /// The edition after.
    pub after: u32,
    /// How many changes there are of each kind, level by level, coarsest first.
    pub counts: Vec<ChangeCounts>,
    /// How many changes there are.
    pub number_matched: usize,
    /// How many are on this page.
    pub number_returned: usize,
    /// The changes: coarse levels first, then by kind, then by code.
    pub items: Vec<ChangeJson>,
    /// `next`, when there are more.
    pub links: Vec<Link>,
}

impl DiffJson {
    /// The changes of a difference behind the first `after`, at most `limit`.
    pub fn new(diff: &Diff, profile: &Profile, after: usize, limit: usize) -> Self {
        let counts = |level: Level| {
            let count = |kind| diff.count(kind, level);
            ChangeCounts {
                level: profile.level(level).id.clone(),
                created: count(ChangeKind::Created),
                retired: count(ChangeKind::Retired),
                split: count(ChangeKind::Split),
                merged: count(ChangeKind::Merged),
                reshaped: count(ChangeKind::Reshaped),
                recoded: count(ChangeKind::Recoded),
                renamed: count(ChangeKind::Renamed),
                updated: count(ChangeKind::Updated),
            }
        };
        let items: Vec<ChangeJson> =
            diff.changes.iter().skip(after).take(limit).map(|change| ChangeJson::new(change, profile)).collect();
        Self {
            before: diff.before,
            after: diff.after,
            counts: (0..profile.levels.len() as u8).map(|level| counts(Level(level))).collect(),
            number_matched: diff.changes.len(),
            number_returned: items.len(),
            items,
            links: Vec::new(),
        }
    }
}

/// An entry of the change log.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedJson {
    /// Its number; they go up by one, in the order of commits.
    pub seq: i64,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// `profile`, `edition`, `places`, or `postings` for a change of the roster (岗位变动).
    pub kind: String,
    /// The edition that came of it.
    #[schema(required)]
    pub edition: Option<u32>,
    /// One line about it.
    pub summary: String,
}

impl From<LoggedChange> for LoggedJson {
    fn from(change: LoggedChange) -> Self {
        let LoggedChange { seq, at, actor, kind, edition, summary } = change;
        Self { seq, at: moment_text(at), actor, kind, edition, summary }
    }
}

/// A page of the change log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// The entries behind `since`, in their order.
    pub items: Vec<LoggedJson>,
    /// The number of the last of them, or `since`: ask with it again.
    pub last: i64,
    /// `next`, when there may be more.
    pub links: Vec<Link>,
}
