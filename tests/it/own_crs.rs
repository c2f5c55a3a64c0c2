//! A transverse Mercator that the profile has a name for: wherever a system is taken it means what its PROJ string means.

use std::fs;

use onemap::{Crs, domain::crs::from_degrees};
use serde_json::{Value, json};

use crate::support::{
    drawn,
    shell::{Server, Shell},
};

const DEFINITION: &str = "+proj=tmerc +lat_0=25 +lon_0=119.05 +k=1.00001 +x_0=50000 +y_0=2000000.5 +ellps=GRS80";

/// The same as a profile says it.
const SECTION: &str = r#"
[[crs]]
id = "city-2010"
name = { zh = "城建坐标系", en = "City grid of 2010" }
lon_0 = 119.05
lat_0 = 25
k = 1.00001
x_0 = 50000
y_0 = 2000000.5

[[crs]]
id = "old"
name = { zh = "旧系", en = "The old one" }
lon_0 = 120
"#;

/// Easting and northing.
fn local(lon: f64, lat: f64) -> (f64, f64) {
    from_degrees(Crs::parse(DEFINITION).expect("a system"), lon, lat).expect("near the meridian")
}

/// A square of a few kilometres in the numbers of the survey.
fn square() -> String {
    let corners = [(119.0, 25.4), (119.03, 25.4), (119.03, 25.43), (119.0, 25.43), (119.0, 25.4)];
    let corners = corners.map(|(lon, lat)| <[f64; 2]>::from(local(lon, lat)));
    let geometry = json!({"type": "Polygon", "coordinates": [corners]});
    json!({"type": "Feature", "properties": {"code": "11", "name": "方", "level": "a"}, "geometry": geometry})
        .to_string()
}

/// A shell with the profile and the square, imported by the name of its system.
fn shell() -> Shell {
    let shell = Shell::new();
    let profile = drawn::profile("overlay", "warning", drawn::NEAR).source + SECTION;
    fs::write(shell.path("drawn.toml"), profile).expect("written");
    fs::write(shell.path("a.geojsonl"), square()).expect("written");
    shell.done("import a.geojsonl --profile drawn.toml --crs city-2010 --store s.gpkg");
    shell
}

#[test]
fn an_import_by_the_name_is_the_import_by_the_projection() {
    let shell = shell();
    let again = shell.command("import a.geojsonl --format json --store s.gpkg").args(["--crs", DEFINITION]).output();
    let again: Value = serde_json::from_slice(&again.expect("the program runs").stdout).expect("JSON");
    assert_eq!((&again["outcome"], &again["unchanged"]), (&json!("unchanged"), &json!(1)));
    let known = ["没有坐标系 city-2011", "city-2010", "old", "EPSG:4490"];
    shell.refused("import a.geojsonl --crs city-2011 --store s.gpkg", 2, &known);
    shell.refused("import a.geojsonl --profile drawn.toml --crs city-2011 --store new.gpkg", 2, &known);
    assert!(!shell.path("new.gpkg").exists());
    // Another district has no such name.
    shell.refused("import a.geojsonl --profile licheng --crs city-2010 --store new.gpkg", 2, &["没有坐标系 city-2010"]);
}

