/** The rows of a batch. */
import { distance } from "../format";
import { say, t } from "../i18n/translate";
import { open, openRow } from "../lookup/asked";
import type { Row } from "../lookup/row";
import { titleOf } from "./answer-words";
import { type LineAt, VirtualTable } from "./virtual-table";

function Place({ row }: { row: Row }) {
  if (row.error !== null) {
    return (
      <>
        <span class="over">{titleOf(row.error.title)}</span>
        <span class="under quiet">{say(row.error.detail)}</span>
      </>
    );
  }
  const { area, unit, stacked } = row;
  const outside = row.outcome === "nearest" || row.outcome === "none";
  const name = outside ? t("lookup.outsideName") : area?.name;
  const note = outside ? area?.name : unit;
  return (
    <>
      <span class={outside ? "over quiet" : "over"}>{name}</span>
      <span class="under quiet">
        {[note, stacked > 0 ? `×${stacked}` : null].filter((text) => text).join(" ") || area?.code}
      </span>
    </>
  );
}

function Judgement({ row: { outcome, certainty } }: { row: Row }) {
  if (certainty === null) return <span class={`match ${outcome}`}>{t(`lookup.match.${outcome}`)}</span>;
  return (
    <>
      <span class={`match ${certainty}`}>{t(`certainty.${certainty}`)}</span>
      {outcome !== "inside" && <span class="under quiet">{t(`lookup.match.${outcome}`)}</span>}
    </>
  );
}

function Line({ row, index, at, focusable }: LineAt & { row: Row; index: number }) {
  const isOpen = index === openRow.value;
  const label = t("lookup.rowLabel", { number: row.number, name: row.area?.name ?? "" });
  const title = row.error === null ? [row.area?.name, row.area?.code, row.unit].filter(Boolean).join(" · ") : "";
  return (
    <tr aria-rowindex={at + 2} class={isOpen ? "open" : ""}>
      <td class="quiet">{row.number}</td>
      <td colSpan={row.error === null ? 1 : 3}>
        <button
          type="button"
          class="place"
          data-row={at}
          tabIndex={focusable ? 0 : -1}
          aria-label={label}
          title={row.error === null ? title : say(row.error.detail)}
          {...(isOpen ? { "aria-current": "true" as const } : {})}
          onClick={() => open(index, true)}
        >
          <Place row={row} />
        </button>
      </td>
      {row.error === null && (
        <>
          <td>
            <span class="over">{row.person?.name ?? "–"}</span>
            <span class="under quiet mono">{row.person?.phone}</span>
          </td>
          <td class="number">{row.metres === null ? "–" : distance(row.metres)}</td>
        </>
      )}
      <td>
        <Judgement row={row} />
      </td>
    </tr>
  );
}

export function ResultTable({ rows, indexes }: { rows: readonly Row[]; indexes: readonly number[] }) {
  const line = ({ at, focusable }: LineAt) => {
    const index = indexes[at];
    const row = index === undefined ? undefined : rows[index];
    if (index === undefined || row === undefined) return null;
    return <Line key={index} row={row} index={index} at={at} focusable={focusable} />;
  };
  return (
    <VirtualTable
      kind="lookup-rows"
      testId="lookup-table"
      rows={indexes.length}
      openAt={openRow.value === null ? -1 : indexes.indexOf(openRow.value)}
      open={(at) => {
        const index = indexes[at];
        if (index !== undefined) open(index, true);
      }}
      heads={[
        { text: t("lookup.column.number") },
        { text: t("lookup.column.area") },
        { text: t("lookup.column.leader") },
        { text: t("lookup.column.margin"), isNumber: true },
        { text: t("lookup.column.certainty") },
      ]}
      line={line}
    />
  );
}
