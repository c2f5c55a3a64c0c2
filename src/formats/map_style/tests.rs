use std::{fs, path::PathBuf};

use super::*;
use crate::formats::profile_toml::builtin_profiles;

fn level(id: &str, min_zoom: u8, label_zoom: Option<u8>, kinds: bool) -> StyleLevel {
    StyleLevel { id: id.to_owned(), min_zoom, label_zoom, kinds }
}

fn five_levels() -> Vec<StyleLevel> {
    vec![
        level("district", 6, Some(8), false),
        level("street", 9, Some(10), false),
        level("community", 11, Some(12), false),
        level("grid", 13, Some(14), true),
        level("unit", 15, Some(17), true),
    ]
}

fn input(levels: &[StyleLevel]) -> StyleInput<'_> {
    StyleInput {
        levels,
        theme: Theme::Dark,
        bounds: Some([118.9, 25.2, 119.3, 25.6]),
        attribution: "示意 & \"quoted\"",
        root: "",
        basemap: None,
    }
}

fn style_of(levels: &[StyleLevel]) -> Value {
    map_style(input(levels))
}

#[track_caller]
fn layer<'a>(style: &'a Value, id: &str) -> &'a Value {
    let layers = style["layers"].as_array().expect("a style has layers");
    layers.iter().find(|layer| layer["id"] == id).unwrap_or_else(|| panic!("no layer {id}"))
}

fn ids(style: &Value) -> Vec<String> {
    let layers = style["layers"].as_array().expect("a style has layers");
    layers.iter().map(|layer| layer["id"].as_str().expect("a layer has an id").to_owned()).collect()
}

#[test]
fn every_level_has_one_fill_one_border_and_the_finest_label_comes_first() {
    let style = style_of(&five_levels());
    let expected = [
        "ground",
        "district-fill",
        "street-fill",
        "community-fill",
        "grid-fill",
        "unit-fill",
        "place:green",
        "place:water",
        "place:ditch",
        "place:building",
        "place:road-casing",
        "place:road",
        "grid-exclusive",
        "unit-exclusive",
        "unit-border",
        "grid-border",
        "community-border",
        "street-border",
        "district-border",
        "unit-dot",
        "grid-dot",
        "community-dot",
        "street-dot",
        "district-dot",
        "place:building-label",
        "place:facility",
        "place:green-label",
        "place:road-label",
        "place:water-label",
        "unit-body",
        "unit-label",
        "grid-body",
        "grid-label",
        "community-label",
        "street-label",
        "district-label",
    ];
    assert_eq!(ids(&style), expected);
}

#[test]
fn nothing_is_addressed_outside_the_server_and_no_glyphs_are_asked_for() {
    let style = style_of(&five_levels());
    assert_eq!(style["sources"]["areas"]["url"], "/tiles/areas.json");
    assert_eq!(style["sources"]["places"]["url"], "/tiles/places.json");
    assert_eq!(style["sprite"], "/sprites/dark");
    assert_eq!(style.get("glyphs"), None);
    assert!(!style.to_string().contains("://"));
}

#[test]
fn with_a_public_address_everything_is_addressed_below_it() {
    let style = map_style(StyleInput { root: "https://map.example/one", theme: Theme::Light, ..input(&five_levels()) });
    assert_eq!(style["sources"]["areas"]["url"], "https://map.example/one/tiles/areas.json");
    assert_eq!(style["sources"]["places"]["url"], "https://map.example/one/tiles/places.json");
    assert_eq!(style["sprite"], "https://map.example/one/sprites/light");
}

#[test]
fn a_base_map_lies_under_everything_and_shines_through_the_land() {
    let basemap = Basemap { content: BasemapContent::Raster };
    let levels = five_levels();
    let style = map_style(StyleInput { basemap: Some(&basemap), ..input(&levels) });
    assert_eq!(style["sources"]["basemap"], json!({"type": "raster", "url": "/basemap.json", "tileSize": 256}));
    assert_eq!(ids(&style)[..3], ["ground", "basemap:pictures", "district-fill"]);
    assert_eq!(layer(&style, "district-fill")["paint"]["fill-opacity"], 0.0);
    assert_eq!(layer(&style_of(&levels), "district-fill")["paint"]["fill-opacity"], 1.0);
}

