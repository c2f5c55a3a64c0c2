// Draws the icons of the map into the sheets that the server hands out: npm run sprites
//
// Every icon is a file of icons/, 24 units square, drawn with `currentColor`. It stands on a round plate in the colours of the theme.
// The hatch is drawn without a plate, so that its tiles join.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const SHEETS = path.join(HERE, "../../data/sprites");
/** Sides in CSS pixels. The room between keeps what is beside an icon from bleeding into it when it is scaled. */
const ICON = 24;
const GAP = 2;
const COLUMNS = 4;
const RATIOS = [1, 2];
/** Side of the hatch: its lines meet at every edge of the tile. */
const HATCH = 10;

const THEMES = {
  dark: { plate: "#1B2632", edge: "#4A5D70", ink: "#C7D3DF", hatch: "#9AA8B8" },
  light: { plate: "#FFFFFF", edge: "#9FB0BF", ink: "#33506A", hatch: "#64768A" },
};

const names = readdirSync(path.join(HERE, "icons"))
  .filter((file) => file.endsWith(".svg"))
  .map((file) => file.slice(0, -".svg".length))
  .sort();

/** What is inside the `<svg>` of an icon. */
function drawing(name) {
  const inside = /<svg[^>]*>(?<inside>.*)<\/svg>/s.exec(
    readFileSync(path.join(HERE, "icons", `${name}.svg`), "utf8"),
  )?.groups;
  if (inside === undefined) throw new Error(`icons/${name}.svg is no svg`);
  return inside.inside.trim();
}

function icon(name, x, y, { plate, edge, ink }) {
  const glyph = `<g transform="translate(5 5) scale(${14 / 24})" color="${ink}" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">${drawing(name)}</g>`;
  return `<g transform="translate(${x} ${y})"><circle cx="12" cy="12" r="11" fill="${plate}" stroke="${edge}"/>${glyph}</g>`;
}

function hatch(x, y, { hatch: colour }) {
  const line = `M-2 ${HATCH + 2}L${HATCH + 2} -2M-2 2L2 -2M${HATCH - 2} ${HATCH + 2}L${HATCH + 2} ${HATCH - 2}`;
  return `<svg x="${x}" y="${y}" width="${HATCH}" height="${HATCH}"><path d="${line}" stroke="${colour}" stroke-width="1.06" fill="none"/></svg>`;
}

/** The sheets and indexes of all themes, by file name. */
export function sheets() {
  const step = ICON + GAP;
  const [width, rows] = [COLUMNS * step, Math.ceil((names.length + 1) / COLUMNS)];
  const place = (index) => [(index % COLUMNS) * step, Math.floor(index / COLUMNS) * step];
  const files = new Map();
  for (const [theme, colours] of Object.entries(THEMES)) {
    const drawn = names.map((name, index) => icon(name, ...place(index), colours));
    drawn.push(hatch(...place(names.length), colours));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${rows * step}">${drawn.join("")}</svg>`;
    for (const ratio of RATIOS) {
      const entry = (index, side) => {
        const [x, y] = place(index).map((offset) => offset * ratio);
        return { x, y, width: side * ratio, height: side * ratio, pixelRatio: ratio };
      };
      const index = Object.fromEntries(names.map((name, at) => [name, entry(at, ICON)]));
      index.hatch = entry(names.length, HATCH);
      const name = ratio === 1 ? theme : `${theme}@${ratio}x`;
      const options = { fitTo: { mode: "zoom", value: ratio }, font: { loadSystemFonts: false } };
      files.set(`${name}.png`, new Resvg(svg, options).render().asPng());
      files.set(`${name}.json`, Buffer.from(`${JSON.stringify(index, null, 2)}\n`));
    }
  }
  return files;
}

export { SHEETS };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(SHEETS, { recursive: true });
  for (const [name, bytes] of sheets()) writeFileSync(path.join(SHEETS, name), bytes);
}
