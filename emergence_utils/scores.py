"""The score table: load the published ones, check your own, know what chance scores.

One row is one score of one model on one task under one metric; `COLUMNS` says what it may hold. A row of a
table by item is what one model did on one item; `ITEM_COLUMNS` says what such a table may hold.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ._checks import need_columns, number, short
from ._datapackage import Card, descriptor, descriptors, licence, names, stored_table, tasks
from ._doubts import doubts
from ._items import items_from_stderr
from ._schema import COLUMNS, ITEM_COLUMNS, ITEM_KEY, KEY, Column, checked_items, checked_table
from .errors import DataWarning, InputError, UnknownNameError
from .metrics.registry import get_metric

__all__ = ["COLUMNS", "ITEM_COLUMNS", "ITEM_KEY", "KEY", "Card", "Column", "cite", "describe", "fill_chance",
           "list_datasets", "load", "load_items", "validate", "validate_items"]


def list_datasets() -> pd.DataFrame:
    """One row a table, in the order of the book.

    Returns
    -------
    DataFrame
        Columns source, title, kind ("scores", "items" or "table"), rows, models, tasks, licence.

    Examples
    --------
    >>> list_datasets().set_index("source").loc["gpt3", ["rows", "models", "tasks"]].tolist()
    [592, 8, 23]
    """
    rows = [{"source": r["name"], "title": r["title"], "kind": r["kind"], "rows": r["rows"],
             "models": r["models"], "tasks": r["tasks"], "licence": licence(r)}
            for r in descriptors().values() if r["name"] != "tasks"]
    return pd.DataFrame(rows)


def load(*sources: str, **filters: Any) -> pd.DataFrame:
    """One or several sources as one table.

    Parameters
    ----------
    *sources : str
        Keys, as in `list_datasets`.
    **filters : value or iterable of values
        Column to the value or values to keep, e.g. ``task="addition_3_digit"``; None keeps
        rows where the column is missing.

    Returns
    -------
    DataFrame
        A score table with every column of the schema (validated, ``chance`` filled in); for
        ``wei_table1`` and ``wei_bigbench_labels``, which hold no scores and load alone, their own
        columns.

    Raises
    ------
    UnknownNameError
        On an unknown source or column, or a value of task, metric, model, family, prompting
        or subset that is not there; the nearest right one is named.
    InputError
        On no source, a table that is no score table beside others, or filters that together
        leave no row.

    Examples
    --------
    >>> s = load("gpt3", task="addition_3_digit", prompting="few-shot")
    >>> s.loc[s.params.idxmax(), ["value", "chance"]].tolist()
    [0.804, 0.0]
    >>> load("gpt3", task="adition_3_digit")
    Traceback (most recent call last):
        ...
    emergence_utils.errors.UnknownNameError: Unknown task 'adition_3_digit'; did you mean ...
    """
    if not sources:
        raise InputError(f"load() needs at least one source; known are {', '.join(names())}.")
    kinds = [descriptor(source)["kind"] for source in sources]
    for i, (source, kind) in enumerate(zip(sources, kinds, strict=True)):
        if kind == "items":
            raise InputError(f"'{source}' is a table by item, no score table; use load_items('{source}').")
        if kind != "scores" and len(sources) > 1:
            raise InputError(f"'{source}' is no score table and loads alone; got it together with "
                             f"{', '.join(repr(s) for s in sources if s != source)}.")
        if source in sources[:i]:
            raise InputError(f"Source '{source}' is given twice; give each once.")
    tables = [_with_chance(s) for s in sources]
    table = tables[0].copy() if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    return _filtered(table, filters, ", ".join(sources)) if filters else table


def load_items(source: str, **filters: Any) -> pd.DataFrame:
    """One table by item: what each model did on each item of a task.

    Parameters
    ----------
    source : str
        Key of a source of kind "items", as in `list_datasets`.
    **filters : value or iterable of values
        Column to the value or values to keep, as in `load`.

    Returns
    -------
    DataFrame
        Every column of `ITEM_COLUMNS`, validated: the answers drawn for an item (``n_samples``) and the right
        ones among them (``correct``), or the log-probability of its gold answer in nats (``logprob``).

    Raises
    ------
    UnknownNameError
        On an unknown source or column, or a text that a column does not hold.
    InputError
        On a source of another kind, or filters that together leave no row.

    Examples
    --------
    >>> tries = load_items("monkeys", model="pythia-70m")
    >>> len(tries), int(tries.n_samples.iloc[0]), int((tries.correct == 0).sum())
    (128, 10000, 94)
    """
    if descriptor(source)["kind"] != "items":
        items = [r["name"] for r in descriptors().values() if r["kind"] == "items"]
        raise InputError(f"'{source}' is no table by item; those are {', '.join(items)}.")
    table = stored_table(source)
    return _filtered(table, filters, source) if filters else table.copy()


def validate_items(table: pd.DataFrame, *, name: str = "table by item") -> pd.DataFrame:
    """Check a table by item and return it with every column of `ITEM_COLUMNS`, in order.

    Parameters
    ----------
    table : DataFrame
        One row an item and model; ``source, family, model, task, item`` are required, and in each row either
        ``n_samples`` with ``correct`` or ``logprob`` (nats).
    name : str
        What to call the table in an error, e.g. its file.

    Returns
    -------
    DataFrame
        The same rows in the same order, index reset.

    Raises
    ------
    SchemaError
        On a missing, unknown or repeated column, a text where a number is due, counts that are no whole
        numbers or more right answers than samples, a log-probability above 0, a row without either, or
        duplicate rows (`ITEM_KEY`); the message names table, column, row and what is accepted.

    Examples
    --------
    >>> row = dict(source="mine", family="f", model="m", task="t", item="1", n_samples=10, correct=3)
    >>> validate_items(pd.DataFrame([row]))[["n_samples", "correct"]].values.tolist()
    [[10.0, 3.0]]
    >>> validate_items(pd.DataFrame([row | {"correct": 11}]))
    Traceback (most recent call last):
        ...
    emergence_utils.errors.SchemaError: table by item: column 'correct', row 0: 11.0, accepted is at most \
