//! Cutting rings exactly at the buffer, in tile units.

use crate::snap::{HIGH, LOW, is_drawn};

/// Cuts a ring to the drawn square, in place; `scratch` is overwritten.
///
/// Sutherland-Hodgman: where the ring leaves and comes back, the parts are joined along the border, so edges on the
/// border can lie on each other. `repair` takes those apart.
pub(crate) fn clip_ring(ring: &mut Vec<[i32; 2]>, scratch: &mut Vec<[i32; 2]>) {
    if ring.iter().all(|&unit| is_drawn(unit)) {
        return;
    }
    clip_side(ring, scratch, 0, LOW, 1);
    clip_side(scratch, ring, 0, HIGH, -1);
    clip_side(ring, scratch, 1, LOW, 1);
    clip_side(scratch, ring, 1, HIGH, -1);
    let len = remove_repeated(ring, 0);
    ring.truncate(len);
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
}

/// Keeps the half-plane where `coordinate * sign >= limit * sign` on `axis`.
fn clip_side(ring: &[[i32; 2]], out: &mut Vec<[i32; 2]>, axis: usize, limit: i32, sign: i32) {
    out.clear();
    let Some(&last) = ring.last() else { return };
    let is_in = |unit: [i32; 2]| unit[axis] * sign >= limit * sign;
    let mut before = last;
    for &here in ring {
        // A segment that touches the drawn square has a vertex on this line; what is cut here is outside of it
        // or runs along its border, so this rounding is never seen.
        if is_in(before) != is_in(here) && before[axis] != limit && here[axis] != limit {
            out.push(cut(before, here, axis, limit));
        }
        if is_in(here) {
            out.push(here);
        }
        before = here;
    }
}

/// Where the segment has `limit` on `axis`; computed from the smaller end, so that both directions agree.
fn cut(a: [i32; 2], b: [i32; 2], axis: usize, limit: i32) -> [i32; 2] {
    let (from, to) = if a < b { (a, b) } else { (b, a) };
    let run = i64::from(to[axis]) - i64::from(from[axis]);
    let rise = i64::from(to[1 - axis]) - i64::from(from[1 - axis]);
    let along = i64::from(limit) - i64::from(from[axis]);
    let mut unit = [limit; 2];
    unit[1 - axis] = from[1 - axis] + (rise * along).div_euclid(run) as i32;
    unit
}

/// Moves the units of `path` from `start` on together so that none follows its equal; returns the new length.
pub(crate) fn remove_repeated(path: &mut [[i32; 2]], start: usize) -> usize {
    let mut len = start;
    for index in start..path.len() {
        if len == start || path[len - 1] != path[index] {
            path[len] = path[index];
            len += 1;
        }
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clipped(ring: &[[i32; 2]]) -> Vec<[i32; 2]> {
        let mut ring = ring.to_vec();
        clip_ring(&mut ring, &mut Vec::new());
        ring
    }

    #[test]
    fn ring_around_the_tile_becomes_the_buffered_square() {
        let ring = clipped(&[[-9000, -9000], [9000, -9000], [9000, 9000], [-9000, 9000]]);
        let mut corners = ring.clone();
        corners.sort_unstable();
        assert_eq!(corners, [[LOW, LOW], [LOW, HIGH], [HIGH, LOW], [HIGH, HIGH]]);
    }

    #[test]
    fn ring_beside_the_tile_is_gone() {
        assert!(clipped(&[[5000, 0], [6000, 0], [6000, 900]]).is_empty());
        assert!(clipped(&[[4250, 4150], [4150, 4250], [4250, 4250]]).is_empty());
    }
}
