//! PostGIS as the judge of what is stored and of where positions lie: `ST_Intersects` on the views of the levels,
//! `ST_IsValid`, `ST_Area` on the ellipsoid.
//!
//! `ONEMAP_POSTGIS_POINTS` asks for more positions than the 100,000 of each data set.

use std::collections::HashSet;

use onemap::{
    app::{
        District,
        demo::DemoDistrict,
        import::{ImportOptions, ImportSource, Outcome, Progress},
    },
    clock::Clock,
    domain::{area::Snapshot, coverage::AreaIndex, geometry::Position, profile::Profile},
    store::{Store, StoreAddress, StoredArea},
};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use time::macros::datetime;

use crate::support::{data, naive::Naive, postgres::Database, random::Random};

/// Positions of each data set that are judged, unless `ONEMAP_POSTGIS_POINTS` says otherwise.
const POINTS: usize = 100_000;
/// Kinds of positions: anywhere, on vertices, exactly on borders, a few lattice units beside either.
const KINDS: usize = 5;
/// Areas may differ by so much of themselves.
const AREA_TOLERANCE: f64 = 1e-6;
/// Areas are kept to a hundredth of a square metre, which is more than that of a small unit.
const ROUNDED_BY_M2: f64 = 0.005;
/// PostGIS counts in doubles, which hold no slanted border exactly: what stands on one by whole numbers may be this many degrees
/// off for it, a hundred-thousandth of a lattice unit.
const ROUNDING_DEG: f64 = 1e-12;

/// A data set in a database, as both sides see it.
struct Judged {
    database: Database,
    profile: Profile,
    stored: Vec<StoredArea>,
    snapshot: Snapshot,
}

/// What was compared.
#[derive(Debug, Default)]
struct Tally {
    inside: usize,
    outside: usize,
    border: usize,
    /// On a border whose far side is nobody's.
    owned_by_none: usize,
    stacked: usize,
    /// On a border by whole numbers, beside it in doubles.
    by_rounding: usize,
}

fn point_count() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a switch of this test, not a setting of the program")]
    let asked = std::env::var("ONEMAP_POSTGIS_POINTS").ok();
    asked.map_or(POINTS, |count| count.parse().expect("ONEMAP_POSTGIS_POINTS is a number"))
}

async fn open(database: &Database, profile: &Profile) -> District {
    let clock = Clock::fixed(datetime!(2026-01-05 08:00 UTC));
    let address = StoreAddress::from(database.url().as_str());
    District::open(address, Some(profile.clone()), clock).await.expect("an empty store")
}

async fn judged(database: Database, district: District) -> Judged {
    let snapshot = district.snapshot().await.expect("a snapshot");
    let stored = district.store().areas(snapshot.edition_number()).await.expect("areas");
    district.store().close().await.expect("closed");
    database.run("analyze").await;
    Judged { database, profile: Profile::clone(district.profile()), stored, snapshot }
}

async fn demo() -> Judged {
    let database = Database::new();
    let district = open(&database, data::licheng()).await;
    let demo = DemoDistrict { areas: data::demo(4_000, 11), places: Vec::new(), postings: Vec::new() };
    district.adopt_demo(demo, "test").await.expect("published");
    judged(database, district).await
}

async fn counties() -> Judged {
    let database = Database::new();
    let district = open(&database, &data::us_counties()).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = data::us_counties_file("repaired", folder.path());
    let source = ImportSource { name: "repaired.geojsonl".to_owned(), path, content_type: None };
    let import = district.import(None, vec![source], ImportOptions::default(), Progress::default());
    let report = import.await.expect("an import that is judged");
    assert_eq!(report.outcome, Outcome::Published, "{:#?}", report.findings);
    judged(database, district).await
}

/// The areas of each level at each position, as PostGIS finds them: ascending numbers of areas.
async fn intersecting(judged: &Judged, connection: &mut PgConnection, positions: &[Position]) -> Vec<Vec<AreaIndex>> {
    let lons: Vec<f64> = positions.iter().map(|position| position.lon_degrees()).collect();
    let lats: Vec<f64> = positions.iter().map(|position| position.lat_degrees()).collect();
    let make = "create temporary table asked as select (n - 1)::int4 as n, st_setsrid(st_makepoint(x, y), 4490) as at \
         from unnest($1::float8[], $2::float8[]) with ordinality as given (x, y, n)";
    sqlx::query(make).bind(&lons).bind(&lats).execute(&mut *connection).await.expect("positions");
    for statement in ["create index on asked using gist (at)", "analyze asked"] {
        sqlx::query(statement).execute(&mut *connection).await.expect("an index");
    }
    let mut found = vec![Vec::new(); positions.len()];
    for level in &judged.profile.levels {
        // One polygon after the other, which PostGIS then prepares once for all positions near it.
        let ask = format!(
            "select here.n, area.code from \"{}\" area \
             cross join lateral (select n from asked where st_intersects(area.geom, asked.at) offset 0) here",
            level.id
        );
        for row in sqlx::query(AssertSqlSafe(ask)).fetch_all(&mut *connection).await.expect("an answer") {
            let (number, code): (i32, String) = (row.get(0), row.get(1));
            found[number as usize].push(judged.snapshot.hierarchy.find(&code).expect("the code of an area"));
        }
    }
    found.iter_mut().for_each(|areas| areas.sort_unstable());
    found
}

