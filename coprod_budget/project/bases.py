"""Project files that hold only what is different from another one: ``base: ../film.yaml``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod_budget.errors import Problem, ProjectError
from coprod_budget.yaml_reader import Document, read_text, read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BASES = 5
_HINT = "name a file in the same folder, below it, or one folder up: `base: film.yaml` or `base: ../film.yaml`"


def follow_bases(
    document: Document, folder: Path | None, mapping: Callable[[Any, str], dict[str, Any]]
) -> list[Document]:
    """The document and the ones it is based on, the lowest first; ``folder`` is where its file lies, if it is a file.

    ``mapping`` refuses a document that is not `key: value` entries.
    """
    found = [document]
    shown_in = Path(document.filename).parent
    seen = {_real(folder / Path(document.filename).name)} if folder else set()
    while (base := mapping(found[0].data, found[0].filename).get("base")) is not None:
        problem = _refused(base, folder)
        if problem is None and folder is not None:
            path = folder / str(base)
            if _real(path) in seen:
                problem = ("it is based on itself", "a base may not lead back to the file that names it")
            elif len(found) > MAX_BASES:
                problem = (f"more than {MAX_BASES} files stand on one another", "base it on one of the lower files")
        if problem is not None:
            raise ProjectError([_at(found[0], f"`base`: {problem[0]}", problem[1])])
        name = os.path.normpath(shown_in / str(base))
        seen.add(_real(path))
        found.insert(0, _read(path, name, found[0]))
        folder, shown_in = path.parent, Path(name).parent
    return found


def _read(path: Path, name: str, above: Document) -> Document:
    try:
        return read_yaml(read_text(path, name), name)
    except ProjectError as error:
        if error.problems[0].code != "P101":
            raise
        raise ProjectError([_at(above, f"`base`: {error.problems[0].message}", _HINT, "P101")]) from error


def _refused(base: Any, folder: Path | None) -> tuple[str, str] | None:
    """Why a base is not read: a file may name files beside and below it and one folder up, and nothing else."""
    if not isinstance(base, str) or not base.strip():
        return f"expected a file, found {shown(base)}", _HINT
    if folder is None:
        return "a project that is not read from a file has no folder to look in", "give the path of the file"
    path = Path(base)
    if path.is_absolute() or "\\" in base or "\0" in base or ":" in base:
        return f"expected a path from this file's folder, found {shown(base)}", _HINT
    if path.suffix.lower() not in {".yaml", ".yml"}:
        return f"expected a .yaml file, found {shown(base)}", _HINT
    home, real = _real(folder), _real(folder / path)
    if not (real.is_relative_to(home) or real.parent == home.parent):
        return f"{shown(base)} lies outside this film's folder", _HINT
    try:
        other = real.exists() and not real.is_file()  # a folder, or a pipe that would be waited for
    except OSError:
        other = False  # reading it says why
    return (f"{shown(base)} is not a file", _HINT) if other else None


def _real(path: Path) -> Path:
    """The path without ``..`` and links; a loop of links is left as it is, and cannot be read either."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _at(document: Document, message: str, hint: str, code: str = "P410") -> Problem:
    return Problem(code, message, hint, document.filename, *document.position(("base",)))
