"""Small image models by size: autoencoders and classifiers of handwritten digits, scored image by image.

``python -m emergence_utils.train.vision --out FOLDER`` trains every width with every seed on scikit-learn's
copy of the digits of Alpaydin and Kaynak (1998), one file a finished run. A run that is there already is not
trained again, so that an interrupted command goes on where it was. At the end stand ``vision_runs.csv.gz``,
one row a held-out image and one column a run, and ``about.json``: command, versions, seconds.

Only errors and right or wrong answers are written, no images.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import platform
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import EmergenceError, InputError

__all__ = ["AUTOENCODERS", "CLASSIFIERS", "SEEDS", "Digits", "Run", "digits", "main", "n_params", "plan",
           "read_run", "run_table", "score_images", "train_all"]

Part = Literal["autoencoder", "classifier"]
#: Units of the hidden layer: the bottleneck of an autoencoder, the width of a classifier.
AUTOENCODERS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64)
CLASSIFIERS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32)
SEEDS = tuple(range(10))
#: Images to learn from, to set thresholds with, and to score; drawn once, with this seed.
SPLIT, SPLIT_SEED = {"train": 897, "thresholds": 300, "test": 600}, 20230428
PIXELS, CLASSES, GREY = 64, 10, 16.0
#: Of the optimiser (L-BFGS): iterations at most, and weight of the squared weights.
ITERATIONS, PENALTY = {"autoencoder": 400, "classifier": 200}, {"autoencoder": 1e-5, "classifier": 1e-2}
#: Significant digits of an error that are kept.
_DIGITS = 4
_VERSION = 1
_SCORED = ("thresholds", "test")


@dataclass(frozen=True)
class Digits:
    """The images, grey levels from 0 to 1, with their classes, split as `SPLIT` says.

    Parameters
    ----------
    images : mapping of str to ndarray, shape (n, 64)
        By split.
    classes : mapping of str to ndarray of int, shape (n,)
    items : mapping of str to ndarray of int, shape (n,)
        Number of each image in scikit-learn's table.
    """

    images: dict[str, NDArray[np.float64]]
    classes: dict[str, NDArray[np.int64]]
    items: dict[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Run:
    """One model to train: what it does, its hidden units, its seed."""

    part: Part
    width: int
    seed: int

    @property
    def name(self) -> str:
        """Name of its file, without ending."""
        return f"{self.part}-w{self.width:03d}-s{self.seed:02d}"


def digits() -> Digits:
    """Load and split the images.

    Raises
    ------
    InputError
        Without scikit-learn.

    Notes
    -----
    1,797 images of 8 by 8 pixels, 16 grey levels: the test part of *Optical Recognition of Handwritten
    Digits* (Alpaydin and Kaynak 1998, UCI repository), as scikit-learn ships it. The writers of single images
    are not told, so that a writer may stand in two splits.
    """
    found = _sklearn("datasets").load_digits()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(found.data))
    ends = np.cumsum(list(SPLIT.values()))[:-1]
    parts = dict(zip(SPLIT, (np.sort(part) for part in np.split(order, ends)), strict=True))
    return Digits({k: found.data[rows] / GREY for k, rows in parts.items()},
                  {k: found.target[rows].astype(np.int64) for k, rows in parts.items()},
                  {k: rows.astype(np.int64) for k, rows in parts.items()})


def n_params(part: Part, width: int) -> int:
    """Weights and biases of a model with one hidden layer.

    Examples
    --------
    >>> n_params("autoencoder", 1), n_params("classifier", 1)
    (193, 85)
    """
    outputs = PIXELS if part == "autoencoder" else CLASSES
    return PIXELS * width + width + width * outputs + outputs


def plan(widths: Iterable[int] | None = None, seeds: Iterable[int] = SEEDS) -> list[Run]:
    """All runs, smallest first; `widths` keeps these alone.

    Raises
    ------
    InputError
        If a width is not among `AUTOENCODERS` or `CLASSIFIERS`, or a seed is negative.
    """
    known = sorted({*AUTOENCODERS, *CLASSIFIERS})
    kept = known if widths is None else list(widths)
    for width in kept:
        if width not in known:
            raise InputError(f"widths must be among {', '.join(map(str, known))}, got {width}.")
    chosen = list(seeds)
    for seed in chosen:
        if not 0 <= seed < 2**31:
            raise InputError(f"seeds must be whole numbers from 0 to 2147483647, got {seed}.")
    parts: tuple[tuple[Part, tuple[int, ...]], ...] = (("autoencoder", AUTOENCODERS),
                                                       ("classifier", CLASSIFIERS))
    return [Run(part, width, seed) for part, widths_of in parts for width in widths_of if width in kept
            for seed in chosen]


def score_images(run: Run, data: Digits) -> dict[str, NDArray[np.float64]]:
    r"""Train one model and score every held-out image.

    Parameters
    ----------
    run : Run
    data : Digits

    Returns
    -------
    dict of str to ndarray
        By split: of an autoencoder the squared error of each image, :math:`\frac1{64}\sum_j (\hat x_j -
        x_j)^2` in squared grey levels (0 to 1), of a classifier 1 where its answer is right, else 0.

    Notes
    -----
    scikit-learn's ``MLPRegressor`` and ``MLPClassifier``: one hidden layer of tanh units, all training images
    at once (L-BFGS), so that the seed, which draws the first weights, is all that differs between two runs of
    one width.
    """
    nets = _sklearn("neural_network")
    kind = nets.MLPRegressor if run.part == "autoencoder" else nets.MLPClassifier
    model = kind(hidden_layer_sizes=(run.width,), activation="tanh", solver="lbfgs",
                 alpha=PENALTY[run.part], max_iter=ITERATIONS[run.part], tol=1e-7,
                 max_fun=10 * ITERATIONS[run.part], random_state=run.seed)
    aim: Any = data.images if run.part == "autoencoder" else data.classes
    with warnings.catch_warnings():  # the number of iterations is the budget, not a sign of failure
        warnings.simplefilter("ignore", _sklearn("exceptions").ConvergenceWarning)
        model.fit(data.images["train"], aim["train"])
    out = {}
    for split in _SCORED:
        said = model.predict(data.images[split])
        right = ((said - aim[split]) ** 2).mean(axis=1) if run.part == "autoencoder" else said == aim[split]
        out[split] = np.asarray(right, dtype=np.float64)
    return out


def train_all(out: Path, runs: Sequence[Run], *, progress: bool = True) -> Path:
    """Train what is not there yet, one file a run, and write the table of all.

    Parameters
    ----------
    out : Path
        Folder, made if it is missing.
    runs : sequence of Run
    progress : bool
        Show a bar.

    Returns
    -------
    Path
        Of ``vision_runs.csv.gz``.

    Raises
    ------
    InputError
        If the folder cannot be written to, or the file of a run is cut or of another run.
    """
    if not runs:
        raise InputError("runs must hold at least one run, got none.")
    folder = out / "runs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "probe", b"")
        (folder / "probe").unlink()
    except OSError as error:
        raise InputError(f"folder '{out}' cannot be written to ({error.strerror}); name another one with "
                         "--out.") from None
    there = {run: read_run(folder, run) for run in runs if (folder / f"{run.name}.json").exists()}
    left = [run for run in runs if run not in there]
    data = digits()
    for run in _bar(left, progress):
        start = time.perf_counter()
        scored = score_images(run, data)
        told = {"version": _VERSION, "part": run.part, "width": run.width, "seed": run.seed,
                "seconds": round(time.perf_counter() - start, 2),
                "scores": {k: [_short(v) for v in values] for k, values in scored.items()}}
        _write(folder / f"{run.name}.json", json.dumps(told, separators=(",", ":")).encode())
        there[run] = told
    table = run_table([there[run] for run in runs], data)
    path = out / "vision_runs.csv.gz"
    _write(path, _packed(table))
    _write(out / "about.json", (json.dumps(_about(there.values(), runs), indent=2) + "\n").encode())
    return path


def read_run(folder: Path, run: Run) -> dict[str, Any]:
    """The file of a finished run.

    Raises
    ------
    InputError
        If it is cut, or holds something else.
    """
    path = folder / f"{run.name}.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        same = all(told[k] == v for k, v in (("version", _VERSION), ("part", run.part),
                                             ("width", run.width), ("seed", run.seed)))
        whole = all(len(told["scores"][k]) == SPLIT[k] for k in _SCORED)
    except (OSError, ValueError, KeyError, TypeError):
        same = whole = False
    if not (same and whole):
        raise InputError(f"file '{path}' is cut or not of this run; delete it and give the command again, "
                         "finished runs are kept.")
    assert isinstance(told, dict)
    return told


def run_table(told: Iterable[dict[str, Any]], data: Digits) -> pd.DataFrame:
    """One row a held-out image, one column a run.

    Returns
    -------
    DataFrame
        Columns split, item, ``mean-image`` (the squared error of the mean training image, a model that learns
        nothing of single images), and one for each run, by `Run.name`.
    """
    mean = data.images["train"].mean(axis=0)
    columns: dict[str, Any] = {
        "split": np.repeat(_SCORED, [SPLIT[k] for k in _SCORED]),
        "item": np.concatenate([data.items[k] for k in _SCORED]),
        "mean-image": np.concatenate([((data.images[k] - mean) ** 2).mean(axis=1) for k in _SCORED])}
    for run in told:
        name = Run(run["part"], run["width"], run["seed"]).name
        columns[name] = np.concatenate([run["scores"][k] for k in _SCORED])
    return pd.DataFrame(columns)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; 0 on success, 2 with one sentence on stderr otherwise."""
    parser = argparse.ArgumentParser(prog="python -m emergence_utils.train.vision",
                                     description="Train image models by size and score them image by image.")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the runs go")
    parser.add_argument("--widths", type=int, nargs="+", default=None, metavar="N",
                        help="hidden units (default: all)")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), metavar="N",
                        help=f"seeds a width (default: {len(SEEDS)})")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    args = parser.parse_args(argv)
    try:
        if args.seeds < 1:
            raise InputError(f"--seeds must be at least 1, got {args.seeds}.")
        path = train_all(args.out, plan(args.widths, range(args.seeds)), progress=not args.quiet)
    except EmergenceError as error:
        print(f"emergence_utils.train.vision: {error}", file=sys.stderr)
        return 2
    print(path)
    return 0


