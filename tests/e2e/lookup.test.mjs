/** The lookup screen in a real browser: one position and ten thousand, and where this device is. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import {
  close,
  get,
  jump,
  launch,
  onPage,
  open,
  PATIENCE_MS,
  paste,
  random,
  screenshot,
  settled,
  toGcj02,
} from "./support.mjs";

let browser;
let profile;
/** An area of the finest level without company on its footprint, and a position inside it. */
let finest;
let position;

const slow = { timeout: 4 * PATIENCE_MS };
const MANY = 10_000;
const written = ([lon, lat]) => `${lon.toFixed(7)},${lat.toFixed(7)}`;
const gcj = (at) => written(toGcj02(at));

before(async () => {
  browser = await launch();
  profile = await get("/profile");
  finest = profile.levels.findLast((level) => level.count > 100 && !level.stackable) ?? profile.levels.at(-1);
  const { items } = await get(`/areas?level=${finest.id}&limit=1`);
  position = items[0].label;
});

after(async () => {
  await browser?.close();
});

const lookup = (at, more = "") => get(`/lookup?lon=${at[0]}&lat=${at[1]}${more}`);
const submit = (page) => page.click("button[type=submit]");
const card = (page) => page.getByTestId("answer-card");
const rows = (page) => page.getByTestId("lookup-table").locator("tr[aria-rowindex]:has(td)");
const finished = (page) => page.getByTestId("run-summary").filter({ hasText: "用时" }).waitFor();
const zoom = (page) => page.evaluate(() => window.__onemap.map.getZoom());

/** Positions all over the district, some of them outside it. */
function scattered(count) {
  const [west, south, east, north] = profile.bounds;
  const numbers = random(20261122);
  const next = () => numbers.next().value;
  return Array.from({ length: count }, () => [west + next() * (east - west), south + next() * (north - south)]);
}

test("a gcj02 position gives the area of the true position; the answer can be cited", slow, async () => {
  const session = await open(browser, "/app/lookup");
  const { page } = session;
  const truth = (await lookup(position)).chain.at(-1);
  await page.fill("#coordinates", gcj(position));
  await page.selectOption("#crs", "gcj02");
  await submit(page);
  await card(page).getByTestId("answer-code").waitFor();
  assert.equal(await card(page).getByTestId("answer-code").innerText(), truth.code);
  assert.ok((await zoom(page)) < 20);
  await page.waitForFunction((at) => {
    const { map } = window.__onemap;
    return map.getZoom() > 16 && map.getBounds().contains(at);
  }, position);

  // The link names the edition, and gives the same answer to whoever opens it.
  await card(page).getByTestId("cite").click();
  await page.waitForURL(/edition=/);
  const address = new URL(page.url());
  assert.equal(address.searchParams.get("edition"), String(profile.edition.number));
  assert.equal(address.searchParams.get("crs"), "gcj02");
  await close(session);
  const again = await open(browser, address.pathname + address.search);
  await card(again.page).getByTestId("answer-code").waitFor();
  assert.equal(await card(again.page).getByTestId("answer-code").innerText(), truth.code);
  assert.equal(await again.page.inputValue("#crs"), "gcj02", "the form says what was asked");
  await again.page.waitForFunction(() => window.__onemap.map.getZoom() > 16);
  await close(again);
});

test("undeclared gcj02 is somewhere else; an edition nobody published is told", slow, async () => {
  const session = await open(browser, `/app/lookup?at=${gcj(position)}`);
  const { page } = session;
  await card(page).waitFor();
  await page.waitForFunction(() => document.querySelector("[data-testid=answer-card] [data-testid=cite]"));
  const code = card(page).getByTestId("answer-code");
  if ((await code.count()) > 0) assert.notEqual(await code.innerText(), (await lookup(position)).chain.at(-1).code);
  await page.goto(`/app/lookup?at=${written(position)}&edition=99999`);
  const alert = card(page).getByRole("alert");
  await alert.waitFor();
  assert.ok((await alert.innerText()).length > 10);
  await close(session, { expected: /status of 404/ });
});

