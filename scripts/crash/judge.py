"""What must be true of a store after a kill: every acknowledged write is there, once and whole, and nothing is half there."""

import collections

# How many of the last editions are compared through the service, which tells what became of what.
COMPARED = 3


class Judge:
    def __init__(self, side, ledger, base):
        self.side, self.ledger, self.base = side, ledger, base
        # What the last judgement saw.
        self.seen = 0

    def judge(self, service):
        dump = self.side.dump(self.base)
        trouble = list(self.ledger.trouble)
        trouble += self.side.sound(dump)
        trouble += self.numbers(dump)
        trouble += self.writes(dump)
        trouble += self.served(dump, service)
        self.seen = len(dump["editions"])
        return trouble

    def numbers(self, dump):
        """Editions, the log and the counters agree."""
        trouble = []
        numbers = [number for number, *_ in dump["editions"]]
        if numbers != list(range(1, len(numbers) + 1)):
            trouble.append(f"the editions have holes: {numbers}")
        if len(numbers) < self.seen:
            trouble.append(f"there were {self.seen} editions, there are {len(numbers)}")
        if dump["counters"]["edition"] != numbers[-1] or dump["in_force"] != numbers[-1]:
            trouble.append(f"the head is {dump['counters']}, in force is {dump['in_force']}, the last edition {numbers[-1]}")
        steps = [seq for seq, *_ in dump["log"]]
        if steps != list(range(1, len(steps) + 1)) or dump["counters"]["change"] != steps[-1]:
            trouble.append(f"the change log has holes: its last is {steps[-1]} of {len(steps)}, counted {dump['counters']}")
        logged = [(actor, number) for _, actor, kind, number in dump["log"] if kind == "edition"]
        if logged != [(author, number) for number, _, author, _ in dump["editions"]]:
            trouble.append("the change log does not name each edition once, in order, with its author")
        if dump["counters"]["area_id"] != dump["last_area"]:
            trouble.append(f"the last number of an area is {dump['last_area']}, counted {dump['counters']}")
        if dump["doubled"]:
            trouble.append(f"{dump['doubled']} codes have two areas in one edition")
        return trouble

    def writes(self, dump):
        """Each edition since the beginning is one write, whole; each acknowledged one is there."""
        trouble = []
        sent, homes = self.ledger.sent, self.side.homes
        made, closed = collections.defaultdict(set), collections.defaultdict(set)
        for number, code, name, outline in dump["made"]:
            made[number].add((code, name, outline))
        for number, code in dump["closed"]:
            closed[number].add(code)
        found = {}
        for number, title, author, _ in dump["editions"]:
            if number <= self.base:
                continue
            write = sent.get(title)
            if write is None or title in found or author != write.author:
                trouble.append(f"edition {number} is nobody's, or a write that is there already: {title} of {author}")
                continue
            found[title] = number
            if made[number] != {(code, name, homes[home]) for code, (name, home) in write.rows.items()}:
                trouble.append(f"edition {number} is not whole: it has {len(made[number])} areas of {len(write.rows)}")
            if closed[number] != set(write.closed):
                trouble.append(f"edition {number} ends {len(closed[number])} areas and not {len(write.closed)}")
        for token, write in sent.items():
            if write.edition is not None and found.get(token) != write.edition:
                trouble.append(f"LOST: acknowledged as edition {write.edition}, found as {found.get(token)}")
        return trouble

    def served(self, dump, service):
        """The service tells the same."""
        trouble = []
        editions = [(edition["number"], edition["title"], edition["author"]) for edition in service.all("/editions?limit=1000")]
        if editions != [tuple(edition[:3]) for edition in dump["editions"]]:
            trouble.append(f"the service lists {len(editions)} editions, the store has {len(dump['editions'])}")
        changes = [(item["seq"], item["actor"], item["kind"], item["edition"]) for item in service.all("/changes?since=0&limit=1000")]
        if changes != [tuple(entry) for entry in dump["log"]]:
            trouble.append(f"the service tells {len(changes)} changes, the store has {len(dump['log'])}")
        for number, title, *_ in dump["editions"][-COMPARED:]:
            write = self.ledger.sent.get(title)
            if number > self.base and write:
                trouble += self.compared(number, write, service)
        return trouble

    def compared(self, number, write, service):
        """Between an edition and the one before lie the write's own changes, with their lineage, and no others."""
        trouble = []
        items = service.all(f"/editions/{number - 1}/diff/{number}?limit=1000")
        told = {(item["change"], (item["after"] or {}).get("code")) for item in items}
        recoded = set(write.rows) - set(write.closed)
        expected = {("renamed", code) for code in write.rows} | {("recoded", code) for code in recoded}
        if told != expected:
            trouble.append(f"edition {number} differs from the one before by {sorted(told)[:4]}, not {sorted(expected)[:4]}")
        lineage = {(line["before"], line["after"]) for item in items for line in item["lineage"]}
        if lineage != set(zip(set(write.closed) - set(write.rows), recoded)):
            trouble.append(f"edition {number} has the lineage {lineage}")
        code, (name, _) = next(iter(write.rows.items()))
        if (area := service.get(f"/areas/{code}?edition={number}")["area"])["name"] != name:
            trouble.append(f"edition {number} calls {code} {area['name']}, not {name}")
        return trouble
