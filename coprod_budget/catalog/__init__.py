"""The dated data that ship with the program: prices by city, exchange rates, employer charges, box-office terms, treaties."""

from __future__ import annotations

from coprod_budget.catalog.catalog import Catalog, open_catalog
from coprod_budget.catalog.entries import (
    Account,
    Basis,
    ChargeComponent,
    City,
    Department,
    EmployerCharges,
    FxRate,
    Item,
    Price,
    Ratio,
    Source,
    Term,
    Unit,
)
from coprod_budget.catalog.locate import data_directory
from coprod_budget.catalog.unknown import UNKNOWN, Unknown

__all__ = [
    "UNKNOWN",
    "Account",
    "Basis",
    "Catalog",
    "ChargeComponent",
    "City",
    "Department",
    "EmployerCharges",
    "FxRate",
    "Item",
    "Price",
    "Ratio",
    "Source",
    "Term",
    "Unit",
    "Unknown",
    "data_directory",
    "open_catalog",
]
