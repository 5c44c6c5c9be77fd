"""Soft scores along the runs of one ladder: smooth, straight, and better than compute alone?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...association import r_squared
from ...measures import Kink
from ...resample import bootstrap
from ...results import Result
from ...scores import load

__all__ = ["beats_compute", "gain_over_compute", "lines"]

#: Surrogates of accuracy, by the name of the score.
SURROGATES = ("bits per byte", "probability", "validation loss")


def lines(runs: pd.DataFrame, *, n_resamples: int = 200) -> pd.DataFrame:
    """How much of each score one line in log-compute explains, and whether it is straight.

    Parameters
    ----------
    runs : DataFrame
        Of `olmo_runs`; annealed models and the two targets, which follow other recipes, are left out.
    n_resamples : int
        Of the bootstrap behind the two tests.

    Returns
    -------
    DataFrame
        One row per ``task`` and ``scored_by``: ``n``, ``rho`` (size of the rank correlation), ``r2``,
        ``straight`` ("no" where two lines beat one, else "cannot tell") and ``shape`` ("kink", "bend" or
        "cannot tell": two lines against every smooth curve). The tests are left out for accuracy.
    """
    rows = []
    keep = ~runs["model"].str.startswith("OLMo-2") & ~runs["model"].str.endswith("annealed")
    for (task, score), g in runs[keep].groupby(["task", "scored_by"]):
        axis = g.assign(x=np.log10(g["train_flops"]))
        row = {"task": task, "scored_by": score, "n": len(g), "r2": r_squared(axis, "value", ["x"]),
               "rho": abs(axis["x"].corr(g["value"], method="spearman")), "straight": "", "shape": ""}
        if score != "accuracy":
            bent = Kink(against=("line",), n_resamples=n_resamples).of(axis["x"], g["value"]).answer
            row["straight"] = "no" if bent == "kink" else "cannot tell"
            row["shape"] = Kink(n_resamples=n_resamples).of(axis["x"], g["value"]).answer
        rows.append(row)
    return pd.DataFrame(rows)


def beats_compute(runs: pd.DataFrame) -> pd.DataFrame:
    """How closely surrogates follow accuracy over the runs, less how closely compute alone does.

    Returns
    -------
    DataFrame
        ``task``, ``surrogate``, ``follows`` (rank correlation with accuracy), ``compute`` (that of compute)
        and ``gain``, their difference.
    """
    loss = load("olmo_ladder", task="c4_en_validation").sort_values("tokens", kind="stable")
    last = -loss.groupby("model").tail(1).set_index("model")["value"]
    rows = []
    for task, g in runs.groupby("task"):
        wide = g.pivot(index="model", columns="scored_by", values="value")
        wide = wide.assign(**{"bits per byte": -wide["bits per byte"], "validation loss": last,
                              "compute": g.groupby("model")["train_flops"].first()}).dropna()
        rho = wide.corr(method="spearman")["accuracy"]
        rows += [{"task": task, "surrogate": name, "follows": rho[name], "compute": rho["compute"],
                  "gain": rho[name] - rho["compute"]} for name in SURROGATES]
    return pd.DataFrame(rows)


def gain_over_compute(table: pd.DataFrame, surrogate: str, *, seed: int = 0) -> Result:
    """Median gain of one surrogate over tasks, at a level that holds for all surrogates at once."""
    gain = table.loc[table["surrogate"] == surrogate, "gain"].to_numpy()
    return bootstrap(np.median, gain, level=1 - 0.05 / len(SURROGATES), n_resamples=1000, seed=seed)
