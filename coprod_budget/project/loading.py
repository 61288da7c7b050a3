"""From text to a validated ``Project`` or ``Template``: read, override, validate, cross-check; all mistakes at once."""

from __future__ import annotations

import copy
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from coprod_budget.errors import Problem, ProjectError
from coprod_budget.project import revenue
from coprod_budget.project.bases import follow_bases
from coprod_budget.project.blocks import apply_block
from coprod_budget.project.changes import Changes
from coprod_budget.project.checks import Check, project_checks, template_checks
from coprod_budget.project.messages import schema_problems
from coprod_budget.project.overrides import apply_sets, apply_texts
from coprod_budget.project.schema import Project
from coprod_budget.project.short_forms import write_out
from coprod_budget.project.source import Mark, Source
from coprod_budget.project.template import Template
from coprod_budget.project.variants import apply_variants
from coprod_budget.yaml_reader import read_text, read_yaml, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.project.changes import Standing
    from coprod_budget.yaml_reader import Document, Key

_LINE = {"account": "x", "description": "-", "rate": 0, "currency": "EUR"}
_STEP = {"pay": "x", "kind": "net_profit"}
_ALONE = {("budget", "charges"), ("split", "cities"), ("split", "accounts")}
Root = TypeVar("Root", Project, Template)
MAX_PROBLEMS = 100

# What stands in for a required section that cannot be used, so that the others can still be checked.
_STAND_INS: dict[str, Any] = {
    "title": "-",
    "as_of": "2000-01-01",
    "schedule": {"shoot_days": {"x": 1}},
    "id": "x",
    "description": "-",
    "lines": [],
    "partners": {"x": {"name": "-", "country": "XX", "currency": "EUR", "share": 1}},
}


def load_project(
    source: Path | str,
    *,
    filename: str = "",
    sets: Sequence[str] = (),
    texts: Sequence[str] = (),
    variants: Sequence[str] = (),
    standing: Standing | None = None,
    change: Callable[[Project], Project] | None = None,
) -> Project:
    """Load a project from a file (Path) or from text (str), with overrides; ProjectError holds every problem found.

    Each overrides what comes before it: the file that this one is based on, the file, the named ``variants``, the ``sets``
    (``PATH=VALUE``, ``@FILE``), the ``texts`` (``PATH=TEXT``). ``standing`` says what ``*=`` multiplies where the file gives
    no number. ``change`` may put other numbers in the place of those of a project that the schema admits, before one section is
    checked against another.
    """
    changes, document = _based(source, filename, standing)
    apply_variants(changes, variants)
    apply_sets(changes, sets)
    apply_texts(changes, texts)
    located = Source(document, changes.data, changes.marks)
    write_out(located)
    project, more = _validate(Project, located, project_checks(), change)
    _raise_if(changes.problems + more)
    assert project is not None
    _name_delegate(project)
    _name_scenarios(project)
    _name_currencies(project)
    return project


def variants_in(source: Path | str, filename: str = "") -> list[str]:
    """Return the names of the variants that a project file states, whatever else is wrong with it; none of an unreadable one."""
    try:
        stated = _based(source, filename)[0].data.get("variants")
    except ProjectError:
        return []
    return [name for name, block in stated.items() if isinstance(block, dict)] if isinstance(stated, dict) else []


def texts_of(source: Path | str, filename: str = "") -> list[str]:
    """Return the text of a project file and of those it is based on, the lowest first; a ProjectError where one cannot be read."""
    return [document.text for document in _documents(source, filename)]


def read_template(text: str, filename: str) -> Template:
    """Read a budget template from its text; ProjectError holds every problem found."""
    document = read_yaml(text, filename)
    template, problems = _validate(Template, Source(document, _mapping(document.data, filename)), template_checks())
    _raise_if(problems)
    assert template is not None
    return template


def project_json_schema() -> dict[str, Any]:
    """JSON Schema of the project file, for editors that complete and check while one types."""
    schema = Project.model_json_schema()
    revenue.describe(schema)
    schema["anyOf"] = [
        {"required": schema.pop("required")},
        {"required": ["base"]},
    ]  # a file on a base holds differences only
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "coprod-budget project"}


def _mapping(data: Any, filename: str) -> dict[str, Any]:
    if isinstance(data, dict):
        return data
    found = "the file is empty" if data is None else f"the file holds {shown(data)}, not `key: value` entries"
    raise ProjectError([Problem("P203", found, "begin with `title: ...`", filename, 1, 1)])


