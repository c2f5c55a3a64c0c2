/** Who answers: the roster list, vacancies and the sheet on the card, addresses, and tables that are wrong. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { close, get, launch, open, PATIENCE_MS, screenshot } from "./support.mjs";

let browser;
let profile;
/** Somebody who is in post in an area. */
let posting;

const slow = { timeout: 4 * PATIENCE_MS };
const ask = encodeURIComponent;
const total = (page) => page.getByTestId("roster-total");
const rows = (page) => page.getByTestId("roster-table").locator("tr[aria-rowindex]:has(td)");
const card = (page) => page.getByTestId("area-card");
const answered = (page) => page.getByTestId("answer-card");
const grouped = (count) => count.toLocaleString("en-US");

before(async () => {
  browser = await launch();
  profile = await get("/profile");
  const { items } = await get("/postings?state=current&limit=500");
  posting = items.findLast(({ area, person }) => area !== null && person !== null);
  assert.ok(posting, "the demo has somebody in post");
});

after(async () => {
  await browser?.close();
});

test("the roster is found, narrowed down and gone through; a row opens its area", slow, async () => {
  const session = await open(browser, "/app/command");
  const { page } = session;
  await page.click("#open-roster");
  const all = await get("/postings?state=current&limit=1");
  await total(page)
    .filter({ hasText: grouped(all.numberMatched) })
    .waitFor();
  assert.ok((await rows(page).count()) < 100, "only rows in sight are in the page");
  assert.match(page.url(), /[?&]roster=current/);

  await page.fill("#roster-name", posting.person.name);
  await page.selectOption("#roster-role", posting.role);
  const found = await get(`/postings?state=current&q=${ask(posting.person.name)}&role=${posting.role}&limit=1`);
  await total(page)
    .filter({ hasText: `共 ${grouped(found.numberMatched)} 条` })
    .waitFor();
  const first = rows(page).first();
  assert.ok((await first.textContent()).includes(posting.person.name));
  assert.doesNotMatch(await first.textContent(), /1\d{10}/, "telephones are masked");
  await screenshot(page, "roster-dark-1920x1080");

  await first.getByRole("button").focus();
  await page.keyboard.press("Enter");
  const code = found.items[0].area.code;
  await card(page).getByTestId("area-code").filter({ hasText: code }).waitFor();
  assert.match(page.url(), new RegExp(`code=${code}`));
  // The same list from the link alone.
  const again = await open(browser, page.url());
  await total(again.page)
    .filter({ hasText: `共 ${grouped(found.numberMatched)} 条` })
    .waitFor();
  assert.equal(await again.page.inputValue("#roster-name"), posting.person.name);
  await close(again);

  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "roster-name");
  await page.fill("#roster-name", "没有这个人");
  await page.getByText("没有符合条件的任职").waitFor();
  // The card closes first, then the list; the focus goes back to where the list was opened from.
  await page.keyboard.press("Escape");
  await card(page).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.locator("#open-roster:focus").waitFor();
  await close(session);
});

test("arrows move through the list and pages come as they are wanted", slow, async () => {
  const session = await open(browser, "/app/command?roster=current");
  const { page } = session;
  const { numberMatched } = await get("/postings?state=current&limit=1");
  assert.ok(numberMatched > 450, "the list has several pages");
  let items = [];
  for (let path = "/postings?state=current&limit=10000"; path !== undefined; ) {
    const { items: some, links } = await get(path);
    items = some;
    path = links?.find(({ rel }) => rel === "next")?.href;
  }
  await rows(page).first().getByRole("button").focus();
  await page.keyboard.press("ArrowDown");
  await page.locator('[data-row="0"][aria-current="true"]').waitFor();
  await page.keyboard.press("End");
  const last = page.locator(`[data-row="${numberMatched - 1}"]`);
  await last.waitFor();
  const name = items.at(-1).person?.name ?? items.at(-1).organisation?.name ?? "缺岗";
  await last.filter({ hasText: name }).waitFor();
  await close(session);
});

test("vacancies are listed, within an area, and stand on its card with who stands in and the sheet", slow, async () => {
  const vacant = await get("/vacancies?limit=10000");
  assert.ok(vacant.numberMatched > 0, "the demo has a vacancy");
  const session = await open(browser, "/app/command?roster=vacant");
  const { page } = session;
  await total(page)
    .filter({ hasText: `共 ${grouped(vacant.numberMatched)} 处` })
    .waitFor();
  const [one] = vacant.items;
  await rows(page).first().getByRole("button").click();
  await card(page).getByTestId("area-code").filter({ hasText: one.area.code }).waitFor();
  await card(page).getByTestId("vacant").filter({ hasText: one.role_name.zh }).waitFor();
  await screenshot(page, "vacancies-dark-1920x1080");
  await page.getByRole("button", { name: `只看${one.area.name}`, exact: true }).click();
  const inside = await get(`/vacancies?area=${ask(one.area.code)}&limit=1`);
  await total(page)
    .filter({ hasText: `共 ${grouped(inside.numberMatched)} 处` })
    .waitFor();
  const sheet = card(page).getByTestId("sheet");
  assert.equal(await sheet.getAttribute("target"), "_blank");
  const answer = await fetch(new URL(await sheet.getAttribute("href"), page.url()));
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /text\/html/);
  await close(session);
});

