"""Errors of the OLMo ladder's two-stage forecast, by the published recipe and by this book's."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ... import scores
from ...laws import TaskFit, fit_task_law
from ..open_claims import final_runs, forecast_targets
from .row import Reproduction

__all__ = ["ladder_errors"]

_GROUP = "OLMo ladder"
_SOURCE = "bhagia2024ladder"
#: Split of each task, as in the authors' list of main tasks.
_SPLIT = {
    "mmlu": "test",
    "hellaswag": "val",
    "arc_challenge": "test",
    "arc_easy": "test",
    "piqa": "val",
    "commonsense_qa": "val",
    "siqa": "val",
    "openbookqa": "test",
}
#: Weights of the parts of MMLU in the authors' code.
_PARTS = {"mmlu_stem": 0.215, "mmlu_humanities": 0.335, "mmlu_social_sciences": 0.219, "mmlu_other": 0.231}
#: Accuracy of 13B-5T and its forecast, from the file beside the authors' figure (chained_main.csv).
_PUBLISHED = {
    "mmlu": (0.51614, 0.51268),
    "hellaswag": (0.83191, 0.85304),
    "arc_challenge": (0.63805, 0.52671),
    "arc_easy": (0.87172, 0.77242),
    "piqa": (0.82960, 0.82080),
    "commonsense_qa": (0.74103, 0.77609),
    "siqa": (0.61597, 0.59948),
    "openbookqa": (0.48640, 0.44865),
}
_SMALL = r"(190M|370M|760M|1B)-(1|2|5|10)xC"
_TARGET = "OLMo-2-13B"
#: Checkpoints averaged, and share of the first ones left out of the second stage.
_AVERAGED, _SKIPPED = 5, 0.1


def ladder_errors() -> list[Reproduction]:
    """Forecasts for 13B after 5T tokens by the published recipe; mean misses of chapter 8's simpler one."""
    table = scores.load("olmo_ladder", prompting="rc 5-shot")
    rows, misses, second = [], [], []
    for task, (reached, forecast) in _PUBLISHED.items():
        seen, ours, known = _forecast(_series(table, task))
        misses.append(100 * abs(ours - seen))
        rows.append(
            Reproduction(
                _GROUP,
                f"{task}: miss at 13B-5T, points",
                100 * abs(forecast - reached),
                misses[-1],
                0.05,
                _SOURCE,
            )
        )
        second.append(100 * abs(known - seen))
    recipe = (
        "last five checkpoints averaged; second stage on all checkpoints but the first tenth, with one ideal "
        "point"
    )
    rows += [
        Reproduction(
            _GROUP,
            "mean miss over eight tasks at 13B-5T, points",
            4.17,
            float(np.mean(misses)),
            0.02,
            _SOURCE,
            recipe,
        ),
        Reproduction(
            _GROUP,
            "the same with the true loss known, points",
            2.40,
            float(np.mean(second)),
            0.02,
            _SOURCE,
            "second stage alone",
        ),
    ]
    runs = final_runs(table)
    told = forecast_targets(runs, train=_SMALL, targets=("OLMo-2-7B", _TARGET))
    errors = 100 * told["miss_two_stage"].abs().groupby(told["model"]).mean()
    why = (
        "chapter 8: last checkpoint alone in both stages, MMLU pooled by items, 7B before its last annealing"
    )
    return [
        *rows,
        *(
            Reproduction(
                _GROUP,
                f"{name}: mean miss over ten tasks, points",
                value,
                float(errors[name]),
                0.1,
                "emergencebook",
                why,
            )
            for name, value in (("OLMo-2-7B", 4.1), (_TARGET, 5.1))
        ),
    ]


def _series(table: pd.DataFrame, task: str) -> pd.DataFrame:
    """Loss and accuracy of every checkpoint, as the authors average them."""
    parts = _PARTS if task == "mmlu" else {task: 1.0}
    rows = table[
        table["task"].isin(parts)
        & (table["subset"] == _SPLIT[task])
        & table["metric"].isin(["bits_per_byte", "multiple_choice_grade_norm"])
    ]
    rows = rows.assign(
        value=rows["value"] * rows["task"].map(parts),
        score=rows["metric"].map({"bits_per_byte": "loss", "multiple_choice_grade_norm": "accuracy"}),
    )
    wide = rows.groupby(["model", "params", "tokens", "score"])["value"].sum().unstack("score").reset_index()
    return wide.sort_values("tokens", kind="stable")


def _forecast(series: pd.DataFrame) -> tuple[float, float, float]:
    """Accuracy of the target, its forecast, and that from the true loss."""
    last: list[dict[str, float]] = []
    early = []
    for model, run in series.groupby("model"):
        if not re.fullmatch(_SMALL, str(model)):
            continue
        kept = run.iloc[int(np.ceil(_SKIPPED * len(run))) :][["loss", "accuracy"]]
        early.append(kept.rolling(_AVERAGED, min_periods=1).mean().assign(run=len(last)))
        last.append(
            run.tail(_AVERAGED)[["loss", "accuracy"]].mean().to_dict()
            | {"params": run["params"].iloc[0], "tokens": run["tokens"].iloc[-1]}
        )
    runs = pd.DataFrame(last)
    law: TaskFit = fit_task_law(
        runs["params"],
        runs["tokens"],
        runs["loss"],
        runs["accuracy"],
        checkpoints=pd.concat(early),
        n_resamples=0,
    )
    goal = series[series["model"] == _TARGET]
    seen = goal.tail(_AVERAGED)[["loss", "accuracy"]].mean()
    told = law.predict(goal["params"].iloc[0], goal["tokens"].iloc[-1])
    return float(seen["accuracy"]), float(told["accuracy"].iloc[0]), float(law.from_loss([seen["loss"]])[0])
