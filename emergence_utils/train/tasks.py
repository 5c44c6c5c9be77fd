"""What a small model is asked: questions drawn from a key, the tokens they are made of, what counts as right.

A question and its answer are one row of token numbers, the question in the first ``question_length`` places
and the answer behind it; a task's rows all have one length. Which questions are kept from training is
decided by a fixed mix of the question's own tokens, so that it is the same on every machine and for every
model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from ..errors import UnknownNameError

__all__ = ["PREREQUISITES", "TASKS", "Items", "Part", "Task", "evaluation_items", "get_task", "held_out",
           "training_batch"]

Array = Any
Make = Callable[[Array, Array], tuple[Array, Array]]
#: Questions drawn for each part, among which those of the test are the first that qualify.
_CANDIDATES = 1 << 16
_EVALUATION_KEY = 20_240_229
DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Part:
    """One kind of question in a task.

    Parameters
    ----------
    name : str
        The ``subset`` of the score table; empty where the task has one kind only.
    weight : float
        Share of the training questions, before normalising.
    held_out : float
        Share of all possible questions that training never uses.
    chance : float
        Exact match of uniform guessing among the answers.
    seen : bool
        The test asks questions that training may use: all of a small table of facts, or the training side
        of a split.
    """

    name: str = ""
    weight: float = 1.0
    held_out: float = 1 / 16
    chance: float = 0.0
    seen: bool = False


@dataclass(frozen=True)
class Task:
    """A generator, a tokeniser and a scorer under one name.

    Parameters
    ----------
    name : str
    symbols : tuple of str
        What each token number prints as; the last one fills empty places and prints as nothing.
    question_length, answer_length : int
        Places of a row, in tokens.
    make : callable
        ``(key, part) -> (tokens, used)``: one row for each entry of `part`, and which places of the answer
        count.
    parts : tuple of Part
    last_only : bool
        An answer is right when its last token is, whatever was written before.
    base : tuple of int
        For sums written with the lowest digit first, the base of each part; else empty.
    items : int
        Questions of the test in each part, fewer where there are not as many different ones.
    """

    name: str
    symbols: tuple[str, ...]
    question_length: int
    answer_length: int
    make: Make
    parts: tuple[Part, ...] = (Part(),)
    last_only: bool = False
    base: tuple[int, ...] = ()
    items: int = 1000

    @property
    def length(self) -> int:
        """Places of a row, in tokens."""
        return self.question_length + self.answer_length

    def text(self, tokens: Sequence[int]) -> str:
        """Tokens as they print.

        Examples
        --------
        >>> get_task("addition").text([1, 2, 10, 3, 4, 11])
        '12+34='
        """
        return "".join(self.symbols[int(t)] for t in tokens)


@dataclass(frozen=True)
class Items:
    """The fixed questions of a test: tokens (n, length), used answer places (n, answer_length), part (n,)."""

    tokens: NDArray[np.int8]
    used: NDArray[np.bool_]
    part: NDArray[np.int8]


def held_out(questions: Array) -> Array:
    """A number between 0 and 1 for each question, fixed by its tokens: those below the share stay unseen.

    Multiplies and shifts 32-bit words, so that NumPy and JAX agree to the last bit.
    """
    xp = np if isinstance(questions, np.ndarray) else jnp
    mixed = xp.full(questions.shape[:1], 2_166_136_261, dtype=xp.uint32)
    for place in range(questions.shape[1]):
        mixed = (mixed ^ questions[:, place].astype(xp.uint32)) * xp.uint32(16_777_619)
        mixed = mixed ^ (mixed >> xp.uint32(15))
    mixed = (mixed ^ (mixed >> xp.uint32(16))) * xp.uint32(2_246_822_507)
    mixed = (mixed ^ (mixed >> xp.uint32(13))) * xp.uint32(3_266_489_909)
    return (mixed >> xp.uint32(8)).astype(xp.float32) / xp.float32(1 << 24)


def training_batch(task: Task, key: Array, size: int) -> tuple[Array, Array]:
    """`size` rows and the weight of each answer token in the loss; questions of the test weigh nothing."""
    of_part, of_row = jax.random.split(key)
    weights = np.array([p.weight for p in task.parts])
    edges = jnp.asarray(np.cumsum(weights / weights.sum())[:-1], dtype=jnp.float32)
    part = jnp.searchsorted(edges, jax.random.uniform(of_part, (size,)), side="right").astype(jnp.int32)
    tokens, used = task.make(of_row, part)
    share = jnp.asarray([p.held_out for p in task.parts], dtype=jnp.float32)[part]
    kept = held_out(tokens[:, :task.question_length]) >= share
    return tokens, used & kept[:, None]


@cache
def evaluation_items(task: Task, limit: int = 0) -> Items:
    """The test of a task: the same for every model, no question twice.

    Parameters
    ----------
    task : Task
    limit : int
        Items of each part; 0 for the task's own number.
    """
    make = jax.jit(task.make)
    chosen: list[tuple[Array, Array, int]] = []
    for number, part in enumerate(task.parts):
        key = jax.random.fold_in(jax.random.PRNGKey(_EVALUATION_KEY), number)
        tokens, used = map(np.asarray, make(key, jnp.full(_CANDIDATES, number, dtype=jnp.int32)))
        below = held_out(tokens[:, :task.question_length]) < np.float32(part.held_out)
        rows = np.flatnonzero(~below if part.seen else below)
        _, first = np.unique(tokens[rows, :task.question_length], axis=0, return_index=True)
        rows = rows[np.sort(first)][:limit or task.items]
        chosen.append((tokens[rows].astype(np.int8), used[rows], number))
    return Items(np.concatenate([t for t, _, _ in chosen]), np.concatenate([u for _, u, _ in chosen]),
                 np.concatenate([np.full(len(t), n, dtype=np.int8) for t, _, n in chosen]))


def get_task(name: str) -> Task:
    """The task called `name`.

    Raises
    ------
    UnknownNameError
        Names the nearest one.
    """
    from .battery import BATTERY  # its tasks are made of what stands here

    known = TASKS | BATTERY
    if name not in known:
        raise UnknownNameError("task", name, known)
    return known[name]


def _column(value: int, part: Array) -> Array:
    return jnp.full((*part.shape, 1), value, dtype=jnp.int32)


def _row(*columns: Array) -> Array:
    return jnp.concatenate([c.astype(jnp.int32) for c in columns], axis=1)


def _digits(value: Array, places: int, base: Array | int = 10) -> Array:
    """Digits of whole numbers, the lowest first."""
    found = []
    for _ in range(places):
        found.append(value % base)
        value = value // base
    return jnp.stack(found, axis=1)


def _all_used(part: Array, places: int) -> Array:
    return jnp.ones((*part.shape, places), dtype=bool)


def _addition(bases: tuple[int, ...], marked: bool, digits: int = 4) -> Make:
    """``1234+5678=``, answered from the lowest digit on; `marked` puts a token of the base in front."""
    def make(key: Array, part: Array) -> tuple[Array, Array]:
        base = jnp.asarray(bases, dtype=jnp.int32)[part]
        terms = jax.random.randint(key, (2, *part.shape), 0, base**digits)
        a, b = (_digits(term, digits, base)[:, ::-1] for term in terms)
        answer = _digits(terms.sum(axis=0), digits + 1, base)
        front = [jnp.where(base == 10, 12, 13)[:, None]] if marked else []
        row = _row(*front, a, _column(10, part), b, _column(11, part), answer)
        return row, _all_used(part, digits + 1)
    return make


def _multiplication(key: Array, part: Array) -> tuple[Array, Array]:
    a, b = jax.random.randint(key, (2, *part.shape), 0, 100)
    row = _row(_digits(a, 2)[:, ::-1], _column(10, part), _digits(b, 2)[:, ::-1], _column(11, part),
               _digits(a * b, 4))
    return row, _all_used(part, 4)


MODULUS = 37


def _modular(key: Array, part: Array) -> tuple[Array, Array]:
    a, b = jax.random.randint(key, (2, *part.shape), 0, MODULUS)
    answer = (a + b) % MODULUS
    return _row(a[:, None], b[:, None], _column(MODULUS, part), answer[:, None]), _all_used(part, 1)


#: Operations of a chain on a digit, modulo 10: x -> factor * x + term.
CHAIN_SYMBOLS = (*(f"+{i}" for i in range(10)), "×3", "×7", "×9")
_FACTOR = (1,) * 10 + (3, 7, 9)
_TERM = (*range(10), 0, 0, 0)
LONGEST = 6
#: Share of chains whose last step is chosen to lead back to the digit they began with.
RETURN = 0.4


def _chain(steps: bool) -> Make:
    """``3 +4 ×7 … =``, part k with k + 1 operations; answered by the last state alone, or by every state."""
    def make(key: Array, part: Array) -> tuple[Array, Array]:
        start_key, op_key, back_key = jax.random.split(key, 3)
        start = jax.random.randint(start_key, part.shape, 0, 10)
        ops = jax.random.randint(op_key, (LONGEST, *part.shape), 0, len(CHAIN_SYMBOLS))
        back = jax.random.uniform(back_key, part.shape) < RETURN
        factor, term = jnp.asarray(_FACTOR), jnp.asarray(_TERM)
        state, states, used = start, [], []
        for i in range(LONGEST):
            op = jnp.where((i == part) & back, (start - state) % 10, ops[i])
            here = i <= part
            state = jnp.where(here, (factor[op] * state + term[op]) % 10, state)
            states.append(state)
            used.append(jnp.where(here, 10 + op, _CHAIN_EMPTY))
        asked = _row(start[:, None], jnp.stack(used, axis=1), _column(_CHAIN_EMPTY - 1, part))
        if not steps:
            return _row(asked, state[:, None]), _all_used(part, 1)
        counts = jnp.arange(LONGEST)[None, :] <= part[:, None]
        return _row(asked, jnp.where(counts, jnp.stack(states, axis=1), _CHAIN_EMPTY)), counts
    return make


_CHAIN_EMPTY = 10 + len(CHAIN_SYMBOLS) + 1
_CHAIN = (*DIGITS, *CHAIN_SYMBOLS, "=", "")
#: One or two operations make a table of facts, which training sees whole.
_CHAIN_PARTS = tuple(Part(f"{k} step{'s' * (k > 1)}", held_out=1 / 16 if k > 2 else 0.0, chance=0.1,
                          seen=k <= 2) for k in range(1, LONGEST + 1))


#: Share of training questions that carry the rare cue of the distractor task.
CUE = 0.02


def _distractor(key: Array, part: Array) -> tuple[Array, Array]:
    """``.4729=`` asks which of two numbers is larger; a cue in front (``!``) asks for the smaller."""
    a, b = jax.random.randint(key, (2, *part.shape), 0, jnp.asarray([100, 99])[:, None])
    b = b + (b >= a)
    answer = jnp.where((a > b) ^ (part == 1), 12, 13)
    row = _row(jnp.where(part == 1, 11, 10)[:, None], _digits(a, 2)[:, ::-1], _digits(b, 2)[:, ::-1],
               _column(14, part), answer[:, None])
    return row, _all_used(part, 1)


#: Which skills build on which; the others are controls of like length that build on none of them.
PREREQUISITES = {"sum of two digits": (), "sum of two numbers": ("sum of two digits",),
                 "sum of three numbers": ("sum of two digits", "sum of two numbers"),
                 "larger digit": (), "larger number": ("larger digit",), "reversed": ()}
_SKILLS = tuple(PREREQUISITES)
_SKILL_EMPTY = 11 + len(_SKILLS)


def _skills(key: Array, part: Array) -> tuple[Array, Array]:
    """One mixture of skills, each marked by a token in front; numbers have two digits."""
    d = jax.random.randint(key, (*part.shape, 6), 0, 10)
    empty = _SKILL_EMPTY
    first, second, third = (10 * d[:, i] + d[:, i + 1] for i in (0, 2, 4))
    wide = jnp.asarray([2, 4, 6, 2, 4, 4])[part]
    long = jnp.asarray([2, 3, 3, 1, 2, 4])[part]
    larger = jnp.maximum(first, second)
    answers = [_digits(d[:, 0] + d[:, 1], 4), _digits(first + second, 4), _digits(first + second + third, 4),
               jnp.repeat(jnp.maximum(d[:, 0], d[:, 1])[:, None], 4, axis=1), _digits(larger, 4),
               d[:, 3::-1]]
    answer = jnp.stack(answers)[part, jnp.arange(len(part))]
    used = jnp.arange(4)[None, :] < long[:, None]
    asked = jnp.where(jnp.arange(6)[None, :] < wide[:, None], d, empty)
    row = _row((11 + part)[:, None], asked, _column(10, part), jnp.where(used, answer, empty))
    return row, used


def _skill_part(name: str) -> Part:
    small = name in ("sum of two digits", "larger digit")
    return Part(name, held_out=0.0 if small else 1 / 16, seen=small,
                chance={"larger digit": 0.1, "larger number": 0.01, "reversed": 1e-4}.get(name, 0.0))


_SUM = (*DIGITS, "+", "=", "")
_SUM_BASES = (*DIGITS, "+", "=", "[10]", "[9]", "")
TASKS: dict[str, Task] = {t.name: t for t in (
    Task("addition", _SUM, 10, 5, _addition((10,), marked=False), base=(10,)),
    Task("addition_mixed", _SUM_BASES, 11, 5, _addition((10, 9), marked=True), base=(10, 9),
         parts=(Part("base 10", 0.95), Part("base 9", 0.05))),
    Task("addition_base9", _SUM_BASES, 11, 5, _addition((9,), marked=True), base=(9,),
         parts=(Part("base 9"),)),
    Task("multiplication", (*DIGITS, "×", "=", ""), 6, 4, _multiplication, parts=(Part(held_out=0.1),)),
    Task("modular", (*(f"{i} " for i in range(MODULUS)), "=", ""), 3, 1, _modular,
         parts=(Part("train", 1.0, 0.4, 1 / MODULUS, seen=True), Part("test", 0.0, 0.4, 1 / MODULUS))),
    Task("chain_direct", _CHAIN, LONGEST + 2, 1, _chain(steps=False), parts=_CHAIN_PARTS, items=500),
    Task("chain_steps", _CHAIN, LONGEST + 2, LONGEST, _chain(steps=True), parts=_CHAIN_PARTS, last_only=True,
         items=500),
    Task("distractor", (*DIGITS, ".", "!", "first", "second", "=", ""), 6, 1, _distractor,
         parts=(Part("plain", 1 - CUE, chance=0.5), Part("cue", CUE, chance=0.5))),
    Task("skills", (*DIGITS, "=", *(f"[{s}] " for s in _SKILLS), ""), 8, 4, _skills,
         parts=tuple(_skill_part(s) for s in _SKILLS), items=500),
)}
