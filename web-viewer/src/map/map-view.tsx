import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Profile } from "../api/types";
import { t } from "../i18n/translate";
import { createMap, type MapController, mapFailure } from "./map-controller";

declare global {
  interface Window {
    /** For the browser tests only: the map, to ask it what it has drawn. Nothing in the viewer reads it. */
    __onemap?: { map: MapController["map"] };
  }
}

export const controller = signal<MapController | null>(null);

/** The map itself. It is made once, when the profile is known, and lives as long as the page. A new edition does not touch it. */
export function MapView({ profile }: { profile: Profile }) {
  const container = useRef<HTMLDivElement>(null);
  // A new edition of the same levels keeps the map, and with it the camera.
  const levels = profile.levels.map(({ id }) => id).join();
  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    let gone = false;
    createMap(element, profile)
      .then((made) => {
        if (gone) return made.remove();
        controller.value = made;
        window.__onemap = { map: made.map };
      })
      .catch((error: unknown) => {
        mapFailure.value = String(error);
      });
    return () => {
      gone = true;
      controller.value?.remove();
      controller.value = null;
    };
  }, [levels]);
  return (
    <>
      <section class="map" ref={container} aria-label={t("map.label")} />
      {mapFailure.value !== null && (
        <div class="map-failed" role="alert">
          <strong>{t("map.failed")}</strong>
          <p>{t("map.webgl")}</p>
          <button type="button" class="primary" onClick={() => window.location.reload()}>
            {t("state.retry")}
          </button>
        </div>
      )}
    </>
  );
}
