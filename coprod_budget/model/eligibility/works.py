"""Rules on where the money goes: works by national organisations, spending and participation in step with the share borne."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.model.eligibility.applies import money_only
from coprod_budget.model.eligibility.posts import by_hand, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding
    from coprod_budget.model.priced_line import BudgetLine

NO_WORKS: Final = ("story", "finance_costs")
"""Accounts that are no works: rights of authors, charges for finance. Charges on top of the lines are none either."""

TECHNICAL: Final = (
    "camera", "electric", "grip", "sound", "stages", "special_effects", "media_stock", "second_unit", "editing", "post_sound",
    "vfx", "titles", "post_lab", "deliverables",
)  # fmt: skip
"""Accounts of technical services."""

ORGANISATIONS: Final = ("none", "company")
"""What ``labour`` says of lines that no single person is paid by."""

_NO_TOLERANCE: Final = {
    "in_principle": "the text says in principle and gives no figure: the authorities weigh what is below the share borne",
    "strict": "the two have to match, and the text gives no figure: the authorities weigh what is below the share borne",
    "degree_not_stated": "the degree is not stated: the authorities weigh what is below the share borne",
}


def works_by_national_organisations(case: Case) -> Iterator[Finding]:
    """Compare the works of organisations registered in the country with all works, both at the prices of the budget.

    An organisation is of the country of ``payee``. Where that is not said, one paid in the country is taken to be of it; one paid
    abroad may be either, so that what is spent there is open. So is the pay of people from abroad, who may work for either.
    """
    if not case.is_known:
        yield case.unknown(case.rule.note or "the share was not found")
        return
    graph, bench = case.graph, case.bench
    required = case.threshold()
    given = by_hand(case, case.criterion.title, "share")
    if given is not None:
        verdict = bench.judge(bench.compare(given, case.comparison, required), case.unmet)
        why = "the share is that of the project file"
        yield case.finding(verdict, required=required, actual=given, unit="share", why=why)
        return
    countries = case.criterion.applies_to.countries or case.view.parties

    def of(line: BudgetLine) -> str:
        if line.account in NO_WORKS:
            return "no_works"
        if (line.payee or line.country) in countries:
            return "national"
        return "foreign" if line.payee and line.labour in ORGANISATIONS else "open"

    total = _sorted(case, "works", "Works of national organisations", ("national", "open", "foreign"), of)
    whole = graph.sum(total)
    national, open_works = graph.pick(total, "national"), graph.pick(total, "open")
    actual = graph.ratio(national, whole)
    best = graph.ratio(national + open_works, whole)
    verdict = graph.choose(
        bench.compare(actual, case.comparison, required),
        bench.fixed("pass"),
        graph.choose(bench.compare(best, case.comparison, required), bench.fixed("unknown"), bench.fixed(case.unmet)),
    )
    is_open = any(of(line) == "open" for line in case.facts.budget.lines)
    why = join(
        "rights of authors, finance costs and charges on top are counted as no works",
        f"an organisation is of the country of `payee`: of works paid for outside {', '.join(countries)} the file does not say it"
        if is_open
        else "",
    )
    path = f"treaty.facts.{case.instrument}.{case.criterion.id}"
    add = (
        f"payee, on lines spent outside {', '.join(countries)}: the country where the organisation is registered; "
        f"or {path}: the share itself"
    )
    yield case.finding(verdict, required=required, actual=actual, unit="share", why=why, add=add if is_open else "")


def third_party_services(case: Case) -> Iterator[Finding]:
    """Compare technical services bought outside the co-producing countries with the budget."""
    if not case.is_known:
        yield case.unknown(case.rule.note or "the share was not found")
        return

    def of(line: BudgetLine) -> str:
        if line.account not in TECHNICAL:
            return "not_counted"
        return "at_home" if line.country in case.countries else "elsewhere"

    total = _sorted(case, "services", "Technical services", ("at_home", "elsewhere"), of)
    actual = case.graph.ratio(case.graph.pick(total, "elsewhere"), case.facts.budget.total)
    required = case.threshold()
    verdict = case.bench.judge(case.bench.compare(actual, case.comparison, required), case.unmet)
    why = "counted: lines of the technical departments and of post-production, by the country of spend"
    yield case.finding(verdict, required=required, actual=actual, unit="share", why=why)


def spend_proportional(case: Case) -> Iterator[Finding]:
    """Compare what is spent at home, people of one's own abroad included, with the share borne."""
    if not case.is_known:
        yield case.unknown(case.rule.note or "how far spending has to go with the share was not found")
        return

    def of(line: BudgetLine) -> str:
        is_staff = line.labour not in ORGANISATIONS and line.payee in case.countries
        return line.payee if is_staff else line.country

    total = _sorted(case, "homes", "Spent at home", case.countries, of)
    own = "people paid abroad count where they are at home (`payee`)"
    yield from _in_step(case, [case.graph.pick(total, country) for country in case.countries], own)


def participation_proportional(case: Case) -> Iterator[Finding]:
    """Compare the part of the lines that is spent in each country with the share borne.

    What artists, technicians and facilities of a country are worth to a film is best seen in what they are paid.
    """
    if not case.is_known:
        yield case.unknown(case.rule.note or "how far participation has to go with the share was not found")
        return
    spent = [case.facts.spent_in(country) for country in case.countries]
    yield from _in_step(case, spent, "measured by what the lines spend in the country")


def _in_step(case: Case, spent: Sequence[Node], how: str) -> Iterator[Finding]:
    """Compare what each party spends with what it bears: below it a warning, for no text has a tolerance that could fail.

    Of a country that takes part with money alone nothing is asked.
    """
    graph = case.graph
    tolerance = _NO_TOLERANCE.get(str(case.rule.value), _NO_TOLERANCE["degree_not_stated"])
    for country, amount in zip(case.countries, spent, strict=True):
        if country in case.others or country in money_only(case):
            continue
        actual = graph.round(graph.ratio(amount, case.facts.budget.direct), graph["eligibility.share_digits"])
        required = case.facts.share(country)
        yield case.finding(
            case.bench.judge(actual >= required, "warn"),
            about=country,
            required=required,
            actual=actual,
            unit="share",
            comparison="at_least",
            why=join(how, tolerance),
        )


def _sorted(case: Case, name: str, label: str, keys: Sequence[str], of: Callable[[BudgetLine], str]) -> Node:
    """Return what the lines of each key spend; the key of every line is a column of the budget, to be checked by eye."""
    graph, budget = case.graph, case.facts.budget
    key = f"{name}.{case.instrument}.*.total"
    if key in graph:
        return graph[key]
    table = graph.table(f"{name}_{case.instrument}", keys, f"{label.lower()}, {case.instrument}")
    column = graph.text_column(
        f"lines.*.{name}_{case.instrument}", budget.table, [of(line) for line in budget.lines], label=label
    )
    unit = case.facts.stage.project.currency
    return graph.sum_by(budget.line_total, column, table).named(key, label, unit)