n_samples.
    """
    return checked_items(table, " ".join(name.split()) if isinstance(name, str) else short(name))


def describe(source: str) -> Card:
    """The data card of one source.

    Examples
    --------
    >>> describe("gpt3").citation
    'brown2020gpt3'
    """
    r = descriptor(source)
    upstream = r["sources"][0]
    return Card(source=source, title=r["title"], description=r["description"], kind=r["kind"],
                licence=licence(r), upstream=upstream["path"], commit=upstream.get("commit", ""),
                caveats=tuple(r["caveats"]), missing=tuple(r["missing"]), transform=tuple(r["transform"]),
                rows=r["rows"], columns=tuple(f["name"] for f in r["schema"]["fields"]), hash=r["hash"],
                citation=r["citation"])


def cite(*sources: str) -> str:
    """BibTeX entries of `sources` (all without argument), each once.

    Examples
    --------
    >>> print(cite("pythia", "pythia_arithmetic").splitlines()[0])
    @inproceedings{biderman2023pythia,
    """
    entries = {descriptor(s)["citation"]: descriptor(s)["bibtex"] for s in sources or names()}
    return "\n\n".join(entries.values())


def validate(table: pd.DataFrame, *, name: str = "score table") -> pd.DataFrame:
    """Check a score table and return it with every column of the schema, in order.

    Metrics may bear the names of evaluation harnesses (`metrics.get_metric`). Where ``n_examples`` is
    missing and ``stderr`` is there, n is recovered, for all-or-nothing metrics, from
    ``stderr^2 = p (1 - p) / n`` (or n - 1, where only that gives a whole number of right answers); a
    score of 0 or 1 tells nothing of its n, which stays missing. ``chance`` stays as given: see
    `fill_chance`.

    Parameters
    ----------
    table : DataFrame
        One row per score; optional columns may be absent.
    name : str
        What to call the table in an error, e.g. its file.

    Returns
    -------
    DataFrame
        The same rows in the same order, index reset, columns as in `COLUMNS`. What was changed stands in
        ``attrs["notes"]``, a sentence each.

    Raises
    ------
    SchemaError
        On a missing, unknown or repeated column, a text where a number is due, a missing required
        value, an unknown metric, a value outside its range, or duplicate rows; the message
        names table, column, row and what is accepted.

    Warns
    -----
    DataWarning
        Where BLEU looks like a fraction, where FLOPs are ten times more or less than 6 x params x tokens,
        and where a checkpoint has all the scores of another. The sentences stand in the notes too.

    Examples
    --------
    >>> row = dict(source="mine", family="f", model="m", task="t", metric="acc,none", value=0.73)
    >>> checked = validate(pd.DataFrame([row | {"stderr": 0.04439}]))
    >>> checked.metric[0], checked.n_examples[0]
    ('multiple_choice_grade', np.float64(100.0))
    >>> validate(pd.DataFrame([row | {"value": 73.0}]))
    Traceback (most recent call last):
        ...
    emergence_utils.errors.SchemaError: score table: column 'value', row 0: 73.0 is outside [0, 1] of \
metric 'multiple_choice_grade' (unit fraction; divide percent by 100).
    """
    out, renamed = checked_table(table, " ".join(name.split()) if isinstance(name, str) else short(name))
    suspect = doubts(out)
    for sentence in suspect:
        warnings.warn(sentence, DataWarning, stacklevel=2)
    out.attrs["notes"] = (*renamed, *_recover_items(out), *suspect)
    return out


def fill_chance(table: pd.DataFrame, *, n_choices: float | Mapping[str, float] | None = None) -> pd.DataFrame:
    """A copy of a score table whose missing ``chance`` is what uniform guessing scores.

    The metric registry gives the rule and ``data/tasks.csv`` the options an item has. Exact
    match of a task that offers options in its prompt (BIG-Bench Hard, for one) can be guessed
    too: there chance is one in the number of options, not the registry's 0. A chance that is given stays;
    ``table.assign(chance=0.1)`` puts another in its place.

    Parameters
    ----------
    table : DataFrame
        With columns source, task and metric.
    n_choices : float or mapping of task to float, optional
        Options an item has, for tasks of your own; goes before ``data/tasks.csv``.

    Returns
    -------
    DataFrame
        The same rows and index; chance is NaN where guessing has no defined score, the number
        of options is not established, or options are listed but the answer is written.

    Raises
    ------
    UnknownNameError
        On a missing column or an unknown metric.
    InputError
        On something that is no table, or options that are no number of at least 1.

    Examples
    --------
    >>> fill_chance(load("gpt3", task="hellaswag")).chance.unique().tolist()
    [0.25]
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"table must be a DataFrame, got {short(table)}.")
    need_columns(table, ("source", "task", "metric"))
    own = _options(n_choices, table["task"].unique())
    known = tasks()
    stored = known.set_index(["source", "task"])["n_choices"].to_dict()
    # options are listed, the answer is written all the same: guessing is neither nothing nor one of them
    listed = known[known["note"].str.contains("options listed upstream, but", na=False)]
    doubtful = set(zip(listed["source"], listed["task"], strict=True))
    named = table[["source", "task", "metric"]]
    level = np.array([np.nan if k[:2] in doubtful and k[1] not in own
                      else _chance(k[2], own.get(k[1], stored.get(k[:2])))
                      for k in named.drop_duplicates().itertuples(index=False, name=None)], dtype=np.float64)
    group = named.groupby(list(named), sort=False, dropna=False, observed=True).ngroup().to_numpy()
    chance = pd.Series(level[group] if len(table) else level, index=table.index)
    return table.assign(chance=table["chance"].fillna(chance) if "chance" in table else chance)


