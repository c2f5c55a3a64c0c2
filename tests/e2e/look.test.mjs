/** How the map looks: the styles that this very server writes, and every zoom in both themes for somebody to look at. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BASE, close, drawn, get, jump, launch, open, PATIENCE_MS, screenshot } from "./support.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const { validateStyleMin } = createRequire(path.join(ROOT, "web-viewer/package.json"))(
  "@maplibre/maplibre-gl-style-spec",
);
const slow = { timeout: 8 * PATIENCE_MS };
let browser;
let profile;

before(async () => {
  browser = await launch();
  profile = await get("/profile");
});

after(async () => {
  await browser?.close();
});

for (const theme of ["dark", "light"]) {
  test(`the ${theme} style is valid, and everything that it names is there`, async () => {
    const style = await get(`/styles/${theme}.json`);
    assert.deepEqual(validateStyleMin(style), []);
    const layers = new Map();
    for (const [id, { url }] of Object.entries(style.sources)) {
      const { vector_layers: named, tiles } = await get(url);
      layers.set(id, named && new Set(named.map((layer) => layer.id)));
      assert.ok(tiles.length > 0);
    }
    for (const layer of style.layers) {
      if (layer["source-layer"] === undefined) continue;
      assert.ok(layers.get(layer.source)?.has(layer["source-layer"]), `${layer.id} draws a layer that the tiles have`);
    }
    for (const [suffix, type] of [
      [".json", "application/json"],
      [".png", "image/png"],
      ["@2x.json", "application/json"],
      ["@2x.png", "image/png"],
    ]) {
      const where = new URL(`${style.sprite}${suffix}`, BASE);
      const first = await fetch(where);
      assert.deepEqual([first.status, first.headers.get("content-type")], [200, type], where.href);
      const again = await fetch(where, { headers: { "if-none-match": first.headers.get("etag") } });
      assert.equal(again.status, 304, where.href);
    }
    assert.equal((await fetch(new URL("/sprites/neon.png", BASE))).status, 404);
  });
}

for (const [width, height, theme] of [
  [1920, 1080, "light"],
  [1366, 768, "dark"],
]) {
  test(`every zoom can be looked at, ${theme} at ${width} x ${height}`, slow, async () => {
    const session = await open(browser, `/app/command?theme=${theme}`, { width, height });
    const { page } = session;
    const [west, south, east, north] = profile.bounds;
    const finest = profile.levels.at(-1);
    const { items } = await get(`/areas?level=${finest.id}&limit=1`);
    for (let zoom = 9; zoom <= 18; zoom++) {
      await jump(page, zoom < 12 ? [(west + east) / 2, (south + north) / 2] : items[0].label, zoom + 0.3);
      await screenshot(page, `zoom-${String(zoom).padStart(2, "0")}-${theme}-${width}x${height}`);
      const labels = await page.evaluate(
        () => window.__onemap.map.queryRenderedFeatures().filter(({ layer }) => layer.type === "symbol").length,
      );
      assert.ok(labels > 0, `something is named at zoom ${zoom}`);
    }
    await close(session);
  });
}

test("exclusive areas have the icon of their body, and its name close by", slow, async () => {
  const level = profile.levels.findLast((level) => level.kinds && level.label_zoom !== null);
  const { items } = await get(`/areas?level=${level.id}&q=${encodeURIComponent("小学")}&limit=200`);
  const school = items.find((item) => item.kind === "exclusive");
  assert.ok(school, "the demo has an exclusive area of a school");
  const session = await open(browser, "/app/command", { width: 1280, height: 800 });
  await jump(session.page, school.label, level.label_zoom + 0.5);
  const layer = `${level.id}-body`;
  assert.ok((await drawn(session.page, layer)).has(school.code));
  const icon = await session.page.evaluate(
    ({ layer, code }) => {
      const { map } = window.__onemap;
      const feature = map.queryRenderedFeatures({ layers: [layer] }).find(({ properties }) => properties.code === code);
      return { name: feature.layer.layout["icon-image"]?.name, isThere: map.hasImage("school") };
    },
    { layer, code: school.code },
  );
  assert.deepEqual(icon, { name: "school", isThere: true });
  await screenshot(session.page, "exclusive-dark-1280x800");
  await close(session);
});
