//! What an archive of ours says of itself.

use std::ops::RangeInclusive;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::archive::Order;
use crate::{
    app::tiles::{BORDERS_LAYER, LABELS_LAYER, Tileset},
    domain::{
        area::{Edition, Snapshot},
        place::PlaceClass,
        profile::Profile,
    },
    formats::pmtiles::{Metadata, Origin, VectorLayer},
};

/// The metadata of an archive of `edition`, as JSON.
pub(super) fn describe(snapshot: &Snapshot, edition: &Edition, order: &Order) -> String {
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
        layers: layers(profile, order.tileset, &order.zooms),
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

/// The layers of a tileset that are drawn on `zooms`.
fn layers(profile: &Profile, tileset: Tileset, zooms: &RangeInclusive<u8>) -> Vec<VectorLayer> {
    let layer = |id: &str, description: &str, min_zoom: u8, fields: &[(&str, &str)]| VectorLayer {
        id: id.to_owned(),
        description: description.to_owned(),
        zooms: Some((min_zoom.max(*zooms.start()), *zooms.end())),
        fields: fields.iter().map(|&(name, what)| (name.to_owned(), what.to_owned())).collect(),
    };
    let kind = ("kind", "comprehensive 综合, exclusive 专属");
    let area = [("code", "编码 / code"), ("name", "名称 / name"), kind];
    let border = [("level", "所分的最粗层级 / coarsest level divided"), ("rank", "0 = coarsest")];
    let label = [area[0], area[1], ("short", "标注 / text to show"), ("level", "层级 / level"), border[1], kind];
    let place = [("name", "名称 / name"), ("rank", "0 = most important")];
    let mut layers: Vec<VectorLayer> = match tileset {
        Tileset::Areas => {
            let coarsest = profile.levels.iter().map(|level| level.min_zoom).min().unwrap_or(0);
            let of_level = profile.levels.iter().map(|level| layer(&level.id, &level.name.zh, level.min_zoom, &area));
            let own = [
                layer(BORDERS_LAYER, "边界 / borders", coarsest, &border),
                layer(LABELS_LAYER, "标注点 / labels", coarsest, &label),
            ];
            of_level.chain(own).collect()
        }
        Tileset::Places => PlaceClass::ALL.iter().map(|class| layer(class.id(), class.id(), 0, &place)).collect(),
    };
    layers.retain(|layer| layer.zooms.is_some_and(|(first, last)| first <= last));
    layers
}
