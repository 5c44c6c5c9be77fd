"""The Python that the landing page shows runs as it stands there."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

from emergence_utils import load

PAGE = Path(__file__).parents[2] / "book" / "index.md"


def test_each_block_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)  # where the reader has a table of his own
    load("gpt3", task="hellaswag", prompting="few-shot").assign(source="mine").to_csv("mine.csv", index=False)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 2
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), {})
    plt.close("all")
    assert "pattern" in capsys.readouterr().out
