"""Taxes on pay beside employer charges: what payers owe on fees, and what is taken from payees, by country and payer kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coprod_budget.catalog.charges import CONFIDENCE, PERIODS, ChargeReader
from coprod_budget.catalog.dated import DATED_BASES

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog.entries import ChargeComponent, Source
    from coprod_budget.catalog.layers import Layers
    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.walker import Path

PAY_KINDS: Final = ("employee", "self_employed", "sole_trader", "author")
_PERIOD_KEYS: Final = ("case", "what", "start", "end", "limit", "costs", "note", "owed", "taken")


class TakenTax(NamedTuple):
    """A tax or contribution of the payee: rates of gross pay by bands, each up to an amount (None: without end)."""

    id: str
    label: str
    period: str
    bands: tuple[tuple[float | None, float], ...]
    source: Source
    basis: str
    confidence: str

    def rate_from(self, amount: float) -> float:
        """Return the rate of the pay just above an amount."""
        return next(rate for up_to, rate in self.bands if up_to is None or up_to > amount)


class Band(NamedTuple):
    """All that is taken of the gross pay up to an amount (None: without end), added up; ``text`` says of what."""

    up_to: float | None
    rate: float
    text: str
    taxes: tuple[TakenTax, ...]


class PayLaw(NamedTuple):
    """What is due on the pay of one kind of payee in a year.

    ``owed`` comes on top of gross pay, ``taken`` out of it; None where it is not known. ``cases`` are what a line may name
    where the law has several, with what each is. ``limit`` is the income of a year up to which a payee may be of this kind.
    """

    country: str
    kind: str
    case: str
    year: int
    valid_for_year: int
    currency: str
    owed: tuple[ChargeComponent, ...] | None
    taken: tuple[TakenTax, ...] | None
    costs: float = 0.0
    limit: float | None = None
    note: str = ""
    cases: tuple[tuple[str, str], ...] = ()

    @property
    def monthly(self) -> bool:
        """Whether the bands are of the pay of a month (else of a year)."""
        return any(tax.period == "month" for tax in self.taken or ())

    @property
    def bands(self) -> tuple[Band, ...]:
        """What is taken, as one scale: where any tax changes its rate, a new band begins."""
        taken = self.taken or ()
        ends = sorted({up_to for tax in taken for up_to, _ in tax.bands if up_to is not None})
        found = []
        for start, end in zip([0.0, *ends], [*ends, None], strict=True):
            parts = [(tax, tax.rate_from(start)) for tax in taken]
            text = " + ".join(f"{rate * 100:g}% {tax.label}" for tax, rate in parts if rate)
            if self.costs:
                text = f"({text}) of the gross less {self.costs * 100:g}% standard costs"
            rate = (1 - self.costs) * sum(rate for _, rate in parts)
            found.append(Band(end, round(rate, 12), text or "nothing", tuple(tax for tax, rate in parts if rate)))
        return tuple(found)


class _Period(NamedTuple):
    start: date
    end: date
    law: PayLaw
    what: str


class PayTable:
    """The law by country and kind of payee; a later file replaces a country as a whole."""

    def __init__(self, layers: Layers) -> None:
        """Read the files."""
        self._periods: dict[str, dict[str, list[_Period]]] = {}
        for file in layers.files("taxes/pay.yaml"):
            self._periods.update(_Reader(file).countries())

    def find(self, country: str, kind: str, year: int, case: str = "") -> PayLaw | None:
        """Return the law of a year: the newest that had begun by then, None where there is none.

        Where the law has several cases and none is named, only what they agree on is known: what the payer owes.
        """
        begun = [p for p in self._periods.get(country, {}).get(kind, []) if p.start.year <= year]
        if not begun:
            return None
        cases = tuple(dict.fromkeys((p.law.case, p.what) for p in begun if p.law.case))
        fitting = [p for p in begun if p.law.case == case]
        if not fitting and (case or not cases):
            return None
        period = max(fitting or begun, key=lambda p: p.start)
        law = period.law._replace(
            year=year, valid_for_year=min(year, max(period.end.year, period.start.year)), cases=cases
        )
        if fitting:
            return law
        same = len({p.law.owed for p in begun if p.start == period.start}) == 1
        return law._replace(case="", taken=None, costs=0.0, limit=None, owed=law.owed if same else None)

    def laws(self, country: str, year: int) -> list[PayLaw]:
        """Return every law of a country in a year, a case at a time."""
        found = []
        for kind, periods in self._periods.get(country, {}).items():
            for case in dict.fromkeys(p.law.case for p in periods):
                law = self.find(country, kind, year, case)
                found += [law] if law is not None and law.case == case else []
        return found

    @property
    def countries(self) -> list[str]:
        """The countries of which anything is known."""
        return sorted(self._periods)

    def dates(self) -> list[date]:
        """Return the days on which anything changes."""
        return sorted({p.start for kinds in self._periods.values() for periods in kinds.values() for p in periods})


class _Reader(ChargeReader):
    def __init__(self, file: DataFile) -> None:
        super().__init__(file, "pay/1")

    def countries(self) -> dict[str, dict[str, list[_Period]]]:
        self.mapping(self.data, (), ("schema", "last_checked", "countries", "sources"))
        found: dict[str, dict[str, list[_Period]]] = {}
        for country, value in self.mapping(self.data.get("countries"), ("countries",)).items():
            at: Path = ("countries", country)
            entry = self.mapping(value, at, ("label", "currency", "note", "kinds"))
            currency, note = self.text(entry.get("currency"), (*at, "currency")), str(entry.get("note") or "")
            kinds: Path = (*at, "kinds")
            for kind, periods in self.mapping(entry.get("kinds"), kinds, PAY_KINDS).items():
                here: Path = (*kinds, kind)
                found.setdefault(country, {})[kind] = [
                    self._period(v, (*here, n), (country, kind, currency, note))
                    for n, v in enumerate(self.items(periods, here, filled=True))
                ]
        self.done()
        return found

    def _period(self, value: Any, at: Path, of: tuple[str, str, str, str]) -> _Period:
        entry = self.mapping(value, at, _PERIOD_KEYS)
        country, kind, currency, note = of
        start = self.day(entry.get("start"), (*at, "start"))
        owed = self.charges(entry["owed"], (*at, "owed")) if "owed" in entry else None
        taken = self._taken(entry["taken"], (*at, "taken")) if "taken" in entry else None
        if owed is None and taken is None:
            self.wrong("neither owed nor taken", "say what is due, or leave the period out", at)
        costs = self.share(entry.get("costs", 0.0), (*at, "costs"))
        limit = self.number(entry["limit"], (*at, "limit")) if "limit" in entry else None
        case = self.word(entry["case"], (*at, "case")) if "case" in entry else ""
        text = str(entry.get("note") or note)
        law = PayLaw(country, kind, case, start.year, start.year, currency, owed, taken, costs, limit, text)
        if taken and all(tax.bands for tax in taken):
            self._check(law, (*at, "taken"))
        return _Period(start, self.until(entry, at), law, str(entry.get("what") or case))

    def _check(self, law: PayLaw, at: Path) -> None:
        """What is taken has one scale, and leaves the payee something of every unit of pay."""
        if len({tax.period for tax in law.taken or () if tax.period}) > 1:
            self.wrong("taxes by the month stand beside taxes by the year", "write them for one period", at)
        if law.costs and any(band.up_to for band in law.bands):
            self.wrong("bands do not go with standard costs", "write one rate a tax", at)
        if any(band.rate >= 1 for band in law.bands):
            self.wrong("the taxes take all of the pay", "rates are shares such as 0.2, and together below 1", at)

    def _taken(self, value: Any, at: Path) -> tuple[TakenTax, ...]:
        return tuple(self._tax(v, (*at, n)) for n, v in enumerate(self.items(value, at, filled=True)))

    def _tax(self, value: Any, at: Path) -> TakenTax:
        entry = self.mapping(value, at, ("id", "label", "period", "bands", "source", "basis", "confidence", "note"))
        bands: list[tuple[float | None, float]] = []
        listed = self.items(entry.get("bands"), (*at, "bands"), filled=True)
        for n, item in enumerate(listed):
            here: Path = (*at, "bands", n)
            band = self.mapping(item, here, ("up_to", "rate"))
            last = n == len(listed) - 1
            if last == ("up_to" in band):
                self.wrong(
                    "the last band has no up_to, every other has one", "write the bands from the lowest up", here
                )
            end = None if last else self.number(band.get("up_to"), (*here, "up_to"))
            if end is not None and end <= max((e for e, _ in bands if e is not None), default=0.0):
                self.wrong("this band does not end above the one before", "write the bands from the lowest up", here)
            bands.append((end, self.share(band.get("rate"), (*here, "rate"))))
        period = self.optional_choice(entry, "period", at, PERIODS)
        if (period == "") != (len(listed) == 1):
            self.wrong("period does not fit the bands", "year or month where there are several bands", (*at, "period"))
        return TakenTax(
            self.text(entry.get("id"), (*at, "id")),
            self.text(entry.get("label"), (*at, "label")),
            period,
            tuple(bands),
            self.source(entry, at),
            self.optional_choice(entry, "basis", at, DATED_BASES, "published"),
            self.choice(entry.get("confidence"), (*at, "confidence"), CONFIDENCE),
        )
