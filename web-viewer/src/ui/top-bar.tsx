import { useEffect, useState } from "preact/hooks";
import type { Profile } from "../api/types";
import { viewed, viewedEdition } from "../editions";
import { date, time } from "../format";
import { say, t } from "../i18n/translate";
import { feedLost } from "../live/live";
import { staleSeconds } from "../live/stale";
import { state, transact } from "../state";
import { SCREENS } from "../url-state";
import { addressOf, go } from "./navigation";

/** The clock shows minutes; asking more often keeps it within a second. */
const TICK_MS = 1000;

function Clock({ zone }: { zone: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time class="clock" dateTime={now.toISOString()} title={`${t("bar.clock")} ${zone}`}>
      <span class="quiet">{date(now, zone)}</span> {time(now, zone)}
    </time>
  );
}

/** Says that the database is away, and for how long. */
function Stale() {
  const seconds = staleSeconds.value;
  if (seconds === null) return null;
  const age =
    seconds < 60
      ? t("live.staleSeconds", { n: Math.round(seconds) })
      : t("live.staleMinutes", { n: Math.round(seconds / 60) });
  return (
    <span class="feed-lost state due" role="status" title={t("live.staleText")} data-testid="data-stale">
      {t("live.stale", { age })}
    </span>
  );
}

export function TopBar({ profile }: { profile: Profile | null }) {
  const { screen, theme } = state.value;
  const edition = viewedEdition.value ?? profile?.edition ?? null;
  const isOther = typeof viewed.value === "number" && viewed.value !== profile?.edition?.number;
  return (
    <header class="bar">
      <p class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path class="outer" d="M6 8l9-2 11 3v15l-10 2-10-3z" />
          <path class="inner" d="M15 6l-1 9 12 2M14 15l-8 2M14 15l2 11" />
        </svg>
        <strong>{profile === null ? "Onemap" : say(profile.name)}</strong>
        <span class="quiet">{t("app.title")}</span>
      </p>
      <nav aria-label={t("nav.label")}>
        {SCREENS.map((name) => (
          <a
            key={name}
            href={addressOf(name)}
            onClick={go(name)}
            {...(name === screen ? { "aria-current": "page" } : {})}
          >
            {t(`screen.${name}`)}
          </a>
        ))}
      </nav>
      <div class="bar-end">
        {feedLost.value && (
          <span class="feed-lost state due" role="status" title={t("live.lostText")} data-testid="feed-lost">
            {t("live.lost")}
          </span>
        )}
        <Stale />
        {profile !== null && (
          <span class={isOther ? "edition other" : "edition"} title={edition?.title ?? ""}>
            {edition === null ? t("bar.noEdition") : t("bar.edition", { number: edition.number })}
          </span>
        )}
        {profile !== null && <Clock zone={profile.time_zone} />}
        <button
          type="button"
          id="language"
          class="plain"
          aria-label={t("bar.languageLabel")}
          onClick={() => transact((before) => ({ ...before, locale: before.locale === "zh" ? "en" : "zh" }))}
        >
          {t("bar.language")}
        </button>
        <button
          type="button"
          id="theme"
          class="plain"
          title={t("bar.themeLabel")}
          onClick={() => transact((before) => ({ ...before, theme: before.theme === "dark" ? "light" : "dark" }))}
        >
          {t(theme === "dark" ? "bar.toLight" : "bar.toDark")}
        </button>
      </div>
    </header>
  );
}
