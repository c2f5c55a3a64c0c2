"""One border moved through `POST /imports`, watched until the new tile comes."""

import csv
import json
import math
import threading
import time

import shapely
from client import Client, fill

# The zoom of the tile that is waited for, and what lies between two questions for it.
ZOOM, POLL_S = 16, 0.002
WITHIN_S = 60
# A position that moves bends its border at least so much, in degrees: some metres, which the zoom shows.
BEND = 3e-5
MAP = "code%3Dcode%2Clevel%3Dlevel%2Cparent%3Dparent_code"


def bend(three):
    """How far the middle position is from the middle of the others, in degrees."""
    before, place, after = three
    return math.hypot(*(place[axis] - (before[axis] + after[axis]) / 2 for axis in (0, 1)))


class Border:
    """The border between two units of one grid near the middle of the district; one of its positions moves back and forth."""

    def __init__(self, units_csv):
        csv.field_size_limit(1 << 30)
        with open(units_csv, newline="", encoding="utf-8") as file:
            units = [row for row in csv.DictReader(file) if row["level"] == "5"]
        shapes = shapely.from_wkb([row["geom"] for row in units])
        boxes = shapely.bounds(shapes)
        middle = [(boxes[:, 0].min() + boxes[:, 2].max()) / 2, (boxes[:, 1].min() + boxes[:, 3].max()) / 2]
        order = shapely.distance(shapes, shapely.Point(middle)).argsort()
        self.rows, self.shapes, self.place = next(filter(None, (self.pair(units, shapes, order, one) for one in order)))
        lon, lat = self.place
        n = 1 << ZOOM
        column = int((lon + 180) / 360 * n)
        row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
        self.tile, self.is_moved = (ZOOM, column, row), False

    @staticmethod
    def pair(units, shapes, order, one):
        for other in order[:200]:
            if other == one or units[other]["parent_code"] != units[one]["parent_code"]:
                continue
            shared = [set(map(tuple, shapely.get_coordinates(shapes[index]))) for index in (one, other)]
            ring = list(map(tuple, shapes[one].exterior.coords))
            bends = [three for three in zip(ring, ring[1:], ring[2:]) if all(position in shared[1] for position in three)]
            if bends and bend(max(bends, key=bend)) > BEND:
                return [units[one], units[other]], [shapes[one], shapes[other]], max(bends, key=bend)[1]
        return None

    def next(self):
        """The two records, as CSV, with the border where it was not before."""
        self.is_moved = not self.is_moved
        lines = ["code,level,parent_code,name,kind,geom"]
        ring = list(map(tuple, self.shapes[0].exterior.coords))
        at = ring.index(self.place)
        chord = [(ring[at - 1][axis] + ring[at + 1][axis]) / 2 for axis in (0, 1)]
        # Half of the way to the middle of its neighbours: nothing can cross.
        moved = tuple(round((self.place[axis] + chord[axis]) / 2, 7) for axis in (0, 1))
        for row, shape in zip(self.rows, self.shapes):
            if self.is_moved:
                turn = lambda xy: moved if tuple(xy) == self.place else tuple(xy)
                rings = [[turn(xy) for xy in part.coords] for part in (shape.exterior, *shape.interiors)]
                shape = shapely.Polygon(rings[0], rings[1:])
            if not shape.is_valid:
                raise RuntimeError("the moved border makes an invalid area")
            fields = [row[name] for name in ("code", "level", "parent_code", "name", "kind")]
            lines.append(",".join([*fields, shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True)]))
        return ("\n".join(lines) + "\n").encode()


def publish(server, border):
    """Milliseconds from the request to its parts; the tile that is named on the feed and served must be another one."""
    body, seen, over = border.next(), {}, threading.Event()
    path, gzip = fill(server.template, border.tile), "Accept-Encoding: gzip"
    poller, follower, asker = (Client(server.port) for _ in range(3))
    old = poller.get(path, gzip)
    follower.socket.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    follower.head()
    follower.until(b"id: ")

    def poll():
        while not over.is_set():
            answer = poller.get(path, gzip, f"If-None-Match: {old.headers['etag']}")
            if answer.status == 200:
                seen["tile"], seen["body"], seen["fetch"] = time.perf_counter(), answer.body, answer.ms
                return
            time.sleep(POLL_S)

    def follow():
        while "event" not in seen:
            text = follower.until(b"\n")
            if text.startswith(b"data:"):
                event = json.loads(text[5:])
                if event["type"].endswith("tiles.changed") and event["data"]["tileset"] == "areas":
                    seen["event"], seen["tiles"] = time.perf_counter(), event["data"].get("tiles")

    threads = [threading.Thread(target=work, daemon=True) for work in (poll, follow)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    began = time.perf_counter()
    answer = asker.ask("POST", f"/imports?map={MAP}", ["Content-Type: text/csv"], body)
    answered = time.perf_counter()
    if answer.status != 201:
        raise RuntimeError(f"the import answers {answer.status}: {answer.body[:500]!r}")
    for thread in threads:
        thread.join(WITHIN_S)
    over.set()
    if "tile" not in seen or "event" not in seen:
        raise RuntimeError("the new tile or its event does not come")
    names = seen["tiles"]
    if names is not None and "/".join(map(str, border.tile)) not in names:
        raise RuntimeError(f"the feed does not name {border.tile}")
    if seen["body"] == old.body:
        raise RuntimeError("the new tile is the old one")
    since = lambda moment: (moment - began) * 1e3
    return {
        "answer": since(answered),
        "event": since(seen["event"]),
        "tile": since(seen["tile"]),
        "fetch": seen["fetch"],
        "named": len(names) if names is not None else None,
    }


def checked(server, border):
    """Milliseconds of the same import when it only checks."""
    body = border.next()
    border.is_moved = not border.is_moved
    answer = Client(server.port).ask("POST", f"/imports?dry_run=true&map={MAP}", ["Content-Type: text/csv"], body)
    if answer.status != 200:
        raise RuntimeError(f"the check answers {answer.status}: {answer.body[:500]!r}")
    return answer.ms
