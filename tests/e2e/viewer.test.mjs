/** The viewer in a real browser, against a real server with the demo district. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, drawn, get, jump, launch, onPage, open, PATIENCE_MS, screenshot, settled } from "./support.mjs";

let browser;
let profile;
/** One area of each level, by level id. */
const sample = new Map();
/** The level that people call by number: grids in the demo. */
let numbered;

before(async () => {
  browser = await launch();
  profile = await get("/profile");
  for (const level of profile.levels) {
    const { items } = await get(`/areas?level=${level.id}&limit=1`);
    assert.equal(items.length, 1, `the demo has areas of level ${level.id}`);
    sample.set(level.id, items[0]);
  }
  numbered = profile.levels.find((level) => level.kinds) ?? profile.levels.at(-1);
});

after(async () => {
  await browser?.close();
});

/** The code of an area with more children than a panel shows at once, which have none themselves. */
async function longParent() {
  const [lowest, above] = [profile.levels.at(-1), profile.levels.at(-2)];
  const { items } = await get(`/areas?level=${above.id}&limit=200`);
  for (const { code } of items) {
    const { numberMatched } = await get(`/areas?parent=${code}&level=${lowest.id}&limit=1`);
    if (numberMatched > 16 && numberMatched <= 200) return code;
  }
  return assert.fail(`the demo has a ${above.id} with many areas of level ${lowest.id}`);
}

/** Fewer pixels, where only what is drawn counts and not how it looks. */
const SMALL = { width: 1280, height: 800 };
const slow = { timeout: 4 * PATIENCE_MS };

test("the policy is strict, and the page lives with it", slow, async () => {
  const session = await open(browser, "/app/command");
  const policy = session.response.headers()["content-security-policy"] ?? "";
  const directives = new Map(
    policy
      .split(";")
      .map((text) => text.trim().split(/\s+(.*)/))
      .map(([name, value]) => [name, value]),
  );
  assert.equal(directives.get("default-src"), "'none'");
  assert.equal(directives.get("script-src"), "'self'");
  assert.equal(directives.get("worker-src"), "'self'");
  assert.equal(directives.get("connect-src"), "'self'");
  await close(session);
});

test("the map opens on the whole of the data, beside the panel", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  const [west, south, east, north] = profile.bounds;
  const panel = await page.locator(".panel.left").boundingBox();
  const map = await page.locator(".map").boundingBox();
  const lowerLeft = await onPage(page, [west, south]);
  const upperRight = await onPage(page, [east, north]);
  assert.ok(lowerLeft.x >= panel.x + panel.width, "nothing lies under the panel");
  assert.ok(lowerLeft.y <= map.y + map.height && upperRight.y >= map.y && upperRight.x <= map.x + map.width);
  const used = Math.max(
    (upperRight.x - lowerLeft.x) / (map.width - panel.width),
    (lowerLeft.y - upperRight.y) / map.height,
  );
  assert.ok(used > 0.7, `the data fills the view: ${used.toFixed(2)}`);
  const [coarsest] = profile.levels;
  assert.equal((await drawn(page, `${coarsest.id}-fill`)).size, coarsest.count);
  assert.match(page.url(), /\/app\/command#\d+\.\d+\/\d+\.\d+\/\d+\.\d+$/);
  await screenshot(page, "command-dark-1920x1080");
  await close(session);
});

test("each level is drawn from its zoom on: areas, borders and labels", slow, async () => {
  const session = await open(browser, "/app/command", SMALL);
  const { page } = session;
  for (const level of profile.levels) {
    const area = sample.get(level.id);
    if (level.min_zoom > 0) {
      await jump(page, area.label, level.min_zoom - 0.6);
      assert.deepEqual(await drawn(page, `${level.id}-fill`), new Set(), `${level.id} before its zoom`);
    }
    const zoom = Math.max(level.min_zoom, level.label_zoom ?? 0) + 0.5;
    await jump(page, area.label, zoom);
    assert.ok((await drawn(page, `${level.id}-fill`)).has(area.code), `${level.id} has ${area.code}`);
    if (level.label_zoom !== null) {
      const named = await drawn(page, `${level.id}-label`);
      assert.ok(named.size > 0, `${level.id} is labelled at ${zoom}`);
    }
    // The borders around the area itself: its whole extent in view.
    await page.evaluate((bbox) => window.__onemap.map.fitBounds(bbox, { animate: false, padding: 280 }), area.bbox);
    await settled(page);
    if ((await page.evaluate(() => window.__onemap.map.getZoom())) < level.min_zoom)
      await jump(page, area.label, level.min_zoom);
    const borders = new Set();
    for (const { id } of profile.levels.slice(0, profile.levels.indexOf(level) + 1)) {
      for (const value of await drawn(page, `${id}-border`, "level")) borders.add(value);
    }
    assert.ok(borders.size > 0, `${level.id} has borders`);
  }
  await close(session);
});

