"""A smooth latent U: a distractor is learned first, then overcome. Nothing here is a measurement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..._checks import BoolArray, at_least_one, count
from ..._typed import checked
from ...errors import InputError
from ...intervals import binomial_bounds
from ...measures._least_squares import Array

__all__ = ["SCORE_NAMES", "Distractor", "call_rates", "calls_beyond", "calls_upturn", "simulate_ladder",
           "soft_leads"]

SCORE_NAMES = {"accuracy": "accuracy", "log_likelihood": "log-likelihood", "brier": "Brier score",
               "hard_brier": "Brier score, hardest third"}


@dataclass(frozen=True)
class Distractor:
    """Pulls on the answer to an item with two options, in nats, as functions of scale in decades.

    Parameters
    ----------
    pull : float
        Full strength of the distractor.
    learned : float
        Decade at which half of it is there; it grows over about one decade on each side.
    truth : float
        Strength of the true task at the end of a long ladder, per decade; 0 for a task that stays
        inverse.
    onset : float
        Decade around which the true task starts to grow, smoothly.
    spread : float
        Standard deviation of an item's own lean, in nats: mixes easy and hard items.
    onset_spread : float
        Standard deviation over items of the decade at which the true task starts to grow.
    """

    pull: float = 2.0
    learned: float = 1.0
    truth: float = 3.0
    onset: float = 2.0
    spread: float = 1.5
    onset_spread: float = 0.5

    def margin(self, x: Array, later: ArrayLike = 0.0) -> Array:
        """Lead of the true answer in nats, for an item whose true task starts `later` after `onset`."""
        away = self.pull / (1 + np.exp(-3 * (x - self.learned)))
        grown = self.truth * np.logaddexp(0, 3 * (x - self.onset - np.asarray(later))) / 3
        return np.asarray(grown - away)

    def expected(self, x: Array, n_items: int = 2000) -> pd.DataFrame:
        """Scores of an endless ladder without luck: the smooth curves behind `simulate_ladder`."""
        return simulate_ladder(self, x, n_items=n_items, luck=0.0)

    def turns(self, x: Array) -> pd.Series:
        """Scale of the lowest point of each score of `expected`."""
        scores = self.expected(x)
        return scores.set_index("x").idxmin()


def simulate_ladder(task: Distractor, x: Array, *, seen: BoolArray | None = None, n_items: int = 300,
                    luck: float = 0.15, seed: int = 0) -> pd.DataFrame:
    """Scores of one simulated ladder: accuracy, mean log-likelihood and Brier score (negated).

    Parameters
    ----------
    x : ndarray, shape (n,)
        Scales in decades.
    seen : ndarray of bool, shape (n,), optional
        Models whose Brier scores say which third of the items is hardest; all by default.
    n_items : int
    luck : float
        Standard deviation of a model's own deviation from the smooth margin, in nats.

    Returns
    -------
    DataFrame
        Columns ``x``, ``accuracy``, ``log_likelihood``, ``brier``, ``hard_brier`` (the hardest
        third); larger is better in all.
    """
    if n_items < 2 or luck < 0:
        raise InputError(f"n_items must be at least 2 and luck at least 0, got {n_items} and {luck}.")
    rng = np.random.default_rng(seed)
    lean, later = rng.normal(0, task.spread, size=n_items), rng.normal(0, task.onset_spread, size=n_items)
    margin = task.margin(x[:, None], later) + rng.normal(0, luck, size=len(x))[:, None] + lean
    brier = -((1 / (1 + np.exp(margin))) ** 2)
    rows = np.ones(len(x), dtype=bool) if seen is None else np.asarray(seen, dtype=bool)
    hard = np.argsort(brier[rows].mean(axis=0), kind="stable")[: n_items // 3]
    return pd.DataFrame({"x": x, "accuracy": (margin > 0).mean(axis=1),
                         "log_likelihood": -np.logaddexp(0, -margin).mean(axis=1),
                         "brier": brier.mean(axis=1), "hard_brier": brier[:, hard].mean(axis=1)})


def calls_upturn(x: Array, y: Array, end: float, *, lead: float = 4.0) -> bool:
    """Whether a parabola beats a line by `lead` in AICc, opens upwards and turns before `end`.

    The rule by which a score, seen up to some scale, predicts a rise on the unseen part.
    """
    n = len(x)
    if n < 6:
        raise InputError(f"x must hold at least six models, got {n}.")
    u = x - x.mean()
    scores: list[float] = []
    bend: Array = np.zeros(3)
    for degree in (1, 2):
        design = np.vander(u, degree + 1, increasing=True)
        bend = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0])
        k = degree + 2
        rss = max(float(np.sum((y - design @ bend) ** 2)), 1e-300)
        scores.append(n * np.log(rss / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1))
    return bool(scores[0] - scores[1] >= lead and bend[2] > 0 and -bend[1] / (2 * bend[2]) + x.mean() < end)


def call_rates(tasks: dict[str, Distractor], x: Array, seen: BoolArray, *, n_sets: int = 100,
               seed: int = 0) -> pd.DataFrame:
    """How often each score, seen at `seen` models only, predicts an upturn before the end of `x`.

    Parameters
    ----------
    tasks : mapping of name to Distractor
    x : ndarray
        The whole ladder.
    seen : ndarray of bool
        The models that the forecast may use.

    Returns
    -------
    DataFrame
        One row a task and score: ``rate``, ``low``, ``high`` (exact 95 %), ``rises`` (whether the
        true accuracy rises by more than 0.05 on the unseen part).
    """
    rows = []
    for name, task in tasks.items():
        truth = task.expected(x)["accuracy"].to_numpy()
        rises = bool(truth[-1] - truth[seen][-1] > 0.05)
        sets = [simulate_ladder(task, x, seen=seen, seed=seed + i) for i in range(n_sets)]
        for metric in SCORE_NAMES:
            seen_scores = [s[metric].to_numpy()[seen] for s in sets]
            k = float(np.mean([calls_upturn(x[seen], y, float(x[-1])) for y in seen_scores]))
            low, high = binomial_bounds([k], [n_sets], method="clopper-pearson")
            rows.append({"task": name, "score": SCORE_NAMES[metric], "rate": k, "low": float(low[0]),
                         "high": float(high[0]), "rises": rises})
    return pd.DataFrame(rows)


@checked
def calls_beyond(tasks: dict[str, Distractor], x: Array, turn: float, beyond: Sequence[float], *,
                 n_sets: int = 100) -> pd.DataFrame:
    """`call_rates` for ladders seen up to several distances from the lowest accuracy.

    Parameters
    ----------
    turn : float
        Scale of the lowest accuracy, in decades.
    beyond : sequence of float
        Decades seen beyond it; negative before it.

    Returns
    -------
    DataFrame
        The rows of `call_rates` with ``beyond`` and ``what``, the score and the task in words.

    Raises
    ------
    InputError
        If `beyond` is empty, or a distance is negative or reaches beyond the end of the ladder.
    """
    count("n_sets", n_sets, minimum=1)
    for distance in at_least_one("beyond", beyond, "distance"):
        if not 0 <= distance <= x.max() - turn + 1e-9:
            raise InputError(f"beyond must hold decades from 0 to {x.max() - turn:.2f}, where the ladder "
                             f"ends, got {distance:g}.")
    parts = [call_rates(tasks, x, x <= turn + d + 1e-9, n_sets=n_sets).assign(beyond=d) for d in beyond]
    rates = pd.concat(parts, ignore_index=True)
    return rates.assign(what=rates["score"] + ", " + rates["task"])


def soft_leads(settings: Iterable[Distractor], x: Array) -> pd.DataFrame:
    """How many decades earlier than accuracy each soft score turns, one row a setting.

    Returns
    -------
    DataFrame
        One column a soft score, by its name; positive where it turns before accuracy does.
    """
    turns = pd.DataFrame([task.turns(x) for task in settings]).rename(columns=SCORE_NAMES)
    soft = turns.drop(columns="accuracy")
    return soft.rsub(turns["accuracy"], axis=0)
