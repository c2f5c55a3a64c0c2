"""The servers and what stands before them, with the files of deploy/ and the addresses of this machine."""

import os
import shutil
import signal
import threading

from client import Client
from processes import Process, free_port, run, until

READY_WITHIN_S = 60
# The machines of the shipped configurations: the servers by name, and the port of the service.
MACHINES = {"a": "10.20.0.21:8080", "b": "10.20.0.22:8080", "c": "10.20.0.23:8080"}


def settings(path):
    """The variables of an EnvironmentFile."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    pairs = (line.split("=", 1) for line in lines)
    return {name: value.strip('"') for name, value in pairs}


class Onemap:
    """One server, with the environment that deploy/systemd gives it."""

    def __init__(self, name, site, store, own, more=None):
        """`own` is the file of deploy/systemd that is its own; `more` are settings besides."""
        self.name, self.site, self.port, self.process = name, site, free_port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        folder = site.deploy / "systemd"
        shipped = settings(folder / "onemap.env") | settings(folder / own) | settings(folder / "secret.env.example")
        ours = {"ONEMAP_LISTEN": f"127.0.0.1:{self.port}", "ONEMAP_STORE": store, "PGPASSWORD": site.password, "ONEMAP_API_KEY": site.key}
        if unknown := set(ours) - set(shipped):
            raise RuntimeError(f"deploy/systemd does not set {unknown}")
        machine = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = machine | shipped | ours | {"ONEMAP_PUBLIC_URL": site.public_url} | (more or {})

    def start(self):
        self.process = Process([self.site.binary, "serve"], self.site.work / f"server-{self.name}.log", self.environment, self.site.work)

    def client(self):
        return Client(self.url)

    def wait(self):
        """Until it is ready."""
        until(f"server {self.name} is ready; its log is {self.process.log}", READY_WITHIN_S, self.is_ready)

    def is_ready(self):
        if self.process.ended():
            raise RuntimeError(f"server {self.name} has ended: {self.process.said()[-1000:]}")
        answer = self.client().try_get("/readyz")
        return answer is not None and answer.status == 200

    def stop(self):
        """As systemd stops it; it must end with status 0."""
        if self.process is not None:
            process, self.process = self.process, None
            if status := process.stop(signal.SIGTERM):
                raise RuntimeError(f"server {self.name} ended with {status} after SIGTERM: {process.said()[-1000:]}")

    def kill(self):
        """As a power cut stops it."""
        process, self.process = self.process, None
        process.stop(signal.SIGKILL)


class Site:
    """What the servers and proxies of a proof share."""

    def __init__(self, binary, work, deploy, certificates, password, key):
        self.binary, self.work, self.deploy, self.certificates = binary, work, deploy, certificates
        self.password, self.key = password, key
        self.ports = {"haproxy": (free_port(), free_port()), "nginx": (free_port(), free_port())}
        self.public_url = f"https://127.0.0.1:{self.ports['haproxy'][1]}"

    def moved(self, text, proxy, servers):
        """A shipped configuration with the addresses of this machine; what is to be replaced must be there."""
        plain, secure = self.ports[proxy]
        replaced = {address: f"127.0.0.1:{servers[name].port}" for name, address in MACHINES.items()}
        if proxy == "haproxy":
            replaced |= {"bind :80\n": f"bind 127.0.0.1:{plain}\n", "bind :443 ": f"bind 127.0.0.1:{secure} "}
            replaced |= {"/etc/haproxy/onemap.pem": str(self.certificates.both), "log /dev/log local0": "log stdout format raw local0"}
            # As many files as we may open; as a service it may open more.
            replaced |= {"maxconn 20000": "maxconn 1000"}
        else:
            replaced |= {"listen 80;": f"listen 127.0.0.1:{plain};", "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl"}
            replaced |= {"/etc/nginx/onemap.pem": str(self.certificates.chain), "/etc/nginx/onemap.key": str(self.certificates.key)}
        for shipped, ours in replaced.items():
            if shipped not in text:
                raise RuntimeError(f"the shipped configuration of {proxy} does not have {shipped!r}")
            text = text.replace(shipped, ours)
        return text


class Proxy:
    """HAProxy or nginx before three servers."""

    def __init__(self, program, site, servers):
        self.program, self.site, self.process = program, site, None
        self.url = f"https://127.0.0.1:{site.ports[program][1]}"
        self.plain_url = f"http://127.0.0.1:{site.ports[program][0]}"
        path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
        folder = site.work / program
        folder.mkdir()
        if program == "haproxy":
            config = folder / "haproxy.cfg"
            config.write_text(site.moved((site.deploy / "proxy/haproxy.cfg").read_text(), program, servers))
            self.check, self.command = [path, "-c", "-f", config], [path, "-db", "-f", config]
        else:
            (folder / "onemap.conf").write_text(site.moved((site.deploy / "proxy/nginx.conf").read_text(), program, servers))
            config = folder / "nginx.conf"
            # What Debian's own nginx.conf has around it.
            user = "user root;\n" if os.getuid() == 0 else ""
            logs = f"access_log off;\nerror_log {folder}/error.log;\n"
            paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            main = f"{user}pid {folder}/pid;\nevents {{}}\ndaemon off;\nmaster_process on;\nworker_processes 1;\n"
            config.write_text(f"{main}http {{\n{logs}{paths}include {folder}/onemap.conf;\n}}\n")
            command = [path, "-p", folder, "-e", folder / "error.log", "-c", config]
            self.check, self.command = [*command, "-t"], command

    def verify(self):
        """Lets the program itself judge the configuration, warnings included."""
        command = ["sh", "-c", '"$@" 2>&1', "sh", *self.check]
        said = run(command, folder=self.site.work)
        if "[warn]" in said or "[WARNING]" in said:
            raise RuntimeError(f"{self.program} warns of the shipped configuration: {said}")

    def start(self):
        self.process = Process(self.command, self.site.work / f"{self.program}.log", folder=self.site.work, at_death="TERM")
        until(f"{self.program} passes questions on; its log is {self.process.log}", READY_WITHIN_S, self.is_up)

    def is_up(self):
        if self.process.ended():
            raise RuntimeError(f"{self.program} does not start: {self.process.said()[-1000:]}")
        answer = self.client().try_get("/healthz")
        return answer is not None and answer.status == 200

    def client(self, timeout_s=10):
        return Client(self.url, self.site.certificates.authority, timeout_s)

    def stop(self):
        if self.process is not None:
            process, self.process = self.process, None
            # Fast: who follows the events would hold it up.
            process.stop(signal.SIGTERM)


class Switch:
    """Kills the servers one after the other, and starts each again, when a command of another program says so.

    The command writes a word into one named pipe and reads the answer from another.
    """

    def __init__(self, work, servers):
        self.servers, self.turn, self.killed, self.trouble = servers, 0, 0, None
        self.asked, self.answered = work / "switch-asked", work / "switch-answered"
        for pipe in (self.asked, self.answered):
            os.mkfifo(pipe)
        # This thread starts processes, which end with it: it lives as long as we do.
        threading.Thread(target=self.serve, daemon=True).start()

    def command(self, word):
        return f"echo {word} > {self.asked}; read answer < {self.answered}"

    def serve(self):
        while True:
            word = self.asked.read_text().strip()
            try:
                self.obey(word)
            except Exception as error:
                self.trouble = self.trouble or error
            self.answered.write_text("done\n")

    def obey(self, word):
        server = self.servers[self.turn % len(self.servers)]
        if word == "kill":
            server.kill()
            self.killed += 1
        else:
            server.start()
            server.wait()
            self.turn += 1

