/** One looked-up position: which areas it belongs to, how surely, and who answers there. */
import type { Failure } from "../api/client";
import type { Answer } from "../api/types";
import { distance } from "../format";
import { say, t } from "../i18n/translate";
import { answered, card, close, NOT_FOUND, type Shown } from "../lookup/asked";
import type { Question } from "../lookup/question";
import { flyTo, levelName, visit } from "../resources";
import { tellApart } from "../tell-apart";
import { Citation } from "./answer-citation";
import { Trust } from "./answer-trust";
import { levelText, titleOf, verdict } from "./answer-words";
import { AreaChips, Copy, KindBadge } from "./area-parts";
import { ChannelList } from "./channel-list";
import { ResponsibleList } from "./responsible-list";
import { SheetLink } from "./sheet-link";
import { Failed, reason, Skeleton } from "./status";
import { Vacant } from "./vacant";

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

function Judged({ answer, question }: { answer: Answer; question: Question }) {
  const { accuracy } = question;
  return (
    <>
      <Verdict answer={answer} />
      <Trust answer={answer} accuracy={accuracy} />
      {answer.chain.length > 0 ? (
        <section>
          <h3>{t("lookup.chain")}</h3>
          <Chain answer={answer} />
          <Facts answer={answer} />
        </section>
      ) : (
        answer.nearest && (
          <section>
            <h3>{t("lookup.nearest")}</h3>
            <Nearest answer={answer} />
          </section>
        )
      )}
      {answer.stacked.length > 0 && (
        <section>
          <h3>
            {t("lookup.stacked")} <span class="quiet">{answer.stacked.length}</span>
          </h3>
          <AreaChips
            areas={answer.stacked}
            limit={STACKED}
            tails={tellApart(
              answer.stacked,
              null,
              answer.chain.map(({ code }) => code.length),
            )}
          />
        </section>
      )}
      <CoOwners answer={answer} />
      {answer.chain.length > 0 && (
        <section>
          <h3>{t("card.responsible")}</h3>
          <ResponsibleList posts={answer.responsible} areas={answer.chain} stacked={answer.stacked} />
          <Vacant code={answer.chain.at(-1)?.code ?? ""} />
          <ChannelList channels={answer.channels ?? []} areas={[...answer.chain, ...answer.stacked]} />
        </section>
      )}
      <Citation answer={answer} question={question} />
    </>
  );
}

const givenBy = ({ address, at, crs }: Question): string => address ?? `${crs} ${at.join(", ")}`;

/** The address is not in the data: the server's reason, and no call to try the same again. */
function NoAddress({ failure }: { failure: Failure }) {
  return (
    <div role="alert" data-testid="no-address">
      <h2>{t("address.none")}</h2>
      <p>{reason(failure)}</p>
      <p class="quiet small">{t("address.noneText")}</p>
    </div>
  );
}

function Head({ answer, shown }: { answer: Answer | null; shown: Shown }) {
  const finest = answer?.chain.at(-1);
  const match = shown.kind === "error" ? "error" : answer?.match;
  const number = shown.row === null ? null : t("lookup.rowNumber", { number: shown.row.number });
  const given = shown.kind === "error" ? null : givenBy(shown.question);
  const name = answer === null ? t("lookup.asking") : t("lookup.outsideName");
  return (
    <header>
      <p class="code-line">
        {match !== undefined && <span class={`match ${match}`}>{t(`lookup.match.${match}`)}</span>}
        <span class="quiet small">{number ?? given}</span>
      </p>
      <h2>
        {shown.kind === "error" ? titleOf(shown.row.error?.title ?? "") : (finest?.name ?? name)}{" "}
        {finest !== undefined && <KindBadge kind={finest.kind} />}
      </h2>
      {finest !== undefined && (
        <p class="code-line">
          <code data-testid="answer-code">{finest.code}</code>
          <Copy text={finest.code} label={t("card.copy")} />
          {answer !== null && (
            <button
              type="button"
              class="plain"
              onClick={() => flyTo([answer.position.lon, answer.position.lat], accuracyOf(shown))}
            >
              {t("lookup.flyHere")}
            </button>
          )}
          {answered.value !== null && <SheetLink {...answered.value} />}
        </p>
      )}
    </header>
  );
}

const accuracyOf = (shown: Shown): number => (shown.kind === "answer" ? (shown.question.accuracy?.metres ?? 0) : 0);

const isNoAddress = ({ address }: Question, { status }: Failure): boolean =>
  address !== undefined && status === NOT_FOUND;

/** The right panel of the lookup screen: the one position, or the open row of the table. */
export function AnswerCard() {
  const shown = card.value;
  if (shown === null) return null;
  const remote = shown.kind === "answer" ? shown.remote : null;
  const answer = remote?.kind === "ready" ? remote.value : null;
  return (
    <aside
      key={shown.key}
      class="panel card"
      data-side="right"
      aria-label={t("lookup.answer")}
      aria-busy={remote?.kind === "loading"}
      data-testid="answer-card"
    >
      <button type="button" class="close" aria-label={t("card.close")} title={t("card.close")} onClick={close}>
        ×
      </button>
      {remote?.kind === "failed" && shown.kind === "answer" && isNoAddress(shown.question, remote.failure) ? (
        <NoAddress failure={remote.failure} />
      ) : remote?.kind === "failed" ? (
        <Failed failure={remote.failure} retry={shown.kind === "answer" ? shown.retry : null} />
      ) : (
        <Head answer={answer} shown={shown} />
      )}
      {shown.kind === "error" && shown.row.error !== null && <p>{say(shown.row.error.detail)}</p>}
      {remote?.kind === "loading" && <Skeleton rows={6} />}
      {answer !== null && shown.kind === "answer" && <Judged answer={answer} question={shown.question} />}
    </aside>
  );
}
