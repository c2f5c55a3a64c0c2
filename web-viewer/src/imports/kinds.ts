/** The kinds of tables that can be imported: where they go, what they may be, what else must be said. */
import { query } from "../api/client";
import type { Key } from "../i18n/zh";

export const KIND_IDS = ["roster", "places", "indicators"] as const;
export type KindId = (typeof KIND_IDS)[number];

/** One more thing that an import wants to know. */
export type Option =
  | { kind: "text"; name: string; label: Key; hint: Key }
  /** One of what the profile has: classes of places, coordinate systems; `none` is chosen first. */
  | { kind: "choice"; name: string; label: Key; none: Key; from: "classes" | "systems" }
  | { kind: "switch"; name: string; label: Key };

export type Kind = {
  id: KindId;
  title: Key;
  path: string;
  /** Media types by the endings of the files that are taken. */
  types: Record<string, string>;
  options: readonly Option[];
  /** Empty tables to fill in, by what stands in the form; none until what they need stands there. */
  templates: (values: Values, level: string) => readonly { name: string; href: string }[];
};

export type Values = Readonly<Record<string, string | boolean>>;

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const TABLES = { csv: "text/csv", xlsx: XLSX };
const AUTHOR: Option = { kind: "text", name: "author", label: "import.author", hint: "import.authorHint" };
const SHEET: Option = { kind: "text", name: "sheet", label: "import.sheet", hint: "import.sheetHint" };

const written = (values: Values, name: string): string => {
  const value = values[name];
  return typeof value === "string" ? value.trim() : "";
};

export const KINDS: Record<KindId, Kind> = {
  roster: {
    id: "roster",
    title: "import.roster",
    path: "/rosters/imports",
    types: { ...TABLES, tsv: "text/tab-separated-values" },
    options: [SHEET, AUTHOR, { kind: "switch", name: "succeed", label: "import.succeed" }],
    templates: () => [
      { name: "XLSX", href: "/rosters/template.xlsx" },
      { name: "CSV", href: "/rosters/template.csv" },
    ],
  },
  places: {
    id: "places",
    title: "import.places",
    path: "/places/imports",
    types: {
      ...TABLES,
      geojson: "application/geo+json",
      json: "application/geo+json",
      ndjson: "application/x-ndjson",
      zip: "application/zip",
      gpkg: "application/geopackage+sqlite3",
    },
    options: [
      { kind: "choice", name: "class", label: "import.class", none: "import.classNone", from: "classes" },
      { kind: "choice", name: "crs", label: "lookup.crs", none: "import.crsNone", from: "systems" },
      AUTHOR,
    ],
    templates: (values) => {
      const members = query({ class: written(values, "class") || null });
      return [
        { name: "XLSX", href: `/places/template.xlsx${members}` },
        { name: "CSV", href: `/places/template.csv${members}` },
      ];
    },
  },
  indicators: {
    id: "indicators",
    title: "import.indicators",
    path: "/indicators/imports",
    types: TABLES,
    options: [{ kind: "text", name: "period", label: "import.period", hint: "import.periodHint" }, SHEET, AUTHOR],
    templates: (values, level) => {
      const period = written(values, "period");
      if (period === "") return [];
      return (["xlsx", "csv"] as const).map((format) => ({
        name: format.toUpperCase(),
        href: `/indicators/template${query({ period, level, format })}`,
      }));
    },
  },
};

/** The media type of a file by its ending; `null` when the kind does not take it. */
export const typeOf = (kind: Kind, name: string): string | null =>
  kind.types[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? null;

/** The address that a file is sent to. */
export function importPath(kind: Kind, values: Values, how: { dryRun: boolean; partial: boolean }): string {
  const own = kind.options.map((option): [string, string | null] =>
    option.kind === "switch"
      ? [option.name, values[option.name] === true ? "true" : null]
      : [option.name, written(values, option.name) || null],
  );
  const members = {
    ...Object.fromEntries(own),
    dry_run: how.dryRun ? "true" : null,
    partial: how.partial ? "true" : null,
  };
  return `${kind.path}${query(members)}`;
}
