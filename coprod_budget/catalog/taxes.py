"""Value added tax, and tax withheld on payments to non-residents: dated law by country, in one YAML file each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from coprod_budget.catalog.dated import Dated, DatedReader, History

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.unknown import Unknown
    from coprod_budget.catalog.walker import Path

Effect = Literal["rate", "standard", "exempt"]
EFFECTS: Final = ("rate", "standard", "exempt")
INCOMES: Final = (
    "royalties", "interest", "dividends", "lease", "services", "related_party_services", "performance", "pay",
    "author_fees", "business_profits",
)  # fmt: skip
RECIPIENTS: Final = ("company", "haven_company", "individual")
TAX_BASES: Final = ("gross", "gross_less_standard_costs")


@dataclass(frozen=True, slots=True)
class ReducedRate:
    """A reduced rate and what it is for."""

    scope: str
    rate: Dated[float]


@dataclass(frozen=True, slots=True)
class FilmRule:
    """How something of film is taxed: at a rate of its own, at the standard rate, or exempt (then input tax stays a cost)."""

    id: str
    what: str
    effect: Effect
    note: str
    rule: Dated[float | str]


@dataclass(frozen=True, slots=True)
class SmallBusiness:
    """Turnover from which small firms owe the tax, and the reduced rates that are open to them."""

    what: str
    rates: tuple[float, ...]
    threshold: Dated[float]


@dataclass(frozen=True, slots=True)
class Vat:
    """Value added tax of a country on a day."""

    country: str
    label: str
    day: date
    currency: str
    standard: Dated[float]
    reduced: tuple[ReducedRate, ...] = ()
    film: tuple[FilmRule, ...] = ()
    small_business: SmallBusiness | None = None

    def film_rule(self, rule: str) -> FilmRule | None:
        """Return a film rule by id, such as ``cinema_tickets``."""
        return next((r for r in self.film if r.id == rule), None)


@dataclass(frozen=True, slots=True)
class _VatLaw:
    label: str
    currency: str
    standard: History[float]
    reduced: tuple[tuple[str, History[float]], ...]
    film: tuple[tuple[FilmRule, History[float | str]], ...]
    small: tuple[SmallBusiness, History[float]] | None

    def at(self, country: str, day: date) -> Vat | None:
        standard = self.standard.at(day)
        if standard is None:
            return None
        small = None
        if self.small and (threshold := self.small[1].at(day)):
            small = replace(self.small[0], threshold=threshold)
        reduced = tuple(ReducedRate(scope, rate) for scope, h in self.reduced if (rate := h.at(day)))
        film = tuple(replace(rule, rule=found) for rule, h in self.film if (found := h.at(day)))
        return Vat(country, self.label, day, self.currency, standard, reduced, film, small)

    def dates(self) -> set[date]:
        every: list[History[Any]] = [self.standard, *(h for _, h in self.reduced), *(h for _, h in self.film)]
        every += [self.small[1]] if self.small else []
        return {day for history in every for day in history.dates()}


class VatTable:
    """The law by country; a later file replaces a country as a whole."""

    def __init__(self, layers: Layers) -> None:
        """Read the files."""
        self._law: dict[str, _VatLaw] = {}
        for file in layers.files("taxes/vat.yaml"):
            self._law.update(_VatReader(file).countries())

    def find(self, country: str, day: date) -> Vat | None:
        """Return the law of a day; None where there is none."""
        law = self._law.get(country)
        return law.at(country, day) if law else None

    @property
    def countries(self) -> list[str]:
        """The countries with a rate."""
        return sorted(self._law)

    def dates(self) -> list[date]:
        """Return the days on which anything changes."""
        return sorted({day for law in self._law.values() for day in law.dates()})


class _VatReader(DatedReader):
    def __init__(self, file: DataFile) -> None:
        super().__init__(file, "vat/1")

    def countries(self) -> dict[str, _VatLaw]:
        self.mapping(self.data, (), ("schema", "last_checked", "countries", "sources"))
        self.day(self.data.get("last_checked"), ("last_checked",))
        found = {}
        for country, value in self.mapping(self.data.get("countries"), ("countries",)).items():
            at: Path = ("countries", country)
            entry = self.mapping(value, at, ("label", "currency", "standard", "reduced", "film", "small_business"))
            found[country] = _VatLaw(
                self.text(entry.get("label"), (*at, "label")),
                str(entry.get("currency") or ""),
                self.history(entry.get("standard"), (*at, "standard"), self.share),
                self._reduced(self.optional_items(entry, "reduced", at), (*at, "reduced")),
                self._film(self.optional_items(entry, "film", at), (*at, "film")),
                self._small(entry["small_business"], (*at, "small_business")) if "small_business" in entry else None,
            )
        self.done()
        return found

    def _reduced(self, items: list[Any], at: Path) -> tuple[tuple[str, History[float]], ...]:
        found = []
        for n, item in enumerate(items):
            entry = self.mapping(item, (*at, n), ("scope", "values"))
            history = self.history(entry.get("values"), (*at, n, "values"), self.share)
            found.append((self.text(entry.get("scope"), (*at, n, "scope")), history))
        return tuple(found)

    def _film(self, items: list[Any], at: Path) -> tuple[tuple[FilmRule, History[float | str]], ...]:
        found = []
        for n, item in enumerate(items):
            here = (*at, n)
            entry = self.mapping(item, here, ("id", "what", "effect", "note", "values"))
            effect = cast("Effect", self.choice(entry.get("effect"), (*here, "effect"), EFFECTS))
            history = self.history(entry.get("values"), (*here, "values"), lambda v, a, e=effect: self._effect(v, a, e))  # type: ignore[misc]
            rule = FilmRule(
                self.text(entry.get("id"), (*here, "id")),
                self.text(entry.get("what"), (*here, "what")),
                effect,
                str(entry.get("note") or ""),
                history.values[0],
            )
            found.append((rule, history))
        return tuple(found)

    def _effect(self, value: Any, at: Path, effect: Effect) -> float | str:
        if effect == "rate":
            return self.share(value, at)
        return self.choice(value, at, (effect,))

    def _small(self, value: Any, at: Path) -> tuple[SmallBusiness, History[float]]:
        entry = self.mapping(value, at, ("what", "rates", "values"))
        rates = self.items(entry.get("rates"), (*at, "rates"), filled=True)
        history = self.history(entry.get("values"), (*at, "values"), self.number)
        what = self.text(entry.get("what"), (*at, "what"))
        shares = tuple(self.share(r, (*at, "rates", n)) for n, r in enumerate(rates))
        return SmallBusiness(what, shares, history.values[0]), history


@dataclass(frozen=True, slots=True)
class Withholding:
    """Tax withheld on one kind of income from ``payer`` to ``payee`` on a day.

    ``rate`` is what is withheld as far as the data know; UNKNOWN where it turns on something that they lack (``why`` says what).
    ``treaty`` holds the rates of the treaty, lowest first, which limit the rate of the law; ``suspended`` where they do not.
    """

    payer: str
    payee: str
    kind: str
    recipient: str
    day: date
    rate: float | Unknown
    domestic: Dated[float] | None
    treaty: Dated[tuple[float, ...]] | None
    treaty_title: str
    suspended: Dated[str] | None
    base: str
    why: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Domestic:
    """What the law of a country withholds on one kind of income."""

    kind: str
    recipient: str
    base: str
    note: str
    history: History[float]


@dataclass(frozen=True, slots=True)
class TreatyRate:
    """What a treaty leaves to the country of the payer."""

    payer: str
    payees: tuple[str, ...]
    kind: str
    title: str
    history: History[tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Suspension:
    """Treaties that a country has suspended, for these kinds of income."""

    by: str
    countries: tuple[str, ...]
    kinds: tuple[str, ...]
    note: str
    history: History[str]


@dataclass(frozen=True, slots=True)
class PayerLaw:
    """The law of the country of the payer."""

    label: str
    domestic: tuple[Domestic, ...]
    conditions: tuple[str, ...]
