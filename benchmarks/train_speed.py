"""How fast small models train: seeds together and one after another, beside the plainest PyTorch loop.

``python benchmarks/train_speed.py`` prints the table and stores it in ``benchmarks/train_speed.csv``, and the
cost of a step by size and by seeds trained together in ``benchmarks/train_cost.csv``; it needs the extra
``train``. Times are processor seconds of this process, so that other work on the machine
matters less; compare within one table only. ``together`` trains all seeds in one compiled program;
``alone`` runs the program compiled for one seed once for each of them; ``alone_compiled_anew`` adds the
compilation that every process of its own would repeat. PyTorch is timed where it is installed, else its
column is empty: not measured.
"""

from __future__ import annotations

import argparse
import resource
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pandas as pd

from emergence_utils.train.loop import trainer
from emergence_utils.train.model import n_params
from emergence_utils.train.settings import Settings, Size
from emergence_utils.train.tasks import get_task

TASK = get_task("addition")


def stretch(width: int, seeds: int, settings: Settings) -> tuple[float, float]:
    """Processor seconds of compiling with the first step, and of a step after it."""
    begin, advance = trainer(TASK, Size(width), settings)
    keys = jnp.stack([jax.random.PRNGKey(seed) for seed in range(seeds)])
    begun = time.process_time()
    states = jax.block_until_ready(advance(begin(keys), keys, 0, 1))
    compiled = time.process_time() - begun
    begun = time.process_time()
    jax.block_until_ready(advance(states, keys, 1, 1 + settings.steps))
    return compiled, (time.process_time() - begun) / settings.steps


def torch_step(width: int, settings: Settings) -> float:
    """Processor seconds a step of the same shape in PyTorch, eager, written as one would at first."""
    if find_spec("torch") is None:
        return float("nan")
    import torch
    from torch import nn

    torch.set_num_threads(1)
    length, vocabulary, heads, first = TASK.length - 1, len(TASK.symbols), 2, TASK.question_length - 1

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm_a, self.norm_b = nn.RMSNorm(width), nn.RMSNorm(width)
            self.qkv = nn.Linear(width, 3 * width, bias=False)
            self.mix = nn.Linear(width, width, bias=False)
            self.up = nn.Linear(width, 4 * width, bias=False)
            self.down = nn.Linear(4 * width, width, bias=False)

        def forward(self, x: Any) -> Any:
            q, k, v = (p.unflatten(-1, (heads, -1)).transpose(1, 2)
                       for p in self.qkv(self.norm_a(x)).chunk(3, -1))
            mixed = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.mix(mixed.transpose(1, 2).flatten(-2))
            return x + self.down(torch.relu(self.up(self.norm_b(x))))

    tokens, places = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
    out = nn.Linear(width, vocabulary, bias=False)
    model = nn.ModuleList([tokens, places, Block(), Block(), nn.RMSNorm(width), out])
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate)

    def step() -> None:
        row = torch.randint(0, 10, (settings.batch, length + 1))
        x = tokens(row[:, :-1]) + places.weight
        for part in model[2:]:
            x = part(x)
        loss = nn.functional.cross_entropy(x[:, first:].flatten(0, 1), row[:, first + 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    step()
    begun = time.process_time()
    for _ in range(settings.steps):
        step()
    return (time.process_time() - begun) / settings.steps


def measured(width: int, seeds: int, settings: Settings) -> dict[str, Any]:
    """One row of the table."""
    compile_one, one = stretch(width, 1, settings)
    compile_all, together = stretch(width, seeds, settings)
    torch = torch_step(width, settings)
    steps = 1500
    return {
        "width": width, "params": n_params(Size(width), len(TASK.symbols), TASK.length - 1), "seeds": seeds,
        "batch": settings.batch, "steps_timed": settings.steps,
        "ms_a_step_one_seed": round(1e3 * one, 3), "ms_a_step_together": round(1e3 * together, 3),
        "compile_s": round(compile_one, 2), "compile_together_s": round(compile_all, 2),
        "ratio_steps": round(seeds * one / together, 2),
        "ratio_compiled_anew": round(seeds * (compile_one + steps * one)
                                     / (compile_all + steps * together), 2),
        "ms_a_step_torch": round(1e3 * torch, 3), "ratio_torch": round(torch / one, 2),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "device": jax.devices()[0].device_kind,
    }


def cost(settings: Settings) -> pd.DataFrame:
    """Milliseconds a step and run, by width and by seeds trained together."""
    rows = []
    for width in (8, 16, 32, 64, 112):
        for seeds in (1, 4, 16):
            _, step = stretch(width, seeds, settings)
            rows.append({"width": width, "params": n_params(Size(width), len(TASK.symbols), TASK.length - 1),
                         "seeds": seeds, "batch": settings.batch,
                         "ms_a_step_and_run": round(1e3 * step / seeds, 3),
                         "device": jax.devices()[0].device_kind})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--cost", type=Path, default=Path(__file__).with_name("train_cost.csv"))
    options = parser.parse_args()
    rows = [measured(width, seeds, Settings(steps=options.steps, batch=batch))
            for width, seeds, batch in ((16, 16, 128), (64, 16, 128), (16, 16, 8))]
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    table.to_csv(options.out, index=False)
    by_size = cost(Settings(steps=options.steps, batch=128))
    print(by_size.to_string(index=False))
    by_size.to_csv(options.cost, index=False)
