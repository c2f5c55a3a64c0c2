import { describe, expect, it } from "vitest";
import type { AreaRef, Responsible } from "../src/api/types";
import { channelName, pageOf } from "../src/channels";
import { distance, wind } from "../src/format";
import { joinPosts, placeName } from "../src/posts";
import { tellApart } from "../src/tell-apart";

const grid = (code: string, name: string): AreaRef => ({ code, name, level: "grid", kind: null });

describe("areas of one name", () => {
  const neighbours = [
    grid("350304001001002", "第002网格"),
    grid("350304001002002", "第002网格"),
    grid("350304001202002", "第002网格"),
    grid("350304001007005", "第005网格"),
  ];

  it("get the end of their code from the level on where they differ; others get nothing", () => {
    expect([...tellApart(neighbours, null, [6, 9, 12])]).toEqual([
      ["350304001001002", "001002"],
      ["350304001002002", "002002"],
      ["350304001202002", "202002"],
    ]);
  });

  it("are told from the area itself as well", () => {
    const self = grid("350304001001005", "第005网格");
    expect(tellApart(neighbours, self, [6, 9, 12]).get("350304001007005")).toBe("007005");
  });

  it("get the whole code where no level is common, and once listed twice are still one", () => {
    const counties = [grid("01001", "Autauga"), grid("13001", "Autauga")];
    expect([...tellApart(counties, null, [2]).values()]).toEqual(["01001", "13001"]);
    expect(tellApart([grid("1", "a"), grid("1", "a")], null, []).size).toBe(0);
  });
});

describe("people", () => {
  const post = (area: string, name: string): Responsible => ({
    role: "unit_leader",
    role_name: { zh: "单元长", en: "unit leader" },
    order: "A",
    name,
    phone: "000********01",
    organisation: null,
    area,
  });

  it("are listed once, with every area they answer for, in the server's order", () => {
    const joined = joinPosts([post("1", "甲"), post("2", "乙"), post("3", "甲")]);
    expect(joined.map(({ name, areas }) => [name, areas])).toEqual([
      ["甲", ["1", "3"]],
      ["乙", ["2"]],
    ]);
  });

  it("stay apart when anything but the area differs", () => {
    expect(joinPosts([post("1", "甲"), { ...post("1", "甲"), order: "B" }])).toHaveLength(2);
  });
});

describe("a post of a place", () => {
  const leader = (id: number, name: string): Responsible => ({
    ...{ role: "building_leader", role_name: { zh: "楼栋长", en: "building leader" }, order: "A", name: "甲" },
    ...{ phone: null, organisation: null, area: "1", place: { id, class: "building", name } },
  });

  it("stays apart from those of other places in the same area", () => {
    expect(joinPosts([leader(17, "1号楼"), leader(18, "2号楼")])).toHaveLength(2);
  });

  it("is told by the name of the place, or by its number", () => {
    const area = { ...leader(1, ""), place: null };
    expect([leader(17, "1号楼"), leader(18, ""), area].map(placeName)).toEqual(["1号楼", "点位 18", null]);
  });
});

describe("a channel", () => {
  it("is opened only when it is a page", () => {
    expect(pageOf("https://work.example/g?id=1")).toBe("https://work.example/g?id=1");
    expect(pageOf("HTTP://work.example")).toBe("http://work.example/");
    for (const link of [null, "", "weixin://dl/chat", "javascript:alert(1)", " https://x", "tel:110", "https://", "/x"])
      expect(pageOf(link)).toBeNull();
  });

  it("is called as people call it, or as the district wrote it", () => {
    expect(["wechat", "radio", "喇叭", "toString"].map(channelName)).toEqual(["微信群", "对讲机", "喇叭", "toString"]);
  });
});

describe("directions and short distances", () => {
  it("are words for eight winds, whatever the turn", () => {
    expect([0, 22, 23, 90, 225, 337, 338, 360, -90].map(wind)).toEqual([0, 0, 1, 2, 5, 7, 0, 0, 6]);
  });

  it("keep centimetres where they are all there is", () => {
    expect([distance(0.05), distance(0), distance(1)]).toEqual(["0.05\u00a0m", "0\u00a0m", "1.0\u00a0m"]);
  });
});
