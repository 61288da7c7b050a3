"""Writes the help of every command into docs/cli.md: ``python docs/generate_cli.py`` (a test holds the page to it)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.testing import CliRunner

from coprod_budget.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("cli.md")
PROGRAM = "coprod-budget"
BLOCK = re.compile(r"(<!-- generated: help -->\n).*?(<!-- end -->)", re.DOTALL)


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, the program itself first."""
    command = command or typer.main.get_command(app)
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


def help_of(path: tuple[str, ...]) -> str:
    """Return what ``--help`` prints, 80 columns wide."""
    result = CliRunner().invoke(app, [*path, "--help"], prog_name=PROGRAM)
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines())


def rendered(text: str) -> str:
    """Return the page with the help of every command in its place."""
    parts = []
    for path in commands():
        name = " ".join([PROGRAM, *path])
        parts.append(f"{'#' * (3 + (len(path) > 1))} {name}\n\n```text\n{help_of(path)}\n```\n")
    body = "\n" + "\n".join(parts) + "\n"
    return BLOCK.sub(lambda found: found[1] + body + found[2], text)


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
