"""Small language models trained by this project (`emergence_utils.train`): scores and single answers."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from emergence_utils.train.kinds import KINDS

from .inputs import Raw
from .tidy import Built

COLUMNS = {
    "params": ("number", "parameters, embeddings included"),
    "seed": ("number", "seed of the run: first weights and training questions"),
    "item": ("number", "number of the sum in the test, the same for all models"),
    "right": ("string", "one sign a digit of the answer, the lowest digit first: o right, x wrong"),
    "off": ("number", "answer less the right sum; missing where the answer is no number"),
    "log_prob": ("number", "log-probability of the whole right answer, in nats"),
    "lead": ("number", "least lead of a right digit over the likeliest wrong one, given the right ones "
                       "before it, in nats; the model writes the right answer where it is above 0"),
}
RATES = {
    "params": ("number", "parameters, embeddings included"),
    "learning_rate": ("number", "peak, after a warm-up, before a cosine down to a tenth"),
    "seed": ("number", "seed of the run: first weights and training questions"),
    "cross_entropy": ("number", "mean over the digits of an answer, in nats, at the end of training"),
    "exact_match": ("number", "share of the test's sums that are right, at the end of training"),
}
_NOTES = {
    "addition": "four digits plus four digits, written from the lowest digit on",
    "addition_mixed": "as addition; 5 % of the training questions in base 9, marked by a token in front",
    "addition_base9": "as addition, in base 9 alone",
    "multiplication": "two digits times two digits, written from the lowest digit on",
    "modular": "sum modulo 37; 40 % of all pairs are kept from training",
    "chain_direct": "one to six operations on a digit modulo 10, answered at once; 40 % of chains lead "
                    "back to where they began",
    "chain_steps": "the same questions, answered with every state in between; the last one counts",
    "distractor": "a frequent easy rule; a cue in 2 % of the training questions overrules it",
    "skills": "six skills in one mixture, some of which build on others",
}


def grown(raw: Raw) -> Built:
    """Scores of all runs at the end; exact match and cross-entropy at ten checkpoints."""
    table = raw.csv("scores.csv.gz")
    table["subset"] = table["subset"].where(table["subset"].notna(), None)
    return Built(_with_scale(table, "grown"), _made(raw),
                 {task: (np.nan, note) for task, note in _NOTES.items()})


def grown_many(raw: Raw) -> Built:
    """Scores of many runs a size at the end; exact match along training."""
    return _sums(raw, "grown_many")


def grown_tuned(raw: Raw) -> Built:
    """The same with a learning rate for each size."""
    return _sums(raw, "grown_tuned")


def grown_rates(raw: Raw) -> Built:
    """Loss and exact match of short ladders under several learning rates."""
    table = raw.csv("rates.csv")[list(RATES)]
    about = json.loads(raw.path("about.json").read_text(encoding="utf-8"))
    did = (f"{len(table)} runs of {table['params'].nunique()} sizes, trained as those of `grown_tuned` and "
           f"before them, on the same {about['device']} ({about['platform']}, JAX {about['jax']}).")
    return Built(table.sort_values(["params", "learning_rate", "seed"], ignore_index=True), [did])


def _sums(raw: Raw, source: str) -> Built:
    table = raw.csv("scores.csv.gz")
    table["subset"] = None
    return Built(_with_scale(table, source), _made(raw), {"addition": (np.nan, _NOTES["addition"])})


def battery(raw: Raw) -> Built:
    """Scores of the battery at the end of training; ``subset`` is the kind of task."""
    table = raw.csv("scores.csv.gz")
    table["subset"] = table["task"].map(KINDS)
    about = json.loads(raw.path("about.json").read_text(encoding="utf-8"))
    did = [f"A part of what `{about['command']}` trains."]
    for m in about["machines"]:
        sizes, seeds = list(m["seeds"]), next(iter(m["seeds"].values()))
        did.append(f"{m['runs']} runs, {m['wall_seconds']} s one after the other on one {m['device']}, "
                   f"{m['platform']}, JAX {m['jax']}: seeds {', '.join(map(str, seeds))} of "
                   f"{', '.join(sizes)}.")
    return Built(_with_scale(table, "battery"), did,
                 {task: (np.nan, f"one of the {kind} of `emergence_utils.train`")
                  for task, kind in KINDS.items()})


def _with_scale(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """The scores with what a score table says of the models."""
    tokens = table["step"] * table.pop("tokens_per_step").astype(float)
    return table.assign(source=source, family="decoder, 2 layers", params_kind="total", tokens=tokens,
                        train_flops=6.0 * table["params"] * tokens, flops_kind="6ND")


def grown_answers(raw: Raw) -> Built:
    """Every answer of every addition model to the test, at the end of training."""
    table = raw.csv("answers.csv.gz", dtype={"right": str})[list(COLUMNS)]
    # digits would be read as a number
    table["right"] = table["right"].str.translate(str.maketrans("10", "ox"))
    return Built(table.sort_values(["params", "seed", "item"], ignore_index=True), _made(raw))


def _made(raw: Raw) -> list[str]:
    about = json.loads(raw.path("about.json").read_text(encoding="utf-8"))
    return [f"Trained by `{about['command']}`: {about['runs']} runs, {about['wall_seconds']} s on one "
            f"{about['device']} with {about['processes']} processes, {about['platform']}, "
            f"JAX {about['jax']}."]
