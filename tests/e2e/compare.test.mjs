/** Two editions side by side: from the list at the foot or by an address, its counts, filters, rows, files and troubles. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { close, get, launch, open, PATIENCE_MS, screenshot, settled } from "./support.mjs";

const slow = { timeout: 8 * PATIENCE_MS };
const SORTS = ["created", "retired", "split", "merged", "reshaped", "recoded", "renamed", "updated"];
const WORDS = ["新设", "撤销", "拆分", "合并", "边界调整", "换码", "更名", "属性变更"];
let browser;
/** The first two editions, between which the demo divides grids. */
let pair;
let diff;

before(async () => {
  browser = await launch();
  const { items } = await get("/editions?limit=10000");
  assert.ok(items.length >= 2, "the demo has a past");
  pair = `${items[0].number}..${items[1].number}`;
  diff = await get(`/editions/${items[0].number}/diff/${items[1].number}?limit=10000`);
  assert.equal(diff.items.length, diff.numberMatched, "the whole difference fits a page");
});

after(async () => {
  await browser?.close();
});

const panel = (page) => page.getByTestId("compare-panel");
const rowAt = (page, at) => page.getByTestId("compare-table").locator(`[data-row="${at}"]`);
const members = (page) => new URL(page.url()).searchParams;
const written = (count) => count.toLocaleString("en");
const isSplit = (item) => item.change === "split" && item.level === "grid";

/** Waits until the map has drawn something in a layer, and shows the middle of `bbox`. */
async function shows(page, layer, [west, south, east, north]) {
  await page.waitForFunction(
    ({ layer, middle }) => {
      const { map } = window.__onemap;
      return map.getBounds().contains(middle) && map.queryRenderedFeatures({ layers: [layer] }).length > 0;
    },
    { layer, middle: [(west + east) / 2, (south + north) / 2] },
  );
}

test("opens from the list of editions, counts, filters, and shows on the map what a row is about", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  await page.getByTestId("time-control").click();
  await page.getByTestId("compare-editions").click();
  await panel(page).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "compare-before");
  const { edition } = await get("/profile");
  assert.equal(
    members(page).get("compare"),
    `${edition.number - 1}..${edition.number}`,
    "the shown one and the one before",
  );
  await page.selectOption("#compare-before", String(diff.before));
  await page.selectOption("#compare-after", String(diff.after));
  await page
    .getByTestId("compare-total")
    .getByText(`共 ${written(diff.numberMatched)} 处变更`)
    .waitFor();
  assert.equal(members(page).get("compare"), pair);

  // Every sort with its numbers by level, as the server has them; and those that there are none of by name.
  const rows = await page.getByTestId("compare-counts").locator("tbody tr").allInnerTexts();
  const numbers = new Map(rows.map((text) => text.trim().split(/\s+/)).map(([word, ...cells]) => [word, cells]));
  for (const [index, sort] of SORTS.entries()) {
    const counts = diff.counts.map((level) => level[sort]);
    const sum = counts.reduce((all, count) => all + count, 0);
    const word = WORDS[index];
    if (sum > 0) assert.deepEqual(numbers.get(word), [...counts, sum].map(written), word);
    else
      assert.ok((await panel(page).innerText()).includes(word) && !numbers.has(word), `${word} is said to be absent`);
  }
  await settled(page);
  await screenshot(page, "compare-1920x1080");

  const splits = diff.items.filter(isSplit);
  assert.ok(splits.length > 1, "the demo splits grids");
  await page
    .getByTestId("compare-counts")
    .getByRole("button", { name: /^拆分 网格/ })
    .click();
  await page.getByTestId("compare-filter").getByText(`${splits.length} 处`).waitFor();
  assert.equal(await page.getByTestId("compare-table").getAttribute("aria-rowcount"), String(splits.length + 1));
  assert.deepEqual([members(page).get("change"), members(page).get("level")], ["split", "grid"]);

  const [first, second] = splits;
  await rowAt(page, 0).click();
  await page.getByTestId("area-code").getByText(first.before.code, { exact: true }).waitFor();
  const { area } = await get(`/areas/${first.before.code}?edition=${diff.before}`);
  await shows(page, "selection", area.bbox);
  // What became of it is drawn over it.
  await shows(page, "outlines", area.bbox);
  assert.equal(await rowAt(page, 0).getAttribute("aria-current"), "true");
  const lineage = page.getByTestId("lineage").locator("tbody tr");
  assert.equal(await lineage.count(), first.lineage.length);
  const largest = await lineage.first().innerText();
  const share = `${(first.lineage[0].share_before * 100).toFixed(1)} %`;
  for (const part of [first.lineage[0].after, share, written(first.lineage[0].households)])
    assert.ok(largest.includes(part), `${part} in ${largest}`);
  assert.equal(members(page).get("edition"), String(diff.before), "the page is of the edition that has the area");
  await settled(page);
  await screenshot(page, "compare-split-1920x1080");

  // The keys go on to the next row, and the address leads a colleague to the same.
  await rowAt(page, 0).focus();
  await page.keyboard.press("ArrowDown");
  await page.getByTestId("area-code").getByText(second.before.code, { exact: true }).waitFor();
  await page.goto(page.url());
  await settled(page);
  await page.getByTestId("area-code").getByText(second.before.code, { exact: true }).waitFor();
  await page.getByTestId("compare-filter").getByText(`${splits.length} 处`).waitFor();

  // An heir of it is seen in the edition after.
  await rowAt(page, 1).click();
  const heir = second.lineage[0].after;
  await page.getByTestId("lineage").getByRole("button", { name: heir }).click();
  await page.getByTestId("area-code").getByText(heir, { exact: true }).waitFor();
  await close(session);
});

