"""Forecasting: the stored benchmark is read as scored, and what is stored beside it can be made again."""

import numpy as np
import pandas as pd
import pytest

from emergence_utils.chapters import foretell as ft
from emergence_utils.chapters.foretell.__main__ import main
from emergence_utils.chapters.reproductions import hard_and_soft, pass_rates
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.forecasts import SameAsLast, leaderboard


@pytest.fixture(scope="module")
def table():
    return ft.cells()


@pytest.fixture(scope="module")
def pairs(table):
    return ft.pair_errors(table)


# ---- cells


def test_only_hard_scores_of_single_families_are_read(table):
    assert set(table["kind"]) == {"hard"}
    assert "all families" not in set(table["family"])
    assert table["cluster"].nunique() == 17
    assert table.loc[table["times"] == 512, "distance"].eq("32 and more").all()


def test_the_suites_of_pythia_and_the_data_of_gadre_are_families():
    assert [ft.cluster_of(f) for f in ("Pythia", "Pythia-deduped", "pythia-12b")] == ["Pythia"] * 3
    assert ft.cluster_of("BIG-G") == "BIG-G"


def test_mean_errors_of_pairs_weigh_questions(table, pairs):
    assert len(pairs) == 721
    one = table[(table["method"] == ft.VOTE) & (table["source"] == "gpt3") & (table["task"] == "hellaswag")]
    found = pairs[(pairs["source"] == "gpt3") & (pairs["task"] == "hellaswag")]
    assert found["error"].item() == pytest.approx(np.average(one["error"], weights=one["answered"]))
    assert found["answered"].item() == one["answered"].sum()


def test_the_vote_beats_no_change_on_more_than_half_of_the_pairs_and_not_surely(pairs):
    share, tuned = ft.beats(pairs), ft.beats(pairs, tuned=True)
    assert (share.n, share.n_clusters) == (483, 15)
    assert share.estimate == pytest.approx(0.569, abs=0.001)
    assert share.interval.low < 0.5 < share.interval.high
    assert tuned.n == 721
    assert tuned.estimate == pytest.approx(0.585, abs=0.001)


def test_a_pair_counts_where_the_error_is_smaller():
    made = pd.DataFrame({"source": "x", "error": [0.1, 0.2, 0.3], "same": [0.2, 0.2, 0.2],
                         "cluster": ["a", "b", "c"]})
    assert ft.beats(made).estimate == pytest.approx(1 / 3)


