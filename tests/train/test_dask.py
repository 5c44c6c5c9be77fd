"""Runs on a real Dask cluster of two workers, one of which is killed while it trains."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from emergence_utils.train import Plan, Settings, Size, read_run, run
from emergence_utils.train.runs import run_files
from emergence_utils.train.scale import each_finished

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'emergence-utils[train]'")
pytestmark = pytest.mark.filterwarnings("default")  # Dask's own
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler, and its two workers as processes of their own."""
    folder = tmp_path_factory.mktemp("dask")
    place = folder / "scheduler.json"
    env = os.environ | {"PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu", "OMP_NUM_THREADS": "1"}

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
                                    cwd=folder, env=env, stdout=log, stderr=log)

    started = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                     "--scheduler-file", str(place))]
    for _ in range(600):
        if place.exists():
            break
        time.sleep(0.1)
    started += [start("dask_worker", "--scheduler-file", str(place), "--nthreads", "1", "--no-nanny",
                      "--no-dashboard", "--local-directory", str(folder)) for _ in range(2)]
    try:
        with distributed.Client(scheduler_file=str(place), timeout=120) as client:
            client.wait_for_workers(2, timeout=120)
            address = client.scheduler.address
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.kill()
        for process in started:
            process.wait()


def noted(work: tuple[str, int]) -> int:
    """Leaves a note of the process that works, then takes its time."""
    folder, number = work
    (Path(folder) / f"{number}-{os.getpid()}").write_text("")
    time.sleep(1.0)
    return number * number


def test_a_cluster_trains_what_one_process_trains(cluster, tmp_path):
    plan = Plan("modular", (Size(4), Size(8)), 1, Settings(steps=5, batch=8, checkpoints=2, items=20))
    run([plan], tmp_path / "here")
    run([plan], tmp_path / "there", scheduler=cluster[0])
    here, there = (run_files(tmp_path / name) for name in ("here", "there"))
    assert [p.name for p in here] == [p.name for p in there]
    for one, other in zip(here, there, strict=True):
        a, b = read_run(one), read_run(other)
        assert all(np.allclose(a.arrays[k], b.arrays[k], atol=1e-5) for k in a.arrays)


def test_a_killed_worker_loses_nothing(cluster, tmp_path):
    address, workers = cluster
    found = {}
    for number, result in each_finished(noted, [(str(tmp_path), n) for n in range(6)], scheduler=address):
        found[number] = result
        if len(found) == 1:
            busy = {int(p.name.split("-")[1]) for p in tmp_path.iterdir()}
            victim = next(w for w in workers if w.pid in busy)
            time.sleep(0.3)  # it is in the middle of its next piece
            os.kill(victim.pid, signal.SIGKILL)
    assert found == {n: n * n for n in range(6)}
    begun = [int(p.name.split("-")[0]) for p in tmp_path.iterdir()]
    assert len(begun) > len(set(begun))  # a piece was begun twice
