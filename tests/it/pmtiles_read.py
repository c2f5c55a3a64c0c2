"""pmtiles_read.py FILE [LAYER]: what readers that are not ours find in a PMTiles file, as JSON.

The format's own Python package gives header, metadata and every tile; GDAL gives its layers, and the features of LAYER.
"""

import gzip
import hashlib
import json
import sys

import pyogrio
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression

path = sys.argv[1]
with open(path, "rb") as file:
    source = MmapSource(file)
    reader = Reader(source)
    header = reader.header()
    unpack = gzip.decompress if header["tile_compression"] == Compression.GZIP else bytes
    tiles = {f"{z}/{x}/{y}": hashlib.sha256(unpack(tile)).hexdigest() for (z, x, y), tile in all_tiles(source)}
    # Some of them by look-up, as a server finds them: each reads the directories again.
    for name in list(tiles)[::23]:
        tile = reader.get(*map(int, name.split("/")))
        assert hashlib.sha256(unpack(tile)).hexdigest() == tiles[name], name
    found = {
        "header": {name: getattr(value, "name", value) for name, value in header.items()},
        "metadata": reader.metadata(),
        "tiles": tiles,
    }

if len(sys.argv) > 2:
    found["gdal"] = {
        "layers": [str(name) for name in pyogrio.list_layers(path)[:, 0]],
        "crs": pyogrio.read_info(path, layer=sys.argv[2])["crs"],
    }
    meta, _, geometry, columns = pyogrio.raw.read(path, layer=sys.argv[2])
    values = dict(zip(meta["fields"], columns))
    found["gdal"]["features"] = [
        {name: str(values[name][row]) for name in values} | {"wkb_bytes": len(geometry[row])} for row in range(len(geometry))
    ]
json.dump(found, sys.stdout, default=str)