test("an accuracy gives a certainty, candidates with shares, and a circle in metres", slow, async () => {
  const metres = 60;
  const session = await open(browser, "/app/lookup");
  const { page } = session;
  await jump(page, position, 16.5);
  await page.fill("#accuracy", String(metres));
  await page.selectOption("#accuracy-kind", "w3c");
  const { x, y } = await onPage(page, position);
  await page.mouse.click(x, y);
  const trust = card(page).getByTestId("trust");
  await trust.waitFor();
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get("accuracy_m"), asked.get("accuracy_kind")], ["60", "w3c"]);
  const [lon, lat] = asked.get("at").split(",").map(Number);
  const answer = await lookup([lon, lat], `&accuracy_m=${metres}&accuracy_kind=w3c`);
  const words = { sure: "确定", doubtful: "存疑", to_check: "待核" };
  assert.equal(await trust.locator("strong").innerText(), words[answer.certainty]);
  const shares = (await trust.locator(".candidate .number").allInnerTexts()).map((text) =>
    Number.parseFloat(text.replace(/[<>]/, "")),
  );
  assert.equal(shares.length, Math.min(6, answer.candidates.length));
  for (const [index, share] of shares.entries())
    assert.ok(Math.abs(share - answer.candidates[index].share * 100) <= 0.1, "the share of the server");
  await settled(page);
  const wide = await page.evaluate(() => {
    const { map } = window.__onemap;
    const points = map
      .queryRenderedFeatures({ layers: ["accuracy"] })
      .flatMap(({ geometry }) => geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : 1));
    const lats = points.map((point) => point[1]);
    return (Math.max(...lats) - Math.min(...lats)) * 111_320;
  });
  assert.ok(Math.abs(wide - 2 * metres) < 4, `the circle is ${wide.toFixed(1)} m wide`);
  await screenshot(page, "lookup-point-dark-1920x1080");
  await page.keyboard.press("Escape");
  await card(page).waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).searchParams.get("at"), null);

  // What no accuracy can be is said before anything is sent.
  await page.fill("#accuracy", "-5");
  await page.fill("#coordinates", written(position));
  await submit(page);
  assert.match(await page.getByRole("alert").innerText(), /2,000/);
  await close(session);
});

