"""The raw files: where they are, and that they are the ones the tables were made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

#: Where raw files lie that this project made itself (``"own": true`` in ``inputs.json``).
OWN = Path(__file__).resolve().parents[1]


class InputsError(Exception):
    """A raw file is missing or is not the one listed in ``data/inputs.json``."""


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def read_inputs(path: Path) -> dict[str, dict[str, Any]]:
    """The content of ``data/inputs.json``: source key -> upstream, licence, raw files."""
    inputs: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return inputs


@dataclass(frozen=True)
class Raw:
    """The checked raw files of one source.

    Parameters
    ----------
    folder : Path
        Folder of raw files.
    key : str
        Source, a key of ``inputs.json``.
    entry : dict
        Its entry there.
    """

    folder: Path
    key: str
    entry: dict[str, Any]

    def path(self, name: str) -> Path:
        """The file called `name`, after comparing its checksum with the listed one."""
        listed = {Path(f["path"]).name: f for f in self.entry["files"]}
        file = self._there(listed[name])
        seen, expected = sha256(file.read_bytes()), listed[name]["sha256"]
        if seen != expected:
            raise InputsError(f"raw file '{file}' of source '{self.key}' has sha256 {seen}, but "
                              f"data/inputs.json lists {expected}.")
        return file

    def check(self) -> None:
        """Refuse a folder that lacks one of the files."""
        for listed in self.entry["files"]:
            self._there(listed)

    def _there(self, listed: dict[str, Any]) -> Path:
        file: Path = (OWN if self.entry.get("own") else self.folder) / listed["path"]
        if not file.is_file():
            raise InputsError(f"raw file '{file}' of source '{self.key}' is missing; put it there or name "
                              "the folder that has it with --sources.")
        return file

    def csv(self, name: str, **options: Any) -> pd.DataFrame:
        """The CSV file called `name`; `options` are those of `pandas.read_csv`."""
        return pd.read_csv(self.path(name), **options)
