//! Small districts drawn by rule: cells of a jittered lattice with everything that may lie on them, squares in squares,
//! a world of long borders.

use onemap::{
    domain::{
        area::{AreaCode, FigureSource, Kind, Level, NewArea},
        geometry::{MultiPolygon, Polygon, Position, Ring},
        profile::Profile,
    },
    formats::profile_toml::{builtin_schemes, parse_profile},
};

use super::random::Random;

/// A profile of three levels `a`, `b`, `c` with codes of 2, 5 and 8 digits; `c` is stackable. `overlap` and `gap` as in a profile.
pub fn profile(overlap: &str, gap: &str, extent: [f64; 4]) -> Profile {
    let level = |id: &str, more: &str| {
        format!(
            "[[levels]]\nid = \"{id}\"\nname = {{ zh = \"{id}\", en = \"{id}\" }}\ncode = {{ scheme = \"s\", level = \"{id}\" }}\n\
             min_zoom = 2\nlabel_zoom = 4\ngap = \"{gap}\"\n{more}\n"
        )
    };
    let text = format!(
        "id = \"drawn\"\nname = {{ zh = \"画\", en = \"drawn\" }}\nextent = {extent:?}\noverlap = \"{overlap}\"\nnearest_limit_m = 200\n\
         time_zone = {{ name = \"UTC\", offset_minutes = 0 }}\n\
         [map]\nnotice = {{ zh = \"测试\", en = \"test\" }}\nattribution = {{ zh = \"测试\", en = \"test\" }}\n\
         [[schemes]]\nid = \"s\"\nname = {{ zh = \"码\", en = \"code\" }}\nstatus = \"documented\"\n\
         [[schemes.levels]]\nid = \"a\"\nsegments = [{{ name = \"a\", length = 2, min = 1 }}]\n\
         [[schemes.levels]]\nid = \"b\"\nparent = {{ level = \"a\", segments = [\"a\"] }}\n\
         segments = [{{ name = \"a\", length = 2, min = 1 }}, {{ name = \"b\", length = 3, min = 1 }}]\n\
         [[schemes.levels]]\nid = \"c\"\nparent = {{ level = \"b\", segments = [\"a\", \"b\"] }}\n\
         segments = [{{ name = \"a\", length = 2, min = 1 }}, {{ name = \"b\", length = 3, min = 1 }}, {{ name = \"c\", length = 3, min = 1 }}]\n\
         {}{}{}",
        level("a", ""),
        level("b", "kinds = true"),
        level("c", "kinds = true\nstackable = true"),
    );
    parse_profile(&text, "drawn.toml", builtin_schemes()).unwrap_or_else(|error| panic!("{error:?}"))
}

/// Around the district that is drawn near 119.0 E, 25.4 N.
pub const NEAR: [f64; 4] = [118.0, 25.0, 120.0, 26.0];

pub const WORLD: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];

/// A position by its offset from 119.0 E, 25.4 N in lattice units.
pub fn p(x: i64, y: i64) -> Position {
    at(1_190_000_000 + x, 254_000_000 + y)
}

pub fn at(lon: i64, lat: i64) -> Position {
    Position::new(lon as i32, lat as i32).expect("in the world")
}

pub fn ring(positions: &[Position]) -> Ring {
    Ring::new(positions.to_vec()).expect("a ring")
}

pub fn polygon(exterior: &[Position], holes: &[&[Position]]) -> MultiPolygon {
    let holes = holes.iter().map(|hole| ring(hole)).collect();
    MultiPolygon { polygons: vec![Polygon { exterior: ring(exterior), holes }] }.canonical()
}

pub fn rectangle(west: i64, south: i64, east: i64, north: i64) -> MultiPolygon {
    polygon(&[p(west, south), p(east, south), p(east, north), p(west, north)], &[])
}

/// An area; the parent is the code's own prefix.
pub fn area(code: &str, kind: Kind, geometry: MultiPolygon) -> NewArea {
    let (level, parent) = match code.len() {
        2 => (0, None),
        5 => (1, Some(&code[..2])),
        _ => (2, Some(&code[..5])),
    };
    NewArea {
        code: AreaCode::new(code).expect("a code"),
        level: Level(level),
        parent: parent.map(|parent| AreaCode::new(parent).expect("a code")),
        name: format!("区域 {code}"),
        kind,
        branch: None,
        households: None,
        residents: None,
        figures: FigureSource::Declared,
        body: None,
        geometry,
    }
}

