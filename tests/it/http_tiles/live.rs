//! One tile in all its forms.

use http::Method;
use onemap::http::{links::Links, routes, shell::ShellState};
use onemap_tiles::decode;

use super::*;
use crate::http_api::service;

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_comes_in_the_coding_that_is_liked_best_with_a_tag_of_its_own() {
    let service = service(300).await;
    let path = format!("/tiles/areas/{}", middle(&service, 14));
    let mut tags = Vec::new();
    for (accepted, coding) in [("", ""), ("gzip, br", "gzip"), ("gzip, zstd", "zstd"), ("zstd;q=0.1, identity", "")] {
        let headers = [("accept-encoding", accepted)];
        let answer = get(&service, &path, if accepted.is_empty() { &[] } else { &headers }).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, coding), "{accepted}");
        assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.header("vary"), "accept, accept-encoding");
        assert_eq!(answer.header("x-edition"), "1");
        assert_eq!(answer.header("content-length"), answer.bytes.len().to_string());
        assert!(!decode(&answer.plain()).expect("a valid tile").is_empty());
        assert_eq!(answer.plain(), get(&service, &path, &[]).await.bytes, "{accepted}");
        tags.push(answer.header("etag").to_owned());
    }
    let version = tags[0].strip_prefix('"').and_then(|tag| tag.strip_suffix("-i\"")).expect("a tag of a plain answer");
    assert!(version.len() >= 24 && version.bytes().all(|digit| digit.is_ascii_hexdigit()), "{version}");
    let expected = ["i", "g", "z", "i"].map(|letter| format!("\"{version}-{letter}\""));
    assert_eq!(tags, expected);
    assert_eq!(service.app.tile_cache().figures().drawn, 1, "all of them from one drawing");
    let refused = get(&service, &path, &[("accept-encoding", "br, identity;q=0")]).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["allowed"]),
        (406, &serde_json::json!(["zstd", "gzip", "identity"]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_the_tile_gets_304_without_the_tile_being_drawn() {
    let service = service(300).await;
    let path = format!("/tiles/areas/{}", middle(&service, 14));
    let gzip = ("accept-encoding", "gzip");
    let tag = get(&service, &path, &[gzip]).await.header("etag").to_owned();
    let drawn = || service.app.tile_cache().figures().drawn;
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = get(&service, &path, &[gzip, ("if-none-match", &known)]).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0), "{known}");
        assert_eq!((answer.header("etag"), answer.header("vary")), (&*tag, "accept, accept-encoding"));
        assert_eq!((answer.header("cache-control"), answer.header("x-edition")), ("no-cache", "1"));
        assert_eq!((answer.header("content-type"), answer.header("content-encoding")), ("", ""));
    }
    // The tag of another coding is that of another representation.
    for unknown in [tag.replace("-g\"", "-z\""), "\"other\"".to_owned(), tag.trim_matches('"').to_owned()] {
        assert_eq!(get(&service, &path, &[gzip, ("if-none-match", &unknown)]).await.status, 200, "{unknown}");
    }
    assert_eq!(drawn(), 1);
    // Nobody has asked for its neighbour: its version is enough to say so.
    let other = format!("/tiles/areas/{}", tiles_at(&service, 14)[0]);
    assert_eq!(get(&service, &other, &[("if-none-match", "*")]).await.status, 304);
    assert_eq!(drawn(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_the_body_and_an_ending_changes_nothing() {
    let service = service(300).await;
    for path in [format!("/tiles/areas/{}", middle(&service, 14)), "/tiles/areas/14/0/0".to_owned()] {
        let gzip = [("accept-encoding", "gzip")];
        let whole = get(&service, &path, &gzip).await;
        let head = ask(&service, Method::HEAD, &path, &gzip).await;
        let with_ending = get(&service, &format!("{path}.mvt"), &gzip).await;
        assert_eq!((head.status, head.bytes.len()), (whole.status, 0));
        assert_eq!((with_ending.status, &with_ending.bytes), (whole.status, &whole.bytes));
        let named = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers.remove("x-request-id");
            headers
        };
        assert_eq!(named(&head), named(&whole));
        assert_eq!(named(&with_ending), named(&whole));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_is_there_is_no_content_but_a_tag() {
    let service = service(300).await;
    for coding in ["identity", "gzip", "zstd"] {
        let headers = [("accept-encoding", coding)];
        let empty = get(&service, "/tiles/areas/14/0/0", &headers).await;
        assert_eq!((empty.status.as_u16(), empty.bytes.len()), (204, 0));
        assert_eq!((empty.header("cache-control"), empty.header("vary")), ("no-cache", "accept, accept-encoding"));
        assert_eq!((empty.header("content-type"), empty.header("content-encoding")), ("", ""));
        let known = [headers[0], ("if-none-match", empty.header("etag"))];
        assert_eq!(get(&service, "/tiles/areas/14/0/0", &known).await.status, 304);
    }
    // An empty store has only empty tiles.
    let nothing = crate::http_api::service(0).await;
    for path in ["/tiles/areas/0/0/0", "/tiles/places/18/5/7"] {
        let answer = get(&nothing, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-edition")), (204, ""), "{path}");
    }
    let document = get(&nothing, "/tiles/areas.json", &[]).await.json();
    assert_eq!((&document["bounds"], &document["center"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn tile_json_says_what_is_in_the_tiles() {
    let service = service(300).await;
    for tileset in ["areas", "places"] {
        let answer = get(&service, &format!("/tiles/{tileset}.json"), &[("accept", "application/json")]).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-cache"));
        assert_eq!(answer.header("vary"), "accept");
        let document = answer.json();
        assert_eq!(
            (&document["tilejson"], &document["encoding"], &document["version"]),
            (&"3.0.0".into(), &"mvt".into(), &"1.0.0".into())
        );
        assert_eq!(document["tiles"], serde_json::json!([format!("/tiles/{tileset}/{{z}}/{{x}}/{{y}}")]));
        let [min_zoom, max_zoom] = ["minzoom", "maxzoom"].map(|name| document[name].as_u64().expect("a zoom") as u8);
        assert_eq!(max_zoom, 18);
        let bounds: Vec<f64> = serde_json::from_value(document["bounds"].clone()).expect("bounds");
        let centre: Vec<f64> = serde_json::from_value(document["center"].clone()).expect("a centre");
        assert!(bounds[0] < centre[0] && centre[0] < bounds[2] && bounds[1] < centre[1] && centre[1] < bounds[3]);
        assert!((f64::from(min_zoom)..=18.0).contains(&centre[2]));
        assert!(document["attribution"].as_str().is_some_and(|text| !text.is_empty()));
        // Every layer and attribute of real tiles is announced, from its zoom on.
        let mut seen = 0;
        for zoom in 0..=16 {
            let tile = get(&service, &format!("/tiles/{tileset}/{}", middle(&service, zoom)), &[]).await;
            assert!(tile.status == 204 || zoom >= min_zoom, "{tileset} has nothing at {zoom}");
            for layer in decode(&tile.bytes).expect("a valid tile") {
                let layers = document["vector_layers"].as_array().expect("layers");
                let announced = layers.iter().find(|known| known["id"] == layer.name);
                let announced = announced.unwrap_or_else(|| panic!("{} is not announced", layer.name));
                assert!(u64::from(zoom) >= announced["minzoom"].as_u64().expect("a zoom"), "{} at {zoom}", layer.name);
                for feature in &layer.features {
                    for (key, _) in layer.attributes(feature) {
                        assert!(announced["fields"].get(key).is_some(), "{key} of {} is not announced", layer.name);
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 100, "{tileset}: {seen} attributes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tile_json_has_whole_addresses_where_the_public_address_is_known_as_the_readme_says() {
    let service = service(0).await;
    let links = Links::new(Some("https://map.example/one".parse().expect("an address")));
    let (router, _) = routes::business(service.app.clone(), links, ShellState::default(), None);
    for (path, expected) in [
        ("/tiles/areas.json", "https://map.example/one/tiles/areas/{z}/{x}/{y}"),
        ("/tiles/places.json", "https://map.example/one/tiles/places/{z}/{x}/{y}"),
    ] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let answer = router.clone().oneshot(request).await.into_response();
        let bytes = answer.into_body().collect().await.expect("a whole body").to_bytes();
        let document: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(document["tiles"], serde_json::json!([expected]));
    }
    for readme in [include_str!("../../../README.md"), include_str!("../../../README.zh.md")] {
        assert!(readme.contains("`--public-url`") && readme.contains("`ONEMAP_PUBLIC_URL`"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_for_protobuf_or_for_bytes_gets_a_vector_tile() {
    let service = service(300).await;
    let coord = middle(&service, 14);
    let of_ogc = format!("/ogc/tiles/WebMercatorQuad/{}/{}/{}", coord.z(), coord.y(), coord.x());
    for path in [format!("/tiles/areas/{coord}"), format!("/editions/1/tiles/areas/{coord}"), of_ogc] {
        let expected = get(&service, &path, &[]).await;
        for accepted in
            ["application/x-protobuf", "application/octet-stream", "image/png, application/x-protobuf;q=0.5"]
        {
            let answer = get(&service, &path, &[("accept", accepted)]).await;
            assert_eq!(answer.status, 200, "{path} {accepted}");
            assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
            assert_eq!((answer.header("etag"), &answer.bytes), (expected.header("etag"), &expected.bytes));
        }
    }
    // TileJSON is no protobuf.
    let document = get(&service, "/tiles/areas.json", &[("accept", "application/x-protobuf")]).await;
    assert_eq!(
        (document.status.as_u16(), &document.json()["allowed"]),
        (406, &serde_json::json!(["application/json"]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_is_drawn_once_for_all_who_ask_at_once() {
    let service = service(300).await;
    let path = format!("/tiles/areas/{}", middle(&service, 13));
    let asking = (0..60).map(|_| get(&service, &path, &[("accept-encoding", "gzip")]));
    let answers = futures_util::future::join_all(asking).await;
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.bytes == answers[0].bytes));
    let figures = service.app.tile_cache().figures();
    assert_eq!((figures.drawn, figures.hits + figures.misses), (1, 60), "{figures:?}");
}