test("ten thousand gcj02 points are answered by one request, counted, shown and saved", slow, async () => {
  const points = scattered(MANY);
  points[6] = position;
  const lines = points.map(gcj);
  lines[3] = "不是坐标";
  const session = await open(browser, "/app/lookup");
  const { page } = session;
  const posts = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await paste(page, "#coordinates", lines.join("\n"));
  await page.getByTestId("chosen").filter({ hasText: "10,000" }).waitFor();
  await page.selectOption("#crs", "gcj02");
  await page.fill("#accuracy", "15");
  const began = performance.now();
  await submit(page);
  await finished(page);
  console.log(`${MANY} points on the screen in ${((performance.now() - began) / 1000).toFixed(2)} s`);
  assert.equal(posts.length, 1, "one request");
  assert.match(posts[0], /\/lookup\?crs=gcj02&accuracy_m=15/);

  // Few rows are in the page, all of them can be reached, and the counts add up.
  assert.ok((await rows(page).count()) < 60, "the table is a window on the result");
  assert.equal(await page.getByTestId("lookup-table").getAttribute("aria-rowcount"), String(MANY + 1));
  const counts = await page.locator(".counts ul").first().locator("b").allInnerTexts();
  assert.equal(
    counts.map((text) => Number(text.replaceAll(",", ""))).reduce((sum, each) => sum + each, 0),
    MANY,
  );
  await page.locator(".rows-box").evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.locator(`tr[aria-rowindex="${MANY + 1}"]`).waitFor();
  assert.ok((await page.locator(`tr[aria-rowindex="${MANY + 1}"]`).innerText()).startsWith(String(MANY)));

  // The map shows them in bunches.
  await settled(page);
  await page.waitForFunction(() => window.__onemap.map.queryRenderedFeatures({ layers: ["point-bunches"] }).length > 5);
  await page.locator(".rows-box").evaluate((box) => box.scrollTo(0, 0));
  await settled(page);
  await screenshot(page, "lookup-batch-dark-1920x1080");

  // A row opens its answer and flies there; the arrow keys go on from it.
  const seventh = page.locator('tr[aria-rowindex="8"] .place');
  const truth = (await lookup(position)).chain.at(-1).code;
  await seventh.click();
  await card(page).getByTestId("answer-code").waitFor();
  assert.equal(await card(page).getByTestId("answer-code").innerText(), truth);
  await page.waitForFunction(
    (at) => window.__onemap.map.getZoom() > 16 && window.__onemap.map.getBounds().contains(at),
    [...position],
  );
  await page.keyboard.press("ArrowDown");
  await page.locator('tr[aria-rowindex="9"].open').waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-row") === "7");
  await settled(page);
  await screenshot(page, "lookup-row-dark-1920x1080");

  // The other way round: a click on a point of the map opens its row.
  await jump(page, position, 18);
  const at = await onPage(page, position);
  await page.mouse.click(at.x, at.y);
  await page.locator('tr[aria-rowindex="8"].open').waitFor();

  // Errors stand in their place, with their reason.
  await page.getByRole("button", { name: /^有误/ }).click();
  assert.equal(await rows(page).count(), 1);
  const wrong = await rows(page).first().innerText();
  assert.match(wrong, /^4\t/);
  await rows(page).first().locator(".place").click();
  assert.ok((await card(page).innerText()).length > 15, "the reason");
  await page.getByRole("button", { name: /^存疑/ }).click();
  await page.click("#theme");
  await page.waitForFunction(() => window.__onemap.map.getStyle()?.name === "light");
  await settled(page);
  await screenshot(page, "lookup-doubtful-light-1920x1080");
  await page.click("#language");
  await page.getByText("Look up", { exact: true }).waitFor();
  await screenshot(page, "lookup-english-light-1920x1080");
  await page.click("#language");

  // The file is what the server writes for the same points, one line a point.
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载 CSV" }).click();
  const file = await (await saving).path();
  const table = (await readFile(file, "utf8"))
    .replace(/^\ufeff/, "")
    .trimEnd()
    .split(/\r?\n/);
  assert.equal(table.length, MANY + 1);
  assert.ok(table[7].includes(truth), "row 7 has its code");
  const geo = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载 GeoJSON" }).click();
  const collection = JSON.parse(await readFile(await (await geo).path(), "utf8"));
  assert.equal(collection.features.length, MANY);
  assert.equal(collection.features[3].geometry, null);
  await close(session);
});

test("a card with all the candidates that it shows fits at 1080p, clear of the map's buttons", slow, async () => {
  const { items } = await get(`/areas?level=${finest.id}&limit=200`);
  const asked = (at, metres) => lookup(at, `&accuracy_m=${metres}&accuracy_kind=w3c`);
  let found = null;
  for (const { label } of items) {
    for (const metres of [60, 200, 600]) {
      const answer = await asked(label, metres);
      if (answer.candidates.length >= 6 && answer.stacked.length === 0) found = { at: label, metres };
      if (found !== null) break;
    }
    if (found !== null) break;
  }
  assert.ok(found !== null, "the demo has a place with six candidates");
  const session = await open(
    browser,
    `/app/lookup?at=${written(found.at)}&accuracy_m=${found.metres}&accuracy_kind=w3c`,
  );
  const { page } = session;
  await card(page).getByTestId("trust").waitFor();
  assert.equal(await card(page).locator(".candidate").count(), 6);
  const [box, controls] = [await card(page).boundingBox(), await page.locator(".controls").boundingBox()];
  assert.ok(box.y + box.height + 8 <= controls.y + 0.5, `the card ends ${controls.y - box.y - box.height} px above`);
  const hidden = await card(page).evaluate((it) => it.scrollHeight - it.clientHeight);
  assert.ok(hidden <= 0, `the card needs ${hidden} px more`);
  await screenshot(page, "lookup-candidates-dark-1920x1080");
  await close(session);
});

