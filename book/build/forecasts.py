"""The page that ranks methods of forecasting, from the stored runs of `emergence_utils.forecasts`."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import emergence_utils
from emergence_utils.forecasts import METHODS, leaderboard, stored_cells
from emergence_utils.forecasts.pairs import winners
from emergence_utils.forecasts.rungs import FIXED_ON
from emergence_utils.forecasts.scoring import DISTANCES, distance_of

__all__ = ["leaderboard_page"]

_CELLS, _PAIRS = "forecasts.csv.gz", "forecast_pairs.csv"
_REASONS, _SPEED = "forecast_reasons.csv", "forecast_speed.csv"
#: Columns of the tables by distance.
_FAR = ["all", *(distance_of(t) for t in DISTANCES)]
_KINDS = {"hard": "All-or-nothing scores", "soft": "Other scores with two ends", "loss": "Losses"}
_UNITS = {"hard": "Errors are shares of the metric's range: .05 is five points of accuracy.",
          "soft": "Errors are shares of the metric's range.",
          "loss": "Errors are of natural logarithms: .1 is a tenth of the loss. Less than a thousandth of "
                  "the last known loss counts as a thousandth."}
_TOP = """(leaderboard)=
# Leaderboard of forecasts

A method of forecasting sees the small models of a ladder and is asked for the scores of larger ones. Nothing
of those models but their scale is known to it. A ladder is cut after some of its models, at least four that
span at least a factor of four, and asked for are the models nearest to 2, 4, 8 ... times the scale of the
largest known one. Scale is training FLOPs, or parameters where a source gives no FLOPs. Every source counts
the same in a mean.
"""
_OWN = """## Enter your own

A method is anything with a name that is called with two tables. `known` has a row for each known model: case
(a ladder up to a cut), scale, score, n_examples, metric, chance, and where a source has them `loss`, `soft`,
`slice_*`, `bench_*`, `tries_*`. `asked` has the case and scale of each question.

```python
import pandas as pd
from emergence_utils.forecasts import leaderboard, score_method

class Halfway:
    name = "halfway to all right"

    def __call__(self, known, asked):
        last = known.sort_values("scale").groupby("case")["score"].last()
        return pd.DataFrame({"estimate": (1 + asked["case"].map(last)) / 2})

leaderboard(score_method(Halfway(), ["gpt3", "gemstones"]))
```

