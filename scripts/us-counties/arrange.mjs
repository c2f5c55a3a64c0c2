// Cuts rings into segments that meet only at their ends, on the lattice.

/** Side of the cells, in lattice steps, by which segments that may meet are found. */
const CELL = 2e6;
/** Rounding a crossing to the lattice moves segments a little, so cutting is repeated; this often is far more than needed. */
const MAX_ROUNDS = 10;

/**
 * @param {[number, number][][][]} features the closed rings of each feature
 * @returns vertices, edges ({from, to, owners}: the features of whose border it is), and where borders crossed
 */
export function arrange(features) {
  let segments = features.flatMap((rings, owner) =>
    rings.flatMap((ring) => ring.slice(1).map((b, i) => ({ a: ring[i], b, owner }))),
  );
  const crossings = new Map();
  for (let round = 0; ; round++) {
    if (round === MAX_ROUNDS) throw new Error("the borders do not settle");
    const cuts = new Map();
    const cut = (segment, point) => cuts.set(segment, [...(cuts.get(segment) ?? []), point]);
    for (const [s, t] of pairs(segments)) {
      for (const point of meets(s, t)) {
        for (const segment of [s, t]) if (!isEnd(segment, point)) cut(segment, point);
        if (round === 0 && s.owner <= t.owner && !(isEnd(s, point) && isEnd(t, point))) {
          crossings.set(`${s.owner} ${t.owner} ${point}`, [s.owner, t.owner, point]);
        }
      }
    }
    if (cuts.size === 0) break;
    segments = segments.flatMap((segment) => {
      const points = cuts.get(segment);
      if (!points) return [segment];
      const [x, y] = segment.a;
      const distance = ([u, v]) => Math.hypot(u - x, v - y);
      const chain = [segment.a, ...points.sort((p, q) => distance(p) - distance(q)), segment.b];
      const steps = chain.slice(1).map((b, i) => ({ a: chain[i], b, owner: segment.owner }));
      return steps.filter(({ a, b }) => a[0] !== b[0] || a[1] !== b[1]);
    });
  }

  const numbers = new Map();
  const vertices = [];
  const number = (point) => {
    const key = point.join();
    if (!numbers.has(key)) {
      numbers.set(key, vertices.length);
      vertices.push(point);
    }
    return numbers.get(key);
  };
  const edges = new Map();
  for (const { a, b, owner } of segments) {
    const [from, to] = [number(a), number(b)].sort((u, v) => u - v);
    const edge = edges.get(`${from} ${to}`) ?? { from, to, owners: new Set() };
    // Passed twice by one feature is not its border.
    if (!edge.owners.delete(owner)) edge.owners.add(owner);
    edges.set(`${from} ${to}`, edge);
  }
  return { vertices, edges: [...edges.values()].filter(({ owners }) => owners.size > 0), crossings: [...crossings.values()] };
}

/** Pairs of segments with a cell in common, each once; segments with both ends equal are left out, for they are one border. */
function* pairs(segments) {
  const cells = new Map();
  segments.forEach((segment, i) => {
    const { a, b } = segment;
    for (let x = Math.floor(Math.min(a[0], b[0]) / CELL); x <= Math.floor(Math.max(a[0], b[0]) / CELL); x++) {
      for (let y = Math.floor(Math.min(a[1], b[1]) / CELL); y <= Math.floor(Math.max(a[1], b[1]) / CELL); y++) {
        const key = `${x} ${y}`;
        const list = cells.get(key);
        if (list) list.push(i);
        else cells.set(key, [i]);
      }
    }
  });
  const seen = new Set();
  for (const list of cells.values()) {
    for (let i = 0; i < list.length; i++) {
      for (let j = i + 1; j < list.length; j++) {
        const [s, t] = [segments[list[i]], segments[list[j]]];
        if (apart(s, t) || (isEnd(s, t.a) && isEnd(s, t.b))) continue;
        const key = list[i] * segments.length + list[j];
        if (seen.has(key)) continue;
        seen.add(key);
        yield [s, t];
      }
    }
  }
}

const apart = (s, t) =>
  [0, 1].some(
    (k) => Math.max(s.a[k], s.b[k]) < Math.min(t.a[k], t.b[k]) || Math.max(t.a[k], t.b[k]) < Math.min(s.a[k], s.b[k]),
  );

const isEnd = ({ a, b }, point) => (a[0] === point[0] && a[1] === point[1]) || (b[0] === point[0] && b[1] === point[1]);

const turn = (a, b, c) => {
  const value =
    (BigInt(b[0]) - BigInt(a[0])) * (BigInt(c[1]) - BigInt(a[1])) - (BigInt(b[1]) - BigInt(a[1])) * (BigInt(c[0]) - BigInt(a[0]));
  return value > 0n ? 1 : value < 0n ? -1 : 0;
};

/** The lattice points where two segments meet and which are not an end of both. */
function meets(s, t) {
  const sides = [turn(s.a, s.b, t.a), turn(s.a, s.b, t.b), turn(t.a, t.b, s.a), turn(t.a, t.b, s.b)];
  if (sides[0] * sides[1] > 0 || sides[2] * sides[3] > 0) return [];
  // An end of one that lies on the other.
  const within = ({ a, b }, [x, y]) =>
    x >= Math.min(a[0], b[0]) && x <= Math.max(a[0], b[0]) && y >= Math.min(a[1], b[1]) && y <= Math.max(a[1], b[1]);
  const touching = [
    ...[t.a, t.b].filter((point, i) => sides[i] === 0 && within(s, point) && !isEnd(s, point)),
    ...[s.a, s.b].filter((point, i) => sides[i + 2] === 0 && within(t, point) && !isEnd(t, point)),
  ];
  if (touching.length > 0 || sides.includes(0)) return touching;
  // A true crossing, rounded to the lattice.
  const [ax, ay, bx, by] = [...s.a, ...s.b].map(BigInt);
  const [cx, cy, dx, dy] = [...t.a, ...t.b].map(BigInt);
  const below = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
  const along = (cx - ax) * (dy - cy) - (cy - ay) * (dx - cx);
  const round = (n, d) => (d < 0n ? round(-n, -d) : (2n * n + d - ((((2n * n + d) % (2n * d)) + 2n * d) % (2n * d))) / (2n * d));
  return [[Number(ax + round((bx - ax) * along, below)), Number(ay + round((by - ay) * along, below))]];
}
