"""What scikit-learn and statsmodels make of who is allied: the other half of tests/comity/peers_network.rs.

Usage: network.py answer CASES.json > ANSWERS.json
       network.py baselines [DATA] [FIRST LAST]

`answer`: each case has a `method`: `scores` (forecasts `p`, outcomes `y`) or `logit` (features `x`, outcomes
`y`, `ridge`). ANSWERS.json has a list of objects in the same order. Exit code 3: a library cannot be imported.

`baselines` reads the tables of DATA (default: data/ of this repository), makes the features of
`network_logit` from them by itself, fits a logit and gradient boosting to the years FIRST to LAST (1946 1965),
and prints how they tell who shares a defence pact in 1950-1988, for both sources. It looks at no later year.
"""

import json
import sys
from pathlib import Path

try:
    import numpy as np
    import pandas as pd
    import sklearn
    import statsmodels
    import statsmodels.api as sm
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)

LOOKS = [1950, 1955, 1965, 1975, 1988]
LAST = 1988


def scores(p, y):
    """Discrimination and Brier score."""
    return {"auc": roc_auc_score(y, p), "average_precision": average_precision_score(y, p),
            "brier": brier_score_loss(y, p)}


def standardised(x):
    """Features less their mean over their standard deviation."""
    deviation = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(deviation > 1e-12, deviation, 1.0)


def logit(x, y, ridge):
    """Constant and coefficients of standardised features."""
    z = standardised(x)
    if ridge == 0:
        found = sm.Logit(y, sm.add_constant(z)).fit(disp=False, tol=1e-12, method="newton").params
        return list(found)
    model = LogisticRegression(C=1 / ridge, tol=1e-12, max_iter=100_000, solver="newton-cholesky")
    model.fit(z, y)
    return [model.intercept_[0], *model.coef_[0]]


def answer(case):
    """What the libraries make of one case."""
    y = np.array(case["y"], dtype=int)
    if case["method"] == "scores":
        return scores(np.array(case["p"]), y)
    return {"coefficients": logit(np.array(case["x"]), y, case["ridge"])}


