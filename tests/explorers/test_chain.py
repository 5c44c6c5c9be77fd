"""The chain explorer: the closed form, real chains, and their words on both axes."""

import json
import re

import numpy as np
import pytest

from emergence_utils import explorers
from emergence_utils.chapters import chains
from emergence_utils.chapters.metric import chain_rise_width, half_accuracy_scale
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.explorers._chain import _Law

from .drawn import names


@pytest.fixture(scope="module")
def real():
    return chains.open_chains()


@pytest.fixture(scope="module")
def fits(real):
    names = [c for one in explorers.CHAINS for c in one.columns.values()]
    return chains.fit_chains(real[names], real["log_flops"], real["family"], n_resamples=3)


@pytest.fixture(scope="module")
def made(real, fits):
    return explorers.chain(real, fits)


def said(explorer, axis, steps, which=0):
    words = explorer.words.set_index(["axis", "steps", "chain"])["words"]
    return words[(axis, steps, which)]


def page(explorer):
    html = explorers.explorer_html(explorer)
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def test_the_law_has_the_middle_and_the_width_of_the_shortest_chain():
    law = _Law.of(23.5, 2.0, 3)
    assert half_accuracy_scale(law.scale, law.exponent, 3) == pytest.approx(10**23.5)
    assert chain_rise_width(law.exponent) == pytest.approx(2.0)
    assert law.at(23.5, 3) == pytest.approx(0.5)


def test_a_longer_chain_is_shifted_and_not_sharper_along_scale():
    law = _Law.of(23.5, 2.0, 3)
    grid = np.linspace(20, 26, 61)
    assert law.at(grid + law.shift(7), 7) == pytest.approx(law.at(grid, 1))


def test_words_on_the_axis_of_a_step_give_widths_and_effective_steps(made, real):
    pair = real[["family", "deduction, 3 objects, CoT", "deduction, 7 objects, CoT"]].dropna()
    found = chains.chain_exponent(pair.iloc[:, 1], pair.iloc[:, 2], clusters=pair["family"])
    words = said(made, "step", 7)
    assert words.startswith("7 equal steps rise over 0.27 of this axis, 3 over 0.50 (simulation). Real: ")
    assert f"cost {found.n} models as much as {3 * found.estimate:.1f} such steps" in words
    assert words.endswith("in line with the product.")
    assert said(made, "step", 7, 2).endswith("easier than the product.")
    assert said(made, "step", 4, 3).endswith("harder than the product.")


def test_words_along_scale_agree_with_the_fits(made, fits):
    pair = [("tracking, 3 objects, CoT", "tracking, 7 objects, CoT")]
    words = said(made, "scale", 7, 2)
    assert "7 objects come " in words and " after 3 objects, " in words
    assert f"{fits.ratio(pair).estimate:.1f} times as wide" in words


def test_lengths_without_data_are_said(made):
    assert said(made, "scale", 10).endswith("Real chains (deduction, CoT) have 3, 5 or 7 steps.")
    assert said(made, "step", 7, 3).endswith("Real chains (sums) have 3 or 4 steps.")


def test_the_fitted_length_claims_nothing(made):
    assert said(made, "scale", 3).startswith("The simulated curve is fitted to ")
    assert "by construction" in said(made, "step", 3)


def test_every_state_says_that_curves_are_simulated(made):
    assert len(made.sentences()) == 2 * 10 * 4
    assert all("simulat" in s for s in made.sentences())
    assert max(map(len, made.sentences())) < 270, "three lines on a wide page"


def test_every_model_has_a_name(made, real):
    found = names(made)
    both = real[["deduction, 3 objects, CoT", "deduction, 7 objects, CoT"]]
    assert len(found) == both.notna().sum().sum()
    assert re.fullmatch(r".+, [37] steps, \S+ FLOPs: \S+ % above guessing", found[0])


def test_marks_are_the_models_of_the_table(made, real):
    rows = next(d for d in page(made)["spec"]["datasets"].values() if "c" in d[0])
    tracked = [r for r in rows if r["chain"] == 2 and r["steps"] == 7]
    assert len(tracked) == real["tracking, 7 objects, CoT"].notna().sum()
    assert max(r["y"] for r in tracked) == pytest.approx(real["tracking, 7 objects, CoT"].max(), abs=1e-3)
    short = [r for r in rows if r["steps"] == 3 and r["y"] > 0]
    assert all(r["s"] ** 3 == pytest.approx(r["y"], abs=3e-3) for r in short)


def test_the_page_stays_small(made):
    assert len(json.dumps(page(made))) < 80_000


def test_mistakes_are_named(real, fits):
    with pytest.raises(InputError, match="length of 'deduction, CoT' beyond its shortest, got 3"):
        explorers.chain(real, fits, start=3)
    with pytest.raises(UnknownNameError, match="sums, 2 digits"):
        explorers.chain(real.drop(columns="sums, 2 digits"), fits)