#[test]
fn a_vector_base_map_is_drawn_by_the_names_of_its_layers() {
    let names = ["transportation", "water", "water_name", "landcover", "earth", "buildings", "pois", "boundaries"];
    let basemap = Basemap { content: BasemapContent::Vector(names.map(str::to_owned).into()) };
    let style = map_style(StyleInput { basemap: Some(&basemap), ..input(&[]) });
    assert_eq!(style["sources"]["basemap"], json!({"type": "vector", "url": "/basemap.json"}));
    let below: Vec<_> = ids(&style).into_iter().filter(|id| id.starts_with("basemap")).collect();
    let expected = [
        "basemap:earth",
        "basemap:landcover",
        "basemap:water",
        "basemap:water-line",
        "basemap:buildings",
        "basemap:transportation-line",
        "basemap:boundaries-line",
    ];
    assert_eq!(below, expected);
}

#[test]
fn an_area_too_small_to_be_drawn_is_a_dot_of_the_colour_of_its_border() {
    let style = style_of(&five_levels());
    let dot = layer(&style, "unit-dot");
    assert_eq!((&dot["type"], &dot["minzoom"]), (&json!("circle"), &json!(15)));
    assert_eq!(dot["paint"]["circle-color"], layer(&style, "unit-border")["paint"]["line-color"]);
    assert_eq!(dot["filter"][2], json!(["to-boolean", ["get", "tiny"]]));
}

/// Icon names are checked against the sprite by the viewer's own tests.
#[test]
fn an_exclusive_area_has_the_icon_that_its_name_tells() {
    let style = style_of(&five_levels());
    let body = layer(&style, "unit-body");
    let icon = body["layout"]["icon-image"].as_array().expect("an expression");
    assert_eq!(icon[1][1], json!(["in", "医院", ["get", "name"]]));
    assert_eq!((&icon[2], icon.last()), (&json!("hospital"), Some(&json!("body"))));
    assert!(!ids(&style).contains(&"street-body".to_owned()), "streets have no kinds");
}

#[test]
fn a_level_may_have_the_name_of_a_place() {
    let levels = ["building", "road", "green"].map(|id| level(id, 10, Some(12), true));
    let all = ids(&style_of(&levels));
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
}

#[test]
fn attribution_is_kept_to_the_letter() {
    assert_eq!(style_of(&five_levels())["sources"]["areas"]["attribution"], "示意 & \"quoted\"");
}

#[test]
fn borders_take_colour_and_width_by_rank_from_the_coarsest() {
    let state_county = [level("state", 3, Some(4), false), level("county", 5, None, false)];
    let style = style_of(&state_county);
    assert_eq!(layer(&style, "state-border")["paint"]["line-color"], "#E8EDF2");
    assert_eq!(layer(&style, "county-border")["paint"]["line-color"], "#B9C6D3");
    assert_eq!(layer(&style, "county-border")["paint"]["line-width"][6], 1.8);
    assert_eq!(layer(&style, "county-border")["filter"], json!(["==", ["get", "level"], "county"]));
}

#[test]
fn ranks_beyond_the_fifth_share_the_faintest_border() {
    let seven: Vec<_> = (0..7).map(|rank| level(&format!("l{rank}"), rank, Some(rank), false)).collect();
    let style = style_of(&seven);
    let (sixth, fourth) = (&layer(&style, "l6-border")["paint"], &layer(&style, "l4-border")["paint"]);
    assert_eq!((&sixth["line-color"], &sixth["line-width"][8]), (&fourth["line-color"], &fourth["line-width"][8]));
}

#[test]
fn a_level_never_labelled_has_no_label_layer() {
    let style = style_of(&[level("state", 3, None, false)]);
    assert!(!ids(&style).contains(&"state-label".to_owned()));
}

#[test]
fn a_name_goes_when_the_second_finer_level_is_named() {
    let style = style_of(&five_levels());
    assert_eq!(layer(&style, "district-label")["maxzoom"], 12);
    assert_eq!(layer(&style, "community-label")["maxzoom"], 17);
    assert_eq!(layer(&style, "grid-label").get("maxzoom"), None);
}

#[test]
fn equal_label_zooms_never_make_an_empty_zoom_range() {
    let style =
        style_of(&[level("a", 5, Some(9), false), level("b", 5, Some(9), false), level("c", 5, Some(9), false)]);
    assert_eq!(layer(&style, "a-label").get("maxzoom"), None);
}

#[test]
fn only_levels_with_kinds_are_hatched_and_numbered() {
    let style = style_of(&five_levels());
    assert_eq!(layer(&style, "grid-exclusive")["filter"], json!(["==", ["get", "kind"], "exclusive"]));
    assert_eq!(layer(&style, "grid-exclusive")["maxzoom"], 15);
    assert_eq!(
        layer(&style, "grid-label")["layout"]["text-field"],
        json!(["coalesce", ["get", "short"], ["get", "name"]])
    );
    assert_eq!(layer(&style, "community-label")["layout"]["text-field"], json!(["get", "name"]));
}

