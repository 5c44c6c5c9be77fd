"""Every curve of the score tables: which points belong together, and on which axes they can be drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emergence_utils.intervals import binomial_bounds
from emergence_utils.metrics.registry import get_metric
from emergence_utils.scores import list_datasets, load

__all__ = ["AXES", "CELL", "CURVE", "EXACT", "RUNS", "STDERR", "Source", "read_source", "score_sources"]

#: What may stand on the horizontal axis: column -> how the page says it.
AXES = {"params": "Parameters", "train_flops": "Training compute (FLOPs)", "tokens": "Training tokens"}
#: One score of all its models: all that is asked, and how.
CELL = ["task", "part", "metric", "prompting"]
#: A curve: a cell, and the models or the one training run whose scores are joined.
CURVE = [*CELL, "models"]
#: Where an interval comes from.
EXACT, STDERR, RUNS = "exact", "stderr", "runs"
#: What tells runs of one size apart, in the names of their models, where a family has several of a size.
_RECIPES = {"olmo_ladder": re.compile(r"^[\d.]+[MB]-(.+)$"), "gadre": re.compile(r"-([\d.]+)$")}
_RECIPE_TEXT = {"olmo_ladder": "{}", "gadre": "{}xC"}
#: A source of more families than this can be read across all of them.
_MANY_FAMILIES = 3
#: Checkpoints that a training run needs to be a curve.
_FEWEST_CHECKPOINTS = 3
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Source:
    """The curves of one table.

    Parameters
    ----------
    name : str
        Key of the table.
    raw : DataFrame
        Its rows, with the columns of `CELL` and ``point``, the number of the point that a row is part of.
    points : DataFrame
        One row for each curve and point: `CURVE`, ``kind`` ("family", "pooled" runs of a family,
        "all" families, or one "run"), ``point``, ``model``,
        the columns of `AXES`, ``value``, ``low``, ``high``, ``how``, ``n``, ``runs``, ``chance``.
    curves : DataFrame
        One row a curve: `CURVE`, ``kind``, and for each axis how many different scales it has (0 where it
        cannot be drawn on that axis) and, as ``AXIS_shared``, whether two of its points share one.
    """

    name: str
    raw: pd.DataFrame
    points: pd.DataFrame
    curves: pd.DataFrame

    @property
    def reached(self) -> int:
        """Rows of the table that stand behind a point of some curve."""
        once = self.points.drop_duplicates("point")
        return int(once["runs"].sum())


def score_sources() -> list[str]:
    """Keys of all score tables, in the order of the book."""
    known = list_datasets()
    return [str(name) for name in known.loc[known["kind"] == "scores", "source"]]


def read_source(name: str) -> Source:
    """All curves of one score table."""
    raw = _asked(load(name))
    base = _points(raw)
    parts = [_families(base, name), _all_families(base), _training(base)]
    points = pd.concat([p for p in parts if len(p)], ignore_index=True)
    curves = _curves(points)
    drawn = curves[list(AXES)].max(axis=1) > 0
    kept = curves[drawn].reset_index(drop=True)
    points = points.merge(kept[CURVE], on=CURVE, how="inner", sort=False)
    return Source(name, raw, points, kept)


def _asked(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with `CELL` filled in: shots are named where a task was asked with several numbers."""
    rows = table.copy()
    rows["part"] = rows["subset"].fillna("")
    rows["prompting"] = rows["prompting"].astype(object)
    asked = rows["prompting"].where(rows["prompting"].notna(), "")
    several = rows.groupby(["task", "part", "metric", asked], dropna=False)["n_shot"].transform("nunique") > 1
    shots = {n: f", {n:g} shot{'' if n == 1 else 's'}" for n in rows["n_shot"].dropna().unique()}
    rows["protocol"] = rows["prompting"]
    rows["prompting"] = asked.astype(str) + rows["n_shot"].map(shots).where(several, "").fillna("")
    rows["point"] = rows.groupby([*CELL, "family", "model", "params", "tokens"], dropna=False,
                                 sort=False).ngroup()
    return rows


