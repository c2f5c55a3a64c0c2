//! A slow and simple judge of polygons, written without a look at the crate.

type Unit = [i32; 2];
pub type Polygons = Vec<Vec<Vec<Unit>>>;

fn cross(a: Unit, b: Unit, c: Unit) -> i64 {
    let d = |p: Unit, axis: usize| i64::from(p[axis]) - i64::from(a[axis]);
    d(b, 0) * d(c, 1) - d(b, 1) * d(c, 0)
}

pub fn edges(ring: &[Unit]) -> impl Iterator<Item = [Unit; 2]> + '_ {
    (0..ring.len()).map(|i| [ring[i], ring[(i + 1) % ring.len()]])
}

fn on_segment(p: Unit, [a, b]: [Unit; 2]) -> bool {
    cross(a, b, p) == 0 && (0..2).all(|k| a[k].min(b[k]) <= p[k] && p[k] <= a[k].max(b[k]))
}

fn cross_properly([a, b]: [Unit; 2], [c, d]: [Unit; 2]) -> bool {
    cross(a, b, c).signum() * cross(a, b, d).signum() < 0 && cross(c, d, a).signum() * cross(c, d, b).signum() < 0
}

/// Whether two segments have more than one point in common.
fn overlap(one: [Unit; 2], other: [Unit; 2]) -> bool {
    let [a, b] = one;
    if cross(a, b, other[0]) != 0 || cross(a, b, other[1]) != 0 {
        return false;
    }
    let mut common: Vec<Unit> = one.into_iter().filter(|&p| on_segment(p, other)).collect();
    common.extend(other.into_iter().filter(|&p| on_segment(p, one)));
    common.sort_unstable();
    common.dedup();
    common.len() > 1
}

pub fn area_doubled(ring: &[Unit]) -> i64 {
    edges(ring).map(|[a, b]| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1])).sum()
}

/// Sum of the doubled signed areas of all rings.
pub fn total_area_doubled(polygons: &Polygons) -> i64 {
    polygons.iter().flatten().map(|ring| area_doubled(ring)).sum()
}

pub fn ring_holds(ring: &[Unit], [x, y]: [f64; 2]) -> bool {
    let mut inside = false;
    for [a, b] in edges(ring) {
        let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
        if (ay > y) != (by > y) && x < ax + (bx - ax) * (y - ay) / (by - ay) {
            inside = !inside;
        }
    }
    inside
}

/// How many polygons hold the point; an error if it is in a hole but not in its exterior, or in two holes.
pub fn cover(polygons: &Polygons, point: [f64; 2]) -> Result<usize, String> {
    let mut sum = 0;
    for polygon in polygons {
        let exterior = i32::from(ring_holds(&polygon[0], point));
        let holes: i32 = polygon[1..].iter().map(|hole| i32::from(ring_holds(hole, point))).sum();
        match exterior - holes {
            0 => {}
            1 => sum += 1,
            _ => return Err(format!("{point:?} is in {exterior} exterior and {holes} holes")),
        }
    }
    Ok(sum)
}

/// Says what is not valid in the sense of OGC simple features and of MVT 2.1.
pub fn judge(polygons: &Polygons) -> Result<(), String> {
    for polygon in polygons {
        for (index, ring) in polygon.iter().enumerate() {
            judge_ring(ring)?;
            if (area_doubled(ring) > 0) != (index == 0) {
                return Err(format!("winding of {ring:?}"));
            }
        }
        judge_touches(polygon)?;
    }
    let rings: Vec<&Vec<Unit>> = polygons.iter().flatten().collect();
    for (index, one) in rings.iter().enumerate() {
        for other in &rings[index + 1..] {
            for (a, b) in edges(one).flat_map(|a| edges(other).map(move |b| (a, b))) {
                if cross_properly(a, b) || overlap(a, b) {
                    return Err(format!("{a:?} and {b:?} of two rings cross or overlap"));
                }
            }
        }
    }
    judge_sides(polygons)
}

fn judge_ring(ring: &[Unit]) -> Result<(), String> {
    if ring.len() < 3 || area_doubled(ring) == 0 {
        return Err(format!("degenerate {ring:?}"));
    }
    let all: Vec<[Unit; 2]> = edges(ring).collect();
    for i in 0..all.len() {
        for j in i + 1..all.len() {
            let neighbours = j == i + 1 || (i == 0 && j == all.len() - 1);
            let bad = if neighbours {
                overlap(all[i], all[j])
            } else {
                cross_properly(all[i], all[j])
                    || all[j].into_iter().any(|p| on_segment(p, all[i]))
                    || all[i].into_iter().any(|p| on_segment(p, all[j]))
            };
            if bad {
                return Err(format!("{:?} and {:?} of one ring", all[i], all[j]));
            }
        }
    }
    Ok(())
}

