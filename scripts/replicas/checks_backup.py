"""Backups, taken while editions are published, restored elsewhere, and compared table by table."""

import os
import signal
import sqlite3
import threading

from cluster import DATABASE, Cluster
from processes import Process, free_port, run, until
from client import Client
from servers import settings
from watch import Watcher

# What is thrown away in a minute need not be on the disk; that takes ten seconds where the disk is busy.
UNSYNCED = ["--no-sync"]
# What is never changed in a row of `area`.
ROW = "area_id, from_edition, code, level, parent_id, name, kind, digest, st_asbinary(geom)"


def backup(rig, kind, *arguments, **environment):
    """deploy/backup/backup.sh."""
    script = rig.site.deploy / "backup/backup.sh"
    return run([script, kind, *arguments], {**environment, "ONEMAP": str(rig.binary)}, folder=rig.work)


def digests_of(rig, store, name, role="onemap"):
    """Rows and digests of all tables, as `onemap store copy` prints them."""
    said = rig.onemap("store", "copy", store, rig.work / f"{name}.gpkg", role=role)
    return tables(said)


def tables(said):
    """The lines of the tables, without the words around them."""
    found = [line.split() for line in said.splitlines()]
    found = [line for line in found if len(line) == 3 and len(line[2]) == 64]
    assert len(found) > 5, f"no digests in {said!r}"
    return found


def first_cluster(proof):
    """A base backup of the primary; the standby is made of it, as the README makes one."""
    rig = proof.rig
    folder = rig.work / "base"
    backup(rig, "cluster", folder, *UNSYNCED, **rig.databases.environment(rig.primary.port, "onemap_replication", "replication"))
    rig.add_standby(folder)
    rig.primary.streams_to(rig.standby)
    proof.ok("a standby from backup.sh cluster streams, with the shipped settings and its slot")


class Publishing(Watcher):
    """Publishes all the while, so that a backup has something to get wrong."""

    def __init__(self, rig):
        self.count, self.error = 0, None
        super().__init__(self.work, [rig])

    def work(self, rig):
        try:
            while not self.over.is_set():
                rig.publisher.publish()
                self.count += 1
        except Exception as error:
            self.error = error

    def __exit__(self, *details):
        super().__exit__(*details)
        if self.error:
            raise self.error


def restored(proof):
    """Backups of a cluster and of a database, each restored into a cluster of its own."""
    rig = proof.rig
    owner = rig.databases.environment(rig.primary.port, "onemap_owner")
    with Publishing(rig) as publishing:
        base, dump = rig.work / "during", rig.work / "during.dump"
        backup(rig, "cluster", base, *UNSYNCED, **rig.databases.environment(rig.primary.port, "onemap_replication", "replication"))
        backup(rig, "database", dump, **owner)
        server = rig.databases.environment(rig.primary.port, "onemap")
        backup(rig, "store", rig.primary.url("onemap"), rig.work / "during.gpkg", **server)
    # Each is one state of the store: all of an edition, or nothing of it.
    states = {"during.gpkg": tables((rig.work / "during.gpkg.digests").read_text())}
    again = tables(rig.onemap("store", "copy", rig.work / "during.gpkg", rig.work / "again.gpkg"))
    if again != states["during.gpkg"]:
        raise RuntimeError("a copy of the copy has other digests")
    whole = rig.work / "whole.dump"
    backup(rig, "database", whole, **owner)
    wanted = digests_of(rig, rig.primary.url("onemap"), "wanted")

    rig.spare = Cluster(rig.databases, "spare")
    rig.spare.take_over(base)
    rig.spare.start()
    # It ends within the editions that were published meanwhile: all of its last one is there, and what came before is unchanged.
    head = int(rig.spare.sql("select max(number) from edition"))
    rows = f"select count(*), md5(string_agg(md5(row({ROW})::text), '' order by area_id, from_edition)) from area where from_edition <= {head}"
    found, expected = (one.sql(rows) for one in (rig.spare, rig.primary))
    if found != expected or len(digests_of(rig, rig.spare.url("onemap"), "from-base")) != len(wanted):
        raise RuntimeError(f"the restored cluster has edition {head} with the rows {found}, not {expected}")
    proof.ok(f"backup.sh cluster while {publishing.count} editions were published: restored, edition {head} is whole")

    into_database(rig, whole)
    found = judged(rig, wanted, "from-dump")
    proof.ok(f"backup.sh database: restored, {len(found)} tables with the same rows and digests, rights included")
    into_database(rig, rig.work / "during.gpkg")
    found = judged(rig, states["during.gpkg"], "from-store")
    rig.spare.stop()
    proof.ok(f"backup.sh store while editions were published: restored into an empty database, {len(found)} tables the same, rights included")


def into_database(rig, backup):
    """As the README restores a dump, or a copy of the store: beside what was lost, then opened to reports."""
    rig.spare.sql("drop database if exists licheng_lost", database="postgres")
    rig.spare.sql("alter database licheng rename to licheng_lost", database="postgres")
    rig.spare.script("database.sql", "postgres", "postgres")
    if backup.suffix == ".dump":
        environment = rig.databases.environment(rig.spare.port, "postgres")
        # Read by who has made it, not by the administrator of the database.
        run(["sh", "-c", 'exec pg_restore --exit-on-error --dbname=licheng < "$0"', backup], environment)
    else:
        rig.onemap("store", "copy", backup, rig.spare.url("onemap_owner"), role="onemap_owner")
    rig.spare.script("reporting.sql", "onemap_owner", DATABASE)


