"""Fits that are kept: the same as made anew, once for each curve, scale, scores and items."""

import numpy as np

from emergence_utils.chapters import fit_memory
from emergence_utils.chapters.fit_memory import FitMemory
from emergence_utils.curves import Isotonic, Line, Logistic, fit

X = np.linspace(0, 3, 8)
Y = np.array([0.02, 0.03, 0.1, 0.3, 0.6, 0.8, 0.9, 0.93])
N = np.full(8, 400.0)


def test_what_is_kept_is_what_a_fit_gives():
    memory = FitMemory()
    memory.ahead(Logistic(floor=None), [(X, Y, N)])
    kept, anew = memory.fit(Logistic(floor=None), X, Y, N), fit(Logistic(floor=None), X, Y, N)
    assert np.allclose(kept.predict(X), anew.predict(X), atol=1e-6)
    assert np.isclose(kept.lack_of_fit, anew.lack_of_fit, atol=1e-6)


def test_a_fit_is_made_once_for_each_curve_scale_scores_and_items(monkeypatch):
    made = []
    monkeypatch.setattr(fit_memory, "fit", lambda *asked: made.append(asked) or fit(*asked))
    memory = FitMemory()
    asked = [(Line(), X, Y, N), (Line(), X, Y, N / 2), (Line(), X, Y), (Line(), X + 1, Y), (Isotonic(), X, Y)]
    for one in asked * 2:
        memory.fit(*one)
    assert len(made) == len(asked)


def test_only_the_latest_are_kept(monkeypatch):
    memory = FitMemory(kept=2)
    first, *_ = (memory.fit(Line(), X, Y - shift) for shift in (0.0, 0.001, 0.002))
    assert memory.fit(Line(), X, Y - 0.002) is memory.fit(Line(), X, Y - 0.002)
    assert memory.fit(Line(), X, Y) is not first
