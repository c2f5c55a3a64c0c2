"""Tiles of two servers painted pixel by pixel, layer by layer, and compared away from borders."""

import mapbox_vector_tile
import numpy
import shapely

EXTENT, PIXELS = 4096, 512
PIXEL = EXTENT / PIXELS
CENTRES = (numpy.arange(PIXELS) + 0.5) * PIXEL


def areas(tile):
    """The polygons of each layer by code."""
    layers = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}) if tile else {}
    found = {}
    for name, layer in layers.items():
        polygons = [one for one in layer["features"] if one["geometry"]["type"] in ("Polygon", "MultiPolygon")]
        if polygons:
            found[name] = [(str(one["properties"]["code"]), shapely.geometry.shape(one["geometry"])) for one in polygons]
    return found


def paint(polygons, numbers):
    """For each pixel the number of the area over its centre; 0 where there is none. Later ones lie over earlier ones."""
    image = numpy.zeros((PIXELS, PIXELS), numpy.int32)
    for code, polygon in polygons:
        low_x, low_y, high_x, high_y = polygon.bounds
        columns = slice(*numpy.searchsorted(CENTRES, (low_x, high_x)))
        rows = slice(*numpy.searchsorted(CENTRES, (low_y, high_y)))
        if columns.start == columns.stop or rows.start == rows.stop:
            continue
        x, y = numpy.meshgrid(CENTRES[columns], CENTRES[rows])
        shapely.prepare(polygon)
        image[rows, columns][shapely.contains_xy(polygon, x, y)] = numbers.setdefault(code, len(numbers) + 1)
    return image


def compare(ours, theirs, layer):
    """Pixels painted otherwise, and those of them farther than a pixel from any border of theirs."""
    numbers = {}
    mine, other = (sorted(tile.get(layer, []), key=lambda area: area[0]) for tile in (ours, theirs))
    rows, columns = numpy.nonzero(paint(mine, numbers) != paint(other, numbers))
    if not len(rows):
        return 0, 0
    borders = [polygon.boundary for _, polygon in other]
    if not borders:
        return len(rows), len(rows)
    points = shapely.points(CENTRES[columns], CENTRES[rows])
    near = shapely.STRtree(borders).query(points, predicate="dwithin", distance=PIXEL)[0]
    return len(rows), len(rows) - len(set(near.tolist()))
