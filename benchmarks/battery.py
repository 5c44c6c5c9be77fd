"""Truths, noises and ladders that every test of the package is tried on; nothing here knows any test.

A truth is a curve of x, the decades above the smallest model, with the facts that say which null it
satisfies. A noise turns a true score into a count of right answers. Draws are made by uniforms and inverse
distribution functions, so that the same seed gives the same counts under every version of NumPy.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Parameters of the smallest model of every grid; those of Pythia are nominal ones.
SMALLEST = 70e6
PYTHIA = (70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9)
#: Decades from the smallest to the largest model, as in Pythia and most published ladders.
SPAN = 2.2
MODELS = (4, 5, 8, 15)
ITEMS = (50, 500, 5000)
#: Middle of the usual ladder, where most curves have their midpoint, and its end.
MIDDLE, END, BEYOND = 1.1, 2.2, 2.9


@dataclass(frozen=True)
class Truth:
    """A true curve and what is true of it.

    Parameters
    ----------
    name : str
    curve : callable
        Score at x decades above the smallest model; vectorised.
    chance : float
        Score of guessing.
    family : str
        The class of curves it comes from.
    params : mapping
        Its parameters in its own family, `midpoint` in decades above the smallest model.
    onset : float
        Where it leaves chance for good, in decades; NaN where it has no such point (a logistic has none).
    turn : {"", "U", "inverted U"}
        Empty where the curve is monotone.
    step : float
        Where it steps, in decades; NaN where it does not.
    """

    name: str
    curve: Callable[[Floats], Floats]
    chance: float
    family: str
    params: Mapping[str, float] = field(default_factory=dict)
    onset: float = math.nan
    turn: str = ""
    step: float = math.nan

    def __call__(self, x: Floats) -> Floats:
        return np.clip(self.curve(np.asarray(x, dtype=float)), 0.0, 1.0)

    @property
    def monotone(self) -> bool:
        """Whether it never turns."""
        return not self.turn

    def whole(self, x: Floats) -> bool:
        """Whether no model of the ladder meets 0 or 1 before the curve ends there: a cut curve has a kink."""
        y = self.curve(x)
        return bool(((y >= 0) & (y <= 1)).all())

    def pace(self, x: Floats) -> float:
        """Fastest rise from one model to the next, as a share of the range above chance per decade."""
        return float(np.max(np.diff(self(x)) / np.diff(x)) / (1 - self.chance))


def _sigmoid(z: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * z))  # never overflows


def _step_at(x: Floats, place: float, low: float, high: float) -> Floats:
    return np.where(x < place, low, high)


def logistic(width: float, midpoint: float, floor: float = 0.25, ceiling: float = 0.9) -> Truth:
    """Logistic curve whose 10–90 width is `width` decades."""
    scale = width / (2 * math.log(9))
    where = {MIDDLE: "inside", END: "at the end", BEYOND: "beyond"}.get(midpoint, f"at {midpoint:g}")
    return Truth(f"logistic, width {width:g}, midpoint {where}",
                 lambda x: floor + (ceiling - floor) * _sigmoid((x - midpoint) / scale), floor, "logistic",
                 {"midpoint": midpoint, "width": width, "scale": scale, "floor": floor, "ceiling": ceiling})


def gompertz(width: float, mirror: bool = False, midpoint: float = MIDDLE, floor: float = 0.25,
             ceiling: float = 0.9) -> Truth:
    """Gompertz curve (quick foot, slow shoulder) or its mirror; 10–90 width in decades."""
    scale = width / (math.log(math.log(10)) - math.log(math.log(1 / 0.9)))
    # the curve is placed by its steepest point; families call midpoint where half of the rise is made
    half = midpoint + (scale if mirror else -scale) * math.log(math.log(2))

    def curve(x: Floats) -> Floats:
        z = (x - midpoint) / scale
        share = 1 - np.exp(-np.exp(z)) if mirror else np.exp(-np.exp(-z))
        return np.asarray(floor + (ceiling - floor) * share)

    return Truth(f"{'mirrored ' * mirror}Gompertz, width {width:g}", curve, floor,
                 "gompertz mirror" if mirror else "gompertz",
                 {"midpoint": half, "width": width, "scale": scale, "floor": floor, "ceiling": ceiling})


def saturating(rate: float, floor: float = 0.25, ceiling: float = 0.9) -> Truth:
    """``floor + (ceiling - floor) (1 - exp(-rate x))``: fastest at the smallest model."""
    return Truth(f"saturating, rate {rate:g}", lambda x: floor + (ceiling - floor) * -np.expm1(-rate * x),
                 floor, "saturating", {"floor": floor, "ceiling": ceiling, "rate": rate})


def power_law_error(amplitude: float, exponent: float, ceiling: float = 1.0, chance: float = 0.25) -> Truth:
    """``ceiling - amplitude 10^(-exponent x)``: error a power law of scale."""
    return Truth(f"power law in error, exponent {exponent:g}, ceiling {ceiling:g}",
                 lambda x: ceiling - amplitude * 10 ** (-exponent * x), chance, "power law",
                 {"amplitude": amplitude, "exponent": exponent, "ceiling": ceiling})


def line(slope: float, intercept: float = 0.3) -> Truth:
    """Straight line in log scale."""
    return Truth(f"line, {slope:g} a decade", lambda x: intercept + slope * x, 0.25, "line",
                 {"slope": slope, "intercept": intercept})


def hinge(slope: float, chance: float = 0.25, onset: float = 1.0) -> Truth:
    """At chance up to the onset, then a straight line."""
    return Truth(f"hinge, {slope:g} a decade" + ("" if chance else " from zero"),
                 lambda x: chance + slope * np.maximum(0, x - onset), chance, "hinge",
                 {"break": onset, "slope": slope}, onset=onset)


def flat(level: float, chance: float) -> Truth:
    """The same score at every scale."""
    name = f"flat at chance {level:g}" if level == chance else f"flat at {level:g}"
    return Truth(name, lambda x: np.full(np.shape(x), level), chance, "flat", {"level": level})


def zeros_then_rising(slope: float = 0.4, onset: float = 1.0) -> Truth:
    """No right answer at all up to the onset, then a line: what exact match shows."""
    return Truth("all zeros, then rising", lambda x: slope * np.maximum(0, x - onset), 0.0, "hinge",
                 {"break": onset, "slope": slope}, onset=onset)


def step(height: float, chance: float = 0.25, place: float = 1.05) -> Truth:
    """A true step from chance, beside the middle so that no model stands on it: nothing is sharper."""
    return Truth(f"step of {height:g}" + ("" if chance else " from zero"),
                 lambda x: _step_at(x, place, chance, chance + height), chance, "step",
                 {"break": place, "low": chance, "high": chance + height}, onset=place, step=place)


def u_shape(depth: float, upside_down: bool = False, top: float = 0.6, bottom: float = MIDDLE) -> Truth:
    """A parabola with its turn in the middle of the usual ladder; `depth` is the fall to it."""
    sign = -1.0 if upside_down else 1.0
    middle = top if upside_down else top - depth

    def curve(x: Floats) -> Floats:
        return np.asarray(middle + sign * depth * np.minimum(((x - bottom) / MIDDLE) ** 2, 1.5))

    turn = "inverted U" if upside_down else "U"
    return Truth(f"{turn}, depth {depth:g}", curve, 0.25, "parabola", {"turn": bottom, "depth": depth},
                 turn=turn)


def staircase(*levels: float, chance: float = 0.25, edge: float = 0.9) -> Truth:
    """Plateaus joined by ramps of `edge` of the range above chance per decade: no jump at pace 1."""
    xs, ys = [0.0], [levels[0]]
    ramps = [(b - a) / (edge * (1 - chance)) for a, b in itertools.pairwise(levels)]
    rest = (SPAN - sum(ramps)) / len(levels)
    for level, ramp in zip(levels[1:], ramps, strict=True):
        xs += [xs[-1] + rest, xs[-1] + rest + ramp]
        ys += [ys[-1], level]
    return Truth(f"{len(levels)} plateaus", lambda x: np.interp(x, xs, ys), chance, "piecewise")


def ramp(pace: float, start: float, stop: float, chance: float = 0.25) -> Truth:
    """At chance, then `pace` of the range above chance per decade from `start` to `stop`, then flat."""
    def curve(x: Floats) -> Floats:
        return np.asarray(chance + pace * (1 - chance) * (np.clip(x, start, stop) - start))
    return Truth(f"ramp at pace {pace:g}, {start:g} to {stop:g}", curve, chance, "piecewise", onset=start)


def _issue_curve() -> Truth:
    """The power law in error of a published ladder that a logistic null called sharp."""
    first = math.log10(SMALLEST)
    amplitude = math.exp(-0.485) * 10 ** (-0.431 * (first - 7.8))
    return Truth("published power law in error", lambda x: 0.765 - amplitude * 10 ** (-0.431 * x), 0.0,
                 "power law", {"amplitude": amplitude, "exponent": 0.431, "ceiling": 0.765})


def falling(truth: Truth) -> Truth:
    """The same curve upside down: larger models are worse."""
    return Truth(f"falling {truth.name}", lambda x: 1.15 - truth(x), truth.chance, f"falling {truth.family}")


LOGISTICS = tuple(logistic(w, MIDDLE) for w in (0.3, 0.6, 1.0, 2.0, 4.0)) + tuple(
    logistic(w, m) for w in (0.6, 2.0) for m in (END, BEYOND))
GOMPERTZ = tuple(gompertz(w, mirror) for w in (1.0, 2.0) for mirror in (False, True))
SATURATING = tuple(saturating(r) for r in (0.5, 1.0, 2.0, 4.0))
POWER_LAWS = (power_law_error(0.75, 0.15), power_law_error(0.75, 0.5), _issue_curve())
LINES = (line(0.05), line(0.25))
HINGES = (hinge(0.1), hinge(0.3), hinge(0.1, chance=0.0), zeros_then_rising())
FLATS = (flat(0.25, 0.25), flat(0.5, 0.5), flat(0.0, 0.0), flat(0.9, 0.25))
STEPS = (step(0.15), step(0.3), step(0.6), step(0.6, chance=0.0))
TURNS = tuple(u_shape(depth, upside_down) for upside_down in (False, True) for depth in (0.1, 0.25))
PIECEWISE = (staircase(0.25, 0.5, 0.9), staircase(0.25, 0.3, 0.6, 0.65), ramp(0.95, 0.7, 1.5),
             ramp(1.0, 1.9, 2.4))
FALLING = (falling(line(0.25)), falling(saturating(2)), falling(logistic(1.0, MIDDLE)))

SMOOTH = LOGISTICS + GOMPERTZ + SATURATING + POWER_LAWS + LINES
TRUTHS = {t.name: t for t in SMOOTH + HINGES + FLATS + STEPS + TURNS + PIECEWISE + FALLING}


@dataclass(frozen=True)
class Noise:
    """How a count of right answers scatters around its true score.

    Parameters
    ----------
    name : str
    ratio : float
        Variance over that of independent items; above 1 the rest lies between models (beta-binomial).
    logit_sd : float
        Standard deviation between models on the logit scale.
    last_ratio : float, optional
        `ratio` at the largest model, where it changes along the ladder (log-linearly in rank).
    carry : float
        Correlation of a model's deviation with that of the next smaller one.
    lapse : float
        Share of models that answer a tenth of what they could (a broken run, a wrong prompt).
    """

    name: str
    ratio: float = 1.0
    logit_sd: float = 0.0
    last_ratio: float | None = None
    carry: float = 0.0
    lapse: float = 0.0

    def draw(self, p: Floats, n: Floats, draws: int, seed: int) -> Floats:
        """Counts of right answers, shape (draws, models).

        Parameters
        ----------
        p, n : ndarray, shape (models,)
            True scores and items.
        """
        from scipy import special, stats

        rng = np.random.default_rng(seed)
        normal = special.ndtri(_inside(rng.random((draws, len(p)))))
        for i in range(1, len(p) if self.carry else 1):
            normal[:, i] = self.carry * normal[:, i - 1] + math.sqrt(1 - self.carry**2) * normal[:, i]
        share = np.broadcast_to(p, normal.shape).copy()
        inner = (p > 0) & (p < 1)  # a score that cannot be missed has no model-to-model variation either
        if self.logit_sd:
            share[:, inner] = special.expit(special.logit(p[inner]) + self.logit_sd * normal[:, inner])
        ratio = np.geomspace(self.ratio, self.last_ratio or self.ratio, len(p))
        intra = intraclass(ratio, n)
        wide = inner & (intra > 0)
        if wide.any():
            size = 1 / intra[wide] - 1
            level = special.ndtr(normal[:, wide])
            share[:, wide] = stats.beta.ppf(level, p[wide] * size, (1 - p[wide]) * size)
        if self.lapse:
            share = np.where(rng.random(share.shape) < self.lapse, share / 10, share)
        return np.asarray(stats.binom.ppf(_inside(rng.random(share.shape)), n, share), dtype=float)


def intraclass(ratio: Floats, n: Floats) -> Floats:
    """Correlation of two items of one model that multiplies the variance by `ratio`, at most .3.

    The cap keeps beta-binomial scores of few items from being all or nothing: below it no ladder is read.
    """
    return np.minimum((np.asarray(ratio) - 1) / np.maximum(np.asarray(n) - 1, 1), 0.3)


def _inside(u: Floats) -> Floats:
    """Uniforms strictly between 0 and 1: at 0 an inverse distribution function is -1 or -inf."""
    return np.clip(u, 2.0**-54, 1 - 2.0**-53)


BINOMIAL = Noise("binomial")
NOISES = {n.name: n for n in (BINOMIAL, Noise("beta-binomial x3", ratio=3),
                              Noise("beta-binomial x11", ratio=11), Noise("logit sd .2", logit_sd=0.2))}
#: Not promised by any test's docstring, but met in real ladders.
HOSTILE_NOISES = {n.name: n for n in (Noise("x1 to x11", ratio=1, last_ratio=11),
                                      Noise("x11 to x1", ratio=11, last_ratio=1),
                                      Noise("correlated logit sd .2", logit_sd=0.2, carry=0.6),
                                      Noise("lapses", lapse=0.05))}


def grid(gaps: str, models: int) -> Floats:
    """Decades above the smallest model, shape (models,).

    Parameters
    ----------
    gaps : {"even", "even .3", "pythia", "random"}
        ``even`` fills 2.2 decades; ``even .3`` has .3 decades a gap; ``pythia`` takes that suite's sizes (an
        even choice of them below eight models, and for more a second model between each two);
        ``random`` fills 2.2 decades by a fixed draw, no gap under .02.
    """
    if gaps == "even":
        return np.linspace(0.0, SPAN, models, dtype=np.float64)
    if gaps == "even .3":
        return 0.3 * np.arange(models, dtype=float)
    if gaps == "pythia":
        x: Floats = np.log10(np.array(PYTHIA) / PYTHIA[0])
        if models > len(x):
            return np.asarray(np.interp(np.linspace(0, len(x) - 1, models), np.arange(len(x)), x))
        return np.asarray(x[np.rint(np.linspace(0, len(x) - 1, models)).astype(int)])
    if gaps == "random":
        widths = -np.log1p(-np.random.default_rng(models).random(models - 1))  # gaps of a Poisson process
        free = SPAN - 0.02 * (models - 1)
        return np.concatenate([[0], np.cumsum(0.02 + free * widths / widths.sum())])
    raise ValueError(f"gaps must be 'even', 'even .3', 'pythia' or 'random', got {gaps!r}.")


GAPS = ("even", "even .3", "pythia", "random")


def scales(x: Floats) -> Floats:
    """Parameters of models `x` decades above the smallest."""
    return np.asarray(SMALLEST * 10**x)


def seed_of(*names: object) -> int:
    """A seed that belongs to a cell by its name, so that adding cells changes no other."""
    return zlib.crc32("|".join(map(str, names)).encode())
