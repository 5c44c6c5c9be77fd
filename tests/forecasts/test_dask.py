"""The benchmark on a real Dask cluster of two workers gives what one process gives."""

from __future__ import annotations

import pytest

from emergence_utils.forecasts import METHODS
from emergence_utils.forecasts.running import gathered, parts, run

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'emergence-utils[train]'")
pytestmark = pytest.mark.filterwarnings("default")  # Dask's own


def test_two_workers_give_the_files_of_one_process(tmp_path):
    todo = parts(["cot", "gemstones"], METHODS[:4])
    seen = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
                                  dashboard_address=None, local_directory=str(tmp_path)) as cluster:
        run(tmp_path / "far", todo[:3], scheduler=cluster.scheduler_address)  # cut off after three parts
        run(tmp_path / "far", todo, scheduler=cluster.scheduler_address,
            say=lambda done, all_: seen.append((done, all_)))
    run(tmp_path / "here", todo)
    assert seen[0] == (3, 8)
    assert seen[-1] == (8, 8)
    for part in todo:
        assert (tmp_path / "far" / part.file).read_bytes() == (tmp_path / "here" / part.file).read_bytes()
    assert len(gathered(tmp_path / "far", todo)) == len(gathered(tmp_path / "here", todo))
