import { afterEach, expect, it, vi } from "vitest";
import { api } from "../src/api/client";
import { endOfDay } from "../src/format";
import { noteStale, staleSeconds, watchStale } from "../src/live/stale";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  noteStale(null);
});

it.each([
  ["0", 0],
  ["61", 61],
  [null, null],
  ["", null],
  ["old", null],
  ["-1", null],
])("reads %j seconds as %j", (header, seconds) => {
  noteStale("5");
  noteStale(header);
  expect(staleSeconds.value).toBe(seconds);
});

it("is told by any answer, and by asking now and then", async () => {
  vi.useFakeTimers();
  let headers: Record<string, string> = { "x-data-stale": "12" };
  vi.stubGlobal("fetch", async () => new Response("{}", { headers }));
  await api.profile(new AbortController().signal);
  expect(staleSeconds.value).toBe(12);
  headers = { "x-data-stale": "90" };
  const stop = watchStale(() => api.ready(new AbortController().signal));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(staleSeconds.value).toBe(90);
  headers = {};
  await vi.advanceTimersByTimeAsync(30_000);
  expect(staleSeconds.value).toBeNull();
  stop();
  headers = { "x-data-stale": "1" };
  await vi.advanceTimersByTimeAsync(60_000);
  expect(staleSeconds.value).toBeNull();
});

it("ends a day where the district is", () => {
  expect(endOfDay("2026-11-23", "Asia/Shanghai")).toBe("2026-11-23T23:59:59+08:00");
  expect(Date.parse(endOfDay("2026-11-23", "UTC"))).toBe(Date.UTC(2026, 10, 23, 23, 59, 59));
});
