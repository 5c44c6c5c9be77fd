"""The explorer's data as small files: one index, and for each table a few files of curves."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emergence_utils._datapackage import descriptor
from emergence_utils.metrics.registry import get_metric

from .curves import AXES, CELL, CURVE, Source, read_source, score_sources
from .lesson import lesson
from .verdicts import stored
from .words import no_verdict, verdict_words

__all__ = ["DATA", "Files", "read_data", "source_files", "stamp", "write_data"]

#: Where the files lie in the site.
DATA = Path("_static") / "explore"
#: Bytes that a file of curves may have, compressed; cells are added to it up to here.
_WEIGHT = 34_000
_STAMP = "stamp.txt"
_HOW = {"exact": 1, "stderr": 2, "runs": 3}
#: Digits kept; more cannot be seen in a picture and are not in most tables.
_DIGITS = 5
#: Up to here every whole number is exact.
_WHOLE = 2.0**53


@dataclass
class Files:
    """One table: its part of the index, and its files of curves.

    Parameters
    ----------
    index : dict
        ``name``, ``title``, ``rows`` (of the table), ``reached`` (those in some curve), ``curves`` (how
        many), ``verdicts`` (ladders judged), ``answers`` (how many of them are sudden and so on), the lists
        ``tasks``, ``parts``, ``metrics``, ``prompting``, ``models``,
        ``sets`` (lists of a model's number and its axes, a bit each) and ``cells`` (numbers of task, part,
        metric, prompting, set and file).
    files : list of dict
        ``names``, ``frames`` (models and their scales, shared by curves) and ``curves`` by number of cell and
        of models.
    """

    index: dict[str, Any]
    files: list[dict[str, Any]] = field(default_factory=list)


def source_files(source: Source, verdicts: pd.DataFrame) -> Files:
    """The files of one table."""
    cells = source.curves[CELL].drop_duplicates().reset_index(drop=True)
    lists = {name: sorted(cells[column].unique()) for name, column in
             (("tasks", "task"), ("parts", "part"), ("metrics", "metric"), ("prompting", "prompting"))}
    models = list(dict.fromkeys(source.curves.sort_values("kind", kind="stable")["models"]))
    place = {name: {v: i for i, v in enumerate(values)} for name, values in lists.items()}
    which = {m: i for i, m in enumerate(models)}
    bits = sum((source.curves[a] > 0).astype(int) * 2**i for i, a in enumerate(AXES))
    by_cell: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for key, mask in zip(source.curves[CURVE].itertuples(index=False, name=None), bits, strict=True):
        by_cell.setdefault(key[:4], []).append((which[key[4]], int(mask)))
    sets: dict[tuple[tuple[int, int], ...], int] = {}
    answers = verdicts["jump"].value_counts().sort_index()
    index = {"name": source.name, "title": descriptor(source.name)["title"], "rows": len(source.raw),
             "reached": source.reached, "curves": len(source.curves), "verdicts": len(verdicts),
             "answers": {str(k): int(v) for k, v in answers.items()}, **lists, "models": models}
    found, writer, table = Files(index), _Writer(), []
    drawn = dict(_cells(source, verdicts, which))
    for number, cell in enumerate(by_cell):
        mine = tuple(sorted(by_cell[cell]))
        writer.add(number, drawn[cell])
        row = [place[name][value] for name, value in zip(place, cell, strict=True)]
        table.append([*row, sets.setdefault(mine, len(sets)), len(writer.files) - 1])
    index["sets"], index["cells"] = [list(map(list, s)) for s in sets], table
    found.files = [w.content() for w in writer.files]
    return found


class _File:
    """One file as it grows; frames and names are shared within it."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.frames: list[dict[str, Any]] = []
        self._known: dict[str, int] = {}
        self.curves: dict[str, dict[str, Any]] = {}
        self.weight = 0

    def content(self) -> dict[str, Any]:
        return {"names": list(self.names), "frames": self.frames, "curves": self.curves}

    def add(self, number: int, cell: dict[int, dict[str, Any]]) -> None:
        self.curves[str(number)] = {str(m): self._shared(curve) for m, curve in cell.items()}
        self.weight += _weight(self.curves[str(number)])

    def _shared(self, curve: dict[str, Any]) -> dict[str, Any]:
        names, frame = curve["names"], curve["frame"]
        at = [self.names.setdefault(n, len(self.names)) for n in names]
        whole = {"m": _one(at), **frame}
        text = repr(whole)
        f = self._known.setdefault(text, len(self.frames))
        if f == len(self.frames):
            self.frames.append(whole)
            self.weight += _weight(whole)
        return {"f": f, **{k: v for k, v in curve.items() if k not in ("names", "frame")}}


