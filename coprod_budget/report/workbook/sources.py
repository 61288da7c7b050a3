"""Sheet Sources: every distinct origin of an input, how many inputs stand on it, and how much of the direct cost."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from coprod_budget.report.workbook.cells import Column

if TYPE_CHECKING:
    from coprod_budget.graph import Origin
    from coprod_budget.model import Model
    from coprod_budget.report.workbook.layout import Page

ORDER = ("quoted", "published", "derived", "assumed", "calculated")


def place(page: Page) -> None:
    """List the sources of the lines' prices with what they carry, then those of all other inputs."""
    model, graph = page.model, page.model.graph
    sources, table = model.budget.sources, graph.tables["sources"]
    uses = origins(model)
    page.title("Sources", "Where the inputs come from. Each row of Inputs and Lines names its own source.")
    page.frozen = (page.row, 0)
    page.repeated = (0, 0)
    page.section("Prices of the lines")
    first = page.block(
        len(table),
        [
            Column("Basis", texts=[o.basis for o in sources.values()]),
            Column("Source", texts=[o.title for o in sources.values()], kind="wrap"),
            Column("Date", texts=[o.as_of for o in sources.values()]),
            Column("Inputs", numeric=True),
            Column(page.head(graph["sources.*.total"]), graph["sources.*.total"]),
            Column("Note", texts=[_note(uses[_same(o)]) for o in sources.values()], kind="wrap"),
            Column("Address", texts=[o.url for o in sources.values()], kind="wrap"),
            Column("Key", keys=table),
            *page.others(table)[1:],
        ],
    )
    for row, origin in enumerate(sources.values(), first):
        page.count(row, 3, len(uses[_same(origin)]))
    page.gap()
    page.section("Other inputs")
    of_lines = {_same(o) for o in sources.values()}
    others = sorted(uses.keys() - of_lines, key=lambda k: (ORDER.index(k[0]), -len(uses[k]), k))
    page.heads(["Basis", "Source", "Date", "Inputs", "", "Note", "Address"], [False, False, False, True])
    for key in others:
        basis, title, date, url = key
        for column, text in enumerate((basis, title, date, "", "", _note(uses[key]), url)):
            if text:
                page.words(page.row, column, text, "wrap" if column in {1, 5, 6} else "text")
        page.count(page.row, 3, len(uses[key]))
        page.row += 1
    for column, width in ((0, 11.0), (1, 56.0), (2, 11.0), (3, 8.0), (4, 17.0), (5, 64.0), (6, 50.0)):
        page.width(column, width)
    page.large_paper = True


def origins(model: Model) -> dict[tuple[str, str, str, str], list[Origin]]:
    """Return the origins of all inputs, by basis, title, date and address."""
    found: dict[tuple[str, str, str, str], list[Origin]] = defaultdict(list)
    for node in model.graph.named():
        if node.op != "input":
            continue
        for index in range(len(node.table) if node.table is not None else 1):
            origin = node.origin(index)
            if origin is not None:
                found[_same(origin)].append(origin)
    return found


def _same(origin: Origin) -> tuple[str, str, str, str]:
    return origin.basis, origin.title, origin.as_of, origin.url


def _note(uses: list[Origin]) -> str:
    notes = list(dict.fromkeys(o.note for o in uses if o.note))
    if len(notes) < 2:
        return "".join(notes)
    return f"{len(notes)} different notes: they stand beside the figures"