/// Compares what we answer at each position with what PostGIS has there.
async fn compare_points(judged: &Judged, seed: u64) -> Tally {
    let naive = Naive::new(&judged.stored, &judged.profile);
    // Some more of each kind, because some lie beyond the world.
    let each = point_count() / KINDS + point_count() / 50 + 1;
    let mut positions = crate::locate_oracle::points::points(&judged.stored, each, &mut Random::new(seed));
    // The same meridian, which polygons are cut along, is one side of the map for us and another for PostGIS.
    positions.retain(|position| position.lon().abs() < 1_800_000_000);
    positions.truncate(point_count());
    let mut connection = judged.database.connect().await;
    let found = intersecting(judged, &mut connection, &positions).await;
    let mut tally = Tally::default();
    let mut rounded: Vec<(Position, AreaIndex)> = Vec::new();
    for (&position, theirs) in positions.iter().zip(&found) {
        let ours = judged.snapshot.locate(position);
        let is_nowhere = ours.chain.is_empty() && ours.stacked.is_empty();
        tally.stacked += usize::from(!ours.stacked.is_empty());
        if !naive.judge(position).on_border {
            let resolved = naive.resolve(theirs);
            assert_eq!(
                (&ours.chain[..], ours.stacked),
                (&resolved.chain[..], &resolved.stacked[..]),
                "at {position}: ours, then what PostGIS has, {theirs:?}"
            );
            assert_eq!(is_nowhere, theirs.is_empty(), "at {position}: PostGIS has {theirs:?}");
            *(if is_nowhere { &mut tally.outside } else { &mut tally.inside }) += 1;
            continue;
        }
        tally.border += 1;
        // None is answered exactly where the side that owns the border is nobody's.
        assert_eq!(is_nowhere, naive.judge(position).owners == Default::default(), "on a border at {position}");
        tally.owned_by_none += usize::from(is_nowhere);
        let named = ours.chain.iter().chain(ours.stacked).copied();
        let named: Vec<AreaIndex> = if is_nowhere { ours.co_owners.clone() } else { named.collect() };
        assert!(!named.is_empty(), "a border at {position} is one of something");
        rounded.extend(named.into_iter().filter(|area| !theirs.contains(area)).map(|area| (position, area)));
    }
    tally.by_rounding = rounded.iter().map(|(position, _)| *position).collect::<HashSet<_>>().len();
    for (position, area) in rounded {
        let code = judged.snapshot.hierarchy.area(area).code;
        let ask = "select st_distance(geom, st_setsrid(st_makepoint($1, $2), 4490)) from area where code = $3";
        let ask = sqlx::query_scalar(ask).bind(position.lon_degrees()).bind(position.lat_degrees()).bind(code.as_str());
        let off: f64 = ask.fetch_one(&mut connection).await.expect("a distance");
        assert!(off <= ROUNDING_DEG, "{code} is {off} degrees from its border at {position}");
    }
    eprintln!("{} areas, {} positions: {tally:?}", judged.stored.len(), positions.len());
    assert_eq!(tally.inside + tally.outside + tally.border, positions.len());
    assert_eq!(positions.len(), point_count());
    tally
}

/// Compares validity and areas of all that is stored, superseded rows included.
async fn compare_polygons(judged: &Judged) {
    let database = &judged.database;
    let rows: i64 = database.value("select count(*) from area").await;
    assert!(rows as usize >= judged.stored.len());
    let valid: i64 = database.value("select count(*) from area where st_isvalid(geom)").await;
    assert_eq!(valid, rows, "valid polygons");
    let others = "select count(*) from area where st_geometrytype(geom) <> 'ST_MultiPolygon' or st_srid(geom) <> 4490";
    assert_eq!(database.value::<i64>(others).await, 0, "of another kind or system");
    // We measure on the ellipsoid of WGS 84; `geography` measures EPSG:4490 on that of CGCS2000, a tenth of a millimetre
    // thinner. Like with like is the first; the second is what who reads the database gets.
    let system: String = database.value("select proj4text from spatial_ref_sys where srid = 4490").await;
    assert!(system.contains("GRS80") || system.contains("298.257222101"), "{system}");
    let off = async |geom: &str| -> f64 {
        let apart = format!("greatest(abs(st_area({geom}::geography) - area_m2) - {ROUNDED_BY_M2}, 0)");
        database.value(&format!("select max({apart} / area_m2) from area")).await
    };
    let (off_wgs84, off) = (off("st_setsrid(geom, 4326)").await, off("geom").await);
    eprintln!("{rows} polygons, areas at most {off_wgs84:e} off, {off:e} on the ellipsoid of CGCS2000");
    assert!(off.max(off_wgs84) <= AREA_TOLERANCE, "an area is {off} of itself off");
}

#[tokio::test]
async fn the_demo_district_is_where_postgis_has_it() {
    let judged = demo().await;
    compare_polygons(&judged).await;
    let tally = compare_points(&judged, 1).await;
    assert!(tally.border * 4 > point_count() && tally.stacked > 0 && tally.owned_by_none > 0, "{tally:?}");
}

#[tokio::test]
async fn real_counties_are_where_postgis_has_them() {
    let judged = counties().await;
    compare_polygons(&judged).await;
    let tally = compare_points(&judged, 2).await;
    assert!(tally.border * 4 > point_count() && tally.owned_by_none > 0, "{tally:?}");
}
