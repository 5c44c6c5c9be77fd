"""What works without the extra, and what is said where it does not."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from emergence_utils.errors import EmergenceError, InputError, UnknownNameError
from emergence_utils.train import PRESETS, Plan, Settings, Size, run, runs, score_table
from emergence_utils.train.__main__ import _parser, asked, main
from emergence_utils.train.presets import LADDERS, plans_for
from emergence_utils.train.runs import units


@pytest.mark.skipif(find_spec("jax") is not None, reason="JAX is there")
def test_training_is_refused_in_one_sentence_where_jax_is_missing(tmp_path, capsys):
    assert main(["--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == runs.MISSING_EXTRA + "\n"


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX: pip install 'emergence-utils[train]'")
def test_what_trains_is_tested_here():
    """The other files beside this one are read where JAX is there; this line says so where it is not."""
    assert find_spec("emergence_utils.train.loop") is not None


def test_the_refusal_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(runs, "find_spec", lambda name: None)
    with pytest.raises(EmergenceError, match=r"pip install 'emergence-utils\[train\]'\.$"):
        run(PRESETS["quick"], tmp_path)


def test_importing_the_package_does_not_import_jax():
    code = "import emergence_utils.train, sys; print({'jax', 'dask', 'sklearn', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(("make", "says"), [
    (lambda: Size(10, heads=4), "heads must divide width, got 4 heads for width 10."),
    (lambda: Size(0), "width must be at least 1, got 0."),
    (lambda: Settings(steps=0), "steps must be at least 1, got 0."),
    (lambda: Settings(learning_rate=-1), "learning_rate must be above 0 and finite, got -1."),
    (lambda: Settings(positions="none"), "positions must be 'learned' or 'rotary', got 'none'."),
    (lambda: Plan("addition", ()), "sizes must hold at least one size, got none."),
    (lambda: Plan("addition", (Size(8), Size(8))), "sizes must differ, got one of them twice."),
    (lambda: Plan("addition", (Size(8),), 0), "seeds must be at least 1, got 0."),
    (lambda: Plan("addition", (Size(8),), more={9: 3}), "more must name widths of the plan, got 9."),
    (lambda: Plan("addition", (Size(8),), rates={9: 1e-3}), "rates must name widths of the plan, got 9."),
    (lambda: Plan("addition", (Size(8),), rates={8: -1.0}),
     "learning_rate must be above 0 and finite, got -1."),
    (lambda: LADDERS["addition"].thinned(99),
     "rungs must lie between 1 and the 24 sizes of the plan, got 99."),
])
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises(InputError) as refused:
        make()
    assert str(refused.value) == says


@pytest.mark.parametrize(("preset", "task"), [("quik", None), ("dense", "adition")])
def test_unknown_names_are_refused(preset, task):
    with pytest.raises(UnknownNameError, match=r"did you mean '(quick|addition)'"):
        plans_for(preset, task)


def test_an_empty_folder_has_no_table(tmp_path):
    with pytest.raises(InputError, match="holds no finished run"):
        score_table(tmp_path)


def test_the_dense_ladders_are_as_dense_as_promised():
    for plan in PRESETS["dense"]:
        assert len(plan.sizes) == (24 if plan.task == "addition" else 12)
        assert plan.seeds == (12 if plan.task == "distractor" else 8)
    assert sorted(LADDERS["addition"].more.values()) == [24] * 5
    assert len(PRESETS["quick"][0].sizes) == 6


def test_a_thinned_plan_keeps_both_ends():
    plan = LADDERS["addition"].thinned(6)
    assert len(plan.sizes) == 6
    assert (plan.sizes[0], plan.sizes[-1]) == (LADDERS["addition"].sizes[0], LADDERS["addition"].sizes[-1])


def test_sizes_may_have_a_learning_rate_of_their_own():
    sizes = tuple(map(Size, (8, 16, 32)))
    plan = Plan("addition", sizes, settings=Settings(steps=7), rates={8: 1e-2, 32: 1e-3})
    assert [plan.settings_of(size).learning_rate for size in sizes] == [1e-2, Settings().learning_rate, 1e-3]
    assert {plan.settings_of(size).steps for size in sizes} == {7}
    assert plan.thinned(2).rates == {8: 1e-2, 32: 1e-3} and plan.thinned(1).rates == {8: 1e-2}
    assert [unit.settings.learning_rate for unit in units([plan])] == [1e-3, Settings().learning_rate, 1e-2]


def test_one_learning_rate_for_all_sizes_can_be_asked():
    options = _parser().parse_args(["--preset", "tuned", "--learning-rate", "0.004", "--out", "x"])
    (plan,) = asked(options)
    assert {plan.settings_of(size).learning_rate for size in plan.sizes} == {0.004}
