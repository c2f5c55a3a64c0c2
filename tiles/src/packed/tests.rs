use super::*;

#[test]
fn lines_and_rings_come_back_from_their_bytes() {
    let line: Vec<Unit> = vec![[7, -3], [1_000_000_000, 5], [1_000_000_001, 5], [-4, 90_000]];
    let mut bytes = Vec::new();
    pack_line(&line, &mut bytes);
    let packed = PackedLine::read(&bytes, [7, 0]).expect("a line");
    let mut back = Vec::new();
    packed.units([7, 0], &mut back);
    assert!(back.iter().zip(&line).all(|(back, unit)| [back[0] + 7, back[1]] == *unit) && back.len() == 4);
    assert_eq!(packed.bounds, [[-11, -3], [999_999_994, 90_000]]);
    assert!(PackedLine::read(&[], [0, 0]).is_none() && PackedLine::read(&bytes[..9], [0, 0]).is_none());
}

#[test]
fn a_long_ring_has_chunks_that_hold_all_of_it() {
    let ring: Vec<Unit> = (0..500).map(|n| [n * 3, if n % 2 == 0 { n * n } else { -n - 1 }]).collect();
    let (mut line, mut bytes, mut packer) = (Vec::new(), Vec::new(), ShapePacker::default());
    pack_line(&[&ring[..], &ring[..1]].concat(), &mut line);
    packer.line(&line, true);
    packer.close();
    packer.pack(&mut bytes);
    let shape = PackedShape::read(&bytes, [0, 0]).expect("a shape");
    let ring = shape.rings().next().expect("a ring");
    assert!(shape.is_simple && shape.rings().count() == 1 && ring.count == 500);
    let (mut whole, mut parts) = (Vec::new(), Vec::new());
    ring.units(|unit| whole.push(unit));
    for chunk in ring.chunks().expect("it is long") {
        let ([min, max], start) = (chunk.bounds, parts.len());
        chunk.units(|unit| parts.push(unit));
        assert!(parts[start..].iter().all(|unit| (0..2).all(|c| min[c] <= unit[c] && unit[c] <= max[c])));
    }
    parts.dedup();
    assert_eq!(whole, parts);
    let mut packer = ShapePacker::default();
    packer.line(&line[..3], false);
    packer.close();
    packer.pack(&mut bytes);
    assert!(packer.ends.is_empty() && packer.units.is_empty());
}
