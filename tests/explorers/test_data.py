"""One budget in every split: the words are those of the laws, and the page is small."""

import numpy as np
import pytest

from emergence_utils import explorers
from emergence_utils.errors import InputError
from emergence_utils.laws import HOFFMANN, LossLaw, fit_loss_law

from .drawn import names, page


@pytest.fixture(scope="module")
def fits():
    size, tokens = (v.ravel() for v in np.meshgrid(np.logspace(8, 10, 5), np.logspace(9.5, 11.5, 5)))
    loss = LossLaw(400, 2000, 1.8, 0.35, 0.37)(size, tokens) * np.exp(0.002 * np.cos(np.arange(25.0) ** 2))
    return {"made": fit_loss_law(size, tokens, loss, n_resamples=50)}


@pytest.fixture(scope="module")
def made(fits):
    return explorers.data(fits)


def said(made, c, law):
    w = made.words
    return w.loc[(w["c"] == c) & (w["law"] == law), "words"].item()


def test_words_give_the_best_split_with_its_interval(made, fits):
    best = fits["made"].optimal(1e21)
    text = said(made, 4, 0)
    assert text.startswith("made: best with ")
    assert f"{best.estimate:.0f} tokens per parameter ({best.interval.low:.2g} to " in text
    assert "carried on" not in text
    assert "carried on" in said(made, 14, 0)


def test_the_printed_law_has_no_interval(made):
    text = said(made, 14, 1)
    assert "no interval is known" in text
    assert round(HOFFMANN.tokens_per_parameter(1e26), -1) == 150 and "150 tokens per parameter" in text


def test_the_picture_names_two_splits_of_the_budget(made):
    found = names(made)
    assert [n.split(",")[0] for n in found] == ["twenty tokens each", "best split"]
    assert len(str(page(made))) < 80_000


def test_nonsense_is_refused(fits):
    with pytest.raises(InputError, match="start must lie between 19 and 26, got 30"):
        explorers.data(fits, start=30)
    with pytest.raises(InputError, match="fits must hold one law or more"):
        explorers.data({})
