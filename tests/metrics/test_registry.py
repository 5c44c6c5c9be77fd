"""The registry: what every metric says of itself is consistent."""

from __future__ import annotations

import math

import pytest

from emergence_utils import metrics
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.metrics import chance_level, get_metric, list_metrics


@pytest.mark.parametrize("name", list_metrics())
def test_every_entry_is_consistent(name: str) -> None:
    metric = get_metric(name)
    assert metric.name == name
    assert metric.low < metric.high
    assert metric.label
    assert metric.unit
    assert metric.reference
    if metric.all_or_nothing:  # then the mean is binomial
        assert (metric.low, metric.high, metric.unit) == (0, 1, "fraction")
    for k in (1, 2, 4, 10):
        chance = metric.chance_for(k)
        assert math.isnan(chance) or metric.low <= chance <= metric.high


@pytest.mark.parametrize(
    ("name", "k", "chance"),
    [("multiple_choice_grade", 4, 0.25), ("multiple_choice_grade_norm", 2, 0.5), ("exact_match", None, 0),
     ("answer_probability", 5, 0.2), ("brier_multiclass", 4, 0.75), ("brier_target", 4, 0.5625),
     ("bleu", None, 0)],
)
def test_chance_levels(name: str, k: float | None, chance: float) -> None:
    assert chance_level(name, k) == pytest.approx(chance)


def test_chance_is_nan_where_undefined() -> None:
    assert math.isnan(chance_level("perplexity", 4))
    assert math.isnan(chance_level("multiple_choice_grade"))
    assert math.isnan(chance_level("multiple_choice_grade", math.nan))


def test_less_than_one_choice_is_refused() -> None:
    with pytest.raises(InputError, match="n_choices must be at least 1 for 'multiple_choice_grade', got 0"):
        chance_level("multiple_choice_grade", 0)


@pytest.mark.parametrize("look_up", [get_metric, chance_level])
def test_unknown_metric_names_the_nearest(look_up: object) -> None:
    with pytest.raises(UnknownNameError, match="Unknown metric 'exact_mach'; did you mean 'exact_match'"):
        look_up("exact_mach")  # type: ignore[operator]


@pytest.mark.parametrize(
    "name",
    ["exact_match", "multiple_choice_grade", "answer_probability", "token_accuracy", "token_edit_distance",
     "brier_multiclass", "brier_target", "log_prob_per_token", "log_prob_per_byte", "bits_per_byte", "bleu",
     "f1", "pass_at_k"],
)
def test_scorers_bear_the_name_of_their_metric(name: str) -> None:
    assert name in list_metrics()
    assert callable(getattr(metrics, name))
    assert name in metrics.__all__


@pytest.mark.parametrize(("alias", "name"), [
    ("acc", "multiple_choice_grade"), ("acc,none", "multiple_choice_grade"),
    ("accuracy", "multiple_choice_grade"), ("acc_norm", "multiple_choice_grade_norm"),
    ("acc_norm,none", "multiple_choice_grade_norm"), ("exact_match,strict-match", "exact_match"),
    ("exact_match,flexible-extract", "exact_match"), ("em", "exact_match"), ("EM", "exact_match"),
    ("Exact Match", "exact_match"), ("pass@1", "pass_at_k"), ("pass@100,create_test", "pass_at_k"),
    ("pass_at_10", "pass_at_k"), ("bleu,none", "bleu"), ("f1,none", "f1"), ("perplexity,none", "perplexity"),
    ("brier_score,none", "brier_multiclass"),
])
def test_names_of_the_harnesses_are_read(alias: str, name: str) -> None:
    assert get_metric(alias).name == name


def test_no_alias_has_two_meanings() -> None:
    aliases = [a for m in list_metrics() for a in get_metric(m).aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(list_metrics())


@pytest.mark.parametrize("name", ["acc_stderr,none", "", ",none", "pass@", None, 3, ["acc"], math.nan])
def test_other_names_are_not(name: object) -> None:
    with pytest.raises(UnknownNameError, match="Unknown metric"):
        get_metric(name)  # type: ignore[arg-type]
