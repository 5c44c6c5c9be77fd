"""The two U tests on whole tables, and what survives the number of tables."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, UnknownNameError, datasets
from emergence_utils import ushape as us


def test_holm_counts_a_missing_test_as_found_nothing():
    assert us.holm([0.01, np.nan, 0.02]).tolist() == pytest.approx([0.03, 1.0, 0.04])


def test_tables_turn_the_brier_score_round():
    rows = datasets.load("expemergence", task="parsinlu_qa_mc", subset="group_10")
    r = us.u_tests(rows, by=["task", "subset"], families=None).iloc[0]
    assert (r["n"], r["parabola"], r["lines"], r["both"]) == (63, "U", "U", "U")
    assert r["p_parabola"] == pytest.approx(2.9138713e-08, rel=1e-5)  # R, see reference.py
    assert r["fall"] < 0 < r["rise"]


@pytest.mark.parametrize(("change", "error"), [
    (lambda d: d.drop(columns="metric"), UnknownNameError),
    (lambda d: d.assign(train_flops=np.nan), InputError),
    (lambda d: pd.concat([d, d.assign(metric="multiple_choice_grade")]), InputError),
])
def test_bad_tables_are_named(change, error):
    rows = datasets.load("expemergence", task="mmlu", subset="group_01")
    with pytest.raises(error):
        us.u_tests(change(rows))
