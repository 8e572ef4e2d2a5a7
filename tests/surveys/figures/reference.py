"""Writes reference.json: what independent implementations say to the inputs in it. Run by hand, and rarely:

    uv run --with scipy --with statsmodels python tests/surveys/figures/reference.py

The libraries are no dependency of the project: they weigh more than the room, and their answers don't change.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

TARGET = Path(__file__).with_name("reference.json")
# Answers of a scale, how many of each value from the lowest on.
CES1 = ([14, 9, 6, 3, 2], [5, 9, 11, 8, 6])
CES2 = ([1, 0, 2, 3, 9, 17, 12], [2, 4, 4, 8, 9, 7, 3])
CSAT = ([0, 1, 2, 3, 1], [4, 11, 30, 88, 71])
MONTHS = {0: [2, 3, 5, 9, 6], 1: [1, 4, 7, 12, 9], 2: [0, 3, 4, 14, 12], 4: [0, 1, 5, 9, 16]}


def raw(counts: list[int], low: int = 1) -> np.ndarray:
    return np.repeat(np.arange(low, low + len(counts)), counts)


def numbers(*values: Any) -> list[float]:
    return [float(value) for value in values]


def distributions() -> dict[str, Any]:
    t = [(x, f) for x in (0.1, 1.0, 2.5, 7.0) for f in (1, 2.5, 9, 57.3, 2745)]
    chi = [(x, f) for x in (0.2, 3.84, 20.0, 60.0) for f in (1, 2, 7, 40)]
    return {
        "t_p": [[x, f, float(2 * stats.t.sf(x, f))] for x, f in t],
        "t_quantile": [[f, float(stats.t.ppf(0.975, f))] for f in (1, 2, 4.5, 9, 29, 100, 2000)],
        "chi_square_p": [[x, f, float(stats.chi2.sf(x, f))] for x, f in chi],
        "z_p": [[x, float(2 * stats.norm.sf(x))] for x in (0.0, 0.5, 1.96, 4.51)],
    }


def means() -> list[dict[str, Any]]:
    found = []
    for first, second in (CES1, CES2, CSAT):
        a, b = raw(first), raw(second)
        test = stats.ttest_ind(b, a, equal_var=False)
        interval = stats.t.interval(0.95, len(a) - 1, a.mean(), stats.sem(a))
        found.append({
            "first": first, "second": second, "mean": numbers(a.mean(), *interval),
            "welch": numbers(b.mean() - a.mean(), *test.confidence_interval(), test.statistic, test.df, test.pvalue),
        })  # fmt: skip
    return found


def shares() -> list[dict[str, Any]]:
    found = []
    for one, two in (((3, 7), (40, 60)), ((0, 9), (4, 11)), ((81, 263), (15, 82)), ((12, 12), (25, 30))):
        z, p = proportions_ztest([two[0], one[0]], [two[1], one[1]])
        newcombe = confint_proportions_2indep(*two, *one, method="newcomb")
        found.append({
            "first": one, "second": two, "wilson": numbers(*proportion_confint(*one, method="wilson")),
            "test": numbers(z, p), "newcombe": numbers(*newcombe),
        })  # fmt: skip
    return found


def several() -> dict[str, Any]:
    p = [0.01, 0.04, 0.03, 0.005, 0.2, 0.049, 0.001, 0.9]
    how = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}
    return {"p": p, **{name: numbers(*multipletests(p, method=method)[1]) for name, method in how.items()}}


def response() -> dict[str, Any]:
    asked, answered = [120, 80, 45, 200], [51, 40, 9, 66]
    table = np.array([answered, np.array(asked) - answered])
    test = stats.chi2_contingency(table, correction=False)
    return {"asked": asked, "answered": answered, "chi_square": numbers(test.statistic, test.dof, test.pvalue)}


def pairs() -> dict[str, Any]:
    counts = {(7, 6): 9, (7, 7): 12, (6, 4): 5, (5, 5): 8, (5, 7): 4, (3, 6): 2, (6, 1): 1}
    before, after = (np.repeat([pair[i] for pair in counts], list(counts.values())) for i in (0, 1))
    test = stats.ttest_rel(after, before)
    b, c = 11, 3
    return {
        "pairs": [[*pair, n] for pair, n in counts.items()],
        "paired": numbers((after - before).mean(), *test.confidence_interval(), test.statistic, test.pvalue),
        "mcnemar": [b, c, float(mcnemar([[20, b], [c, 6]], exact=True).pvalue)],
    }


def trend() -> dict[str, Any]:
    y = np.concatenate([raw(counts) for counts in MONTHS.values()]).astype(float)
    x = np.concatenate([np.full(sum(counts), number) for number, counts in MONTHS.items()]).astype(float)
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC1", use_t=True)
    series = [raw(counts).astype(float) for counts in MONTHS.values()]
    weights = [1 / stats.sem(part) ** 2 for part in series]
    line = sm.WLS([part.mean() for part in series], sm.add_constant(list(map(float, MONTHS))), weights=weights).fit()
    off = float(np.sum(np.array(weights) * line.resid**2))
    return {
        "months": [[number, counts] for number, counts in MONTHS.items()],
        "slope": numbers(fit.params[1], *fit.conf_int()[1], fit.pvalues[1]),
        "straight": float(stats.chi2.sf(off, len(series) - 2)),
    }


def raking() -> dict[str, Any]:
    """Raking as what it solves: the least entropy under the margins, by its dual and a general optimiser."""
    cells = [["talent", "SE", 60, 20], ["talent", "RO", 90, 15], ["teacher", "SE", 40, 25], ["teacher", "RO", 10, 5]]
    asked, answered = (np.array([cell[place] for cell in cells], dtype=float) for place in (2, 3))
    is_in = np.array([[1.0, cell[0] == "talent", cell[1] == "SE"] for cell in cells])
    wanted = is_in.T @ asked * answered.sum() / asked.sum()
    fit = optimize.minimize(
        lambda x: (answered * np.exp(is_in @ x)).sum() - wanted @ x,
        np.zeros(3),
        jac=lambda x: is_in.T @ (answered * np.exp(is_in @ x)) - wanted,
        method="BFGS",
        options={"gtol": 1e-9},
    )
    return {"cells": cells, "weights": numbers(*np.exp(is_in @ fit.x))}


def weighted() -> dict[str, Any]:
    groups = [[0.4, [2, 3, 9, 20, 16]], [1.0, [1, 4, 6, 12, 7]], [2.6, [3, 3, 2, 5, 2]]]
    y = np.concatenate([raw(counts) for _, counts in groups]).astype(float)
    w = np.concatenate([np.full(sum(counts), weight) for weight, counts in groups])
    fit = sm.WLS(y, np.ones(len(y)), weights=w).fit(cov_type="HC0")
    return {"groups": groups, "mean": float(fit.params[0]), "error": float(fit.bse[0])}


def main() -> None:
    parts = (distributions, means, shares, several, response, pairs, trend, raking, weighted)
    libraries = {name: version(name) for name in ("scipy", "statsmodels", "numpy")}
    found = {"made_by": libraries, **{part.__name__: part() for part in parts}}
    TARGET.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
