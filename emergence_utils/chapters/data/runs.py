"""What models were trained on, and runs of several recipes from which a law can be told, or cannot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ... import scores

__all__ = ["CHINCHILLA_KEPT", "Recipe", "chinchilla", "gadre_losses", "lined_up", "published", "recipes"]

#: Of 245 runs read off the figure, those with the lowest loss (Besiroglu et al. 2024).
CHINCHILLA_KEPT = 240
#: Distance of the Gemstones' checkpoints that are fitted, in tokens; each lies in one training.
_APART = 5e10
_CORPORA = {"c4_original": "C4", "rpj": "RedPajama", "rw_original": "RefinedWeb"}
_RERUN = "-rerun"


@dataclass(frozen=True, eq=False)
class Recipe:
    """Runs of one recipe, with the loss on one text.

    Parameters
    ----------
    name : str
    text : str
        What the loss was measured on.
    runs : DataFrame
        Columns params, tokens, loss (nats per token) and cluster: runs that are drawn together.
    """

    name: str
    text: str
    runs: pd.DataFrame

    @property
    def trainings(self) -> int:
        """Independent trainings."""
        return int(self.runs["cluster"].nunique())


def chinchilla(kept: int = CHINCHILLA_KEPT) -> pd.DataFrame:
    """The `kept` runs of the Chinchilla figure with the lowest loss, as columns params, tokens, loss."""
    table = scores.load("chinchilla").nsmallest(kept, "value")
    return table.rename(columns={"value": "loss"})[["model", "params", "tokens", "loss", "train_flops"]]


def gadre_losses(text: str) -> pd.DataFrame:
    """The models of Gadre et al. with their corpus and their loss on one text, a row each."""
    table = scores.load("gadre", task=text).rename(columns={"value": "loss"})
    return table.assign(corpus=table["family"].map(_CORPORA))[["corpus", "model", "params", "tokens", "loss"]]


def recipes() -> list[Recipe]:
    """Every recipe of the tables whose runs tell the law of loss.

    Final runs, a recipe and its rerun drawn together; of the Gemstones a checkpoint every fifty billion
    tokens, the checkpoints of one training drawn together.
    """
    first = chinchilla()
    found = [Recipe("Chinchilla", "not told", first.assign(cluster=first["model"]))]
    gadre = gadre_losses("c4_val_loss")
    found += [Recipe(f"Gadre et al., {c}", "C4", rows.assign(cluster=rows["model"]))
              for c, rows in gadre.groupby("corpus")]
    web = scores.load("gemstones", task="validation_loss", subset="fineweb_edu")
    at = (web["tokens"] / _APART).round()
    near = (web["tokens"] / _APART - at).abs() < 0.1 * (at > 0)
    found.append(Recipe("Gemstones", "FineWeb-Edu",
                        web[near].assign(loss=web["value"], cluster=web["model"])))
    olmo = _olmo_finals()
    olmo = olmo[~olmo["model"].str.startswith("OLMo-2")]
    found.append(Recipe("OLMo ladder", "C4", olmo.assign(
        loss=olmo["value"], cluster=olmo["model"].str.removesuffix(_RERUN))))
    keep = ["params", "tokens", "loss", "cluster"]
    return [Recipe(r.name, r.text, r.runs[keep].reset_index(drop=True)) for r in found]


def lined_up() -> list[Recipe]:
    """Runs that look like the others and cannot tell the law: of one ratio, or of one number of tokens."""
    gadre = gadre_losses("c4_val_loss")
    gadre = gadre[(gadre["corpus"] == "C4") & (gadre["tokens"] / gadre["params"]).round().eq(20)]
    olmo = _olmo_finals()
    olmo = olmo[olmo["model"].str.contains("-1xC")].rename(columns={"value": "loss"})
    gpt3 = scores.load("gpt3", task="lambada", metric="perplexity", prompting="zero-shot")
    gpt3 = gpt3.assign(loss=np.log(gpt3["value"]))
    found = {"Gadre et al., C4, twenty tokens each": ("C4", gadre),
             "OLMo ladder, twenty tokens each": ("C4", olmo), "GPT-3": ("LAMBADA", gpt3)}
    return [Recipe(name, text, t.assign(cluster=t["model"].str.removesuffix(_RERUN)))
            for name, (text, t) in found.items()]


def published() -> pd.DataFrame:
    """What models were trained on: one row a model whose tokens are known.

    Returns
    -------
    DataFrame
        ``kind`` (open models, GPT-3, runs for laws), ``family``, ``model``, ``params``, ``tokens``,
        ``flops`` (6 * params * tokens) and ``ratio``, tokens per parameter.
    """
    open_ = scores.load("obsscaling").drop_duplicates("model")
    open_ = open_[~open_["model"].str.contains("btlm", case=False)]  # tokens wrong at the source
    olmo = _olmo_finals()
    large = olmo["model"].str.startswith("OLMo-2")
    laws = [chinchilla().assign(family="Chinchilla"),
            scores.load("gadre", task="c4_val_loss").assign(family="Gadre et al."),
            _last(scores.load("gemstones", task="validation_loss", subset="fineweb_edu")),
            olmo[~large & ~olmo["model"].str.endswith(_RERUN)]]
    parts = {"open models": [open_, olmo[large]], "GPT-3": [scores.load("gpt3").drop_duplicates("model")],
             "runs for laws": laws}
    rows = pd.concat([t.assign(kind=kind)[["kind", "family", "model", "params", "tokens"]].astype(
        {"params": float, "tokens": float}) for kind, tables in parts.items() for t in tables],
        ignore_index=True).dropna(subset=["tokens"]).reset_index(drop=True)
    return rows.assign(flops=6 * rows["params"] * rows["tokens"], ratio=rows["tokens"] / rows["params"])


def _olmo_finals() -> pd.DataFrame:
    """Last checkpoint of every run of the OLMo ladder and of its targets, with the loss on C4."""
    return _last(scores.load("olmo_ladder", task="c4_en_validation"))


def _last(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[table.groupby("model")["tokens"].idxmax()].reset_index(drop=True)
