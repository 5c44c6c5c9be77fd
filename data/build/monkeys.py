"""Repeated samples of the Pythia models, item by item, and the log-probability of gold answers."""

from __future__ import annotations

import pandas as pd

from .inputs import Raw
from .pythia import PARAMS, TOKENS_PER_STEP
from .tidy import Built, training_flops

#: The smallest size has no scores in the other tables of the book; total parameters, embeddings included.
_PARAMS = PARAMS | {"14m": 14067712}
_UNITS = {"M": 1e6, "B": 1e9}
_LAST_STEP = 143_000
_ROUNDED = ("tokens are upstream's rounded labels (2M to 300B), within 5% of Pythia's steps 1, 32, 256, "
            "1000, 3000, 10000, 30000, 100000 and 143000 times 2,097,152; FLOPs follow from them.")


def _named(size: pd.Series, tokens: pd.Series | float) -> dict[str, pd.Series | str | float]:
    size = size.str.lower()
    params = size.map(_PARAMS).astype(float)
    return {"family": "Pythia", "model": "pythia-" + size, "params": params, "params_kind": "total",
            "tokens": tokens, "train_flops": training_flops(params, pd.Series(tokens, index=size.index)),
            "flops_kind": "6ND"}


def _checkpoint(model: pd.Series) -> dict[str, pd.Series | str | float]:
    """The columns of names such as Pythia_70M_20B: size, then tokens seen."""
    parts = model.str.extract(r"^Pythia_([\d.]+[MB])_(\d+)([MB])$")
    return _named(parts[0], parts[1].astype(float) * parts[2].map(_UNITS))


def _item(problem: pd.Series) -> pd.Series:
    """The upstream's number of a problem, as long for all."""
    return problem.astype("str").str.zfill(4)


def monkeys(raw: Raw) -> Built:
    """7 sizes, 128 MATH problems, 10,000 samples each."""
    t = raw.csv("math_10000_samples.csv.gz")
    named = _named(t["model"].str.removeprefix("Pythia "), float(_LAST_STEP * TOKENS_PER_STEP))
    table = pd.DataFrame({
        "source": "monkeys", **named,
        "task": "math", "item": _item(t["problem"]), "n_samples": t["samples"], "correct": t["correct"]})
    return Built(table, ["Names without a checkpoint are taken as fully trained models, 143,000 steps."])


def monkeys_checkpoints(raw: Raw) -> Built:
    """9 sizes at up to nine checkpoints, MATH and GSM8K, hundreds to millions of samples a problem."""
    parts = []
    for task in ("math", "gsm8k"):
        t = raw.csv(f"{task}_by_checkpoint.csv.gz")
        level = t["level"].str.lower().str.replace(" ", "_") if "level" in t else None
        parts.append(pd.DataFrame({
            "source": "monkeys_checkpoints", **_checkpoint(t["model"]), "task": task, "subset": level,
            "item": _item(t["problem"]), "n_samples": t["samples"], "correct": t["correct"]}))
    return Built(pd.concat(parts, ignore_index=True),
                 [_ROUNDED, "Inference compute as upstream gives it: left out.",
                  "subset is MATH's own level of difficulty."])


def monkeys_answers(raw: Raw) -> Built:
    """Log-probability of the gold answer of 1,319 GSM8K problems for 9 sizes."""
    t = raw.csv("gsm8k_answer_nll.csv.gz")
    named = _checkpoint(t["model"]) | {"train_flops": t["train_flops"], "flops_kind": "published"}
    table = pd.DataFrame({"source": "monkeys_answers", **named, "task": "gsm8k", "item": _item(t["problem"]),
                          "logprob": -t["neg_log_likelihood"]})
    return Built(table, ["logprob is minus upstream's negative log-likelihood, in nats.",
                         "tokens are upstream's rounded labels; train_flops are upstream's, 6ND with rounded "
                         "parameters."])
