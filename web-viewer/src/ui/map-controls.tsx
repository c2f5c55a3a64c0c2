/** Zoom, whole district, this device, layers, full screen; bottom right. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Profile } from "../api/types";
import { say, t } from "../i18n/translate";
import { locateDevice, locating } from "../map/device-position";
import { EXTRAS } from "../map/layers";
import { controller } from "../map/map-view";
import { state, transact } from "../state";

function toggleFullscreen(): void {
  if (document.fullscreenElement === null) void document.documentElement.requestFullscreen();
  else void document.exitFullscreen();
}

function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

function Button({ label, path, act }: { label: string; path: string; act: () => void }) {
  return (
    <button type="button" aria-label={label} title={label} onClick={act}>
      <Icon path={path} />
    </button>
  );
}

function toggle(id: string): void {
  transact((before) => {
    const hidden = before.hidden.includes(id) ? before.hidden.filter((other) => other !== id) : [...before.hidden, id];
    return { ...before, hidden };
  });
}

function LayerSwitch({ profile, hasBasemap }: { profile: Profile; hasBasemap: boolean }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector("input")?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const { hidden } = state.value;
  const rows = [
    ...profile.levels.map((level) => ({ id: level.id, name: say(level.name) })),
    ...EXTRAS.filter((extra) => extra !== "basemap" || hasBasemap).map((extra) => ({
      id: extra,
      name: t(`layers.${extra}`),
    })),
  ];
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return (
    <div class="layers" ref={box}>
      <button
        type="button"
        aria-label={t("map.layers")}
        title={t("map.layers")}
        aria-expanded={open}
        aria-controls={id}
        class={hidden.length > 0 ? "changed" : ""}
        onClick={() => setOpen(!open)}
        onKeyDown={close}
      >
        <Icon path="M12 4l9 4.5-9 4.5-9-4.5zM3 12.5l9 4.5 9-4.5M3 16.5l9 4.5 9-4.5" />
      </button>
      {open && (
        <fieldset id={id} class="layer-list" onKeyDown={close}>
          <legend class="sr-only">{t("layers.title")}</legend>
          {rows.map((row) => (
            <label key={row.id}>
              <input type="checkbox" checked={!hidden.includes(row.id)} onChange={() => toggle(row.id)} />
              {row.name}
            </label>
          ))}
          <button
            type="button"
            class="plain small"
            disabled={hidden.length === 0}
            onClick={() => transact((before) => ({ ...before, hidden: [] }))}
          >
            {t("layers.all")}
          </button>
        </fieldset>
      )}
    </div>
  );
}

function LocateMessage() {
  const now = locating.value;
  if (now.kind === "idle") return null;
  if (now.kind === "waiting") {
    return (
      <p class="control-message" role="status">
        {t("locate.waiting")}…
      </p>
    );
  }
  return (
    <p class="control-message" role="alert">
      {t(now.reason)}
      <button
        type="button"
        class="plain"
        aria-label={t("card.close")}
        onClick={() => {
          locating.value = { kind: "idle" };
        }}
      >
        ×
      </button>
    </p>
  );
}

export function MapControls({ profile }: { profile: Profile }) {
  const made = controller.value;
  if (made === null) return null;
  return (
    <>
      <LocateMessage />
      <fieldset class="controls" aria-label={t("map.label")}>
        <Button label={t("map.zoomIn")} path="M12 5v14M5 12h14" act={() => made.zoomBy(1)} />
        <Button label={t("map.zoomOut")} path="M5 12h14" act={() => made.zoomBy(-1)} />
        <Button label={t("map.fit")} path="M4 12l8-8 8 8M6.5 10v9h11v-9" act={made.fit} />
        <Button
          label={t("map.locate")}
          path="M12 2v4M12 18v4M2 12h4M18 12h4M12 6a6 6 0 1 0 .01 0zM12 11a1 1 0 1 0 .01 0z"
          act={locateDevice}
        />
        <LayerSwitch profile={profile} hasBasemap={made.map.getSource("basemap") !== undefined} />
        {document.fullscreenEnabled && (
          <Button label={t("map.fullscreen")} path="M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5" act={toggleFullscreen} />
        )}
      </fieldset>
    </>
  );
}
