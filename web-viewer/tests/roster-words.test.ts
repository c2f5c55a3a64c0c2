import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Vacancies, Vacancy } from "../src/api/types";
import { chosen, importing, importNow, stage } from "../src/imports/dialog";
import { answer } from "../src/lookup/asked";
import { area } from "../src/resources";
import { list } from "../src/roster/list";
import { term } from "../src/roster/term";
import { splitAt, vacancies } from "../src/roster/vacancies";
import { placeOf } from "../src/roster/where";

const ZONE = "Asia/Shanghai";

describe("a term", () => {
  const of = (from: string | null, to: string | null) => term({ valid_from: from, valid_to: to }, ZONE);

  it("of whole days ends with the last of them", () => {
    expect(of("2027-02-01T00:00:00+08:00", "2027-02-08T00:00:00+08:00")).toBe("2027-02-01 至 2027-02-07");
    expect(of("2027-01-31T16:00:00Z", "2027-02-01T16:00:00Z")).toBe("2027-02-01 至 2027-02-01");
    expect(of(null, "2027-01-01T00:00:00+08:00")).toBe("至 2026-12-31");
    expect(of("2027-02-01T00:00:00+08:00", null)).toBe("2027-02-01 起");
    expect(of(null, null)).toBe("长期");
  });

  it("that begins or ends within a day says when", () => {
    expect(of("2026-11-22T08:00:00+08:00", "2026-11-22T18:00:00+08:00")).toBe("2026-11-22 08:00 至 18:00");
    expect(of("2026-11-22T08:00:00+08:00", "2026-11-23T18:00:00+08:00")).toBe("2026-11-22 08:00 至 2026-11-23 18:00");
    expect(of("2026-11-22T08:00:00+08:00", null)).toBe("2026-11-22 08:00 起");
    expect(of(null, "2026-11-22T10:00:00Z")).toBe("至 2026-11-22 18:00");
  });
});

it("a posting is for a place, for an area, or for one that the edition has not", () => {
  const here = { code: "1", name: "第001网格", level: "grid", kind: null };
  expect([
    placeOf({ area: null, place: 17 }),
    placeOf({ area: here, place: null }),
    placeOf({ area: null, place: null }),
  ]).toEqual(["点位 17", "第001网格", "区域不在本版"]);
});

it("vacancies inside an area are all that the server lists for it, whatever their codes begin with", () => {
  const vacancy = (code: string): Vacancy => ({
    area: { code, name: code, level: "grid", kind: null },
    role: "leader",
    role_name: { zh: "长", en: "leader" },
    check: "G11",
    filled: 0,
    min: 1,
    max: 1,
  });
  const items = [vacancy("shanghai-zh-13"), vacancy("310101")];
  const found = (numberMatched: number, some: Vacancy[]) => ({ items: some, numberMatched }) as Vacancies;
  expect(splitAt("shanghai-zh-13", found(9, items))).toEqual({ own: [items[0]], inside: 8 });
  expect(splitAt("shanghai-zh-13", found(1, items.slice(1)))).toEqual({ own: [], inside: 1 });
});

describe("after an import", () => {
  let asked: string[];
  const from = (path: string) => async () => (await fetch(path)).json();
  beforeEach(async () => {
    asked = [];
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      const report = { outcome: "applied", rows: 1, left_out: 0, people: { added: 1 }, findings: [] };
      return Response.json(path.startsWith("/rosters") ? report : {});
    });
    await Promise.all([
      area.load(from("/areas/1")),
      vacancies.load(from("/vacancies")),
      answer.load(from("/lookup")),
      list.open(from("/postings")),
    ]);
  });
  afterEach(() => vi.unstubAllGlobals());

  it("all that says who answers is read anew", async () => {
    importing.value = "roster";
    chosen.value = new File(["x"], "名册.csv");
    asked.length = 0;
    await importNow(false);
    expect(stage.value.kind).toBe("done");
    expect(asked.slice(1).sort()).toEqual(["/areas/1", "/lookup", "/postings", "/vacancies"]);
  });
});
