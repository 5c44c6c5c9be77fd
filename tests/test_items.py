"""The table by item: what it may hold, and the stored ones against their upstream's own numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emergence_utils import InputError, SchemaError, UnknownNameError, scores

BY_ITEM = scores.list_datasets().query("kind == 'items'")["source"].tolist()
ROW = {"source": "mine", "family": "f", "model": "m", "task": "t", "item": "1"}
COUNTS = ROW | {"n_samples": 10, "correct": 3}


def test_which_tables_are_by_item():
    assert BY_ITEM == ["monkeys", "monkeys_checkpoints", "monkeys_answers"]


@pytest.mark.parametrize("source", BY_ITEM)
def test_stored_tables_are_valid_and_complete(source):
    table = scores.load_items(source)
    assert list(table) == [c.name for c in scores.ITEM_COLUMNS]
    pd.testing.assert_frame_equal(scores.validate_items(table), table)
    assert set(table["source"]) == {source}
    assert table["params"].notna().all() and table["train_flops"].notna().all()
    ours = table[table["flops_kind"] == "6ND"]
    np.testing.assert_allclose(ours["train_flops"], 6 * ours["params"] * ours["tokens"])


def test_ten_thousand_samples_as_upstream_counts_them():
    table = scores.load_items("monkeys")
    assert set(table["n_samples"]) == {10_000} and table.groupby("model").size().tolist() == [128] * 7
    rate = table.groupby("model")["correct"].sum() / 1_280_000
    expected = {"70m": .0006, "160m": .0027, "410m": .0062, "1b": .0083, "2.8b": .0203, "6.9b": .0186,
                "12b": .0232}
    for size, mean in expected.items():
        assert rate[f"pythia-{size}"] == pytest.approx(mean, abs=6e-5)


def test_checkpoints_keep_their_uneven_samples():
    table = scores.load_items("monkeys_checkpoints")
    assert table["n_samples"].agg(["min", "max"]).tolist() == [128, 3_720_320]
    sizes = table.groupby(["task", "model", "tokens"]).size()
    assert sizes["math", "pythia-12b", 2e6] == 9 and sizes["gsm8k", "pythia-12b", 2e6] == 30
    assert table.groupby("task").size().to_dict() == {"gsm8k": 10_273, "math": 9_097}
    assert set(table.loc[table["task"] == "math", "subset"]) == {f"level_{i}" for i in range(1, 6)}


def test_gold_answers_by_size():
    table = scores.load_items("monkeys_answers")
    assert table.groupby("model").size().tolist() == [1319] * 9
    means = table.groupby("model")["logprob"].mean()
    assert means["pythia-12b"] == pytest.approx(-94.336, abs=1e-3)
    assert means["pythia-14m"] == pytest.approx(-348.710, abs=1e-3)


@pytest.mark.parametrize(("rows", "said"), [
    ([COUNTS | {"correct": 11}], "column 'correct', row 0: 11.0, accepted is at most n_samples"),
    ([COUNTS | {"correct": 2.5}], "column 'correct', row 0: 2.5, accepted is a whole number"),
    ([COUNTS | {"n_samples": 0}], "column 'n_samples', row 0: 0, accepted is a number of at least 1"),
    ([COUNTS | {"correct": None}], "column 'correct', row 0: missing value, accepted is a count where"),
    ([ROW | {"correct": 1}], "column 'n_samples', row 0: missing value, accepted is a count where correct"),
    ([ROW | {"logprob": 0.1}], "column 'logprob', row 0: 0.1, accepted is a number of at most 0"),
    ([ROW], "column 'logprob', row 0: missing value, accepted is a log-probability, or counts"),
    ([COUNTS, COUNTS], "row 1 repeats an earlier row (source=mine, family=f, model=m, task=t, item=1)"),
    ([COUNTS | {"value": 1}], "unknown column 'value'"),
    ([{"source": "mine"}], "missing columns 'family', 'model', 'task', 'item'; a table by item needs"),
])
def test_bad_tables_are_refused_in_one_sentence(rows, said):
    with pytest.raises(SchemaError) as caught:
        scores.validate_items(pd.DataFrame(rows), name="mine.csv")
    assert str(caught.value).startswith("mine.csv: ") and said in str(caught.value)


def test_something_else_is_refused():
    with pytest.raises(SchemaError, match="a table by item is a pandas DataFrame, got 3"):
        scores.validate_items(3)
    with pytest.raises(InputError, match="'monkeys' is a table by item, no score table; use load_items"):
        scores.load("monkeys")
    with pytest.raises(InputError, match="'gpt3' is no table by item; those are monkeys, "):
        scores.load_items("gpt3")
    with pytest.raises(UnknownNameError, match="did you mean 'pythia-70m'"):
        scores.load_items("monkeys", model="pythia-70M")


def test_own_tables_keep_their_order_and_get_every_column():
    own = scores.validate_items(pd.DataFrame([COUNTS | {"item": 2}, ROW | {"logprob": -1.5}]))
    assert own["item"].tolist() == ["2", "1"] and own["params"].isna().all()
    assert own[["n_samples", "logprob"]].isna().to_numpy().tolist() == [[False, True], [True, False]]


def test_loading_gives_a_copy():
    table = scores.load_items("monkeys")
    table["correct"] = 0
    assert scores.load_items("monkeys")["correct"].sum() > 0
