import { effect } from "@preact/signals";
import { render } from "preact";
import "maplibre-gl/dist/maplibre-gl.css";
import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/panels.css";
import "./styles/lookup.css";
import "./styles/editions.css";
import "./styles/compare.css";
import "./styles/roster.css";
import { api } from "./api/client";
import { followCompare } from "./compare/compared";
import { followWhen } from "./editions";
import { followServer } from "./live/live";
import { watchStale } from "./live/stale";
import { followQuestion } from "./lookup/asked";
import { start } from "./resources";
import { followRoster } from "./roster/list";
import { followVacancies } from "./roster/vacancies";
import { followHistory, state } from "./state";
import { App } from "./ui/app";

/** A server that answers later than this is told of elsewhere. */
const READY_WITHIN_MS = 10_000;

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has an element #app");
// First of all effects: the map reads the theme's colours from the page.
effect(() => {
  const { locale, theme } = state.value;
  document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.theme = theme;
});
followHistory();
followWhen();
start();
followQuestion();
followCompare();
followRoster();
followVacancies();
followServer();
watchStale(() => api.ready(AbortSignal.timeout(READY_WITHIN_MS)));
render(<App />, root);
