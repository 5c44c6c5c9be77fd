"""A first ladder with NumPy alone: one hidden layer that learns to add, in a few seconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ..._checks import FloatArray, IntArray, count
from ..._typed import checked
from ...errors import InputError

__all__ = ["lesson"]

#: Digits of the two numbers, and of their sum.
LONG = 3
TEST, BATCH, RATE = 1000, 256, 0.01


@checked
def lesson(widths: Sequence[int], *, seeds: int = 2, steps: int = 500) -> pd.DataFrame:
    """Train a network with one hidden layer on sums of two numbers of three digits.

    Each digit of the question is a choice among ten inputs, each digit of the answer a softmax over ten
    outputs; hidden units are rectified; Adam with a rate that falls to nothing.

    Parameters
    ----------
    widths : sequence of int
        Hidden units, one network each.
    seeds : int
        Networks of each width; a seed sets first weights and training questions.
    steps : int
        Batches of `BATCH` sums.

    Returns
    -------
    DataFrame
        ``width``, ``params``, ``seed``, ``exact_match``, ``token_accuracy``, ``position_product``,
        ``cross_entropy`` (nats a digit) on `TEST` sums that are the same for all networks.
    """
    count("seeds", seeds, minimum=1, maximum=100)
    count("steps", steps, minimum=1)
    if not len(widths) or min(widths) < 1:
        raise InputError(f"widths must hold whole numbers of at least 1, got {list(widths)}.")
    test = _sums(np.random.default_rng(12345), TEST)
    rows = []
    for width in widths:
        for seed in range(seeds):
            # products this small are many times slower spread over threads, on a busy machine most of all
            with threadpool_limits(1, "blas"):
                net = _train(int(width), np.random.default_rng([seed, int(width)]), steps)
            log_p, right = _judge(net, *test)
            rows.append({"width": int(width), "params": sum(w.size for w in net), "seed": seed,
                         "exact_match": right.all(axis=1).mean(), "token_accuracy": right.mean(),
                         "position_product": right.mean(axis=0).prod(), "cross_entropy": -log_p.mean()})
    return pd.DataFrame(rows)


def _sums(rng: np.random.Generator, n: int) -> tuple[FloatArray, IntArray]:
    """Questions as inputs of zeros and ones, and the digits of their sums."""
    a, b = (np.floor(rng.random((2, n)) * 10**LONG)).astype(np.int64)
    digits = np.stack([part // 10**i % 10 for part in (a, b) for i in range(LONG)], axis=1)
    answer = np.stack([(a + b) // 10**i % 10 for i in range(LONG + 1)], axis=1)
    return np.eye(10)[digits].reshape(n, -1), answer


def _forward(net: list[FloatArray], x: FloatArray) -> tuple[FloatArray, FloatArray]:
    hidden = x @ net[0]  # from here in place: to fetch memory anew at each step costs more than the sums
    hidden += net[1]
    np.maximum(hidden, 0, out=hidden)
    scores = (hidden @ net[2] + net[3]).reshape(len(x), LONG + 1, 10)
    scores -= scores.max(axis=2, keepdims=True)
    return hidden, scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))


def _train(width: int, rng: np.random.Generator, steps: int) -> list[FloatArray]:
    inputs, outputs = 20 * LONG, 10 * (LONG + 1)
    net = [(rng.random((inputs, width)) - 0.5) / np.sqrt(LONG), np.zeros(width),
           (rng.random((width, outputs)) - 0.5) * np.sqrt(6 / width), np.zeros(outputs)]
    mean, square = [np.zeros_like(w) for w in net], [np.zeros_like(w) for w in net]
    for step in range(steps):
        x, answer = _sums(rng, BATCH)
        hidden, log_p = _forward(net, x)
        out = ((np.exp(log_p) - np.eye(10)[answer]) / BATCH).reshape(BATCH, -1)
        back = out @ net[2].T
        back *= hidden > 0
        slopes = [x.T @ back, back.sum(axis=0), hidden.T @ out, out.sum(axis=0)]
        rate = RATE * (1 - step / steps)
        for i, slope in enumerate(slopes):
            mean[i] += 0.1 * (slope - mean[i])
            square[i] += 0.01 * (slope**2 - square[i])
            a, b = 1 - 0.9 ** (step + 1), 1 - 0.99 ** (step + 1)
            net[i] = net[i] - rate * (mean[i] / a) / (np.sqrt(square[i] / b) + 1e-8)
    return net


def _judge(net: list[FloatArray], x: FloatArray, answer: IntArray) -> tuple[FloatArray, FloatArray]:
    log_p = _forward(net, x)[1]
    of_right = np.take_along_axis(log_p, answer[:, :, None], axis=2)[:, :, 0]
    return of_right, (log_p.argmax(axis=2) == answer).astype(float)
