"""The explorer of forecasts: words are those of the stored numbers."""

import re

import pytest

from emergence_utils import explorers
from emergence_utils.chapters import foretell as ft
from emergence_utils.errors import InputError, UnknownNameError

from .drawn import names


@pytest.fixture(scope="module")
def stored():
    return ft.stored_ladders()


@pytest.fixture(scope="module")
def made(stored):
    return explorers.foretell(*stored)


def said(made, ladder, cut, method):
    w = made.words
    return w.loc[(w["ladder"] == ladder) & (w["cut"] == cut) & (w["method"] == method), "words"].item()


def test_it_starts_where_all_agree_and_are_wrong(made):
    assert made.start() == ("GPT-3, adding three digits: vote of families, from the 6 smallest models of 8, "
                            "says 0.01 for the largest, at 26 times the scale. It scored 0.80, outside the "
                            "band of 0.00 to 0.03.")
    assert len(names(made)) == 8


def test_words_are_of_the_last_place(made, stored):
    _, told = stored
    ladders, methods = list(told["ladder"].unique()), list(told["method"].unique())
    assert len(made.words) == len(ladders) * 4 * len(methods) == 120
    for i, name in enumerate(ladders):
        rows = told[told["ladder"] == name]
        for j, cut in enumerate(sorted(rows["models"].unique())):
            for k, method in enumerate(methods):
                one = rows[(rows["models"] == cut) & (rows["method"] == method)]
                last = one.sort_values("scale").iloc[-1]
                text = said(made, i, j, k)
                if last["why"]:
                    assert f"cannot answer: {last['why']}" in text
                else:
                    assert f"says {last['estimate']:.2f} for the largest" in text
                    assert ("no band" in text) == (last["low"] != last["low"])


def test_a_band_that_allows_anything_is_called_so(made):
    assert said(made, 0, 3, 2).endswith("inside the band of 0.00 to 1.00, which allows nearly anything.")
    assert said(made, 0, 2, 0).endswith("It scored 0.80; no band is stated.")


def test_the_page_is_small(made):
    page = re.search(r'"application/json">(.*?)</script>', explorers.explorer_html(made), re.S)[1]
    assert len(page) < 100_000


@pytest.mark.parametrize("start", [(5, 0, 0), (0, 4, 0), (0, 0)])
def test_a_wrong_start_is_named(stored, start):
    with pytest.raises(InputError, match="start must name"):
        explorers.foretell(*stored, start=start)


def test_other_tables_are_refused(stored):
    models, told = stored
    with pytest.raises(InputError, match="4 cuts of each ladder"):
        explorers.foretell(models, told[told["models"] != 6])
    with pytest.raises(UnknownNameError, match="why"):
        explorers.foretell(models, told.drop(columns="why"))
