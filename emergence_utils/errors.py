"""Named exceptions and one warning: each a sentence that says what was seen and what is accepted."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["DataWarning", "EmergenceError", "InputError", "SchemaError", "UnknownNameError", "nearest"]

#: What readers call columns of a score table whose names are spelt otherwise.
_MEANT = {"compute": "train_flops", "flops": "train_flops", "size": "params", "parameters": "params",
          "score": "value", "shots": "n_shot", "items": "n_examples"}


class EmergenceError(ValueError):
    """Base of all errors this package raises on purpose."""


class DataWarning(UserWarning):
    """The table is valid and yet looks wrong, or part of it is left out: look before going on."""


class InputError(EmergenceError):
    """An argument has a value that the function cannot work with."""


class SchemaError(EmergenceError):
    """A table does not follow the score-table schema."""


class UnknownNameError(EmergenceError, KeyError):
    """A dataset, metric, task or column that does not exist.

    Parameters
    ----------
    kind : str
        What was looked up, e.g. ``"dataset"``.
    name : str
        The name given.
    known : iterable of str
        The names that exist.

    Examples
    --------
    >>> print(UnknownNameError("metric", "exact_mach", ["exact_match", "bleu"]))
    Unknown metric 'exact_mach'; did you mean 'exact_match'? Known: bleu, exact_match.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(map(_word, known))
        name = " ".join(_word(name).split())  # one sentence is one line
        name = name if len(name) <= 80 else name[:77] + "..."
        near = nearest(name, names)
        hint = f"; did you mean '{near}'?" if near else "."
        self._made_from = (kind, name, names)
        shown = ", ".join(names[:30]) + (f" and {len(names) - 30} more" if len(names) > 30 else "")
        self.message = f"Unknown {kind} '{name}'{hint} Known: {shown}."
        super().__init__(self.message)

    def __str__(self) -> str:  # KeyError would print the repr
        return self.message

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, str, list[str]]]:
        # an exception is pickled by its message alone, which __init__ cannot take: worker pools would die
        return type(self), self._made_from


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` most likely means, ignoring case; None where none is near.

    Examples
    --------
    >>> nearest("Exact_Mach", ["bleu", "exact_match"])
    'exact_match'
    >>> nearest("compute", ["prompting", "train_flops"])
    'train_flops'
    """
    try:
        lower = {_word(n).lower(): _word(n) for n in known}
    except TypeError:
        raise InputError(f"known must be a sequence of names, got one {type(known).__name__}.") from None
    meant = _MEANT.get(_word(name).lower())
    near = [meant] if meant in lower else get_close_matches(_word(name).lower(), lower, n=1, cutoff=0.4)
    return lower[near[0]] if near else None


def _word(value: object) -> str:
    try:
        return str(value)
    except Exception:  # an object that cannot say what it is has no name near to any
        return ""
