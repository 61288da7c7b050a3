"""Which rate is withheld on a payment to a non-resident: the law of the payer's country, a treaty, a suspension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.catalog.dated import DatedReader
from coprod_budget.catalog.taxes import (
    INCOMES,
    RECIPIENTS,
    TAX_BASES,
    Domestic,
    PayerLaw,
    Suspension,
    TreatyRate,
    Withholding,
)
from coprod_budget.catalog.unknown import UNKNOWN, Unknown

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog.dated import Dated
    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.walker import Path

_KEYS = ("schema", "last_checked", "payers", "treaties", "suspensions", "not_suspended", "notes", "sources")


class WithholdingTable:
    """The law by country of the payer; a later file replaces payers as a whole, with their treaties and suspensions."""

    def __init__(self, layers: Layers) -> None:
        """Read the files."""
        self.payers: dict[str, PayerLaw] = {}
        self.treaties: list[TreatyRate] = []
        self.suspensions: list[Suspension] = []
        for file in layers.files("taxes/withholding.yaml"):
            reader = _Reader(file)
            payers, treaties, suspensions = reader.everything()
            self.payers.update(payers)
            self.treaties = [t for t in self.treaties if t.payer not in payers] + treaties
            self.suspensions = [s for s in self.suspensions if s.by not in payers] + suspensions

    def find(self, payer: str, payee: str, kind: str, day: date, recipient: str = "") -> Withholding | None:
        """Return what is withheld on a day; None where nothing is known of the payer's country."""
        law = self.payers.get(payer)
        if law is None:
            return None
        rows = [d for d in law.domestic if d.kind == kind and (not recipient or d.recipient == recipient)]
        row = next((d for d in rows if d.recipient != "haven_company"), rows[0] if rows else None)
        domestic = row.history.at(day) if row else None
        treaty = next((t for t in self.treaties if (t.payer, t.kind) == (payer, kind) and payee in t.payees), None)
        relief = treaty.history.at(day) if treaty else None
        stop = next((s for s in self.suspensions if s.by == payer and payee in s.countries and kind in s.kinds), None)
        suspended = stop.history.at(day) if stop else None
        rate, why = _rate(domestic, relief, suspended)
        return Withholding(
            payer=payer,
            payee=payee,
            kind=kind,
            recipient=row.recipient if row else recipient,
            day=day,
            rate=rate,
            domestic=domestic,
            treaty=relief,
            treaty_title=treaty.title if treaty else "",
            suspended=suspended,
            base=row.base if row else "",
            why=why,
            conditions=law.conditions if relief and not suspended else (),
        )

    def dates(self) -> list[date]:
        """Return the days on which anything changes."""
        domestic = [d.history.dates() for law in self.payers.values() for d in law.domestic]
        others = [t.history.dates() for t in self.treaties] + [s.history.dates() for s in self.suspensions]
        return sorted({day for days in (*domestic, *others) for day in days})


def _rate(
    domestic: Dated[float] | None, treaty: Dated[tuple[float, ...]] | None, suspended: Dated[str] | None
) -> tuple[float | Unknown, str]:
    """Return the rate, or UNKNOWN, and in words why."""
    if domestic is None or domestic.value is None or isinstance(domestic.value, Unknown):
        return UNKNOWN, "the law of the payer's country for this income is not in the data"
    law = domestic.value
    if law == 0:
        return 0.0, "nothing is withheld by the law of the payer's country"
    if suspended is not None:
        return law, "the treaty is suspended, so the law of the payer's country holds"
    if treaty is None or treaty.value is None:
        return UNKNOWN, "whether a treaty lowers the rate of the law is not in the data"
    if isinstance(treaty.value, Unknown):
        return UNKNOWN, "what the treaty leaves is not known on this day"
    rates = treaty.value
    if len(rates) > 1 and rates[0] < law:
        return UNKNOWN, "the treaty has several rates, and which of them is for this income is not in the data"
    return min(law, rates[-1]), "the treaty limits the rate of the law" if rates[
        -1
    ] < law else "the law is not above the treaty"


class _Reader(DatedReader):
    def __init__(self, file: DataFile) -> None:
        super().__init__(file, "withholding/1")

    def everything(self) -> tuple[dict[str, PayerLaw], list[TreatyRate], list[Suspension]]:
        data = self.mapping(self.data, (), _KEYS)
        self.day(data.get("last_checked"), ("last_checked",))
        payers = {
            country: self._payer(value, ("payers", country))
            for country, value in self.mapping(data.get("payers"), ("payers",)).items()
        }
        treaties = [self._treaty(v, at) for v, at in self._listed("treaties")]
        suspensions = [self._suspension(v, at) for v, at in self._listed("suspensions")]
        for value, at in self._listed("not_suspended"):
            entry = self.mapping(value, at, ("by", "countries", "note", "values"))
            self.history(entry.get("values"), (*at, "values"), lambda v, a: self.choice(v, a, ("not_suspended",)))
        self.done()
        return payers, treaties, suspensions

    def _listed(self, key: str) -> list[tuple[Any, Path]]:
        return [(v, (key, n)) for n, v in enumerate(self.optional_items(self.data, key, ()))]

    def _payer(self, value: Any, at: Path) -> PayerLaw:
        entry = self.mapping(value, at, ("label", "domestic", "conditions"))
        domestic = []
        for n, item in enumerate(self.items(entry.get("domestic"), (*at, "domestic"), filled=True)):
            here = (*at, "domestic", n)
            row = self.mapping(item, here, ("kind", "recipient", "base", "note", "values"))
            domestic.append(
                Domestic(
                    self.choice(row.get("kind"), (*here, "kind"), INCOMES),
                    self.choice(row.get("recipient"), (*here, "recipient"), RECIPIENTS),
                    self.choice(row.get("base", "gross"), (*here, "base"), TAX_BASES),
                    str(row.get("note") or ""),
                    self.history(row.get("values"), (*here, "values"), self.share),
                )
            )
        conditions = self.optional_items(entry, "conditions", at)
        return PayerLaw(self.text(entry.get("label"), (*at, "label")), tuple(domestic), tuple(map(str, conditions)))

    def _treaty(self, value: Any, at: Path) -> TreatyRate:
        entry = self.mapping(value, at, ("payer", "payees", "kind", "treaty", "values"))
        return TreatyRate(
            self.text(entry.get("payer"), (*at, "payer")),
            tuple(map(str, self.items(entry.get("payees"), (*at, "payees"), filled=True))),
            self.choice(entry.get("kind"), (*at, "kind"), INCOMES),
            self.text(entry.get("treaty"), (*at, "treaty")),
            self.history(entry.get("values"), (*at, "values"), self._rates),
        )

    def _rates(self, value: Any, at: Path) -> tuple[float, ...]:
        if isinstance(value, list):
            found = tuple(self.share(v, (*at, n)) for n, v in enumerate(self.items(value, at, filled=True)))
            return tuple(sorted(found))
        return (self.share(value, at),)

    def _suspension(self, value: Any, at: Path) -> Suspension:
        entry = self.mapping(value, at, ("id", "by", "countries", "kinds", "note", "values"))
        return Suspension(
            self.text(entry.get("by"), (*at, "by")),
            tuple(map(str, self.items(entry.get("countries"), (*at, "countries"), filled=True))),
            self.choices(entry.get("kinds"), (*at, "kinds"), INCOMES, filled=True),
            str(entry.get("note") or ""),
            self.history(entry.get("values"), (*at, "values"), lambda v, a: self.choice(v, a, ("suspended",))),
        )
