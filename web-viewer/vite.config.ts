/// <reference types="vitest/config" />
import { defineConfig } from "vite";

/** The server in development; `vite dev` passes everything but the viewer itself on to it. */
const server = process.env.ONEMAP_URL ?? "http://127.0.0.1:8080";
const routes = [
  "/profile",
  "/lookup",
  "/areas",
  "/tiles",
  "/styles",
  "/sprites",
  "/events",
  "/basemap",
  "/editions",
  "/postings",
  "/vacancies",
  "/rosters",
  "/places",
  "/indicators",
  "/readyz",
  "/healthz",
  "/docs",
  "/openapi.json",
];

export default defineConfig({
  base: "/app/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 1500, modulePreload: { polyfill: false } },
  // The host stays that of the page: the server refuses what pages of other hosts send.
  server: { proxy: Object.fromEntries(routes.map((route) => [route, { target: server, changeOrigin: false }])) },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
