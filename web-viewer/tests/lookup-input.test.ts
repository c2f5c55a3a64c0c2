import { describe, expect, it } from "vitest";
import { MAX_LINES } from "../src/geo/parse-positions";
import { type Batch, readFile, readText, typeOf } from "../src/lookup/input";
import { parseAccuracy } from "../src/lookup/question";
import { items } from "../src/lookup/stream-items";

const batchOf = (text: string): Batch => {
  const input = readText(text);
  if (input.kind !== "batch") throw new Error(`read as ${input.kind}`);
  return input.batch;
};

describe("what was pasted", () => {
  it("is one position when it is one line", () => {
    expect(readText(" 119.01，25.44 \n\n")).toEqual({ kind: "point", x: 119.01, y: 25.44 });
    expect(readText(" \n")).toEqual({ kind: "empty" });
    // Words may be an address; numbers alone that are no pair are nothing.
    expect(readText("hello")).toEqual({ kind: "address", text: "hello" });
    expect(readText("119.01")).toEqual({ kind: "unreadable", line: 1, text: "119.01" });
  });

  it("is sent line by line, with what is no position in its place", async () => {
    const batch = batchOf('119.01 25.44\n\nsay "hello", you\n119.02,25.45');
    expect(batch.type).toBe("text/csv");
    expect(batch.records).toBe(3);
    expect(batch.lines).toEqual([1, 3, 4]);
    const written = await batch.body.text();
    expect(written).toBe('line,lon,lat\n1,119.01,25.44\n3,"say ""hello"", you",\n4,119.02,25.45\n');
  });

  it("is sent as it is when it is a table or JSON", async () => {
    const table = "name;经度;纬度\r\nA;119,01;25,44\r\n";
    const batch = batchOf(table);
    expect([batch.type, batch.records, batch.lines]).toEqual(["text/csv", 1, null]);
    expect(await batch.body.text()).toBe(table);
  });

  it.each([
    ['{"type":"FeatureCollection","features":[]}', "application/geo+json"],
    ['{"features": [{"type":"Feature"}], "type":"FeatureCollection"}', "application/geo+json"],
    ['[{"lon":119,"lat":25}]', "application/json"],
    ['{"lon":[119],"lat":[25]}', "application/json"],
    ['{"lon":119,"lat":25}\n{"lon":118,"lat":25}', "application/x-ndjson"],
    ["id,lng,lat\n1,119,25", "text/csv"],
    ["\ufefflon,lat\n119,25", "text/csv"],
    ["[119.01, 25.44],\n[119.02, 25.45]", null],
    ["119.01,25.44", null],
    ["hello, you", null],
  ])("tells %j by its beginning", (text, type) => {
    expect(typeOf(text)).toBe(type);
  });

  it("stops at what the screen takes", () => {
    expect(readText("1,2\n".repeat(MAX_LINES)).kind).toBe("batch");
    expect(readText("1,2\n".repeat(MAX_LINES + 1))).toEqual({ kind: "too-many", records: MAX_LINES + 1 });
    expect(readText(`lon,lat\n${"1,2\n".repeat(MAX_LINES + 1)}`)).toEqual({ kind: "too-many", records: MAX_LINES + 1 });
  });
});

describe("a file", () => {
  it("goes as its bytes are, whatever their encoding", async () => {
    const gbk = new Uint8Array([0xbe, 0xad, 0xb6, 0xc8, 0x2c, 0x6c, 0x61, 0x74, 0x0a, 0x31, 0x2c, 0x32, 0x0a]);
    const input = await readFile(new File([gbk], "点位.CSV"));
    if (input.kind !== "batch") throw new Error(input.kind);
    const { type, records, name, body } = input.batch;
    expect([type, records, name]).toEqual(["text/csv", 1, "点位.CSV"]);
    expect(new Uint8Array(await body.arrayBuffer())).toEqual(gbk);
  });

  it("may be plain lines, or name its kind only inside", async () => {
    const plain = await readFile(new File(["1,2\n3,4"], "a.txt"));
    expect(plain.kind === "batch" && [plain.batch.records, plain.batch.name]).toEqual([2, "a.txt"]);
    const features = '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}';
    const collection = await readFile(new File([features], "a.json"));
    expect(collection.kind === "batch" && [collection.batch.type, collection.batch.records]).toEqual([
      "application/geo+json",
      1,
    ]);
    expect(await readFile(new File([" "], "a.csv"))).toEqual({ kind: "empty" });
  });
});

describe("items of a stream", () => {
  const values = [
    { a: "网格", list: [1, [2], {}] },
    { b: 'quote " brace } bracket ] backslash \\' },
    {},
    { error: { detail: '𠀀\\"' } },
  ];
  const text = ` {"edition":3,"note":"[{","results" : [ ${values.map((value) => JSON.stringify(value)).join(" ,\n")}, null]}\n`;
  const bytes = new TextEncoder().encode(text);

  it.each([1, 2, 3, 5, 7, 1000])("are the same in pieces of %i bytes", (size) => {
    const split = items();
    const found = [];
    for (let at = 0; at < bytes.length; at += size) {
      expect(split.isWhole()).toBe(false);
      // The reader's buffer may be used again for the next piece.
      const piece = bytes.slice(at, at + size);
      found.push(...split.push(piece));
      piece.fill(0);
      if (at + size >= bytes.length - 1) break;
    }
    expect(split.isWhole()).toBe(true);
    expect(found.map((item) => JSON.parse(item.text))).toEqual(values);
    for (const { text, start, end } of found) expect(new TextDecoder().decode(bytes.subarray(start, end))).toBe(text);
  });
});

describe("accuracy", () => {
  it.each([
    ["", null],
    [" 20 ", 20],
    ["0.5", 0.5],
    ["20 m", 20],
    ["35米", 35],
  ])("reads %j", (text, metres) => {
    expect(parseAccuracy(text, "w3c")).toEqual(metres === null ? null : { metres, kind: "w3c" });
  });

  it.each(["0", "-3", "2000.1", "1e400", "NaN", "twenty"])("refuses %j", (text) => {
    expect(parseAccuracy(text, "w3c")).toBeUndefined();
  });
});
