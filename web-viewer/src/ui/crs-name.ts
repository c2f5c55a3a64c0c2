/** How people call coordinate systems. */
import { say, t } from "../i18n/translate";
import type { Key } from "../i18n/zh";
import { loadedProfile } from "../resources";

/** Systems that people know by another name than the one the server knows them by. */
const CRS_KEYS: Record<string, Key> = {
  "EPSG:4490": "crs.4490",
  "EPSG:4326": "crs.4326",
  gcj02: "crs.gcj02",
  bd09: "crs.bd09",
  bd09mc: "crs.bd09mc",
};

export const crsName = (name: string): string => {
  const own = loadedProfile.value?.own_crs.find(({ id }) => id === name);
  if (own !== undefined) return say(own.name);
  const key = CRS_KEYS[name];
  return key === undefined ? name : t(key);
};
