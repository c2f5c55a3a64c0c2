/** Where this device is, as the browser tells it. */
import { signal } from "@preact/signals";
import type { Key } from "../i18n/zh";
import { ask } from "../lookup/asked";
import { MAX_ACCURACY_M } from "../lookup/question";

export type Locating = { kind: "idle" } | { kind: "waiting" } | { kind: "failed"; reason: Key };
export const locating = signal<Locating>({ kind: "idle" });

const OPTIONS: PositionOptions = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 5_000 };

/** The reasons a browser has, by the code of its error. */
export function reasonOf(code: number): Key {
  return code === 1 ? "locate.denied" : code === 3 ? "locate.timeout" : "locate.unavailable";
}

/** Rounds up to decimetres, so that the circle is never drawn or judged too small. */
const writtenAccuracy = (metres: number): number => Math.max(0.1, Math.ceil(metres * 10) / 10);

export function locateDevice(): void {
  if (!window.isSecureContext || navigator.geolocation === undefined) {
    locating.value = { kind: "failed", reason: "locate.insecure" };
    return;
  }
  locating.value = { kind: "waiting" };
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const metres = writtenAccuracy(coords.accuracy);
      const usable = metres <= MAX_ACCURACY_M;
      locating.value = usable ? { kind: "idle" } : { kind: "failed", reason: "locate.coarse" };
      const at = [Number(coords.longitude.toFixed(7)), Number(coords.latitude.toFixed(7))] as const;
      const accuracy = usable ? { metres, kind: "w3c" as const } : null;
      ask({ at, crs: "EPSG:4326", accuracy, edition: null }, true);
    },
    ({ code }) => {
      locating.value = { kind: "failed", reason: reasonOf(code) };
    },
    OPTIONS,
  );
}
