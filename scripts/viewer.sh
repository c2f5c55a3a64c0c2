#!/usr/bin/env bash
# viewer.sh [build | check | format]: the viewer's part of a make target; build leaves web-viewer/dist, which the binary embeds.
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" node
cd "$ROOT/web-viewer"

# npm writes its own list last, so a list newer than the lock file means that this very lock was installed whole.
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

case ${1:-build} in
build)
  # Only when a source is newer than what was built.
  if [ -e dist/index.html ] && [ -z "$(find . -path ./node_modules -prune -o -path ./dist -prune -o -type f -newer dist/index.html -print -quit)" ]; then
    exit 0
  fi
  npm run --silent build
  touch dist/index.html
  ;;
check)
  npm run --silent check
  npm run --silent test
  ;;
format) npm run --silent format ;;
*) die "viewer.sh knows no $1" ;;
esac