The answer may have columns low and high, the ends of a 90 % interval, and a column why where an estimate is
missing. `sources()` lists what may be asked; a score table of your own may take their place. `python -m
emergence_utils.forecasts --store benchmarks` runs every method on every source, goes on where it was cut off,
and takes `--jobs` or a Dask `--scheduler`.
"""
_HEADS = ("method", "error / same as last", "error", "same as last", "within 90 %", "answered", "cannot",
          "interval score")


def leaderboard_page(root: str | Path = ".", before: str = "") -> str:
    """The page as Markdown; one that says so where nothing is stored.

    `before` is the page as it was made the last time: it is right as long as the stored results and the code
    that sums them up are the same, and summing up takes seconds.
    """
    folder = Path(root) / "benchmarks"
    code = [Path(emergence_utils.__file__).parent / part for part in ("forecasts", "plot")]
    made_of = [*(folder / name for name in (_CELLS, _PAIRS, _REASONS, _SPEED)), Path(__file__),
               *(path for part in code for path in sorted(part.glob("*.py")))]
    seen = hashlib.sha256(b"".join(path.read_bytes() for path in made_of if path.is_file()))
    stamp = f"% made from {seen.hexdigest()[:16]}\n\n"
    return before if before.startswith(stamp) else stamp + _page(folder)


def _page(folder: Path) -> str:
    if not (folder / _CELLS).is_file():
        return (f"{_TOP}\nNothing is stored yet: `python -m emergence_utils.forecasts --store benchmarks` "
                f"runs it.\n\n{_OWN}")
    cells = stored_cells(folder / _CELLS)
    parts = [_TOP, _short(cells, folder / _PAIRS), _asked(cells)]
    for kind, title in _KINDS.items():
        if (cells["kind"] == kind).any():
            parts += [f"## {title}", _UNITS[kind], _table(cells, kind)]
            if kind == "hard":
                parts += [_named(folder / _PAIRS),
                          _by_distance(cells, "ratio", "Error over that of same as last, by distance"),
                          _by_distance(cells, "covered", "Share of scores within the stated 90 % interval"),
                          _band(cells), _cannot(folder / _REASONS)]
    parts += [_speed(folder / _SPEED), _OWN]
    return "\n\n".join(p.strip("\n") for p in parts if p) + "\n"


def _short(cells: pd.DataFrame, path: Path) -> str:
    """What the page says, in a few sentences."""
    board = leaderboard(cells)
    every = board[board["distance"] == "all"].set_index("method")
    vote, line = every.loc["vote of families"], every.loc["line"]
    best = winners(pd.read_csv(path)).get("all", (None, []))[0] if path.is_file() else None
    return ("**In short.** On all-or-nothing scores a vote of curves misses by "
            f"{100 * vote['error']:.1f} points of the range, saying that nothing changes by "
            f"{100 * vote['same']:.1f}. {f'The best is {best}' if best else 'None is shown to be best'}. "
            f"The 90 % intervals of a line hold {line['covered']:.0%} of the scores. What follows for the "
            "debate is in [the chapter on forecasting](../notebooks/13_foretell.ipynb).")


def _asked(cells: pd.DataFrame) -> str:
    one = cells[cells["method"] == METHODS[0].name]
    pairs = len(one.drop_duplicates(["source", "family", "task"]))
    return (f"{one['asked'].sum():,.0f} questions about {pairs:,} pairs of family and task, from "
            f"{one['source'].nunique()} sources, were put to {cells['method'].nunique()} methods. What a "
            "method cannot answer, for want of a loss or of enough models, is counted and not hidden. "
            "Questions differ from method to method for that reason: *same as last* beside an error is the "
            "error, on the same questions, of the forecast that nothing changes, and methods are ordered by "
            "the ratio of the two.")


def _table(cells: pd.DataFrame, kind: str) -> str:
    board = leaderboard(cells, kind=kind)
    board = board[(board["distance"] == "all") & (board["answered"] > 0)]
    board = board.assign(ratio=board["error"] / board["same"]).sort_values("ratio", kind="stable")
    lines = [f"| {' | '.join(_HEADS)} |", "|---|" + "--:|" * (len(_HEADS) - 1)]
    for r in _records(board):
        stated = r["stated"] > 0
        lines.append(f"| {r['method']} | {r['ratio']:.2f} | {_number(r['error'])} | {_number(r['same'])} | "
                     f"{format(r['covered'], '.0%') if stated else 'none stated'} | {r['answered']:,.0f} | "
                     f"{r['asked'] - r['answered']:,.0f} | "
                     f"{_number(r['interval_score']) if stated else 'none stated'} |")
    silent = sorted(set(cells["method"]) - set(board["method"]))
    return "\n".join(lines) + (f"\n\nCannot answer any of them: {', '.join(silent)}." if silent else "")


def _by_distance(cells: pd.DataFrame, column: str, title: str) -> str:
    board = leaderboard(cells)
    board = board.assign(ratio=board["error"] / board["same"])
    wide = board.pivot_table(index="method", columns="distance", values=column)
    wide = wide.reindex(columns=[d for d in _FAR if d in wide])
    wide = wide.sort_values("all", ascending=column == "ratio")
    heads = ["all" if d == "all" else f"×{d}".replace(" and more", "+") for d in wide.columns]
    lines = [f"| method | {' | '.join(heads)} |", "|---|" + "--:|" * len(heads)]
    for method, row in zip(map(str, wide.index), wide.to_numpy(dtype=float), strict=True):
        values = ["" if math.isnan(v) else format(v, ".2f" if column == "ratio" else ".0%") for v in row]
        lines.append(f"| {method} | {' | '.join(values)} |")
    return f"### {title}\n\n" + "\n".join(lines)


def _named(path: Path) -> str:
    """Who wins at each distance, where the intervals say so."""
    if not path.is_file():
        return ""
    said = []
    for distance, (winner, best) in winners(pd.read_csv(path)).items():
        where = "Over all distances" if distance == "all" else f"At ×{distance}"
        said.append(f"- {where}: **{winner}**" if winner else
                    f"- {where}: cannot tell; none of these is beaten by another: {', '.join(best)}")
    return ("### Is one the best?\n\nDifferences of errors are taken on questions that both methods "
            "answered, with 95 % intervals for all comparisons of a method together, from whole families and "
            "from whole tasks drawn again, the wider of the two. A winner beats every other method that "
            "answers at least half of the questions.\n\n" + "\n".join(said))


def _band(cells: pd.DataFrame) -> str:
    """Coverage of the toolkit's band where its width was fixed, and elsewhere."""
    vote = cells[cells["method"] == "vote of families"]
    fixed = vote["source"].isin(FIXED_ON)
    said = []
    for name, part in (("there", vote[fixed]), ("on the others", vote[~fixed])):
        if (part["kind"] == "hard").any():
            board = leaderboard(part)
            every = _records(board[board["distance"] == "all"])[0]
            said.append(f"{every['covered']:.0%} of the scores {name} ({every['sources']} sources)")
    return (f"The width of the vote's band was fixed on the largest models of {', '.join(FIXED_ON)}: it held "
            f"{' and '.join(said)}. The other methods state the prediction interval of their own curve, "
            "from the scatter about it and the doubt of its parameters.")


