"""The parts of the run, each a section of the report."""

import json
import statistics
import subprocess
import zlib

import pixels
import processes
import publish
from client import Client, distinct, fetch, fill, plain, requests, walk
from report import quantile, section, spread, table

TURNS = 3
# Answers a zoom at least for its 99th percentile.
COLD_ANSWERS = 300
PUBLISHES = 11
PIXEL_TILES, PIXEL_ZOOMS = 12, range(12, 17)
LAYERS = {"district": 8, "street": 8, "community": 10, "grid": 12, "unit": 14}
PROFILE = "licheng"
FIELDS = "code=code,level=level,parent=parent_code"


class Bench:
    def __init__(self, report, binary, area_tiles, shared, work, martin, seconds):
        self.report, self.binary, self.area_tiles, self.shared, self.work = report, binary, area_tiles, shared, work
        self.martin, self.seconds = martin, seconds
        self.log = work / "run.log"

    def store(self, size):
        return self.work / f"{size}.gpkg"

    def trace(self, size):
        return self.shared / f"load/trace_{size}.txt"

    def serve(self, size, cache_mb=None):
        options = [] if cache_mb is None else ["--tile-cache-mb", cache_mb]
        return processes.onemap(self.binary, self.store(size), *options)

    def load(self, size):
        """Makes the store of the synthetic district."""
        for old in self.work.glob(f"{size}.gpkg*"):
            old.unlink()
        units = self.work / f"{size}.csv"
        seconds, peak = processes.run(
            [self.binary, "import", units, "--store", self.store(size), "--profile", PROFILE, "--map", FIELDS], self.log
        )
        megabytes = self.store(size).stat().st_size / 1e6
        section(f"Data, size {size}", "One import of make_units.py's districts through `onemap import`, every area new.")
        table(["size", "file, MB", "import, s", "peak, MB", "store, MB"], [[size, f"{units.stat().st_size / 1e6:.0f}", f"{seconds:.1f}", f"{peak:.0f}", f"{megabytes:.0f}"]])
        return True

    def fill(self, postgres):
        subprocess.run([self.shared / "load/load.sh", self.work / "S.csv", "s"], check=True, env=postgres.environment, stdout=subprocess.DEVNULL)

    def processor_time(self, postgres):
        section(
            "Processor time of a tile",
            f"Milliseconds of processor time per request of all threads of the server, for Martin with PostgreSQL's processes: wrk, 8 connections,\n"
            f"{self.seconds} s a turn over the trace of 40,000 units in a prime stride, gzip. {TURNS} turns, the servers one after the other in each;\n"
            "median and spread. Ratios are taken turn by turn.",
        )
        trace = self.trace("S")
        tiles = [tile for zoom in distinct(trace).values() for tile in zoom]
        martin_cold = martin_warm = static = None
        servers, figures = [], {}
        try:
            if self.martin and postgres:
                martin_cold = processes.martin(self.martin, self.shared, self.work, postgres, "disable")
                servers.append(martin_cold)
                martin_warm = processes.martin(self.martin, self.shared, self.work, postgres, "{size_mb: 512, tile_size_mb: 512}")
                servers.append(martin_warm)
                fetch(martin_warm, tiles)
            else:
                self.report.lacks("Martin " + ("without PostGIS" if self.martin else "1.14.0: MARTIN=no, or it could not be installed (target/tools/martin.log)"))
            cold = self.serve("S", 0)
            servers.append(cold)
            warm = self.serve("S")
            servers.append(warm)
            before = processes.cpu_ms(warm.pids)
            bodies = fetch(warm, tiles)
            first_visit = (processes.cpu_ms(warm.pids) - before) / len(tiles)
            try:
                static = self.static(bodies)
                servers.append(static)
            except (RuntimeError, OSError, TypeError) as error:
                self.report.lacks(f"nginx: {error}")
            turns = [("onemap, cache off", cold), ("Martin, cache off", martin_cold), ("onemap, warm", warm), ("Martin, warm", martin_warm), ("nginx, gzip_static", static)]
            for _ in range(TURNS):
                for name, server in turns:
                    if server:
                        figures.setdefault(name, []).append(walk(server, self.shared, trace, self.seconds))
        finally:
            for server in servers:
                server.stop()
        if postgres:
            figures["ST_AsMVT, SQL only"] = [self.sql(postgres, trace) for _ in range(TURNS)]
        cpu = {name: [one[1] for one in turns] for name, turns in figures.items()}
        judged = {
            "onemap, cache off": [("Martin, cache off", 1 / 25)],
            "onemap, warm": [("Martin, warm", 1 / 50), ("nginx, gzip_static", 3)],
        }
        rows = []
        for name, turns in figures.items():
            cells = []
            for peer, goal in judged.get(name, []):
                if peer in cpu:
                    ratio = statistics.median(ours / theirs for ours, theirs in zip(cpu[name], cpu[peer]))
                    cells.append(f"of {peer}: " + self.report.judge(f"{name}, of {peer}", ratio, round(goal, 4), 4))
            rows.append([name, spread(cpu[name], 3), spread([one[2] for one in turns], 0), "; ".join(cells) or "-"])
        table(["server", "CPU-ms per request", "requests/s here", "ratio"], rows)
        print(f"A first visit with the cache on (each of {len(tiles)} tiles once, one by one, gzip kept): {first_visit:.3f} CPU-ms a tile.")
        if "ST_AsMVT, SQL only" in cpu:
            ratio = statistics.median(cpu["onemap, cache off"]) / statistics.median(cpu["ST_AsMVT, SQL only"])
            print(f"Of ST_AsMVT alone, without HTTP and gzip, ours with the cache off and with both: {ratio:.4f} (1/{1 / ratio:.0f}).")
            if "Martin, cache off" not in cpu:
                print("That stands in for Martin cold, which spends nearly all of its time there; the goals against Martin are not judged.")
        print(flush=True)

    def sql(self, postgres, trace):
        """The tiles of the trace in a prime stride, as many as fit, by one prepared function in one connection."""
        tiles = [line.replace("/", ",") for line in trace.read_text().split()]
        picked = [tiles[index * 1009 % len(tiles)] for index in range(min(len(tiles), 60 * self.seconds))]
        before = processes.cpu_ms([postgres.pid])
        postgres.sql("".join(f"select length(s.tile({tile}));" for tile in picked))
        spent = processes.cpu_ms([postgres.pid]) - before
        return len(picked), spent / len(picked), 1000 / (spent / len(picked))

    def static(self, bodies):
        """nginx over the very answers of ours."""
        for tile, body in bodies.items():
            path = self.work / "www/static" / fill("{z}/{x}/{y}.mvt", tile)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(plain(body))
            path.with_suffix(".mvt.gz").write_bytes(body)
        return processes.nginx(self.shared, self.work / "www")

    def theirs(self, postgres, tiles, function="s.tile"):
        """The tiles of ST_AsMVT."""
        found = {}
        for start in range(0, len(tiles), 50):
            part = tiles[start : start + 50]
            lines = postgres.sql("".join(f"select encode({function}({z},{x},{y}),'hex');" for z, x, y in part)).split("\n")
            found |= {tile: bytes.fromhex(line) for tile, line in zip(part, lines, strict=False)}
        return found

    def alike(self, postgres):
        """The name of a function like load.sh's for tiles with the attributes of ours: an id for each feature and no parent_code."""
        for number, layer in enumerate(LAYERS):
            postgres.sql(f"alter table s.{layer} add column id bigint generated always as identity (start with {10**number})")
        definition = postgres.sql("select pg_get_functiondef('s.tile'::regproc)")
        for old, new in (("s.tile(", "s.tile_alike("), ("code,parent_code,", "id,code,"), ("4096,''geom'')", "4096,''geom'',''id'')")):
            if old not in definition:
                raise RuntimeError(f"load.sh's function has no {old}")
            definition = definition.replace(old, new)
        postgres.sql(definition + ";")
        return "s.tile_alike"

    def sizes(self, postgres):
        if not postgres:
            return self.report.lacks("bytes: nothing to compare with without PostGIS")
        by_zoom = distinct(self.trace("S"))
        tiles = [tile for zoom in by_zoom.values() for tile in zoom]
        with self.serve("S") as server:
            ours = fetch(server, tiles)
        theirs = self.theirs(postgres, tiles)
        alike = self.theirs(postgres, tiles, self.alike(postgres))
        section(
            "Bytes on the wire",
            "The tiles of the trace, mean kB. **Ours** as answered with gzip, with `borders` and `labels`, which theirs lack, against `ST_AsMVT` of the\n"
            "five levels with `code`, `parent_code`, `name` and `kind`, gzip level 6. **Same layers**: ours without `borders` and `labels`, both with gzip\n"
            "level 6. **Same attributes**: that against `ST_AsMVT` with what ours have, an id for each feature and no `parent_code`.",
        )
        packed = lambda tile: len(squeeze(tile))
        sizes = {tile: (len(ours[tile]), packed(only(plain(ours[tile]))), packed(theirs[tile]), packed(alike[tile])) for tile in tiles}

        def row(name, part, judged=None):
            whole, same, asmvt, same_asmvt = (sum(sizes[tile][column] for tile in part) for column in range(4))

            def ratio(what, of, peer):
                return self.report.judge(f"bytes of ST_AsMVT, {what}, {judged}", of / peer, 0.6, 3) if judged else f"{of / peer:.2f}"

            means = (f"{size / len(part) / 1e3:.1f}" for size in (whole, same, asmvt))
            alike_cell = f"{same / same_asmvt:.{3 if judged else 2}f}"
            return [name, len(part), *means, ratio("all layers", whole, asmvt), ratio("same layers", same, asmvt), alike_cell]

        rows = [row(zoom, part) for zoom, part in by_zoom.items()]
        rows.append(row("all, each once", tiles, "each tile once"))
        rows.append(row("all, as often as the trace asks", requests(self.trace("S")), "as often as the trace asks"))
        table(["zoom", "tiles", "ours", "ours, same layers", "ST_AsMVT", "ratio", "ratio, same layers", "same attributes too"], rows)

    def pixels(self, postgres):
        if not postgres:
            return self.report.lacks("pixels: nothing to compare with without PostGIS")
        section(
            "Pixels",
            f"Up to {PIXEL_TILES} tiles of the trace a zoom, each level painted by area at {pixels.PIXELS} x {pixels.PIXELS} from both servers' decoded polygons. Far: farther\n"
            "than a pixel from every border of theirs; a far pixel fails the run.",
        )
        by_zoom, rows = distinct(self.trace("S")), []
        for zoom in PIXEL_ZOOMS:
            tiles = by_zoom[zoom][:: max(1, len(by_zoom[zoom]) // PIXEL_TILES)][:PIXEL_TILES]
            with self.serve("S") as server:
                ours = fetch(server, tiles)
            theirs = self.theirs(postgres, tiles)
            painted = {tile: (pixels.areas(plain(ours[tile])), pixels.areas(theirs[tile])) for tile in tiles}
            for layer, first in LAYERS.items():
                if zoom >= first:
                    counts = [pixels.compare(*painted[tile], layer) for tile in tiles]
                    otherwise, far = (sum(column) for column in zip(*counts))
                    rows.append([zoom, layer, len(tiles), len(tiles) * pixels.PIXELS**2, otherwise, far])
        table(["zoom", "layer", "tiles", "pixels", "painted otherwise", "far from a border"], rows, 2)
        far = sum(row[-1] for row in rows)
        if far:
            self.report.fail(f"{far} pixels differ from ST_AsMVT farther than a pixel from a border")

    def cold(self, size, goal_ms):
        section(
            f"Cold, one after the other, size {size}",
            f"`--tile-cache-mb 0`, one connection, gzip: at least {COLD_ANSWERS} answers a zoom over the tiles of the trace, by the client's clock, in ms;\n"
            "other work on the machine is in it. The last column is the server's processor time.",
        )
        rows = []
        with self.serve(size, 0) as server:
            client = Client(server.port)
            for zoom, tiles in distinct(self.trace(size)).items():
                took, before = [], processes.cpu_ms(server.pids)
                while len(took) < COLD_ANSWERS:
                    for tile in tiles:
                        answer = client.get(fill(server.template, tile), "Accept-Encoding: gzip")
                        if answer.status not in (200, 204):
                            raise RuntimeError(f"{tile} answers {answer.status}")
                        took.append(answer.ms)
                spent = (processes.cpu_ms(server.pids) - before) / len(took)
                p99 = self.report.judge(f"p99 cold at zoom {zoom}, size {size}, ms", quantile(took, 0.99), goal_ms)
                rows.append([zoom, len(tiles), len(took), f"{quantile(took, 0.5):.2f}", p99, f"{max(took):.1f}", f"{spent:.2f}"])
            print(f"Memory of the server: {processes.memory_mb(server.child.pid, 'VmRSS'):.0f} MB, at most {processes.memory_mb(server.child.pid, 'VmHWM'):.0f}.\n")
        table(["zoom", "tiles", "answers", "median", "p99", "greatest", "CPU-ms"], rows)

    def publishing(self):
        section(
            "Publish of one border",
            f"One position of the border between two units moves some metres and back, {PUBLISHES} times: `POST /imports` of the two units as CSV, whole: reading,\n"
            f"checking, committing, deriving what is served. From the sent request, in ms, while somebody follows `/events` and somebody asks for the tile of\n"
            f"zoom {publish.ZOOM} every {publish.POLL_S * 1e3:.0f} ms with If-None-Match; the first time after the start is left out of the median.",
        )
        border = publish.Border(self.work / "S.csv")
        with self.serve("S") as server:
            publish.checked(server, border)
            checks = [publish.checked(server, border) for _ in range(PUBLISHES)]
            found = [publish.publish(server, border) for _ in range(PUBLISHES)][1:]
        of = lambda name: [one[name] for one in found]
        behind = [one["tile"] - one["answer"] for one in found]
        rows = [
            ["the same import with dry_run: reading and checking, nothing kept", spread(checks, 1), "-"],
            ["to the answer 201", spread(of("answer"), 1), "-"],
            ["to `tiles.changed` on /events", spread(of("event"), 1), "-"],
            ["**to the last byte of the new tile**", spread(of("tile"), 1), self.report.judge("publish of one border to the new tile, ms", statistics.median(of("tile")), 50, 1)],
            ["from the answer to the new tile (below 0: the tile came first)", spread(behind, 1), "-"],
            ["the new tile itself, drawn and compressed", spread(of("fetch"), 1), "-"],
        ]
        table(["part", "ms", "goal"], rows)
        named = {"all" if count is None else count for count in of("named")}
        print(f"Tiles that the feed names each time: {', '.join(map(str, sorted(named, key=str)))}.\n", flush=True)

    def building(self, size):
        section(
            f"What tiles are drawn from, size {size}",
            "In a process of its own from the store, by the clock, 3 times: the simplified borders of all zooms alone (pyramid); all that a tile can be\n"
            "drawn from, of which they are a part (tiles); and on top of that the sheets that `onemap serve` always makes in the background after a\n"
            "start, of which tiles are cut from then on (sheets). Memory: what it counts itself, and what the process grew by, now and at most, in the\n"
            "first of the rounds (a later one gets what the one before gave back). A server has both tiles and sheets.",
        )
        done = subprocess.run([self.area_tiles, self.store(size), "3"], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        found = json.loads(done.stdout)
        rows = [["pyramid", spread(found["pyramid_s"]), f"{found['pyramid_bytes'] / 1e6:.0f}", "-", "-"]]
        for step in ("tiles", "sheets"):
            figures = found[step]
            rows.append([step, spread(figures["s"]), f"{figures['bytes'] / 1e6:.0f}", f"{figures['grown_mb'][0]:.0f}", f"{figures['peak_mb'][0]:.0f}"])
        both = [found["tiles"], found["sheets"]]
        seconds = [sum(round_) for round_ in zip(*(step["s"] for step in both))]
        # The greater of the two peaks: the second stands on what the first has left.
        peak = max(both[0]["peak_mb"][0], both[0]["grown_mb"][0] + both[1]["peak_mb"][0])
        total = [sum(step["bytes"] for step in both) / 1e6, sum(step["grown_mb"][0] for step in both), peak]
        rows.append(["tiles and sheets", spread(seconds), *(f"{megabytes:.0f}" for megabytes in total)])
        print(f"{found['areas']} areas; opening the store {found['open_s']:.2f} s.\n")
        table(["what", "s", "counted, MB", "grown, MB", "at most, MB"], rows)
        if again := found["publish"]:
            milliseconds = lambda name: spread([1e3 * second for second in again[name]], 1)
            print(f"After the last publish of one border: tiles{' and sheets' if again['has_sheets'] else ' without sheets'} anew from what was there {milliseconds('update_s')} ms, naming the {again['changed']} changed tiles")
            print(f"{milliseconds('changed_since_s')} ms.\n", flush=True)

    def export(self):
        section("Export", "`onemap export --zooms 8-16` of the demo district (`onemap generate`, 40,000 units, seed 1) to PMTiles, whole process.")
        store, archive = self.work / "demo.gpkg", self.work / "demo.pmtiles"
        if not store.exists():
            making = self.work / "making.gpkg"
            for old in self.work.glob("making.gpkg*"):
                old.unlink()
            processes.run([self.binary, "generate", "--profile", PROFILE, "--units", "40000", "--seed", "1", "--store", making], self.log)
            making.rename(store)
        seconds, peak = processes.run([self.binary, "export", "--store", store, "--zooms", "8-16", "--force", "-o", archive], self.log)
        said = self.log.read_text().strip().splitlines()[-1]
        table(["seconds", "peak, MB", "archive, MB", "it says"], [[f"{seconds:.1f}", f"{peak:.0f}", f"{archive.stat().st_size / 1e6:.1f}", said]], 0)


def squeeze(tile):
    compressor = zlib.compressobj(6, zlib.DEFLATED, 31)
    return compressor.compress(tile) + compressor.flush() if tile else b""


def only(tile):
    """The layers of LAYERS of a tile, as they are: a tile is a list of layers (field 3), each with its name in field 1."""
    kept, at = b"", 0
    while at < len(tile):
        start, size, at = at, *varint(tile, at + 1)
        layer = tile[at : at + size]
        if name(layer) in LAYERS:
            kept += tile[start : at + size]
        at += size
    return kept


def name(layer):
    at = 0
    while at < len(layer):
        key, at = varint(layer, at)
        value, at = varint(layer, at)
        if key == 1 << 3 | 2:
            return layer[at : at + value].decode()
        at += value if key & 7 == 2 else 0
    raise RuntimeError("a layer without a name")


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at
