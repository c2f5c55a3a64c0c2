import { describe, expect, it } from "vitest";
import { isStep, stateAt } from "../src/state";
import { type Address, formatAddress, parseAddress } from "../src/url-state";

const at = (path: string) => new URL(path, "http://127.0.0.1:8080");
const nothing: Address = {
  screen: "command",
  view: null,
  selected: null,
  ask: null,
  hidden: [],
  locale: null,
  theme: null,
};

describe("address", () => {
  it("carries screen, selection, language, theme and view", () => {
    const address: Address = {
      screen: "lookup",
      view: { center: [119.01234, 25.44321], zoom: 14.25 },
      selected: "350304001",
      ask: null,
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
    expect(isStep(state, { ...state, selected: "1" })).toBe(true);
    expect(isStep(state, { ...state, screen: "lookup" })).toBe(true);
  });
});
