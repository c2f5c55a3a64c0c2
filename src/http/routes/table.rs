//! The table of business routes, on one screen.

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post, put},
};
use utoipa::OpenApi;

use super::{
    areas, assignments, basemap, changes, duty, editions, events, imports, indicators, indicators_import,
    indicators_table, lookup, min_edition, ogc, places, profile, rosters, sheet, sprites, styles, tiles,
};
use crate::{
    app::{App, basemap::Basemap},
    http::{express::Express, links::Links, shell::ShellState},
};

/// What every handler has.
#[derive(Clone)]
pub struct Desk {
    /// The service.
    pub app: App,
    /// Makes addresses for answers.
    pub links: Links,
    /// The base map, when one is configured.
    pub basemap: Option<Arc<Basemap>>,
}

#[derive(OpenApi)]
#[openapi(
    paths(
        profile::profile,
        lookup::lookup,
        lookup::lookup_many,
        lookup::lookup_addresses,
        areas::find,
        areas::show,
        assignments::assign,
        duty::organisations,
        duty::add_organisation,
        duty::set_organisation,
        duty::people,
        duty::add_person,
        duty::set_person,
        duty::postings,
        duty::add_posting,
        duty::end_posting,
        duty::channels,
        duty::add_channel,
        duty::end_channel,
        duty::vacancies,
        editions::editions,
        editions::edition,
        editions::diff,
        editions::crosswalk,
        changes::changes,
        tiles::live_tile_json,
        tiles::live_tile,
        tiles::edition_tile_json,
        tiles::edition_tile,
        events::events,
        ogc::landing,
        ogc::conformance,
        ogc::collections,
        ogc::collection,
        ogc::matrix_sets,
        ogc::matrix_set,
        ogc::dataset_tilesets,
        ogc::dataset_tileset,
        ogc::dataset_tile,
        ogc::collection_tilesets,
        ogc::collection_tileset,
        ogc::collection_tile,
        sprites::sprite,
        styles::style,
        basemap::basemap_json,
        basemap::basemap_tile,
        imports::import,
        rosters::import_roster,
        rosters::roster_csv,
        rosters::roster_xlsx,
        rosters::roster_template,
        indicators::list,
        indicators::values,
        indicators::of_area,
        indicators_import::import,
        indicators_table::export,
        indicators_table::template,
        sheet::json,
        sheet::html,
        sheet::xlsx,
        places::find,
        places::show,
        places::nearest,
        places::of_area,
        places::csv,
        places::xlsx,
        places::geojson,
        places::template_csv,
        places::template_xlsx,
        places::import,
    ),
    tags(
        (name = "profile", description = "The district / 地区设置"),
        (name = "lookup", description = "Who is responsible for a point / 归属查询"),
        (name = "areas", description = "Areas / 区域"),
        (name = "duty", description = "Who answers for what / 单位、人员与岗位"),
        (name = "places", description = "Places by class / 点位"),
        (name = "assignments", description = "Who is to answer for a case / 派单"),
        (name = "editions", description = "Editions through time / 版本与沿革"),
        (name = "map", description = "Tiles and styles / 瓦片与样式"),
        (name = "events", description = "What happens, as it happens / 实时事件"),
        (name = "ogc", description = "OGC API - Tiles / OGC 瓦片接口"),
        (name = "indicators", description = "Indicators and sheets / 指标与一套表"),
        (name = "imports", description = "Importing areas / 导入"),
    )
)]
struct Business;

/// What of `app` may answer before routing.
pub fn express(app: App) -> Express {
    lookup::express(app)
}

/// The routes over `app`, and the OpenAPI document of them.
pub fn business(
    app: App,
    links: Links,
    state: ShellState,
    basemap: Option<Arc<Basemap>>,
) -> (Router, utoipa::openapi::OpenApi) {
    state.set_staleness(app.staleness());
    app.on_swap(move |edition| state.set_edition(u64::from(edition)));
    let routes = Router::new()
        .route("/profile", get(profile::profile))
        .route("/lookup", get(lookup::lookup).post(lookup::lookup_many))
        .route("/lookup/addresses", post(lookup::lookup_addresses))
        .route("/areas", get(areas::find))
        .route("/areas/{code}", get(areas::show))
        .route("/assignments", post(assignments::assign))
        .route("/organisations", get(duty::organisations).post(duty::add_organisation))
        .route("/organisations/{id}", put(duty::set_organisation))
        .route("/people", get(duty::people).post(duty::add_person))
        .route("/people/{id}", put(duty::set_person))
        .route("/postings", get(duty::postings).post(duty::add_posting))
        .route("/postings/{id}/end", post(duty::end_posting))
        .route("/channels", get(duty::channels).post(duty::add_channel))
        .route("/channels/{id}/end", post(duty::end_channel))
        .route("/vacancies", get(duty::vacancies))
        .route("/areas/{code}/places", get(places::of_area))
        .route("/places", get(places::find))
        .route("/places.csv", get(places::csv))
        .route("/places.xlsx", get(places::xlsx))
        .route("/places.geojson", get(places::geojson))
        .route("/places/template.csv", get(places::template_csv))
        .route("/places/template.xlsx", get(places::template_xlsx))
        .route("/places/nearest", get(places::nearest))
        .route("/places/imports", post(places::import))
        .route("/places/{id}", get(places::show))
        .route("/tiles/{file}", get(tiles::live_tile_json))
        .route("/tiles/{tileset}/{z}/{x}/{y}", get(tiles::live_tile))
        .route("/editions", get(editions::editions))
        .route("/editions/{edition}", get(editions::edition))
        .route("/editions/{edition}/diff/{other}", get(editions::diff))
        .route("/editions/{edition}/crosswalk/{other}", get(editions::crosswalk))
        .route("/changes", get(changes::changes))
        .route("/editions/{edition}/tiles/{file}", get(tiles::edition_tile_json))
        .route("/editions/{edition}/tiles/{tileset}/{z}/{x}/{y}", get(tiles::edition_tile))
        .route("/events", get(events::events))
        .merge(ogc::routes())
        .route("/sprites/{name}", get(sprites::sprite))
        .route("/styles/{name}", get(styles::style))
        .route("/basemap.json", get(basemap::basemap_json))
        .route("/basemap/{z}/{x}/{y}", get(basemap::basemap_tile))
        .route("/imports", post(imports::import))
        .route("/rosters/imports", post(rosters::import_roster))
        .route("/rosters/{file}", get(rosters::roster_template))
        .route("/rosters.csv", get(rosters::roster_csv))
        .route("/rosters.xlsx", get(rosters::roster_xlsx))
        .route("/indicators", get(indicators::list))
        .route("/indicators/imports", post(indicators_import::import))
        .route("/indicators/export", get(indicators_table::export))
        .route("/indicators/template", get(indicators_table::template))
        .route("/indicators/{id}", get(indicators::values))
        .route("/areas/{code}/indicators", get(indicators::of_area))
        .route("/areas/{code}/sheet", get(sheet::json))
        .route("/areas/{code}/sheet.html", get(sheet::html))
        .route("/areas/{code}/sheet.xlsx", get(sheet::xlsx))
        .route_layer(middleware::from_fn_with_state(app.clone(), min_edition::wait))
        .with_state(Desk { app, links, basemap });
    (routes, openapi())
}

/// The OpenAPI document of the business routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Business::openapi();
    min_edition::describe(&mut document);
    document
}
