//! One face cut again and again until every part of a list has its own.

use super::{
    cut::{Cutter, Style},
    planar::{Face, HalfEdge, Planar},
    random::Random,
};

/// A list is cut where the first half has between this share of the weight and the rest of it, if it can be.
const UNEVEN: f64 = 0.36;

/// How the cuts of one level look and what becomes of their lines.
pub trait Cuts {
    /// The look of a cut; the first one of a face has depth 0.
    fn style(&self, depth: usize) -> Style;

    /// A cut was made.
    fn drawn(&mut self, depth: usize, line: HalfEdge, random: &mut Random);
}

/// Cuts `face` into as many parts as there are `weights`, their areas in the same proportion, neighbours in the list
/// being neighbours on the ground; the face of each.
///
/// A part that could not be cut off any more shares the face of another one.
pub fn subdivide(
    planar: &mut Planar,
    cutter: &mut Cutter,
    face: Face,
    weights: &[f64],
    cuts: &mut dyn Cuts,
) -> Vec<Face> {
    let mut faces = vec![face; weights.len()];
    let mut open = vec![(face, 0, weights.len(), 0)];
    while let Some((face, low, high, depth)) = open.pop() {
        if high - low < 2 {
            faces[low..high].fill(face);
            continue;
        }
        let (middle, share) = halve(&weights[low..high], cutter.random());
        let Some(halves) = cutter.cut(planar, face, share, &cuts.style(depth)) else {
            faces[low..high].fill(face);
            continue;
        };
        cuts.drawn(depth, halves.line, cutter.random());
        open.push((halves.second, low + middle, high, depth + 1));
        open.push((halves.first, low, low + middle, depth + 1));
    }
    faces
}

/// Where to cut a list of at least two weights, and the share of the part before.
fn halve(weights: &[f64], random: &mut Random) -> (usize, f64) {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let mut even = (1, weights[0] / total);
    let mut fitting = Vec::new();
    for (i, weight) in weights[..weights.len() - 1].iter().enumerate() {
        sum += weight;
        let share = sum / total;
        if (share - 0.5).abs() < (even.1 - 0.5f64).abs() {
            even = (i + 1, share);
        }
        if (UNEVEN..=1.0 - UNEVEN).contains(&share) {
            fitting.push((i + 1, share));
        }
    }
    if fitting.is_empty() { even } else { fitting[random.below(fitting.len())] }
}
