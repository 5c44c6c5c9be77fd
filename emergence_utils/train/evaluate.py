"""What a model answers to the fixed test, and the scores of those answers.

Each item keeps the log-probability (nats) of every token of the right answer, given the right tokens before
it, and the answer that the model writes on its own, always its likeliest next token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from .model import hidden_states, logits
from .settings import Settings, Size
from .tasks import Items, Task

__all__ = ["Outputs", "evaluator", "score"]

#: Wrong answers beside the right one in a multiple-choice question.
OPTIONS = 3
Array = Any
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Outputs:
    """Of one model: what it gives each answer token, what it writes itself, what it gives to other answers.

    Parameters
    ----------
    log_prob, brier : (n, answer_length) arrays
        Log-probability (nats) and Brier score of each token of the right answer.
    lead : (n, answer_length) array
        Log-probability of the right token less that of the likeliest wrong one, in nats.
    written : (n, answer_length) array
        Tokens that the model writes itself.
    options : (n, OPTIONS) array
        Log-probability (nats) of whole answers to other questions, see `other_answers`.
    """

    log_prob: NDArray[np.float32]
    brier: NDArray[np.float32]
    lead: NDArray[np.float32]
    written: NDArray[np.int8]
    options: NDArray[np.float32]


def evaluator(task: Task, size: Size, settings: Settings) -> Callable[[Array, Items], list[Outputs]]:
    """A compiled test of many seeds; they take their turns, so that memory is that of one."""
    first = task.question_length

    def answer_scores(params: Array, tokens: Array) -> Array:
        hidden = hidden_states(params, tokens[:, :-1], size, settings, first - 1)
        return jax.nn.log_softmax(logits(params, hidden, settings))

    def given(scores: Array, tokens: Array) -> Array:
        return jnp.take_along_axis(scores, tokens[:, first:, None], axis=-1)[..., 0]

    def one(params: Array, tokens: Array, others: Array, used: Array) -> tuple[Array, ...]:
        scores = answer_scores(params, tokens)
        picked = given(scores, tokens)
        chance = jnp.exp(scores)
        brier = jnp.sum(chance * chance, axis=-1) - 2 * jnp.exp(picked) + 1
        is_right = jnp.arange(scores.shape[-1]) == tokens[:, first:, None]
        lead = picked - jnp.max(jnp.where(is_right, -jnp.inf, scores), axis=-1)
        options = jax.lax.map(lambda i: jnp.sum(given(answer_scores(params, others[i]), others[i]) * used[i],
                                                axis=1), jnp.arange(OPTIONS))

        def write(place: Array, row: Array) -> Array:
            token = jnp.argmax(answer_scores(params, row)[:, place], axis=-1)
            return row.at[:, first + place].set(token)

        written = jax.lax.fori_loop(0, task.answer_length, write, tokens.at[:, first:].set(0))
        return picked, brier, lead, written[:, first:].astype(jnp.int8), options.T

    def all_of(params: Array, tokens: Array, others: Array, used: Array) -> Array:
        return jax.lax.map(lambda one_seed: one(one_seed, tokens, others, used), params)

    compiled = jax.jit(all_of)

    def test(params: Array, items: Items) -> list[Outputs]:
        whose = other_answers(items)
        others = np.stack([items.tokens] * OPTIONS)
        others[:, :, first:] = items.tokens[whose, first:]
        given = [jnp.asarray(a, dtype=jnp.int32) for a in (items.tokens, others, items.used[whose])]
        found = map(np.asarray, compiled(params, *given))
        return [Outputs(*each) for each in zip(*found, strict=True)]

    return test


def other_answers(items: Items) -> NDArray[np.intp]:
    """Whose answers stand beside the right one in a multiple-choice question: the next rows of the same part.

    Returns
    -------
    (OPTIONS, n) array
        Numbers of rows. Where such an answer happens to be the right one, the question has one option less.
    """
    whose = np.empty((OPTIONS, len(items.part)), dtype=np.intp)
    for number in np.unique(items.part):
        rows = np.flatnonzero(items.part == number)
        for i in range(OPTIONS):
            whose[i, rows] = np.roll(rows, -1 - i)
    return whose


def chosen(task: Task, items: Items, outputs: Outputs) -> tuple[NDArray[np.bool_], FloatArray]:
    """Whether the right answer is the likeliest option, and the share that guessing among them gets."""
    answers = np.where(items.used, items.tokens[:, task.question_length:], -1)
    options = answers[other_answers(items)]
    wrong = (options != answers).any(axis=2)
    right = np.where(items.used, outputs.log_prob, 0).sum(axis=1)
    fresh = wrong.copy()  # two options may be the same wrong answer
    for i in range(OPTIONS):
        for j in range(i):
            fresh[i] &= (options[i] != options[j]).any(axis=1)
    return (right > np.where(wrong, outputs.options.T, -np.inf)).all(axis=0), 1 / (1 + fresh.sum(axis=0))


def score(task: Task, items: Items, outputs: Outputs) -> list[dict[str, Any]]:
    """Scores of one model, one row for each part and metric.

    Returns
    -------
    list of dict
        Keys ``subset``, ``metric`` (names of the registry), ``value``, ``n_examples``, ``chance``
        (NaN where none is known). Probabilities are in nats; a share of wrong answers has no row where
        nothing is wrong.
    """
    rows: list[dict[str, Any]] = []
    chose, guess = chosen(task, items, outputs)
    first = task.question_length
    for number, part in enumerate(task.parts):
        here = items.part == number
        used, right = items.used[here], _right(task, items, outputs)[here]
        exact = correct(task, items, outputs)[here]
        lengths = used.sum(axis=1)
        loss = -np.where(used, outputs.log_prob[here].astype(float), 0.0)
        values = {
            "exact_match": exact.mean(),
            "token_accuracy": ((right & used).sum(axis=1) / lengths).mean(),
            "token_edit_distance": _edit_distance(outputs.written[here], items.tokens[here, first:],
                                                  lengths).mean(),
            "cross_entropy": loss.sum() / used.sum(),
            "answer_cross_entropy": loss.sum(axis=1).mean(),
            "brier_multiclass": (np.where(used, outputs.brier[here], 0.0).sum(axis=1) / lengths).mean(),
            "position_product": float(np.prod((right & used).sum(axis=0)[used.any(axis=0)]
                                              / used.sum(axis=0)[used.any(axis=0)])),
        }
        found = [(metric, value, len(exact)) for metric, value in values.items()]
        if task.base and not exact.all():
            near = one_carry_away(task, items, outputs)[here][~exact]
            found.append(("one_carry_share", near.mean(), len(near)))
        rows += [{"subset": part.name, "metric": metric, "value": float(value), "n_examples": n,
                  "chance": part.chance if metric == "exact_match" else float("nan")}
                 for metric, value, n in found]
        rows.append({"subset": part.name, "metric": "multiple_choice_grade",
                     "value": float(chose[here].mean()),
                     "n_examples": len(exact), "chance": float(guess[here].mean())})
    return rows


def _right(task: Task, items: Items, outputs: Outputs) -> NDArray[np.bool_]:
    """Which written tokens are those of the answer."""
    return np.asarray(outputs.written == items.tokens[:, task.question_length:])


def correct(task: Task, items: Items, outputs: Outputs) -> NDArray[np.bool_]:
    """Which answers are right: every token that counts, or the last one where only the last is asked for."""
    right = _right(task, items, outputs)
    if task.last_only:
        last = items.used.sum(axis=1) - 1
        return np.asarray(right[np.arange(len(right)), last])
    return np.asarray((right | ~items.used).all(axis=1))


def one_carry_away(task: Task, items: Items, outputs: Outputs) -> NDArray[np.bool_]:
    """Which written sums miss the right one by exactly one carry: by the base, its square, its cube, …"""
    base = np.array(task.base)[items.part][:, None]
    worth = base ** np.arange(task.answer_length)[None, :]
    off = np.abs(((outputs.written.astype(int) - items.tokens[:, task.question_length:]) * worth).sum(axis=1))
    a_sum = (outputs.written < base).all(axis=1)
    return np.asarray((off[:, None] == worth[:, 1:]).any(axis=1) & a_sum)


def _edit_distance(a: NDArray[np.int8], b: NDArray[np.int8], lengths: NDArray[np.intp]) -> FloatArray:
    """Levenshtein distance of the first `lengths` tokens of each row; all rows at once."""
    n, longest = a.shape
    before = np.tile(np.arange(longest + 1), (n, 1))
    distance = np.zeros(n)
    for i in range(1, longest + 1):
        now = np.full((n, longest + 1), i)
        for j in range(1, longest + 1):
            change = before[:, j - 1] + (a[:, i - 1] != b[:, j - 1])
            now[:, j] = np.minimum(np.minimum(before[:, j], now[:, j - 1]) + 1, change)
        distance = np.where(lengths == i, now[np.arange(n), np.minimum(lengths, longest)], distance)
        before = now
    return distance
