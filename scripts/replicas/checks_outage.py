"""The database is away, and comes back."""

import signal
import time

from checks_backup import UNSYNCED, backup
from processes import until
from publish import Publisher
from watch import Editions, Steady

AWAY_S = 5
# How soon a server says that its store is away.
STALE_WITHIN_S = 5
RESUME_WITHIN_S = 10
REFUSED_WITHIN_S = 1


def primary_away(proof):
    """Without the primary, look-ups and tiles go on from memory and say so; writes are told to come back; then all resumes."""
    rig = proof.rig
    questions = [rig.grid.look_up_path, rig.grid.tile_path, rig.grid.list_path]
    balancer = Steady(rig.haproxy.client(), rig.grid.look_up_path)
    with balancer:
        # As if it had crashed.
        rig.primary.stop(signal.SIGQUIT)
        gone = time.monotonic()
        stale = {}
        while len(stale) < 2 and time.monotonic() - gone < STALE_WITHIN_S:
            for server in rig.servers[:2]:
                for path in questions:
                    answer = server.client().get(path)
                    assert answer.status == 200, f"server {server.name} answers {path} with {answer.status}"
                    if "x-data-stale" in answer.headers:
                        stale.setdefault(server.name, time.monotonic() - gone)
            refused_at_once(rig)
            time.sleep(0.05)
        if len(stale) < 2:
            raise RuntimeError(f"X-Data-Stale is said by {sorted(stale)} only")
        ages = []
        for _ in range(AWAY_S):
            answers = [server.client().get(path) for server in rig.servers[:2] for path in questions]
            assert all(answer.status == 200 for answer in answers), [answer.status for answer in answers]
            ages.append(min(int(answer.headers["x-data-stale"]) for answer in answers))
            refused_at_once(rig)
            time.sleep(1)
        if sorted(ages) != ages or ages[-1] < ages[0] + AWAY_S - 2:
            raise RuntimeError(f"X-Data-Stale does not grow with time: {ages}")
        # A server that starts meanwhile waits, red, and gets no questions from HAProxy.
        late = rig.servers[1]
        late.kill()
        late.start()
        until("a server that finds no database says so", 10, lambda: (ready := late.client().try_get("/readyz")) and ready.status == 503)
        rig.primary.start()
        back = time.monotonic()
        edition = publish_again(rig)
        with Editions(rig.servers, rig.grid.look_up_path) as editions:
            editions.all_within(edition, RESUME_WITHIN_S)
        resumed = time.monotonic() - back
        while any("x-data-stale" in server.client().get(questions[0]).headers for server in rig.servers):
            if time.monotonic() - back > RESUME_WITHIN_S:
                raise RuntimeError("answers say X-Data-Stale though the primary is back")
            time.sleep(0.05)
    if balancer.failures:
        raise RuntimeError(f"HAProxy failed while the primary was away: {balancer.failures[:3]}")
    seen = f"{balancer.answers} look-ups through HAProxy answered, X-Data-Stale {ages[0]} to {ages[-1]}"
    proof.ok(f"primary away: {seen}; writes 503 with Retry-After within a second")
    proof.ok(f"{resumed:.1f} s after its return a publish is served by all servers, one of them started while it was away")


def refused_at_once(rig):
    """A write while the store is away."""
    began = time.monotonic()
    answer, _ = rig.publisher.ask()
    took = time.monotonic() - began
    assert answer.status == 503, f"a write is answered {answer.status}: {answer.body[:300].decode()}"
    assert int(answer.headers["retry-after"]) >= 1, "a write is refused without Retry-After"
    assert took < REFUSED_WITHIN_S, f"a write is refused after {took:.1f} s"


def publish_again(rig, publisher=None):
    """Publishes as soon as writes are taken, which must be by itself."""
    publisher, began = publisher or rig.publisher, time.monotonic()
    while True:
        answer, name = publisher.ask()
        if answer.status == 201:
            return publisher.note(answer, name)
        assert answer.status == 503, f"a write is answered {answer.status}"
        if time.monotonic() - began > RESUME_WITHIN_S:
            raise RuntimeError(f"writes are refused {RESUME_WITHIN_S} s after the primary is back")
        time.sleep(0.1)


