#!/usr/bin/env python3
"""Writes the central accepted set into src/model/scenario/parameters.rs as defaults.

Usage, from the root of the source: comity calibrate calibration --print-defaults | experiments/calibration/apply-defaults.py
Look at the difference, then renew docs/odd.md: COMITY_UPDATE=1 cargo test documents moments
"""

import re
import sys
import tomllib
from pathlib import Path

SOURCE = "calibrated to the moments of 1946-88 (experiments/calibration)"
path = Path("src/model/scenario/parameters.rs")
lines = path.read_text().split("\n")
wanted = {
    (group, name): value
    for group, values in tomllib.loads(sys.stdin.read())["parameters"].items()
    for name, value in values.items()
}
heading = re.compile(r"^    (\w+): \w+ \{$")
entry = re.compile(r'^(        (\w+) "[^"]*" "[^"]*" "[^"]*" = )(\S+)( \[[^\]]*\] \w+, ")([^"]*)(", .*)$')
group, done = None, set()
for k, line in enumerate(lines):
    if found := heading.match(line):
        group = found[1]
    if (found := entry.match(line)) and (key := (group, found[2])) in wanted:
        source = found[5]
        if SOURCE not in source:
            # What was set by hand is no longer; what the range rests on stays.
            kept = [part for part in source.split("; ") if not re.match("hand-set|fit to|a proposal$", part)]
            source = "; ".join([*kept, SOURCE])
        lines[k] = f"{found[1]}{float(wanted[key])!r}{found[4]}{source}{found[6]}"
        done.add(key)
if missing := wanted.keys() - done:
    sys.exit(f"not found in {path}: {sorted(missing)}")
path.write_text("\n".join(lines))
print(f"{len(done)} defaults written to {path}")
