"""Whole answers and their digits: the product of accuracies, errors that go together, missed carries."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..._checks import BoolArray, FloatArray, need_columns
from ..._typed import checked
from ...resample import bootstrap
from ...results import Result
from .runs import by_seed

__all__ = ["by_digit", "carries", "carry_change", "kinds_of_wrong", "product_gap", "right_digits",
           "wrong_and_wrong"]

#: Exact match below which an ability counts as not there, and range of sizes that are in their rise.
NOTHING, RISE = 0.05, (0.05, 0.95)
#: A guess is right: one of ten digits, or of two for the leading one, which is 0 or 1 about as often.
GUESS = (0.1, 0.1, 0.1, 0.1, 0.5)
#: Of the nine other digits, those one above or below: 18 of 90 pairs.
NEXT = 0.2
_KEY = ["params", "seed"]


@checked
def by_digit(answers: pd.DataFrame) -> pd.DataFrame:
    """Share of the test on which each digit is right, for every run.

    Parameters
    ----------
    answers : DataFrame
        The table ``grown_answers``.

    Returns
    -------
    DataFrame
        ``params``, ``seed``, columns 0, 1, … for the digits (lowest first), ``exact_match``.
    """
    need_columns(answers, (*_KEY, "right"))
    table = pd.DataFrame(_marks(answers) == "o", index=answers.index)
    table = table.assign(exact_match=table.all(axis=1))
    return table.groupby([answers["params"], answers["seed"]]).mean().reset_index()


@checked
def product_gap(table: pd.DataFrame) -> Result:
    """Exact match less the product of accuracies per digit, mean over the sizes in the rise.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it. Sizes whose mean exact match lies in `RISE`; seeds are drawn again with all
        their sizes.

    Returns
    -------
    Result
        n counts seeds.
    """
    need_columns(table, (*_KEY, "exact_match", "position_product"))
    mean = table.groupby("params")["exact_match"].mean()
    rising = mean.index[mean.between(*RISE)]
    kept = table.loc[table["params"].isin(rising), [*_KEY, "exact_match", "position_product"]]
    return by_seed(kept, lambda means, _: float((means["exact_match"] - means["position_product"]).mean()))


@checked
def wrong_and_wrong(answers: pd.DataFrame) -> pd.DataFrame:
    """Correlation of the errors at each two digits, mean over the runs in which both are sometimes wrong.

    Returns
    -------
    DataFrame
        ``first``, ``second`` (digits, lowest 0), ``runs``, ``correlation``.
    """
    need_columns(answers, (*_KEY, "right"))
    wrong = _marks(answers) == "x"
    length = wrong.shape[1]
    codes = answers.groupby(_KEY).ngroup().to_numpy()
    pairs = [(i, j) for i in range(length) for j in range(i + 1, length)]
    found: dict[tuple[int, int], list[float]] = {pair: [] for pair in pairs}
    for code in np.unique(codes):
        block = wrong[codes == code].astype(float)
        varies = block.std(axis=0) > 0
        block = (block - block.mean(axis=0)) / np.where(varies, block.std(axis=0), 1.0)
        both = block.T @ block / len(block)
        for i, j in pairs:
            if varies[i] and varies[j]:
                found[i, j].append(both[i, j])
    return pd.DataFrame([{"first": i, "second": j, "runs": len(v), "correlation": float(np.mean(v))}
                         for (i, j), v in found.items() if v])


@checked
def right_digits(answers: pd.DataFrame) -> Result:
    """Right digits in wrong answers of runs that hardly ever answer rightly, above chance.

    Returns
    -------
    Result
        Share of the range above `GUESS`: 0 where digits are guessed, 1 where all are right. n counts runs,
        seeds are clusters.
    """
    table = by_digit(answers)
    low = set(map(tuple, table.loc[table["exact_match"] < NOTHING, _KEY].to_numpy()))
    wrong = answers[answers["right"].str.contains("x")]
    share = wrong["right"].str.count("o") / len(GUESS)
    runs = share.groupby([wrong["params"], wrong["seed"]]).mean()
    runs = runs[[key in low for key in runs.index]]
    chance = float(np.mean(GUESS))
    above = ((runs - chance) / (1 - chance)).to_numpy()
    return bootstrap(np.mean, above, clusters=pd.Series(runs.index.get_level_values("seed"), name="seed"))


@checked
def kinds_of_wrong(answers: pd.DataFrame) -> pd.DataFrame:
    """Wrong sums of every run by kind.

    Returns
    -------
    DataFrame
        ``params``, ``seed``, ``items``, ``wrong``, ``carry`` (wrong sums that are off by one carry: 10, 100,
        …), ``single`` (with a single wrong digit); counts.
    """
    need_columns(answers, (*_KEY, "right", "off"))
    length = len(answers["right"].iloc[0])
    wrong = answers["right"].str.contains("x")
    powers = 10.0 ** np.arange(1, length)
    table = answers[_KEY].assign(items=1, wrong=wrong, carry=wrong & answers["off"].abs().isin(powers),
                                 single=answers["right"].str.count("x") == 1)
    return table.groupby(_KEY).sum().reset_index()


@checked
def carries(kinds: pd.DataFrame) -> Result:
    """Share of wrong sums that are one carry away, beyond chance, over the sizes in the rise.

    A wrong digit put at random is one carry away in `NEXT` of the cases, if no other is wrong. Wrong sums of
    all sizes in the rise are pooled.

    Parameters
    ----------
    kinds : DataFrame
        As `kinds_of_wrong` gives it.

    Returns
    -------
    Result
        n counts seeds.
    """
    need_columns(kinds, (*_KEY, "items", "wrong", "carry", "single"))
    mean = 1 - kinds.groupby("params")["wrong"].sum() / kinds.groupby("params")["items"].sum()
    rising = mean.index[mean.between(*RISE)]
    kept = kinds.loc[kinds["params"].isin(rising), [*_KEY, "wrong", "carry", "single"]]

    def share(means: dict[str, FloatArray], _: object) -> float:
        wrong = float(means["wrong"].sum())
        return float((means["carry"] - NEXT * means["single"]).sum()) / wrong if wrong else float("nan")

    return by_seed(kept, share)


@checked
def carry_change(table: pd.DataFrame) -> Result:
    """Share of wrong sums that are one carry away at the top of the rise, less that at its foot.

    Foot and top are the sizes in `RISE` with a mean exact match below and above one half; wrong sums of the
    sizes of each are pooled.

    Parameters
    ----------
    table : DataFrame
        As `runs` gives it, with ``one_carry_share``.

    Returns
    -------
    Result
        n counts seeds.
    """
    need_columns(table, (*_KEY, "exact_match", "one_carry_share"))
    mean = table.groupby("params")["exact_match"].mean()
    rising = mean[mean.between(*RISE)]
    foot = rising.to_numpy() < 0.5
    rows = table[table["params"].isin(rising.index)]
    wrong = 1 - rows["exact_match"]
    kept = rows[_KEY].assign(wrong=wrong, carry=(rows["one_carry_share"] * wrong).fillna(0.0))

    def share(means: dict[str, FloatArray], at: BoolArray) -> float:
        missed = float(means["wrong"][at].sum())
        return float(means["carry"][at].sum()) / missed if missed else float("nan")

    return by_seed(kept, lambda means, _: share(means, ~foot) - share(means, foot))


def _marks(answers: pd.DataFrame) -> NDArray[np.str_]:
    """The marks of the digits, one a column, lowest first."""
    right = answers["right"].to_numpy(dtype=object)
    length = len(right[0])
    return np.array(right, dtype=f"U{length}").view("U1").reshape(len(right), length)
