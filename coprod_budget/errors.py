"""Problems in a user's files, as values with a position; and the exit codes of the program."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


class ExitCode(IntEnum):
    """What the process tells its caller (fixed by the design, tested, documented)."""

    DONE = 0
    BUG = 1
    USAGE = 2
    INVALID_PROJECT = 3
    MISSING_DATA = 4
    REQUIREMENT_FAILED = 5
    SOME_RUNS_FAILED = 6


class Problem(NamedTuple):
    """One mistake or warning: what is wrong, what was found, what would be right.

    ``code`` is stable (tests and scripts match on it); ``line`` and ``column`` count from 1, 0 means unknown.
    """

    code: str
    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    severity: Severity = "error"

    def __str__(self) -> str:
        """``file:line:column: what is wrong; what would be right``; characters that show nothing are written as codes."""
        where = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)]) if self.file else ""
        text = f"{self.message}; {self.hint}" if self.hint else self.message
        said = f"{where}: {text}" if where else text
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in said)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the hint for an unknown word: the known ones most like it, or all of them."""
    import difflib  # noqa: PLC0415 - only when something is wrong

    names = list(known)
    near = difflib.get_close_matches(word[:100], names, n=2, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    more = ", ..." if len(names) > 40 else ""
    return f"known here: {', '.join(names[:40])}{more}" if names else ""


class ProblemsError(Exception):
    """Raised once with every problem that was found; ``exit_code`` says which kind they are."""

    exit_code = ExitCode.INVALID_PROJECT

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))

    def __reduce__(self) -> tuple[type[ProblemsError], tuple[list[Problem]]]:
        """Let it come back whole from another process."""
        return type(self), (self.problems,)


class ProjectError(ProblemsError):
    """The project file, an override or a data file of the user is invalid (exit 3)."""


class MissingDataError(ProblemsError):
    """A city, a rate, an exchange rate or a rule is not in the data (exit 4)."""

    exit_code = ExitCode.MISSING_DATA
