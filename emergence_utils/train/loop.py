"""Training: all seeds of one size side by side, all steps in one compiled loop.

The loop counts up to a number given at run time (`lax.fori_loop`), so that one compiled program serves the
unequal stretches between checkpoints; `lax.scan` would be compiled once for each length. `vmap` runs the
seeds together. A seed's weights and questions depend on its number alone, never on its neighbours.

Rounding does depend on the neighbours: sums over a larger stack are added in another order. After a hundred
steps that is below a thousandth of a nat; near the rise of a task it can decide, after thousands, whether a
run gets there. A run file says how many seeds were trained together (``trained_together``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .evaluate import Outputs, evaluator
from .model import hidden_states, initial, logits
from .optimise import fresh, update
from .settings import Settings, Size
from .tasks import Task, evaluation_items, training_batch

__all__ = ["checkpoint_steps", "loss", "train", "trainer"]

Array = Any


def checkpoint_steps(settings: Settings) -> list[int]:
    """Steps after which a model is tested: evenly spaced in the logarithm, from a hundredth to all.

    Examples
    --------
    >>> checkpoint_steps(Settings(steps=1000, checkpoints=4))
    [10, 46, 215, 1000]
    """
    low = max(settings.steps / 100, 1.0)
    found = np.geomspace(low, settings.steps, settings.checkpoints).round().astype(int)
    return sorted({*found.tolist(), settings.steps})


def loss(params: Array, tokens: Array, weight: Array, task: Task, size: Size, settings: Settings) -> Array:
    """Mean cross-entropy (nats) of the answer tokens that count."""
    hidden = hidden_states(params, tokens[:, :-1], size, settings, task.question_length - 1)
    scores = jax.nn.log_softmax(logits(params, hidden, settings))
    answer = tokens[:, task.question_length:]
    picked = jnp.take_along_axis(scores, answer[..., None], axis=-1)[..., 0]
    return -jnp.sum(picked * weight) / jnp.maximum(jnp.sum(weight), 1)


def trainer(task: Task, size: Size,
            settings: Settings) -> tuple[Callable[[Array], Array], Callable[..., Array]]:
    """Compiled ``begin(keys)`` and ``advance(states, keys, start, stop)``; there is a key for each seed."""
    vocabulary, length = len(task.symbols), task.length - 1

    def begin(key: Array) -> Array:
        params = initial(jax.random.fold_in(key, 0), size, vocabulary, length, settings)
        return params, fresh(params)

    def one(state: Array, step: Array, key: Array) -> Array:
        params, means = state
        tokens, weight = training_batch(task, jax.random.fold_in(key, step + 1), settings.batch)
        gradient = jax.grad(loss)(params, tokens, weight, task, size, settings)
        return update(params, means, gradient, step, settings)

    def advance(states: Array, keys: Array, start: Array, stop: Array) -> Array:
        together = jax.vmap(one, in_axes=(0, None, 0))
        return jax.lax.fori_loop(start, stop, lambda step, now: together(now, step, keys), states)

    return jax.jit(jax.vmap(begin)), jax.jit(advance)


def train(task: Task, size: Size, seeds: Sequence[int],
          settings: Settings) -> Iterator[tuple[int, list[Outputs]]]:
    """Train the seeds of one size together.

    Parameters
    ----------
    task : Task
    size : Size
    seeds : sequence of int
        Numbers of the runs.
    settings : Settings

    Yields
    ------
    step : int
        Steps taken so far, as in `checkpoint_steps`.
    outputs : list of Outputs
        What each seed's model answers to the test, in the order of `seeds`.
    """
    begin, advance = trainer(task, size, settings)
    keys = jnp.stack([jax.random.PRNGKey(seed) for seed in seeds])
    states = begin(keys)
    test = evaluator(task, size, settings)
    items = evaluation_items(task, settings.items)
    done = 0
    for step in checkpoint_steps(settings):
        states = advance(states, keys, done, step)
        done = step
        yield step, test(states[0], items)
