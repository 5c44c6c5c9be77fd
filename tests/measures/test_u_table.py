"""All three U tests over a score table."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, scores
from emergence_utils.measures.u_table import holm, u_tests

SCALE = [70e6, 160e6, 410e6, 1e9, 1.4e9, 2.8e9, 6.9e9, 12e9]


def rows(task, value, scale=SCALE, **more):
    return pd.DataFrame({"family": "f", "task": task, "params": scale, "value": value,
                         "metric": "multiple_choice_grade", "n_examples": 1000.0} | more)


TABLE = pd.concat([
    rows("u", [.50, .47, .40, .30, .25, .35, .55, .75]),
    rows("rises", [.20, .27, .35, .43, .45, .51, .58, .63]),
    rows("few", [.4, .3, .5], SCALE[:3]),
    rows("two", [.4, .3], SCALE[:2]),
])


def test_one_row_a_ladder_with_three_answers_in_words():
    t = u_tests(TABLE).set_index("task")
    assert t["counts"].to_dict() == {"u": "U", "rises": "no U", "few": "U", "two": "not testable"}
    assert t["scope"].to_dict() == {"u": "sizes", "rises": "sizes", "few": "these models", "two": ""}
    assert t.loc["few", ["parabola", "lines"]].tolist() == ["not testable"] * 2
    assert t.loc["u", "parabola"] == "not applicable"
    assert t.loc["two", "why_counts"] == "2 different scales; a U takes three."


def test_holm_counts_what_was_not_tested():
    t = u_tests(TABLE).set_index("task")
    k = 4 - (t["p_counts"] < t.loc["u", "p_counts"]).sum()
    assert t.loc["u", "holm_counts"] == pytest.approx(k * t.loc["u", "p_counts"])
    assert np.isnan(t.loc["two", "p_counts"])
    assert t.loc["two", "holm_counts"] == 1
    assert holm([.01, np.nan, .02]).tolist() == pytest.approx([.03, 1, .04])
    assert holm([]).tolist() == []


def test_rows_of_unknown_scale_are_counted():
    table = pd.concat([TABLE, rows("u", [.5], [np.nan])])
    assert u_tests(table).set_index("task")["left_out"].to_dict() == {"u": 1, "rises": 0, "few": 0, "two": 0}


def test_several_families_are_clustered_and_not_one_ladder():
    real = scores.load("expemergence", task="mmlu", subset="group_01")
    t = u_tests(real, by=["task"], x="train_flops").iloc[0]
    assert t["counts"] == "not testable"
    assert "families are not one ladder" in t["why_counts"]
    assert (t["n"], t["left_out"]) == (65, len(real) - 65)
    assert t["parabola"] in ("U", "not applicable")


def test_a_scale_twice_is_named():
    t = u_tests(pd.concat([rows("u", np.linspace(.2, .5, 8)), rows("u", [.3], [1e9])])).iloc[0]
    assert "several scores at one params" in t["why_counts"]


def test_order_of_rows_does_not_matter():
    pd.testing.assert_frame_equal(u_tests(TABLE), u_tests(TABLE.sample(frac=1, random_state=0)))


@pytest.mark.parametrize(("change", "error"), [
    (lambda d: d.drop(columns="metric"), UnknownNameError),
    (lambda d: d.assign(params=np.nan), InputError),
    (lambda d: d.assign(params=-1.0 * d["params"]), InputError),
    (lambda d: d.assign(value=np.nan), InputError),
    (lambda d: pd.concat([d, d.assign(metric="exact_match")]), InputError),
])
def test_bad_tables_are_named(change, error):
    with pytest.raises(error):
        u_tests(change(TABLE))
