"""Best splits and what misses cost, tables of runs, recipes compared, parabolas without a law."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from emergence_utils.chapters import data as dc
from emergence_utils.errors import InputError
from emergence_utils.laws import LossLaw, fit_loss_law
from emergence_utils.plot import alt_text
from emergence_utils.results import Interval, Result

TRUE = LossLaw(a=400.0, b=2000.0, floor=1.8, alpha=0.35, beta=0.37)


def runs(law=TRUE, noise=0.002):
    params, tokens = (v.ravel() for v in np.meshgrid(np.logspace(8, 10, 5), np.logspace(9.5, 11.5, 5)))
    return params, tokens, law(params, tokens) * np.exp(noise * np.cos(np.arange(25.0) ** 2))


@pytest.fixture(scope="module")
def fitted():
    return fit_loss_law(*runs(), n_resamples=50)


@pytest.fixture(scope="module")
def chinchilla():
    points = dc.chinchilla()
    return points, fit_loss_law(points["params"], points["tokens"], points["loss"])


# ---- what the law asks for


def test_shortfall_of_a_hundred_trillion_parameters():
    data, compute = dc.shortfall(1e14, ratio=20, most_tokens=1.5e13, most_flops=3.645e25)
    assert data == pytest.approx(2e15 / 1.5e13)
    assert compute == pytest.approx(1.2e30 / 3.645e25)
    with pytest.raises(InputError, match="ratio must be a positive number, got -1"):
        dc.shortfall(1e14, ratio=-1, most_tokens=1, most_flops=1)


def test_compute_overtakes_data_at_the_crossing_whatever_the_ratio():
    meet = dc.crossing(1e13, 6e25)
    for ratio in (5, 20, 80):
        times = [dc.shortfall(f * meet, ratio=ratio, most_tokens=1e13, most_flops=6e25) for f in (0.5, 1, 2)]
        assert [compute / data for data, compute in times] == pytest.approx([0.5, 1, 2])


def test_ratio_curves_hold_three_laws_and_one_band(fitted):
    curves = dc.ratio_curves(fitted, [1e20, 1e22])
    assert curves.groupby("law").size().tolist() == [2, 2, 2]
    ours = curves[curves["law"] == "our refit"]
    assert ours["ratio"].tolist() == pytest.approx([fitted.law.tokens_per_parameter(c) for c in (1e20, 1e22)])
    assert (ours["low"] < ours["high"]).all() and curves["low"].notna().sum() == 2


def test_overspend_is_the_budget_over_the_one_that_suffices():
    exact = fit_loss_law(*runs(noise=0), n_resamples=0)
    budget, best = 1e21, exact.law.tokens_per_parameter(1e21)
    table = dc.overspend(exact, budget, [best / 10, best, 10 * best])
    assert table["times"][1] == pytest.approx(1)
    assert table["above"][1] == pytest.approx(0, abs=1e-12)
    for row in table.iloc[[0, 2]].itertuples():
        less = budget / row.times
        size = np.sqrt(less / 6 / exact.law.tokens_per_parameter(less))
        assert float(exact.law(size, less / 6 / size)) == pytest.approx(row.loss)
        assert row.times > 1.2


def test_no_other_split_of_the_same_compute_is_better_than_tokens_for(fitted):
    need = dc.tokens_for(fitted, 1e9)
    assert need.interval.low < need.estimate < need.interval.high
    best = need.estimate
    losses = [float(fitted.law(1e9 * f, best / f)) for f in (0.8, 1, 1.25)]
    assert losses[1] < min(losses[0], losses[2])
    assert need.estimate / 1e9 == pytest.approx(fitted.law.tokens_per_parameter(6e9 * best))
    assert dc.tokens_for(fitted, 1e12).status == "limited"
    curves = dc.token_curves(fitted, [1e9])
    assert curves["tokens"].iloc[0] == pytest.approx(best)


def test_models_are_placed_beside_the_best_split(fitted):
    best = fitted.optimal(6e20).estimate
    ratio = np.array([best / 50, best, 50 * best])
    table = pd.DataFrame({"flops": 6e20, "ratio": ratio, "params": np.sqrt(1e20 / ratio)})
    found = dc.placed(fitted, table)
    assert found["place"].tolist() == ["below", "inside", "above"]
    assert found["times"][1] == pytest.approx(1)
    assert found["larger"][1] == pytest.approx(1)
    assert found["larger"][2] > 2
    with pytest.raises(InputError, match="needs a fit with draws"):
        dc.placed(fit_loss_law(*runs(), n_resamples=0), table)


# ---- tables


def test_published_models_count_once_and_have_tokens():
    models = dc.published()
    assert not models.duplicated(["family", "model"]).any()
    assert models["kind"].value_counts().to_dict() == {"runs for laws": 391, "open models": 125, "GPT-3": 8}
    assert not models["model"].str.contains("btlm", case=False).any()
    open_ = models[models["kind"] == "open models"]
    assert open_["ratio"].median() == pytest.approx(214.3, abs=0.1)
    assert models["tokens"].max() == 1.5e13


def test_recipes_hold_the_runs_that_tell_the_law():
    found = {r.name: (len(r.runs), r.trainings) for r in dc.recipes()}
    assert found == {
        "Chinchilla": (240, 240), "Gadre et al., C4": (34, 34), "Gadre et al., RedPajama": (35, 35),
        "Gadre et al., RefinedWeb": (35, 35), "Gemstones": (154, 22), "OLMo ladder": (30, 25)}


def test_runs_along_one_line_are_refused_with_the_reason():
    why = dc.refusals(dc.lined_up())["why"]
    assert why.str.len().min() > 20
    assert "along one line" in why[0] and "needs at least 6 runs" in why[1]
    assert "at least 3 token counts, got 1" in why[2]
    assert dc.refusals(dc.recipes()[1:2])["why"].tolist() == [""]


# ---- Chinchilla


def test_chinchilla_agrees_with_the_refit_and_the_five_runs_matter(chinchilla):
    points, law = chinchilla
    table = dc.constants(law).set_index("number")
    assert table.loc["alpha", "ours"] == pytest.approx(0.347, abs=0.001)
    assert table.loc["objective, thousandths", "ours"] == pytest.approx(1.01827, abs=1e-4)
    assert table.loc["objective, thousandths", "printed"] == pytest.approx(4.121, abs=0.01)
    choices = dc.at_budgets(dc.other_choices(law, n_resamples=100), {"top": points["train_flops"].max()})
    told = choices.set_index("choice")["estimate"]
    assert told.to_dict() == pytest.approx({
        "240 runs, Huber": 19.9, "squares": 17.9, "all 245 runs": 11.1, "all 245, squares": 5.2,
        "half with less compute": 5.3, "half with more compute": 68.9}, rel=0.02)


def test_without_a_law_about_twenty_is_best_at_every_compute(chinchilla):
    found = dc.valleys(chinchilla[0])
    assert found["n"].tolist() == [30] * 8
    assert found["ratio"].between(15, 40).all()
    assert found["ratio"].median() == pytest.approx(20, abs=2)
    assert ((found["low"] < found["ratio"]) & (found["ratio"] < found["high"])).all()


def test_a_parabola_finds_the_lowest_point_that_is_there():
    ratio, flops = np.geomspace(2, 200, 20), np.geomspace(1e20, 1.1e20, 20)[np.arange(20) * 7 % 20]
    loss = np.exp(1 + 0.01 * np.log(ratio / 30) ** 2) * (flops / 1e20) ** -0.05
    table = pd.DataFrame({"train_flops": flops, "tokens": ratio * 1e9, "params": 1e9, "loss": loss})
    assert dc.valleys(table, 1, n_resamples=20)["ratio"].item() == pytest.approx(30)
    with pytest.raises(InputError, match="have no lowest loss"):
        dc.valleys(table.assign(loss=np.exp(1 - 0.01 * np.log(ratio / 30) ** 2)), 1)
    with pytest.raises(InputError, match="groups must leave at least eight runs"):
        dc.valleys(table, 3)


# ---- recipes


def test_exponents_that_differ_are_told_from_those_that_do_not():
    other = LossLaw(a=400.0, b=2000.0, floor=1.8, alpha=0.35, beta=0.5)
    laws = {"home": (TRUE, 100), "same": (TRUE, 60), "other": (other, 100)}
    fits = {name: fit_loss_law(*runs(law, noise=5e-4), n_resamples=n) for name, (law, n) in laws.items()}
    gaps = dc.exponent_gaps(fits, "home", groups=dict.fromkeys(fits, 25))
    differs = gaps.set_index(["recipe", "exponent"])["differs"]
    assert differs["other", "beta"]
    assert not differs["same"].any()
    assert set(dc.exponents(fits)["recipe"]) == set(fits)
    assert len(dc.best_ratios(fits, 1e21)) == 3


def test_every_corpus_is_at_home_on_its_own_text():
    found = dc.corpus_misses({"C4": "c4_val_loss", "RedPajama": "paloma_redpajama_loss"}, n_resamples=60)
    home = found[found["text"] == found["corpus"]]
    assert home["estimate"].tolist() == pytest.approx([-1.8, -21.2], abs=0.1)
    assert (home["high"] < 0).all()


def test_the_sign_at_equal_loss_hangs_on_the_suite_and_not_on_the_text():
    found = dc.effects_by_text(n_resamples=60)
    signs = found.assign(up=found["estimate"] > 0).groupby("suite")["up"].agg(["sum", "size"])
    assert signs.loc["OLMo"].tolist() == [0, 11]
    assert signs.loc["Gadre et al."].tolist() == [8, 8]
    assert signs.loc["Gemstones", "size"] == 2
    first = found[(found["suite"] == "OLMo") & (found["text"] == "c4 en")]
    assert first["estimate"].item() == pytest.approx(-1.56, abs=0.01)  # as in chapter 3


# ---- figures


def test_figures_say_what_they_show(fitted, chinchilla):
    fig, axes = plt.subplots(2)
    curves = dc.ratio_curves(fitted, [1e20, 1e22])
    dc.plot_models(dc.published(), curves, x="flops", y="ratio", xlabel="Compute", ylabel="Tokens",
                   ax=axes[0])
    ours = curves[curves["law"] == "our refit"]
    dc.plot_valleys(dc.valleys(chinchilla[0], n_resamples=20), ours, ax=axes[1])
    told = alt_text(fig)
    plt.close(fig)
    assert "125 open models" in told and "without a law" in told


# ---- the stock of text


def test_tokens_over_the_stock_widen_by_both_doubts():
    stock = Interval(1e14, 1e16, 0.95, "published")
    exact = dc.over_stock(Result.exact(1e15, 1), stock=stock)
    assert exact.estimate == pytest.approx(1)
    assert (exact.interval.low, exact.interval.high) == pytest.approx((0.1, 10))
    doubted = dc.over_stock(Result(2e15, Interval(2e14, 4e15, 0.95, "t"), 9), stock=stock)
    # a factor of ten below twice over, and of ten and two above
    assert np.log10(2 / doubted.interval.low) == pytest.approx(np.hypot(1, 1))
    assert np.log10(doubted.interval.high / 2) == pytest.approx(np.hypot(1, np.log10(2)))
    wider = dc.over_stock(Result.exact(1e15, 1), stock=Interval(1e14, 1e16, 0.90, "published"))
    assert wider.interval.high > exact.interval.high


def test_a_ratio_that_the_law_leaves_open_gives_no_lower_end():
    found = dc.over_stock(Result(1e15, Interval(0.0, 2e15, 0.95, "t"), 9))
    assert found.interval.low == 0 and found.interval.high < np.inf


def test_needs_hold_the_best_split_and_those_that_are_named(fitted):
    needs = dc.stock_needs(fitted, 6e24, {"hundred": 100.0})
    assert list(needs) == ["best split", "hundred"]
    middle = np.sqrt(dc.STOCK.low * dc.STOCK.high)
    assert needs["hundred"].estimate == pytest.approx(np.sqrt(1e24 * 100) / middle)
    best = fitted.optimal(6e24).estimate
    assert needs["best split"].estimate == pytest.approx(np.sqrt(1e24 * best) / middle)
    assert dc.stock_table(needs)["split"].tolist() == list(needs)
    assert needs["best split"].interval.width > 0


@pytest.mark.parametrize(("call", "message"), [
    (lambda f: dc.stock_needs(f, 0, {"a": 20}), "budget must be a positive number, got 0"),
    (lambda f: dc.stock_needs(f, 1e25, {}), "ratios must be a list of at least one split"),
    (lambda f: dc.stock_needs(f, 1e25, {"a": -2}), "ratios of 'a' must be a positive number, got -2"),
    (lambda f: dc.over_stock(Result.exact(-1.0, 1)), "tokens must be a positive number, got -1"),
    (lambda f: dc.over_stock(Result.exact(1e15, 1), stock=Interval(0, 1)), "stock must be a positive number"),
])
def test_stocks_and_runs_that_are_none_are_refused(fitted, call, message):
    with pytest.raises(InputError, match=message):
        call(fitted)
