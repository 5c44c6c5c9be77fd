"""The stored tables: valid, described, unchanged, and faithful to what was published."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from emergence_utils import DataWarning, SchemaError, _datapackage, scores
from emergence_utils._schema import checked_items, checked_table
from emergence_utils.metrics.registry import get_metric
from emergence_utils.scores import validate

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
SOURCES = Path(os.environ.get("EMERGENCE_SOURCES", ROOT.parent / "shared" / "sources"))
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {r["name"]: r for r in PACKAGE["resources"]}
#: The first step of the warm-up has a learning rate of 0, so that nothing is learned yet.
DOUBTS = {"pythia": ("checkpoint 'pythia-70m' (tokens 2097152, step 1) has all 128 scores of 'pythia-70m' "
                     "(tokens 0, step 0), and 22 more of source 'pythia' repeat another.",)}
SCORES = [r["name"] for r in PACKAGE["resources"] if r["kind"] == "scores"]


def content(path: Path) -> bytes:
    """Uncompressed bytes: how well gzip packs depends on the zlib that did it."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def test_all_of_data_stays_small():
    assert sum(f.stat().st_size for f in DATA.glob("*") if f.is_file()) < 12e6


@pytest.mark.parametrize("name", RESOURCES)
def test_checksums_and_sizes_match(name):
    resource = RESOURCES[name]
    stored = (DATA / resource["path"]).read_bytes()
    assert len(stored) == resource["bytes"]
    assert f"sha256:{hashlib.sha256(stored).hexdigest()}" == resource["hash"]
    plain = content(DATA / resource["path"])
    assert f"sha256:{hashlib.sha256(plain).hexdigest()}" == resource["content_hash"]
    assert plain.count(b"\n") == resource["rows"] + 1


def test_no_table_lies_undescribed():
    files = {f.name for f in DATA.glob("*.csv*")}
    assert files == {r["path"] for r in RESOURCES.values()}


def test_the_package_follows_the_standard():
    # in a process of its own: frictionless warns at import and leaves files open
    code = ("import sys, frictionless; r = frictionless.validate(sys.argv[1], limit_rows=3000); "
            "print(r.flatten(['type', 'title', 'note'])); sys.exit(not r.valid)")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(DATA / "datapackage.json")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("source", SCORES)
def test_scores_are_valid_and_named_by_their_source(source):
    raw = pd.read_csv(DATA / RESOURCES[source]["path"])
    assert not raw.isna().all().any(), "an empty column is stored"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        table = validate(raw, name=source)
    assert table.attrs["notes"] == DOUBTS.get(source, ())
    assert set(table["source"]) == {source}
    assert (table["params_kind"].notna() == table["params"].notna()).all()
    assert (table["flops_kind"].notna() == table["train_flops"].notna()).all()


@pytest.mark.parametrize("source", SCORES)
def test_computed_flops_are_6nd(source):
    t = scores.load(source)
    t = t[t["flops_kind"] == "6ND"]
    np.testing.assert_allclose(t["train_flops"], 6 * t["params"] * t["tokens"], rtol=1e-9)


@pytest.mark.parametrize("source", SCORES)
def test_hits_are_whole_numbers(source):
    """Where items are declared, an all-or-nothing mean is a whole number of hits, up to rounding."""
    t = scores.load(source)
    binomial = t["metric"].map(lambda m: get_metric(m).all_or_nothing) & t["n_examples"].notna()
    t = t[binomial]
    hits = t["value"] * t["n_examples"]
    slack: float | pd.Series = 1e-3
    if source == "cot":  # LaMDA: means over five orders of the examples
        hits *= np.where(t["family"] == "LaMDA", 5, 1)
        slack = 0.0005 * t["n_examples"] * np.where(t["family"] == "LaMDA", 5, 1) + 1e-6
    off = (hits - hits.round()).abs() - slack
    assert (off <= 0).all(), t[off > 0].head()


@pytest.mark.parametrize("source", ["pythia", "pythia_arithmetic"])
def test_inferred_items_give_back_the_standard_error(source):
    t = scores.load(source).dropna(subset=["n_examples", "stderr"])
    expected = np.sqrt(t["value"] * (1 - t["value"]) / (t["n_examples"] - 1))
    np.testing.assert_allclose(t["stderr"], expected, atol=1e-9)


def test_tasks_cover_every_score_table_once():
    tasks = pd.read_csv(DATA / "tasks.csv")
    assert not tasks.duplicated(["source", "task"]).any()
    scored = {(s, t) for s in SCORES for t in scores.load(s)["task"].unique()}
    assert set(zip(tasks["source"], tasks["task"], strict=True)) == scored
    np.testing.assert_allclose(tasks["chance"], 1 / tasks["n_choices"])
    assert tasks["note"].notna().all()
    assert (tasks["n_choices"].dropna() >= 2).all()


def value(source: str, **filters: object) -> float:
    """The one score under `filters`."""
    table = scores.load(source, **filters)
    assert len(table) == 1, table
    return float(table["value"].iloc[0])