test("levels that fit the view are complete", slow, async () => {
  const session = await open(browser, "/app/command", SMALL);
  const { page } = session;
  for (const level of profile.levels.filter((level) => level.count < 500)) {
    const seen = new Set();
    const zoom = Math.max(level.min_zoom + 0.1, await page.evaluate(() => window.__onemap.map.getZoom()));
    const [west, south, east, north] = profile.bounds;
    await jump(page, [(west + east) / 2, (south + north) / 2], zoom);
    // Walks over the district in steps of less than one view.
    const [width, height] = await page.evaluate(() => {
      const box = window.__onemap.map.getBounds();
      return [box.getEast() - box.getWest(), box.getNorth() - box.getSouth()];
    });
    for (let lon = west + width * 0.4; lon - width * 0.4 < east; lon += width * 0.8) {
      for (let lat = south + height * 0.4; lat - height * 0.4 < north; lat += height * 0.8) {
        await jump(page, [lon, lat], zoom);
        for (const code of await drawn(page, `${level.id}-fill`)) seen.add(code);
      }
    }
    assert.equal(seen.size, level.count, `areas of ${level.id} drawn`);
  }
  await close(session);
});

test("a grid is found by its code, shown, and its card can be read", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  const { code } = sample.get(numbered.id);
  const { area, chain } = await get(`/areas/${code}`);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type(code);
  const first = page.locator("#search-results [role=option]").first();
  await first.waitFor();
  assert.ok((await first.innerText()).includes(code));
  await page.keyboard.press("Enter");
  const card = page.getByTestId("area-card");
  await card.getByTestId("area-code").waitFor();
  await settled(page);
  assert.equal(await card.getByTestId("area-code").innerText(), code);
  const text = await card.innerText();
  for (const step of chain) assert.ok(text.includes(step.name), `the card names ${step.name}`);
  if (area.households !== null) assert.ok(text.includes(area.households.toLocaleString("en-US")), "households");
  if (area.residents !== null) assert.ok(text.includes(area.residents.toLocaleString("en-US")), "residents");
  assert.ok((await drawn(page, `${numbered.id}-fill`)).has(code), "the camera went there");
  const selected = await page.evaluate(
    () => window.__onemap.map.queryRenderedFeatures({ layers: ["selection"] }).length,
  );
  assert.ok(selected > 0, "the selection is drawn");
  assert.equal(new URL(page.url()).searchParams.get("code"), code);
  await screenshot(page, "card-dark-1920x1080");

  // The address alone brings the same view back.
  const before = await page.evaluate(() => window.__onemap.map.getZoom());
  await page.reload();
  await settled(page);
  await card.getByTestId("area-code").waitFor();
  assert.equal(await card.getByTestId("area-code").innerText(), code);
  assert.ok(Math.abs((await page.evaluate(() => window.__onemap.map.getZoom())) - before) < 0.01);

  await page.locator("body").press("Escape");
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).searchParams.get("code"), null);
  await close(session);
});

test("a click on the map selects what the lookup says is there", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  const { label } = sample.get(numbered.id);
  await jump(page, label, numbered.min_zoom + 0.5);
  const { x, y } = await onPage(page, label);
  await page.mouse.move(x, y);
  await page.mouse.click(x, y);
  const code = await page.getByTestId("area-card").getByTestId("area-code").innerText();
  const [lon, lat] = await page.evaluate(
    ({ x, y }) => {
      const { map } = window.__onemap;
      const box = map.getCanvas().getBoundingClientRect();
      return map.unproject([x - box.left, y - box.top]).toArray();
    },
    { x, y },
  );
  const { chain } = await get(`/lookup?lon=${lon.toFixed(7)}&lat=${lat.toFixed(7)}`);
  assert.equal(code, chain.find((step) => step.level === numbered.id)?.code);
  const hovered = await page.evaluate(
    ({ level, code }) => window.__onemap.map.getFeatureState({ source: "areas", sourceLayer: level, id: code }),
    { level: numbered.id, code },
  );
  assert.equal(hovered.hover, true);
  await close(session);
});

