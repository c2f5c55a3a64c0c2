/** One looked-up position: which areas it belongs to, how surely, and who answers there. */
import type { Answer } from "../api/types";
import { degrees, distance } from "../format";
import { say, t } from "../i18n/translate";
import { levelName, lookups, openLookup, visit } from "../resources";
import { tellApart } from "../tell-apart";
import { AreaChips, Copy, KindBadge } from "./area-parts";
import { levelText, limitText, stackLevel, titleOf, towards } from "./lookup-panel";
import { ResponsibleList } from "./responsible-list";

/** Stacked areas shown before the rest is folded. */
const STACKED = 10;

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
  const { runner_up: next } = answer;
  if (next) rows.push([t("lookup.runnerUp"), `${next.name} · ${distance(next.distance_m)}`]);
  if (answer.missing.length > 0 && answer.chain.length > 0) rows.push([t("lookup.missing"), levelText(answer.missing)]);
  if (rows.length === 0) return null;
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

/** One sentence on everything that is not simply inside one area. */
function verdict(answer: Answer): string | null {
  const { nearest, stacked, chain } = answer;
  if (nearest && answer.on_border) return t("lookup.borderOuter");
  if (nearest) {
    const where = { distance: distance(nearest.distance_m), towards: towards(nearest.bearing_deg) };
    return t("lookup.near", where);
  }
  if (answer.match === "none") return t("lookup.outside", { limit: limitText() });
  const name = chain.at(-1)?.name ?? "";
  if (stacked.length > 0) return t("lookup.stackedHere", { count: stacked.length, level: stackLevel(answer), name });
  if (answer.match !== "border") return null;
  return t(answer.co_owners.length > 0 ? "lookup.border" : "lookup.borderOuter");
}

/** The areas across the border; of all but the runner-up only the codes are known. */
function CoOwners({ answer }: { answer: Answer }) {
  const { co_owners: codes, runner_up: next } = answer;
  if (codes.length === 0) return null;
  return (
    <section>
      <h3>
        {t("lookup.coOwners")} <span class="quiet">{codes.length}</span>
      </h3>
      <ul class="links">
        {codes.map((code) => (
          <li key={code} class="code-line">
            <button type="button" class="plain" onClick={() => visit(code)}>
              <code>{code}</code>
            </button>
            {next?.code === code && <span>{next.name}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The area next to a position that lies in none, to be opened. */
function Nearest({ answer }: { answer: Answer }) {
  const { nearest } = answer;
  if (!nearest) return null;
  return (
    <p class="code-line">
      <button type="button" class="plain" onClick={() => visit(nearest.code)}>
        {nearest.name}
      </button>
      <code>{nearest.code}</code>
    </p>
  );
}

function Verdict({ answer }: { answer: Answer }) {
  const text = verdict(answer);
  if (text === null) return null;
  return (
    <p class={`verdict ${answer.match}`} role="note" data-testid="verdict">
      {text}
    </p>
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
    <aside key={row.id} class="panel card" data-side="right" aria-label={t("lookup.results")} data-testid="answer-card">
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
        <h2>
          {outcome.kind === "error" ? titleOf(outcome.title) : (finest?.name ?? t("lookup.outsideName"))}{" "}
          {finest !== undefined && <KindBadge kind={finest.kind} />}
        </h2>
        {finest !== undefined && (
          <p class="code-line">
            <code data-testid="answer-code">{finest.code}</code>
            <Copy text={finest.code} label={t("card.copy")} />
          </p>
        )}
      </header>
      {outcome.kind === "error" ? (
        <p>{say(outcome.detail)}</p>
      ) : (
        <>
          <Verdict answer={outcome.answer} />
          {outcome.answer.chain.length > 0 ? (
            <section>
              <h3>{t("lookup.chain")}</h3>
              <Chain answer={outcome.answer} />
              <Facts answer={outcome.answer} />
            </section>
          ) : (
            outcome.answer.nearest && (
              <section>
                <h3>{t("lookup.nearest")}</h3>
                <Nearest answer={outcome.answer} />
              </section>
            )
          )}
          {outcome.answer.stacked.length > 0 && (
            <section>
              <h3>
                {t("lookup.stacked")} <span class="quiet">{outcome.answer.stacked.length}</span>
              </h3>
              <AreaChips
                areas={outcome.answer.stacked}
                limit={STACKED}
                tails={tellApart(
                  outcome.answer.stacked,
                  null,
                  outcome.answer.chain.map(({ code }) => code.length),
                )}
              />
            </section>
          )}
          <CoOwners answer={outcome.answer} />
          {outcome.answer.chain.length > 0 && (
            <section>
              <h3>{t("card.responsible")}</h3>
              <ResponsibleList
                posts={outcome.answer.responsible}
                areas={outcome.answer.chain}
                stacked={outcome.answer.stacked}
              />
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