test("who stands in says for whom", slow, async () => {
  const { items } = await get("/postings?state=current&limit=10000");
  const standIn = items.find(({ stands_in, area, person }) => stands_in && area !== null && person !== null);
  assert.ok(standIn, "the demo has somebody who stands in");
  const { responsible } = await get(`/areas/${ask(standIn.area.code)}`);
  const told = responsible.find(({ stands_in_for: away }) => away !== undefined && away !== null);
  assert.ok(told, "the area says who is away");
  const session = await open(browser, `/app/command?code=${ask(standIn.area.code)}&theme=light`);
  await card(session.page).getByText(`代班：替 ${told.stands_in_for}`).first().waitFor();
  await screenshot(session.page, "stand-in-light-1920x1080");
  await close(session);
});

/** An address that is in the data, and the answer to it. */
async function knownAddress() {
  const unit = profile.levels.at(-1);
  const { items } = await get(`/areas?level=${unit.id}&limit=100`);
  for (const { name } of items) {
    const response = await fetch(new URL(`/lookup?address=${ask(name)}`, process.env.ONEMAP_URL));
    if (response.status !== 200) continue;
    const answer = await response.json();
    if (answer.address.candidates.some(({ kind }) => kind !== "area")) return { text: name, answer };
  }
  return assert.fail("the demo has a unit with an address");
}

test("an address is asked for on the lookup screen; candidates can be chosen; the link keeps it", slow, async () => {
  const { text, answer } = await knownAddress();
  const session = await open(browser, "/app/lookup");
  const { page } = session;
  await page.fill("#coordinates", text);
  await page.click("button[type=submit]");
  const code = answer.chain.at(-1).code;
  await answered(page).getByTestId("answer-code").filter({ hasText: code }).waitFor();
  const candidates = page.getByTestId("candidates").getByRole("listitem");
  assert.equal(await candidates.count(), answer.address.candidates.length);
  await candidates.first().locator("[aria-pressed=true]").waitFor();
  await screenshot(page, "address-dark-1920x1080");
  assert.equal(new URL(page.url()).searchParams.get("address"), text);
  const again = await open(browser, page.url());
  await answered(again.page).getByTestId("answer-code").filter({ hasText: code }).waitFor();
  await close(again);

  await page.fill("#coordinates", "没有这样的小区九千九百号楼");
  await page.click("button[type=submit]");
  await page.getByTestId("no-address").waitFor();
  // Coordinates go on as they did.
  const { lon, lat } = answer.position;
  await page.fill("#coordinates", `${lon},${lat}`);
  await page.click("button[type=submit]");
  await answered(page).getByTestId("answer-code").waitFor();
  assert.ok(new URL(page.url()).searchParams.has("at"));
  await close(session);
});

test("the search of the first screen finds addresses beside areas", slow, async () => {
  const { text } = await knownAddress();
  const session = await open(browser, "/app/command?theme=light");
  const { page } = session;
  await page.keyboard.press("/");
  await page.keyboard.type(text);
  await page.getByTestId("address-option").first().waitFor();
  await screenshot(page, "search-address-light-1920x1080");
  await page.getByTestId("address-option").first().click();
  await answered(page).getByTestId("answer-code").waitFor();
  assert.match(page.url(), /\/app\/lookup\?address=/);
  await close(session);
});

test("a wrong table is told row by row, and nothing is written", slow, async () => {
  const before = await get("/postings?limit=1");
  const file = path.join(tmpdir(), `onemap-${process.pid}.csv`);
  const session = await open(browser, "/app/admin");
  const { page } = session;
  await page.click("#import-roster");
  await page.setInputFiles("#import-file", {
    name: "名册.docx",
    mimeType: "application/msword",
    buffer: Buffer.from("x"),
  });
  await page.getByText("名册.docx 不是这里可以导入的文件").waitFor();
  assert.ok(await page.locator("#import-check").isDisabled());

  const href = await page.getByTestId("import-templates").getByText("CSV").getAttribute("href");
  const template = await fetch(new URL(href, page.url()));
  assert.equal(template.status, 200);
  const [head] = (await template.text()).replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = head.split(",");
  const wrong = columns.map((name) => (/电话|phone/i.test(name) ? "12" : "没有这个"));
  await writeFile(file, `${head}\n${wrong.join(",")}\n`);
  await page.setInputFiles("#import-file", file);
  await page.click("#import-check");
  const findings = page.getByTestId("import-findings").locator("tbody tr");
  await findings.first().waitFor();
  const texts = await findings.allTextContents();
  assert.ok(texts.some((text) => text.includes("必改")));
  const inColumns = await page.getByTestId("import-findings").locator("tbody td:nth-child(3)").allTextContents();
  assert.ok(
    inColumns.some((name) => columns.includes(name)),
    `findings name a column: ${inColumns}`,
  );
  assert.equal(await page.locator("#import-all").count(), 0, "what is wrong cannot be imported whole");
  await screenshot(page, "import-findings-dark-1920x1080");
  assert.deepEqual((await get("/postings?limit=1")).revision, before.revision, "nothing was written");
  await page.keyboard.press("Escape");
  await page.getByTestId("import-dialog").waitFor({ state: "hidden" });
  await close(session, { expected: /status of 422/ });
});
