//! Where a place is.

use crate::domain::geometry::{Extent, MultiPolygon, Position};

/// What a place is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceGeometry {
    /// A gate, a camera, a hydrant.
    Point(Position),
    /// A road, a ditch: at least two positions, in order.
    Line(Vec<Position>),
    /// A building, a lake.
    Polygon(MultiPolygon),
}

impl PlaceGeometry {
    /// Which of the three it is.
    pub const fn kind(&self) -> GeometryKind {
        match self {
            Self::Point(_) => GeometryKind::Point,
            Self::Line(_) => GeometryKind::Line,
            Self::Polygon(_) => GeometryKind::Polygon,
        }
    }

    /// The smallest extent that holds it; `None` for a line or polygon without positions.
    pub fn extent(&self) -> Option<Extent> {
        match self {
            Self::Point(position) => Some(Extent::of(*position)),
            Self::Line(line) => Extent::around(line.iter().copied()),
            Self::Polygon(area) => area.extent(),
        }
    }
}

/// Point, line or polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GeometryKind {
    /// One position.
    Point,
    /// A line.
    Line,
    /// An outline.
    Polygon,
}

impl GeometryKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Point, Self::Line, Self::Polygon];

    /// The word in profiles and on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Line => "line",
            Self::Polygon => "polygon",
        }
    }

    /// What it is called in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Point => "点",
            Self::Line => "线",
            Self::Polygon => "面",
        }
    }
}