def _points(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each model and checkpoint of a cell: the mean of its seeds, with its interval."""
    if rows["point"].is_unique:
        base = rows[["point", *CELL, "family", "model", *AXES, "value", "stderr", "chance"]].copy()
        base["n"], base["runs"] = rows["n_examples"], 1
        least = most = rows["value"]
    else:
        seeds = rows.groupby("point", sort=False)
        base = seeds[[*CELL, "family", "model", *AXES, "chance"]].first().reset_index()
        value = seeds["value"]
        base["value"], base["runs"] = value.mean().to_numpy(), value.size().to_numpy()
        base["stderr"], base["n"] = seeds["stderr"].first().to_numpy(), seeds["n_examples"].min().to_numpy()
        least, most = (pd.Series(s.to_numpy(), index=base.index) for s in (value.min(), value.max()))
    base["low"], base["high"], base["how"] = np.nan, np.nan, ""
    counted = {m: get_metric(m).all_or_nothing for m in base["metric"].unique()}
    binary = base["metric"].map(counted).astype(bool)
    several = base["runs"] > 1
    exact = binary & base["n"].notna() & ~several
    if exact.any():  # many scores repeat: each pair of score and items is reckoned once
        pairs = base.loc[exact, ["value", "n"]]
        once = pairs.drop_duplicates()
        low, high = binomial_bounds(once["value"], once["n"].round(), method="clopper-pearson",
                                    rounding=np.inf)
        found = pairs.merge(once.assign(low=low, high=high), on=["value", "n"], how="left")
        base.loc[exact, ["low", "high"]] = found[["low", "high"]].to_numpy()
        base.loc[exact, "how"] = EXACT
    error = ~exact & ~several & base["stderr"].notna() & (base["stderr"] > 0)
    half = _Z95 * base["stderr"]
    base.loc[error, "low"], base.loc[error, "high"] = base["value"] - half, base["value"] + half
    base.loc[error, "how"] = STDERR
    base.loc[several, "low"], base.loc[several, "high"] = least[several], most[several]
    base.loc[several, "how"] = RUNS
    return base


def _last(base: pd.DataFrame) -> pd.DataFrame:
    """The last checkpoint of each model in each cell."""
    tokens = base["tokens"].fillna(-1.0)
    last = tokens.groupby([base[c] for c in (*CELL, "family", "model")]).transform("max")
    return base[tokens == last]


def _families(base: pd.DataFrame, name: str) -> pd.DataFrame:
    last = _last(base)
    whole = last.assign(kind="family", models=last["family"])
    pattern = _RECIPES.get(name)
    if pattern is None:
        return whole
    recipe = last["model"].map(lambda m: found[1] if (found := pattern.search(m)) else "")
    split = last[recipe != ""]
    text = recipe[recipe != ""].map(_RECIPE_TEXT[name].format)
    return pd.concat([split.assign(kind="family", models=split["family"] + ", " + text),
                      whole.assign(kind="pooled", models=whole["family"] + ", all runs")], ignore_index=True)


def _all_families(base: pd.DataFrame) -> pd.DataFrame:
    if base["family"].nunique() <= _MANY_FAMILIES:
        return base.iloc[:0]
    return _last(base).assign(kind="all", models="all families")


def _training(base: pd.DataFrame) -> pd.DataFrame:
    trained = base[base["tokens"] > 0]
    if trained.empty:
        return trained
    count = trained.groupby([*CELL, "model"])["tokens"].nunique()
    enough = count[count >= _FEWEST_CHECKPOINTS].rename("checkpoints").reset_index()
    # the untrained model stands on a linear axis
    runs = base[base["tokens"].notna()].merge(enough.drop(columns="checkpoints"), on=[*CELL, "model"])
    return runs.assign(kind="run", models=runs["model"] + ", while it trains")


def _curves(points: pd.DataFrame) -> pd.DataFrame:
    by = points.groupby(CURVE, sort=True).ngroup()
    curves = points[[*CURVE, "kind"]].groupby(by).first()
    for axis in AXES:
        placed = points[axis].where(points[axis] > 0)
        scales, seen = placed.groupby(by).nunique(), placed.groupby(by).count()
        run = curves["kind"] == "run"
        fits = run if axis == "tokens" else ~run if axis == "params" else run | ~run
        enough = (scales >= np.where(run, _FEWEST_CHECKPOINTS, 2)) & fits
        curves[axis] = scales.where(enough, 0).astype(int)
        curves[f"{axis}_shared"] = seen > scales
    return curves.reset_index(drop=True)
