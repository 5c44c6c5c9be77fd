"""Image models: runs that come out again, files that survive, and mistakes that are named."""

import json

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn", reason="the extra 'train' is not installed")

from emergence_utils.errors import InputError
from emergence_utils.scores import load
from emergence_utils.train import vision


@pytest.fixture(scope="module")
def data():
    return vision.digits()


def test_the_split_uses_each_image_once(data):
    items = np.concatenate(list(data.items.values()))
    assert sorted(items) == list(range(1797))
    assert {k: len(v) for k, v in data.images.items()} == {"train": 897, "thresholds": 300, "test": 600}
    assert data.images["test"].min() == 0
    assert data.images["test"].max() == 1


@pytest.mark.parametrize(("part", "width"), [("autoencoder", 3), ("classifier", 5)])
def test_parameters_are_those_of_the_network(part, width, data, monkeypatch):
    monkeypatch.setitem(vision.ITERATIONS, part, 1)
    made = []
    nets = vision._sklearn("neural_network")
    kind = "MLPRegressor" if part == "autoencoder" else "MLPClassifier"
    original = getattr(nets, kind)
    monkeypatch.setattr(nets, kind, lambda **how: made.append(original(**how)) or made[-1])
    vision.score_images(vision.Run(part, width, 0), data)
    weights = sum(w.size for w in (*made[0].coefs_, *made[0].intercepts_))
    assert weights == vision.n_params(part, width)


@pytest.mark.parametrize(("width", "seed"), [(2, 0), (3, 3), (8, 7)])
def test_shipped_autoencoders_come_out_again(width, seed, data):
    """The mean error to 2 %, single errors to a fifth at the median: the optimiser's rounding differs."""
    again = vision.score_images(vision.Run("autoencoder", width, seed), data)["test"]
    stored = load("vision_errors")
    stored = stored[(stored["width"] == width) & (stored["seed"] == seed)].sort_values("image")
    assert stored["image"].tolist() == data.items["test"].tolist()
    assert again.mean() == pytest.approx(stored["error"].mean(), rel=0.02)
    assert np.median(np.abs(again / stored["error"] - 1)) < 0.2


def test_a_shipped_classifier_comes_out_again(data):
    scored = vision.score_images(vision.Run("classifier", 8, 2), data)
    right = np.concatenate([scored["thresholds"], scored["test"]])
    stored = load("vision_digits", task="classify", model="classifier-8", seed=2)
    assert right.mean() == pytest.approx(stored["value"].item(), abs=0.02)


def test_the_mean_image_is_the_stored_one(data):
    stored = load("vision_errors").query("width == 0").sort_values("image")["error"]
    mean = data.images["train"].mean(axis=0)
    np.testing.assert_allclose(((data.images["test"] - mean) ** 2).mean(axis=1), stored, rtol=1e-3)


def test_the_same_seed_gives_the_same_errors(data, monkeypatch):
    monkeypatch.setitem(vision.ITERATIONS, "autoencoder", 20)
    first, second = (vision.score_images(vision.Run("autoencoder", 3, 1), data) for _ in range(2))
    assert first["test"].tolist() == second["test"].tolist()
    other = vision.score_images(vision.Run("autoencoder", 3, 2), data)
    assert first["test"].tolist() != other["test"].tolist()


@pytest.fixture
def quick(monkeypatch):
    for part in vision.ITERATIONS:
        monkeypatch.setitem(vision.ITERATIONS, part, 3)


def command(*arguments):
    return vision.main(["--widths", "1", "2", "--seeds", "1", "--quiet", *map(str, arguments)])


def test_the_command_writes_one_row_an_image(quick, tmp_path, capsys):
    assert command("--out", tmp_path) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "vision_runs.csv.gz")
    table = pd.read_csv(tmp_path / "vision_runs.csv.gz")
    assert list(table) == ["split", "item", "mean-image", "autoencoder-w001-s00", "autoencoder-w002-s00",
                           "classifier-w001-s00", "classifier-w002-s00"]
    assert table["split"].value_counts().to_dict() == {"test": 600, "thresholds": 300}
    about = json.loads((tmp_path / "about.json").read_text())
    assert about["runs"] == 4
    assert set(about["versions"]) == {"python", "numpy", "scipy", "sklearn"}


def test_a_second_command_trains_only_what_is_missing(quick, tmp_path, monkeypatch):
    assert command("--out", tmp_path) == 0
    whole = (tmp_path / "vision_runs.csv.gz").read_bytes()
    (tmp_path / "runs" / "classifier-w002-s00.json").unlink()
    trained = []
    original = vision.score_images
    monkeypatch.setattr(vision, "score_images", lambda run, data: trained.append(run) or original(run, data))
    assert command("--out", tmp_path) == 0
    assert [run.name for run in trained] == ["classifier-w002-s00"]
    assert (tmp_path / "vision_runs.csv.gz").read_bytes() == whole


def test_a_cut_file_is_named_and_the_others_stay(quick, tmp_path, capsys):
    assert command("--out", tmp_path) == 0
    runs = sorted((tmp_path / "runs").iterdir())
    runs[1].write_bytes(runs[1].read_bytes()[:500])
    capsys.readouterr()
    assert command("--out", tmp_path) == 2
    said = capsys.readouterr().err
    assert f"file '{runs[1]}' is cut or not of this run; delete it" in said
    assert said.count("\n") == 1
    assert sorted((tmp_path / "runs").iterdir()) == runs


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert command("--out", tmp_path / "file" / "deeper") == 2
    said = capsys.readouterr().err
    assert "cannot be written to" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(("arguments", "message"), [
    (["--seeds", "0"], "--seeds must be at least 1, got 0."),
    (["--widths", "7"], f"widths must be among {', '.join(map(str, vision.AUTOENCODERS))}, got 7."),
])
def test_settings_outside_the_plan_are_named(arguments, message, tmp_path, capsys):
    assert vision.main(["--out", str(tmp_path), *arguments]) == 2
    assert capsys.readouterr().err == f"emergence_utils.train.vision: {message}\n"


def test_an_unknown_argument_stops_the_command(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        vision.main(["--out", str(tmp_path), "--depth", "3"])
    assert stop.value.code == 2
    assert "unrecognized arguments: --depth 3" in capsys.readouterr().err


def test_without_scikit_learn_one_sentence_says_what_to_install(monkeypatch, tmp_path, capsys):
    def missing(name):
        raise ImportError(name)
    monkeypatch.setattr(vision, "import_module", missing)
    assert command("--out", tmp_path) == 2
    said = capsys.readouterr().err
    assert "training needs scikit-learn: pip install 'emergence-utils[train]'." in said


def test_the_whole_plan():
    runs = vision.plan()
    assert len(runs) == len(set(runs)) == 16 * 10 + 12 * 10
    with pytest.raises(InputError, match="seeds must be whole numbers"):
        vision.plan(seeds=[-1])
    with pytest.raises(InputError, match="at least one run"):
        vision.train_all(None, [])
