/** Who answers, each person once. */
import type { Responsible } from "./api/types";

export type Post = Responsible & {
  /** Codes of all areas this person holds this post for. */
  areas: string[];
};

/** Joins the posts that one person holds for several areas, as unit leaders do for the stairwells of a building. */
export function joinPosts(posts: Responsible[]): Post[] {
  const joined = new Map<string, Post>();
  for (const post of posts) {
    const key = JSON.stringify([post.role, post.order, post.name, post.phone, post.organisation, post.stands_in_for]);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, { ...post, areas: [post.area] });
    else known.areas.push(post.area);
  }
  return [...joined.values()];
}