class _Writer:
    """Cells into files, a new one where the last is full."""

    def __init__(self) -> None:
        self.files: list[_File] = [_File()]

    def add(self, number: int, cell: dict[int, dict[str, Any]]) -> None:
        if self.files[-1].weight > _WEIGHT:
            self.files.append(_File())
        self.files[-1].add(number, cell)


def _weight(content: Any) -> int:
    return len(zlib.compress(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode(), 1))


def _cells(source: Source, verdicts: pd.DataFrame,
           which: dict[str, int]) -> Iterator[tuple[tuple[str, ...], dict[int, dict[str, Any]]]]:
    """Each cell with its curves, by number of models."""
    said: dict[tuple[str, ...], dict[str, list[str]]] = {}
    runs = set(source.curves.loc[source.curves["kind"] == "run", "models"])
    for row in verdicts.to_dict("records"):
        key = tuple(str(row[c]) for c in CURVE)
        said.setdefault(key, {})[str(row["axis"])] = verdict_words({str(k): v for k, v in row.items()},
                                                                   key[-1] in runs)
    points = source.points.sort_values([*CURVE, "tokens", "params", "train_flops", "model"], kind="stable")
    every = points[CURVE].to_numpy()
    start = np.flatnonzero(np.r_[True, (every[1:] != every[:-1]).any(axis=1)])
    ends = np.r_[start[1:], len(points)]
    columns = {c: _rounded(points[c].to_numpy(dtype=float))
               for c in (*AXES, "value", "low", "high", "n", "chance")}
    names, how = points["model"].to_numpy(), points["how"].map(_HOW).fillna(0).astype(int).to_numpy()
    number = points["runs"].to_numpy()
    keys = every[start]
    facts = {tuple(r[:5]): r[5:] for r in source.curves[
        [*CURVE, "kind", *AXES, *(f"{a}_shared" for a in AXES)]].itertuples(index=False, name=None)}
    out: dict[tuple[str, ...], dict[int, dict[str, Any]]] = {}
    for key, a, b in zip(map(tuple, keys), start, ends, strict=True):
        piece = {c: v[a:b] for c, v in columns.items()}
        curve: dict[str, Any] = {"names": names[a:b].tolist(), "frame": {
            axis: _one(piece[axis]) for axis in AXES if any(v is not None for v in piece[axis])}}
        curve["v"] = piece["value"]
        if how[a:b].any():
            curve |= {"l": piece["low"], "h": piece["high"], "how": _one(how[a:b].tolist())}
        for short, column in (("n", piece["n"]), ("c", piece["chance"])):
            if any(v is not None for v in column):
                curve[short] = _one(column)
        if number[a:b].max() > 1:
            curve["k"] = _one(number[a:b].tolist())
        kind, scales, shared = facts[key][0], facts[key][1:4], facts[key][4:]
        words = said.get(key, {})
        if kind == "run" and "tokens" in words:
            words["train_flops"] = words["tokens"]
        curve["w"] = {axis: words.get(axis) or no_verdict(m, shared=bool(twice))
                      for axis, m, twice in zip(AXES, scales, shared, strict=True) if m}
        if kind in ("pooled", "all") or (kind == "family" and shared[0]):
            curve["s"] = 1  # several runs of a size: no line joins the points
        out.setdefault(key[:4], {})[which[key[4]]] = curve
    yield from out.items()


