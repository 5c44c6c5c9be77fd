"""What makes a valid score table look wrong, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ._schema import KEY

__all__ = ["doubts"]

#: Given and computed FLOPs that differ by this factor cannot both be right.
_FLOPS_FACTOR = 10.0
#: Scores that two checkpoints must share to the last digit before one counts as a copy.
_FEWEST_SHARED = 3
_OF_A_CHECKPOINT = ("source", "family", "model", "params", "tokens", "step", "seed")


def doubts(table: pd.DataFrame) -> tuple[str, ...]:
    """One sentence for each thing that is probably wrong in a table that follows the schema."""
    return (*_bleu_fractions(table), *_flops_apart(table), *_copied_checkpoints(table))


def _bleu_fractions(table: pd.DataFrame) -> Iterator[str]:
    for source, points in table[table["metric"] == "bleu"].groupby("source")["value"]:
        if 0 < points.max() <= 1:
            yield (f"BLEU of source '{source}' is at most {points.max():g}, which looks like a fraction; the "
                   "column is in points, 0 to 100.")


def _flops_apart(table: pd.DataFrame) -> Iterator[str]:
    for source, rows in table.groupby("source"):
        computed = 6 * rows["params"] * rows["tokens"]
        with np.errstate(divide="ignore"):
            apart = np.abs(np.log10((rows["train_flops"] / computed.where(computed > 0)).to_numpy()))
        bad = apart >= np.log10(_FLOPS_FACTOR) * (1 - 1e-9)  # False where a number is missing
        if bad.any():
            first = rows[bad].iloc[0]
            yield (f"train_flops of source '{source}' and 6 x params x tokens disagree tenfold or more in "
                   f"{bad.sum()} of {len(rows)} rows, first for '{first['model']}' "
                   f"({first['train_flops']:.3g} and {6 * first['params'] * first['tokens']:.3g}); check the "
                   "units, and count a mixture of experts by its active parameters (params_kind 'active').")


def _copied_checkpoints(table: pd.DataFrame) -> Iterator[str]:
    asked = [c for c in KEY if c not in _OF_A_CHECKPOINT]
    # the sum of hashes does not depend on the order of the rows
    print_ = pd.util.hash_pandas_object(table[[*asked, "value"]], index=False).astype("uint64")
    groups = table.assign(print=print_).groupby(list(_OF_A_CHECKPOINT), dropna=False, sort=False)
    seen = groups.agg(print=("print", "sum"), scores=("value", "size"), different=("value", "nunique"))
    seen = seen[(seen["scores"] >= _FEWEST_SHARED) & (seen["different"] > 1)].reset_index()
    copies = seen[seen.duplicated(["source", "family", "print", "scores"], keep=False)]
    for source, found in copies.groupby("source", sort=False):
        first, second = found[found["print"] == found["print"].iloc[0]].iloc[:2].iloc
        more = len(found) - found["print"].nunique() - 1
        yield (f"checkpoint {_checkpoint(second)} has all {second['scores']} scores of {_checkpoint(first)}"
               + (f", and {more} more of source '{source}' repeat another" if more else "") + ".")


def _checkpoint(row: pd.Series) -> str:
    more = [f"{c} {row[c]:.10g}" for c in ("tokens", "step", "seed") if pd.notna(row[c])]
    return f"'{row['model']}'" + (f" ({', '.join(more)})" if more else "")
