/** Who answers, each person once. */
import type { Responsible } from "./api/types";
import { t } from "./i18n/translate";

export type Post = Responsible & {
  /** Codes of all areas this person holds this post for. */
  areas: string[];
};

/** The place that a post is for (楼栋长, 街巷长), by its name, or by its number when it has none; `null` for an area. */
export function placeName({ place }: Pick<Responsible, "place">): string | null {
  if (!place) return null;
  return place.name === "" ? t("roster.place", { number: place.id }) : place.name;
}

/** Joins the posts that one person holds for several areas, as unit leaders do for the stairwells of a building. */
export function joinPosts(posts: Responsible[]): Post[] {
  const joined = new Map<string, Post>();
  for (const post of posts) {
    const key = JSON.stringify([
      post.role,
      post.order,
      post.name,
      post.phone,
      post.organisation,
      post.stands_in_for,
      post.place?.id,
    ]);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, { ...post, areas: [post.area] });
    else known.areas.push(post.area);
  }
  return [...joined.values()];
}
