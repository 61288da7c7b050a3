"""A small film put to an instrument written for one test, or to one of the library: the verdicts and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import numpy as np

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model import build_model
from coprod_budget.model.findings import word
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coprod_budget.model import Model
    from coprod_budget.model.findings import Finding

RURITANIA = Path(__file__).parent.parent / "ruritania"
FILM = """\
title: The Prisoner
as_of: 2026-09-30
partners:
  ru: {name: Elphberg Film, country: QR, currency: EUR, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: EUR, share: 40%}
schedule:
  shoot_days: {strelsau: 6, edelweiss: 4}
treaty: {instrument: invented}
budget:
  lines:
    - {id: crew_qr, account: camera, description: Crew, rate: 60, currency: EUR, spent: strelsau}
    - {id: crew_qg, account: camera, description: Crew, rate: 40, currency: EUR, spent: edelweiss}
"""
HEAD = """\
schema: treaty/1
id: invented
title: A treaty for one test
kind: bilateral_treaty
works: {fiction: true, documentary: true, animation: true, series: true}
last_checked: "2026-11-22"
in_force: {from: "2020-01-01", basis: invented, source: gazette, confidence: firm}
parties_complete: true
parties:
  - {country: QR}
  - {country: QG}
criteria:
"""
SOURCES = """\
sources:
  gazette: {title: An invented gazette, as_of: "2026-01-01", address: none}
"""


@dataclass(frozen=True)
class Answer:
    """The model of one film, asked by the key of a test."""

    model: Model

    def finding(self, key: str) -> Finding:
        found = {f.key: f for instrument in self.model.eligibility.instruments for f in instrument.findings}
        assert key in found, sorted(found)
        return found[key]

    def verdict(self, key: str, changed: Mapping[str, float] | None = None) -> str:
        """Return the verdict, with other values of some inputs if given."""
        graph = self.model.graph
        inputs = {name: np.array([value]) for name, value in (changed or {}).items()}
        values = Program(graph, [graph["test.*.verdict"]], inputs).run(inputs)
        return word(values.number(f"test.{key}.verdict"))

    def actual(self, key: str) -> float:
        return self.model.evaluate().number(f"test.{key}.actual")


def rule(name: str, kind: str, value: str, *fields: str) -> str:
    """Return a rule of an instrument as YAML; ``value`` and the other fields as they are written there."""
    value = "\n" + indent(value, "          ") if "\n" in value else f" {value}"
    lines = [f"  - id: {name}", f"    kind: {kind}", f"    title: Rule {name}", *(f"    {field}" for field in fields)]
    return "\n".join(
        [
            *lines,
            "    values:",
            '      - from: "2020-01-01"',
            f"        value:{value}",
            "        source: gazette",
            "        confidence: firm",
            "",
        ]
    )


def ask(folder: Path, rules: str, *more: str, film: str = FILM, sets: tuple[str, ...] = ()) -> Answer:
    """Return what the model finds on a film, with ``more`` lines in its file, under an instrument made of these rules."""
    (folder / "treaties").mkdir(exist_ok=True)
    (folder / "treaties" / "invented.yaml").write_text(HEAD + rules + SOURCES, encoding="utf-8")
    project = load_project("\n".join((film, *more)), filename="film.yaml", sets=sets)
    return Answer(build_model(project, open_catalog([RURITANIA, folder])))


def ask_library(*lines: str) -> Answer:
    """Return what the model finds on a film, written in these lines, under the instruments of the library."""
    return Answer(build_model(load_project("\n".join(lines), filename="film.yaml"), open_catalog([])))
