"""Groups too short for a verdict are counted, not refused."""

import pandas as pd
import pytest

from emergence_utils import association
from emergence_utils.ladders import Ladder
from emergence_utils.measures import presence_all, sweep_rules
from emergence_utils.measures.define import Rules, define

SIZES = [1e7, 1e8, 1e9, 1e10, 1e11, 1e12]


def table(task, values):
    return pd.DataFrame({"task": task, "params": SIZES[:len(values)], "value": values, "n_examples": 1000,
                         "chance": 0.0})


LONG = table("long", [0.0, 0.0, 0.0, 0.2, 0.5, 0.7])


@pytest.mark.parametrize("values", [[0.1], [0.1, 0.2], [0.1, 0.2, 0.3]])
def test_short_ladders_are_counted(values):
    found = presence_all(pd.concat([LONG, table("short", values)]), by="task")
    assert found["task"].tolist() == ["long"]
    assert found["pattern"].tolist() == ["emergent"]
    assert found.attrs["left_out"] == 1


def test_only_short_ladders_make_an_empty_table():
    found = presence_all(table("short", [0.1]), by="task")
    assert len(found) == 0
    assert found.attrs["left_out"] == 1


def test_the_sweep_says_what_define_says():
    ladder = Ladder.of(LONG["params"], LONG["value"], 1000, chance=0.0)
    told = Rules().forecastability(ladder)
    assert (told.better, told.estimate) == (define(ladder).not_extrapolable, define(ladder).forecast_error)
    sweep = sweep_rules(LONG, hold_out=(1,), tolerance=(0.25,))
    row = sweep[sweep["definition"] == "not_extrapolable"].iloc[0]
    assert row["curves"] == (define(ladder).not_extrapolable == "yes")


def test_a_perfect_rank_correlation_is_no_error():
    found = association.spearman(range(10), range(10), n_resamples=50)
    assert (found.estimate, found.status) == (1.0, "limited")
    assert "not precision" in found.notes[-1]
