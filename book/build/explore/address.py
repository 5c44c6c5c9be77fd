"""The address of a curve on the page of every curve."""

from __future__ import annotations

from urllib.parse import urlencode

from emergence_utils.errors import InputError

__all__ = ["FACETS", "PAGE", "PARTS", "address"]

PAGE = "book/explore.html"
#: What names a curve, in the order in which a reader picks; the second curve's have a 2 behind them.
FACETS = ("source", "task", "part", "metric", "prompting", "models")
#: What the address can hold beside the two curves.
PARTS = {"axis": ("params", "train_flops", "tokens"), "scale": ("log", "linear"), "together": ("1",),
         "embed": ("1",)}


def address(*, source: str, up: str = "", **state: str) -> str:
    """Address of the page of every curve in a given state, from the root of the site.

    Parameters
    ----------
    source : str
        Key of a score table.
    up : str
        What leads from the linking page to the root of the site, e.g. ``"../"``.
    **state : str
        ``task``, ``part`` (of a task), ``metric``, ``prompting``, ``models`` (a family, or a model and
        ", while it trains"); the same with a 2 behind it for the curve beside it (``source2``, ...); ``axis``
        ("params", "train_flops", "tokens"), ``scale`` ("log", "linear"), ``together`` ("1": one panel),
        ``embed`` ("1": without the page around). What is left out is the first that exists.

    Raises
    ------
    InputError
        On a name that the address does not know, or a value that it cannot have.

    Examples
    --------
    >>> address(source="gpt3", task="addition_3_digit", metric="exact_match", axis="params")
    'book/explore.html?source=gpt3&task=addition_3_digit&metric=exact_match&axis=params'
    """
    known = [*FACETS, *(f"{name}2" for name in FACETS), *PARTS]
    for name, value in state.items():
        if name not in known:
            raise InputError(f"the address of a curve has no part '{name}'; accepted: {', '.join(known)}.")
        if name in PARTS and value not in PARTS[name]:
            raise InputError(f"{name} is '{value}'; accepted: {', '.join(PARTS[name])}.")
    given = {"source": source, **state}
    return f"{up}{PAGE}?{urlencode({name: given[name] for name in known if name in given})}"
