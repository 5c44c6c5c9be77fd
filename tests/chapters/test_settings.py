"""A reader's slip in a chapter's setting is named in one sentence, before anything is computed from it.

Each case is a function of a chapter as a function of one setting, the name its error must hold, and nonsense:
a share in per cent, bounds the wrong way round, counts of nothing, a number where a list is due.
"""

from __future__ import annotations

import math
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from emergence_utils.chapters import (
    axis,
    chains,
    cot,
    data,
    definition,
    density,
    metric,
    rare,
    ushape,
    vision,
)
from emergence_utils.chapters import open_claims as oc
from emergence_utils.chapters.chains.figures import plot_jumps
from emergence_utils.chapters.density.figures import plot_forecast, plot_zones
from emergence_utils.errors import EmergenceError
from emergence_utils.ladders import Ladder
from emergence_utils.laws import HOFFMANN, LossLaw, fit_loss_law
from emergence_utils.measures import Rules

SHARE = (-0.1, 40, "half", math.nan, True)
COUNT = (-1, 0, 2.5, "few")
POSITIVE = (-1, 0, math.inf, "large")
SHARES = ((), 0.5, "half", (0.1, 25), (-0.5,))
COUNTS = ((), 10, "ten", (0,), (-1, 5), (2.5,))
COLUMNS = ("task", [], 3, ["nonsense"])
BARS = {"ada": 0.44, "babbage": 0.36, "curie": 0.19, "GPT-4": 1.0}
EMPTY = pd.DataFrame()
NONE = pd.Series(dtype=float)
X = np.linspace(20.0, 25.0, 12)


@cache
def ladder(models: int = 9) -> pd.DataFrame:
    """One rising ladder, as a score table."""
    x = np.logspace(7, 11, models)
    return pd.DataFrame({"source": "s", "family": "f", "task": "t", "metric": "exact_match", "params": x,
                         "train_flops": x**2, "value": np.linspace(0, 0.6, models), "n_examples": 200.0,
                         "chance": 0.0, "noise": 0.03, "model": [f"m{i}" for i in range(models)]})


@cache
def one() -> Ladder:
    g = ladder()
    return Ladder.of(g["params"], g["value"], g["n_examples"], chance=0.0)


@cache
def tries() -> pd.DataFrame:
    """Five models, 100 tries at each of eight problems."""
    return pd.DataFrame([{"model": f"m{j}", "params": 10.0 ** (8 + j / 2), "item": f"i{i}", "task": "t",
                          "n_samples": 100, "correct": min(i * j, 100), "source": "s", "tokens": 1e9}
                         for j in range(5) for i in range(8)])


@cache
def shapes() -> pd.DataFrame:
    return pd.DataFrame({"family": list("abcdef"), "task": "t", "step_hard": 0.7, "step_soft": 0.4,
                         "better": 1})


@cache
def errors() -> vision.Errors:
    return vision.Errors(np.array([1e2, 1e3, 1e4]), np.arange(1, 4), np.ones((3, 1, 5)), np.ones(5))


@cache
def forecasts() -> pd.DataFrame:
    return pd.DataFrame({"source": ["gpt3"] * 3, "family": "f", "task": list("abc"), "predicted": [1, 0, 1],
                         "beats_naive": [1, 1, 0]})


@cache
def runs() -> pd.DataFrame:
    return pd.DataFrame({"model": ["1B-1xC", "7B"], "task": "t", "accuracy": 0.5, "n_examples": 100,
                         "chance": 0.25, "flops": [1e20, 1e22], "params": [1e9, 7e9], "tokens": 1e10,
                         "loss": [3.0, 2.0]})


@cache
def chain_pairs() -> pd.DataFrame:
    return pd.DataFrame({"family": "LaMDA", "params": [1e9, 1e10], "step": 0.5, "chain": 0.3, "direct": 0.1,
                         "n_step": 100, "n_chain": 100})


def suite() -> pd.DataFrame:
    return pd.DataFrame({"model": ["a"], "params": 1e9, "tokens": 1e10, "task": "loss", "value": 2.0,
                         "n_examples": 1, "chance": 0.0})


RULES = Rules()


