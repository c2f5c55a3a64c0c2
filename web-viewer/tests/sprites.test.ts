import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SHEETS, sheets } from "../sprites/build.mjs";

describe("the sprite", () => {
  it.each([...sheets()])("%s is what the icons give: npm run sprites", (name, bytes) => {
    expect(readFileSync(`${SHEETS}/${name}`).equals(bytes)).toBe(true);
  });

  it("has whole icons, none over another, inside the sheet", () => {
    for (const theme of ["dark", "light"]) {
      for (const ratio of [1, 2]) {
        const name = ratio === 1 ? theme : `${theme}@2x`;
        const png = readFileSync(`${SHEETS}/${name}.png`);
        const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
        const index: Record<string, { x: number; y: number; width: number; height: number; pixelRatio: number }> =
          JSON.parse(readFileSync(`${SHEETS}/${name}.json`, "utf8"));
        const icons = Object.values(index);
        expect(icons.length).toBeGreaterThan(10);
        for (const [at, icon] of icons.entries()) {
          expect(icon.pixelRatio).toBe(ratio);
          expect(icon.x + icon.width <= width && icon.y + icon.height <= height).toBe(true);
          for (const other of icons.slice(at + 1)) {
            const apart =
              icon.x + icon.width <= other.x ||
              other.x + other.width <= icon.x ||
              icon.y + icon.height <= other.y ||
              other.y + other.height <= icon.y;
            expect(apart).toBe(true);
          }
        }
      }
    }
  });
});
