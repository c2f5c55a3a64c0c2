/** What an import says it did; kinds of tables count differently, their findings are the same. */
import type { Text } from "../api/types";

export type Severity = "error" | "warning" | "info";

export type Finding = {
  severity: Severity;
  /** The row as the spreadsheet numbers it. */
  row: number | null;
  /** The heading of the column. */
  column: string | null;
  text: Text;
  /** What would be right; empty when the text says it. */
  allowed: Text;
};

export type Report = {
  outcome: string;
  /** How many rows were read, and how many of them cannot be taken. */
  rows: number;
  leftOut: number;
  /** How many things would be, or were, entered or changed. */
  changes: number;
  findings: readonly Finding[];
};

type Members = Record<string, unknown>;

const membersOf = (value: unknown): Members => (typeof value === "object" && value !== null ? { ...value } : {});
const numberOf = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const SEVERITIES = ["error", "warning", "info"] as const;

function findingOf(value: unknown): Finding {
  const members = membersOf(value);
  const text = membersOf(members.text);
  const [en, allowed] = [textOf(text.en), textOf(members.allowed)];
  return {
    severity: SEVERITIES.find((name) => name === members.severity) ?? "error",
    row: typeof members.record === "number" ? members.record : null,
    column: textOf(members.field) || null,
    text: { zh: textOf(text.zh) || en, en },
    allowed: { zh: textOf(members.allowed_zh) || allowed, en: allowed },
  };
}

/** Members that count things that came of an import, whichever kind it is. */
const CHANGES = ["added", "changed", "ended", "created", "removed", "recorded"];

/** The sum of what was counted, at any depth of one: rosters count by sort. */
function changesOf(members: Members): number {
  const own = (of: Members) => CHANGES.reduce((sum, name) => sum + numberOf(of[name]), 0);
  return Object.values(members).reduce<number>(
    (sum, value) => (Array.isArray(value) ? sum : sum + own(membersOf(value))),
    own(members),
  );
}

/** Rows with an error, each once; findings without a row are about the whole. */
export const rowsWithErrors = (findings: readonly Finding[]): number =>
  new Set(findings.flatMap(({ severity, row }) => (severity === "error" && row !== null ? [row] : []))).size;

/** Reads an answer or a problem that has findings, trusting nothing about its shape; `null` for any other. */
export function reportOf(body: unknown): Report | null {
  const members = membersOf(body);
  if (!Array.isArray(members.findings)) return null;
  const findings = members.findings.map(findingOf);
  const leftOut = numberOf(members.left_out ?? members.refused);
  return {
    outcome: textOf(members.outcome) || "rejected",
    rows: numberOf(members.rows ?? members.records ?? members.values),
    leftOut: leftOut === 0 ? rowsWithErrors(findings) : leftOut,
    changes: changesOf(members),
    findings,
  };
}

export const hasErrors = ({ findings }: Report): boolean => findings.some(({ severity }) => severity === "error");

/** Errors before warnings before notes, by row; findings about the whole come first. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return [...findings].sort((one, other) => rank(one) - rank(other) || (one.row ?? 0) - (other.row ?? 0));
}
