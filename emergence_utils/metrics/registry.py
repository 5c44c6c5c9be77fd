"""What each metric means: direction, range, chance level, and whether it is all-or-nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from .._checks import number, short
from ..errors import InputError, UnknownNameError

__all__ = ["Metric", "chance_level", "get_metric", "list_metrics"]

Chance = float | Callable[[float], float] | None


@dataclass(frozen=True)
class Metric:
    """One way to score a model's answers.

    Parameters
    ----------
    name : str
        Key used in the ``metric`` column of a score table.
    label : str
        Axis label, with the unit.
    unit : str
        Unit of ``value``.
    higher_is_better : bool
        Direction.
    low, high : float
        Range of possible values (infinite where open).
    chance : float, callable or None
        Value under uniform guessing: a number, a rule of the number of choices, or
        None where guessing has no defined score.
    all_or_nothing : bool
        True where one item scores only 0 or 1, so that the mean is binomial.
    reference : str
        Where the formula is defined (a key of ``book/references.bib``).
    aliases : tuple of str
        Names that evaluation harnesses use for it.
    """

    name: str
    label: str
    unit: str
    higher_is_better: bool
    low: float
    high: float
    chance: Chance
    all_or_nothing: bool
    reference: str
    aliases: tuple[str, ...] = ()

    def chance_for(self, n_choices: float | None = None) -> float:
        """Score of uniform guessing among `n_choices` options; NaN where undefined."""
        if self.chance is None:
            return math.nan
        if callable(self.chance):
            if n_choices is None or (isinstance(n_choices, float) and math.isnan(n_choices)):
                return math.nan
            options = number("n_choices", n_choices)
            if options < 1:
                raise InputError(f"n_choices must be at least 1 for '{self.name}', got {n_choices}.")
            return self.chance(options)
        return self.chance


def _one_in(k: float) -> float:
    return 1 / k


_INF = math.inf
_METRICS = (
    Metric("exact_match", "Exact match", "fraction", True, 0, 1, 0.0, True, "srivastava2022bigbench",
           ("em", "exact_str_match", "quasi_exact_match", "exact_match_indicator")),
    Metric("multiple_choice_grade", "Multiple-choice accuracy", "fraction", True, 0, 1, _one_in, True,
           "srivastava2022bigbench", ("acc", "accuracy", "mc1")),
    Metric("multiple_choice_grade_norm", "Multiple-choice accuracy (length-normalised)", "fraction",
           True, 0, 1, _one_in, True, "biderman2023pythia", ("acc_norm", "accuracy_norm", "acc_norm_bytes")),
    Metric("answer_probability", "Probability of the correct choice", "fraction", True, 0, 1, _one_in,
           False, "bhagia2024ladder"),
    Metric("token_accuracy", "Token accuracy", "fraction", True, 0, 1, None, False,
           "schaeffer2023mirage"),
    Metric("position_product", "Product of the accuracies at each token", "fraction", True, 0, 1, None,
           False, "schaeffer2023mirage"),
    Metric("one_carry_share", "Share of wrong sums that are one carry away", "fraction", True, 0, 1, None,
           True, "lee2023arithmetic"),
    Metric("token_edit_distance", "Token edit distance (tokens)", "tokens", False, 0, _INF, None,
           False, "schaeffer2023mirage"),
    Metric("token_edit_distance_norm", "Token edit distance / longest length", "fraction", False, 0, 1,
           None, False, "schaeffer2023mirage"),
    Metric("brier_multiclass", "Brier score (multiclass)", "squared probability", False, 0, 2,
           lambda k: 1 - 1 / k, False, "brier1950", ("brier_score",)),
    Metric("brier_target", "Brier score (target-conditioned)", "squared probability", False, 0, 1,
           lambda k: (1 - 1 / k) ** 2, False, "wu2024ushaped"),
    Metric("brier_top_answer", "Brier score of the top answer's confidence", "squared probability",
           False, 0, 1, None, False, "schellaert2022lass"),
    Metric("log_prob_per_token", "Log-probability per token (nats)", "nats/token", True, -_INF, 0, None,
           False, "srivastava2022bigbench"),
    Metric("log_prob_per_byte", "Log-probability per byte (nats)", "nats/byte", True, -_INF, 0, None,
           False, "bhagia2024ladder"),
    Metric("bits_per_byte", "Bits per byte of the correct answer", "bits/byte", False, 0, _INF, None,
           False, "bhagia2024ladder", ("bpb",)),
    Metric("cross_entropy", "Validation loss (nats per token)", "nats/token", False, 0, _INF, None,
           False, "hoffmann2022chinchilla", ("loss", "ce_loss", "validation_loss")),
    Metric("answer_cross_entropy", "Loss on the correct answer (nats)", "nats", False, 0, _INF, None,
           False, "mcleish2025gemstones"),
    Metric("answer_likelihood", "Likelihood of the correct answer, exp(-loss)", "fraction", True, 0, 1, None,
           False, "mcleish2025gemstones"),
    Metric("perplexity", "Perplexity", "1", False, 1, _INF, None, False, "brown2020gpt3", ("ppl",)),
    Metric("bleu", "BLEU", "BLEU points", True, 0, 100, 0.0, False, "post2018sacrebleu", ("sacrebleu",)),
    Metric("f1", "F1", "fraction", True, 0, 1, 0.0, False, "rajpurkar2016squad", ("f1_score", "token_f1")),
    Metric("squared_error", "Mean squared error (squared grey levels)", "squared grey levels", False, 0, _INF,
           None, False, "schaeffer2023mirage", ("mse", "mean_squared_error")),
    # grey levels guessed at random come within no threshold that is of use
    Metric("reconstruction", "Share of images within a threshold", "fraction", True, 0, 1, 0.0, True,
           "schaeffer2023mirage", ("reconstruction_c",)),
    Metric("k_of_k", "All K of K right", "fraction", True, 0, 1, None, True, "schaeffer2023mirage"),
    Metric("pass_at_k", "pass@k", "fraction", True, 0, 1, 0.0, False, "chen2021codex"),
)
_BY_NAME = {m.name: m for m in _METRICS}
_ALIASES = {alias: m.name for m in _METRICS for alias in m.aliases}
_PASS_AT = re.compile(r"pass[@_](?:at_)?\d+|pass@k")


def list_metrics() -> list[str]:
    """Names of all registered metrics."""
    return list(_BY_NAME)


def get_metric(name: str) -> Metric:
    """Look a metric up, by its name here or by the one that an evaluation harness gives it.

    Parameters
    ----------
    name : str
        As in `list_metrics`, or an alias such as ``"acc"``, ``"em"``, ``"pass@1"``; what a harness
        puts behind a comma (the filter, ``"exact_match,strict-match"``) is left out, and capitals,
        blanks and hyphens do not matter. ``accuracy`` and ``acc`` are read as multiple choice.

    Raises
    ------
    UnknownNameError
        If there is none of that name; the nearest one is named.

    Examples
    --------
    >>> get_metric("multiple_choice_grade").chance_for(4)
    0.25
    >>> get_metric("exact_match,strict-match").name, get_metric("acc_norm,none").name
    ('exact_match', 'multiple_choice_grade_norm')
    """
    if isinstance(name, str):
        if name in _BY_NAME:
            return _BY_NAME[name]
        plain = name.split(",")[0].strip().lower().replace(" ", "_").replace("-", "_")
        known = "pass_at_k" if _PASS_AT.fullmatch(plain) else _ALIASES.get(plain, plain)
        if known in _BY_NAME:
            return _BY_NAME[known]
    raise UnknownNameError("metric", name if isinstance(name, str) else short(name), _BY_NAME)


def chance_level(name: str, n_choices: float | None = None) -> float:
    """Score of uniform guessing under the metric called `name` (NaN where undefined).

    Parameters
    ----------
    name : str
        Registered metric.
    n_choices : float, optional
        Options per item; a mean over items is exact only for metrics linear in 1/k.
    """
    return get_metric(name).chance_for(n_choices)
