/** What came of a batch: how far it is, the counts, the filters, the table and the files. */
import { count } from "../format";
import { t } from "../i18n/translate";
import { candidates } from "../lookup/candidates";
import { download, FILES, type FileKind, fetchFile } from "../lookup/download";
import { progress } from "../lookup/progress";
import { cancel, clear, filter, type Results, results, run, shown } from "../lookup/run";
import { CERTAINTIES, FILTERS, OUTCOMES, passing } from "../lookup/tally";
import { state } from "../state";
import { duration } from "./answer-words";
import { ResultTable } from "./result-table";
import { reason } from "./status";

function Running({ ms, results: { rows, batch } }: { ms: number; results: Results }) {
  const total = batch?.records ?? null;
  const { share, perSecond, remainingS } = progress(rows.length, total, ms);
  const parts = [
    rows.length === 0 ? t("lookup.sending") : t("lookup.running"),
    t("lookup.progress", { done: count(rows.length), total: total === null ? "?" : count(total) }),
    perSecond === null ? "" : t("lookup.rate", { rate: count(Math.round(perSecond)) }),
    remainingS === null ? "" : t("lookup.remaining", { duration: duration(remainingS) }),
  ];
  return (
    <div class="running">
      <progress aria-label={t("lookup.running")} {...(share === null ? {} : { value: share })} />
      <p class="form-row">
        <span class="quiet small">{parts.filter((part) => part !== "").join(" · ")}</span>
        <button type="button" class="plain" onClick={cancel}>
          {t("lookup.cancel")}
        </button>
      </p>
    </div>
  );
}

function Counts({ results: { tally } }: { results: Results }) {
  const judged = CERTAINTIES.some((name) => tally[name] > 0);
  return (
    <div class="counts">
      <ul aria-label={t("lookup.byMatch")}>
        {OUTCOMES.filter((name) => tally[name] > 0).map((name) => (
          <li key={name}>
            <span class={`match ${name}`}>{t(`lookup.match.${name}`)}</span> <b>{count(tally[name])}</b>
          </li>
        ))}
      </ul>
      {judged && (
        <ul aria-label={t("lookup.byCertainty")}>
          {CERTAINTIES.map((name) => (
            <li key={name}>
              <span class={`match ${name}`}>{t(`certainty.${name}`)}</span> <b>{count(tally[name])}</b>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Filters({ results: { tally } }: { results: Results }) {
  return (
    <fieldset class="filters" aria-label={t("lookup.filters")}>
      {FILTERS.filter((name) => name === "all" || passing(tally, name) > 0 || name === filter.value).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === filter.value}
          onClick={() => {
            filter.value = name;
          }}
        >
          {t(`lookup.filter.${name}`)} <span class="quiet">{count(passing(tally, name))}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Downloads() {
  const now = download.value;
  const names: FileKind[] = ["csv", "geojson"];
  return (
    <span class="downloads">
      {now.kind === "busy" ? (
        <span class="quiet" role="status">
          {t("lookup.downloading")} {t(`lookup.download.${now.file}`)}
        </span>
      ) : (
        names.map((name) => (
          <button
            key={name}
            type="button"
            class="plain"
            title={`${t("lookup.download")} ${FILES[name].ending}`}
            aria-label={`${t("lookup.download")} ${t(`lookup.download.${name}`)}`}
            onClick={() => void fetchFile(name, state.peek().locale)}
          >
            ↓ {t(`lookup.download.${name}`)}
          </button>
        ))
      )}
      <button type="button" class="plain" onClick={clear}>
        {t("lookup.clear")}
      </button>
    </span>
  );
}

/** For screen readers: the end of a run, and nothing of every step in between. */
function Announcement() {
  const { value } = run;
  const done = { count: count(results.value.rows.length) };
  return (
    <p class="sr-only" role="status">
      {value.kind === "running" && t("lookup.running")}
      {value.kind === "done" && t("lookup.done", { ...done, duration: duration(value.ms / 1000) })}
      {value.kind === "cancelled" && t("lookup.cancelled", done)}
    </p>
  );
}

export function LookupResults() {
  const now = run.value;
  const all = results.value;
  const done = { count: count(all.rows.length) };
  const failed = download.value.kind === "failed" ? download.value.failure : null;
  return (
    <>
      <Announcement />
      {now.kind === "idle" && candidates.value === null && <p class="empty results-note">{t("lookup.none")}</p>}
      {now.kind === "running" && <Running ms={now.ms} results={all} />}
      {now.kind === "failed" && (
        <p class="failed" role="alert">
          <strong>{t("state.failed")}</strong>
          <span>{reason(now.failure)}</span>
        </p>
      )}
      {now.kind !== "idle" && all.rows.length > 0 && (
        <section class="results" aria-label={t("lookup.results")}>
          <p class="results-head">
            <span class="small" data-testid="run-summary">
              {now.kind === "done" && t("lookup.done", { ...done, duration: duration(now.ms / 1000) })}
              {now.kind === "cancelled" && t("lookup.cancelled", done)}
            </span>
            {now.kind === "done" ? (
              <Downloads />
            ) : (
              now.kind !== "running" && (
                <button type="button" class="plain" onClick={clear}>
                  {t("lookup.clear")}
                </button>
              )
            )}
          </p>
          {failed !== null && (
            <p class="complaints" role="alert">
              {reason(failed)}
            </p>
          )}
          <Counts results={all} />
          <Filters results={all} />
          {shown.value.length === 0 ? (
            <p class="empty">{t("lookup.filterEmpty")}</p>
          ) : (
            <ResultTable rows={all.rows} indexes={shown.value} />
          )}
        </section>
      )}
    </>
  );
}
