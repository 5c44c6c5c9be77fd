"""Whatever is given, the toolkit works or says in one sentence of its own what it cannot work with.

Every public name is found by looking, so that a new one is tried without being listed here. A measure that
could be made is called with a ladder too.
"""

from __future__ import annotations

import inspect
import math
import os
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

import emergence_utils
from emergence_utils import DataWarning, EmergenceError, Interval, Ladder, Result, errors
from emergence_utils.curves import Curve, Line, Logistic, Monotone, PowerLaw, Step
from emergence_utils.forecasts import SameAsLast
from emergence_utils.ladders import Ladders
from emergence_utils.laws import HOFFMANN, LossLaw
from emergence_utils.measures import Rules

#: What the toolkit itself fills in, with nothing to refuse.
RECORDS = {"Card", "Column", "Condition", "Decision", "Fit", "HoldOuts", "LossFit", "Metric", "TaskFit",
           "Verdicts"}
#: What the book alone uses, what needs an extra and trains for minutes (tests/train tries its refusals), and
#: what takes a student's answer, whatever it is (tests/course).
NOT_TOOLS = {"chapters", "course", "explorers", "train"}
#: Shapes of values and functions, with nothing to call, and what needs a figure or a file that is ours.
NOT_CALLED = {"Curve", "Measure", "Method", "Status", "Verdict", "collect", "ledger", "mismatches",
              "small_claims", "update_results"}
CALLS = int(os.environ.get("EMERGENCE_FUZZ_CALLS", "40"))  # more by hand: the whole file stays under a minute

STORED = str(Path(__file__).parents[1] / "benchmarks" / "forecasts.csv.gz")

S = [70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9]
P = [.25, .26, .30, .36, .42, .50, .56, .62]


def ladder(**changes: Any) -> Ladder:
    return Ladder.of(S, P, **({"n_examples": 500, "chance": .25} | changes))


def table(**columns: Any) -> pd.DataFrame:
    base = {"source": "mine", "family": "F", "model": [f"m{i}" for i in range(8)], "params": S, "task": "t",
            "metric": "exact_match", "value": P, "n_examples": 500}
    return pd.DataFrame(base | columns)


#: One question: the eight models are known, the next is asked for.
KNOWN = pd.DataFrame({"case": 0, "scale": S, "score": P, "n_examples": 500.0, "metric": "exact_match",
                      "chance": 0.0})
ASKED = pd.DataFrame({"case": [0], "scale": [5e10]})
#: What a benchmark of forecasts sums up.
CELLS = pd.DataFrame({"method": "line", "source": "mine", "family": "F", "task": "t", "kind": "hard",
                      "times": [2, 64], "asked": 4, "answered": 4, "stated": 4, "error": .1,
                      "interval_score": .5, "covered": .75, "width": .3})


def items(**columns: Any) -> pd.DataFrame:
    base = {"source": "mine", "family": "F", "model": "m", "task": "t", "item": list("abc"), "n_samples": 10,
            "correct": 3}
    return pd.DataFrame(base | columns)


def last(a_ladder: Ladder) -> Result:
    return Result.exact(a_ladder.score[-1], len(a_ladder))


