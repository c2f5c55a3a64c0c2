//! Colours of the two themes.

/// The two looks of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// For walls and night shifts; the default.
    Dark,
    /// For planners and print.
    Light,
}

impl Theme {
    /// Every theme, default first.
    pub const ALL: [Self; 2] = [Self::Dark, Self::Light];

    /// Its name in addresses: `/styles/{name}.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The theme of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    pub(super) const fn palette(self) -> Palette {
        match self {
            Self::Dark => DARK,
            Self::Light => LIGHT,
        }
    }
}

/// Border widths by rank from the coarsest, in CSS pixels at zoom 14.
pub(super) const BORDER_WIDTHS_PX: [f64; 5] = [2.4, 1.8, 1.3, 1.0, 0.6];

/// Colours of one theme. Text on `land` keeps at least 4.5:1.
pub(super) struct Palette {
    pub(super) ground: &'static str,
    pub(super) land: &'static str,
    /// Label colours by rank from the coarsest; finer levels use the last. A number is of the colour of its border.
    pub(super) labels: [&'static str; 5],
    pub(super) quiet: &'static str,
    pub(super) faint: &'static str,
    pub(super) green_text: &'static str,
    pub(super) water_text: &'static str,
    pub(super) green: &'static str,
    pub(super) water: &'static str,
    pub(super) building: &'static str,
    pub(super) building_edge: &'static str,
    pub(super) road_major: &'static str,
    pub(super) road: &'static str,
    pub(super) road_minor: &'static str,
    pub(super) road_edge: &'static str,
    pub(super) borders: [&'static str; BORDER_WIDTHS_PX.len()],
}

const DARK: Palette = Palette {
    ground: "#0E141B",
    land: "#141C26",
    labels: ["#E8EDF2", "#E8EDF2", "#D3DCE5", "#74BFCE", "#8FA3B5"],
    quiet: "#9AA8B8",
    faint: "#7F8FA1",
    green_text: "#7FB08C",
    water_text: "#6FA3C4",
    green: "#15251F",
    water: "#12293A",
    building: "#1D2733",
    building_edge: "#283543",
    road_major: "#33414F",
    road: "#2A3643",
    road_minor: "#222D39",
    road_edge: "#10171F",
    borders: ["#E8EDF2", "#B9C6D3", "#7F93A8", "#4FA3B5", "#38505F"],
};

const LIGHT: Palette = Palette {
    ground: "#F6F7F9",
    land: "#FFFFFF",
    labels: ["#16202B", "#16202B", "#26323F", "#0F6577", "#4F6273"],
    quiet: "#44515F",
    faint: "#55636F",
    green_text: "#2F6B3A",
    water_text: "#2A6388",
    green: "#E6F1E4",
    water: "#D5E6F0",
    building: "#ECEEF1",
    building_edge: "#DCE1E7",
    road_major: "#D3DAE2",
    road: "#DFE4EA",
    road_minor: "#E9EDF1",
    road_edge: "#C9D2DB",
    borders: ["#16202B", "#3A4856", "#64768A", "#2C7F92", "#A3B5C0"],
};
