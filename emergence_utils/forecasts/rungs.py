"""Rungs: finished models of one recipe by scale, one row a model and score, with what else is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..metrics.registry import get_metric
from ..scores import describe, list_datasets, load
from .tries import tries_rungs

__all__ = ["FIXED_ON", "HELPERS", "KEYS", "rungs_of", "source_rungs", "sources"]

#: What tells ladders apart.
KEYS = ["source", "family", "task", "subset", "metric", "prompting", "n_shot"]
#: Sources to which the band of `curves.forecast` was fitted: its coverage there is not that of a test.
FIXED_ON = ("bigg", "gpt3", "pythia")
#: Columns beside the score, where a source has them; all of the same models as the scores.
HELPERS = {"loss": "loss on the task, or of validation (nats or bits, falling)",
           "soft": "soft metric of the same answers (rising)",
           "slice_*": "soft metric of items of one tenth of difficulty (rising)",
           "bench_*": "hard scores on other benchmarks",
           "tries_*": "share of right answers among so many tries at each problem"}
#: Losses by task, in the order in which they are taken; others are of validation, one for each model.
_LOSSES = ("answer_cross_entropy", "bits_per_byte", "perplexity")
_VALIDATION = {"gadre": ("cross_entropy", "c4_val_loss"), "vision_digits": ("squared_error", "reconstruct")}
_SOFT = ("answer_probability", "answer_likelihood", "brier_target", "brier_multiclass", "brier_top_answer")
#: Benchmarks whose principal components are taken, of the sources that have all of their models on them.
_BENCHMARKS = {"obsscaling": ("mmlu", "arc_challenge", "hellaswag", "winogrande", "truthfulqa_mc2",
                              "xwinograd", "humaneval")}
#: Runs that are another recipe, or a repetition, of a model that is there.
_NOT_RUNGS = {"olmo_ladder": "rerun|annealed"}
#: Families that were made as one ladder.
_ONE_FAMILY = {"olmo_ladder": "OLMo"}
#: Sources that train one size for several lengths: beside all of them, ladders of one length over size.
_LENGTHS = ("gadre", "olmo_ladder")
_TIMES_20 = (0.25, 0.5, 1, 2, 4, 5, 8, 10, 16, 32)
#: Sources that hold ladders of another one again, with more runs of each model or another recipe.
_AGAIN = ("grown_many", "grown_tuned")
#: Sources whose authors forecast over the models of all families together.
_POOLED = ("obsscaling", "expemergence")
#: Fewest models of a ladder: four to learn from, one to foretell.
_FEWEST = 5


def sources() -> list[str]:
    """Sources of scores that can hold ladders, and the repeated tries."""
    table = list_datasets()
    scores = table.loc[(table["kind"] == "scores") & ~table["source"].isin(_AGAIN), "source"]
    return [*scores, "monkeys", "monkeys_checkpoints"]


def source_rungs(source: str) -> pd.DataFrame:
    """`rungs_of` a shipped source, with the helpers that it has."""
    if describe(source).kind == "items":
        return tries_rungs(source)
    table = load(source)
    if source in _NOT_RUNGS:
        table = table[~table["model"].str.contains(_NOT_RUNGS[source])]
    if source in _ONE_FAMILY:
        table = table.assign(family=_ONE_FAMILY[source])
    if source in _LENGTHS:
        table = table.assign(length=(table["tokens"] / (20 * table["params"])).astype(float))
    rows = rungs_of(table)
    for add in (_with_loss, _with_soft, _with_slices, _with_benchmarks):
        rows = add(rows, source)
    if source in _LENGTHS:
        rows = pd.concat([rows, _by_length(rows)], ignore_index=True)
    if source in _POOLED:
        rows = pd.concat([rows, _averaged(rows.assign(family="all families"))], ignore_index=True)
    # slices of items serve the whole: they are no ladders of their own
    return rows[~rows["subset"].astype(str).str.startswith("group_")].reset_index(drop=True)


def rungs_of(table: pd.DataFrame) -> pd.DataFrame:
    """Finished models of a score table, seeds averaged, with `scale` and what it is (`axis`).

    Scale is training FLOPs where more than half of a source's scores have them (those without are left out),
    else parameters. A model counts with its last checkpoint.
    """
    parts = []
    for _, whole in table.groupby("source", sort=False):
        axis = "train_flops" if whole["train_flops"].notna().mean() > 0.5 else "params"
        rows = whole[whole[axis].gt(0)].assign(scale=whole[axis].astype(float), axis=axis)
        order = rows.sort_values(["tokens", "step"], kind="stable", na_position="first")
        parts.append(order.drop_duplicates(["model", "seed", *KEYS], keep="last").sort_index())
    return _averaged(pd.concat(parts).rename(columns={"value": "score"}))


def _averaged(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a scale: means, and the items of one model, since all answer the same."""
    more = [c for c in rows if c in ("loss", "soft", "length") or str(c).startswith(("slice_", "bench_"))]
    how = {"score": "mean", "n_examples": "min", "chance": "first", "model": "first", "axis": "first",
           **dict.fromkeys(more, "mean")}
    return rows.groupby([*KEYS, "scale"], dropna=False, sort=True).agg(how).reset_index()


