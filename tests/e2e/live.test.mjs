/** Pages that stay open while the data under them changes. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { BASE, close, drawn, get, jump, launch, open, PATIENCE_MS, screenshot, settled, wire } from "./support.mjs";

let browser;
let profile;
/** A level that is labelled by name, and an area of it with neighbours. */
let level;
let area;

const slow = { timeout: 4 * PATIENCE_MS };
/** From the answer to an import to the first new tile in the page of somebody else. */
const PROMPT_MS = 1000;
/** And to the new name on the screen, which software draws here. */
const DRAWN_MS = 5000;
const TILE = /\/tiles\/(?<tileset>\w+)\/(?<z>\d+)\/(?<x>\d+)\/(?<y>\d+)$/;

before(async () => {
  browser = await launch();
  profile = await get("/profile");
  level = profile.levels.findLast((level) => !level.kinds && level.label_zoom !== null);
  const { items } = await get(`/areas?level=${level.id}&limit=1`);
  area = await get(`/areas/${items[0].code}`);
});

after(async () => {
  await browser?.close();
});

// However a test has ended, the area is called what it was.
afterEach(async () => {
  const { area: now } = await get(`/areas/${area.area.code}`);
  if (now.name !== area.area.name) await rename(area.area.name);
});

/** Publishes an edition in which the area has another name, as another office would; its number. */
async function rename(name) {
  const { code } = area.area;
  const properties = { code, name, level: level.id, ...(area.parent ? { parent: area.parent.code } : {}) };
  const feature = { type: "Feature", properties, geometry: area.geometry };
  const response = await fetch(new URL(`/imports?title=${encodeURIComponent(`改名${name}`)}`, BASE), {
    method: "POST",
    headers: { "content-type": "application/geo+json" },
    body: JSON.stringify({ type: "FeatureCollection", features: [feature] }),
  });
  const report = await response.json();
  assert.equal(response.status, 201, JSON.stringify(report));
  assert.deepEqual([report.outcome, report.changed], ["published", 1]);
  return (await get("/profile")).edition.number;
}

/** The tags of tiles by path, as a client without a cache gets them. */
async function tags(paths) {
  const found = new Map();
  for (const path of paths) {
    const response = await fetch(new URL(path, BASE));
    await response.arrayBuffer();
    found.set(path, response.headers.get("etag"));
  }
  return found;
}

/** Remembers each answer with a tile from now on: path and status as the server gave it. */
function tileLog(page) {
  const log = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (TILE.test(pathname)) log.push({ path: pathname, status: response.status(), at: Date.now() });
  });
  return log;
}

const labelled = (name) => {
  const features = window.__onemap.map.querySourceFeatures("areas", { sourceLayer: "labels" });
  return features.some((feature) => feature.properties.name === name);
};
const camera = (page) =>
  page.evaluate(() => {
    const { map } = window.__onemap;
    return [map.getCenter().toArray(), map.getZoom()];
  });

