#!/usr/bin/env python3
"""Derives data/world/shapes.csv from Natural Earth's 1:110m countries.

Public source: Natural Earth, Admin 0 - Countries, 1:110m (public domain,
https://www.naturalearthdata.com), as packed in the npm package world-atlas 2.0.2:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python3 data/scripts/shapes.py package/countries-110m.json > data/world/shapes.csv

Each row is one ring. Coordinates are tenths of a degree; points that fall together
at that resolution, and those on a straight line between their neighbours, are dropped.
"""

import csv
import json
import pathlib
import sys

STATES = pathlib.Path(__file__).parents[1] / "world" / "states.csv"

# Shapes of no state of the table, or too far south to be of use.
LEFT_OUT = {"Antarctica", "Fr. S. Antarctic Lands", "Falkland Is."}
NO_STATE = {"W. Sahara", "Greenland", "Puerto Rico", "Palestine", "New Caledonia"}

# Names of Natural Earth that states.csv has otherwise, by code of the Correlates of War.
CODES = {
    "Bosnia and Herz.": 346, "Central African Rep.": 482, "Czechia": 316, "Côte d'Ivoire": 437,
    "Dem. Rep. Congo": 490, "Dominican Rep.": 42, "Eq. Guinea": 411, "Macedonia": 343,
    "Myanmar": 775, "N. Cyprus": 352, "S. Sudan": 626, "Serbia": 345, "Solomon Is.": 940,
    "Somaliland": 520, "Timor-Leste": 860, "eSwatini": 572,
}

# The state that held the territory before, as far as it is in the table.
PREDECESSORS = {
    365: (359, 366, 367, 368, 369, 370, 371, 372, 373, 701, 702, 703, 704, 705),
    315: (316, 317),
    345: (341, 343, 344, 346, 347, 349),
    260: (255,),
    678: (679,),
    651: (652,),
    530: (531,),
    625: (626,),
    710: (713,),
    770: (771,),
    850: (860,),
}


def codes():
    """Code by name."""
    with open(STATES, encoding="utf-8", newline="") as file:
        return {row["name"]: int(row["ccode"]) for row in csv.DictReader(file)}


def arcs(topology):
    """The arcs in tenths of a degree."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round(10 * (x * sx + tx)), round(10 * (y * sy + ty))))
        yield points


def joined(ring, known):
    """A ring of indices of arcs as points."""
    points = []
    for index in ring:
        arc = known[index] if index >= 0 else known[~index][::-1]
        points.extend(arc if not points else arc[1:])
    return points


def split(points):
    """The parts of a ring on either side of the date line, where it crosses it."""
    whole, turn = [], 0
    for k, (x, y) in enumerate(points):
        if k:
            turn += -3600 * (x - points[k - 1][0] > 1800) + 3600 * (x - points[k - 1][0] < -1800)
        whole.append((x + turn, y))
    parts = []
    for shift in (-3600, 0, 3600):
        part = [(x + shift, y) for x, y in whole]
        for edge, side in ((-1800, 1), (1800, -1)):
            part = clipped(part, edge, side)
        if part:
            parts.append(part)
    return parts


def clipped(ring, edge, side):
    """What of a ring lies east (side 1) or west (side -1) of a meridian."""
    kept = []
    for (ax, ay), (bx, by) in zip(ring[-1:] + ring[:-1], ring):
        inside = [side * (x - edge) >= 0 for x in (ax, bx)]
        if inside[0] != inside[1]:
            kept.append((edge, round(ay + (by - ay) * (edge - ax) / (bx - ax))))
        if inside[1]:
            kept.append((bx, by))
    return kept


def thinned(points):
    """Without repeated points and those on a line between their neighbours."""
    kept = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        while len(kept) > 1:
            (ax, ay), (bx, by), (cx, cy) = kept[-2], kept[-1], point
            if (bx - ax) * (cy - by) != (by - ay) * (cx - bx):
                break
            kept.pop()
        kept.append(point)
    return kept


def main():
    topology = json.load(open(sys.argv[1], encoding="utf-8"))
    known, by_name = list(arcs(topology)), codes()
    before = {code: past for past, after in PREDECESSORS.items() for code in after}
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["name", "ccode", "predecessor", "points"])
    shapes = topology["objects"]["countries"]["geometries"]
    for shape in sorted(shapes, key=lambda s: s["properties"]["name"]):
        name = shape["properties"]["name"]
        if name in LEFT_OUT:
            continue
        code = "" if name in NO_STATE else CODES.get(name) or by_name[name]
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                for part in split(joined(ring, known)):
                    points = thinned(part)
                    if len(points) >= 4:
                        text = " ".join(f"{x} {y}" for x, y in points)
                        out.writerow([name, code, before.get(code, ""), text])


main()
