/** Importing a table: choose a file, have it checked, read what is wrong row by row, import all or the rest. */
import { useEffect, useRef } from "preact/hooks";
import { count } from "../format";
import { say, t } from "../i18n/translate";
import {
  cancel,
  check,
  chooseFile,
  chooseKind,
  chosen,
  closeImport,
  importing,
  importNow,
  setValue,
  stage,
  values,
} from "../imports/dialog";
import { KIND_IDS, KINDS, type Kind, type Option } from "../imports/kinds";
import { type Finding, hasErrors, inOrder, type Report } from "../imports/report";
import { levels, loadedProfile } from "../resources";
import { state } from "../state";
import { crsName } from "./crs-name";
import { Failed } from "./status";

/** Findings in the page; whoever has more mends these first. */
const SHOWN = 500;
/** How much of a list of what is allowed stands below a finding. */
const LONG_CHARACTERS = 100;
/** What findings call the geometry of a record, whichever columns it is written in. */
const GEOMETRY = "geometry";
const SHAPES = { error: "late", warning: "due", info: "ok" } as const;

function Kinds({ kind }: { kind: Kind }) {
  return (
    <fieldset class="filters" aria-label={t("import.kind")}>
      {KIND_IDS.map((id) => (
        <button key={id} type="button" aria-pressed={id === kind.id} onClick={() => chooseKind(id)}>
          {t(KINDS[id].title)}
        </button>
      ))}
    </fieldset>
  );
}

function Templates({ kind }: { kind: Kind }) {
  const level = levels.value.find(({ kinds }) => kinds) ?? levels.value.at(-1);
  const files = kind.templates(values.value, level?.id ?? "");
  if (files.length === 0) return <p class="quiet small">{t("import.templateWants")}</p>;
  return (
    <p class="downloads" data-testid="import-templates">
      <span class="quiet">{t("import.template")}</span>
      {files.map(({ name, href }) => (
        <a key={name} href={href} download>
          ↓ {name}
        </a>
      ))}
    </p>
  );
}

function FileLine({ kind }: { kind: Kind }) {
  const input = useRef<HTMLInputElement>(null);
  const endings = Object.keys(kind.types).map((ending) => `.${ending}`);
  return (
    <p class="file-line">
      <input
        ref={input}
        id="import-file"
        class="sr-only"
        type="file"
        tabIndex={-1}
        aria-label={t("lookup.file")}
        accept={endings.join()}
        onChange={(event) => {
          const [first] = event.currentTarget.files ?? [];
          if (first !== undefined) chooseFile(kind.id, first);
          event.currentTarget.value = "";
        }}
      />
      <button type="button" class="plain" onClick={() => input.current?.click()}>
        {t(chosen.value === null ? "lookup.file" : "import.otherFile")}
      </button>
      {chosen.value === null ? (
        <span class="quiet small">{endings.join(" ")}</span>
      ) : (
        <span class="file-name" title={chosen.value.name} data-testid="import-chosen">
          {chosen.value.name}
        </span>
      )}
    </p>
  );
}

/** What the profile has to choose from; classes by both of their names, as lists that come in have either. */
function choicesOf(from: "classes" | "systems"): { id: string; name: string }[] {
  const profile = loadedProfile.value;
  if (profile === null) return [];
  if (from === "systems") return profile.crs.map((id) => ({ id, name: crsName(id) }));
  const isChinese = state.value.locale === "zh";
  return profile.place_classes.map(({ id, name: { zh, en } }) => ({
    id,
    name: isChinese ? `${zh} ${en}` : `${en} ${zh}`,
  }));
}

