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

const controller = signal<MapController | null>(null);

/** The map itself. It is made once, when the profile is known, and lives as long as the page. */
export function MapView({ profile }: { profile: Profile }) {
  const container = useRef<HTMLDivElement>(null);
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
  }, [profile]);
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

function toggleFullscreen(): void {
  if (document.fullscreenElement === null) void document.documentElement.requestFullscreen();
  else void document.exitFullscreen();
}

/** Zoom, whole district, full screen; bottom right. */
export function MapControls() {
  const made = controller.value;
  if (made === null) return null;
  const button = (label: string, path: string, act: () => void) => (
    <button type="button" aria-label={label} title={label} onClick={act}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
  return (
    <fieldset class="controls" aria-label={t("map.label")}>
      {button(t("map.zoomIn"), "M12 5v14M5 12h14", () => made.zoomBy(1))}
      {button(t("map.zoomOut"), "M5 12h14", () => made.zoomBy(-1))}
      {button(t("map.fit"), "M4 12l8-8 8 8M6.5 10v9h11v-9", () => made.fit())}
      {document.fullscreenEnabled &&
        button(t("map.fullscreen"), "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5", toggleFullscreen)}
    </fieldset>
  );
}
