"""How a figure comes about: the graph's steps as a tree on the screen, or as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.text import Text
from rich.tree import Tree

from coprod_budget.graph import explain
from coprod_budget.model.findings import word
from coprod_budget.report.lines_table import kept
from coprod_budget.report.tables import NOT_DEFINED, percent, plain, trimmed, written
from coprod_budget.whatif.metrics import AS_THE_RULE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coprod_budget.graph import Origin, Step
    from coprod_budget.model import Model
    from coprod_budget.model.findings import Finding
    from coprod_budget.report.figures import Figures

COUNTED = {"days": "day", "weeks": "week", "months": "month"}


def figure_keys(figures: Figures) -> list[str]:
    """Return the key of every figure that can be explained."""
    graph = figures.model.graph
    found = ((key, graph.find(key)) for key in graph.keys())  # noqa: SIM118 - a graph is no mapping
    return [key for key, place in found if place and place[0].op != "text"]


def keys_with(figures: Figures, text: str) -> list[tuple[str, str, str]]:
    """Return key, meaning and value of the figures whose key or meaning contains a text (any case)."""
    wanted = text.casefold()
    found = []
    for key in figure_keys(figures):
        node, row = figures.model.graph.find(key) or (None, 0)
        assert node is not None
        label = f"{node.label} ({node.table.keys[row]})" if node.table else node.label
        if wanted in key.casefold() or wanted in label.casefold():
            found.append((key, label, value_in_words(figures, key, node.unit, figures.number(key))))
    return found


def nearest_keys(figures: Figures, wrong: str) -> list[str]:
    """Return a few keys that somebody may have meant."""
    import difflib  # noqa: PLC0415 - only when something is wrong

    keys = figure_keys(figures)
    last = wrong.rpartition(".")[2]
    parts = [k for k in keys if wrong in k] or difflib.get_close_matches(wrong, keys, n=5, cutoff=0.6)
    parts = parts or [k for k in keys if last and last in k]
    return sorted(parts, key=lambda k: (not k.endswith((".total", ".value")), len(k)))[:5]


def explained(figures: Figures, key: str, *, depth: int, rows: int) -> Step:
    """Return the steps behind a figure."""
    return explain(figures.model.graph, key, depth=depth, rows=rows)


def as_tree(figures: Figures, step: Step) -> Tree:
    """Return the steps as a tree for the screen."""
    law = findings(figures.model)
    tree = Tree(_branch(figures, step, law), guide_style="dim")
    _grow(figures, tree, step, law)
    return tree


def is_cut(step: Step) -> bool:
    """Say whether a figure in the tree has more behind it than the tree shows."""
    return _stops_here(step) or any(is_cut(part) for part in step.parts)


def _stops_here(step: Step) -> bool:
    named = any(letter.isalpha() for letter in step.words)  # a constant has nothing behind it
    return named and not step.parts and not step.seen and step.origin is None


def _grow(figures: Figures, tree: Tree, step: Step, law: Mapping[str, Finding]) -> None:
    for part in step.parts:
        _grow(figures, tree.add(_branch(figures, part, law)), part, law)
    if step.left_out:
        like = step.parts[-1] if step.parts else step  # a rate, say, is not of the unit of the flows it is found in
        together = value_in_words(figures, like.key, like.unit, step.left_out_value)
        tree.add(Text(f"… and {step.left_out} more, together {together}", style="dim"))


def _branch(figures: Figures, step: Step, law: Mapping[str, Finding]) -> Text:
    text = Text()
    text.append(plain(step.label), style="bold")
    text.append(f"  {value_in_words(figures, step.key, step.unit, step.value)}")
    if step.key:
        text.append(f"  {step.key}", style="dim")
    if step.words:
        text.append(f"\n= {plain(step.words)}", style="italic")
    if step.key in law:
        for line in _rule(law[step.key]):
            text.append(f"\n{plain(line)}", style="cyan")
    if _stops_here(step):
        text.append(" …", style="dim")
    if step.seen:
        text.append("\n(explained above)", style="dim")
    if step.origin is not None:
        text.append(f"\n{plain(origin_in_words(step.origin))}", style="cyan")
    return text


def _rule(finding: Finding) -> Iterator[str]:
    """What stands behind a verdict: the rule, what is missing, and where it is written."""
    article = f"article {finding.article}" if finding.article else ""
    source = f"{finding.source.title} {finding.source.url}".strip() if finding.source else ""
    yield ", ".join(t for t in (f"rule: {finding.title}", article) if t)
    if finding.why:
        yield f"why: {finding.why}"
    if finding.add:
        yield f"to settle it write: {finding.add}"
    if source:
        yield f"source: {source}"


def findings(model: Model) -> dict[str, Finding]:
    """Return every test of law by the key of its verdict."""
    every = [i.findings for i in model.eligibility.instruments] + [p.findings for p in model.incentives.programmes]
    return {f"test.{f.key}.verdict": f for found in every for f in found}


def origin_in_words(origin: Origin) -> str:
    """Return where an input comes from: basis, title, date, line of a file, address, note."""
    when = f"({origin.as_of})" if origin.as_of and origin.as_of not in origin.title else ""
    head = " ".join(t for t in (f"{origin.basis}:", origin.title, when) if t)
    return "; ".join(t for t in (head.rstrip(":"), origin.where, origin.url, origin.note) if t)


def value_in_words(figures: Figures, key: str, unit: str, value: float | None) -> str:
    """Return a value with its unit: 1,234.50 EUR, 12.5%, 14 days."""
    if value is None or not math.isfinite(value):
        return f"{NOT_DEFINED} (not defined)"
    if unit == "verdict":
        return word(value)
    if unit == AS_THE_RULE:
        finding = findings(figures.model).get(f"{key.rpartition('.')[0]}.verdict")
        return value_in_words(figures, key, finding.unit if finding else "", value)
    if unit == "share":
        return percent(value)
    if unit == "multiple":
        return written(value, "multiple")
    if unit == "per EUR":
        return f"{written(value, 'rate')} per EUR"
    if len(unit) == 3 and unit.isupper():
        return f"{written(value, 'money', 2)} {unit}"
    if unit in {"currency", "unit"}:
        own = _own_unit(figures, key, unit)
        return f"{written(value, 'money', 2) if unit == 'currency' else trimmed(value, 4)} {own}".rstrip()
    if unit in COUNTED and value == 1:
        return f"1 {COUNTED[unit]}"
    return f"{trimmed(value, 4)} {'' if unit == 'count' else plain(unit)}".rstrip()


def _own_unit(figures: Figures, key: str, unit: str) -> str:
    """The currency or unit of one line or source of finance, which stands in another column of its row."""
    found = figures.model.graph.find(key)
    if not found or found[0].table is None or found[1] < 0:
        return ""
    table, row = found[0].table.name, found[1]
    if unit == "unit" and table == "lines":
        return figures.model.budget.lines[row].unit
    column = f"{table}.*.currency"
    return figures.text(column, row) if unit == "currency" and column in figures.model.graph else ""


def as_dict(figures: Figures, step: Step) -> dict[str, Any]:
    """Return the steps as plain data."""
    return _as_dict(step, findings(figures.model))


def _as_dict(step: Step, law: Mapping[str, Finding]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": step.key,
        "label": step.label,
        "unit": step.unit,
        "value": kept(step.value if math.isfinite(step.value) else None),
    }
    if step.words:
        found["formula"] = step.words
    if step.origin is not None:
        origin = step.origin
        names = ("basis", "title", "as_of", "where", "url", "note")
        found["origin"] = {name: getattr(origin, name) for name in names}
    finding = law.get(step.key)
    if finding is not None:
        found["rule"] = {"title": finding.title, "article": finding.article, "why": finding.why, "add": finding.add}
    if step.seen:
        found["explained_above"] = True
    if step.parts:
        found["parts"] = [_as_dict(part, law) for part in step.parts]
    if step.left_out:
        found["left_out"] = {"count": step.left_out, "value": kept(step.left_out_value)}
    return found
