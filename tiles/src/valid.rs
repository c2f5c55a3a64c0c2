//! Tells valid polygons from others, in tile units.

use std::fmt;

use crate::decode::Geometry;
use crate::faces::faces;
use crate::repair::{Edge, Ring, area_doubled, boxes_meet, folds_back, meet, ordered, remove_straight, turn};

/// Units further than this from the north-west corner are not judged: products of three differences must fit 64 bits.
const JUDGED: i32 = 1 << 17;

/// Why polygons are not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidPolygon {
    /// A ring has less than three units, or no area.
    Degenerate,
    /// A unit is so far away that it is not judged.
    TooFar {
        /// The unit.
        unit: [i32; 2],
    },
    /// Two edges cross, or lie on each other.
    Crossing {
        /// An end of one of the edges.
        near: [i32; 2],
    },
    /// Rings meet in single units only, but are not the polygons they are said to be: a ring touches itself, turns the
    /// wrong way, is a hole outside of its exterior, or cuts the inside of its polygon apart.
    Arrangement,
}

impl fmt::Display for InvalidPolygon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Degenerate => write!(f, "a ring without area"),
            Self::TooFar { unit: [x, y] } => write!(f, "a ring that reaches ({x}, {y})"),
            Self::Crossing { near: [x, y] } => write!(f, "edges that cross or lie on each other near ({x}, {y})"),
            Self::Arrangement => write!(f, "rings that touch themselves or do not lie in each other as they should"),
        }
    }
}

impl std::error::Error for InvalidPolygon {}

impl Geometry {
    /// Whether the geometry is valid as MVT 2.1 (section 4.3.4.4) and OGC 06-103r4 want it; points and lines always are.
    ///
    /// Exteriors turn clockwise on the screen, holes the other way and inside their exterior; no ring crosses or touches
    /// itself; rings touch each other in single points at most, and the inside of a polygon is connected; the polygons of a
    /// feature share no area and no edge. Takes quadratic time if most edges span the same columns.
    pub fn check(&self) -> Result<(), InvalidPolygon> {
        let Self::Polygons(polygons) = self else { return Ok(()) };
        let mut edges = Vec::new();
        for ring in polygons.iter().flatten() {
            if let Some(&unit) = ring.iter().find(|unit| unit.iter().any(|c| !(-JUDGED..=JUDGED).contains(c))) {
                return Err(InvalidPolygon::TooFar { unit });
            }
            if ring.len() < 3 || area_doubled(ring) == 0 {
                return Err(InvalidPolygon::Degenerate);
            }
            let next = ring.iter().cycle().skip(1);
            edges.extend(ring.iter().zip(next).map(|(&a, &b)| ordered(a, b)));
        }
        if let Some(edge) = edges.iter().find(|edge| edge[0] == edge[1]) {
            return Err(InvalidPolygon::Crossing { near: edge[0] });
        }
        edges.sort_unstable();
        let edges = split_at_touches(edges)?;
        // the polygons of these edges are unique
        if canonical(faces(&edges)) == canonical(polygons.clone()) { Ok(()) } else { Err(InvalidPolygon::Arrangement) }
    }
}

/// The edges, cut where the end of another touches them; an error if two have more in common than one end.
fn split_at_touches(edges: Vec<Edge>) -> Result<Vec<Edge>, InvalidPolygon> {
    let mut touches: Vec<(usize, [i32; 2])> = Vec::new();
    for (index, &a) in edges.iter().enumerate() {
        for (other, &b) in edges.iter().enumerate().skip(index + 1) {
            if b[0][0] > a[1][0] {
                break;
            }
            let crossing = Err(InvalidPolygon::Crossing { near: b[0] });
            if !boxes_meet(a, b) {
                continue;
            }
            if a == b {
                return crossing;
            }
            if a[0] == b[0] || a[0] == b[1] || a[1] == b[0] || a[1] == b[1] {
                if folds_back(a, b) {
                    return crossing;
                }
                continue;
            }
            if !meet(a, b) {
                continue;
            }
            let on = |edge: Edge, unit| turn(edge[0], edge[1], unit) == 0 && boxes_meet(edge, [unit, unit]);
            let on_a = b.into_iter().filter(|&unit| on(a, unit)).map(|unit| (index, unit));
            let on_b = a.into_iter().filter(|&unit| on(b, unit)).map(|unit| (other, unit));
            let before = touches.len();
            touches.extend(on_a.chain(on_b));
            if touches.len() != before + 1 {
                return crossing;
            }
        }
    }
    if touches.is_empty() {
        return Ok(edges);
    }
    // edges are ordered, and so are the units on them
    touches.sort_unstable();
    touches.dedup();
    let mut split = Vec::with_capacity(edges.len() + touches.len());
    let mut touches = touches.into_iter().peekable();
    for (index, [mut from, to]) in edges.into_iter().enumerate() {
        while let Some((_, unit)) = touches.next_if(|touch| touch.0 == index) {
            split.push([from, unit]);
            from = unit;
        }
        split.push([from, to]);
    }
    split.sort_unstable();
    Ok(split)
}

/// Polygons in one of the many ways to write them.
fn canonical(mut polygons: Vec<Vec<Ring>>) -> Vec<Vec<Ring>> {
    for polygon in &mut polygons {
        for ring in polygon.iter_mut() {
            remove_straight(ring);
            let first = (0..ring.len()).min_by_key(|&index| ring[index]).unwrap_or(0);
            ring.rotate_left(first);
        }
        if let [_, holes @ ..] = polygon.as_mut_slice() {
            holes.sort_unstable();
        }
    }
    polygons.sort_unstable();
    polygons
}