JUNK: list[Any] = [
    None, True, 0, 1, -1, 2.5, math.nan, math.inf, -math.inf, 1e19, 10**400, -(10**30), 1e-320, 1j, "", "a",
    "accuracy", "0.5", "nan", "\n", b"x", [], [[]], [[], [1]], [None], [math.nan], [1], [0.5, 0.5], [1, 2, 3],
    ["a", "b"], ["1", "2"], [1, "a"], [True, False], [[1, 2], [3, 4]], [0.1] * 8, (), (1, 2), {}, {"a": 1},
    {1}, range(3), object(), int, len, np.array([]), np.array(3.0), np.zeros((2, 3, 4)),
    np.array([1j, 2]), np.array(["2020"], dtype="M8[D]"), np.array([1, 2], dtype=object), np.float32(0.3),
    np.ma.array([1.0, 2.0], mask=[True, False]), pd.Series([0.1, 0.2]), pd.Series(["a"]),
    pd.Series([1, None], dtype="Int64"), pd.NA, pd.NaT, pd.Timestamp("2020"), pd.DataFrame(),
    pd.DataFrame({"a": [1]}), pd.DataFrame({"value": [[1], "a"]}),
]
#: Values near the right ones, by what the parameter is called; junk is mixed in for every parameter.
GOOD: dict[str, list[Any]] = {
    "table": [table(), table(value=[25.0] * 8), table(params=None), table(seed=1, chance=[.2] * 4 + [.5] * 4),
              table(metric="acc,none", n_examples=None, stderr=.01), table(value=[object()] * 8),
              table(params=[10**400] * 8), table()[:0], table(value=1j), table(model=[[1]] * 8),
              table(step="a"), pd.concat([table(), table()]), table().rename(columns={"task": 3})],
    "data": [table(), ladder(), [ladder()], Ladders([ladder()]), [3]],
    "what": [last, lambda _: 3, Ladder], "ladder": [ladder(), ladder(metric="f1")],
    "found": [[ladder()]], "left_out": [["a"]], "ladders": [[ladder()], [ladder(), ladder(metric="f1")], []],
    "scale": [S, S[::-1], S[:3]], "score": [P, np.array(P), [0] * 8, P[:3]],
    "value": [P, 0.5, [0.0, 1.0]], "stderr": [[.01] * 8, [0.0] * 8], "n_examples": [500, [500] * 8],
    "n": [100, [50, 100]], "k": [3, [1, 2]], "c": [2, 0], "k1": [3], "n1": [10], "k2": [4], "n2": [20],
    "p": [0.1, [0.5, 1]], "level": [0.95, 95, "0.95", [0.9, 0.95]], "method": ["wilson", "bca",
    "mle", "basic"],
    "rounding": [0.01], "chance": [0.25, 25, [0.25] * 4 + [0.5] * 4], "baseline": [0.3], "metric": ["bleu"],
    "name": ["exact_match", "mine.csv"], "n_choices": [4, {"t": 4}, 0], "source": ["gpt3", "gtp3"],
    "sources": ["gpt3", "cot", "wei_table1"], "filters": ["wic", ["wic", "lambada"]],
    "by": [["task"], ["params"]],
    "across": [["family"]], "x": ["params", "train_flops", "task"], "replicates": ["seed"],
    "min_models": [2, 9],
    "how": ["params", ["task"]], "models": [list("abcdefgh")], "axis": ["tokens"],
    "scores": [[1, 0, 1, 1], [0.5] * 4], "clusters": [["a", "a", "b", "b"]], "a": [[1, 0, 1]],
    "b": [[0, 0, 1]],
    "statistic": [np.mean, lambda *_: "a", lambda *_: math.nan], "arrays": [[1, 0, 1, 1], [0.5, 1, 2, 3]],
    "n_resamples": [100, 0], "seed": [0, -1], "log_probs": [[[-1.0, -2.0], [-3.0, -1.0]]], "target": [[0, 1]],
    "probs": [[[0.3, 0.7], [1, 0]]], "log_prob": [[-1.0, -2.0]], "n_tokens": [[1, 2]], "n_bytes": [[1, 2]],
    "predictions": [["a", "b"], [["a"], ["b"]], "ab"], "targets": [["a", "c"], [["a"], ["b"]]],
    "normalise": [str.strip, 3], "tokenize": ["13a", "none", "x"], "lowercase": [True],
    "successes": [2], "samples": [10], "low": [0], "high": [1], "estimate": [0.5],
    "interval": [Interval(0, 1), None], "status": ["ok"],
    "notes": [(), ("a",)], "draws": [[0, 1, 2]], "note": ["a"], "size": [2],
}



def axes() -> Any:
    made = Figure().add_subplot()
    made.plot([1, 2], [0.1, 0.2], label="a")
    return made


def figure() -> Any:
    return axes().figure