def test_gpt3_as_printed():
    few = {"model": "GPT-3 175B", "prompting": "few-shot"}
    assert value("gpt3", task="addition_2_digit", **few) == 1.0
    assert value("gpt3", task="addition_3_digit", **few) == 0.804  # body text: 0.802
    # one-shot 4-digit subtraction was unreadable
    assert set(scores.load("gpt3", task="subtraction_4_digit")["n_shot"]) == {0, 50}
    assert scores.load("gpt3")["train_flops"].max() == 3.14e23


@pytest.mark.parametrize(("model", "standard", "chain"), [
    ("LaMDA 420M", 2.6, 0.4), ("LaMDA 137B", 6.5, 14.3), ("GPT 6.7B", 4.0, 2.4), ("GPT 175B", 15.6, 46.9),
    ("PaLM 8B", 4.9, 4.1), ("PaLM 62B", 9.6, 29.9), ("PaLM 540B", 17.9, 56.9), ("UL2 20B", 4.1, 4.4),
    ("Codex", 19.7, 63.1),
])
def test_gsm8k_with_and_without_a_chain_of_thought(model, standard, chain):
    assert value("cot", task="gsm8k", model=model, prompting="standard") == pytest.approx(standard / 100)
    assert value("cot", task="gsm8k", model=model, prompting="chain-of-thought") == pytest.approx(chain / 100)


def test_wei_table1_as_printed():
    table = scores.load("wei_table1").set_index("ability")
    assert len(table) == 22
    assert table.loc["Word in Context (WiC)", "train_flops"] == 2.5e24
    assert table.loc["Scratchpad: 8-digit addition (finetuning)", "params"] == 40e6


def test_pythia_addition_is_sharp_and_not_monotone():
    t = scores.load("pythia_arithmetic", task="addition", n_shot=16, step=143000)
    mean = t.groupby("model")["value"].mean().rename(lambda m: m.split("-")[1]).round(3)
    assert mean[["2.8b", "6.9b", "12b"]].tolist() == [0.685, 0.477, 0.874]
    assert mean[["160m", "410m", "1b", "1.4b"]].max() < 0.06
    assert (t["n_examples"] == 50).all()


def test_expemergence_groups_run_from_easy_to_hard():
    t = scores.load("expemergence", metric="brier_target")
    mean = t.dropna(subset="subset").pivot_table(index="task", columns="subset", values="value")
    assert list(mean.columns) == [f"group_{i:02d}" for i in range(1, 11)]
    assert (mean["group_01"] < mean["group_10"]).all()
    assert (mean.corrwith(pd.Series(range(10), index=mean.columns), axis=1, method="spearman") > 0.9).all()


@pytest.mark.parametrize(("task", "threshold", "accuracy", "brier"), [
    ("hindu_knowledge", 1e22, 0.01, -0.58), ("conceptual_combinations", 10**22.5, 0.04, -0.42),
    ("mmlu", 10**22.5, 0.39, -0.69),
])
def test_below_threshold_the_brier_score_improves_where_accuracy_does_not(task, threshold, accuracy, brier):
    """Spearman correlations with compute, without the small over-trained models."""
    t = scores.load("expemergence", task=task, subset=None)
    over = t["model"].str.contains(r"microsoft/phi|Qwen1.5-0.5B|Qwen1.5-1.8B|Qwen1.5-4B|stablelm-2-1_6b")
    t = t[~over & (t["train_flops"] < threshold)]
    rho = {m: g["train_flops"].corr(g["value"], method="spearman") for m, g in t.groupby("metric")}
    assert rho["multiple_choice_grade"] == pytest.approx(accuracy, abs=0.005)
    assert rho["brier_target"] == pytest.approx(brier, abs=0.005)


def test_expemergence_brier_score_is_the_mean_of_its_groups():
    t = scores.load("expemergence", metric="brier_target")
    groups = t.dropna(subset="subset")
    total = (groups["value"] * groups["n_examples"]).groupby([groups["task"], groups["model"]]).sum()
    n = groups.groupby(["task", "model"])["n_examples"].sum()
    whole = t[t["subset"].isna()].set_index(["task", "model"])
    np.testing.assert_allclose(whole["value"], (total / n).reindex(whole.index), atol=1e-9)
    assert (whole["n_examples"] == n.reindex(whole.index)).all()


def test_bigg_tasks_scored_from_one_answer_are_exact_match():
    t = scores.load("bigg", task=["emoji_movie", "color"], n_shot=3)
    assert set(t["metric"]) == {"exact_match"}
    assert value("bigg", task="emoji_movie", model="BIG-G 2m") == 0  # of 20, far below one in five


def test_olmo_final_compute():
    t = scores.load("olmo_ladder", model="190M-1xC-rerun")
    assert t["train_flops"].max() == pytest.approx(1903391232 * 7272 * 524288, rel=1e-6)
    assert t["params"].unique().tolist() == [190354176]


def test_chinchilla_has_epochs_245_points():
    t = scores.load("chinchilla")
    assert len(t) == 245
    assert t["value"].min() == pytest.approx(2.077394, abs=1e-6)


