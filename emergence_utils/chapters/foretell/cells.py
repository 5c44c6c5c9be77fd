"""The stored benchmark, read for this chapter: errors by family and task, coverage, and who beats whom."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..._checks import need_columns
from ..._files import own_file
from ...errors import UnknownNameError
from ...forecasts import stored_cells
from ...forecasts.rungs import FIXED_ON
from ...forecasts.scoring import distance_of
from ...intervals import clustered
from ...resample import cluster_weights
from ...results import Result
from ..chains import family_of

__all__ = ["DISTANCES", "POOLED", "REFERENCE", "VOTE", "beaten", "beats", "cells", "cluster_of", "coverage",
           "differences", "pair_errors", "points", "published"]

#: Names of two methods on the leaderboard.
VOTE, REFERENCE = "vote of families", "same as last"
#: Distances of the leaderboard, in words of a figure.
DISTANCES = {"2": "×2", "4": "×4", "8": "×8", "16": "×16", "32 and more": "×32+"}
#: Short names for the legend of a figure on a phone.
_SHORT = {"two stages through the loss": "two stages", "Brier or probability surrogate": "soft score",
          "100 tries a problem": "100 tries", "10,000 tries a problem": "10,000 tries",
          "log-likelihood surrogate": "log-likelihood", "components of benchmarks": "components"}
#: Ladders over the models of several families, which would count those models twice.
POOLED = "all families"
_DRAWS, _SEED = 1000, 13


def cells() -> pd.DataFrame:
    """The full run of the benchmark on all-or-nothing scores, single families only.

    Returns
    -------
    DataFrame
        Rows of `emergence_utils.forecasts.stored_cells`, with ``cluster`` (models made alike) and
        ``distance`` (of the leaderboard).
    """
    table = stored_cells(own_file("benchmarks", "forecasts.csv.gz"))
    table = table[(table["kind"] == "hard") & (table["family"] != POOLED)]
    return table.assign(cluster=table["family"].map(cluster_of),
                        distance=table["times"].map(distance_of)).reset_index(drop=True)


def cluster_of(family: str) -> str:
    """Models made alike: all Pythia suites and their checkpoints are one family.

    Examples
    --------
    >>> cluster_of("pythia-70m"), cluster_of("Pythia-deduped"), cluster_of("GPT-3")
    ('Pythia', 'Pythia', 'GPT-3')
    """
    return "Pythia" if family.lower().startswith("pythia") else family_of(family)


def pair_errors(table: pd.DataFrame, method: str = VOTE, distance: str | None = None) -> pd.DataFrame:
    """Mean error of a method on each pair of family and task.

    Parameters
    ----------
    table : DataFrame
        From `cells`.
    method : str
    distance : str, optional
        One of `DISTANCES`; all by default.

    Returns
    -------
    DataFrame
        source, family, task, cluster, ``error``, ``same`` (error of "same as last" on the same questions;
        both as shares of the metric's range) and ``answered``.

    Raises
    ------
    UnknownNameError
        If there is no such method or distance.
    """
    need_columns(table, ("method", "distance", "cluster", "answered", "error", "same"))
    rows = table[table["method"] == method]
    if rows.empty:
        raise UnknownNameError("method", method, table["method"].unique())
    if distance is not None:
        if distance not in DISTANCES:
            raise UnknownNameError("distance", distance, DISTANCES)
        rows = rows[rows["distance"] == distance]
    rows = rows[rows["answered"] > 0]
    keys = ["source", "family", "task", "cluster"]
    sums = rows.assign(error=rows["error"] * rows["answered"], same=rows["same"] * rows["answered"])
    out = sums.groupby(keys, sort=True)[["error", "same", "answered"]].sum().reset_index()
    return out.assign(error=out["error"] / out["answered"], same=out["same"] / out["answered"])


def beats(pairs: pd.DataFrame, *, tuned: bool = False) -> Result:
    """Share of pairs on which a method errs less than no change, families as clusters.

    Parameters
    ----------
    pairs : DataFrame
        From `pair_errors`.
    tuned : bool
        Count the sources on which the vote of families was tuned as well.
    """
    rows = pairs if tuned else pairs[~pairs["source"].isin(FIXED_ON)]
    return clustered((rows["error"] < rows["same"]).astype(float), rows["cluster"].rename("family"))


def coverage(table: pd.DataFrame, methods: Sequence[str]) -> pd.DataFrame:
    """Share of later scores within the stated 90 % intervals, by distance; every source counts the same.

    Parameters
    ----------
    table : DataFrame
        From `cells`.
    methods : sequence of str
        Names on the leaderboard.

    Returns
    -------
    DataFrame
        method, name (short), distance, estimate, low, high (95 %, whole families drawn again), n (scores
        with an interval).
    """
    need_columns(table, ("method", "distance", "cluster", "source", "stated", "covered"))
    out = []
    for method in methods:
        rows = table[(table["method"] == method) & (table["stated"] > 0)]
        if rows.empty:
            able = table.loc[table["stated"] > 0, "method"].unique()
            raise UnknownNameError("method", method, sorted(able))
        for distance, name in DISTANCES.items():
            part = rows[rows["distance"] == distance]
            if part.empty:
                continue
            hit = part.assign(hit=part["covered"] * part["stated"])
            by = hit.groupby(["source", "cluster"])[["hit", "stated"]].sum().reset_index()
            weight = cluster_weights(by["cluster"].to_numpy(), len(by), _DRAWS, _SEED)
            draws = _by_source(by, np.vstack([np.ones((1, len(by)), dtype=np.int64), weight]))
            drawn = draws[1:][np.isfinite(draws[1:])]
            low, high = np.quantile(drawn, [0.025, 0.975])
            out.append({"method": method, "name": _SHORT.get(method, method), "distance": name,
                        "estimate": draws[0], "low": low, "high": high, "n": int(part["stated"].sum())})
    return pd.DataFrame(out)


def _by_source(by: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Mean over sources of their shares, for many weightings of the rows."""
    belongs = pd.get_dummies(by["source"]).to_numpy(dtype=float)
    hit = weights @ (belongs * by["hit"].to_numpy(dtype=float)[:, None])
    asked = weights @ (belongs * by["stated"].to_numpy(dtype=float)[:, None])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(asked > 0, hit / asked, np.nan)
    there = np.isfinite(shares)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(there, shares, 0).sum(axis=1) / there.sum(axis=1))


