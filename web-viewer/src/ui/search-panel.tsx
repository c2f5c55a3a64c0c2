/** Search, and below it the areas one can step into. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { loader } from "../api/remote";
import type { AddressCandidate, AreaRef, FoundAreas } from "../api/types";
import { seen, viewed } from "../editions";
import { count } from "../format";
import { say, t } from "../i18n/translate";
import { ask, form } from "../lookup/asked";
import { isAddress } from "../lookup/input";
import { addressQuestion } from "../lookup/question";
import { area, levelName, levels, siblings, topList, visit } from "../resources";
import { openRoster } from "../roster/list";
import { mayBeArea, type Outcome, outcomeOf } from "../search-outcome";
import { type Seen, seenIn } from "../seen";
import { state } from "../state";
import { CandidateLines } from "./candidates";
import { moved, moveFocus } from "./list-keys";
import { Failed, Skeleton } from "./status";

/** Rest after the last key before the server is asked. */
const DEBOUNCE_MS = 150;
const RESULTS = 30;

/** Addresses that are listed below the areas. */
const ADDRESSES = 5;

const found = loader<FoundAreas>();
const addresses = loader<AddressCandidate[]>();

async function candidatesOf(text: string, when: Seen, signal: AbortSignal): Promise<AddressCandidate[]> {
  const { answer } = await api.lookupAddress(text, when, signal);
  // An area is found by the search itself.
  return (answer?.address?.candidates ?? []).filter(({ kind }) => kind !== "area").slice(0, ADDRESSES);
}
const searching = signal("");

function Row({ area, parents }: { area: AreaRef; parents?: string[] | undefined }) {
  return (
    <>
      <span class="name">
        {area.kind === "exclusive" && <i class="swatch exclusive" role="img" aria-label={t("card.exclusive")} />}
        {area.name}
      </span>
      <span class="level quiet">{say(levelName(area.level))}</span>
      <span class="under quiet">
        <code>{area.code}</code>
        {parents !== undefined && parents.length > 0 && <span> {parents.slice(-2).join(" · ")}</span>}
      </span>
    </>
  );
}

function Results({ at, pickAt, open }: { at: number; pickAt: (index: number) => void; open: (index: number) => void }) {
  const outcome = outcomeOf(found.state.value, addresses.state.value);
  if (outcome.kind === "idle") return null;
  if (outcome.kind === "loading") return <Skeleton rows={6} />;
  const { areas: items, addresses: places, total, failed } = outcome;
  const failure = failed !== null && (
    <Failed failure={failed.failure} retry={failed.of === "areas" ? found.retry : addresses.retry} />
  );
  if (items.length === 0 && places.length === 0)
    return failure || <p class="empty">{t("search.empty", { query: searching.value })}</p>;
  const shown = { count: count(total), shown: count(items.length) };
  return (
    <>
      {items.length > 0 && (
        <p class="quiet list-note">{t(total > items.length ? "search.first" : "search.found", shown)}</p>
      )}
      <div id="search-results" role="listbox" aria-label={t("search.results")} class="list">
        {items.map((item, index) => (
          <div
            key={item.code}
            id={`result-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            class="row"
            onMouseEnter={() => pickAt(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => open(index)}
            onKeyDown={(event) => event.key === "Enter" && open(index)}
          >
            <Row area={item} parents={item.parent_names} />
          </div>
        ))}
        {places.length > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset may not stand in a listbox.
          <div role="group" aria-labelledby="search-addresses">
            <p id="search-addresses" role="presentation" class="quiet list-note">
              {t("search.addresses", { count: count(places.length) })}
            </p>
            {places.map((candidate, offset) => {
              const index = items.length + offset;
              return (
                <div
                  key={`${offset} ${candidate.text}`}
                  id={`result-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === at}
                  class="row"
                  data-testid="address-option"
                  onMouseEnter={() => pickAt(index)}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => open(index)}
                  onKeyDown={(event) => event.key === "Enter" && open(index)}
                >
                  <CandidateLines candidate={candidate} />
                </div>
              );
            })}
          </div>
        )}
      </div>
      {failure}
    </>
  );
}

/** What the search has brought, for those who cannot see it. */
function told(outcome: Outcome): string {
  if (outcome.kind !== "ready") return "";
  const { areas, addresses: meant, total, failed } = outcome;
  if (areas.length === 0 && meant.length === 0)
    return failed === null ? t("search.empty", { query: searching.value }) : "";
  const parts = [
    areas.length > 0 && t("search.found", { count: count(total) }),
    meant.length > 0 && t("search.addresses", { count: count(meant.length) }),
  ];
  return parts.filter((part) => part !== false).join(t("list.and"));
}

