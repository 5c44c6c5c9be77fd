"""Shortcuts, steps and skills: hand-made runs whose answer is known, and the numbers of the stored ones."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils import scores
from emergence_utils.chapters import chains
from emergence_utils.chapters import steps as st
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.plot import alt_text, figure, figure_data
from emergence_utils.results import Interval, Result

SIZES = (1e3, 1e4, 1e5)


@pytest.fixture(scope="module")
def grown():
    return scores.load("grown")


@pytest.fixture(scope="module")
def both(grown):
    return st.both_ways(grown)


def made(p, direct, *, seeds=3, lengths=(1, 2, 6), params=SIZES):
    """Runs whose steps are independent: the score of k of them is that of one to the power k."""
    rows = [{"k": k, "model": f"m{i}", "params": size, "seed": float(s), "steps": rate**k, "direct": direct,
             "n_examples": 500.0, "chance": 0.1}
            for k in lengths for s in range(seeds)
            for i, (size, rate) in enumerate(zip(params, p, strict=True))]
    return pd.DataFrame(rows)


def cue(exact, loss):
    """A table of cue items with one row of scores a seed."""
    rows = [{"task": "distractor", "subset": "cue", "metric": metric, "step": 250.0, "seed": float(s),
             "params": size, "value": v}
            for metric, table in (("exact_match", exact), ("cross_entropy", loss))
            for s, values in enumerate(table) for size, v in zip(SIZES, values, strict=True)]
    return pd.DataFrame(rows)


# ---- tables


def test_final_takes_the_last_checkpoint_of_every_run(grown):
    rows = st.final(grown, "distractor", subset="cue")
    assert (rows["step"] == 250).all()
    assert rows.groupby("params")["seed"].nunique().unique().tolist() == [12]


@pytest.mark.parametrize(("asked", "message"), [
    (("distracter",), "distractor"), (("distractor", "exact"), "exact_match"),
    (("distractor", "exact_match", "queue"), "cue"),
])
def test_what_the_table_lacks_is_named(grown, asked, message):
    with pytest.raises(UnknownNameError, match=message):
        st.final(grown, *asked)


def test_a_table_without_rows_or_of_another_kind_is_refused(grown):
    with pytest.raises(InputError, match="scores have no row left to take 'chain_steps' from"):
        st.both_ways(grown[grown["step"] < 0])
    for use in (st.crossings, st.losing_sizes, st.grown_chains):
        with pytest.raises(UnknownNameError, match="Unknown column 'k'"):
            use(grown)


def test_the_interval_of_a_mean_is_over_seeds():
    runs = pd.DataFrame({"params": [10.0] * 4, "seed": [0.0, 1, 2, 3], "value": [0.0, 0.0, 1.0, 1.0]})
    found = st.over_seeds(runs).iloc[0]
    half = 3.182446 * np.std([0, 0, 1, 1], ddof=1) / 2
    assert (found["value"], found["seeds"]) == (0.5, 4)
    assert (found["low"], found["high"]) == pytest.approx((0.5 - half, 0.5 + half), rel=1e-5)


def test_one_seed_has_no_spread():
    runs = pd.DataFrame({"params": [10.0, 20.0, 20.0], "seed": [0.0, 0, 1], "value": 0.5})
    with pytest.raises(InputError, match="at least 2 seeds at every params, got 1"):
        st.over_seeds(runs)


# ---- what turns first


def test_turns_by_hand():
    table = cue(exact=[[.5, .2, .9], [.5, .4, .1], [.1, .4, .9], [.2, .2, .9]],
                loss=[[1., 3., .1], [1., 3., .1], [1., 3., .1], [2., 1., .1]])
    turns = st.turning_sizes(table)
    assert turns["exact_match"].tolist() == [1e4, 1e5, 1e3, 1e3]
    assert turns["soft"].tolist() == [1e4, 1e4, 1e4, 1e3]
    assert turns["first"].tolist() == ["same size", "soft", "exact match", "same size"]


def test_without_a_u_nothing_turns(grown):
    turns = st.turning_sizes(grown)
    silent = st.first_to_turn(turns, Result(0.0, None, 1, "undetermined", ("none",)))
    assert silent.status == "undetermined"
    assert np.isnan(silent.estimate)
    with pytest.raises(InputError, match="at least one seed"):
        st.first_to_turn(turns[:0], st.cue_u(grown))


def test_the_u_of_the_grown_task(grown):
    found = st.cue_u(grown)
    assert (found.answer, found.scope) == ("U", "sizes")
    assert found.p_value == pytest.approx(0.0388, abs=0.004)
    share = st.first_to_turn(st.turning_sizes(grown), found)
    assert (share.estimate, share.n) == (pytest.approx(2 / 12), 12)


def test_scores_by_seed_have_better_above_worse(grown):
    exact, soft = st.cue_by_seed(grown), st.cue_by_seed(grown, "cross_entropy")
    assert exact.shape == soft.shape == (12, 12)
    assert (soft < 0).all(axis=None)
    # on the first step of the ladder they part: one falls, the other improves
    assert exact.mean(axis=1).diff().iloc[1] < 0 < soft.mean(axis=1).diff().iloc[1]


def test_turns_along_training_by_hand():
    steps = (1.0, 12.0, 20.0, 40.0, 80.0)
    made_up = {(1e3, "exact_match"): [.0, .5, .2, .3, .9], (1e3, "cross_entropy"): [9., 1., 2., 3., .1],
               (1e4, "exact_match"): [.0, .5, .4, .2, .1], (1e4, "cross_entropy"): [9., 1., 3., 2., .1]}
    table = pd.DataFrame([
        {"task": "distractor", "subset": "cue", "metric": metric, "step": step, "params": size, "value": v}
        for (size, metric), values in made_up.items() for step, v in zip(steps, values, strict=True)])
    turns = st.turns_in_training(table)
    assert turns.to_numpy().tolist() == [[1e3, 20, 40, "exact match"]]
    with pytest.raises(InputError, match="three checkpoints or more, got 40"):
        st.turns_in_training(table, after=40)


def test_along_training_lists_the_sizes_that_there_are(grown):
    rows = st.along_training(grown, "distractor", "cue", [1122])
    assert rows.groupby("step")["seed"].nunique().unique().tolist() == [12]
    with pytest.raises(InputError, match=r"sizes of the table \(182, 556, .*305872\), got 1000"):
        st.along_training(grown, "distractor", "cue", [1000])


# ---- steps against direct answers


def test_both_ways_pair_the_same_architecture_and_seed(both):
    assert len(both) == 6 * 12 * 8
    assert both.notna().all(axis=None)
    assert st.losing_sizes(both) == [2080.0, 4272.0, 7232.0]
    assert st.losing_sizes(both, 1) == []


def test_a_product_of_steps_is_predicted_without_a_gap():
    table = made([0.3, 0.7, 0.99], 0.4)
    for k in (2, 6):
        assert st.crossing_gap(table, k).estimate == 0
        assert st.crossing_gap(table, k).n_clusters == 3
    wide = st.crossings(table).pivot(index="k", columns="kind", values="estimate")
    np.testing.assert_allclose(wide["observed"], wide["predicted"])
    assert wide["observed"].is_monotonic_increasing
    assert st.crossing_gap(table, 6, power=1).estimate < 0  # one step crosses earlier


def test_a_crossing_is_on_the_straight_line_between_its_models():
    table = made([0.2, 0.6, 0.9], 0.25, lengths=(1, 2), seeds=2)
    at = 1e3 * 10 ** ((0.25 - 0.04) / (0.36 - 0.04))
    assert st.crossings(table)["estimate"].tolist() == pytest.approx([at, at])


def test_curves_that_do_not_cross_have_no_gap():
    assert st.crossing_gap(made([0.3, 0.4, 0.5], 0.9), 2).status == "undetermined"


@pytest.mark.parametrize(("call", "message"), [
    (lambda t: st.crossing_gap(t, 1), "2 or more"),
    (lambda t: st.one_of_many(t, 4), r"\(1, 2, 6\), got 4"),
    (lambda t: st.log_change(t, [5.0]), "sizes of the table"),
])
def test_mistakes_are_named(call, message):
    with pytest.raises(InputError, match=message):
        call(made([0.3, 0.7, 0.99], 0.4))


def test_the_change_of_the_logarithm_by_hand():
    table = made([0.5, 0.7, 0.9], 0.4)
    for against in (True, False):  # the direct score is the same at all lengths
        found = st.log_change(table, [1e3], against_direct=against)
        assert found.estimate == pytest.approx((2 + 6) / 2 * np.log(0.5) - np.log(0.5))
        assert found.n_clusters == 3


def test_without_small_models_or_with_zeros_no_change_is_known():
    table = made([0.3, 0.7, 0.99], 0.4)
    for found in (st.log_change(table, []), st.log_change(table.assign(steps=0.0), [1e3])):
        assert found.status == "undetermined"
        assert chains.either_way(found, found).status == "undetermined"


def test_the_stored_runs_meet_the_conditions_of_c52(both):
    small = st.losing_sizes(both)
    for against in (True, False):
        assert st.log_change(both, small, against_direct=against).interval.high < -0.6
    for k in (2, 6):
        gap = st.crossing_gap(both, k)
        assert gap.interval.low > -0.3
        assert gap.interval.high < 0.3


def test_the_shortcut_explains_most_of_the_loss(both):
    share = st.share_of_loss(both, st.losing_sizes(both))
    assert share.estimate == pytest.approx(0.412, abs=0.005)
    assert share.interval.high < 0.5


def test_a_logarithm_reads_as_a_factor():
    gap = Result.with_interval(-0.30103, Interval(-1.0, 0.0), 9)
    assert (st.as_factor(gap), st.as_factor(gap, 0.1)) == ("0.50 [0.10, 1.00]", "2.00 [1.00, 10.00]")
    assert st.as_factor(Result(0.0, None, 1, "undetermined", ("none",))) == "unknown"


def test_the_share_of_a_loss_by_hand():
    table = made([0.5, 0.7, 0.9], 0.4)
    assert st.share_of_loss(table, [1e3]).estimate == pytest.approx(1)  # the direct score is constant
    table.loc[table["k"] > 1, "direct"] *= 8  # log 1/8 is three times log 1/2, as is the mean of 1 and 5
    assert st.share_of_loss(table, [1e3]).estimate == pytest.approx(0.5)
    table.loc[table["k"] > 1, "direct"] = 1e-9
    assert st.share_of_loss(table, [1e3]).status == "undetermined"
    assert st.share_of_loss(table, []).status == "undetermined"


def test_the_length_beats_what_ignores_it_where_it_matters(both):
    table = made([0.3, 0.7, 0.99], 0.4)
    for beats in (st.beats_one_size, st.beats_one_power):
        assert beats(table).estimate < 0
        assert beats(both).interval.high < 0
        flat = table.assign(steps=table["params"].map(dict(zip(SIZES, [0.3, 0.7, 0.99], strict=True))))
        assert beats(flat).estimate > 0  # all lengths score alike
        assert beats(made([0.3, 0.4, 0.5], 0.9)).status == "undetermined"


def test_widths_of_longer_chains(both):
    fits = st.grown_chains(both, n_resamples=30)
    table = st.width_ratios(fits)
    assert table["chain"].unique().tolist() == [f"{k} steps" for k in range(2, 7)]
    six = table[(table["k"] == 6) & (table["kind"] == "grown")].iloc[0]
    assert six["estimate"] == pytest.approx(0.554, abs=0.005)
    assert six["high"] < 1
    free = st.grown_chains(both, ceiling=None, n_resamples=30)
    assert chains.either_way(fits.ratio([("1", "6")]), free.ratio([("1", "6")])).interval.high < 1


def test_a_width_that_is_read_needs_no_curve(both):
    """One step rises from .25 to .9 of its range between the sizes where lines between its means say so."""
    table = made([0.1, 1.0, 1.0], 0.4, lengths=(1, 2))
    table.loc[(table["k"] == 2) & (table["params"] == 1e3), "steps"] = 0.1
    table.loc[(table["k"] == 2) & (table["params"] == 1e4), "steps"] = 0.55
    first, second = 0.9 - 0.25, (1 + (0.9 - 0.5) / 0.5) - 0.25 / 0.5
    assert st.read_ratio(table, 2, low=0.25).estimate == pytest.approx(second / first)
    assert st.read_ratio(made([0.5, 0.7, 0.99], 0.4), 2).status == "undetermined"  # begins above a quarter
    with pytest.raises(InputError, match=r"got 0.9 and 0.2"):
        st.read_ratio(table, 2, low=0.9, high=0.2)
    assert st.read_ratio(both, 6).interval.high < 1


# ---- skills


def test_every_pair_of_skills_is_of_one_kind():
    assert len(st.PAIRS) + len(st.UNRELATED) == 15
    assert not set(map(frozenset, st.PAIRS)) & set(map(frozenset, st.UNRELATED))


def test_skills_are_had_above_guessing_only(grown):
    has = st.has_skills(grown)
    assert len(has) == 12 * 8 * 10
    assert has.loc[(1952.0, 0.0, 15.0), "larger digit"] == 0
    assert has.xs(1500.0, level="step")["reversed"].all()
    table = st.pair_table(has)
    assert table["kind"].value_counts().to_dict() == {"unrelated": 11, "builds on it": 4}
    assert table["estimate"].max() < 0.02


# ---- figures


def test_runs_are_drawn_with_their_means():
    runs = st.one_of_many(made([0.3, 0.7, 0.99], 0.4), 2)
    fig, ax = figure()
    st.plot_runs(runs, hue="way", order=["steps written out", "answered at once"], ylabel="Exact match",
                 chance=0.1, ax=ax)
    assert "means of 3 seeds" in alt_text(fig)
    assert "answered at once from 0.40 to 0.40" in alt_text(fig)
    data = figure_data(fig)
    assert (data["kind"] == "run").sum() == 18
    assert (data["kind"] == "mean of seeds").sum() == 6


def test_turns_are_drawn_and_counted(grown):
    fig, ax = figure()
    st.plot_turns(st.turning_sizes(grown), soft_name="log-probability", ax=ax)
    assert "log-probability turns at a smaller size in 2" in alt_text(fig)
