"""The one place where work is spread out: in this process, over several here, or over a Dask cluster.

Results come back as they are finished, in any order, with the number of the piece of work they belong to.
What a worker loses by dying is only what it was working on: that piece is done again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

from ..errors import InputError

__all__ = ["each_finished"]

W = TypeVar("W")
R = TypeVar("R")
#: How often one piece of work may take a worker down with it.
_TRIES = 3


def each_finished(function: Callable[[W], R], work: Sequence[W], *, jobs: int = 1,
                  scheduler: str | None = None) -> Iterator[tuple[int, R]]:
    """Apply `function` to each piece of work and yield what is finished.

    Parameters
    ----------
    function : callable
        Of one piece of work; it and its results must be picklable where they travel.
    work : sequence
    jobs : int
        Processes on this machine; 1 works in this one.
    scheduler : str, optional
        Address of a running Dask scheduler, e.g. ``tcp://host:8786``; `jobs` then does not matter.

    Yields
    ------
    number : int
        Which piece of `work` it was.
    result
        What `function` gave.

    Raises
    ------
    InputError
        If no scheduler answers at the address, or workers keep dying.
    """
    if jobs < 1:
        raise InputError(f"jobs must be at least 1, got {jobs}.")
    if scheduler is not None:
        yield from _on_dask(function, work, scheduler)
    elif jobs == 1 or len(work) < 2:
        for number, piece in enumerate(work):
            yield number, function(piece)
    else:
        yield from _in_processes(function, work, min(jobs, len(work)))


def _begin() -> None:
    """Several processes share one accelerator, and the cores of one machine."""
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")


def _in_processes(function: Callable[[W], R], work: Sequence[W], jobs: int) -> Iterator[tuple[int, R]]:
    _begin()
    left = dict(enumerate(work))
    for _ in range(_TRIES):
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin) as pool:
            numbers: dict[Future[R], int] = {pool.submit(function, w): n for n, w in left.items()}
            waiting = set(numbers)
            try:
                while waiting:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in finished:
                        number = numbers[future]
                        result = future.result()
                        del left[number]
                        yield number, result
                return
            except BrokenProcessPool:
                continue  # a worker was killed: what is left begins again in a fresh pool
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
    raise InputError(f"Processes died {_TRIES} times with {len(left)} pieces of work left; use fewer jobs.")


def _on_dask(function: Callable[[W], R], work: Sequence[W], scheduler: str) -> Iterator[tuple[int, R]]:
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise InputError("A scheduler needs Dask: pip install 'emergence-utils[train]'.") from None
    try:
        client: Any = Client(scheduler, timeout=20)
    except (OSError, ValueError) as error:
        raise InputError(f"No Dask scheduler answers at {scheduler}: {str(error).splitlines()[0]}.") from None
    with client:
        futures = {client.submit(function, piece, pure=False, retries=0): n for n, piece in enumerate(work)}
        for future in as_completed(list(futures)):
            try:
                result = future.result()
            except KilledWorker as error:
                raise InputError(f"Dask workers died over one piece of work: {str(error).splitlines()[0]}."
                                 ) from None
            yield futures[future], result
            future.release()
