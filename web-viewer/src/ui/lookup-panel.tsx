/** Positions to areas: click, type, paste or drop; below it what came of it. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { seen } from "../editions";
import { count } from "../format";
import { MAX_LINES } from "../geo/parse-positions";
import { t } from "../i18n/translate";
import type { Key } from "../i18n/zh";
import { ask, close, type Form, form, meaningOf } from "../lookup/asked";
import { candidates } from "../lookup/candidates";
import { download } from "../lookup/download";
import { type Batch, type Input, readFile, readText } from "../lookup/input";
import {
  ACCURACY_KINDS,
  type AccuracyKind,
  addressQuestion,
  DEFAULT_CRS,
  MAX_ACCURACY_M,
  type Meaning,
} from "../lookup/question";
import { results, run, start } from "../lookup/run";
import { flyToAll, levels, loadedProfile } from "../resources";
import { Candidates } from "./candidates";
import { crsName } from "./crs-name";
import { LookupResults } from "./lookup-results";

/** Longer pasted texts are kept beside the field: ten thousand lines in it make browsers crawl. */
const LONG_CHARACTERS = 8000;
/** How much of a line that could not be read is shown. */
const SHOWN_CHARACTERS = 40;

/** What is wrong with what was given; a key, so that it follows the language. */
const complaint = signal<{ key: Key; values?: Record<string, string | number> } | null>(null);
/** A file, or a long text, that waits for the button; a `name` of `null` is a text. */
const file = signal<{ batch: Batch; name: string | null } | null>(null);

/** Shows where the positions are; those far outside would only make the rest small. */
function showLocated(): void {
  const { rows } = results.peek();
  if (run.peek().kind !== "done") return;
  flyToAll(rows.flatMap(({ position, outcome }) => (position === null || outcome === "none" ? [] : [position])));
}

/** Sends what was read on its way, or says why it cannot be. */
function take(input: Input, meaning: Meaning): void {
  switch (input.kind) {
    case "empty":
      complaint.value = { key: "lookup.nothing" };
      break;
    case "unreadable":
      complaint.value = {
        key: "lookup.unreadable",
        values: { line: input.line, text: input.text.slice(0, SHOWN_CHARACTERS) },
      };
      break;
    case "too-many":
      complaint.value = { key: "lookup.tooMany", values: { count: count(input.records), max: count(MAX_LINES) } };
      break;
    case "point":
      candidates.value = null;
      ask({ ...meaning, at: [input.x, input.y] }, true);
      break;
    case "address":
      candidates.value = null;
      ask(addressQuestion(input.text), true);
      break;
    case "batch": {
      candidates.value = null;
      close();
      download.value = { kind: "idle" };
      const grid = levels.peek().find((level) => level.kinds) ?? levels.peek().at(-1);
      void start(input.batch, { ...meaning, ...seen.peek() }, grid?.id ?? "").then(showLocated);
    }
  }
}

function submit(): void {
  complaint.value = null;
  const meaning = meaningOf(form.value);
  if (meaning === undefined) complaint.value = { key: "lookup.accuracyBad", values: { max: count(MAX_ACCURACY_M) } };
  else if (file.value !== null) take({ kind: "batch", batch: file.value.batch }, meaning);
  else take(readText(form.value.text), meaning);
}

async function takeFile(chosen: File): Promise<void> {
  complaint.value = null;
  file.value = null;
  let input: Input;
  try {
    input = await readFile(chosen);
  } catch {
    complaint.value = { key: "lookup.fileUnreadable", values: { name: chosen.name } };
    return;
  }
  // A file waits for the button: its reference system may have to be chosen first.
  if (input.kind === "batch") file.value = { batch: input.batch, name: chosen.name };
  else if (input.kind === "point") form.value = { ...form.value, text: `${input.x},${input.y}` };
  else take(input, { crs: DEFAULT_CRS, accuracy: null, edition: null });
}

/** Keeps a long text beside the field; `false` when it is short enough to stand in it. */
function takeLong(text: string): boolean {
  if (text.length < LONG_CHARACTERS) return false;
  complaint.value = null;
  const input = readText(text);
  if (input.kind === "batch") file.value = { batch: input.batch, name: null };
  else take(input, { crs: DEFAULT_CRS, accuracy: null, edition: null });
  return true;
}

const change = (part: Partial<Form>): void => {
  form.value = { ...form.value, ...part };
};

