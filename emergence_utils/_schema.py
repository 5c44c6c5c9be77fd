"""The columns of the score table and of the table by item, and the check that each passes on the way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ._checks import short
from .errors import SchemaError, UnknownNameError, nearest
from .metrics.registry import get_metric, list_metrics

__all__ = ["COLUMNS", "ITEM_COLUMNS", "ITEM_KEY", "KEY", "Column", "checked_items", "checked_table",
           "completed"]


@dataclass(frozen=True)
class Column:
    """One column of a table of scores or items; also the source of ``data/datapackage.json``."""

    name: str
    dtype: str
    description: str
    required: bool = False
    accepted: tuple[str, ...] = ()
    minimum: float | None = None
    positive: bool = False
    maximum: float | None = None
    whole: bool = False


COLUMNS = (
    Column("source", "str", "key of the data card", required=True),
    Column("family", "str", "models trained to one recipe, differing in scale", required=True),
    Column("model", "str", "name of the model", required=True),
    Column("params", "float", "parameters; missing where unpublished", positive=True),
    Column("params_kind", "str", "what params counts; active: those a token passes in a mixture of experts",
           accepted=("total", "non-embedding", "nominal", "active")),
    Column("tokens", "float", "training tokens seen; missing where unpublished", minimum=0),
    Column("train_flops", "float", "training FLOPs; missing where unknown", minimum=0),
    Column("flops_kind", "str", "published by the source, or computed as 6 * params * tokens",
           accepted=("published", "6ND")),
    Column("step", "float", "optimiser step of a checkpoint within a run", minimum=0),
    Column("seed", "float", "seed of a training run", minimum=0),
    Column("task", "str", "what the model was asked to do", required=True),
    Column("subset", "str", "part of the task's items; missing means all of them"),
    Column("metric", "str", "key of the metric registry", required=True),
    Column("prompting", "str", "how the model was asked, e.g. few-shot, chain-of-thought"),
    Column("n_shot", "float", "worked examples in the prompt", minimum=0),
    Column("value", "float", "the score, in the metric's own unit", required=True),
    Column("stderr", "float", "standard error of value, in its unit", minimum=0),
    Column("n_examples", "float", "items the score is a mean of", positive=True),
    Column("chance", "float", "score of uniform guessing; missing where it has none or it is not known"),
    Column("baseline", "float", "score of a constant answer, e.g. the majority's; missing where unknown"),
)
_BY_NAME = {c.name: c for c in COLUMNS}
#: The table by item: one row is what one model did on one item. It has the score table's columns for model
#: and task, and either samples with the right ones among them, or the log-probability of the gold answer.
ITEM_COLUMNS = (
    *(c for c in COLUMNS if c.name not in ("metric", "value", "stderr", "n_examples", "chance", "baseline")),
    Column("item", "str", "name of the item within its task", required=True),
    Column("n_samples", "float", "answers drawn for the item", minimum=1, whole=True),
    Column("correct", "float", "right ones among the answers drawn", minimum=0, whole=True),
    Column("logprob", "float", "log-probability of the whole gold answer, in nats", maximum=0),
)
#: Columns in the metric's own unit, hence within its range.
_IN_UNIT = ("value", "chance", "baseline")

#: A score is identified by these columns: no two rows may share them all.
KEY = ("source", "family", "model", "tokens", "step", "seed", "task", "subset", "metric", "prompting",
       "n_shot")
#: The same for rows of a table by item.
ITEM_KEY = (*(c for c in KEY if c != "metric"), "item")


def checked_table(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table with every column of the schema, typed and in order, and what was renamed in it.

    Raises
    ------
    SchemaError
        Names table, column, row, the value seen and what is accepted.
    """
    if not isinstance(table, pd.DataFrame):
        raise SchemaError(f"{name}: a score table is a pandas DataFrame, got {short(table)}.")
    out = _columns(table, COLUMNS, name, "a score table")
    given = out["metric"]
    out["metric"] = _registered(given, name)
    _check_ranges(out, name)
    twice = out.duplicated(subset=list(KEY), keep=False)
    if twice.any():
        _refuse_repeat(out, given, name)
    changed = given != out["metric"]
    pairs = pd.DataFrame({"a": given[changed], "b": out.loc[changed, "metric"]}).drop_duplicates()
    return out, tuple(f"metric '{a}' is read as '{b}'." for a, b in pairs.itertuples(index=False, name=None))