/// Rings that touch each other in a circle cut the inside of a polygon apart.
fn judge_touches(polygon: &[Vec<Unit>]) -> Result<(), String> {
    let mut touches: Vec<(Unit, usize)> = Vec::new();
    for (i, one) in polygon.iter().enumerate() {
        for (j, other) in polygon.iter().enumerate().filter(|(j, _)| *j != i) {
            for &p in one.iter().filter(|&&p| edges(other).any(|edge| on_segment(p, edge))) {
                touches.extend([(p, i), (p, j)]);
            }
        }
    }
    touches.sort_unstable();
    touches.dedup();
    let mut points: Vec<Unit> = touches.iter().map(|touch| touch.0).collect();
    points.dedup();
    let mut group: Vec<usize> = (0..polygon.len() + points.len()).collect();
    for (p, ring) in touches {
        let point = polygon.len() + points.binary_search(&p).expect("every touch has its point");
        let (a, b) = (group[ring], group[point]);
        if a == b {
            return Err(format!("rings touch in a circle at {p:?}"));
        }
        group.iter_mut().filter(|g| **g == a).for_each(|g| *g = b);
    }
    Ok(())
}

/// Next to every edge, one side is in exactly one polygon and the other in none.
fn judge_sides(polygons: &Polygons) -> Result<(), String> {
    const STEP: f64 = 1e-5;
    for [a, b] in polygons.iter().flatten().flat_map(|ring| edges(ring)) {
        let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
        let len = (bx - ax).hypot(by - ay);
        // an uneven place on the edge, so that no other vertex is likely to be there
        let (x, y) = (ax + (bx - ax) * 0.4217, ay + (by - ay) * 0.4217);
        let (nx, ny) = (-(by - ay) / len * STEP, (bx - ax) / len * STEP);
        let sides = (cover(polygons, [x + nx, y + ny])?, cover(polygons, [x - nx, y - ny])?);
        if sides != (1, 0) {
            return Err(format!("{sides:?} polygons beside {a:?} {b:?}"));
        }
    }
    Ok(())
}

/// Where the vertical (`axis` 0) or horizontal line at `at` meets the borders, sorted.
pub fn crossings(polygons: &Polygons, axis: usize, at: f64) -> Vec<f64> {
    let mut found = Vec::new();
    for [a, b] in polygons.iter().flatten().flat_map(|ring| edges(ring)) {
        let (p, q) = (a.map(f64::from), b.map(f64::from));
        if (p[axis] > at) != (q[axis] > at) {
            let other = 1 - axis;
            found.push(p[other] + (q[other] - p[other]) * (at - p[axis]) / (q[axis] - p[axis]));
        }
    }
    found.sort_by(f64::total_cmp);
    found
}

#[test]
fn judge_knows_good_from_bad() {
    let square = |a: i32, b: i32| vec![[a, a], [b, a], [b, b], [a, b]];
    let hole = |a: i32, b: i32| vec![[a, a], [a, b], [b, b], [b, a]];
    assert_eq!(judge(&vec![vec![square(0, 9), hole(3, 6)], vec![square(20, 29)]]), Ok(()));
    assert_eq!(judge(&vec![vec![square(0, 9)], vec![square(9, 18)]]), Ok(()), "touching in one point");
    for bad in [
        vec![vec![hole(0, 9)]],
        vec![vec![square(0, 9), hole(20, 25)]],
        vec![vec![square(0, 9), square(3, 6)]],
        vec![vec![square(0, 9)], vec![square(3, 6)]],
        vec![vec![square(0, 9)], vec![vec![[9, 3], [18, 3], [18, 6], [9, 6]]]],
        vec![vec![vec![[0, 0], [9, 0], [0, 9], [9, 18]]]],
        vec![vec![vec![[0, 0], [9, 0], [9, 9], [5, 0]]]],
        vec![vec![square(0, 9), vec![[0, 0], [3, 4], [9, 9], [4, 3]]]],
    ] {
        assert!(judge(&bad).is_err(), "{bad:?}");
    }
}