#: The same for parts in which a name means something of its own.
GOOD_IN: dict[str, dict[str, list[Any]]] = {
    "results": {"found": [{"a": Result.exact(0.5, 3)}, {}], "chosen": ["a", "b"], "by": ["size"]},
    "fit_each": {
        "ladders": [[([1, 2, 3], [0.1, 0.3, 0.4], None)], [([1, 2, 3], [0.1, 0.3, 0.4], 500)], []],
    },
    "curves": {
        "curve": [Line(), Logistic(floor=.25), PowerLaw(), Step(), Monotone()], "n_examples": [500, None],
        "curves": [[Line(), Logistic(floor=.25)], [Step(), Line()], []], "x": [np.log10(S), S[:3], [1] * 8],
        "y": [P, [P, P], [0] * 8, [1.5] * 8],
        "at": [1e11, 12.0, -1.0], "ladder": [ladder(), np.log10(S)],
        "loss": [[3.0, 2.8, 2.6, 2.5, 2.45, 2.4, 2.3, 2.2], P],
        "weights": [np.ones((2, 8)), np.zeros((2, 8))],
        "starts": [None, [[0, 0]]], "clusters": [None, list("aabbccdd")], "n_resamples": [0, 3],
        "floor": [0.0, None, .25], "errors": ["additive"], "dispersion": [2.0, (2.0, 5.0)],
        "limits": [(0, 1), (1, 0)], "knots": [(1.0, 2.0)], "levels": [(.1, .2)],
    },
    "laws": {
        "params": [[v for v in S[:4] for _ in range(3)], S[:6]], "tokens": [[2e9, 8e9, 3e10] * 4, S[:6]],
        "loss": [[3.9, 3.6, 3.4, 3.5, 3.2, 3.0, 3.2, 2.9, 2.8, 3.0, 2.8, 2.6], P, "huber"],
        "accuracy": [[.3, .32, .35, .34, .4, .44, .4, .48, .5, .44, .52, .6], P],
        "method": ["squares", "huber"],
        "n_resamples": [0, 5], "law": [HOFFMANN], "delta": [1e-3, math.inf],
        "clusters": [None, list("aabbccddeeff")], "a": [400.0], "b": [2000.0], "floor": [1.8], "alpha": [.3],
        "beta": [.4], "checkpoints": [None, pd.DataFrame({"run": [0, 1, 2, 3], "loss": [3.9, 3.6, 3.4, 3.0],
                                                          "accuracy": [.3, .4, .5, .6]})],
    },
    "measures": {
        "scores": [table(chance=.25), table(chance=.25, value=[.5, .47, .4, .3, .25, .35, .55, .75])],
        "x": ["params"], "values": [P * 2], "n_resamples": [100], "rules": [None, Rules(pace=2)],
        "items": [[20, 100]], "ladder": [ladder(), ladder(n_examples=None), ladder(chance=float("nan"))],
        "p": [[.1, .02], [2.0]], "y": [P], "verdicts": [pd.DataFrame({"sharp": ["yes", "no"]})],
        "by": ["task", ["family", "task"]], "dispersion": [2.0, (2.0, 5.0), None], "draws": [1000],
    },
    "plot": {
        "data": [table(low=.1, high=.8), table(n_examples=None)], "table": [
            pd.DataFrame({"label": ["a", "b"], "estimate": [.1, .2], "low": [0, .1], "high": [.3, math.nan]}),
            pd.DataFrame({"a": ["yes", "no"]}), pd.DataFrame({"a": [.1, .2]})],
        "x": ["params", 1.0, None], "y": ["value", None, 0.5], "hue": ["model", None], "label": ["label"],
        "estimate": ["estimate"], "low": ["low", None, 0.1], "high": ["high", None, 0.9],
        "xlabel": ["Parameters"], "ylabel": ["Score"], "fig": [figure], "ax": [axes, None],
        "drawn": [axes], "alt": ["words"], "text": ["words"], "n": ["n_examples", None], "fmt": [".1f", "z"],
        "order": [None, ["a"], ["nobody"]], "labels": [None, {"a": "b"}], "reference": [None, .5],
    },
    "forecasts": {"data": ["cot", table(), ["cot"]], "method": [SameAsLast(), 3], "cells": [CELLS, table()],
                  "kind": ["hard", "loss"], "sources": [None, ["mine"], ["nobody"]], "low": [[.1]],
                  "high": [[.2]], "seen": [[.3]], "fewest": [4, 1], "cuts": [1, 0], "tries": [100, 0],
                  "easy": [2, 0], "hard": [1], "groups": [3, 1], "components": [2], "through": ["loss", "x"],
                  "floor": ["chance", "free"], "path": [STORED, "nowhere.csv"]},
    "association": {"a": [P], "b": [P[::-1], [0] * 8], "clusters": [None, list("aabbccdd")],
                    "n_resamples": [20], "data": [table()], "y": ["value"], "xs": [["params"], ["x"]]},
    "resample": {"n": [4], "rate": [[.1, .5]], "n_examples": [100], "size": [3], "dispersion": [1.0, 3.0]},
    "exact": {"value": [0.5]}, "bootstrap": {"method": ["percentile", "bca"]}, "fit_many": {"y": [[P, P], P]},
    "forecast": {"y": [None, P], "n_examples": [None, 500]}, "paired": {"clusters": [None, ["a", "a", "b"]]},
    "load_items": {"source": ["monkeys", "gpt3"]},
    "validate_items": {"table": [items(), items(correct=11), table()]},
    "nearest": {"known": [["a", "b"]]}, "Dispersion": {"phi": [2.0], "dof": [4.0]},
    "agreement": {"verdicts": [pd.DataFrame({"sharp": ["yes", "no"], "threshold": ["no", "cannot tell"]})]},
    "u_tests": {"by": [["family", "task"], ["task"], "task"]}, "pass_until": {"method": ["mle", "unbiased"]},
    "f1": {"predictions": [[["a"], ["b"]]], "targets": [[["a"], ["c"]]]}, "legend_above": {"entries": [2]},
    "plot_forest": {"hue": [None, "label"]}, "plot_matrix": {"table": [
        pd.DataFrame({"a": ["yes", "no"]}), pd.DataFrame({"a": [.1, math.nan]}), pd.DataFrame({"a": ["x"]})]},
    "reference_line": {"x": [1.0, None], "y": [None, 1.0]}, "shade": {"low": [0.1], "high": [0.9]},
    "short_number": {"value": [1e9, 12.5, -1e30]}, "count": {"n": [3], "singular": ["task"]},
    "decide": {"claim": ["C59", "C28", "C0"],
               "results": [Result.with_interval(.6, Interval(.5, .7), 20), None]},
    "where": {"result": [Result.exact(1.0, 3), Result.with_interval(.6, Interval(.5, .7), 20)],
              "below": ["less"], "covers": ["no telling"], "above": ["more"]},
    "rules": {"data": [{"above": .5, "of": "share"}, {"open": "why."}, {"inside": [1, "a"]}, {"above": 1}],
              "where": ["rule", "\n"], "results": [last(ladder())], "conditions": [{}]},
    "report": {"data": [table()], "formats": [None, {"value": ".2f"}, {"value": "z"}], "claim": ["C1"],
               "verdict": ["open", "holds"], "because": ["so."], "rule": ["this."],
               "result": [None, Result.exact(1.0, 3)], "limit": [0.5], "fmt": [".2f", "z"], "text": ["words"],
               "book": [{"claims": []}, {}], "found": [{}], "finished": [[]]},
}


