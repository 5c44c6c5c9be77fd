"""A part of the shipped runs, trained again: the same scores come out, until rounding has grown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emergence_utils import load
from emergence_utils.train.presets import LADDERS, MANY, TUNED

pytest.importorskip("jax", reason="training needs the extra train: pip install 'emergence-utils[train]'")
from emergence_utils.train import loop, tasks
from emergence_utils.train.evaluate import score

#: Nats. Shipped runs come from an accelerator; another processor adds in another order, and the difference
#: grows with each step.
TOLERANCE = 2e-3


@pytest.mark.parametrize(("table", "plan", "rung", "checkpoint"), [
    ("grown", LADDERS["addition"], 0, 3), ("grown", LADDERS["distractor"], 1, 3),
    ("grown", LADDERS["modular"], 2, 2), ("grown_many", MANY, 0, 24),
    ("grown_tuned", TUNED, 5, 16)])
def test_early_training_comes_out_as_shipped(table, plan, rung, checkpoint):
    name = plan.task
    task, size, seeds = tasks.get_task(name), plan.sizes[rung], (0, 1)
    stored = load(table, task=name, model=size.name, metric="cross_entropy", seed=list(seeds))
    items = tasks.evaluation_items(task)
    trained = []
    for number, (step, outputs) in enumerate(loop.train(task, size, seeds, plan.settings_of(size))):
        for seed, one in zip(seeds, outputs, strict=True):
            trained += [row | {"step": step, "seed": seed} for row in score(task, items, one)]
        if number == checkpoint:
            break
    here = pd.DataFrame(trained).query("metric == 'cross_entropy'")
    key = ["step", "seed", "subset"]
    both = here.merge(stored.fillna({"subset": ""}), on=key, suffixes=("", "_shipped"), validate="1:1")
    assert len(both) == len(here)
    np.testing.assert_allclose(both["value"], both["value_shipped"], atol=TOLERANCE, rtol=0)
    by_seed = both.pivot(index=["step", "subset"], columns="seed", values="value_shipped")
    assert (by_seed[0] - by_seed[1]).abs().median() > 10 * TOLERANCE  # one seed is not taken for another


def test_plans_are_those_of_the_shipped_runs():
    dense, many, tuned = load("grown"), load("grown_many"), load("grown_tuned")
    for shipped, plan in (*((dense, plan) for plan in LADDERS.values()), (many, MANY), (tuned, TUNED)):
        name = plan.task
        runs = shipped[shipped["task"] == name][["model", "seed"]].drop_duplicates()
        assert len(runs) == sum(len(plan.seeds_of(size)) for size in plan.sizes)
        assert shipped.loc[shipped["task"] == name, "step"].max() == plan.settings.steps
