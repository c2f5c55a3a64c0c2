import { useEffect, useRef } from "preact/hooks";
import type { Profile } from "../api/types";
import { written } from "../compare/compared";
import { viewed } from "../editions";
import { t } from "../i18n/translate";
import { importing } from "../imports/dialog";
import { close } from "../lookup/asked";
import { MapView } from "../map/map-view";
import { area, profile, select } from "../resources";
import { shown } from "../roster/list";
import { state } from "../state";
import { AdminScreen } from "./admin-screen";
import { AnswerCard } from "./answer-card";
import { AreaCard } from "./area-card";
import { ComparePanel, closePanel as closeComparison } from "./compare-panel";
import { EditionBanner } from "./edition-banner";
import { ImportDialog } from "./import-dialog";
import { Legend } from "./legend";
import { LiveNotice } from "./live-notice";
import { LookupPanel } from "./lookup-panel";
import { MapControls } from "./map-controls";
import { PlannerScreen } from "./planner-screen";
import { closePanel, RosterPanel } from "./roster-panel";
import { SearchPanel } from "./search-panel";
import { Failed, Skeleton } from "./status";
import { TopBar } from "./top-bar";

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;

function KeyHelp() {
  const keys = [
    ["/", t("keys.search")],
    ["↑ ↓", t("keys.list")],
    ["Enter", t("keys.open")],
    ["Esc", t("keys.back")],
    ["?", t("keys.help")],
  ] as const;
  return (
    <dl class="rows">
      {keys.map(([key, meaning]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Keys that work everywhere. */
function useKeys(help: { current: HTMLDialogElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        if (help.current?.open || importing.peek() !== null) return;
        if (state.peek().screen === "lookup") close();
        else if (state.peek().selected !== null) select(null);
        else if (written.peek() !== null) closeComparison();
        else if (shown.peek() !== null) closePanel();
      } else if (!typing(event.target) && event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLElement>("#search, #coordinates, #roster-name, #roster-role")?.focus();
      } else if (!typing(event.target) && event.key === "?") help.current?.showModal();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [help]);
}

/** Tells screen readers what a click on the map has selected. */
function Announcement() {
  const remote = area.state.value;
  const { name, code } = remote.kind === "ready" ? remote.value.area : { name: "", code: "" };
  return (
    <p class="sr-only" role="status">
      {code !== "" && t("card.selected", { name, code })}
    </p>
  );
}

/** What the first screen has on its left: the comparison, the roster, or else the search. */
function LeftPanel({ profile }: { profile: Profile }) {
  if (written.value !== null) return <ComparePanel profile={profile} />;
  if (shown.value !== null) return <RosterPanel roster={shown.value} profile={profile} />;
  return <SearchPanel />;
}

function Panels({ profile }: { profile: Profile }) {
  switch (state.value.screen) {
    case "command":
      return (
        <>
          <LeftPanel profile={profile} />
          <AreaCard />
        </>
      );
    case "lookup":
      return (
        <>
          <LookupPanel />
          <AnswerCard />
        </>
      );
    case "planner":
      return (
        <>
          <PlannerScreen />
          <AreaCard />
        </>
      );
    case "admin":
      return <AdminScreen profile={profile} />;
  }
}

export function App() {
  const help = useRef<HTMLDialogElement>(null);
  useKeys(help);
  const { locale, screen } = state.value;
  const remote = profile.state.value;
  const name = remote.kind === "ready" ? remote.value.name[locale] : "Onemap";
  useEffect(() => {
    document.title = `${t(`screen.${screen}`)} · ${name}`;
  }, [screen, name]);
  return (
    <>
      <TopBar profile={remote.kind === "ready" ? remote.value : null} />
      <main class={`stage ${screen}`}>
        {remote.kind === "ready" && viewed.value !== undefined ? (
          <>
            <MapView profile={remote.value} />
            <Panels profile={remote.value} />
            <MapControls profile={remote.value} />
            <div class="notices">
              <EditionBanner profile={remote.value} />
              <LiveNotice />
            </div>
          </>
        ) : (
          <div class="panel left">
            {remote.kind === "failed" ? (
              <Failed failure={remote.failure} retry={profile.retry} />
            ) : (
              <Skeleton rows={8} />
            )}
          </div>
        )}
      </main>
      <Announcement />
      {remote.kind === "ready" && <Legend profile={remote.value} />}
      {remote.kind === "ready" && <ImportDialog />}
      <dialog ref={help} aria-label={t("keys.title")}>
        <form method="dialog">
          <h2>{t("keys.title")}</h2>
          <KeyHelp />
          <button type="submit" class="primary">
            {t("card.close")}
          </button>
        </form>
      </dialog>
    </>
  );
}
