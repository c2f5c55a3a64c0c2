#!/usr/bin/env python3
"""The many-servers proof: see scripts/replicas.sh.

usage: main.py BINARY SHARED WORK [--rounds N] [--kills N] [--units N]
"""

import argparse
import pathlib
import signal
import sys
import time
import traceback

import checks_backup
import checks_base
import checks_follow
import checks_outage
from rig import Rig


class Proof:
    """What was proved so far."""

    def __init__(self, rig, rounds, kills):
        self.rig, self.rounds, self.kills, self.passed, self.last = rig, rounds, kills, 0, time.monotonic()

    def ok(self, what):
        now = time.monotonic()
        print(f"ok    {what} ({now - self.last:.1f} s)", flush=True)
        self.passed, self.last = self.passed + 1, now

    def all(self):
        """Every check, in an order in which each finds what it needs."""
        checks_base.database(self)
        checks_backup.first_cluster(self)
        checks_base.starting(self)
        checks_base.shipped(self)
        checks_base.proxies(self)
        self.rig.choose_grid()
        checks_base.events(self)
        checks_follow.calm(self)
        checks_follow.measured(self)
        checks_follow.killing(self)
        checks_follow.doorbell_lost(self)
        checks_follow.at_least(self)
        checks_follow.scheduled(self)
        checks_outage.primary_away(self)
        checks_outage.standby_away(self)
        checks_backup.restored(self)
        checks_backup.daily(self)
        checks_backup.geopackage(self)
        checks_outage.promoted(self)
        checks_outage.rebuilt(self)
        again = self.rig.publisher.again.read_text().split()
        print(f"{len(self.rig.publisher.names())} editions were published; {len(again)} publishes were told to come again {again[:9]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--units", type=int, required=True)
    arguments = parser.parse_args()
    # An end by a signal is an end as every other one: everything is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    proof = Proof(Rig(arguments.binary, arguments.shared, arguments.work, arguments.units), arguments.rounds, arguments.kills)
    failed = True
    try:
        proof.all()
        failed = False
    except Exception as error:
        traceback.print_exc()
        print(f"FAIL  {error}")
    finally:
        trouble = proof.rig.stop()
    if trouble and not failed:
        print(f"FAIL  {trouble}")
    print(f"{proof.passed} passed, {int(failed or trouble is not None)} failed")
    return int(failed or trouble is not None)


if __name__ == "__main__":
    sys.exit(main())
