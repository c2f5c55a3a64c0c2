/** Who answers for an area or a position: two short lines a person, those of the finest area first. */
import { useState } from "preact/hooks";
import type { AreaRef, Responsible } from "../api/types";
import { say, t } from "../i18n/translate";
import { joinPosts, type Post, placeName } from "../posts";

/** More people than this are folded away, so that the card fits one screen at 1080p. */
const MOST = 6;

/** The names of the areas a post is for, where they are known. */
const places = (post: Post, areas: AreaRef[]): string[] =>
  post.areas.map((code) => areas.find((area) => area.code === code)?.name ?? code);

function Line({ post, areas, split }: { post: Post; areas: AreaRef[]; split: boolean }) {
  const role = say(post.role_name);
  const place = placeName(post);
  const where = place ?? places(post, areas).join(t("list.and"));
  const beside = split || place !== null ? where : (post.organisation ?? "");
  const away = post.stands_in_for ?? null;
  const standsIn = away === null ? null : t("card.standsInFor", { name: away });
  const title = [role, post.name, standsIn, post.organisation, where].filter((text) => text !== null).join(" · ");
  return (
    <li title={title}>
      <span class="who">
        {post.name}
        {post.order === "B" && <span class="badge">{t("card.orderB")}</span>}
        {standsIn !== null && <span class="badge standsin">{t("roster.standsIn")}</span>}
      </span>
      <span class="phone">{post.phone}</span>
      <span class="under">{[role, standsIn, beside].filter((text) => text).join(" · ")}</span>
    </li>
  );
}

/** `areas` are those whose names are known; of `stacked` ones each may have people of its own. */
export function ResponsibleList({
  posts,
  areas,
  stacked = [],
  most = MOST,
}: {
  posts: Responsible[];
  areas: AreaRef[];
  stacked?: AreaRef[];
  /** More than these are folded. */
  most?: number;
}) {
  const [all, setAll] = useState(false);
  if (posts.length === 0) return <p class="quiet">{t("card.noResponsible")}</p>;
  const joined = joinPosts(posts);
  const folded = joined.length > most && !all;
  const inStack = new Set(stacked.map(({ code }) => code));
  return (
    <>
      <ul class="posts">
        {/* The button takes the place of the last. */}
        {(folded ? joined.slice(0, most - 1) : joined).map((post) => (
          <Line
            key={`${post.place?.id ?? ""}/${post.areas.join()}/${post.role}/${post.order}/${post.name}`}
            post={post}
            areas={[...areas, ...stacked]}
            split={inStack.has(post.area) && post.areas.length < inStack.size}
          />
        ))}
      </ul>
      {folded && (
        <button type="button" class="plain small" onClick={() => setAll(true)}>
          {t("card.showAll", { count: joined.length })}
        </button>
      )}
    </>
  );
}
