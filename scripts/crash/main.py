"""Kills the service and its database while clients publish, starts them again, and counts what is gone or half there.

    main.py BINARY PG_PROGRAMS WORK ROUNDS UNITS STORES [READY_S] [SECONDS]

Both stores (or STORES, sqlite or postgres) get the demo district of UNITS units; then, ROUNDS times each or for SECONDS: writers
publish over POST /imports, at least five writes are acknowledged, and a kill falls inside a transaction that is known to be
open. After it the store must open by itself and be ready within READY_S, and the ledger of all writes must hold.
SIGKILL is no power cut: what the system's page cache holds survives it.
"""

import json
import pathlib
import signal
import subprocess
import sys
import threading
import time

from judge import Judge
from ledger import Ledger, Writer
from postgres_side import PostgresSide
from service import Disk, LookUps, Service
from sqlite_side import SqliteSide

WRITERS = 6
# Beside them one that renames many units at once, so that some transactions are long.
LARGE = 300
AT_LEAST = 5
# From the database's return to the next acknowledged write.
RESUMES_WITHIN_S = 15
MEDIA_TYPE = "application/geo+json"


def main():
    binary, programs, work, rounds, units, stores = sys.argv[1:7]
    ready_s = float(sys.argv[7]) if len(sys.argv) > 7 and sys.argv[7] else None
    seconds = float(sys.argv[8]) if len(sys.argv) > 8 and sys.argv[8] else None
    # Told to stop, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    passed = 0
    for name in stores.split(","):
        side = SqliteSide(work) if name == "sqlite" else PostgresSide(programs, work)
        try:
            passed += Drill(side, binary, pathlib.Path(work), int(units), ready_s).run(int(rounds), seconds)
        except (RuntimeError, OSError, AssertionError) as error:
            print(f"FAIL  {side.name}: {error}")
            print(f"{passed} passed, 1 failed")
            return 1
        finally:
            side.remove()
    print(f"{passed} passed, 0 failed")
    return 0


