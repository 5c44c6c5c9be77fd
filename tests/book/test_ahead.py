"""What a page fetches ahead: its addresses, and that Python and script agree on how many."""

import json
import re
import shutil
from pathlib import Path

from book.build.ahead import ahead_html
from book.build.explore.files import read_data, write_data
from book.build.explore.page import AHEAD, find, opening_files

SCRIPT = Path(__file__).parents[2] / "book/_static/explore.js"


def steps(html):
    return [json.loads(text.replace(r"<\/", "</"))
            for text in re.search(r"search\) \? (\[.*\]) : (\[.*\])\);</script>", html).groups()]


def test_the_library_comes_last_and_alone_where_the_address_asks_for_another_state():
    assert steps(ahead_html("v.js", ["a", "b"])) == [[["v.js"]], [["a", "b"], ["v.js"]]]
    assert steps(ahead_html("v.js")) == [[["v.js"]], [["v.js"]]]
    assert "</x" not in ahead_html("</x")


def test_the_opening_files_are_the_nearest_to_the_first_state(tmp_path):
    write_data(".", tmp_path)
    index, found = read_data(tmp_path, "index"), opening_files(tmp_path)
    start = index["start"]
    source = next(s for s in index["sources"] if s["name"] == start["source"])
    files = {cell[5] for cell in source["cells"]}
    assert found[0] == "index.json.gz"
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(tmp_path / found[1], alone)
    assert find(alone, index, start, 0)["task"] == start["task"], "the first file holds the first curve"
    assert len(found) == 1 + min(AHEAD, len(files)) == len({*found})
    assert sum((tmp_path / name).stat().st_size for name in found) < 150_000
    assert f"var AHEAD = {AHEAD};" in SCRIPT.read_text(encoding="utf-8")
