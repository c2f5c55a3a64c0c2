#!/usr/bin/env python3
"""Publishes the next edition and prints its number: the --publish command of ../shared/conformance/replicas_check.py.

usage: publish.py FOLDER, as class Publisher has prepared it
"""

import json
import pathlib
import sys
import time

from client import Client

# How long a publish may take, and how often it is tried when it is told to come again: the head has moved on meanwhile (409),
# or the server takes its store for lost (503), as one does on a machine that is too busy to answer it within 0.7 s.
WITHIN_S, TRIES, AGAIN = 60, 5, (409, 503)


class Publisher:
    """Publishes one grid again and again; remembers in files, so that other processes publish too, one at a time."""

    def __init__(self, folder, url, authority, key):
        self.folder, self.key, self.url, self.authority = pathlib.Path(folder), key, url, authority
        self.published, self.again = self.folder / "published", self.folder / "again"

    @classmethod
    def prepared(cls, folder, grid, url, authority, key):
        """A publisher with its folder."""
        folder.mkdir()
        for is_moved in (False, True):
            (folder / f"body-{int(is_moved)}").write_bytes(grid.body("NAME", is_moved))
        (folder / "where").write_text(json.dumps({"url": url, "authority": str(authority), "key": key}))
        for name in ("published", "again"):
            (folder / name).touch()
        return cls(folder, url, authority, key)

    @classmethod
    def at(cls, folder):
        """The publisher of a folder that was prepared."""
        where = json.loads((pathlib.Path(folder) / "where").read_text())
        return cls(folder, where["url"], where["authority"], where["key"])

    def names(self):
        """The name that the units have, by edition."""
        return {int(line.split()[0]): line.split()[1] for line in self.published.read_text().splitlines()}

    def ask(self, effective_from=None):
        """The answer to a publish, and the name that it gives."""
        turn = len(self.published.read_text().splitlines()) + 1
        name = f"试{turn}"
        body = (self.folder / f"body-{turn % 2}").read_bytes().replace(b"NAME", name.encode())
        query = f"?author=replicas&title={turn}" + (f"&effective_from={effective_from}" if effective_from else "")
        headers = {"Content_Type": "application/geo+json", "Authorization": f"Bearer {self.key}"}
        # A connection of its own: a kept one may have been closed meanwhile, and a write is not sent twice.
        client = Client(self.url, self.authority, WITHIN_S)
        return client.ask("POST", f"/imports{query}", body, **headers), name

    def publish(self, effective_from=None):
        """The number of the edition that is published."""
        for _ in range(TRIES):
            answer, name = self.ask(effective_from)
            if answer.status not in AGAIN:
                break
            with open(self.again, "a") as again:
                again.write(f"{answer.status}\n")
            time.sleep(int(answer.headers.get("retry-after", 0)))
        if answer.status != 201:
            raise RuntimeError(f"a publish answers {answer.status}: {answer.body[:500].decode()}")
        return self.note(answer, name)

    def note(self, answer, name):
        """Remembers what an answer says was published."""
        edition = answer.json()["edition"]
        with open(self.published, "a") as published:
            published.write(f"{edition} {name}\n")
        return edition


if __name__ == "__main__":
    print(Publisher.at(sys.argv[1]).publish())