class Data:
    """The tables, and what follows from them for a year."""

    def __init__(self, folder):
        read = lambda name: pd.read_csv(folder / name)
        self.states, self.members = read("world/states.csv"), read("observed/pact_members.csv")
        self.borders, self.rivals = read("world/contiguity.csv"), read("world/rivalries.csv")
        self.ideology, self.powers = read("world/ideology.csv"), read("world/major_powers.csv")
        values = read("world/state_year.csv").sort_values("year")
        self.values = {code: group.set_index("year") for code, group in values.groupby("ccode")}

    @staticmethod
    def on(table, year, start="from_year", end="to_year"):
        """Rows that cover the year, the last one included."""
        return table[(table[start] <= year) & (table[end].isna() | (table[end] >= year))]

    def roster(self, year):
        """States in the system at the end of the year, by code."""
        s = self.states
        return s[(s.entry_year <= year) & (s.exit_year.isna() | (s.exit_year > year))].sort_values("ccode")

    def value(self, code, column, year, missing):
        """The last known value, else the first."""
        if code not in self.values:
            return missing
        known = self.values[code][column].dropna()
        past = known[known.index <= year]
        return past.iloc[-1] if len(past) else known.iloc[0] if len(known) else missing

    def square(self, codes, table):
        """A matrix of the pairs in a table."""
        at = {code: k for k, code in enumerate(codes)}
        m = np.zeros((len(codes), len(codes)))
        for a, b in zip(table.ccode1, table.ccode2):
            if a in at and b in at:
                m[at[a], at[b]] = m[at[b], at[a]] = 1
        return m

    def allied(self, source, year):
        """Pairs in a common defence pact, upper triangle."""
        codes = list(self.roster(year).ccode)
        at = {code: k for k, code in enumerate(codes)}
        x = self.members
        x = x[(x.source == source) & (x.kind == "defence") & (x.entry_year <= year)
              & (x.exit_year.isna() | (x.exit_year > year))]
        m = np.zeros((len(codes), len(codes)), int)
        for _, group in x.groupby("pact"):
            k = [at[c] for c in set(group.ccode) if c in at]
            m[np.ix_(k, k)] = 1
        return m[np.triu_indices(len(codes), 1)]

    def features(self, year):
        """The sixteen features of each pair, upper triangle."""
        roster = self.roster(year)
        codes = list(roster.ccode)
        regions = [set(r.split("|")) for r in roster.regions]
        same = np.array([[float(bool(a & b)) for b in regions] for a in regions])
        land = self.on(self.borders, year)
        ruled = set(self.on(self.ideology, year).ccode)
        great = set(self.on(self.powers, year).ccode)
        com, power = (np.array([c in s for c in codes]) for s in (ruled, great))
        regime = np.array([self.value(c, "polyarchy", year, 0.4) for c in codes])
        capability = np.log(np.array([self.value(c, "cinc", year, 1e-5) for c in codes]) + 1e-6)
        americas = np.array(["americas" in r for r in regions])
        lat, lon = np.radians(roster.capital_lat.to_numpy()), np.radians(roster.capital_lon.to_numpy())
        h = (np.sin((lat[:, None] - lat) / 2) ** 2
             + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2)
        distance = 2 * np.arcsin(np.sqrt(np.clip(h, 0, 1))) / np.pi
        one, either = com[:, None] ^ com, power[:, None] | power
        matrices = [
            same, self.square(codes, land[land.kind == 1]), self.square(codes, land),
            self.square(codes, self.on(self.rivals, year)), distance, np.log(distance + 0.01),
            com[:, None] & com, one, np.abs(regime[:, None] - regime), np.minimum(regime[:, None], regime),
            either, power[:, None] & power, np.maximum(capability[:, None], capability),
            np.minimum(capability[:, None], capability), same * americas[:, None], one & either,
        ]
        upper = np.triu_indices(len(codes), 1)
        return np.column_stack([np.asarray(m, float)[upper] for m in matrices])


def baselines(folder, first, last):
    """Prints the scores of a logit and of gradient boosting."""
    if not first < last <= LAST:
        sys.exit(f"found {first} {last}, expected a fit window up to {LAST}")
    data = Data(folder)
    window = range(first, last + 1)
    x = np.vstack([data.features(year) for year in window])
    print("source   forecaster  year    AUC     AP  Brier")
    for source in ("ATOP5.1", "COW4.1"):
        y = np.concatenate([data.allied(source, year) for year in window])
        deviation = x.std(axis=0)
        scale = lambda v: (v - x.mean(axis=0)) / np.where(deviation > 1e-12, deviation, 1.0)
        ridge = LogisticRegression(C=10, max_iter=10_000, solver="newton-cholesky").fit(scale(x), y)
        trees = HistGradientBoostingClassifier(max_iter=200, learning_rate=0.05, max_leaf_nodes=15,
                                               min_samples_leaf=40, random_state=1).fit(x, y)
        for name, forecast in (("logit", lambda v: ridge.predict_proba(scale(v))[:, 1]),
                               ("boosting", lambda v: trees.predict_proba(v)[:, 1])):
            for year in LOOKS:
                s = scores(forecast(data.features(year)), data.allied(source, year))
                print(f"{source:8} {name:10} {year}  {s['auc']:.3f}  {s['average_precision']:.3f}  {s['brier']:.3f}")


if __name__ == "__main__":
    if sys.argv[1] == "answer":
        cases = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
        versions = f"scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}"
        print(json.dumps({"version": versions, "answers": [answer(case) for case in cases]}))
    else:
        given = sys.argv[2:]
        here = Path(__file__).resolve().parents[2] / "data"
        folder = Path(given[0]) if len(given) % 2 else here
        years = [int(y) for y in given[len(given) % 2:]] or [1946, 1965]
        baselines(folder, *years)
