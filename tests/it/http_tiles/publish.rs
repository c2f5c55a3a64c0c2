//! What a publish changes, and what it leaves.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use onemap::app::{
    AppOptions,
    tiles::{Tileset, WARM_TILES},
};
use onemap_tiles::LatticeBounds;

use super::*;
use crate::{
    http_api::{service, service_with},
    support::shell::PATIENCE,
};

/// The zooms that are compared.
const ZOOMS: std::ops::RangeInclusive<u8> = 8..=14;

/// Tag and bytes of every tile over the district.
async fn all_tiles(service: &Service, tileset: &str) -> BTreeMap<TileCoord, (String, Bytes)> {
    let mut tiles = BTreeMap::new();
    for coord in ZOOMS.flat_map(|zoom| tiles_at(service, zoom)) {
        let answer = get(service, &format!("/tiles/{tileset}/{coord}"), &[("accept-encoding", "gzip")]).await;
        assert!(answer.status.is_success(), "{coord}");
        tiles.insert(coord, (answer.header("etag").to_owned(), answer.bytes));
    }
    tiles
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publish_changes_the_tiles_that_it_touches_and_no_others() {
    let service = service(300).await;
    // The exported records are not those that the demo was made from: from here on equal ones change nothing.
    rename(&service, str::to_owned).await;
    let before = all_tiles(&service, "areas").await;
    let places = all_tiles(&service, "places").await;
    let (name, extent) = {
        let served = service.app.served();
        let snapshot = &served.snapshot;
        let level = snapshot.profile.find_level("community").expect("a level");
        // One that no other shares its name with.
        let mut names: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        snapshot.hierarchy.of_level(level).for_each(|index| {
            names.entry(&snapshot.hierarchy.area(index).name).or_default().push(index);
        });
        let (name, index) =
            names.iter().find(|(_, of)| of.len() == 1).map(|(name, of)| (*name, of[0])).expect("a name");
        (name.to_owned(), snapshot.coverage.polygon(index).extent().expect("an outline"))
    };
    let drawn = service.app.tile_cache().figures().drawn;
    let changed = rename(&service, |old| if old == name { format!("新{old}") } else { old.to_owned() }).await;
    assert_eq!(changed, 1);

    let after = all_tiles(&service, "areas").await;
    let mut others: BTreeSet<TileCoord> = BTreeSet::new();
    for (coord, (tag, bytes)) in &after {
        let (old_tag, old_bytes) = &before[coord];
        assert!(tag != old_tag || bytes == old_bytes, "{coord}: equal tags, other bytes");
        if tag != old_tag {
            assert!(coord.reach().intersects(bounds(extent)), "{coord} is far from what was renamed");
            others.insert(*coord);
        }
    }
    let renamed = |coord: &&TileCoord| before[*coord].1 != after[*coord].1;
    assert!(others.iter().filter(renamed).count() >= 3, "the name stands in tiles of several zooms: {others:?}");
    assert!(others.len() * 2 < after.len(), "{} of {} tiles changed", others.len(), after.len());
    assert_eq!(all_tiles(&service, "places").await, places);
    let figures = service.app.tile_cache().figures();
    assert_eq!(figures.drawn - drawn, others.len() as u64, "the others are still kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_and_back_gives_the_tags_and_bytes_of_the_beginning() {
    let service = service(300).await;
    let before = all_tiles(&service, "areas").await;
    rename(&service, |name| format!("新{name}")).await;
    assert_ne!(all_tiles(&service, "areas").await, before);
    rename(&service, |name| name.strip_prefix('新').expect("as renamed").to_owned()).await;
    assert_eq!(all_tiles(&service, "areas").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn low_zooms_are_drawn_ahead_at_the_start_and_after_a_publish() {
    let service = service_with(300, AppOptions { warms_up: true, ..AppOptions::default() }).await;
    let (mut tiles, mut warm) = (0, Vec::new());
    for zoom in 0..=18 {
        let more = tiles_at(&service, zoom);
        tiles += more.len();
        if tiles > WARM_TILES {
            break;
        }
        warm.extend(more);
    }
    assert!(warm.iter().any(|coord| coord.z() >= 10), "{} tiles", warm.len());
    let figures = || service.app.tile_cache().figures();
    // Two tilesets in two codings; no test sleeps, so it looks again and again.
    let all = 4 * warm.len();
    let until = async |entries: usize| {
        while figures().entries < entries {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, until(all)).await.expect("in time");
    let drawn = figures().drawn;
    assert_eq!((drawn, figures().entries), (2 * warm.len() as u64, all), "each once for both codings");
    let before = get(&service, &format!("/tiles/areas/{}", warm[warm.len() - 1]), &[("accept-encoding", "gzip")]).await;
    assert!(before.status.is_success() && figures().drawn == drawn);

    rename(&service, |name| format!("新{name}")).await;
    let old = service.app.tiles_of(1).await.expect("the store answers").expect("the first edition");
    let (new, mut changed) = (Arc::clone(&service.app.served().tiles), 0);
    for &coord in &warm {
        let versions = [old.version(Tileset::Areas, coord).await, new.version(Tileset::Areas, coord).await];
        changed += usize::from(versions[0] != versions[1]);
    }
    assert!(changed > 0, "names stand in low zooms");
    tokio::time::timeout(PATIENCE, until(all + 2 * changed)).await.expect("in time");
}

fn bounds(extent: Extent) -> LatticeBounds {
    let corner = |position: onemap::domain::geometry::Position| [position.lon(), position.lat()];
    LatticeBounds::new(corner(extent.min()), corner(extent.max())).expect("an extent")
}
