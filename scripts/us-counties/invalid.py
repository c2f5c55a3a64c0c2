"""invalid.py FILE.geojsonl: lists the features whose polygons are invalid once on our lattice, a line each: code, name, why.

The judge is GEOS (through shapely), not this project. Coordinates are rounded to 1e-7 degree and given to it as integers, so that
nothing is judged that the file does not say. A ring is also wrong when its ends differ, which shapely would close without a word,
and when fewer than three of its points are different. Repeated points alone make no polygon invalid.
"""

import json
import sys

import shapely

STEPS = 1e7


def whys(geometry):
    """What is wrong with a Polygon or MultiPolygon."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    polygons = [[[(round(lon * STEPS), round(lat * STEPS)) for lon, lat in ring] for ring in rings] for rings in polygons]
    found = []
    for ring in (ring for rings in polygons for ring in rings):
        if ring[0] != ring[-1]:
            found.append("unclosed ring")
        if len(set(ring)) < 3:
            found.append("collapsed ring")
    if not found:
        shape = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
        if not shape.is_valid:
            found.append(shapely.is_valid_reason(shape).split("[")[0])
    return sorted(set(found))


with open(sys.argv[1], encoding="utf-8") as lines:
    for feature in map(json.loads, lines):
        found = whys(feature["geometry"])
        if found:
            print(feature["properties"]["code"], feature["properties"]["name"], ", ".join(found), sep="\t")
