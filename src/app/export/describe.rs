//! What an archive of ours says of itself.

use std::ops::RangeInclusive;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::archive::Order;
use crate::{
    app::tiles::{self, Tileset},
    domain::area::{Edition, Snapshot},
    formats::pmtiles::{Metadata, Origin, VectorLayer},
};

/// The metadata of an archive of `edition` with `layers`, as JSON.
pub(super) fn describe(
    snapshot: &Snapshot,
    edition: &Edition,
    order: &Order,
    layers: Vec<tiles::VectorLayer>,
) -> String {
    let profile = &snapshot.profile;
    let tileset = match order.tileset {
        Tileset::Areas => "areas",
        Tileset::Places => "places",
    };
    let area = order.area.map(|index| snapshot.hierarchy.area(index));
    let name = area.map_or(&profile.name.zh, |area| &area.name);
    let since = date(edition.effective_from);
    let Edition { number, .. } = edition;
    let metadata = Metadata {
        name: Some(format!("{name} {tileset}")),
        description: Some(format!("第 {number} 版，{since} 起 / edition {number}, in force from {since}")),
        attribution: Some(profile.map.attribution.zh.clone()),
        version: Some(number.to_string()),
        layers: drawn_on(&order.zooms, layers),
    };
    metadata.to_json(&Origin {
        edition: *number,
        effective_from: since,
        published_at: date(edition.published_at),
        tileset,
        area: area.map(|area| area.code.to_string()),
        approval_number: profile.map.approval_number.clone(),
        notice: profile.map.notice.zh.clone(),
    })
}

fn date(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).expect("a time of the store has four digits of year")
}

/// Those of the layers that are drawn on `zooms`.
fn drawn_on(zooms: &RangeInclusive<u8>, layers: Vec<tiles::VectorLayer>) -> Vec<VectorLayer> {
    let drawn = |layer: tiles::VectorLayer| VectorLayer {
        id: layer.id,
        description: layer.description,
        zooms: Some((layer.min_zoom.max(*zooms.start()), layer.max_zoom.min(*zooms.end()))),
        fields: layer.fields.into_iter().map(|(name, what)| (name.to_owned(), what.to_owned())).collect(),
    };
    let mut layers: Vec<VectorLayer> = layers.into_iter().map(drawn).collect();
    layers.retain(|layer| layer.zooms.is_some_and(|(first, last)| first <= last));
    layers
}
