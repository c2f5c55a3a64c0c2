/** Small pieces that show areas and who answers for them; shared by the cards and the lists. */
import { useState } from "preact/hooks";
import type { AreaRef, Responsible } from "../api/types";
import { say, t } from "../i18n/translate";
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

/** Areas as buttons; beyond `limit` only their number is told. */
export function AreaChips({
  areas,
  limit,
  total,
}: {
  areas: (AreaRef & { note?: string })[];
  limit: number;
  total?: number;
}) {
  const hidden = (total ?? areas.length) - Math.min(limit, areas.length);
  return (
    <ul class="chips">
      {areas.slice(0, limit).map((area) => (
        <li key={area.code}>
          <button type="button" class="chip" title={area.note ?? area.code} onClick={() => visit(area.code)}>
            {area.kind === "exclusive" && <i class="swatch exclusive" aria-hidden="true" />}
            {area.name}
          </button>
        </li>
      ))}
      {hidden > 0 && <li class="quiet">{t("card.more", { count: hidden })}</li>}
    </ul>
  );
}

export function ResponsibleList({ posts }: { posts: Responsible[] }) {
  if (posts.length === 0) return <p class="quiet">{t("card.noResponsible")}</p>;
  return (
    <ul class="posts">
      {posts.map((post) => (
        <li key={`${post.area}/${post.role}/${post.order}/${post.name}`}>
          <span class="role">{say(post.role_name)}</span>
          <span class="who">
            {post.name}
            {post.organisation !== null && <span class="quiet"> {post.organisation}</span>}
          </span>
          <span class="phone">{post.phone}</span>
        </li>
      ))}
    </ul>
  );
}