test("Chinese labels are letters, not the box of a missing glyph", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  const ink = await page.evaluate(() => {
    const draw = (text) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [40, 40];
      const pen = canvas.getContext("2d");
      pen.font = '32px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
      pen.fillText(text, 2, 33);
      return [...pen.getImageData(0, 0, 40, 40).data].filter((_, index) => index % 4 === 3).join();
    };
    return { li: draw("荔"), cheng: draw("城"), missing: draw("\u{10fffe}"), none: draw("") };
  });
  assert.equal(new Set(Object.values(ink)).size, 4, "two letters, the missing glyph and nothing all look different");

  // And on the map: the same label as it is, as missing glyphs, and without.
  const level = profile.levels.find((level) => !level.kinds && level.label_zoom !== null);
  const { label, name } = sample.get(level.id);
  assert.match(name, /\p{Script=Han}/u);
  await jump(page, label, level.label_zoom + 0.5);
  const at = await onPage(page, label);
  const clip = { x: at.x - 60, y: at.y - 24, width: 120, height: 48 };
  const layers = await page.evaluate(() =>
    window.__onemap.map
      .getStyle()
      .layers.filter((layer) => layer.type === "symbol")
      .map((layer) => layer.id),
  );
  const pictureWith = async (text) => {
    await page.evaluate(
      ({ layers, own, text }) => {
        const { map } = window.__onemap;
        for (const id of layers) if (id !== own) map.setLayoutProperty(id, "visibility", "none");
        if (text !== null) map.setLayoutProperty(own, "text-field", text);
      },
      { layers, own: `${level.id}-label`, text },
    );
    await settled(page);
    await page.waitForTimeout(500);
    return (await page.screenshot({ clip })).toString("base64");
  };
  const letters = await pictureWith(null);
  const boxes = await pictureWith("\u{10fffe}".repeat([...name].length));
  const blank = await pictureWith("");
  assert.notEqual(letters, blank, "a label is on the map");
  assert.notEqual(letters, boxes, "it is not made of missing glyphs");
  await close(session);
});

test("the row of what is selected is scrolled into sight in a long list", slow, async () => {
  // The last in the list stands below everything that fits the panel.
  const parent = await longParent();
  const { items } = await get(`/areas?parent=${parent}&limit=200`);
  const { code } = items.at(-1);
  const session = await open(browser, `/app/command?code=${code}`, SMALL);
  const { page } = session;
  const row = page.locator(".panel.left [aria-pressed=true]");
  await row.waitFor();
  const [panel, box] = [await page.locator(".panel.left .scroll").boundingBox(), await row.boundingBox()];
  assert.ok(box.y >= panel.y && box.y + box.height <= panel.y + panel.height + 1, "the row is in sight");
  // And names in chips are whole.
  for (const name of await page.locator(".chip .name").all())
    assert.ok(await name.evaluate((it) => it.scrollWidth <= it.clientWidth + 1), "a name is cut");
  await close(session);
});

test("layers are switched off and on, and the address remembers", slow, async () => {
  const finest = profile.levels.at(-1);
  const session = await open(browser, "/app/command", SMALL);
  const { page } = session;
  await jump(page, sample.get(finest.id).label, Math.max(finest.min_zoom, finest.label_zoom ?? 0) + 0.5);
  assert.ok((await drawn(page, `${finest.id}-fill`)).size > 0);
  // By keyboard alone.
  await page.getByRole("button", { name: "图层" }).focus();
  await page.keyboard.press("Enter");
  const box = page.getByRole("checkbox", { name: finest.name.zh, exact: true });
  await box.focus();
  await page.keyboard.press("Space");
  await page.waitForURL((url) => url.searchParams.get("hide") === finest.id);
  await settled(page);
  assert.deepEqual(await drawn(page, `${finest.id}-fill`), new Set());
  assert.deepEqual(await drawn(page, `${finest.id}-label`), new Set());
  await page.getByRole("checkbox", { name: "名称标注" }).uncheck();
  await settled(page);
  for (const level of profile.levels) assert.deepEqual(await drawn(page, `${level.id}-label`), new Set());
  await screenshot(page, "layers-dark-1280x800");
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "detached" });
  await page.reload();
  await settled(page);
  assert.deepEqual(await drawn(page, `${finest.id}-fill`), new Set(), "also after a reload");
  await page.getByRole("button", { name: "图层" }).click();
  await page.getByRole("button", { name: "全部显示" }).click();
  await settled(page);
  assert.ok((await drawn(page, `${finest.id}-fill`)).size > 0);
  assert.equal(new URL(page.url()).searchParams.get("hide"), null);
  await close(session);
});

