"""Blocks of runs evaluated here or by workers: the same figures, whoever evaluates them.

Blocks are cut by run number before anybody works on them, and each is evaluated as it would be here: so nothing depends on how many
workers there are, on which of them takes a block, or on whether one dies and its block is taken by another.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import Counter, deque
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget import __version__
from coprod_budget.errors import Problem, ProjectError
from coprod_budget.project import texts_of
from coprod_budget.whatif.study import BLOCK, Runs, Study
from coprod_budget.whatif.workers import WorkersLostError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from coprod_budget.whatif.shape import Recipe
    from coprod_budget.whatif.study import Drawn, Part
    from coprod_budget.whatif.workers import Workers

TRIES = 5
"""How often a block is given to workers that end before they have finished it."""


class _Block(NamedTuple):
    """Runs from number ``start`` to before ``stop``; None stands for those that are drawn there."""

    start: int
    stop: int
    runs: Runs | None = None


class _Job(NamedTuple):
    """What all blocks of a study have in common."""

    recipe: Recipe
    digest: str
    """Of the files that are read: a worker that starts later, or elsewhere, must not read others."""
    data: tuple[Path, ...]
    metrics: tuple[str, ...]
    drawn: Drawn | None
    version: str = __version__

    def study(self) -> Study:
        """Return the study, in whatever process this is; a ProjectError where it would be another."""
        if self.version != __version__:
            found = f"a worker has coprod-budget {__version__}, and this is {self.version}"
            raise ProjectError([Problem("S903", found, "install the same version everywhere")])
        try:
            digest = _digest(self.recipe, self.data)
        except OSError as error:
            found = f"a worker cannot read {error.filename} ({error.strerror})"
            raise ProjectError([Problem("S904", found, "on a cluster it has to be there for every worker")]) from None
        if self.digest != digest:
            found = "the project file, one it is based on, or a file of overrides or data, is not what it was when the runs began"
            hint = "run it again; on a cluster the files have to be the same for every worker"
            raise ProjectError([Problem("S905", found, hint)])
        study = Study(self.recipe.source, data=self.data)
        study.recipe = self.recipe
        return study


def run_all(study: Study, runs: Runs | Drawn, metrics: Sequence[str], workers: Workers | None = None) -> Iterator[Part]:
    """Evaluate all runs; with workers, finished blocks come in any order.

    Runs that are drawn are drawn by the workers, and do not come back: ``Part.runs`` is empty, whoever evaluates them.
    """
    if workers is None:
        parts = study.run(runs, metrics)
        return parts if isinstance(runs, Runs) else (part._replace(runs=Runs({})) for part in parts)
    blocks = ((start, min(start + BLOCK, runs.count)) for start in range(0, runs.count, BLOCK))
    if isinstance(runs, Runs):
        return _sent(study, (_Block(a, b, runs.part(a, b)) for a, b in blocks), metrics, workers)
    return _sent(study, (_Block(a, b) for a, b in blocks), metrics, workers, runs)


def run_blocks(
    study: Study, blocks: Iterable[tuple[int, Runs]], metrics: Sequence[str], workers: Workers | None = None
) -> Iterator[Part]:
    """Evaluate blocks of runs, each with the number of its first; with workers, finished blocks come in any order.

    Blocks are taken when there is room, so they may be made one by one. Where a worker dies its blocks are given to another, a few
    times; then a WorkersLostError says so. After Ctrl-C the blocks that are finished still come, then KeyboardInterrupt.
    """
    if workers is None:
        return (study.block(runs, metrics, start) for start, runs in blocks)
    return _sent(study, (_Block(start, start + runs.count, runs) for start, runs in blocks), metrics, workers)


def _sent(
    study: Study, blocks: Iterable[_Block], metrics: Sequence[str], workers: Workers, drawn: Drawn | None = None
) -> Iterator[Part]:
    for part in _Sender(workers, pickle.dumps(_job(study, metrics, drawn)), blocks).parts():
        study.warn(part.warnings)
        yield part


def _job(study: Study, metrics: Sequence[str], drawn: Drawn | None) -> _Job:
    """What is sent; relative paths would mean something else where a worker lives."""
    recipe = study.recipe
    if isinstance(recipe.source, Path):
        recipe = replace(recipe, source=recipe.source.absolute(), filename=recipe.filename or str(recipe.source))
    sets = tuple(f"@{Path(text[1:]).absolute()}" if text.startswith("@") else text for text in recipe.sets)
    data = tuple(folder.absolute() for folder in study.data)
    recipe = replace(recipe, sets=sets)
    return _Job(recipe, _digest(recipe, data), data, tuple(metrics), drawn)


class _Sender:
    """Keeps workers busy, and gives the blocks of those that are lost to others."""

    def __init__(self, workers: Workers, job: bytes, blocks: Iterable[_Block]) -> None:
        self._workers, self._job, self._token = workers, job, hashlib.sha256(job).hexdigest()
        self._rest, self._again = iter(blocks), deque[_Block]()
        self._going: dict[Future[Part], _Block] = {}
        self._tried = Counter[int]()
        self._broken = False

    def parts(self) -> Iterator[Part]:
        """Yield what is finished, until everything is."""
        executor = self._workers.open()
        try:
            while True:
                if self._broken and not self._going:
                    executor, self._broken = self._workers.renewed(executor), False
                if not self._broken:
                    self._fill(executor)
                if not self._going and not self._broken:
                    return
                for future in wait(self._going, return_when=FIRST_COMPLETED).done:
                    yield from self._taken(future)
        except KeyboardInterrupt:
            for future in [future for future in self._going if future.done()]:
                yield from self._taken(future)
            raise
        finally:
            self._workers.close(executor)

    def _fill(self, executor: Executor) -> None:
        room = self._workers.room()
        while len(self._going) < room:
            block = self._again.popleft() if self._again else next(self._rest, None)
            if block is None:
                return
            try:
                future = executor.submit(evaluate, self._job, self._token, block)
            except self._workers.lost:
                self._again.append(block)
                self._broken = True
                return
            self._going[future] = block

    def _taken(self, future: Future[Part]) -> Iterator[Part]:
        block = self._going.pop(future)
        try:
            part = future.result()
        except self._workers.lost:
            self._broken = True
            self._again.append(block)
            self._tried[block.start] += 1
            if self._tried[block.start] >= TRIES:
                found = (
                    f"{TRIES} times a worker ended before it had finished runs {block.start + 1:,} to {block.stop:,}"
                )
                hint = "look at the memory of the machine, or take fewer workers; what is finished is kept"
                raise WorkersLostError([Problem("S906", found, hint)]) from None
        else:
            yield part._replace(runs=block.runs or part.runs)


_here = threading.local()


def evaluate(job: bytes, token: str, block: _Block) -> Part:
    """Evaluate a block in a worker, which keeps the study, and its models, for the next one."""
    if getattr(_here, "token", "") != token:
        _here.job = pickle.loads(job)  # noqa: S301 - from the process that began this one, or the client of the cluster
        _here.study = _here.job.study()
        _here.token = token
    study: Study = _here.study
    runs = _here.job.drawn.part(block.start, block.stop) if block.runs is None else block.runs
    return study.block(runs, _here.job.metrics, block.start)._replace(runs=Runs({}))


def _digest(recipe: Recipe, data: Iterable[Path]) -> str:
    found = hashlib.sha256()
    if isinstance(recipe.source, Path):
        recipe.source.stat()  # where it is not there, that is said of the worker
    for text in texts_of(recipe.source, recipe.filename):
        found.update(b"\x00" + text.encode())
    files = [Path(text[1:]) for text in recipe.sets if text.startswith("@")]
    files += [file for folder in data for file in sorted(folder.rglob("*")) if file.is_file()]
    for file in files:
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()
