"""Finds the commands in the documentation, runs them as a reader would, and compares what the page shows.

A fenced ``console`` or ``sh`` block is run line by line: ``$ coprod-budget ...`` (also behind ``cd DIR`` in the same document), and
what follows up to the next ``$`` is what the reader is told to expect. A comment in the line above a fence changes how it is read:

- ``<!-- exact -->``: the output is compared to the letter, else loosely (see ``loosely_equal``);
- ``<!-- exit: 3 -->``: the last command of the block ends with this code, else with 0;
- ``<!-- not run: REASON -->``: shown only;
- ``<!-- file: NAME -->``: the block (of any kind) is written to this file, for the commands below it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import PurePosixPath

PROGRAM = "coprod-budget"

_FENCE = re.compile(r"^\s*(```+|~~~+)\s*([\w-]*)")
_MARK = re.compile(r"^\s*<!--\s*(exact|not run|exit|file)\s*(?::\s*(.*?))?\s*-->\s*$")
_FRAME = re.compile(r"[\u2500-\u257f|+\-=]{2,}|[\u2500-\u257f|]")


@dataclass(slots=True)
class Command:
    """One command of a page, what the page shows below it, and how to compare."""

    line: int
    text: str
    shown: list[str] = field(default_factory=list)
    exact: bool = False
    exit_code: int = 0
    folder: str = ""

    @property
    def runs_program(self) -> bool:
        """Whether it is one of ours; other commands of a page (pip, git) are not run."""
        return bool(re.search(rf"(^|[|;&]\s*){PROGRAM}\b", self.text))


@dataclass(slots=True)
class Page:
    """The commands of one document in order, and the files it shows, with the line from which on they are there."""

    commands: list[Command] = field(default_factory=list)
    files: list[tuple[int, str, str]] = field(default_factory=list)


def read_page(text: str) -> Page:
    """Collect commands and files of a Markdown document."""
    page, marks, folder = Page(), {}, ""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if mark := _MARK.match(line):
            marks[mark[1]] = mark[2] or ""
            continue
        if fence := _FENCE.match(line):
            content = []
            for _, inner in lines:
                if inner.strip().startswith(fence[1]):
                    break
                content.append(inner)
            if "file" in marks:
                page.files.append((number, marks["file"], "\n".join(content) + "\n"))
            elif fence[2] in {"console", "sh"} and "not run" not in marks:
                folder = _read_block(page, content, number + 1, marks, folder)
        if line.strip():
            marks = {}
    return page


def _read_block(page: Page, content: list[str], first: int, marks: dict[str, str], folder: str) -> str:
    """Add the commands of one block; return the folder in which the next block starts."""
    found: list[Command] = []
    goes_on = False
    for number, line in enumerate(content, first):
        if goes_on:
            found[-1].text += " " + line.strip().removesuffix("\\").strip()
            goes_on = line.endswith("\\")
        elif line.startswith("$ cd "):
            folder = str(PurePosixPath(folder) / line.removeprefix("$ cd ").strip())
            found.append(Command(number, "cd"))
        elif line.startswith("$ "):
            found.append(Command(number, line[2:].removesuffix("\\").strip(), exact="exact" in marks, folder=folder))
            goes_on = line.endswith("\\")
        elif found:
            found[-1].shown.append(line)
    ours = [c for c in found if c.runs_program]
    if ours and "exit" in marks:
        ours[-1].exit_code = int(marks["exit"])
    page.commands += ours
    return folder


def words(text: str) -> list[str] | None:
    """Return what the program is called with, or None where only a shell (or a process of its own) does what is meant."""
    bare = re.sub(r"'[^']*'|\"[^\"$`\\]*\"", "", text)
    if not text.startswith(f"{PROGRAM} ") or re.search(r"[|&;<>()$`\\*?~{}'\"]", bare) or "--workers" in bare:
        return None
    return shlex.split(text)[1:]


def equal(shown: list[str], output: str, *, exact: bool) -> bool:
    """Whether the output is what the page shows; a page that shows nothing below a command says nothing about it."""
    if not any(line.strip() for line in shown):
        return True
    if exact:
        return [line.rstrip() for line in shown] == [line.rstrip() for line in output.rstrip("\n").splitlines()]
    return loosely_equal(shown, output)


def loosely_equal(shown: list[str], output: str) -> bool:
    """Every shown line occurs in the output, in this order; blanks and frames do not count, ``...`` stands for anything."""
    rest = _plain(output)
    for line in shown:
        for piece in re.split(r"\.\.\.|\u2026", line):
            words = _plain(piece)
            if words not in rest:
                return False
            rest = rest[rest.index(words) + len(words) :]
    return True


def _plain(text: str) -> str:
    return " ".join(_FRAME.sub(" ", text).split())
