"""The score tables of the chapter and what is read off them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ... import association, scores
from ..._checks import count
from ..._typed import checked
from ...errors import InputError, UnknownNameError
from ...intervals import bootstrap, standard_error
from ...measures import above_chance
from ...results import Interval, Result
from .decline import Thinned, dense_part
from .flat import chance_cut, count_before_rise
from .noise import resolvable_sizes
from .nulls import NullCounts
from .slope import flat_slope

__all__ = [
    "big_bench", "errors_by_gap", "excess_errors", "foresight", "lacking_items", "last_scores",
    "models_resolved", "null_bars", "of_noise", "of_tasks", "olmo_runs", "pythia_sums",
    "soft_warnings", "step_ratio", "thinned", "widest_rise",
]


@checked
def of_tasks(table: pd.DataFrame, tasks: Sequence[str]) -> pd.DataFrame:
    """Rows of some tasks, in the order asked for.

    Raises
    ------
    InputError, UnknownNameError
        If no task is asked for, or one that the table does not have.
    """
    known = table["task"].unique()
    if isinstance(tasks, str) or not len(tasks):
        raise InputError(f"tasks must be a list of at least one task, got {tasks!r}.")
    for task in tasks:
        if task not in known:
            raise UnknownNameError("task", str(task), known)
    return table.set_index("task").loc[list(tasks)].reset_index()


@checked
def lacking_items(silent: pd.DataFrame, items: float) -> int:
    """How many silent flat parts had too few items, though a test of `items` would have shown their slope."""
    if not items > 0:
        raise InputError(f"items must be a positive number, got {items:g}.")
    return int((silent["needed"].gt(silent["items"]) & silent["needed"].le(items)).sum())


def big_bench() -> pd.DataFrame:
    """BIG-G, three-shot: tasks with a chance level that is not in doubt and scores at all twelve sizes."""
    table = scores.load("bigg", n_shot=3, metric=["exact_match", "multiple_choice_grade"])
    table = table[table["chance"].notna()]
    return table.loc[table.groupby("task")["params"].transform("nunique") == 12]


def olmo_runs() -> pd.DataFrame:
    """Scores of the OLMo ladder at every checkpoint, five-shot, on the test part where a task has one."""
    table = scores.load("olmo_ladder", metric=["multiple_choice_grade", "multiple_choice_grade_norm"],
                        prompting="rc 5-shot")
    tested = table.loc[table["subset"] == "test", "task"].unique()
    return table.loc[(table["subset"] == "test") | ~table["task"].isin(tested)]


def last_scores(runs: pd.DataFrame) -> pd.DataFrame:
    """The last checkpoint of every run on every task."""
    return runs.sort_values("tokens", kind="stable").drop_duplicates(["model", "task"], keep="last")


def pythia_sums(*, n_shot: int = 16) -> pd.DataFrame:
    """Pythia's sums at the last checkpoint, averaged over operands.

    Items are counted down to what clustering by operand leaves: as many independent ones as have the
    standard error of the mean over operands.
    """
    table = scores.load("pythia_arithmetic", task="addition", n_shot=n_shot)
    table = table[table["step"] == table["step"].max()]
    mean = table.groupby(["model", "params"], as_index=False).agg(
        value=("value", "mean"), error=("value", standard_error))
    p = mean["value"]
    mean["n_examples"] = (p * (1 - p) / mean["error"] ** 2).round()
    ordered: pd.DataFrame = mean.sort_values("params", kind="stable")
    return ordered


def widest_rise(table: pd.DataFrame, found: Thinned, *, x: str) -> pd.DataFrame:
    """The ladder with the largest rise among those that were thinned out, one row a model.

    Along tokens only the dense part is kept.
    """
    keys = [c for c in ("model", "family", "source", "task") if c in found.table]
    top = found.table.sort_values("rise", kind="stable")[keys].iloc[-1]
    rows = table[(table[keys] == top).all(axis=1) & (table[x] > 0)].drop_duplicates(x)
    rows = rows.sort_values(x, kind="stable")
    return rows.loc[dense_part(rows[x])] if x == "tokens" else rows


@checked
def thinned(ladder: pd.DataFrame, keep: int, *, x: str) -> pd.DataFrame:
    """Both ends of a ladder and the models nearest to evenly spaced points of the logarithmic axis.

    Raises
    ------
    InputError
        If `keep` is not a whole number of at least 2.

    Examples
    --------
    >>> rows = pd.DataFrame({"params": [1.0, 2.0, 9.0, 11.0, 90.0, 100.0]})
    >>> thinned(rows, 3, x="params")["params"].tolist()
    [1.0, 11.0, 100.0]
    """
    count("keep", keep, minimum=2)
    rows = ladder.sort_values(x, kind="stable")
    logs = np.log10(rows[x].to_numpy(dtype=float))
    at = np.abs(logs[:, None] - np.linspace(logs[0], logs[-1], keep)).argmin(axis=0)
    return rows.iloc[np.unique(at)]


def step_ratio(found: Thinned, *, clusters: str, n_resamples: int = 1000) -> Result:
    """Median over ladders of the largest step's exponent over that of a smooth curve at the same models.

    Parameters
    ----------
    found : Thinned
    clusters : str
        Column of ``found.table`` whose values are drawn whole.
    n_resamples : int
    """
    t = found.table
    return bootstrap(np.median, t["observed"] / t["smooth"], clusters=t[clusters], n_resamples=n_resamples)


def models_resolved(table: pd.DataFrame) -> pd.DataFrame:
    """How many models an even rise of the observed height can hold before item noise hides a step.

    Returns
    -------
    DataFrame
        One row per task with a rise: ``low``, ``high`` (scores), ``items``, ``models`` (how many there are)
        and ``holds`` (how many can be told apart).
    """
    t = table.groupby("task").agg(low=("value", "min"), high=("value", "max"), items=("n_examples", "median"),
                                  models=("params", "nunique"))
    t = t[(t["high"] > t["low"]) & (t["high"] + t["low"] < 2)]
    return t.assign(holds=resolvable_sizes(t["high"] - t["low"], t["items"], (t["high"] + t["low"]) / 2))


def soft_warnings(table: pd.DataFrame, *, least: int = 8, n_resamples: int = 200) -> pd.DataFrame:
    """Rank correlation of accuracy and of the Brier score with compute among models at chance.

    Each task is cut by compute where the fewest models lie on the wrong side of chance (`chance_cut`).

    Parameters
    ----------
    table : DataFrame
        Models of many families with ``multiple_choice_grade`` and ``brier_target``.
    least : int
        Models below the cut that a task needs.
    n_resamples : int
        Of whole families.

    Returns
    -------
    DataFrame
        ``task``, ``score``, ``models``, ``estimate``, ``low``, ``high``, ``moves`` (the interval lies above
        zero); the Brier score is turned so that more is better.
    """
    rows = []
    for task, g in table.groupby("task"):
        hard = g[g["metric"] == "multiple_choice_grade"]
        present = above_chance(hard["value"], hard["n_examples"], hard["chance"] + 0.01)["verdict"] == "above"
        small = g[g["train_flops"] < chance_cut(hard["train_flops"], present)]
        if small["model"].nunique() < least:
            continue
        for metric, name, sign in (("multiple_choice_grade", "accuracy", 1), ("brier_target", "Brier", -1)):
            part = small[small["metric"] == metric]
            r = association.spearman(part["train_flops"], sign * part["value"], clusters=part["family"],
                                     n_resamples=n_resamples)
            low, high = (r.interval.low, r.interval.high) if r.interval else (np.nan, np.nan)
            rows.append({"task": task, "score": name, "models": r.n, "estimate": r.estimate, "low": low,
                         "high": high, "moves": low > 0})
    return pd.DataFrame(rows)


@checked
def foresight(hard: pd.DataFrame, soft: pd.DataFrame, *, first: int = 6) -> dict[str, Result]:
    """Rank correlation over tasks: slope of the smallest models, all at chance, with the later score.

    Parameters
    ----------
    hard : DataFrame
        Score table with ``chance``, one ladder a task.
    soft : DataFrame
        Brier scores of the same tasks and models.
    first : int
        Smallest models.

    Returns
    -------
    dict of str to Result
        For ``accuracy`` and ``Brier score``.

    Raises
    ------
    InputError
        If `first` is no count of at least 3, or no task has as many models at chance.
    """
    count("first", first, minimum=3)
    rows = []
    for task, g in hard.groupby("task"):
        g = g.sort_values("params", kind="stable")
        if count_before_rise(g["value"], g["n_examples"], float(g["chance"].iloc[0])) < first:
            continue
        a, b = g.head(first), soft[soft["task"] == task].sort_values("params", kind="stable").head(first)
        rows.append({"later": g["value"].iloc[-1] - g["chance"].iloc[-1],
                     "accuracy": flat_slope(np.log10(a["params"]), a["value"], a["n_examples"])[1],
                     "Brier score": (-np.polyfit(np.log10(b["params"]), b["value"], 1)[0]
                                     if len(b) == first else np.nan)})
    if not rows:
        raise InputError(f"first={first}: no task has that many smallest models at chance.")
    t = pd.DataFrame(rows)
    return {c: association.spearman(t.loc[t[c].notna(), c], t.loc[t[c].notna(), "later"], n_resamples=400)
            for c in ("accuracy", "Brier score")}


def errors_by_gap(gaps: pd.DataFrame) -> pd.DataFrame:
    """Errors of `across_gaps` as shares of the range: of the loss, the median task and the worst tenth.

    Returns
    -------
    DataFrame
        Long: ``target``, ``gap`` (times less compute), ``what`` and ``error``.
    """
    keys, tasks = ["target", "gap"], gaps[~gaps["is_loss"]]
    parts = {"loss": gaps[gaps["is_loss"]].groupby(keys)["miss"].mean(),
             "accuracy, median task": tasks.groupby(keys)["miss"].median(),
             "accuracy, worst tenth": tasks.groupby(keys)["miss"].quantile(0.9)}
    return pd.concat([p.rename("error").reset_index().assign(what=name) for name, p in parts.items()],
                     ignore_index=True)


@checked
def excess_errors(gaps: pd.DataFrame, *, asked: float) -> pd.DataFrame:
    """Error of every task less that of the loss at the same target, for one of the gaps asked for.

    Returns
    -------
    DataFrame
        ``target``, ``task``, ``gap``, ``miss``, ``loss_miss``, ``excess``.

    Raises
    ------
    InputError
        If `asked` is not among the gaps of the table.
    """
    if asked not in set(gaps["asked"]):
        known = ", ".join(f"{g:g}" for g in sorted(gaps["asked"].unique()))
        raise InputError(f"asked must be one of the gaps {known}, got {asked:g}.")
    part = gaps[gaps["asked"] == asked]
    loss = part[part["is_loss"]].set_index("target")["miss"]
    tasks = part[~part["is_loss"]][["target", "task", "gap", "miss"]]
    tasks = tasks.assign(loss_miss=tasks["target"].map(loss))
    return tasks.assign(excess=tasks["miss"] - tasks["loss_miss"]).reset_index(drop=True)


def null_bars(found: NullCounts) -> pd.DataFrame:
    """Counts of `null_counts` for a forest plot: observed, guessing after selection, and smooth rises."""
    names = {"emergent": "absent,\nthen present",
             "emergent, two or more present": "the same, two\nmodels present",
             "|B| >= 10": "breakthroughness\n10 or more"}
    rows = []
    for pattern, name in names.items():
        r = found.table.loc[pattern]
        rows.append({"pattern": name, "ladders": "observed", "estimate": r["observed"], "low": np.nan,
                     "high": np.nan})
        rows += [{"pattern": name, "ladders": null, "estimate": r[null], "low": r[f"{null} low"],
                  "high": r[f"{null} high"]} for null in ("guessing, selected", "smooth rise")]
    return pd.DataFrame(rows)


def of_noise(found: NullCounts) -> dict[str, Result]:
    """Emergent pictures that selected guessing would make: as a share of those observed, and their number.

    Returns
    -------
    dict of str to Result
        ``many are solid``: the share, with the central 95 % of the null count over the observed one;
        ``some could be noise``: the expected count.
    """
    names = ["observed", "guessing, selected", "guessing, selected low", "guessing, selected high"]
    seen, mean, low, high = found.table[names].to_numpy(dtype=float)[found.table.index.get_loc("emergent")]
    span = Interval(float(low / seen), float(high / seen), 0.95, "simulated null")
    notes = ("the interval is that of the null count, the observed count is taken as it is",
             "worst case: all tasks guessed and selected on the items shown")
    return {"many are solid": Result(float(mean / seen), span, found.tasks, "limited", notes),
            "some could be noise": Result.exact(float(mean), found.tasks,
                                                "the mean over simulated sets of ladders")}
