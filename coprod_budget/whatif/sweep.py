"""A whole what-if: a film, or some variants of it, over a grid; what is asked of every run; and the rows that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from coprod_budget import __version__
from coprod_budget.errors import Problem, ProjectError
from coprod_budget.whatif.blocks import run_blocks
from coprod_budget.whatif.identity import data_digest, digest_of, film_digest, run_ids
from coprod_budget.whatif.results import ID, RUN, VARIANT, Asked, Field, Rows
from coprod_budget.whatif.study import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from coprod_budget.whatif.journal import Journal
    from coprod_budget.whatif.results import Values
    from coprod_budget.whatif.study import Part, Runs, Study
    from coprod_budget.whatif.workers import Workers

FORMAT = "coprod-budget/whatif"
FEW = 6
"""Runs that are named of those that fail for one reason."""
VERSION = 1
"""Raised when a name changes its meaning or goes away; new names may appear without."""


class Design(Protocol):
    """Runs by their number and by the place at which they are calculated; a ``Grid`` is one."""

    @property
    def count(self) -> int:
        """How many runs there are."""

    @property
    def in_order(self) -> bool:
        """Say whether a run's place is its number."""

    def fields(self) -> tuple[Field, ...]:
        """Return the columns of what varies."""

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Cut the places into blocks."""

    def part(self, start: int, stop: int) -> Runs:
        """Return the runs from one place to before another."""

    def numbered(self, start: int, stop: int) -> Runs:
        """Return the runs from one number to before another."""

    def places(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the places of the runs from one number to before another."""

    def numbers(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the numbers of the runs from one place to before another."""

    def as_dict(self) -> dict[str, Any]:
        """Return all that decides which runs these are."""


class Entry(NamedTuple):
    """The film, or a variant of it by name, and its runs."""

    study: Study
    design: Design
    variant: str = ""


class FilmChangedError(ProjectError):
    """The film's file was written to while its runs were calculated: they do not belong together."""


class Tally(NamedTuple):
    """How the finished runs went. ``failures`` are the first numbers (from 1) of those that failed, by the reason."""

    done: int
    failed: int
    missed: int
    failures: dict[str, list[int]]


@dataclass(frozen=True)
class Sweep:
    """Entries with equally many runs each, and what is asked of them. Runs are numbered through, entry after entry."""

    entries: tuple[Entry, ...]
    asked: Asked
    variants: bool = False
    """There is a column with the name of the variant."""

    @property
    def count(self) -> int:
        """How many runs there are."""
        return len(self.entries) * self._each

    @property
    def _each(self) -> int:
        return self.entries[0].design.count

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns of the table."""
        return self.asked.fields(self.entries[0].design.fields(), variants=self.variants)

    @property
    def in_order(self) -> bool:
        """Say whether runs are calculated in the order of their numbers."""
        return self.entries[0].design.in_order

    @cached_property
    def _digests(self) -> tuple[str, tuple[str, ...]]:
        return data_digest(self.entries[0].study), tuple(film_digest(entry.study) for entry in self.entries)

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the figures depend on: unfinished runs may only be gone on with while all of it is the same."""
        data, films = self._digests
        return {
            "version of the program": __version__,
            "data": data,
            "film (its file, its variants or --set)": films,
            "what is varied": digest_of([entry.design.as_dict() for entry in self.entries]),
            "metrics and requirements": self.asked.keys,
        }

    def meta(self, command: str = "") -> dict[str, Any]:
        """Return what a reader of the table has to know, once: program, film, data, columns with label and unit."""
        project, catalog = self.entries[0].study.base.project, self.entries[0].study.catalog
        data, _ = self._digests
        roles = {role: [f for f in self.fields if f.role == role] for role in ("varied", "metric")}
        return {
            "format": FORMAT,
            "version": VERSION,
            "program": __version__,
            "command": command or None,
            "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
            "data": {
                "newest_exchange_rates": catalog.newest_month(),
                "digest": data,
                "added": [str(f) for f in self.entries[0].study.data],
            },
            "runs": self.count,
            "varied": [{"path": f.name, "kind": f.kind} for f in roles["varied"]],
            "metrics": [{"key": f.name, "label": f.label, "unit": f.unit or None} for f in roles["metric"]],
            "requirements": [requirement.text for requirement, _ in self.asked.requirements],
        }

    def missing(self, journal: Journal, entry: int | None = None) -> Iterator[tuple[int, int]]:
        """Return the blocks that are not finished yet, of one entry or of all, by their first place and the one after the last."""
        for number in range(len(self.entries)) if entry is None else (entry,):
            before = number * self._each
            for start, stop in self.entries[number].design.blocks():
                if not journal.has(before + start, before + stop):
                    yield before + start, before + stop

    def calculate(self, journal: Journal, workers: Workers | None = None) -> Iterator[Part]:
        """Calculate what is not finished, block by block in any order, and put it into the journal.

        A FilmChangedError says that meanwhile somebody changed the film's file.
        """
        begun = self._files()
        for number, entry in enumerate(self.entries):
            before, design = number * self._each, entry.design
            missing = self.missing(journal, number)
            blocks = ((start, design.part(start - before, stop - before)) for start, stop in missing)
            for part in run_blocks(entry.study, blocks, self.asked.keys, workers):
                journal.add(part, self.asked.keys)
                yield part
        for path, state in self._files().items():
            if state != begun[path]:
                found = f"{path} was changed while the runs were calculated"
                raise FilmChangedError([Problem("S906", found, "run it again")])

    def _files(self) -> dict[Path, tuple[int, int]]:
        """The files of the film and of its overrides, and when and how long they were last written."""
        recipe = self.entries[0].study.recipe
        named = [Path(text[1:]) for text in recipe.sets if text.startswith("@")]
        paths = [*named, *([recipe.source] if isinstance(recipe.source, Path) else [])]
        return {path: _state(path) for path in paths}

    def ready(self, journal: Journal) -> int:
        """Return how many runs, from the first on, can be written out for good."""
        if self.in_order:
            return journal.until(0)
        return self.count if journal.done == self.count else 0

    def tally(self, journal: Journal) -> Tally:
        """Count how the finished runs went."""
        failed, missed, failures = 0, 0, dict[str, list[int]]()
        for start, stop in journal.spans():
            values, problems = journal.read(np.arange(start, stop), self.asked.keys)
            failed += len(problems)
            missed += self.asked.missed(values, problems, stop - start)
            if problems:
                number = start // self._each
                before = number * self._each
                names = self.entries[number].design.numbers(start - before, stop - before) + before + 1
                for index, message in problems.items():
                    runs = failures.setdefault(message, [])
                    runs.append(int(names[index]))
                    if len(runs) > BLOCK:  # a million of them are not wanted
                        runs[:] = sorted(runs)[:FEW]
        first = {message: sorted(runs)[:FEW] for message, runs in sorted(failures.items(), key=lambda f: min(f[1]))}
        return Tally(journal.done, failed, missed, first)

    def rows(self, journal: Journal, start: int = 0, stop: int | None = None) -> Iterator[Rows]:
        """Return the finished runs among these numbers (from 0), in their order and in pieces."""
        stop = self.count if stop is None else stop
        while start < stop:
            number, first = divmod(start, self._each)
            until = min(first + BLOCK, self._each, stop - number * self._each)
            rows = self._rows(journal, number, first, until)
            if rows.count:
                yield rows
            start = number * self._each + until

    def _rows(self, journal: Journal, number: int, start: int, stop: int) -> Rows:
        entry, before = self.entries[number], number * self._each
        places = entry.design.places(start, stop) + before
        varied: dict[str, Any] = dict(entry.design.numbered(start, stop).columns)
        finished = journal.finished(places)
        if not finished.all():
            rows = np.flatnonzero(finished)
            places = places[rows]
            varied = {p: c[rows] if isinstance(c, np.ndarray) else [c[r] for r in rows] for p, c in varied.items()}
        values, problems = journal.read(places, self.asked.keys)
        data, films = self._digests
        columns: dict[str, Values] = {
            RUN: np.flatnonzero(finished) + (before + start + 1),
            ID: run_ids(films[number], data, varied, len(places)),
            VARIANT: [entry.variant or None] * len(places),
            **self.asked.figures(values),
            **varied,
            **self.asked.outcomes(values, problems, len(places)),
        }
        return Rows({field.name: columns[field.name] for field in self.fields})

    def first_runs(self, count: int) -> Iterator[Mapping[str, Any]]:
        """Return the values of the first runs, before anything is calculated."""
        for start in range(min(count, self.count)):
            number, place = divmod(start, self._each)
            entry = self.entries[number]
            varied = {path: column[0] for path, column in entry.design.numbered(place, place + 1).columns.items()}
            yield {RUN: start + 1, **({VARIANT: entry.variant or None} if self.variants else {}), **varied}


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
