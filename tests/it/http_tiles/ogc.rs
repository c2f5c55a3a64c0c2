//! OGC API - Tiles.

use serde_json::json;

use super::*;
use crate::http_api::service;

const SETS: [&str; 3] = ["WebMercatorQuad", "WorldCRS84Quad", "CGCS2000Quad"];

/// The addresses of the links with this relation.
fn links<'a>(document: &'a Value, rel: &str) -> Vec<&'a str> {
    let links = document["links"].as_array().expect("links").iter();
    links.filter(|link| link["rel"] == rel).map(|link| link["href"].as_str().expect("an address")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_somewhere_of_the_type_it_says() {
    let service = service(300).await;
    let (mut waiting, mut seen) = (vec!["/ogc".to_owned()], std::collections::BTreeSet::new());
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = get(&service, &path, &[("accept", "application/json, text/html")]).await;
        assert_eq!(answer.status, 200, "{path}");
        let Ok(document) = serde_json::from_slice::<Value>(&answer.bytes) else { continue };
        let mut parts = vec![&document];
        while let Some(part) = parts.pop() {
            parts.extend(part.as_object().into_iter().flat_map(|object| object.values()));
            parts.extend(part.as_array().into_iter().flatten());
            let Some(href) = part.get("href").and_then(Value::as_str).filter(|_| path.starts_with("/ogc")) else {
                continue;
            };
            if part["templated"] != json!(true) {
                let target = get(&service, href, &[("accept", part["type"].as_str().expect("a type"))]).await;
                assert_eq!(
                    (target.status.as_u16(), target.header("content-type")),
                    (200, part["type"].as_str().unwrap()),
                    "{href}"
                );
                waiting.push(href.to_owned());
            }
        }
    }
    for path in ["/ogc/conformance", "/ogc/collections/areas/tiles/CGCS2000Quad", "/ogc/tileMatrixSets/WorldCRS84Quad"]
    {
        assert!(seen.contains(path), "{path} is linked: {seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_before_columns() {
    let service = service(300).await;
    let coord = tiles_at(&service, 14).into_iter().find(|coord| coord.x() != coord.y()).expect("an asymmetric tile");
    let (z, row, column) = (coord.z(), coord.y(), coord.x());
    let by_column = get(&service, &format!("/tiles/areas/{z}/{column}/{row}"), &[]).await;
    assert_eq!(by_column.status, 200);
    for base in ["/ogc/tiles", "/ogc/collections/areas/tiles"] {
        let by_row = get(&service, &format!("{base}/WebMercatorQuad/{z}/{row}/{column}"), &[]).await;
        assert_eq!((by_row.header("etag"), &by_row.bytes), (by_column.header("etag"), &by_column.bytes));
        // The other way round it is another place on earth.
        assert_eq!(get(&service, &format!("{base}/WebMercatorQuad/{z}/{column}/{row}"), &[]).await.status, 204);
    }
    // Sets in degrees have twice as many columns as rows: the easternmost column is no row.
    assert_eq!(get(&service, "/ogc/tiles/WorldCRS84Quad/3/7/15", &[]).await.status, 204);
    assert_eq!(get(&service, "/ogc/tiles/WorldCRS84Quad/3/15/7", &[]).await.status, 404);
    let places = get(&service, &format!("/ogc/collections/places/tiles/WebMercatorQuad/{z}/{row}/{column}"), &[]).await;
    assert_eq!(places.bytes, get(&service, &format!("/tiles/places/{z}/{column}/{row}"), &[]).await.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_set_has_tiles_within_its_limits_and_none_beside_them() {
    let service = service(300).await;
    for set in SETS {
        let metadata = get(&service, &format!("/ogc/collections/areas/tiles/{set}"), &[]).await.json();
        assert_eq!((&metadata["dataType"], &metadata["tileMatrixSetId"]), (&json!("vector"), &json!(set)));
        let template = links(&metadata, "item")[0];
        let limits = metadata["tileMatrixSetLimits"].as_array().expect("limits");
        let number = |limit: &Value, name: &str| limit[name].as_u64().expect("a number");
        let mut drawn = 0;
        for limit in limits
            .iter()
            .filter(|limit| limit["tileMatrix"].as_str().is_some_and(|zoom| zoom.len() == 2 && zoom < "13"))
        {
            let (rows, columns) = (
                number(limit, "minTileRow")..=number(limit, "maxTileRow"),
                number(limit, "minTileCol")..=number(limit, "maxTileCol"),
            );
            let tile = |row: u64, column: u64| {
                let path = template.replace("{tileMatrix}", limit["tileMatrix"].as_str().expect("a matrix"));
                path.replace("{tileRow}", &row.to_string()).replace("{tileCol}", &column.to_string())
            };
            for row in rows.clone() {
                for column in columns.clone() {
                    drawn += u32::from(get(&service, &tile(row, column), &[]).await.status == 200);
                }
            }
            // Two away, beyond the buffer of what is at the edge.
            let beside = [
                (rows.start() - 2, *columns.start()),
                (rows.end() + 2, *columns.end()),
                (*rows.start(), columns.start() - 2),
                (*rows.end(), columns.end() + 2),
            ];
            for (row, column) in beside {
                assert_eq!(get(&service, &tile(row, column), &[]).await.status, 204, "{set}");
            }
        }
        assert!(drawn >= 4, "{set}: {drawn} tiles");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn matrix_sets_are_told_in_full() {
    let service = service(0).await;
    let list = get(&service, "/ogc/tileMatrixSets", &[]).await.json();
    let ids: Vec<&str> =
        list["tileMatrixSets"].as_array().expect("a list").iter().filter_map(|set| set["id"].as_str()).collect();
    assert_eq!(ids, SETS);
    let set = |name| format!("/ogc/tileMatrixSets/{name}");
    let mercator = get(&service, &set("WebMercatorQuad"), &[]).await.json();
    let matrices = mercator["tileMatrices"].as_array().expect("matrices");
    assert_eq!(matrices.len(), 23);
    let first = json!({
        "id": "0", "scaleDenominator": 559_082_264.028_717_8, "cellSize": 156_543.033_928_040_97,
        "cornerOfOrigin": "topLeft", "pointOfOrigin": [-20_037_508.342_789_244, 20_037_508.342_789_244],
        "tileWidth": 256, "tileHeight": 256, "matrixWidth": 1, "matrixHeight": 1,
    });
    assert_eq!(matrices[0], first);
    assert_eq!(
        (&mercator["crs"], &mercator["orderedAxes"]),
        (&json!("http://www.opengis.net/def/crs/EPSG/0/3857"), &json!(["X", "Y"]))
    );
    // As 天地图 counts: the first matrix is called 1 and has two columns; latitude comes first.
    let tianditu = get(&service, &set("CGCS2000Quad"), &[]).await.json();
    let first = &tianditu["tileMatrices"][0];
    assert_eq!((&first["id"], &first["matrixWidth"], &first["matrixHeight"]), (&json!("1"), &json!(2), &json!(1)));
    assert_eq!((&first["pointOfOrigin"], &tianditu["orderedAxes"]), (&json!([90.0, -180.0]), &json!(["Lat", "Lon"])));
    assert_eq!(
        (&tianditu["uri"], &tianditu["crs"]),
        (&Value::Null, &json!("http://www.opengis.net/def/crs/EPSG/0/4490"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_format_is_chosen_by_f_before_accept() {
    let service = service(300).await;
    let coord = middle(&service, 14);
    let tile = format!("/ogc/tiles/WebMercatorQuad/{}/{}/{}", coord.z(), coord.y(), coord.x());
    for (path, accept, expected) in [
        ("/ogc".to_owned(), "text/html", 406),
        ("/ogc?f=json".to_owned(), "text/html", 200),
        ("/ogc/".to_owned(), "application/json", 200),
        ("/ogc?f=html".to_owned(), "*/*", 400),
        ("/ogc/tiles/WebMercatorQuad".to_owned(), "image/png", 406),
        (tile.clone(), "application/vnd.mapbox-vector-tile", 200),
        (tile.clone(), "application/*;q=0.2", 200),
        (tile.clone(), "image/png", 406),
        (format!("{tile}?f=mvt"), "image/png", 200),
        (format!("{tile}?f=application/vnd.mapbox-vector-tile"), "image/png", 200),
        (format!("{tile}?f=png"), "*/*", 400),
        (format!("{tile}?g=mvt"), "*/*", 400),
    ] {
        let answer = get(&service, &path, &[("accept", accept)]).await;
        assert_eq!(answer.status.as_u16(), expected, "{path} {accept}");
        if expected != 200 {
            assert!(!answer.json()["allowed"].is_null(), "{path}: it says what is allowed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_of_the_areas_are_of_any_edition_and_of_any_time() {
    let service = service(300).await;
    let first = service.app.served().snapshot.edition.clone().expect("an edition");
    rename(&service, |name| format!("新{name}")).await;
    let second = service.app.served().snapshot.edition.clone().expect("an edition");
    let text = onemap::formats::moment::moment_text;
    let (one, two, known) = (text(first.effective_from), text(second.effective_from), text(first.published_at));
    assert!(first.effective_from < second.effective_from && first.published_at < second.published_at);
    let coord = middle(&service, 14);
    let tile = format!("WebMercatorQuad/{}/{}/{}", coord.z(), coord.y(), coord.x());
    let (for_ever, asked_again) = ("public, max-age=31536000, immutable", "no-cache");
    for base in ["/ogc/tiles", "/ogc/collections/areas/tiles"] {
        for (query, edition, keeping) in [
            ("edition=1".to_owned(), "1", for_ever),
            ("edition=2&f=mvt".to_owned(), "2", for_ever),
            (format!("as_of={one}"), "1", asked_again),
            (format!("datetime={one}"), "1", asked_again),
            (format!("datetime={two}"), "2", asked_again),
            (format!("datetime={two}&known_at={known}"), "1", asked_again),
            (format!("known_at={known}"), "1", asked_again),
            ("datetime=2999-01-01T00:00:00Z".to_owned(), "2", asked_again),
        ] {
            let expected = get(&service, &format!("/editions/{edition}/tiles/areas/{coord}"), &[]).await;
            assert_eq!(expected.status, 200);
            let found = get(&service, &format!("{base}/{tile}?{query}"), &[]).await;
            assert_eq!((found.status.as_u16(), found.header("x-edition")), (200, edition), "{query}");
            assert_eq!((found.header("etag"), found.header("cache-control")), (expected.header("etag"), keeping));
            assert!(found.bytes == expected.bytes, "{query}: the tile of edition {edition}");
        }
        for (query, status, parameter) in [
            (format!("edition=1&datetime={one}"), 400, "datetime"),
            (format!("as_of={one}&datetime={one}"), 400, "datetime"),
            (format!("datetime={one}/{two}"), 400, "datetime"),
            (format!("edition=1&as_of={one}"), 400, "as_of"),
            ("edition=0".to_owned(), 400, "edition"),
            ("edition=9".to_owned(), 404, "edition"),
            ("datetime=2001-01-01T00:00:00Z".to_owned(), 404, "datetime"),
            ("as_of=2001-01-01".to_owned(), 404, "as_of"),
        ] {
            let refused = get(&service, &format!("{base}/{tile}?{query}"), &[]).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["parameter"]), (status, &json!(parameter)), "{query}");
        }
    }
    // Places are as they are now.
    let places = get(&service, &format!("/ogc/collections/places/tiles/{tile}?edition=1"), &[]).await;
    assert_eq!((places.status.as_u16(), &places.json()["allowed"]), (400, &json!(["f"])));
}
