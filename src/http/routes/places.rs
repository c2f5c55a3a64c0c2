//! `GET /places` and what hangs on it.

mod import;
mod tables;

use std::{ops::Range, sync::Arc};

use axum::{extract::State, response::Response};

pub(super) use import::{__path_import, import};
pub(super) use tables::{
    __path_csv, __path_geojson, __path_template_csv, __path_template_xlsx, __path_xlsx, csv, geojson, template_csv,
    template_xlsx, xlsx,
};

use super::{Desk, answer::json_of, which};
use crate::{
    app::{View, places::Found, tasks},
    domain::{
        area::Snapshot,
        coverage::AreaIndex,
        crs::{Crs, to_position},
        geometry::{Extent, Position},
        place::{Place, PlaceDirectory},
        profile::{CrsNames, Profile},
    },
    http::{
        dto::{
            area::Link,
            place::{FoundPlaces, NearPlaceJson, NearPlaces, PlaceDetail, PlaceJson},
        },
        path::Segments,
        percent,
        problem::{Problem, printable},
        query::{Query, RawQuery, bad_value},
    },
};

/// Places on a page when nobody says, and at most.
const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1_000;
/// Nearest places when nobody says, and at most.
const DEFAULT_NEAREST: u32 = 5;
const MAX_NEAREST: u32 = 100;
/// Longest text to search for.
const MAX_QUERY_CHARACTERS: usize = 100;

/// What places are sought.
struct Sought {
    class: Option<String>,
    place: Where,
    window: Option<Extent>,
    text: Option<String>,
}

/// Where places are sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    In(AreaIndex),
    /// In no area.
    Outside,
}

impl Where {
    fn of(query: &Query, snapshot: &Snapshot) -> Result<Self, Problem> {
        let outside = query.bool("outside")?.unwrap_or(false);
        match query.text("area") {
            Some(_) if outside => {
                let (zh, en) = ("outside 与 area 不能同用", "outside says nothing beside area");
                Err(Problem::bad_parameter("outside", zh, en, "one of outside and area"))
            }
            None => Ok(if outside { Self::Outside } else { Self::Anywhere }),
            Some(text) => match snapshot.hierarchy.find(text) {
                Some(area) => Ok(Self::In(area)),
                None => Err(bad_value("area", text, ("区域编码", "the code of an area"))),
            },
        }
    }
}

impl Sought {
    fn of(query: &Query, profile: &Profile, found: &Found, place: Where) -> Result<Self, Problem> {
        Ok(Self {
            class: known_class(query, profile, &found.directory)?,
            place,
            window: window(query)?,
            text: query.short_text("q", MAX_QUERY_CHARACTERS)?.map(str::to_lowercase),
        })
    }

    /// The numbers of the class that is sought, or all.
    fn range(&self, found: &Found) -> Range<u32> {
        match &self.class {
            Some(class) => found.directory.range_of(class),
            None => 0..found.directory.places().len() as u32,
        }
    }

    /// The numbers of those that are sought, ascending. CPU work of milliseconds.
    fn numbers(&self, found: &Found) -> Vec<u32> {
        let directory = &found.directory;
        let range = self.range(found);
        let mut numbers: Vec<u32> = match (self.place, self.window) {
            (Where::In(area), _) => found.by_area.of_range(area, &range).to_vec(),
            (Where::Outside, _) => found.by_area.outside(&range).to_vec(),
            (Where::Anywhere, Some(window)) => directory.meeting(self.class.as_deref(), window),
            (Where::Anywhere, None) => range.collect(),
        };
        if let (Where::In(_) | Where::Outside, Some(window)) = (self.place, self.window) {
            numbers.retain(|&number| directory.extent(number).is_some_and(|extent| extent.intersects(window)));
        }
        if let Some(text) = &self.text {
            numbers.retain(|&number| says(directory.place(number), text));
        }
        numbers
    }
}

fn says(place: &Place, text: &str) -> bool {
    let has = |other: &str| other.to_lowercase().contains(text);
    let others = [&place.external_id, &place.address];
    has(&place.name) || place.aliases.iter().any(|alias| has(alias)) || others.into_iter().flatten().any(|it| has(it))
}

