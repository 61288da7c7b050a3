"""Sheet Eligibility: which instrument governs and why, every instrument's verdict, and its tests: what is asked, what the film has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod_budget.model.findings import VERDICTS
from coprod_budget.report.workbook import law
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.styles import SHARE, TYPED_SHARE

if TYPE_CHECKING:
    from coprod_budget.model.findings import Finding
    from coprod_budget.report.workbook.layout import Page

(
    OF, RULE, ABOUT, ASKED, REQUIRED, ACTUAL, UNIT, WORDS, VERDICT, WHY, ARTICLE, SOURCE, SINCE, CONFIDENCE, RANK, KEY, INSTRUMENT,
) = range(17)  # fmt: skip
WIDTHS = {
    OF: 27.0, RULE: 38.0, ABOUT: 14.0, ASKED: 17.0, REQUIRED: 15.0, ACTUAL: 15.0, UNIT: 9.0, WORDS: 22.0, VERDICT: 10.0, WHY: 58.0,
    ARTICLE: 14.0, SOURCE: 44.0, SINCE: 11.0, CONFIDENCE: 11.0, RANK: 9.0, KEY: 44.0, INSTRUMENT: 24.0,
}  # fmt: skip
FIGURES = {
    "label": RULE, "value": REQUIRED, "unit": UNIT, "basis": WORDS, "note": WHY, "source": SOURCE, "date": SINCE, "key": KEY,
}  # fmt: skip
MEANINGS = {
    "pass": "the film meets the rule",
    "warn": "not met, or only with a consent or exception that the authorities may give",
    "unknown": "a fact is missing: the last columns say which, and what to add",
    "fail": "the film does not meet the rule",
}


def place(page: Page) -> None:
    """Say where instruments, tests and the figures of the rules stand."""
    page.columns = page.printed_columns = RANK
    page.large_paper = True
    for column, width in WIDTHS.items():
        page.width(column, width)
    page.title(
        "Eligibility",
        "What treaties, funds and national statuses ask, and what the film has. Shares are those that the partners bear. "
        "Verdicts follow the blue figures of Inputs, and those of the rules below.",
    )
    page.frozen = (page.row, 0)
    page.repeated = (0, 0)
    _governing(page)
    _legend(page)
    _instruments(page)
    _countries(page)
    _tests(page)
    _figures(page)
    _workings(page)
    _remarks(page)
    _left_out(page)


def _governing(page: Page) -> None:
    governing = page.model.eligibility.governing
    titles = {c.id: c.title for c in governing.candidates}
    page.section("Which instrument governs")
    page.words(page.row, 0, titles.get(governing.instrument, governing.instrument or "None"), "bold")
    page.row += 1
    for reason in governing.reasons:
        page.paragraph(reason)
    page.words(
        page.row,
        0,
        "Chosen from the partners' countries and the day: another country or day needs a new estimate.",
        "note",
    )
    page.row += 2


def _legend(page: Page) -> None:
    graph = page.model.graph
    verdicts = graph.tables["verdicts"]
    page.section("Verdicts, from best to worst; of several tests the worst holds")
    page.heads(["Verdict", "What it means", "", "", "Rank"], [False] * 4 + [True])
    page.keys(verdicts, page.row, OF)
    page.put(graph["verdicts.*.rank"], page.row, REQUIRED)
    law.colour(page, page.row, page.row + len(verdicts) - 1, OF)
    for verdict in VERDICTS:
        page.words(page.row, RULE, MEANINGS[verdict])
        page.row += 1
    page.gap()


def _instruments(page: Page) -> None:
    eligibility = page.model.eligibility
    page.section("Treaties, funds and statuses")
    heads = {
        OF: "Instrument",
        ABOUT: "Role",
        WHY: "Why it was looked at",
        RANK: "Rank",
        KEY: "Key",
    }
    page.heads(
        [heads.get(column, "") for column in range(INSTRUMENT)], [column == RANK for column in range(INSTRUMENT)]
    )
    page.put(eligibility.verdict, page.row, RANK)
    page.keys(eligibility.table, page.row, KEY)
    law.verdicts(page, eligibility.verdict, page.row, VERDICT)
    for instrument in eligibility.instruments:
        page.span(page.row, OF, RULE, instrument.title, "wrap_bold")
        page.span(page.row, ABOUT, WORDS, law.ROLES[instrument.candidate.role])
        page.span(page.row, WHY, CONFIDENCE, "\n".join(instrument.candidate.reasons))
        page.row += 1
    if not eligibility.instruments:
        page.note("No instrument is tested.")
    page.gap()


def _left_out(page: Page) -> None:
    """Say last what was looked at and is not for this film: a reader who misses a treaty finds the reason."""
    left = [c for c in page.model.eligibility.governing.candidates if c.role == "no"]
    if not left:
        return
    page.section("Looked at and left out")
    for candidate in left:
        page.span(page.row, OF, RULE, candidate.title)
        page.span(page.row, ABOUT, CONFIDENCE, "; ".join(candidate.reasons))
        page.row += 1
    page.gap()


def _countries(page: Page) -> None:
    graph, partners = page.model.graph, page.model.project.partners.values()
    table = graph.tables["coproducers"]
    borne, share = graph["coproducer.*.borne_share"], graph["coproducer.*.share"]
    page.section("Co-producing countries")
    page.block(
        len(table),
        [
            Column("Country", keys=table),
            Column("Partners", texts=[", ".join(p.name for p in partners if p.country == c) for c in table.keys]),
            Column(borne.label, borne, numbers=[SHARE] * len(table)),
            Column(share.label, share, numbers=[TYPED_SHARE] * len(table)),
            *page.others(table, [borne, share]),
        ],
    )
    page.gap()


def _tests(page: Page) -> None:
    """All tests stand here, those of incentives too: the sheet Incentives links them."""
    model = page.model
    graph, findings, table = model.graph, _findings(page), model.graph.tables["tests"]
    titles = {i.id: i.title for i in model.eligibility.instruments} | {
        p.id: p.title for p in model.incentives.programmes
    }
    page.section("Tests, instrument by instrument; those of incentives come last")
    groups = [i for i, f in enumerate(findings) if i == 0 or f.instrument != findings[i - 1].instrument]
    first = page.block(
        len(table),
        [
            Column(
                "Instrument",
                texts=[titles.get(f.instrument, f.instrument) if i in groups else "" for i, f in enumerate(findings)],
                kind="wrap_bold",
            ),
            Column("Rule", texts=[f.title for f in findings], kind="wrap"),
            Column("On", texts=[law.about(model, f) for f in findings], kind="wrap"),
            Column("It asks", texts=[law.asked(f) for f in findings], kind="wrap"),
            Column("Required", graph["test.*.required"], numbers=law.formats(findings, required=True)),
            Column("The film has", graph["test.*.actual"], numbers=law.formats(findings, required=False)),
            Column("Unit", texts=[law.unit(f) for f in findings]),
            Column("In words", texts=[f.actual_words for f in findings], kind="wrap"),
            Column(""),
            Column("Why, and what to add", texts=[law.why(f) for f in findings], kind="wrap"),
            Column("Article", texts=[f.article for f in findings], kind="wrap"),
            Column("Source", texts=[f.source.title if f.source else "" for f in findings], kind="wrap"),
            Column("In force since", texts=[f.since.isoformat() if f.since else "" for f in findings]),
            Column("Confidence", texts=[f.confidence for f in findings]),
            Column("Rank", graph["test.*.verdict"]),
            Column("Key", keys=table),
            Column("Instrument", graph["test.*.instrument"]),
            *page.others(table, [graph[f"test.*.{n}"] for n in ("required", "actual", "verdict", "instrument")]),
        ],
    )
    law.verdicts(page, graph["test.*.verdict"], first, VERDICT)
    for start in groups[1:]:
        law.line_above(page, first + start, RANK)
    if not findings:
        page.words(first, 0, "No rule is tested.", "note")
    page.gap()


def _findings(page: Page) -> list[Finding]:
    """Return the tests in the order of their table."""
    model = page.model
    findings = [f for instrument in model.eligibility.instruments for f in instrument.findings]
    findings += [f for programme in model.incentives.programmes for f in programme.findings]
    by_key = {f.key: f for f in findings}
    return [by_key[key] for key in model.graph.tables["tests"].keys]


def _remarks(page: Page) -> None:
    instruments = [i for i in page.model.eligibility.instruments if i.remarks]
    if not instruments:
        return
    page.section("What the instruments say besides, and nobody can test")
    for instrument in instruments:
        for number, remark in enumerate(instrument.remarks):
            page.words(page.row, OF, instrument.title if number == 0 else "", "wrap_bold")
            page.words(page.row, ARTICLE, remark.article, "wrap")
            page.words(page.row, SOURCE, remark.source.title if remark.source else "", "wrap")
            page.span(page.row, RULE, WHY, "\n".join(t for t in (remark.text, remark.note) if t))
            page.row += 1
    page.gap()


def _workings(page: Page) -> None:
    """Points, heads and works, each in its own table: a 1 changed into a 0 takes the points of a post away."""
    for table in law.tables(page.model):
        if table is page.model.eligibility.table:
            return
        law.block(page, table, RULE)


def _figures(page: Page) -> None:
    """Figures of the rules, instrument by instrument, then what belongs to none."""
    nodes = page.homeless(law.scalars(page.model, of_incentives=False))
    if not nodes:
        return
    page.section("Figures of the rules (blue: change one, and the verdicts follow) and workings")
    heads = {
        RULE: "Figure",
        REQUIRED: "Value",
        UNIT: "Unit",
        WORDS: "Basis",
        WHY: "Note",
        SOURCE: "Source",
        SINCE: "Date",
    }
    page.heads([heads.get(column, "") for column in range(RANK)], [column == REQUIRED for column in range(RANK)])
    for instrument in page.model.eligibility.instruments:
        mine = [n for n in nodes if instrument.id in n.key.split(".")]
        if mine:
            page.words(page.row, OF, instrument.title, "wrap_bold")
            law.figures(page, mine, FIGURES, {}, suffix=f" ({instrument.id})")
    rest = page.homeless(nodes)
    if rest:
        page.words(page.row, OF, "For all", "bold")
        law.figures(page, rest, FIGURES, {})
    page.gap()