function FileLine() {
  const input = useRef<HTMLInputElement>(null);
  const chosen = file.value;
  return (
    <p class="file-line">
      <input
        ref={input}
        id="file"
        class="sr-only"
        type="file"
        tabIndex={-1}
        aria-label={t("lookup.file")}
        accept=".csv,.tsv,.txt,.json,.geojson,.ndjson,.jsonl,text/csv,application/json,application/geo+json"
        onChange={(event) => {
          const [first] = event.currentTarget.files ?? [];
          if (first !== undefined) void takeFile(first);
          event.currentTarget.value = "";
        }}
      />
      {chosen === null ? (
        <button type="button" class="plain" onClick={() => input.current?.click()}>
          {t("lookup.file")}
        </button>
      ) : (
        <>
          <span class="file-name" title={chosen.name ?? ""} data-testid="chosen">
            {t("lookup.fileChosen", {
              name: chosen.name ?? t("lookup.pasted"),
              count: count(chosen.batch.records),
            })}
          </span>
          <button
            type="button"
            class="plain"
            aria-label={t("lookup.fileRemove")}
            title={t("lookup.fileRemove")}
            onClick={() => {
              file.value = null;
            }}
          >
            ×
          </button>
        </>
      )}
    </p>
  );
}

function Meanings() {
  const { crs, accuracy, kind } = form.value;
  const names = loadedProfile.value?.crs ?? [DEFAULT_CRS];
  return (
    <div class="meaning">
      <label>
        <span>{t("lookup.crs")}</span>
        <select id="crs" value={crs} onChange={(event) => change({ crs: event.currentTarget.value })}>
          {(names.includes(crs) ? names : [crs, ...names]).map((name) => (
            <option key={name} value={name}>
              {crsName(name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t("lookup.accuracy")}</span>
        <input
          id="accuracy"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          placeholder={t("lookup.accuracyHint")}
          value={accuracy}
          onInput={(event) => change({ accuracy: event.currentTarget.value })}
        />
      </label>
      <label>
        <span>{t("lookup.kind")}</span>
        <select
          id="accuracy-kind"
          value={kind}
          disabled={accuracy.trim() === ""}
          onChange={(event) => {
            const chosen: AccuracyKind | undefined = ACCURACY_KINDS.find((name) => name === event.currentTarget.value);
            if (chosen !== undefined) change({ kind: chosen });
          }}
        >
          {ACCURACY_KINDS.map((name) => (
            <option key={name} value={name}>
              {t(`lookup.kind.${name}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const dropping = signal(false);

/** Takes a file that is dropped anywhere on the page; text goes where the browser puts it. */
function useDrop(): void {
  useEffect(() => {
    const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      dropping.value = true;
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) dropping.value = false;
    };
    const drop = (event: DragEvent) => {
      dropping.value = false;
      if (!hasFile(event)) return;
      event.preventDefault();
      const dropped = event.dataTransfer?.files[0];
      if (dropped !== undefined) void takeFile(dropped);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
      dropping.value = false;
    };
  }, []);
}

export function LookupPanel() {
  useDrop();
  return (
    <aside class="panel left lookup" data-side="left" aria-label={t("lookup.title")}>
      <form
        class={dropping.value ? "dropping" : ""}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h1>{t("lookup.title")}</h1>
        <p class="quiet small">{t("lookup.how", { max: count(MAX_LINES) })}</p>
        <label>
          <span class="sr-only">{t("lookup.coordinates")}</span>
          <textarea
            id="coordinates"
            rows={3}
            spellcheck={false}
            placeholder={t("lookup.placeholder")}
            disabled={file.value !== null}
            value={form.value.text}
            onInput={(event) => change({ text: event.currentTarget.value })}
            onPaste={(event) => {
              if (takeLong(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
            }}
            onDrop={(event) => {
              if (takeLong(event.dataTransfer?.getData("text/plain") ?? "")) event.preventDefault();
            }}
          />
        </label>
        <Meanings />
        <div class="form-row">
          <FileLine />
          <button type="submit" class="primary">
            {t("lookup.run")}
          </button>
        </div>
        {complaint.value !== null && (
          <p class="complaints" role="alert">
            {t(complaint.value.key, complaint.value.values)}
          </p>
        )}
        {dropping.value && <p class="drop-here">{t("lookup.drop")}</p>}
      </form>
      <Candidates />
      <LookupResults />
    </aside>
  );
}
