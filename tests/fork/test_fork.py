"""A fork: another name and title, one source, claim and chapter more, by the documented steps."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat as nbf
import pytest

ROOT = Path(__file__).parents[2]
TITLE, REPOSITORY = "Emergence at Our University", "our-university/emergence-course"
SCORES = """model,params,right,items
ours-10m,1e7,1,200
ours-40m,4e7,3,200
ours-160m,1.6e8,44,200
ours-640m,6.4e8,151,200
"""
READER = '''"""Scores of this fork."""

from __future__ import annotations

import pandas as pd

from .inputs import Raw
from .tidy import Built


def ours(raw: Raw) -> Built:
    """Four models of a course."""
    t = raw.csv("ours.csv")
    return Built(pd.DataFrame({
        "source": "ours", "family": "Ours", "model": t["model"], "params": t["params"],
        "task": "sums_of_ours", "metric": "exact_match", "value": t["right"] / t["items"],
        "n_examples": t["items"]}), ["Right answers divided by items."])
'''
CARD = """
[ours]
title = "Four models of a course"
description = "Exact match on two hundred sums."
caveats = ["Made up for a test of the steps."]
missing = ["tokens and train_flops: not written down."]
citation = "ours2026"
"""
CLAIM = """  - id: C85
    group: Facts reported with the paper
    said_by: [S0]
    claim: >-
      The largest model of our course solves more than half of the sums.
    test: >-
      Take the exact interval of its score. Confirmed if all of it lies above one half.
    chapter: "90_ours"
    quantifier: value
    rule:
      above: 0.5
      of: "the share of sums that the largest model solves"
