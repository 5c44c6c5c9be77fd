"""Rules are tried in worlds that are what they say, by the very statements of the chapters."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_utils import scores
from emergence_utils.report import ledger
from emergence_utils.rules import Decision

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import rule_rates  # noqa: E402  (a benchmark is no package)
import score_worlds  # noqa: E402

TRUTHS = ROOT / "benchmarks" / "rule_truths.csv"
KNOWN = {c["id"]: c for c in ledger(ROOT)["claims"]}


@pytest.fixture(scope="module")
def stored():
    return pd.read_csv(rule_rates.OUT)


# ---- the worlds


@pytest.mark.parametrize("source", ["gpt3", "bigg", "expemergence", "gadre"])
@pytest.mark.parametrize("world", score_worlds.WORLDS)
def test_a_simulated_table_has_the_rows_of_the_published_one_and_is_valid(source, world):
    table, real = score_worlds.simulate(source, world, 0), scores.load(source)
    same = [c for c in real if c not in ("value", "stderr")]
    pd.testing.assert_frame_equal(table[same], real[same])
    assert (table["stderr"].notna() == real["stderr"].notna()).all()
    assert not table["value"].isna().any()
    pd.testing.assert_series_equal(scores.validate(table)["value"], table["value"])
    kept = table["metric"].isin(score_worlds.KEPT)
    assert (table.loc[kept, "value"] == real.loc[kept, "value"]).all()
    hard = table["metric"].isin(["exact_match", "multiple_choice_grade"]) & table["n_examples"].notna()
    right = (table["value"] * table["n_examples"])[hard]
    assert np.allclose(right, right.round())


def test_the_same_seed_gives_the_same_table_and_another_seed_does_not():
    first, again, other = (score_worlds.simulate("gpt3", "smooth", s)["value"] for s in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()


def ladders_in(world, source="bigg"):
    """Latent rates by task, along the sizes of a source."""
    table = scores.load(source)
    rate, steps = score_worlds.latent_rates(source, world, 0)
    table = table.assign(x=score_worlds.scale_of(table), rate=rate, steps=steps)
    return [g.sort_values("x").drop_duplicates("x") for _, g in table.groupby(["family", "task"])]


def test_nobody_can_do_anything_in_the_world_of_noise():
    assert all((g["rate"] == 0).all() for g in ladders_in("noise"))
    table = score_worlds.simulate("bigg", "noise", 0)
    choice = table[table["metric"] == "multiple_choice_grade"]
    above = (choice["value"] - choice["chance"]) * np.sqrt(
        choice["n_examples"] / (choice["chance"] * (1 - choice["chance"])))
    assert abs(above.mean()) < 4 / np.sqrt(len(above))
    assert above.std() == pytest.approx(1, abs=0.1)
    assert (table.loc[(table["metric"] == "exact_match") & (table["chance"] == 0), "value"] == 0).all()


def test_a_step_has_two_levels_and_some_ladders_rise_inside():
    levels = [g["rate"].nunique() for g in ladders_in("step")]
    assert set(levels) == {1, 2}
    assert 0.3 < np.mean(np.array(levels) == 2) < 0.9


def test_a_hinge_is_flat_and_then_straight():
    for g in ladders_in("hinge"):
        up = g[(g["rate"] > 0) & (g["rate"] < 0.95)]
        assert (g.loc[g["x"] < up["x"].min(), "rate"] == 0).all() if len(up) else True
        if len(up) > 2:
            assert np.ptp(np.diff(up["rate"]) / np.diff(up["x"])) < 1e-9


def test_a_smooth_ladder_rises_everywhere_and_never_faster_than_one_range_a_decade():
    for g in ladders_in("smooth"):
        score = g["rate"] ** g["steps"]
        assert (np.diff(score) > 0).all()
        assert (np.diff(score) / np.diff(g["x"])).max() < 1


def test_metrics_of_the_same_outputs_follow_one_rate():
    table = score_worlds.simulate("expemergence", "smooth", 0)
    table = table[table["subset"].isna()]
    both = table.pivot_table(index=["model", "task"], columns="metric", values="value")
    found = both.groupby("task").corr(method="spearman")["brier_target"].xs("multiple_choice_grade", level=1)
    assert found.median() < -0.9


def test_models_differ_as_much_as_asked():
    p, n = np.full(20000, 0.3), np.full(20000, 500.0)
    normal = np.random.default_rng(0).standard_normal(20000)
    moved = score_worlds.deviated(p, n, normal, 3.0)
    variance = np.var(moved) + np.mean(moved * (1 - moved) / n)
    assert variance / (0.3 * 0.7 / 500) == pytest.approx(3, rel=0.05)
    assert (score_worlds.deviated(np.zeros(3), n[:3], normal[:3], 3.0) == 0).all()


def test_an_unknown_world_is_refused():
    with pytest.raises(ValueError, match="world must be one of step, hinge, smooth, noise, got 'jump'"):
        score_worlds.simulate("gpt3", "jump", 0)


# ---- the chapters' statements


@pytest.mark.parametrize("chapter", ["03_axis", "05_ushape", "06_cot"])
def test_on_the_published_tables_the_statements_give_the_ledger(chapter):
    claims = {k: r for k, r in rule_rates.rules().items() if KNOWN[k]["chapter"] == chapter}
    found = rule_rates.run_chapter(chapter, claims)
    assert claims.keys() == found.keys()
    for claim, decision in found.items():
        assert isinstance(decision, Decision), f"{claim}: {decision}"
        assert decision.verdict == KNOWN[claim]["result"]["verdict"], claim
        assert rule_rates.same(decision.record, rule_rates.published(KNOWN[claim])), claim


def test_a_chapter_runs_in_a_world_and_the_tables_are_the_published_ones_again(stored):
    before = scores.load("gpt3")["value"]
    table = rule_rates.run(1, ["06_cot"], store=None)
    both = table.merge(stored, on=["claim", "world"], suffixes=("", "_stored"))
    assert len(both) == len(table)
    for verdict in ("holds", "limits", "fails", "open", "error"):  # the first draw is stored among others
        assert (both[verdict] <= both[f"{verdict}_stored"]).all(), both.to_string()
    pd.testing.assert_series_equal(scores.load("gpt3")["value"], before)
    assert list(table.columns) == rule_rates.COLUMNS
    assert set(table["world"]) == set(score_worlds.WORLDS)
    c51 = table[table["claim"] == "C51"]
    assert (c51["moved"] == 1).all()
    assert (c51["holds"] + c51["limits"]).sum() == 0  # prompting changes nothing in any world


def test_a_run_goes_on_where_it_stopped(tmp_path):
    store = tmp_path / "rates.csv"
    first = rule_rates.run(1, ["06_cot"], store)
    written = store.stat().st_mtime_ns
    again = rule_rates.run(1, ["06_cot"], store)
    assert store.stat().st_mtime_ns == written
    pd.testing.assert_frame_equal(first, again, check_dtype=False)


def test_what_cannot_run_stops_only_what_needs_it(monkeypatch):
    claims = {k: r for k, r in rule_rates.rules().items() if k in ("C49", "C48")}
    monkeypatch.setattr(scores, "_with_chance", lambda source: 1 / 0)
    found = rule_rates.run_chapter("05_ushape", claims)
    assert isinstance(found["C48"], ZeroDivisionError)
    assert found["C49"].verdict == KNOWN["C49"]["result"]["verdict"]  # bars read off a figure


# ---- what is stored


def test_every_stored_claim_is_there_in_every_world_with_all_its_draws(stored):
    assert set(stored["claim"]) <= set(KNOWN)
    assert (stored.groupby("claim")["world"].agg(set) == set(score_worlds.WORLDS)).all()
    assert not stored.duplicated(["claim", "world"]).any()
    assert (stored[["holds", "limits", "fails", "open", "error"]].sum(axis=1) == stored["draws"]).all()


def test_truths_are_of_known_claims_and_have_reasons():
    truths = pd.read_csv(TRUTHS, keep_default_na=False)
    assert truths["claim"].is_unique
    assert set(truths["claim"]) <= set(rule_rates.rules())
    assert truths[list(score_worlds.WORLDS)].isin(["holds", "fails", "nothing", ""]).all(axis=None)
    assert (truths["reason"].str.len() > 20).all()
    assert truths[list(score_worlds.WORLDS)].ne("").any(axis=1).all()