/// `blocks` x `blocks` areas of level b with `cells` x `cells` of level c each, of about `size` lattice units.
///
/// Some cells are stacked, some missing, some have an enclave in an enclave; in some blocks an exclusive unit lies
/// across several cells, and an exclusive area of level b with units of its own lies across the blocks in the middle.
pub fn quarter(blocks: usize, cells: usize, size: i64, seed: u64) -> Vec<NewArea> {
    let mut random = Random::new(seed);
    let n = blocks * cells;
    let mut corner = |i: usize, j: usize| {
        let mut jitter = || random.between(-size / 4, size / 4);
        p(j as i64 * size + jitter(), i as i64 * size + jitter())
    };
    let corners: Vec<Vec<Position>> = (0..=n).map(|i| (0..=n).map(|j| corner(i, j)).collect()).collect();
    let outline = |i: usize, j: usize, count: usize| -> Vec<Position> {
        let south = (j..j + count).map(|j| corners[i][j]);
        let east = (i..i + count).map(|i| corners[i][j + count]);
        let north = (j + 1..=j + count).rev().map(|j| corners[i + count][j]);
        let west = (i + 1..=i + count).rev().map(|i| corners[i][j]);
        south.chain(east).chain(north).chain(west).collect()
    };
    let mut areas = vec![area("11", Kind::None, polygon(&outline(0, 0, n), &[]))];
    for block in 0..blocks * blocks {
        let (row, column) = (block / blocks * cells, block % blocks * cells);
        let is_central = [block / blocks, block % blocks].iter().all(|&at| at > 0 && at + 1 < blocks);
        let b = format!("11{:03}", block + 1);
        areas.push(area(&b, Kind::Comprehensive, polygon(&outline(row, column, cells), &[])));
        let mut number = 0;
        let mut unit = |kind: Kind, geometry: MultiPolygon| {
            number += 1;
            areas.push(area(&format!("{b}{number:03}"), kind, geometry));
        };
        for cell in 0..cells * cells {
            let (i, j) = (row + cell / cells, column + cell % cells);
            let walls = outline(i, j, 1);
            let middle = (j as i64 * size + size / 2, i as i64 * size + size / 2);
            let diamond = |reach: i64| {
                let (x, y) = middle;
                [p(x, y - reach), p(x + reach, y), p(x, y + reach), p(x - reach, y)]
            };
            match random.between(0, 15) {
                // Where no other exclusive area comes.
                2 if is_central || !(cell / cells).is_multiple_of(cells - 1) => {}
                0 => (0..3).for_each(|_| unit(Kind::Comprehensive, polygon(&walls, &[]))),
                1 => {}
                2 => {
                    let (outer, inner) = (diamond(size / 6), diamond(size / 12));
                    unit(Kind::Comprehensive, polygon(&walls, &[&outer]));
                    unit(Kind::Exclusive, polygon(&outer, &[&inner]));
                    unit(Kind::Comprehensive, polygon(&inner, &[]));
                }
                _ => unit(Kind::Comprehensive, polygon(&walls, &[])),
            }
        }
        if !is_central {
            let (south, west) = (row as i64 * size, column as i64 * size);
            let reach = cells as i64 * size;
            let (a, b) = (random.between(reach / 4, reach / 3), random.between(reach / 2, reach * 2 / 3));
            unit(Kind::Exclusive, rectangle(west + a, south + a, west + b, south + b));
        }
    }
    let far = n as i64 * size;
    let (a, b) = (far * 3 / 8 + random.between(0, 9), far * 5 / 8 - random.between(0, 9));
    areas.push(area("11900", Kind::Exclusive, rectangle(a, a, b, b)));
    areas.push(area("11900001", Kind::Exclusive, rectangle(a, a, b, a + (b - a) / 3)));
    let (c, d) = (b - (b - a) / 5, b - (b - a) / 7);
    areas.push(area("11900002", Kind::Exclusive, rectangle(c, c, d, d)));
    areas
}

/// Squares and diamonds in one another, corner on side: every ring between two is four triangles that meet in points.
pub fn nested(depth: u32) -> Vec<NewArea> {
    let full = 1_i64 << (depth + 4);
    let square = |r: i64| [p(-r, -r), p(r, -r), p(r, r), p(-r, r)];
    let diamond = |r: i64| [p(0, -r), p(r, 0), p(0, r), p(-r, 0)];
    let mut areas = vec![area("11", Kind::None, polygon(&square(full), &[]))];
    for step in 0..depth {
        let r = full >> (step / 2);
        let (outer, inner) = if step % 2 == 0 { (square(r), diamond(r)) } else { (diamond(r), square(r / 2)) };
        // Corner k of the outer one lies between corners k + shift and k + shift + 1 of the inner one.
        let corner = |k: usize| {
            let (one, other) =
                if step % 2 == 0 { (inner[(k + 3) % 4], inner[k]) } else { (inner[k], inner[(k + 1) % 4]) };
            Polygon { exterior: ring(&[outer[k], other, one]), holes: Vec::new() }
        };
        let corners = MultiPolygon { polygons: (0..4).map(corner).collect() }.canonical();
        let b = format!("11{:03}", step + 1);
        areas.push(area(&b, Kind::Comprehensive, corners.clone()));
        areas.push(area(&format!("{b}001"), Kind::Comprehensive, corners));
    }
    let r = full >> (depth / 2);
    let core = polygon(&if depth.is_multiple_of(2) { square(r) } else { diamond(r) }, &[]);
    let b = format!("11{:03}", depth + 1);
    areas.push(area(&b, Kind::Comprehensive, core.clone()));
    areas.push(area(&format!("{b}001"), Kind::Comprehensive, core));
    areas
}

