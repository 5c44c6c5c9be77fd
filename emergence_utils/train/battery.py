"""Tasks of many kinds for one and the same ladder of models, listed before any model was trained on them.

Nobody chose them for how they turn out: those that no size learns and those that every size learns stay in.
Their kinds stand in `kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import comb
from typing import Any

import jax
import jax.numpy as jnp

from .tasks import Part, Task

__all__ = ["BATTERY"]

Array = Any
Question = tuple[Array, Array]
Ask = Callable[[Array, int], Question]
_SYMBOLS = (*"0123456789", "+", "-", "×", ":", "=", ">", ",", "")
_PLUS, _MINUS, _TIMES, _OVER, _IS, _MORE, _COMMA = range(10, 17)


def _low_first(value: Array, places: int, base: int = 10) -> Array:
    """Digits of whole numbers, (n,) -> (n, places), the lowest first."""
    return jnp.stack([value // base**i % base for i in range(places)], axis=1)


def _high_first(value: Array, places: int, base: int = 10) -> Array:
    return _low_first(value, places, base)[:, ::-1]


def _join(n: int, *columns: Array | int) -> Array:
    """Columns side by side; a number stands for the same symbol in every row."""
    return jnp.concatenate([jnp.full((n, 1), c) if isinstance(c, int) else c.reshape(n, -1) for c in columns],
                           axis=1).astype(jnp.int32)


def _whole(key: Array, n: int, below: int, count: int = 2) -> Array:
    return jax.random.randint(key, (count, n), 0, below)


def _sum(digits: int, base: int = 10) -> Ask:
    def ask(key: Array, n: int) -> Question:
        a, b = _whole(key, n, base**digits)
        return (_join(n, _high_first(a, digits, base), _PLUS, _high_first(b, digits, base), _IS),
                _low_first(a + b, digits + 1, base))
    return ask


def _three_numbers(key: Array, n: int) -> Question:
    a, b, c = _whole(key, n, 100, 3)
    return (_join(n, _high_first(a, 2), _PLUS, _high_first(b, 2), _PLUS, _high_first(c, 2), _IS),
            _low_first(a + b + c, 3))


def _difference(digits: int) -> Ask:
    def ask(key: Array, n: int) -> Question:
        a, b = jnp.sort(_whole(key, n, 10**digits), axis=0)
        return (_join(n, _high_first(b, digits), _MINUS, _high_first(a, digits), _IS),
                _low_first(b - a, digits))
    return ask


def _double(key: Array, n: int) -> Question:
    a, = _whole(key, n, 10_000, 1)
    return _join(n, _high_first(a, 4), _PLUS, _IS), _low_first(2 * a, 5)


def _product(left: int, right: int) -> Ask:
    def ask(key: Array, n: int) -> Question:
        a, b = jax.random.randint(key, (2, n), 0, jnp.asarray([[10**left], [10**right]]))
        return (_join(n, _high_first(a, left), _TIMES, _high_first(b, right), _IS),
                _low_first(a * b, left + right))
    return ask


def _square(key: Array, n: int) -> Question:
    a, = _whole(key, n, 1000, 1)
    return _join(n, _high_first(a, 3), _TIMES, _IS), _low_first(a * a, 6)


def _division(key: Array, n: int) -> Question:
    a, b = jax.random.randint(key, (2, n), jnp.asarray([[0], [1]]), jnp.asarray([[1000], [10]]))
    return (_join(n, _high_first(a, 3), _OVER, b, _IS),
            _join(n, _high_first(a // b, 3), (a % b)[:, None]))


def _remainder(modulus: int, rule: Callable[[Array, Array], Array]) -> Ask:
    def ask(key: Array, n: int) -> Question:
        a, b = _whole(key, n, 100)
        return (_join(n, _high_first(a, 2), _COMMA, _high_first(b, 2), _IS),
                _high_first(rule(a, b) % modulus, 2))
    return ask


def _string(length: int, rule: Callable[[Array], Array]) -> Ask:
    def ask(key: Array, n: int) -> Question:
        d = jax.random.randint(key, (n, length), 0, 10)
        answer = rule(d)
        return _join(n, d, _IS), answer.reshape(n, -1)
    return ask


def _rotated(d: Array) -> Array:
    """The digits after the first, turned to the left by as many places as the first says."""
    rest = d[:, 1:]
    places = (jnp.arange(rest.shape[1])[None, :] + d[:, :1]) % rest.shape[1]
    return jnp.take_along_axis(rest, places, axis=1)


def _bits(length: int, rule: Callable[[Array], Array]) -> Ask:
    def ask(key: Array, n: int) -> Question:
        b = jax.random.randint(key, (n, length), 0, 2)
        return _join(n, b, _IS), rule(b).reshape(n, -1)
    return ask


def _to_bits(key: Array, n: int) -> Question:
    a, = _whole(key, n, 1000, 1)
    return _join(n, _high_first(a, 3), _IS), _low_first(a, 10, 2)


def _from_bits(key: Array, n: int) -> Question:
    b = jax.random.randint(key, (n, 10), 0, 2)
    return _join(n, b, _IS), _low_first((b * 2 ** jnp.arange(9, -1, -1)).sum(axis=1), 4)


def _larger(key: Array, n: int) -> Question:
    a, b = _whole(key, n, 10_000)
    return (_join(n, _high_first(a, 4), _COMMA, _high_first(b, 4), _IS), _high_first(jnp.maximum(a, b), 4))


def _is_larger(key: Array, n: int) -> Question:
    """Is the sum of the first two numbers larger than the third? Half of them are."""
    of_two, of_sign, of_size = jax.random.split(key, 3)
    a, b = _whole(of_two, n, 90) + 10
    more = jax.random.bernoulli(of_sign, 0.5, (n,))
    away = jax.random.randint(of_size, (n,), 0, 10)
    third = jnp.where(more, a + b - 1 - away, a + b + away)
    return (_join(n, _high_first(a, 2), _PLUS, _high_first(b, 2), _MORE, _high_first(third, 3), _IS),
            more[:, None])


def _look_up(pairs: int) -> Ask:
    """``3 7, 5 1, … 5 =`` asks for the digit that stands beside the key."""
    def ask(key: Array, n: int) -> Question:
        of_key, of_value, of_place = jax.random.split(key, 3)
        keys = jax.vmap(lambda k: jax.random.permutation(k, 10))(jax.random.split(of_key, n))[:, :pairs]
        values = jax.random.randint(of_value, (n, pairs), 0, 10)
        place = jax.random.randint(of_place, (n, 1), 0, pairs)
        shown = jnp.stack([keys, values], axis=2).reshape(n, -1)
        return (_join(n, shown, _COMMA, jnp.take_along_axis(keys, place, axis=1), _IS),
                jnp.take_along_axis(values, place, axis=1))
    return ask


def _pointers(hops: int) -> Ask:
    """Six places hold numbers of places; from the place named last, follow them `hops` times."""
    def ask(key: Array, n: int) -> Question:
        to = jax.random.randint(key, (n, 7), 0, 6)
        here = to[:, 6:]
        for _ in range(hops):
            here = jnp.take_along_axis(to[:, :6], here, axis=1)
        return _join(n, to[:, :6], _COMMA, to[:, 6:], _IS), here
    return ask


def _composed(count: int) -> Ask:
    """`count` shuffles of three things, one after the other: which shuffle is it?"""
    def ask(key: Array, n: int) -> Question:
        table = jnp.asarray(list(permutations(range(3))))
        which = jax.random.randint(key, (n, count), 0, 6)
        now = table[which[:, 0]]
        for i in range(1, count):
            now = jnp.take_along_axis(now, table[which[:, i]], axis=1)
        return _join(n, which, _IS), jnp.argmax((now[:, None] == table[None]).all(axis=2), axis=1)[:, None]
    return ask


def _longest_run(b: Array) -> Array:
    run, longest = jnp.zeros(len(b), jnp.int32), jnp.zeros(len(b), jnp.int32)
    for i in range(b.shape[1]):
        run = (run + 1) * b[:, i]
        longest = jnp.maximum(longest, run)
    return longest


def _some(n: int, p: float, least: int) -> float:
    """Probability of `least` or more of `n` with probability `p` each."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(least, n + 1))


