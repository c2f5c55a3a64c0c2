//! Whether what is simplified touches what it must not touch, exactly.

use std::cmp::Ordering;

use crate::domain::geometry::{
    Position,
    predicates::{difference, on_segment, orientation},
};

/// Whether the segments `a - b` and `c - d` share a point that is not an end of both.
pub(super) fn segments_meet(a: Position, b: Position, c: Position, d: Position) -> bool {
    match (a == c || a == d, b == c || b == d) {
        (true, true) => true,
        (true, false) => runs_along(a, b, if a == c { d } else { c }),
        (false, true) => runs_along(b, a, if b == c { d } else { c }),
        (false, false) => {
            let (ac, ad) = (orientation(a, b, c), orientation(a, b, d));
            let (ca, cb) = (orientation(c, d, a), orientation(c, d, b));
            if ac != ad && ca != cb && [ac, ad, ca, cb].iter().all(|side| side.is_ne()) {
                return true;
            }
            (ac.is_eq() && on_segment(a, b, c))
                || (ad.is_eq() && on_segment(a, b, d))
                || (ca.is_eq() && on_segment(c, d, a))
                || (cb.is_eq() && on_segment(c, d, b))
        }
    }
}

/// Whether two segments that leave `from` run along each other.
fn runs_along(from: Position, one: Position, other: Position) -> bool {
    if orientation(from, one, other).is_ne() {
        return false;
    }
    let ((ax, ay), (bx, by)) = (difference(from, one), difference(from, other));
    // On one line: the same way if both differences agree in their signs.
    ax.signum() == bx.signum() && ay.signum() == by.signum()
}

/// How often the closed line through `line` winds around `position`, counter-clockwise.
pub(super) fn winding(line: impl IntoIterator<Item = Position>, position: Position) -> i32 {
    let mut line = line.into_iter();
    let Some(first) = line.next() else { return 0 };
    let (mut from, mut turns) = (first, 0);
    for to in line.chain([first]) {
        let (below, above) = (from.lat() <= position.lat(), to.lat() > position.lat());
        if below && above && orientation(from, to, position) == Ordering::Greater {
            turns += 1;
        } else if !below && !above && orientation(from, to, position) == Ordering::Less {
            turns -= 1;
        }
        from = to;
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p([lon, lat]: [i32; 2]) -> Position {
        Position::new(lon, lat).expect("in the world")
    }

    #[test]
    fn segments_meet_unless_they_only_share_an_end() {
        let check = |a, b, c, d, expected| {
            let [a, b, c, d] = [a, b, c, d].map(p);
            for (a, b) in [(a, b), (b, a)] {
                for (c, d) in [(c, d), (d, c)] {
                    assert_eq!(segments_meet(a, b, c, d), expected, "{a} - {b}, {c} - {d}");
                    assert_eq!(segments_meet(c, d, a, b), expected, "{c} - {d}, {a} - {b}");
                }
            }
        };
        check([0, 0], [4, 4], [0, 4], [4, 0], true); // cross
        check([0, 0], [4, 4], [2, 2], [4, 0], true); // touch
        check([0, 0], [4, 4], [2, 1], [4, 0], false); // apart
        check([0, 0], [4, 0], [2, 0], [6, 0], true); // overlap
        check([0, 0], [4, 0], [5, 0], [6, 0], false); // one line, apart
        check([0, 0], [4, 0], [0, 0], [0, 4], false); // a corner
        check([0, 0], [4, 0], [0, 0], [-4, 0], false); // a straight angle
        check([0, 0], [4, 0], [0, 0], [2, 0], true); // one along the other
        check([0, 0], [4, 0], [0, 0], [4, 0], true); // equal
    }

    #[test]
    fn winding_counts_turns() {
        let around = [[0, 0], [9, 0], [9, 9], [0, 9]].map(p);
        assert_eq!(winding(around, p([4, 4])), 1);
        assert_eq!(winding(around.into_iter().rev(), p([4, 4])), -1);
        assert_eq!(winding(around, p([10, 4])), 0);
        let twice = [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0], [8, 1], [8, 8], [1, 8]].map(p);
        assert_eq!(winding(twice, p([4, 4])), 2);
    }
}