def _based(source: Path | str, filename: str, standing: Standing | None = None) -> tuple[Changes, Document]:
    """The file with what it is based on, and the file itself."""
    lowest, *above = documents = _documents(source, filename)
    changes = Changes(_mapping(lowest.data, lowest.filename), {(): Mark(lowest)}, Project, standing)
    write_out(Source(lowest, changes.data, changes.marks))
    for document in above:
        apply_block(changes, _mapping(document.data, document.filename), Mark(document))
        write_out(Source(document, changes.data, changes.marks))
    return changes, documents[-1]


def _documents(source: Path | str, filename: str) -> list[Document]:
    text = read_text(source, filename) if isinstance(source, Path) else source
    name = filename or (str(source) if isinstance(source, Path) else "project.yaml")
    folder = source.parent if isinstance(source, Path) else None
    return follow_bases(read_yaml(text, name), folder, _mapping)


def _validate(
    root: type[Root], source: Source, checks: Sequence[Check[Root]], change: Callable[[Root], Root] | None = None
) -> tuple[Root | None, list[Problem]]:
    """The document and no problems, or whatever schema and cross checks have to say."""
    problems: list[Problem] = []
    bad: set[str] = set()
    try:
        document = root.model_validate(source.data)
    except ValidationError as error:
        problems = schema_problems(error, root, source)
        patched, bad = _patch(source.data, [details["loc"] for details in error.errors(include_url=False)], root)
        try:
            document = root.model_validate(patched)
        except ValidationError:  # cannot be mended: the schema's problems come first
            return None, problems
    document._source = source  # noqa: SLF001 - the model's own private attribute
    if change is not None and not problems:
        document = change(document)
    for check in checks:
        if not bad.intersection(check.sections):
            problems += islice(check.run(document, source), MAX_PROBLEMS)
    return document, problems


def _patch(data: dict[str, Any], places: list[tuple[Key, ...]], root: type[Root]) -> tuple[dict[str, Any], set[str]]:
    """The data without what is wrong, and the names of the sections that were dropped.

    A wrong line or step is replaced by a harmless one in its place, so that the others keep their positions; a wrong
    entry that no other check leans on is only left out.
    """
    patched = copy.deepcopy(data)
    bad: set[str] = set()
    for place in places:
        section = str(place[0]) if place else ""
        if place[:2] == ("budget", "lines") and len(place) > 2 and isinstance(place[2], int):
            patched["budget"]["lines"][place[2]] = {"id": f"own_mended_{place[2]}", **_LINE}
        elif section == "waterfall" and len(place) > 1 and isinstance(place[1], int):
            patched["waterfall"][place[1]] = {"id": f"own_mended_{place[1]}", **_STEP}
        elif len(place) > 2 and place[:2] in _ALONE:
            patched[section][place[1]].pop(place[2], None)
        elif place == ("split", "default"):
            patched[section].pop("default", None)
        else:
            bad.add(section)
    for section in bad:
        patched.pop(section, None)
    for section in bad & set(root.model_fields) & set(_STAND_INS):
        patched[section] = _STAND_INS[section]
    return patched, bad


def _raise_if(problems: list[Problem]) -> None:
    if not problems:
        return
    ordered = sorted(set(problems), key=lambda p: (not p.line, p.file, p.line, p.column, p.code, p.message))
    if len(ordered) > MAX_PROBLEMS:
        more = len(ordered) - MAX_PROBLEMS
        ordered = [
            *ordered[:MAX_PROBLEMS],
            Problem("P200", f"at least {more} more problems", "mend these first", ordered[0].file),
        ]
    raise ProjectError(ordered)


def _name_delegate(project: Project) -> None:
    """Mark the delegate producer where the file names none, so that reports need not ask twice."""
    delegate = project.delegate
    partner = project.partners[delegate]
    if not partner.delegate:
        project.partners[delegate] = partner.model_copy(update={"delegate": True})


def _name_scenarios(project: Project) -> None:
    """Name the scenarios from comparables, so that reports need not ask where scenarios come from."""
    if project.revenue.comparables is not None:
        project.revenue.scenarios.update(project.revenue.comparables.scenarios())


def _name_currencies(project: Project) -> None:
    """Give sources whose amount is worked out the currency it is worked out in, so that every source has one."""
    for index, entry in enumerate(project.finance):
        if not entry.currency:
            project.finance[index] = entry.model_copy(update={"currency": project.currency})
