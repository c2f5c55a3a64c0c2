"""What was sent, what was acknowledged, and the writers that send."""

import json
import random
import threading
import time
import urllib.parse
import uuid

import requests

# Comprehensive units are numbered up to this; a recoded unit takes the next free number.
LAST_SERIAL = 799
MEDIA_TYPE = "application/geo+json"
PATIENCE_S = 60
# After an answer that is none, before the next try.
PAUSE_S = 0.05


class Write:
    """One import: an edition whose title is a token, and the rows that it closes and makes."""

    def __init__(self, author, rows, closed):
        self.token = uuid.uuid4().hex
        self.author = author
        # Code to name and home, the code under which the outline was first seen.
        self.rows = rows
        self.closed = closed
        self.edition = None


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.sent = {}
        self.trouble = []

    def send(self, write):
        with self.lock:
            self.sent[write.token] = write

    def end(self, write, edition):
        with self.lock:
            write.edition = edition

    def acknowledged(self):
        with self.lock:
            return sum(write.edition is not None for write in self.sent.values())

    def complain(self, text):
        with self.lock:
            self.trouble.append(text)


class Writer(threading.Thread):
    """Publishes without a pause, in areas that no other writer touches, until told to stop or the server is gone."""

    def __init__(self, number, units, store, ledger, base, seed):
        super().__init__(daemon=True)
        self.name = f"writer {number}"
        # Code to feature, as the last acknowledged write left them; a home is the code of the demo.
        self.units = units
        self.store, self.ledger, self.base = store, ledger, base
        self.random = random.Random(seed)
        self.stopped = threading.Event()
        self.session = requests.Session()
        self.session.trust_env = False

    def run(self):
        while not self.stopped.is_set():
            write, features, scope = self.next_write()
            self.ledger.send(write)
            query = urllib.parse.urlencode({"title": write.token, "author": write.author, **scope})
            body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
            edition = None
            try:
                url = f"{self.base}/imports?{query}"
                answer = self.session.post(url, body, headers={"Content-Type": MEDIA_TYPE}, timeout=PATIENCE_S)
                if answer.status_code == 201:
                    edition = answer.json()["edition"]
                elif answer.status_code == 200 or answer.status_code < 500:
                    self.ledger.complain(f"{self.name}: {answer.status_code} {answer.text[:400]}")
                    return
            except requests.RequestException:
                pass
            finally:
                self.ledger.end(write, edition)
            if edition is None:
                # It may be there or not.
                self.stopped.wait(PAUSE_S)
                if not self.look_again():
                    return
            else:
                self.take(write)

    def next_write(self):
        """Renames some units; or gives one another code, the file being complete for the grid so that the old one goes."""
        codes = sorted(self.units)
        grid = self.units[codes[0]]["properties"]["parent"]
        own_grid = all(unit["properties"]["parent"] == grid for unit in self.units.values())
        next_serial = max(int(code[-3:]) for code in codes) + 1
        if own_grid and next_serial <= LAST_SERIAL and self.random.random() < 0.25:
            old = self.random.choice(codes)
            new = f"{grid}{next_serial:03}"
            write = Write(self.name, {}, [old])
            write.rows[new] = (f"新{write.token[:12]}", self.units[old]["home"])
            features = [self.feature(code) for code in codes if code != old]
            features.append(self.feature(old, new, write.rows[new][0]))
            return write, features, {"complete_under": grid, "complete_levels": "unit"}
        chosen = codes if not own_grid else self.random.sample(codes, min(5, len(codes)))
        write = Write(self.name, {}, list(chosen))
        for index, code in enumerate(chosen):
            write.rows[code] = (f"名{write.token[:12]}-{index}", self.units[code]["home"])
        return write, [self.feature(code, code, write.rows[code][0]) for code in chosen], {}

    def feature(self, code, new_code=None, name=None):
        unit = self.units[code]
        properties = {**unit["properties"], "code": new_code or code}
        if name:
            properties["name"] = name
        return {"type": "Feature", "properties": properties, "geometry": unit["geometry"]}

    def take(self, write):
        """Puts an acknowledged write into what is known."""
        homes = {unit["home"]: unit for unit in self.units.values()}
        for code in write.closed:
            self.units.pop(code, None)
        for code, (name, home) in write.rows.items():
            unit = homes[home]
            self.units[code] = {**unit, "properties": {**unit["properties"], "code": code, "name": name}}

    def look_again(self):
        """Reads from the store what became of the units, as soon as it tells; whether it did before the time to stop."""
        while not self.stopped.is_set():
            if self.read_back():
                return True
            time.sleep(PAUSE_S)
        return False

    def read_back(self):
        """Takes the units as the store has them; whether it told."""
        homes = {unit["home"]: unit for unit in self.units.values()}
        found = self.store.units_of(homes)
        if len(found) != len(homes):
            return False
        self.units = {
            code: {**homes[home], "properties": {**homes[home]["properties"], "code": code, "name": name}}
            for code, name, home in found
        }
        return True
