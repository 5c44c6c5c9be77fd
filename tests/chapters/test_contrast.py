"""Hard against soft metrics on simulated ladders whose shape, break and lead are known."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from emergence_utils import InputError, UnknownNameError, plot
from emergence_utils.chapters.metric import (
    by_filter,
    choice_pairs,
    contrast_metrics,
    counts_told,
    grown_twice,
    largest_steps,
    net_share,
    olmo_runs,
    paired_shapes,
    plot_guess,
    plot_two_steps,
    scored_twice,
    sudden_counts,
    sure_steps,
    with_a_rise,
)
from emergence_utils.chapters.metric.tables import LEAST_RANGE

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
PARAMS = np.logspace(8, 11, 7)
STEP = np.array([0, 0, 0, 0, 0, 0, 0.9])
LINE = np.linspace(0.2, 0.8, 7)


def ladder(task, metric, value, params=PARAMS):
    return pd.DataFrame({"task": task, "metric": metric, "params": params, "value": value})


def test_metrics_of_known_ladders():
    scores = pd.concat([ladder("t", "exact_match", STEP), ladder("t", "answer_probability", LINE)])
    table = contrast_metrics(scores).set_index("metric")
    hard, soft = table.loc["exact_match"], table.loc["answer_probability"]
    assert (hard["n_models"], hard["task"]) == (7, "t")
    assert hard["breakthroughness"] == np.inf
    assert hard["linearity"] == pytest.approx(np.sqrt(6))  # range over root mean square of one step in six
    assert (hard["largest_share"], hard["miss"]) == (1, pytest.approx(1))
    assert soft[["breakthroughness", "linearity"]].tolist() == pytest.approx([6, 6])
    assert soft["largest_share"] == pytest.approx(1 / 6)
    assert soft["miss"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(("metric", "value", "sign"), [
    ("cross_entropy", 4 - LINE, 1), ("cross_entropy", 4 + LINE, -1),
    ("exact_match", LINE, 1), ("exact_match", 1 - LINE, -1),
])
def test_rising_is_improving_whatever_the_metric(metric, value, sign):
    row = contrast_metrics(ladder("t", metric, value)).iloc[0]
    assert row["linearity"] == pytest.approx(6 * sign)
    assert row["breakthroughness"] == pytest.approx(6 * sign)


def test_rows_may_come_in_any_order():
    scores = pd.concat([ladder("a", "exact_match", STEP), ladder("b", "bits_per_byte", 1 - LINE**2)])
    pd.testing.assert_frame_equal(contrast_metrics(scores.sample(frac=1, random_state=0)),
                                  contrast_metrics(scores))


def test_short_ladders_are_left_out_and_counted():
    scores = pd.concat([ladder("long", "exact_match", LINE),
                        ladder("short", "exact_match", LINE[:4], PARAMS[:4]),
                        ladder("short", "bleu", LINE[:3], PARAMS[:3])])
    table = contrast_metrics(scores)
    assert table["task"].tolist() == ["long"]
    assert table.attrs["left_out"] == 2
    assert contrast_metrics(scores, min_models=4).attrs["left_out"] == 1


def test_hold_out_is_passed_on():
    bent = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.9])
    one, two = (contrast_metrics(ladder("t", "exact_match", bent), hold_out=h)["miss"].item() for h in (1, 2))
    assert two == pytest.approx(1)  # nothing before predicts the rise
    assert one < 1


def test_a_flat_ladder_has_no_step_and_no_miss():
    row = contrast_metrics(ladder("t", "exact_match", 0 * LINE)).iloc[0]
    assert row[["breakthroughness", "linearity", "largest_share", "miss"]].tolist() == [0, 0, 0, 0]


def test_by_makes_the_ladders():
    scores = pd.concat([ladder("t", "exact_match", LINE).assign(family=f) for f in ("a", "b")])
    with pytest.raises(InputError, match="two scores share one params; name more columns in by="):
        contrast_metrics(scores)
    assert contrast_metrics(scores, by=("family", "task"))["family"].tolist() == ["a", "b"]


def test_equal_scales_name_the_ladder_and_the_column():
    scores = ladder("sums", "exact_match", LINE, np.r_[PARAMS[:6], PARAMS[5]])
    scores = scores.rename(columns={"params": "flops"})
    with pytest.raises(InputError) as error:
        contrast_metrics(scores, x="flops")
    assert "('sums', 'exact_match')" in str(error.value)
    assert "share one flops" in str(error.value)


def test_unknown_metric_is_named():
    with pytest.raises(UnknownNameError, match="'exact_mach'; did you mean 'exact_match'"):
        contrast_metrics(ladder("t", "exact_mach", LINE))


# ---- pairs of scores


def twice(family, task, hard, soft):
    """One ladder under exact match and the probability of the answer."""
    made = [ladder(task, name, y).assign(family=family, side=side, n_examples=1000)
            for name, side, y in (("exact_match", "hard", hard), ("answer_probability", "soft", soft))]
    return pd.concat(made)


PAIRS = pd.concat([twice("a", "t", STEP, LINE), twice("b", "t", STEP, LINE), twice("c", "t", LINE, STEP),
                   twice("d", "t", LINE, LINE), twice("e", "t", 0 * LINE, LINE)])


def test_pairs_say_which_score_is_better_and_which_cannot_tell():
    shapes = paired_shapes(PAIRS, x="params").set_index("family")
    assert shapes["better"].to_dict() == {"a": 1, "b": 1, "c": -1, "d": 0}
    assert shapes.attrs["cannot_tell"] == 1
    assert shapes.loc["a", ["step_hard", "step_soft"]].tolist() == pytest.approx([1, 1 / 6])


def test_a_rise_is_a_largest_model_above_chance_and_a_range():
    rows = [("risen", LINE), ("narrow", 0.5 + LINE / 20), ("fallen", np.r_[0.5, LINE[:6] * 0]),
            ("flat", 0 * LINE)]
    made = pd.concat([twice("f", task, hard, LINE) for task, hard in rows])
    made = made.assign(chance=0.0, train_flops=made["params"])

    def kept(**settings):
        return sorted(set(with_a_rise(made.sample(frac=1, random_state=0), **settings)["task"]))

    assert kept() == ["risen"]
    assert kept(least=0.0) == ["narrow", "risen"]
    assert kept(above=False) == ["fallen", "risen"]
    assert kept(least=0.0, above=False) == ["fallen", "flat", "narrow", "risen"]
    whole = with_a_rise(made)
    assert whole["side"].value_counts().to_dict() == {"hard": len(LINE), "soft": len(LINE)}
    with pytest.raises(InputError, match="least must be"):
        with_a_rise(made, least=2.0)


def test_published_and_grown_ladders_pass_one_rule():
    published, grown = scored_twice(olmo_runs(), choice_pairs()), grown_twice()
    for table in (published, grown):
        hard = with_a_rise(table).query("side == 'hard'").sort_values("train_flops")
        ladders = hard.groupby(["family", "task"])["value"]
        assert (ladders.max() - ladders.min() >= LEAST_RANGE).all()
        assert (ladders.last() > hard.groupby(["family", "task"])["chance"].last() + 0.01).all()
    assert "ipa_transliterate" in set(published["task"]) - set(with_a_rise(published)["task"])
    assert {"largest of 6", "second largest of 6", "median of 5"} <= (
        set(grown["task"]) - set(with_a_rise(grown)["task"]))


def test_a_count_by_several_filters_is_open_by_each():
    tables = [scored_twice(olmo_runs(), choice_pairs()), grown_twice()]
    told = by_filter(tables, {"both": {}, "none": {"least": 0.0, "above": False}}, (0.4, 0.5, 0.6))
    assert told["filter"].tolist() == ["both", "none"]
    one = pd.concat([paired_shapes(with_a_rise(t)) for t in tables], ignore_index=True)
    alike = sudden_counts(one, [0.5]).iloc[0]
    assert told.loc[0, ["of", "soft", "hard"]].tolist() == (
        alike[["ladders", "softer_better", "harder_better"]].tolist())
    assert told.loc[1, "of"] > told.loc[0, "of"]
    assert not told["above 0"].str.startswith("3").any()
    assert net_share(one, 0.5).clustered_by == "4 families and 6 kinds of task"


def test_where_the_largest_step_lies_and_how_far_sizes_are_apart():
    made = twice("a", "t", STEP, LINE).rename(columns={"params": "train_flops"})
    found = largest_steps(made).iloc[0]
    assert (found["step"], found["steps"]) == (int(np.argmax(np.diff(STEP))) + 1, len(STEP) - 1)
    assert found["widest"] == pytest.approx((PARAMS[1:] / PARAMS[:-1]).max())


def test_net_share_treats_the_scores_alike():
    shapes = paired_shapes(PAIRS, x="params")
    found = net_share(shapes, 0.5)
    assert (found.estimate, found.n) == (pytest.approx(1 / 3), 3)
    assert found.status == "undetermined"
    assert "3 families cannot decide: if all pointed one way, p would be 0.25" in found.notes[-1]
    many = pd.DataFrame({"step_hard": 0.9, "step_soft": 0.1, "better": 1.0, "family": list("uvwxyz")})
    assert net_share(many.assign(better=[1.0, 1, 1, 1, 0, 1]), 0.5).status != "undetermined"
    turned = PAIRS.assign(side=PAIRS["side"].map({"hard": "soft", "soft": "hard"}))
    assert net_share(paired_shapes(turned, x="params"), 0.5).estimate == pytest.approx(-1 / 3)
    assert net_share(shapes[shapes["family"] == "d"], 0.5).status == "undetermined"


def test_counts_are_told_with_the_digits_that_they_need():
    told = counts_told(sudden_counts(paired_shapes(PAIRS, x="params"), [0.5, 1.0]))
    assert told["ladders"].tolist() == [3, 0]
    assert told["net share"].tolist()[1] == "too few ladders"
    assert told["net share"].tolist()[0].startswith("0.33")


def test_counts_at_thresholds():
    counts = sudden_counts(paired_shapes(PAIRS, x="params"), (0.1, 0.5))
    assert counts[["ladders", "softer_better", "harder_better"]].to_numpy().tolist() == [[4, 2, 1], [3, 2, 1]]
    assert counts["net"].tolist() == pytest.approx([1 / 4, 1 / 3])


def test_a_step_is_sure_where_the_noise_of_items_cannot_make_it():
    soft = PAIRS[PAIRS["side"] == "soft"]
    many, few = (sure_steps(soft.assign(n_examples=n), 0.5, x="params").set_index("family")
                 for n in (10_000, 20))
    assert many["sure"].to_dict() == {"a": False, "b": False, "c": True, "d": False, "e": False}
    assert many.loc["c", "low"] < many.loc["c", "share"] == 1
    assert not few["sure"].any()


def test_drawings_say_what_they_show():
    fig, ax = plt.subplots()
    plot_two_steps(paired_shapes(PAIRS, x="params"), sudden=0.5, ax=ax)
    assert "4 ladders" in plot.alt_text(fig)
    assert "2 lie below the diagonal" in plot.alt_text(fig)
    plt.close(fig)
    pairs = pd.DataFrame({"model": list("xyz"), "task": "t", "train_flops": [1e20, 1e21, 1e22],
                          "brier": [0.6, 0.55, 0.3], "guess": 0.5, "above": [False, False, True]})
    fig, ax = plt.subplots()
    plot_guess(pairs, ax=ax)
    assert "Of the 2 with accuracy at chance 100% lie above zero" in plot.alt_text(fig)
    plt.close(fig)
