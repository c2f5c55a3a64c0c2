/** Imports that write: a roster and a list of places with wrong rows, by keyboard, and what the card shows then. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { close, get, launch, open, PATIENCE_MS, screenshot } from "./support.mjs";

let browser;
/** A post of every grid that one person has, and no other. */
const LEADER = "grid_leader";
const slow = { timeout: 4 * PATIENCE_MS };
const ask = encodeURIComponent;
const card = (page) => page.getByTestId("area-card");
const summary = (page) => page.getByTestId("import-summary");
const findings = (page) => page.getByTestId("import-findings").locator("tbody tr");
/** Another name in every run, so that what an earlier run has left changes nothing. */
const run = Date.now().toString().slice(-6);

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** Marks the page; a page that was loaded again has lost the mark. */
const mark = (page) =>
  page.evaluate(() => {
    window.isSamePage = true;
  });
const isMarked = (page) => page.evaluate(() => window.isSamePage === true);

/** Presses a key until what it goes to is reached; a keyboard goes everywhere. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${selector}`);
}

/** Chooses a file as a keyboard does: the button is reached by Tab and opens the browser's own dialog. */
async function choose(page, file) {
  await tabTo(page, ".file-line button");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(file);
  await page.getByTestId("import-chosen").filter({ hasText: file.name }).waitFor();
}

async function check(page) {
  await tabTo(page, "#import-check");
  await page.keyboard.press("Enter");
  await summary(page).waitFor();
}

/** Row, column, text of each finding, as the dialog lists them. */
async function listed(page) {
  const rows = await findings(page).evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  );
  return rows.map(([severity, row, column, text]) => ({ severity, row, column, text }));
}

/** Fails unless exactly the rows of `expected` have errors, each in its column, with Chinese for what would be right. */
function assertErrors(found, expected) {
  const errors = found.filter(({ severity }) => severity === "必改");
  assert.deepEqual(
    errors.map(({ row, column }) => [row, column]),
    expected,
    JSON.stringify(found),
  );
  for (const { text } of errors) assert.match(text, /应为：.*[\u4e00-\u9fff]/, "Chinese says what would be right");
}

const csv = (name, lines) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`\uFEFF${lines.join("\r\n")}\r\n`) });

