/** Two editions side by side: how many changes of each sort, and every one of them. */

import { crosswalkPath } from "../api/client";
import type { Diff, Edition, Profile } from "../api/types";
import { countOf, SORTS, sizeOf, sortOf } from "../compare/changes";
import {
  choose,
  closeCompare,
  diff,
  filter,
  filterBy,
  offered,
  openChange,
  pageFailure,
  pair,
  passing,
  written,
} from "../compare/compared";
import { formatPair, type Pair } from "../compare/pair";
import { editions } from "../editions";
import { count, date } from "../format";
import { say, t } from "../i18n/translate";
import { levelName } from "../resources";
import { ChangeCounts } from "./change-counts";
import { ChangeTable } from "./change-table";
import { Lineage } from "./lineage";
import { Failed, reason, Skeleton } from "./status";

const FORMATS = ["csv", "xlsx"] as const;

/** Closes the panel; the focus goes where it was opened from. */
export function closePanel(): void {
  closeCompare();
  document.getElementById("editions")?.focus();
}

function EditionSelect({
  id,
  label,
  value,
  items,
  zone,
  change,
}: {
  id: string;
  label: string;
  value: number | null;
  items: readonly Edition[];
  zone: string;
  change: (number: number) => void;
}) {
  const isKnown = items.some(({ number }) => number === value);
  return (
    <label>
      <span>{label}</span>
      <select id={id} value={value ?? ""} onChange={(event) => change(Number(event.currentTarget.value))}>
        {value !== null && !isKnown && <option value={value}>{t("bar.edition", { number: value })}</option>}
        {items.map(({ number, effective_from: from, state }) => (
          <option key={number} value={number}>
            {`${t("bar.edition", { number })} · ${date(new Date(from), zone)}`}
            {state === "in_force" ? ` · ${t("edition.inForce")}` : ""}
          </option>
        ))}
      </select>
    </label>
  );
}

function Pairing({ zone }: { zone: string }) {
  const remote = editions.state.value;
  const items = remote.kind === "ready" ? [...remote.value.items].reverse() : [];
  const both = pair.value ?? offered.value;
  const change = (part: Partial<Pair>) => {
    if (both !== null) choose({ ...both, ...part });
  };
  return (
    <form class="pairing" onSubmit={(event) => event.preventDefault()}>
      <EditionSelect
        id="compare-before"
        label={t("compare.before")}
        value={both?.before ?? null}
        items={items}
        zone={zone}
        change={(before) => change({ before })}
      />
      <button
        type="button"
        class="plain"
        title={t("compare.swapText")}
        aria-label={t("compare.swapText")}
        disabled={both === null}
        onClick={() => both !== null && choose({ before: both.after, after: both.before })}
      >
        ⇄
      </button>
      <EditionSelect
        id="compare-after"
        label={t("compare.after")}
        value={both?.after ?? null}
        items={items}
        zone={zone}
        change={(after) => change({ after })}
      />
    </form>
  );
}

/** The address names no two editions. */
function BadPair({ text }: { text: string }) {
  const next = offered.value;
  const remote = editions.state.value;
  return (
    <div class="compare-note" role="alert" data-testid="bad-pair">
      <p class="complaints">{t("compare.badPair", { text })}</p>
      {next !== null && (
        <button type="button" class="primary" onClick={() => choose(next)}>
          {t("compare.offer", next)}
        </button>
      )}
      {remote.kind === "ready" && next === null && <p class="empty">{t("compare.one")}</p>}
      {remote.kind === "failed" && <Failed failure={remote.failure} retry={editions.retry} />}
    </div>
  );
}

function Downloads({ both: { before, after } }: { both: Pair }) {
  return (
    <span class="downloads">
      <span class="quiet">{t("compare.crosswalk")}</span>
      {FORMATS.map((format) => (
        <a
          key={format}
          href={crosswalkPath(before, after, format)}
          download
          title={`${t("compare.crosswalk")} ${format.toUpperCase()}`}
        >
          ↓ {format.toUpperCase()}
        </a>
      ))}
    </span>
  );
}

/** What the list is narrowed down to, and the way back. */
function Filtered({ shown }: { shown: number }) {
  const { change, level } = filter.value;
  if (change === null && level === null) return null;
  const sort = change === null ? null : sortOf(change);
  const what = [level === null ? null : say(levelName(level)), sort === null ? change : t(`compare.${sort}`)].filter(
    (part) => part !== null,
  );
  return (
    <p class="results-head small" role="status" data-testid="compare-filter">
      <span>{t("compare.filtered", { what: what.join(" · "), count: count(shown) })}</span>
      <button type="button" class="plain" onClick={() => filterBy({ change: null, level: null })}>
        {t("compare.filterClear")}
      </button>
    </p>
  );
}

function retryPage(): void {
  // The list asks again as soon as it is drawn without the failure.
  pageFailure.value = null;
}

function Changes({ found, both }: { found: Diff; both: Pair }) {
  const rows = sizeOf(passing.value);
  const failure = pageFailure.value;
  const absent = SORTS.filter((sort) => countOf(found.counts, { change: sort, level: null }) === 0);
  const open = openChange.value;
  const { change, level } = filter.value;
  return (
    <section class="results" aria-label={t("compare.list")}>
      <p class="results-head">
        <strong role="status" data-testid="compare-total">
          {t("compare.total", { count: count(found.numberMatched) })}
        </strong>
        <Downloads both={both} />
      </p>
      <ChangeCounts counts={found.counts} />
      {absent.length > 0 && (
        <p class="quiet small">
          {t("compare.absent", { sorts: absent.map((sort) => t(`compare.${sort}`)).join(t("list.and")) })}
        </p>
      )}
      <Filtered shown={rows} />
      {failure !== null && (
        <p class="complaints" role="alert">
          {reason(failure)}{" "}
          <button type="button" class="plain" onClick={retryPage}>
            {t("state.retry")}
          </button>
        </p>
      )}
      {rows === 0 ? (
        <p class="empty">{t("compare.filterEmpty")}</p>
      ) : (
        <ChangeTable key={`${change} ${level}`} rows={rows} />
      )}
      {open !== undefined && <Lineage change={open} both={both} />}
    </section>
  );
}

function Compared({ both }: { both: Pair }) {
  const remote = diff.state.value;
  switch (remote.kind) {
    case "failed": {
      // Asking again helps when the server was away, and not when there is no such edition.
      const { status } = remote.failure;
      return <Failed failure={remote.failure} retry={status === 404 ? null : diff.retry} />;
    }
    case "ready":
      return remote.value.numberMatched === 0 ? (
        <p class="empty compare-note" role="status">
          {t("compare.same", both)}
        </p>
      ) : (
        <Changes key={formatPair(both)} found={remote.value} both={both} />
      );
    default:
      return <Skeleton rows={8} />;
  }
}

export function ComparePanel({ profile }: { profile: Profile }) {
  const both = pair.value;
  return (
    <aside
      class="panel left compare"
      data-side="left"
      aria-label={t("compare.title")}
      data-testid="compare-panel"
      aria-busy={diff.state.value.kind === "loading"}
    >
      <h1>{t("compare.title")}</h1>
      <button
        type="button"
        class="close"
        aria-label={t("compare.close")}
        title={t("compare.close")}
        onClick={closePanel}
      >
        ×
      </button>
      <Pairing zone={profile.time_zone} />
      {both === null ? <BadPair text={written.value?.pair ?? ""} /> : <Compared both={both} />}
    </aside>
  );
}
