"""A private PostgreSQL that can be stopped like a machine that fails, and started again; of nobody when we are root."""

import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

STARTS_WITHIN_S = 60
# As a city runs it: what is acknowledged is on the disk.
SETTINGS = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=64MB",
    "timezone=UTC",
    "lc_messages=C",
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Cluster:
    def __init__(self, programs, work):
        self.programs = pathlib.Path(programs)
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="postgres-", dir=work))
        if self.user:
            os.chown(self.home, self.user.pw_uid, self.user.pw_gid)
            if self.run("test", "-w", self.home).returncode != 0:
                # The project lies in a folder that nobody may enter.
                self.home.rmdir()
                self.home = pathlib.Path(tempfile.mkdtemp(prefix="onemap-crash-"))
                os.chown(self.home, self.user.pw_uid, self.user.pw_gid)
        self.password = secrets.token_hex(12)
        self.port = free_port()
        self.server = None
        (self.home / "password").write_text(self.password)
        if self.user:
            os.chown(self.home / "password", self.user.pw_uid, self.user.pw_gid)
        made = self.run(
            self.programs / "initdb", "-D", self.home / "data", "-U", "onemap", f"--pwfile={self.home}/password",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb did not work: {made.stderr.decode()[-300:]}")

    def options(self):
        if not self.user:
            return {"cwd": self.home}
        return {"cwd": self.home, "user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def run(self, *command):
        return subprocess.run([str(part) for part in command], capture_output=True, **self.options())

    def start(self):
        """Starts the server; the seconds until it takes connections."""
        began = time.monotonic()
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        with open(self.home / "server.log", "ab") as log:
            self.server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.home / "data", "-p", str(self.port), *settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.options(),
            )
        self.until_up(began)
        return time.monotonic() - began

    def until_up(self, began):
        while time.monotonic() - began < STARTS_WITHIN_S:
            if self.server.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended: {(self.home / 'server.log').read_text()[-500:]}")
            if self.psql("postgres", "select 1").returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL does not answer within {STARTS_WITHIN_S} s")

    def stop_immediately(self):
        """No checkpoint, no goodbye: what it did not write is recovered from its log at the next start."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(STARTS_WITHIN_S)
        self.server = None

    def url(self, database):
        return f"postgres://onemap:{self.password}@127.0.0.1:{self.port}/{database}?application_name=onemap"

    def connection(self, database):
        command = ["psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "onemap", "-d", database]
        return command, {**os.environ, "PGPASSWORD": self.password, "PGAPPNAME": "crash", "PGCONNECT_TIMEOUT": "5"}

    def psql(self, database, statements):
        command, environment = self.connection(database)
        return subprocess.run(
            [*command, "-v", "ON_ERROR_STOP=1", "-c", statements], env=environment, capture_output=True, text=True
        )

    def rows(self, database, query):
        """The rows of a query, each a list of texts, null being empty."""
        answer = self.psql(database, query)
        if answer.returncode != 0:
            raise RuntimeError(f"{query}: {answer.stderr}")
        return [line.split("|") for line in answer.stdout.splitlines()]

    def remove(self):
        if self.server and self.server.poll() is None:
            self.stop_immediately()
        shutil.rmtree(self.home, ignore_errors=True)


class Session:
    """One connection that stays, to hold a lock or to ask often."""

    def __init__(self, cluster, database):
        command, environment = cluster.connection(database)
        self.psql = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, statements):
        """The lines of the answer; none when the connection is gone."""
        try:
            self.psql.stdin.write(f"{statements};\n\\echo .\n")
            self.psql.stdin.flush()
        except OSError:
            return []
        lines = []
        for line in self.psql.stdout:
            if line == ".\n":
                break
            lines.append(line.rstrip("\n"))
        return lines

    def close(self):
        self.psql.kill()
        self.psql.communicate()
