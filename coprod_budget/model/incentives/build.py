"""The incentives of the film: for every programme the spend that counts, rate, limits, amount, when it is paid and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.model.incentives.amounts import Award, Certainty, Known, known, unknown
from coprod_budget.model.incentives.awards import Earned, earned
from coprod_budget.model.incentives.limits import Limits
from coprod_budget.model.incentives.requirements import remarks, requirements
from coprod_budget.model.incentives.spend import ProgrammeSpend, qualifying
from coprod_budget.model.incentives.stacking import Claim, Stacked, stack
from coprod_budget.model.incentives.timing import later
from coprod_budget.model.schedule import phase_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coprod_budget.graph import Node, Table
    from coprod_budget.model.eligibility.build import Eligibility
    from coprod_budget.model.facts import Facts
    from coprod_budget.model.findings import Finding, Remark
    from coprod_budget.model.incentives.choice import Chosen

CASES = ("low", "expected", "high")


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme for this film; the amounts are the rows of the columns over ``Incentives.table``."""

    id: str
    title: str
    chosen: Chosen
    rate_kind: str
    certainty: Certainty
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]
    paid_on: date | None
    """Typical day of the money: the end of the work plus the typical lag; None where the lag is not known."""
    notes: tuple[str, ...]
    """What a reader has to know: doubts, envelopes, what could not be had."""


class Incentives(NamedTuple):
    """Programmes and the columns over their table (``incentive.*``), in the report's currency; "n/a" where nobody knows.

    ``spend``: what the budget spends there; ``base``: what of it counts; ``rate_*``; ``amount_*``: after caps, before fee and tax;
    ``net_*``: after them. ``low``, ``expected`` and ``high`` are what stands in the sums, never "n/a": low what is certain, expected by the
    probability (of the low amount where the expected one is not known), high the most.
    """

    programmes: tuple[Programme, ...]
    table: Table
    verdict: Node
    nodes: dict[str, Node]


@dataclass(slots=True)
class _Draft:
    """A programme on its way: what it would pay alone, then beside the others."""

    chosen: Chosen
    spend: ProgrammeSpend
    limits: Limits
    earned: Earned
    award: Award
    findings: list[Finding]
    notes: list[str]
    counted: Node
    fee: Node
    tax: Node

    def net(self, amount: Known) -> Known:
        """Return what is left after fee and tax."""
        return amount.map(lambda value: value - value * self.fee - value * self.tax)

    def expected(self) -> Node:
        """Return what is expected after fee and tax, by its probability; the low amount where the expected one is not known."""
        amount = self.net(self.award.expected).otherwise(self.net(self.award.low))
        return amount.value * self.earned.probability.value * self.counted


def build_incentives(facts: Facts, chosen: Sequence[Chosen], eligibility: Eligibility) -> Incentives:
    """Work out what every programme pays, alone and beside the others."""
    graph, bench = facts.stage.graph, facts.bench
    drafts = [_draft(facts, programme, eligibility) for programme in chosen]
    _beside_each_other(facts, drafts)
    _within_aid_ceilings(drafts)
    for draft in drafts:
        draft.findings += draft.limits.money_of_the_year(draft.award)
        bench.add(draft.findings)
    table = graph.table("incentives", [d.chosen.id for d in drafts], "incentives")
    verdict = graph.stack(table, [bench.worst([f.verdict for f in d.findings]) for d in drafts])
    verdict = verdict.named("incentive.*.verdict", "Verdict", "verdict")
    end = phase_days(facts.stage)["delivery"]
    programmes: list[Programme] = []
    rows: list[dict[str, Node]] = []
    for draft in drafts:
        low, typical, high, notes = draft.limits.payment_lag()
        sure = graph.pick(verdict, draft.chosen.id) < bench.fixed("unknown")
        rows.append(
            _row(draft, sure) | {"lag_low": low.shown(), "lag_typical": typical.shown(), "lag_high": high.shown()}
        )
        programmes.append(
            Programme(
                id=draft.chosen.id,
                title=draft.chosen.view.incentive.title,
                chosen=draft.chosen,
                rate_kind=draft.earned.rate_kind,
                certainty=draft.earned.certainty,
                findings=tuple(draft.findings),
                remarks=tuple(remarks(facts, draft.chosen)),
                paid_on=None if typical.is_never else later(end, _months(typical)),
                notes=tuple(dict.fromkeys((*draft.notes, *notes))),
            )
        )
    nodes = {"verdict": verdict}
    for name, (label, unit) in _columns(facts.stage.project.currency).items():
        nodes[name] = graph.stack(table, [row[name] for row in rows]).named(f"incentive.*.{name}", label, unit)
    return Incentives(tuple(programmes), table, verdict, nodes)


