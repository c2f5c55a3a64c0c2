import { describe, expect, it } from "vitest";
import type { AddressCandidate } from "../src/api/types";
import { importPath, KINDS, typeOf } from "../src/imports/kinds";
import { hasErrors, inOrder, reportOf } from "../src/imports/report";
import { partsOf } from "../src/lookup/candidates";
import { isAddress, readText } from "../src/lookup/input";
import { addressQuestion } from "../src/lookup/question";
import { stateAt } from "../src/state";
import { formatAddress, parseAddress } from "../src/url-state";

const at = (path: string) => new URL(path, "http://127.0.0.1:8080");
const here = (path: string) => formatAddress(stateAt(at(path), null, null));

describe("the roster in the address", () => {
  it("comes back as it was", () => {
    const path = "/app/command?code=3503&roster=vacant&name=wm&role=grid_leader&in=350304001";
    expect(parseAddress(at(path)).roster).toEqual({
      tab: "vacant",
      text: "wm",
      role: "grid_leader",
      area: "350304001",
    });
    expect(here(path)).toBe(path);
  });

  it.each(["/app/command?roster=nobody", "/app/lookup?roster=current", "/app/command?compare=1..2&roster=current"])(
    "is none in %s",
    (path) => {
      expect(parseAddress(at(path)).roster).toBeNull();
    },
  );
});

describe("an address that is asked for", () => {
  it.each(["凤凰城小区20号楼2梯107室", "fhc 20", "荔城大道 88 号"])("%s is one", (text) => {
    expect(isAddress(text)).toBe(true);
    expect(readText(text)).toEqual({ kind: "address", text });
  });

  it.each(["119.01,25.44", "119.01 25.44"])("%s is a position as before", (text) => {
    expect(readText(text).kind).toBe("point");
  });

  it.each(["119.01", "12,", "楼".repeat(201)])("%s is neither", (text) => {
    expect(readText(text).kind).toBe("unreadable");
  });

  it("stays in the link, with the edition of a citation", () => {
    const path = "/app/lookup?address=%E8%8D%94%E5%9F%8E&edition=3";
    expect(parseAddress(at(path)).ask).toEqual({ ...addressQuestion("荔城"), edition: 3 });
    expect(here(path)).toBe(path);
  });

  const candidate = (lon: number, how = "exact"): AddressCandidate => ({
    text: "竹华花园1号楼",
    score: 1,
    kind: "building",
    position: { lon, lat: 25 },
    code: null,
    stacked: [],
    matched: [{ part: "building", said: "1号楼", found: "1", how }],
    missing: [{ part: "room", said: "107室" }],
  });
  it("tells what was matched, and how it was read", () => {
    expect(partsOf(candidate(119))).toEqual({ found: ["1号楼"], missing: ["107室"] });
    expect(partsOf(candidate(119, "similar")).found).toEqual(["1号楼→1"]);
  });
});

describe("an import", () => {
  const finding = (severity: string, record: number | null) => ({
    severity,
    record,
    field: "电话",
    text: { zh: "不是电话", en: "is no phone" },
    allowed: "11 digits",
    allowed_zh: "11 位数字",
  });

  it("is read whichever kind of table it was", () => {
    const roster = {
      outcome: "checked",
      rows: 5,
      left_out: 2,
      people: { added: 3, unchanged: 1 },
      postings: { ended: 1 },
    };
    expect(reportOf({ ...roster, findings: [] })).toMatchObject({ rows: 5, leftOut: 2, changes: 4 });
    const places = { outcome: "applied", records: 9, created: 4, changed: 1, removed: 2, left_out: 0, findings: [] };
    expect(reportOf(places)).toMatchObject({ outcome: "applied", rows: 9, leftOut: 0, changes: 7 });
    const values = { outcome: "recorded", values: 7, recorded: 6, refused: 1, findings: [] };
    expect(reportOf(values)).toMatchObject({ rows: 7, leftOut: 1, changes: 6 });
  });

  it("that was refused counts the rows that are wrong, and a problem without findings is none", () => {
    const report = reportOf({
      status: 422,
      rows: 9,
      findings: [finding("error", 2), finding("error", 2), finding("info", 3)],
    });
    expect(report).toMatchObject({ outcome: "rejected", leftOut: 1 });
    expect(report !== null && hasErrors(report)).toBe(true);
    for (const body of [null, "text", { status: 503 }, { findings: "x" }]) expect(reportOf(body)).toBeNull();
  });

  it("lists what must be mended first", () => {
    const given = reportOf({
      findings: [finding("info", 1), finding("error", 9), finding("warning", 4), finding("error", 2)],
    });
    expect(inOrder(given?.findings ?? []).map(({ row }) => row)).toEqual([2, 9, 4, 1]);
  });

  it("says what would be right in both languages, and in English where a server has no other", () => {
    const other = { ...finding("error", 3), allowed_zh: undefined };
    expect(reportOf({ findings: [finding("error", 2), other] })?.findings.map(({ allowed }) => allowed)).toEqual([
      { zh: "11 位数字", en: "11 digits" },
      { zh: "11 digits", en: "11 digits" },
    ]);
  });

  it("goes where its kind goes, and says no more than it must", () => {
    const check = { dryRun: true, partial: false };
    expect(importPath(KINDS.roster, {}, check)).toBe("/rosters/imports?dry_run=true");
    const values = { author: " 李 ", succeed: true, class: "of another kind" };
    expect(importPath(KINDS.roster, values, { dryRun: false, partial: true })).toBe(
      "/rosters/imports?author=%E6%9D%8E&succeed=true&partial=true",
    );
    expect(importPath(KINDS.places, { class: "camera", crs: "gcj02" }, check)).toBe(
      "/places/imports?class=camera&crs=gcj02&dry_run=true",
    );
    expect(importPath(KINDS.places, { class: "", crs: "" }, check)).toBe("/places/imports?dry_run=true");
  });

  it("takes files by their endings, and offers a template once it is known which", () => {
    expect(typeOf(KINDS.roster, "名册.CSV")).toBe("text/csv");
    expect(typeOf(KINDS.roster, "名册.docx")).toBeNull();
    expect(typeOf(KINDS.places, "cameras.gpkg")).toBe("application/geopackage+sqlite3");
    expect(KINDS.indicators.templates({}, "grid")).toEqual([]);
    expect(KINDS.indicators.templates({ period: "2026Q3" }, "grid")[1]?.href).toBe(
      "/indicators/template?period=2026Q3&level=grid&format=csv",
    );
  });
});
