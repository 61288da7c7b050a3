"""Rules on money: where it comes from, how sure it is, how much support may be asked for, and what support obliges to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.catalog import UNKNOWN
from coprod_budget.model.eligibility.limits import graded, in_words
from coprod_budget.model.eligibility.posts import by_hand, join
from coprod_budget.model.eligibility.shares import largest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding


def _comparable(case: Case, amount: Node) -> Node:
    """Round an amount or a share, so that a sum of many lines meets a limit exactly."""
    return case.graph.round(amount, case.graph["eligibility.share_digits"])


def _of_cost(case: Case, amount: Node) -> Node:
    return _comparable(case, case.graph.ratio(amount, case.facts.budget.total))


def money_from(case: Case, chosen: Callable[[str], bool]) -> Node:
    """Return the money from some countries: the partners' own there, and the sources of finance from there.

    A source comes from its ``country``, else from that of the partner who brings it.
    """
    graph, project = case.graph, case.facts.stage.project
    own = [
        graph.maximum(graph.pick(graph["partner.*.own"], name), 0)
        for name, partner in project.partners.items()
        if chosen(partner.country)
    ]
    sources = [
        graph.pick(graph["finance.*.value"], source.id)
        for source in project.finance
        if chosen(source.country or project.partners[source.partner].country)
    ]
    return graph.add_up([*own, *sources])


def _origins(case: Case) -> tuple[str, ...]:
    """Countries from which any money comes."""
    project = case.facts.stage.project
    sources = [s.country or project.partners[s.partner].country for s in project.finance]
    return tuple(dict.fromkeys([*case.countries, *sources]))


def foreign_investment(case: Case) -> Iterator[Finding]:
    """Money from abroad over the estimated cost."""
    home = case.view.treaty.countries
    abroad = [c for c in _origins(case) if c not in home]
    amount = _of_cost(case, money_from(case, lambda country: country not in home))
    words = f"money from {', '.join(abroad)}" if abroad else "no money from abroad"
    yield graded(case, amount, words=f"of the estimated cost; {words}")


def third_party_funding(case: Case) -> Iterator[Finding]:
    """Funding from outside the members: all of it, or of each country."""
    outside = [c for c in _origins(case) if case.view.party(c) is not True]
    unsure = [c for c in outside if case.view.party(c) is UNKNOWN]
    doubt = f"whether {', '.join(unsure)} belong to the members is not known" if unsure else ""
    if case.criterion.applies_to.who == "one_country":
        for country in outside:
            amount = _of_cost(case, money_from(case, lambda c, country=country: c == country))  # type: ignore[misc]
            if country in unsure:
                yield case.unknown(
                    f"whether {country} is a member is not known", about=country, actual=amount, unit="share"
                )
            else:
                yield graded(case, amount, country)
        return
    amount = _of_cost(case, money_from(case, lambda c: c in outside))
    if not unsure or not case.is_known:
        yield graded(case, amount, words=f"from {', '.join(outside)}" if outside else "")
        return
    bench, required = case.bench, case.threshold()
    surely = _of_cost(case, money_from(case, lambda c: c in outside and c not in unsure))
    verdict = case.graph.choose(
        bench.compare(surely, case.comparison, required), bench.fixed("unknown"), bench.fixed(case.unmet)
    )
    verdict = bench.judge(bench.compare(amount, case.comparison, required), fallback=verdict)
    yield case.finding(verdict, required=required, actual=amount, unit="share", why=doubt)


def confirmed_finance_share(case: Case) -> Iterator[Finding]:
    """Confirmed money in each co-producing country; a source without a status, and a partner's own money, may be or not."""
    if not case.is_known:
        yield case.unknown(case.rule.note or "the share was not found")
        return
    given = by_hand(case, case.criterion.title, "share")
    said = case.facts.said(case.instrument, case.criterion.id)
    if given is not None:
        yield graded(case, given)
    elif said is not None:
        verdict = case.bench.fixed("pass" if said else case.unmet)
        yield case.finding(verdict, required=case.threshold(), unit="share", actual_words="as the project file says")
    else:
        for country in case.countries:
            yield _confirmed(case, country)


def _confirmed(case: Case, country: str) -> Finding:
    graph, bench, project = case.graph, case.bench, case.facts.stage.project
    partners = [name for name, p in project.partners.items() if p.country == country]
    sources = [s for s in project.finance if s.partner in partners]
    value = graph["finance.*.value"]
    sure = graph.add_up([graph.pick(value, s.id) for s in sources if s.status == "secured" and s.counts])
    missing = [s.id for s in sources if s.status is None and s.counts]
    unsaid = [graph.pick(value, name) for name in missing]
    own = [graph.maximum(graph.pick(graph["partner.*.own"], name), 0) for name in partners]
    total = graph.add_up([*own, *(graph.pick(value, s.id) for s in sources)])
    least = _comparable(case, graph.ratio(sure, total))
    most = _comparable(case, graph.ratio(graph.add_up([sure, *unsaid, *own]), total))
    required = case.threshold()
    verdict = graph.choose(
        bench.compare(most, case.comparison, required), bench.fixed("unknown"), bench.fixed(case.unmet)
    )
    verdict = bench.judge(bench.compare(least, case.comparison, required), fallback=verdict)
    left_out = [s.id for s in sources if not s.counts]
    return case.finding(
        verdict, about=country, required=required, actual=least, unit="share",
        why=join(
            f"only money with `status: secured` counts as confirmed in {country}",
            f"nothing is said of {', '.join(missing)}" if missing else "",
            f"{', '.join(left_out)}: `counts: false`" if left_out else "",
            "nothing is said of the partner's own money",
        ),
        add=f"`status: secured` under finance, or `treaty.facts: {{{case.instrument}: {{{case.criterion.id}: 0.6}}}}`",
    )  # fmt: skip