test("the language changes everywhere and stays in the address", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  const bar = page.getByRole("banner");
  assert.ok((await bar.innerText()).includes("指挥调度"));
  await page.click("#language");
  await bar.getByText("Command", { exact: true }).waitFor();
  assert.ok((await bar.innerText()).includes(profile.name.en));
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.equal(new URL(page.url()).searchParams.get("lang"), "en");
  assert.ok((await page.locator(".notice").innerText()).length > 0);
  await page.reload();
  await settled(page);
  assert.ok((await bar.innerText()).includes("Lookup"));
  await screenshot(page, "command-english-1920x1080");
  await page.click("#language");
  await bar.getByText("指挥调度").waitFor();
  await close(session);
});

test("every screen can be reached, and says what the server says", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  const nav = page.getByRole("navigation").first();
  await nav.getByText("系统管理").click();
  await page.waitForURL(/\/app\/admin/);
  const rows = await page.getByTestId("levels").locator("tbody tr").allInnerTexts();
  assert.deepEqual(
    rows.map((row) => row.split("\t").slice(0, 2)),
    profile.levels.map((level) => [level.name.zh, level.count.toLocaleString("en-US")]),
  );
  await page.getByText("就绪", { exact: true }).waitFor();
  await screenshot(page, "admin-dark-1920x1080");
  for (const name of ["网格调整", "归属查询", "指挥调度"]) {
    await nav.getByText(name).click();
    await page.locator(`[aria-current=page]`, { hasText: name }).waitFor();
  }
  await page.goBack();
  await page.locator("[aria-current=page]", { hasText: "归属查询" }).waitFor();
  for (const where of ["/docs", "/openapi.json"])
    assert.equal((await fetch(new URL(where, page.url()))).status, 200, where);
  await close(session);
});

test("an unknown code is told, and can be tried again", slow, async () => {
  const session = await open(browser, "/app/command?code=000000");
  const alert = session.page.getByTestId("area-card").getByRole("alert");
  await alert.waitFor();
  await alert.getByRole("button").click();
  await alert.waitFor();
  assert.ok((await alert.innerText()).length > 10);
  // The browser itself reports the 404 that this test asks for.
  await close(session, { expected: /status of 404/ });
});

for (const [width, height] of [
  [1920, 1080],
  [3840, 2160],
]) {
  test(`both themes are drawn at ${width} x ${height}`, slow, async () => {
    const { code } = sample.get(numbered.id);
    const session = await open(browser, `/app/command?code=${code}`, { width, height });
    const { page } = session;
    await page.getByTestId("area-code").waitFor();
    await settled(page);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(await ground(), "rgb(14, 20, 27)");
    await screenshot(page, `grid-dark-${width}x${height}`);
    await page.click("#theme");
    await page.waitForFunction(() => {
      const style = window.__onemap.map.getStyle();
      return style?.name === "light" && window.__onemap.map.isStyleLoaded();
    });
    await settled(page);
    assert.equal(await ground(), "rgb(246, 247, 249)");
    assert.ok((await drawn(page, `${numbered.id}-fill`)).has(code), "areas are there after the change");
    const selected = await page.evaluate(
      () => window.__onemap.map.queryRenderedFeatures({ layers: ["selection"] }).length,
    );
    assert.ok(selected > 0, "and the selection");
    await screenshot(page, `grid-light-${width}x${height}`);
    // Nothing is cut off: the card fits above the controls without scrolling at 1080 and more.
    const overflow = await page.getByTestId("area-card").evaluate((card) => card.scrollHeight - card.clientHeight);
    assert.ok(overflow <= 0, `the card needs ${overflow} px more`);
    await close(session);
  });
}