function OptionField({ option }: { option: Option }) {
  const id = `import-${option.name}`;
  const value = values.value[option.name];
  if (option.kind === "switch") {
    return (
      <label class="switch">
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => setValue(option.name, event.currentTarget.checked)}
        />
        <span>{t(option.label)}</span>
      </label>
    );
  }
  if (option.kind === "choice") {
    return (
      <label>
        <span>{t(option.label)}</span>
        <select
          id={id}
          value={typeof value === "string" ? value : ""}
          onChange={(event) => setValue(option.name, event.currentTarget.value)}
        >
          <option value="">{t(option.none)}</option>
          {choicesOf(option.from).map(({ id: choice, name }) => (
            <option key={choice} value={choice}>
              {name}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <label>
      <span>{t(option.label)}</span>
      <input
        id={id}
        type="text"
        autocomplete="off"
        maxLength={100}
        placeholder={t(option.hint)}
        value={typeof value === "string" ? value : ""}
        onInput={(event) => setValue(option.name, event.currentTarget.value)}
      />
    </label>
  );
}

/** What would be right; a long list is folded, so that the findings can be read one below the other. */
function Allowed({ text }: { text: string }) {
  if (text === "") return null;
  if (text.length <= LONG_CHARACTERS) return <span class="under quiet">{t("import.allowed", { allowed: text })}</span>;
  return (
    <details class="under quiet">
      <summary>{t("import.allowed", { allowed: `${text.slice(0, LONG_CHARACTERS)}…` })}</summary>
      {text}
    </details>
  );
}

function FindingRow({ finding: { severity, row, column, text, allowed } }: { finding: Finding }) {
  return (
    <tr>
      <td>
        <span class={`state ${SHAPES[severity]}`}>{t(`import.${severity}`)}</span>
      </td>
      <td class="number">{row ?? t("import.whole")}</td>
      <td>{column === GEOMETRY ? t("import.geometry") : (column ?? "")}</td>
      <td>
        {say(text)}
        <Allowed text={say(allowed)} />
      </td>
    </tr>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <section class="findings" aria-label={t("import.findings")}>
      <table data-testid="import-findings">
        <thead>
          <tr>
            <th scope="col">{t("import.column.severity")}</th>
            <th scope="col" class="number">
              {t("import.column.row")}
            </th>
            <th scope="col">{t("import.column.column")}</th>
            <th scope="col">{t("import.column.text")}</th>
          </tr>
        </thead>
        <tbody>
          {inOrder(findings)
            .slice(0, SHOWN)
            .map((finding, at) => (
              <FindingRow key={at} finding={finding} />
            ))}
        </tbody>
      </table>
      {findings.length > SHOWN && (
        <p class="quiet small">{t("import.more", { count: count(findings.length - SHOWN) })}</p>
      )}
    </section>
  );
}

/** What was found, in a sentence. */
function summary(report: Report, isDone: boolean): string {
  const errors = report.findings.filter(({ severity }) => severity === "error").length;
  const [rows, leftOut, changes] = [count(report.rows), count(report.leftOut), count(report.changes)];
  if (isDone) {
    if (report.outcome === "unchanged") return t("import.unchanged", { rows });
    return report.leftOut > 0 ? t("import.doneRest", { changes, leftOut }) : t("import.done", { rows, changes });
  }
  // A table whose columns are wrong has no rows that could be counted.
  if (errors > 0 && report.rows === 0) return t("import.unreadable", { errors: count(errors) });
  return errors > 0 ? t("import.wrong", { rows, errors: count(errors), leftOut }) : t("import.good", { rows, changes });
}

function Outcome() {
  const { value } = stage;
  const summed = useRef<HTMLParagraphElement>(null);
  // The button that was pressed is gone or off by now: who came by keyboard goes on from what was found.
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement === null) summed.current?.focus();
  }, [value]);
  switch (value.kind) {
    case "idle":
      return <p class="quiet small">{t("import.how")}</p>;
    case "wrong-file":
      return (
        <p class="complaints" role="alert">
          {t("import.wrongFile", { name: value.name })}
        </p>
      );
    case "sending":
      return (
        <div class="running" role="status">
          <progress aria-label={t(value.isCheck ? "import.checking" : "import.importing")} />
          <p class="form-row">
            <span class="quiet small">{t(value.isCheck ? "import.checking" : "import.importing")}</span>
            <button type="button" class="plain" onClick={cancel}>
              {t("lookup.cancel")}
            </button>
          </p>
        </div>
      );
    case "failed":
      return <Failed failure={value.failure} retry={null} />;
    default: {
      const isDone = value.kind === "done";
      const shape = isDone || !hasErrors(value.report) ? "ok" : "late";
      return (
        <>
          <p role="status" tabIndex={-1} data-testid="import-summary" ref={summed}>
            <span class={`state ${shape}`}>{summary(value.report, isDone)}</span>
          </p>
          <Findings findings={value.report.findings} />
        </>
      );
    }
  }
}

/** Only what was checked can be imported, and a file with errors only without the rows that have them. */
function Actions() {
  const { value } = stage;
  const report = value.kind === "checked" ? value.report : null;
  const isWrong = report !== null && hasErrors(report);
  const left = report === null ? 0 : Math.max(0, report.rows - report.leftOut);
  return (
    <p class="dialog-actions">
      <button type="button" class="plain" onClick={closeImport}>
        {t("card.close")}
      </button>
      <button
        type="button"
        class={report === null ? "primary" : "plain"}
        id="import-check"
        disabled={chosen.value === null || value.kind === "sending" || value.kind === "done"}
        onClick={() => void check()}
      >
        {t("import.check")}
      </button>
      {report !== null && !isWrong && (
        <button type="button" class="primary" id="import-all" onClick={() => void importNow(false)}>
          {t("import.all", { rows: count(report.rows) })}
        </button>
      )}
      {report !== null && isWrong && left > 0 && (
        <button type="button" class="primary" id="import-rest" onClick={() => void importNow(true)}>
          {t("import.rest", { rows: count(left), leftOut: count(report.leftOut) })}
        </button>
      )}
    </p>
  );
}

/** Whether the dialog may close: not while something is being written. */
const mayClose = (): boolean => stage.peek().kind !== "sending";

export function ImportDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = importing.value;
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (id !== null && !element.open) element.showModal();
    if (id === null && element.open) element.close();
  }, [id]);
  const kind = id === null ? null : KINDS[id];
  return (
    <dialog
      ref={dialog}
      class="import"
      aria-label={t("import.title")}
      data-testid="import-dialog"
      onCancel={(event) => {
        event.preventDefault();
        if (mayClose()) closeImport();
      }}
    >
      {kind !== null && (
        <form method="dialog" onSubmit={(event) => event.preventDefault()}>
          <h2>{t("import.title")}</h2>
          <Kinds kind={kind} />
          <Templates kind={kind} />
          <FileLine kind={kind} />
          <div class="import-options">
            {kind.options.map((option) => (
              <OptionField key={`${kind.id} ${option.name}`} option={option} />
            ))}
          </div>
          <Outcome />
          <Actions />
        </form>
      )}
    </dialog>
  );
}
