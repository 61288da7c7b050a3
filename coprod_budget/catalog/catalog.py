"""The catalogue: one object that answers what the dated data say, reading only the files that are asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from coprod_budget.catalog.charges import ChargeTable
from coprod_budget.catalog.fx import FxTable
from coprod_budget.catalog.layers import Layers
from coprod_budget.catalog.prices import derive_price, find_ratio, read_prices, read_ratios, scopes_of
from coprod_budget.catalog.tables import IDENTIFIER
from coprod_budget.catalog.terms import read_terms
from coprod_budget.catalog.vocabulary import (
    distance_km,
    read_chart,
    read_cities,
    read_departments,
    read_items,
    read_units,
)
from coprod_budget.errors import MissingDataError, Problem, ProjectError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from coprod_budget.catalog.comparables import ComparableShelf
    from coprod_budget.catalog.entries import (
        Account,
        City,
        Department,
        EmployerCharges,
        FxRate,
        Item,
        Price,
        Ratio,
        Term,
        Unit,
    )
    from coprod_budget.catalog.incentives import Incentive
    from coprod_budget.catalog.pay import PayLaw, PayTable
    from coprod_budget.catalog.taxes import Vat, VatTable, Withholding
    from coprod_budget.catalog.treaties import Membership, Treaty, TreatyShelf
    from coprod_budget.catalog.withholding import WithholdingTable


class Catalog:
    """Vocabulary, prices, exchange rates, employer charges and box-office terms, each with source and date.

    A gap is None (or a MissingDataError where nothing can go on without it), never a made-up figure.
    """

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._prices: dict[str, dict[str, Price]] = {}
        self._charts: dict[str, Mapping[str, Account]] = {}
        self._incentives: dict[str, Incentive] = {}

    @cached_property
    def departments(self) -> Mapping[str, Department]:
        """Departments by id, in the order of a budget."""
        return read_departments(self._layers)

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Units of prices by id."""
        return read_units(self._layers)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Items by id."""
        return read_items(self._layers, self.departments, self.units)

    @cached_property
    def cities(self) -> Mapping[str, City]:
        """Cities by id."""
        return read_cities(self._layers)

    @cached_property
    def ratios(self) -> Sequence[Ratio]:
        """Price levels between cities, by which a gap may be filled."""
        return read_ratios(self._layers, self.cities, self.departments)

    @cached_property
    def _fx(self) -> FxTable:
        return FxTable(self._layers)

    def _check_fx(self) -> None:
        self._fx.check()

    @cached_property
    def _charges(self) -> ChargeTable:
        return ChargeTable(self._layers)

    @cached_property
    def _pay(self) -> PayTable:
        from coprod_budget.catalog.pay import PayTable  # noqa: PLC0415 - most estimates ask for none

        return PayTable(self._layers)

    @cached_property
    def _treaties(self) -> TreatyShelf:
        from coprod_budget.catalog.treaties import TreatyShelf  # noqa: PLC0415 - most estimates ask for none

        return TreatyShelf(self._layers)

    @cached_property
    def _vat(self) -> VatTable:
        from coprod_budget.catalog.taxes import VatTable  # noqa: PLC0415 - most estimates ask for none

        return VatTable(self._layers)

    @cached_property
    def _withholding(self) -> WithholdingTable:
        from coprod_budget.catalog.withholding import WithholdingTable  # noqa: PLC0415 - most estimates ask for none

        return WithholdingTable(self._layers)

    @cached_property
    def terms(self) -> Mapping[tuple[str, str], Term]:
        """Box-office terms by territory and key."""
        return read_terms(self._layers)

    @cached_property
    def comparables(self) -> ComparableShelf:
        """Real films with budget and gross, by territory, and the bands of budgets in which they are compared."""
        from coprod_budget.catalog.comparables import ComparableShelf  # noqa: PLC0415 - most estimates ask for none

        return ComparableShelf(self._layers)

    def chart(self, chart: str = "us_4digit") -> Mapping[str, Account]:
        """Return a chart of accounts by department id; an unknown chart is a MissingDataError."""
        if chart not in self._charts:
            known = self._layers.listed("charts", ".csv")
            if chart not in known:
                raise MissingDataError([Problem("C202", f"no chart of accounts {chart!r}", nearest(chart, known))])
            self._charts[chart] = read_chart(self._layers, chart, self.departments)
        return self._charts[chart]

    def nearest(self, city: str) -> list[str]:
        """Return the other cities, nearest first."""
        here = self.cities[city]
        others = (c for c in self.cities.values() if c.id != city)
        return [c.id for c in sorted(others, key=lambda c: (distance_km(here, c), c.id))]

    def prices(self, city: str) -> Mapping[str, Price]:
        """Return every price of a city by item, without deriving any."""
        if city not in self._prices:
            self._prices[city] = read_prices(self._layers, city, self.items) if city in self.cities else {}
        return self._prices[city]

    def price(self, city: str, item: str, *, derive: bool = False) -> Price | None:
        """Return the price of an item in a city; None is a gap.

        With ``derive`` a gap is filled from the nearest city that has the item and a sourced ratio to this one; the
        derivation then states formula and inputs.
        """
        price = self.prices(city).get(item)
        if price is not None or not derive or item not in self.items or city not in self.cities:
            return price
        scopes = scopes_of(self.items[item], self.departments[self.items[item].department])
        for other in self.nearest(city):
            ratio = find_ratio(self.ratios, other, city, scopes)
            known = self.prices(other).get(item) if ratio else None
            if ratio and known:
                return derive_price(known, ratio, self.cities)
        return None

    def cities_with(self, item: str) -> list[str]:
        """Return the cities whose table has a price of the item."""
        return [city for city in self.cities if item in self.prices(city)]

    @property
    def currencies(self) -> list[str]:
        """Currencies with an exchange rate."""
        return self._fx.currencies

    def fx(self, currency: str, as_of: date) -> FxRate:
        """Return units of a currency per euro in the month of a date, or up to six months before (``stale_months`` says).

        Nothing that new is a MissingDataError that names the currency and the date.
        """
        return self._fx.rate(currency, as_of)

    def fx_months(self, currency: str) -> list[str]:
        """Return the months in which a currency has an exchange rate, oldest first."""
        return self._fx.months(currency)

    def newest_month(self) -> str:
        """Return the newest month of any exchange rate: the date of the data."""
        return max(months[-1] for c in self.currencies if (months := self.fx_months(c)))

    def employer_charges(self, country: str, year: int) -> EmployerCharges | None:
        """Return the employer charges of a country or region in a year; None where the data have none.

        A country that is known only through the region of its one city (US: Los Angeles, US-CA) gives that region's charges.
        """
        found = self._charges.find(country, year)
        if found is None:
            regions = {c.region for c in self.cities.values() if c.country == country and c.region}
            if len(regions) == 1:
                return self._charges.find(regions.pop(), year)
        return found

    def pay_law(self, country: str, kind: str, year: int, case: str = "") -> PayLaw | None:
        """Return what is due on pay of one kind (employee, self_employed, sole_trader, author) beside employer charges.

        None where the data have nothing for that kind, or not this case of it.
        """
        return self._pay.find(country, kind, year, case)

    def pay_laws(self, country: str, year: int) -> list[PayLaw]:
        """Return the law of pay of every kind of payee and case that is known of a country."""
        return self._pay.laws(country, year)

    @property
    def pay_countries(self) -> list[str]:
        """Countries of which any law of pay beside employer charges is known."""
        return self._pay.countries

    def incentives(self) -> list[str]:
        """Return the ids of the incentives."""
        return [name for name in self._layers.listed("incentives", ".yaml") if IDENTIFIER.fullmatch(name)]

    def incentive(self, incentive: str) -> Incentive:
        """Return an incentive, of an extra folder before the shipped one; an unknown id is a MissingDataError."""
        if incentive not in self._incentives:
            from coprod_budget.catalog.incentives import read_incentive  # noqa: PLC0415 - most estimates ask for none

            known = self.incentives()
            files = self._layers.files(f"incentives/{incentive}.yaml") if incentive in known else []
            if not files:
                hint = nearest(incentive, known)
                raise MissingDataError([Problem("C202", f"no incentive {incentive[:60]!r}", hint)])
            self._incentives[incentive] = read_incentive(files[-1])
        return self._incentives[incentive]

    def vat(self, country: str, day: date) -> Vat | None:
        """Return value added tax of a country on a day; None where the data have none."""
        return self._vat.find(country, day)

    @property
    def vat_countries(self) -> list[str]:
        """Countries with value added tax."""
        return self._vat.countries

    def withholding(self, payer: str, payee: str, kind: str, day: date, recipient: str = "") -> Withholding | None:
        """Return the tax withheld on a kind of income from one country to another; None where the payer's law is not there.

        ``recipient`` is company, haven_company or individual, where a law tells them apart.
        """
        return self._withholding.find(payer, payee, kind, day, recipient)

    @property
    def withholding_table(self) -> WithholdingTable:
        """Everything that is known about tax withheld on payments to non-residents."""
        return self._withholding

    def incentive_dates(self) -> list[date]:
        """Return every day on which a rule of any incentive changes."""
        return sorted({day for name in self.incentives() for day in self.incentive(name).dates()})

    def tax_dates(self) -> list[date]:
        """Return every day on which value added tax, tax withheld or the law of pay changes anywhere."""
        return sorted({*self._vat.dates(), *self._withholding.dates(), *self._pay.dates()})

    def term(self, territory: str, key: str) -> Term | None:
        """Return a box-office term of a territory; None where the data have none."""
        return self.terms.get((territory, key))

    def treaties(self) -> list[str]:
        """Return the ids of the treaties, Conventions, funds and national statuses."""
        return self._treaties.ids

    def treaty(self, treaty: str) -> Treaty:
        """Return one of them with its rules through time; an unknown id is a MissingDataError."""
        return self._treaties.treaty(treaty)

    def treaties_between(self, countries: Collection[str]) -> list[str]:
        """Return the ids of those that may matter to a film of these countries, without reading the others."""
        return self._treaties.between(countries)

    def memberships(self, country: str) -> list[Membership]:
        """Return every instrument to which a country belongs, belonged or may belong, with the days."""
        return self._treaties.memberships(country)

    def rule_dates(self) -> list[date]:
        """Return every day on which a rule, a membership or the standing of an instrument changes."""
        return self._treaties.dates()

    def templates(self) -> list[str]:
        """Return the ids of the budget templates."""
        return [name for name in self._layers.listed("templates", ".yaml") if IDENTIFIER.fullmatch(name)]

    def template_path(self, template: str) -> Path:
        """Return the file of a template, of an extra folder before the shipped one; an unknown id is a MissingDataError."""
        known = self.templates()
        files = self._layers.files(f"templates/{template}.yaml") if template in known else []
        if not files:
            raise MissingDataError([Problem("C202", f"no budget template {template[:60]!r}", nearest(template, known))])
        return files[-1].path

    def check(self) -> list[Problem]:
        """Read everything and return every problem: of rows, and of extra CSV files that have no place in the catalogue."""
        problems: list[Problem] = []
        problems += _problems_of(lambda: self.items, lambda: self.cities)
        if problems:
            return problems  # without its vocabulary no table can be read
        steps: list[Callable[[], object]] = [lambda c=c: self.prices(c) for c in self.cities]  # type: ignore[misc]
        steps += [lambda: self.ratios, self._check_fx, lambda: self._charges, lambda: self.terms]
        steps += [lambda: self.comparables]
        steps += [lambda t=t: self.treaty(t) for t in self.treaties()]  # type: ignore[misc]
        steps += [lambda: self._vat, lambda: self._withholding, lambda: self._pay]
        steps += [lambda i=i: self.incentive(i) for i in self.incentives()]  # type: ignore[misc]
        problems += _problems_of(*steps)
        shared = {
            "items",
            "cities",
            "ratios",
            "per_eur_monthly",
            "sources",
            "terms",
            "comparables",
            "comparable_bands",
            "ticket_prices",
            "doublings",
            *self._layers.listed("charts", ".csv"),
        }
        for file in self._layers.extra_csv():
            if file.path.stem not in {*shared, *self.cities}:
                hint = nearest(file.path.stem, {*shared, *self.cities})
                problems.append(
                    Problem("C107", "this file has no place in the catalogue", hint, file.shown, severity="warning")
                )
        return problems


def _problems_of(*steps: Callable[[], object]) -> list[Problem]:
    found: list[Problem] = []
    for step in steps:
        try:
            step()
        except ProjectError as error:
            found += error.problems
    return found


def open_catalog(extra: Sequence[Path] = ()) -> Catalog:
    """Return the catalogue of the shipped data and of these folders, whose rows add to the shipped ones or override them."""
    return Catalog(Layers.open(extra))
