"""The store in a GeoPackage: what it holds, and a kill inside one of its transactions."""

import fcntl
import hashlib
import os
import pathlib
import random
import sqlite3
import struct
import time

# Where SQLite keeps the locks of its log, in the file -shm (its document "WAL-mode File Format", 2.3).
WRITE_LOCK, CHECKPOINT_LOCK = 120, 121
# A page of the log with its header; a large write leaves many more of them than MOST_PAGES.
FRAME_BYTES = 4096 + 24
MOST_PAGES = 40
# How long that moment is waited for, before any moment inside a transaction will do.
CHOOSY_S = 60
# Nobody publishes that long without an open transaction.
GIVES_UP_S = 300


class SqliteSide:
    name = "SQLite"
    kinds = ["server"]

    def __init__(self, work):
        self.path = pathlib.Path(work) / "crash.gpkg"
        self.address = str(self.path)
        self.order = pathlib.Path(work) / "order"
        self.environment = {
            "LD_PRELOAD": str(pathlib.Path(work) / "disk.so"),
            "ONEMAP_DISK_UNDER": str(self.path),
            "ONEMAP_DISK_ORDER": str(self.order),
        }
        self.homes = {}

    def query(self, statement, *values):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def held(self):
        """How many areas of the newest edition, by code, and the digest of each outline."""
        rows = self.query("select code, geom from area where to_edition is null")
        return {code: hashlib.sha256(geom).hexdigest() for code, geom in rows}

    def units_of(self, homes):
        by_outline = {self.homes[home]: home for home in homes}
        grids = {unit["properties"]["parent"] for unit in homes.values()}
        found = []
        for grid in grids:
            rows = self.query("select code, name, geom from area where to_edition is null and code glob ?", f"{grid}???")
            digests = [(code, name, hashlib.sha256(geom).hexdigest()) for code, name, geom in rows]
            found += [(code, name, by_outline[digest]) for code, name, digest in digests if digest in by_outline]
        return found

    def dump(self, base):
        """All that is judged, as of one moment."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30, isolation_level=None)
        try:
            connection.execute("begin")
            return self.dump_by(lambda statement, *values: connection.execute(statement, values).fetchall(), base)
        finally:
            connection.close()

    def dump_by(self, query, base):
        rows = query("select from_edition, code, name, geom from area where from_edition > ?", base)
        return {
            "editions": query("select number, title, author, published_at from edition order by number"),
            "made": [(number, code, name, hashlib.sha256(geom).hexdigest()) for number, code, name, geom in rows],
            "closed": query("select to_edition, code from area where to_edition > ?", base),
            "log": query("select seq, actor, kind, edition from change_log order by seq"),
            "counters": dict(query("select name, value from counter")),
            "last_area": query("select max(area_id) from area")[0][0],
            "in_force": query("select number from edition_in_force")[0][0],
            "doubled": query(
                "select count(*) from area a join area b on a.code = b.code and a.rowid < b.rowid "
                "and a.from_edition < coalesce(b.to_edition, 1e18) and b.from_edition < coalesce(a.to_edition, 1e18)"
            )[0][0],
        }

    def sound(self, dump):
        """What is wrong with the file itself."""
        trouble = []
        checked = self.query("pragma integrity_check")
        if checked != [("ok",)]:
            trouble.append(f"integrity_check: {checked[:3]}")
        if broken := self.query("pragma foreign_key_check"):
            trouble.append(f"foreign_key_check: {broken[:3]}")
        published = dump["editions"][-1][3]
        layers = self.query("select distinct last_change from gpkg_contents where data_type = 'features'")
        if layers != [(published,)]:
            trouble.append(f"the layers of the GeoPackage changed last at {layers}, the newest edition is of {published}")
        for level, count in self.query("select level, count(*) from area where to_edition is null group by level"):
            view = self.query("select level_id from level where ordinal = ?", level)[0][0]
            if (seen := self.query(f'select count(*) from "{view}"')[0][0]) != count:
                trouble.append(f"the layer {view} shows {seen} areas of {count}")
        return trouble

    def half_written(self):
        """Frames of the log behind its last commit: what an open transaction has written so far."""
        try:
            log = pathlib.Path(f"{self.path}-wal").read_bytes()
        except OSError:
            return 0
        if len(log) < 32:
            return 0
        page, salt, frames = struct.unpack(">I", log[8:12])[0], log[16:24], 0
        for at in range(32, len(log) - 23 - page, 24 + page):
            if log[at + 8 : at + 16] != salt:
                break
            frames = 0 if log[at + 4 : at + 8] != b"\0\0\0\0" else frames + 1
        return frames

    def locked(self, at):
        """Which process holds the write lock at a byte of the -shm file; 0 for none."""
        with open(f"{self.path}-shm", "rb") as shared:
            asked = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, at, 1, 0)
            kind, _, _, _, pid = struct.unpack("hhqqi4x", fcntl.fcntl(shared, fcntl.F_GETLK, asked))
        return pid if kind == fcntl.F_WRLCK else 0

    def strike(self, kind, service, turn):
        """Kills the server inside a transaction: while it makes changes, or while half of the commit stands in the log."""
        struck = self.strike_commit(service) if turn % 2 == 0 else None
        return struck or self.strike_anywhere(service)

    def is_inside(self, service):
        return self.locked(WRITE_LOCK) == service.process.pid and self.locked(CHECKPOINT_LOCK) != service.process.pid

    def strike_commit(self, service):
        """The disk stops the server in the middle of writing a large commit (tests/it/faults/disk.c); none when none comes."""
        began = time.monotonic()
        while time.monotonic() - began < CHOOSY_S:
            if not self.order.exists() and not service.stands():
                self.order.write_text(f"stop {random.randint(2, MOST_PAGES) * FRAME_BYTES}")
            if not service.stands():
                time.sleep(0.001)
                continue
            if self.is_inside(service) and (pages := self.half_written()) > 0:
                service.kill()
                # A second order may have been given while the first was being carried out.
                self.order.unlink(missing_ok=True)
                return f"server {service.process.pid} killed holding the writer's lock, {pages} pages of an unfinished commit in the log"
            service.thaw()
        self.order.unlink(missing_ok=True)
        service.thaw()
        return None

    def strike_anywhere(self, service):
        """The server is frozen again and again, until it stands in a transaction."""
        began, frozen = time.monotonic(), 0
        while time.monotonic() - began < GIVES_UP_S:
            time.sleep(random.uniform(0, 0.01))
            service.freeze()
            frozen += 1
            if self.is_inside(service):
                pages = self.half_written()
                service.kill()
                return f"server {service.process.pid} killed holding the writer's lock, {pages} pages in the log (frozen {frozen} times to meet it)"
            service.thaw()
        raise RuntimeError(f"met no open transaction within {GIVES_UP_S} s")

    def recover(self, kind):
        return ""

    def at_rest(self):
        """What is wrong when the server has ended: the file alone must be the whole store."""
        log = pathlib.Path(f"{self.path}-wal")
        return [f"{log.name} has {log.stat().st_size} bytes"] if log.exists() and log.stat().st_size else []

    def remove(self):
        pass