def _draft(facts: Facts, chosen: Chosen, eligibility: Eligibility) -> _Draft:
    """Return what a programme would pay if there were no other."""
    spend = qualifying(facts, chosen, chosen.of_kind("rate"))
    found = earned(facts, chosen, spend)
    limits = Limits(facts, chosen, eligibility)
    award, notes = found.award, [*found.notes, *spend.notes]
    for limit in (limits.cap_per_project, limits.cap_per_minute, limits.when_exhausted):
        award, more = limit(award)
        notes += more
    fee, tax = limits.fee(), limits.taxable()
    findings = [*found.findings, *requirements(facts, chosen, spend, eligibility)]
    failed = facts.bench.worst([f.verdict for f in findings]) >= facts.bench.fixed("fail")
    counted = facts.stage.graph.choose(failed, 0, 1) if chosen.counted else facts.stage.graph.constant(0)
    notes += [*fee.notes, *tax.notes, *limits.words_of_the_year()]
    return _Draft(chosen, spend, limits, found, award, findings, notes, counted, fee.share, tax.share)


def _beside_each_other(facts: Facts, drafts: Sequence[_Draft]) -> None:
    """Let those that exclude each other, or share the same lines, count as their rules say."""
    claims = [Claim(d.chosen, d.spend.rows, d.expected()) for d in drafts if d.chosen.counted]
    alone = Stacked(facts.stage.graph.constant(1), (), ())
    stacked = stack(facts, claims)
    for draft in drafts:
        beside = stacked.get(draft.chosen.id, alone)
        draft.findings += beside.findings
        draft.notes += beside.notes
        draft.counted = facts.stage.graph.both(draft.counted, beside.counts)


def _within_aid_ceilings(drafts: Sequence[_Draft]) -> None:
    """Limit all public aid together: those without a ceiling first, then the others one after another."""
    before: list[Node] = []
    for draft in sorted(drafts, key=lambda d: bool(d.chosen.of_kind("aid_ceiling"))):
        draft.award, notes = draft.limits.aid_ceiling(draft.award, before)
        draft.notes += notes
        if draft.chosen.counted:
            before.append(draft.award.expected.otherwise(draft.award.low).value * draft.counted)


def _row(draft: _Draft, sure: Node) -> dict[str, Node]:
    """Return the figures of a programme by column. Low counts only what is ``sure``: nothing that a test leaves open."""
    graph, award, local = draft.counted.graph, draft.award, draft.spend.local
    base = known(local.base) if local.is_known else unknown(graph)
    net = Award(*map(draft.net, award))
    chance = draft.earned.probability
    envelope = draft.limits.envelope
    claim = award.expected.otherwise(award.high)
    row = {
        "spend": local.spend if local.is_known else graph.undefined(),
        "base": base.shown(),
        "fee": award.expected.map(lambda amount: amount * draft.fee).shown(),
        "tax": award.expected.map(lambda amount: amount * draft.tax).shown(),
        "probability": chance.shown(),
        "counted": draft.counted,
        "low": graph.choose(graph.both(chance.value >= 1, sure), net.low.value * draft.counted, 0),
        "expected": draft.expected(),
        "high": net.high.otherwise(net.expected).otherwise(net.low).value * draft.counted,
        "envelope": graph.undefined() if envelope is None else envelope,
        "of_envelope": graph.undefined()
        if envelope is None
        else claim.map(lambda amount: graph.ratio(amount, envelope)).shown(),
    }
    for name in CASES:
        amount: Known = getattr(award, name)
        row[f"amount_{name}"] = amount.shown()
        row[f"net_{name}"] = getattr(net, name).shown()
        row[f"rate_{name}"] = unknown(graph).shown() if base.is_never else _effective(amount, base.value).shown()
    return row


def _effective(amount: Known, base: Node) -> Known:
    return amount.map(lambda value: value.graph.ratio(value, base))


def _months(lag: Known) -> float:
    """Return the months of a lag as the law states them, for a day of the calendar."""
    assert isinstance(lag.value.value, float)
    return lag.value.value


def _columns(currency: str) -> dict[str, tuple[str, str]]:
    """Return label and unit of every column over the programmes."""
    money = {
        "spend": "Spent there",
        "base": "What of it counts",
        **{f"amount_{n}": f"Pays, {n}" for n in CASES},
        "fee": "Fee, of the expected amount",
        "tax": "Tax, of the expected amount",
        **{f"net_{n}": f"Left after fee and tax, {n}" for n in CASES},
        "low": "In the sums, low: what is certain",
        "expected": "In the sums, expected: by its probability",
        "high": "In the sums, high: the most",
        "envelope": "All money of the year",
    }
    rates = {f"rate_{n}": f"Part of the base that is paid, {n}" for n in CASES}
    return {
        **{name: (label, currency) for name, label in money.items()},
        **{name: (label, "share") for name, label in rates.items()},
        "probability": ("Probability", "share"),
        "of_envelope": ("Share of the money of the year", "share"),
        "counted": ("Counts", "count"),
        **{f"lag_{n}": (f"Months to the money, {n}", "months") for n in ("low", "typical", "high")},
    }
