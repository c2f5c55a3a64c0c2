// Makes a clean coverage of polygons that nearly are one.
//
// All rings are cut into one arrangement of segments that meet only at their ends. Each face of it knows, by parity, whose
// polygons it lies in: two owners are an overlap, and the smaller code keeps it. Polygons are then read off again, so that
// neighbours share each segment.
import { arrange } from "./arrange.mjs";

/**
 * @param {{code: string, name: string, polygons: [number, number][][][]}[]} features ordered by code
 * @returns the features repaired, the polygons of each group (first two characters of the code), and what was done
 */
export function repair(features) {
  const report = [];
  const clean = features.map((feature) => ({ ...feature, rings: rings(feature, report) }));
  const { vertices, edges, crossings } = arrange(clean.map(({ rings }) => rings));
  for (const [a, b, [lon, lat]] of crossings) {
    report.push(`${clean[a].code} ${clean[b].code} borders cross at ${lon / 1e7} ${lat / 1e7}`);
  }

  const faces = trace(vertices, edges);
  own(faces, vertices, edges);
  const owner = settle(faces, vertices, clean, report);

  const codes = clean.map(({ code }) => code);
  const polygonsOf = (same) => dissolve(faces, vertices, owner, same);
  const byFeature = polygonsOf((index) => index);
  const byGroup = polygonsOf((index) => (index === undefined ? undefined : codes[index].slice(0, 2)));
  const left = clean.map(({ code, name }, index) => ({ code, name, polygons: byFeature.get(index) }));
  for (const { code, name, polygons } of left) if (!polygons) report.push(`${code} ${name}: dropped, no ring is left`);
  return {
    features: left.filter(({ polygons }) => polygons),
    groups: byGroup,
    report: report.sort(),
  };
}

/** The rings of a feature without repeated points, and without those that enclose nothing. */
function rings({ code, name, polygons }, report) {
  const kept = [];
  for (const ring of polygons.flat()) {
    const points = ring.filter((point, i) => i === 0 || !equal(point, ring[i - 1]));
    if (points.length < ring.length) report.push(`${code} ${name}: ${ring.length - points.length} repeated points dropped`);
    if (!equal(points[0], points.at(-1))) {
      report.push(`${code} ${name}: ring closed at ${points[0].map((v) => v / 1e7).join(" ")}`);
      points.push(points[0]);
    }
    if (points.length < 4) report.push(`${code} ${name}: collapsed ring dropped at ${points[0].map((v) => v / 1e7).join(" ")}`);
    else kept.push(points);
  }
  return kept;
}

const equal = (a, b) => a[0] === b[0] && a[1] === b[1];

/**
 * The faces of the arrangement. Half-edge 2e runs from edges[e].from to edges[e].to, 2e + 1 back; a face lies left of its own.
 * @returns {{of: Int32Array, loops: {halves: number[], area: bigint}[], start: Function, end: Function}}
 */
function trace(vertices, edges) {
  const start = (h) => (h % 2 ? edges[h >> 1].to : edges[h >> 1].from);
  const end = (h) => start(h ^ 1);
  const around = vertices.map(() => []);
  for (let h = 0; h < edges.length * 2; h++) around[start(h)].push(h);
  const direction = (h) => [vertices[end(h)][0] - vertices[start(h)][0], vertices[end(h)][1] - vertices[start(h)][1]];
  const half = ([x, y]) => (y > 0 || (y === 0 && x > 0) ? 0 : 1);
  const place = new Int32Array(edges.length * 2);
  for (const halves of around) {
    // Anticlockwise from east, exactly.
    halves.sort((g, h) => {
      const [a, b] = [direction(g), direction(h)];
      if (half(a) !== half(b)) return half(a) - half(b);
      const cross = BigInt(a[0]) * BigInt(b[1]) - BigInt(a[1]) * BigInt(b[0]);
      return cross > 0n ? -1 : 1;
    });
    halves.forEach((h, i) => {
      place[h] = i;
    });
  }
  // The next of a loop: at its end, the first clockwise from where it came.
  const next = (h) => {
    const halves = around[end(h)];
    return halves[(place[h ^ 1] + halves.length - 1) % halves.length];
  };
  const of = new Int32Array(edges.length * 2).fill(-1);
  const loops = [];
  for (let first = 0; first < of.length; first++) {
    if (of[first] !== -1) continue;
    const halves = [];
    let area = 0n;
    for (let h = first; of[h] === -1; h = next(h)) {
      of[h] = loops.length;
      halves.push(h);
      const [a, b] = [vertices[start(h)], vertices[end(h)]];
      area += BigInt(a[0]) * BigInt(b[1]) - BigInt(a[1]) * BigInt(b[0]);
    }
    loops.push({ halves, area: area / 2n, inside: undefined });
  }
  return { of, loops, start, end, around, place };
}

