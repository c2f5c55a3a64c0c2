"""PostgreSQL clusters that run with the settings of deploy/postgresql, on 127.0.0.1, as an unprivileged user."""

import os
import pathlib
import secrets
import shutil
import signal

from processes import Process, free_port, run, unprivileged, until

READY_WITHIN_S = 60
STREAMS_WITHIN_S = 20
ROLES = ("postgres", "onemap_owner", "onemap", "onemap_report", "onemap_replication")
DATABASE = "licheng"
# What a small machine has; everything else is as it is shipped.
SMALLER = {"shared_buffers": "64MB", "effective_cache_size": "256MB", "maintenance_work_mem": "64MB", "max_wal_size": "256MB"}
# What a restored cluster writes to the disk first: all at once, not file by file.
SMALLER |= {"recovery_init_sync_method": "syncfs"}


def programs():
    """The folder of PostgreSQL's programs."""
    folder = pathlib.Path(run(["pg_config", "--bindir"]).strip())
    return folder if (folder / "initdb").exists() else pathlib.Path("/usr/lib/postgresql/15/bin")


class Site:
    """What all clusters share: a folder of their user, passwords, certificates, and the shipped settings."""

    def __init__(self, folder, deploy, certificates):
        self.folder, self.deploy, self.certificates, self.programs = folder, deploy / "postgresql", certificates, programs()
        self.identity = unprivileged()
        self.passwords = {role: secrets.token_hex(12) for role in ROLES}
        self.passfile = folder / "pgpass"
        self.passfile.write_text("".join(f"127.0.0.1:*:*:{role}:{password}\n" for role, password in self.passwords.items()))
        self.key = folder / "server.key"
        shutil.copy(certificates.key, self.key)
        for path in (self.passfile, self.key):
            path.chmod(0o600)
        for name in ("primary.conf", "standby.conf"):
            shutil.copy(self.deploy / name, folder / name)
        self.give(folder)

    def give(self, folder):
        """Hands a folder over to the user of the clusters."""
        if self.identity:
            run(["chown", "-R", "nobody", folder])

    def environment(self, port, role, database=DATABASE):
        """What PostgreSQL's programs find a cluster by: over TLS, with the server's name checked."""
        shown = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": role, "PGDATABASE": database, "PGPASSWORD": self.passwords[role]}
        return {**os.environ, **shown, "PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(self.certificates.authority), "LC_ALL": "C"}


class Cluster:
    """One cluster: where its data is, and the server when it runs."""

    def __init__(self, site, name, upstream=None):
        self.site, self.name, self.upstream = site, name, upstream
        self.data, self.port, self.server = site.folder / name, free_port(), None

    def make(self):
        """A new cluster with nothing in it."""
        first = self.site.folder / "first-password"
        first.write_text(self.site.passwords["postgres"])
        self.site.give(first)
        options = ["--username=postgres", f"--pwfile={first}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        run([self.site.programs / "initdb", f"--pgdata={self.data}", *options], folder=self.site.folder, identity=self.site.identity)
        first.unlink()
        self.settle_in()

    def take_over(self, backup):
        """The cluster of a base backup, as the README restores one; what was in its place is gone."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(backup, self.data)
        self.data.chmod(0o700)
        self.site.give(self.data)
        self.settle_in()

    def settle_in(self):
        """The shipped settings and rules, with addresses of this machine; our own superuser beside, as there is no socket."""
        own = ["# As shipped:", f"include '{self.site.folder}/primary.conf'"]
        if self.upstream is not None:
            own.append(f"include '{self.site.folder}/standby.conf'")
            (self.data / "standby.signal").touch()
        config = self.data / "postgresql.conf"
        text = config.read_text().split("# As shipped:")[0]
        config.write_text("\n".join([text, *own, ""]))
        rules = (self.site.deploy / "pg_hba.conf").read_text()
        assert rules.count("10.20.0.0/24") == 2, "pg_hba.conf names the network of the machines"
        ours = "hostssl all postgres 127.0.0.1/32 scram-sha-256\n"
        (self.data / "pg_hba.conf").write_text(ours + rules.replace("10.20.0.0/24", "127.0.0.1/32"))
        self.site.give(self.data)

    def settings(self):
        """What differs from the shipped settings on this machine."""
        ours = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "lc_messages": "C", **SMALLER}
        ours |= {"ssl_cert_file": self.site.certificates.chain, "ssl_key_file": self.site.key}
        if self.upstream is not None:
            sources = {"host": "127.0.0.1", "port": self.upstream.port, "user": "onemap_replication", "application_name": "standby"}
            sources |= {"sslmode": "verify-full", "sslrootcert": self.site.certificates.authority, "passfile": self.site.passfile}
            ours["primary_conninfo"] = " ".join(f"{name}={value}" for name, value in sources.items())
        return [part for name, value in ours.items() for part in ("-c", f"{name}={value}")]

    def start(self):
        command = [self.site.programs / "postgres", "-D", self.data, *self.settings()]
        log = self.site.folder.parent / f"{self.name}.log"
        # Immediate at our death: what a proof leaves behind is thrown away.
        environment = {**os.environ, "HOME": str(self.site.folder)}
        self.server = Process(command, log, environment, self.site.folder, self.site.identity, at_death="QUIT")
        until(f"{self.name} takes connections; its log is {log}", READY_WITHIN_S, self.is_ready)

    def is_ready(self):
        if self.server.ended():
            raise RuntimeError(f"{self.name} does not start: {self.server.said()[-1000:]}")
        return "ready to accept" in self.server.said()

    def stop(self, how=signal.SIGINT):
        """SIGINT: fast, clients are thrown out; SIGQUIT: as if it had crashed."""
        if self.server is not None:
            self.server.stop(how)
            self.server = None

    def sql(self, statement, role="postgres", database=DATABASE, statuses=(0,)):
        """What a statement prints, plainly; with another status allowed, what the client said, errors included."""
        command = ["sh", "-c", 'exec psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$0" 2>&1', statement]
        return run(command, self.site.environment(self.port, role, database), statuses=statuses).strip()

    def script(self, path, role, database, **more):
        """Runs a file of deploy/postgresql with psql."""
        environment = self.site.environment(self.port, role, database) | more
        return run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", self.site.deploy / path], environment)

    def streams_to(self, standby):
        """Until a standby streams from here, with its slot."""
        states = "select string_agg(state, ',') from pg_stat_replication where application_name = 'standby'"
        until(f"{standby.name} streams from {self.name}", STREAMS_WITHIN_S, lambda: self.sql(states) == "streaming")
        slot = self.sql("select active from pg_replication_slots where slot_name = 'onemap_standby'")
        if (slot, standby.sql("select pg_is_in_recovery()")) != ("t", "t"):
            raise RuntimeError(f"{standby.name} does not use its slot ({slot}), or is no standby")

    def url(self, role, port=None, host="127.0.0.1"):
        """The address of the store, without a password, as deploy/systemd has it."""
        return f"postgres://{role}@{host}:{port or self.port}/{DATABASE}?sslmode=verify-full&sslrootcert={self.site.certificates.authority}"
