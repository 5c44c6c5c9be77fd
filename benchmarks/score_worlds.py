"""Score tables of the book with simulated scores: the same rows, and a truth that is known.

`simulate` keeps every row of a published table, its models, sizes, items and chance levels, and replaces the
scores by draws from one of four worlds. In a world every ladder has a latent success rate of one step that
follows one kind of curve of log scale, with a place and a pace of its own:

- ``step``: nothing up to a place, then a constant height at once;
- ``hinge``: nothing up to a place, then a straight rise;
- ``smooth``: a logistic curve of 1.5 decades or more, or a power of log scale; no place at all;
- ``noise``: nothing anywhere, every model guesses.

Metrics of the same outputs share the latent rate: an all-or-nothing metric is chance plus a power of it (one
to three steps for written answers, one for a choice), a soft metric a smooth, monotone function of it. Some
ladders rise before the smallest model, some inside, some beyond the largest. How a model was asked changes
nothing, no ability needs another, and no ladder falls: so the truth of many claims is known. Losses on
corpora are kept as published. Models differ beyond their items as much as those of the source do
(`overdispersion`).
"""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from emergence_utils import scores
from emergence_utils.metrics import get_metric

Floats = NDArray[np.float64]

WORLDS = ("step", "hinge", "smooth", "noise")
#: Share of ladders that rise before the smallest model, and that rise beyond the largest.
EARLY, LATE = 0.2, 0.2
#: Least 10-90 width of a smooth rise, in decades: slower than one range a decade, whatever the steps.
LEAST_WIDTH = 1.5
#: Kept as published: a loss on a corpus is no ability.
KEPT = ("cross_entropy",)
#: Soft metrics whose logarithm is linear in the latent rate.
LOGARITHMIC = ("bits_per_byte", "answer_cross_entropy", "answer_likelihood", "perplexity")
#: Spread of one item of a soft metric, as a share of the metric's range over the ladder.
ITEM_SPREAD = 0.25
#: Items of a score that comes without a count.
ASSUMED_ITEMS = 1000
_LADDER = ["family", "task", "subset"]
_OUTPUT = ["family", "model", "params", "tokens", "step", "seed", "task", "subset", "prompting", "n_shot"]


def simulate(source: str, world: str, seed: int) -> pd.DataFrame:
    """The table of a source with the scores of a world.

    Parameters
    ----------
    source : str
        As in `scores.list_datasets`; tables that hold no scores come back as they are.
    world : str
        One of `WORLDS`.
    seed : int
        The same seed gives the same table.

    Returns
    -------
    DataFrame
        Columns and rows of `scores.load`, with other values and standard errors.

    Raises
    ------
    ValueError
        If there is no such world.
    """
    if world not in WORLDS:
        raise ValueError(f"world must be one of {', '.join(WORLDS)}, got {world!r}.")
    table = scores.load(source)
    if "metric" not in table:
        return table
    latent, steps = latent_rates(source, world, seed)
    hard = table["metric"].map({m: get_metric(m).all_or_nothing or m == "pass_at_k"
                                for m in table["metric"].unique()}).to_numpy(bool)
    floor = np.where(hard, table["chance"].fillna(0.0), np.nan)
    rng = np.random.default_rng(_seed(source, world, seed, "answers"))
    output = table.groupby(_OUTPUT, dropna=False, sort=False).ngroup().to_numpy()
    deviation = special.ndtri(_inside(rng.random(output.max() + 1)))[output]  # one a model and test
    luck = _inside(rng.random(output.max() + 1))[output]
    items = table["n_examples"].fillna(ASSUMED_ITEMS).to_numpy(float)

    written = table["metric"].isin(("exact_match", "pass_at_k")).to_numpy()
    whole = latent ** np.where(written, steps, 1)
    known = np.where(hard, floor, 0.25)  # a soft score varies as a choice among four does
    p = known + (1 - known) * whole
    moved = deviated(p, items, deviation, overdispersion(source))
    value = table["value"].to_numpy(float).copy()
    value[hard] = stats.binom.ppf(luck[hard], np.rint(items[hard]), moved[hard]) / np.rint(items[hard])
    soft = ~hard & ~table["metric"].isin(KEPT).to_numpy()
    if soft.any():
        rate = np.clip(latent + (moved - p) / (1 - known), 0, 1)
        scatter = ITEM_SPREAD * special.ndtri(luck) / np.sqrt(items)
        worst, best, logs = soft_ends(table)
        value[soft] = _between(worst, best, logs, rate + scatter)[soft]
        low, high = (table["metric"].map(lambda m, k=k: getattr(get_metric(m), k)).to_numpy(float)
                     for k in ("low", "high"))
        value[soft] = np.clip(value, low, high)[soft]
    error = np.sqrt(np.maximum(value * (1 - value), 0) / np.maximum(items - 1, 1), where=hard,
                    out=table["stderr"].to_numpy(float).copy())
    return table.assign(value=value, stderr=np.where(table["stderr"].notna(), error, np.nan))


