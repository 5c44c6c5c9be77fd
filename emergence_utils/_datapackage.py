"""The stored data package: where it lies, its descriptor, its tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from ._checks import short
from ._files import own_file
from ._schema import COLUMNS, ITEM_COLUMNS, checked_items, checked_table, completed
from .errors import InputError, UnknownNameError

_TEXT = {c.name: "str" for c in (*COLUMNS, *ITEM_COLUMNS) if c.dtype == "str"}
_NUMBER = {c.name: "float64" for c in (*COLUMNS, *ITEM_COLUMNS) if c.dtype == "float"}


@dataclass(frozen=True)
class Card:
    """What a reader must know before using a table.

    Parameters
    ----------
    source : str
        Key, as `load` takes it.
    title, description : str
        What it is.
    kind : {"scores", "items", "table"}
        A score table, a table by item, or a table of another shape.
    licence : str
        Licence of the upstream numbers.
    upstream, commit : str
        Where the numbers are from; commit is empty where there is none.
    caveats, missing, transform : tuple of str
        Limits; what is missing and why; what was done to the raw numbers.
    rows : int
        Number of rows.
    columns : tuple of str
        Columns stored; `load` adds the other columns of the schema, empty.
    hash : str
        SHA-256 of the stored file.
    citation : str
        BibTeX key.
    """

    source: str
    title: str
    description: str
    kind: str
    licence: str
    upstream: str
    commit: str
    caveats: tuple[str, ...]
    missing: tuple[str, ...]
    transform: tuple[str, ...]
    rows: int
    columns: tuple[str, ...]
    hash: str
    citation: str

    def __repr__(self) -> str:
        parts = [f"{self.title} ('{self.source}', {self.rows} rows)", self.description,
                 f"Upstream: {self._where}. Licence: {self.licence}. Cite: {self.citation}."]
        for name, lines in self._lists:
            parts += [f"{name}:", *(f"  - {line}" for line in lines)]
        return "\n".join(parts)

    def _repr_markdown_(self) -> str:
        parts = [f"**{self.title}** (`{self.source}`, {self.rows:,} rows)", self.description,
                 f"Upstream: {self._where}. Licence: {self.licence}. Cite: `{self.citation}`."]
        for name, lines in self._lists:
            parts += [f"*{name}*", "\n".join(f"- {line}" for line in lines)]
        return "\n\n".join(parts)

    @property
    def _where(self) -> str:
        return f"{self.upstream} @ {self.commit}" if self.commit else self.upstream

    @property
    def _lists(self) -> list[tuple[str, tuple[str, ...]]]:
        named = [("Caveats", self.caveats), ("Missing", self.missing), ("What the build did", self.transform)]
        return [(name, lines) for name, lines in named if lines]


def folder() -> Path:
    """``data/`` of a checkout, else the copy inside the installed package."""
    return own_file("data", "datapackage.json").parent


@cache
def descriptors() -> dict[str, dict[str, Any]]:
    """Resources of ``datapackage.json`` by name, ``tasks`` among them."""
    path = folder() / "datapackage.json"
    if not path.is_file():
        raise InputError(f"The data are missing: '{path}' does not exist; reinstall the package.")
    return {r["name"]: r for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}


def names() -> list[str]:
    """Names a reader can load."""
    return [name for name in descriptors() if name != "tasks"]


def descriptor(source: str) -> dict[str, Any]:
    """The resource called `source`; UnknownNameError names the nearest one."""
    if not isinstance(source, str) or source not in names():
        raise UnknownNameError("dataset", source if isinstance(source, str) else short(source), names())
    return descriptors()[source]


def licence(resource: Mapping[str, Any]) -> str:
    """Licence of a resource, in words."""
    return str(resource["licenses"][0]["title"])


@cache
def stored_table(source: str) -> pd.DataFrame:
    """The parsed table, kept for the session; callers copy."""
    resource = descriptor(source)
    path = folder() / resource["path"]
    if resource["kind"] == "table":
        return pd.read_csv(path)
    content = path.read_bytes()
    raw = pd.read_csv(BytesIO(content), dtype=_TEXT | _NUMBER, keep_default_na=False, na_values=[""],
                      compression="gzip" if path.suffix == ".gz" else None)
    if hashlib.sha256(content).hexdigest() == resource["hash"].removeprefix("sha256:"):
        # the bytes that were checked when the table was made
        return completed(raw, ITEM_COLUMNS if resource["kind"] == "items" else COLUMNS)
    if resource["kind"] == "items":
        return checked_items(raw, path.name)
    return checked_table(raw, path.name)[0]


@cache
def tasks() -> pd.DataFrame:
    """``tasks.csv``: options and chance level by source and task."""
    return pd.read_csv(folder() / "tasks.csv")