/// The whole world, cut into triangles whose borders run over half of it, with a square of 3 m on one of them.
pub fn globe() -> Vec<NewArea> {
    const LON: i64 = 1_800_000_000;
    // Not the poles: there every longitude is the same place, so that borders along them are none.
    const LAT: i64 = 890_000_000;
    let rim = [
        at(-LON, -LAT),
        at(-371_234_567, -LAT),
        at(LON, -LAT),
        at(LON, -123_456_789),
        at(LON, LAT),
        at(55_000_001, LAT),
        at(-LON, LAT),
        at(-LON, 333_333_333),
    ];
    let hub = at(1_164_073_949, 399_042_001);
    let between = |a: Position, b: Position| {
        at((i64::from(a.lon()) + i64::from(b.lon())) / 2, (i64::from(a.lat()) + i64::from(b.lat())) / 2)
    };
    let mut areas = vec![area("11", Kind::None, polygon(&rim, &[]))];
    for (i, &from) in rim.iter().enumerate() {
        let to = rim[(i + 1) % rim.len()];
        let b = format!("11{:03}", i + 1);
        let middle = between(from, to);
        areas.push(area(&b, Kind::Comprehensive, polygon(&[hub, from, middle, to], &[])));
        areas.push(area(&format!("{b}001"), Kind::Comprehensive, polygon(&[hub, from, middle], &[])));
        areas.push(area(&format!("{b}002"), Kind::Comprehensive, polygon(&[hub, middle, to], &[])));
    }
    let (x, y) = (1_000_000_123, 100_000_456);
    let tiny = polygon(&[at(x, y), at(x + 270, y), at(x + 270, y + 270), at(x, y + 270)], &[]);
    let inside = ["11001", "11002", "11003", "11004", "11005", "11006", "11007", "11008"];
    let holder = inside.iter().find(|code| {
        let of = areas.iter().find(|area| area.code.as_str() == **code).expect("a triangle");
        of.geometry.polygons[0].exterior.has_inside((2 * i128::from(x), 2 * i128::from(y))) == Some(true)
    });
    areas.push(area(&format!("{}900", holder.expect("some triangle is there")), Kind::Exclusive, tiny));
    areas
}

/// An area as a GeoJSON feature.
pub fn feature(area: &NewArea) -> String {
    let ring = |ring: &Ring| {
        let all = ring.positions();
        let text = |p: &Position| format!("[{:.7},{:.7}]", p.lon_degrees(), p.lat_degrees());
        let closed: Vec<String> = all.iter().chain(all.first()).map(text).collect();
        format!("[{}]", closed.join(","))
    };
    let part = |part: &Polygon| format!("[{}]", part.rings().map(ring).collect::<Vec<_>>().join(","));
    let parts: Vec<String> = area.geometry.polygons.iter().map(part).collect();
    let level = ["a", "b", "c"][usize::from(area.level.0)];
    let parent = area.parent.map_or(String::new(), |parent| parent.to_string());
    let kind = area.kind.id().unwrap_or("");
    let households = area.households.map_or(String::new(), |households| format!(",\"households\":{households}"));
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{}\",\"level\":\"{level}\",\"parent\":\"{parent}\",\"name\":\"{}\",\
         \"kind\":\"{kind}\"{households}}},\"geometry\":{{\"type\":\"MultiPolygon\",\"coordinates\":[{}]}}}}\n",
        area.code.as_str(),
        area.name,
        parts.join(",")
    )
}

/// Areas as GeoJSON, a feature a line.
pub fn features(areas: &[NewArea]) -> String {
    areas.iter().map(feature).collect()
}

/// Side of a cell of [`quad`]: some 100 m.
pub const SIDE: i64 = 10_000;

/// One area of level a, two of b side by side, two of c in each:
///
/// ```text
///   +---------+---------+---------+---------+
///   |11001001 |11001002 |11002001 |11002002 |
///   +---------+---------+---------+---------+
/// ```
pub fn quad() -> Vec<NewArea> {
    let column = |code: &str, west: i64, east: i64| {
        area(code, Kind::Comprehensive, rectangle(west * SIDE, 0, east * SIDE, SIDE))
    };
    vec![
        column("11", 0, 4),
        column("11001", 0, 2),
        column("11002", 2, 4),
        column("11001001", 0, 1),
        column("11001002", 1, 2),
        column("11002001", 2, 3),
        column("11002002", 3, 4),
    ]
}

/// The area with a code.
pub fn of_code<'a>(areas: &'a mut [NewArea], code: &str) -> &'a mut NewArea {
    areas.iter_mut().find(|area| area.code.as_str() == code).expect("an area of that code")
}
