"""Score answers as text: per-example scores of predictions against targets.

Every scorer takes `predictions` and `targets` of one length n and returns an array of shape (n,);
a mean over it is the score of a model on a task. An example is a string (its tokens are its
characters) or a sequence of tokens (strings, token ids; a row of an integer array). Nothing is
lower-cased, stripped or otherwise normalised unless the caller asks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .._checks import one_of, short, switch
from ..errors import InputError
from ._examples import Examples, Pair, pairs_of

__all__ = ["bleu", "corpus_bleu", "exact_match", "f1", "token_accuracy", "token_edit_distance"]

#: sacrebleu's tokenisers that need neither a download nor an extra package.
BleuTokenizer = Literal["13a", "intl", "char", "zh", "none"]


def exact_match(
    predictions: Examples, targets: Examples, *, normalise: Callable[[Any], Any] | None = None
) -> NDArray[np.float64]:
    """1 where prediction and target are equal, else 0.

    Parameters
    ----------
    predictions, targets : sequence of str or of token sequences, length n
        Compared as they are: ``"42 "`` is not ``"42"``, ``"Paris"`` is not ``"paris"``.
    normalise : callable, optional
        Applied to every prediction and every target before the comparison, e.g. ``str.strip``.

    Returns
    -------
    ndarray, shape (n,)
        Fractions, each 0 or 1.

    Raises
    ------
    InputError
        If lengths differ, or an example is neither a string nor a token sequence.

    Examples
    --------
    >>> exact_match(["38", "38 "], ["38", "38"]).tolist()
    [1.0, 0.0]
    >>> exact_match(["38", "38 "], ["38", "38"], normalise=str.strip).tolist()
    [1.0, 1.0]
    """
    pairs = pairs_of(predictions, targets, normalise)
    return np.array([p == t for p, t in pairs], dtype=np.float64)


def token_edit_distance(
    predictions: Examples, targets: Examples, *, normalised: bool = False
) -> NDArray[np.float64]:
    """Levenshtein distance: fewest insertions, deletions and substitutions of one token.

    Parameters
    ----------
    predictions, targets : sequence of str or of token sequences, length n
    normalised : bool
        Divide by the longer of the two lengths (metric ``token_edit_distance_norm``);
        two empty examples are at distance 0.

    Returns
    -------
    ndarray, shape (n,)
        Tokens; a fraction in [0, 1] if `normalised`. Lower is better.

    Raises
    ------
    InputError
        As `exact_match`.

    Notes
    -----
    For fixed-length answers with independent per-token success probability p the mean is about
    L (1 - p) for L tokens (Schaeffer et al. 2023, arXiv 2304.15004), while exact match is p^L.
    The normalised form is no longer a metric: it can break the triangle inequality.

    Examples
    --------
    The model answers 15 + 23 with 37, then with 3:

    >>> token_edit_distance(["37", "3"], ["38", "38"]).tolist()
    [1.0, 1.0]
    >>> token_edit_distance(["37", ""], ["38", "38"], normalised=True).tolist()
    [0.5, 1.0]
    """
    pairs = pairs_of(predictions, targets)
    switch("normalised", normalised)
    distance = np.array([_levenshtein(p, t) for p, t in pairs], dtype=np.float64)
    return distance / _longest(pairs) if normalised else distance


def token_accuracy(predictions: Examples, targets: Examples) -> NDArray[np.float64]:
    """Share of positions that hold the target's token.

    Parameters
    ----------
    predictions, targets : sequence of str or of token sequences, length n
        Compared position by position from the left, without alignment: one token inserted at
        the front makes all that follow it wrong.

    Returns
    -------
    ndarray, shape (n,)
        Fractions: right positions over the longer length, so that missing and surplus tokens
        count as wrong. Two empty examples score 1.

    Raises
    ------
    InputError
        As `exact_match`.

    Examples
    --------
    >>> token_accuracy(["37", "3", "381"], ["38", "38", "38"]).round(3).tolist()
    [0.5, 0.5, 0.667]
    """
    pairs = pairs_of(predictions, targets)
    wrong = [
        max(len(p), len(t)) - sum(a == b for a, b in zip(p, t, strict=False)) for p, t in pairs
    ]
    return 1 - np.array(wrong, dtype=np.float64) / _longest(pairs)


def f1(predictions: Examples, targets: Examples) -> NDArray[np.float64]:
    """Harmonic mean of precision and recall over bags of tokens (Rajpurkar et al. 2016).

    Parameters
    ----------
    predictions, targets : sequence of token sequences, length n
        Split the text first (``text.split()``). SQuAD's script also lower-cases and drops
        articles and punctuation; this function does not.

    Returns
    -------
    ndarray, shape (n,)
        ``2 * overlap / (len(prediction) + len(target))`` with the overlap counted with
        multiplicity; 1 for two empty examples, 0 if only one is empty.

    Raises
    ------
    InputError
        On strings, else as `exact_match`.

    Examples
    --------
    >>> f1([["the", "blue", "whale"]], [["blue", "whale"]]).tolist()
    [0.8]
    """
    pairs = pairs_of(predictions, targets)
    scores = np.empty(len(pairs))
    for i, (p, t) in enumerate(pairs):
        if isinstance(p, str):
            raise InputError(f"f1 works on tokens, got the string {short(p)} at index {i}; split it first.")
        overlap = sum((Counter(p) & Counter(t)).values())
        scores[i] = 2 * overlap / (len(p) + len(t)) if len(p) + len(t) else 1.0
    return scores


def bleu(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    tokenize: BleuTokenizer = "13a",
    lowercase: bool = False,
) -> NDArray[np.float64]:
    """Sentence BLEU of each example against one reference, by sacrebleu (Post 2018).

    Parameters
    ----------
    predictions, targets : sequence of str, length n
        Detokenised text.
    tokenize : {"13a", "intl", "char", "zh", "none"}
        sacrebleu's tokeniser.
    lowercase : bool
        Compare without case.

    Returns
    -------
    ndarray, shape (n,)
        BLEU points, 0 to 100, with exponential smoothing and effective order (sacrebleu's
        convention for sentences). Their mean is not corpus BLEU: see `corpus_bleu`.

    Raises
    ------
    InputError
        If an example is not a string or `tokenize` is none of the above; else as `exact_match`.

    Examples
    --------
    >>> bleu(["the cat sat", ""], ["the cat sat", "the cat sat"]).tolist()
    [100.0, 0.0]
    """
    pairs = _texts(predictions, targets)
    scorer = _bleu_scorer(tokenize, lowercase, effective_order=True)
    points = np.array([scorer.sentence_score(p, [t]).score for p, t in pairs], dtype=np.float64)
    return np.clip(points, 0.0, 100.0)  # sacrebleu returns 100.00000000000004 for a perfect match


def corpus_bleu(
    predictions: Sequence[str],
    targets: Sequence[str],
    *,
    tokenize: BleuTokenizer = "13a",
    lowercase: bool = False,
) -> float:
    """BLEU of all examples together, n-gram counts pooled before the precisions are formed.

    Parameters
    ----------
    predictions, targets, tokenize, lowercase
        As in `bleu`; at least one example.

    Returns
    -------
    float
        BLEU points, 0 to 100.

    Raises
    ------
    InputError
        As `bleu`, and on no examples.

    Examples
    --------
    >>> round(corpus_bleu(["the cat sat on the mat"], ["the cat sat on a mat"]), 2)
    53.73
    """
    pairs = _texts(predictions, targets)
    if not pairs:
        raise InputError("corpus_bleu needs at least one example, got 0.")
    scorer = _bleu_scorer(tokenize, lowercase, effective_order=False)
    score = float(scorer.corpus_score([p for p, _ in pairs], [[t for _, t in pairs]]).score)
    return min(score, 100.0)


def _bleu_scorer(tokenize: str, lowercase: bool, *, effective_order: bool) -> Any:
    from sacrebleu.metrics.bleu import BLEU  # slow to import and needed by BLEU alone

    one_of("tokenize", tokenize, get_args(BleuTokenizer))
    switch("lowercase", lowercase)
    # force: no warning about input that looks tokenised, the caller has chosen the tokeniser
    return BLEU(tokenize=tokenize, lowercase=lowercase, effective_order=effective_order, force=True)


def _texts(predictions: Sequence[str], targets: Sequence[str]) -> list[Pair]:
    pairs = pairs_of(predictions, targets)
    for i, (p, _) in enumerate(pairs):
        if not isinstance(p, str):
            raise InputError(f"BLEU works on strings, got {short(p)} at index {i}; join the tokens first.")
    return pairs


def _longest(pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """Longer length of each pair, 1 for two empty ones so that 0 / longest is 0."""
    return np.array([max(len(p), len(t), 1) for p, t in pairs], dtype=np.float64)


def _levenshtein(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Wagner and Fischer's table, one row at a time."""
    if len(a) < len(b):
        a, b = b, a
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]
