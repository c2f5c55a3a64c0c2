// Completes web-viewer/package-lock.json after `npm install`: node scripts/viewer-lock.mjs
//
// A registry that carries only some platforms' builds of a package makes npm leave the others out of the lock file, and then
// `npm ci` refuses the file everywhere, even where those builds are not wanted. This adds an entry for each one left out, with
// the platform that its name tells, as npm itself would have written it but for the digest.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../web-viewer/package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const PLATFORM = /(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(?<libc>musl|gnu))?$/;

let added = 0;
for (const [, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const platform = PLATFORM.exec(name)?.groups;
    if (key in lock.packages || !platform || /[^\d.]/.test(version)) continue;
    const libc = platform.libc && { libc: [platform.libc === "gnu" ? "glibc" : platform.libc] };
    lock.packages[key] = { version, cpu: [platform.cpu], ...(entry.dev && { dev: true }), ...libc, optional: true, os: [platform.os] };
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`${added} platforms added`);
