import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Batch, readText } from "../src/lookup/input";
import { DEFAULT_CRS, type Meaning } from "../src/lookup/question";
import { cancel, clear, filter, loadRow, results, rowAnswer, run, shown, start } from "../src/lookup/run";

const meaning: Meaning = { crs: "gcj02", accuracy: { metres: 20, kind: "w3c" }, edition: null };
const batch = (): Batch => {
  const input = readText("119,25\n\nhello\n119.1,25");
  if (input.kind !== "batch") throw new Error(input.kind);
  return input.batch;
};
const answer = (record: number) => ({
  record,
  edition: 4,
  match: "inside",
  position: { lon: 119, lat: 25 },
  chain: [{ level: "grid", code: "12", name: "网格", kind: null }],
  stacked: [],
  responsible: [],
  margin_m: 1,
  nearest: null,
  certainty: record === 1 ? "sure" : "doubtful",
});
const error = (record: number) => ({ record, error: { title: "a / b", detail: "no", detail_zh: "不行" } });
const encoded = (text: string) => new TextEncoder().encode(text);

/** A server that answers with what the test pushes, and ends or breaks when the test says so. */
function server(status = 200) {
  const asked: { url: string; init: RequestInit }[] = [];
  let out: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
      controller.enqueue(encoded('{"edition":4,"results":['));
    },
  });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    init.signal?.addEventListener("abort", () => out?.error(new DOMException("aborted", "AbortError")));
    return status === 200
      ? new Response(body)
      : Response.json({ title: "x", detail: "no", detail_zh: "不" }, { status });
  });
  let before = "";
  return {
    asked,
    push: (value: unknown) => {
      out?.enqueue(encoded(before + JSON.stringify(value)));
      before = ",";
    },
    end: () => {
      out?.enqueue(encoded("]}"));
      out?.close();
    },
    cut: () => out?.close(),
    fail: () => out?.error(new TypeError("network")),
  };
}

const until = (what: () => boolean) => vi.waitFor(() => expect(what()).toBe(true));

beforeEach(clear);
afterEach(() => vi.unstubAllGlobals());

describe("a run", () => {
  it("is one request, answered in order", async () => {
    const { asked, push, end } = server();
    const done = start(batch(), meaning, "grid");
    expect(run.value.kind).toBe("running");
    push(answer(1));
    push(error(2));
    push(answer(3));
    end();
    await done;
    expect(asked.map(({ url }) => url)).toEqual(["/lookup?crs=gcj02&accuracy_m=20&accuracy_kind=w3c"]);
    expect(asked[0]?.init).toMatchObject({
      method: "POST",
      headers: { "content-type": "text/csv", accept: "application/json" },
    });
    expect(run.value.kind).toBe("done");
    const { rows, tally, edition } = results.value;
    expect(rows.map((row) => [row.number, row.outcome])).toEqual([
      [1, "inside"],
      [3, "error"],
      [4, "inside"],
    ]);
    expect([tally.inside, tally.error, tally.sure, tally.doubtful, edition]).toEqual([2, 1, 1, 1, 4]);
    filter.value = "doubtful";
    expect(shown.value).toEqual([2]);
  });

  it("keeps every answer whole", async () => {
    const { push, end } = server();
    const done = start(batch(), meaning, "grid");
    for (const record of [1, 2, 3]) push(answer(record));
    end();
    await done;
    const row = results.value.rows[1];
    if (row === undefined) throw new Error("there are three rows");
    loadRow(row);
    await until(() => rowAnswer.state.value.kind === "ready");
    expect(rowAnswer.state.value).toEqual({ kind: "ready", value: answer(2) });
  });

  it("that is stopped keeps what it has", async () => {
    const { push } = server();
    const done = start(batch(), meaning, "grid");
    push(answer(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    cancel();
    await done;
    expect([run.value.kind, results.value.rows.length]).toEqual(["cancelled", 1]);
  });

  it("that breaks says so, and keeps what it has", async () => {
    const { push, fail } = server();
    const done = start(batch(), meaning, "grid");
    push(answer(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    fail();
    await done;
    expect([run.value.kind, results.value.rows.length]).toEqual(["failed", 1]);
  });

  it("whose answer ends in the middle has failed", async () => {
    const { push, cut } = server();
    const done = start(batch(), meaning, "grid");
    push(answer(1));
    cut();
    await done;
    expect([run.value.kind, results.value.rows.length]).toEqual(["failed", 1]);
  });

  it("that is refused carries the reason of the server", async () => {
    server(400);
    await start(batch(), { crs: DEFAULT_CRS, accuracy: null, edition: null }, "grid");
    expect(run.value).toMatchObject({ kind: "failed", failure: { status: 400, detail: { zh: "不", en: "no" } } });
  });

  it("ends silently when a newer one begins", async () => {
    const first = server();
    const old = start(batch(), meaning, "grid");
    first.push(answer(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = server();
    const done = start(batch(), meaning, "grid");
    await old;
    expect(run.value.kind).toBe("running");
    second.push(answer(1));
    second.push(answer(2));
    second.end();
    await done;
    expect([run.value.kind, results.value.rows.length]).toEqual(["done", 2]);
  });
});
