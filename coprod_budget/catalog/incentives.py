"""Incentives: one YAML file a programme, its rules by date, each value with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from coprod_budget.catalog import incentive_entries as kinds
from coprod_budget.catalog.incentive_values import ValueReader
from coprod_budget.catalog.tables import IDENTIFIER
from coprod_budget.catalog.unknown import UNKNOWN, Unknown

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog.dated import Confidence, Dated, History
    from coprod_budget.catalog.entries import Source
    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.walker import Path

SCHEMA = "incentive/1"
_KEYS = (
    "schema", "id", "title", "country", "region", "region_name", "cities", "body", "instrument", "currency",
    "last_checked", "note", "status", "rules", "envelopes", "sources",
)  # fmt: skip
_ENVELOPE_KEYS = (
    "year", "years", "amount", "currency", "kind", "registration_cap", "reserved", "funded", "applications", "sources",
    "confidence", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a programme. ``formats`` and ``spend`` say for which works and costs it is; empty is all of them."""

    id: str
    kind: str
    formats: tuple[str, ...]
    spend: str
    history: History[kinds.Value]

    def fits(self, work: str) -> bool:
        """Say whether the rule is for works of this format."""
        live = work not in {"animation", "animated_series", "post_only", "digital"}
        return not self.formats or work in self.formats or ("live_action" in self.formats and live)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The money of a programme in a year (the last of ``years``); ``kind`` says whether it was planned, allotted or paid."""

    year: int
    amount: float | Unknown
    currency: str
    kind: str
    years: int = 1
    registration_cap: float | None = None
    reserved: float | None = None
    funded: int | None = None
    applications: int | None = None
    sources: tuple[Source, ...] = ()
    confidence: Confidence = ""
    note: str = ""

    def covers(self, year: int) -> bool:
        """Say whether it is of this year."""
        return self.year - self.years < year <= self.year


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule and what it says on a day."""

    rule: Rule
    dated: Dated[kinds.Value]

    @property
    def value(self) -> kinds.Value | Unknown:
        """What it says; UNKNOWN where nobody knows."""
        return UNKNOWN if self.dated.value is None else self.dated.value


