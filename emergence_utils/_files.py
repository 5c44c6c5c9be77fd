"""Files of the repository that the package reads: in the checkout, or packed into the wheel."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from .errors import EmergenceError

__all__ = ["own_file"]


def own_file(folder: str, name: str) -> Path:
    """Path of ``folder/name`` of the repository, wherever the package is installed.

    Raises
    ------
    EmergenceError
        If the file is in neither place.
    """
    checkout = Path(__file__).resolve().parents[1] / folder / name
    packed = Path(str(resources.files(__package__) / "_data" / name))
    for path in (checkout, packed):
        if path.is_file():
            return path
    raise EmergenceError(f"{folder}/{name} is neither in the checkout nor in the installed package.")
