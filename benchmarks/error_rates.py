"""False-positive rate, power and coverage of every test and interval, on truths not chosen to suit them.

``python benchmarks/error_rates.py`` prints a summary and writes ``benchmarks/error_rates.csv``, one row per
cell: ``test, truth, noise, models, n, gaps, kind, nominal, rate, mc_error, cannot_tell, draws``.

- kind ``false positive``: the truth satisfies the null; `rate` is the share of draws called an effect.
  ``power``: it does not. ``coverage``: `rate` is the share of intervals that hold the truth, among those
  whose status is "ok" (and NaN where none is).
- `cannot_tell`: share of draws without a verdict (of intervals: whose status is not "ok").
- `mc_error`: standard error of `rate` by simulation, shrunk so that a rate of 0 or 1 has one.

The full product of truths, noises, models, items and gaps is not run. Each truth under each noise meets a
Latin design: `Trial.cells` of the twelve pairs of models and items, so chosen that every number of models
comes up for each truth, with gaps and items rotating from truth to truth and noise to noise.
"""

from __future__ import annotations

import argparse
import math
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import battery as b
import numpy as np
import pandas as pd
from tqdm import tqdm

from emergence_utils.ladders import Ladder

OUT = Path(__file__).with_suffix(".csv")
KEYS = ["test", "truth", "noise", "models", "n", "gaps", "kind", "nominal"]
COLUMNS = [*KEYS, "rate", "mc_error", "cannot_tell", "draws"]

#: True: an effect is called, or the interval holds the truth. None: the method says that it cannot tell.
Verdict = bool | None


@dataclass(frozen=True)
class Draw:
    """What a method may see, and what it is judged by."""

    ladder: Ladder
    truth: b.Truth
    x: b.Floats
    #: Score of one more model, larger by `Trial.ahead` decades; NaN where none was asked for.
    next_score: float = math.nan
    #: Decades of that model.
    next_x: float = math.nan


Ask = Callable[[Draw], Mapping[str, Verdict]]
#: Patterns of `Presence` that say that some model is above chance.
ABLE = ("emergent", "present throughout", "mixed")


@dataclass(frozen=True)
class Trial:
    """One method on its truths.

    Parameters
    ----------
    name : str
        Shown in column `test`, followed by a label where a method gives several verdicts.
    ask : callable
        One draw in, verdicts by label out; label "" is the method itself.
    kind : callable
        Kind of the cell of this truth at these models, or None to leave it out.
    truths : sequence of Truth
    nominal : float
    labels : sequence of str
        Every label that `ask` gives.
    models, items, noises : sequences
    cells : int
        Of the twelve pairs of models and items, how many each truth meets under each noise.
    draws : int
    ahead : float
        Decades to a further model that the method is to forecast; 0 for none.
    """

    name: str
    ask: Ask
    kind: Callable[[b.Truth, b.Floats], str | None]
    truths: Sequence[b.Truth]
    nominal: float
    labels: Sequence[str] = ("",)
    models: Sequence[int] = b.MODELS
    items: Sequence[int] = b.ITEMS
    noises: Sequence[str] = tuple(b.NOISES)
    cells: int = 4
    draws: int = 400
    ahead: float = 0.0


@dataclass(frozen=True)
class Cell:
    """One row, or one for each label, of the table."""

    trial: Trial
    truth: b.Truth
    noise: b.Noise
    models: int
    n: int
    gaps: str
    x: b.Floats = field(compare=False)
    kind: str

    def keys(self) -> list[dict[str, object]]:
        """Values of `KEYS`, for each label."""
        return [{"test": f"{self.trial.name} {label}".strip(), "truth": self.truth.name,
                 "noise": self.noise.name, "models": self.models, "n": self.n, "gaps": self.gaps,
                 "kind": self.kind, "nominal": self.trial.nominal} for label in self.trial.labels]