@dataclass(frozen=True, slots=True)
class IncentiveView:
    """A programme as of a day."""

    incentive: Incentive
    day: date
    status: Dated[str] | None
    rules: tuple[RuleInForce, ...]
    envelopes: tuple[Envelope, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is open without a doubt: what is doubtful, suspended or not known is off unless the project turns it on."""
        return self.status is not None and self.status.value == "open"

    def rule(self, rule: str) -> RuleInForce | None:
        """Return a rule by id; None where there is none on this day."""
        return next((r for r in self.rules if r.rule.id == rule), None)

    def of_kind(self, kind: str, work: str = "") -> list[RuleInForce]:
        """Return the rules of a kind, those for a format of works only where one is named."""
        return [r for r in self.rules if r.rule.kind == kind and (not work or r.rule.fits(work))]


@dataclass(frozen=True, slots=True)
class Incentive:
    """A programme: who gives it, where, and its rules with their histories."""

    id: str
    title: str
    country: str
    region: str
    region_name: str
    cities: tuple[str, ...]
    body: str
    instrument: str
    currency: str
    last_checked: date
    note: str
    status: History[str]
    rules: tuple[Rule, ...]
    envelopes: tuple[Envelope, ...]
    file: str

    def as_of(self, day: date) -> IncentiveView:
        """Return the programme with what holds on a day."""
        found = [(rule, rule.history.at(day)) for rule in self.rules]
        rules = tuple(RuleInForce(rule, dated) for rule, dated in found if dated is not None)
        envelopes = tuple(e for e in self.envelopes if e.covers(day.year))
        return IncentiveView(self, day, self.status.at(day), rules, envelopes)

    def history(self, rule: str) -> History[kinds.Value] | None:
        """Return every value of a rule by id, oldest first; None for an id that it does not have."""
        return next((r.history for r in self.rules if r.id == rule), None)

    def dates(self) -> list[date]:
        """Return the days on which anything of it changes."""
        days = {*self.status.dates(), *(day for rule in self.rules for day in rule.history.dates())}
        return sorted(days)


def read_incentive(file: DataFile) -> Incentive:
    """Read the file of a programme; its id is the name of the file."""
    reader = _Reader(file)
    found = reader.incentive(file.path.stem, file.shown)
    reader.done()
    return found


class _Reader(ValueReader):
    def __init__(self, file: DataFile) -> None:
        super().__init__(file, SCHEMA)

    def incentive(self, name: str, shown: str) -> Incentive:
        data = self.mapping(self.data, (), _KEYS)
        if data.get("id") != name:
            self.wrong(f"id is not {name}, the name of the file", f"write `id: {name}`", ("id",))
        country = self.text(data.get("country"), ("country",))
        if len(country) != 2 or not country.isupper():
            self.wrong(f"country is {country!r}", "write two capital letters, such as RS", ("country",))
        cities = self.optional_items(data, "cities", ())
        return Incentive(
            id=name,
            title=self.text(data.get("title"), ("title",)),
            country=country,
            region=str(data.get("region") or ""),
            region_name=str(data.get("region_name") or ""),
            cities=tuple(map(str, cities)),
            body=self.text(data.get("body"), ("body",)),
            instrument=self.choice(data.get("instrument"), ("instrument",), kinds.INSTRUMENTS),
            currency=self.currency(data.get("currency"), ("currency",)),
            last_checked=self.day(data.get("last_checked"), ("last_checked",)),
            note=str(data.get("note") or ""),
            status=self._status(data.get("status")),
            rules=self._rules(data.get("rules")),
            envelopes=tuple(
                self._envelope(e, ("envelopes", n)) for n, e in enumerate(self.optional_items(data, "envelopes", ()))
            ),
            file=shown,
        )

    def _status(self, value: Any) -> History[str]:
        for n, entry in enumerate(self.items(value, ("status",), filled=True)):
            if isinstance(entry, dict) and entry.get("value") is None:
                self.wrong("a status is missing", f"one of {', '.join(kinds.STATUSES)}", ("status", n))
        return self.history(value, ("status",), lambda v, at: self.choice(v, at, kinds.STATUSES))

    def _rules(self, value: Any) -> tuple[Rule, ...]:
        found: dict[str, Rule] = {}
        for n, item in enumerate(self.items(value, ("rules",), filled=True)):
            at: Path = ("rules", n)
            entry = self.mapping(item, at, ("id", "kind", "formats", "spend", "values"))
            rule = self.text(entry.get("id"), (*at, "id"))
            if not IDENTIFIER.fullmatch(rule) or rule in found:
                self.wrong(f"{rule!r} is not a new id", "small letters, digits and _, each id once", (*at, "id"))
            kind = self.choice(entry.get("kind"), (*at, "kind"), kinds.KINDS)
            formats = entry.get("formats")
            found[rule] = Rule(
                rule,
                kind,
                () if formats is None else self.choices(formats, (*at, "formats"), kinds.FORMATS, filled=True),
                self.optional_choice(entry, "spend", at, kinds.SPENDS),
                self.history(entry.get("values"), (*at, "values"), lambda v, here, k=kind: self.value(k, v, here)),  # type: ignore[misc]
            )
        return tuple(found.values())

    def _envelope(self, value: Any, at: Path) -> Envelope:
        entry = self.mapping(value, at, _ENVELOPE_KEYS)
        amount = self.known_number(entry.get("amount"), (*at, "amount"))
        confidence = ""
        if amount is not UNKNOWN:
            confidence = self.choice(entry.get("confidence"), (*at, "confidence"), ("high", "medium", "low"))
            self.items(entry.get("sources"), (*at, "sources"), filled=True)
        more = {k: self.number(entry[k], (*at, k)) for k in ("registration_cap", "reserved") if k in entry}
        counts = {
            k: int(self.number(entry[k], (*at, k), 1e6)) for k in ("funded", "applications", "years") if k in entry
        }
        return Envelope(
            year=int(self.number(entry.get("year"), (*at, "year"), 2100)),
            amount=amount,
            currency=self.currency(entry.get("currency"), (*at, "currency")),
            kind=self.choice(entry.get("kind"), (*at, "kind"), kinds.ENVELOPES),
            sources=self.source_list(entry, at),
            confidence=cast("Confidence", confidence),
            note=str(entry.get("note") or ""),
            **cast("Any", {**more, **counts}),
        )
