"""Which curves the page shows first: chosen from the stored verdicts, by a rule."""

from __future__ import annotations

import pandas as pd

from emergence_utils.errors import InputError
from emergence_utils.metrics.registry import get_metric

__all__ = ["HARD", "lesson"]

#: The metric under which the leap is sought.
HARD = "exact_match"
#: The axis of the first state.
_AXIS = "params"
_ONE = ["source", "task", "part", "prompting", "models"]


def lesson(verdicts: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Two curves of the same answers, one sudden and one not.

    Among ladders over parameters that are sudden under exact match, and whose same answers are gradual under
    some metric without a threshold (one that is not all-or-nothing and has a best score), the one with the
    largest rise in one gap, and of its gradual twins the one with the smallest rise. Where none is gradual, a
    twin that is not sudden does.

    Returns
    -------
    tuple of dict
        The facets of the sudden curve and of its twin.

    Raises
    ------
    InputError
        If no ladder is sudden while a twin is not.
    """
    use = verdicts[verdicts["axis"] == _AXIS]
    sudden = use[(use["metric"] == HARD) & (use["jump"] == "sharp")]
    soft = use[~use["metric"].map(lambda m: get_metric(m).all_or_nothing)]
    for accepted in ("gradual", "cannot tell"):
        twins = soft[soft["jump"] == accepted]
        pairs = sudden.merge(twins, on=_ONE, suffixes=("", "_soft"))
        if pairs.empty:
            continue
        pairs["fall"] = pairs["jump_rise_soft"].abs()
        best = pairs.sort_values(["jump_rise", "fall"], ascending=[False, True], kind="stable").iloc[0]
        first = {name: str(best[name]) for name in (*_ONE, "metric")}
        return first, first | {"metric": str(best["metric_soft"])}
    raise InputError(f"no ladder over {_AXIS} is sudden under {HARD} and not under a metric without a "
                     "threshold.")
