//! Areas: what catches the pointer, hatches, borders, dots and names.

use serde_json::{Value, json};

use super::{
    FONTS, StyleLevel,
    palette::{BORDER_WIDTHS_PX, Palette},
};

/// How many levels may be labelled at once. With more, the finer names crowd out the coarser ones.
const LABELLED_LEVELS: usize = 2;
/// Label size by rank from the coarsest, in CSS pixels; finer levels use the last.
const LABEL_SIZES_PX: [f64; 4] = [20.0, 16.0, 14.0, 12.0];
/// Name of the 45 degree hatch in the sprite.
const HATCH_IMAGE: &str = "hatch";
/// From here on a hatch stands aside for what is drawn on the ground.
const HATCH_FADES_FROM: u8 = 16;
/// Attribute of a label that stands for an area too small to be drawn.
const TINY: &str = "tiny";
/// From here on there is room for the name of an exclusive area below its icon.
const BODY_NAME_ZOOM: u8 = 16;
/// Words in the name of an exclusive area, and the icon that they earn; the first that fits counts.
const BODY_ICONS: [(&str, &[&str]); 5] = [
    ("hospital", &["医院", "卫生院", "卫生服务"]),
    ("school", &["小学", "中学", "学校", "幼儿园", "学院", "大学"]),
    ("market", &["市场", "商场", "超市", "商城"]),
    ("industry", &["产业园", "工业", "厂区", "园区", "物流"]),
    ("office", &["机关", "政府", "办事处", "办公"]),
];
/// The icon of an exclusive area whose name has none of the words.
const BODY_ICON: &str = "body";

/// The areas themselves. The coarsest level is the land one sees; the others are clear and only catch the pointer. On a base map
/// all are clear.
pub(super) fn fills<'a>(
    levels: &'a [StyleLevel],
    on_basemap: bool,
    palette: &'a Palette,
) -> impl Iterator<Item = Value> + 'a {
    levels.iter().enumerate().map(move |(rank, level)| {
        let opacity = if rank == 0 && !on_basemap { 1.0 } else { 0.0 };
        json!({
            "id": format!("{}-fill", level.id), "type": "fill", "source": "areas", "source-layer": level.id,
            "minzoom": level.min_zoom,
            "paint": {"fill-color": palette.land, "fill-opacity": opacity, "fill-antialias": false}
        })
    })
}

/// Exclusive areas: a hatch, never colour alone. It stops where a finer level draws its own.
pub(super) fn hatches(levels: &[StyleLevel]) -> impl Iterator<Item = Value> + '_ {
    let with_kinds = |(rank, level): (usize, &StyleLevel)| level.kinds.then_some(rank);
    levels.iter().enumerate().filter_map(with_kinds).map(|rank| {
        let level = &levels[rank];
        let opacity = json!([
            "interpolate",
            ["linear"],
            ["zoom"],
            HATCH_FADES_FROM,
            0.55,
            f64::from(HATCH_FADES_FROM) + 2.0,
            0.35
        ]);
        let mut layer = json!({
            "id": format!("{}-exclusive", level.id), "type": "fill", "source": "areas", "source-layer": level.id,
            "minzoom": level.min_zoom,
            "filter": is_exclusive(),
            "paint": {"fill-pattern": HATCH_IMAGE, "fill-opacity": opacity}
        });
        let finer = levels[rank + 1..].iter().find(|finer| finer.kinds);
        if let Some(finer) = finer.filter(|finer| finer.min_zoom > level.min_zoom) {
            layer["maxzoom"] = json!(finer.min_zoom);
        }
        layer
    })
}

/// Every border once: a line is drawn by the coarsest level that it divides, coarser levels over finer ones.
pub(super) fn borders<'a>(levels: &'a [StyleLevel], palette: &'a Palette) -> impl Iterator<Item = Value> + 'a {
    levels.iter().enumerate().rev().map(|(rank, level)| {
        let (width, colour) = pen(rank, palette);
        // A level's lines begin thin, so that a map full of them is not a net.
        let first = f64::from(level.min_zoom).min(13.0);
        json!({
            "id": format!("{}-border", level.id), "type": "line", "source": "areas", "source-layer": "borders",
            "minzoom": level.min_zoom,
            "filter": is_of(level),
            "layout": {"line-join": "round", "line-cap": "round"},
            "paint": {
                "line-color": colour,
                "line-width": ["interpolate", ["linear"], ["zoom"], first, width * 0.6, 14, width, 18, width * 1.6]
            }
        })
    })
}

