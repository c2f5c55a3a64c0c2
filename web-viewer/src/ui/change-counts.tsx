/** How many changes there are of each sort on each level; every number narrows the list down to what it counts. */
import type { ChangeCounts as Counts } from "../api/types";
import { countOf, type Filter, SORTS } from "../compare/changes";
import { filter, filterBy } from "../compare/compared";
import { count } from "../format";
import { say, t } from "../i18n/translate";
import { levelName } from "../resources";

function Cell({ counts, of, what }: { counts: readonly Counts[]; of: Filter; what: string }) {
  const found = countOf(counts, of);
  const { change, level } = filter.value;
  const isOn = (change !== null || level !== null) && change === of.change && level === of.level;
  return (
    <td class="number">
      {found === 0 ? (
        <span class="quiet">0</span>
      ) : (
        <button
          type="button"
          class="plain"
          aria-pressed={isOn}
          aria-label={`${what} ${count(found)}`}
          onClick={() => filterBy(isOn ? { change: null, level: null } : of)}
        >
          {count(found)}
        </button>
      )}
    </td>
  );
}

export function ChangeCounts({ counts }: { counts: readonly Counts[] }) {
  const sorts = SORTS.filter((sort) => countOf(counts, { change: sort, level: null }) > 0);
  const columns = [
    ...counts.map(({ level }) => ({ level, name: say(levelName(level)) })),
    { level: null, name: t("compare.all") },
  ];
  const lines = [
    ...sorts.map((sort) => ({ change: sort, name: t(`compare.${sort}`) })),
    // One sort alone is all of them.
    ...(sorts.length > 1 ? [{ change: null, name: t("compare.all") }] : []),
  ];
  return (
    <table class="change-counts" data-testid="compare-counts" aria-label={t("compare.counts")}>
      <thead>
        <tr>
          <th scope="col">{t("compare.sort")}</th>
          {columns.map(({ level, name }) => (
            <th key={level} scope="col" class="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ change, name }) => (
          <tr key={change}>
            <th scope="row">{name}</th>
            {columns.map((column) => (
              <Cell
                key={column.level}
                counts={counts}
                of={{ change, level: column.level }}
                what={`${name} ${column.name}`}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