def judged(rig, wanted, name):
    """The digests of what was restored, which must be those of the backup; every role does there what it is for."""
    found = digests_of(rig, rig.spare.url("onemap"), name)
    if found != wanted:
        raise RuntimeError(f"the restored database differs: {found} instead of {wanted}")
    if not int(rig.spare.sql("select count(*) from area", role="onemap")):
        raise RuntimeError("servers read nothing from the restored database")
    rig.spare.sql("update counter set value = value where name = 'change'", role="onemap")
    if not int(rig.spare.sql("select count(*) from unit", role="onemap_report")):
        raise RuntimeError("reports read nothing from the restored database")
    said = rig.spare.sql("drop table area", role="onemap", statuses=(1,))
    assert "must be owner" in said, f"a server that drops a table of the restored database hears {said!r}"
    return found


def daily(proof):
    """What onemap-backup.service does, with the shipped environment and passwords; the oldest day goes."""
    rig = proof.rig
    days, passfile = rig.work / "daily", rig.work / "backup.pgpass"
    for day in ("2001-01-01", "2001-01-02", "2001-01-03"):
        (days / day).mkdir(parents=True)
    (days / "2001-01-01 kept").mkdir()
    lines = (rig.site.deploy / "backup/pgpass.example").read_text().splitlines()
    lines = [line.split(":") for line in lines if line.startswith("10.20.0.11:5432:")]
    passfile.write_text("".join(f"127.0.0.1:{rig.primary.port}:{base}:{role}:{rig.databases.passwords[role]}\n" for _, _, base, role, _ in lines))
    passfile.chmod(0o600)
    shipped = settings(rig.site.deploy / "backup/backup.env")
    ours = {"PGHOST": "127.0.0.1", "PGPORT": str(rig.primary.port), "PGSSLROOTCERT": str(rig.certificates.authority), "PGPASSFILE": str(passfile)}
    ours |= {"ONEMAP_STORE": rig.primary.url("onemap"), "BACKUP_KEEP": "3"}
    if unknown := set(ours) - set(shipped):
        raise RuntimeError(f"deploy/backup/backup.env does not set {unknown}")
    machine = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    made = backup(rig, "daily", days, *UNSYNCED, **machine, **(shipped | ours)).strip()
    left = sorted(path.name for path in days.iterdir())
    if left != ["2001-01-01 kept", "2001-01-02", "2001-01-03", made.rsplit("/", 1)[-1]]:
        raise RuntimeError(f"a daily backup {made} leaves {left}")
    parts = sorted(path.name for path in (days / left[-1]).iterdir())
    if parts != ["cluster", "licheng.dump", "licheng.gpkg", "licheng.gpkg.digests"]:
        raise RuntimeError(f"a daily backup has {parts}")
    if not (days / left[-1] / "cluster/backup_manifest").exists() or len(tables((days / left[-1] / "licheng.gpkg.digests").read_text())) < 6:
        raise RuntimeError("a daily backup is not whole")
    proof.ok("backup.sh daily, as the timer runs it: cluster, database and store of one day, and the oldest day is gone")


def geopackage(proof):
    """A GeoPackage is copied while a server serves and publishes it."""
    rig = proof.rig
    live, port = rig.work / "live.gpkg", free_port()
    rig.onemap("store", "copy", rig.primary.url("onemap"), live)
    command = [rig.binary, "serve", "--listen", f"127.0.0.1:{port}", "--store", live]
    server = Process(command, rig.work / "server-live.log", folder=rig.work)
    try:
        client = Client(f"http://127.0.0.1:{port}")
        until("the server of a GeoPackage is ready", 60, lambda: (answer := client.try_get("/readyz")) and answer.status == 200)
        body = rig.grid.body("另一名", True)
        post = threading.Thread(target=client.ask, args=("POST", "/imports", body), kwargs={"Content_Type": "application/geo+json"})
        post.start()
        backup(rig, "store", live, rig.work / "live-backup.gpkg", **rig.databases.environment(0, "onemap"))
        post.join()
        with sqlite3.connect(rig.work / "live-backup.gpkg") as copy:
            whole = copy.execute("pragma integrity_check").fetchall()
        if whole != [("ok",)]:
            raise RuntimeError(f"the copy is not whole: {whole}")
        head = client.get("/areas?limit=1").edition
    finally:
        server.stop(signal.SIGTERM)
    once = tables((rig.work / "live-backup.gpkg.digests").read_text())
    if tables(rig.onemap("store", "copy", rig.work / "live-backup.gpkg", rig.work / "live-again.gpkg")) != once:
        raise RuntimeError("a copy of the copy has other digests")
    proof.ok(f"backup.sh store copies a GeoPackage that is served and published (edition {head}); whole, the same digests when read again")
