"""What the sheets of the law share: which figures are theirs, how verdicts look, a row for every test and every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.model.findings import VERDICTS
from coprod_budget.report.workbook.cells import Column
from coprod_budget.report.workbook.layout import unit_name
from coprod_budget.report.workbook.styles import NOTHING, unit_format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Node, Table
    from coprod_budget.model import Model
    from coprod_budget.model.findings import Finding
    from coprod_budget.report.workbook.layout import Page
    from coprod_budget.report.workbook.styles import Kind, Styles

COMPARISONS = {"at_least": "at least", "at_most": "at most", "above": "more than", "below": "less than", "": ""}
ROLES: dict[str, str] = {
    "governs": "governs the film", "perhaps": "perhaps: signed, entry into force not known",
    "fallback": "looked at while another's limits are not known", "alternative": "could be chosen instead",
    "status": "national status", "fund": "fund", "support": "state support", "no": "left out",
}  # fmt: skip
UNITS = {"share": "share", "count": "", "verdict": ""}


# --- which figures are the law's ------------------------------------------------------------------------------------------


def tables(model: Model) -> list[Table]:
    """Return the tables of the law: from the verdicts to the certainties of the net cost, with which the law ends."""
    found = list(model.graph.tables.values())
    return found[found.index(model.graph.tables["verdicts"]) : found.index(model.net_cost.certainties) + 1]


def _is_built_by_the_law(model: Model, node: Node) -> bool:
    """Say whether a quantity was built between the verdicts and the net cost."""
    last = max(n.id for n in (model.net_cost.high_aid, *model.net_cost.by_partner.values()))
    return model.graph["verdicts.*.rank"].id < node.id <= last


def scalars(model: Model, *, of_incentives: bool) -> list[Node]:
    """Return the single figures of eligibility, or of incentives and net cost: each sheet has what its stage has built."""
    middle = model.eligibility.verdict.id
    return [
        n
        for n in model.graph.named()
        if n.table is None and _is_built_by_the_law(model, n) and (n.id > middle) is of_incentives
    ]


def is_figure(model: Model, node: Node) -> bool:
    """Say whether an input is a figure of the law, which stands on the law's own sheets and not on Inputs."""
    if node.table is not None:
        return node.table in tables(model)
    return _is_built_by_the_law(model, node)


def net_cost(model: Model) -> list[tuple[str, list[Node]]]:
    """Return gross budget, incentives and net cost with little, expected and much aid."""
    graph = model.graph
    return [
        ("Gross budget", [model.budget.total] * 3),
        ("Incentives", [graph[f"incentives.{s}"] for s in ("low", "expected", "high")]),
        ("Net cost", [graph[f"net_cost.{s}"] for s in ("low_aid", "expected", "high_aid")]),
    ]


# --- verdicts -------------------------------------------------------------------------------------------------------------


def verdict(page: Page, node: Node, row: int, column: int, index: int = 0) -> None:
    """Write the word of a verdict that stands elsewhere; colours are given to whole blocks by ``colour``."""
    page.named(node, page.model.graph["verdicts.*.rank"], row, column, index=index)


def verdicts(page: Page, node: Node, row: int, column: int) -> None:
    """Write the words of a whole column of verdicts under their head, with their colours."""
    page.words(row - 1, column, "Verdict", "head_centre")
    count = len(node.table or ())
    for index in range(count):
        verdict(page, node, row + index, column, index)
    colour(page, row, row + count - 1, column)


def colour(page: Page, first: int, last: int, column: int) -> None:
    """Show pass in green, warn in amber, unknown in grey and fail in red."""

    def paint(_book: Any, sheet: Any, styles: Styles) -> None:
        for word in VERDICTS:
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": styles.verdict(word)}
            sheet.conditional_format(first, column, last, column, rule)

    if last >= first:
        page.finish.append(paint)


def line_above(page: Page, row: int, columns: int) -> None:
    """Draw a line where another instrument begins."""

    def paint(_book: Any, sheet: Any, styles: Styles) -> None:
        sheet.conditional_format(row, 0, row, columns - 1, {"type": "no_errors", "format": styles.line_above()})

    page.finish.append(paint)


# --- rows -----------------------------------------------------------------------------------------------------------------


def about(model: Model, finding: Finding) -> str:
    """Return on whom a test is: the name of a partner, a country, a post."""
    partner = model.project.partners.get(finding.about)
    return partner.name if partner is not None else finding.about.replace("_", " ")


def asked(finding: Finding) -> str:
    """Return what is asked in words: the comparison before a figure, or all of it."""
    return finding.required_words or (COMPARISONS[finding.comparison] if finding.required is not None else "")


def unit(finding: Finding) -> str:
    """Return the unit of a test's figures, if it has any."""
    if finding.required is None and finding.actual is None:
        return ""
    return UNITS.get(finding.unit, finding.unit)


def why(finding: Finding) -> str:
    """Return why the verdict is what it is, and what to add to the project file."""
    add = f"Add: {finding.add}" if finding.add else ""
    return "\n".join(t for t in (finding.why, add) if t)


def formats(findings: Sequence[Finding], *, required: bool) -> list[str]:
    """Return the number formats of the tests' figures; where a test has none, the cell shows a dash."""
    return [unit_format(f.unit) if (f.required if required else f.actual) is not None else NOTHING for f in findings]


def figures(
    page: Page,
    nodes: Sequence[Node],
    columns: Mapping[str, int],
    until: Mapping[str, int],
    *,
    prefix: str = "",
    suffix: str = "",
) -> None:
    """Write single figures one a row: inputs of the law with their source (blue), workings as formulas.

    ``columns`` says where ``label``, ``value``, ``unit``, ``basis``, ``note``, ``source``, ``date`` and ``key`` stand, ``until``
    how far the long texts among them run; ``prefix`` and ``suffix`` are left out of labels, where the section says it.
    """
    for node in nodes:
        origin = node.origin()
        page.put(node, page.row, columns["value"], numbers=[unit_format(node.unit)] if node.op == "input" else ())
        label = node.label.removeprefix(prefix).removesuffix(suffix)
        texts: list[tuple[str, str, Kind]] = [
            ("label", f"{label[:1].upper()}{label[1:]}", "wrap"), ("unit", unit_name(node), "text"), ("key", node.key, "key"),
        ]  # fmt: skip
        if origin is not None:
            note = "; ".join(t for t in (origin.where, origin.note) if t)
            texts += [
                ("basis", origin.basis, "text"), ("note", note, "wrap"), ("source", origin.title, "wrap"), ("date", origin.as_of, "text"),
            ]  # fmt: skip
        for name, text, kind in texts:
            column = columns[name]
            if until.get(name, column) > column:
                page.span(page.row, column, until[name], text, kind)
            elif text:
                page.words(page.row, column, text, kind)
        page.row += 1


def block(page: Page, table: Table, column: int = 0) -> None:
    """Write what has no place yet of a table: its row keys and all its figures."""
    columns = page.others(table)
    if not columns:
        return
    page.section(f"{table.label[:1].upper()}{table.label[1:]}")
    page.block(len(table), [Column("", keys=table), *columns], column)
    page.gap()