test("a long list is fetched as far as it is seen, to its very end", slow, async () => {
  const session = await open(browser, `/app/command?compare=${pair}&theme=light`, { width: 1366, height: 768 });
  const { page } = session;
  await rowAt(page, 0).waitFor();
  assert.ok((await page.getByTestId("compare-table").locator("tbody tr").count()) < 60, "only rows in sight are drawn");
  await rowAt(page, 0).focus();
  await page.keyboard.press("End");
  const last = diff.items.at(-1);
  await page
    .getByTestId("area-code")
    .getByText((last.after ?? last.before).code, { exact: true })
    .waitFor();
  await page.waitForFunction((at) => document.activeElement?.dataset.row === at, String(diff.items.length - 1));
  await settled(page);
  await screenshot(page, "compare-light-1366x768");
  const seen = await rowAt(page, diff.items.length - 1).boundingBox();
  const box = await page.locator(".rows-box").boundingBox();
  assert.ok(seen.y >= box.y && seen.y + seen.height <= box.y + box.height, "what was opened stays in sight");

  // Escape leaves first the area, then the comparison.
  await page.keyboard.press("Escape");
  await page.getByTestId("area-card").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "detached" });
  assert.equal(members(page).get("compare"), null);
  await page.goBack();
  await panel(page).waitFor();
  await close(session);
});

test("the table of old and new codes is there as CSV and XLSX", slow, async () => {
  const session = await open(browser, `/app/command?compare=${pair}`, { acceptDownloads: true });
  const { page } = session;
  for (const [name, begins] of [
    ["CSV", "\uFEFF层级"],
    ["XLSX", "PK"],
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel(page).getByRole("link", { name }).click(),
    ]);
    assert.ok(download.suggestedFilename().endsWith(`.${name.toLowerCase()}`), download.suggestedFilename());
    assert.ok((await readFile(await download.path(), "utf8")).startsWith(begins), name);
  }
  await close(session);
});

test("what an address names wrongly is told, and the way on is there", slow, async () => {
  const session = await open(browser, "/app/command?compare=neu..alt", { width: 1366, height: 768 });
  const { page } = session;
  const bad = page.getByTestId("bad-pair");
  assert.equal(await bad.getAttribute("role"), "alert");
  assert.ok((await bad.innerText()).includes("“neu..alt”不是两个版本"));
  await bad.getByRole("button").click();
  await page.getByTestId("compare-total").waitFor();

  await page.goto("/app/command?compare=1..987654");
  await panel(page).getByRole("alert").getByText("没有第 987654 版").waitFor();
  assert.equal(await page.locator("#compare-after").inputValue(), "987654");

  await page.goto(`/app/command?compare=${diff.after}..${diff.after}`);
  await panel(page).getByText("没有差别").waitFor();

  await page.goto(`/app/command?compare=${pair}&change=constructor&level=galaxy`);
  await panel(page).getByText("没有这样的变更").waitFor();
  await panel(page).getByRole("button", { name: "清除筛选" }).click();
  await rowAt(page, 0).waitFor();
  assert.deepEqual([members(page).get("change"), members(page).get("level")], [null, null]);
  await close(session, { expected: /status of 404/ });
});

test("a server that is away is told, and asked again", slow, async () => {
  const session = await open(browser, "/app/command", { width: 1366, height: 768 });
  const { page } = session;
  await page.route("**/editions/*/diff/*", (route) => route.abort());
  await page.getByTestId("time-control").click();
  await page.getByTestId("compare-editions").click();
  const alert = panel(page).getByRole("alert");
  await alert.getByText("连接不上服务器").waitFor();
  await page.unroute("**/editions/*/diff/*");
  await alert.getByRole("button", { name: "重试" }).click();
  await page.getByTestId("compare-total").or(panel(page).getByText("没有差别")).first().waitFor();
  await close(session, { expected: /ERR_FAILED/ });
});
