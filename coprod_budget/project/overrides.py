"""``--set PATH=VALUE``, ``+=``, ``*=``, ``~PATH``, ``@FILE`` and ``--set-text``: changes to the raw data before they are validated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod_budget.errors import Problem, ProjectError
from coprod_budget.project.blocks import apply_block
from coprod_budget.project.changes import written_change
from coprod_budget.project.resolving import Bad
from coprod_budget.project.source import Mark
from coprod_budget.yaml_reader import Document, read_text, read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.project.changes import Changes

_NOWHERE = Document(None, "")
_EXAMPLE = "for example --set schedule.prep_weeks=8, --set fx.RUB*=1.1 or --set budget.lines[lead].rate=1500"


def apply_sets(changes: Changes, sets: Sequence[str]) -> None:
    """Apply every ``--set``, in order."""
    for text in sets:
        if changes.hopeless:
            return
        if text.startswith("@"):
            _apply_file(changes, text[1:])
            continue
        mark = _option("--set", text)
        try:
            _apply(changes, text, mark)
        except Bad as bad:
            changes.refuse(bad, mark)


def apply_texts(changes: Changes, texts: Sequence[str]) -> None:
    """Apply every ``--set-text``, in order: the value is the text as it is written, whatever it looks like."""
    for text in texts:
        if changes.hopeless:
            return
        mark = _option("--set-text", text)
        try:
            _apply_text(changes, text, mark)
        except Bad as bad:
            changes.refuse(bad, mark)


def _option(name: str, text: str) -> Mark:
    return Mark(_NOWHERE, option=f"{name} {shown(text[:200])[1:-1]}", changes=True)


def _apply_text(changes: Changes, text: str, mark: Mark) -> None:
    path, equals, value = text.partition("=")
    if not equals:
        raise Bad("P401", "cannot be read", "write PATH=TEXT, for example --set-text title=1984")
    changes.put(changes.place(path.strip()).keys, value, mark)


def _apply(changes: Changes, text: str, mark: Mark) -> None:
    left, equals, right = text.partition("=")
    removes, path, operator = written_change(left)
    if removes:
        if equals or operator:
            raise Bad("P401", "removes an entry, and takes no value", f"write --set '~{path}'")
        changes.remove(changes.place(path, whole=True), mark)
        changes.close_up()
        return
    if not equals:
        raise Bad("P401", "cannot be read", f"write PATH=VALUE, {_EXAMPLE}")
    place = changes.place(path)
    value = _value(right)
    if operator:
        changes.relative(place, operator, value, mark)
    else:
        changes.put(place.keys, value, mark)


def _value(text: str) -> Any:
    try:
        return read_yaml(text.strip(), "").data
    except ProjectError as error:
        problem = error.problems[0]
        raise Bad("P404", f"the value cannot be read: {problem.message}", problem.hint) from error


def _apply_file(changes: Changes, name: str) -> None:
    """Apply a file of overrides; what is wrong in it has its own file, line and column."""
    path, name = Path(name), name if name.isprintable() else shown(name)[1:-1]
    try:
        document = read_yaml(read_text(path, name), name)
    except ProjectError as error:
        hint = "give a file of overrides: --set @terms.yaml"
        changes.problems += [p._replace(hint=hint) if p.code == "P101" else p for p in error.problems]
        return
    if document.data is None:
        return  # a file whose entries are all comments changes nothing
    if not isinstance(document.data, dict):
        found = f"the file holds {shown(document.data)}, not `key: value` entries"
        hint = "write what is different, as in the project file: `schedule: {prep_weeks: 8}`"
        changes.problems.append(Problem("P203", found, hint, name, 1, 1))
        return
    apply_block(changes, document.data, Mark(document, changes=True))
