//! A base map from a PMTiles file: served, absent, damaged.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use onemap::app::{
    AppOptions,
    basemap::Basemap,
    export::{Order, Progress, export_pmtiles},
    tiles::Tileset,
};
use pmtiles::{Compression, PmTilesWriter, TileCoord, TileId, TileType};
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    http_api::{Service, service, service_over},
    support::shell::{Server, Shell},
};

const METADATA: &str =
    r#"{"name":"底图","attribution":"<a href='https://x.example'>© 某地</a>","version":"7","tilestats":{}}"#;

/// An archive of `tiles` tiles of the first zooms but each seventh, and its content there.
fn archive(path: &Path, tile_type: TileType, compression: Compression, tiles: u64) {
    let writer = PmTilesWriter::new(tile_type).precompressed(compression).metadata(METADATA).min_zoom(0).max_zoom(8);
    let mut writer = writer.create(File::create(path).expect("a file")).expect("begun");
    for id in (0..tiles).filter(|id| id % 7 != 6) {
        let coord = TileCoord::from(TileId::new(id).expect("an id"));
        writer.add_tile(coord, format!("tile {id}").as_bytes()).expect("added");
    }
    writer.finalize().expect("whole");
}

async fn with_basemap(path: &Path) -> Service {
    service_over(0, AppOptions::default(), Some(Arc::new(Basemap::open(path).expect("a base map")))).await
}

/// Asks with one header more.
async fn ask(service: &Service, path: &str, name: &str, value: &str) -> (StatusCode, HeaderMap, Bytes) {
    let request = Request::builder().method(Method::GET).uri(path).header(header::HOST, "127.0.0.1:8080");
    let mut request = request.header(name, value).body(Body::empty()).expect("a request");
    let peer = onemap::http::serve::Peer("127.0.0.1:50000".parse().expect("an address"));
    request.extensions_mut().insert(peer);
    let response: Response = service.router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.expect("a whole body").to_bytes())
}

fn id_at(z: u8, x: u32, y: u32) -> u64 {
    TileId::from(TileCoord::new(z, x, y).expect("a tile")).value()
}

#[tokio::test]
async fn pictures_are_served_as_they_are_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("base.pmtiles");
    archive(&path, TileType::Webp, Compression::None, 60_000);
    let service = with_basemap(&path).await;
    let (status, json) = service.get("/basemap.json").await;
    assert_eq!((status, &json["tilejson"], &json["name"]), (StatusCode::OK, &"3.0.0".into(), &"底图".into()));
    assert_eq!((&json["minzoom"], &json["maxzoom"], &json["version"]), (&0.into(), &8.into(), &"7".into()));
    assert_eq!((&json["attribution"], &json["tiles"][0]), (&"© 某地".into(), &"/basemap/{z}/{x}/{y}".into()));
    assert!(json["vector_layers"].is_null() && json["bounds"].is_array(), "{json}");
    for (z, x, y) in [(0, 0, 0), (3, 5, 1), (7, 100, 3), (7, 3, 100), (8, 17, 200), (8, 200, 17)] {
        let (status, headers, body) = ask(&service, &format!("/basemap/{z}/{x}/{y}"), "accept-encoding", "gzip").await;
        let id = id_at(z, x, y);
        if id % 7 == 6 || id >= 60_000 {
            assert_eq!((status, body.len()), (StatusCode::NO_CONTENT, 0), "{z}/{x}/{y}");
            continue;
        }
        assert_eq!((status, &body[..]), (StatusCode::OK, format!("tile {id}").as_bytes()), "{z}/{x}/{y}");
        assert_eq!(
            (&headers[header::CONTENT_TYPE], headers.get(header::CONTENT_ENCODING)),
            (&"image/webp".parse().expect("a header"), None)
        );
        let tag = headers[header::ETAG].to_str().expect("a tag");
        for known in [tag, "*", &format!("\"x\", {tag}")] {
            let (status, again, body) = ask(&service, &format!("/basemap/{z}/{x}/{y}"), "if-none-match", known).await;
            assert_eq!(
                (status, again[header::ETAG].to_str().ok(), body.len()),
                (StatusCode::NOT_MODIFIED, Some(tag), 0)
            );
        }
    }
    for path in ["9/0/0", "31/0/0", "32/0/0", "4294967295/0/0", "3/8/0", "3/0/8", "-1/0/0", "a/0/0", "0/0/0.png"] {
        let (status, problem) = service.get(&format!("/basemap/{path}")).await;
        assert_eq!((status, problem["status"].as_u64()), (StatusCode::NOT_FOUND, Some(404)), "{path}");
    }
    let (status, problem) = service.get("/basemap/9/0/0").await;
    assert!(status == 404 && problem["allowed"].as_str().is_some_and(|text| text.contains("zoom 0 to 8")), "{problem}");
    assert_eq!(service.get("/basemap/0/0/0?x=1").await.0, StatusCode::BAD_REQUEST);
    let (_, style) = service.get("/styles/dark.json").await;
    let source = &style["sources"]["basemap"];
    assert_eq!((source["type"].as_str(), source["url"].as_str()), (Some("raster"), Some("/basemap.json")));
    let layers: Vec<&str> =
        style["layers"].as_array().expect("layers").iter().filter_map(|layer| layer["id"].as_str()).collect();
    assert_eq!(layers[..2], ["ground", "basemap:pictures"]);
}