"""
BIBTEX = """
@misc{ours2026,
  title = {Four models of a course},
  author = {A. Lecturer},
  year = {2026},
  howpublished = {Our university}
}
"""
MIND = """:::{admonition} What would change our mind
:class: tip
Another hundred sums.
:::"""


@pytest.fixture(scope="module")
def fork(tmp_path_factory):
    """The clone, changed as a lecturer would, with its site."""
    root = tmp_path_factory.mktemp("fork") / "emergence-course"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(root)], check=True)
    git(root, "remote", "set-url", "origin", f"https://github.com/{REPOSITORY}.git")
    replace(root, "book/_config.yml", "title: Emergent abilities, run again", f"title: {TITLE}")
    change_a_chapter(root)
    add_a_source(root)
    add_a_claim(root)
    add_a_chapter(root)
    git(root, "add", "--all")
    author = ("-c", "user.name=A Lecturer", "-c", "user.email=a@example.org")
    git(root, *author, "commit", "--quiet", "-m", "Our course")
    run(root, "book/build", "build")
    return root


def run(root, *words):
    """A command of the fork in this environment: its own package and tables are read."""
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    env.pop("SITE_URL", None)
    done = subprocess.run([sys.executable, *map(str, words)], cwd=root, env=env, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def git(root, *words):
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def replace(root, path, old, new):
    """What an editor does."""
    text = (root / path).read_text(encoding="utf-8")
    assert old in text, (path, old)
    (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def change_a_chapter(root):
    path = root / "notebooks/07_chains.ipynb"
    notebook = nbf.read(path, as_version=4)
    notebook.cells[0].source = notebook.cells[0].source.replace("# Chains and averages",
                                                                "# Chains, as we teach them")
    nbf.write(notebook, path)


def add_a_source(root):
    raw = root.parent / "raw" / "ours"
    raw.mkdir(parents=True)
    (raw / "ours.csv").write_text(SCORES, encoding="utf-8")
    inputs = json.loads((root / "data/inputs.json").read_text(encoding="utf-8"))
    inputs["ours"] = {
        "title": "A course, 2026", "url": "https://example.org/ours",
        "licence": {"name": "CC0-1.0", "title": "CC0"},
        "files": [{"path": "ours/ours.csv", "bytes": len(SCORES),
                   "sha256": hashlib.sha256(SCORES.encode()).hexdigest()}]}
    (root / "data/inputs.json").write_text(json.dumps(inputs, indent=2), encoding="utf-8")
    cards = root / "data/build/cards.toml"
    for path, more in ((cards, CARD), (root / "book/references.bib", BIBTEX)):
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    (root / "data/build/ours.py").write_text(READER, encoding="utf-8")
    replace(root, "data/build/pipeline.py", "open_models, papers,", "open_models, ours, papers,")
    replace(root, "data/build/pipeline.py", '"gpt3": papers.gpt3,', '"gpt3": papers.gpt3, "ours": ours.ours,')
    run(root, "data/build", "--sources", root.parent / "raw", "--only", "ours")


def add_a_claim(root):
    claims = root / "book/claims.yml"
    claims.write_text(claims.read_text(encoding="utf-8") + CLAIM, encoding="utf-8")
    writeups = json.loads((root / "book/writeups.json").read_text(encoding="utf-8"))
    ours = {"title": "Our own", "says": "A course has models.", "claims": ["C85"]}
    writeups["S0"]["statements"].append(ours)
    (root / "book/writeups.json").write_text(json.dumps(writeups, indent=1, ensure_ascii=False),
                                             encoding="utf-8")
    replace(root, "tests/test_ledger_file.py", "range(1, 85)", "range(1, 86)")


def add_a_chapter(root):
    """A chapter that loads the source and decides the claim, and its exercises."""
    code = [
        "from emergence_utils import intervals, plot, report, scores",
        'ours = scores.load("ours")\nfig, ax = plot.figure()\n'
        'plot.plot_scores(ours, ylabel="Exact match", chance=0.0, ax=ax)\n'
        'plot.show(fig, caption="Four models on two hundred sums, with exact intervals.")',
        'top = ours.sort_values("params").iloc[-1]\n'
        'seen = intervals.binomial(round(top["value"] * top["n_examples"]), int(top["n_examples"]))\n'
        'report.decide("C85", seen, unit="of the sums", counted="sums",\n'
        '              because="one of four models solves them")']
    cell, text = nbf.v4.new_code_cell, nbf.v4.new_markdown_cell
    chapter = nbf.v4.new_notebook(cells=[
        text("# Our own models\n\n**The question.** Do our models add?", id="title"),
        cell(code[0], id="setup", metadata={"tags": ["hide-input"]}), cell(code[1], id="picture"),
        text(MIND, id="mind"), cell(code[2], id="verdict-c85"),
        text("## Verdict\n\nThe largest one does.", id="close"),
        text("## Exercises\n\n[The exercises](exercises/90_ours.ipynb).", id="exercises")])
    nbf.write(chapter, root / "notebooks/90_ours.ipynb")
    exercises = nbf.read(root / "notebooks/exercises/01_definition.ipynb", as_version=4)
    for one in exercises.cells:
        one.source = re.sub(r"\b1\.([1-6])\b", r"90.\1", one.source).replace("01_definition", "90_ours")
    exercises.cells[0].source = exercises.cells[0].source.replace("Exercises to chapter 1", "Our exercises")
    nbf.write(exercises, root / "notebooks/exercises/90_ours.ipynb")
    checks = (root / "emergence_utils/course/chapters/ch01.py").read_text(encoding="utf-8")
    (root / "emergence_utils/course/chapters/ch90.py").write_text(
        re.sub(r'"1\.([1-6])"', r'"90.\1"', checks), encoding="utf-8")
    replace(root, "book/_toc.yml", "      - file: notebooks/07_chains\n",
            "      - file: notebooks/07_chains\n      - file: notebooks/90_ours\n")
    run(root, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace",
        "--ExecutePreprocessor.record_timing=False", "notebooks/90_ours.ipynb",
        "notebooks/exercises/90_ours.ipynb")
    run(root, "-m", "emergence_utils.report", "collect")


def test_the_site_is_the_forks(fork):
    site = fork / "_build/html"
    assert TITLE in (site / "book/index.html").read_text(encoding="utf-8")
    assert "Chains, as we teach them" in (site / "notebooks/07_chains.html").read_text(encoding="utf-8")
    chapter = (site / "notebooks/90_ours.html").read_text(encoding="utf-8")
    assert f"https://github.com/{REPOSITORY}" in chapter
    assert "C85" in chapter
    claim = (site / "book/claims/c85.html").read_text(encoding="utf-8")
    assert "151 of 200 sums" in claim
    assert "holds" in claim
    assert (site / "book/data/ours.html").exists()


def test_no_page_links_to_the_original(fork):
    linked = set()
    for page in (fork / "_build/html").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        linked |= set(re.findall(r"https://(?:github\.com|[\w-]+\.github\.io)/[\w.-]+/[\w.-]*", text))
    ours = {link for link in linked if "our-university" in link}
    assert ours
    sources = (fork / "data/datapackage.json").read_text(encoding="utf-8") + "".join(
        p.read_text(encoding="utf-8") for p in [*(fork / "book").glob("*.bib"), *(fork / "book").glob("*.md"),
                                                 *(fork / "notebooks").glob("*.ipynb")])
    for link in linked - ours:  # what is left are sources of numbers and tools
        assert link.rstrip("/") in sources or "pradyunsg" in link, link


def test_the_forks_own_tests_pass(fork):
    """Those that read what was changed; the others see the same files as here."""
    run(fork, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_ledger_file.py",
        "tests/book/test_site.py", "tests/book/test_writeups.py", "notebooks/90_ours.ipynb",
        "notebooks/exercises/90_ours.ipynb")
    run(fork, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_notebooks.py",
        "tests/test_report.py", "tests/test_scores.py", "tests/course/test_course.py", "-k", "ours or agree")