/// Places by class, area, extent and text, by class and id.
#[utoipa::path(get, path = "/places", tag = "places", params(
    ("class" = Option<String>, Query, description = "Only this class / 类别", example = "camera"),
    ("area" = Option<String>, Query, description = "Only what lies in the area with this code / 区域编码", example = "350304001"),
    ("outside" = Option<bool>, Query, description = "Only what lies in no area of the edition in force / 不在任何区域内的"),
    ("bbox" = Option<String>, Query, description = "Only what meets west,south,east,north in degrees / 范围", example = "119.0,25.42,119.02,25.44"),
    ("q" = Option<String>, Query, description = "Part of name, alias, number or address / 名称、别名、编号或地址"),
    ("limit" = Option<u32>, Query, description = "Places on a page, 100 when left out, at most 1000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after the place with this id / 从该点位之后继续"),
), responses((status = 200, description = "A page of places / 点位列表", body = FoundPlaces)))]
pub(super) async fn find(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["class", "area", "outside", "bbox", "q", "limit", "after"])?;
    let view = desk.app.served().view.clone();
    let place = Where::of(&query, view.snapshot())?;
    let given = ["class", "area", "outside", "bbox", "q", "limit"];
    page(&desk, &query, &view, place, ("/places", &given)).await
}

/// The places that lie in an area.
#[utoipa::path(get, path = "/areas/{code}/places", tag = "places", params(
    ("code" = String, Path, description = "The code / 编码", example = "350304001"),
    ("class" = Option<String>, Query, description = "Only this class / 类别", example = "camera"),
    ("bbox" = Option<String>, Query, description = "Only what meets west,south,east,north in degrees / 范围"),
    ("q" = Option<String>, Query, description = "Part of name, alias, number or address / 名称、别名、编号或地址"),
    ("limit" = Option<u32>, Query, description = "Places on a page, 100 when left out, at most 1000 / 每页数量"),
    ("after" = Option<u32>, Query, description = "Go on after the place with this id / 从该点位之后继续"),
    ("edition" = Option<u32>, Query, description = "By the areas of this edition / 版本"),
    ("as_of" = Option<String>, Query, description = "By the areas of the edition in force then / 时点"),
    ("known_at" = Option<String>, Query, description = "As far as was known then / 知悉时点"),
), responses((status = 200, description = "A page of places / 点位列表", body = FoundPlaces)))]
pub(super) async fn of_area(
    State(desk): State<Desk>,
    query: RawQuery,
    segments: Segments,
) -> Result<Response, Problem> {
    let query = query.allow(&["class", "bbox", "q", "limit", "after", "edition", "as_of", "known_at"])?;
    let view = which::view(&desk, &query).await?;
    let code = segments.text("code");
    let Some(area) = view.snapshot().hierarchy.find(code) else {
        let shown = printable(code);
        return Err(Problem::not_found(format!("没有编码为 {shown} 的区域"), format!("no area has the code {shown}")));
    };
    let path = format!("/areas/{}/places", percent::encode(code));
    let given = ["class", "bbox", "q", "limit", "edition", "as_of", "known_at"];
    page(&desk, &query, &view, Where::In(area), (&path, &given)).await
}

async fn page(
    desk: &Desk,
    query: &Query,
    view: &View,
    place: Where,
    (path, given): (&str, &[&'static str]),
) -> Result<Response, Problem> {
    let (found, snapshot) = (desk.app.places_by_area(view).await, Arc::clone(view.snapshot()));
    let sought = Sought::of(query, &snapshot.profile, &found, place)?;
    let limit = query.u32_in("limit", 1..=MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT) as usize;
    let after = match query.u32_in("after", 1..=u32::MAX)? {
        None => None,
        Some(id) => Some(found.directory.find(i64::from(id)).ok_or_else(|| {
            bad_value("after", &id.to_string(), ("前一页上的点位编号", "the id of a place on an earlier page"))
        })?),
    };
    let edition = snapshot.edition_number();
    let (number_matched, is_last, outside, items) = tasks::compute(move || {
        let numbers = sought.numbers(&found);
        let begin = after.map_or(0, |after| numbers.partition_point(|&number| number <= after));
        let page = &numbers[begin..numbers.len().min(begin + limit)];
        let is_last = begin + page.len() == numbers.len();
        let profile = &snapshot.profile;
        let items: Vec<PlaceJson> =
            page.iter().map(|&number| PlaceJson::new(profile, &found.directory, number)).collect();
        (numbers.len(), is_last, found.by_area.outside(&sought.range(&found)).len(), items)
    })
    .await;
    let mut next = String::new();
    for name in given {
        if let Some(value) = query.text(name) {
            next += &format!("{name}={}&", percent::encode(value));
        }
    }
    let link = items
        .last()
        .filter(|_| !is_last)
        .map(|last| Link { rel: "next", href: desk.links.href(&format!("{path}?{next}after={}", last.id)) });
    let links = link.into_iter().collect();
    Ok(json_of(edition, FoundPlaces { edition, number_matched, number_returned: items.len(), outside, items, links }))
}

/// One place: all that is known of it, where it is and in which areas.
#[utoipa::path(get, path = "/places/{id}", tag = "places", params(
    ("id" = u32, Path, description = "The id / 系统编号", example = 1),
), responses((status = 200, description = "The place / 点位", body = PlaceDetail)))]
pub(super) async fn show(State(desk): State<Desk>, query: RawQuery, segments: Segments) -> Result<Response, Problem> {
    query.allow(&[])?;
    let id = segments.u32("id")?;
    let served = desk.app.served();
    let directory = served.places.directory();
    let Some(number) = directory.find(i64::from(id)) else {
        return Err(Problem::not_found(format!("没有编号为 {id} 的点位"), format!("no place has the id {id}")));
    };
    let detail = PlaceDetail::new(&served.snapshot, directory, number);
    Ok(json_of(detail.edition, detail))
}

