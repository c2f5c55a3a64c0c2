/** The roster (岗位名册): who holds which post, by name, role and area; and the posts that want somebody. */
import type { Profile } from "../api/types";
import { count } from "../format";
import { say, t } from "../i18n/translate";
import { importing } from "../imports/dialog";
import { area } from "../resources";
import { choose, closeRoster, list, narrow, within } from "../roster/list";
import { ROSTER_TABS, type Roster } from "../roster/roster";
import { RosterTable } from "./roster-table";
import { Failed, reason, Skeleton } from "./status";

/** Closes the panel; the focus goes where it was opened from. */
export function closePanel(): void {
  closeRoster();
  requestAnimationFrame(() => document.getElementById("open-roster")?.focus());
}

function Tabs({ roster }: { roster: Roster }) {
  return (
    <fieldset class="filters" aria-label={t("roster.tabs")}>
      {ROSTER_TABS.map((tab) => (
        <button key={tab} type="button" aria-pressed={tab === roster.tab} onClick={() => choose(tab)}>
          {t(`roster.tab.${tab}`)}
        </button>
      ))}
    </fieldset>
  );
}

/** The area that the list is narrowed down to, and the selected one to narrow it down to. */
function Within({ code }: { code: string | null }) {
  const named = within.state.value;
  const selected = area.state.value;
  const other = selected.kind === "ready" && selected.value.area.code !== code ? selected.value.area : null;
  const name = named.kind === "ready" ? (named.value?.name ?? code) : code;
  return (
    <p class="within small">
      {code !== null && (
        <span class="badge" data-testid="roster-within">
          {t("roster.within", { name: name ?? "" })}{" "}
          <button
            type="button"
            class="plain"
            aria-label={t("roster.everywhere")}
            title={t("roster.everywhere")}
            onClick={() => narrow({ area: null })}
          >
            ×
          </button>
        </span>
      )}
      {other !== null && (
        <button type="button" class="plain" onClick={() => narrow({ area: other.code })}>
          {t("roster.only", { name: other.name })}
        </button>
      )}
    </p>
  );
}

function Filters({ roster, profile }: { roster: Roster; profile: Profile }) {
  const hasNames = roster.tab !== "vacant";
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <Tabs roster={roster} />
      <div class="roster-filters">
        {hasNames && (
          <label>
            <span>{t("roster.name")}</span>
            <input
              id="roster-name"
              type="text"
              autocomplete="off"
              spellcheck={false}
              maxLength={64}
              placeholder={t("roster.nameHint")}
              value={roster.text}
              onInput={(event) => narrow({ text: event.currentTarget.value })}
            />
          </label>
        )}
        <label>
          <span>{t("roster.column.role")}</span>
          <select
            id="roster-role"
            value={roster.role ?? ""}
            onChange={(event) => narrow({ role: event.currentTarget.value || null })}
          >
            <option value="">{t("roster.allRoles")}</option>
            {profile.roles.map(({ id, name }) => (
              <option key={id} value={id}>
                {say(name)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Within code={roster.area} />
    </form>
  );
}

function Listed({ roster, profile }: { roster: Roster; profile: Profile }) {
  const remote = list.first.value;
  if (remote.kind === "idle" || remote.kind === "loading") return <Skeleton rows={8} />;
  if (remote.kind === "failed") return <Failed failure={remote.failure} retry={list.retry} />;
  const rows = remote.value.numberMatched;
  const failure = list.failure.value;
  return (
    <section class="results" aria-label={t("roster.title")}>
      <p class="results-head">
        <strong role="status" data-testid="roster-total">
          {t(roster.tab === "vacant" ? "roster.vacancies" : "roster.total", { count: count(rows) })}
        </strong>
        <span class="downloads">
          <button
            type="button"
            class="plain"
            id="roster-import"
            onClick={() => {
              importing.value = "roster";
            }}
          >
            {t("import.open")}
          </button>
        </span>
      </p>
      {failure !== null && (
        <p class="complaints" role="alert">
          {reason(failure)}{" "}
          <button
            type="button"
            class="plain"
            onClick={() => {
              list.failure.value = null;
            }}
          >
            {t("state.retry")}
          </button>
        </p>
      )}
      {rows === 0 ? (
        <p class="empty">{t(roster.tab === "vacant" ? "roster.noVacancy" : "roster.empty")}</p>
      ) : (
        <RosterTable key={JSON.stringify(roster)} tab={roster.tab} rows={rows} zone={profile.time_zone} />
      )}
    </section>
  );
}

export function RosterPanel({ roster, profile }: { roster: Roster; profile: Profile }) {
  return (
    <aside
      class="panel left compare roster"
      data-side="left"
      aria-label={t("roster.title")}
      data-testid="roster-panel"
      aria-busy={list.first.value.kind === "loading"}
    >
      <h1>{t("roster.title")}</h1>
      <button type="button" class="close" aria-label={t("roster.close")} title={t("roster.close")} onClick={closePanel}>
        ×
      </button>
      <Filters roster={roster} profile={profile} />
      <Listed roster={roster} profile={profile} />
    </aside>
  );
}