def _cannot(path: Path) -> str:
    """Why methods did not answer."""
    if not path.is_file():
        return ""
    table = pd.read_csv(path)
    table = table[table["kind"] == "hard"].sort_values("questions", ascending=False)
    lines = ["| method | why not | questions |", "|---|---|--:|"]
    lines += [f"| {r['method']} | {r['why']} | {r['questions']:,} |" for r in _records(table)]
    return "### What could not be answered\n\n" + "\n".join(lines) if len(table) else ""


def _speed(path: Path) -> str:
    if not path.is_file():
        return ""
    table = pd.read_csv(path)
    loop, number = (table[table["what"] == what] for what in ("loop, same starts", "by number"))
    names = [str(name) for name in number["method"].unique()]
    wide = number.pivot_table(index="ladders", columns="method", values="seconds")[names]
    lines = [f"| ladders | {' | '.join(names)} |", "|--:|" + "--:|" * len(names)]
    for n, row in zip(wide.index.to_numpy(dtype=int), wide.to_numpy(dtype=float), strict=True):
        lines.append(f"| {int(n):,} | " + " | ".join(_seconds(v) for v in row) + " |")
    said = ""
    if len(loop):
        ratio, fits = float(loop["times_slower"].iloc[0]), int(loop["ladders"].iloc[0])
        said = (f"Fitted together, {fits} real ladders took {table['seconds'].iloc[0]:.2g} s; the same fits "
                f"one after the other with `scipy.optimize` took {ratio:.0f} times as long. ")
    short = table[table["what"] == "loop, best start"]
    if len(short):
        ratio, worse = (float(short[c].iloc[0]) for c in ("times_slower", "worse_than_together"))
        said += (f"A loop that follows only the best of the starts took {ratio:.2g} times as long, and "
                 f"{worse:.0%} of its curves fit worse. ")
    return (f"## What it costs\n\n{said}Time on one core, by number of ladders:\n\n{_cost(number)}\n\n"
            + "\n".join(lines))


def _cost(number: pd.DataFrame) -> str:
    """Seconds by number of ladders, as a figure."""
    import matplotlib.pyplot as plt

    from emergence_utils import plot
    from emergence_utils.plot.svg import alt_text, figure_html

    fig, ax = plot.figure(height=2.6)
    plot.plot_curves(number, x="ladders", y="seconds", hue="method", xlabel="Ladders (log scale)",
                     ylabel="Seconds (log scale)", ax=ax)
    ax.set_yscale("log")
    html = figure_html(fig, alt=alt_text(fig), caption="One forecast for each ladder, on one core.")
    plt.close(fig)
    return html


def _seconds(value: float) -> str:
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def _records(rows: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
