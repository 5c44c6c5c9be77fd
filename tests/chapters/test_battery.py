"""Ladders of many tasks grown here, and what the chapters make of them."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import scores
from emergence_utils.chapters import axis, metric
from emergence_utils.chapters.battery import FAMILY, battery, told_apart
from emergence_utils.chapters.grown.figures import plot_tasks
from emergence_utils.errors import InputError
from emergence_utils.plot import alt_text, figure, figure_data
from emergence_utils.train.kinds import KINDS
from emergence_utils.train.presets import BATTERY


@pytest.fixture(scope="module")
def stored():
    return scores.load("battery")


def test_every_task_has_every_size_five_times(stored):
    assert set(stored["task"]) == set(KINDS)
    assert (stored["task"].map(KINDS) == stored["subset"]).all()
    runs = stored[stored["metric"] == "exact_match"].groupby("task").agg({"model": "nunique", "seed": "size"})
    assert runs["model"].nunique() == 1
    assert runs["model"].iloc[0] >= 8
    assert (runs["seed"] == 5 * runs["model"]).all()


def test_sizes_and_steps_are_those_of_the_plan(stored):
    for task, rows in stored.groupby("task"):
        assert set(rows["model"]) <= {size.name for size in BATTERY[task].sizes}
        assert set(rows["step"]) == {BATTERY[task].settings.steps}


def test_battery_is_the_mean_of_the_runs_of_a_size(stored):
    table = battery(["exact_match"])
    one = table[(table["task"] == "sum of 2 digits")].sort_values("params").iloc[1]
    runs = stored[(stored["task"] == "sum of 2 digits") & (stored["metric"] == "exact_match")
                  & (stored["params"] == one["params"])]["value"]
    assert one["value"] == pytest.approx(runs.mean())
    assert one["between_runs"] == pytest.approx(runs.var(ddof=1) / 5)
    assert one["family"] == FAMILY + "sums"
    assert len(table) == len(stored[stored["metric"] == "exact_match"]) / 5


def test_a_task_is_learnt_where_its_largest_model_is_above_chance():
    every, learnt = battery(["exact_match"]), battery(["exact_match"], learnt=True)
    last = every.sort_values("params").groupby("task").last()
    gone = set(every["task"]) - set(learnt["task"])
    assert gone
    assert (last.loc[list(gone), "value"] < last.loc[list(gone), "chance"] + 0.06).all()
    assert (last.drop(list(gone))["value"] > last.drop(list(gone))["chance"] + 0.01).all()


def test_battery_asks_for_a_metric():
    with pytest.raises(InputError, match="metrics must be a list of at least one metric"):
        battery([])


def test_grown_twice_scores_the_same_models_hard_and_soft():
    table = metric.grown_twice()
    wide = table.pivot(index=["task", "model"], columns="side", values="metric")
    assert (wide["hard"] == "exact_match").all()
    assert (wide["soft"] == "answer_cross_entropy").all()


def test_learnt_ladders_leave_out_those_at_chance_whoever_made_them():
    for table in (axis.ladders_of_sizes(), axis.grown_ladders()):
        learnt = axis.learnt_ladders(table)
        last = learnt.sort_values("params").groupby(["family", "task"])[["value", "chance"]].last()
        assert 0 < len(last) < table.groupby(["family", "task"]).ngroups
        assert (last["value"] > last["chance"] + 0.01).all()


def test_clusters_of_two_sorts_are_told_apart():
    labels = ["a", "a", "b", FAMILY + "sums", FAMILY + "strings"]
    found = axis.share([True, False, True, True, False], labels)
    assert (found.n_clusters, found.clustered_by) == (4, "2 families and 2 kinds of task")
    assert found.notes == ("2 families and 2 kinds of task, taken as clusters",)
    own = told_apart(found, labels[3:])
    assert own.clustered_by == "2 kinds of task"
    assert told_apart(found, ["a"]) is found


def test_runs_that_differ_add_to_the_noise_of_items():
    table = axis.grown_ladders()
    items = axis.item_noise(table["value"], table["n_examples"])
    np.testing.assert_allclose(table["noise"] - items, table["between_runs"], atol=1e-15)


def test_a_disc_is_the_score_above_chance():
    table = pd.DataFrame({"task": ["a", "a", "b", "b"], "subset": "k", "model": ["s", "l"] * 2,
                          "params": [1e3, 1e4] * 2, "value": [0.4, 1.0, 0.1, 0.2], "chance": 0.2})
    fig, ax = figure()
    plot_tasks(table, ax)
    data = figure_data(fig).set_index(["series", "params"])["gained"]
    np.testing.assert_allclose(data.loc["a"], [0.25, 1.0])
    np.testing.assert_allclose(data.loc["b"], [0.0, 0.0])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert "2 tasks of 1 kind by 2 sizes" in alt_text(fig)
    assert "Above 0.9 lie all sizes on 0 tasks, some on 1, none on 1." in alt_text(fig)
