# Sourced by the other scripts: where things are, and how to speak.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=$ROOT/target/tools
# The Python of the conformance runners, with the packages of scripts/requirements.txt.
PYTHON=$TOOLS/venv/bin/python
# Debian's Chromium; the browser tests read it from here.
export ONEMAP_CHROMIUM=${ONEMAP_CHROMIUM:-/usr/bin/chromium}
export PIP_DISABLE_PIP_VERSION_CHECK=1 DEBIAN_FRONTEND=noninteractive
# Tools that need.sh put under target/tools come first: it puts them there only when the machine's own do not serve.
# Only once, whichever script calls which.
MACHINE_PATH=${PATH//"$TOOLS/bin:"/}
export PATH=$TOOLS/bin:$MACHINE_PATH
cd "$ROOT"

say() { printf '%s\n' "$*" >&2; }
die() {
  say "onemap: $*"
  exit 1
}

# Whether version $1 is at least $2, both dotted numbers.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# The shared folder beside the project, with the conformance runners and the vectors.
shared() {
  local path=$ROOT/../shared
  [ -d "$path/conformance" ] || die "needs the folder shared/ beside the project (conformance runners, vectors, fixtures)"
  (cd "$path" && pwd)
}

# The CPU seconds and the peak memory of this shell's children are of no interest here; wall seconds are.
now() { date +%s; }
