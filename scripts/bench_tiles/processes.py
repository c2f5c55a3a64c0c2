"""Servers under measurement: started on free ports of 127.0.0.1, ended by their own process ids, watched through /proc."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
READY_WITHIN_S = 1800
# A server that works ahead after its start counts as quiet when a second costs it no more than this.
QUIET_MS = 30
QUIET_WITHIN_S = 180
# As the bench of look-ups: memory for tables and indexes, no waiting for disks, one process a query. Vacuuming is done by load.sh.
POSTGRES = ["shared_buffers=1GB", "fsync=off", "jit=off", "max_parallel_workers_per_gather=0", "autovacuum=off"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def stat(pid):
    """Parent and milliseconds of processor time of a process, with those of its children that have ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0.0
    return int(fields[1]), sum(map(int, fields[11:15])) * TICK_MS


def cpu_ms(pids):
    """Milliseconds of processor time of process trees, all threads; each process once, ended children by their parent."""
    found = {int(name): stat(name) for name in os.listdir("/proc") if name.isdigit()}
    total, todo = 0.0, list(pids)
    while todo:
        pid = todo.pop()
        total += found.get(pid, (0, 0.0))[1]
        todo += [child for child, (parent, _) in found.items() if parent == pid]
    return total


def memory_mb(pid, field):
    """VmRSS or VmHWM of a process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"no {field} of {pid}")


def run(command, log, **options):
    """Runs a program to its end; seconds it took, and the most memory it had in MB. Its output is shown when it fails."""
    with open(log, "wb") as output:
        began = time.perf_counter()
        child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        text = pathlib.Path(log).read_text(errors="replace")
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {child.returncode}:\n{text[-2000:]}")
    return time.perf_counter() - began, usage.ru_maxrss * 1024 / 1e6


class Server:
    """A running server with the process trees that are counted."""

    def __init__(self, child, port, template, more_pids=()):
        self.child, self.port, self.template = child, port, template
        self.pids = [child.pid, *more_pids]

    def wait(self, path, statuses=(200,)):
        """Until `path` is answered."""
        from client import Client

        began = time.perf_counter()
        while time.perf_counter() - began < READY_WITHIN_S:
            if self.child.poll() is not None:
                raise RuntimeError(f"{self.child.args[0]} ended with {self.child.returncode} before it was ready")
            try:
                if Client(self.port).get(path).status in statuses:
                    return time.perf_counter() - began
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"{self.child.args[0]} does not become ready")

    def settle(self):
        """Until it works ahead no more."""
        for _ in range(QUIET_WITHIN_S):
            before = cpu_ms(self.pids)
            time.sleep(1)
            if cpu_ms(self.pids) - before <= QUIET_MS:
                return
        raise RuntimeError("the server does not come to rest")

    def stop(self):
        self.child.terminate()
        try:
            self.child.wait(60)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def onemap(binary, store, *options):
    """`onemap serve` on a store, ready and quiet."""
    command = [binary, "serve", "--listen", "127.0.0.1:0", "--store", store, *options]
    child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    line = child.stdout.readline().decode()
    if "http://127.0.0.1:" not in line:
        raise RuntimeError(f"onemap serve says {line!r} instead of its address")
    server = Server(child, int(line.rsplit(":", 1)[1].strip().rstrip("/")), "/tiles/areas/{z}/{x}/{y}")
    server.wait("/readyz")
    server.settle()
    return server


def martin(binary, shared, folder, postgres, cache):
    """Martin with the tables of load.sh as one tileset of five layers; `cache` is the value of its key."""
    port, layers = free_port(), "district,street,community,grid,unit"
    config = (shared / "load/martin.yaml").read_text()
    config = config.replace("127.0.0.1:33001", f"127.0.0.1:{port}").replace("cache: disable", f"cache: {cache}")
    path = folder / f"martin-{port}.yaml"
    path.write_text(config)
    environment = {**os.environ, "DATABASE_URL": postgres.url, "RUST_LOG": "error"}
    with open(folder / "martin.log", "ab") as log:
        child = subprocess.Popen([binary, "--config", path], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
    server = Server(child, port, f"/{layers}/{{z}}/{{x}}/{{y}}", [postgres.pid])
    server.wait("/health")
    return server


def nginx(shared, folder):
    """nginx over the files below `folder`/static."""
    port = free_port()
    config = (shared / "load/nginx_static.conf").read_text()
    config = config.replace("127.0.0.1:33003", f"127.0.0.1:{port}").replace("daemon on;", "daemon off;")
    # The folder lies where only we may look.
    config = ("user root;\n" if os.getuid() == 0 else "") + config
    path = folder / "nginx.conf"
    path.write_text(config)
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    with open(folder / "nginx.log", "wb") as log:
        child = subprocess.Popen([program, "-p", folder, "-c", path], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    server = Server(child, port, "/{z}/{x}/{y}.mvt")
    server.wait("/", (403, 404))
    return server


class Postgres:
    """A PostgreSQL of our own: a new cluster in a temporary folder, never as root, removed at the end."""

    def __init__(self, log):
        self.log = log
        self.programs = pathlib.Path(self.ask("pg_config", "--bindir"))
        if not (pathlib.Path(self.ask("pg_config", "--sharedir")) / "extension/postgis.control").exists():
            raise RuntimeError("PostgreSQL is here, its extension postgis is not")
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        self.folder = pathlib.Path(self.ask("mktemp", "-d", "/tmp/onemap-tiles-XXXXXXXX", **self.user))
        self.port, data = free_port(), self.folder / "data"
        self.url = f"postgres://bench@127.0.0.1:{self.port}/postgres"
        self.environment = {**os.environ, "PGHOST": str(self.folder), "PGPORT": str(self.port), "PGUSER": "bench", "PGDATABASE": "postgres"}
        self.do("initdb", "--no-sync", "-A", "trust", "-U", "bench", "-D", data)
        settings = [f"listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}", *POSTGRES]
        self.do("pg_ctl", "-D", data, "-w", "-s", "-l", self.folder / "log", "-o", " ".join(f"-c {one}" for one in settings), "start")
        self.pid = int((data / "postmaster.pid").read_text().split()[0])
        self.sql("create extension postgis")

    @staticmethod
    def ask(*command, **options):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", **options)
        except OSError as error:
            raise RuntimeError(f"no {command[0]}: {error}") from error
        return done.stdout.strip()

    def do(self, program, *arguments):
        """As the cluster's owner, without pipes: the server would keep them open."""
        command = [self.programs / program, *arguments]
        run(command, self.log, cwd="/", env={**os.environ, "LC_ALL": "C"}, **self.user)

    def sql(self, statements):
        """Runs statements, and returns what they print."""
        command = ["psql", "-XqAtv", "ON_ERROR_STOP=1", "-f", "-"]
        return subprocess.run(command, input=statements, capture_output=True, text=True, check=True, env=self.environment).stdout

    def stop(self):
        os.kill(self.pid, signal.SIGQUIT)
        while stat(self.pid)[0]:
            time.sleep(0.05)
        shutil.rmtree(self.folder, ignore_errors=True)
