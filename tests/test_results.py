"""A result cannot be made without its doubt."""

from __future__ import annotations

import dataclasses
import math

import pytest

from emergence_utils.errors import InputError
from emergence_utils.results import Interval, Result


def test_interval_contains_its_ends_and_knows_its_width() -> None:
    interval = Interval(-1.0, 3.0)
    assert interval.width == 4
    for value, inside in ((-1, True), (3, True), (0, True), (3.1, False), (math.nan, False)):
        assert (value in interval) is inside


def test_interval_may_be_open() -> None:
    assert 1e300 in Interval(0.0, math.inf)


@pytest.mark.parametrize(("low", "high"), [(1, 0), (math.nan, 1), (0, math.nan)])
def test_interval_refuses_ends_out_of_order(low: float, high: float) -> None:
    with pytest.raises(InputError, match=f"needs low <= high, both numbers; got low={low}, high={high}"):
        Interval(low, high)


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_interval_refuses_a_level_that_is_no_probability(level: float) -> None:
    with pytest.raises(InputError, match=f"strictly between 0 and 1, e.g. 0.95, got {level}"):
        Interval(0, 1, level)


@pytest.mark.parametrize(
    ("level", "text"),
    [(0.95, "0.5 (95% [0.1, 0.9]), n=10"), (0.999, "0.5 (99.9% [0.1, 0.9]), n=10"),
     (2 / 3, "0.5 (66.67% [0.1, 0.9]), n=10")],
)
def test_result_prints_its_interval_and_level(level: float, text: str) -> None:
    assert f"{Result(0.5, Interval(0.1, 0.9, level), 10)}" == text


def test_result_prints_in_the_given_format() -> None:
    assert f"{Result(0.5, Interval(0.1, 0.9), 10):.2f}" == "0.50 (95% [0.10, 0.90]), n=10"
    assert f"{Result(0.5, None, 1, 'undetermined', ('One item.',)):.1f}" == "0.5, n=1"


def test_no_interval_without_a_reason() -> None:
    with pytest.raises(InputError, match="without an interval needs a note that says why"):
        Result(0.5, None, 10)


@pytest.mark.parametrize("status", ["ok", "limited"])
def test_nan_is_no_usable_estimate(status: str) -> None:
    with pytest.raises(InputError, match=f"status '{status}' needs a number, got NaN"):
        Result(math.nan, Interval(0, 1), 10, status)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["undetermined", "failed"])
def test_nan_may_be_said_openly(status: str) -> None:
    result = Result(math.nan, None, 0, status, ("No items.",))  # type: ignore[arg-type]
    assert math.isnan(result.estimate)


def test_results_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Result(0.5, Interval(0, 1), 10).estimate = 0.6  # type: ignore[misc]


def test_an_interval_without_width_is_never_ok():
    with pytest.raises(InputError, match=r"no width, here \[0.5, 0.5\], cannot have status 'ok'"):
        Result(0.5, Interval(0.5, 0.5), 10)
    assert Result(0.5, Interval(0.5, 0.5), 10, "limited", ("all agree",)).status == "limited"
    found = Result.of_draws([0.5, 0.5], 0.5, 2, 0.95, "bootstrap")
    assert found.status == "limited" and "no width" in found.notes[0]
    assert Result.of_draws([0.4, 0.6], 0.5, 2, 0.95, "bootstrap").status == "ok"
