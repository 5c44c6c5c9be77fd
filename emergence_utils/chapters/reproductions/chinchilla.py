"""The Chinchilla law fitted again to the 240 points read off the figure."""

from __future__ import annotations

from ... import scores
from ...laws import EPOCH, HOFFMANN, LossLaw, fit_loss_law, law_objective
from .row import Reproduction

__all__ = ["UNROUNDED", "chinchilla"]

#: FLOPs of Chinchilla.
_BUDGET = 5.76e23
#: Runs kept of 245: the five highest losses are outliers (Besiroglu et al. 2024).
_KEPT = 240
#: The printed constants with more digits (Besiroglu et al. 2024); the floor from the same source.
UNROUNDED = LossLaw(406.4, 410.7, 1.6934, 0.33917, 0.28491)
_GROUP = "Chinchilla, 240 points"


def chinchilla() -> list[Reproduction]:
    """Constants, objective and best tokens per parameter, and the published constants on the same runs."""
    t = scores.load("chinchilla").nsmallest(_KEPT, "value")
    runs = (t["params"], t["tokens"], t["value"])
    found = fit_loss_law(*runs)
    law, low_high = found.law, found.intervals
    of = "besiroglu2024chinchilla"
    ridge = (
        "the objective is flat along a ridge: their constants, rounded, give "
        f"{1000 * law_objective(EPOCH, *runs):.5f} thousandths"
    )
    rows = [
        Reproduction(_GROUP, what, published, ours, tolerance, of, note)
        for what, published, ours, tolerance, note in (
            ("floor E, nats", EPOCH.floor, law.floor, 0.002, ""),
            ("alpha", EPOCH.alpha, law.alpha, 0.003, ""),
            ("beta", EPOCH.beta, law.beta, 0.003, ""),
            ("A", EPOCH.a, law.a, 15.0, ridge),
            ("B", EPOCH.b, law.b, 120.0, ridge),
            ("least objective, times 1000", 1.01827, 1000 * found.objective, 1e-4, ""),
        )
    ]
    ends = {"floor": (1.769, 1.871, 0.01), "alpha": (0.317, 0.373, 0.01), "beta": (0.331, 0.415, 0.01)}
    for name, (low, high, tolerance) in ends.items():
        for end, value, ours in (("low", low, low_high[name].low), ("high", high, low_high[name].high)):
            rows.append(
                Reproduction(
                    _GROUP,
                    f"{name}, {end} end of the 95 % interval",
                    value,
                    ours,
                    tolerance,
                    of,
                    "bootstrap over runs, ours with slightly wider percentiles",
                )
            )
    hoffmann = "hoffmann2022chinchilla"
    rows += [
        Reproduction(
            _GROUP,
            "tokens per parameter at 5.76e23 FLOPs, printed constants",
            92.7,
            HOFFMANN.tokens_per_parameter(_BUDGET),
            0.1,
            hoffmann,
            "Chinchilla had 20, as the paper's other two approaches advise",
        ),
        Reproduction(
            _GROUP,
            "the same, constants with more digits",
            58.9,
            UNROUNDED.tokens_per_parameter(_BUDGET),
            0.1,
            of,
            "",
        ),
        Reproduction(
            _GROUP, "the same, constants of the refit", 18.3, EPOCH.tokens_per_parameter(_BUDGET), 0.1, of, ""
        ),
        Reproduction(
            _GROUP,
            "the same, our fit beside the refit",
            18.3,
            found.optimal(_BUDGET).estimate,
            1.0,
            of,
            f"95 % interval {found.optimal(_BUDGET).interval:.0f}: carried on to 44 times the compute of "
            "the runs",
        ),
        Reproduction(
            _GROUP,
            "objective of the printed constants over the least",
            float("nan"),
            law_objective(HOFFMANN, *runs) / found.objective,
            0.0,
            hoffmann,
            "rounding alone makes much of it: with more digits it is "
            f"{law_objective(UNROUNDED, *runs) / found.objective:.2f}",
        ),
    ]
    return rows