def promoted(proof):
    """The primary is lost for good: the standby takes its place, as the README says."""
    rig = proof.rig
    head = rig.publisher.publish()
    with Editions(rig.servers, rig.grid.look_up_path) as editions:
        editions.all_within(head, RESUME_WITHIN_S)
    balancer = Steady(rig.haproxy.client(), rig.grid.look_up_path)
    with balancer:
        rig.primary.stop(signal.SIGQUIT)
        rig.standby.sql("select pg_promote()")
        for server in rig.servers[:2]:
            server.environment["ONEMAP_STORE"] = rig.standby.url("onemap")
            server.stop()
            server.start()
            server.wait()
        began = time.monotonic()
        edition = publish_again(rig)
        if edition != head + 1:
            raise RuntimeError(f"edition {edition} follows {head}: something was lost")
        with Editions(rig.servers, rig.grid.look_up_path) as editions:
            editions.all_within(edition, RESUME_WITHIN_S)
        # The server that read the standby now reads and writes a primary.
        reader = Publisher(rig.publisher.folder, rig.servers[2].url, None, rig.key)
        edition = publish_again(rig, reader)
        with Editions(rig.servers, rig.grid.look_up_path) as editions:
            editions.all_within(edition, RESUME_WITHIN_S)
        took = time.monotonic() - began
    if balancer.failures:
        raise RuntimeError(f"HAProxy failed while the standby was promoted: {balancer.failures[:3]}")
    seen = f"nothing lost, {balancer.answers} look-ups through HAProxy answered"
    proof.ok(f"standby promoted: {seen}; publishes through HAProxy and through its own server are served by all in {took:.1f} s")


def rebuilt(proof):
    """The old primary becomes the standby of the new one, as the README says: its slot, a new data folder, addresses swapped."""
    rig = proof.rig
    primary, old = rig.standby, rig.primary
    slots = primary.sql("select count(*) from pg_replication_slots")
    if slots != "0":
        raise RuntimeError(f"a promoted standby has {slots} slots already; the README says that it has none")
    primary.sql("select pg_create_physical_replication_slot('onemap_standby')")
    base = rig.work / "rebuilt"
    backup(rig, "cluster", base, *UNSYNCED, **rig.databases.environment(primary.port, "onemap_replication", "replication"))
    old.upstream = primary
    old.take_over(base)
    old.start()
    primary.streams_to(old)
    edition = rig.publisher.publish()
    held = f"select max(number) from edition having max(number) = {edition}"
    until(f"the old primary has edition {edition}", RESUME_WITHIN_S, lambda: old.sql(held))
    proof.ok(f"the old primary, made anew with its slot, streams from the promoted one and has edition {edition}")


def standby_away(proof):
    """The server that reads the standby goes on from memory too, and catches up."""
    rig = proof.rig
    reader = rig.servers[2]
    rig.standby.stop(signal.SIGQUIT)
    edition = rig.publisher.publish()
    with Editions(rig.servers[:2], rig.grid.look_up_path) as editions:
        editions.all_within(edition, RESUME_WITHIN_S)
    began = time.monotonic()
    while "x-data-stale" not in (answer := reader.client().get(rig.grid.look_up_path)).headers:
        assert time.monotonic() - began < STALE_WITHIN_S, "the server that reads the standby does not say X-Data-Stale"
        time.sleep(0.05)
    assert answer.status == 200 and answer.edition < edition, f"{answer.status} of edition {answer.edition}"
    rig.standby.start()
    with Editions([reader], rig.grid.look_up_path) as editions:
        editions.all_within(edition, RESUME_WITHIN_S)
    proof.ok(f"standby away: its server answers on, says X-Data-Stale, and serves edition {edition} when the standby is back")
