"""A decoder-only transformer as pure functions on a dictionary of arrays.

Blocks normalise before they compute (root mean square, no bias anywhere), attention is causal, the inner
layer uses ReLU. Blocks are written one after the other: at two layers `lax.scan` over them compiled slower
and took 40 % more time a step.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import InputError
from .settings import Settings, Size

__all__ = ["hidden_states", "initial", "logits", "n_params"]

Array = Any
Params = dict[str, Any]


def n_params(size: Size, vocabulary: int, length: int, *, tied: bool = False, positions: str = "learned",
             embeddings: bool = True) -> int:
    """Parameters of a model, counted from its shape.

    Parameters
    ----------
    size : Size
    vocabulary : int
        Tokens there are.
    length : int
        Places the model reads.
    tied : bool
    positions : str
        ``learned`` or ``rotary``.
    embeddings : bool
        Count the tables of tokens and places, and the matrix that reads out.

    Examples
    --------
    >>> n_params(Size(16), vocabulary=13, length=14), n_params(Size(16), 13, 14, embeddings=False)
    (6864, 6224)
    """
    d = size.width
    blocks = size.layers * (4 * d * d + 2 * size.hidden * d * d + 2 * d) + d
    tables = vocabulary * d * (1 if tied else 2) + (length * d if positions == "learned" else 0)
    return blocks + tables * embeddings


def initial(key: Array, size: Size, vocabulary: int, length: int, settings: Settings) -> Params:
    """Random weights: normal, variance one over the number of inputs; what is added to the stream smaller.

    Raises
    ------
    InputError
        Where rotary positions meet heads of odd width.
    """
    d, inner, layers = size.width, size.hidden * size.width, size.layers
    if settings.positions == "rotary" and (d // size.heads) % 2:
        raise InputError(f"rotary positions need heads of even width, got {d // size.heads}.")
    back = (2 * layers) ** -0.5
    # name -> shape and standard deviation; one long draw is cut into all of them, which compiles in less time
    drawn: dict[str, tuple[tuple[int, ...], float]] = {
        "tokens": ((vocabulary, d), 0.5),
        "qkv": ((layers, d, 3 * d), d**-0.5), "mix": ((layers, d, d), back * d**-0.5),
        "up": ((layers, d, inner), d**-0.5), "down": ((layers, inner, d), back * inner**-0.5),
    }
    if settings.positions == "learned":
        drawn["places"] = (length, d), 0.5
    if not settings.tied:
        drawn["out"] = (vocabulary, d), d**-0.5
    ends = np.cumsum([int(np.prod(shape)) for shape, _ in drawn.values()]).tolist()
    pieces = jnp.split(jax.random.normal(key, (ends[-1],)), ends[:-1])
    made = {name: scale * piece.reshape(shape)
            for (name, (shape, scale)), piece in zip(drawn.items(), pieces, strict=True)}
    blocks = {name: made.pop(name) for name in ("qkv", "mix", "up", "down")}
    ones = {"norm_attention": jnp.ones((layers, d)), "norm_inner": jnp.ones((layers, d))}
    return made | {"blocks": blocks | ones, "norm": jnp.ones((d,))}


def _normalised(x: Array, gain: Array) -> Array:
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + 1e-6) * gain


def _turned(x: Array) -> Array:
    """Rotary positions: pairs of numbers turned by angles that grow with the place."""
    length, wide = x.shape[-3], x.shape[-1]
    angle = jnp.arange(length)[:, None] * 100.0 ** (-jnp.arange(0, wide, 2) / wide)[None, :]
    cos, sin = jnp.cos(angle)[:, None, :], jnp.sin(angle)[:, None, :]
    a, b = x[..., : wide // 2], x[..., wide // 2:]
    return jnp.concatenate([a * cos - b * sin, a * sin + b * cos], axis=-1)


def _block(x: Array, weights: Params, heads: int, rotary: bool, first: int) -> Array:
    """One block; what comes out begins at place `first`, without what only earlier places need.

    Places are rows of one matrix wherever they do not look at each other, which CPUs multiply fastest.
    """
    batch, length, d = x.shape
    each = d // heads
    qkv = _normalised(x.reshape(-1, d), weights["norm_attention"]) @ weights["qkv"]
    qkv = qkv.reshape(batch, length, 3, heads, each)
    q, k, v = qkv[:, :, 0], qkv[:, :, 1], qkv[:, :, 2]
    if rotary:
        q, k = _turned(q), _turned(k)
    q, k, v = (part.transpose(0, 2, 1, 3) for part in (q[:, first:], k, v))
    score = each**-0.5 * (q @ k.transpose(0, 1, 3, 2))
    seen = jnp.arange(first, length)[:, None] >= jnp.arange(length)[None, :]
    share = jax.nn.softmax(jnp.where(seen, score, -1e30), axis=-1)
    mixed = (share @ v).transpose(0, 2, 1, 3).reshape(-1, d)
    x = x[:, first:].reshape(-1, d) + mixed @ weights["mix"]
    inner = jax.nn.relu(_normalised(x, weights["norm_inner"]) @ weights["up"])
    return (x + inner @ weights["down"]).reshape(batch, length - first, d)


def hidden_states(params: Params, tokens: Array, size: Size, settings: Settings, first: int = 0) -> Array:
    """What the last block leaves at each place from `first` on, normalised; shape (rows, places, width)."""
    rotary = settings.positions == "rotary"
    x = params["tokens"][tokens]
    if not rotary:
        x = x + params["places"][: tokens.shape[1]]
    for i in range(size.layers):
        weights = {name: stack[i] for name, stack in params["blocks"].items()}
        x = _block(x, weights, size.heads, rotary, first if i == size.layers - 1 else 0)
    return _normalised(x, params["norm"])


def logits(params: Params, hidden: Array, settings: Settings) -> Array:
    """Scores of the next token, before the softmax."""
    return hidden @ (params["tokens"] if settings.tied else params["out"]).T
