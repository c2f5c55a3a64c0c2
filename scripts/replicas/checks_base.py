"""Before anything happens: the shipped files, who may do what in the database, and servers that start."""

import subprocess
import threading
import time

from client import Client
from processes import run, until

# Of systemd's ten points of exposure, times ten. The backup is made by root, who alone may see it, without root's rights.
EXPOSURE_AT_MOST = {"onemap@1.service": 15, "onemap-backup.service": 20}
BATCH_RECORDS = 200_000
BATCH_WITHIN_S = 60


def shipped(proof):
    """deploy/ is taken by the programs that it is for."""
    rig = proof.rig
    for proxy in (rig.haproxy, rig.nginx):
        proxy.verify()
        proof.ok(f"{proxy.program} takes deploy/proxy without a warning")
    units = rig.site.deploy / "systemd"
    for name in ("onemap@.service", "onemap-backup.service", "onemap-backup.timer"):
        text = (units / name).read_text()
        for installed, ours in {"/usr/local/bin/onemap": rig.binary, "/usr/local/lib/onemap": rig.site.deploy / "backup"}.items():
            text = text.replace(installed, str(ours))
        (rig.work / name).write_text(text)
    # An instance: what stands for its name is filled in.
    (rig.work / "onemap@1.service").symlink_to("onemap@.service")
    for name in ("onemap@1.service", "onemap-backup.service", "onemap-backup.timer"):
        said = run(["sh", "-c", 'systemd-analyze verify --man=no --recursive-errors=no "$0" 2>&1', rig.work / name])
        if said.strip():
            raise RuntimeError(f"systemd-analyze verify says: {said}")
    exposed = [exposure(rig.work / name, most) for name, most in EXPOSURE_AT_MOST.items()]
    proof.ok(f"systemd takes the units and the timer, on paper: {'; '.join(exposed)}")


def exposure(unit, most):
    """How far systemd finds a unit open to the rest of the machine; more than allowed is an error."""
    said = run(["systemd-analyze", "security", "--offline=yes", f"--threshold={most}", "--no-pager", unit])
    return said.strip().splitlines()[-1].strip(" →")


def database(proof):
    """A primary with the shipped settings and roles, a district in it, and what each role may do."""
    rig = proof.rig
    primary = rig.primary
    primary.make()
    primary.start()
    words = {"OWNER": "onemap_owner", "SERVER": "onemap", "REPORT": "onemap_report", "REPLICATION": "onemap_replication"}
    passwords = {f"{word}_PASSWORD": rig.databases.passwords[role] for word, role in words.items()}
    # Run again it finds all there, and goes on.
    for _ in range(2):
        primary.script("roles.sql", "postgres", "postgres", **passwords)
    primary.script("database.sql", "postgres", "postgres")
    rig.onemap("generate", "--profile", "licheng", "--units", str(rig.units), "--seed", "1", "--store", primary.url("onemap_owner"), role="onemap_owner")
    primary.script("reporting.sql", "onemap_owner", "licheng")
    settings = {name: primary.sql(f"show {name}") for name in ("fsync", "synchronous_commit", "full_page_writes", "wal_level", "max_slot_wal_keep_size")}
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica", "max_slot_wal_keep_size": "20GB"}
    if settings != wanted:
        raise RuntimeError(f"the primary runs with {settings}")
    units = int(primary.sql("select count(*) from unit", role="onemap_report"))
    leaders = int(primary.sql("select count(*) from leader_list", role="onemap_report"))
    if units < 100 or leaders < 1:
        raise RuntimeError(f"reports see {units} units and {leaders} leaders")
    proof.ok(f"a primary with the shipped settings; reports read {units} units and {leaders} leaders")
    refused = {
        "onemap_report": ["select count(*) from area", "delete from edition", "create table mine (id int)", "select count(*) from posting"],
        "onemap": ["drop table area", "alter table area drop column name", "truncate change_log", "create table mine (id int)"],
    }
    for role, statements in refused.items():
        for statement in statements:
            said = primary.sql(statement, role=role, statuses=(1,))
            if not any(words in said for words in ("permission denied", "must be owner", "read-only transaction")):
                raise RuntimeError(f"{role} doing {statement!r} hears {said!r}")
    proof.ok("reports read views only, servers change no table; each is refused otherwise")


def starting(proof):
    """Readiness is red until the snapshot is whole; then everything is answered."""
    rig = proof.rig
    rig.add_servers()
    head = int(rig.primary.sql("select max(number) from edition where effective_from <= now()"))
    reds = {}
    for server in rig.servers:
        server.start()
    watched = [threading.Thread(target=watch_start, args=(server, head, reds)) for server in rig.servers]
    for thread in watched:
        thread.start()
    for thread in watched:
        thread.join()
    trouble = [value for value in reds.values() if isinstance(value, Exception)]
    if trouble or len(reds) != len(rig.servers):
        raise RuntimeError(f"while starting: {trouble}")
    if not all(reds.values()):
        raise RuntimeError(f"a server was never seen red: {reds}")
    for server in rig.servers:
        if "is off in PostgreSQL" in server.process.said():
            raise RuntimeError(f"server {server.name} warns of the shipped settings")
    proof.ok(f"readiness is red ({', '.join(f'{name} {count} times' for name, count in sorted(reds.items()))}) until edition {head} is whole")


