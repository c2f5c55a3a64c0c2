"""Processes of the proof: known by their own ids, gone when we are gone, each with a log."""

import grp
import os
import pwd
import random
import socket
import subprocess
import time

# Below the ports that the system hands out to whoever connects: a server that was killed finds its own free again.
PORTS = range(20_000, 32_000)
STOP_WITHIN_S = 30
_taken = set()


def free_port():
    """A port of 127.0.0.1 that nobody listens on and nobody here was given."""
    for port in random.sample(PORTS, 2_000):
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _taken:
            _taken.add(port)
            return port
    raise RuntimeError("no free port")


def unprivileged():
    """Arguments of setpriv that make a program run as nobody, where we are root: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return []
    group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
    return ["--reuid=nobody", f"--regid={group}", "--clear-groups"]


class Process:
    """A running program. It gets `at_death` from the kernel when the thread that started it ends, however that ends."""

    def __init__(self, command, log, environment=None, folder="/", identity=(), at_death="KILL"):
        self.log = log
        wrapper = ["setpriv", f"--pdeathsig={at_death}", *identity, "--"]
        with open(log, "ab") as output:
            self.log_begins = output.tell()
            self.child = subprocess.Popen(
                [*wrapper, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                cwd=folder,
                # An interrupt in the terminal is for us, who then stop it.
                start_new_session=True,
            )

    def said(self):
        """What it wrote since it was started."""
        with open(self.log, "rb") as log:
            log.seek(self.log_begins)
            return log.read().decode(errors="replace")

    def ended(self):
        return self.child.poll() is not None

    def signal(self, number):
        if not self.ended():
            os.kill(self.child.pid, number)

    def stop(self, number):
        """Sends a signal and waits for the end; a program that does not hear is killed, and that is an error."""
        self.signal(number)
        try:
            return self.child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise RuntimeError(f"{self.child.args[-1]} did not end within {STOP_WITHIN_S} s; its log is {self.log}") from None


def run(command, environment=None, folder="/", identity=(), statuses=(0,)):
    """What a program prints on stdout; its stderr is in the error when it ends with another status."""
    command = [*(["setpriv", *identity, "--"] if identity else []), *map(str, command)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, cwd=folder)
    if done.returncode not in statuses:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def until(what, within_s, condition, every_s=0.02):
    """Asks until `condition` gives something true, which it returns; says `what` was not so when it never does."""
    began = time.monotonic()
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() - began > within_s:
            raise RuntimeError(f"not within {within_s} s: {what}")
        time.sleep(every_s)
