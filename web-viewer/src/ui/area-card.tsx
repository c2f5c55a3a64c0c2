/** The selected area: where it belongs, who answers, how many live there, what lies around. */
import { useRef } from "preact/hooks";
import type { AreaDetail } from "../api/types";
import { seen } from "../editions";
import { count, distance, area as writeArea } from "../format";
import { boxFrom } from "../geo/lon-lat";
import { say, t } from "../i18n/translate";
import { area, flight, levelName, select } from "../resources";
import { seenIn } from "../seen";
import { tellApart } from "../tell-apart";
import { AreaChips, Breadcrumb, Copy, KindBadge } from "./area-parts";
import { ChannelList } from "./channel-list";
import { ResponsibleList } from "./responsible-list";
import { SheetLink } from "./sheet-link";
import { Failed, Skeleton } from "./status";
import { Vacant } from "./vacant";

/** Chips of each kind, two in a row, so that the card fits one screen at 1080p; the left list has all children. */
const NEIGHBOURS = 6;
const CHILDREN = 4;
const STACKED = 4;
/** Party bodies, of which one is folded for the button. */
const MOST_BODIES = 2;

function Figure({ label, value, note }: { label: string; value: string; note?: string | undefined }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        {value}
        {note !== undefined && <small>{note}</small>}
      </dd>
    </div>
  );
}

function Body({ body }: { body: NonNullable<AreaDetail["area"]["body"]> }) {
  const rows = [
    [t("card.leader"), body.leader],
    [t("card.dutyPhone"), body.duty_phone],
    [t("card.creditCode"), body.credit_code],
  ] as const;
  return (
    <section>
      <h3>{t("card.body")}</h3>
      <p class="strong">{body.name}</p>
      <dl class="rows">
        {rows.map(([label, value]) =>
          value === null || value === undefined ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd class="mono">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

/** How many places of each class lie in the area. */
function Places({ places }: { places: AreaDetail["places"] }) {
  if (places.length === 0) return null;
  const total = places.reduce((sum, { count }) => sum + count, 0);
  return (
    <section data-testid="places">
      <h3>
        {t("card.places")} <span class="quiet">{count(total)}</span>
      </h3>
      <p class="place-counts">
        {places.map(({ class: id, name, count: many }) => (
          <span key={id}>
            {say(name)} <b>{count(many)}</b>
          </span>
        ))}
      </p>
    </section>
  );
}

function Detail({ detail }: { detail: AreaDetail }) {
  const { area, children, neighbours, stacked_with: stacked } = detail;
  // A figure says where it comes from: declared, or the sum of its buildings.
  const declared = t(area.figures === "declared" ? "card.declared" : "card.bySum");
  const noteOf = (value: number | null | undefined) => (value === null || value === undefined ? undefined : declared);
  const people = (value: number | null) => (value === null ? t("card.unknown") : count(value));
  const box = boxFrom(area.bbox);
  const steps = detail.chain.slice(0, -1).map(({ code }) => code.length);
  return (
    <>
      <header>
        <Breadcrumb chain={detail.chain} current={area.code} />
        <h2>
          {area.name} <KindBadge kind={area.kind} />
        </h2>
        <p class="code-line">
          <span class="badge quiet">{say(levelName(area.level))}</span>
          <code data-testid="area-code">{area.code}</code>
          <Copy text={area.code} label={t("card.copy")} />
          {box !== null && (
            <button
              type="button"
              class="plain"
              onClick={() => {
                flight.value = { box };
              }}
            >
              {t("card.fly")}
            </button>
          )}
          <SheetLink code={area.code} when={seen.value ?? seenIn(null)} />
        </p>
      </header>
      <section>
        <h3>{t("card.responsible")}</h3>
        <ResponsibleList posts={detail.responsible} areas={detail.chain} />
        <Vacant code={area.code} />
      </section>
      {detail.party_bodies.length > 0 && (
        <details class="folded" data-testid="party-bodies">
          <summary>
            {t("card.partyBodies")} <span class="quiet">{detail.party_bodies.length}</span>
          </summary>
          <ResponsibleList posts={detail.party_bodies} areas={detail.chain} most={MOST_BODIES} />
        </details>
      )}
      <ChannelList channels={detail.channels} areas={detail.chain} />
      {area.body !== null && area.body !== undefined && <Body body={area.body} />}
      <section>
        <h3>{t("card.figures")}</h3>
        <dl class="figures">
          <Figure label={t("card.households")} value={people(area.households ?? null)} note={noteOf(area.households)} />
          <Figure label={t("card.residents")} value={people(area.residents ?? null)} note={noteOf(area.residents)} />
          <Figure label={t("card.area")} value={writeArea(area.area_m2)} />
        </dl>
      </section>
      <Places places={detail.places} />
      {stacked.length > 0 && (
        <section>
          <h3>
            {t("card.stacked")} <span class="quiet">{count(stacked.length)}</span>
          </h3>
          <AreaChips areas={stacked} limit={STACKED} tails={tellApart(stacked, area, steps)} />
        </section>
      )}
      <section>
        <h3>
          {t("card.neighbours")} <span class="quiet">{count(neighbours.length)}</span>
        </h3>
        {neighbours.length === 0 ? (
          <p class="quiet">{t("card.noNeighbours")}</p>
        ) : (
          <AreaChips
            areas={neighbours.map((next) => ({
              ...next,
              note: t("card.shared", { length: distance(next.shared_border_m) }),
            }))}
            limit={NEIGHBOURS}
            tails={tellApart(neighbours, area, steps)}
          />
        )}
      </section>
      {children.count > 0 && (
        <section>
          <h3>
            {t("card.children")} <span class="quiet">{count(children.count)}</span>
          </h3>
          <AreaChips
            areas={children.items}
            limit={CHILDREN}
            total={children.count}
            tails={tellApart(children.items, null, [...steps, area.code.length])}
          />
        </section>
      )}
    </>
  );
}

/** The right panel of a selection; nothing when nothing is selected. */
export function AreaCard() {
  const remote = area.state.value;
  const shown = useRef<AreaDetail | null>(null);
  if (remote.kind === "ready") shown.current = remote.value;
  else if (remote.kind !== "loading") shown.current = null;
  if (remote.kind === "idle") return null;
  // The card before stays until the next one is there: no flicker while one walks through the areas.
  const detail = shown.current;
  return (
    <aside class="panel card" data-side="right" aria-label={t("panel.right")} data-testid="area-card">
      <button
        type="button"
        class="close"
        aria-label={t("card.close")}
        title={t("card.close")}
        onClick={() => select(null)}
      >
        ×
      </button>
      {remote.kind === "loading" && detail === null && <Skeleton rows={8} />}
      {remote.kind === "failed" && <Failed failure={remote.failure} retry={area.retry} />}
      {detail !== null && (
        <div key={detail.area.code} aria-busy={remote.kind === "loading"}>
          <Detail detail={detail} />
        </div>
      )}
    </aside>
  );
}
