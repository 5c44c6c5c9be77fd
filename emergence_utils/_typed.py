"""Arguments and settings checked by their own annotations, so that what is written is what is accepted.

What the annotation cannot say, a range or a shape, is left to the function itself; so is anything array-like.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from ._checks import count, number, short
from .errors import EmergenceError, InputError, UnknownNameError

__all__ = ["check_settings", "checked"]

P = ParamSpec("P")
R = TypeVar("R")
_WORDS = {float: "a number", int: "a whole number", bool: "True or False", str: "a name",
          types.NoneType: "None"}


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """`function`, refusing arguments that its annotations do not allow; whole floats become whole numbers."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # Python's own words for arguments that are missing or unknown
        hints = _hints(function)
        for name, value in bound.arguments.items():
            if signature.parameters[name].kind not in (inspect.Parameter.VAR_POSITIONAL,
                                                       inspect.Parameter.VAR_KEYWORD):
                bound.arguments[name] = _fitting(name, hints.get(name, Any), value)
        return function(*bound.args, **bound.kwargs)

    return call


def check_settings(made: Any) -> None:
    """Refuse a dataclass instance one of whose fields is not what its annotation says.

    Raises
    ------
    InputError
        Names the field, the value and what is accepted.
    """
    owner: Any = type(made)
    hints = _hints(owner)
    for field in fields(made):
        value = getattr(made, field.name)
        fitting = _fitting(field.name, hints[field.name], value)
        if fitting is not value:
            object.__setattr__(made, field.name, fitting)


@functools.cache
def _hints(thing: Any) -> dict[str, Any]:
    """Annotations by name; those of names imported for the type checker only accept anything."""
    found: dict[str, Any] = {}
    for owner in reversed(thing.__mro__) if isinstance(thing, type) else [thing]:
        names = vars(import_module(owner.__module__)) if owner is not object else {}
        for name, text in inspect.get_annotations(owner).items():
            try:
                found[name] = eval(text, dict(names)) if isinstance(text, str) else text  # our own source
            except NameError:
                found[name] = Any
    return found


def _fitting(name: str, hint: Any, value: Any) -> Any:
    """`value` in the form that `hint` asks for."""
    accepted = _accepted(hint)
    if accepted is None:
        return value
    for one in accepted:
        try:
            return _one(one, value)
        except (EmergenceError, TypeError):
            continue
    if isinstance(value, str) and all(typing.get_origin(one) is typing.Literal for one in accepted):
        raise UnknownNameError(name, value, map(str, typing.get_args(accepted[0])))
    words = [_say(one) for one in accepted]
    raise InputError(f"{name} must be {' or '.join(words)}, got {short(value)}.")


@functools.cache
def _accepted(hint: Any) -> tuple[Any, ...] | None:
    """The kinds that a hint allows; None where one of them is not for an annotation to decide."""
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    kinds = typing.get_args(hint) if union else (hint,)
    return kinds if all(_known(kind) for kind in kinds) else None


def _known(kind: Any) -> bool:
    origin = typing.get_origin(kind)
    if origin is None:
        plain = isinstance(kind, type) and kind not in (object, Any)
        return plain and not getattr(kind, "_is_protocol", False)
    if origin in (tuple, Sequence, Iterable):
        return all(_known(k) for k in typing.get_args(kind) if k is not Ellipsis)
    return origin in (typing.Literal, Callable, Mapping)


def _one(kind: Any, value: Any) -> Any:
    """`value` as `kind`, or a refusal whose words nobody reads."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        _need(isinstance(value, str | int) and value in args)
    elif origin is Callable:
        _need(callable(value) and not isinstance(value, type))
    elif origin in (tuple, Sequence, Iterable):
        _need(not isinstance(value, str | bytes | Mapping | pd.DataFrame | set))
        items = list(value)
        kinds = args if origin is tuple and Ellipsis not in args else (args[0],) * len(items)
        _need(len(kinds) == len(items))
        made = [_fitting("", k, v) for k, v in zip(kinds, items, strict=True)]
        same = all(a is b for a, b in zip(made, items, strict=True))
        return value if same and isinstance(value, tuple | list) else tuple(made)
    elif origin is Mapping:
        _need(isinstance(value, Mapping))
    elif kind is bool:
        _need(isinstance(value, bool | np.bool_))
    elif kind in (float, int):
        _need(not isinstance(value, bool | np.bool_ | str | bytes))
        found = number("", value) if kind is float else count("", value, minimum=-(10**15))
        return value if isinstance(value, int | float) and isinstance(value, kind) else found
    else:
        _need(isinstance(value, kind))
    return value


def _need(right: bool) -> None:
    if not right:
        raise TypeError


def _say(kind: Any) -> str:
    """The words for one accepted kind."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return ", ".join(map(repr, args[:-1])) + f" or {args[-1]!r}"
    if origin is Callable:
        return "a function"
    if origin is Mapping:
        return "a mapping"
    if origin in (tuple, Sequence, Iterable):
        inner = _say(args[0]) if not typing.get_origin(args[0]) else "values"
        plural = {"a number": "numbers", "a whole number": "whole numbers", "a name": "names"}
        size = f"{len(args)} " if origin is tuple and Ellipsis not in args else "a sequence of "
        return size + plural.get(inner, f"{inner.removeprefix('a ')}s")
    name = _WORDS.get(kind)
    return name or f"{'an' if kind.__name__[0] in 'AEIOU' else 'a'} {kind.__name__}"
