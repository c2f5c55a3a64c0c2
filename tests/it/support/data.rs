//! Data sets: the demo district, the load generator of the shared folder, the real counties.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use flate2::read::GzDecoder;
use onemap::{
    app::demo::{Content, DemoPlan, generate},
    domain::{area::NewArea, crs::Crs, profile::Profile},
    formats::profile_toml::{builtin_schemes, find_profile, parse_profile},
};

/// The areas of a demo district of `units` units.
pub fn demo(units: u64, seed: u64) -> Vec<NewArea> {
    let plan = DemoPlan::new(units, seed, Content::Declared).expect("an allowed number of units");
    generate(&plan, &mut |_, _| {}).areas
}

pub fn licheng() -> &'static Profile {
    find_profile("licheng").expect("a built-in profile")
}

/// The system that `make_units.py` writes in.
pub fn make_units_crs() -> Option<Crs> {
    Some(Crs::parse("EPSG:4326").expect("a known system"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn shared(path: &str) -> PathBuf {
    let path = root().join("../shared").join(path);
    assert!(path.exists(), "{} is missing: the folder shared/ stands beside the project", path.display());
    path
}

/// The Python of the test tools, with what `scripts/requirements.txt` names.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let need = Command::new(root().join("scripts/need.sh")).arg("python").status().expect("scripts/need.sh runs");
        assert!(need.success(), "scripts/need.sh python: {need}");
        root().join("target/tools/venv/bin/python")
    })
}

/// Runs `make_units.py --size T`; `format` is csv, seq or geojson. The files are written into `folder`.
pub fn make_units(seed: u64, format: &str, folder: &Path) -> Vec<PathBuf> {
    let name = match format {
        "csv" => "units.csv",
        "seq" => "units.geojsonl",
        _ => "units",
    };
    let out = folder.join(name);
    let made = Command::new(python())
        .arg(shared("load/make_units.py"))
        .args(["--size", "T", "--format", format, "--seed", &seed.to_string(), "--out"])
        .arg(&out)
        .output()
        .expect("python runs");
    assert!(made.status.success(), "make_units.py: {}", String::from_utf8_lossy(&made.stderr));
    if format != "geojson" {
        return vec![out];
    }
    let levels = ["district", "street", "community", "grid", "unit"];
    levels.map(|level| out.join(format!("{level}.geojson"))).to_vec()
}

/// The profile of the real counties.
pub fn us_counties() -> Profile {
    let file = root().join("tests/fixtures/us-counties/us-counties.toml");
    let text = std::fs::read_to_string(file).expect("the profile of us-counties");
    parse_profile(&text, "us-counties.toml", builtin_schemes()).expect("a valid profile")
}

/// Unpacks `raw` or `repaired` into `folder`.
pub fn us_counties_file(name: &str, folder: &Path) -> PathBuf {
    let packed = root().join(format!("tests/fixtures/us-counties/{name}.geojsonl.gz"));
    let mut text = GzDecoder::new(File::open(packed).expect("the fixture us-counties"));
    let path = folder.join(format!("{name}.geojsonl"));
    std::io::copy(&mut text, &mut File::create(&path).expect("a file")).expect("a gzip file");
    path
}

/// The features of the raw file that are invalid, as `invalid-raw.txt` lists them: their codes.
pub fn us_counties_invalid() -> Vec<String> {
    let file = root().join("tests/fixtures/us-counties/invalid-raw.txt");
    let text = std::fs::read_to_string(file).expect("invalid-raw.txt");
    text.lines().map(|line| line.split('\t').next().expect("a code").to_owned()).collect()
}
