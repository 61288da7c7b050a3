"""What each budget line is to one programme: spent there or elsewhere, on what, and whether who is paid is at home there.

Every line gets one word a programme (a text column over the lines), and the sums by word are all that the limits work with: a
reader finds the word beside the line and sees why it counts or does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.catalog import UNKNOWN
from coprod_budget.model.incentives.terms import cause, words
from coprod_budget.model.priced_line import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.catalog.incentives import RuleInForce
    from coprod_budget.graph import Node, Table
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.incentives.choice import Chosen
    from coprod_budget.model.priced_line import BudgetLine

PARTS: Final = ("counted", "labour", "goods_and_services", "vfx", "promotion")
"""Words of lines that count: under the general rate, or under a rate of their own."""
LEFT_OUT: Final = ("excluded", "not_core", "foreign_pay", "foreign", "undecided", "no_rate")
"""Words of lines that are spent there and do not count (``foreign``: who is paid is not at home there)."""
ELSEWHERE: Final = "elsewhere"
WORDS: Final = (*PARTS, *LEFT_OUT, ELSEWHERE)

MAIN: Final = ("", "local", "other")
"""What a rate is for, where it is for all that no other rate is for."""
CORE_PHASES: Final = ("prep", "shoot", "wrap", "post")
CORE_GROUPS: Final = ("above_the_line", "production", "post")
CAST: Final = ("cast", "extras")

_EXCLUDED: Final[dict[str, Callable[[BudgetLine], bool]]] = {
    "marketing": lambda line: line.account == "publicity",
    "distribution": lambda line: line.account == "publicity",
    "development": lambda line: line.account == "development" or line.phase == "development",
    "customs": lambda line: line.account == "customs_visas",
}
"""Costs that the budget shows. Promotion is the only account of marketing and distribution; development is by account and by phase.
A general rate never counts promotion, which is no cost of making the film, unless a rule limits it (and so lets it count)."""
_BY_ITSELF: Final = ("vat", "per_diem_abroad", "publicly_funded_spend")
"""Costs that are left out elsewhere: by the rule of VAT, by the place of spend, and by grants taken off the base."""


class Payments(NamedTuple):
    """The sums by word (column over ``table``), the lines that count by id, and what a reader should know."""

    table: Table
    sums: Node
    words: Node
    rows: frozenset[str]
    there: tuple[BudgetLine, ...]
    """Lines that are spent there."""
    counted: tuple[BudgetLine, ...]
    """Lines that count under the general rate."""
    notes: tuple[str, ...]


def is_labour(facts: Facts, line: BudgetLine) -> bool:
    """Say whether a line pays people."""
    if line.labour != "none":
        return line.labour != "company"
    item = facts.stage.catalog.items.get(line.item)
    return item is not None and item.labour


def is_core(line: BudgetLine, group: str) -> bool:
    """Say whether a line is core cost: preparation, photography and post, without development, finance, office or publicity."""
    return line.phase in CORE_PHASES and group in CORE_GROUPS and line.account != "development"


def core_cost(facts: Facts) -> Node:
    """Return the core cost of the whole film, wherever it is spent."""
    graph, budget = facts.stage.graph, facts.budget
    if "budget.core" in graph:
        return graph["budget.core"]
    table = graph.table("core", ("core", "not_core"), "core cost")
    marks = ["core" if _core(facts, line) else "not_core" for line in budget.lines]
    column = graph.text_column("lines.*.core", budget.table, marks, label="Core cost")
    unit = facts.stage.project.currency
    sums = graph.sum_by(budget.line_total, column, table).named("core.*.total", "Total of lines", unit)
    label = "Core cost: preparation, photography, post"
    return graph.add_up([graph.pick(sums, "core")]).named("budget.core", label, unit)


def payments(facts: Facts, chosen: Chosen, rates: Sequence[RuleInForce]) -> Payments:
    """Give every line its word for this programme, and add the lines up by word."""
    graph, budget = facts.stage.graph, facts.budget
    sorter = _Sorter(facts, chosen, rates)
    found = [sorter.word(line) for line in budget.lines]
    title = chosen.view.incentive.title
    column = graph.text_column(f"lines.*.for_{chosen.id}", budget.table, found, label=f"For {title}")
    table = graph.tables.get("spend_kinds") or graph.table("spend_kinds", WORDS, "spend as programmes see it")
    unit = facts.stage.project.currency
    sums = graph.sum_by(budget.line_total, column, table)
    sums = sums.named(f"spend_kinds.*.{chosen.id}", f"Spend, {title}", unit)
    pairs = list(zip(budget.lines, found, strict=True))
    return Payments(
        table,
        sums,
        column,
        frozenset(line.id for line, word in pairs if word in PARTS),
        tuple(line for line, word in pairs if word != ELSEWHERE),
        tuple(line for line, word in pairs if word == "counted"),
        tuple(sorter.notes(pairs)),
    )


def _core(facts: Facts, line: BudgetLine) -> bool:
    return is_core(line, facts.stage.catalog.departments[line.account].group)


class _Sorter:
    """The rules of one programme that look at single lines."""

    def __init__(self, facts: Facts, chosen: Chosen, rates: Sequence[RuleInForce]) -> None:
        self._facts = facts
        self._programme = chosen.view.incentive
        self._own = {rate.rule.spend for rate in rates}
        self._has_main = not rates or any(spend in MAIN for spend in self._own)
        self._unknown = [r for kind in ("excluded", "people_counted", "cast_pay") for r in chosen.of_kind(kind)]
        self._unknown = [r for r in self._unknown if r.value is UNKNOWN]
        self._excluded = tuple(n for v in _values(chosen, "excluded") if isinstance(v, tuple) for n in v)
        self._people = next((v for v in _values(chosen, "people_counted") if isinstance(v, str)), "")
        self._cast = next((v for v in _values(chosen, "cast_pay") if isinstance(v, str)), "")
        self._at_home_only = bool(self._people or self._cast == "taxpayers_only" or _values(chosen, "foreign_spend"))
        limits = [*_values(chosen, "base_share"), *_values(chosen, "base_cap")]
        self._says_marketing = bool({"marketing", "distribution"} & set(self._excluded))
        caps = _values(chosen, "line_cap")
        self._limits_promotion = any(getattr(value, "what", "") in {"advertising", "publicity"} for value in caps)
        self._text = " ".join(v for v in _values(chosen, "base") if isinstance(v, str))
        self._core_only = any(getattr(value, "of", "") == "total_core" for value in limits)

    def word(self, line: BudgetLine) -> str:
        """Return the word of a line; the first reason that fits holds."""
        if not self._is_there(line):
            return ELSEWHERE
        if any(_EXCLUDED[name](line) for name in self._excluded if name in _EXCLUDED):
            return "excluded"
        if line.account == "publicity" and "promotion" not in self._own and not self._limits_promotion:
            return "excluded"
        if self._core_only and not _core(self._facts, line):
            return "not_core"
        labour = is_labour(self._facts, line)
        if self._at_home_only and self._is_foreign(line):
            return "foreign_pay" if labour else "foreign"
        if labour and line.account in CAST and self._cast == "collective_minimum":
            return "undecided"
        if "non_european_above_the_line" in self._own and labour and self._is_foreign(line) and self._is_above(line):
            return "undecided"
        return self._part(line, labour=labour)

    def notes(self, pairs: Sequence[tuple[BudgetLine, str]]) -> list[str]:
        """Say what was assumed about the lines that are spent there, and what could not be applied."""
        there = [(line, word) for line, word in pairs if word != ELSEWHERE]
        found = [f"{words(rule.rule.id)} is not applied: {cause(rule)}" for rule in self._unknown]
        unseen = [words(n) for n in self._excluded if n not in _EXCLUDED and n not in _BY_ITSELF]
        if unseen:
            found.append(f"the rules leave out costs that no account of the budget shows: {', '.join(unseen)}")
        charged = any(line.employed for line, word in there if word in PARTS)
        told = any(w in self._text for w in ("contributions", "social charges"))
        if charged and not told:
            found.append("employer charges count with the pay that they are on; the rules found do not say so")
        foreign = [line for line, word in there if word in PARTS and self._is_foreign(line)]
        if foreign:
            names, home = _few([line.id for line in foreign]), self._programme.country
            found.append(
                f"paid to others than people and companies of {home} ({names}); no rule found says that it does not count"
            )
        outside = {line.payee for line, word in there if word == "foreign_pay" and line.payee}
        if outside and self._people in {"eea_resident", "eu_resident"}:
            found.append(
                f"pay to people at home in {', '.join(sorted(outside))} does not count here; residents of the EU may"
            )
        if any(word == "undecided" and line.account in CAST for line, word in there):
            found.append(
                "pay of the cast counts only up to the minimum of the collective agreement, which is not here: left out"
            )
        if any(word == "undecided" and line.account not in CAST for line, word in there):
            found.append(
                "pay above the line to people from abroad is left out: whether they are European is not known here"
            )
        nowhere = [line.id for line, _ in pairs if line.country == self._programme.country and line.city == NOWHERE]
        if nowhere and self._programme.region:
            found.append(
                f"what is spent in {self._programme.country} in no city of the file does not count: {_few(nowhere)}"
            )
        promotion = [line.id for line, word in there if word == "excluded" and line.account == "publicity"]
        if promotion and not self._says_marketing:
            found.append(f"promotion is no cost of making the film, so it does not count: {_few(promotion)}")
        return found

    def _is_there(self, line: BudgetLine) -> bool:
        if self._programme.region:
            return line.city in self._programme.cities
        return line.country == self._programme.country

    def _is_foreign(self, line: BudgetLine) -> bool:
        """Whether who is paid is not at home there, by what the file says; what it does not say is at home where it is spent."""
        home = self._programme.country
        if not line.taxed_there or (line.payee and line.payee != home):
            return True
        people = self._facts.people(line.person)
        if self._people == "citizen_or_resident" and any(home in person.nationality for person in people):
            return False
        return bool(people) and all(person.resident not in {"", home} for person in people)

    def _is_above(self, line: BudgetLine) -> bool:
        return self._facts.stage.catalog.departments[line.account].group == "above_the_line"

    def _part(self, line: BudgetLine, *, labour: bool) -> str:
        if "vfx" in self._own and line.account == "vfx":
            return "vfx"
        if "promotion" in self._own and line.account == "publicity":
            return "promotion"
        if "labour" in self._own and labour:
            return "labour"
        if "goods_and_services" in self._own and not labour:
            return "goods_and_services"
        return "counted" if self._has_main else "no_rate"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (" and others" if len(names) > 4 else "")


def _values(chosen: Chosen, kind: str) -> list[object]:
    return [rule.value for rule in chosen.of_kind(kind) if rule.value is not UNKNOWN]
