"""SALib's answers on comity's samples: the other half of tests/comity/peers.rs.

Usage: salib.py CASES.json > ANSWERS.json

CASES.json is a list of cases. Each has a `method`, a `problem` as SALib wants it, the points
`x`, the outputs `y`, and what the method needs besides. ANSWERS.json is a list of objects in
the same order, with SALib's own names; NaN is null. A case of the method `exported` names a
`folder` instead. Exit code 3: SALib cannot be imported.
"""

import json
import math
import sys
from pathlib import Path
import warnings
from importlib.metadata import version

try:
    import numpy as np
    from SALib.analyze import morris, pawn, sobol
    from SALib.sample import sobol as saltelli
    from SALib.util import read_param_file
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)


def exported(folder):
    """The indices of every output that `comity export --as salib` has written."""
    about = json.loads((folder / "salib.json").read_text(encoding="utf-8"))
    problem = read_param_file(str(folder / "problem.txt"))
    x = np.loadtxt(folder / "samples.txt", ndmin=2)
    found = {"problem": [problem["names"], problem["bounds"]]}
    for output in about["outputs"]:
        y = np.loadtxt(folder / output["file"])
        case = {"method": about["method"], "problem": problem, "x": x, "y": y,
                "second_order": about["second_order"], "levels": about["levels"]}
        indices = answer(case)
        found[f"{output['arm']} {output['metric']}"] = {
            name: plain(value) for name, value in indices.items() if name != "names"
        }
    return found


def answer(case):
    """What SALib makes of one case."""
    if case["method"] == "exported":
        return exported(Path(case["folder"]))
    method, problem = case["method"], dict(case["problem"])
    x, y = (np.array(case[name], dtype=float) for name in ("x", "y"))
    if method == "sobol":
        second = case["second_order"]
        return sobol.analyze(problem, y, calc_second_order=second, seed=1)
    if method == "morris":
        return morris.analyze(problem, x, y, num_levels=case["levels"], scaled=False, seed=1)
    if method == "pawn":
        return pawn.analyze(problem, x, y, S=case["slices"], seed=1)
    if method == "saltelli":
        second = case["second_order"]
        points = saltelli.sample(
            problem, case["samples"], calc_second_order=second, scramble=False
        )
        return {"x": points}
    raise ValueError(f"unknown method {method!r}")


def plain(value):
    """Numbers and lists of them as JSON has them."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    warnings.simplefilter("ignore")
    answers = [
        {name: plain(value) for name, value in answer(case).items() if name != "names"}
        for case in cases
    ]
    json.dump({"version": version("SALib"), "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main()
