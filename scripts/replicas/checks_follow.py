"""Servers that follow: how soon a publish is served, and that nothing is ever mixed, whatever is killed."""

import datetime
import os
import shlex
import signal
import subprocess
import sys
import time

from processes import until
from servers import Switch
from watch import Editions, Mixing, Steady

# With the doorbell, everywhere.
LIMIT_MS = 1000
# A server that was killed must start and load its store first: a second, or ten where compilers have the machine.
RESTART_LIMIT_MS = 10_000
# Behind the poll interval: to find that a wire is dead, connect anew, and load what is new, on a machine that compiles as well.
FOUND_OUT_S = 3


def quantile(values, share):
    """As replicas_check.py counts it."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def replicas_check(proof, rounds, limit_ms, *more):
    """Runs ../shared/conformance/replicas_check.py over the servers and HAProxy; its verdict."""
    rig = proof.rig
    command = [sys.executable, rig.shared / "conformance/replicas_check.py", "--rounds", rounds, "--limit-ms", limit_ms, "--header", "X-Edition"]
    for server in rig.servers:
        command += ["--replica", server.url + rig.grid.look_up_path]
    publish = f"{shlex.quote(sys.executable)} {rig.publish_command()}"
    command += ["--balancer", rig.haproxy.url + rig.grid.look_up_path, "--publish", publish, *more]
    environment = {**os.environ, "REQUESTS_CA_BUNDLE": str(rig.certificates.authority)}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"replicas_check.py ended with {done.returncode}:\n{done.stdout}{done.stderr[-2000:]}")
    return done.stdout.splitlines()


def watched(proof, work):
    """Does `work` while answers of all kinds are looked at; what was seen is judged by what was published."""
    rig = proof.rig
    clients = [server.client() for server in rig.servers] + [rig.haproxy.client()]
    with Mixing(clients, rig.grid) as mixing:
        said = work()
    answers, editions = mixing.verdict(rig.publisher.names())
    return said, f"{answers} lists, look-ups, batches and tiles of {editions} editions, none mixed"


def calm(proof):
    """Publishes while nothing is wrong."""
    said, seen = watched(proof, lambda: replicas_check(proof, proof.rounds, LIMIT_MS))
    proof.ok(f"replicas_check.py: {said[0]}")
    proof.ok(seen)


def measured(proof):
    """Publish-to-served time by our own clock, and the line for docs/performance.md."""
    rig = proof.rig
    answered, sent = {server.name: [] for server in rig.servers}, []
    with Editions(rig.servers, rig.grid.look_up_path) as editions:
        for _ in range(proof.rounds):
            began = time.monotonic()
            edition = rig.publisher.publish()
            done = time.monotonic()
            moments = {name: moment for name, (moment, _) in editions.all_within(edition, LIMIT_MS / 1000).items()}
            for name, moment in moments.items():
                answered[name].append(max(0.0, moment - done) * 1000)
            sent.append((max(moments.values()) - began) * 1000)
    every = sum(answered.values(), [])
    figures = {
        "publishes": proof.rounds,
        "servers": len(rig.servers),
        "areas": rig.areas,
        "served_after_answer_p50_ms": round(quantile(every, 0.5), 1),
        "served_after_answer_p99_ms": round(quantile(every, 0.99), 1),
        "served_after_answer_max_ms": round(max(every), 1),
        "on_primary_p50_ms": round(quantile(answered["a"] + answered["b"], 0.5), 1),
        "on_primary_p99_ms": round(quantile(answered["a"] + answered["b"], 0.99), 1),
        "on_standby_p50_ms": round(quantile(answered["c"], 0.5), 1),
        "on_standby_p99_ms": round(quantile(answered["c"], 0.99), 1),
        "all_served_after_sent_p50_ms": round(quantile(sent, 0.5), 1),
        "all_served_after_sent_p99_ms": round(quantile(sent, 0.99), 1),
    }
    print("REPLICAS " + " ".join(f"{name}={value}" for name, value in figures.items()))
    proof.ok(f"{proof.rounds} publishes served by {len(rig.servers)} servers, p99 {figures['served_after_answer_p99_ms']} ms after the answer")


def killing(proof):
    """A server is killed before each publish and started again after it; HAProxy and nginx always answer."""
    rig = proof.rig
    switch = Switch(rig.work, rig.servers)
    more = ["--kill", switch.command("kill"), "--heal", switch.command("heal")]
    with Steady(rig.nginx.client(), rig.grid.look_up_path) as nginx:
        said, seen = watched(proof, lambda: replicas_check(proof, proof.kills, RESTART_LIMIT_MS, *more))
    if nginx.failures:
        raise RuntimeError(f"nginx failed {len(nginx.failures)} of {nginx.answers} times while servers were killed: {nginx.failures[:3]}")
    if switch.trouble or switch.killed != proof.kills:
        raise RuntimeError(f"{switch.killed} servers were killed: {switch.trouble}")
    proof.ok(f"a server killed with -9 in each round, {nginx.answers} look-ups answered through nginx: {said[0]}")
    proof.ok(seen)


def doorbell_lost(proof):
    """A wire that has gone silent, and one that is cut: servers follow by asking, and listen again."""
    rig = proof.rig
    # Each server has one connection that listens and asks where the change log stands.
    listening = (
        "from pg_stat_activity where datname = 'licheng' and pid <> pg_backend_pid()"
        " and (query ilike 'listen%' or query like '%as is_standby%')"
    )
    pids = until("two servers listen on the primary", 10, lambda: settled(rig, f"select pid {listening}"))
    for pid in pids:
        # It hears nothing and says nothing, as behind a firewall that has forgotten it.
        os.kill(pid, signal.SIGSTOP)
    try:
        silent = publish_and_wait(rig, rig.poll_s + FOUND_OUT_S)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    proof.ok(f"doorbell silent: served {silent * 1000:.0f} ms after the publish, polling every {rig.poll_s:.0f} s")
    rig.primary.sql(f"select pg_terminate_backend(pid) {listening}")
    cut = publish_and_wait(rig, rig.poll_s + FOUND_OUT_S)
    until("both servers listen again", 10, lambda: settled(rig, f"select pid {listening}"))
    proof.ok(f"doorbell cut off: served {cut * 1000:.0f} ms after the publish, and both servers listen again")


def settled(rig, statement):
    """The two process ids that a statement tells twice; a server that has just begun opens a connection and closes another."""
    first = rig.primary.sql(statement).split()
    time.sleep(0.3)
    return list(map(int, first)) if len(first) == 2 and rig.primary.sql(statement).split() == first else None


def publish_and_wait(rig, within_s):
    """Seconds from the answer to a publish until all servers serve it."""
    with Editions(rig.servers, rig.grid.look_up_path) as editions:
        published = rig.publisher.publish()
        done = time.monotonic()
        moments = editions.all_within(published, within_s)
    return max(0.0, max(moment for moment, _ in moments.values()) - done)


def at_least(proof):
    """X-Min-Edition: never an older answer than the client has seen."""
    rig = proof.rig
    head = rig.publisher.publish()
    for name, client in [(server.name, server.client()) for server in rig.servers] + [("haproxy", rig.haproxy.client())]:
        answer = client.get(rig.grid.look_up_path, X_Min_Edition=str(head))
        assert answer.status == 200 and answer.edition >= head, f"{name} answers {answer.status} of edition {answer.edition}, not {head}"
        began = time.monotonic()
        ahead = client.get(rig.grid.look_up_path, X_Min_Edition=str(head + 1))
        waited = time.monotonic() - began
        assert ahead.status == 503 and "retry-after" in ahead.headers, f"{name} answers {ahead.status} to edition {head + 1}, which there is not"
        assert waited < 5, f"{name} takes {waited:.1f} s to say so"
        wrong = client.get(rig.grid.look_up_path, X_Min_Edition="soon")
        assert wrong.status == 400, f"{name} answers {wrong.status} to X-Min-Edition: soon"
    proof.ok(f"X-Min-Edition: {head} is answered from it on, {head + 1} is 503 with Retry-After, nonsense 400")


def scheduled(proof):
    """An edition for a coming time takes force on all servers at that time, and not before, without anyone calling."""
    rig = proof.rig
    begins = time.time() + 4
    # The store keeps milliseconds.
    begins = round(begins, 3)
    text = datetime.datetime.fromtimestamp(begins, datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with Editions(rig.servers, rig.grid.look_up_path) as editions:
        edition = rig.publisher.publish(text)
        moments = editions.all_within(edition, 4 + 2)
        lates = [wall - begins for _, wall in moments.values()]
    if min(lates) < 0 or max(lates) > 1:
        raise RuntimeError(f"edition {edition} was served {lates} s after its time")
    proof.ok(f"a scheduled edition takes force on all servers {min(lates) * 1000:.0f} to {max(lates) * 1000:.0f} ms after its time")
