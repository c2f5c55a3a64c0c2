/** Positions to areas: paste or click, read the table, open a row. */
import { useState } from "preact/hooks";
import { count, distance } from "../format";
import { MAX_LINES, parsePositions } from "../geo/parse-positions";
import { say, t } from "../i18n/translate";
import {
  flight,
  type LookedUp,
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
        ? ["", "", "error", ""]
        : [
            outcome.answer.chain.at(-1)?.code ?? "",
            outcome.answer.chain.map((step) => step.name).join(" / "),
            outcome.answer.match,
            outcome.answer.margin_m?.toFixed(2) ?? "",
          ];
    return [x, y, crs, ...cells].join("\t");
  });
  return [["x", "y", "crs", "code", "chain", "match", "margin_m"].join("\t"), ...lines].join("\n");
}

function ResultRow({ row }: { row: LookedUp }) {
  const { outcome } = row;
  const finest = outcome.kind === "answer" ? outcome.answer.chain.at(-1) : undefined;
  const near = outcome.kind === "answer" ? outcome.answer.nearest : null;
  const match = outcome.kind === "error" ? "error" : outcome.answer.match;
  const margin = outcome.kind === "answer" ? outcome.answer.margin_m : null;
  const [x, y] = row.given;
  return (
    <tr class={row.id === openLookup.value ? "open" : ""}>
      <td class="quiet">{row.line ?? "–"}</td>
      <td>
        <button type="button" class="plain place" onClick={() => flyTo(row)}>
          {outcome.kind === "error" ? outcome.title : (finest?.name ?? near?.name ?? t("lookup.match.none"))}
          <code class="quiet">{finest?.code ?? near?.code ?? `${x}, ${y}`}</code>
        </button>
      </td>
      <td>
        <span class={`match ${match}`}>{t(`lookup.match.${match}`)}</span>
      </td>
      <td class="number">{margin === null || margin === undefined ? "–" : distance(margin)}</td>
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

export const levelText = (ids: string[]): string =>
  ids
    .map((id) => say(loadedProfile.value?.levels.find((level) => level.id === id)?.name ?? { zh: id, en: id }))
    .join("、");