#: name, places of question and answer, question and answer, chance: the best constant answer.
_TABLE: tuple[tuple[str, int, int, Ask, float], ...] = (
    ("sum of 2 digits", 6, 3, _sum(2), 0.0),
    ("sum of 3 digits", 8, 4, _sum(3), 0.0),
    ("sum of 5 digits", 12, 6, _sum(5), 0.0),
    ("sum in base 5", 10, 5, _sum(4, 5), 0.0),
    ("sum of three numbers", 9, 3, _three_numbers, 0.0),
    ("difference of 3 digits", 8, 3, _difference(3), 0.0),
    ("difference of 4 digits", 10, 4, _difference(4), 0.0),
    ("double", 6, 5, _double, 0.0),
    ("product 1 by 3", 6, 4, _product(1, 3), 0.1),
    ("product 2 by 2", 6, 4, _product(2, 2), 0.02),
    ("square", 5, 6, _square, 0.0),
    ("division", 6, 4, _division, 0.0),
    ("sum modulo 23", 6, 2, _remainder(23, lambda a, b: a + b), 1 / 23),
    ("product modulo 23", 6, 2, _remainder(23, lambda a, b: a * b), 1 - 0.95**2),
    ("difference modulo 11", 6, 2, _remainder(11, lambda a, b: a - b), 1 / 11),
    ("copy", 9, 8, _string(8, lambda d: d), 0.0),
    ("reverse", 9, 8, _string(8, lambda d: d[:, ::-1]), 0.0),
    ("sort", 7, 6, _string(6, lambda d: jnp.sort(d, axis=1)), 0.0),
    ("rotate", 8, 6, _string(7, _rotated), 0.0),
    ("running sum", 7, 6, _string(6, lambda d: jnp.cumsum(d, axis=1) % 10), 0.0),
    ("largest of 6", 7, 1, _string(6, lambda d: jnp.max(d, axis=1)), 1 - 0.9**6),
    ("second largest of 6", 7, 1, _string(6, lambda d: jnp.sort(d, axis=1)[:, -2]),
     _some(6, 0.3, 2) - _some(6, 0.2, 2)),
    ("median of 5", 6, 1, _string(5, lambda d: jnp.sort(d, axis=1)[:, 2]),
     _some(5, 0.5, 3) - _some(5, 0.4, 3)),
    ("larger number", 10, 4, _larger, 0.0),
    ("is the sum larger", 10, 1, _is_larger, 0.5),
    ("count of ones", 13, 2, _bits(12, lambda b: _low_first(b.sum(axis=1), 2)), comb(12, 6) / 2**12),
    ("parity of 10", 11, 1, _bits(10, lambda b: b.sum(axis=1) % 2), 0.5),
    ("parity of 14", 15, 1, _bits(14, lambda b: b.sum(axis=1) % 2), 0.5),
    ("majority of 11", 12, 1, _bits(11, lambda b: b.sum(axis=1) > 5), 0.5),
    ("longest run of 12", 13, 2, _bits(12, lambda b: _low_first(_longest_run(b), 2)), (1705 - 377) / 2**12),
    ("look up in 4 pairs", 11, 1, _look_up(4), 0.1),
    ("follow 2 pointers", 9, 1, _pointers(2), 1 / 6),
    ("follow 4 pointers", 9, 1, _pointers(4), 1 / 6),
    ("compose 4 shuffles", 5, 1, _composed(4), 1 / 6),
    ("compose 7 shuffles", 8, 1, _composed(7), 1 / 6),
    ("decimal to binary", 4, 10, _to_bits, 0.0),
    ("binary to decimal", 11, 4, _from_bits, 0.0),
)


def _maker(ask: Ask, places: int) -> Callable[[Array, Array], tuple[Array, Array]]:
    def make(key: Array, part: Array) -> tuple[Array, Array]:
        question, answer = ask(key, part.shape[0])
        return (jnp.concatenate([question, answer.astype(jnp.int32)], axis=1),
                jnp.ones((part.shape[0], places), dtype=bool))
    return make


#: Tasks by name, in the order in which they were written down.
BATTERY: dict[str, Task] = {
    name: Task(name, _SYMBOLS, asked, answered, _maker(ask, answered), (Part("", 1.0, 1 / 8, chance),))
    for name, asked, answered, ask, chance in _TABLE}
