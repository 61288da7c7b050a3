"""What every receipt paid, period by period, and why each step stopped where it did; and how a step ended in a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.graph import evaluate
from coprod_budget.model.waterfall.steps import EXCLUSIVE
from coprod_budget.report.tables import WHOLE, Column, Row, Section, Table, written
from coprod_budget.report.waterfall_words import listed, outlet_in_words, outlets_in_words, step_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coprod_budget.model.waterfall import Position
    from coprod_budget.report.figures import Figures

NOTHING = 0.005  # less than this is no money, however the binary fractions fell
ALL = 1 - 1e-9
PASSED = {"filled before": "had been filled before", "limit before": "had reached the limit before",
          "not open": "not open yet", "closed": "no longer open", "nothing due": "nothing is due",
          "nothing left": "nothing is left for it"}  # fmt: skip
"""Why a step paid nothing in a period."""


# --- over all periods ----------------------------------------------------------------------------------------------------


def how_it_ended(figures: Figures, scenario: str, position: Position) -> str:
    """Return in words whether a position was filled, where it stopped, and how far it got where it ran dry."""
    key = f"scenario.{scenario}.waterfall.{position.id}"
    paid = figures.exactly(f"{key}.paid")
    if position.kind == "bonus":
        return "paid" if paid >= NOTHING else "not open yet" if position.open_part is not None else "nothing due"
    available = figures.exactly(f"{key}.available")
    due = figures.exactly(f"{key}.due")
    ends = position.kind not in {"net_profit", "share"}
    if available < NOTHING and (due >= NOTHING or not ends):
        return "nothing left"
    if paid < NOTHING and position.step.after is not None:
        return "not open yet"
    if _limit_reached(figures, scenario, position, paid):
        return "limit reached"
    if not ends:
        kept = position.id.startswith(EXCLUSIVE)
        return ("kept" if kept else "shared") if paid >= NOTHING else "nothing due"
    if due < NOTHING:
        return "nothing due"
    part = figures.exactly(f"{key}.part")
    return "filled" if part > ALL else f"ran dry: {written(part, 'share')}"


def _limit_reached(figures: Figures, scenario: str, position: Position, paid: float) -> bool:
    """Say whether a position paid until its limit stopped it; the last row of the scenario knows."""
    flows = figures.model.waterfall.flows
    if position.step.until is None or flows is None or paid < NOTHING:
        return False
    last = f"flow.{scenario}.{flows.periods.table.keys[-1]}.waterfall.{position.id}"
    room = figures.number(f"{last}.due")
    if position.limit is None:  # a day, so many tickets, so much gross
        row = flows.table.positions[f"{scenario}.{flows.periods.table.keys[-1]}"]
        return position.open_part is not None and figures.row_of(position.open_part, row) < NOTHING
    if position.kind == "percent_of_gross":
        due, until = figures.exactly(f"{last}.due_until"), figures.exactly(f"{last}.paid_until")
        return (room or 0.0) < NOTHING and abs(due - until) >= NOTHING
    return room is not None and room <= figures.exactly(f"{last}.available") + NOTHING


def numbered(figures: Figures) -> list[tuple[int, Position]]:
    """Return the positions that are paid out of the pool, with the numbers under which they are listed."""
    return list(enumerate((p for p in figures.model.waterfall.positions if p.kind != "bonus"), 1))


# --- period by period ----------------------------------------------------------------------------------------------------


def trace(figures: Figures) -> Section:
    """Return what happened in every period in which money came in, a table a scenario."""
    section = Section("trace", "Where every receipt went")
    flows = figures.model.waterfall.flows
    if flows is None or not figures.scenarios:
        section.parts.append("The project has no box-office scenarios, so there are no receipts to follow.")
        return section
    columns = (Column("Period", least=WHOLE), Column("Step", least=16), Column("What happened", least=40))
    for scenario in figures.scenarios:
        label = figures.model.project.revenue.scenarios[scenario].label or scenario
        story = _Story(figures, scenario)
        rows = [row for period in flows.periods.table.keys for row in story.period(period)]
        if rows:
            title = f"Where every receipt went: {label}, {figures.currency}"
            section.parts.append(Table(title, columns, tuple(rows)))
        else:
            section.parts.append(f"{label}: nothing comes in.")
    return section


class _Story:
    """The periods of one scenario, told one after another."""

    def __init__(self, figures: Figures, scenario: str) -> None:
        self._figures, self._scenario = figures, scenario
        self._begun: set[str] = set()
        self._steps_in_order = numbered(figures)
        parts = [p.open_part for _, p in self._steps_in_order if p.open_part is not None]
        self._open_parts = evaluate(figures.model.graph, parts)

    def period(self, period: str) -> Iterator[Row]:
        """Return what came in and where it went; nothing where nothing came in and nobody was paid."""
        self._row = f"{self._scenario}.{period}"
        self._key = f"flow.{self._row}"
        told = [*self._came_in(), *self._steps(), *self._transfers()]
        left = self._figures.exactly(f"{self._key}.undistributed")
        if left >= NOTHING:
            told.append(("left over", written(left, "money")))
        for number, (step, words) in enumerate(told):
            yield Row(("" if number else period, step, words), "" if number else "group")

    def _number(self, name: str) -> float:
        return self._figures.number(f"{self._key}.{name}") or 0.0

    def _came_in(self) -> Iterator[tuple[str, str]]:
        """What every outlet brought, out of which gross, and what its distributor kept."""
        head = "comes in"
        for outlet in self._figures.model.revenue.outlets.values():
            stem = f"revenue.{outlet.key}"
            gross, receipts = self._number(f"{stem}.gross"), self._number(f"{stem}.receipts")
            if abs(gross) < NOTHING and abs(receipts) < NOTHING:
                continue
            currency = self._figures.model.revenue.territories[outlet.territory].currency
            kept = [
                f"{words} {written(amount, 'money')}"
                for name, words in (("fee", "fee"), ("p_and_a", "P&A"), ("guarantee_recouped", "guarantee"))
                if (amount := self._number(f"{stem}.{name}")) >= NOTHING
            ]
            keeps = f"; the distributor keeps {listed(kept)}" if kept else ""
            name = outlet_in_words(self._figures, outlet.key)
            of = f" of a gross of {currency} {written(gross, 'money')}{keeps}" if gross >= NOTHING else ", in advance"
            yield head, f"{name}: {written(receipts, 'money') if receipts >= NOTHING else 'nothing'}{of}"
            head = ""

    def _steps(self) -> Iterator[tuple[str, str]]:
        """What each step paid; steps that pay nothing for the same reason are told together."""
        passed: dict[str, list[str]] = {}
        for number, position in self._steps_in_order:
            name = f"{number} {step_in_words(self._figures, position.id)}"
            if self._number(f"waterfall.{position.id}.paid") >= NOTHING:
                yield from self._passed(passed)
                passed = {}
                yield name, self._paid(position)
                self._begun.add(position.id)
            elif any(self._number(f"revenue.{outlet}.receipts") >= NOTHING for outlet in position.step.outlets):
                passed.setdefault(self._why_not(position), []).append(name)
        yield from self._passed(passed)

    @staticmethod
    def _passed(passed: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
        for why, steps in passed.items():
            yield ", ".join(steps), PASSED[why] if len(steps) == 1 else PASSED[why].replace("for it", "for them")

    def _why_not(self, position: Position) -> str:
        key, begun = f"waterfall.{position.id}", position.id in self._begun
        if self._number(f"{key}.available") < NOTHING:
            return "nothing left"
        if position.limit is not None and begun and self._number(f"{key}.due") < NOTHING:
            return "limit before"
        if position.open_part is not None:
            return "closed" if begun or position.step.after is None else "not open"
        return "filled before" if begun and position.kind != "percent_of_gross" else "nothing due"

    def _paid(self, position: Position) -> str:
        """Who got what out of how much, and why the step stopped there."""
        key, figures = f"waterfall.{position.id}", self._figures
        amounts = ", ".join(
            f"{figures.party(p)} {written(amount, 'money')}"
            for p in position.payees
            if (amount := self._number(f"{key}.{p}")) >= NOTHING
        )
        return f"{amounts}: {self._stop(position)}"

    def _stop(self, position: Position) -> str:
        key, figures = f"waterfall.{position.id}", self._figures
        available = written(self._number(f"{key}.available"), "money")
        if position.kind in {"net_profit", "share"}:
            if position.limit is not None and self._number(f"{key}.due") <= self._number(f"{key}.available") + NOTHING:
                return f"of {available}, until its limit was reached"
            parts = " : ".join(written(figures.of_node(node), "share") for node in position.parts.values())
            within = (
                f", as far as it is open ({written(part, 'share')})" if (part := self._open(position)) < ALL else ""
            )
            return f"{parts} of {available}{within}" if parts != "100.0%" else f"all of {available}{within}"
        still = self._number(f"{key}.open")
        end = "filled" if still < NOTHING else f"ran dry, {written(still, 'money')} still owed"
        if position.kind != "percent_of_gross":
            return end
        assert position.rate is not None
        of = outlets_in_words(figures, position.step.outlets) if position.step.named_outlets else "the receipts"
        return f"{written(figures.of_node(position.rate), 'share')} of {of}, {end}"

    def _open(self, position: Position) -> float:
        """Return for which part of the money of the period a step is open."""
        if position.open_part is None:
            return 1.0
        table = position.open_part.table
        return self._open_parts.number(position.open_part, table.positions[self._row] if table else -1)

    def _transfers(self) -> Iterator[tuple[str, str]]:
        figures = self._figures
        for transfer in figures.model.waterfall.transfers:
            amounts = [
                f"{figures.party(party)} {written(amount, 'money')}"
                for party in transfer.paid
                if abs(amount := self._number(f"waterfall.{transfer.id}.{party}")) >= NOTHING
            ]
            if amounts:
                yield transfer.id, f"{figures.party(transfer.payer)} pays {', '.join(amounts)}"
