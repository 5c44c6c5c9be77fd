"""A first ladder with NumPy alone: one hidden layer that learns to add, in a few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

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
ONE_OF_TEN = np.eye(10)


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
    runs = [(int(width), seed) for width in widths for seed in range(seeds)]
    # products this small are many times slower spread over threads, on a busy machine most of all: so two
    # networks at a time, each on one
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as pool:
        nets = list(pool.map(lambda run: _train(run[0], run[1], steps), runs))
        judged = [_judge(net, *test) for net in nets]
    rows = []
    for (width, seed), net, (log_p, right) in zip(runs, nets, judged, strict=True):
        rows.append({"width": width, "params": sum(w.size for w in net), "seed": seed,
                     "exact_match": right.all(axis=1).mean(), "token_accuracy": right.mean(),
                     "position_product": right.mean(axis=0).prod(), "cross_entropy": -log_p.mean()})
    return pd.DataFrame(rows)


def _sums(rng: np.random.Generator, n: int) -> tuple[FloatArray, IntArray]:
    """Questions as inputs of zeros and ones, and the digits of their sums."""
    a, b = (np.floor(rng.random((2, n)) * 10**LONG)).astype(np.int64)
    digits = np.stack([part // 10**i % 10 for part in (a, b) for i in range(LONG)], axis=1)
    answer = np.stack([(a + b) // 10**i % 10 for i in range(LONG + 1)], axis=1)
    return ONE_OF_TEN[digits].reshape(n, -1), answer


def _forward(net: list[FloatArray], x: FloatArray) -> tuple[FloatArray, FloatArray]:
    hidden = x @ net[0]  # from here in place: to fetch memory anew at each step costs more than the sums
    hidden += net[1]
    np.maximum(hidden, 0, out=hidden)
    scores = (hidden @ net[2] + net[3]).reshape(len(x), LONG + 1, 10)
    scores -= scores.max(axis=2, keepdims=True)
    return hidden, scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))


def _train(width: int, seed: int, steps: int) -> list[FloatArray]:
    rng = np.random.default_rng([seed, width])
    inputs, outputs = 20 * LONG, 10 * (LONG + 1)
    net = [(rng.random((inputs, width)) - 0.5) / np.sqrt(LONG), np.zeros(width),
           (rng.random((width, outputs)) - 0.5) * np.sqrt(6 / width), np.zeros(outputs)]
    # all weights in one row, of which the four arrays are views, so that Adam goes through it once
    weights = np.concatenate([w.ravel() for w in net])
    slopes, mean, square, work = np.empty_like(weights), *(np.zeros_like(weights) for _ in range(3))
    ends = np.cumsum([0, *(w.size for w in net)])
    net, (by_in, by_first, by_out, by_last) = (
        [row[a:b].reshape(w.shape) for w, a, b in zip(net, ends, ends[1:], strict=False)]
        for row in (weights, slopes))
    for step in range(steps):
        x, answer = _sums(rng, BATCH)
        hidden, log_p = _forward(net, x)
        out = ((np.exp(log_p) - ONE_OF_TEN[answer]) / BATCH).reshape(BATCH, -1)
        back = out @ net[2].T
        back *= hidden > 0
        np.matmul(x.T, back, out=by_in)
        back.sum(axis=0, out=by_first)
        np.matmul(hidden.T, out, out=by_out)
        out.sum(axis=0, out=by_last)
        rate, a, b = RATE * (1 - step / steps), 1 - 0.9 ** (step + 1), 1 - 0.99 ** (step + 1)
        # mean += 0.1 (slopes - mean), square += 0.01 (slopes^2 - square), in place
        np.subtract(slopes, mean, out=work)
        work *= 0.1
        mean += work
        slopes *= slopes
        slopes -= square
        slopes *= 0.01
        square += slopes
        # weights -= rate (mean / a) / (sqrt(square / b) + 1e-8)
        np.sqrt(np.divide(square, b, out=work), out=work)
        work += 1e-8
        np.divide(mean, a, out=slopes)
        slopes *= rate
        slopes /= work
        weights -= slopes
    return net


def _judge(net: list[FloatArray], x: FloatArray, answer: IntArray) -> tuple[FloatArray, FloatArray]:
    log_p = _forward(net, x)[1]
    of_right = np.take_along_axis(log_p, answer[:, :, None], axis=2)[:, :, 0]
    return of_right, (log_p.argmax(axis=2) == answer).astype(float)
