/** Positions to areas: paste or click, read the table, open a row. */
import { useState } from "preact/hooks";
import type { Answer } from "../api/types";
import { count, distance, wind } from "../format";
import { MAX_LINES, parsePositions } from "../geo/parse-positions";
import { say, t } from "../i18n/translate";
import {
  flight,
  type LookedUp,
  levelName,
  loadedProfile,
  lookUp,
  lookupRun,
  lookups,
  openLookup,
  positionsOf,
} from "../resources";
import { Copy } from "./area-parts";
import { Failed, Skeleton } from "./status";

/** A looked-up point is shown with this much around it, in degrees; about 200 m. */
const AROUND_DEG = 0.001;

function flyTo(row: LookedUp): void {
  openLookup.value = row.id;
  if (row.outcome.kind !== "answer") return;
  const { lon, lat } = row.outcome.answer.position;
  flight.value = { box: [lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG] };
}

/** The table as tab-separated text, to be pasted into a spreadsheet. */
export function tableText(rows: LookedUp[]): string {
  const lines = rows.map(({ given: [x, y], crs, outcome }) => {
    const cells =
      outcome.kind === "error"
        ? ["", "", "error", "", "", "", ""]
        : [
            outcome.answer.chain.at(-1)?.code ?? "",
            outcome.answer.chain.map((step) => step.name).join(" / "),
            outcome.answer.match,
            outcome.answer.margin_m?.toFixed(2) ?? "",
            outcome.answer.stacked.map((step) => step.code).join(" "),
            outcome.answer.nearest?.code ?? "",
            outcome.answer.nearest?.distance_m.toFixed(2) ?? "",
          ];
    return [x, y, crs, ...cells].join("\t");
  });
  return [
    ["x", "y", "crs", "code", "chain", "match", "margin_m", "stacked", "nearest", "distance_m"].join("\t"),
    ...lines,
  ].join("\n");
}

/** What the name alone does not say: several stacked areas, a border, or no area at all. */
function remark(answer: Answer): string | null {
  const { stacked, nearest } = answer;
  if (nearest && answer.on_border) return t("lookup.borderOuter");
  if (nearest) return t("lookup.nearShort", { towards: towards(nearest.bearing_deg) });
  if (stacked.length > 0) return t("lookup.stackedShort", { count: stacked.length, level: stackLevel(answer) });
  if (answer.match !== "border") return null;
  const others = answer.co_owners.length;
  return others > 0 ? t("lookup.borderShort", { count: others }) : t("lookup.borderOuter");
}

function ResultRow({ row }: { row: LookedUp }) {
  const { outcome } = row;
  const answer = outcome.kind === "answer" ? outcome.answer : null;
  const finest = answer?.chain.at(-1);
  const near = answer?.nearest;
  const note = outcome.kind === "error" ? say(outcome.detail) : remark(outcome.answer);
  const name = outcome.kind === "error" ? titleOf(outcome.title) : (finest ?? near)?.name;
  const metres = answer?.margin_m ?? near?.distance_m;
  const [x, y] = row.given;
  const match = answer?.match ?? "error";
  return (
    <tr class={row.id === openLookup.value ? "open" : ""}>
      <td class="quiet">{row.line ?? "–"}</td>
      <td>
        <button type="button" class="plain place" onClick={() => flyTo(row)}>
          <span class={finest === undefined ? "quiet" : ""}>{name ?? t("lookup.outsideName")}</span>
          <code class="quiet">{finest?.code ?? near?.code ?? `${x}, ${y}`}</code>
          {note !== null && <span class="remark quiet">{note}</span>}
        </button>
      </td>
      <td>
        <span class={`match ${match}`}>{t(`lookup.match.${match}`)}</span>
      </td>
      <td class="number">{metres === null || metres === undefined ? "–" : distance(metres)}</td>
    </tr>
  );
}

function Table() {
  const rows = lookups.value;
  if (rows.length === 0) return <p class="empty">{t("lookup.none")}</p>;
  return (
    <>
      <h2>
        {t("lookup.results")} <span class="quiet">{count(rows.length)}</span>
        <Copy text={tableText(rows)} label={t("lookup.copyTable")} />
      </h2>
      <table data-testid="lookup-table">
        <thead>
          <tr>
            <th scope="col">{t("lookup.column.line")}</th>
            <th scope="col">{t("lookup.column.area")}</th>
            <th scope="col">{t("lookup.column.match")}</th>
            <th scope="col" class="number">
              {t("lookup.column.margin")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ResultRow key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </>
  );
}

export function LookupPanel() {
  const [text, setText] = useState("");
  const [crs, setCrs] = useState("EPSG:4490");
  const [complaints, setComplaints] = useState<string[]>([]);
  const names = loadedProfile.value?.crs ?? ["EPSG:4490"];
  const run = async (event: Event) => {
    event.preventDefault();
    const { lines, left } = parsePositions(text);
    const unreadable = lines.flatMap((line) =>
      line.kind === "unreadable" ? [t("lookup.unreadable", { line: line.line, text: line.text.slice(0, 40) })] : [],
    );
    const positions = positionsOf(lines);
    const tooMany = left > 0 ? [t("lookup.left", { max: MAX_LINES, count: left })] : [];
    setComplaints(lines.length === 0 ? [t("lookup.nothing")] : [...tooMany, ...unreadable]);
    if (positions.length === 0) return;
    await lookUp(positions, crs);
    const first = lookups.value[0];
    if (lookupRun.state.value.kind === "ready" && first !== undefined) flyTo(first);
  };
  const remote = lookupRun.state.value;
  return (
    <aside class="panel left" data-side="left" aria-label={t("lookup.title")}>
      <form onSubmit={(event) => void run(event)}>
        <h1>{t("lookup.title")}</h1>
        <p class="quiet">{t("lookup.how")}</p>
        <label>
          <span>{t("lookup.coordinates")}</span>
          <textarea
            id="coordinates"
            rows={4}
            spellcheck={false}
            placeholder={t("lookup.placeholder")}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div class="form-row">
          <label>
            <span>{t("lookup.crs")}</span>
            <select id="crs" value={crs} onChange={(event) => setCrs(event.currentTarget.value)}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="primary">
            {t("lookup.run")}
          </button>
        </div>
        {complaints.length > 0 && (
          <ul class="complaints" role="alert">
            {complaints.slice(0, 5).map((complaint) => (
              <li key={complaint}>{complaint}</li>
            ))}
          </ul>
        )}
      </form>
      <p class="sr-only" role="status">
        {remote.kind === "ready" && t("lookup.summary", { count: remote.value })}
      </p>
      <div class="scroll">
        {remote.kind === "loading" && <Skeleton rows={3} />}
        {remote.kind === "failed" && <Failed failure={remote.failure} retry={lookupRun.retry} />}
        <Table />
      </div>
    </aside>
  );
}

/** Text of the notice limit, for the card of an answer outside everything. */
export const limitText = (): string => distance(loadedProfile.value?.nearest_limit_m ?? 0);

export const levelText = (ids: string[]): string => ids.map((id) => say(levelName(id))).join(t("list.and"));

/** The direction in words. */
export const towards = (bearing: number): string => t(`compass.${wind(bearing)}`);

/** The level of the stacked areas of an answer. */
export const stackLevel = ({ stacked }: Answer): string => levelText(stacked.slice(0, 1).map(({ level }) => level));

/** The half in the reader's language of the server's title, which has both: `参数有误 / A parameter is wrong`. */
export function titleOf(title: string): string {
  const [zh = title, en = title] = title.split(" / ");
  return say({ zh, en });
}