@cache
def _with_chance(source: str) -> pd.DataFrame:
    """The stored table as `load` gives it, kept for the session; callers copy."""
    table = stored_table(source)
    return fill_chance(table) if descriptor(source)["kind"] == "scores" else table


def _options(n_choices: Any, seen: Iterable[Any]) -> dict[Any, float]:
    if n_choices is None:
        return {}
    given = n_choices if isinstance(n_choices, Mapping) else dict.fromkeys(seen, n_choices)
    options = {task: number("n_choices", k) for task, k in given.items()}
    for k in options.values():
        if not 1 <= k < np.inf:
            raise InputError(f"n_choices must be finite numbers of at least 1, got {k:g}.")
    return options


def _chance(metric: Any, n_choices: float | None) -> float:
    known = get_metric(metric)
    if known.name == "exact_match" and n_choices is not None and not pd.isna(n_choices):
        return 1 / n_choices
    return known.chance_for(n_choices)


def _recover_items(table: pd.DataFrame) -> Iterable[str]:
    """Fill missing n_examples in place; says how many were, and how many could not be."""
    binary = table["metric"].map({m: get_metric(m).all_or_nothing for m in table["metric"].unique()})
    open_ = (binary.astype(bool) & table["n_examples"].isna() & table["stderr"].notna()).to_numpy()
    if not open_.any():
        return
    rows = table.loc[open_, ["value", "stderr"]]
    table.loc[open_, "n_examples"] = items_from_stderr(rows["value"].to_numpy(copy=True),
                                                       rows["stderr"].to_numpy(copy=True))
    left = int(table.loc[open_, "n_examples"].isna().sum())
    if left < len(rows):
        yield (f"n_examples of {len(rows) - left} rows is recovered from value and stderr, "
               "n = p (1 - p) / stderr^2.")
    if left:
        yield (f"n_examples of {left} rows stays missing: a score of 0 or 1, or a stderr that fits no number "
               "of items, does not tell it.")


def _filtered(table: pd.DataFrame, filters: Mapping[str, Any], name: str) -> pd.DataFrame:
    keep = pd.Series(True, index=table.index)
    for column, wanted in filters.items():
        if column not in table:
            raise UnknownNameError("column", column, table.columns)
        values = [wanted] if isinstance(wanted, str) or not isinstance(wanted, Iterable) else list(wanted)
        if pd.api.types.is_string_dtype(table[column]):
            known = table[column].dropna().unique()
            for value in values:
                if not _missing(value) and not (isinstance(value, str) and value in known):
                    raise UnknownNameError(column, value if isinstance(value, str) else short(value), known)
        try:
            keep &= table[column].isin(values)
        except TypeError:
            raise InputError(f"{column} must be a value or several plain values, got {short(wanted)}."
                             ) from None
    if not keep.any():
        asked = ", ".join(f"{k}={short(v)}" for k, v in filters.items())
        raise InputError(f"No row of {name} has {asked}; each value exists, their combination does not "
                         "(for a column of numbers: the value may not exist).")
    return table[keep].reset_index(drop=True)


def _missing(value: Any) -> bool:
    return np.ndim(value) == 0 and bool(pd.isna(value))