def _sklearn(module: str) -> Any:
    try:
        return import_module(f"sklearn.{module}")
    except ImportError:
        raise InputError("training needs scikit-learn: pip install 'emergence-utils[train]'.") from None


def _bar(runs: Sequence[Run], progress: bool) -> Iterator[Run]:
    if not progress:
        yield from runs
        return
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError:
        raise InputError("the progress bar needs tqdm: pip install 'emergence-utils[train]', or give "
                         "--quiet.") from None
    yield from tqdm(runs, unit="run", disable=None)


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: to another name first."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _packed(table: pd.DataFrame) -> bytes:
    """CSV, gzipped without time stamp."""
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n", float_format=f"%.{_DIGITS}g")
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(text.getvalue().encode())
    return packed.getvalue()


def _about(told: Iterable[dict[str, Any]], runs: Sequence[Run]) -> dict[str, Any]:
    packages = {name: str(import_module(name).__version__) for name in ("numpy", "scipy", "sklearn")}
    return {"command": "python -m emergence_utils.train.vision --out FOLDER", "runs": len(runs),
            "seconds": round(sum(run["seconds"] for run in told), 1),
            "versions": {"python": platform.python_version()} | packages,
            "platform": f"{platform.system()} {platform.machine()}", "split": SPLIT,
            "iterations": ITERATIONS, "penalty": PENALTY}


if __name__ == "__main__":
    raise SystemExit(main())
