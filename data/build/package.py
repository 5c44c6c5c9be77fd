"""``datapackage.json``: one resource a table, with everything its data card prints."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from pybtex.database import parse_file

from emergence_utils.errors import UnknownNameError
from emergence_utils.scores import COLUMNS, ITEM_COLUMNS, Column

from . import grown, tasks, vision
from .inputs import sha256

_UNITS = {"params": "parameters", "tokens": "tokens", "train_flops": "FLOPs", "step": "optimiser steps",
          "n_examples": "items", "value": "unit of the metric", "stderr": "unit of the metric",
          "n_shot": "worked examples", "n_samples": "answers", "correct": "answers", "logprob": "nats"}
_OTHER_SCHEMAS: dict[str, dict[str, tuple[str, str]]] = {
    "wei_table1": {
        "ability": ("string", "ability called emergent"),
        "prompting_class": ("string", "few-shot, or augmented: a prompting or finetuning method"),
        "train_flops": ("number", "training FLOPs of the smallest model showing it"),
        "params": ("number", "parameters of that model"), "model": ("string", "its family"),
        "reference": ("string", "where the ability is reported"),
    },
    "wei_bigbench_labels": {
        "task": ("string", "BIG-bench task called emergent"),
        "model": ("string", "model at which it is called so"),
        "n_listed_at_model": ("number", "tasks the stored part of the list has at that model"),
    },
    "vision_errors": vision.COLUMNS,
    "grown_answers": grown.COLUMNS,
    "grown_rates": grown.RATES,
    "tasks": tasks.COLUMNS,
}


def _score_field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.accepted:
        constraints["enum"] = list(column.accepted)
    if column.positive:
        constraints["minimum"] = 0
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    field: dict[str, Any] = {"name": column.name, "type": "number" if column.dtype == "float" else "string",
                             "description": column.description}
    if column.name in _UNITS:
        field["unit"] = _UNITS[column.name]
    return field | ({"constraints": constraints} if constraints else {})


def schema(key: str, table: pd.DataFrame) -> dict[str, Any]:
    """Frictionless table schema of the columns `table` has."""
    if key in _OTHER_SCHEMAS:
        fields: list[dict[str, Any]] = [
            {"name": name, "type": kind, "description": text}
            | ({"unit": _UNITS[name]} if name in _UNITS else {})
            for name, (kind, text) in _OTHER_SCHEMAS[key].items()]
    else:
        columns = ITEM_COLUMNS if "item" in table.columns else COLUMNS
        fields = [_score_field(c) for c in columns if c.name in table.columns]
    return {"fields": fields, "missingValues": [""]}


def resource(key: str, table: pd.DataFrame, file: str, stored: bytes, content: bytes, card: dict[str, Any],
             entry: dict[str, Any], did: list[str]) -> dict[str, Any]:
    """The resource of one table."""
    out: dict[str, Any] = {
        "name": key, "path": file, "profile": "tabular-data-resource", "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8"}
    if file.endswith(".gz"):
        out["compression"] = "gz"
    licence = {"name": entry["licence"]["name"], "title": entry["licence"]["title"]}
    source = {"title": entry["title"], "path": entry["url"]}
    source |= {k: entry[k] for k in ("commit", "arxiv") if k in entry}
    by_item = {"source", "item"} <= set(table.columns)
    kind = "scores" if "metric" in table.columns else "items" if by_item else "table"
    return out | {
        "title": card["title"], "description": card["description"], "kind": kind,
        "licenses": [licence], "sources": [source], "hash": f"sha256:{sha256(stored)}",
        "content_hash": f"sha256:{sha256(content)}", "bytes": len(stored), "rows": len(table),
        "models": int(table["model"].nunique()) if "model" in table else 0,
        "tasks": int(table["task"].nunique()) if "task" in table else 0,
        "caveats": card["caveats"], "missing": card["missing"], "transform": did,
        "citation": card.get("citation", ""), "bibtex": _bibtex(card.get("citation", "")),
        "schema": schema(key, table)}


@cache
def _references() -> Any:
    return parse_file(str(Path(__file__).resolve().parents[2] / "book" / "references.bib"))


def _bibtex(key: str) -> str:
    """The entry of the book's bibliography, so that there is one of each."""
    if not key:
        return ""
    entries = _references().entries
    if key not in entries:
        raise UnknownNameError("reference", key, entries)
    return str(entries[key].to_string("bibtex")).strip()


def package(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole descriptor."""
    return {
        "profile": "tabular-data-package", "name": "emergence-scores", "version": "1.0.0",
        "title": "Published scores behind the debate on emergent abilities",
        "description": "One tidy table a source. Score tables share one schema: a row is one score of "
                       "one model on one task under one metric.",
        "licenses": [{"name": "notspecified", "title": "Each resource names its own licence"}],
        "resources": resources}
