/** Looks texts up; components that call `t` follow the language of the state. */
import { state } from "../state";
import type { Locale } from "../url-state";
import { en } from "./en";
import { type Key, zh } from "./zh";

const TEXTS: Record<Locale, Record<Key, string>> = { zh, en };

/** Puts `values` in place of `{name}`; a name without a value stays, so that a mistake is seen. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(TEXTS[state.value.locale][key], values);
}

/** The server's own text in the language of the state. */
export function say(text: { zh: string; en: string }): string {
  return text[state.value.locale];
}
