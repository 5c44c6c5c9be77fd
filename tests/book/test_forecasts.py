"""The leaderboard says what is stored, what a method cannot do, and no winner without an interval."""

from pathlib import Path

import pandas as pd

from book.build.forecasts import leaderboard_page
from emergence_utils.forecasts import METHODS

ROOT = Path(__file__).parents[2]


def test_the_page_shows_every_method_and_that_some_state_no_doubt():
    page = leaderboard_page(ROOT)
    for method in METHODS:
        assert f"| {method.name} |" in page
    row = next(line for line in page.splitlines() if line.startswith("| same as last |"))
    assert row.count("none stated") == 2
    assert "nan" not in page.lower().replace("finance", "")
    assert "Enter your own" in page
    assert "Nothing is stored" not in page


def test_the_page_names_no_winner_without_one(tmp_path):
    (tmp_path / "benchmarks").mkdir()
    for name in ("forecasts.csv.gz", "forecast_speed.csv"):
        (tmp_path / "benchmarks" / name).write_bytes((ROOT / "benchmarks" / name).read_bytes())
    pair = {"method": "a", "other": "b", "distance": "all", "difference": -0.1, "low": -0.2, "high": 0.1,
            "shared": 9, "share": 1.0}
    back = pair | {"method": "b", "other": "a", "difference": 0.1, "low": -0.1, "high": 0.2}
    path = tmp_path / "benchmarks" / "forecast_pairs.csv"
    pd.DataFrame([pair, back]).to_csv(path, index=False)
    tie = "Over all distances: cannot tell; none of these is beaten by another: a, b"
    assert tie in leaderboard_page(tmp_path)
    pd.DataFrame([pair | {"high": -0.05}, back | {"low": 0.05}]).to_csv(path, index=False)
    assert "Over all distances: **a**" in leaderboard_page(tmp_path)


def test_a_page_without_a_run_says_so(tmp_path):
    assert "Nothing is stored yet" in leaderboard_page(tmp_path)


def test_the_readers_own_method_on_the_page_runs():
    """The code of the page, on one small source."""
    code = leaderboard_page(ROOT).split("```python\n")[1].split("```")[0]
    space = {}
    exec(code.replace('["gpt3", "gemstones"]', '["cot"]'), space)
    assert space["Halfway"].name == "halfway to all right"
