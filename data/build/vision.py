"""Image models trained by this project (`emergence_utils.train.vision`): scores, and errors by image."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from emergence_utils.train.vision import PIXELS, n_params

from .inputs import Raw
from .tidy import Built

#: Thresholds are quantiles of the errors of all autoencoders together, on images that are not scored.
QUANTILES = tuple(np.round(np.arange(0.05, 0.96, 0.05), 2).tolist())
#: A threshold is what stands in the name of its task: so many significant digits.
DIGITS = 3
#: Images that must all be right; groups are taken in the order of a fixed permutation.
GROUPS, GROUP_SEED = (2, 5, 10, 20), 0
_CLASSES = 10
COLUMNS = {
    "width": ("number", "hidden units, the bottleneck; 0 is the mean training image"),
    "params": ("number", "weights and biases; of the mean image, its pixels"),
    "seed": ("number", "seed of the first weights; the mean image has none"),
    "image": ("number", "number of the image in scikit-learn's table of digits"),
    "error": ("number", "squared error of the drawn image, mean over 64 pixels of grey levels from 0 to 1"),
}


def vision_digits(raw: Raw) -> Built:
    """Scores of autoencoders and classifiers: squared error, shares within thresholds, right answers."""
    runs = _runs(raw)
    errors = runs[(runs["part"] == "autoencoder") & (runs["split"] == "test")]
    cuts = thresholds(runs)
    rows = _reconstruction(errors, cuts)
    answers = runs[runs["part"] == "classifier"]
    order = np.random.default_rng(GROUP_SEED).permutation(answers["item"].unique())
    place = pd.Series(np.arange(len(order)), index=order)
    for keys, one in answers.groupby(["width", "params", "seed"]):
        right = one.assign(at=one["item"].map(place)).sort_values("at")["value"].to_numpy()
        rows += _classified(keys, right)
    table = pd.DataFrame(rows).assign(source="vision_digits", params_kind="total")
    notes: dict[str, tuple[float, str]] = {
        _task(cut): (np.nan, f"credit for an image whose squared error is below {_plain(cut)}, the {q:.0%} "
                                    "quantile of all autoencoders' errors on other images")
        for q, cut in zip(QUANTILES, cuts, strict=True)}
    notes |= {f"all_of_{k}": (np.nan, f"groups of {k} images, all must be right; guessing scores 0.1^{k}")
              for k in GROUPS}
    notes["reconstruct"] = np.nan, "no options: an image is drawn again"
    notes["classify"] = _CLASSES, "ten digits"
    aside = runs.loc[runs["split"] == "thresholds", "item"].nunique()
    fixed = (f"{len(cuts)} thresholds: quantiles of the errors of all autoencoders on {aside} images that "
             f"are not scored, rounded to {DIGITS} digits, fixed before any score under them was seen.")
    return Built(table, [*_made(raw), fixed, "baseline: score of the mean training image."], notes)


def vision_errors(raw: Raw) -> Built:
    """Squared error of every autoencoder on every scored image."""
    runs = _runs(raw)
    rows = runs[(runs["part"] == "autoencoder") & (runs["split"] == "test")]
    table = rows.rename(columns={"item": "image", "value": "error"})[list(COLUMNS)]
    return Built(table.sort_values(["width", "seed", "image"], ignore_index=True), _made(raw))


def thresholds(runs: pd.DataFrame) -> list[float]:
    """One threshold for each of `QUANTILES`."""
    kept = runs["part"].eq("autoencoder") & runs["split"].eq("thresholds") & runs["width"].gt(0)
    return [float(f"{v:.{DIGITS}g}") for v in np.quantile(runs.loc[kept, "value"], QUANTILES)]


def _plain(cut: float) -> str:
    """Without exponent, so that names sort by size."""
    return np.format_float_positional(cut)


def _task(cut: float) -> str:
    return f"within_{_plain(cut)}"


def _reconstruction(errors: pd.DataFrame, cuts: list[float]) -> list[dict[str, Any]]:
    mean = errors.loc[errors["width"] == 0, "value"].to_numpy()
    rows: list[dict[str, Any]] = []
    for (width, params, seed), one in errors[errors["width"] > 0].groupby(["width", "params", "seed"]):
        value = one["value"].to_numpy()
        key = {"family": "autoencoder", "model": f"autoencoder-{width}", "params": params, "seed": seed,
               "n_examples": len(value)}
        rows.append(key | {"task": "reconstruct", "metric": "squared_error",
                           "value": float(f"{value.mean():.6g}"),
                           "stderr": float(f"{value.std(ddof=1) / np.sqrt(len(value)):.4g}"),
                           "baseline": float(f"{mean.mean():.6g}")})
        rows += [key | {"task": _task(cut), "metric": "reconstruction", "value": (value < cut).mean(),
                        "chance": 0.0, "baseline": (mean < cut).mean()} for cut in cuts]
    return rows


def _classified(keys: Any, right: Any) -> list[dict[str, Any]]:
    width, params, seed = keys
    key = {"family": "classifier", "model": f"classifier-{width}", "params": params, "seed": seed}
    rows: list[dict[str, Any]] = [key | {"task": "classify", "metric": "multiple_choice_grade",
                                         "value": right.mean(), "n_examples": len(right), "chance": 0.1}]
    for k in GROUPS:
        groups = right[:len(right) // k * k].reshape(-1, k).all(axis=1)
        rows.append(key | {"task": f"all_of_{k}", "metric": "k_of_k", "value": groups.mean(),
                           "n_examples": len(groups), "chance": float(f"{0.1**k:.0e}")})
    return rows


def _runs(raw: Raw) -> pd.DataFrame:
    """One row a model and image: part, width, params, seed, split, item, value."""
    wide = raw.csv("vision_runs.csv.gz").rename(columns={"mean-image": "autoencoder-w000-s"})
    long = wide.melt(["split", "item"], var_name="run")
    names = long["run"].drop_duplicates()
    facts = names.str.extract(r"^(?P<part>\w+)-w(?P<width>\d+)-s(?P<seed>\d*)$").assign(run=names)
    facts["width"], facts["seed"] = facts["width"].astype(int), pd.to_numeric(facts["seed"])
    facts["params"] = [n_params(part, width) if width else PIXELS
                       for part, width in zip(facts["part"], facts["width"], strict=True)]
    return long.merge(facts, on="run")


def _made(raw: Raw) -> list[str]:
    about = json.loads(raw.path("about.json").read_text(encoding="utf-8"))
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return [f"Trained by `{about['command']}`: {about['runs']} runs, {about['seconds']:.0f} s of training on "
            f"one core, {about['platform']}, {versions}."]
