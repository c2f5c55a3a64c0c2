"""Watchers: what each server answers while things happen, and when it first answered of an edition."""

import http.client
import threading
import time

PAUSE_S = 0.01


class Watcher:
    """Threads that work while a block of `with` runs; each looks at `over` to see whether it is to end."""

    def __init__(self, work, subjects):
        self.over = threading.Event()
        self.threads = [threading.Thread(target=work, args=(subject,), daemon=True) for subject in subjects]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Editions(Watcher):
    """When each server first served an edition: a thread per server asks for one look-up after another."""

    def __init__(self, servers, path, pause_s=0.002):
        self.servers, self.path, self.pause_s = servers, path, pause_s
        self.seen = {server.name: [] for server in servers}
        super().__init__(self.watch, servers)

    def watch(self, server):
        client, last = server.client(), 0
        while not self.over.is_set():
            answer = client.try_get(self.path)
            if answer is not None and answer.status == 200 and answer.edition != last:
                last = answer.edition
                self.seen[server.name].append((time.monotonic(), time.time(), last))
            time.sleep(self.pause_s)

    def when(self, server, edition):
        """Monotonic and wall time of the first answer of this edition or a later one; none when there was none yet."""
        return next(((moment, wall) for moment, wall, found in self.seen[server.name] if found >= edition), None)

    def all_within(self, edition, within_s):
        """When each server first answered of an edition; the ones that did not in time are an error."""
        began = time.monotonic()
        while True:
            moments = {server.name: self.when(server, edition) for server in self.servers}
            if all(moments.values()):
                return moments
            if time.monotonic() - began > within_s:
                late = [name for name, moment in moments.items() if moment is None]
                raise RuntimeError(f"edition {edition} is not served by {', '.join(late)} within {within_s} s")
            time.sleep(0.005)

    def __exit__(self, *details):
        super().__exit__(*details)
        # Not when something else has failed already.
        for name, seen in self.seen.items():
            editions = [edition for _, _, edition in seen]
            if editions != sorted(editions):
                raise RuntimeError(f"server {name} went back in time: {editions}")


class Mixing(Watcher):
    """Looks for answers that mix editions: lists, single and batch look-ups, tiles; from every server and the proxy.

    Every publish names the units of one grid alike, so an answer tells by its content which edition it was made from.
    """

    def __init__(self, clients, grid):
        super().__init__(self.watch, clients)
        self.grid = grid
        self.answers, self.failures = 0, []
        # What was told, by edition: names of units, and tags and bytes of the tile.
        self.names, self.tiles = {}, {}
        points = [f"{unit['label'][0]},{unit['label'][1]}" for unit in grid.units]
        self.batch = ("lon,lat\n" + "\n".join(points * 4) + "\n").encode()

    def watch(self, client):
        asks = [self.ask_list, self.ask_point, self.ask_batch, self.ask_tile]
        turn = 0
        while not self.over.is_set():
            try:
                asks[turn % len(asks)](client)
                self.answers += 1
            except (OSError, http.client.HTTPException):
                # A server that is killed mixes nothing; whether the proxy always answers is judged by replicas_check.py.
                pass
            except Exception as error:
                self.failures.append(f"{client.url}: {type(error).__name__} {error}")
            turn += 1
            time.sleep(PAUSE_S)

    def told(self, where, edition, said):
        """Notes what an answer said of an edition; another answer of the same edition must have said the same."""
        known = where.setdefault(edition, said)
        assert known == said, f"edition {edition} is {known!r} in one answer and {said!r} in another"

    def ask_list(self, client):
        answer = client.get(self.grid.list_path)
        if answer.status == 200:
            found = answer.json()
            names = {item["name"] for item in found["items"] if item["code"] in {unit["code"] for unit in self.grid.units}}
            assert answer.edition == found["edition"], f"header {answer.edition}, body {found['edition']}"
            self.all_alike(answer.edition, names)

    def ask_point(self, client):
        answer = client.get(self.grid.look_up_path)
        if answer.status == 200:
            found = answer.json()
            assert answer.edition == found["edition"], f"header {answer.edition}, body {found['edition']}"
            self.all_alike(answer.edition, {area["name"] for area in found["chain"] if area["level"] == self.grid.level})

    def ask_batch(self, client):
        answer = client.ask("POST", "/lookup", self.batch, Content_Type="text/csv", Accept="text/csv")
        if answer.status == 200:
            lines = [line.split(",") for line in answer.body.decode().splitlines()]
            edition, name = lines[0].index("edition"), lines[0].index(f"{self.grid.level}_name")
            assert len(lines) == 1 + 4 * len(self.grid.units), f"{len(lines)} lines"
            editions = {line[edition] for line in lines[1:]}
            assert editions == {str(answer.edition)}, f"header {answer.edition}, records {editions}"
            self.all_alike(answer.edition, {line[name] for line in lines[1:]})

    def ask_tile(self, client):
        answer = client.get(self.grid.tile_path)
        if answer.status == 200:
            self.told(self.tiles, answer.edition, (answer.headers["etag"], hash(answer.body)))

    def all_alike(self, edition, names):
        # The district as it was generated names them apart.
        if edition > self.grid.edition:
            assert len(names) == 1, f"edition {edition} with the names {sorted(names)[:4]}"
            self.told(self.names, edition, next(iter(names)))

    def verdict(self, published):
        """Judges all that was seen, by the names that were published; how many answers and editions there were."""
        if self.failures:
            raise RuntimeError(f"{len(self.failures)} answers are wrong: {self.failures[:3]}")
        wrong = {edition: name for edition, name in self.names.items() if published.get(edition) != name}
        if wrong or not self.names or not self.tiles:
            raise RuntimeError(f"editions with names that were not published: {wrong}; {len(self.names)} editions seen")
        return self.answers, len(self.names)


class Steady(Watcher):
    """Asks one question again and again; every answer must be 200."""

    def __init__(self, client, path):
        self.path, self.answers, self.failures = path, 0, []
        super().__init__(self.ask, [client])

    def ask(self, client):
        while not self.over.is_set():
            answer = client.try_get(self.path)
            if answer is None or answer.status != 200:
                self.failures.append(answer and answer.status)
            self.answers += 1
            time.sleep(0.02)
