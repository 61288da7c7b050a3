"""Sheet Incentives: what each programme pays on which spend, when and how surely; and what the film costs after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.report.workbook import law
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.partners import NET_COST
from coprod_budget.report.workbook.styles import unit_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.incentives import Programme
    from coprod_budget.report.workbook.layout import Page

PRINTED = 15
LABEL, ABOUT, ASKED, REQUIRED, ACTUAL, UNIT, VERDICT, WHY, SOURCE = 0, 1, 2, 3, 4, 5, 6, 7, 12
FIRST_VERDICT, KEY, RANK = 5, PRINTED, PRINTED + 1
FIGURES = {
    "label": LABEL, "basis": ABOUT, "date": ASKED, "value": REQUIRED, "unit": ACTUAL, "note": UNIT, "source": SOURCE, "key": KEY,
}  # fmt: skip
SPANS = {"note": SOURCE - 1, "source": PRINTED - 1}
CERTAINTIES = {
    "entitlement": "The law fixes the rate: who meets the conditions gets it",
    "discretionary": "Up to a rate, or between two: the authority decides",
    "competitive": "By selection",
    "unknown": "No rate was found",
}
SURE = ("low", "expected", "high")
PAYS = (
    "spend", "base", *(f"rate_{s}" for s in SURE), *(f"amount_{s}" for s in SURE), "fee", "tax", *(f"net_{s}" for s in SURE),
)  # fmt: skip
WHEN = ("counted", "probability", *SURE, "lag_low", "lag_typical", "lag_high")


def place(page: Page) -> None:
    """Say where programmes, amounts, net cost and the workings of each programme stand."""
    page.columns = page.printed_columns = PRINTED
    page.large_paper = True
    page.width(LABEL, 44.0)
    for column in range(1, PRINTED):
        page.width(column, 15.5)
    page.width(KEY, 52.0)
    unit = page.model.project.currency
    page.title(
        "Incentives",
        f"In {unit}. Spend is what the lines spend there, base what of it counts; amounts are after caps, net after fee and tax. "
        'What nobody knows is "n/a" and counts as nothing in the expected figures.',
    )
    page.frozen = (page.row, 1)
    page.repeated = (0, 0)
    programmes = page.model.incentives.programmes
    if not programmes:
        page.note("The project names no programme: `incentives: auto` looks at every open one where money is spent.")
        page.gap()
    _programmes(page)
    _amounts(page)
    _net_cost(page)
    for programme in programmes:
        _programme(page, programme)
    _others(page)


def _programmes(page: Page) -> None:
    model = page.model
    table, programmes = model.incentives.table, model.incentives.programmes
    page.section("Programmes")
    page.words(page.row, KEY, "Key", "head")
    page.words(page.row, RANK, "Rank of the verdict", "head_right")
    rank = model.incentives.verdict
    first = page.block(
        len(table),
        [
            Column("Programme", texts=[p.title for p in programmes], kind="wrap_bold"),
            Column("Received by", texts=[_name(page, p) for p in programmes], kind="wrap"),
            Column("Status today", texts=[_status(p) for p in programmes], kind="wrap"),
            Column("Certainty", texts=[p.certainty for p in programmes]),
            Column("Kind of rate", texts=[p.rate_kind.replace("_", " ") for p in programmes], kind="wrap"),
            Column(""),
            *_columns(page, WHEN),
            Column("Paid about", texts=[p.paid_on.isoformat() if p.paid_on else "not known" for p in programmes]),
        ],
    )
    page.keys(table, first, KEY)
    page.put(rank, first, RANK)
    law.verdicts(page, rank, first, FIRST_VERDICT)
    page.gap()


def _name(page: Page, programme: Programme) -> str:
    partner = page.model.project.partners.get(programme.chosen.partner)
    return partner.name if partner is not None else programme.chosen.partner


def _status(programme: Programme) -> str:
    status = programme.chosen.view.status
    return str(status.value).replace("_", " ") if status is not None else "not there yet"


def _columns(page: Page, names: Sequence[str]) -> list[Column]:
    """Return the columns over programmes that exist, in this order."""
    graph = page.model.graph
    found = [graph[key] for n in names if (key := f"incentive.*.{n}") in graph]
    return [Column(page.head(n), n) for n in found]


def _amounts(page: Page) -> None:
    table, programmes = page.model.incentives.table, page.model.incentives.programmes
    columns = _columns(page, PAYS)
    columns += page.others(table, [c.node for c in columns if c.node is not None])
    if not columns:
        return
    page.section("What they pay")
    page.block(
        len(table),
        [Column("Programme", texts=[p.title for p in programmes], kind="wrap_bold"), *columns],
    )
    page.gap()


def _net_cost(page: Page) -> None:
    graph, model = page.model.graph, page.model
    if "net_cost.expected" not in graph:
        return
    page.section("Net cost")
    page.heads(
        ["", *(f"{h}, {model.project.currency}" for h in ("Low aid", "Expected", "High aid"))],
        [False, True, True, True],
    )
    for label, nodes in law.net_cost(model):
        page.words(page.row, LABEL, label, "bold")
        for column, node in enumerate(nodes, 1):
            if node is model.budget.total:
                page.link(node, page.row, column)
            else:
                page.put(node, page.row, column)
        page.row += 1
    if page.places.of(model.net_cost.unsettled) is None:
        page.words(page.row, LABEL, model.net_cost.unsettled.label, "bold")
        page.put(model.net_cost.unsettled, page.row, 2)
        page.row += 1
    page.gap()
    certainties = graph.tables.get("certainties")
    if certainties is not None:
        page.section("Expected incentives by certainty")
        page.block(
            len(certainties),
            [
                Column("What it means", texts=[CERTAINTIES.get(c, "") for c in certainties.keys]),
                Column("Certainty", keys=certainties),
                *page.others(certainties),
            ],
        )
        page.gap()
    partners = model.split.partners
    linked = [graph[key] for name in ("borne", *NET_COST) if (key := f"partner.*.{name}") in graph]
    page.section("By partner (the formulas stand on Partners)")
    page.block(
        len(partners),
        [
            Column("Partner", texts=[p.name for p in model.project.partners.values()]),
            *(Column(page.head(n), n, link=True) for n in linked),
        ],
    )
    page.gap()


def _programme(page: Page, programme: Programme) -> None:
    """Write what is behind one programme: what to know, its tests, the figures of its rules, the workings."""
    mine = [n for n in _homeless(page) if programme.id in n.key.split(".")]
    page.section(programme.title)
    for note in programme.notes:
        page.paragraph(note)
    if programme.findings:
        _tests(page, programme)
    if programme.remarks:
        page.note("Its rules say besides:")
    for remark in programme.remarks:
        text = " ".join(t for t in (remark.text, remark.note, f"({remark.article})" if remark.article else "") if t)
        page.paragraph(text, kind="wrap_note")
    _figures(page, "Figures of its rules", [n for n in mine if n.op == "input"], f"{programme.id}: ")
    _figures(page, "Workings", [n for n in mine if n.op != "input"], f"{programme.id}: ")
    page.gap()


def _figures(page: Page, title: str, nodes: Sequence[Node], prefix: str = "") -> None:
    if not nodes:
        return
    page.heads([title, "Basis", "Date", "Value", "Unit", *[""] * (PRINTED - UNIT)], [False, False, False, True])
    page.span(page.row - 1, UNIT, SOURCE - 1, "Note", "head")
    page.span(page.row - 1, SOURCE, PRINTED - 1, "Source", "head")
    law.figures(page, nodes, FIGURES, SPANS, prefix=prefix)


def _tests(page: Page, programme: Programme) -> None:
    model, table = page.model, page.model.graph.tables["tests"]
    graph = model.graph
    heads = ["Test", "On", "It asks", "Required", "The film has", "Unit"]
    page.heads([*heads, *[""] * (PRINTED - len(heads))], [False, False, False, True, True])
    page.words(page.row - 1, VERDICT, "Verdict", "head_centre")
    page.span(page.row - 1, WHY, SOURCE - 1, "Why, and what to add", "head")
    page.span(page.row - 1, SOURCE, PRINTED - 1, "Source", "head")
    first = page.row
    for finding in programme.findings:
        index, number = table.positions[finding.key], unit_format(finding.unit)
        page.words(page.row, LABEL, finding.title, "wrap")
        page.words(page.row, ABOUT, law.about(model, finding), "wrap")
        page.words(page.row, ASKED, law.asked(finding), "wrap")
        if finding.required is not None:
            page.link(graph["test.*.required"], page.row, REQUIRED, index=index, number=number)
        if finding.actual is not None:
            page.link(graph["test.*.actual"], page.row, ACTUAL, index=index, number=number)
        elif finding.actual_words:
            page.words(page.row, ACTUAL, finding.actual_words, "wrap")
        page.words(page.row, UNIT, law.unit(finding))
        law.verdict(page, graph["test.*.verdict"], page.row, VERDICT, index)
        page.words(page.row, KEY, finding.key, "key")
        page.span(page.row, WHY, SOURCE - 1, law.why(finding))
        page.span(
            page.row, SOURCE, PRINTED - 1, _source(finding.source.title if finding.source else "", finding.article)
        )
        page.row += 1
    law.colour(page, first, page.row - 1, VERDICT)


def _source(title: str, article: str) -> str:
    return ", ".join(t for t in (title, article) if t)


def _homeless(page: Page) -> list[Node]:
    return page.homeless(law.scalars(page.model, of_incentives=True))


def _others(page: Page) -> None:
    """Take in what belongs to no single programme, and tables of the law that no sheet has shown."""
    nodes = _homeless(page)
    if nodes:
        page.section("Further figures")
        _figures(page, "", nodes)
        page.gap()
    for table in law.tables(page.model):
        law.block(page, table)
