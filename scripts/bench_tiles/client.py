"""A client on one kept-alive connection, and the traces that it walks."""

import socket
import subprocess
import time
import zlib
from collections import namedtuple

Answer = namedtuple("Answer", "status headers body ms")


class Client:
    """Asks one request after the other; reads whole answers, also chunked ones."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def get(self, path, *headers):
        return self.ask("GET", path, headers)

    def ask(self, method, path, headers=(), body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        request = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        began = time.perf_counter()
        self.socket.sendall(request)
        status, found = self.head()
        if found.get("transfer-encoding") == "chunked":
            content = b""
            while size := int(self.until(b"\r\n"), 16):
                content += self.exactly(size)
                self.exactly(2)
            self.exactly(2)
        elif status in (204, 304):
            content = b""
        else:
            content = self.exactly(int(found.get("content-length", 0)))
        return Answer(status, found, content, (time.perf_counter() - began) * 1e3)

    def head(self):
        """Status and headers, names in lower case."""
        first, *lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        return int(first.split()[1]), {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}

    def until(self, mark):
        while mark not in self.rest:
            self.more()
        found, self.rest = self.rest.split(mark, 1)
        return found

    def exactly(self, size):
        parts, length = [self.rest], len(self.rest)
        while length < size:
            self.rest = b""
            self.more()
            parts.append(self.rest)
            length += len(self.rest)
        whole = b"".join(parts)
        self.rest = whole[size:]
        return whole[:size]

    def more(self):
        received = self.socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server closed the connection")
        self.rest += received


def requests(trace):
    """The tiles of a trace as they are asked for, many of them often."""
    return [tuple(map(int, line.split("/"))) for line in trace.read_text().split()]


def distinct(trace):
    """The tiles of a trace, each once, by zoom, in the order of their first request."""
    tiles = {}
    for tile in dict.fromkeys(requests(trace)):
        tiles.setdefault(tile[0], []).append(tile)
    return dict(sorted(tiles.items()))


def fill(template, tile):
    z, x, y = map(str, tile)
    return template.replace("{z}", z).replace("{x}", x).replace("{y}", y)


def fetch(server, tiles, encoding="gzip"):
    """Every tile once: its answer's body as sent, empty where nothing is."""
    client, found = Client(server.port), {}
    for tile in tiles:
        answer = client.get(fill(server.template, tile), f"Accept-Encoding: {encoding}")
        if answer.status not in (200, 204):
            raise RuntimeError(f"{fill(server.template, tile)} answers {answer.status}")
        if answer.body and answer.headers.get("content-encoding", "identity") != encoding:
            raise RuntimeError(f"{tile} comes as {answer.headers.get('content-encoding')}, not as {encoding}")
        found[tile] = answer.body
    return found


def plain(body):
    """The bytes in a gzip answer."""
    return zlib.decompress(body, 31) if body else b""


def walk(server, shared, trace, seconds):
    """wrk on eight connections over the trace in a prime stride; requests, and milliseconds of processor time of each."""
    from processes import cpu_ms

    environment = {"PATH": "/usr/bin:/bin", "BENCH_TRACE": str(trace), "BENCH_PATH": server.template, "BENCH_ENC": "gzip"}
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "60s", "-s", str(shared / "load/tiles.lua"), f"http://127.0.0.1:{server.port}"]
    before = cpu_ms(server.pids)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    spent = cpu_ms(server.pids) - before
    words = next(line for line in done.stdout.splitlines() if line.startswith("rps")).split()
    figures = dict(zip(words[::2], words[1::2]))
    if int(figures["non2xx"]) or int(figures["sockerr"]):
        raise RuntimeError(f"wrk met other answers: {' '.join(words)}")
    return int(figures["requests"]), spent / int(figures["requests"]), float(figures["rps"])
