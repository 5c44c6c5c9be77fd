"""The error of every image under every model, as one block of numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..._checks import FloatArray, IntArray, need_columns, numbers_of
from ..._typed import checked
from ...errors import InputError

__all__ = ["Errors", "read_errors"]


@dataclass(frozen=True)
class Errors:
    """Squared errors of autoencoders, smallest model first.

    Parameters
    ----------
    params : ndarray, shape (w,)
        Weights and biases of the models of each width.
    widths : ndarray of int, shape (w,)
        Units of their bottleneck.
    squared : ndarray, shape (w, s, n)
        Squared error of n images under s seeds of each width, mean over pixels, in squared grey levels.
    mean_image : ndarray, shape (n,)
        Error of the mean training image, which knows nothing of the single image.
    """

    params: FloatArray
    widths: IntArray
    squared: FloatArray
    mean_image: FloatArray

    def within(self, cut: float) -> FloatArray:
        """Share of seeds under which an image is within `cut`, shape (w, n)."""
        return np.asarray((self.squared < cut).mean(axis=1))


@checked
def read_errors(table: pd.DataFrame) -> Errors:
    """The block behind the table ``vision_errors``.

    Parameters
    ----------
    table : DataFrame
        Columns width, params, seed, image, error; width 0 is the mean image.

    Raises
    ------
    InputError, UnknownNameError
        If a column is missing, an error is no positive number, or a model lacks an image.
    """
    need_columns(table, ("width", "params", "seed", "image", "error"))
    error = pd.Series(numbers_of(table, "error"), index=table.index)
    if not len(table) or not (error >= 0).all():
        raise InputError(f"column 'error' must hold numbers of at least 0, got {error.min():g}.")
    models = table[table["width"] > 0].sort_values(["width", "seed", "image"])
    base = table[table["width"] == 0].sort_values("image")
    widths = np.sort(models["width"].unique())
    shape = (len(widths), models["seed"].nunique(), len(base))
    if len(models) != np.prod(shape) or models.duplicated(["width", "seed", "image"]).any() or not len(base):
        raise InputError(f"every width, seed and image must have one error: {len(models)} rows for "
                         f"{shape[0]} widths, {shape[1]} seeds and {shape[2]} images.")
    params = models.drop_duplicates("width").sort_values("width")["params"].to_numpy(dtype=float)
    return Errors(params, widths.astype(np.int64), models["error"].to_numpy(dtype=float).reshape(shape),
                  base["error"].to_numpy(dtype=float))