def test_coverage_is_that_of_the_leaderboard(table):
    found = ft.coverage(table, [ft.VOTE, "line"]).set_index(["method", "distance"])
    board = leaderboard(table).set_index(["method", "distance"])["covered"]
    for method in (ft.VOTE, "line"):
        for key, name in ft.DISTANCES.items():
            assert found.loc[(method, name), "estimate"] == pytest.approx(board[method, key])
    assert (found["low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["high"]).all()
    assert found.loc[("line", "×8"), "high"] < 0.9  # too narrow


def test_differences_are_the_stored_ones_in_points():
    found = ft.differences(ft.REFERENCE, [ft.VOTE, "line"])
    assert found["distance"].tolist()[:4] == ["all", "all", "×2", "×2"]
    assert found["method"].tolist()[:2] == [ft.VOTE, "line"]
    assert found["estimate"].iloc[0] == pytest.approx(-1.86, abs=0.01)
    assert ft.beaten(found) == [f"{ft.VOTE}: better at ×2, ×4, ×8", "line: cannot tell at any distance"]
    assert ft.points(found.iloc[0]) == "1.9 (0.7 to 2.9)"


def test_who_is_worse_is_said():
    rows = pd.DataFrame({"method": "m", "distance": ["all", "×2", "×4"], "low": [1.0, -2, 1],
                         "high": [2.0, -1, 2]})
    assert ft.beaten(rows) == ["m: better at ×2; worse at ×4"]


# ---- shapes


def test_ranked_errors_rise_to_one(table):
    ranked = ft.ranked_errors(table)
    assert ranked["distance"].unique().tolist() == ["×2", "×8", "×32+"]
    for _, rows in ranked.groupby("distance"):
        assert rows["share"].iloc[-1] == 1
        assert rows["points"].is_monotonic_increasing
    median = ranked[ranked["share"] >= 0.5].groupby("distance")["points"].first()
    assert median["×2"] < median["×8"] < median["×32+"]


def test_two_heaps_are_seen_where_there_are_two():
    rng = np.random.default_rng(0)
    one = pd.DataFrame({"error": np.exp(rng.normal(-3, 0.5, 200)), "cluster": np.arange(200) % 20})
    two = one.assign(error=np.r_[one["error"][:100] / 30, one["error"][100:]])
    assert ft.two_groups(two).interval.low > 5 / 9
    assert ft.two_groups(one).interval.high < 5 / 9
    assert ft.emptiest(two["error"])[1] < 0.02
    assert ft.emptiest(one["error"])[1] > 0.1
    with pytest.raises(InputError, match="at least 8"):
        ft.two_groups(one.head(5))


def test_the_benchmark_shows_one_range_at_three_distances_of_four(table):
    ends = {distance: ft.two_groups(ft.pair_errors(table, distance=distance)).interval.high
            for distance in ("2", "4", "8", "16")}
    assert max(ends[distance] for distance in ("2", "4", "16")) < 5 / 9
    assert ends["8"] == pytest.approx(5 / 9, abs=0.005)  # too near to tell


def test_errors_go_with_the_rise_more_than_with_sharpness(pairs):
    found = ft.correlations(ft.sharpness(pairs)).set_index(["what", "measure"])["estimate"]["error"]
    assert found["rise of the whole ladder"] == pytest.approx(0.711, abs=0.005)
    assert found["breakthroughness"] == pytest.approx(0.258, abs=0.005)
    assert found["largest step"] == pytest.approx(-0.142, abs=0.005)


def test_stored_shapes_are_those_of_the_tables():
    fresh = ft.shapes_of(["gpt3", "cot"])
    rows = ft.sharpness(fresh.assign(error=0.1, same=0.2, cluster="x").drop(
        columns=["largest_step", "breakthroughness", "rise"]))
    both = rows.merge(fresh, on=["source", "family", "task"], suffixes=("", "_fresh"))
    assert len(both) > 40
    for column in ("largest_step", "breakthroughness", "rise"):
        assert both[column].to_numpy() == pytest.approx(both[f"{column}_fresh"].to_numpy(), rel=1e-3)


# ---- one ladder


def test_the_picture_is_of_a_jump_that_all_methods_miss():
    name = "GPT-3, adding three digits"
    ladder = ft.rungs(ft.LADDERS[name])
    assert ft.cuts_of(ladder) == [4, 5, 6, 7]
    told = ft.foretold(ladder, [6], ft.METHODS[:5])
    last = told[told["scale"] >= ladder["scale"].iloc[-1] * 0.999]
    assert last["estimate"].max() < 0.05
    assert last["high"].max() < 0.1
    assert ladder["score"].iloc[-1] > 0.7


def test_what_is_stored_for_the_explorer_can_be_made_again():
    models, told = ft.stored_ladders()
    name = "GPT-3, TriviaQA"
    ladder = ft.rungs(ft.LADDERS[name])
    score = models.loc[models["ladder"] == name, "score"].to_numpy()
    assert score == pytest.approx(ladder["score"], rel=1e-4)
    fresh = ft.foretold(ladder, [5])
    rows = told[(told["ladder"] == name) & (told["models"] == 5)]
    assert rows["method"].tolist() == fresh["method"].tolist()
    assert rows["estimate"].to_numpy() == pytest.approx(fresh["estimate"].to_numpy(), rel=1e-3, abs=1e-4,
                                                        nan_ok=True)
    assert rows["why"].iloc[-1] == "no loss of 4 models"


def test_later_scores_change_no_forecast():
    ladder = ft.rungs(ft.LADDERS["GPT-3, TriviaQA"])
    other = ladder.assign(score=np.r_[ladder["score"][:5], np.zeros(3)])
    a, b = (ft.foretold(each, [5])[["estimate", "low", "high"]] for each in (ladder, other))
    pd.testing.assert_frame_equal(a, b)


# ---- what is stored


def test_published_numbers_are_those_of_the_functions():
    stored = ft.published().set_index("what")
    for row in (*pass_rates(), *hard_and_soft()):
        assert stored.loc[row.what, "ours"] == pytest.approx(row.ours, rel=1e-4, nan_ok=True)
        assert stored.loc[row.what, "verdict"] == row.verdict
    assert ft.published(["linear scaling"])["group"].unique().tolist() == ["linear scaling"]


def test_the_command_says_what_it_takes(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--store" in capsys.readouterr().out


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda t: ft.pair_errors(t, "oracle"), UnknownNameError, "oracle"),
    (lambda t: ft.pair_errors(t, distance="3"), UnknownNameError, "3"),
    (lambda t: ft.coverage(t, [ft.REFERENCE]), UnknownNameError, "same as last"),
    (lambda t: ft.differences("oracle", [ft.VOTE]), UnknownNameError, "oracle"),
    (lambda t: ft.published(["magic"]), UnknownNameError, "magic"),
    (lambda t: ft.rungs(ft.Pick("gpt3", "GPT-3", "flying", "exact_match")), UnknownNameError, "flying"),
    (lambda t: ft.emptiest([0.1] * 20), InputError, "span less"),
    (lambda t: ft.emptiest([0.1] * 3), InputError, "at least ten"),
    (lambda t: ft.foretold(ft.rungs(ft.LADDERS["GPT-3, TriviaQA"]), [8], [SameAsLast()]), InputError,
     "cuts must lie between 3 and 7"),
    (lambda t: ft.cuts_of(ft.rungs(ft.LADDERS["GPT-3, TriviaQA"]).head(4)), InputError, "five models"),
])
def test_mistakes_are_named(table, call, error, message):
    with pytest.raises(error, match=message):
        call(table)
