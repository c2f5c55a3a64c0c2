use super::*;

/// Marks the ends of all segments and their crossings with the lines, and gives the way of the first.
fn route(unit_bits: u32, segments: &[[[i64; 2]; 2]]) -> Vec<[i32; 2]> {
    let mut hot = HotUnits::new(unit_bits);
    for &[a, b] in segments {
        for end in [a, b] {
            let unit = hot.unit(end);
            hot.mark(unit);
        }
        hot.mark_crossings(a, b);
    }
    hot.build();
    let mut out = Vec::new();
    hot.route(segments[0][0], segments[0][1], &mut out);
    out.push(hot.unit(segments[0][1]));
    out
}

#[test]
fn long_segment_beside_the_square_stays_beside_it() {
    // passes the corner (4160, 4160) a little below; its far end is moved nearer, its near end is at (5000, 4165)
    let bits = 6;
    let far = [-(1i64 << 40), 0];
    let way = route(bits, &[[far, [5000 << bits, 4165 << bits]]]);
    assert_eq!(way, [[-1_048_576, 0], [-1_048_576, 4160], [-64, 4165], [4160, 4165], [5000, 4165]]);
}

#[test]
fn keys_keep_every_drawn_unit() {
    for unit in [[LOW, LOW], [HIGH, HIGH], [0, HIGH], [17, 4095], [63, 64]] {
        let key = key(unit);
        let cell = (key >> (2 * CELL_BITS)) as usize;
        assert_eq!(unit_in(cell / CELLS, cell % CELLS, key), unit);
    }
}

#[test]
fn a_vertex_closer_than_a_unit_bends_the_segment() {
    // unit = 16 steps; the vertex (160, 100) is 4 steps below the segment y = 96, in the unit (10, 6) it passes
    let bent = route(4, &[[[16, 96], [800, 96]], [[160, 100], [160, 400]]]);
    assert_eq!(bent, [[1, 6], [10, 6], [50, 6]]);
    // 12 steps below it is in the next unit
    let straight = route(4, &[[[16, 96], [800, 96]], [[160, 108], [160, 400]]]);
    assert_eq!(straight, [[1, 6], [50, 6]]);
}

#[test]
fn a_line_through_the_corner_of_a_unit_belongs_to_one_unit_only() {
    // the diagonal through the half-open units' common corner (8, 8): unit (0,0) and (1,1) hold it, (1,0) and (0,1) do not
    let diagonal = [[-32, -32], [48, 48]];
    for (unit, passed) in [([0, 0], true), ([1, 1], true), ([1, 0], false), ([0, 1], false)] {
        let segment = Segment { a: diagonal[0], b: diagonal[1], unit_bits: 4 };
        assert_eq!(segment.passes(unit), passed, "{unit:?}");
    }
    // the other diagonal goes through (8, 8) too, which belongs to (1, 1) alone
    let segment = Segment { a: [-32, 48], b: [48, -32], unit_bits: 4 };
    for (unit, passed) in [([0, 0], false), ([1, 1], true), ([1, 0], true), ([0, 1], true)] {
        assert_eq!(segment.passes(unit), passed, "{unit:?}");
    }
}

// the unit in which a short segment crosses the border of what is drawn used to be left out
#[test]
fn segment_of_two_units_that_leaves_the_square_ends_on_its_border() {
    assert_eq!(route(1, &[[[4159 << 1, 7 << 1], [4161 << 1, 7 << 1]]]), [[4159, 7], [4160, 7], [4161, 7]]);
}

// at zoom 22 the rows of a segment over a quarter of the world did not fit 32 bits
#[test]
fn segment_of_the_deepest_zoom_reaches_across_the_world() {
    let far = 1i64 << 41;
    let way = route(6, &[[[100 << 6, -far], [100 << 6, far]], [[100 << 6, 50 << 6], [900 << 6, 50 << 6]]]);
    assert_eq!(way[1..way.len() - 1], [-64, 0, 50, 64, 4032, 4096, 4160].map(|y| [100, y]));
    let slanted = route(6, &[[[90 << 6, -far], [110 << 6, far]], [[100 << 6, 50 << 6], [900 << 6, 50 << 6]]]);
    assert_eq!(slanted[1..slanted.len() - 1], way[1..way.len() - 1]);
}

#[test]
fn way_back_is_the_way_there_reversed() {
    let mut seed = 7u64;
    let mut next = |bound: i64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) as i64) % bound
    };
    for _ in 0..300 {
        let mut segments: Vec<[[i64; 2]; 2]> = Vec::new();
        for _ in 0..40 {
            segments.push([[next(3000) - 300, next(900)], [next(90_000) - 4000, next(900)]]);
        }
        let there = route(4, &segments);
        segments[0].reverse();
        let mut back = route(4, &segments);
        back.reverse();
        assert_eq!(there, back);
    }
}

#[test]
fn segments_get_a_vertex_on_the_edge_and_on_the_buffer() {
    let bits = 6;
    let way = route(bits, &[[[2048 << bits, 1000 << bits], [6144 << bits, 1100 << bits]]]);
    assert_eq!(way, [[2048, 1000], [4032, 1048], [4096, 1050], [4160, 1052], [6144, 1100]]);
}
