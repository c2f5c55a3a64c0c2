"""Backups, taken while editions are published, restored elsewhere, and compared table by table."""

import signal
import sqlite3

from cluster import DATABASE, Cluster
from processes import Process, free_port, run, until
from client import Client
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
    until("the standby streams", 20, lambda: rig.primary.sql("select state from pg_stat_replication where application_name = 'standby'") == "streaming")
    slot = rig.primary.sql("select active from pg_replication_slots where slot_name = 'onemap_standby'")
    if (slot, rig.standby.sql("select pg_is_in_recovery()")) != ("t", "t"):
        raise RuntimeError(f"the standby does not use its slot ({slot}), or is none")
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

    rig.spare.sql("drop database licheng", database="postgres")
    restore_database(rig, whole)
    found = digests_of(rig, rig.spare.url("onemap"), "from-dump")
    if found != wanted:
        raise RuntimeError(f"the restored database differs: {found} instead of {wanted}")
    if not int(rig.spare.sql("select count(*) from unit", role="onemap_report")):
        raise RuntimeError("reports read nothing from the restored database")
    rig.spare.sql("update counter set value = value where name = 'change'", role="onemap")
    rig.spare.stop()
    proof.ok(f"backup.sh database: restored, {len(found)} tables with the same rows and digests, rights included")


def restore_database(rig, dump):
    """As the README restores a database: its administrator makes it, and takes the dump in."""
    rig.spare.sql("create database licheng owner onemap_owner encoding 'UTF8' locale 'C.UTF-8' template template0", database="postgres")
    rig.spare.sql("revoke all on database licheng from public", database="postgres")
    rig.spare.sql("grant connect on database licheng to onemap, onemap_report", database="postgres")
    environment = rig.databases.environment(rig.spare.port, "postgres", DATABASE)
    run(["pg_restore", "--exit-on-error", "--dbname=licheng", dump], environment)


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