class Drill:
    def __init__(self, side, binary, work, units, ready_s):
        self.side, self.work, self.ready_s = side, work, ready_s
        made = ["generate", "--units", str(units), "--seed", "1"]
        for target in (["--store", side.address], ["--out", str(work / f"{side.name}.geojsonl")]):
            done = subprocess.run([binary, *made, *target], capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(f"onemap generate: {done.stdout}{done.stderr}")
        self.features = {}
        for line in open(work / f"{side.name}.geojsonl", encoding="utf-8"):
            feature = json.loads(line)
            self.features[feature["properties"]["code"]] = feature
        self.service = Service(binary, side.address, work / f"{side.name}-server.log", side.environment)
        self.ledger = Ledger()
        self.slowest = 0.0

    def run(self, rounds, seconds):
        side, service = self.side, self.service
        try:
            print(f"{side.name}: {len(self.features)} areas, ready in {service.start():.2f} s", flush=True)
            groups = self.settle()
            judge = Judge(side, self.ledger, service.all("/editions?limit=1000")[-1]["number"])
            began, done = time.monotonic(), 0
            # Once around the kinds of kills, however slow the machine is.
            while done < rounds and (seconds is None or time.monotonic() - began < seconds or done < len(side.kinds)):
                groups = self.round(done, groups, judge)
                done += 1
            stopped = service.terminate()
            trouble = side.at_rest()
            # The file, or the database, as the server left it, opens once more.
            service.start()
            trouble += judge.judge(service)
            service.terminate()
            if trouble:
                raise RuntimeError("; ".join(trouble[:5]))
            print(
                f"ok    {side.name}: {done} kills inside open transactions, {self.ledger.acknowledged()} acknowledged writes, 0 lost, "
                f"{judge.seen - judge.base} editions found, 0 half there; slowest start {self.slowest:.2f} s; SIGTERM ends in {stopped:.2f} s",
                flush=True,
            )
            return done
        finally:
            if service.is_alive():
                service.kill()

    def settle(self):
        """The units that each writer keeps to; published once as they are, so that from then on a write changes what it names."""
        outlines = self.side.held()
        grids = {}
        for code, feature in self.features.items():
            if feature["properties"]["level"] == "unit":
                grids.setdefault(feature["properties"]["parent"], []).append(code)
        # Told apart by their outlines, so without stairwells that share one; and all of one range of numbers.
        def is_plain(codes):
            return len({outlines[code] for code in codes}) == len(codes) >= 5 and all(int(code[-3:]) < 800 for code in codes)

        apart = [codes for codes in grids.values() if is_plain(codes)]
        groups = [apart.pop(0) for _ in range(WRITERS)]
        large = []
        while apart and len(large) < LARGE:
            large += apart.pop(0)
        groups.append(large)
        features = [self.features[code] for codes in groups for code in codes]
        body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
        answer = self.service.session.post(
            f"{self.service.base}/imports?title=settle&author=crash", body, headers={"Content-Type": MEDIA_TYPE}, timeout=120
        )
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"settle: {answer.status_code} {answer.text[:400]}")
        self.side.homes = self.side.held()
        return [{code: {**self.features[code], "home": code} for code in codes} for codes in groups]

    def round(self, turn, groups, judge):
        side, service, ledger = self.side, self.service, self.ledger
        kind = side.kinds[turn % len(side.kinds)]
        before = ledger.acknowledged()
        writers = [
            Writer(number, units, side, ledger, service.base, turn * 100 + number) for number, units in enumerate(groups)
        ]
        for writer in writers:
            writer.start()
        wait_for(lambda: ledger.acknowledged() >= before + AT_LEAST or ledger.trouble, f"{AT_LEAST} acknowledged writes")
        look_ups = LookUps(service, self.features["350304001"]["geometry"]["coordinates"][0][0])
        survives = "server" not in kind
        if survives:
            look_ups.start()
        try:
            struck = side.strike(kind, service, turn)
        except RuntimeError as error:
            raise RuntimeError(f"{error}; {'; '.join(ledger.trouble[:3]) or 'no writer complains'}") from error
        acknowledged = ledger.acknowledged() - before
        came_back = side.recover(kind)
        if survives:
            # The server is alive: it must go on by itself.
            began, then = time.monotonic(), ledger.acknowledged()
            wait_for(lambda: ledger.acknowledged() > then or ledger.trouble, "a write after the kill", RESUMES_WITHIN_S)
            came_back += f"writes again after {time.monotonic() - began:.2f} s"
            look_ups.end()
            came_back += f", {look_ups.asked} look-ups meanwhile, slowest {look_ups.slowest * 1000:.0f} ms"
        for writer in writers:
            writer.stopped.set()
        for writer in writers:
            writer.join()
        if not survives:
            disk = Disk(self.work)
            disk.start()
            took = service.start()
            self.slowest = max(self.slowest, took)
            came_back += f"ready in {took:.2f} s (slowest fsync meanwhile {disk.end() * 1000:.0f} ms)"
        trouble = judge.judge(service)
        if look_ups.failed:
            trouble.append(f"{len(look_ups.failed)} of {look_ups.asked} look-ups failed: {look_ups.failed[:3]}")
        if self.ready_s and self.slowest > self.ready_s:
            trouble.append(f"ready in {self.slowest:.2f} s, more than {self.ready_s}")
        if acknowledged < AT_LEAST:
            trouble.append(f"only {acknowledged} writes were acknowledged before the kill")
        verdict = "FAIL" if trouble else "ok   "
        print(f"{verdict} {side.name} {turn + 1}: {acknowledged} writes acknowledged; {struck}; {came_back}", flush=True)
        if trouble:
            raise RuntimeError("; ".join(trouble[:5]))
        # What became of the writes that nobody acknowledged, the next round reads from the store.
        for writer in writers:
            writer.read_back()
        return [writer.units for writer in writers]


def wait_for(condition, what, seconds=300):
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"no {what} within {seconds} s")
        threading.Event().wait(0.002)


if __name__ == "__main__":
    sys.exit(main())
