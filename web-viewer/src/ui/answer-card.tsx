/** One looked-up position: which areas it belongs to, how surely, and who answers there. */
import type { Answer } from "../api/types";
import { degrees, distance } from "../format";
import { say, t } from "../i18n/translate";
import { levelName, lookups, openLookup, visit } from "../resources";
import { AreaChips, Copy, KindBadge, ResponsibleList } from "./area-parts";
import { levelText, limitText } from "./lookup-panel";

function Chain({ answer }: { answer: Answer }) {
  return (
    <ol class="chain">
      {answer.chain.map((step) => (
        <li key={step.code}>
          <span class="quiet">{say(levelName(step.level))}</span>
          <button type="button" class="plain" onClick={() => visit(step.code)}>
            {step.name}
          </button>
          <KindBadge kind={step.kind} />
          <code class="quiet">{step.code}</code>
        </li>
      ))}
    </ol>
  );
}

function Facts({ answer }: { answer: Answer }) {
  const rows: [string, string][] = [];
  if (typeof answer.margin_m === "number") rows.push([t("lookup.column.margin"), distance(answer.margin_m)]);
  const { runner_up: next, nearest } = answer;
  if (next) rows.push([t("lookup.runnerUp"), `${next.name} · ${distance(next.distance_m)}`]);
  if (nearest) {
    const bearing = Math.round(nearest.bearing_deg);
    const text = t("lookup.nearestAt", { name: nearest.name, distance: distance(nearest.distance_m), bearing });
    rows.push([t("lookup.nearest"), text]);
  }
  if (answer.missing.length > 0 && answer.chain.length > 0) rows.push([t("lookup.missing"), levelText(answer.missing)]);
  if (answer.co_owners.length > 0) rows.push([t("lookup.coOwners"), answer.co_owners.join("、")]);
  return (
    <dl class="rows">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function AnswerCard() {
  const row = lookups.value.find(({ id }) => id === openLookup.value);
  if (row === undefined) return null;
  const close = () => {
    openLookup.value = null;
  };
  const { outcome } = row;
  const finest = outcome.kind === "answer" ? outcome.answer.chain.at(-1) : undefined;
  const match = outcome.kind === "answer" ? outcome.answer.match : "error";
  const [x, y] = row.given;
  return (
    <aside class="panel card" data-side="right" aria-label={t("lookup.results")} data-testid="answer-card">
      <button type="button" class="close" aria-label={t("card.close")} title={t("card.close")} onClick={close}>
        ×
      </button>
      <header>
        <p class="code-line">
          <span class={`match ${match}`}>{t(`lookup.match.${match}`)}</span>
          <span class="quiet">
            {row.crs} {x}, {y}
          </span>
        </p>
        <h2>{outcome.kind === "error" ? outcome.title : (finest?.name ?? t("lookup.match.none"))}</h2>
        {finest !== undefined && (
          <p class="code-line">
            <code data-testid="answer-code">{finest.code}</code>
            <Copy text={finest.code} label={t("card.copy")} />
          </p>
        )}
      </header>
      {outcome.kind === "error" ? (
        <p>{outcome.detail}</p>
      ) : (
        <>
          {match === "none" && <p>{t("lookup.outside", { limit: limitText() })}</p>}
          <section>
            <h3>{t("lookup.chain")}</h3>
            <Chain answer={outcome.answer} />
            <Facts answer={outcome.answer} />
          </section>
          {outcome.answer.stacked.length > 0 && (
            <section>
              <h3>{t("lookup.stacked")}</h3>
              <AreaChips areas={outcome.answer.stacked} limit={12} />
            </section>
          )}
          {outcome.answer.chain.length > 0 && (
            <section>
              <h3>{t("card.responsible")}</h3>
              <ResponsibleList posts={outcome.answer.responsible.slice(0, 8)} />
            </section>
          )}
          <section>
            <h3>{t("lookup.position")}</h3>
            <p class="mono">
              EPSG:4490 {degrees(outcome.answer.position.lon)}, {degrees(outcome.answer.position.lat)}
            </p>
          </section>
        </>
      )}
    </aside>
  );
}
