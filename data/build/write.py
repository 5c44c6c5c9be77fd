"""Bytes on disk: the same every time, and readable by pandas alone."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd

#: larger tables are compressed; smaller ones stay readable in a diff
PLAIN_BELOW = 200_000
SORT = ("source", "family", "params", "model", "seed", "step", "tokens", "task", "subset", "metric",
        "prompting", "n_shot", "item")


def number(x: float) -> str:
    """Shortest text that reads back as the same number; whole numbers without ``.0``.

    Examples
    --------
    >>> number(0.1), number(2000.0), number(3.14e+23), number(float("nan"))
    ('0.1', '2000', '3.14e+23', '')
    """
    if np.isnan(x):
        return ""
    text = repr(float(x))
    return text.removesuffix(".0")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """CSV with a header, Unix line ends, UTF-8, empty cells for missing values."""
    columns = []
    for name in table.columns:
        c = table[name]
        if pd.api.types.is_numeric_dtype(c):
            seen: dict[float, str] = {}  # most columns repeat few numbers
            columns.append([seen[x] if x in seen else seen.setdefault(x, number(x))
                            for x in c.astype(float).tolist()])
        else:
            columns.append(["" if pd.isna(x) else str(x) for x in c.tolist()])
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue().encode()


def gzip_bytes(data: bytes) -> bytes:
    """Gzip without time stamp and file name."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as f:
        f.write(data)
    return buffer.getvalue()


def sort_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in one fixed order, whatever order the raw file has."""
    by = [c for c in SORT if c in table.columns]
    return table.sort_values(by, kind="stable", na_position="first", ignore_index=True)


def store(folder: Path, key: str, content: bytes) -> tuple[str, bytes]:
    """Write ``key.csv``, or ``key.csv.gz`` if large; returns file name and stored bytes."""
    plain = len(content) < PLAIN_BELOW
    name, data = (f"{key}.csv", content) if plain else (f"{key}.csv.gz", gzip_bytes(content))
    (folder / f"{key}.csv{'.gz' if plain else ''}").unlink(missing_ok=True)  # left by a build of another size
    (folder / name).write_bytes(data)
    return name, data