function List({ title, areas, total, empty }: { title: string; areas: AreaRef[]; total: number; empty: string }) {
  const selected = state.value.selected;
  const list = useRef<HTMLUListElement>(null);
  // Selected on the map or by a link, the row may be anywhere in a long list.
  useEffect(() => {
    if (selected !== null) list.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" });
  }, [selected, areas]);
  return (
    <>
      <h2>
        {title} <span class="quiet">{count(total)}</span>
      </h2>
      {areas.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <ul class="list" ref={list} onKeyDown={moveFocus}>
          {areas.map((area) => (
            <li key={area.code}>
              <button type="button" class="row" aria-pressed={area.code === selected} onClick={() => visit(area.code)}>
                <Row area={area} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {total > areas.length && <p class="quiet list-note">{t("list.more", { count: count(total - areas.length) })}</p>}
    </>
  );
}

/** What lies below the selection, or the second level when nothing is selected. */
function Browse() {
  const inside = area.state.value;
  if (inside.kind === "ready" && inside.value.children.count > 0) {
    const { children } = inside.value;
    const title = t("list.children", { name: inside.value.area.name });
    return <List title={title} areas={children.items} total={children.count} empty={t("list.empty")} />;
  }
  const beside = siblings.state.value;
  if (inside.kind === "ready" && inside.value.parent && beside.kind === "ready") {
    const title = t("list.children", { name: inside.value.parent.name });
    const { items, numberMatched } = beside.value;
    return <List title={title} areas={items} total={numberMatched} empty={t("list.empty")} />;
  }
  const top = topList.state.value;
  if (top.kind === "idle" || top.kind === "loading") return <Skeleton rows={6} />;
  if (top.kind === "failed") return <Failed failure={top.failure} retry={topList.retry} />;
  const level = levels.value[1] ?? levels.value[0];
  const title = level === undefined ? "" : t("list.top", { level: say(level.name) });
  return <List title={title} areas={top.value.items} total={top.value.numberMatched} empty={t("list.emptyAll")} />;
}

export function SearchPanel() {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const edition = viewed.value ?? null;
  useEffect(() => {
    const query = text.trim();
    setAt(0);
    if (query === "") {
      found.clear();
      addresses.clear();
      searching.value = "";
      return;
    }
    const timer = setTimeout(() => {
      searching.value = query;
      if (mayBeArea(query)) void found.load((signal) => api.search({ q: query, limit: RESULTS, edition }, signal));
      else found.clear();
      if (isAddress(query)) void addresses.load((signal) => candidatesOf(query, seen.peek() ?? seenIn(null), signal));
      else addresses.clear();
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, edition]);

  const outcome = outcomeOf(found.state.value, addresses.state.value);
  const { areas: items, addresses: places } = outcome.kind === "ready" ? outcome : { areas: [], addresses: [] };
  const total = items.length + places.length;
  const open = (index: number) => {
    const item = items[index];
    if (item !== undefined) return visit(item.code, item.bbox);
    const candidate = places[index - items.length];
    if (candidate === undefined) return;
    // Asked by the address as it was found: what was typed may mean another one first.
    const asked = candidate.text;
    form.value = { ...form.peek(), text: asked };
    ask(addressQuestion(asked), true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = event.key === "Home" || event.key === "End" ? null : moved(event.key, at, total);
    if (next !== null) {
      event.preventDefault();
      setAt(next);
      document.getElementById(`result-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") open(at);
    else if (event.key === "Escape" && text !== "") {
      event.stopPropagation();
      setText("");
    } else if (event.key === "Escape") input.current?.blur();
  };
  const active = text.trim() !== "";
  return (
    <aside class="panel left" data-side="left" aria-label={t("panel.left")}>
      <search>
        <label class="search">
          <span class="sr-only">{t("search.label")}</span>
          <input
            ref={input}
            id="search"
            type="text"
            role="combobox"
            autocomplete="off"
            spellcheck={false}
            placeholder={t("search.placeholder")}
            aria-expanded={active && total > 0}
            aria-controls="search-results"
            aria-autocomplete="list"
            {...(active && total > 0 ? { "aria-activedescendant": `result-${at}` } : {})}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <kbd title={t("search.hint")}>/</kbd>
        </label>
      </search>
      <p class="panel-links">
        <button type="button" class="plain small" id="open-roster" onClick={() => openRoster()}>
          {t("roster.open")}
        </button>
      </p>
      <p class="sr-only" role="status">
        {active && told(outcome)}
      </p>
      <div class="scroll">{active ? <Results at={at} pickAt={setAt} open={open} /> : <Browse />}</div>
    </aside>
  );
}
