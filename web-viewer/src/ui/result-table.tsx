/** The rows of a batch. Only those in sight are in the page, however many there are. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { distance } from "../format";
import { say, t } from "../i18n/translate";
import { open, openRow } from "../lookup/asked";
import type { Row } from "../lookup/row";
import { scrollTo, visible } from "../lookup/window";
import { titleOf } from "./answer-words";
import { moved } from "./list-keys";

/** Height of a row and of the head, in rem; the style sheet has the same. */
const ROW_REM = 3;
const HEAD_REM = 2;
const COLUMNS = 5;
/** Rows that Page Up and Page Down move by. */
const PAGE = 10;

const rootSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

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

function Line({ row, index, at, focusable }: { row: Row; index: number; at: number; focusable: boolean }) {
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

/** Stands for rows that are not in the page. */
function Room({ height }: { height: number }) {
  return (
    <tbody aria-hidden="true" class="room">
      <tr>
        <td colSpan={COLUMNS} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
}

export function ResultTable({ rows, indexes }: { rows: readonly Row[]; indexes: readonly number[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [viewport, setViewport] = useState(600);
  const wantsFocus = useRef(false);
  const size = rootSize();
  const height = ROW_REM * size;
  const openAt = openRow.value === null ? -1 : indexes.indexOf(openRow.value);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Wherever a row was opened from, the table shows it.
  useEffect(() => {
    const element = box.current;
    if (element === null || openAt === -1) return;
    const top = scrollTo(openAt, element.scrollTop, element.clientHeight, height, HEAD_REM * size);
    if (top !== null) element.scrollTop = top;
  }, [openAt, height, size]);
  // The button of the row that the keys have moved to exists only once it is in sight.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const button = box.current?.querySelector<HTMLButtonElement>(`[data-row="${openAt}"]`);
    if (button === null || button === undefined) return;
    wantsFocus.current = false;
    button.focus({ preventScroll: true });
  });

  const { first, end, above, below } = visible(scrollTop, viewport, height, indexes.length);
  const focusableAt = openAt >= first && openAt < end ? openAt : Math.ceil(scrollTop / height);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = event.key === "PageDown" ? PAGE : event.key === "PageUp" ? -PAGE : 0;
    const from = openAt === -1 ? focusableAt - 1 : openAt;
    const next =
      page === 0
        ? moved(event.key, from, indexes.length)
        : Math.max(0, Math.min(indexes.length - 1, Math.max(0, from) + page));
    const index = next === null ? undefined : indexes[next];
    if (index === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    open(index, true);
  };
  return (
    <div class="rows-box" ref={box} onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
      <table class="result-table" data-testid="lookup-table" aria-rowcount={indexes.length + 1} onKeyDown={onKeyDown}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{t("lookup.column.number")}</th>
            <th scope="col">{t("lookup.column.area")}</th>
            <th scope="col">{t("lookup.column.leader")}</th>
            <th scope="col" class="number">
              {t("lookup.column.margin")}
            </th>
            <th scope="col">{t("lookup.column.certainty")}</th>
          </tr>
        </thead>
        <Room height={above} />
        <tbody>
          {indexes.slice(first, end).map((index, offset) => {
            const row = rows[index];
            const at = first + offset;
            return row === undefined ? null : (
              <Line key={index} row={row} index={index} at={at} focusable={at === focusableAt} />
            );
          })}
        </tbody>
        <Room height={below} />
      </table>
    </div>
  );
}
