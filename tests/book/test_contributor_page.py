"""What the contributor page says of the code and of the tests is computed from both."""

from pathlib import Path

import pytest

from book.build.imports import imports_block, layers, read_imports
from book.build.rates import rates_block
from emergence_utils.errors import EmergenceError

ROOT = Path(__file__).resolve().parents[2]


def test_imports_of_the_toolkit_go_one_way():
    imports = read_imports(ROOT)
    height = {name: i for i, row in enumerate(layers(imports)) for name in row}
    assert {"errors", "results", "ladders", "curves", "measures", "chapters", "explorers"} <= set(height)
    assert all(height[other] < height[name] for name, others in imports.items() for other in others)
    assert height["errors"] == 0
    assert "chapters" not in set().union(*(imports[n] for n in imports if n != "explorers"))


def test_a_circle_is_refused():
    with pytest.raises(EmergenceError, match="a imports b imports a; accepted are imports that go one way"):
        layers({"a": {"b"}, "b": {"a"}})


def test_the_drawing_names_every_module_and_has_words():
    block = imports_block(ROOT)
    assert all(f">{name}</text>" in block for name in read_imports(ROOT))
    assert 'aria-label="Modules of the toolkit' in block


def test_error_rates_are_summed_up_from_the_stored_table(tmp_path):
    assert rates_block(tmp_path).startswith("Nothing is stored yet")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "error_rates.csv").write_text(
        "test,truth,noise,models,n,gaps,kind,nominal,rate,mc_error,cannot_tell,draws\n"
        "jump,flat,binomial,4,50,even,false positive,0.05,0.1,0.03,0.5,100\n"
        "jump,line,binomial,4,50,even,false positive,0.05,0,0.03,0.5,300\n"
        "fit,line,binomial,4,50,even,coverage,0.95,0.9,0.03,0.5,100\n"
        "fit,step,binomial,4,50,even,coverage,0.95,,,1,100\n", encoding="utf-8")
    lines = rates_block(tmp_path).splitlines()
    assert lines[2] == "| jump | false alarms | 0.025 | 2 | 0.50 | 400 |"
    assert lines[3] == "| fit | coverage | 0.900 | 2 | 0.75 | 200 |"