def _rounded(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[Any]:
    """Numbers with as many digits as are kept, whole ones as such; a missing one is None."""
    known = np.isfinite(values) & (values != 0)
    power = np.zeros_like(values)
    power[known] = np.floor(np.log10(np.abs(values[known])))
    shift = _DIGITS - 1 - power
    # powers of ten are exact, so that one product or quotient gives the number nearest to its decimals
    lift, lower = 10.0 ** np.maximum(shift, 0), 10.0 ** np.maximum(-shift, 0)
    held = np.where(known, values, 0.0)
    cut = np.round(held * lift / lower) * lower / lift
    if (cut == np.floor(cut)).all() and (np.abs(cut) < _WHOLE).all():
        out = cut.astype(np.int64).astype(object)
    else:
        out = cut.astype(object)
    out[np.isnan(values)] = None
    return list(out.tolist())


def _one(values: list[Any]) -> Any:
    """The value, where all are the same."""
    return values[0] if len(set(values)) == 1 else values


def read_data(folder: Path, name: str) -> Any:
    """Content of the index (name ``index``) or of a file of curves."""
    return json.loads(gzip.decompress((folder / f"{name}.json.gz").read_bytes()))


def _write(path: Path, content: Any) -> None:
    """Compressed in itself: small on any host, and in the site that is published."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_bytes(gzip.compress(text.encode(), 6, mtime=0))


def stamp(root: str | Path) -> str:
    """What the files follow from: tables, verdicts, and the code that writes them."""
    told = hashlib.sha256()
    for name in score_sources():
        told.update(f"{name} {descriptor(name)['hash']}".encode())
    book = Path(root) / "book"
    for path in (*sorted((book / "build" / "explore").glob("*.py")), book / "explore" / "verdicts.csv.gz"):
        told.update(path.read_bytes())
    return told.hexdigest()


def write_data(root: str | Path, out: str | Path) -> bool:
    """Write index and files into the folder `out` unless they are up to date; return whether it wrote."""
    out, now = Path(out), stamp(root)
    told = out / _STAMP
    if told.is_file() and told.read_text(encoding="utf-8") == now:
        return False
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    verdicts, index = stored(root), []
    metrics: dict[str, Any] = {}
    for name in score_sources():
        made = source_files(read_source(name), verdicts[verdicts["source"] == name])
        for number, content in enumerate(made.files):
            _write(out / f"{name}-{number}.json.gz", content)
        index.append(made.index)
        metrics |= {m: _metric(m) for m in made.index["metrics"]}
    first, second = lesson(verdicts)
    start = {**first, **{f"{name}2": value for name, value in second.items()}}
    _write(out / "index.json.gz", {"sources": index, "metrics": metrics, "start": start,
                                   "sudden": _sudden(verdicts)})
    told.write_text(now, encoding="utf-8")
    return True


def _sudden(verdicts: pd.DataFrame) -> list[list[str]]:
    """Source, facets and axis of every sudden curve: the largest rise of each task, then the second ones."""
    found = verdicts[verdicts["jump"] == "sharp"].sort_values("jump_rise", ascending=False, kind="stable")
    found = found.drop_duplicates(["source", *CURVE])
    rank = found.groupby(["source", "task"]).cumcount()
    found = found.assign(rank=rank).sort_values("rank", kind="stable")
    return [list(map(str, row)) for row in
            found[["source", *CURVE, "axis"]].itertuples(index=False, name=None)]


def _metric(name: str) -> dict[str, Any]:
    """What the page must know of a metric: label, unit, direction, its ends, whether it is all-or-nothing."""
    m = get_metric(name)
    ends = [m.low, m.high] if math.isfinite(m.low) and math.isfinite(m.high) else None
    return {"label": m.label, "unit": m.unit, "up": m.higher_is_better, "ends": ends,
            "hard": m.all_or_nothing}