#[test]
fn the_opening_view_shows_the_bounds() {
    let style = style_of(&five_levels());
    let (lon, lat) = (style["center"][0].as_f64(), style["center"][1].as_f64());
    assert!((lon.expect("a number") - 119.1).abs() < 1e-9 && (lat.expect("a number") - 25.4).abs() < 1e-9);
    // 1024 px show 0.4 degrees at 2^zoom = 1024 / 512 * 360 / 0.4 = 1800, so zoom 10.81, rounded away from the edge.
    assert_eq!(style["zoom"], 10.8);
}

#[test]
fn without_data_or_levels_the_style_is_still_whole() {
    let style = map_style(StyleInput { bounds: None, ..input(&[]) });
    assert_eq!(style.get("center"), None);
    let expected = [
        "ground",
        "place:green",
        "place:water",
        "place:ditch",
        "place:building",
        "place:road-casing",
        "place:road",
        "place:building-label",
        "place:facility",
        "place:green-label",
        "place:road-label",
        "place:water-label",
    ];
    assert_eq!(ids(&style), expected);
}

#[test]
fn bounds_of_one_point_open_at_the_closest_zoom() {
    let style = map_style(StyleInput { bounds: Some([1.0, 2.0, 1.0, 2.0]), ..input(&[]) });
    assert_eq!(style["zoom"], OPENING_ZOOM_MAX);
}

#[test]
fn themes_are_found_by_their_names() {
    assert_eq!(Theme::ALL.map(|theme| Theme::from_name(theme.name())), Theme::ALL.map(Some));
    assert_eq!(Theme::from_name("Dark"), None);
}

#[test]
fn text_is_readable_on_land_and_ground() {
    for theme in Theme::ALL {
        let palette = theme.palette();
        for behind in [palette.ground, palette.land] {
            assert!(contrast(palette.labels[0], behind) >= 7.0, "{theme:?} names on {behind}");
            let others = [palette.quiet, palette.faint, palette.green_text, palette.water_text];
            for text in others.into_iter().chain(palette.labels) {
                assert!(contrast(text, behind) >= 4.5, "{theme:?} {text} on {behind}");
            }
        }
    }
}

/// Contrast ratio of two `#RRGGBB` colours. Source: WCAG 2.2, relative luminance.
fn contrast(one: &str, other: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value =
                f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("palette colours are #RRGGBB")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Kept as fixtures, because the viewer's own tests hold them against the style specification and the sprite before anything is
/// compiled. After a wanted change, run this once with `ONEMAP_BLESS=1`; the browser's tests hold the running server's against the specification.
#[test]
fn styles_the_viewer_validates_are_the_ones_written_here() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("web-viewer/tests/fixtures/styles");
    #[expect(clippy::disallowed_methods, reason = "a switch of this test, not a setting of the program")]
    let is_blessing = std::env::var_os("ONEMAP_BLESS").is_some();
    let layers = ["water", "roads", "places", "landuse", "buildings", "boundaries"].map(str::to_owned);
    let basemaps = [
        ("", None),
        ("-on-pictures", Some(Basemap { content: BasemapContent::Raster })),
        ("-on-vectors", Some(Basemap { content: BasemapContent::Vector(layers.into()) })),
    ];
    let mut count = 0;
    for profile in builtin_profiles() {
        let levels = StyleLevel::of(profile);
        // One profile shows what a base map changes.
        let basemaps = if profile.id == "licheng" { &basemaps[..] } else { &basemaps[..1] };
        for (theme, (suffix, basemap)) in
            Theme::ALL.iter().flat_map(|theme| basemaps.iter().map(move |it| (*theme, it)))
        {
            let attribution = &profile.map.attribution.zh;
            let style = map_style(StyleInput { theme, attribution, basemap: basemap.as_ref(), ..input(&levels) });
            let text = format!("{style}\n");
            let path = folder.join(format!("{}-{}{suffix}.json", profile.id, theme.name()));
            if is_blessing {
                fs::create_dir_all(&folder).expect("the fixture folder can be made");
                fs::write(&path, &text).expect("the fixture can be written");
            }
            let stored = fs::read_to_string(&path).expect("the fixture is committed");
            assert!(stored == text, "{} is stale", path.display());
            count += 1;
        }
    }
    assert_eq!(count, fs::read_dir(&folder).expect("the fixtures are committed").count(), "no fixture is left over");
}