test("an import is on another's screen within a second; what did not change is not fetched again", slow, async () => {
  const own = area.area.name;
  const zoom = Math.max(level.label_zoom, level.min_zoom) + 2;
  const [here, there] = [
    await open(browser, `/app/command?code=${area.area.code}`, { width: 1366, height: 768 }),
    await open(browser, `/app/command?code=${area.area.code}&theme=light`, { width: 1366, height: 768 }),
  ];
  const { page } = there;
  for (const session of [here, there]) await jump(session.page, area.area.label, zoom);
  await page.getByTestId("area-code").waitFor();
  await page.waitForFunction(labelled, own);
  const looking = await camera(page);
  // Every tile in sight, of the zoom that is drawn.
  const shown = [];
  for (const tileset of ["areas", "places"]) {
    const ids = await page.evaluate(
      (id) =>
        window.__onemap.map.style.tileManagers[id].getVisibleCoordinates().map(({ canonical }) => ({ ...canonical })),
      tileset,
    );
    shown.push(...ids.map(({ z, x, y }) => `/tiles/${tileset}/${z}/${x}/${y}`));
  }
  assert.ok(shown.length > 4, `tiles in sight: ${shown}`);
  const before = await tags(shown);
  const log = tileLog(page);

  const name = `${own}改`;
  const edition = await rename(name);
  const published = Date.now();
  await page.waitForFunction(labelled, name, { polling: 20 });
  const drawnAfter = Date.now() - published;
  assert.ok(drawnAfter < DRAWN_MS, `the new name was drawn after ${drawnAfter} ms`);
  const fetchedAfter = Math.min(...log.map(({ at }) => at)) - published;
  assert.ok(fetchedAfter < PROMPT_MS, `the first new tile came after ${fetchedAfter} ms`);
  await page.getByTestId("live-notice").getByText(`第 ${edition} 版`).waitFor();
  await page.getByTestId("area-card").getByText(name).first().waitFor();
  await page.locator(".edition").getByText(`第 ${edition} 版`).waitFor();
  await settled(page);
  await screenshot(page, "live-notice-light-1366x768");
  assert.deepEqual(await camera(page), looking, "the camera stays");
  assert.equal(new URL(page.url()).searchParams.get("code"), area.area.code, "and the selection");
  await here.page.waitForFunction(labelled, name);

  const now = await tags(shown);
  const changed = shown.filter((path) => before.get(path) !== now.get(path));
  assert.ok(changed.length > 0 && changed.length < shown.length, `${changed.length} of ${shown.length} tiles changed`);
  const fetched = [...new Set(log.filter(({ status }) => status !== 304).map(({ path }) => path))];
  assert.deepEqual(fetched.sort(), changed.sort(), "the changed tiles, and they alone");
  assert.deepEqual(
    log.filter(({ path }) => !changed.includes(path)).map(({ path }) => path),
    [],
    "no other was even asked for",
  );

  // What was out of sight meanwhile is not what it was either.
  await jump(page, [area.area.label[0] + 0.3, area.area.label[1]], zoom);
  await rename(own);
  await jump(page, area.area.label, zoom);
  await page.waitForFunction(labelled, own);
  assert.ok(!(await page.evaluate(labelled, name)), "the former name is gone");
  await page.getByTestId("area-card").getByText(own, { exact: true }).first().waitFor();
  await close(here);
  await close(there);
});

test("a feed that is lost is told, and what was missed is made up for", slow, async () => {
  const own = area.area.name;
  const { base, cut, mend } = await wire();
  const session = await open(browser, "/app/command", { width: 1366, height: 768, base });
  const { page } = session;
  await jump(page, area.area.label, level.label_zoom + 1);
  await page.waitForFunction(labelled, own);
  const sign = page.getByTestId("feed-lost");
  assert.equal(await sign.count(), 0);
  await cut();
  await sign.waitFor();
  await screenshot(page, "live-lost-dark-1366x768");
  const name = `${own}断`;
  await rename(name);
  await page.waitForTimeout(500);
  assert.ok(await page.evaluate(labelled, own), "nothing is known of it yet");
  await mend();
  await page.waitForFunction(labelled, name);
  await sign.waitFor({ state: "detached" });
  await rename(own);
  await page.waitForFunction(labelled, own);
  await screenshot(page, "live-again-dark-1366x768");
  // What this test has broken itself is told by the browser.
  await close(session, { expected: /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE|Failed to fetch/ });
  await cut();
});

test("a level switched off leaves its lines to the level below", slow, async () => {
  const [, coarse, finer] = profile.levels;
  const { items } = await get(`/areas?level=${coarse.id}&limit=1`);
  const session = await open(browser, "/app/command", { width: 1280, height: 800 });
  const { page } = session;
  await jump(page, items[0].label, finer.min_zoom + 0.5);
  assert.deepEqual(await drawn(page, `${finer.id}-border`, "level"), new Set([finer.id]));
  await page.goto(`/app/command?hide=${coarse.id}`);
  await settled(page);
  await jump(page, items[0].label, finer.min_zoom + 0.5);
  assert.deepEqual(await drawn(page, `${finer.id}-border`, "level"), new Set([coarse.id, finer.id]));
  await close(session);
});
