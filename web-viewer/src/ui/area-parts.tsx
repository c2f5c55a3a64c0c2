/** Small pieces that show areas and who answers for them; shared by the cards and the lists. */
import { useState } from "preact/hooks";
import type { AreaRef } from "../api/types";
import { t } from "../i18n/translate";
import { visit } from "../resources";

/** How long a copy button says that it has copied. */
const SAID_MS = 1500;

export function KindBadge({ kind }: { kind: AreaRef["kind"] }) {
  if (kind === null) return null;
  const exclusive = kind === "exclusive";
  return (
    <span class={exclusive ? "badge exclusive" : "badge"}>
      {t(exclusive ? "card.exclusive" : "card.comprehensive")}
    </span>
  );
}

export function Copy({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setSaid(true);
    setTimeout(() => setSaid(false), SAID_MS);
  };
  // Without a secure context there is no clipboard, and no button that could not work.
  if (navigator.clipboard === undefined) return null;
  return (
    <button type="button" class="plain" onClick={() => void copy()} aria-live="polite">
      {said ? t("card.copied") : label}
    </button>
  );
}

/** The way from the district to the area, each step a button but the last. */
export function Breadcrumb({ chain, current }: { chain: AreaRef[]; current: string | null }) {
  return (
    <nav class="breadcrumb" aria-label={t("card.chain")}>
      <ol>
        {chain.map((step) => (
          <li key={step.code}>
            {step.code === current ? (
              <span aria-current="location">{step.name}</span>
            ) : (
              <button type="button" class="plain" onClick={() => visit(step.code)}>
                {step.name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Areas as buttons in two columns; all beyond `limit` cells are behind one that says how many they are. */
export function AreaChips({
  areas,
  limit,
  total,
  tails,
}: {
  areas: (AreaRef & { note?: string })[];
  limit: number;
  total?: number;
  /** What stands beside a name that is not the only one. */
  tails?: Map<string, string>;
}) {
  const [all, setAll] = useState(false);
  const count = total ?? areas.length;
  const shown = all || count <= limit ? areas : areas.slice(0, limit - 1);
  const hidden = count - shown.length;
  return (
    <ul class="chips">
      {shown.map((area) => {
        const tail = tails?.get(area.code);
        const title = [area.name, area.code, area.note].filter((text) => text !== undefined).join(" · ");
        return (
          <li key={area.code}>
            <button type="button" class="chip" title={title} onClick={() => visit(area.code)}>
              {area.kind === "exclusive" && <i class="swatch exclusive" role="img" aria-label={t("card.exclusive")} />}
              <span class="name">{area.name}</span>
              {tail !== undefined && <code class="quiet">· {tail}</code>}
            </button>
          </li>
        );
      })}
      {hidden > 0 && (
        <li>
          {shown.length < areas.length ? (
            <button
              type="button"
              class="chip more"
              title={t("card.showAll", { count })}
              aria-label={t("card.showAll", { count })}
              onClick={() => setAll(true)}
            >
              +{hidden}
            </button>
          ) : (
            <span class="quiet">{t("card.more", { count: hidden })}</span>
          )}
        </li>
      )}
    </ul>
  );
}