#[tokio::test]
async fn our_own_export_is_a_base_map_with_and_without_gzip() {
    let source = service(300).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("base.pmtiles");
    let snapshot = &source.app.served().snapshot;
    let order = Order { tileset: Tileset::Areas, zooms: 6..=12, area: None };
    let file = File::create(&path).expect("a file");
    export_pmtiles(snapshot, &[], &order, file, &Progress::default()).expect("an archive");
    let service = with_basemap(&path).await;
    let (_, json) = service.get("/basemap.json").await;
    let ids: Vec<&str> =
        json["vector_layers"].as_array().expect("layers").iter().filter_map(|layer| layer["id"].as_str()).collect();
    assert_eq!(ids, ["district", "street", "community", "grid", "borders", "labels"]);
    let (_, tilejson) = source.get("/tiles/areas.json").await;
    assert_eq!((&json["bounds"], &json["attribution"]), (&tilejson["bounds"], &tilejson["attribution"]));
    let (lon, lat) = (json["center"][0].as_f64().expect("lon"), json["center"][1].as_f64().expect("lat"));
    let column = ((lon + 180.0) / 360.0 * f64::from(1 << 12)) as u32;
    let row = ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * f64::from(1 << 12)) as u32;
    let place = format!("12/{column}/{row}");
    let (status, headers, packed) = ask(&service, &format!("/basemap/{place}"), "accept-encoding", "br, gzip").await;
    assert_eq!(
        (status, &headers[header::CONTENT_ENCODING], &headers[header::VARY]),
        (StatusCode::OK, &"gzip".parse().expect("a header"), &"accept-encoding".parse().expect("a header"))
    );
    assert_eq!(headers[header::CONTENT_TYPE], "application/vnd.mapbox-vector-tile");
    let (status, bare, plain) = ask(&service, &format!("/basemap/{place}"), "accept-encoding", "identity").await;
    assert_eq!((status, bare.get(header::CONTENT_ENCODING)), (StatusCode::OK, None));
    assert_eq!(headers[header::ETAG], bare[header::ETAG]);
    let mut unpacked = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).expect("gzip");
    let (_, _, direct) = ask(&source, &format!("/tiles/areas/{place}"), "accept-encoding", "identity").await;
    assert!(!direct.is_empty() && plain == direct && unpacked == direct);
}

#[tokio::test]
async fn a_compression_that_is_only_handed_on_needs_a_client_that_takes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("base.pmtiles");
    archive(&path, TileType::Mvt, Compression::Brotli, 5);
    let service = with_basemap(&path).await;
    let (status, headers, body) = ask(&service, "/basemap/0/0/0", "accept-encoding", "gzip, br").await;
    assert_eq!(
        (status, &headers[header::CONTENT_ENCODING], &body[..]),
        (StatusCode::OK, &"br".parse().expect("a header"), &b"tile 0"[..])
    );
    let (status, headers, body) = ask(&service, "/basemap/0/0/0", "accept-encoding", "gzip").await;
    let problem: Value = serde_json::from_slice(&body).expect("a problem");
    assert_eq!((status, &problem["allowed"][0]), (StatusCode::NOT_ACCEPTABLE, &"br".into()), "{headers:?}");
}