# --- support: the sources of finance that name the instrument as their programme ------------------------------------


def support(case: Case) -> Node:
    """Return the support from this instrument that stands in the finance plan."""
    graph = case.graph
    asked = [s.id for s in case.facts.stage.project.finance if s.programme == case.instrument]
    return graph.add_up([graph.pick(graph["finance.*.value"], name) for name in asked])


def _to_test(case: Case) -> str:
    asked = any(s.programme == case.instrument for s in case.facts.stage.project.finance)
    return "" if asked else f"a source of finance with `programme: {case.instrument}`, to test its amount"


def support_cap_share(case: Case) -> Iterator[Finding]:
    """Support as a share of the cost, shown as an amount: what may be asked for at most."""
    total = case.facts.budget.total
    words = f"{in_words(case.criterion, case.rule)} of the cost" if case.is_known else ""
    yield graded(
        case, _comparable(case, support(case)), unit=case.facts.stage.project.currency, words=words, add=_to_test(case),
        measure=lambda rule, node: _comparable(rule, node * total),
    )  # fmt: skip


def support_cap_amount(case: Case) -> Iterator[Finding]:
    """Support to one film at most."""
    worth = case.facts.worth(case.criterion.unit)
    if worth is None:
        yield _no_rate(case)
        return
    yield graded(
        case, _comparable(case, support(case)), unit=case.facts.stage.project.currency,
        words=in_words(case.criterion, case.rule), add=_to_test(case),
        measure=lambda rule, node: _comparable(rule, node * (rule.facts.worth(rule.criterion.unit) or worth)),
    )  # fmt: skip


def support_spend_in_country(case: Case) -> Iterator[Finding]:
    """Support that has to be spent in the country that gives it."""
    at_home = [c for c in case.view.treaty.countries if c in case.countries] or list(case.view.treaty.countries)
    spent = case.graph.add_up([case.facts.spent_in(c) for c in at_home])
    exempt: Node | None = None
    words = f"{in_words(case.criterion, case.rule)} of the support, spent in {', '.join(at_home)}"
    if "minority_coproduction" in case.criterion.applies_to.when and at_home[0] in case.countries:
        exempt = case.facts.share(at_home[0]).equals(largest(case))
        words += f", only where {at_home[0]} bears less than another country"
    yield graded(
        case, _comparable(case, spent), unit=case.facts.stage.project.currency, exempt=exempt, words=words,
        add=_to_test(case), measure=lambda rule, node: _comparable(rule, node * support(rule)),
    )  # fmt: skip


def collection_account_above(case: Case) -> Iterator[Finding]:
    """From this budget on a collection account is needed: until the file says that there is one, a warning."""
    worth = case.facts.worth(case.criterion.unit)
    if not case.is_known:
        yield case.unknown(case.rule.note or "the budget from which it is needed was not found")
        return
    if worth is None:
        yield _no_rate(case)
        return
    graph, bench = case.graph, case.bench
    said = case.facts.said(case.instrument, case.criterion.id)
    then = bench.fixed("warn" if said is None else "pass" if said else case.unmet)
    threshold, total = _comparable(case, case.threshold() * worth), _comparable(case, case.facts.budget.total)
    verdict = graph.choose(bench.compare(total, case.comparison, threshold), then, bench.fixed("pass"))
    yield case.finding(
        verdict,
        required=threshold,
        actual=total,
        comparison="at_most" if case.comparison == "above" else "below",
        unit=case.facts.stage.project.currency,
        required_words=f"without an account: {in_words(case.criterion, case.rule)}",
        why="a budget of that size needs a collection account management agreement" if said is None else "",
        add=fact(case) if said is None else "",
    )


def _no_rate(case: Case) -> Finding:
    code = case.criterion.unit
    return case.unknown(f"there is no exchange rate of {code}", f"`fx: {{{code}: ...}}`, in units per euro",
                        required_words=in_words(case.criterion, case.rule))  # fmt: skip


# --- figures that only the file can give ----------------------------------------------------------------------------


def fact(case: Case, example: str = "true") -> str:
    """Return what to write where only the producers can say it."""
    return f"`treaty.facts: {{{case.instrument}: {{{case.criterion.id}: {example}}}}}`"


def told(case: Case, unit: str, example: str) -> Iterator[Finding]:
    """Compare the figure that the file gives; without one nobody knows. Plain true says that the rule is met."""
    if not case.is_known:
        yield case.unknown(case.rule.note or "nobody found what the rule says")
        return
    required = case.threshold()
    given = by_hand(case, case.criterion.title, unit)
    said = case.facts.said(case.instrument, case.criterion.id)
    if given is not None:
        yield graded(case, given, unit=unit)
    elif said is not None:
        verdict = case.bench.fixed("pass" if said else case.unmet)
        yield case.finding(verdict, required=required, unit=unit, actual_words="as the project file says")
    else:
        yield case.unknown("the project file does not say", fact(case, example), required=required, unit=unit)


def letter_age(case: Case) -> Iterator[Finding]:
    """Age of letters of intent when applying."""
    yield from told(case, "months", "3")


def shooting_before_decision(case: Case) -> Iterator[Finding]:
    """Shooting done before the decision, as a share of the shooting days."""
    yield from told(case, "share", "0")
