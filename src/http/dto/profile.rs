//! The profile on the wire: what a screen must know of the district.

use serde::Serialize;
use utoipa::ToSchema;

use super::place::PlaceClassJson;
use crate::{
    app::Served,
    domain::{
        area::{Edition, Level},
        profile::OwnCrs,
    },
    formats::moment::moment_text,
    http::finding::BothLanguages,
};

/// An edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionJson {
    /// Its number.
    pub number: u32,
    /// What it is called.
    pub title: String,
    /// Who published it.
    pub author: String,
    /// From when it is in force.
    pub effective_from: String,
    /// When it was published.
    pub published_at: String,
}

impl From<&Edition> for EditionJson {
    fn from(edition: &Edition) -> Self {
        Self {
            number: edition.number,
            title: edition.title.clone(),
            author: edition.author.clone(),
            effective_from: moment_text(edition.effective_from),
            published_at: moment_text(edition.published_at),
        }
    }
}

/// A level.
#[derive(Debug, Serialize, ToSchema)]
pub struct LevelJson {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// How many areas it has.
    pub count: u32,
    /// The zoom from which the map shows it.
    pub min_zoom: u8,
    /// The zoom from which the map labels it.
    #[schema(required)]
    pub label_zoom: Option<u8>,
    /// Whether its areas are comprehensive or exclusive.
    pub kinds: bool,
    /// Whether several areas may share one footprint.
    pub stackable: bool,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleJson {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// Id of the level it answers for.
    pub level: String,
}

/// A coordinate system that the district has a name of its own for.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnCrsJson {
    /// Its id, the value of `crs`.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// The same as a PROJ string, which `crs` takes as well.
    pub definition: String,
}

impl From<&OwnCrs> for OwnCrsJson {
    fn from(own: &OwnCrs) -> Self {
        Self { id: own.id.clone(), name: BothLanguages::from(&own.name), definition: own.crs().to_string() }
    }
}

/// What a case may be about (事项类别).
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryJson {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// The line of work that it belongs to (条线).
    pub line: BothLanguages,
    /// Whether a case of it is never shown as an exact point or text in public.
    pub sensitive: bool,
}

/// What every map shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct MapJson {
    /// 审图号, when the operator has one.
    #[schema(required)]
    pub approval_number: Option<String>,
    /// What the map says without one.
    pub notice: BothLanguages,
    /// Who made the data.
    pub attribution: BothLanguages,
}

/// The district and its rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileJson {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: BothLanguages,
    /// The edition that is served; null when nothing was published.
    #[schema(required)]
    pub edition: Option<EditionJson>,
    /// West, south, east, north of all areas; null when there are none.
    #[schema(required)]
    pub bounds: Option<[f64; 4]>,
    /// Where data may lie.
    pub extent: [f64; 4],
    /// The levels, coarsest first.
    pub levels: Vec<LevelJson>,
    /// The roles, in answering order.
    pub roles: Vec<RoleJson>,
    /// What cases may be about.
    pub categories: Vec<CategoryJson>,
    /// The classes of places, in the order in which they are listed.
    pub place_classes: Vec<PlaceClassJson>,
    /// Every coordinate system that a look-up or an import takes, by name.
    pub crs: Vec<String>,
    /// Those of them that are the district's own, a transverse Mercator each.
    pub own_crs: Vec<OwnCrsJson>,
    /// What every map shows.
    pub map: MapJson,
    /// How far from every area the nearest one is still named, in metres.
    pub nearest_limit_m: f64,
    /// From which share on an owner is sure, with a stated accuracy.
    pub sure_share: f64,
    /// From which share on an owner is doubtful; below it, he is to be checked.
    pub doubtful_share: f64,
    /// IANA name of the time zone.
    pub time_zone: String,
}

impl ProfileJson {
    /// The profile of what is served.
    pub fn new(served: &Served) -> Self {
        let (snapshot, profile) = (&served.snapshot, &served.snapshot.profile);
        let edition = snapshot.edition.as_ref().map(EditionJson::from);
        let level = |(ordinal, level): (u8, &crate::domain::profile::LevelSpec)| LevelJson {
            id: level.id.clone(),
            name: BothLanguages::from(&level.name),
            count: snapshot.hierarchy.of_level(Level(ordinal)).len() as u32,
            min_zoom: level.min_zoom,
            label_zoom: level.label_zoom,
            kinds: level.kinds,
            stackable: level.stackable,
        };
        let role = |role: &crate::domain::profile::Role| RoleJson {
            id: role.id.clone(),
            name: BothLanguages::from(&role.name),
            level: profile.level(role.level).id.clone(),
        };
        let category = |category: &crate::domain::profile::Category| CategoryJson {
            id: category.id.clone(),
            name: BothLanguages::from(&category.name),
            line: BothLanguages::from(&category.line),
            sensitive: category.is_sensitive,
        };
        Self {
            id: profile.id.clone(),
            name: BothLanguages::from(&profile.name),
            edition,
            bounds: served.extent.map(|extent| extent.to_degrees()),
            extent: profile.extent.to_degrees(),
            levels: (0..).zip(&profile.levels).map(level).collect(),
            roles: profile.roles.iter().map(role).collect(),
            categories: profile.categories.iter().map(category).collect(),
            place_classes: PlaceClassJson::all(profile),
            crs: profile.crs.all(),
            own_crs: profile.crs.own().iter().map(OwnCrsJson::from).collect(),
            map: MapJson {
                approval_number: profile.map.approval_number.clone(),
                notice: BothLanguages::from(&profile.map.notice),
                attribution: BothLanguages::from(&profile.map.attribution),
            },
            nearest_limit_m: profile.nearest_limit_m,
            sure_share: profile.thresholds.sure_share(),
            doubtful_share: profile.thresholds.doubtful_share(),
            time_zone: profile.time_zone.0.clone(),
        }
    }
}
