"""Whatever is given, the toolkit works or says in one sentence of its own what it cannot work with.

Every public name is found by looking, so that a new one is tried without being listed here; the parts that
are not tried yet are named in `NOT_YET`, and a test fails once one of them could be taken off.
"""

from __future__ import annotations

import inspect
import math
import os
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import emergence_utils
from emergence_utils import DataWarning, EmergenceError, Ladder, Result, errors
from emergence_utils.ladders import Ladders

#: Parts that serve one chapter, draw, or are being rebuilt: not tried yet.
NOT_YET = {"association", "chapters", "curves", "explorers", "measures", "plot", "report", "resample",
           "results"}
#: Shapes of values and functions, with nothing to call.
NOT_CALLED = {"Measure", "Status"}
CALLS = int(os.environ.get("EMERGENCE_FUZZ_CALLS", "40"))  # more by hand: the whole file stays under a minute

S = [70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9]
P = [.25, .26, .30, .36, .42, .50, .56, .62]


def ladder(**changes: Any) -> Ladder:
    return Ladder.of(S, P, **({"n_examples": 500, "chance": .25} | changes))


def table(**columns: Any) -> pd.DataFrame:
    base = {"source": "mine", "family": "F", "model": [f"m{i}" for i in range(8)], "params": S, "task": "t",
            "metric": "exact_match", "value": P, "n_examples": 500}
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
    "found": [[ladder()]], "left_out": [["a"]],
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
    "successes": [2], "samples": [10], "low": [0], "high": [1], "estimate": [0.5], "interval": [None],
    "status": ["ok"], "notes": [(), ("a",)], "draws": [[0, 1, 2]], "note": ["a"], "size": [2],
}


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions, classes and their public ways of making one, by the path a reader would write."""
    seen: set[int] = set()
    modules = [emergence_utils.__name__] + [
        f"emergence_utils.{m.name}" for m in pkgutil.iter_modules(emergence_utils.__path__)
        if not m.name.startswith("_") and m.name not in NOT_YET]
    for path in modules:
        module = import_module(path)
        for name in getattr(module, "__all__", ()):
            thing = None if name in NOT_YET else getattr(module, name)
            if not callable(thing) or name in NOT_CALLED or id(thing) in seen:
                continue
            if {*getattr(thing, "__module__", "").split(".")[1:2]} & NOT_YET:
                continue
            seen.add(id(thing))
            yield f"{path}.{name}", thing
            if inspect.isclass(thing):
                for method, raw in vars(thing).items():
                    if isinstance(raw, classmethod) and not method.startswith("_"):
                        yield f"{path}.{name}.{method}", getattr(thing, method)


NAMES = {path: thing for path, thing in public()
         if not (inspect.isclass(thing) and issubclass(thing, Exception))}


def arguments(thing: Callable[..., Any]) -> st.SearchStrategy[tuple[list[Any], dict[str, Any]]]:
    """Positional and keyword arguments; each parameter near right in two of three draws."""
    def one(name: str, default: Any) -> st.SearchStrategy[Any]:
        near = GOOD.get(name, []) + ([default] if default is not inspect.Parameter.empty else [])
        junk = st.sampled_from(range(len(JUNK))).map(JUNK.__getitem__)
        if not near:
            return junk
        good = st.sampled_from(range(len(near))).map(near.__getitem__)
        return st.integers(0, 2).flatmap(lambda i: junk if i == 0 else good)

    parts: dict[str, st.SearchStrategy[Any]] = {}
    kinds: dict[str, Any] = {}
    for p in inspect.signature(thing).parameters.values():
        kinds[p.name] = p.kind
        if p.kind is p.VAR_POSITIONAL:
            parts[p.name] = st.lists(one(p.name, p.empty), max_size=2)
        elif p.kind is p.VAR_KEYWORD:
            parts[p.name] = st.dictionaries(st.sampled_from(["task", "x", "by", "params", "nothing"]),
                                            one(p.name, p.empty), max_size=1)
        else:
            parts[p.name] = one(p.name, p.default)

    def call(values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        plain, named = [], {}
        for name, value in values.items():
            if kinds[name] is inspect.Parameter.VAR_POSITIONAL:
                plain += value
            elif kinds[name] is inspect.Parameter.VAR_KEYWORD:
                named |= {k: v for k, v in value.items() if k not in values}
            elif kinds[name] is inspect.Parameter.KEYWORD_ONLY:
                named[name] = value
            else:
                plain.append(value)
        return plain, named

    return st.fixed_dictionaries(parts).map(call)


def refusal(thing: Callable[..., Any], plain: list[Any], named: dict[str, Any]) -> str | None:
    """What the toolkit says against these arguments; any other error passes through."""
    try:
        made = thing(*plain, **named)
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
    @given(arguments(thing))
    def tried(how: tuple[list[Any], dict[str, Any]]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", DataWarning)
            text = refusal(thing, *how)
            assert text is None or is_a_sentence(text), text

    tried()


@pytest.mark.parametrize("path", [p for p, t in NAMES.items() if inspect.signature(t).parameters])
def test_a_wrong_number_of_arguments_is_pythons_own_error(path: str) -> None:
    thing = NAMES[path]
    if any(p.kind is p.VAR_KEYWORD for p in inspect.signature(thing).parameters.values()):
        return
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        thing(no_such_argument=1)


def test_what_is_tried_and_what_is_not():
    assert {"emergence_utils.measure", "emergence_utils.load", "emergence_utils.Ladder.of",
            "emergence_utils.binomial", "emergence_utils.metrics.bleu"} <= set(NAMES)
    parts = {m.name for m in pkgutil.iter_modules(emergence_utils.__path__) if not m.name.startswith("_")}
    tried = {t.__module__.split(".")[1] for t in NAMES.values() if t.__module__.count(".")}
    assert parts - NOT_YET - tried <= {"errors"}


@pytest.mark.parametrize("error", [getattr(errors, e) for e in errors.__all__ if e != "nearest"])
def test_every_error_is_of_one_family(error: type) -> None:
    assert issubclass(error, EmergenceError | DataWarning)
