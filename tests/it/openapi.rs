//! The OpenAPI document is what the viewer's types are made from: the two may not drift apart.

use onemap::http::{openapi, routes};

#[test]
fn the_viewer_is_typed_from_the_document_of_this_very_code() {
    let document = openapi::document(routes::openapi(), None).to_json().expect("the document is JSON");
    let served: serde_json::Value = serde_json::from_str(&document).expect("the document is JSON");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web-viewer/openapi.json");
    let kept = std::fs::read_to_string(path).expect("web-viewer/openapi.json is committed");
    let kept: serde_json::Value = serde_json::from_str(&kept).expect("web-viewer/openapi.json is JSON");
    assert_eq!(kept, served, "run `onemap openapi > web-viewer/openapi.json` and `npm run types` in web-viewer");
}
