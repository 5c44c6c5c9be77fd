"""Re-run notebooks fail where a value changed, and only there."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.values import differences

ROOT = Path(__file__).parents[1]


def shown(**kinds):
    return [{"output_type": "display_data", "data": kinds}]


def text(words):
    return shown(**{"text/plain": words})


@pytest.mark.parametrize(("stored", "again"), [
    ("0.41 of 12", "0.42 of 12"), ("a share of 0.1235", "a share of 0.1234"), ("1.2e-05", "1.3e-05"),
    ("p = 0.123456789", "p = 0.123456790"), ("-0.00", "0.00"), ("in 1,234.5", "in 1,234.4"),
    ('<figure id="fig-0a1b2c">', '<figure id="fig-99aa00">'),
    ('<svg a="1"><g id="fx-axes_1"/><path d="M 1.25 2"/></svg>',
     '<svg a="1"><g id="fy-axes_1"/><path d="M 9 2"/></svg>'),
])
def test_rounding_and_drawing_are_no_difference(stored, again):
    assert differences(text(stored), text(again)) == []


@pytest.mark.parametrize(("stored", "again", "said"), [
    ("0.41 of 12", "0.43 of 12", "0.41 against 0.43"), ("12 of 39", "13 of 39", "12 against 13"),
    ("1,234 rows", "1,235 rows", "1,234 against 1,235"), ("175000000 params", "175000001 params", "against"),
    ("C9 · holds", "C9 · open", "'C9 · holds' against 'C9 · open'"), ("a decade", "a facade", "against"),
    ("1.2e-05", "1.5e-05", "1.2e-05 against 1.5e-05"), ("a\nb", "b\na", "against"),
    ('<svg><g id="fx-axes_1"/></svg>', '<svg><g id="fx-axes_2"/></svg>', "another drawing"),
])
def test_a_changed_value_count_word_or_drawing_is_named(stored, again, said):
    found = differences(text(stored), text(again))
    assert len(found) == 1 and said in found[0]


def test_records_are_compared_entry_by_entry():
    kind = "application/vnd.emergence.verdict+json"
    record = {"claim": "C1", "estimate": 0.5123, "interval": [0.4, 0.6], "n": 12, "verdict": "open",
              "notes": []}
    assert differences(shown(**{kind: record}), shown(**{kind: record | {"estimate": 0.5124}})) == []
    for change, said in (({"n": 13}, "n: 12 against 13"), ({"verdict": "holds"}, "'open' against 'holds'"),
                         ({"interval": [0.4, 0.7]}, "interval[1]: 0.6 against 0.7"),
                         ({"estimate": 0.5125}, "estimate: 0.5123 against 0.5125"),
                         ({"notes": ["x"]}, "notes")):
        assert said in " ".join(differences(shown(**{kind: record}), shown(**{kind: record | change})))


def test_outputs_errors_and_kinds_must_be_the_same():
    assert "1 outputs are stored, 0 came" in differences(text("a"), [])[0]
    error = [{"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}]
    assert "came as ['error']" in differences(text("a"), error)[0]


def test_nbval_fails_on_a_stored_value_that_is_not_what_comes(tmp_path):
    """The runner itself: a notebook whose stored number is off by more than its last digit."""
    import nbformat

    shutil.copy(ROOT / "conftest.py", tmp_path)
    for stored, code in (("0.333", 0), ("0.334", 0), ("0.336", 1)):
        out = nbformat.v4.new_output("stream", name="stdout", text=f"{stored}\n")
        cell = nbformat.v4.new_code_cell("print(f'{1 / 3:.3f}')", outputs=[out], execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "one.ipynb")
        done = subprocess.run([sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider",
                               "-o", f"pythonpath={ROOT}", "one.ipynb"], cwd=tmp_path, capture_output=True,
                              text=True)
        assert done.returncode == code, (stored, done.stdout)
        assert code == 0 or json.dumps("0.336")[1:-1] + " against 0.333" in done.stdout
