"""Results kept on disk, so that a second build only finishes what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

__all__ = ["Memo"]


class Memo:
    """Texts by what they were made from.

    Parameters
    ----------
    folder : path, optional
        Where they are kept; without it nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._used: set[str] = set()
        # another version of this step may make another text of the same page
        sources = sorted(Path(__file__).parent.glob("*.py"))
        self._version = hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()

    def __call__(self, make: Callable[[], str], *parts: str) -> str:
        """What `make` returns, which depends on `parts` and nothing else."""
        if self._folder is None:
            return make()
        lengths = ",".join(str(len(p)) for p in parts)
        key = hashlib.sha256("\0".join([self._version, lengths, *parts]).encode()).hexdigest()
        self._used.add(key)
        path = self._folder / key
        if path.is_file():
            return path.read_bytes().decode()
        text = make()
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return text

    def forget(self) -> None:
        """Remove what was not asked for since this object was made."""
        if self._folder is not None and self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in self._used:
                    path.unlink()
