/** Which edition is looked at, and all others with the days they took force; in the strip at the foot. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { crosswalkPath } from "../api/client";
import type { Edition, Profile } from "../api/types";
import { offered, openCompare } from "../compare/compared";
import { editions, lookAtDay, lookAtEdition, lookAtNow, viewed } from "../editions";
import { date, time } from "../format";
import { t } from "../i18n/translate";
import { moveFocus } from "./list-keys";
import { Failed, Skeleton } from "./status";

const STATES = { in_force: "edition.inForce", scheduled: "edition.scheduled", past: "edition.past" } as const;

const stateOf = (edition: Edition) => STATES[edition.state as keyof typeof STATES] ?? STATES.past;

function Row({ edition, shown, zone }: { edition: Edition; shown: number; zone: string }) {
  const from = new Date(edition.effective_from);
  const open = edition.state === "in_force" ? lookAtNow : () => lookAtEdition(edition.number);
  return (
    <li>
      <button type="button" class="row edition-row" aria-pressed={edition.number === shown} onClick={open}>
        <span class="name">{t("bar.edition", { number: edition.number })}</span>
        <span class={edition.state === "in_force" ? "state ok" : "quiet"}>{t(stateOf(edition))}</span>
        <span class="under quiet">
          <time dateTime={edition.effective_from}>{`${date(from, zone)} ${time(from, zone)}`}</time>
          <span class="title"> {edition.title}</span>
        </span>
      </button>
      {edition.number > 1 && (
        <a
          class="small"
          href={crosswalkPath(edition.number - 1, edition.number)}
          download
          title={t("edition.crosswalkText", { before: edition.number - 1, after: edition.number })}
        >
          {t("edition.crosswalk")}
        </a>
      )}
    </li>
  );
}

function DayForm({ zone }: { zone: string }) {
  const [day, setDay] = useState("");
  return (
    <form
      class="day-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (day !== "") lookAtDay(day, zone);
      }}
    >
      <label>
        <span>{t("edition.day")}</span>
        <input type="date" id="as-of" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
      </label>
      <button type="submit" class="plain" disabled={day === ""}>
        {t("edition.look")}
      </button>
    </form>
  );
}

function List({ profile }: { profile: Profile }) {
  const remote = editions.state.value;
  if (remote.kind === "failed") return <Failed failure={remote.failure} retry={editions.retry} />;
  if (remote.kind !== "ready") return <Skeleton rows={3} />;
  const shown = viewed.value ?? profile.edition?.number ?? 0;
  const { items } = remote.value;
  if (items.length === 0) return <p class="empty">{t("bar.noEdition")}</p>;
  return (
    <ul class="list" onKeyDown={moveFocus}>
      {[...items].reverse().map((edition) => (
        <Row key={edition.number} edition={edition} shown={shown} zone={profile.time_zone} />
      ))}
    </ul>
  );
}

export function TimeControl({ profile }: { profile: Profile }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const close = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  const current = profile.edition?.number ?? 0;
  const number = viewed.value ?? current;
  return (
    <div class="time-control" ref={box}>
      <button
        type="button"
        id="editions"
        class={number === current ? "plain" : "plain other"}
        aria-expanded={open}
        aria-controls={id}
        title={t("edition.choose")}
        data-testid="time-control"
        onClick={() => setOpen(!open)}
        onKeyDown={close}
      >
        {number === 0 ? t("bar.noEdition") : t("bar.edition", { number })}
        {number === current && number > 0 && <span class="quiet"> {t("edition.inForce")}</span>} ▴
      </button>
      {open && (
        <section id={id} class="time-list" aria-label={t("edition.choose")} onKeyDown={close}>
          <h2>{t("edition.choose")}</h2>
          <List profile={profile} />
          <DayForm zone={profile.time_zone} />
          {offered.value !== null && (
            <button
              type="button"
              class="plain"
              data-testid="compare-editions"
              onClick={() => {
                setOpen(false);
                openCompare();
                // Whoever came by keyboard goes on in the panel that has just been drawn.
                requestAnimationFrame(() => document.getElementById("compare-before")?.focus());
              }}
            >
              {t("edition.compare")}
            </button>
          )}
        </section>
      )}
    </div>
  );
}
