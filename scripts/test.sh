#!/usr/bin/env bash
# Everything that CI runs, stage by stage, stopping at the first that fails. Ends with "N passed, N failed".
source "$(dirname "$0")/lib.sh"

LOGS=$ROOT/target/test-logs
rm -rf "$LOGS"
mkdir -p "$LOGS"
started=$(now)
stages=0

# The lines of all logs, without colours.
lines() { cat "$LOGS"/*.log | sed 's/\x1b\[[0-9;]*m//g'; }

# How many tests of the logs have $1 (passed or failed): cargo ("test result: ok. 3 passed; 1 failed"), Vitest ("Tests  1 failed |
# 3 passed (4)"), node's runner ("ℹ pass 3") and the plain line ("3 passed, 1 failed") of our own scripts.
count() {
  {
    lines | grep -aE '^test result:|^ *Tests  |^[0-9]+ passed, [0-9]+ failed' | grep -aoE "[0-9]+ $1"
    lines | grep -aE "^(#|ℹ) ${1%ed} [0-9]+" | awk '{ print $3 }'
  } | awk '{ sum += $1 } END { print sum + 0 }' || true
}

# No test is skipped, ignored or left for later.
nothing_skipped() {
  local skipped
  skipped=$(lines | grep -aE '^test result:.* [1-9][0-9]* ignored|^ *Tests  .*(skipped|todo)|^(#|ℹ) (skipped|todo) [1-9]' || true)
  [ -z "$skipped" ] || { printf 'left out:\n%s\n' "$skipped" && return 1; }
  echo 'nothing was skipped'
}

# stage NAME COMMAND...: runs the command with its output on the screen and in a log, and says how long it took.
stage() {
  local name=$1 from log
  shift
  from=$(now)
  stages=$((stages + 1))
  log=$(printf '%s/%02d-%s.log' "$LOGS" "$stages" "${name// /-}")
  printf '\n=== %s\n' "$name"
  if "$@" 2>&1 | tee "$log"; then
    printf -- '--- %s: ok, %d s\n' "$name" $(($(now) - from))
    return
  fi
  printf -- '--- %s: FAILED after %d s; its output is in %s\n' "$name" $(($(now) - from)) "${log#"$ROOT/"}"
  local failed
  failed=$(count failed)
  # A stage that broke before it could count a test is one failure.
  printf '\nstopped at: %s\n%d passed, %d failed\n' "$name" "$(count passed)" $((failed > 0 ? failed : 1))
  exit 1
}

rustfmt_all() { cargo fmt --all --check && cargo fmt --manifest-path tests/bench/Cargo.toml --check; }
rustdoc() { RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked; }
clippy() { cargo clippy --workspace --all-targets --locked --profile "$TEST_PROFILE" -- -D warnings; }
# The vectors and fixtures of ../shared are read by tests; a missing folder fails here with one line.
have_shared() { shared >/dev/null && echo "shared/ is there"; }

: "${TEST_PROFILE:=dev}"
stage 'tools' "$ROOT/scripts/need.sh" cc node python browser gdal curl postgis haproxy nginx systemd
stage 'shared folder' have_shared
stage 'rustfmt' rustfmt_all
# Before anything is compiled: the binary embeds what this leaves in web-viewer/dist.
stage 'viewer build' "$ROOT/scripts/viewer.sh" build
stage 'viewer check and test' "$ROOT/scripts/viewer.sh" check
stage 'clippy' clippy
# Unit, integration and doc tests. The integration tests start a PostgreSQL of their own (scripts/postgres.sh), which ends
# with them however they end; ONEMAP_TEST_POSTGRES names another one. It leaves the binary too, made with the very same dependencies: a cargo build of its
# own would compile some of them again, because the tests' own dependencies ask for more features.
stage 'cargo test' cargo test --workspace --locked --profile "$TEST_PROFILE"
stage 'rustdoc' rustdoc
stage 'us-counties are what the script makes' "$ROOT/scripts/us-counties.sh" check
stage 'whole' "$ROOT/scripts/e2e.sh"
# As many kills as fit, on a small district: both stores are killed inside open transactions, each kind of kill at least once.
crash() {
  CRASH_BINARY=$ROOT/target/${TEST_PROFILE/#dev/debug}/onemap CRASH_ROUNDS=20 CRASH_SECONDS=45 UNITS=2000 "$ROOT/scripts/crash.sh"
}
stage 'crash' crash
# What deploy/ ships, with databases, servers and proxies of its own; `make replicas` takes more rounds.
REPLICAS_ROUNDS=15 REPLICAS_KILLS=5 REPLICAS_UNITS=1000 stage 'replicas' "$ROOT/scripts/replicas.sh"
stage 'nothing skipped' nothing_skipped

printf '\n%d stages in %d s\n%d passed, %d failed\n' "$stages" $(($(now) - started)) "$(count passed)" "$(count failed)"
