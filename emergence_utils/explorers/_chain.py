"""Chains of steps: sharper against the success of a step, only later against the logarithm of scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .._checks import need_columns
from ..chapters.chains import ChainFits, chain_exponent, step_success_needed
from ..chapters.metric import chain_accuracy, chain_rise_width, half_accuracy_scale
from ..errors import InputError, UnknownNameError
from ._product import chain_chart
from .core import Explorer

__all__ = ["CHAINS", "RealChain", "chain"]

_TOP = 10  # longest chain on the slider


@dataclass(frozen=True)
class RealChain:
    """One task in several lengths: columns of `chains.open_chains` by number of steps, shortest first."""

    title: str
    columns: dict[int, str]
    unit: str

    @property
    def shortest(self) -> int:
        """Steps of the shortest chain."""
        return min(self.columns)

    def named(self, steps: int) -> str:
        """A length as the task counts it."""
        return self.unit.format(n=steps, digits=steps - 1)


#: Pairs of chapter 7, with the length between where there is one. A sum of d digits has d + 1 places.
CHAINS = (
    RealChain("deduction, CoT", {k: f"deduction, {k} objects, CoT" for k in (3, 5, 7)}, "{n} objects"),
    RealChain("deduction, direct", {k: f"deduction, {k} objects, direct" for k in (3, 5, 7)}, "{n} objects"),
    RealChain("tracking, CoT", {k: f"tracking, {k} objects, CoT" for k in (3, 5, 7)}, "{n} objects"),
    RealChain("sums", {3: "sums, 2 digits", 4: "sums, 3 digits"}, "{digits} digits"),
)


@dataclass(frozen=True)
class _Law:
    """Closed form through the middle and the width of the shortest real chain."""

    scale: float
    exponent: float

    @classmethod
    def of(cls, midpoint: float, width: float, steps: int) -> _Law:
        exponent = chain_rise_width(1.0) / width
        return cls(10**midpoint / half_accuracy_scale(1.0, exponent, steps), exponent)

    def at(self, log_scale: Any, steps: float) -> Any:
        return chain_accuracy(10.0**log_scale, self.scale, self.exponent, steps)

    def shift(self, steps: float) -> float:
        """Decades by which a chain comes later than one step."""
        return float(np.log10(steps)) / self.exponent


def chain(real: pd.DataFrame, fits: ChainFits, *, chains: Sequence[RealChain] = CHAINS,
          start: int = 7) -> Explorer:
    """The product of equal steps beside real chains of the same length, on two axes.

    Parameters
    ----------
    real : DataFrame
        From `chains.open_chains`.
    fits : ChainFits
        From `chains.fit_chains`, of all the columns that `chains` names.
    chains : sequence of RealChain
        Tasks in the picker; the first is shown first.
    start : int
        Length shown first, one of the first chain's and not its shortest.

    Returns
    -------
    Explorer
        Knobs ``axis`` (scale or step), ``steps`` and ``chain``.
    """
    names = [c for one in chains for c in one.columns.values()]
    need_columns(real, ("family", "model", "log_flops", *names))
    for column in names:
        if column not in fits.width:
            raise UnknownNameError("fitted chain", column, fits.width.columns)
    if start not in chains[0].columns or start == chains[0].shortest:
        raise InputError(f"start must be a length of '{chains[0].title}' beyond its shortest, got {start}; "
                         f"lengths are {', '.join(map(str, chains[0].columns))}.")
    short = [one.columns[one.shortest] for one in chains]
    laws = [_Law.of(float(fits.midpoint[c].iloc[0]), float(fits.width[c].iloc[0]), one.shortest)
            for c, one in zip(short, chains, strict=True)]
    words = []
    for i, (one, law) in enumerate(zip(chains, laws, strict=True)):
        for n in range(1, _TOP + 1):
            words.append({"axis": "scale", "steps": n, "chain": i, "words": _on_scale(one, n, fits, law)})
            words.append({"axis": "step", "steps": n, "chain": i, "words": _on_step(one, n, real)})
    caption = ("Curves are a simulation: every step succeeds at one rate, independently, and its loss falls "
               "as a power of compute, set so that the shortest real chain has its fitted middle and width. "
               "Marks are open models, one each. Widths are 10 % to 90 %, for curves that go on to one.")
    data = _points(real, chains)
    titles = {"x": "axis == 'step' ? 'Success of one step' : 'Training compute (FLOPs, log scale)'"}
    return Explorer("chain", chain_chart(data, [c.title for c in chains], [c.shortest for c in chains],
                                         [(float(np.log10(v.scale)), v.exponent) for v in laws], start, _TOP),
                    pd.DataFrame(words), data.drop(columns=["chain"]), caption, titles=titles)


def _points(real: pd.DataFrame, chains: Sequence[RealChain]) -> pd.DataFrame:
    """One row per model, task and length; ``step`` is the success of a step that the shortest implies."""
    out = []
    for i, one in enumerate(chains):
        known = real.dropna(subset=list(one.columns.values()))
        implied = known[one.columns[one.shortest]].clip(0, 1) ** (1 / one.shortest)
        common = pd.DataFrame({"chain": i, "task": one.title, "family": known["family"],
                               "model": known["model"], "log_flops": known["log_flops"], "step": implied})
        out += [common.assign(steps=n, score=known[column]) for n, column in one.columns.items()]
    return pd.concat(out, ignore_index=True)


def _missing(one: RealChain) -> str:
    *most, last = map(str, sorted(one.columns))
    return f"Real chains ({one.title}) have {', '.join(most)} or {last} steps."


def _steps(n: int) -> str:
    return "One step rises" if n == 1 else f"{n} equal steps rise"


def _on_step(one: RealChain, n: int, real: pd.DataFrame) -> str:
    wide, short = (step_success_needed(0.9, k) - step_success_needed(0.1, k) for k in (n, one.shortest))
    head = f"{_steps(n)} over {wide:.2f} of this axis, {one.shortest} over {short:.2f} (simulation)."
    if n == one.shortest:
        head = f"{_steps(n)} over {wide:.2f} of this axis (simulation)."
    if n not in one.columns:
        return f"{head} {_missing(one)}"
    column = one.columns[one.shortest]
    known = real[[column, one.columns[n], "family"]].dropna()
    if n == one.shortest:
        return (f"{head} {len(known)} models at {one.named(n)} lie on it by construction: the success of one "
                "step is read from them.")
    found = chain_exponent(known[column], known[one.columns[n]], clusters=known["family"])
    assert found.interval is not None
    low, high = (one.shortest * v for v in (found.interval.low, found.interval.high))
    says = "harder than" if low > n else "easier than" if high < n else "in line with"
    cost = one.shortest * found.estimate
    return (f"{head} Real: {one.named(n)} cost {found.n} models as much as {cost:.1f} such steps "
            f"(95 % {low:.1f} to {high:.1f}), {says} the product.")


def _on_scale(one: RealChain, n: int, fits: ChainFits, law: _Law) -> str:
    if n == one.shortest:
        models = int(fits.n_models[one.columns[n]])
        return f"The simulated curve is fitted to {models} models at {one.named(n)}. Make the chain longer."
    later = law.shift(n) - law.shift(one.shortest)
    head = (f"{_steps(n)} as gently as {one.shortest}, over {chain_rise_width(law.exponent):.1f} decades, "
            f"{abs(later):.1f} decades {'later' if later > 0 else 'earlier'} (simulation).")
    if n not in one.columns:
        return f"{head} {_missing(one)}"
    pair = [(one.columns[one.shortest], one.columns[n])]
    width, shift = fits.ratio(pair), fits.shift(pair)
    assert width.interval is not None and shift.interval is not None
    change = ("sharper" if width.interval.high < 1 else "wider, not sharper" if width.interval.low > 1
              else "no clear change of width")
    seen, span = shift.interval, width.interval
    return (f"{head} Real, {shift.n} models: {one.named(n)} come {_signed(shift.estimate)} decades "
            f"(95 % {_signed(seen.low)} to {_signed(seen.high)}) after {one.named(one.shortest)}, "
            f"{width.estimate:.1f} times as wide ({span.low:.1f} to {span.high:.1f}): {change}.")


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−").replace("−0.0", "0.0").replace("+0.0", "0.0")