/// A small dot for each area that is too small to be drawn, so that none vanishes silently.
pub(super) fn dots<'a>(levels: &'a [StyleLevel], palette: &'a Palette) -> impl Iterator<Item = Value> + 'a {
    levels.iter().enumerate().rev().map(|(rank, level)| {
        json!({
            "id": format!("{}-dot", level.id), "type": "circle", "source": "areas", "source-layer": "labels",
            "minzoom": level.min_zoom,
            "filter": ["all", is_of(level), ["to-boolean", ["get", TINY]]],
            "paint": {
                "circle-radius": 1.75,
                "circle-color": pen(rank, palette).1,
                "circle-stroke-color": palette.ground,
                "circle-stroke-width": 0.75
            }
        })
    })
}

/// Names of all levels, finest first: coarser layers come later in the style, which gives them the first choice of room.
pub(super) fn labels(levels: &[StyleLevel], palette: &Palette) -> Vec<Value> {
    let of_rank = |rank: usize| {
        let level = &levels[rank];
        let zoom = level.label_zoom?;
        let own = label(level, rank, zoom, palette);
        let mut layers = if level.kinds { vec![body(level, rank, zoom, palette), own] } else { vec![own] };
        // A name goes when the level two ranks below it gets its own.
        let replaced_at = levels[rank + 1..].iter().filter_map(|finer| finer.label_zoom).nth(LABELLED_LEVELS - 1);
        if let Some(last) = replaced_at.filter(|last| *last > zoom) {
            layers.iter_mut().for_each(|layer| layer["maxzoom"] = json!(last));
        }
        Some(layers)
    };
    (0..levels.len()).rev().filter_map(of_rank).flatten().collect()
}

/// Names of a level, or short numbers where areas have kinds.
fn label(level: &StyleLevel, rank: usize, zoom: u8, palette: &Palette) -> Value {
    let text =
        if level.kinds { json!(["coalesce", ["get", "short"], ["get", "name"]]) } else { json!(["get", "name"]) };
    let mut layer = symbol(level, rank, zoom, palette);
    layer["id"] = json!(format!("{}-label", level.id));
    layer["layout"]["text-field"] = text;
    if level.kinds {
        layer["filter"] = json!(["all", is_of(level), ["!", is_exclusive()]]);
    }
    layer
}

/// Exclusive areas of a level: the icon of the body that answers for it, and its name once there is room.
fn body(level: &StyleLevel, rank: usize, zoom: u8, palette: &Palette) -> Value {
    let mut icon = vec![json!("case")];
    for (image, words) in BODY_ICONS {
        let found = words.iter().map(|word| json!(["in", word, ["get", "name"]]));
        icon.push(std::iter::once(json!("any")).chain(found).collect());
        icon.push(json!(image));
    }
    icon.push(json!(BODY_ICON));
    let name_zoom = zoom.max(BODY_NAME_ZOOM);
    let mut layer = symbol(level, rank, zoom, palette);
    layer["id"] = json!(format!("{}-body", level.id));
    layer["filter"] = json!(["all", is_of(level), is_exclusive()]);
    let layout = &mut layer["layout"];
    layout["icon-image"] = Value::Array(icon);
    layout["icon-size"] = json!(["interpolate", ["linear"], ["zoom"], zoom, 0.9, f64::from(zoom) + 3.0, 1.25]);
    layout["icon-anchor"] = json!("bottom");
    layout["text-field"] = json!(["step", ["zoom"], "", name_zoom, ["get", "name"]]);
    layout["text-size"] = json!(LABEL_SIZES_PX[LABEL_SIZES_PX.len() - 1]);
    layout["text-anchor"] = json!("top");
    layout["text-offset"] = json!([0, 0.1]);
    layout["text-optional"] = json!(true);
    layer["paint"]["text-color"] = json!(palette.quiet);
    layer
}

/// What all labels of a level have in common.
fn symbol(level: &StyleLevel, rank: usize, zoom: u8, palette: &Palette) -> Value {
    let size = LABEL_SIZES_PX[rank.min(LABEL_SIZES_PX.len() - 1)];
    let colour = palette.labels[rank.min(palette.labels.len() - 1)];
    json!({
        "type": "symbol", "source": "areas", "source-layer": "labels",
        "minzoom": zoom,
        "filter": is_of(level),
        "layout": {
            "text-font": FONTS,
            "text-size": ["interpolate", ["linear"], ["zoom"], zoom, size, f64::from(zoom) + 4.0, size * 1.25],
            "symbol-sort-key": ["get", "rank"],
            "text-max-width": 8,
            "text-padding": 4
        },
        "paint": {"text-color": colour, "text-halo-color": palette.land, "text-halo-width": 1.8}
    })
}

/// Width and colour of the borders of a rank.
fn pen(rank: usize, palette: &Palette) -> (f64, &'static str) {
    let index = rank.min(BORDER_WIDTHS_PX.len() - 1);
    (BORDER_WIDTHS_PX[index], palette.borders[index])
}

fn is_of(level: &StyleLevel) -> Value {
    json!(["==", ["get", "level"], level.id])
}

fn is_exclusive() -> Value {
    json!(["==", ["get", "kind"], "exclusive"])
}
