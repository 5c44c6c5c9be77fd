"""Intervals: how far a measured score may be from the score of infinitely many items.

`binomial`, `binomial_bounds`, `two_proportions`, `rule_of_three` and `items_needed` for counts
of right answers; `clustered`, `paired` and `standard_error` for means of any score;
`bootstrap` for every other statistic.
"""

from ..resample import bootstrap, resampled_rows
from .means import clustered, paired, standard_error
from .proportions import binomial, binomial_bounds, items_needed, rule_of_three, two_proportions

__all__ = [
    "binomial",
    "binomial_bounds",
    "bootstrap",
    "clustered",
    "items_needed",
    "paired",
    "resampled_rows",
    "rule_of_three",
    "standard_error",
    "two_proportions",
]