test("files are taken as they are: a CSV with Chinese headings, a GeoJSON", slow, async () => {
  const session = await open(browser, "/app/lookup");
  const { page } = session;
  const points = [position, ...scattered(4)];
  const csv = ["名称,经度,纬度", ...points.map((at, index) => `点${index},${gcj(at)}`)].join("\r\n");
  await page.setInputFiles("#file", { name: "点位.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByTestId("chosen").filter({ hasText: "点位.csv" }).waitFor();
  await page.selectOption("#crs", "gcj02");
  await submit(page);
  await finished(page);
  assert.equal(await rows(page).count(), points.length);
  await rows(page).first().locator(".place").click();
  const truth = (await lookup(position)).chain.at(-1).code;
  await card(page).getByTestId("answer-code").waitFor();
  assert.equal(await card(page).getByTestId("answer-code").innerText(), truth);

  const features = points.map((coordinates) => ({
    type: "Feature",
    properties: {},
    geometry: { type: "Point", coordinates },
  }));
  const text = JSON.stringify({ type: "FeatureCollection", features });
  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "points.geojson"));
    for (const name of ["dragover", "drop"])
      document.body.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
  }, text);
  await page.getByTestId("chosen").filter({ hasText: "points.geojson" }).waitFor();
  await page.selectOption("#crs", "EPSG:4326");
  await submit(page);
  await page.waitForFunction(() => document.querySelectorAll("tr[aria-rowindex] td").length > 0);
  await finished(page);
  await rows(page).first().locator(".place").click();
  await card(page).getByTestId("answer-code").waitFor();
  assert.equal(await card(page).getByTestId("answer-code").innerText(), truth);

  // A file that cannot be read as points is refused with a reason.
  await page.setInputFiles("#file", { name: "x.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await submit(page);
  const alert = page.locator(".lookup [role=alert]");
  await alert.waitFor();
  assert.ok((await alert.innerText()).length > 10);
  await close(session, { expected: /status of 4\d\d/ });
});

test("this device is located with its accuracy, and a refusal is told in words", slow, async () => {
  const geolocation = { longitude: position[0], latitude: position[1], accuracy: 30 };
  const session = await open(browser, "/app/command", { geolocation, permissions: ["geolocation"] });
  const { page } = session;
  await page.getByRole("button", { name: "定位" }).first().click();
  await page.waitForURL(/\/app\/lookup/);
  await card(page).getByTestId("trust").waitFor();
  const asked = new URL(page.url()).searchParams;
  assert.deepEqual([asked.get("crs"), asked.get("accuracy_m"), asked.get("accuracy_kind")], ["EPSG:4326", "30", "w3c"]);
  assert.equal(await card(page).getByTestId("answer-code").innerText(), (await lookup(position)).chain.at(-1).code);
  await close(session);

  const denied = await open(browser, "/app/command", { permissions: [] });
  await denied.page.getByRole("button", { name: "定位" }).first().click();
  const alert = denied.page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /位置/);
  await close(denied);
});

test("the lookup screen fits a small screen and a tablet", slow, async () => {
  const session = await open(browser, "/app/lookup", { width: 1280, height: 800 });
  const { page } = session;
  await page.fill("#coordinates", [position, ...scattered(20)].map(written).join("\n"));
  await page.fill("#accuracy", "25");
  await submit(page);
  await finished(page);
  await rows(page).first().locator(".place").click();
  await card(page).getByTestId("trust").waitFor();
  for (const [width, height] of [
    [1280, 800],
    [820, 1180],
  ]) {
    await page.setViewportSize({ width, height });
    await settled(page);
    const [left, right, controls] = await Promise.all(
      [".panel.left", ".panel.card", ".controls"].map((selector) => page.locator(selector).boundingBox()),
    );
    const apart = (a, b) =>
      a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
    assert.ok(apart(left, right) && apart(left, controls) && apart(right, controls), `panels overlap at ${width}`);
    await screenshot(page, `lookup-dark-${width}x${height}`);
  }
  await close(session);
});
