"""Films of which only the countries, what each bears, and the day matter: under the library's law, or an invented treaty."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from law_films import HEAD, RURITANIA, SOURCES, Answer

from coprod_budget.catalog import open_catalog
from coprod_budget.model import build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

    from coprod_budget.catalog import Catalog


@cache
def library() -> Catalog:
    """The shipped law and that of the invented countries, read once."""
    return open_catalog([RURITANIA])


def film(shares: str, day: str, *more: str) -> str:
    """Return a project whose partners bear these parts of 100 EUR: ``RU 60, RS 40``."""
    parts = [part.split() for part in shares.split(",")]
    partners = [f"  {c.lower()}: {{name: {c} Film, country: {c!r}, currency: EUR, share: {s}%}}" for c, s, *_ in parts]
    lines = [
        f"    - {{id: of_{c.lower()}, account: camera, description: Part of {c}, rate: {s}, currency: EUR, "
        f"bearer: {c.lower()}, spent: {c!r}}}"
        for c, s, *_ in parts
    ]
    head = ["title: Borne", f"as_of: {day}", "schedule: {shoot_days: {strelsau: 10}}", "partners:", *partners]
    return "\n".join([*head, "budget:", "  rounding: none", "  lines:", *lines, *more])


def law(shares: str, day: str, *more: str, sets: tuple[str, ...] = ()) -> Answer:
    """Return what the library's law says of such a film."""
    return Answer(build_model(load_project(film(shares, day, *more), filename="film.yaml", sets=sets), library()))


def invented(folder: Path, rules: str, shares: str, *more: str, head: str = HEAD, sets: tuple[str, ...] = ()) -> Answer:
    """Return what a treaty made of these rules says of such a film in 2026."""
    (folder / "treaties").mkdir(exist_ok=True)
    (folder / "treaties" / "invented.yaml").write_text(head + rules + SOURCES, encoding="utf-8")
    text = film(shares, "2026-09-30", *more)
    if "treaty:" not in text:
        text += "\ntreaty: {instrument: invented}"
    return Answer(build_model(load_project(text, filename="film.yaml", sets=sets), open_catalog([RURITANIA, folder])))
