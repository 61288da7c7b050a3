"""What every stage of the model gets: the project, the catalogue, the graph that grows, and the warnings that were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coprod_budget.errors import Problem
from coprod_budget.graph import Graph, Origin

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog, Source
    from coprod_budget.errors import Severity
    from coprod_budget.graph import Basis
    from coprod_budget.project import Project


@dataclass(slots=True)
class Stage:
    """The bench at which the stages work, one after another."""

    project: Project
    catalog: Catalog
    graph: Graph = field(default_factory=Graph)
    warnings: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)

    def warn(self, code: str, message: str, hint: str = "", path: str = "") -> None:
        """Note something the reader should know; the estimate goes on."""
        self.warnings.append(self._problem(code, message, hint, path, warning=True))

    def error(self, code: str, message: str, hint: str = "", path: str = "") -> None:
        """Note a mistake of the project; the estimate stops when the stage is through."""
        self.errors.append(self._problem(code, message, hint, path))

    def lack(self, code: str, message: str, hint: str = "", path: str = "") -> None:
        """Note that data are missing; the estimate stops when the stage is through."""
        self.missing.append(self._problem(code, message, hint, path))

    def _problem(self, code: str, message: str, hint: str, path: str, *, warning: bool = False) -> Problem:
        severity: Severity = "warning" if warning else "error"
        if path:
            return self.project.problem(path, code, message, hint, severity)
        return Problem(code, message, hint, severity=severity)

    def given(self, path: str, *, basis: Basis = "assumed", source: str = "", note: str = "") -> Origin:
        """Return the origin of a value that the project states (or leaves to a default)."""
        where = self.project.where(path)
        return Origin(basis, title=source or ("project file" if where else "default"), where=where, note=note)

    @staticmethod
    def from_source(basis: Basis, source: Source, note: str = "") -> Origin:
        """Return the origin of a value that the catalogue states."""
        text = "; ".join(t for t in (source.note, note) if t)
        return Origin(basis, title=source.title, url=source.url, as_of=source.as_of, note=text)
