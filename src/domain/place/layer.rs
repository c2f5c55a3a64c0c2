//! The layers of the map that places are drawn in.

/// The layer of the map that a place is drawn in; the profile's finer classes say which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceLayer {
    /// A road; `rank` of the place tells trunk from lane.
    Road,
    /// A river, a canal, a ditch, a lake.
    Water,
    /// A building.
    Building,
    /// A park or a field.
    Green,
    /// A camera, a hydrant, a service station: what has an icon.
    Facility,
}

impl PlaceLayer {
    /// All layers, in drawing order.
    pub const ALL: [Self; 5] = [Self::Green, Self::Water, Self::Road, Self::Building, Self::Facility];

    /// The word in profiles, on the wire, in the store and in tiles.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Road => "road",
            Self::Water => "water",
            Self::Building => "building",
            Self::Green => "green",
            Self::Facility => "facility",
        }
    }

    /// The layer that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.id() == id)
    }
}
