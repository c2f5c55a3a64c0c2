/** The strip at the foot of the map: notice and attribution, what the lines mean, where the pointer is. */
import type { Profile } from "../api/types";
import { count, degrees } from "../format";
import { say, t } from "../i18n/translate";
import { pointer } from "../map/map-controller";
import { levelCount } from "../resources";
import { state } from "../state";
import { TimeControl } from "./time-control";

/** Border colours and widths exist for five ranks; finer levels share the last. */
const BORDER_RANKS = 5;

function Notice({ profile }: { profile: Profile }) {
  const { approval_number: number, notice, attribution } = profile.map;
  return (
    <p class="notice">
      <strong>{number ? t("notice.approval", { number }) : say(notice)}</strong>
      <span class="quiet">{say(attribution)}</span>
    </p>
  );
}

function Pointer() {
  const at = pointer.value;
  return (
    <p class="pointer" id="pointer-area">
      {at === null ? (
        <span class="quiet">{t("map.hoverNone")}</span>
      ) : (
        <>
          <span>{at.area?.name ?? "–"}</span>
          <code class="quiet">
            {degrees(at.lon)}, {degrees(at.lat)}
          </code>
        </>
      )}
    </p>
  );
}

function countOf(level: Profile["levels"][number]): string {
  const known = levelCount(level);
  return known === null ? "…" : count(known);
}

export function Legend({ profile }: { profile: Profile }) {
  const { view, hidden } = state.value;
  const zoom = view?.zoom ?? 0;
  const hasKinds = profile.levels.some((level) => level.kinds);
  return (
    <footer class="legend">
      <Notice profile={profile} />
      <div class="legend-middle">
        <TimeControl profile={profile} />
        <ul aria-label={t("legend.label")}>
          {profile.levels.map((level, rank) => {
            const off = hidden.includes(level.id);
            const shown = zoom >= level.min_zoom && !off;
            const title = off
              ? t("legend.off")
              : shown
                ? ""
                : `${t("legend.hidden")} · ${t("legend.zoom", { zoom: level.min_zoom })}`;
            return (
              <li key={level.id} class={shown ? "" : "hidden-level"} title={title}>
                <i class={`line rank-${Math.min(rank, BORDER_RANKS - 1)}`} aria-hidden="true" />
                {say(level.name)} <span class="quiet">{countOf(level)}</span>
              </li>
            );
          })}
          {hasKinds && (
            <li>
              <i class="swatch exclusive" aria-hidden="true" />
              {t("legend.exclusive")}
            </li>
          )}
        </ul>
      </div>
      <Pointer />
    </footer>
  );
}