def differences(other: str, methods: Sequence[str]) -> pd.DataFrame:
    """Mean error of methods less that of another on the questions that both answered, in points.

    Parameters
    ----------
    other : str
        What they are compared with.
    methods : sequence of str

    Returns
    -------
    DataFrame
        method, name (short), distance ("all" among them), estimate, low, high (points of the range; 95 %
        for all comparisons of a method together, the wider of families and tasks drawn again), n (questions).
    """
    pairs = pd.read_csv(own_file("benchmarks", "forecast_pairs.csv"))
    unknown = [m for m in (*methods, other) if m not in set(pairs["method"])]
    if unknown:
        raise UnknownNameError("method", unknown[0], pairs["method"].unique())
    rows = pairs[(pairs["other"] == other) & pairs["method"].isin(list(methods))]
    names = {"all": "all", **DISTANCES}
    points = rows[["difference", "low", "high"]] * 100
    short = rows["method"].map(lambda m: _SHORT.get(m, m))
    out = pd.DataFrame({"method": rows["method"], "name": short, "distance": rows["distance"].map(names),
                        "estimate": points["difference"], "low": points["low"], "high": points["high"],
                        "n": rows["shared"].astype(int)})
    order = {m: i for i, m in enumerate(methods)}
    far = {d: i for i, d in enumerate(names.values())}
    out = out.assign(a=out["distance"].map(far), b=out["method"].map(order)).sort_values(["a", "b"])
    return out.drop(columns=["a", "b"]).reset_index(drop=True)


def published(groups: Sequence[str] | None = None) -> pd.DataFrame:
    """Published numbers of forecasting beside ours, as `chapters.reproductions` computed them.

    Parameters
    ----------
    groups : sequence of str, optional
        Parts of the table, in this order; all by default.

    Returns
    -------
    DataFrame
        group, what, published, ours, tolerance, source, verdict, note.
    """
    table = pd.read_csv(own_file("benchmarks", "reproductions.csv"))
    if groups is None:
        return table
    unknown = [g for g in groups if g not in set(table["group"])]
    if unknown:
        raise UnknownNameError("group", unknown[0], table["group"].unique())
    return pd.concat([table[table["group"] == g] for g in groups], ignore_index=True)


def beaten(found: pd.DataFrame) -> list[str]:
    """In words, at which distances each method is surely better or worse than the other one.

    Parameters
    ----------
    found : DataFrame
        From `differences`.
    """
    said = []
    for method, rows in found.groupby("method", sort=False):
        far = rows[rows["distance"] != "all"]
        better = far.loc[far["high"] < 0, "distance"].tolist()
        worse = far.loc[far["low"] > 0, "distance"].tolist()
        if better or worse:
            both = {"better": better, "worse": worse}
            words = [f"{word} at {', '.join(at)}" for word, at in both.items() if at]
            said.append(f"{method}: {'; '.join(words)}")
        else:
            said.append(f"{method}: cannot tell at any distance")
    return said


def points(row: pd.Series) -> str:
    """By how many points less a method errs, with its interval, e.g. "2.3 (0.3 to 4.3)".

    Parameters
    ----------
    row : Series
        A row of `differences`.
    """
    return f"{-row['estimate']:.1f} ({-row['high']:.1f} to {-row['low']:.1f})"
