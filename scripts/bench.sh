#!/usr/bin/env bash
# Prints the tables of import, start and look-up for the built binary; they also stay in target/bench/report.md.
# BENCH_UNITS names the sizes of the generated districts.
source "$(dirname "$0")/lib.sh"
"$ROOT/scripts/need.sh" cc
work=$ROOT/target/bench
mkdir -p "$work"
cargo build --release --locked --manifest-path tests/bench/Cargo.toml
# shellcheck disable=SC2086
tests/bench/target/release/onemap-bench run "$ROOT/target/release/onemap" "$work" ${BENCH_UNITS:-40000 400000} | tee "$work/report.md"