test(
  "a roster with wrong rows is refused, then its good rows are applied; the card has the new holders",
  slow,
  async () => {
    const { items: vacancies } = await get("/vacancies?limit=1000");
    const vacancy = vacancies.find(({ role, filled, min }) => role === LEADER && min - filled === 1);
    assert.ok(vacancy, "the demo has a post that wants one");
    const { code } = vacancy.area;
    // Somebody else in post, for whom somebody comes.
    const { items } = await get("/postings?state=current&limit=10000");
    const away = new Set(items.filter(({ stands_in }) => stands_in).map(({ area }) => area?.code));
    const held = items.find(
      ({ area, person, role, order, stands_in, valid_to }) =>
        role === LEADER &&
        area !== null &&
        person !== null &&
        order === "A" &&
        !stands_in &&
        valid_to === null &&
        !away.has(area.code),
    );
    assert.ok(held, "the demo has somebody in post for good");
    const [filler, next] = [`示例补缺${run}`, `示例接任${run}`];

    const session = await open(browser, `/app/command?code=${ask(code)}&roster=current`);
    // The dialog of the browser is waited for from now on: who begins with Enter may be too late.
    session.page.on("filechooser", () => undefined);
    const { page } = session;
    await card(page).getByTestId("vacant").filter({ hasText: vacancy.role_name.zh }).waitFor();
    const lacking = await card(page).getByTestId("vacant").locator("li").count();
    await mark(page);
    // The dialog is reached and left by keyboard.
    await page.getByTestId("roster-total").waitFor();
    await tabTo(page, "#roster-import");
    await page.keyboard.press("Enter");
    await page.getByTestId("import-dialog").waitFor();

    const template = await fetch(new URL("/rosters/template.csv", page.url()));
    const columns = (await template.text())
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)[0]
      .split(",");
    const heading = (chinese) => {
      const found = columns.find((name) => name.startsWith(`${chinese} `));
      assert.ok(found, `the template has a column ${chinese}`);
      return found;
    };
    const line = (cells) => columns.map((column) => cells[column.split(" ")[0]] ?? "").join(",");
    const file = csv("名册.csv", [
      columns.join(","),
      line({ 区域编码: code, 岗位: vacancy.role_name.zh, 姓名: filler, 电话: "000-0000-8801" }),
      line({ 区域编码: code, 岗位: vacancy.role_name.zh, 姓名: "示例甲", 电话: "12" }),
      "",
      line({ 区域编码: "350304999999", 岗位: vacancy.role_name.zh, 姓名: "示例乙" }),
      line({ 区域编码: held.area.code, 岗位: held.role_name.zh, 姓名: next, 电话: "000-0000-8802" }),
      line({ 区域编码: held.area.code, 岗位: held.role_name.zh, 姓名: "示例丙", 起: "2026-13-45" }),
    ]);
    const before = await get("/postings?limit=1");
    await choose(page, file);
    await check(page);
    // Rows 2 and 6 come into posts that are held, one as a vacancy that is known: nobody is sent away in silence.
    const [phone, area, from] = ["电话", "区域编码", "起"].map(heading);
    assertErrors(await listed(page), [
      ["2", from],
      ["3", phone],
      ["5", area],
      ["6", from],
      ["7", from],
    ]);
    await summary(page).filter({ hasText: "未写入任何数据" }).waitFor();
    assert.equal(await page.locator("#import-all").count(), 0, "what is wrong cannot be imported whole");
    await screenshot(page, "import-roster-findings-dark-1920x1080");
    assert.deepEqual(await get("/postings?limit=1"), before, "nothing was written");

    // The hand-over is wanted, after all.
    await tabTo(page, "#import-succeed");
    await page.keyboard.press("Space");
    await check(page);
    assertErrors(await listed(page), [
      ["3", phone],
      ["5", area],
      ["7", from],
    ]);
    await tabTo(page, "#import-rest");
    assert.match(await page.locator("#import-rest").textContent(), /导入其余 2 行，舍弃 3 行/);
    await page.keyboard.press("Enter");
    await summary(page).filter({ hasText: "已导入其余各行" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("import-dialog").waitFor({ state: "hidden" });

    // The card behind the dialog is of now, and the page is still the same.
    await card(page).locator(".posts").getByText(filler).first().waitFor();
    await page.waitForFunction(
      (count) => document.querySelectorAll("[data-testid=area-card] [data-testid=vacant] li").length < count,
      lacking,
    );
    assert.ok(await isMarked(page), "nobody has loaded the page again");
    await screenshot(page, "import-roster-done-dark-1920x1080");
    const { responsible } = await get(`/areas/${ask(held.area.code)}`);
    const names = responsible.filter(({ role }) => role === held.role).map(({ name }) => name);
    assert.ok(names.includes(next) && !names.includes(held.person.name), `${names}`);
    const past = await get(`/postings?state=past&area=${ask(held.area.code)}&role=${held.role}`);
    assert.ok(
      past.items.some(({ person }) => person?.name === held.person.name),
      "whoever was in post is in the history",
    );
    assert.equal(
      (await get(`/postings?q=${ask("示例甲")}&area=${ask(code)}`)).numberMatched,
      0,
      "wrong rows are left out",
    );
    await close(session, { expected: /status of 422/ });
  },
);

test(
  "a list of cameras with wrong rows is refused, then its good rows are applied and counted on the card",
  slow,
  async () => {
    const { items } = await get("/areas?level=community&limit=1");
    const [{ code, label }] = items;
    const counted = async () => {
      const { places } = await get(`/areas/${ask(code)}`);
      return places.find((count) => count.class === "camera")?.count ?? 0;
    };
    const known = await counted();
    const session = await open(browser, `/app/command?code=${ask(code)}&roster=current&theme=light`);
    // The dialog of the browser is waited for from now on: who begins with Enter may be too late.
    session.page.on("filechooser", () => undefined);
    const { page } = session;
    await card(page).getByTestId("area-code").filter({ hasText: code }).waitFor();
    await mark(page);
    await page.getByTestId("roster-total").waitFor();
    await tabTo(page, "#roster-import");
    await page.keyboard.press("Enter");
    const dialog = page.getByTestId("import-dialog");
    await dialog.getByRole("button", { name: "点位", exact: true }).click();

    // Classes are those of the profile, by both of their names.
    const { place_classes: classes } = await get("/profile");
    const options = await page.locator("#import-class option").allTextContents();
    assert.equal(options.length, classes.length + 1);
    for (const { name } of classes) assert.ok(options.includes(`${name.zh} ${name.en}`), `${options}`);
    await page.selectOption("#import-class", "camera");
    const [, template] = await page.getByTestId("import-templates").getByRole("link").all();
    assert.match(await template.getAttribute("href"), /class=camera/);

    const at = `${label[0].toFixed(7)},${label[1].toFixed(7)}`;
    const number = `E2E-${run}`;
    const file = csv("监控.csv", [
      "编号,名称,经度,纬度,视频地址",
      `${number},演示路口${run},${at},https://video.invalid/${number}`,
      "",
      `${number}-b,没有协议,${at},ftp://video.invalid/1`,
      `${number}-c,不是数字,x,${label[1]},`,
      `${number}-d,区外,122.5,25.4,`,
    ]);
    await choose(page, file);
    await check(page);
    // Nobody knows where anything is, as long as the system is not named.
    assertErrors(await listed(page), [["全表", ""]]);
    await page.selectOption("#import-crs", "EPSG:4490");
    await check(page);
    assertErrors(await listed(page), [
      ["4", "视频地址"],
      ["5", "经度"],
      ["6", "坐标"],
    ]);
    await screenshot(page, "import-places-findings-light-1920x1080");
    assert.equal(await counted(), known, "nothing was written");
    await tabTo(page, "#import-rest");
    assert.match(await page.locator("#import-rest").textContent(), /导入其余 1 行，舍弃 3 行/);
    await page.keyboard.press("Enter");
    await summary(page).filter({ hasText: "已导入其余各行" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });

    await card(page)
      .getByTestId("places")
      .locator(".place-counts span")
      .filter({ hasText: `监控 ${known + 1}` })
      .waitFor();
    assert.ok(await isMarked(page), "nobody has loaded the page again");
    const found = await get(`/areas/${ask(code)}/places?class=camera&q=${number}`);
    assert.deepEqual(
      found.items.map(({ properties }) => properties.video_url),
      [`https://video.invalid/${number}`],
    );
    await close(session, { expected: /status of 422/ });
  },
);
