/** Browser, server and map, as the tests need them. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const { chromium } = createRequire(path.join(ROOT, "web-viewer/package.json"))("playwright-core");

/** The server under test, with the demo district loaded. */
export const BASE = process.env.ONEMAP_URL ?? "http://127.0.0.1:8080";
const CHROMIUM = process.env.ONEMAP_CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = process.env.ONEMAP_SCREENSHOTS ?? path.join(ROOT, "target/screenshots");
/** Software rendering on a shared machine is slow; nothing waits longer than it must. */
export const PATIENCE_MS = 60_000;

const FLAGS = [
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // A request to anywhere else fails at once, and is counted all the same.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

export async function launch() {
  assert.ok(
    existsSync(CHROMIUM),
    `${CHROMIUM} is missing: apt-get install --no-install-recommends chromium fonts-noto-cjk`,
  );
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** One JSON answer of the server. */
export async function get(where) {
  const response = await fetch(new URL(where, BASE));
  assert.equal(response.status, 200, `GET ${where}`);
  return response.json();
}

/** A wire to the server that can be cut and mended: connections that stand break, new ones are refused. */
export async function wire() {
  const { hostname, port } = new URL(BASE);
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  // Whatever becomes of the test, its process ends.
  server.unref();
  const listen = (own) => new Promise((resolve) => server.listen(own, "127.0.0.1", resolve));
  await listen(0);
  const own = server.address().port;
  const cut = () =>
    new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    });
  return { base: `http://127.0.0.1:${own}`, cut, mend: () => listen(own) };
}

/** A page that remembers everything that must not happen. */
export async function open(browser, where, { width = 1920, height = 1080, base = BASE, ...more } = {}) {
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, reducedMotion: "reduce", baseURL: base, ...more });
  await context.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const trouble = { foreign: [], console: [], hosts: new Set(), own: new URL(base).host };
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "data:" || url.protocol === "blob:") return;
    trouble.hosts.add(url.host);
    if (url.host !== trouble.own) trouble.foreign.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") trouble.console.push(message.text());
  });
  page.on("pageerror", (error) => trouble.console.push(String(error)));
  const response = await page.goto(where);
  await settled(page);
  return { page, context, trouble, response };
}

/** Closes the page after asserting that nothing foreign, forbidden or broken has happened on it. */
export async function close({ page, context, trouble }, { expected = /^$/ } = {}) {
  const violations = await page.evaluate(() => window.violations);
  await context.close();
  assert.deepEqual(trouble.foreign, [], "requests to foreign hosts");
  assert.ok(trouble.hosts.has(trouble.own), "requests are being watched");
  assert.deepEqual(violations, [], "violations of the content security policy");
  assert.deepEqual(
    trouble.console.filter((text) => !expected.test(text)),
    [],
    "console errors and warnings",
  );
}

/** Waits until the map stands still and has drawn every tile it asked for. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const map = window.__onemap?.map;
    return map?.loaded() === true && map.areTilesLoaded() && !map.isMoving();
  });
  // One frame more, so that labels that were just placed are on the screen.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const { map } = window.__onemap;
        map.once("render", () => requestAnimationFrame(resolve));
        map.triggerRepaint();
      }),
  );
}

export async function jump(page, center, zoom) {
  await page.evaluate(({ center, zoom }) => window.__onemap.map.jumpTo({ center, zoom }), { center, zoom });
  await settled(page);
}

/** The attribute `name` of what a layer has drawn, each once: features cut at tile edges are reported repeatedly. */
export async function drawn(page, layer, name = "code") {
  const values = await page.evaluate(
    ({ layer, name }) =>
      window.__onemap.map.queryRenderedFeatures({ layers: [layer] }).map((feature) => feature.properties[name]),
    { layer, name },
  );
  return new Set(values);
}

/** Pastes a text into the element, as the clipboard would. */
export async function paste(page, selector, text) {
  await page.evaluate(
    ({ selector, text }) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      document.querySelector(selector).dispatchEvent(event);
    },
    { selector, text },
  );
}

/** Numbers in [0, 1) that are the same in every run. */
export function* random(seed) {
  let state = seed;
  for (;;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

/** Where a position is on the page, in CSS pixels. */
export async function onPage(page, position) {
  return page.evaluate((position) => {
    const { map } = window.__onemap;
    const { x, y } = map.project(position);
    const box = map.getCanvas().getBoundingClientRect();
    return { x: box.left + x, y: box.top + y };
  }, position);
}

export async function screenshot(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
}

const KRASOVSKY_A_M = 6_378_245;
const KRASOVSKY_E2 = 0.006_693_421_622_965_943;

/** WGS 84 to GCJ-02, written here once more so that the server's own is not its judge. */
export function toGcj02([lon, lat]) {
  const [x, y] = [lon - 105, lat - 35];
  const { PI, sin, cos, sqrt, abs } = Math;
  const common = (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * (2 / 3);
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    common +
    (20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * (2 / 3) +
    (160 * sin((y / 12) * PI) + 320 * sin((y / 30) * PI)) * (2 / 3);
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    common +
    (20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * (2 / 3) +
    (150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * (2 / 3);
  const phi = (lat / 180) * PI;
  const magic = 1 - KRASOVSKY_E2 * sin(phi) ** 2;
  const perLat = ((KRASOVSKY_A_M * (1 - KRASOVSKY_E2)) / (magic * sqrt(magic))) * (PI / 180);
  const perLon = (KRASOVSKY_A_M / sqrt(magic)) * cos(phi) * (PI / 180);
  return [lon + east / perLon, lat + north / perLat];
}
