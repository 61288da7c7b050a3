"""Who evaluates blocks of runs: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from coprod_budget.errors import ExitCode, MissingDataError, Problem, ProblemsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor, Future

_P = ParamSpec("_P")
_T = TypeVar("_T")
_PATIENCE = 10
"""Seconds to wait for a cluster."""
FEW_BLOCKS = 32
"""Fewer are done here about as soon as by processes that have to start and read the film first."""


class WorkersLostError(ProblemsError):
    """Workers ended again and again before they had finished a block, or cannot be reached (exit 6: what is finished is kept)."""

    exit_code = ExitCode.SOME_RUNS_FAILED


class Workers(Protocol):
    """Processes that blocks are sent to."""

    lost: tuple[type[BaseException], ...]
    """What is raised for a block whose worker ended before it had finished."""

    def open(self) -> Executor:
        """Return what takes work."""

    def room(self) -> int:
        """How many blocks may be on their way at a time: enough that nobody waits."""

    def renewed(self, executor: Executor) -> Executor:
        """Return what takes work after a worker was lost."""

    def close(self, executor: Executor) -> None:
        """Leave nothing running."""


class _Pool(ProcessPoolExecutor):
    """Processes that never hear of Ctrl-C, not even while they start: it is for the process that sends the work."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Send work, and start a process for it where one is missing; that one inherits what is blocked here."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(fn, *args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Processes:
    """Processes of this machine."""

    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, count: int) -> None:
        self.count = count

    def open(self) -> Executor:
        """Start them from nothing: a copy of this process could hold locks of its threads."""
        return _Pool(self.count, multiprocessing.get_context("spawn"), _begin)

    def room(self) -> int:
        """Two blocks each: one is worked on while the next is on its way."""
        return 2 * self.count

    def renewed(self, executor: Executor) -> Executor:
        """Start all of them again: when one dies, the others are ended too."""
        self.close(executor)
        return self.open()

    def close(self, executor: Executor) -> None:
        """End them, whatever they are doing."""
        assert isinstance(executor, ProcessPoolExecutor)
        for process in list((executor._processes or {}).values()):  # noqa: SLF001 - terminate_workers, before Python 3.14
            process.terminate()
        results: Any = executor._result_queue  # noqa: SLF001 - as before
        if results is not None:  # what a worker was in the middle of sending would be waited for for ever
            results._writer.close()  # noqa: SLF001 - as before
        executor.shutdown(cancel_futures=True)


class Cluster:
    """The workers of a Dask cluster, by the address of its scheduler; they read film and data under the same paths as here."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.lost: tuple[type[BaseException], ...] = (BrokenExecutor,)
        self._client: Any = None

    def open(self) -> Executor:
        """Connect; MissingDataError where Dask is not installed, WorkersLostError where nobody answers."""
        try:
            distributed: Any = import_module("distributed")  # an extra, imported late
        except ImportError:
            found = "--dask needs Dask, which is not installed"
            raise MissingDataError([Problem("S901", found, "pip install 'coprod-budget[dask]'")]) from None
        self.lost = (BrokenExecutor, CancelledError, distributed.KilledWorker)
        try:
            self._client = distributed.Client(self.address, timeout=_PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except (OSError, ValueError) as error:
            raise self._silent(error) from None
        executor: Executor = self._client.get_executor(pure=False)
        return executor

    def _silent(self, error: Exception) -> WorkersLostError:
        hint = "start `dask scheduler`, and `dask worker ADDRESS` where there is work to be done"
        return WorkersLostError([Problem("S902", f"no Dask workers answer at {self.address} ({error})", hint)])

    def room(self) -> int:
        """Two blocks for each thread of a worker, counted anew each time: workers come and go."""
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError as error:
            raise self._silent(error) from None
        return 2 * max(1, sum(threads.values()))

    def renewed(self, executor: Executor) -> Executor:
        """Go on: the scheduler gives work to those that are left."""
        return executor

    def close(self, executor: Executor) -> None:
        """Take back what nobody has begun, and hang up."""
        executor.shutdown(wait=False)
        if self._client is not None:
            self._client.close()


def workers_for(blocks: int, count: int | None = None, dask: str = "") -> Workers | None:
    """Return who evaluates so many blocks; None is this process.

    ``count`` is how many processes are asked for; where nobody asks, one for each processor if that pays.
    """
    if dask:
        return Cluster(dask)
    if count is None:
        count = _processors() if blocks >= FEW_BLOCKS else 1
    return Processes(min(count, blocks)) if min(count, blocks) > 1 else None


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin() -> None:
    """Begin a worker process; it does not outlive the one that sends the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
