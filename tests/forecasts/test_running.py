"""A run goes on where it was cut off, a reduced one gives the stored values, winners are named with care."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_utils.errors import EmergenceError, InputError
from emergence_utils.forecasts import (
    METHODS,
    Line,
    SameAsLast,
    hold_outs,
    interval_score,
    leaderboard,
    running,
    score_method,
    stored_cells,
)
from emergence_utils.forecasts.__main__ import main
from emergence_utils.forecasts.pairs import compare, winners
from emergence_utils.forecasts.scoring import CELL, answers, score_answers, summed

from .worlds import logistic, table

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
NUMBERS = ["asked", "answered", "stated", "error", "interval_score", "covered", "width", "same"]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A reduced run."""
    out = tmp_path_factory.mktemp("quick")
    assert main(["--quick", "--out", str(out)]) == 0
    return out


def test_a_reduced_run_gives_the_stored_values(quick):
    """Both are rounded to four digits."""
    again, stored = stored_cells(quick / "forecasts.csv.gz"), stored_cells(BENCHMARKS / "forecasts.csv.gz")
    stored = stored[stored["source"].isin(running.QUICK)]
    assert set(again["method"]) == {m.name for m in METHODS}
    both = again.merge(stored, on=CELL, suffixes=("", "_stored"), how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    for column in NUMBERS:
        there = both[f"{column}_stored"]
        assert np.allclose(both[column], there, rtol=2e-3, atol=2e-4, equal_nan=True), column


def test_a_run_that_was_cut_off_goes_on(tmp_path, monkeypatch):
    todo = running.parts(["cot"], METHODS[:4])
    done = []

    def scored(part):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(part.file)
        return running.score_part(part)

    with monkeypatch.context() as patch:
        patch.setattr(running, "each_finished", lambda f, work, **_: enumerate(map(scored, work)))
        with pytest.raises(KeyboardInterrupt):
            running.run(tmp_path, todo)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(done)
    with pytest.raises(InputError, match="lacks 2 parts"):
        running.gathered(tmp_path, todo)
    cut = tmp_path / done[0]
    cut.write_bytes(cut.read_bytes()[:-20])
    kept = (tmp_path / done[1]).stat().st_mtime_ns
    steps = []
    running.run(tmp_path, todo, say=lambda a, b: steps.append((a, b)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (tmp_path / done[1]).stat().st_mtime_ns == kept
    whole = tmp_path / "whole"
    running.run(whole, todo)
    pd.testing.assert_frame_equal(running.gathered(tmp_path, todo), running.gathered(whole, todo))


def test_two_processes_find_what_one_finds(tmp_path):
    todo = running.parts(["cot"], METHODS[:2])
    running.run(tmp_path / "one", todo)
    running.run(tmp_path / "two", todo, jobs=2)
    for part in todo:
        assert (tmp_path / "one" / part.file).read_bytes() == (tmp_path / "two" / part.file).read_bytes()


def test_the_command_refuses_in_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["--source", "cot", "--out", str(tmp_path / "file" / "x")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["--source", "nothing", "--out", str(tmp_path)]) == 1
    assert "data must be a score table or one of gpt3" in capsys.readouterr().err


@dataclass(frozen=True)
class Halfway:
    """A reader's own: half of the way from the last score to all right."""

    name = "halfway"

    def __call__(self, known, asked):
        last = known.sort_values("scale").groupby("case")["score"].last()
        return pd.DataFrame({"estimate": (1 + asked["case"].map(last)) / 2})


def test_a_readers_own_method_is_scored_beside_same_as_last():
    board = leaderboard(score_method(Halfway(), "cot")).set_index(["method", "distance"])
    assert board.loc[("halfway", "all"), "asked"] == 40
    assert board.loc[("halfway", "all"), "stated"] == 0
    assert np.isnan(board.loc[("halfway", "all"), "covered"])
    assert board.loc[("halfway", "all"), "same"] == board.loc[("same as last", "all"), "error"]
    assert board.loc[("halfway", "all"), "error"] > board.loc[("same as last", "all"), "error"]
    own = leaderboard(score_method(Halfway(), table(logistic())))
    assert set(own["distance"]) == {"all", "4", "8", "32 and more"}
    with pytest.raises(InputError, match="no ladder of five models"):
        score_method(Halfway(), table(logistic()[:4], x=np.linspace(18, 22, 4)))
    with pytest.raises(InputError, match="data must be"):
        score_method(Halfway(), [])
    with pytest.raises(InputError, match="no questions of kind 'soft'"):
        leaderboard(score_method(Halfway(), "cot"), kind="soft")


def test_interval_score_is_width_and_twenty_times_the_miss():
    assert interval_score([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.5, 1.1, -0.2]) == pytest.approx([1, 3, 5])
    with pytest.raises(InputError, match="low must be at most high"):
        interval_score([1.0], [0.0], [0.5])


def test_sums_keep_every_question():
    questions = hold_outs("cot")
    rows = score_answers(answers(Line(), questions), questions, "line")
    cells = summed(rows)
    assert cells["asked"].sum() == len(questions) == 40
    assert (cells["error"] * cells["answered"]).sum() == pytest.approx(rows["error"].sum())


def rows_of(errors):
    """Rows of methods on the same questions: 12 families with 5 tasks each."""
    levels = [["s1", "s2"], [f"f{i}" for i in range(6)], [f"t{i}" for i in range(5)]]
    index = pd.MultiIndex.from_product(levels, names=["source", "family", "task"]).to_frame(index=False)
    return pd.concat([index.assign(method=name, error=e, kind="hard", case=np.arange(60), scale=1.0, times=2)
                      for name, e in errors.items()])


def test_a_winner_is_named_only_where_intervals_say_so():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.02, (3, 60))
    sure = compare(rows_of({"a": 0.1 + noise[0], "b": 0.2 + noise[1], "c": 0.3 + noise[2]}))
    assert winners(sure)["2"] == ("a", ["a"])
    pair = sure[(sure["method"] == "a") & (sure["other"] == "b") & (sure["distance"] == "all")].iloc[0]
    assert pair["low"] < -0.1 < pair["high"] < 0
    back = sure[(sure["method"] == "b") & (sure["other"] == "a") & (sure["distance"] == "all")].iloc[0]
    assert back["difference"] == pytest.approx(-pair["difference"])
    tie = compare(rows_of({"a": 0.1 + noise[0], "b": 0.1 + noise[1], "c": 0.3 + noise[2]}))
    assert winners(tie)["2"] == (None, ["a", "b"])


def test_a_method_that_seldom_answers_cannot_win():
    few = np.where(np.arange(60) % 5 == 0, 0.0, np.nan)
    found = compare(rows_of({"a": np.full(60, 0.1), "b": np.full(60, 0.2), "few": few}))
    assert winners(found)["2"] == ("a", ["a"])


def test_an_interval_is_as_wide_as_whole_families_make_it():
    """All of one family err together: what tasks alone would say is far too sure."""
    family = np.repeat(np.random.default_rng(1).normal(0, 0.1, 12), 5)
    rows = rows_of({"a": 0.5 + family, "b": np.full(60, 0.5)})
    rows["task"] = rows["case"].astype(str)
    pair, alone = (compare(r).iloc[0] for r in (rows, rows.assign(family=rows["task"])))
    assert pair["high"] - pair["low"] > 1.5 * (alone["high"] - alone["low"])


def test_stored_cells_that_are_none_are_refused(tmp_path):
    with pytest.raises(EmergenceError, match="cannot be read"):
        stored_cells(tmp_path / "no.csv")
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="must have the columns method"):
        stored_cells(tmp_path / "odd.csv")


def test_same_as_last_states_no_interval_and_is_the_reference():
    assert METHODS[0] == SameAsLast()
    assert running.REFERENCE == "same as last"
    cells = stored_cells(BENCHMARKS / "forecasts.csv.gz")
    assert (cells.loc[cells["method"] == "same as last", "stated"] == 0).all()


def test_stored_speed_is_twenty_times_that_of_a_loop():
    speed = pd.read_csv(BENCHMARKS / "forecast_speed.csv")
    assert speed.loc[speed["what"] == "loop, same starts", "times_slower"].item() >= 20
    assert speed.loc[speed["what"] == "loop, same starts", "better_than_together"].item() <= 0.02
    assert {100, 10_000} <= set(speed.loc[speed["what"] == "by number", "ladders"])
