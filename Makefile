# Every target installs what the machine lacks (see scripts/need.sh), and a second run touches no network.
#   make run      build, make the demo district once, serve it on 127.0.0.1:8080
#   make test     everything that CI runs; ends with "N passed, N failed"
#   make build    target/release/onemap with the viewer inside
#   make bench    tables of import, start and look-up, with a bare axum route beside
#   make bench-tiles  what tiles cost, beside Martin with PostGIS and nginx
#   make replicas three servers, a primary and a standby behind HAProxy: 200 publishes timed, servers and databases killed
#   make crash    the service and PostgreSQL killed inside open transactions, 20 times with each store: what is lost is counted
#   make oracle   the index against naive judges on POINTS positions, ten times what make test does; every tile of a district
#                 of UNITS units at zooms 8 to 18; tiles after PUBLISHES publishes
#   make fuzz     the fuzz targets, one minute each
#   make format   rustfmt and the viewer's formatter

SHELL := /bin/bash
.DEFAULT_GOAL := build

# What `make run` loads (and whose tiles `make oracle` judges) and where it listens.
UNITS   ?= 40000
SEED    ?= 1
PROFILE ?= licheng
LISTEN  ?= 127.0.0.1:8080

# The cargo profile of `make test`. Unit, integration and whole-binary tests share it, so that no dependency is
# compiled twice; dev keeps overflow checks on and optimises dependencies (see Cargo.toml).
TEST_PROFILE ?= dev

# How many positions `make oracle` judges, and after how many publishes tiles.
POINTS  ?= 200000000
PUBLISHES ?= 1000

export UNITS SEED PROFILE LISTEN TEST_PROFILE

.PHONY: run test build bench bench-tiles replicas crash oracle fuzz format viewer

run: build
	@scripts/run.sh

build: viewer
	@scripts/need.sh cc
	cargo build --release --locked
	@echo "built target/release/onemap"

viewer:
	@scripts/viewer.sh

test:
	@scripts/test.sh

bench: build
	@scripts/bench.sh

bench-tiles: build
	@scripts/bench_tiles.sh

replicas: build
	@REPLICAS_BINARY=target/release/onemap scripts/replicas.sh

crash: build
	@scripts/crash.sh

oracle: viewer
	@scripts/need.sh cc python
	ONEMAP_ORACLE_POINTS=$(POINTS) ONEMAP_ORACLE_UNITS=$(UNITS) ONEMAP_ORACLE_PUBLISHES=$(PUBLISHES) \
	  cargo test --locked --profile $(TEST_PROFILE) --test it -- --nocapture locate_oracle tiles_content

fuzz:
	@scripts/fuzz.sh

format:
	@scripts/need.sh cc node
	cargo fmt --all
	cargo fmt --manifest-path tests/bench/Cargo.toml
	@scripts/viewer.sh format
