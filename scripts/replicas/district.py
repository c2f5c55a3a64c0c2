"""What is published: one grid's units, all with a new name and one border moved, so that every answer tells its edition."""

import json
import math

# A position that moves bends its border at least so much, in degrees: some metres.
BEND = 3e-5
# Units of the grid that is published, and how many grids are looked at for one.
UNITS, GRIDS = range(5, 80), 200


def ring_of(area):
    """The outer ring of an area of one part without holes; none otherwise."""
    polygons = area["geometry"]["coordinates"]
    return list(map(tuple, polygons[0][0])) if len(polygons) == 1 and len(polygons[0]) == 1 else None


def middle(before, after):
    return tuple((before[axis] + after[axis]) / 2 for axis in (0, 1))


class Grid:
    """A grid with its units, and a position on the border between two of them that can move without crossing anything."""

    def __init__(self, client):
        levels = [level["id"] for level in client.get("/profile").json()["levels"]]
        self.level = levels[-1]
        grids = client.get(f"/areas?level={levels[-2]}&limit={GRIDS}").json()["items"]
        self.code, self.units, self.moving, self.place, self.moved = next(filter(None, (self.of(client, grid["code"]) for grid in grids)))
        self.lon, self.lat = self.units[self.moving[0]]["label"]
        self.list_path = f"/areas?parent={self.code}&limit=1000"
        self.look_up_path = f"/lookup?lon={self.lon}&lat={self.lat}"
        self.tile_path = self.tile_at(self.place, 16)

    @staticmethod
    def of(client, code):
        children = client.get(f"/areas?parent={code}&limit=1000").json()["items"]
        if len(children) not in UNITS:
            return None
        details = [client.get(f"/areas/{child['code']}").json() for child in children]
        units = [detail | detail["area"] for detail in details]
        rings = list(map(ring_of, units))
        if any(unit["stacked_with"] for unit in units) or not all(rings):
            return None
        for one, ring in enumerate(rings):
            for other in range(one + 1, len(rings)):
                shared = set(ring) & set(rings[other])
                for before, place, after in zip(ring, ring[1:], ring[2:]):
                    chord = middle(before, after)
                    if {before, place, after} <= shared and math.dist(place, chord) > BEND:
                        # Half of the way to the middle of its neighbours: nothing can cross.
                        moved = tuple(round(value, 7) for value in middle(place, chord))
                        return code, units, (one, other), place, moved
        return None

    @staticmethod
    def tile_at(place, zoom):
        lon, lat = place
        n = 1 << zoom
        row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
        return f"/tiles/areas/{zoom}/{int((lon + 180) / 360 * n)}/{row}"

    def body(self, name, is_moved):
        """All units as GeoJSON, named alike."""
        features = []
        for index, unit in enumerate(self.units):
            ring = ring_of(unit)
            if is_moved and index in self.moving:
                ring = [self.moved if place == self.place else place for place in ring]
            properties = {"code": unit["code"], "level": self.level, "parent": self.code, "name": name, "kind": unit["kind"]}
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
