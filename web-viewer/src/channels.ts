/** Contact channels (联络群): what they are called, and whether a browser may open them. */
import { t } from "./i18n/translate";
import type { Key } from "./i18n/zh";

const KINDS: Record<string, Key> = {
  wechat: "channel.wechat",
  wecom: "channel.wecom",
  dingtalk: "channel.dingtalk",
  qq: "channel.qq",
  radio: "channel.radio",
};

/** A kind by its name; another word is as the district wrote it. */
export const channelName = (kind: string): string => {
  const key = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return key === undefined ? kind : t(key);
};

/** The address when it is one of a page; whatever else an address may start is for people to read. */
export function pageOf(link: string | null): string | null {
  if (link === null || !/^https?:\/\//i.test(link) || !URL.canParse(link)) return null;
  return new URL(link).href;
}
