"""The program under test: started, frozen, killed, asked."""

import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import requests

GIVES_UP_S = 120
POLL_S = 0.005


class Service:
    def __init__(self, binary, address, log, environment):
        self.binary, self.address, self.log = binary, address, log
        self.environment = {**os.environ, **environment}
        self.process = self.base = None
        self.session = requests.Session()
        self.session.trust_env = False

    def start(self):
        """Starts it; the seconds until it says that it is ready."""
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--listen", "127.0.0.1:0", "--store", self.address, "--log", "warn"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment,
            )
        self.base = self.process.stdout.readline().strip()
        while time.monotonic() - began < GIVES_UP_S:
            if self.process.poll() is not None or not self.base:
                raise RuntimeError(f"the server ended with {self.process.wait()}: {self.said()}")
            if self.is_ready():
                return time.monotonic() - began
            time.sleep(POLL_S)
        raise RuntimeError(f"not ready within {GIVES_UP_S} s: {self.said()}")

    def said(self):
        return pathlib.Path(self.log).read_text()[-600:]

    def is_ready(self):
        try:
            return self.session.get(f"{self.base}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def get(self, path):
        answer = self.session.get(f"{self.base}{path}", timeout=60)
        answer.raise_for_status()
        return answer.json()

    def all(self, path):
        """The items of a list, page by page."""
        items = []
        while path:
            page = self.get(path)
            items += page["items"]
            path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        return items

    def freeze(self):
        """Stops it where it stands; returns when every thread of it stands."""
        self.process.send_signal(signal.SIGSTOP)
        while not self.stands():
            time.sleep(0.0002)

    def stands(self):
        """Whether every thread of it is stopped."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        try:
            return all(re.search(r"\) [Tt] ", (task / "stat").read_text()) for task in tasks.iterdir())
        except OSError:
            # A thread has ended meanwhile.
            return False

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def terminate(self):
        """Tells it to end; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process.stdout.close()
        if code != 0:
            raise RuntimeError(f"ended with {code} after SIGTERM: {self.said()}")
        return time.monotonic() - began

    def is_alive(self):
        return self.process is not None and self.process.poll() is None


class Disk(threading.Thread):
    """Writes a page and waits until the disk has it, over and over: what a machine at work makes of a start is seen beside it."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.path = pathlib.Path(folder) / "disk-probe"
        self.stopped = threading.Event()
        self.slowest = 0.0

    def run(self):
        with open(self.path, "wb", buffering=0) as probe:
            while not self.stopped.wait(0.02):
                began = time.monotonic()
                probe.write(bytes(4096))
                os.fsync(probe.fileno())
                self.slowest = max(self.slowest, time.monotonic() - began)

    def end(self):
        self.stopped.set()
        self.join()
        return self.slowest


class LookUps(threading.Thread):
    """Asks where a position lies, over and over, and notes what is no answer: nobody's look-ups wait for a database."""

    def __init__(self, service, position):
        super().__init__(daemon=True)
        self.url = f"{service.base}/lookup?lon={position[0]}&lat={position[1]}"
        self.stopped = threading.Event()
        self.asked, self.slowest, self.failed = 0, 0.0, []

    def run(self):
        session = requests.Session()
        session.trust_env = False
        while not self.stopped.wait(0.01):
            began = time.monotonic()
            try:
                status = session.get(self.url, timeout=10).status_code
            except requests.RequestException as error:
                status = type(error).__name__
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if status != 200:
                self.failed.append(status)

    def end(self):
        self.stopped.set()
        self.join()