def _side(rows: pd.DataFrame, metrics: tuple[str, ...], on: list[str]) -> pd.DataFrame:
    """The first of these metrics that there is, one value for each model (and task)."""
    found = rows[rows["metric"].isin(metrics) & ~rows["subset"].astype(str).str.startswith("group_")]
    rank = {m: i for i, m in enumerate(metrics)}
    found = found.assign(rank=found["metric"].map(rank)).sort_values("rank", kind="stable")
    return found.drop_duplicates(on)[[*on, "metric", "score"]]


def _with_loss(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    on = ["family", "scale", "task", "subset", "prompting", "n_shot"]
    side = _side(rows, _LOSSES, on)
    logs = np.log(side["score"].clip(lower=1e-300))
    side["loss"] = side["score"].mask(side["metric"] == "perplexity", logs)
    if source in _VALIDATION:
        metric, task = _VALIDATION[source]
        on = ["family", "scale"]
        side = _side(rows[rows["task"] == task], (metric,), on).rename(columns={"score": "loss"})
    rows = rows.merge(side[[*on, "loss"]], how="left", on=on)
    return rows.assign(loss=rows["loss"].where(_bounded(rows)))


def _with_soft(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    on = ["family", "scale", "task", "subset", "prompting", "n_shot"]
    side = _side(rows, _SOFT, on)
    sign = side["metric"].map({m: 1.0 if get_metric(m).higher_is_better else -1.0 for m in _SOFT})
    side["soft"] = sign.astype(float) * side["score"]
    rows = rows.merge(side[[*on, "soft"]], how="left", on=on)
    return rows.assign(soft=rows["soft"].where(_hard(rows)))


def _with_slices(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    groups = rows[rows["subset"].astype(str).str.startswith("group_")]
    if not len(groups):
        return rows
    on = ["family", "scale", "task", "prompting", "n_shot"]
    wide = groups.assign(value=-groups["score"]).pivot_table(index=on, columns="subset", values="value",
                                                             dropna=False)
    wide.columns = pd.Index([str(c).replace("group", "slice") for c in wide.columns])
    return rows.merge(wide.reset_index(), how="left", on=on)


def _with_benchmarks(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    tasks = _BENCHMARKS.get(source, ())
    if not tasks:
        return rows
    one = rows[rows["task"].isin(tasks) & rows["prompting"].isna()]
    wide = one.pivot_table(index=["family", "scale"], columns="task", values="score")
    wide.columns = pd.Index([f"bench_{c}" for c in wide.columns])
    rows = rows.merge(wide.reset_index(), how="left", on=["family", "scale"])
    for task in tasks:  # a benchmark does not forecast itself
        rows.loc[rows["task"] == task, f"bench_{task}"] = np.nan
    return rows


def _by_length(rows: pd.DataFrame) -> pd.DataFrame:
    """Ladders of models trained for the same number of tokens a parameter, where there are enough."""
    known = rows.assign(length=float("nan"))
    for length in _TIMES_20:
        near = (rows["length"] / length - 1).abs() < 0.06
        known.loc[near, "length"] = length
    known = known[known["length"].notna()]
    known = known.assign(family=known["family"] + known["length"].map(", {:g} x 20 tokens".format))
    return known[known.groupby(KEYS, dropna=False)["scale"].transform("nunique") >= _FEWEST]


def _hard(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["metric"].map({m: get_metric(m).all_or_nothing for m in rows["metric"].unique()}).astype(bool)


def _bounded(rows: pd.DataFrame) -> pd.Series[bool]:
    known = {m: get_metric(m) for m in rows["metric"].unique()}
    return rows["metric"].map({k: bool(np.isfinite(m.high - m.low)) for k, m in known.items()}).astype(bool)


def groups(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The rows of each ladder with enough models."""
    for _, group in rows.groupby(KEYS, dropna=False, sort=True):
        if len(group) >= _FEWEST:
            yield group
