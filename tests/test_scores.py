"""Loading, filtering, describing and citing the published scores."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from emergence_utils import scores
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.scores import COLUMNS, validate

SCORES = scores.list_datasets().query("kind == 'scores'")["source"].tolist()
TABLES = ["wei_table1", "wei_bigbench_labels"]


def test_the_list_names_every_table_once():
    listed = scores.list_datasets()
    assert listed["source"].is_unique
    assert set(TABLES) < set(listed["source"])
    assert listed.notna().all(axis=None)


@pytest.mark.parametrize("source", ["gpt3", "bigg", "expemergence"])
def test_the_list_agrees_with_the_table(source):
    row = scores.list_datasets().set_index("source").loc[source]
    table = scores.load(source)
    assert (row["rows"], row["models"], row["tasks"]) == (
        len(table), table["model"].nunique(), table["task"].nunique())


def test_a_score_table_has_every_column_in_order():
    assert list(scores.load("chinchilla").columns) == [c.name for c in COLUMNS]


def test_sources_come_together_as_one_valid_table():
    both = scores.load("gpt3", "cot")
    assert len(both) == len(scores.load("gpt3")) + len(scores.load("cot"))
    pd.testing.assert_frame_equal(validate(both), both)


def test_a_caller_may_change_what_it_got():
    first = scores.load("gpt3")
    first.loc[:, "value"] = -1.0
    assert scores.load("gpt3")["value"].min() >= 0


def test_filters_take_a_value_or_several():
    table = scores.load("gpt3", task=["addition_2_digit", "addition_3_digit"], n_shot=50)
    assert set(table["task"]) == {"addition_2_digit", "addition_3_digit"}
    assert len(table) == 16
    assert list(table.index) == list(range(16))


def test_none_keeps_rows_without_a_value():
    whole = scores.load("expemergence", subset=None)
    assert whole["subset"].isna().all()
    assert len(whole) > 0


def test_filters_reach_across_sources():
    table = scores.load("gpt3", "obsscaling", task="addition_3_digit")
    assert set(table["source"]) == {"gpt3", "obsscaling"}


@pytest.mark.parametrize(("arguments", "filters", "near"), [
    (["gtp3"], {}, "'gpt3'"),
    (["gpt3"], {"task": "adition_3_digit"}, "'addition_3_digit'"),
    (["gpt3"], {"metric": "exact_mach"}, "'exact_match'"),
    (["gpt3"], {"taks": "wic"}, "'task'"),
    (["cot"], {"prompting": ["standard", "chain of thought"]}, "'chain-of-thought'"),
])
def test_a_wrong_name_gets_the_nearest_right_one(arguments, filters, near):
    with pytest.raises(UnknownNameError, match=f"did you mean {near}"):
        scores.load(*arguments, **filters)


@pytest.mark.parametrize(("arguments", "filters", "message"), [
    ([], {}, "at least one source"),
    (["gpt3", "gpt3"], {}, "given twice"),
    (["gpt3", "wei_table1"], {}, "'wei_table1' is no score table"),
    (["gpt3"], {"task": "wic", "metric": "f1"}, "No row of gpt3"),
    (["gpt3"], {"params": 1.0}, "No row of gpt3"),
])
def test_what_cannot_be_loaded_says_why(arguments, filters, message):
    with pytest.raises(InputError, match=message):
        scores.load(*arguments, **filters)


@pytest.mark.parametrize("source", TABLES)
def test_other_tables_load_alone(source):
    table = scores.load(source)
    assert list(table.columns) == list(scores.describe(source).columns)


@pytest.mark.parametrize("source", SCORES + TABLES)
def test_every_card_is_filled(source):
    card = scores.describe(source)
    assert card.title
    assert card.licence
    assert card.caveats
    assert card.transform
    assert card.hash.startswith("sha256:")
    assert f"`{source}`" in card._repr_markdown_()
    assert card.caveats[0] in repr(card)


def test_a_card_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        scores.describe("gpt3").title = "mine"


def test_every_citation_is_a_bibtex_entry_with_its_key():
    for source in SCORES + TABLES:
        text = scores.cite(source)
        assert text.startswith("@")
        assert f"{{{scores.describe(source).citation}," in text.splitlines()[0]
        assert text.count("{") == text.count("}")


def test_a_shared_citation_comes_once():
    assert scores.cite("pythia", "pythia_arithmetic").count("@") == 1
    assert scores.cite().count("biderman2023pythia,") == 1


def test_chance_follows_metric_and_task():
    table = pd.DataFrame({
        "source": ["expemergence", "expemergence", "gpt3", "obsscaling", "gpt3", "mine"],
        "task": ["mmlu", "mmlu", "addition_2_digit", "bbh_navigate", "lambada", "t"],
        "metric": ["multiple_choice_grade", "brier_target", "exact_match", "exact_match", "perplexity",
                   "multiple_choice_grade"],
    }, index=[3, 1, 4, 7, 5, 9])
    got = scores.fill_chance(table)
    np.testing.assert_allclose(got["chance"], [0.25, 0.5625, 0, 0.5, np.nan, np.nan])
    assert list(got.index) == list(table.index)
    assert "chance" not in table


def test_chance_needs_its_columns():
    with pytest.raises(UnknownNameError, match="Unknown column 'metric'"):
        scores.fill_chance(pd.DataFrame({"source": ["a"], "task": ["b"]}))


def test_models_near_the_floor_score_near_chance():
    """The chance levels are those of the data: the median small model is within 6 points."""
    tasks = ["mmlu", "parsinlu_qa_mc", "hindu_knowledge", "conceptual_combinations"]
    table = scores.fill_chance(scores.load("expemergence", metric="multiple_choice_grade", task=tasks))
    small = table[table["train_flops"] < 3e21].groupby("task")[["value", "chance"]].median()
    assert (small["value"] - small["chance"]).abs().max() < 0.06
