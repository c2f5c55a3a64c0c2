#!/usr/bin/env bash
# Runs each fuzz target of tests/fuzz for FUZZ_SECONDS (60), one after the other, with libFuzzer on the stable toolchain.
# What it learns stays in target/fuzz; an input that breaks something is kept there and named, and ends the run.
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" cc cxx
seeds=$(shared)/conformance/bad_inputs
seconds=${FUZZ_SECONDS:-60}
# No input needs more: the limits of the readers themselves are far above, and are for whole files.
MAX_BYTES=65536
MAX_MB=2048
MAX_INPUT_SECONDS=10

host=$(rustc -vV | sed -n 's/^host: //p')
# The coverage that cargo-fuzz asks for; --target keeps it out of build scripts.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --release --locked --manifest-path tests/fuzz/Cargo.toml --target "$host"
unset RUSTFLAGS

passed=0
for source in tests/fuzz/src/bin/*.rs; do
  target=$(basename "$source" .rs)
  corpus=$ROOT/target/fuzz/$target
  mkdir -p "$corpus"
  case $target in
  geojson) [ -e "$corpus/counties" ] || { gzip -dc tests/fixtures/us-counties/raw.geojsonl.gz || true; } | head -n 3 >"$corpus/counties" ;;
  profile) cp data/profiles/*.toml data/schemes/*.toml "$corpus/" ;;
  esac
  echo "=== fuzz $target for $seconds s"
  tests/fuzz/target/"$host"/release/"$target" -max_total_time="$seconds" -max_len="$MAX_BYTES" -timeout="$MAX_INPUT_SECONDS" -rss_limit_mb="$MAX_MB" \
    -print_final_stats=1 -artifact_prefix="$ROOT/target/fuzz/$target-" "$corpus" "$seeds" >"$ROOT/target/fuzz/$target.log" 2>&1 || {
    tail -n 30 "$ROOT/target/fuzz/$target.log"
    printf '%d passed, 1 failed\n' "$passed"
    exit 1
  }
  grep -E 'number_of_executed_units|peak_rss_mb' "$ROOT/target/fuzz/$target.log"
  passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
