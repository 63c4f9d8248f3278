"""Draws arms over the years from the result of a batch, read in three ways.

Usage: redraw.py RESULT [COLUMN] [FIGURE]

RESULT is the folder of a `comity batch` whose experiment records `years`; COLUMN is one of the
columns of its table `years` (default: the first metric's). The mean and the middle 90 % of
the runs are computed with pandas, with polars and with DuckDB; they must agree. The figure is
drawn with matplotlib (default: COLUMN.svg), and the numbers are printed as CSV.
Needs pandas, pyarrow, polars, duckdb, matplotlib. Exit code 3: one cannot be imported.
"""

import json
import sys
from pathlib import Path

try:
    import duckdb
    import matplotlib
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow  # noqa: F401  (pandas reads Parquet with it)
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

KEYS = ["arm", "year"]


def with_pandas(file, column):
    """One row for each arm and year: mean, 5 % and 95 % quantile over the runs."""
    groups = pd.read_parquet(file).groupby(KEYS)[column]
    low, high = groups.quantile(0.05), groups.quantile(0.95)
    summary = pd.DataFrame({"mean": groups.mean(), "low": low, "high": high})
    return summary.reset_index().sort_values(KEYS, ignore_index=True)


def with_polars(file, column):
    """The same; the file is scanned, so that only these columns are read."""
    value = pl.col(column)
    summary = (
        pl.scan_parquet(file)
        .group_by(KEYS)
        .agg(
            mean=value.mean(),
            low=value.quantile(0.05, interpolation="linear"),
            high=value.quantile(0.95, interpolation="linear"),
        )
        .sort(KEYS)
        .collect()
    )
    return pd.DataFrame(summary.to_dict(as_series=False))


def with_duckdb(file, column):
    """The same, in SQL."""
    query = f"""
        SELECT arm, year, avg("{column}") AS mean,
               quantile_cont("{column}", 0.05) AS low, quantile_cont("{column}", 0.95) AS high
        FROM read_parquet('{file}')
        GROUP BY arm, year
        ORDER BY arm, year
    """
    return duckdb.sql(query).df()


def draw(summary, labels, title, path):
    """A line with its band for each arm."""
    figure, axes = plt.subplots(figsize=(6, 3.5), layout="constrained")
    for arm, rows in summary.groupby("arm", sort=False):
        (line,) = axes.plot(rows["year"], rows["mean"], label=labels.get(arm, arm))
        colour = line.get_color()
        axes.fill_between(rows["year"], rows["low"], rows["high"], color=colour, alpha=0.15)
    axes.set(xlabel="year", ylabel=title)
    axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def main():
    folder = Path(sys.argv[1])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    column = sys.argv[2] if len(sys.argv) > 2 else manifest["metrics"][0]["column"]
    path = Path(sys.argv[3] if len(sys.argv) > 3 else f"{column}.svg")
    file = (folder / "years.parquet").as_posix()

    summary = with_pandas(file, column)
    for other in (with_polars(file, column), with_duckdb(file, column)):
        assert list(summary["arm"]) == list(other["arm"])
        for name in ("year", "mean", "low", "high"):
            np.testing.assert_allclose(summary[name], other[name], rtol=1e-9, atol=1e-12)

    tables = {table["name"]: table for table in manifest["tables"]}
    about = next(c for c in tables["years"]["columns"] if c["name"] == column)
    labels = {arm["name"]: arm["label"] for arm in manifest["arms"]}
    draw(summary, labels, f"{column} ({about['unit']})", path)
    summary.to_csv(sys.stdout, index=False)


if __name__ == "__main__":
    main()
