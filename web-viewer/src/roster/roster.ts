/** What the roster list shows: a tab, and what it is narrowed down to. */

/** Postings that hold now, that will, that did; and posts with too few people or too many. */
export const ROSTER_TABS = ["current", "future", "past", "vacant"] as const;
export type RosterTab = (typeof ROSTER_TABS)[number];

export type Roster = {
  tab: RosterTab;
  /** Part of a name, or pinyin initials; vacancies have no names. */
  text: string;
  /** Id of a role. */
  role: string | null;
  /** Code of the area in which all posts lie. */
  area: string | null;
};

export const WHOLE_ROSTER: Roster = { tab: "current", text: "", role: null, area: null };
