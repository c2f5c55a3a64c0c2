/** The list of changes: old and new codes, and how much of the one went into the other. */
import type { Change } from "../api/types";
import { rowOf, type Side, sideOf, sortOf } from "../compare/changes";
import { changeAt, opened, openRow, passing, want } from "../compare/compared";
import { count, area as writeArea } from "../format";
import { say, t } from "../i18n/translate";
import { levelName } from "../resources";
import { percent } from "./answer-trust";
import { type LineAt, VirtualTable } from "./virtual-table";

const COLUMNS = 4;

/** The word for a sort of change; of one that this viewer does not know, the server's own. */
export function sortName(change: string): string {
  const sort = sortOf(change);
  return sort === null ? change : t(`compare.${sort}`);
}

/** A word for where a number of households comes from. */
export function weighting(by: string | null): string {
  if (by === null) return "";
  return t(by === "buildings" ? "compare.byBuildings" : "compare.byArea");
}

function Codes({ side, none }: { side: Side | null; none: string }) {
  if (side === null) return <span class="over quiet">{none}</span>;
  return (
    <>
      <code class="over">{side.code}</code>
      <span class="under quiet">{side.more > 0 ? t("compare.more", { count: count(side.more + 1) }) : side.name}</span>
    </>
  );
}

/** The largest of what an area shares with others; without any, how large it is. */
function Weight({ change: { lineage, after, before } }: { change: Change }) {
  const [kin] = lineage;
  if (kin === undefined || kin.before === null || kin.after === null) {
    const area = after ?? before;
    if (area === null) return null;
    return (
      <>
        <span class="over">{writeArea(area.area_m2)}</span>
        {area.households !== null && (
          <span class="under quiet">{t("compare.households", { count: count(area.households) })}</span>
        )}
      </>
    );
  }
  return (
    <>
      <span class="over">{`${percent(kin.share_before)} / ${percent(kin.share_after)}`}</span>
      {kin.households !== null && (
        <span class="under quiet" title={weighting(kin.weighting)}>
          {t("compare.households", { count: count(kin.households) })}
        </span>
      )}
    </>
  );
}

const labelOf = (change: Change): string =>
  t("compare.rowLabel", {
    sort: sortName(change.change),
    old: sideOf(change, "before")?.code ?? t("compare.noOld"),
    new: sideOf(change, "after")?.code ?? t("compare.noNew"),
  });

/** A change, or what stands for it while it is on its way: the same button, so that it keeps the focus. */
function Line({ change, at, focusable, isOpen }: LineAt & { change: Change | undefined; isOpen: boolean }) {
  return (
    <tr aria-rowindex={at + 2} class={isOpen ? "open" : ""}>
      <td colSpan={change === undefined ? COLUMNS : 1}>
        <button
          type="button"
          class="place"
          data-row={at}
          tabIndex={focusable ? 0 : -1}
          aria-label={change === undefined ? t("state.loading") : labelOf(change)}
          {...(isOpen ? { "aria-current": "true" as const } : {})}
          onClick={() => openRow(at)}
        >
          <span class="over">{change === undefined ? "…" : sortName(change.change)}</span>
          {change !== undefined && <span class="under quiet">{say(levelName(change.level))}</span>}
        </button>
      </td>
      {change !== undefined && (
        <>
          <td>
            <Codes side={sideOf(change, "before")} none={t("compare.noOld")} />
          </td>
          <td>
            <Codes side={sideOf(change, "after")} none={t("compare.noNew")} />
          </td>
          <td class="number">
            <Weight change={change} />
          </td>
        </>
      )}
    </tr>
  );
}

export function ChangeTable({ rows }: { rows: number }) {
  const openAt = opened.value === null ? -1 : rowOf(passing.value, opened.value);
  return (
    <VirtualTable
      kind="change-rows"
      testId="compare-table"
      rows={rows}
      openAt={openAt}
      open={openRow}
      seen={want}
      heads={[
        { text: t("compare.sort") },
        { text: t("compare.column.old") },
        { text: t("compare.column.new") },
        { text: t("compare.column.share"), isNumber: true },
      ]}
      line={({ at, focusable }) => (
        <Line key={at} change={changeAt(at)} at={at} focusable={focusable} isOpen={at === openAt} />
      )}
    />
  );
}
