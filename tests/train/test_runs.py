"""Runs, their files and tables: resumed, damaged, refused, spread out."""

import json
import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_utils import metrics, validate
from emergence_utils.errors import InputError, UnknownNameError
from emergence_utils.train import (
    Plan,
    Settings,
    Size,
    items_table,
    questions_table,
    read_run,
    run,
    runs,
    score_table,
)
from emergence_utils.train.__main__ import main
from emergence_utils.train.evaluate import OPTIONS, Outputs, correct, one_carry_away, score
from emergence_utils.train.runs import file_name, run_files, units
from emergence_utils.train.scale import each_finished
from emergence_utils.train.tasks import Items, get_task

SHORT = Settings(steps=5, batch=8, checkpoints=2, items=20)
PLAN = Plan("modular", (Size(4), Size(8)), 2, SHORT)


def answered(task, questions, written, part=None):
    """Items and outputs of a task from answers as text, in the order of the tokens."""
    digits = {s: i for i, s in enumerate(task.symbols)}
    tokens = np.array([[digits[c] for c in q] for q in questions], dtype=np.int8)
    items = Items(tokens, np.ones((len(tokens), task.answer_length), dtype=bool),
                  np.zeros(len(tokens), dtype=np.int8) if part is None else part)
    own = np.array([[digits[c] for c in w] for w in written], dtype=np.int8)
    ones = np.ones(own.shape, dtype=np.float32)
    options = np.full((len(own), OPTIONS), -9, dtype=np.float32)
    return items, Outputs(-0.5 * ones, 0.1 * ones, ones, own, options)


def test_scores_by_hand():
    task = get_task("addition")
    # right; one digit wrong by a carry; shifted by one; all wrong
    questions = ["0005+0007=21000", "0095+0007=20100", "1234+0000=43210", "1111+1111=22220"]
    items, outputs = answered(task, questions, ["21000", "20000", "34321", "99999"])
    found = {row["metric"]: row["value"] for row in score(task, items, outputs)}
    assert found["exact_match"] == 0.25
    assert found["token_accuracy"] == pytest.approx((5 + 4 + 0 + 0) / 20)
    assert found["position_product"] == pytest.approx(0.5 * 0.5 * 0.25 * 0.5 * 0.5)
    assert found["cross_entropy"] == pytest.approx(0.5)
    assert found["answer_cross_entropy"] == pytest.approx(2.5)
    assert found["brier_multiclass"] == pytest.approx(0.1)
    assert found["one_carry_share"] == pytest.approx(1 / 3)
    assert found["multiple_choice_grade"] == 1  # the right answers are likelier than all others
    assert one_carry_away(task, items, outputs).tolist() == [False, True, False, False]


def test_scores_are_those_of_the_toolkit():
    task = get_task("addition")
    rng = np.random.default_rng(0)
    right = ["".join(map(str, row)) for row in rng.integers(0, 10, (80, 5))]
    written = ["".join(c if rng.random() < .6 else str(rng.integers(10)) for c in word) for word in right]
    items, outputs = answered(task, [f"0000+0000={r}" for r in right], written)
    found = {row["metric"]: row["value"] for row in score(task, items, outputs)}
    for metric in ("exact_match", "token_accuracy", "token_edit_distance"):
        assert found[metric] == pytest.approx(getattr(metrics, metric)(list(written), right).mean())


def test_only_the_last_state_of_a_chain_decides():
    task = get_task("chain_steps")
    used = np.array([[1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]], dtype=bool)
    tokens = np.zeros((2, task.length), dtype=np.int8)
    written = np.array([[5, 0, 7, 7, 7, 7], [0, 0, 5, 0, 0, 0]], dtype=np.int8)
    zeros = np.zeros((2, 6), np.float32)
    outputs = Outputs(zeros, zeros, zeros, written, zeros[:, :OPTIONS])
    assert correct(task, Items(tokens, used, np.array([1, 2], np.int8)), outputs).tolist() == [True, False]


def test_the_command_makes_everything(ladder_folder):
    names = {p.name for p in ladder_folder.iterdir()}
    assert names == {"runs", "scores.csv", "items.csv.gz", "questions.csv", "configuration.json",
                     "addition.svg", "addition.png"}
    assert len(run_files(ladder_folder)) == 4
    about = json.loads((ladder_folder / "configuration.json").read_text())
    assert about["runs"] == 4
    assert {"command", "wall_seconds", "jax", "numpy", "python", "platform", "device"} <= set(about)
    assert about["plans"]["addition"]["settings"]["steps"] == 30


