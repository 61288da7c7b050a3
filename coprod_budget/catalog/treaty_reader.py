"""Read one instrument from its YAML file: every mistake is noted with its place, and nothing that is misspelt is overlooked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from coprod_budget.catalog.entries import Source
from coprod_budget.catalog.tables import CURRENCY, DATE, IDENTIFIER
from coprod_budget.catalog.treaties import (
    AppliesTo,
    Criterion,
    Outsider,
    Party,
    PointsItem,
    RolesNeeded,
    RuleValue,
    Span,
    Treaty,
    Value,
    named_parties,
)
from coprod_budget.catalog.treaty_kinds import (
    ADDRESSES,
    COMPARISONS,
    CONFIDENCE,
    INSTRUMENT_KINDS,
    KINDS,
    NUMBERS,
    OF,
    PARTIES,
    ROLES,
    UNITS,
    UNMET,
    WHEN,
    WHO,
    WORKS,
)
from coprod_budget.catalog.unknown import UNKNOWN, Unknown
from coprod_budget.catalog.walker import Walker
from coprod_budget.errors import nearest
from coprod_budget.yaml_reader import shown

if TYPE_CHECKING:
    from coprod_budget.catalog.tables import DataFile
    from coprod_budget.catalog.walker import Found, Path

SCHEMA = "treaty/1"
LARGEST = 1e12
ADDRESS_NOTES = {
    "pattern": "address rebuilt from the document's number",
    "id_only": "the address is that of the site",
    "site_only": "the address is that of the site",
    "none": "address not kept",
}

_SPAN = {"from", "known_by", "not_yet", "to"}
_ORIGIN = {"source", "confidence", "note"}
_TOP = {
    "schema", "id", "title", "kind", "works", "signed", "in_force", "parties_complete", "parties", "not_parties", "criteria",
    "sources", "last_checked", "doubts",
}  # fmt: skip
_CRITERION = {
    "id", "kind", "title", "applies_to", "comparison", "unit", "of", "unmet", "table", "roles", "side", "options", "note",
    "values",
}  # fmt: skip


def read_treaty(file: DataFile, treaty: str) -> Treaty:
    """Read an instrument; every problem of its file is raised at once (ProjectError)."""
    return _Reader(file, treaty).treaty()


class _Reader(Walker):
    """Walks the document of one instrument."""

    def __init__(self, file: DataFile, name: str) -> None:
        super().__init__(file, SCHEMA)
        self._name = name
        self._sources: dict[str, Source] = {}

    def treaty(self) -> Treaty:
        data = self.mapping(self.data, (), _TOP)
        if data.get("id") != self._name:
            self.wrong(f"id is {shown(data.get('id'))}", f"the file's name says {self._name}", ("id",))
        for key, value in self.mapping(data.get("sources"), ("sources",)).items():
            self._sources[key] = self._source(value, ("sources", key))
        force = self.mapping(data.get("in_force"), ("in_force",), _SPAN | _ORIGIN | {"basis"})
        in_force = self._span(force, ("in_force",))
        standing, sure = self._origin(force, ("in_force",))
        parties = [
            self._party(p, ("parties", n), in_force, standing, sure)
            for n, p in enumerate(self.items(data.get("parties"), ("parties",)))
        ]
        named = named_parties(self._name)
        for n, party in enumerate(parties):
            if named is not None and party.country not in named:
                self.wrong(
                    f"{party.country} is a party, and the name of the file does not say so",
                    "name every party, as in bilateral_ru_rs.yaml, or choose another id",
                    ("parties", n),
                )
        outsiders = [
            self._outsider(p, ("not_parties", n))
            for n, p in enumerate(self.items(data.get("not_parties", []), ("not_parties",)))
        ]
        found = Treaty(
            id=self._name,
            title=self.text(data.get("title"), ("title",)),
            kind=cast("Any", self.choice(data.get("kind"), ("kind",), INSTRUMENT_KINDS)),
            works=self._works(data.get("works", {})),
            in_force=in_force,
            in_force_basis=str(force.get("basis") or ""),
            parties=tuple(parties),
            parties_complete=self.flag(data.get("parties_complete"), ("parties_complete",)),
            outsiders=tuple(outsiders),
            criteria=MappingProxyType(self._criteria(data.get("criteria"))),
            sources=MappingProxyType(self._sources),
            last_checked=self.day(data.get("last_checked"), ("last_checked",)),
            signed=self.day(data["signed"], ("signed",)) if "signed" in data else None,
            doubts=self.texts(data.get("doubts", []), ("doubts",)),
            file=self.document.filename,
        )
        self.done()
        return found

    # parties and spans

    def _works(self, value: Any) -> MappingProxyType[str, bool]:
        works = self.mapping(value, ("works",), set(WORKS))
        return MappingProxyType({k: self.flag(v, ("works", k)) for k, v in works.items()})

    def _span(self, entry: Found, at: Path) -> Span:
        start = entry.get("from")
        if start is not None and "known_by" in entry and start != "unknown":
            self.wrong("both from and known_by are given", "known_by is for a first day that was not found", at)
        span = Span(
            begins=None if start in (None, "unknown") else self.day(start, (*at, "from")),
            known_by=self.optional_day(entry, "known_by", at),
            not_yet=self.optional_day(entry, "not_yet", at),
            ends=None if entry.get("to") == "unknown" else self.optional_day(entry, "to", at),
            end_unknown=entry.get("to") == "unknown",
        )
        if "from" not in entry and "known_by" not in entry:
            self.wrong("no first day is given", "write from: a day or unknown, or known_by: a day", at)
        start_day = span.begins or span.known_by
        if start_day and ((span.ends and span.ends < start_day) or (span.not_yet and span.not_yet >= start_day)):
            self.wrong("the days are not in order", "not_yet, then from or known_by, then to", at)
        return span

    def _party(self, value: Any, at: Path, in_force: Span, standing: Source, sure: str) -> Party:
        entry = self.mapping(value, at, _SPAN | _ORIGIN | {"country", "basis", "associate"})
        own = any(key in entry for key in _SPAN)
        source, confidence = self._origin(entry, at) if own or "source" in entry else (standing, sure)
        return Party(
            country=self.country(entry.get("country"), (*at, "country")),
            span=self._span(entry, at) if own else in_force,
            source=source,
            confidence=confidence,
            basis=str(entry.get("basis") or ""),
            note=str(entry.get("note") or ""),
            associate=self.flag(entry.get("associate", False), (*at, "associate")),
        )

    def _outsider(self, value: Any, at: Path) -> Outsider:
        entry = self.mapping(value, at, _ORIGIN | {"country"})
        source, confidence = self._origin(entry, at)
        return Outsider(
            self.country(entry.get("country"), (*at, "country")), source, confidence, str(entry.get("note") or "")
        )

    def _source(self, value: Any, at: Path) -> Source:
        entry = self.mapping(value, at, {"title", "url", "as_of", "address", "note"})
        address = self.optional_choice(entry, "address", at, ADDRESSES, "exact")
        as_of = str(entry.get("as_of", ""))
        if as_of and not DATE.fullmatch(as_of):
            self.wrong(
                f"as_of {shown(as_of)} is not a date", "write it like 2026-05-01, 2026-05 or 2026", (*at, "as_of")
            )
        notes = [n for n in (str(entry.get("note") or ""), ADDRESS_NOTES.get(address, "")) if n]
        title = self.text(entry.get("title"), (*at, "title"))
        return Source(title, str(entry.get("url") or ""), as_of, "; ".join(notes))

    def _origin(self, entry: Found, at: Path) -> tuple[Source, str]:
        key = self.text(entry.get("source"), (*at, "source"))
        if key not in self._sources and key != "?":
            hint = nearest(key, self._sources) or "name it under sources"
            self.wrong(f"unknown source {shown(key)}", hint, (*at, "source"))
        confidence = self.choice(entry.get("confidence"), (*at, "confidence"), CONFIDENCE)
        return self._sources.get(key, Source(key)), confidence

    # rules

    def _criteria(self, value: Any) -> dict[str, Criterion]:
        found: dict[str, Criterion] = {}
        entries = self.items(value, ("criteria",))
        for n, item in enumerate(entries):
            criterion = self._criterion(item, ("criteria", n))
            if criterion.id in found:
                self.wrong(f"the rule {criterion.id} is there twice", "keep one", ("criteria", n, "id"))
            found[criterion.id] = criterion
        for n, criterion in enumerate(found.values()):
            for what, key, kind in (
                ("table", criterion.table, "points_table"),
                ("applies_to", criterion.applies_to.budget_above, "budget_threshold"),
            ):
                if key and (key not in found or found[key].kind != kind):
                    self.wrong(f"{shown(key)} is not a rule of the kind {kind}", "name one", ("criteria", n, what))
        return found

    def _criterion(self, value: Any, at: Path) -> Criterion:
        entry = self.mapping(value, at, _CRITERION)
        kind = self.choice(entry.get("kind"), (*at, "kind"), KINDS)
        if kind != entry.get("kind"):  # the shape of its values, and with it what else is wrong, is not known
            identifier, title = (self.text(entry.get(key), (*at, key)) for key in ("id", "title"))
            return Criterion(identifier, kind, title, ())
        shape = KINDS[kind].shape
        comparison = self.optional_choice(entry, "comparison", at, COMPARISONS)
        if shape in NUMBERS and not comparison:
            comparison = self.choice(None, (*at, "comparison"), COMPARISONS)
        unit = str(entry.get("unit") or "")
        if (shape == "amount" and not CURRENCY.fullmatch(unit)) or (shape == "count" and unit not in UNITS):
            hint = "a currency such as EUR" if shape == "amount" else f"one of {', '.join(UNITS)}"
            self.wrong(f"unit is {shown(unit)}", hint, (*at, "unit"))
        values = [
            self._value(v, shape, comparison, (*at, "values", k))
            for k, v in enumerate(self.items(entry.get("values"), (*at, "values")))
        ]
        starts = [v.start for v in values]
        known = [s for s in starts if s is not None]
        if known != sorted(set(known)) or any(s is None for s in starts[1:]):
            self.wrong("the values are not in the order of their days", "oldest first, each day once", (*at, "values"))
        if not values:
            self.wrong("the rule has no value", "give one, be it unknown", (*at, "values"))
        identifier = self.text(entry.get("id"), (*at, "id"))
        if not IDENTIFIER.fullmatch(identifier):
            self.wrong(f"id {shown(identifier)} is not of the right form", "write it like share_minimum", (*at, "id"))
        return Criterion(
            id=identifier,
            kind=kind,
            title=self.text(entry.get("title"), (*at, "title")),
            values=tuple(values),
            applies_to=self._applies_to(entry.get("applies_to", {}), (*at, "applies_to")),
            comparison=cast("Any", comparison),
            unit=unit,
            of=self.optional_choice(entry, "of", at, OF),
            unmet=cast("Any", self.optional_choice(entry, "unmet", at, UNMET, "fail")),
            table=str(entry.get("table") or ""),
            roles=self.choices(entry.get("roles", []), (*at, "roles"), ROLES),
            side=self.optional_choice(entry, "side", at, ("national", "foreign")),
            options=self.texts(entry.get("options", []), (*at, "options")),
            note=str(entry.get("note") or ""),
        )

    def _applies_to(self, value: Any, at: Path) -> AppliesTo:
        entry = self.mapping(value, at, {"parties", "who", "works", "countries", "when", "budget_above"})
        countries = self.items(entry.get("countries", []), (*at, "countries"))
        return AppliesTo(
            parties=self.optional_choice(entry, "parties", at, PARTIES),
            who=self.optional_choice(entry, "who", at, WHO),
            works=self.choices(entry.get("works", []), (*at, "works"), WORKS),
            countries=tuple(self.country(c, (*at, "countries", n)) for n, c in enumerate(countries)),
            when=self.choices(entry.get("when", []), (*at, "when"), WHEN),
            budget_above=str(entry.get("budget_above") or ""),
        )

    def _value(self, item: Any, shape: str, comparison: str, at: Path) -> RuleValue:
        entry = self.mapping(item, at, _ORIGIN | {"from", "known_by", "value", "article", "comparison"})
        span = self._span(entry, at)
        if "value" not in entry:
            self.wrong("value is missing", "write unknown where it was not found, null where the rule ends", at)
        written = entry.get("value")
        value: Value | Unknown | None
        if written is None or written == "unknown":
            value = None if written is None else UNKNOWN
        else:
            value = self._shaped(written, shape, (*at, "value"))
        source, confidence = self._origin(entry, at)
        if (value is UNKNOWN) != (confidence == "unknown"):
            self.wrong("confidence unknown goes with the value unknown", "change one of them", (*at, "confidence"))
        return RuleValue(
            value=value,
            begins=span.begins,
            known_by=span.known_by,
            source=source,
            confidence=confidence,
            article=str(entry.get("article") or ""),
            note=str(entry.get("note") or ""),
            comparison=cast("Any", self.optional_choice(entry, "comparison", at, COMPARISONS, comparison)),
        )

    def _shaped(self, value: Any, shape: str, at: Path) -> Value:
        if shape == "share":
            return self.share(value, at)
        if shape == "amount":
            return self.number(value, at, LARGEST)
        if shape == "count":
            return int(self.number(value, at, 1000.0, whole=True))
        if shape == "flag":
            return self.flag(value, at)
        if shape == "word":
            return self.word(value, at)
        items = self.items(value, at)
        if not items:
            self.wrong("the list is empty", "give at least one entry", at)
        places = [(item, (*at, n)) for n, item in enumerate(items)]
        if shape == "words":
            return tuple(self.word(item, here) for item, here in places)
        if shape == "shares":
            return tuple(self.share(item, here) for item, here in places)
        if shape == "points":
            return tuple(self._points(item, here) for item, here in places)
        return tuple(self._alternatives(item, here) for item, here in places)

    def _points(self, value: Any, at: Path) -> PointsItem:
        entry = self.mapping(value, at, {"item", "points", "group"})
        points = int(self.number(entry.get("points"), (*at, "points"), 100.0, whole=True))
        return PointsItem(self.word(entry.get("item"), (*at, "item")), points, str(entry.get("group") or ""))

    def _alternatives(self, value: Any, at: Path) -> tuple[RolesNeeded, ...]:
        entry = self.mapping(value, at, {"any_of"})
        needed = []
        for n, item in enumerate(self.items(entry.get("any_of"), (*at, "any_of"))):
            here = (*at, "any_of", n)
            one = self.mapping(item, here, {"count", "roles", "consent"})
            count = int(self.number(one.get("count"), (*here, "count"), 100.0, whole=True))
            consent = self.flag(one.get("consent", False), (*here, "consent"))
            needed.append(RolesNeeded(count, self.choices(one.get("roles"), (*here, "roles"), ROLES), consent))
        return tuple(needed)