def checked_items(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """The table by item with every column of `ITEM_COLUMNS`, typed and in order.

    Raises
    ------
    SchemaError
        Names table, column, row, the value seen and what is accepted.
    """
    if not isinstance(table, pd.DataFrame):
        raise SchemaError(f"{name}: a table by item is a pandas DataFrame, got {short(table)}.")
    out = _columns(table, ITEM_COLUMNS, name, "a table by item")
    _refuse(out["n_samples"].notna() & out["correct"].isna(), out["correct"], _ITEM["correct"], name,
            "a count where n_samples is given")
    _refuse(out["n_samples"].isna() & out["correct"].notna(), out["n_samples"], _ITEM["n_samples"], name,
            "a count where correct is given")
    _refuse(out["correct"] > out["n_samples"], out["correct"], _ITEM["correct"], name, "at most n_samples")
    _refuse(out["correct"].isna() & out["logprob"].isna(), out["logprob"], _ITEM["logprob"], name,
            "a log-probability, or counts in n_samples and correct")
    twice = out.duplicated(subset=list(ITEM_KEY))
    if twice.any():
        i = int(np.flatnonzero(twice)[0])
        raise SchemaError(f"{name}: row {i} repeats an earlier row ({_describe(out, i, ITEM_KEY)}); accepted "
                          f"is one row per combination of {_quoted(ITEM_KEY)}.")
    return out


_ITEM = {c.name: c for c in ITEM_COLUMNS}


def completed(table: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """The table with every one of `columns`, in order; for a table that was checked and read as typed."""
    return pd.DataFrame({c.name: table[c.name] if c.name in table else _empty(c, len(table))
                         for c in columns})


def _empty(column: Column, rows: int) -> pd.Series:
    """A column without a value."""
    missing: Any = np.nan if column.dtype == "float" else None
    return pd.Series([missing] * rows, dtype="float64" if column.dtype == "float" else "str")


def _columns(table: pd.DataFrame, columns: tuple[Column, ...], name: str, what: str) -> pd.DataFrame:
    _check_columns(table, columns, name, what)
    table = table.reset_index(drop=True)
    return pd.DataFrame({c.name: _typed(table, c, name) for c in columns})


def _check_columns(table: pd.DataFrame, columns: tuple[Column, ...], name: str, what: str) -> None:
    known = [c.name for c in columns]
    needed = [c.name for c in columns if c.required]
    missing = [c for c in needed if c not in table.columns]
    if missing:
        raise SchemaError(f"{name}: missing column{'s' * (len(missing) > 1)} {_quoted(missing)}; {what} "
                          f"needs {_quoted(needed)}.")
    unknown = [c for c in table.columns if c not in known]
    if unknown:
        near = _hint(str(unknown[0]), known)
        raise SchemaError(f"{name}: unknown column{'s' * (len(unknown) > 1)} {_quoted(unknown)}{near}, "
                          f"accepted are {_quoted(known)}.")
    repeated = table.columns[table.columns.duplicated()].tolist()
    if repeated:
        raise SchemaError(f"{name}: column '{repeated[0]}' occurs twice, accepted is once.")


def _typed(table: pd.DataFrame, column: Column, name: str) -> pd.Series:
    if column.name not in table:
        return _empty(column, len(table))
    raw = table[column.name]
    if column.dtype == "float":
        values = _numeric(raw)
        _refuse(values.isna() & raw.notna(), raw, column, name, "a number")
        _refuse(values.abs() == np.inf, raw, column, name, "a finite number")
        if column.positive:
            _refuse(values <= 0, raw, column, name, "a number above 0")
        if column.minimum is not None:
            _refuse(values < column.minimum, raw, column, name, f"a number of at least {column.minimum:g}")
        if column.maximum is not None:
            _refuse(values > column.maximum, raw, column, name, f"a number of at most {column.maximum:g}")
        if column.whole:
            _refuse(values.notna() & (values != np.floor(values)), raw, column, name, "a whole number")
    else:
        values = raw.where(raw.isna(), raw.astype("str")).astype("str")
        if column.accepted:
            _refuse(values.notna() & ~values.isin(column.accepted), raw, column, name,
                    f"one of {_quoted(column.accepted)}")
    if column.required:
        _refuse(values.isna(), raw, column, name, "a value in every row")
    return values


def _numeric(raw: pd.Series) -> pd.Series:
    """Floats, NaN where a cell is no number; complex numbers and dates are none."""
    if raw.dtype.kind in "cmM":
        return pd.Series(np.nan, index=raw.index)
    if raw.dtype == object:  # to_numeric breaks on cells that are lists or huge whole numbers
        raw = raw.map(lambda v: v if isinstance(v, str) or _is_real(v) else np.nan)
    return pd.Series(pd.to_numeric(raw, errors="coerce")).astype("float64")


def _is_real(value: object) -> bool:
    try:
        return not isinstance(value, complex) and np.ndim(float(value)) == 0  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False


def _refuse(bad: pd.Series, raw: pd.Series, column: Column, name: str, accepted: str) -> None:
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        cell = raw.iloc[i]
        missing = np.ndim(cell) == 0 and pd.isna(cell)
        raise SchemaError(f"{name}: column '{column.name}', row {i}: "
                          f"{'missing value' if missing else short(cell)}, accepted is {accepted}.")


def _registered(given: pd.Series, name: str) -> pd.Series:
    """The registry's name of each metric."""
    names: dict[str, str] = {}
    for key in given.unique():
        try:
            names[key] = get_metric(key).name
        except UnknownNameError:
            i = int(np.flatnonzero(given == key)[0])
            raise SchemaError(f"{name}: column 'metric', row {i}: unknown metric '{key}'"
                              f"{_hint(key, list_metrics())}, accepted are {_quoted(list_metrics())}."
                              ) from None
    return given.map(names).astype("str")


def _check_ranges(table: pd.DataFrame, name: str) -> None:
    for group, rows in table.groupby("metric", sort=False)[list(_IN_UNIT)]:
        metric = get_metric(str(group))
        for column in _IN_UNIT:
            bad = (rows[column] < metric.low) | (rows[column] > metric.high)
            if bad.any():
                i = int(rows.index[bad][0])
                seen = rows[column][i]
                hint = "; divide percent by 100" if metric.high == 1 and 1 < seen <= 100 else ""
                raise SchemaError(f"{name}: column '{column}', row {i}: {seen} is outside [{metric.low:g}, "
                                  f"{metric.high:g}] of metric '{metric.name}' (unit {metric.unit}{hint}).")


def _refuse_repeat(table: pd.DataFrame, given: pd.Series, name: str) -> None:
    i = int(np.flatnonzero(table.duplicated(subset=list(KEY)))[0])
    alike = table.groupby(list(KEY), dropna=False, sort=False).ngroup()
    first = given[int(np.flatnonzero(alike == alike[i])[0])]
    if first != given[i]:
        raise SchemaError(f"{name}: row {i} repeats an earlier row because '{first}' and '{given[i]}' are "
                          f"both metric '{table['metric'][i]}'; keep one, or tell them apart in 'prompting'.")
    raise SchemaError(f"{name}: row {i} repeats an earlier row ({_describe(table, i)}); accepted is one "
                      f"row per combination of {_quoted(KEY)}.")


def _describe(table: pd.DataFrame, i: int, key: tuple[str, ...] = KEY) -> str:
    row = table.loc[i, list(key)].dropna()
    return ", ".join(f"{k}={v}" for k, v in row.items())


def _hint(name: str, known: Iterable[str] | Mapping[str, Any]) -> str:
    near = nearest(name, known)
    return f" (did you mean '{near}'?)" if near else ""


def _quoted(names: Iterable[object]) -> str:
    return ", ".join(f"'{n}'" for n in names)
