/** What became of an area or what it came from: every share of ground and households, and the way to each area. */
import type { Change, Kin } from "../api/types";
import { counterparts, seenOn } from "../compare/changes";
import { opened, outlines } from "../compare/compared";
import type { Pair } from "../compare/pair";
import { count, area as writeArea } from "../format";
import { t } from "../i18n/translate";
import { visitIn } from "../resources";
import { percent } from "./answer-trust";
import { sortName, weighting } from "./change-table";

function Code({ code, edition, none }: { code: string | null; edition: number; none: string }) {
  if (code === null) return <span class="quiet">{none}</span>;
  return (
    <button
      type="button"
      class="plain"
      title={t("bar.edition", { number: edition })}
      onClick={() => visitIn(edition, code)}
    >
      <code>{code}</code>
    </button>
  );
}

/** The columns of codes: the side that the change is told of is the same in every line, and left out. */
type Sides = { old: boolean; now: boolean };

function Line({ kin, both, sides }: { kin: Kin; both: Pair; sides: Sides }) {
  const share = (of: string | null, value: number) => (of === null ? "–" : percent(value));
  return (
    <tr>
      {sides.old && (
        <td>
          <Code code={kin.before} edition={both.before} none={t("compare.noOld")} />
        </td>
      )}
      {sides.now && (
        <td>
          <Code code={kin.after} edition={both.after} none={t("compare.noNew")} />
        </td>
      )}
      <td class="number">{writeArea(kin.area_m2)}</td>
      <td class="number">{share(kin.before, kin.share_before)}</td>
      <td class="number">{share(kin.after, kin.share_after)}</td>
      <td class="number" title={weighting(kin.weighting)}>
        {kin.households === null ? "–" : count(kin.households)}
      </td>
    </tr>
  );
}

function Table({ change: { before, after, lineage }, both }: { change: Change; both: Pair }) {
  const sides = { old: before === null || after !== null, now: after === null || before !== null };
  const by = new Set(lineage.flatMap((kin) => (kin.weighting === null ? [] : [weighting(kin.weighting)])));
  return (
    <table>
      <thead>
        <tr>
          {sides.old && <th scope="col">{t("compare.column.old")}</th>}
          {sides.now && <th scope="col">{t("compare.column.new")}</th>}
          <th scope="col" class="number">
            {t("compare.common")}
          </th>
          <th scope="col" class="number">
            {t("compare.ofOld")}
          </th>
          <th scope="col" class="number">
            {t("compare.ofNew")}
          </th>
          <th scope="col" class="number">
            {t("compare.movedHouseholds")}
            {by.size > 0 && <small>{[...by].join(" / ")}</small>}
          </th>
        </tr>
      </thead>
      <tbody>
        {lineage.map((kin) => (
          <Line key={`${kin.before} ${kin.after}`} kin={kin} both={both} sides={sides} />
        ))}
      </tbody>
    </table>
  );
}

export function Lineage({ change, both }: { change: Change; both: Pair }) {
  const seen = seenOn(change);
  if (seen === null) return null;
  const name = `${seen.area.name} · ${sortName(change.change)}`;
  const other = counterparts(change);
  return (
    <section class="lineage" aria-label={t("compare.lineage", { name })} data-testid="lineage">
      <h2>
        {t("compare.lineage", { name })}
        <button
          type="button"
          class="plain"
          onClick={() => {
            opened.value = null;
          }}
        >
          {t("compare.lineageClose")}
        </button>
      </h2>
      {change.lineage.length === 0 ? (
        <p class="quiet">{t("compare.noLineage")}</p>
      ) : (
        <Table change={change} both={both} />
      )}
      {other.codes.length > 0 && (
        <p class="quiet small" role="status">
          {outlines.state.value.kind === "failed"
            ? t("compare.outlinesFailed")
            : t("compare.dashed", { number: both[other.side] })}
        </p>
      )}
    </section>
  );
}
