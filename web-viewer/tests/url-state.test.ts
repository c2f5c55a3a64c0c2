import { describe, expect, it } from "vitest";
import { tileUrl } from "../src/editions";
import { isStep, stateAt } from "../src/state";
import { type Address, formatAddress, parseAddress } from "../src/url-state";

const at = (path: string) => new URL(path, "http://127.0.0.1:8080");
const nothing: Address = {
  screen: "command",
  when: null,
  view: null,
  selected: null,
  ask: null,
  compare: null,
  roster: null,
  hidden: [],
  locale: null,
  theme: null,
};

describe("address", () => {
  it("carries screen, selection, language, theme and view", () => {
    const address: Address = {
      screen: "lookup",
      when: null,
      view: { center: [119.01234, 25.44321], zoom: 14.25 },
      selected: "350304001",
      ask: null,
      compare: null,
      roster: null,
      hidden: ["unit", "places"],
      locale: "en",
      theme: "light",
    };
    const text = "/app/lookup?code=350304001&hide=unit,places&lang=en&theme=light#14.25/25.44321/119.01234";
    expect(formatAddress(address)).toBe(text);
    expect(parseAddress(at(text))).toEqual(address);
  });

  it("leaves defaults out", () => {
    expect(formatAddress({ ...nothing, locale: "zh", theme: "dark" })).toBe("/app/command");
  });

  it.each(["#", "#14/25", "#14/25/119/1", "#x/25/119", "#14/91/119", "#14/25/181", "#-1/25/119", "#99/25/119", "#//"])(
    "takes no view from %s",
    (hash) => {
      expect(parseAddress(at(`/app/command${hash}`)).view).toBeNull();
    },
  );

  it("opens the first screen for unknown ones and drops unknown words", () => {
    expect(parseAddress(at("/app/constructor?lang=fr&theme=pink&code="))).toEqual(nothing);
  });

  it("keeps codes of any characters", () => {
    const selected = "ZH31/0101 &1#";
    expect(parseAddress(at(formatAddress({ ...nothing, selected }))).selected).toBe(selected);
  });
});

describe("a question in the address", () => {
  const ask = {
    at: [119.0212345, 25.4] as const,
    crs: "gcj02",
    accuracy: { metres: 20.5, kind: "w3c" as const },
    edition: 3,
  };

  it("comes back as it was, and says no more than it must", () => {
    const text = formatAddress({ ...nothing, screen: "lookup", ask });
    expect(text).toBe("/app/lookup?at=119.0212345,25.4&crs=gcj02&accuracy_m=20.5&accuracy_kind=w3c&edition=3");
    expect(parseAddress(at(text)).ask).toEqual(ask);
    const plain = { at: [119, 25] as const, crs: "EPSG:4490", accuracy: null, edition: null };
    expect(formatAddress({ ...nothing, screen: "lookup", ask: plain })).toBe("/app/lookup?at=119,25");
    expect(parseAddress(at("/app/lookup?at=119,25")).ask).toEqual(plain);
  });

  it("belongs to its screen", () => {
    expect(formatAddress({ ...nothing, ask })).toBe("/app/command");
    expect(parseAddress(at("/app/command?at=119,25")).ask).toBeNull();
  });

  it("names an edition once, whichever part of the address it comes from", () => {
    const cited = formatAddress({ ...nothing, screen: "lookup", ask, when: { kind: "as_of", text: "2024-03-01" } });
    expect(cited).toContain("edition=3");
    expect(cited).not.toContain("as_of");
    expect(parseAddress(at(cited)).when).toEqual({ kind: "edition", text: "3" });
  });

  it.each(["", "119", "119,25,3", "119,", "x,25", "119,1e999"])("is none at %j", (where) => {
    expect(parseAddress(at(`/app/lookup?at=${where}`)).ask).toBeNull();
  });

  it.each(["edition=0", "edition=1.5", "edition=x", "accuracy_m=-1", "accuracy_m=x&accuracy_kind=w3c"])(
    "drops %s",
    (members) => {
      expect(parseAddress(at(`/app/lookup?at=119,25&${members}`)).ask).toMatchObject({ accuracy: null, edition: null });
    },
  );
});