def watch_start(server, head, reds):
    """Asks until it is green; how often it was red."""
    try:
        reds[server.name] = red_answers(server, head)
    except Exception as error:
        reds[server.name] = error


def red_answers(server, head):
    client, red, began = server.client(), 0, time.monotonic()
    while time.monotonic() - began < 60:
        ready = client.try_get("/readyz")
        if ready is None:
            time.sleep(0.002)
        elif ready.status == 200:
            answer = client.get("/lookup?lon=119.011&lat=25.434")
            assert (answer.status, answer.edition) == (200, head), f"green, and a look-up is {answer.status} of edition {answer.edition}"
            return red
        else:
            # It may have turned green in between; then the next question sees it.
            answer, again = client.get("/lookup?lon=119.011&lat=25.434"), client.get("/readyz")
            assert ready.status == 503 and "retry-after" in ready.headers, f"/readyz answers {ready.status}"
            assert again.status == 200 or answer.status == 503, f"red, and a look-up is {answer.status}"
            red += 1
    raise RuntimeError(f"server {server.name} is not ready after a minute")


def proxies(proof):
    """What the proxies must do beside passing questions on."""
    rig = proof.rig
    for proxy in (rig.haproxy, rig.nginx):
        proxy.start()
        client = proxy.client()
        plain = Client(proxy.plain_url).get("/lookup?lon=1&lat=2")
        assert plain.status == 308 and plain.headers["location"].startswith("https://"), f"plain HTTP is answered {plain.status}"
        assert client.get("/lookup?lon=119.011&lat=25.434").status == 200
        write = client.ask("POST", "/imports?dry_run=true", b"{}", Content_Type="application/geo+json")
        assert write.status in (401, 403), f"a write without the key is answered {write.status}"
        streamed(proxy)
        proof.ok(f"{proxy.program}: TLS, no write without the key, {BATCH_RECORDS} records streamed both ways")


def streamed(proxy):
    """Sends half of a large batch, waits for the answer to begin, and then sends the rest."""
    answer = proxy.site.work / f"{proxy.program}-batch.csv"
    # "-T ." reads what is to be sent without waiting for it; with "-T -" curl takes no answer while it waits.
    command = ["curl", "-sS", "-N", "--cacert", proxy.site.certificates.authority, "-X", "POST", "-T", ".", "-o", answer, "-w", "%{http_code}"]
    headers = ["-H", "Content-Type: text/csv", "-H", "Accept: text/csv", f"{proxy.url}/lookup?answer=codes"]
    # It shows how far it is even when told to be silent, with "-T .": heard only when something is wrong.
    curl = subprocess.Popen([*command, *headers], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        pieces = ["lon,lat\n"] + [piece(index) for index in range(200)]
        curl.stdin.write("".join(pieces[:100]).encode())
        curl.stdin.flush()
        until(f"{proxy.program} answers while half of a body is there", BATCH_WITHIN_S, lambda: answer.exists() and answer.stat().st_size > 0)
        curl.stdin.write("".join(pieces[100:]).encode())
        curl.stdin.close()
        curl.stdin = None
        status, said = (part.decode() for part in curl.communicate(timeout=BATCH_WITHIN_S))
    finally:
        curl.kill()
        curl.wait()
    lines = answer.read_text().count("\n")
    assert status == "200", f"a streamed batch is answered {status}: {said[-500:]}"
    assert lines == BATCH_RECORDS + 1, f"{lines - 1} records come for {BATCH_RECORDS}"


def piece(index):
    lines = BATCH_RECORDS // 200
    return "".join(f"{119.0 + (index * lines + line) % 1000 / 1e4:.4f},{25.43 + line % 77 / 1e4:.4f}\n" for line in range(lines))


def events(proof):
    """A publish is told through the proxies, by every server."""
    rig = proof.rig
    heard = {}
    listeners = [(server.name, server.client()) for server in rig.servers] + [(proxy.program, proxy.client()) for proxy in (rig.haproxy, rig.nginx)]
    threads = [threading.Thread(target=listen, args=(name, client, heard), daemon=True) for name, client in listeners]
    for thread in threads:
        thread.start()
    # Each has its greeting before anything is published.
    began = time.monotonic()
    while len(heard) < len(threads) and time.monotonic() - began < 10:
        time.sleep(0.01)
    edition, published = rig.publisher.publish(), time.monotonic()
    for thread in threads:
        thread.join(10)
    told = {name: (found[0], found[1] - published) for name, found in heard.items() if found and found[0] == edition}
    if len(told) != len(threads):
        raise RuntimeError(f"edition {edition} is told by {sorted(told)} only: {heard}")
    late = max(after for _, after in told.values())
    assert late < 1, f"an event came {late:.2f} s after the publish"
    proof.ok(f"a publish is told on /events by every server and through both proxies, {max(late, 0) * 1000:.0f} ms after it at the latest")


def listen(name, client, heard):
    """Until an edition is told to be in force."""
    client.connection.request("GET", "/events")
    response = client.connection.getresponse()
    heard[name] = None
    while line := response.readline():
        if b'"edition.in_force"' in line or b"edition.in_force" in line and line.startswith(b"data:"):
            text = line.decode()
            heard[name] = (int(text.split('"edition":')[1].split(",")[0].split("}")[0]), time.monotonic())
            return
