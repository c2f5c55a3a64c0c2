/** The rows of the roster list. */
import type { Posting, Vacancy } from "../api/types";
import { say, t } from "../i18n/translate";
import { levelName } from "../resources";
import { type Line, list, openAt, openRow } from "../roster/list";
import type { RosterTab } from "../roster/roster";
import { term } from "../roster/term";
import { placeOf } from "../roster/where";
import { type LineAt, VirtualTable } from "./virtual-table";

const COLUMNS = { posting: 4, vacancy: 3 } as const;

const holder = (posting: Posting): string =>
  posting.person?.name ?? (posting.vacant ? t("roster.vacant") : (posting.organisation?.name ?? ""));

function Place({ area, place }: Pick<Posting, "area" | "place">) {
  if (place !== null || area === null)
    return <span class={place === null ? "over quiet" : "over"}>{placeOf({ area, place })}</span>;
  return (
    <>
      <span class="over">{area.name}</span>
      <code class="under quiet">{area.code}</code>
    </>
  );
}

function PostingCells({ posting, zone }: { posting: Posting; zone: string }) {
  return (
    <>
      <td>
        <span class="over">
          {say(posting.role_name)}
          {posting.order === "B" && <span class="badge">{t("card.orderB")}</span>}
          {posting.stands_in && <span class="badge standsin">{t("roster.standsIn")}</span>}
        </span>
        <span class="under quiet">{posting.organisation?.name ?? ""}</span>
      </td>
      <td>
        <Place area={posting.area} place={posting.place} />
      </td>
      <td class="term">{term(posting, zone)}</td>
    </>
  );
}

/** How many are missing, or too many. */
export const lack = ({ filled, min, max }: Vacancy): string =>
  filled < min ? t("roster.lacks", { count: min - filled }) : t("roster.over", { count: filled - max });

function VacancyCells({ vacancy }: { vacancy: Vacancy }) {
  return (
    <>
      <td>
        <span class="over">{say(vacancy.role_name)}</span>
        <span class="under quiet">{say(levelName(vacancy.area.level))}</span>
      </td>
      <td>
        <span class={`over state ${vacancy.filled < vacancy.min ? "late" : "due"}`}>{lack(vacancy)}</span>
        <span class="under quiet">
          {t("roster.needs", {
            need: vacancy.min === vacancy.max ? vacancy.min : `${vacancy.min}–${vacancy.max}`,
            has: vacancy.filled,
          })}
        </span>
      </td>
    </>
  );
}

function labelOf(line: Line): string {
  if (line.kind === "vacancy") {
    const { role_name, area } = line.vacancy;
    return [area.name, say(role_name), lack(line.vacancy)].join(" ");
  }
  return [holder(line.posting), say(line.posting.role_name), placeOf(line.posting)].join(" ");
}

function First({ line }: { line: Line }) {
  if (line.kind === "vacancy") return <Place area={line.vacancy.area} place={null} />;
  return (
    <>
      <span class={line.posting.vacant ? "over quiet" : "over"}>{holder(line.posting)}</span>
      <span class="under mono quiet">{line.posting.person?.phone ?? ""}</span>
    </>
  );
}

/** A line, or what stands for it while it is on its way: the same button, so that it keeps the focus. */
function Row({
  line,
  at,
  focusable,
  columns,
  zone,
}: LineAt & { line: Line | undefined; columns: number; zone: string }) {
  const isOpen = at === openAt.value;
  return (
    <tr aria-rowindex={at + 2} class={isOpen ? "open" : ""}>
      <td colSpan={line === undefined ? columns : 1}>
        <button
          type="button"
          class="place"
          data-row={at}
          tabIndex={focusable ? 0 : -1}
          aria-label={line === undefined ? t("state.loading") : labelOf(line)}
          {...(isOpen ? { "aria-current": "true" as const } : {})}
          onClick={() => openRow(at)}
        >
          {line === undefined ? <span class="over">…</span> : <First line={line} />}
        </button>
      </td>
      {line?.kind === "posting" && <PostingCells posting={line.posting} zone={zone} />}
      {line?.kind === "vacancy" && <VacancyCells vacancy={line.vacancy} />}
    </tr>
  );
}

export function RosterTable({ tab, rows, zone }: { tab: RosterTab; rows: number; zone: string }) {
  const kind = tab === "vacant" ? "vacancy" : "posting";
  const heads =
    kind === "vacancy"
      ? [{ text: t("roster.column.area") }, { text: t("roster.column.role") }, { text: t("roster.column.lack") }]
      : [
          { text: t("roster.column.name") },
          { text: t("roster.column.role") },
          { text: t("roster.column.area") },
          { text: t("roster.column.term") },
        ];
  return (
    <VirtualTable
      kind={`${kind}-rows`}
      testId="roster-table"
      rows={rows}
      openAt={openAt.value}
      open={openRow}
      seen={list.want}
      heads={heads}
      line={({ at, focusable }) => (
        <Row key={at} line={list.at(at)} at={at} focusable={focusable} columns={COLUMNS[kind]} zone={zone} />
      )}
    />
  );
}