/// The places, of one class or of all, nearest to a position, with distance and bearing.
#[utoipa::path(get, path = "/places/nearest", tag = "places", params(
    ("lon" = f64, Query, description = "Longitude, or easting in metres / 经度或东坐标", example = 119.0076),
    ("lat" = f64, Query, description = "Latitude, or northing in metres / 纬度或北坐标", example = 25.4315),
    ("crs" = Option<String>, Query, description = "Coordinate system, EPSG:4490 when left out / 坐标系"),
    ("class" = Option<String>, Query, description = "Only this class / 类别", example = "hydrant"),
    ("n" = Option<u32>, Query, description = "How many, 5 when left out, at most 100 / 数量"),
), responses((status = 200, description = "The nearest places / 最近点位", body = NearPlaces)))]
pub(super) async fn nearest(State(desk): State<Desk>, query: RawQuery) -> Result<Response, Problem> {
    let query = query.allow(&["lon", "lat", "crs", "class", "n"])?;
    let (lon, lat) = (query.need("lon", query.f64("lon")?)?, query.need("lat", query.f64("lat")?)?);
    let crs = match query.text("crs") {
        None => Crs::Cgcs2000,
        Some(name) => crs(name, &desk.app.district().profile().crs)?,
    };
    let position: Position = to_position(crs, lon, lat).map_err(|error| {
        Problem::bad_parameter(
            "lon",
            format!("坐标不在 {crs} 的范围内"),
            error.to_string(),
            "coordinates inside the system",
        )
    })?;
    let count = query.u32_in("n", 1..=MAX_NEAREST)?.unwrap_or(DEFAULT_NEAREST) as usize;
    let served = desk.app.served();
    let class = known_class(&query, &served.snapshot.profile, served.places.directory())?;
    let (edition, items) = tasks::compute(move || {
        let directory = served.places.directory();
        let near = directory.nearest(class.as_deref(), position, count).into_iter();
        let items = near.map(|near| NearPlaceJson::new(&served.snapshot.profile, directory, near)).collect();
        (served.snapshot.edition_number(), items)
    })
    .await;
    let position = [position.lon_degrees(), position.lat_degrees()];
    Ok(json_of(edition, NearPlaces { edition, position, items }))
}

fn crs(name: &str, names: &CrsNames) -> Result<Crs, Problem> {
    names.parse(name).map_err(|_| {
        let names = names.all().join(", ");
        bad_value("crs", name, (&names, &names))
    })
}

/// The class that a query names: one of the profile, or one that has places all the same.
fn known_class(query: &Query, profile: &Profile, directory: &PlaceDirectory) -> Result<Option<String>, Problem> {
    let Some(text) = query.text("class") else { return Ok(None) };
    if profile.place_class(text).is_some() || !directory.range_of(text).is_empty() {
        return Ok(Some(text.to_owned()));
    }
    let words = profile.place_classes.iter().map(|class| class.id.as_str()).collect::<Vec<_>>().join(", ");
    Err(bad_value("class", text, (&words, &words)))
}

fn window(query: &Query) -> Result<Option<Extent>, Problem> {
    let Some([west, south, east, north]) = query.f64s::<4>("bbox")? else { return Ok(None) };
    let corners = Position::from_degrees(west, south).zip(Position::from_degrees(east, north));
    match corners.filter(|_| west <= east && south <= north) {
        Some((least, most)) => Ok(Some(Extent::of(least).with(most))),
        None => Err(bad_value(
            "bbox",
            query.text("bbox").unwrap_or_default(),
            ("西,南,东,北（度）", "west,south,east,north in degrees"),
        )),
    }
}
