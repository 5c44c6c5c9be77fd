"""The landing page's figure: one leap under several tests, axes and numbers of checkpoints."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from ..chapters.axis import with_loss
from ..errors import InputError
from ..intervals import binomial_bounds
from ..ladders import Ladder
from ..measures import Jump, largest_jump
from ._leap import AXES, AXIS_TITLES, CHANCE, RUNS, SCORE_TITLES, leap_chart, place
from .core import Explorer

__all__ = ["landing"]

#: Way of testing -> prompting and metric in the table.
TESTS = {"letter": ("mc 5-shot", "multiple_choice_grade"),
         "text": ("rc 5-shot", "multiple_choice_grade_norm"), "bits": ("rc 5-shot", "bits_per_byte")}
#: The task, and where the figure ends: as in chapter 3.
TASK, LAST_TOKENS = "arc_easy", 8e11
KEEP = {1: "all", 2: "every 2nd", 4: "every 4th", 8: "every 8th"}
#: As in chapter 3: a rise from chance to all right takes a decade of tokens or more if it is smooth.
JUMP = Jump(pace=1.0)
_FEWEST = 4  # checkpoints that the test of a jump needs


def landing(scores: pd.DataFrame) -> Explorer:
    """Two OLMo 2 runs on ARC easy: how answers are scored, what is on the axis, how many checkpoints count.

    Parameters
    ----------
    scores : DataFrame
        The table ``olmo_ladder``.

    Returns
    -------
    Explorer
    """
    table = _table(scores)
    steps = pd.DataFrame([_step(table, run, test, keep)
                          for test, keep, run in product(TESTS, KEEP, RUNS.values())])
    shown = [{"asked": test, "axis": axis, "thin": i, "words": _words(table, steps, test, axis, keep),
              "head": _head(steps, test, keep)}
             for test, axis, (i, keep) in product(TESTS, AXES, enumerate(KEEP))]
    n = {keep: " + ".join(str(len(_seen(table, run, keep))) for run in RUNS.values()) for keep in KEEP}
    return Explorer("landing", leap_chart(table, steps), pd.DataFrame(shown), _tidy(table),
                    caption=_caption(table, steps),
                    texts={"thin": [f"{name}, {n[keep]}" for keep, name in KEEP.items()]},
                    titles={"x": f"{AXIS_TITLES}[axis]", "y": f"{SCORE_TITLES}[asked]"},
                    folded={"asked": 2, "axis": 0, "thin": 0}, heights=(228, 300))


def _table(scores: pd.DataFrame) -> pd.DataFrame:
    """One row per run and checkpoint: scales, and score and bounds of each test."""
    early = (scores["tokens"] > 0) & (scores["tokens"] < LAST_TOKENS)
    rows = scores[scores["model"].isin(list(RUNS)) & early]
    loss = rows[(rows["task"] == "c4_en_validation") & rows["step"].notna()]
    rows = rows[(rows["task"] == TASK) & (rows["subset"] == "test")]
    if rows.empty or loss.empty:
        raise InputError(f"scores must hold '{TASK}' and 'c4_en_validation' of {' and '.join(RUNS)}, as "
                         f"scores.load('olmo_ladder') does; got {len(rows)} and {len(loss)} rows.")
    rows = with_loss(rows, loss.drop_duplicates(["model", "step"]), on=("model", "step"))
    keys = ["model", "tokens", "train_flops", "loss", "n_examples"]
    parts = [rows[(rows["prompting"] == prompting) & (rows["metric"] == metric)].set_index(keys)["value"]
             .rename(test) for test, (prompting, metric) in TESTS.items()]
    table = pd.concat(parts, axis=1).reset_index().sort_values(["model", "tokens"], ignore_index=True)
    table["run"] = table["model"].map(RUNS)
    table["i"] = table.groupby("run").cumcount()
    for test in ("letter", "text"):
        bounds = binomial_bounds(table[test], table["n_examples"], method="clopper-pearson")
        table[f"{test}_low"], table[f"{test}_high"] = bounds
    return table


def _seen(table: pd.DataFrame, run: str, keep: int) -> pd.DataFrame:
    return table[(table["run"] == run) & (table["i"] % keep == 0)]


def _step(table: pd.DataFrame, run: str, test: str, keep: int) -> dict[str, Any]:
    """The largest step of one run and, for shares of items, what a smooth rise may make and the test says."""
    seen = _seen(table, run, keep)
    y = seen[test].to_numpy() * (-1 if test == "bits" else 1)
    size, at = largest_jump(y)
    row = {"run": run, "test": test, "keep": keep, "n": len(seen), "size": size, "start": seen.index[at - 1],
           "end": seen.index[at], "limit": np.nan, "answer": "cannot tell"}
    if test != "bits" and len(seen) >= _FEWEST:
        ladder = Ladder.of(seen["tokens"], y, seen["n_examples"], chance=CHANCE, axis="tokens")
        gap = float(ladder.x[at] - ladder.x[at - 1])
        row |= {"limit": JUMP.pace * gap * (1 - CHANCE), "answer": JUMP(ladder).answer}
    return row


def _words(table: pd.DataFrame, steps: pd.DataFrame, test: str, axis: str, keep: int) -> str:
    now = steps[(steps["test"] == test) & (steps["keep"] == keep)].set_index("run")
    n = " + ".join(map(str, now["n"]))
    if test == "bits":
        return _bits_words(table, steps, n, keep)
    at = place(table, axis)
    parts: list[str] = []
    widths: list[str] = []
    for run, s in now.iterrows():
        a, b = (100 * table[test][s[end]] for end in ("start", "end"))
        widths.append(f"{(at[s['end']] - at[s['start']]) / np.ptp(at):.0%}")
        unit, curve = ("", "") if parts else (" right in 100", "a smooth rise: ")  # said once
        smooth = "too few looks to test" if np.isnan(s["limit"]) else f"{curve}at most {100 * s['limit']:.0f}"
        parts.append(f"the {_short(run)} model from {a:.0f} to {b:.0f}{unit} ({smooth})")
    where = "" if axis == "log" else f", on {' and '.join(widths)} of the axis"
    text = f"Between two looks {' and '.join(parts)}{where}. {n} looks."
    return text.replace("%", "\u202f%")


def _short(run: Any) -> str:
    return str(run).removeprefix("OLMo 2 ")


#: Answers of `Jump`, as the large word says them.
_ANSWERS = {"sharp": "Sudden", "gradual": "Gradual", "cannot tell": "Cannot tell"}


def _head(steps: pd.DataFrame, test: str, keep: int) -> str:
    """Sudden, gradual or cannot tell, for both runs or for each."""
    answers = steps[(steps["test"] == test) & (steps["keep"] == keep)].set_index("run")["answer"]
    (one, first), (other, second) = sorted(answers.items(), key=lambda pair: list(_ANSWERS).index(pair[1]))
    if first == second:
        return _ANSWERS[first]
    return f"{_ANSWERS[first]} ({_short(one)}), {_ANSWERS[second].lower()} ({_short(other)})"


def _bits_words(table: pd.DataFrame, steps: pd.DataFrame, n: str, keep: int) -> str:
    """Bits per byte: no test, as their noise is not published; how much came before the letters."""
    leap = steps[(steps["test"] == "letter") & (steps["keep"] == 1)].set_index("run")["start"]
    falls, before = [], []
    for run in RUNS.values():
        seen, whole = _seen(table, run, keep)["bits"], _seen(table, run, 1)["bits"]
        falls.append(f"{_short(run)} from {seen.iloc[0]:.2f} to {seen.iloc[-1]:.2f}")
        before.append(f"{(whole.iloc[0] - whole[leap[run]]) / (whole.iloc[0] - whole.iloc[-1]):.0%}")
    text = (f"No test, as the noise is not published. The cost falls: {', '.join(falls)} bits per byte; "
            f"{' and '.join(before)} of it before the leap of the letters. {n} checkpoints.")
    return text.replace("%", "\u202f%")


def _caption(table: pd.DataFrame, steps: pd.DataFrame) -> str:
    gentle = steps[(steps["test"] == "text") & (steps["keep"] == 1)]["size"].max()
    return (f"Two models while they learn, asked the same {table['n_examples'].max():,.0f} school science "
            "questions with four options (ARC easy); exact 95 % intervals. Shown with letters and asked for "
            "one, both leap (wide lines: the largest step). Where the option counts that they find likeliest "
            f"as text, no step between neighbouring checkpoints exceeds {100 * gentle:.0f} in 100. "
            "<em>Sudden</em>: a step that is faster, beyond noise, than from chance to all right within "
            "tenfold data. <em>Gradual</em>: no step may hide a quarter of that range. Else we cannot tell. "
            'The axis shown does not enter. More in <a href="../notebooks/03_axis.html">chapter 3</a>.')


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """The numbers drawn, one row per run, checkpoint and test."""
    keys = table[["model", "tokens", "train_flops", "loss", "n_examples"]]
    parts = [keys.assign(test=test, prompting=prompting, metric=metric, value=table[test],
                         **{side: table.get(f"{test}_{side}", np.nan) for side in ("low", "high")})
             for test, (prompting, metric) in TESTS.items()]
    return pd.concat(parts, ignore_index=True)
