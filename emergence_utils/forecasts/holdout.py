"""Hold-outs: models up to a cut are known, those at 2, 4, 8 times its scale are asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._checks import FloatArray, IntArray, count, short
from .._schema import checked_table
from .._typed import checked
from ..errors import InputError
from ..metrics.registry import get_metric
from ..scores import fill_chance
from .rungs import KEYS, groups, rungs_of, source_rungs, sources

__all__ = ["HoldOuts", "hold_outs"]

#: Farthest distance that is asked for, as a power of 2: nobody forecasts a thousandfold from one ladder.
_FARTHEST = 10
#: Factor of scale that known models must span: models of one size say nothing of growth.
_SPAN = 4.0
#: Columns of a hold-out's known models, before helpers.
_KNOWN = ["case", "scale", "score", "n_examples", "metric", "chance"]


@dataclass(frozen=True)
class HoldOuts:
    """Questions and their answers, apart.

    Parameters
    ----------
    known : DataFrame
        One row a known model: case, scale, score, n_examples, metric, chance, and helpers.
    asked : DataFrame
        One row a question: case, scale.
    truth : DataFrame
        Same rows as `asked`: score, times (distance beyond the largest known model, as a power of 2), unit
        (the metric's range, or where it has none the last known score) and log (whether errors are those of
        logarithms).
    cases : DataFrame
        One row a case: ladder, source, family, task, subset, metric, prompting, n_shot, axis, kind ("hard",
        "soft" or "loss"), models (known).
    """

    known: pd.DataFrame
    asked: pd.DataFrame
    truth: pd.DataFrame
    cases: pd.DataFrame

    def __len__(self) -> int:
        return len(self.asked)

    def part(self, cases: IntArray | list[int]) -> HoldOuts:
        """The questions of some cases."""
        rows = self.asked["case"].isin(cases)
        return HoldOuts(self.known[self.known["case"].isin(cases)], self.asked[rows], self.truth[rows],
                        self.cases[self.cases.index.isin(cases)])


@checked
def hold_outs(data: pd.DataFrame | str, *, fewest: int = 4, cuts: int = 4) -> HoldOuts:
    """Questions about the larger models of every ladder of a source, or of a score table of your own.

    A ladder is the finished models of one family on one task, subset, metric and prompt, ordered by training
    FLOPs (by parameters where a source gives no FLOPs, see ``cases.axis``). It is cut after some models,
    which span at least a factor of 4; asked for are the models nearest to 2, 4, 8 ... times the scale of the
    largest known one, within a factor of the root of 2.

    Parameters
    ----------
    data : DataFrame or str
        A score table, or the key of a shipped source.
    fewest : int
        Models to learn from, at least 3.
    cuts : int
        Most cuts of one ladder, spread evenly over those that leave something to be asked.

    Returns
    -------
    HoldOuts

    Raises
    ------
    InputError
        If the source is not known, or `fewest` or `cuts` is too small.
    SchemaError
        If the table breaks the schema.

    Examples
    --------
    >>> questions = hold_outs("gpt3")
    >>> questions.cases["axis"].unique().tolist()
    ['train_flops']
    >>> sorted(questions.truth["times"].unique().tolist())[:4]
    [2, 4, 8, 16]
    """
    least, most = count("fewest", fewest, minimum=3), count("cuts", cuts, minimum=1)
    if isinstance(data, str):
        if data not in sources():
            raise InputError(f"data must be a score table or one of {', '.join(sources())}; "
                             f"got {short(data)}.")
        rows = source_rungs(data)
    else:
        rows = rungs_of(fill_chance(checked_table(data, "score table")[0]))
    helpers = [c for c in rows if str(c).startswith(("loss", "soft", "slice_", "bench_", "tries_"))]
    known, asked, cases = [], [], []
    case = 0
    for ladder, group in enumerate(groups(rows)):
        scale = group["scale"].to_numpy(dtype=float)
        for cut in _cuts(scale, least, most):
            far, times = _targets(scale, cut)
            known.append(group.iloc[:cut].assign(case=case))
            asked.append(group.iloc[far].assign(case=case, times=times))
            cases.append({"case": case, "ladder": ladder, **{k: group[k].iloc[0] for k in (*KEYS, "axis")},
                          "models": cut})
            case += 1
    if not cases:
        empty = pd.DataFrame(columns=[*_KNOWN, *helpers])
        return HoldOuts(empty, empty[["case", "scale"]],
                        pd.DataFrame(columns=["score", "times", "unit", "log"]),
                        pd.DataFrame(columns=["ladder", *KEYS, "axis", "models", "kind"]))
    learned = pd.concat(known, ignore_index=True)[[*_KNOWN, *helpers]]
    told = pd.concat(asked, ignore_index=True)
    about = pd.DataFrame(cases).set_index("case")
    kinds = {m: _kind(m) for m in about["metric"].unique()}
    score = told["truth"] if "truth" in told else told["score"]
    size = told["metric"].map({m: get_metric(m).high - get_metric(m).low for m in kinds})
    last = learned.drop_duplicates("case", keep="last").set_index("case")["score"]
    unit = size.where(np.isfinite(size), told["case"].map(last).abs().clip(lower=1e-12))
    truth = pd.DataFrame({"score": score, "times": told["times"], "unit": unit, "log": ~np.isfinite(size)})
    return HoldOuts(learned, told[["case", "scale"]], truth, about.assign(kind=about["metric"].map(kinds)))


def _cuts(scale: FloatArray, fewest: int, most: int) -> list[int]:
    """How many models are known: so that enough are, they differ in size, and one at a distance is left."""
    possible = [c for c in range(fewest, len(scale)) if scale[-1] >= scale[c - 1] * np.sqrt(2)
                and scale[c - 1] >= _SPAN * scale[0]]
    if len(possible) <= most:
        return possible
    return [possible[i] for i in sorted({round(i) for i in np.linspace(0, len(possible) - 1, most)})]


def _targets(scale: FloatArray, cut: int) -> tuple[list[int], list[int]]:
    """Places of the models that are asked for, and how far they lie, as a power of 2."""
    distance = np.log2(scale[cut:] / scale[cut - 1])
    step = np.rint(distance).astype(int)
    chosen = {k: int(np.argmin(np.abs(distance - k))) for k in np.unique(step) if 1 <= k <= _FARTHEST}
    return [cut + at for at in chosen.values()], [2**int(k) for k in chosen]


def _kind(metric: str) -> str:
    known = get_metric(metric)
    if known.all_or_nothing:
        return "hard"
    return "soft" if np.isfinite(known.high - known.low) else "loss"
