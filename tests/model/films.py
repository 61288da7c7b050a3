"""Two small films in the invented country, and short ways to ask the model about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coprod_budget.errors import MissingDataError, ProjectError
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

FILM = """\
title: The Prisoner
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  prep_weeks: 2
  post_weeks: 4
  shoot_days: {strelsau: 4, hentzau: 2}
budget:
  template: ruritania
"""
OWN = """\
title: One line
as_of: 2026-09-30
fx: {FLR: 2.5}
partners:
  ru: {name: Elphberg Film, country: QR, currency: RTK, share: 60%}
  gr: {name: Graustark Film, country: QG, currency: FLR, share: 40%}
schedule:
  start: 2026-10-01
  shoot_days: {strelsau: 4}
budget:
  lines:
    - {id: lead, account: cast, description: Lead, quantity: 10, unit: day, rate: 100, currency: EUR}
"""
ALONE = (
    OWN
    + """\
revenue:
  territories:
    WW: {currency: EUR, ticket_vat: none, exhibitor: 0, distributor_fee: 0, partner: ru}
  scenarios: {base: {weight: 100%, gross: {WW: 0}}}
"""
)
LEAD = "budget.lines[lead]"


def model_of(catalog: Catalog, text: str, *sets: str) -> Model:
    return build_model(load_project(text, filename="film.yaml", sets=sets), catalog)


def figures(catalog: Catalog, text: str, *sets: str, keys: str) -> list[float]:
    values = model_of(catalog, text, *sets).evaluate()
    return [values.number(key) for key in keys.split()]


def problem(catalog: Catalog, text: str, *sets: str) -> str:
    with pytest.raises((ProjectError, MissingDataError)) as caught:
        model_of(catalog, text, *sets)
    return "\n".join(map(str, caught.value.problems))


def warnings(catalog: Catalog, text: str, *sets: str) -> str:
    return "\n".join(map(str, model_of(catalog, text, *sets).warnings))