#[test]
fn a_file_is_located_by_the_name_whether_the_argument_says_it_or_the_record() {
    let shell = shell();
    let (x, y) = local(119.01, 25.41);
    fs::write(shell.path("plain.csv"), format!("x,y\n{x},{y}\n")).expect("written");
    fs::write(shell.path("named.csv"), format!("x,y,crs\n{x},{y},city-2010\n{x},{y},City-2010\n{x},{y},no\n"))
        .expect("written");
    let locate = |rest: &[&str]| {
        let ran = shell.command("locate --store s.gpkg --format ndjson").args(rest).output().expect("the program runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).expect("UTF-8")
    };
    let by_definition = locate(&["plain.csv", "--crs", DEFINITION]);
    assert!(by_definition.contains(r#""code":"11""#), "{by_definition}");
    assert_eq!(locate(&["plain.csv", "--crs", "city-2010"]), by_definition);
    let named = locate(&["named.csv"]);
    let lines: Vec<&str> = named.lines().collect();
    assert_eq!(lines.len(), 3, "{named}");
    let answer = |line: &str| {
        let mut answer: Value = serde_json::from_str(line).expect("JSON");
        answer.as_object_mut().expect("an object").remove("record");
        answer
    };
    assert_eq!([answer(lines[0]), answer(lines[1])], [answer(&by_definition), answer(&by_definition)]);
    assert!(lines[2].contains("unknown crs no") && lines[2].contains("city-2010"), "{}", lines[2]);
    shell.refused("locate plain.csv --store s.gpkg --crs city-2011", 2, &["没有坐标系 city-2011", "city-2010", "old"]);
    shell.refused("locate plain.csv --store none.gpkg --crs city-2010", 1, &["没有这个存储"]);
}

#[test]
fn the_service_takes_the_name_and_tells_it() {
    let shell = shell();
    let server = Server::start(&shell, "serve --listen 127.0.0.1:0 --store s.gpkg");
    server.until_ready();
    let (x, y) = local(119.01, 25.41);
    let encoded = DEFINITION.replace('+', "%2B").replace(' ', "%20");
    let (status, by_definition) = server.get(&format!("/lookup?lon={x}&lat={y}&crs={encoded}"));
    assert!(status == 200 && by_definition.contains(r#""code":"11""#), "{by_definition}");
    // On the express way and the long one.
    for more in ["", "&edition=1"] {
        assert_eq!(server.get(&format!("/lookup?lon={x}&lat={y}&crs=city-2010{more}")), (200, by_definition.clone()));
    }
    let (status, swapped) = server.get(&format!("/lookup?lon={y}&lat={x}&crs=city-2010"));
    assert!(status == 400 && swapped.contains("颠倒"), "{swapped}");
    let (status, unknown) = server.get("/lookup?lon=1&lat=2&crs=city");
    let problem: Value = serde_json::from_str(&unknown).expect("JSON");
    assert_eq!((status, problem["allowed"][7].as_str()), (400, Some("city-2010")), "{unknown}");

    let profile: Value = serde_json::from_str(&server.get("/profile").1).expect("JSON");
    assert_eq!(
        profile["own_crs"],
        json!([
            {"id": "city-2010", "name": {"zh": "城建坐标系", "en": "City grid of 2010"}, "definition": DEFINITION},
            {"id": "old", "name": {"zh": "旧系", "en": "The old one"},
             "definition": "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=0 +y_0=0 +ellps=GRS80"},
        ])
    );
    let names: Vec<&str> = profile["crs"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"city-2010") && names.contains(&"EPSG:4549"), "{names:?}");

    let records = format!("{{\"lon\":{x},\"lat\":{y},\"crs\":\"city-2010\"}}\n");
    let many = server.post("/lookup", "application/x-ndjson", &records);
    let alone: Value = serde_json::from_str(&by_definition).expect("JSON");
    let mut first: Value = serde_json::from_str(many.1.lines().next().expect("a line")).expect("JSON");
    first.as_object_mut().expect("an object").retain(|name, _| name != "record");
    assert_eq!((many.0, first), (200, alone));
    let codes = server.post("/lookup?answer=codes&level=a&crs=city-2010", "text/csv", &format!("lon,lat\n{x},{y}\n"));
    assert!(codes.0 == 200 && codes.1.lines().nth(1).is_some_and(|row| row.contains(",11,")), "{codes:?}");

    let (status, report) = server.import("crs=city-2010&dry_run=true", &square());
    assert!(status == 200 && report.contains(r#""unchanged":1"#), "{report}");
    let (status, refused) = server.import("crs=city-2011", &square());
    assert!(status == 400 && refused.contains("city-2010"), "{refused}");
}