def cells_of(trial: Trial) -> Iterator[Cell]:
    """The Latin design of one trial."""
    for i, truth in enumerate(trial.truths):
        for j, noise in enumerate(trial.noises):
            for k in range(0, 12, 12 // trial.cells):
                pair = (k + i + 5 * j) % 12  # runs over all pairs: 4 and 3 have no common factor
                models, n = b.MODELS[pair % 4], b.ITEMS[pair % 3]
                gaps = b.GAPS[(pair % 4 + i + i // 4 + 2 * j) % 4]
                if models not in trial.models or n not in trial.items:
                    continue
                x = b.grid(gaps, models)
                kind = trial.kind(truth, x)
                if kind is not None:
                    yield Cell(trial, truth, b.NOISES[noise], models, n, gaps, x, kind)


def draw_ladders(truth: b.Truth, noise: b.Noise, x: b.Floats, n: b.Floats, draws: int, seed: int,
                 ahead: float = 0.0) -> Iterator[Draw]:
    """Ladders of one cell; with `ahead`, the next model is drawn along and held back."""
    at = np.append(x, x[-1] + ahead) if ahead else x
    items = np.append(n, n[-1]) if ahead else n
    score = noise.draw(truth(at), items, draws, seed) / items
    for row in score:
        ladder = Ladder.of(b.scales(x), row[: len(x)], n, chance=truth.chance)
        yield Draw(ladder, truth, x, *((float(row[-1]), float(at[-1])) if ahead else ()))


def run_cell(cell: Cell, draws: int, shift: int = 0) -> list[dict[str, object]]:
    """Rows of one cell; `shift` gives other draws of the same cell."""
    trial = cell.trial
    seed = b.seed_of(cell.truth.name, cell.noise.name, cell.models, cell.n, cell.gaps, shift)
    items = np.full(cell.models, float(cell.n))
    told: dict[str, list[Verdict]] = {label: [] for label in trial.labels}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for draw in draw_ladders(cell.truth, cell.noise, cell.x, items, draws, seed, trial.ahead):
            for label, verdict in trial.ask(draw).items():
                told[label].append(verdict)
    return [key | summarise(told[label], cell.kind)
            for key, label in zip(cell.keys(), trial.labels, strict=True)]


def summarise(verdicts: Sequence[Verdict], kind: str) -> dict[str, object]:
    """Rate, its error and the share without a verdict.

    "Cannot tell" counts as no effect in a false-positive rate and in power, and is left out of coverage.
    """
    unknown = sum(v is None for v in verdicts)
    hits = sum(v is True for v in verdicts)
    total = len(verdicts) - (unknown if kind == "coverage" else 0)
    shrunk = (hits + 1) / (total + 2)
    return {"rate": round(hits / total, 4) if total else math.nan,
            "mc_error": round(math.sqrt(shrunk * (1 - shrunk) / total), 4) if total else math.nan,
            "cannot_tell": round(unknown / len(verdicts), 4), "draws": len(verdicts)}


# --- the methods -----------------------------------------------------------------------------------------


def breaks_pace(truth: b.Truth, x: b.Floats) -> str:
    """Null of `Jump(pace=1)`: from no model to the next a rise above one range a decade."""
    return "false positive" if truth.pace(x) <= 1 + 1e-9 else "power"


def ask_jump(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.measures.jump import Jump

    answer = Jump(pace=1.0)(draw.ladder).answer
    return {"": None if answer == "cannot tell" else answer == "sharp"}


def at_chance(truth: b.Truth, x: b.Floats) -> str | None:
    """Null of presence: every model at chance; a truth above it nowhere by a hundredth is neither."""
    above = truth(x) - truth.chance
    return "false positive" if (above <= 0).all() else "power" if above.max() > 0.05 else None


def ask_presence(draw: Draw) -> Mapping[str, Verdict]:
    """What is said of models of these sizes: nothing where variation between models is not known."""
    from emergence_utils.measures.presence import Presence

    found = Presence()(draw.ladder)
    if found.pattern == "cannot tell" or not found.dof > 0:
        return {"": None}
    return {"": found.pattern in ABLE}


def ask_presence_here(draw: Draw) -> Mapping[str, Verdict]:
    """The claim about the models at hand, whose noise is that of their items alone."""
    from emergence_utils.measures.presence import Presence

    pattern = Presence()(draw.ladder).pattern
    return {"": None if pattern == "cannot tell" else pattern in ABLE}


#: Excess over chance from which `Presence` counts a model as able: its onset is where a curve passes this.
NEGLIGIBLE = 0.01


def onset(truth: b.Truth, x: b.Floats) -> float:
    """Decades at which a rising truth passes `NEGLIGIBLE` over chance, by bisection on a fine grid."""
    fine = np.linspace(x[0], x[-1], 20001)
    over = truth(fine) > truth.chance + NEGLIGIBLE
    return math.nan if over[0] or not over[-1] else float(fine[np.argmax(over)])


def ask_onset(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.measures.presence import Presence

    found = Presence(negligible=NEGLIGIBLE)(draw.ladder)
    place = b.SMALLEST * 10 ** onset(draw.truth, draw.x)
    return {"": place in found.interval if found.status == "ok" and found.interval else None}


def with_onset(truth: b.Truth, x: b.Floats) -> str | None:
    """Truths that leave chance between the first and the last model."""
    return None if math.isnan(onset(truth, x)) else "coverage"


def always(kind: str) -> Callable[[b.Truth, b.Floats], str]:
    """The same kind for every truth."""
    return lambda truth, x: kind


def whole(truth: b.Truth, x: b.Floats) -> str | None:
    """Coverage of a family's own parameters: only where the truth is of that family at every model."""
    return "coverage" if truth.whole(x) else None


def ask_fit(curve_name: str, labels: Sequence[str], **settings: object) -> Ask:
    """Intervals of a family's parameters by the name each has in `Truth.params`."""
    def ask(draw: Draw) -> Mapping[str, Verdict]:
        from emergence_utils import curves

        truth = dict(draw.truth.params)
        truth["log_width"] = math.log(truth.get("width", 1.0))
        truth["log_amplitude"] = math.log(truth.get("amplitude", 1.0))
        floor = {} if "floor" not in truth or "floor" in labels else {"floor": truth["floor"]}
        curve = getattr(curves, curve_name)(**floor, **settings)
        found = curves.fit(curve, draw.x, draw.ladder.score, draw.ladder.n_examples, intervals=True)
        held = {label: truth[label] in found.intervals[label] for label in labels if label in found.intervals}
        return {label: held.get(label) if found.status == "ok" else None for label in labels}
    return ask


def ask_forecast(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.curves import forecast

    found = forecast(draw.ladder, at=float(b.SMALLEST * 10**draw.next_x))
    return {"": draw.next_score in found.interval if found.status == "ok" and found.interval else None}


def ask_kink(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.measures.kink import Kink

    answer = Kink()(draw.ladder).answer
    return {"": None if answer in ("cannot tell", "not testable") else answer == "kink"}


def kinked(truth: b.Truth, x: b.Floats) -> str | None:
    """Hinges are kinks; the rest of the truths tried has none, unless it is cut off at 0 or 1."""
    if not truth.whole(x):
        return None
    return "power" if truth.family == "hinge" else "false positive"


def turned(truth: b.Truth, x: b.Floats) -> str:
    """Null of every test of a U: the truth is monotone."""
    return "false positive" if truth.monotone else "power"


def _u_verdict(answer: str, truth: b.Truth) -> Verdict:
    if answer in ("cannot tell", "not testable", "not applicable"):
        return None
    return answer == truth.turn if truth.turn else answer in ("U", "inverted U")


def ask_lind_mehlum(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.measures.u_regression import LindMehlum

    return {"": _u_verdict(LindMehlum()(draw.ladder).answer, draw.truth)}


def ask_two_lines(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.measures.u_regression import TwoLines

    return {"": _u_verdict(TwoLines()(draw.ladder).answer, draw.truth)}


def ask_u_counts(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.measures.u_shape import UFromCounts

    found = UFromCounts()(draw.ladder)
    verdict = _u_verdict(found.answer, draw.truth)
    return {"": verdict if found.scope == "sizes" else None}


def ask_u_these_models(draw: Draw) -> Mapping[str, Verdict]:
    """The claim about the models at hand, whose noise is that of their items alone."""
    from emergence_utils.measures.u_shape import UFromCounts

    return {"": _u_verdict(UFromCounts()(draw.ladder).answer, draw.truth)}


def ask_binomial(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.intervals import binomial

    n = int(draw.ladder.n_examples[0])  # type: ignore[index]
    k, truth = round(float(draw.ladder.score[0]) * n), float(draw.truth(draw.x)[0])
    wilson, exact = (binomial(k, n, method=m).interval for m in ("wilson", "clopper-pearson"))
    return {"wilson": truth in wilson, "clopper-pearson": truth in exact}


def ask_clustered(draw: Draw) -> Mapping[str, Verdict]:
    from emergence_utils.intervals import clustered

    n = int(draw.ladder.n_examples[0])  # type: ignore[index]
    right = np.rint(draw.ladder.score * n).astype(int)
    items = np.concatenate([np.arange(n) < k for k in right]).astype(float)
    found = clustered(items, np.repeat(np.arange(len(right)), n))
    truth = float(draw.truth(draw.x)[0])
    return {"": truth in found.interval if found.status == "ok" and found.interval else None}


BY_FAMILY = {
    "constant": ("Constant", ("level",), [b.flat(0.25, 0.25), b.flat(0.9, 0.25)], {}),
    "line": ("Line", ("intercept", "slope"), b.LINES, {}),
    "logistic": ("Logistic", ("midpoint", "log_width", "ceiling"), b.LOGISTICS, {}),
    "gompertz": ("Gompertz", ("midpoint", "log_width", "ceiling"),
                 [t for t in b.GOMPERTZ if t.family == "gompertz"], {}),
    "gompertz mirror": ("Gompertz", ("midpoint", "log_width", "ceiling"),
                        [t for t in b.GOMPERTZ if t.family == "gompertz mirror"], {"mirror": True}),
    "saturating": ("SaturatingExponential", ("ceiling",), b.SATURATING, {}),
    "segmented": ("Segmented", ("break",), b.HINGES, {}),
    "step": ("Step", ("break",), b.STEPS, {}),
}

MONOTONE = [*b.SMOOTH, *b.HINGES, *b.FLATS, *b.STEPS, *b.PIECEWISE, *b.FALLING]
UNTURNED = [t for t in MONOTONE if t.family not in ("step",)] + [b.STEPS[1]]
WITHOUT_KINK = [*b.SMOOTH, *b.FLATS]
WIDE = (5, 8, 15)

TRIALS = (
    Trial("jump", ask_jump, breaks_pace, [*MONOTONE, *b.TURNS], 0.05, draws=100),
    Trial("presence", ask_presence, at_chance,
          [*b.FLATS, *b.HINGES, *b.STEPS, b.LOGISTICS[2], b.LOGISTICS[6]], 0.05),
    Trial("presence, these models", ask_presence_here, at_chance, [*b.FLATS, *b.HINGES, *b.STEPS], 0.05,
          noises=("binomial",)),
    Trial("onset bracket", ask_onset, with_onset, [*b.HINGES, *b.STEPS, *b.PIECEWISE, b.LOGISTICS[5]], 0.95),
    *(Trial(f"fit {family}:", ask_fit(name, labels, **settings), whole, truths, 0.95, labels, cells=1,
            draws=60)
      for family, (name, labels, truths, settings) in BY_FAMILY.items()),
    Trial("logistic fitted to Gompertz:", ask_fit("Logistic", ["ceiling"]), always("coverage"), b.GOMPERTZ,
          0.95, ["ceiling"], cells=1, draws=60),
    Trial("forecast band", ask_forecast, always("coverage"), [*MONOTONE], 0.9, ahead=0.3, cells=2, draws=100),
    Trial("kink", ask_kink, kinked, [*WITHOUT_KINK, *b.HINGES], 0.05, models=(8, 15), cells=2,
          draws=100),
    Trial("Lind-Mehlum", ask_lind_mehlum, turned, [*UNTURNED, *b.TURNS], 0.05, models=WIDE, draws=100),
    Trial("two lines", ask_two_lines, turned, [*UNTURNED, *b.TURNS], 0.05, models=WIDE, cells=2, draws=60),
    Trial("U from counts", ask_u_counts, turned, [*UNTURNED, *b.TURNS], 0.05, draws=100),
    Trial("U from counts, these models", ask_u_these_models, turned, [*UNTURNED, *b.TURNS], 0.05,
          noises=("binomial",), draws=200),
    Trial("binomial interval", ask_binomial, always("coverage"), b.FLATS, 0.95, ["wilson", "clopper-pearson"],
          noises=("binomial",), models=(4,), cells=12, draws=2000),
    Trial("clustered t interval, models as clusters", ask_clustered, always("coverage"),
          [b.flat(0.5, 0.5), b.flat(0.9, 0.25)], 0.95, items=(50,), cells=12),
)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Worst and mean rate of each test and kind, with the share without a verdict."""
    def row(part: pd.DataFrame) -> pd.Series:
        rate, unknown = part["rate"], part["cannot_tell"]
        return pd.Series({"cells": len(part), "judged": int(rate.notna().sum()), "lowest": rate.min(),
                          "mean": rate.mean(), "highest": rate.max(), "cannot tell": unknown.mean()})
    groups = table.groupby(["test", "kind", "nominal"], sort=False)
    return groups[["rate", "cannot_tell"]].apply(row).reset_index()


def _work(task: tuple[int, int, int, int]) -> list[dict[str, object]]:
    trial, cell, draws, shift = task
    return run_cell(list(cells_of(TRIALS[trial]))[cell], draws, shift)


def run(trials: Sequence[str] = (), *, jobs: int = 1, share: float = 1.0, every: int = 1,
        shift: int = 0) -> pd.DataFrame:
    """The table.

    Parameters
    ----------
    trials : sequence of str
        Names to run; all by default.
    jobs : int
    share : float
        Of each trial's draws.
    every : int
        Only each so many-th cell.
    shift : int
        Other draws of the same cells.
    """
    tasks = [(i, c, max(10, round(t.draws * share)), shift) for i, t in enumerate(TRIALS)
             if not trials or any(t.name.startswith(name) for name in trials)
             for c in range(0, len(list(cells_of(t))), every)]
    rows: list[dict[str, object]] = []
    progress = tqdm(total=len(tasks), disable=not sys.stderr.isatty())
    if jobs == 1:
        for task in tasks:
            rows += _work(task)
            progress.update()
    else:
        with get_context("spawn").Pool(jobs) as pool:
            for found in pool.imap(_work, tasks):
                rows += found
                progress.update()
    return pd.DataFrame(rows, columns=COLUMNS)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("trials", nargs="*", help="first words of tests to run again; all by default")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the draws of each test")
    parser.add_argument("--reduced", action="store_true", help="a tenth of the draws; nothing is stored")
    args = parser.parse_args()
    table = run(args.trials, jobs=args.jobs, share=0.1 if args.reduced else args.share)
    print(summary(table).to_string(index=False, float_format=lambda v: f"{v:.3f}"))
    if not args.reduced:
        if args.trials and OUT.exists():  # the rest stays
            stored = pd.read_csv(OUT)
            table = pd.concat([stored[~stored["test"].isin(table["test"])], table])
        table.to_csv(OUT, index=False)


if __name__ == "__main__":
    main()
