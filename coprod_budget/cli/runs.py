"""Runs of a what-if calculated under a bar and written where they are wanted; what is finished is never lost."""

from __future__ import annotations

import gc
import shlex
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from coprod_budget.cli.output import cannot_write, say, tell, wrote
from coprod_budget.errors import ExitCode, ProblemsError
from coprod_budget.whatif.journal import Journal, OtherStudyError, open_journal
from coprod_budget.whatif.study import BLOCK
from coprod_budget.whatif.sweep import FilmChangedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from coprod_budget.report.runs import Writer
    from coprod_budget.whatif.results import Rows
    from coprod_budget.whatif.sweep import Sweep, Tally

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""
_IN_MEMORY = 64 * 2**20
_PATIENCE = 1.0
"""Seconds after which a bar is shown."""


class _FailedError(Exception):
    """The first run that fails, where that is the end."""


def calculate_and_write(
    sweep: Sweep,
    words: Sequence[str],
    form: str,
    out: Path | None,
    named: bool,
    resume: bool,
    fail_fast: bool,
    workers: int | None,
    dask: str,
) -> Tally:
    """Calculate all runs and write them to a file or standard output; say on standard error how it went.

    ``named`` says that somebody named the metrics: then all of them are in the table.
    """
    if sweep.count > BLOCK:  # that is no short program any more
        gc.freeze()
        gc.enable()
    meta = sweep.meta(shlex.join(words))
    if out is None:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as stream:
            journal = Journal(stream, {}, len(sweep.asked.keys))  # type: ignore[arg-type]
            shown = _Stream(sweep, journal, form, meta, named=named)
            end = _calculate(sweep, journal, shown.go_on, workers, dask, fail_fast=fail_fast)
            shown.close()
            tally = _told(sweep, journal)
    else:
        end, tally = _to_file(sweep, out, meta, (workers, dask), resume=resume, fail_fast=fail_fast)
    if end is not None:
        raise end
    return tally


def _to_file(
    sweep: Sweep, out: Path, meta: dict[str, Any], who: tuple[int | None, str], *, resume: bool, fail_fast: bool
) -> tuple[typer.Exit | None, Tally]:
    """Calculate into ``FILE.part``, then write the file."""
    from coprod_budget.report.runs import SHEET_ROWS, write_runs

    if out.is_dir():
        raise typer.BadParameter(f"{str(out)!r} is a folder; name a file", param_hint="--out")
    if out.suffix.lower() == ".xlsx" and sweep.count > SHEET_ROWS:
        msg = f"a sheet has room for {SHEET_ROWS:,} runs, and these are {sweep.count:,}; write .parquet or .csv"
        raise typer.BadParameter(msg, param_hint="--out")
    part = out.with_name(f"{out.name}.part")
    with _opened(sweep, part, resume=resume) as journal:
        if journal.done:
            tell(f"{journal.done:,} of {sweep.count:,} runs were finished before")
        try:
            end = _calculate(sweep, journal, lambda: None, *who, fail_fast=fail_fast)
            if end is None:
                written = write_runs(out, sweep.rows(journal), sweep.fields, meta)
        except KeyboardInterrupt:
            end = typer.Exit(STOPPED)  # while the file was written
        except FilmChangedError:
            part.unlink()
            raise
        except ProblemsError:
            tell(_kept(sweep, journal, part))
            raise
        except OSError as error:
            kept = _kept(sweep, journal, part) if journal.done else ""
            if not kept:
                part.unlink(missing_ok=True)
            raise cannot_write(out, error, kept) from None
        tally = _told(sweep, journal)
        if end is not None and journal.done:
            tell(_kept(sweep, journal, part))
    if end is None:
        wrote(*written)
    if end is None or not tally.done:
        part.unlink(missing_ok=True)
    return end, tally


def _kept(sweep: Sweep, journal: Journal, part: Path) -> str:
    return f"{journal.done:,} of {sweep.count:,} runs are kept in {part}; the same command with --resume goes on"


@contextmanager
def _opened(sweep: Sweep, part: Path, *, resume: bool) -> Iterator[Journal]:
    """``FILE.part``; what stands in the way of it is a mistake of usage."""
    if part.exists() and not resume:
        msg = f"{part} holds runs that were stopped before; go on with them (--resume), or delete it"
        raise typer.BadParameter(msg, param_hint="--out")
    if resume and not part.exists():
        tell(f"there is no {part} to go on with: all runs are calculated")
    try:
        journal = open_journal(part, sweep.about, len(sweep.asked.keys), resume=resume)
    except OtherStudyError as error:
        msg = (
            f"{part} holds other runs; what differs: {', '.join(error.differences)}. Delete it, or run what was stopped"
        )
        raise typer.BadParameter(msg, param_hint="--resume") from None
    except ValueError as error:
        raise typer.BadParameter(f"{part}: {error}; delete it", param_hint="--resume") from None
    except OSError as error:
        raise cannot_write(part, error) from None
    with journal:
        yield journal


