//! Building a pyramid: zoom by zoom from the finest to the coarsest, round by round within a zoom.

use std::sync::Arc;

use super::{
    block::{BLOCK_ARCS, Block, Forced},
    frame::Frame,
    levels::{is_canonical, levels_of},
    near::Near,
    simplified::Pyramid,
    stage::{CHUNKED_FROM, MAX_ROUNDS, NEVER, Shortcut, Stage, Vertex},
    zooms::{Tolerances, Zooms},
};
use crate::domain::{coverage::Coverage, geometry::Position};

/// Builds from nothing.
pub(super) fn build(coverage: &Coverage, zooms: Zooms) -> Pyramid {
    let frames: Vec<Frame> =
        coverage.arc_ids().map(|arc| Frame::around(coverage.positions(arc).iter().copied())).collect();
    let near = Near::build(&frames);
    let mut stage = stage_of(coverage, zooms, &frames);
    let (offsets, mut kept) = levels_kept(coverage, zooms);
    let mut forced: Vec<(u32, Forced)> = Vec::new();
    for zoom in zooms.descending() {
        stage.descend(zoom);
        refine(&mut stage, &near);
        for (arc, chain) in (0..).zip(&stage.chains) {
            let offset = offsets[arc as usize];
            for &Vertex { at, since, .. } in &stage.vertices[chain.start as usize..chain.end as usize] {
                if since != NEVER {
                    kept[offset + at as usize] = zoom;
                }
                if since != NEVER && since > 0 {
                    forced.push((arc, Forced { zoom, since, vertex: at }));
                }
            }
        }
    }
    drop(stage);
    forced.sort_unstable();
    let all_forced: Vec<Forced> = forced.iter().map(|&(_, forced)| forced).collect();
    let mut next = 0;
    let blocks = (0..frames.len()).step_by(BLOCK_ARCS).map(|first| {
        let arcs = first..(first + BLOCK_ARCS).min(frames.len());
        Arc::new(Block::pack(arcs.map(|arc| {
            let start = next;
            next += forced[start..].iter().take_while(|(of, _)| *of as usize == arc).count();
            (&kept[offsets[arc]..offsets[arc + 1]], &all_forced[start..next])
        })))
    });
    Pyramid { zooms, blocks: blocks.collect(), near }
}

/// All arcs with all of their vertices; chains have the numbers of their arcs.
fn stage_of(coverage: &Coverage, zooms: Zooms, frames: &[Frame]) -> Stage {
    let tolerances = Tolerances::new(zooms);
    let mut stage = Stage::default();
    stage.vertices.reserve(coverage.edge_count() + coverage.arc_count());
    for arc in coverage.arc_ids() {
        let start = stage.vertices.len();
        push_exact(coverage.positions(arc), &tolerances, zooms, &mut stage.vertices);
        stage.push_chain(start, frames[arc.0 as usize]);
    }
    stage
}

/// Appends the vertices of an exact arc in the canonical direction.
pub(super) fn push_exact(exact: &[Position], tolerances: &Tolerances, zooms: Zooms, vertices: &mut Vec<Vertex>) {
    let push = |positions: &[Position], at: &dyn Fn(usize) -> usize, vertices: &mut Vec<Vertex>| {
        let levels = levels_of(positions, tolerances, zooms.coarsest());
        vertices.extend(positions.iter().zip(levels).enumerate().map(|(n, (&position, level))| Vertex {
            position,
            at: at(n) as u32,
            since: 0,
            level,
        }));
    };
    if is_canonical(exact) {
        push(exact, &|n| n, vertices);
    } else {
        let reversed: Vec<Position> = exact.iter().rev().copied().collect();
        push(&reversed, &|n| exact.len() - 1 - n, vertices);
    }
}

/// Where the vertices of each arc begin in one list of all, with one end; and the list, every vertex on the exact arc only.
fn levels_kept(coverage: &Coverage, zooms: Zooms) -> (Vec<usize>, Vec<u8>) {
    let mut offsets = vec![0];
    for arc in coverage.arc_ids() {
        offsets.push(offsets[arc.0 as usize] + coverage.positions(arc).len());
    }
    let kept = vec![zooms.exact(); offsets[offsets.len() - 1]];
    (offsets, kept)
}

/// Refines what collides until nothing does.
///
/// All shortcuts that collide in the state of a round are refined for the next one, at the same time: the order in which
/// they are looked at cannot be seen. After the first round only what lies where something was refined is looked at.
fn refine(stage: &mut Stage, near: &Near) {
    let mut open: Vec<Shortcut> = Vec::new();
    for chain in 0..stage.chains.len() as u32 {
        let frame = stage.chains[chain as usize].frame;
        stage.shortcuts(chain, &frame, 0, |shortcut| open.push(shortcut));
    }
    let mut chains = Vec::new();
    let mut chains_are_of = None;
    for round in 0..MAX_ROUNDS {
        let mut refined: Vec<Frame> = Vec::new();
        for &shortcut in &open {
            let frame = stage.frame_of(shortcut);
            let chain = stage.chains[shortcut.chain as usize];
            // The neighbours of a short arc are looked up once, those of a long one for every shortcut.
            let is_short = ((chain.end - chain.start) as usize) < CHUNKED_FROM;
            if !is_short || chains_are_of != Some(shortcut.chain) {
                let around = if is_short { chain.frame } else { frame };
                chains.clear();
                near.visit(&around, |arc| {
                    if stage.chains[arc as usize].frame.meets(&around) {
                        chains.push(arc);
                    }
                });
                chains_are_of = is_short.then_some(shortcut.chain);
            }
            if stage.collides(shortcut, &frame, round, &chains) {
                stage.insert(stage.refinement(shortcut, round), round + 1);
                refined.push(frame);
            }
        }
        if refined.is_empty() {
            return;
        }
        open.clear();
        for frame in &refined {
            near.visit(frame, |arc| stage.shortcuts(arc, frame, round + 1, |shortcut| open.push(shortcut)));
        }
        open.sort_unstable();
        open.dedup();
    }
}
