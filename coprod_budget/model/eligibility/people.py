"""Rules on who works on the film: nationals and foreigners by head, key posts, people whom the minority has to bring."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final, NamedTuple

from coprod_budget.catalog.treaties import RolesNeeded
from coprod_budget.model.eligibility.posts import (
    ROLE_POSTS,
    SEVERAL,
    Residents,
    ask_for,
    by_hand,
    is_from,
    is_nobody,
    join,
    missing_words,
    origin_of,
    shown,
    words,
)
from coprod_budget.model.eligibility.shares import largest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coprod_budget.catalog.treaties import Criterion
    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.findings import Finding, Verdict
    from coprod_budget.project import Person

KEY_ROLES: Final = ("author", "head_technician", "leading_role")
"""Key posts where a rule names none: authors, heads of departments, the lead."""

_MOST_WAYS = 4096


class Heads(NamedTuple):
    """People in certain posts, counted: all who are named, those from the countries, and those of whom nothing is known."""

    people: Node
    ours: Node
    missing: Node
    posts: tuple[str, ...]
    unnamed: tuple[str, ...]
    others: str
    """Who is from elsewhere, in words."""


def head_count(case: Case) -> Iterator[Finding]:
    """Compare the share of nationals, or of foreigners, among the people in the listed posts, by head and post."""
    graph, bench, rule = case.graph, case.bench, case.criterion
    if not case.is_known:
        yield case.unknown(case.rule.note or "the share was not found")
        return
    required = case.threshold()
    given = by_hand(case, rule.title, "share")
    if given is not None:
        verdict = bench.judge(bench.compare(given, case.comparison, required), case.unmet)
        why = "the share is that of the project file"
        yield case.finding(verdict, required=required, actual=given, unit="share", why=why)
        return
    countries = rule.applies_to.countries or case.view.parties
    heads = _heads(case, rule.roles, countries, case.view.possible_parties, "no")
    if not heads.posts:
        yield case.unknown("the film has none of the listed posts", required=required, unit="share")
        return
    named = heads.ours if rule.side != "foreign" else heads.people - heads.ours
    whole = heads.people + heads.missing
    low, high = graph.ratio(named, whole), graph.ratio(named + heads.missing, whole)
    actual = graph.choose(heads.people > 0, graph.ratio(named, heads.people), graph.undefined())
    worst, best = (low, high) if case.comparison in {"at_least", "above"} else (high, low)
    verdict = _by_bounds(case, worst, best, required, bench.fixed(case.unmet))
    yield case.finding(
        verdict, required=required, actual=actual, unit="share", why=_why(heads), add=ask_for(heads.unnamed)
    )


def third_party_posts(case: Case) -> Iterator[Finding]:
    """Count the key posts held by people from outside the co-producing parties.

    A rule for exceptional cases is read together with the plain one: what only the exception allows is a warning, unless the
    authorities have granted it.
    """
    if not case.is_known:
        yield case.unknown(case.rule.note or "the number was not found")
        return
    rules = list(case.view.rules("third_party_posts"))
    plain = [c for c, _ in rules if not c.applies_to.when]
    when = case.criterion.applies_to.when
    if when and plain:
        return
    if when and not _granted(case, case.criterion):
        return
    required = case.threshold()
    given = by_hand(case, case.criterion.title, "posts")
    roles = case.criterion.roles or KEY_ROLES
    heads = _heads(case, roles, _sides(case), (), "doubt") if given is None else None
    worst = best = actual = given or case.graph.constant(0)
    why, add = "the number is that of the project file", ""
    if heads is not None:
        actual = best = heads.people - heads.ours
        worst = best + heads.missing
        why = join(f"key posts: {', '.join(words(post) for post in heads.posts)}", _why(heads))
        add = ask_for(heads.unnamed)
    otherwise = case.bench.fixed(case.unmet)
    for criterion, rule in rules:
        if criterion.applies_to.when and criterion is not case.criterion and isinstance(rule.value, int | float):
            allowed: Verdict = "pass" if _granted(case, criterion) else "warn"
            otherwise = _by_bounds(case, worst, best, case.threshold(criterion, rule), otherwise, allowed)
            why = join(why, f"{rule.value:g} in exceptional cases, with the consent of the authorities")
    verdict = _by_bounds(case, worst, best, required, otherwise)
    yield case.finding(verdict, required=required, actual=actual, unit="posts", why=why, add=add)


def nationality_of_roles(case: Case) -> Iterator[Finding]:
    """Ask whether every minority brings the people the text names; one person is not counted for two of them.

    Who is a minority follows the shares borne; of equal shares none is.
    """
    needed = case.rule.value
    if not case.is_known or not isinstance(needed, tuple):
        yield case.unknown(case.rule.note or "which people are needed was not found")
        return
    entries = [entry for entry in needed if isinstance(entry, tuple) and all(isinstance(n, RolesNeeded) for n in entry)]
    required = "; ".join(" or ".join(map(_needed_words, entry)) for entry in entries)
    for country in _sides(case):
        yield _people_of(case, country, entries, required)


def _people_of(case: Case, country: str, entries: Sequence[tuple[RolesNeeded, ...]], required: str) -> Finding:
    posts = list(dict.fromkeys(p for entry in entries for n in entry for role in n.roles for p in ROLE_POSTS[role]))
    slots = sum(max(n.count for n in entry) for entry in entries)
    known = _held(case, country, posts)
    unnamed = [p for p in posts if not case.facts.people(p) and not is_nobody(case.facts, p)]
    possible = [*known, *(frozenset((p,)) for p in unnamed for _ in range(slots if p in SEVERAL else 1))]
    brought = [f"{words(p)} ({', '.join(shown(h) for h in ours)})" for p in posts if (ours := _ours(case, p, country))]
    verdict: Verdict = case.unmet
    why, add = "", ""
    if _enough(entries, known, consent=False):
        verdict = "pass"
    elif _enough(entries, known, consent=True):
        verdict = "pass" if "with_consent" in case.facts.stage.project.treaty.granted else "warn"
        why = "only with the prior consent of the authorities"
        add = "treaty.granted: [with_consent], once they have agreed" if verdict == "warn" else ""
    elif _enough(entries, possible, consent=True):
        verdict, why, add = "unknown", missing_words(unnamed), ask_for(unnamed)
    actual = ", ".join(brought) or f"nobody from {country} is named"
    found = case.bench.fixed(verdict)
    if case.criterion.applies_to.who == "minority_coproducer":
        found = case.bench.judge(case.facts.share(country).equals(largest(case)), fallback=found)
        asked = _is_minority(case, country)
        why, add = (why, add) if asked else ("asked of a minority only", "")
    return case.finding(found, about=country, required_words=required, actual_words=actual, why=why, add=add)


def _needed_words(needed: RolesNeeded) -> str:
    consent = ", with consent" if needed.consent else ""
    return f"{needed.count} {' or '.join(words(role) for role in needed.roles)}{consent}"


def _is_minority(case: Case, country: str) -> bool:
    """Whether a country has less than another by the agreed shares: for the words beside a verdict that follows those borne."""
    shares = dict.fromkeys(case.countries, 0.0)
    for partner in case.facts.stage.project.partners.values():
        shares[partner.country] += partner.share
    return shares[country] < max(shares.values())


def _sides(case: Case) -> tuple[str, ...]:
    """Return the co-producing parties, and the countries that are parties if the text is in force."""
    return tuple(c for c in case.countries if c not in case.others)


def _ours(case: Case, post: str, country: str) -> list[Person]:
    return [person for person in case.facts.people(post) if is_from(person, (country,))]


def _held(case: Case, country: str, posts: Sequence[str]) -> list[frozenset[str]]:
    """Return every person of the country with the posts held; the same name in two posts is one person."""
    found: dict[str, set[str]] = {}
    for post in posts:
        for n, person in enumerate(_ours(case, post, country)):
            found.setdefault(person.name or f"{post}.{n}", set()).add(post)
    return [frozenset(held) for held in found.values()]


def _enough(entries: Sequence[tuple[RolesNeeded, ...]], people: Sequence[frozenset[str]], *, consent: bool) -> bool:
    """Say whether the people can fill all entries at once, each person one place."""
    choices = [[n for n in entry if consent or not n.consent] for entry in entries]
    for way in islice(product(*choices), _MOST_WAYS):
        places = [frozenset(p for r in n.roles for p in ROLE_POSTS[r]) for n in way for _ in range(n.count)]
        if len(places) <= len(people) and _match(places, people):
            return True
    return False


def _match(places: Sequence[frozenset[str]], people: Sequence[frozenset[str]]) -> bool:
    """Say whether every place finds a person of its own (augmenting paths)."""
    taken: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for n, held in enumerate(people):
            if n in tried or not held & places[place]:
                continue
            tried.add(n)
            if n not in taken or seat(taken[n], tried):
                taken[n] = place
                return True
        return False

    return all(seat(place, set()) for place in range(len(places)))


def _heads(
    case: Case, roles: Sequence[str], countries: Sequence[str], doubtful: Sequence[str], residents: Residents
) -> Heads:
    """Count the people in the posts of these roles, as inputs that can be changed."""
    graph, facts = case.graph, case.facts
    posts = dict.fromkeys(post for role in roles for post in ROLE_POSTS[role])
    posts = dict.fromkeys(post for post in posts if not is_nobody(facts, post))
    if not posts:
        nothing = graph.constant(0)
        return Heads(nothing, nothing, nothing, (), (), "")
    named: list[int] = []
    ours: list[int] = []
    missing: list[int] = []
    others: list[str] = []
    for post in posts:
        answers = [is_from(p, countries, doubtful, residents) for p in facts.people(post)]
        ours.append(answers.count(True))
        named.append(len(answers) - answers.count(None))
        missing.append(answers.count(None) if answers else 1)
        others += [
            f"{words(post)} ({shown(p)})"
            for p, answer in zip(facts.people(post), answers, strict=True)
            if answer is not True
        ]
    table = graph.table(
        f"heads_{case.instrument}_{case.criterion.id}", posts, f"people, {case.instrument}: {case.criterion.id}"
    )
    origins = [origin_of(facts, (post,)) for post in posts]
    columns = [
        graph.input_column(
            f"heads.{case.instrument}.{case.criterion.id}.*.{name}",
            table,
            values,
            label=label,
            unit="count",
            origins=origins,
        )
        for name, label, values in (
            ("people", "People named", named),
            ("ours", f"From {', '.join(countries)}", ours),
            ("missing", "Not known", missing),
        )
    ]
    unnamed = tuple(post for post in posts if not facts.people(post))
    people, own, unknown = (graph.sum(column) for column in columns)
    return Heads(people, own, unknown, tuple(posts), unnamed, ", ".join(others))


def _why(heads: Heads) -> str:
    one_each = ", counted as one person each" if heads.unnamed else ""
    return join(missing_words(heads.unnamed) + one_each, f"from elsewhere: {heads.others}" if heads.others else "")


def _by_bounds(case: Case, worst: Node, best: Node, required: Node, otherwise: Node, met: Verdict = "pass") -> Node:
    """Return ``met`` where even the worst will do, ``otherwise`` where not even the best does, and unknown between."""
    bench = case.bench
    return case.graph.choose(
        bench.compare(worst, case.comparison, required),
        bench.fixed(met),
        case.graph.choose(bench.compare(best, case.comparison, required), bench.fixed("unknown"), otherwise),
    )


def _granted(case: Case, criterion: Criterion) -> bool:
    """Say whether the authorities have granted what a rule is for."""
    return set(criterion.applies_to.when) <= set(case.facts.stage.project.treaty.granted)