describe("an edition in the address", () => {
  it.each([
    ["as_of=2024-03-01", { kind: "as_of", text: "2024-03-01" }],
    ["as_of=2024-03-01T08:00:00Z", { kind: "as_of", text: "2024-03-01T08:00:00Z" }],
    ["edition=12", { kind: "edition", text: "12" }],
    // The server says what is wrong with it.
    ["edition=x", { kind: "edition", text: "x" }],
  ] as const)("%s stays on every screen", (members, when) => {
    for (const screen of ["command", "lookup", "planner", "admin"] as const) {
      const text = formatAddress({ ...nothing, screen, when });
      expect(text).toBe(`/app/${screen}?${members}`);
      expect(parseAddress(at(text)).when).toEqual(when);
    }
  });

  it.each(["", "as_of=", "edition=&as_of=%20"])("is the one in force with %j", (members) => {
    expect(parseAddress(at(`/app/command?${members}`)).when).toBeNull();
  });

  it("is the number before the time, and never longer than a time can be", () => {
    expect(parseAddress(at("/app/command?as_of=2024-03-01&edition=2")).when?.text).toBe("2");
    expect(parseAddress(at(`/app/command?as_of=${"9".repeat(999)}`)).when?.text).toHaveLength(64);
  });

  it("leads tiles of areas, and only those, to the edition", () => {
    const tile = (path: string, edition: number | null | undefined = 3) => tileUrl(`http://127.0.0.1${path}`, edition);
    expect(tile("/tiles/areas/9/424/218")).toBe("http://127.0.0.1/editions/3/tiles/areas/9/424/218");
    expect(tile("/editions/2/tiles/areas/9/424/218")).toBe("http://127.0.0.1/editions/2/tiles/areas/9/424/218");
    for (const path of ["/tiles/areas.json", "/tiles/places/9/424/218", "/styles/dark.json"])
      expect(tile(path)).toBe(`http://127.0.0.1${path}`);
    for (const now of [null, undefined]) expect(tileUrl("/tiles/areas/9/424/218", now)).toBe("/tiles/areas/9/424/218");
  });
});

describe("a comparison in the address", () => {
  const compare = { pair: "1..2", change: "split", level: "grid" };

  it("goes there and back with its filters, beside what is there", () => {
    const text = "/app/command?code=350304001&edition=1&compare=1..2&change=split&level=grid";
    const address: Address = { ...nothing, selected: "350304001", when: { kind: "edition", text: "1" }, compare };
    expect(formatAddress(address)).toBe(text);
    expect(parseAddress(at(text))).toEqual(address);
  });

  it("is kept as it was written, for the panel to say what is wrong with it", () => {
    expect(parseAddress(at("/app/command?compare=%20neu..alt&change=&level=")).compare).toEqual({
      pair: "neu..alt",
      change: null,
      level: null,
    });
    expect(parseAddress(at(`/app/command?compare=${"1".repeat(500)}`)).compare?.pair).toHaveLength(64);
  });

  it.each(["/app/command?compare=", "/app/command?change=split&level=grid", "/app/lookup?compare=1..2"])(
    "is none in %s",
    (path) => {
      expect(parseAddress(at(path)).compare).toBeNull();
    },
  );

  it("stays behind on other screens", () => {
    expect(formatAddress({ ...nothing, screen: "admin", compare })).toBe("/app/admin");
  });
});

describe("state", () => {
  it("prefers the address to what was remembered", () => {
    expect(stateAt(at("/app/admin?lang=zh&theme=dark"), "en", "light")).toMatchObject({ locale: "zh", theme: "dark" });
    expect(stateAt(at("/app/admin"), "en", "light")).toMatchObject({ locale: "en", theme: "light" });
    expect(stateAt(at("/app/admin"), "xx", null)).toMatchObject({ locale: "zh", theme: "dark" });
  });

  it("makes a step of a new selection or screen, not of a pan", () => {
    const state = stateAt(at("/app/command"), null, null);
    expect(isStep(state, { ...state, view: { center: [1, 2], zoom: 3 } })).toBe(false);
    expect(isStep(state, { ...state, theme: "light" })).toBe(false);
    expect(isStep(state, { ...state, hidden: ["unit"] })).toBe(false);
    const compared = { ...state, compare: { pair: "1..2", change: null, level: null } };
    expect(isStep(state, compared)).toBe(true);
    expect(isStep(compared, { ...state, compare: { pair: "1..3", change: null, level: null } })).toBe(true);
    expect(isStep(compared, { ...state, compare: { pair: "1..2", change: "split", level: null } })).toBe(false);
    expect(isStep(state, { ...state, selected: "1" })).toBe(true);
    expect(isStep(state, { ...state, screen: "lookup" })).toBe(true);
    expect(isStep(state, { ...state, when: { kind: "edition", text: "1" } })).toBe(true);
  });
});