def latent_rates(source: str, world: str, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Success rate of one step at every row of a table, and the steps that its written answers need."""
    table = scores.load(source)
    x = scale_of(table)
    groups = table.groupby(_LADDER, dropna=False, sort=True)
    number = groups.ngroup().to_numpy()
    first = table.assign(row=np.arange(len(table))).groupby(_LADDER, dropna=False, sort=True)["row"].first()
    names = table.iloc[first.to_numpy()]
    draw = {name: _uniforms(source, world, seed, name, names["task"])
            for name in ("where", "place", "pace", "height", "steps", "kind", "power")}
    own = special.ndtri(_uniforms(source, world, seed, "family", names["family"] + " " + names["task"]))
    part = special.ndtri(_uniforms(source, world, seed, "subset",
                                   names["task"] + " " + names["subset"].fillna("")))
    of_task = pd.Series(x).groupby(table["task"].to_numpy())
    low, high = (names["task"].map(v).to_numpy(float) for v in (of_task.min(), of_task.max()))
    span = np.maximum(high - low, 0.5)
    u = draw["place"]
    place = np.where(draw["where"] < EARLY, low - (0.2 + 0.8 * u) * span,
                     np.where(draw["where"] < 1 - LATE, low + (0.15 + 0.7 * u) * span,
                              high + (0.1 + 0.4 * u) * span))
    place = place + span * (0.05 * own + 0.03 * part + 0.4 * _difficulty(names["subset"]))
    at, pace, height = place[number], draw["pace"][number], draw["height"][number]
    if world == "noise":
        rate = np.zeros(len(x))
    elif world == "step":
        rate = np.where(x < at, 0.0, 0.3 + 0.6 * height)
    elif world == "hinge":
        rate = np.minimum((0.1 + 0.3 * pace) * np.maximum(x - at, 0), 0.95)
    else:
        width = LEAST_WIDTH + 2.5 * pace
        logistic = (0.5 + 0.45 * height) * special.expit(2 * np.log(9) * (x - at) / width)
        along = (x - low[number] + 0.3) / (1.6 * span[number])
        power = (0.5 + 0.45 * height) * np.clip(along, 0, 1) ** (1 + np.floor(3 * draw["power"][number]))
        rate = np.where(draw["kind"][number] < 0.5, logistic, power)
    return rate, (1 + np.floor(3 * draw["steps"])).astype(np.int64)[number]


def scale_of(table: pd.DataFrame) -> Floats:
    """log10 of the training compute, or of the parameters where a source gives no compute.

    Where single rows lack it: compute from the parameters and the median number of tokens, or the
    largest scale of the source.
    """
    if table["train_flops"].notna().any():
        guess = 6 * table["params"] * table["tokens"].median()
        scale = table["train_flops"].where(table["train_flops"] > 0).fillna(guess)
    else:
        scale = table["params"]
    known = np.log10(scale.where(scale > 0)).to_numpy(float)
    return np.where(np.isnan(known), np.nanmax(known), known)


@cache
def overdispersion(source: str) -> float:
    """Variance of a source's scores over that of their items, 1 at least.

    From third divided differences of neighbours in log scale, which any parabola makes zero: the median of
    their squares over what items alone make, over the median of chi square with one degree of freedom. Of a
    run with checkpoints only the last is taken.
    """
    table = scores.load(source)
    table = table.assign(x=scale_of(table))
    table = table[table["n_examples"].notna() & table["metric"].isin(
        ["exact_match", "multiple_choice_grade", "multiple_choice_grade_norm"])]
    if table["step"].notna().any():
        table = table[table["step"] == table.groupby("model")["step"].transform("max")]
    found: list[float] = []
    for _, g in table.groupby([*_LADDER, "metric", "prompting", "n_shot"], dropna=False):
        g = g.sort_values("x").drop_duplicates("x")
        y, n, x = (g[c].to_numpy(float) for c in ("value", "n_examples", "x"))
        p = (y * n + 1) / (n + 2)
        variance = p * (1 - p) / n
        for i in range(len(g) - 3):
            four = slice(i, i + 4)
            gaps = x[four, None] - x[None, four] + np.eye(4)
            weight = 1 / gaps.prod(axis=1)
            if (n[four] * p[four] * (1 - p[four])).min() >= 2:
                found.append(float((weight @ y[four]) ** 2 / (weight**2 @ variance[four])))
    return max(1.0, float(np.median(found)) / stats.chi2.ppf(0.5, 1)) if found else 1.0


def deviated(p: Floats, items: Floats, deviation: Floats, ratio: float) -> Floats:
    """Rates moved on the logit scale so that the variance of a score is `ratio` times that of its items."""
    inner = (p > 0) & (p < 1)
    intra = np.minimum((ratio - 1) / np.maximum(items - 1, 1), 0.3)
    size = np.minimum(np.sqrt(intra / np.where(inner, p * (1 - p), 1)), 1)
    logit = special.logit(np.where(inner, p, 0.5))
    return np.where(inner, special.expit(logit + size * deviation), p)


def soft_ends(table: pd.DataFrame) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Value of each row's metric for a guesser and for one who knows, and whether its logarithm is linear.

    The guesser's is the chance level where there is one, else the worst tenth as published on the task; the
    other is the best published.
    """
    groups = table.groupby(["task", "subset", "metric"], dropna=False)["value"]
    low, high = (groups.transform(lambda v, q=q: v.quantile(q)).to_numpy(float) for q in (0.1, 0.9))
    least, most = groups.transform("min").to_numpy(float), groups.transform("max").to_numpy(float)
    up = table["metric"].map(lambda m: get_metric(m).higher_is_better).to_numpy(bool)
    worst = table["chance"].fillna(pd.Series(np.where(up, low, high), index=table.index)).to_numpy(float)
    best = np.where(up, np.maximum(most, worst + 0.05), np.minimum(least, worst * 0.5))
    return worst, best, table["metric"].isin(LOGARITHMIC).to_numpy()


def _between(worst: Floats, best: Floats, logs: NDArray[np.bool_], rate: Floats) -> Floats:
    tiny = 1e-9
    ratio = np.log(np.maximum(best, tiny) / np.maximum(worst, tiny))
    return np.where(logs, worst * np.exp(ratio * rate), worst + (best - worst) * rate)


def _difficulty(subset: pd.Series[str]) -> Floats:
    """Groups of items from easiest (-.5) to hardest (.5); 0 for a subset that is no such group."""
    group = subset.str.extract(r"^group_(\d+)$")[0].astype(float)
    return ((group - 5.5) / 9).fillna(0.0).to_numpy(float)


def _uniforms(source: str, world: str, seed: int, what: str, names: pd.Series[str]) -> Floats:
    """A uniform number for each name: the same name has the same number, whatever else is drawn."""
    drawn = {name: np.random.default_rng(_seed(source, world, seed, what, name)).random()
             for name in names.unique()}
    return _inside(names.map(drawn).to_numpy(float))


def _seed(*names: object) -> int:
    return zlib.crc32("|".join(map(str, names)).encode())


def _inside(u: Floats) -> Floats:
    return np.clip(u, 2.0**-54, 1 - 2.0**-53)