def fresh(value: Any) -> Any:
    """Axes and figures are drawn on, so that each try gets its own."""
    return value() if value is axes or value is figure else value


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions, classes and their public ways of making one, by the path a reader would write."""
    seen: set[int] = set()
    modules = [emergence_utils.__name__] + [
        f"emergence_utils.{m.name}" for m in pkgutil.iter_modules(emergence_utils.__path__)
        if not m.name.startswith("_") and m.name not in NOT_TOOLS]
    for path in modules:
        module = import_module(path)
        for name in getattr(module, "__all__", ()):
            thing = None if name in NOT_TOOLS else getattr(module, name)
            if not callable(thing) or name in NOT_CALLED or id(thing) in seen:
                continue
            if {*getattr(thing, "__module__", "").split(".")[1:2]} & NOT_TOOLS:
                continue
            seen.add(id(thing))
            yield f"{path}.{name}", thing
            if inspect.isclass(thing):
                for method, raw in vars(thing).items():
                    if isinstance(raw, classmethod) and not method.startswith("_"):
                        yield f"{path}.{name}.{method}", getattr(thing, method)


NAMES = {path: thing for path, thing in public()
         if not (inspect.isclass(thing) and issubclass(thing, Exception))}


def near_right(path: str, thing: Callable[..., Any], p: inspect.Parameter) -> list[Any]:
    """Values for one parameter, one that is right first; empty where none is known."""
    part = ((thing.__module__ or "").split(".")[1:2] or path.split(".")[1:2])[0]
    own = GOOD_IN.get(path.rpartition(".")[2], {}).get(p.name) or GOOD_IN.get(part, {}).get(p.name)
    return (own or GOOD.get(p.name, [])) + ([] if p.default is p.empty else [p.default])


def arguments(path: str, thing: Callable[..., Any]) -> st.SearchStrategy[tuple[list[Any], dict[str, Any]]]:
    """Positional and keyword arguments that are right, but for at most three that may be anything."""
    parameters = inspect.signature(thing).parameters.values()

    def one(p: inspect.Parameter, odd: frozenset[str]) -> st.SearchStrategy[Any]:
        near = near_right(path, thing, p)
        if near and p.name not in odd:
            return st.builds(fresh, st.just(near[0]))
        junk = st.integers(0, len(JUNK) - 1).map(JUNK.__getitem__)
        if not near:
            return junk
        others = st.integers(0, len(near) - 1).map(lambda i: fresh(near[i]))
        return st.booleans().flatmap(lambda junked: junk if junked else others)

    def some(p: inspect.Parameter, odd: frozenset[str]) -> st.SearchStrategy[Any]:
        if p.kind is p.VAR_POSITIONAL:
            return st.lists(one(p, odd), min_size=p.name not in odd, max_size=2)
        if p.kind is p.VAR_KEYWORD:
            extra = st.sampled_from(["task", "x", "by", "params", "nothing"])
            return st.dictionaries(extra, one(p, odd), max_size=p.name in odd)
        return one(p, odd)

    def all_of(odd: frozenset[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({p.name: some(p, odd) for p in parameters})

    def call(values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        plain: list[Any] = []
        named: dict[str, Any] = {}
        for p in parameters:
            if p.kind is p.VAR_POSITIONAL:
                plain += values[p.name]
            elif p.kind is p.VAR_KEYWORD:
                named |= {k: v for k, v in values[p.name].items() if k not in values}
            elif p.kind is p.KEYWORD_ONLY:
                named[p.name] = values[p.name]
            else:
                plain.append(values[p.name])
        return plain, named

    names = [p.name for p in parameters]
    odd = st.frozensets(st.sampled_from(names), max_size=3) if names else st.just(frozenset())
    return odd.flatmap(all_of).map(call)


def refusal(thing: Callable[..., Any], plain: list[Any], named: dict[str, Any]) -> str | None:
    """What the toolkit says against these arguments; any other error passes through."""
    try:
        made = thing(*plain, **named)
        if inspect.isclass(thing) and callable(made) and not isinstance(made, Curve | LossLaw):
            forecasts = thing.__module__.startswith("emergence_utils.forecasts")
            made(*([KNOWN, ASKED] if forecasts else [ladder()]))
        if inspect.isgenerator(made):
            next(made, None)
    except EmergenceError as error:
        return str(error)
    return None


def is_a_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and 10 < len(text) < 1500 and "Traceback" not in text


@pytest.mark.parametrize("path", NAMES)
def test_only_errors_of_our_own(path: str) -> None:
    thing = NAMES[path]

    @settings(max_examples=CALLS, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))
    @given(arguments(path, thing))
    def tried(how: tuple[list[Any], dict[str, Any]]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", DataWarning)
            plt.close("all")
            text = refusal(thing, *how)
            assert text is None or is_a_sentence(text), text

    tried()


@pytest.mark.parametrize("path", [p for p, t in NAMES.items() if inspect.signature(t).parameters])
def test_a_wrong_number_of_arguments_is_pythons_own_error(path: str) -> None:
    thing: Any = NAMES[path]
    if any(p.kind is p.VAR_KEYWORD for p in inspect.signature(thing).parameters.values()):
        return
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        thing(no_such_argument=1)


@pytest.mark.parametrize("path", [p for p in NAMES if p.rpartition(".")[2] not in RECORDS])
def test_what_the_tries_start_from_is_accepted(path: str) -> None:
    """Else every try would be refused for the same reason, and would test nothing."""
    thing = NAMES[path]
    plain: list[Any] = []
    named: dict[str, Any] = {}
    for p in inspect.signature(thing).parameters.values():
        near = near_right(path, thing, p)
        if p.kind is p.VAR_KEYWORD or (not near and p.default is not p.empty):
            continue
        assert near, f"{path}: nothing right is known for {p.name}"
        if p.kind is p.KEYWORD_ONLY:
            named[p.name] = fresh(near[0])
        else:
            plain.append(fresh(near[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        assert refusal(thing, plain, named) is None


def test_what_is_tried_and_what_is_not() -> None:
    assert {"emergence_utils.measure", "emergence_utils.load", "emergence_utils.Ladder.of",
            "emergence_utils.binomial", "emergence_utils.metrics.bleu"} <= set(NAMES)
    parts = {m.name for m in pkgutil.iter_modules(emergence_utils.__path__) if not m.name.startswith("_")}
    tried = {t.__module__.split(".")[1] for t in NAMES.values() if t.__module__.count(".")}
    assert parts - NOT_TOOLS - tried <= {"errors"}


@pytest.mark.parametrize("error", [getattr(errors, e) for e in errors.__all__ if e != "nearest"])
def test_every_error_is_of_one_family(error: type) -> None:
    assert issubclass(error, EmergenceError | DataWarning)
