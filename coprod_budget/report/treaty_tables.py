"""Treaties, funds and national statuses as tables to look at: the list, one of them on a day, its history, a country's places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.catalog.treaties import PointsItem, RolesNeeded
from coprod_budget.catalog.unknown import UNKNOWN
from coprod_budget.report.tables import WHOLE, Column, Kind, Row, Table

if TYPE_CHECKING:
    from datetime import date

    from coprod_budget.catalog import Catalog, Unknown
    from coprod_budget.catalog.treaties import AppliesTo, Criterion, RuleValue, Span, Treaty, Value

SHORT = 14
"""A word up to this long stands among the figures; what is longer stands with the title of its rule."""

MANY = 8


def treaties(catalog: Catalog, day: date) -> Table:
    """Return the instruments as they stand on a day."""
    columns = (
        Column("Instrument", least=WHOLE),
        Column("Title", least=20),
        Column("Kind", drop=3, least=10),
        Column("Parties", drop=2, least=12),
        Column("Films", drop=4, least=11),
        Column("In force", least=7),
        Column("Rules", "number", drop=5),
        Column("Unknown", "number", drop=5),
        Column("Checked", drop=1, least=WHOLE),
    )
    rows = []
    for name in catalog.treaties():
        found = catalog.treaty(name)
        view = found.as_of(day)
        rules = [value for _, value in view.rules()]
        cells = (
            found.id,
            found.title,
            found.kind.replace("_", " "),
            _parties(view.parties, view.possible_parties),
            ", ".join(work for work, covered in found.works.items() if covered) or "unknown",
            _state(view.in_force),
            len(rules),
            sum(value.value is UNKNOWN for value in rules),
            found.last_checked.isoformat(),
        )
        rows.append(Row(cells))
    return Table(f"Treaties, funds and statuses: {day}", columns, tuple(rows))


def treaty(catalog: Catalog, name: str, day: date) -> list[Table]:
    """Return one instrument on a day: what it is, its rules with article and source, points, parties, sources."""
    found = catalog.treaty(name)
    view = found.as_of(day)
    rules = list(view.rules())
    tables = [_about(found, day)]
    plain = [Row(_rule(c, v), kind=_kind(c)) for c, v in rules]
    tables.append(Table(f"Rules: {name} on {day}", RULE_COLUMNS, tuple(plain)))
    points = tuple(
        Row((c.id, p.item.replace("_", " "), p.group, p.points))
        for c, v in rules
        if isinstance(v.value, tuple)
        for p in v.value
        if isinstance(p, PointsItem)
    )
    if points:
        columns = (
            Column("Table", least=WHOLE),
            Column("What earns them", least=20),
            Column("Group", drop=1, least=WHOLE),
            Column("Points", "number"),
        )
        tables.append(Table(f"Points: {name} on {day}", columns, points))
    tables.append(_members(found, day))
    return tables


RULE_COLUMNS = (
    Column("What it asks", least=22),
    Column("Rule", drop=3, least=WHOLE),
    Column("Must be", least=8),
    Column("Value", "number"),
    Column("Unit", drop=9, least=WHOLE),
    Column("Of", drop=6, least=10),
    Column("For", drop=5, least=14),
    Column("If not", drop=7, least=WHOLE),
    Column("Article", least=8),
    Column("Sure", drop=2, least=WHOLE),
    Column("Since", drop=4, least=WHOLE),
    Column("Source", drop=1, least=16),
    Column("As of", drop=4, least=WHOLE),
    Column("Note", drop=8, least=24),
)


def _rule(criterion: Criterion, value: RuleValue) -> tuple[str | float, ...]:
    figure, words = said(value.value, criterion.kind)
    return (
        _title(criterion, value, words),
        criterion.id,
        "" if value.value in {None, UNKNOWN} else value.comparison.replace("_", " "),
        figure,
        criterion.unit,
        criterion.of.replace("_", " "),
        _applies(criterion.applies_to, criterion.side, criterion.roles),
        criterion.unmet,
        value.article,
        value.confidence,
        since(value),
        value.source.title,
        value.source.as_of,
        value.note,
    )


def _title(criterion: Criterion, value: RuleValue, words: str) -> str:
    """Return what a rule asks, in which unit, the words of its value, and of an unknown value what would settle it."""
    unit = (
        f", in {criterion.unit}" if criterion.about.shape == "amount" or criterion.unit in {"months", "minutes"} else ""
    )
    more = value.note if value.value is UNKNOWN else words
    return f"{criterion.title}{unit}: {more}" if more else f"{criterion.title}{unit}"


def history(catalog: Catalog, name: str) -> Table:
    """Return everything that the rules of an instrument have said, oldest first."""
    shown = (0, 1, 10, 2, 3, 4, 8, 9, 11, 12, 13)
    rows = tuple(
        Row(tuple(_rule(criterion, value)[n] for n in shown), kind=_kind(criterion))
        for criterion in catalog.treaty(name).criteria.values()
        for value in criterion.values
    )
    return Table(f"History: {name}", tuple(HISTORY_COLUMNS.get(n, RULE_COLUMNS[n]) for n in shown), rows)


HISTORY_COLUMNS = {10: Column("Since", least=WHOLE), 8: Column("Article", drop=2, least=8)}
"""The columns of the rules that matter more, or less, in a history."""


def memberships(catalog: Catalog, country: str, day: date) -> Table:
    """Return every instrument to which a country belongs, belonged or may belong, with the days."""
    columns = (
        Column("Instrument", least=WHOLE),
        Column("Title", drop=3, least=20),
        Column("Member", least=WHOLE),
        Column("Since", least=WHOLE),
        Column("Until", least=WHOLE),
        Column("Sure", drop=1, least=WHOLE),
        Column("Source", drop=4, least=18),
        Column("Note", drop=5, least=20),
    )
    rows = tuple(
        Row(
            (
                m.treaty,
                m.title,
                _state(catalog.treaty(m.treaty).party(country, day)),
                _begun(m.party.span),
                _ended(m.party.span),
                m.party.confidence,
                m.party.source.title,
                m.party.note or m.party.basis,
            )
        )
        for m in catalog.memberships(country)
    )
    return Table(f"Memberships of {country}: {day}", columns, rows)


def countries(catalog: Catalog) -> list[str]:
    """Return every country that any instrument names as a party."""
    return sorted({c for t in catalog.treaties() for c in catalog.treaty(t).countries})


def _about(found: Treaty, day: date) -> Table:
    works = "; ".join(f"{work}: {'yes' if covered else 'no'}" for work, covered in found.works.items())
    facts = [
        ("Title", found.title),
        ("Kind", found.kind.replace("_", " ")),
        ("Films", works or "which kinds is unknown"),
        ("Signed", found.signed.isoformat() if found.signed else ""),
        (
            "In force",
            f"{_state(found.in_force.on(day))} on {day}; since {_begun(found.in_force)}; {found.in_force_basis}",
        ),
        ("Last checked", found.last_checked.isoformat()),
        *(("In doubt", doubt) for doubt in found.doubts),
        ("File", found.file),
    ]
    columns = (Column("About", least=WHOLE), Column("What is known", least=30))
    return Table(f"Instrument: {found.id}", columns, tuple(Row(fact) for fact in facts if fact[1]))


def _members(found: Treaty, day: date) -> Table:
    columns = (
        Column("Country", least=WHOLE),
        Column("Party", least=WHOLE),
        Column("Since", least=WHOLE),
        Column("Until", drop=1, least=WHOLE),
        Column("Sure", least=WHOLE),
        Column("Source", drop=2, least=18),
        Column("As of", drop=2, least=WHOLE),
        Column("Note", drop=3, least=20),
    )
    rows = [
        Row(
            (
                p.country,
                _state(found.party(p.country, day)),
                _begun(p.span),
                _ended(p.span),
                p.confidence,
                p.source.title,
                p.source.as_of,
                p.note or p.basis,
            )
        )
        for p in found.parties
    ]
    rows += [
        Row((o.country, "no", "", "", o.confidence, o.source.title, o.source.as_of, o.note)) for o in found.outsiders
    ]
    return Table(f"Parties: {found.id} on {day}", columns, tuple(rows))


# how things are written


INSTRUMENTS = ("fallback_instrument", "share_rules_of", "points_of")
IN_THE_TITLE = ("precedence", "producer_status")
"""Kinds whose values name an instrument; kinds of which the title says it all."""


def said(value: Value | Unknown | None, kind: str) -> tuple[str | float, str]:
    """Return a value as a figure or a short word, and what is too long for that."""
    if value is None:
        return "ended", ""
    if value is UNKNOWN:
        return "unknown", ""
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, int | float):
        return value, ""
    if isinstance(value, str):
        word = value if kind in INSTRUMENTS else value.replace("_", " ")
        if kind in IN_THE_TITLE:
            return "", ""
        return (word, "") if len(word) <= SHORT else ("", word)
    return "", _listed(value)


def _listed(value: object) -> str:
    parts: list[str] = []
    assert isinstance(value, tuple)
    for part in value:
        if isinstance(part, PointsItem):
            parts.append(f"{part.item.replace('_', ' ')} {part.points}")
        elif isinstance(part, tuple):
            parts.append(" or ".join(map(_needed, part)))
        elif isinstance(part, float):
            parts.append(f"{part:.0%}")
        else:
            parts.append(str(part).replace("_", " "))
    return ", ".join(parts)


def _needed(needed: RolesNeeded) -> str:
    roles = " or ".join(role.replace("_", " ") for role in needed.roles)
    return f"{needed.count} {roles}{' with consent' if needed.consent else ''}"


def _kind(criterion: Criterion) -> Kind:
    return "share" if criterion.about.shape == "share" else "number"


def _applies(to: AppliesTo, side: str, roles: tuple[str, ...]) -> str:
    words = [
        {"two": "two parties", "three_or_more": "three or more"}.get(to.parties, ""),
        to.who,
        *to.works,
        *to.countries,
        *to.when,
        f"budget above {to.budget_above}" if to.budget_above else "",
        side,
        " ".join(roles) if len(roles) <= MANY else "",
    ]
    return ", ".join(word.replace("_", " ") for word in words if word)


def since(value: RuleValue) -> str:
    """Return the first day of a value; ``by`` a day where only a source of that day shows it."""
    if value.begins:
        return value.begins.isoformat()
    return f"by {value.known_by}" if value.known_by else "not found"


def _begun(span: Span) -> str:
    if span.begins:
        return span.begins.isoformat()
    if span.known_by:
        return f"by {span.known_by}"
    return f"not found, after {span.not_yet}" if span.not_yet else "not found"


def _ended(span: Span) -> str:
    if span.end_unknown:
        return "not found"
    return span.ends.isoformat() if span.ends else ""


def _state(state: bool | Unknown) -> str:  # noqa: FBT001 - it is what is shown
    if state is UNKNOWN:
        return "unknown"
    return "yes" if state else "no"


def _parties(sure: tuple[str, ...], possible: tuple[str, ...]) -> str:
    if len(sure) > MANY:
        return f"{len(sure)} countries" + (f", {len(possible)} uncertain" if possible else "")
    return ", ".join([*sure, *(f"{c}?" for c in possible)])
