"""The store in PostgreSQL: what it holds, and kills inside its transactions, of our server, of a backend, of the cluster."""

import os
import random
import signal
import time

from cluster import Cluster, Session

DATABASE = "crash"
GIVES_UP_S = 60
# A publish that holds a lock on one of these waits there, at its beginning, in its middle, and just before it is logged.
HELD_AT = ["edition", "area", "change_log"]
OURS = "datname = 'crash' and application_name = 'onemap' and backend_xid is not null"


class PostgresSide:
    name = "PostgreSQL"
    # What is killed, turn by turn.
    kinds = ["server", "backend", "server", "cluster", "server", "server and cluster"]

    def __init__(self, programs, work):
        self.cluster = Cluster(programs, work)
        self.cluster.start()
        created = self.cluster.psql("postgres", f"create database {DATABASE}")
        if created.returncode != 0:
            raise RuntimeError(created.stderr)
        self.cluster.psql(DATABASE, "create extension postgis; create extension btree_gist; create extension amcheck")
        self.address = self.cluster.url(DATABASE)
        self.homes = {}
        self.environment = {}

    def query(self, statement):
        return self.cluster.rows(DATABASE, statement)

    def held(self):
        return dict(self.query("select code, md5(st_asbinary(geom)) from area where to_edition is null"))

    def units_of(self, homes):
        by_outline = {self.homes[home]: home for home in homes}
        grids = "|".join({unit["properties"]["parent"] for unit in homes.values()})
        try:
            rows = self.query(
                "select code, name, md5(st_asbinary(geom)) from area where to_edition is null "
                f"and left(code, -3) = any (string_to_array('{grids}', '|'))"
            )
        except RuntimeError:
            # It is away.
            return []
        return [(code, name, by_outline[digest]) for code, name, digest in rows if digest in by_outline]

    def dump(self, base):
        rows = self.query(f"select from_edition, code, name, md5(st_asbinary(geom)) from area where from_edition > {base}")
        closed = self.query(f"select to_edition, code from area where to_edition > {base}")
        editions = self.query("select number, title, author, published_at from edition order by number")
        log = self.query("select seq, actor, kind, edition from change_log order by seq")
        return {
            "editions": [(int(number), *rest) for number, *rest in editions],
            "made": [(int(number), *rest) for number, *rest in rows],
            "closed": [(int(number), code) for number, code in closed],
            "log": [(int(seq), actor, kind, int(number) if number else None) for seq, actor, kind, number in log],
            "counters": {name: int(value) for name, value in self.query("select name, value from counter")},
            "last_area": int(self.query("select max(area_id) from area")[0][0]),
            "in_force": int(self.query("select number from edition_in_force")[0][0]),
            # The exclusion constraints forbid it; this asks the rows, not the index.
            "doubled": int(self.query(
                "set enable_indexscan = off; set enable_bitmapscan = off; "
                "select count(*) from area a join area b on a.code = b.code and a.ctid < b.ctid "
                "and a.from_edition < coalesce(b.to_edition, 9e18) and b.from_edition < coalesce(a.to_edition, 9e18)"
            )[0][0]),
        }

    def sound(self, dump):
        """What is wrong with the database itself."""
        checked = self.cluster.psql(
            DATABASE,
            "select bt_index_check(index.oid, true) from pg_class index join pg_am am on am.oid = index.relam "
            "where index.relkind = 'i' and am.amname = 'btree' and index.relnamespace = 'public'::regnamespace; "
            "select verify_heapam(oid) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
        )
        trouble = [f"amcheck: {checked.stderr}"] if checked.returncode != 0 else []
        trouble += [f"verify_heapam: {line}" for line in checked.stdout.splitlines() if line.strip()]
        for level, view, count in self.query(
            "select ordinal, level_id, (select count(*) from area where level = ordinal and to_edition is null) from level"
        ):
            if (seen := self.query(f'select count(*) from "{view}"')[0][0]) != count:
                trouble.append(f"the view {view} shows {seen} areas of {count}")
        return trouble

    def strike(self, kind, service, turn):
        if kind == "server":
            return self.freeze_and_kill(service)
        return self.hold_and_kill(kind, service, HELD_AT[turn // 2 % len(HELD_AT)])

    def freeze_and_kill(self, service):
        """Kills the server between two statements of a transaction, which the database then finds left behind."""
        monitor, began, frozen = Session(self.cluster, DATABASE), time.monotonic(), 0
        try:
            while time.monotonic() - began < GIVES_UP_S:
                time.sleep(random.uniform(0, 0.01))
                service.freeze()
                frozen += 1
                # A statement that is under way ends; what then waits for the client cannot be committed by anyone else.
                while monitor.ask(f"select 1 from pg_stat_activity where {OURS} and state = 'active'"):
                    time.sleep(0.001)
                open_now = monitor.ask(
                    f"select pid, backend_xid, left(regexp_replace(query, '\\s+', ' ', 'g'), 60) from pg_stat_activity "
                    f"where {OURS} and state = 'idle in transaction'"
                )
                if open_now:
                    service.kill()
                    backend, number, after = open_now[0].split("|", 2)
                    return f"server killed inside transaction {number} of backend {backend}, after {after!r} (frozen {frozen} times)"
                service.thaw()
        finally:
            monitor.close()
        raise RuntimeError(f"met no open transaction within {GIVES_UP_S} s")

    def hold_and_kill(self, kind, service, table):
        """Kills a backend or the cluster while a publish waits in the middle, for a lock that is ours."""
        holder, monitor = Session(self.cluster, DATABASE), Session(self.cluster, DATABASE)
        try:
            holder.ask(f"begin; lock table {table} in share row exclusive mode")
            began, waiting = time.monotonic(), []
            while not waiting:
                if time.monotonic() - began > GIVES_UP_S:
                    raise RuntimeError(f"met no open transaction within {GIVES_UP_S} s")
                waiting = monitor.ask(
                    "select pid, backend_xid, left(regexp_replace(query, '\\s+', ' ', 'g'), 60) from pg_stat_activity "
                    f"where {OURS} and wait_event_type = 'Lock'"
                )
            backend, number, inside = waiting[0].split("|", 2)
            if kind == "backend":
                os.kill(int(backend), signal.SIGKILL)
                # The others are ended with it, since it may have left shared memory in a mess.
                while holder.ask("select 1"):
                    time.sleep(0.005)
            else:
                self.cluster.stop_immediately()
            if kind == "server and cluster":
                service.kill()
            return f"{kind} killed inside transaction {number} of backend {backend}, in {inside!r}"
        finally:
            holder.close()
            monitor.close()

    def recover(self, kind):
        """Brings the database back; how long that took, for the log."""
        if "cluster" in kind:
            return f"PostgreSQL back in {self.cluster.start():.2f} s; "
        if kind == "backend":
            began = time.monotonic()
            self.cluster.until_up(began)
            return f"PostgreSQL back in {time.monotonic() - began:.2f} s; "
        return ""

    def at_rest(self):
        return []

    def remove(self):
        self.cluster.remove()