def run_build(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(DATA / "build"), *map(str, arguments)], capture_output=True,
                          text=True, check=False, cwd=ROOT)


raw = pytest.mark.skipif(not SOURCES.is_dir(), reason=f"raw files not at {SOURCES} (set EMERGENCE_SOURCES)")


@raw
def test_a_build_gives_the_stored_bytes(tmp_path):
    done = run_build("--sources", SOURCES, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    for resource in RESOURCES.values():
        assert content(tmp_path / resource["path"]) == content(DATA / resource["path"]), resource["name"]
    rebuilt = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    packed = ("hash", "bytes")
    for new, old in zip(rebuilt["resources"], PACKAGE["resources"], strict=True):
        assert {k: v for k, v in new.items() if k not in packed} == {
            k: v for k, v in old.items() if k not in packed}


@raw
def test_building_one_source_leaves_the_others(tmp_path):
    assert run_build("--sources", SOURCES, "--out", tmp_path, "--only", "gpt3", "cot").returncode == 0
    before = (tmp_path / "tasks.csv").read_bytes()
    assert run_build("--sources", SOURCES, "--out", tmp_path, "--only", "cot").returncode == 0
    assert (tmp_path / "tasks.csv").read_bytes() == before
    names = [r["name"] for r in json.loads((tmp_path / "datapackage.json").read_text())["resources"]]
    assert names == ["gpt3", "cot", "tasks"]


def test_what_was_trained_here_is_built_from_the_checkout_alone(tmp_path):
    keys = ["vision_digits", "vision_errors"]
    done = run_build("--sources", tmp_path, "--out", tmp_path / "out", "--only", *keys)
    assert done.returncode == 0, done.stderr
    for key in keys:
        path = RESOURCES[key]["path"]
        assert content(tmp_path / "out" / path) == content(DATA / path), key


def test_image_models_are_scored_on_images_that_set_no_threshold():
    t = scores.load("vision_digits", family="autoencoder")
    assert (t["n_examples"] == 600).all()
    assert scores.load("vision_errors")["image"].nunique() == 600
    assert t.loc[t["metric"] == "reconstruction", "task"].nunique() == 19
    assert set(t["seed"]) == set(range(10))


def test_a_missing_raw_file_stops_the_build(tmp_path):
    done = run_build("--sources", tmp_path, "--out", tmp_path / "out", "--only", "gpt3")
    assert done.returncode == 2
    assert "gpt3_brown2020_tableH1.csv' of source 'gpt3' is missing" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_build_that_cannot_be_made_whole_changes_nothing(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "tasks.csv").write_text("kept", encoding="utf-8")
    assert run_build("--sources", tmp_path, "--out", tmp_path / "out").returncode == 2
    assert (tmp_path / "out" / "tasks.csv").read_text(encoding="utf-8") == "kept"


def test_a_changed_raw_file_stops_the_build(tmp_path):
    file = tmp_path / "published" / "gpt3_brown2020_tableH1.csv"
    file.parent.mkdir()
    file.write_text("source\n")
    done = run_build("--sources", tmp_path, "--out", tmp_path / "out", "--only", "gpt3")
    assert done.returncode == 2
    assert hashlib.sha256(b"source\n").hexdigest() in done.stderr
    listed = json.loads((DATA / "inputs.json").read_text())["gpt3"]["files"][0]["sha256"]
    assert listed in done.stderr


def test_an_unknown_source_stops_the_build(tmp_path):
    done = run_build("--sources", tmp_path, "--out", tmp_path / "out", "--only", "gpt5")
    assert done.returncode == 2
    assert "unknown source 'gpt5'" in done.stderr


@pytest.mark.parametrize("name", [n for n, r in RESOURCES.items() if r["kind"] in ("scores", "items")])
def test_a_table_that_is_read_unchecked_is_the_checked_one(name):
    resource = RESOURCES[name]
    raw = pd.read_csv(DATA / resource["path"], dtype=_datapackage._TEXT | _datapackage._NUMBER,
                      keep_default_na=False, na_values=[""])
    checked = checked_items(raw, name) if resource["kind"] == "items" else checked_table(raw, name)[0]
    pd.testing.assert_frame_equal(_datapackage.stored_table(name), checked, check_exact=True)


def test_a_table_whose_bytes_have_changed_is_checked(tmp_path, monkeypatch):
    text = (DATA / "gpt3.csv").read_text(encoding="utf-8")
    first = text.splitlines()[1]
    table = pd.read_csv(DATA / "gpt3.csv", nrows=1)
    assert str(table["value"][0]) in first
    (tmp_path / "gpt3.csv").write_text(text.replace(first, first.replace(str(table["value"][0]), "7.5"), 1),
                                       encoding="utf-8")
    monkeypatch.setattr(_datapackage, "folder", lambda: tmp_path)
    with pytest.raises(SchemaError, match=r"gpt3\.csv: column 'value', row 0: 7\.5"):
        _datapackage.stored_table.__wrapped__("gpt3")
