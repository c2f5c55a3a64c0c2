//! Imports on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::import::{ImportReport, PostToFill},
    domain::{area::Finding, profile::Profile},
    formats::moment::moment_text,
    http::finding::FindingJson,
};

/// Posts to be filled that an answer lists.
const MAX_LISTED_POSTS: usize = 1_000;

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportJson {
    /// `published`, `unchanged` or `checked` (a dry run); `rejected` in the problem of a refused one.
    pub outcome: &'static str,
    /// The edition that it made.
    #[schema(required)]
    pub edition: Option<u32>,
    /// From when that is in force, when it is scheduled for a time to come.
    #[schema(required)]
    pub effective_from: Option<String>,
    /// How many records were read.
    pub records: u64,
    /// Areas that were not there.
    pub created: u64,
    /// Areas whose record differs.
    pub changed: u64,
    /// Areas whose record is the same.
    pub unchanged: u64,
    /// Areas whose border only got nodes of its neighbours.
    pub noded: u64,
    /// Areas that are no more.
    pub retired: u64,
    /// Posts that must be filled anew, because their areas are new.
    pub posts_to_fill: PostsToFill,
    /// Errors, warnings and notes.
    pub findings: Vec<FindingJson>,
}

/// Posts that must be filled anew.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostsToFill {
    /// How many there are.
    pub number_matched: usize,
    /// The first thousand; once the edition is in force, `GET /vacancies` has all.
    pub items: Vec<PostToFillJson>,
}

/// A post of a new area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PostToFill)]
pub struct PostToFillJson {
    /// Code of the area.
    pub area: String,
    /// Its name, possibly empty.
    pub name: String,
    /// Id of the role.
    pub role: String,
    /// How many it needs.
    pub missing: u16,
}

impl From<&PostToFill> for PostToFillJson {
    fn from(post: &PostToFill) -> Self {
        let PostToFill { area, name, role, missing } = post;
        Self { area: area.to_string(), name: name.clone(), role: role.clone(), missing: *missing }
    }
}

impl ImportJson {
    /// The report, with level ids of the profile.
    pub fn new(report: &ImportReport, profile: &Profile) -> Self {
        let finding = |finding: &Finding| {
            let level_id = finding.level.map(|level| profile.level(level).id.as_str());
            FindingJson::new(finding, level_id)
        };
        Self {
            outcome: report.outcome.id(),
            edition: report.edition,
            effective_from: report.effective_from.map(moment_text),
            records: report.records,
            created: report.created,
            changed: report.changed,
            unchanged: report.unchanged,
            noded: report.noded,
            retired: report.retired,
            posts_to_fill: PostsToFill {
                number_matched: report.posts_to_fill.len(),
                items: report.posts_to_fill.iter().take(MAX_LISTED_POSTS).map(PostToFillJson::from).collect(),
            },
            findings: report.findings.iter().map(finding).collect(),
        }
    }
}
