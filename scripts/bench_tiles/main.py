"""Measures the tiles of the built binary beside Martin, PostGIS and nginx, and prints the tables.

    main.py BINARY AREA_TILES SHARED WORK MARTIN LARGE

MARTIN is empty when there is none; LARGE is yes or no: whether 400,000 units are measured too. BENCH_SECS is how long a turn lasts.
"""

import os
import pathlib
import sys
import traceback

import parts
import processes
from report import Report


def main():
    binary, area_tiles, shared, work = map(pathlib.Path, sys.argv[1:5])
    bench = parts.Bench(Report(), binary, area_tiles, shared, work, sys.argv[5], int(os.environ.get("BENCH_SECS", 10)))
    report, postgres = bench.report, None

    def tried(what, measure):
        """A part that breaks is a failure of the run, and no reason to leave out the others."""
        try:
            return measure()
        except Exception:
            traceback.print_exc()
            report.fail(f"{what}: {traceback.format_exc().strip().splitlines()[-1]}")

    try:
        if tried("import of 40,000 units", lambda: bench.load("S")):
            try:
                postgres = processes.Postgres(work / "postgres.log")
                bench.fill(postgres)
            except (RuntimeError, OSError) as error:
                report.lacks(f"PostGIS: {error}")
                postgres = None
            tried("processor time", lambda: bench.processor_time(postgres))
            tried("bytes", lambda: bench.sizes(postgres))
            tried("pixels", lambda: bench.pixels(postgres))
            tried("cold, one by one", lambda: bench.cold("S", 10))
            tried("publish", bench.publishing)
            tried("building", lambda: bench.building("S"))
    finally:
        if postgres:
            postgres.stop()
    if sys.argv[6] == "yes":
        if tried("import of 400,000 units", lambda: bench.load("L")):
            tried("cold, one by one, 400,000 units", lambda: bench.cold("L", 15))
            tried("building, 400,000 units", lambda: bench.building("L"))
    else:
        report.lacks("400,000 units: left out by BENCH_LARGE=no")
    tried("export", bench.export)
    return 0 if report.close() else 1


if __name__ == "__main__":
    sys.exit(main())
