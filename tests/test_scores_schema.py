"""The score table: what passes, and that each refusal names table, column, row and what is accepted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emergence_utils.errors import SchemaError
from emergence_utils.metrics import list_metrics
from emergence_utils.scores import COLUMNS, KEY, validate

ROW: dict[str, Any] = {
    "source": "wei2022", "family": "PaLM", "model": "PaLM 8B", "task": "gsm8k", "metric": "exact_match",
    "value": 0.041, "train_flops": 4.2e22, "flops_kind": "published", "n_examples": 1319,
}


def table(**second: Any) -> pd.DataFrame:
    """A good row, and a second that differs in `second`."""
    return pd.DataFrame([ROW, {**ROW, "model": "PaLM 62B", **second}])


def refusal(frame: pd.DataFrame) -> str:
    with pytest.raises(SchemaError) as error:
        validate(frame, name="wei2022.csv")
    message = str(error.value)
    assert message.startswith("wei2022.csv: ")
    assert message.endswith(".")
    return message


def test_a_good_table_comes_back_whole_and_in_order() -> None:
    given = table().set_index(pd.Index([7, 7]))[list(reversed(ROW))]
    out = validate(given)
    assert list(out.columns) == [c.name for c in COLUMNS]
    assert list(out.index) == [0, 1]
    assert out["model"].tolist() == ["PaLM 8B", "PaLM 62B"]
    assert out["value"].tolist() == [0.041, 0.041]
    assert out[["params", "tokens", "seed"]].isna().all(axis=None)
    assert out["subset"].isna().all()
    assert all(out[c.name].dtype == ("float64" if c.dtype == "float" else "str") for c in COLUMNS)


def test_validation_is_idempotent_and_leaves_its_argument_alone() -> None:
    given = table()
    before = given.copy()
    once = validate(given)
    pd.testing.assert_frame_equal(given, before)
    pd.testing.assert_frame_equal(validate(once), once)


def test_numbers_as_text_are_read() -> None:
    assert validate(table().astype(str))["value"].tolist() == [0.041, 0.041]


def test_an_empty_table_passes() -> None:
    assert validate(table()[:0]).shape == (0, len(COLUMNS))


def test_missing_columns() -> None:
    message = refusal(table().drop(columns=["value", "task"]))
    assert "missing columns 'task', 'value'" in message
    assert "needs 'source', 'family', 'model', 'task', 'metric', 'value'" in message
    assert "missing column 'metric';" in refusal(table().drop(columns="metric"))


def test_unknown_column_names_the_nearest() -> None:
    message = refusal(table().assign(training_flops=1.0))
    assert "unknown column 'training_flops' (did you mean 'train_flops'?), accepted are 'source'" in message
    assert "unknown columns 'aa', 'bb'" in refusal(table().assign(aa=1, bb=2))


def test_repeated_column() -> None:
    frame = pd.concat([table(), table()[["value"]]], axis=1)
    assert "column 'value' occurs twice, accepted is once" in refusal(frame)


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ({"value": 73.0}, "column 'value', row 1: 73.0 is outside [0, 1] of metric 'exact_match' "
                          "(unit fraction; divide percent by 100)."),
        ({"value": -0.1}, "row 1: -0.1 is outside [0, 1] of metric 'exact_match' (unit fraction)."),
        ({"metric": "bleu", "value": 101.0}, "is outside [0, 100] of metric 'bleu' (unit BLEU points)."),
        ({"metric": "perplexity", "value": 0.5}, "0.5 is outside [1, inf] of metric 'perplexity' (unit 1)."),
        ({"metric": "log_prob_per_token", "value": 0.5}, "0.5 is outside [-inf, 0]"),
        ({"value": math.nan}, "column 'value', row 1: missing value, accepted is a value in every row."),
        ({"value": "high"}, "column 'value', row 1: 'high', accepted is a number."),
        ({"value": math.inf}, "column 'value', row 1: inf, accepted is a finite number."),
        ({"model": None}, "column 'model', row 1: missing value, accepted is a value in every row."),
        ({"train_flops": -1}, "column 'train_flops', row 1: -1.0, accepted is a number of at least 0."),
        ({"n_examples": 0}, "column 'n_examples', row 1: 0, accepted is a number above 0."),
        ({"params": -8e9}, "column 'params', row 1: -8000000000.0, accepted is a number above 0."),
        ({"stderr": -0.01}, "column 'stderr', row 1: -0.01, accepted is a number of at least 0."),
        ({"flops_kind": "guess"}, "'flops_kind', row 1: 'guess', accepted is one of 'published', '6ND'."),
        ({"metric": "exact_mach"}, "column 'metric', row 1: unknown metric 'exact_mach' (did you mean "
                                   "'exact_match'?), accepted are 'exact_match', 'multiple_choice_grade'"),
        ({"metric": "zzz"}, "unknown metric 'zzz', accepted are 'exact_match'"),
        ({"model": "PaLM 8B"}, "row 1 repeats an earlier row (source=wei2022, family=PaLM, model=PaLM 8B, "
                               "task=gsm8k, metric=exact_match); accepted is one row per combination of"),
    ],
)
def test_refusals_name_column_row_and_what_is_accepted(second: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(table(**second))


def test_numpy_scalars_are_shown_plain() -> None:
    frame = table().assign(seed=np.array([0, -1], dtype=np.int64))
    assert "column 'seed', row 1: -1, accepted is a number of at least 0." in refusal(frame)


@pytest.mark.parametrize("column", [k for k in KEY if k != "metric"])
def test_rows_that_differ_in_one_key_column_are_two_scores(column: str) -> None:
    frame = pd.DataFrame([ROW, ROW]).astype({column: object} if column in ROW else {})
    numeric = next(c for c in COLUMNS if c.name == column).dtype == "float"
    frame[column] = [1.0, 2.0] if numeric else ["one", "two"]
    assert len(validate(frame)) == 2


def test_a_missing_key_equals_a_missing_key() -> None:
    frame = table(model="PaLM 8B").assign(subset=[None, None], step=[math.nan, math.nan])
    assert "row 1 repeats an earlier row" in refusal(frame)


@pytest.mark.parametrize("metric", list_metrics())
def test_every_registered_metric_is_accepted(metric: str) -> None:
    value = {"perplexity": 1.0}.get(metric, 0.0)
    assert validate(pd.DataFrame([{**ROW, "metric": metric, "value": value}])).shape[0] == 1