@cache
def fitted():
    size, tokens = (v.ravel() for v in np.meshgrid([1e8, 4e8, 1.6e9], [2e9, 8e9, 3.2e10]))
    return fit_loss_law(size, tokens, LossLaw(400, 2000, 1.8, 0.35, 0.37)(size, tokens), n_resamples=0)


CASES = {
    # chapter 1
    "redrawn draws": (lambda v: definition.redrawn_patterns([one()], RULES, draws=v), "draws", COUNT),
    "kept": (lambda v: definition.steady(EMPTY, v), "kept", SHARE),
    "critical sizes": (lambda v: definition.simulated_critical(v, 100, RULES), "sizes",
                       ((), 3, "abc", (0.0, 1e9), (-1.0,))),
    "critical items": (lambda v: definition.simulated_critical([1e8, 1e9], v, RULES), "items", COUNT),
    "critical scatter": (lambda v: definition.simulated_critical([1e8, 1e9], 100, RULES, v), "scatter",
                         (-1, 0, 0.5, 207.5, "abc", math.inf)),
    "critical draws": (lambda v: definition.simulated_critical([1e8, 1e9], 100, RULES, draws=v), "draws",
                       COUNT),
    "twins": (lambda v: definition.smooth_onsets([one()], RULES, v), "draws", COUNT),
    "largest": (lambda v: definition.small_models_added([one()], RULES, v), "largest", (*COUNT, 1, 9, 208)),
    "pass mark": (lambda v: definition.threshold_overlap(ladder(), v), "level", (-1, 35, "abc", math.nan)),
    "generations": (lambda v: definition.branching(v), "generations", COUNTS),
    # chapter 2
    "net share": (lambda v: metric.net_share(shapes(), v), "threshold", SHARE),
    "sudden": (lambda v: metric.sudden_counts(shapes(), v), "thresholds?", (*SHARES, (0.6, 0.5, 0.4))),
    "two steps": (lambda v: metric.plot_two_steps(shapes(), sudden=v, ax=plt.gca()), "sudden", SHARE),
    "exponent of curves": (lambda v: metric.chain_curves([1.0, 2.0], (1,), v), "exponent", POSITIVE),
    "lengths of curves": (lambda v: metric.chain_curves([1.0, 2.0], v, 0.5), "lengths", COUNTS),
    "exponent of steps": (lambda v: metric.step_ratios([1.0], (2,), exponent=v), "exponent", POSITIVE),
    "starts": (lambda v: metric.step_ratios(v, (2,)), "starts", ((), (-1.0,), (0.0,), "abc")),
    "decades": (lambda v: metric.step_ratios([1.0], v), "decades", ((), 3, "abc", (0,), (-2, 3))),
    "exponent of widths": (lambda v: metric.measured_width(1, v), "exponent", POSITIVE),
    "exponent of half": (lambda v: metric.half_accuracy_scale(1, v, 10), "exponent", POSITIVE),
    "floors": (lambda v: metric.task_widths(ladder(), v), "floors", (*SHARES, (0, 1))),
    "least at chance": (lambda v: metric.at_chance(ladder().assign(above=False), v), "least", (*COUNT, 507)),
    "smooth draws": (lambda v: metric.smooth_draws(ladder(), draws=v), "draws", COUNT),
    # chapter 3
    "lead of breaks": (lambda v: axis.breaks(ladder(), delta=v), "delta", POSITIVE),
    "ladders of breaks": (lambda v: axis.breaks(ladder(), by=v), "by|column", COLUMNS),
    "lead under error": (lambda v: axis.under_log_error(ladder(), delta=v), "delta", POSITIVE),
    "lead of winners": (lambda v: axis.winners(ladder(), delta=v), "delta", POSITIVE),
    "ladders of winners": (lambda v: axis.winners(ladder(), by=v), "by|column", COLUMNS),
    "lead of duels": (lambda v: axis.duels(ladder(), delta=v), "delta", POSITIVE),
    "leads": (lambda v: axis.sweep_breaks(EMPTY, ["task"], v), "deltas", ((), 4.0, "abc", (0,), (4.0, -2.0))),
    "leads by rule": (lambda v: axis.bends_by_rule(ladder(), EMPTY, ["task"], v), "deltas",
                      ((), 4.0, "abc", (0,), (-2.0,))),
    "held out": (lambda v: axis.compare_families(ladder(), hold_out=v), "hold_out", (-1, 4, 107, 1.5, "two")),
    "compared ladders": (lambda v: axis.compare_families(ladder(), by=v), "by|column", COLUMNS),
    "straight ladders": (lambda v: axis.as_if_straight(ladder(), by=v), "by|column", COLUMNS),
    "redrawn breaks": (lambda v: axis.redrawn_breaks(ladder(), NONE, n_resamples=v),
                       "n_resamples", COUNT),
    "absent": (lambda v: axis.rows_before_rise(ladder(), negligible=v), "negligible", (*SHARE, 1)),
    "flat ladders": (lambda v: axis.flat_slopes(ladder(), by=v), "by|column", COLUMNS),
    "first ladders": (lambda v: axis.predict_first_above_chance(ladder(), EMPTY, EMPTY, by=v), "by|column",
                      COLUMNS),
    "no kind of sum": (lambda v: axis.spikes(ladder().iloc[v:], start=1e9), "scores", (9,)),
    # chapter 4
    "keep": (lambda v: density.thinned(ladder(), v, x="params"), "keep", (*COUNT, 1)),
    "subsets": (lambda v: density.exponents(ladder(), x="params", by=["task"], n_subsets=v), "n_subsets",
                COUNT),
    "gap of dense part": (lambda v: density.exponents(ladder(), x="params", by=["task"], max_gap=v),
                          "max_gap",
                          POSITIVE),
    "smallest": (lambda v: density.warnings_by_fate(ladder(), first=v), "first", (*COUNT, 2, 307)),
    "smallest, slopes": (lambda v: density.foresight(ladder(), ladder(), first=v), "first", (*COUNT, 2, 307)),
    "flat models": (lambda v: plot_forecast(ladder(), x="params", flat=v, low=0, high=1, forecast=0.5),
                    "flat",
                    (*COUNT, 207)),
    "gaps": (lambda v: density.across_gaps(suite(), loss="loss", targets=["a"], gaps=v), "gaps",
             ((), 30, "abc", (0,), (30, -2), (1.5,))),
    "targets": (lambda v: density.across_gaps(suite(), loss="loss", targets=v, gaps=[30]), "targets|model",
                ((), 3, ["nonsense"], "abc")),
    "one gap": (lambda v: density.excess_errors(pd.DataFrame({"asked": [2, 30]}), asked=v), "asked",
                (-1, 31, "abc", None)),
    "zone": (lambda v: plot_zones(pd.DataFrame({"miss": [0.2], "s": "a"}), x="miss", hue="s", zone=v,
                                  bins=[0, 0.5, 1], xlabel="x"), "zone", ((0.5, 0.1), (0.1, 0.1), (0.1,))),
    "resolves": (lambda v: density.held_out(ladder(), resolves=v), "resolves", (*SHARE, 0)),
    "far": (lambda v: density.middle_share(pd.DataFrame({"miss": [0.2], "source": "a"}), cuts=(0.1,), far=v),
            "far", (-1, 0.05, 50, "abc")),
    "cuts": (lambda v: density.middle_share(pd.DataFrame({"miss": [0.2], "source": "a"}), cuts=v, far=0.5),
             "cuts|close", ((), 0.1, "abc", (0.6,), (10,))),
    "comparisons": (lambda v: density.surviving([0.5], [100], [0.25], v), "comparisons", COUNTS),
    # chapter 5
    "items of bars": (lambda v: ushape.published_bars(BARS, v), "items", COUNT),
    "bars": (lambda v: ushape.deepest_u({**BARS, "ada": v}, 315, against=(-1, 1, 1, -1), slack=0), "bars",
             SHARE),
    "slack": (lambda v: ushape.deepest_u(BARS, 315, against=(-1, -1, 1, -1), slack=v), "slack",
              (*SHARE, 0.5)),
    "against": (lambda v: ushape.deepest_u(BARS, 315, against=v, slack=0.03), "against",
                ((), (1, -1), (2, 1, 1, 1), (1, 1, 1, 1), (-1, -1, -1, -1), 3, "down")),
    "items tried": (lambda v: ushape.depth_by_items(BARS, v, against=(-1, -1, 1, -1), slack=0.03), "tried",
                    COUNTS),
    "items of curves": (lambda v: ushape.count_rates("late U", 3, items=v), "items", COUNT),
    "points": (lambda v: ushape.false_alarms(v, 0.1), "points", (-1, 0, 7, "many")),
    "noise": (lambda v: ushape.false_alarms(20, v), "noise", (-1, 12.5, "loud")),
    "least of both": (lambda v: ushape.both_regressions(ladder(), ["task"], least=v), "least", SHARE),
    "least kept": (lambda v: ushape.kept_shapes(EMPTY, answer="a", p="p", depth=NONE, least=v),
                   "least", SHARE),
    "skill rises": (lambda v: ushape.sorting_alarms(X, v, {"a": 0.1}), "threshold", (-1, 0, 1132.5, "late")),
    "habits": (lambda v: ushape.sorting_alarms(X, 23.0, v), "habits", ({}, {"a": -1}, {"a": "x"}, 3)),
    "simulated items": (lambda v: ushape.sorting_alarms(X, 23.0, {"a": 0.1}, n_items=v), "n_items",
                        (*COUNT, 9)),
    "simulated tables": (lambda v: ushape.sorting_alarms(X, 23.0, {"a": 0.1}, n_sets=v), "n_sets", COUNT),
    "beyond": (lambda v: ushape.calls_beyond({}, X, 23.0, v), "beyond", ((), 1.0, "far", (-1,), (0.5, 50))),
    "early": (lambda v: ushape.calls_below_threshold(ladder().assign(subset=None), v), "thresholds|task",
              ({}, {"t": 3.0}, {"t": 99.0}, {"t": "x"}, {"nonsense": 20.0}, 3)),
    # chapter 6
    "assumed": (lambda v: cot.published(v), "assumed", COUNT),
    "small": (lambda v: cot.sides(ladder(), v, 6e10), "small", (-1, 0, 7e10, "tiny")),
    "large": (lambda v: cot.sides(ladder(), 1e9, v), "large|from", (-1, 0, 1e13, "huge")),
    "small variants": (lambda v: cot.variants(v), "small", (*POSITIVE, 1.0)),
    "luck of variants": (lambda v: cot.variants(1e10, fdr=v), "fdr", (*SHARE, 0)),
    "luck": (lambda v: cot.differences(ladder(), method="a", baseline="b", fdr=v), "fdr", (*SHARE, 0)),
    "luck of open models": (lambda v: cot.open_differences(fdr=v), "fdr", (*SHARE, 0)),
    "compute of Table 1": (lambda v: cot.by_reading(ladder(), v), "flops", (*POSITIVE, 1e40)),
    "below": (lambda v: cot.bbh_losses(v), "flops", (*POSITIVE, 1.0)),
    "steps of a chain": (lambda v: cot.gap_of(chain_pairs(), "LaMDA", v), "k", POSITIVE),
    "family": (lambda v: cot.gap_of(chain_pairs(), v), "family", ("nonsense", "", 3)),
    # chapter 7
    "step": (lambda v: chains.chain_success(v, 10), "p", (-1, 90, "abc", math.nan)),
    "steps": (lambda v: chains.chain_success(0.9, v), "steps", (-1, 0, "abc")),
    "steps needed": (lambda v: chains.step_success_needed(0.5, v), "steps", (-1, 0, "abc")),
    "tolerance": (lambda v: chains.forecast_held_out(ladder(), tolerance=v), "tolerance", (*SHARE, 0)),
    "names": (lambda v: chains.step_correlations(forecasts(), v), "names", ({}, {"x": "y"}, 3)),
    "names of shares": (lambda v: chains.share_table(forecasts(), v), "source|names", ({"nonsense": "x"}, 3)),
    "twice": (lambda v: chains.average_summary(EMPTY, twice=v), "twice", (-1, 0, 0.5, "abc", math.inf)),
    "needs": (lambda v: chains.latent_threshold([1e8, 1e9], 3.0, spread=v), "spread", (-1, 0, "abc")),
    "material": (lambda v: plot_jumps(EMPTY, material=v), "material", (*SHARE, 0)),
    "levels": (lambda v: chains.passing_levels(EMPTY, v), "levels", (*SHARES, (0,), (1,))),
    "gain": (lambda v: chains.skills(gain=v), "gain", (*SHARE, 1)),
    # chapter 8
    "train": (lambda v: oc.forecast_targets(runs(), train=v, targets=("7B",)), "train", ("(", "nonsense", 3)),
    "train at chance": (lambda v: oc.at_chance(runs(), v), "train", ("(", "nonsense", 3)),
    "train of rows": (lambda v: oc.task_rows(runs(), EMPTY, "t", v), "train", ("(", 3)),
    "task": (lambda v: oc.task_rows(runs(), EMPTY, v, "1B-.*"), "task", ("nonsense", "", 3)),
    "large targets": (lambda v: oc.forecast_targets(runs(), train="1B-.*", targets=v), "targets|model",
                      ((), "7B", 3, ("nonsense",))),
    "large test": (lambda v: oc.clear_ends(ladder(), min_items=v), "min_items", (*COUNT, 50_007)),
    "material ends": (lambda v: oc.clear_ends(ladder(), min_items=100, material=v), "material", SHARE),
    # chapter 9
    "many": (lambda v: rare.solved(tries(), v), "tries", (*COUNTS, (101,))),
    "more": (lambda v: rare.half_solved(tries(), v), "tries", (*COUNTS, (101,))),
    "half": (lambda v: rare.half_solved(tries(), [10], share=v), "share", (-0.5, 0, 1, 50, "half")),
    "explained": (lambda v: rare.growth_gap(tries(), v), "tries", (*COUNTS, (101,))),
    "evidence": (lambda v: rare.tries_before(tries(), v, known=3), "tries", COUNTS),
    "two models": (lambda v: rare.changed_problems(tries(), v, "m4"), "model|small",
                   ("nonsense", "", 3, "m4")),
    "known": (lambda v: rare.problem_fates(tries(), known=v), "known", (*COUNT, 2, 5)),
    "known of onsets": (lambda v: rare.forecast_onsets(tries(), known=v), "known", (*COUNT, 2, 5)),
    "onset": (lambda v: rare.forecast_onsets(tries(), known=3, threshold=v), "threshold", (*SHARE, 0, 1)),
    "whole tests": (lambda v: rare.real_steps(tries(), v), "items", ({}, {"t": 0}, {"t": "x"}, 3)),
    "no such run": (lambda v: rare.along_training(tries().iloc[v:]), "table", (40,)),
    # chapter 11
    "paces": (lambda v: vision.paces(ladder(), errors(), v), "limits|pace", ((), 2.0, "abc", (0,), (-1.0,))),
    "cut": (lambda v: vision.grouped(errors(), v, [1]), "cut", POSITIVE),
    "group sizes": (lambda v: vision.grouped(errors(), 0.5, v), "sizes", (*COUNTS, (6,), (4, 1))),
    # chapter 14
    "budget": (lambda v: HOFFMANN.tokens_per_parameter(v), "train_flops", POSITIVE),
    "ratio": (lambda v: data.shortfall(1e14, ratio=v, most_tokens=1e13, most_flops=1e25), "ratio", POSITIVE),
    "size": (lambda v: data.shortfall(v, ratio=20, most_tokens=1e13, most_flops=1e25), "params", POSITIVE),
    "size asked": (lambda v: data.tokens_for(fitted(), v), "params", POSITIVE),
    "sizes": (lambda v: data.token_curves(fitted(), v), "sizes", ((), 3, (0.0,))),
    "budgets": (lambda v: data.ratio_curves(fitted(), v), "budgets", ((), 3, (0.0,))),
    "ratios": (lambda v: data.overspend(fitted(), 1e20, v), "ratios", ((), 3, (0.0,))),
    "spent": (lambda v: data.overspend(fitted(), v, [20]), "train_flops", POSITIVE),
    "groups": (lambda v: data.valleys(data.chinchilla(), v), "groups", (*COUNT, 200)),
}


@pytest.mark.parametrize(("case", "value"), [pytest.param(name, value, id=f"{name}: {value!r}")
                                             for name, (_, _, values) in CASES.items() for value in values])
def test_nonsense_is_named(case, value):
    call, argument, _ = CASES[case]
    with pytest.raises(EmergenceError, match=rf"\b({argument})\b") as caught:
        call(value)
    plt.close("all")
    assert "\n" not in str(caught.value)