#[tokio::test]
async fn without_a_base_map_the_answer_says_how_to_have_one() {
    let service = service(0).await;
    for path in ["/basemap.json", "/basemap/0/0/0"] {
        let (status, problem) = service.get(path).await;
        let texts = [&problem["detail"], &problem["detail_zh"]].map(|text| text.as_str().unwrap_or_default());
        assert!(status == 404 && texts.iter().all(|text| text.contains("--basemap FILE")), "{problem}");
    }
}

#[tokio::test]
async fn a_file_that_is_damaged_while_it_is_served_is_unavailable_and_nothing_worse() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("base.pmtiles");
    archive(&path, TileType::Mvt, Compression::Gzip, 60_000);
    let service = with_basemap(&path).await;
    // No gzip within: who takes gzip gets what is stored, who does not cannot be helped.
    assert_eq!(ask(&service, "/basemap/0/0/0", "accept-encoding", "gzip").await.0, StatusCode::OK);
    let (status, headers, body) = ask(&service, "/basemap/0/0/0", "accept-encoding", "identity").await;
    let problem: Value = serde_json::from_slice(&body).expect("a problem");
    assert_eq!((status, problem["type"].as_str()), (StatusCode::SERVICE_UNAVAILABLE, Some("/problems/unavailable")));
    assert!(
        headers.contains_key(header::RETRY_AFTER)
            && problem["detail_zh"].as_str().is_some_and(|text| text.contains("底图"))
    );
    // Leaf directories stand at the end of the file.
    let length = fs::metadata(&path).expect("there").len();
    let mut file = OpenOptions::new().write(true).open(&path).expect("writable");
    file.seek(SeekFrom::Start(length - 4_000)).expect("sought");
    file.write_all(&[0xA5; 4_000]).expect("written");
    let last = TileCoord::from(TileId::new(59_999).expect("an id"));
    let last = format!("/basemap/{}/{}/{}", last.z(), last.x(), last.y());
    assert_eq!(service.get(&last).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask(&service, "/basemap/1/0/0", "accept-encoding", "gzip").await.0, StatusCode::OK);
    file.set_len(20_000).expect("cut");
    assert_eq!(service.get(&last).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(service.get("/readyz").await.0, StatusCode::OK);
}

#[test]
fn a_server_starts_with_a_good_file_and_says_what_is_wrong_with_another() {
    let shell = Shell::new();
    shell.done("generate --units 300 --seed 2 --no-buildings --store s.gpkg");
    archive(&shell.path("base.pmtiles"), TileType::Png, Compression::None, 30_000);
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg --basemap base.pmtiles");
    server.until_ready();
    let (status, json) = server.get("/basemap.json");
    assert!(status == 200 && json.contains("\"底图\""), "{json}");
    assert_eq!(server.get("/basemap/5/9/9"), (200, format!("tile {}", id_at(5, 9, 9))));
    drop(server);

    let whole = fs::read(shell.path("base.pmtiles")).expect("written");
    let write = |name: &str, bytes: &[u8]| fs::write(shell.path(name), bytes).expect("written");
    write("cut.pmtiles", &whole[..whole.len() - 10]);
    write("head.pmtiles", &whole[..60]);
    write("text.pmtiles", b"not a map at all, but a text that is long enough to be one");
    write("old.pmtiles", &[&b"PM\x02\x00"[..], &[0; 200]].concat());
    let mut root = whole.clone();
    root[130..160].fill(0x55);
    write("root.pmtiles", &root);
    fs::create_dir(shell.path("folder.pmtiles")).expect("made");
    let cases = [
        ("cut.pmtiles", ["文件不完整", "the archive is cut off: the leaf directories should end at byte"]),
        ("head.pmtiles", ["文件不完整", "cut off: it has 60 bytes"]),
        ("text.pmtiles", ["不是 PMTiles 文件", "no PMTiles archive"]),
        ("old.pmtiles", ["第 2 版", "version 2; version 3 is read"]),
        ("root.pmtiles", ["根目录已损坏", "the root directory: damaged"]),
        ("folder.pmtiles", ["不是普通文件", "no plain file"]),
        ("none.pmtiles", ["没有这个文件", "cannot read"]),
    ];
    for (name, words) in cases {
        let line = format!("serve --listen 127.0.0.1:0 --store s.gpkg --basemap {name}");
        shell.refused(&line, 1, &[name, "--basemap", words[0], words[1]]);
    }
}