def _calculate(
    sweep: Sweep,
    journal: Journal,
    each: Callable[[], None],
    workers: int | None,
    dask: str,
    *,
    fail_fast: bool,
) -> typer.Exit | None:
    """Calculate what is missing; after Ctrl-C, or a failed run that is to be the last, return with what exit."""
    from coprod_budget.whatif.workers import workers_for

    team = workers_for(sum(1 for _ in sweep.missing(journal)), workers, dask)
    try:
        with _bar(sweep.count) as advance:
            for part in sweep.calculate(journal, team):
                advance(journal.done)
                each()
                if fail_fast and part.problems:
                    raise _FailedError  # noqa: TRY301 - ends the workers as Ctrl-C does
    except KeyboardInterrupt:
        tell(f"stopped: {journal.done:,} of {sweep.count:,} runs are finished")
        return typer.Exit(STOPPED)
    except _FailedError:
        tell(f"stopped at a run that failed: {journal.done:,} of {sweep.count:,} runs are finished")
        return typer.Exit(ExitCode.SOME_RUNS_FAILED)
    return None


@contextmanager
def _bar(count: int) -> Iterator[Callable[[int], None]]:
    """Say how far it is, where somebody watches and it takes a while."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from coprod_budget.report.screen import console

    columns = (TextColumn("Runs"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console(error=True), transient=True)
    task = bar.add_task("Runs", total=count)
    begun = time.monotonic()

    def advance(done: int) -> None:
        bar.update(task, completed=done)
        if not bar.live.is_started and time.monotonic() - begun > _PATIENCE:
            bar.start()

    try:
        yield advance
    finally:
        bar.stop()


def _told(sweep: Sweep, journal: Journal) -> Tally:
    """Say what failed, and how many runs miss a requirement."""
    from coprod_budget.report.runs_table import failure_lines

    tally = sweep.tally(journal)
    for line in failure_lines(tally.failures):
        tell(line)
    if tally.failed:
        tell(f"{tally.failed:,} of {tally.done:,} runs failed")
    if tally.missed:
        tell(f"{tally.missed:,} of {tally.done:,} runs do not keep every requirement")
    return tally


class _Stream:
    """Runs on standard output: lines as they are ready, a table at the end."""

    def __init__(self, sweep: Sweep, journal: Journal, form: str, meta: dict[str, Any], *, named: bool) -> None:
        self._sweep, self._journal, self._form, self._meta = sweep, journal, form, meta
        self._named = named
        self._written = 0
        self._writer: Writer | None = None

    def go_on(self) -> None:
        """Write what is ready."""
        if self._form not in {"table", "md"}:
            self._write(self._sweep.ready(self._journal))

    def close(self) -> None:
        """Write the rest, so far as it is finished."""
        if self._form in {"table", "md"}:
            self._show()
            return
        self._write(self._sweep.count)
        assert self._writer is not None
        self._writer.close()

    def _write(self, until: int) -> None:
        from coprod_budget.report.runs import stream_writer

        if self._writer is None:
            self._writer = stream_writer(self._form, sys.stdout, self._sweep.fields, self._meta)
        for rows in self._sweep.rows(self._journal, self._written, until):
            self._writer.write(rows)
            sys.stdout.flush()  # somebody may read as they come
        self._written = max(self._written, until)

    def _show(self) -> None:
        from coprod_budget.report.runs_table import first_figures, runs_table

        project, asked = self._sweep.entries[0].study.base.project, self._sweep.asked
        first = (
            None if self._named else first_figures(project.partners, (metric.key for _, metric in asked.requirements))
        )
        title = f"{project.title}: what if, {project.currency}"
        table = runs_table(self._rows(), self._sweep.fields, title, count=self._sweep.count, first=first)
        if self._form == "md":
            from coprod_budget.report.markdown import table_as_markdown

            say("\n".join(table_as_markdown(table)) + "\n")
            return
        from coprod_budget.report.screen import show_tables

        show_tables([table])

    def _rows(self) -> Iterator[Rows]:
        """All runs, or the first and last of many; of those that are finished, after a stop."""
        from coprod_budget.report.runs_table import SHOWN

        count = self._sweep.count
        if count <= SHOWN:
            yield from self._sweep.rows(self._journal)
            return
        yield from self._sweep.rows(self._journal, 0, SHOWN // 2)
        yield from self._sweep.rows(self._journal, count - SHOWN // 2)
