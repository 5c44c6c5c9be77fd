"""AdamW, a warm-up and a cosine: Loshchilov & Hutter (2019), algorithm 2, with decay times the learning rate.

Written here because it is short: a library would be one more dependency for thirty lines.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from .settings import Settings

__all__ = ["fresh", "rate", "update"]

Array = Any
Tree = Any
#: Decay of the running means of gradients and of their squares.
MEAN, SQUARE, SMALL = 0.9, 0.98, 1e-8


def rate(step: Array, settings: Settings) -> Array:
    """Learning rate of a step, counted from 0: linear up, cosine down to a tenth of the peak."""
    up = (step + 1) / max(settings.warmup, 1)
    along = (step - settings.warmup) / max(settings.steps - settings.warmup, 1)
    down = 0.1 + 0.45 * (1 + jnp.cos(jnp.pi * jnp.clip(along, 0.0, 1.0)))
    return settings.learning_rate * jnp.where(step < settings.warmup, up, down)


def fresh(params: Tree) -> tuple[Tree, Tree]:
    """Running means before the first step."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return zeros, zeros


def update(params: Tree, means: tuple[Tree, Tree], gradient: Tree, step: Array,
           settings: Settings) -> tuple[Tree, tuple[Tree, Tree]]:
    """Parameters and running means after one step."""
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradient)))
    gradient = jax.tree.map(lambda g: g * jnp.minimum(1.0, settings.clip / (norm + 1e-12)), gradient)
    first = jax.tree.map(lambda m, g: MEAN * m + (1 - MEAN) * g, means[0], gradient)
    second = jax.tree.map(lambda v, g: SQUARE * v + (1 - SQUARE) * g * g, means[1], gradient)
    along = rate(step, settings)
    count = step + 1.0

    def moved(p: Array, m: Array, v: Array) -> Array:
        direction = (m / (1 - MEAN**count)) / (jnp.sqrt(v / (1 - SQUARE**count)) + SMALL)
        decay = settings.weight_decay if p.ndim > 1 else 0.0
        return p - along * (direction + decay * p)

    return jax.tree.map(moved, params, first, second), (first, second)