def test_the_tables_are_valid_and_agree(ladder_folder):
    scores = validate(pd.read_csv(ladder_folder / "scores.csv"))
    items = pd.read_csv(ladder_folder / "items.csv.gz", dtype={"right": str, "answer": str})
    questions = pd.read_csv(ladder_folder / "questions.csv", dtype={"target": str})
    assert len(items) == 4 * len(questions) == 160
    last = scores[scores["step"] == 30].set_index(["model", "seed", "metric"])["value"]
    for (model, seed), rows in items.groupby(["model", "seed"]):
        assert rows["correct"].mean() == pytest.approx(last[model, seed, "exact_match"])
        assert -rows["log_prob"].mean() == pytest.approx(last[model, seed, "answer_cross_entropy"], abs=1e-3)
        by_token = np.array([row.split(" ") for row in rows["token_log_probs"]], dtype=float)
        assert -by_token.mean() == pytest.approx(last[model, seed, "cross_entropy"], abs=1e-3)
        right = [a == t for a, t in zip(rows["answer"], questions["target"], strict=True)]
        assert rows["correct"].tolist() == [int(r) for r in right]
    assert scores["params"].nunique() == 2
    assert np.allclose(scores["train_flops"], 6 * scores["params"] * scores["tokens"], rtol=1e-4)


def test_what_is_finished_is_not_trained_again(tmp_path):
    said = []
    assert run([PLAN], tmp_path, say=lambda *n: said.append(n)) == []
    assert said == [(0, 4), (2, 4), (4, 4)]
    times = {p.name: p.stat().st_mtime_ns for p in run_files(tmp_path)}
    (tmp_path / "runs" / file_name("modular", Size(8), 1)).unlink()
    whole = {p.name: p.read_bytes() for p in run_files(tmp_path)}
    run([PLAN], tmp_path, say=lambda *n: said.append(n))
    assert said[3:] == [(3, 4), (4, 4)]
    assert {name: (tmp_path / "runs" / name).read_bytes() for name in whole} == whole
    assert {p.name for p in run_files(tmp_path)} == set(times)


def test_a_file_cut_in_half_is_named_and_trained_again(tmp_path, ladder_folder):
    run([PLAN], tmp_path)
    path = run_files(tmp_path)[1]
    before = read_run(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match=rf"{path.name} is no whole results file"):
        score_table(tmp_path)
    assert run([PLAN], tmp_path) == [f"{path} is no whole results file and is trained again."]
    after = read_run(path)
    for name, array in before.arrays.items():
        assert np.allclose(array, after.arrays[name], atol=1e-4), name


def test_the_same_plan_gives_the_same_arrays(tmp_path):
    for name in ("a", "b"):
        run([PLAN], tmp_path / name)
    for one, other in zip(run_files(tmp_path / "a"), run_files(tmp_path / "b"), strict=True):
        a, b = read_run(one), read_run(other)
        assert a.scores == b.scores or str(a.scores) == str(b.scores)
        assert all(np.array_equal(a.arrays[k], b.arrays[k]) for k in a.arrays)


def test_runs_of_other_settings_are_not_mixed_in(tmp_path):
    run([PLAN], tmp_path)
    other = Plan("modular", PLAN.sizes, 2, Settings(steps=6, batch=8, checkpoints=2, items=20))
    with pytest.raises(InputError, match="was trained with steps 5, asked for is 6; choose another folder"):
        run([other], tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.splitlines()[-1].endswith("runs cannot be written: Not a directory.")


def test_unknown_names_are_answered_in_one_sentence(tmp_path, capsys):
    assert main(["--task", "adition", "--out", str(tmp_path)]) == 1
    assert "Unknown task 'adition'; did you mean 'addition'?" in capsys.readouterr().err
    with pytest.raises(UnknownNameError):
        run([Plan("adition", (Size(4),))], tmp_path)


def test_tests_that_differ_do_not_make_one_table(tmp_path):
    run([PLAN], tmp_path)
    path = run_files(tmp_path)[0]
    one = read_run(path)
    one.arrays["tokens"][0, 0] ^= 1
    path.write_bytes(runs._packed(one.about, one.scores, one.arrays))
    with pytest.raises(InputError, match="tested on different questions"):
        questions_table(tmp_path)
    assert len(items_table(tmp_path)) == 4 * 40


def test_the_largest_models_begin():
    assert [u.size.width for u in units([PLAN])] == [8, 4]
    left = units([PLAN], frozenset({file_name("modular", Size(8), 0)}))
    assert {(u.size.width, u.seeds) for u in left} == {(8, (1,)), (4, (0, 1))}


def square(x):
    return x * x


def dies_once(path_and_number):
    """Kills its own process the first time it is asked."""
    path, number = path_and_number
    if number == 2 and not Path(path).exists():
        Path(path).write_text("")
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def test_processes_give_what_one_process_gives():
    assert dict(each_finished(square, range(5), jobs=2)) == dict(each_finished(square, range(5)))
    with pytest.raises(InputError, match="jobs must be at least 1, got 0"):
        next(each_finished(square, range(5), jobs=0))


def test_a_killed_process_loses_nothing(tmp_path):
    work = [(str(tmp_path / "died"), n) for n in range(4)]
    assert dict(each_finished(dies_once, work, jobs=2)) == {n: n * n for n in range(4)}
    assert (tmp_path / "died").exists()


def test_no_scheduler_at_the_address():
    pytest.importorskip("distributed", reason="needs Dask: pip install 'emergence-utils[train]'")
    with pytest.raises(InputError, match="No Dask scheduler answers at nonsense"):
        next(each_finished(square, [1], scheduler="nonsense"))
