/** What is loaded and whether the server can serve it. */
import { useEffect } from "preact/hooks";
import { api } from "../api/client";
import { loader } from "../api/remote";
import type { Profile } from "../api/types";
import { count, date, time } from "../format";
import { say, t } from "../i18n/translate";
import { importing } from "../imports/dialog";
import { KIND_IDS, KINDS } from "../imports/kinds";
import { openRoster } from "../roster/list";

const readiness = loader<number>();

function Readiness() {
  useEffect(() => void readiness.load(api.ready), []);
  const remote = readiness.state.value;
  const ready = remote.kind === "ready" && remote.value === 200;
  return (
    <p class="readiness" role="status">
      {remote.kind === "ready" && (
        <span class={ready ? "state ok" : "state late"}>
          {ready ? t("admin.ready") : t("admin.notReady", { status: remote.value })}
        </span>
      )}
      {remote.kind === "failed" && <span class="state late">{t("admin.unreachable")}</span>}
      {remote.kind === "loading" && <span class="state">{t("state.loading")}</span>}
      <button type="button" class="plain" onClick={() => void readiness.load(api.ready)}>
        {t("admin.check")}
      </button>
    </p>
  );
}

function Edition({ profile }: { profile: Profile }) {
  const { edition, time_zone: zone } = profile;
  if (edition === null || edition === undefined) return <p class="empty">{t("admin.noEdition")}</p>;
  const at = (text: string) => `${date(new Date(text), zone)} ${time(new Date(text), zone)}`;
  const rows = [
    [t("admin.editionTitle"), edition.title],
    [t("admin.author"), edition.author],
    [t("admin.from"), at(edition.effective_from)],
    [t("admin.published"), at(edition.published_at)],
  ] as const;
  return (
    <>
      <p class="big">{t("bar.edition", { number: edition.number })}</p>
      <dl class="rows">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

export function AdminScreen({ profile }: { profile: Profile }) {
  return (
    <aside class="panel left wide" data-side="left" aria-label={t("admin.title")}>
      <div class="scroll text">
        <h1>{t("admin.title")}</h1>
        <h2>{t("admin.edition")}</h2>
        <Edition profile={profile} />
        <h2>{t("admin.server")}</h2>
        <Readiness />
        <h2>{t("admin.levels")}</h2>
        <table data-testid="levels">
          <thead>
            <tr>
              <th scope="col">{t("admin.level")}</th>
              <th scope="col" class="number">
                {t("admin.count")}
              </th>
              <th scope="col" class="number">
                {t("admin.minZoom")}
              </th>
              <th scope="col" class="number">
                {t("admin.labelZoom")}
              </th>
            </tr>
          </thead>
          <tbody>
            {profile.levels.map((level) => (
              <tr key={level.id}>
                <th scope="row">{say(level.name)}</th>
                <td class="number">{count(level.count)}</td>
                <td class="number">{level.min_zoom}</td>
                <td class="number">{level.label_zoom ?? t("admin.never")}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <h2>{t("admin.tables")}</h2>
        <p class="quiet small">{t("admin.tablesText")}</p>
        <ul class="links">
          {KIND_IDS.map((id) => (
            <li key={id}>
              <button
                type="button"
                class="plain"
                id={`import-${id}`}
                onClick={() => {
                  importing.value = id;
                }}
              >
                {t("import.openKind", { kind: t(KINDS[id].title) })}
              </button>
            </li>
          ))}
          <li>
            <button type="button" class="plain" onClick={() => openRoster()}>
              {t("roster.open")}
            </button>
          </li>
        </ul>
        <h2>{t("admin.crs")}</h2>
        {profile.own_crs.length > 0 && (
          <dl class="own-crs">
            {profile.own_crs.map(({ id, name, definition }) => (
              <div key={id}>
                <dt>
                  {say(name)} <span class="mono">{id}</span>
                </dt>
                <dd class="mono quiet">{definition}</dd>
              </div>
            ))}
          </dl>
        )}
        <p class="mono quiet">{profile.crs.join("  ")}</p>
        <h2>{t("admin.api")}</h2>
        <ul class="links">
          <li>
            <a href="/docs">{t("admin.docs")}</a>
          </li>
          <li>
            <a href="/openapi.json">{t("admin.openapi")}</a>
          </li>
        </ul>
        <p class="quiet">{t("admin.later")}</p>
      </div>
    </aside>
  );
}
