"""What a simulation found: tables and pictures for the terminal and Markdown, and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coprod_budget.report import spread
from coprod_budget.report.charts import Bands, Bars
from coprod_budget.report.markdown import escaped, table_as_markdown
from coprod_budget.report.spread import kind_of
from coprod_budget.report.tables import Column, Row, Table, percent
from coprod_budget.report.verdicts import STYLES
from coprod_budget.whatif.simulate.statistics import histogram as counted

if TYPE_CHECKING:
    from coprod_budget.report.tables import Style
    from coprod_budget.whatif.simulate.results import CostResult, InputResult, MetricResult, Results
    from coprod_budget.whatif.simulate.run import Simulation

BINS: Final = 18
MOST_INPUTS: Final = 40


def tables(found: Simulation, results: Results) -> list[Table]:
    """Return the tables: figures, cost and contingency, investors, verdicts, requirements, what was drawn."""
    parts = [_metrics(found, results)] if results.metrics else []
    if results.cost is not None:
        parts.append(_cost(found, results.cost))
    if results.parties:
        parts.append(_parties(found, results))
    if results.verdicts:
        parts.append(_verdicts(found, results))
    if results.requirements:
        parts.append(_requirements(results))
    return [*parts, _inputs(results)]


def _metrics(found: Simulation, results: Results) -> Table:
    columns = (
        Column("Figure", least=20),
        Column("As it stands", "money"),
        Column("P5", "money", drop=3),
        Column("P10", "money"),
        Column("P25", "money", drop=4),
        Column("P50", "money"),
        Column("P75", "money", drop=4),
        Column("P90", "money"),
        Column("P95", "money", drop=3),
        Column("Mean", "money", drop=1),
        Column("Standard deviation", "money", drop=2),
    )
    currency = found.model.project.currency
    rows = []
    shown = {f"party.{p.id}.{name}" for p in results.parties for name in ("probability_recouped", "expected_loss")}
    for one in results.metrics:
        if one.key in shown:
            continue  # their means are a table of their own
        kind = kind_of(one.unit)
        told = one.label if kind != "money" or one.unit == currency else f"{one.label}, {one.unit}"
        figures = (one.base, *one.found.quantiles.values(), one.found.mean, one.found.sd)
        rows.append(Row((told, *map(_known, figures)), kind=kind))
    note = "P10: one draw in ten stays below. Undefined figures are left out of a row."
    return Table(
        f"{found.model.project.title}: {found.done:,} draw{'' if found.done == 1 else 's'}, {currency}",
        columns,
        tuple(rows),
        note,
    )


def _known(value: float) -> float | None:
    return value if value == value else None  # noqa: PLR0124 - not a number is not equal to itself


def _cost(found: Simulation, cost: CostResult) -> Table:
    columns = (Column("", least=24), Column("Amount", "money"))
    rows: list[tuple[str, float, Style]] = [
        ("Base estimate, before the contingency", cost.cost, ""),
        ("Contingency of the budget", cost.contingency, ""),
        ("Budget as it stands", cost.total, "total"),
        ("P50 of the cost", cost.median, ""),
        ("P80 of the cost", cost.enough, ""),
        ("Contingency that P50 needs", cost.needed_for_median, ""),
        ("Contingency that P80 needs", cost.needed, "" if cost.needed <= cost.contingency else "warn"),
    ]
    note = f"The cost stays within the budget in {percent(round(cost.within, 3))} of the draws."
    title = f"Cost and contingency, {found.model.project.currency}"
    return Table(title, columns, tuple(Row((label, amount), style) for label, amount, style in rows), note)


def _parties(found: Simulation, results: Results) -> Table:
    columns = (
        Column("Investor", least=14),
        Column("Has it back, as it stands", "share", drop=1),
        Column("Has it back", "share"),
        Column("Expected loss, as it stands", "money", drop=2),
        Column("Expected loss", "money"),
    )
    rows = [
        Row((p.name, p.base_probability, p.probability_recouped, p.base_loss, p.expected_loss)) for p in results.parties
    ]
    note = "Mean over the draws; within each draw the scenarios count with their weights."
    return Table(f"Who has the investment back, {found.model.project.currency}", columns, tuple(rows), note)


def _verdicts(found: Simulation, results: Results) -> Table:
    columns = (
        Column("Instrument", least=16),
        Column("As it stands"),
        Column("Pass", "share"),
        Column("Warn", "share"),
        Column("Unknown", "share"),
        Column("Fail", "share"),
    )
    titles = instrument_titles(found)
    rows = [
        Row(
            (
                titles.get(v.label, v.label),
                v.base,
                v.shares["pass"],
                v.shares["warn"],
                v.shares["unknown"],
                v.shares["fail"],
            ),
            STYLES[v.base],
        )
        for v in results.verdicts
    ]
    return Table(f"Verdicts, by share of {found.done:,} draws", columns, tuple(rows))


def instrument_titles(found: Simulation) -> dict[str, str]:
    """Return the titles of treaties, funds and programmes by their id."""
    model = found.model
    of_rules = {instrument.id: instrument.title for instrument in model.eligibility.instruments}
    return of_rules | {programme.id: programme.title for programme in model.incentives.programmes}


def _requirements(results: Results) -> Table:
    columns = (
        Column("Requirement", least=20),
        Column("Kept in", "share"),
        Column("Needed", "share"),
        Column("", least=4),
    )
    rows = [
        Row((r.text, r.share, r.needed, "ok" if r.holds else "missed"), "" if r.holds else "bad")
        for r in results.requirements
    ]
    return Table("Requirements, by share of the draws", columns, tuple(rows))


def _inputs(results: Results) -> Table:
    columns = (
        Column("Uncertain number", least=24),
        Column("As it stands", "number", drop=1),
        Column("P10", "number"),
        Column("P50", "number"),
        Column("P90", "number"),
        Column("How", drop=2, least=20),
    )
    rows = [
        Row((", ".join(i.paths), i.current, i.p10, i.p50, i.p90, _how(i)), kind="share" if i.is_share else None)
        for i in results.inputs[:MOST_INPUTS]
    ]
    if results.prices:
        lines = sum(len(price.paths) for price in results.prices)
        words = f"{len(results.prices)} prices of {lines} lines"
        rows.append(Row((words, "", "", "", "", "pert: from low to high of the cost tables")))
    return Table(
        "What was drawn", columns, tuple(rows), "" if len(results.inputs) <= MOST_INPUTS else "The first ones."
    )


def _how(one: InputResult) -> str:
    return f"{one.words} ({one.source or 'assumed'})"


def bars_of(found: Simulation, one: MetricResult) -> Bars | None:
    """Return the histogram of a metric; None where it never moves."""
    drawn = counted(found.kept[one.key], BINS)
    if drawn is None:
        return None
    marks = {"as it stands": one.base, "P10": one.found.quantiles[0.10], "P50": one.found.quantiles[0.50]}
    marks["P90"] = one.found.quantiles[0.90]
    return Bars(one.label, one.key, drawn.limits, drawn.counts, marks, one.unit)


def bands_of(found: Simulation, results: Results) -> Bands | None:
    """Return what an investor has in hand over time; None where nobody invests or somebody asked for other figures."""
    if results.fan is None:
        return None
    title = f"{results.fan.name}: received less put in, until then"
    return Bands(title, "in hand", results.fan.periods, results.fan.quantiles, found.model.project.currency)


def panels(found: Simulation, results: Results) -> list[Bars | Bands]:
    """Return what is drawn: the first figure that moves as a histogram, and an investor over time as a fan."""
    moving = (bars for one in results.metrics if (bars := bars_of(found, one)) is not None)
    bars, bands = next(moving, None), bands_of(found, results)
    return [panel for panel in (bars, bands) if panel is not None]


def notes(found: Simulation, results: Results) -> list[str]:
    """Return what there is to say besides: how it was drawn, what failed, what is undefined."""
    plan = found.plan
    how = {"sobol": "scrambled Sobol points", "lhs": "Latin hypercube", "random": "plain random numbers"}[plan.sampler]
    said = [f"Drawn from {how}, seed {plan.seed}; the same seed gives the same draws."]
    if plan.sampler == "sobol" and plan.draws & (plan.draws - 1):
        near = 1 << (plan.draws.bit_length() - 1)
        said.append(f"Sobol points are most even in powers of two: {near:,} or {2 * near:,} draws.")
    if len(results.inputs) > 1:
        said.append(_together(found))
    if results.prices:
        said.append(
            f"Prices move together with a rank correlation of {found.draws.prices_correlation:g}, which is assumed."
        )
    if found.interrupted:
        said.append(f"Stopped after {found.done:,} of {plan.draws:,} draws: the figures are of those.")
    if found.failed:
        first = min(found.failed)
        said.append(f"{len(found.failed):,} draws failed and are left out; draw {first + 1:,}: {found.failed[first]}.")
    undefined = [(one.key, one.found.undefined) for one in results.metrics if one.found.undefined]
    said += [f"{key} is undefined in {count:,} draws, which its row leaves out." for key, count in undefined]
    return said


def _together(found: Simulation) -> str:
    """Say how the uncertain numbers of the file move together."""
    pairs = [f"{one} and {other} {rho:g}" for (one, other), rho in found.draws.pairs.items()]
    told = f"all others {found.draws.common:g}" if pairs else f"{found.draws.common:g} for every two"
    return f"Rank correlation of the uncertain numbers of the file: {', '.join([*pairs, told])}."


def as_markdown(found: Simulation, results: Results) -> str:
    """Return tables, pictures and notes as Markdown."""
    lines = [f"# {escaped(found.model.project.title)}"]
    for part in tables(found, results):
        lines += ["", *table_as_markdown(part)]
    for panel in panels(found, results):
        lines += ["", *spread.as_markdown(panel)]
    return "\n".join([*lines, "", *(f"- {escaped(note)}" for note in notes(found, results))]) + "\n"
