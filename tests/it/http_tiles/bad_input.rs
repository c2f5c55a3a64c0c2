//! What is no tile: the right status, never a 5xx.

use http::Method;

use super::*;
use crate::http_api::service;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tile_has_the_right_status() {
    let service = service(300).await;
    for (status, target) in [
        (404, "/tiles/areas/31/0/0"),
        (404, "/tiles/areas/19/0/0"),
        (404, "/tiles/areas/256/0/0"),
        (404, "/tiles/areas/4294967296/0/0"),
        (404, "/tiles/areas/2/4/0"),
        (404, "/tiles/areas/2/0/4"),
        (404, "/tiles/areas/2/18446744073709551616/0"),
        (404, "/tiles/areas/-1/0/0"),
        (404, "/tiles/areas/2/-1/0"),
        (404, "/tiles/areas/2/0/-1"),
        (404, "/tiles/areas/2/0/0.pbf"),
        (404, "/tiles/areas/2/0/.mvt"),
        (404, "/tiles/areas/2/0.mvt/0"),
        (404, "/tiles/areas/2/1e0/0"),
        (404, "/tiles/areas/2/0x1/0"),
        (404, "/tiles/areas/2/+1/0"),
        (404, "/tiles/areas/2/%EF%BC%91/0"),
        (404, "/tiles/areas/2/0"),
        (404, "/tiles/areas/2/0/0/0"),
        (404, "/tiles/areas"),
        (404, "/tiles/wat/2/0/0"),
        (404, "/tiles/Areas/2/0/0"),
        (404, "/tiles/wat.json"),
        (404, "/tiles/areas.JSON"),
        (404, "/tiles/.json"),
        (400, "/tiles/areas/2/../0"),
        (400, "/tiles/areas/2/%2e%2e/0"),
        (400, "/tiles/%2e%2e/2/0/0"),
        (400, "/tiles/areas/2/0%2f0/0"),
        (400, "/tiles/areas/2/0/%00"),
        (400, "/tiles/areas/2/0/%ff"),
        (400, "/tiles/areas/2/0/%5c"),
        (400, "/tiles/areas/2/0/0?unknown=1"),
        (400, "/tiles/areas.json?unknown=1"),
        (400, "/tiles/places/2/0/0?as_of=2026-01-01"),
        (400, "/tiles/areas/2/0/0?as_of=2026-01-01&as_of=2026-01-01"),
        (404, "/editions/0/tiles/areas/2/0/0"),
        (404, "/editions/2/tiles/areas/2/0/0"),
        (404, "/editions/4294967295/tiles/areas.json"),
        (404, "/editions/4294967296/tiles/areas/2/0/0"),
        (404, "/editions/-1/tiles/areas/2/0/0"),
        (404, "/editions/latest/tiles/areas/2/0/0"),
        (404, "/editions/1/tiles/places/2/0/0"),
        (404, "/editions/1/tiles/places.json"),
        (404, "/editions/1/tiles/areas/31/0/0"),
        (400, "/editions/1/tiles/areas/2/0/0?as_of=2026-01-01"),
        (404, "/ogc/tiles/NoSuchSet"),
        (404, "/ogc/tiles/NoSuchSet/0/0/0"),
        (404, "/ogc/tiles/webmercatorquad/0/0/0"),
        (404, "/ogc/tiles/WebMercatorQuad/abc/0/0"),
        (404, "/ogc/tiles/WebMercatorQuad/31/0/0"),
        (404, "/ogc/tiles/WebMercatorQuad/2/4/0"),
        (404, "/ogc/tiles/WebMercatorQuad/2/-1/0"),
        (404, "/ogc/tiles/WebMercatorQuad/2/1099511627776/0"),
        (404, "/ogc/tiles/CGCS2000Quad/0/0/0"),
        (404, "/ogc/tiles/WorldCRS84Quad/18/0/0"),
        (404, "/ogc/collections/wat/tiles"),
        (404, "/ogc/collections/wat/tiles/WebMercatorQuad/0/0/0"),
        (404, "/ogc/collections/wat"),
        (404, "/ogc/tileMatrixSets/wat"),
        (400, "/ogc/tileMatrixSets/%2e%2e"),
        (400, "/ogc/tiles?unknown=1"),
        (400, "/events?unknown=1"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = ask(&service, method.clone(), target, &[("accept-encoding", "gzip")]).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {target}");
            assert_eq!(answer.header("cache-control"), "no-store", "{target}");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{target}");
        }
    }
    let answer = get(&service, "/tiles/wat/2/0/0", &[]).await.json();
    assert_eq!(answer["allowed"], serde_json::json!(["areas", "places"]));
    let answer = get(&service, "/ogc/tiles/wat", &[]).await.json();
    assert_eq!(answer["allowed"], serde_json::json!(["WebMercatorQuad", "WorldCRS84Quad", "CGCS2000Quad"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_are_refused_or_do_no_harm() {
    let service = service(300).await;
    let path = format!("/tiles/areas/{}", middle(&service, 14));
    for (name, value, status) in [
        ("accept", "image/png", 406),
        ("accept", "application/vnd.mapbox-vector-tile;q=0", 406),
        ("accept", "*/*;q=0", 406),
        ("accept", "application/x-protobuf;q=0", 406),
        ("accept", "application/x-protobuf, application/vnd.mapbox-vector-tile;q=0", 406),
        ("accept", "*/*", 200),
        ("accept", "image/png, */*;q=0.01", 200),
        ("accept", ";;,,=", 406),
        ("accept-encoding", "identity;q=0, *;q=0", 406),
        ("accept-encoding", ";;,,=", 200),
        ("accept-encoding", "gzip;q=2", 200),
        ("if-none-match", "*", 304),
        ("if-none-match", "", 200),
        ("if-none-match", "\"", 200),
        ("if-none-match", ",,,", 200),
        ("range", "bytes=0-10", 200),
        ("if-modified-since", "yesterday", 200),
    ] {
        assert_eq!(get(&service, &path, &[(name, value)]).await.status.as_u16(), status, "{name}: {value}");
    }
    for target in ["/tiles/areas.json", "/editions/1/tiles/areas.json", "/events"] {
        assert_eq!(get(&service, target, &[("accept", "image/png")]).await.status, 406, "{target}");
    }
    for target in [&*path, "/tiles/areas.json", "/ogc/tiles", "/events"] {
        for method in [Method::PUT, Method::DELETE, Method::OPTIONS] {
            let answer = ask(&service, method.clone(), target, &[]).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET,HEAD"), "{method} {target}");
        }
    }
}
