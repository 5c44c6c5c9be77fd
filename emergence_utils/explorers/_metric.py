"""The same models on the same task under a hard and a softer metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.metric import contrast_metrics
from ..errors import InputError, UnknownNameError
from ..intervals import binomial_bounds
from ..measures import largest_jump
from ..metrics.registry import get_metric
from ._contrast import ENDS, METRICS, SIDES, axis_title, contrast_chart
from .core import Explorer

__all__ = ["metric"]

Shape = Mapping[Any, Any]  # a row of `contrast_metrics`, with the range of the scores

#: A ladder looks sudden if one step makes more than this share of its range, as in chapter 2.
SUDDEN = 0.5
#: Least rise of the hard score, from 0 to 1, on the ladder that is shown first.
_RISE = 0.1


def metric(scores: pd.DataFrame, *, x: str = "train_flops", begin: str | None = None) -> Explorer:
    """One ladder of models under a hard metric, a softer one, or both.

    Parameters
    ----------
    scores : DataFrame
        Score table with two more columns: ``ladder``, its name in the picker, and ``side``, "hard" or
        "soft"; one row per ladder, side and model, at least five models.
    x : str
        Column of scale, drawn on a logarithmic axis.
    begin : str, optional
        Ladder to start with; by default one that rises by a tenth and more under the hard metric, looks
        sudden beyond the noise of its items, and is smoother under the softer metric: where the forecast
        gains most.

    Returns
    -------
    Explorer
        In the picker ladders that look sudden under the hard metric come first.
    """
    names, shapes = _ladders(scores, x)
    if begin is not None and begin not in names:
        raise UnknownNameError("ladder", begin, names)
    drawn = pd.concat([_shares(scores[(scores["ladder"] == name) & (scores["side"] == side)], x,
                               shapes["forecast"][name, side]).assign(t=t, r=r)
                       for (t, name), (r, side) in product(enumerate(names), enumerate(SIDES))],
                      ignore_index=True)
    chosen = names.index(begin) if begin is not None else _telling(names, shapes, drawn)
    hard, soft = ([shapes.loc[(name, side), :].to_dict() for name in names] for side in SIDES)
    moving = [pair for pair in zip(hard, soft, strict=True) if pair[0]["largest_share"] != 0]
    cured, still = sum(all(_better(*pair)) for pair in moving), len(names) - len(moving)
    said = [{"hard": _alone(h), "soft": _alone(s), "both": _together(h, s)}
            for h, s in zip(hard, soft, strict=True)]
    words = pd.DataFrame([{"ladder": t, "score": score, "words": text}
                          for t, states in enumerate(said) for score, text in states.items()])
    columns = ["ladder", "family", "model", "task", "side", "metric", x, "value", "n_examples", "share",
               "forecast"]
    return Explorer(
        "metric", contrast_chart(drawn, names, chosen), words,
        drawn[columns], titles={"y": axis_title(drawn)},
        caption="Each metric from its worst to its best score on the ladder, up is better. Wide line: the "
                "largest step. Hollow mark: forecast of the largest model from the smaller ones. Exact 95 % "
                "intervals where items are counted. Under the softer metric step and forecast error both "
                f"shrink on {cured} of these {len(moving)} ladders"
                + (f"; {still} more cannot tell, since the hard metric never moves." if still else "."))


def _ladders(scores: pd.DataFrame, x: str) -> tuple[list[str], pd.DataFrame]:
    """Names in the order of the picker; shape and forecast error by ladder and side."""
    need_columns(scores, ("ladder", "side", "metric", x))
    for name in scores["side"].unique():
        if name not in SIDES:
            raise UnknownNameError("side", str(name), SIDES)
    for name in scores["metric"].unique():
        if name not in METRICS:
            raise UnknownNameError("metric", str(name), METRICS)
    shapes = contrast_metrics(scores, x=x, by=("ladder", "side")).set_index(["ladder", "side"]).sort_index()
    for name in scores["ladder"].unique():
        found = shapes.index[shapes.index.get_level_values("ladder") == name].get_level_values("side")
        if list(found) != list(SIDES):
            raise InputError(f"ladder '{name}' must have five or more models under one hard and one soft "
                             f"metric; it has them under: {', '.join(found) or 'none'}.")
    ends = scores.groupby(["ladder", "side"])["value"].agg(["min", "max"])
    shapes = shapes.join(ends)
    hard = shapes.xs("hard", level="side")["largest_share"]
    return sorted(hard.index, key=lambda name: (hard[name] <= SUDDEN, name)), shapes


def _telling(names: Sequence[str], shapes: pd.DataFrame, drawn: pd.DataFrame) -> int:
    """The ladder that shows what a metric can do; that it is not the rule stands in the caption."""
    step, miss = (shapes[c].unstack("side").loc[list(names)] for c in ("largest_share", "miss"))
    ends = drawn[drawn["step"] & (drawn["r"] == 0)].sort_values("x").groupby("t")
    real = (ends["high"].first() < ends["low"].last()).reindex(range(len(names)), fill_value=False)
    rise = (shapes["max"] - shapes["min"]).unstack("side").loc[list(names), "hard"]
    told = ((step["hard"] > SUDDEN) & (step["soft"] < step["hard"]) & (miss["soft"] < miss["hard"])
            & (rise >= _RISE) & real.to_numpy())
    gain = (miss["hard"] - miss["soft"]).where(told)
    return int(gain.argmax()) if told.any() else 0


def _shares(ladder: pd.DataFrame, x: str, forecast: float) -> pd.DataFrame:
    """One ladder under one metric as shares of its range, with bounds, largest step and forecast."""
    g = ladder.sort_values(x, ignore_index=True, kind="stable")
    kind = get_metric(str(g["metric"].iloc[0]))
    y = g["value"].to_numpy(dtype=float) * (1 if kind.higher_is_better else -1)
    low, span = float(y.min()), float(np.ptp(y))
    unit = span or 1.0
    at = largest_jump(y)[1]
    g = g.assign(x=np.log10(g[x]), share=(y - low) / unit, low=np.nan, high=np.nan,
                 step=g.index.isin([at - 1, at]) & (span > 0),
                 worst=abs(low), unit=unit if kind.higher_is_better else -unit,
                 forecast=np.clip((forecast - low) / unit, *ENDS))
    if kind.all_or_nothing and g["n_examples"].notna().all():
        bounds = binomial_bounds(g["value"], g["n_examples"], method="clopper-pearson")
        g["low"], g["high"] = ((b - low) / unit for b in bounds)
    return g


def _better(hard: Shape, soft: Shape) -> tuple[bool, bool]:
    """Whether the soft metric has the smaller largest step, and the smaller forecast error."""
    return bool(soft["largest_share"] < hard["largest_share"]), bool(soft["miss"] < hard["miss"])


def _alone(shape: Shape) -> str:
    """What a ladder shows under one metric."""
    step = shape["largest_share"]
    lead = f"{METRICS[shape['metric']]} of {shape['n_models']} models, "
    if step == 0:
        return f"{lead}{shape['min']:.3g} for all: there is no step to judge."
    looks = "over half: looks sudden" if step > SUDDEN else "not over half"
    return (f"{lead}{shape['min']:.3g} to {shape['max']:.3g}. The largest step makes {step:.0%} of that "
            f"range ({looks}). A forecast of the largest model from the smaller ones misses by "
            f"{shape['miss']:.0%}.")


def _together(hard: Shape, soft: Shape) -> str:
    """What changes from the hard to the soft metric."""
    names = f"{hard['n_models']} models. From {_inside(hard)} to {_inside(soft)} "
    if hard["largest_share"] == 0:
        return (f"{names}there is nothing to compare: under the hard metric all score the same. The softer "
                f"one has a largest step of {soft['largest_share']:.0%} of its range.")
    step, error = _better(hard, soft)
    if step and error:
        result = "smoother and easier to predict"
    elif step or error:
        result = "smoother, not easier to predict" if step else "easier to predict, not smoother"
    else:
        result = "neither smoother nor easier to predict"
    return (f"{names}the largest step goes from {_change(hard['largest_share'], soft['largest_share'])} of "
            f"the range, the forecast error from {_change(hard['miss'], soft['miss'])}: {result}.")


def _change(a: float, b: float) -> str:
    """Two shares with as many digits as it takes to tell them apart."""
    digits = next((d for d in (0, 1, 2) if f"{a:.{d}%}" != f"{b:.{d}%}"), 0)
    return f"{a:.{digits}%} to {b:.{digits}%}"


def _inside(shape: Shape) -> str:
    """A metric's name within a sentence."""
    name = METRICS[shape["metric"]]
    return name if name in ("BLEU", "Brier score") else name[0].lower() + name[1:]