/** Gives each loop the set of features whose polygons lie left of it. */
function own(faces, vertices, edges) {
  const { of, loops, start } = faces;
  const toggle = (set, owners) => {
    const result = new Set(set);
    for (const index of owners) if (!result.delete(index)) result.add(index);
    return result;
  };
  // Each connected piece begins at the loop around it, whose outside is found by a ray to the west.
  for (const loop of loops.filter(({ area }) => area <= 0n)) {
    const corner = loop.halves.map(start).reduce((a, b) => (before(vertices[a], vertices[b]) ? a : b));
    let set = new Set();
    for (const edge of edges) {
      if (westOf(vertices[edge.from], vertices[edge.to], vertices[corner])) set = toggle(set, edge.owners);
    }
    const queue = [[loop, set]];
    while (queue.length > 0) {
      const [current, inside] = queue.pop();
      if (current.inside) continue;
      current.inside = inside;
      for (const h of current.halves) queue.push([loops[of[h ^ 1]], toggle(inside, edges[h >> 1].owners)]);
    }
  }
}

const before = (a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

/** Whether the segment crosses the ray that runs west from just north of `point`. */
function westOf(a, b, point) {
  const [low, high] = a[1] < b[1] ? [a, b] : [b, a];
  if (point[1] < low[1] || point[1] >= high[1] || Math.min(a[0], b[0]) >= point[0]) return false;
  const side =
    (BigInt(high[0]) - BigInt(low[0])) * (BigInt(point[1]) - BigInt(low[1])) -
    (BigInt(high[1]) - BigInt(low[1])) * (BigInt(point[0]) - BigInt(low[0]));
  return side < 0n;
}

/** One owner, or none, for each loop. */
function settle({ loops, start }, vertices, features, report) {
  const where = ({ halves }) => vertices[start(halves[0])].map((v) => v / 1e7).join(" ");
  for (const loop of loops) {
    if (loop.area <= 0n || loop.inside.size < 2) continue;
    const [first, ...others] = [...loop.inside].sort((a, b) => a - b).map((index) => features[index].code);
    report.push(`${first} ${others.join(" ")} overlap at ${where(loop)}: ${first} keeps it`);
  }
  return loops.map(({ inside }) => (inside.size === 0 ? undefined : Math.min(...inside)));
}

/** The polygons of all faces that `same` maps to one key, by key. */
function dissolve({ of, around, place, start, end }, vertices, owner, same) {
  const key = (h) => same(owner[of[h]]);
  const isBorder = (h) => key(h) !== undefined && key(h) !== key(h ^ 1);
  const done = new Set();
  const cycles = new Map();
  for (let first = 0; first < of.length; first++) {
    if (done.has(first) || !isBorder(first)) continue;
    const walk = [];
    let h = first;
    do {
      done.add(h);
      walk.push(start(h));
      const halves = around[end(h)];
      let i = place[h ^ 1];
      do i = (i + halves.length - 1) % halves.length;
      while (!isBorder(halves[i]) || key(halves[i]) !== key(h));
      h = halves[i];
    } while (h !== first);
    const list = cycles.get(key(first)) ?? [];
    list.push(...simple(walk));
    cycles.set(key(first), list);
  }
  return new Map([...cycles].map(([id, list]) => [id, assemble(list.map((cycle) => cycle.map((v) => vertices[v])))]));
}

/** Splits a closed walk at the vertices that it passes more than once. */
function simple(walk) {
  const cycles = [];
  const path = [];
  const at = new Map();
  for (const vertex of walk) {
    if (at.has(vertex)) {
      const cycle = path.splice(at.get(vertex));
      for (const passed of cycle) at.delete(passed);
      cycles.push(cycle);
    }
    at.set(vertex, path.length);
    path.push(vertex);
  }
  return [...cycles, path];
}

/** Closed rings with their holes: anticlockwise outside, clockwise inside. */
function assemble(cycles) {
  const closed = cycles.map((cycle) => {
    // From a fixed corner, so that the result depends on nothing but the ring.
    const first = cycle.reduce((a, b, i) => (before(cycle[a], b) ? a : i), 0);
    const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
    return { ring: [...turned, turned[0]], area: area(cycle) };
  });
  const shells = closed.filter(({ area }) => area > 0n).sort((a, b) => (a.area < b.area ? -1 : 1));
  const polygons = new Map(shells.map((shell) => [shell, [shell.ring]]));
  for (const hole of closed.filter(({ area }) => area < 0n)) {
    const shell = shells.find(({ ring }) => encloses(ring, hole.ring));
    if (!shell) throw new Error(`a hole lies in no ring: ${hole.ring[0]}`);
    polygons.get(shell).push(hole.ring);
  }
  const byCorner = (a, b) => (before(a[0], b[0]) ? -1 : 1);
  return [...polygons.values()]
    .map(([ring, ...holes]) => [ring, ...holes.sort(byCorner)])
    .sort(([a], [b]) => byCorner(a, b));
}

const area = (ring) =>
  ring.reduce((sum, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length];
    return sum + BigInt(x) * BigInt(v) - BigInt(y) * BigInt(u);
  }, 0n);

/** Whether `inner`, which crosses `outer` nowhere, lies inside it; they may touch at points. */
function encloses(outer, inner) {
  const corners = new Set(outer.map((point) => point.join()));
  const point = inner.find((candidate) => !corners.has(candidate.join()));
  if (!point) return false;
  let inside = false;
  for (let i = 1; i < outer.length; i++) if (westOf(outer[i - 1], outer[i], point)) inside = !inside;
  return inside;
}
