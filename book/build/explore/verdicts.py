"""The toolkit's verdict on every curve, stored as a table since thousands of them take minutes."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emergence_utils._datapackage import descriptor
from emergence_utils.errors import DataWarning, EmergenceError, InputError
from emergence_utils.ladders import Ladder, ladders
from emergence_utils.measures import Jump, Presence, UFromCounts

from .curves import CURVE, Source, read_source

__all__ = ["FOLDER", "FULL", "MOST", "hashes", "judge", "judged", "ladder_rows", "stale", "stored",
           "write_verdicts"]

FOLDER = Path("book") / "explore"
_TABLE, _HASHES = "verdicts.csv.gz", "verdicts.json"
#: Checkpoints of a run that a verdict rests on at most: the null of more takes seconds a curve.
MOST = 16
#: Models that are judged at most: they differ in more than size, and to choose some would decide the answer.
FULL = 40
#: Fewest scales that any of the tests has something to say of.
FEWEST = 3
#: Settings of the tests; a change makes the stored table stale.
MEASURES: dict[str, Any] = {"presence": Presence(), "jump": Jump(), "u": UFromCounts(draws=4000)}
_COLUMNS = ["source", *CURVE, "axis", "scales", "judged", "presence", "presence_scope", "presence_low",
            "presence_high", "presence_note", "jump", "jump_p", "jump_rise", "jump_from", "jump_to",
            "jump_note", "u", "u_scope", "u_p", "u_depth", "u_note"]
_DIGITS = 6


def hashes(sources: Iterable[str]) -> dict[str, str]:
    """Checksum of each table together with the settings of the tests."""
    return {name: f"{descriptor(name)['hash']} {MEASURES!r} {MOST} {FULL}" for name in sources}


def judged(ladder: Ladder) -> Ladder:
    """What is judged of a run: `MOST` checkpoints, evenly spread in decades, its ends among them."""
    if len(ladder) <= MOST or ladder.axis != "tokens":
        return ladder
    goal = np.linspace(ladder.x[0], ladder.x[-1], MOST)
    chosen: list[int] = []
    for at in goal:  # the nearest one that is not yet taken
        order = np.argsort(np.abs(ladder.x - at), kind="stable")
        chosen.append(next(int(i) for i in order if i not in chosen))
    keep = np.zeros(len(ladder), dtype=bool)
    keep[chosen] = True
    return ladder.part(keep)


def judge(ladder: Ladder) -> dict[str, Any]:
    """What the three tests say of one ladder; a test that refuses it leaves its reason."""
    part = judged(ladder)
    row: dict[str, Any] = {"scales": len(ladder), "judged": len(part)}
    found = {}
    for name, test in MEASURES.items():
        try:
            found[name] = test(part)
        except EmergenceError as refusal:
            row |= {name: "not tested", f"{name}_note": str(refusal)}
    if "presence" in found:
        r = found["presence"]
        row |= {"presence": r.pattern, "presence_scope": r.scope, "presence_low": r.interval.low,
                "presence_high": r.interval.high, "presence_note": "; ".join(r.notes)}
    if "jump" in found:
        r = found["jump"]
        row |= {"jump": r.answer, "jump_p": r.p_value, "jump_rise": r.estimate, "jump_from": r.between[0],
                "jump_to": r.between[1], "jump_note": "; ".join(r.notes)}
    if "u" in found:
        r = found["u"]
        row |= {"u": r.answer, "u_scope": r.scope, "u_p": r.p_value, "u_depth": r.estimate,
                "u_note": " ".join(r.notes)}
    return row


def ladder_rows(source: Source) -> list[tuple[dict[str, str], str, Ladder]]:
    """Every curve that is a ladder, with the axis it is judged on.

    A training run is judged along its tokens: its compute is proportional to them. Curves with two models
    of one scale are none, unless they join all families, whose models of one scale are averaged. Nor are
    those of more than `FULL` models.
    """
    found: list[tuple[dict[str, str], str, Ladder]] = []
    rows = source.raw.drop(columns=[*CURVE[:4]]).assign(prompting=source.raw["protocol"]).drop(
        columns="protocol")
    across = ("params", "train_flops")
    for kind, axes in (("family", across), ("pooled", across), ("all", across), ("run", ("tokens",))):
        for axis in axes:
            use = (source.curves["kind"] == kind) & (source.curves[axis] >= FEWEST)
            if kind != "run":
                use &= source.curves[axis] <= FULL
            if kind != "all":
                use &= ~source.curves[f"{axis}_shared"]
            if not use.any():
                continue
            points = source.points.merge(source.curves.loc[use, CURVE], on=CURVE)
            keys = points[["point", *CURVE]].rename(columns={c: f"key_{c}" for c in CURVE})
            table = rows.merge(keys, on="point").drop(columns="point")
            table["task"], table["metric"] = table["key_task"], table["key_metric"]
            found += _ladders(table, kind, axis)
    return found


def _ladders(table: pd.DataFrame, kind: str, axis: str) -> list[tuple[dict[str, str], str, Ladder]]:
    by = [f"key_{c}" for c in CURVE]
    across = ["family", "params_kind", "n_shot", "flops_kind"] if kind == "all" else []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        made = ladders(table, x=axis, by=by, across=across, min_models=FEWEST)
    return [({c: str(one.key[f"key_{c}"] or "") for c in CURVE}, axis, one) for one in made]


def source_verdicts(name: str) -> pd.DataFrame:
    """The verdicts of one table, one row for each curve and axis."""
    made = ladder_rows(read_source(name))
    # ladders of the same scales share their simulated null: keep them together
    made.sort(key=lambda one: (one[1], one[0]["models"]))
    rows = [{"source": name, **key, "axis": axis, **judge(ladder)} for key, axis, ladder in made]
    table = pd.DataFrame(rows, columns=_COLUMNS) if rows else pd.DataFrame(columns=_COLUMNS)
    for column in table.select_dtypes("number"):
        table[column] = table[column].map(_short)
    table[["scales", "judged"]] = table[["scales", "judged"]].astype(int)
    return table.sort_values([*CURVE, "axis"], ignore_index=True)


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else value


def stored(root: str | Path = ".") -> pd.DataFrame:
    """The stored verdicts.

    Raises
    ------
    InputError
        Where there are none.
    """
    path = Path(root) / FOLDER / _TABLE
    if not path.is_file():
        raise InputError(f"{path} is not there; python -m book.build.explore writes it.")
    text = {c: str for c in _COLUMNS if c in CURVE or c.endswith(("_note", "_scope")) or c in MEASURES}
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values={
        c: [""] for c in _COLUMNS if c not in text})


def stale(root: str | Path, sources: Iterable[str]) -> list[str]:
    """Sources whose table or test settings are not those of the stored verdicts."""
    path = Path(root) / FOLDER / _HASHES
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [name for name, value in hashes(sources).items() if before.get(name) != value]


def write_verdicts(root: str | Path, sources: list[str], again: list[str]) -> Path:
    """Judge the sources in `again` anew and store the verdicts of all `sources`."""
    folder = Path(root) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path, told = folder / _TABLE, folder / _HASHES
    before = stored(root) if path.is_file() else pd.DataFrame(columns=_COLUMNS)
    known = json.loads(told.read_text(encoding="utf-8")) if told.is_file() else {}
    for name in again:
        before = pd.concat([before[before["source"] != name], source_verdicts(name)], ignore_index=True)
        known[name] = hashes([name])[name]
        before["order"] = before["source"].map({s: i for i, s in enumerate(sources)})
        before = before.sort_values("order", kind="stable").drop(columns="order")
        before.to_csv(path, index=False, compression={"method": "gzip", "mtime": 0}, lineterminator="\n")
        ordered = {s: known[s] for s in sources if s in known}
        told.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8", newline="\n")
        print(f"{name}: {int((before['source'] == name).sum())} verdicts.", flush=True)
    return path
