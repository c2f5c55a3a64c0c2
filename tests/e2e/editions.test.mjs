/** Looking at another edition: by a time or a number in the address, from the list at the foot, and back to now. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, drawn, get, jump, launch, onPage, open, PATIENCE_MS, screenshot, settled } from "./support.mjs";

const slow = { timeout: 8 * PATIENCE_MS };
const DAY_MS = 86_400_000;
let browser;
let first;
let current;
/** A grid of the first edition that is no more, and how the level is called. */
let old;
/** A day on which the first edition was in force. */
let day;

before(async () => {
  browser = await launch();
  const { items } = await get("/editions?limit=10000");
  first = items[0];
  current = items.findLast((edition) => edition.state === "in_force");
  assert.ok(first.number < current.number, "the demo has a past");
  day = new Date(Date.parse(first.effective_from) + 2 * DAY_MS).toISOString().slice(0, 10);
  const codes = async (edition) =>
    (await get(`/areas?level=grid&limit=10000&edition=${edition}`)).items.map((item) => [item.code, item]);
  const [then, now] = [new Map(await codes(first.number)), new Map(await codes(current.number))];
  old = [...then.values()].find(({ code }) => !now.has(code));
  assert.ok(old, "a grid of the first edition is no more");
});

after(async () => {
  await browser?.close();
});

const banner = (page) => page.getByTestId("edition-banner");

/** The paths of the tiles of areas that the page asks for from now on. */
function tilesOf(page) {
  const paths = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (/\/tiles\/areas\/\d/.test(pathname)) paths.push(pathname);
  });
  return paths;
}

/** The zoom at which grids are filled and may be clicked on. */
async function gridZoom() {
  const { levels } = await get("/profile");
  return levels.find(({ id }) => id === "grid").min_zoom + 1;
}

test(
  "a day in the address shows the edition of that day: map, list, card, look-up; and there is a way back",
  slow,
  async () => {
    const session = await open(browser, `/app/command?as_of=${day}`);
    const { page } = session;
    const text = await banner(page).innerText();
    for (const part of [`正在查看第 ${first.number} 版`, day, `第 ${current.number} 版`, "返回现行版"])
      assert.ok(text.includes(part), `${part} in ${text}`);
    const tiles = tilesOf(page);
    await jump(page, old.label, await gridZoom());
    assert.ok(tiles.length > 0);
    for (const path of tiles) assert.ok(path.startsWith(`/editions/${first.number}/`), path);
    assert.ok((await drawn(page, "grid-fill")).has(old.code), "the map draws what was there then");
    const { numberMatched } = await get(`/areas?level=grid&limit=1&edition=${first.number}`);
    await page.locator(".legend li").getByText(numberMatched.toLocaleString("en"), { exact: true }).waitFor();

    await page.fill("#search", old.code);
    await page.locator("#result-0").getByText(old.code).waitFor();
    await page.press("#search", "Enter");
    await page.getByTestId("area-code").getByText(old.code, { exact: true }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("as_of"), day, "the day stays in the address");
    await settled(page);
    await screenshot(page, "edition-past-1920x1080");

    await page.getByRole("navigation").getByText("归属查询").click();
    await jump(page, old.label, 17);
    const { x, y } = await onPage(page, old.label);
    await page.mouse.click(x, y);
    const cite = page.getByTestId("cite");
    await cite.waitFor();
    assert.ok((await cite.innerText()).includes(`第 ${first.number} 版`));
    assert.ok((await page.getByTestId("answer-code").innerText()).startsWith(old.code));

    tiles.length = 0;
    await page.getByTestId("to-now").click();
    await banner(page).waitFor({ state: "detached" });
    await cite.getByText(`第 ${current.number} 版`).waitFor();
    await settled(page);
    assert.equal(new URL(page.url()).searchParams.get("as_of"), null);
    assert.ok(tiles.length > 0, "the tiles of now are fetched");
    for (const path of tiles) assert.ok(path.startsWith("/tiles/"), path);
    assert.ok(!(await drawn(page, "grid-fill")).has(old.code), "what was there then is gone");
    // The browser's own way back leads there again.
    await page.goBack();
    await banner(page).getByText(`正在查看第 ${first.number} 版`).waitFor();
    // The selected grid is no more now, and the card says so.
    await close(session, { expected: /status of 410/ });
  },
);

test("the list at the foot has all editions with their times, and leads to each", slow, async () => {
  const session = await open(browser, "/app/command?theme=light", { width: 1366, height: 768 });
  const { page } = session;
  assert.equal(await banner(page).count(), 0, "nothing is said of the edition in force");
  await page.getByTestId("time-control").click();
  const rows = page.locator(".edition-row");
  await rows.first().waitFor();
  const { numberMatched } = await get("/editions?limit=1");
  assert.equal(await rows.count(), numberMatched);
  assert.ok((await rows.last().innerText()).includes(`第 ${first.number} 版`));
  assert.ok((await page.locator(".time-list .state.ok").innerText()).includes("现行"));
  await screenshot(page, "edition-list-light-1366x768");
  await rows.last().click();
  await banner(page).getByText(`正在查看第 ${first.number} 版`).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("edition"), String(first.number));
  await page.fill("#as-of", day);
  await page.locator(".day-form button").click();
  await banner(page).getByText(`按 ${day}T23:59:59+08:00 查看`).waitFor();
  await page.keyboard.press("Escape");
  await page.reload();
  await settled(page);
  await banner(page).getByText(`正在查看第 ${first.number} 版`).waitFor();
  await screenshot(page, "edition-past-light-1366x768");
  await close(session);
});

for (const [address, said] of [
  ["as_of=yesterday", "时点写成日期，如 2024-03-01"],
  ["as_of=1949-10-01", "当时还没有版本"],
  ["edition=987654", "没有第 987654 版"],
  ["edition=-1", "没有版本“-1”可看"],
]) {
  test(`${address} is told, and the edition in force is shown`, slow, async () => {
    const session = await open(browser, `/app/command?${address}`, { width: 1366, height: 768 });
    const { page } = session;
    const text = await banner(page).innerText();
    for (const part of [said, `现在显示的是现行的第 ${current.number} 版`]) assert.ok(text.includes(part), text);
    assert.equal(await banner(page).getAttribute("role"), "alert");
    await page.locator(".panel.left .row").first().waitFor();
    if (address.startsWith("as_of=y")) await screenshot(page, "edition-none-1366x768");
    await page.getByTestId("to-now").click();
    await banner(page).waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).search, "");
    await close(session, { expected: /status of 40[04]/ });
  });
}
