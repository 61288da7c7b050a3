"""What ``optimise`` found: the best designs as a table, what every requirement costs, the frontier, sentences, and plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from coprod_budget.report.lines_table import as_csv
from coprod_budget.report.markdown import escaped, table_as_markdown
from coprod_budget.report.solutions import metric_text, number_text, plain_metric
from coprod_budget.report.tables import NOT_DEFINED, Column, Row, Table, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coprod_budget.project import Project
    from coprod_budget.whatif.metrics import Metric
    from coprod_budget.whatif.optimise.choosing import Cost
    from coprod_budget.whatif.optimise.search import Found

    Command = Callable[[Sequence[str]], str]

FORMAT = "coprod-budget/optimise"
VERSION = 1
SHOWN = 30
"""Designs of a frontier that a table shows; plain data has them all."""
WORDS = 24
ALL_TRIED = "Every design was tried, so there is no better one among them."
SEARCHED = (
    "There are {all} designs, too many to try: this is a search (differential evolution, seed {seed}) that tried {tried}. "
    "A better design may exist; what a requirement costs and the frontier are those of the designs that were tried."
)
CONFIRMED = "The best was confirmed by estimating the film again with it."


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Return the last words of each path that tell it from the others: ``moscow``, ``ru.share``."""
    paths = list(paths)
    found = {}
    for path in paths:
        parts = path.split(".")
        name = path
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[-count:])
            if sum(other == name or other.endswith(f".{name}") for other in paths) == 1 and name != "share":
                break
        found[path] = name
    return found


def tables(project: Project, found: Found, top: int) -> list[Table]:
    """Return the best designs, what every requirement costs, and the frontier where one was asked for."""
    parts = [_best(project, found, top)]
    if found.designs.wanted.requirements:
        parts.append(_requirements(found))
    if found.designs.wanted.second is not None and found.designs.best():
        parts.append(_frontier(found))
    return parts


def _columns(found: Found, first: str) -> tuple[Column, ...]:
    names = short_names(found.grid.paths)
    return (
        Column(first, least=4),
        *(Column(names[path], "number") for path in found.grid.paths),
        *(Column(_title(metric.key), "number", drop=_drop(found, metric)) for metric in _shown(found)),
    )


def _title(key: str) -> str:
    """A key, or its last two words where it is long."""
    return key if len(key) <= WORDS else ".".join(key.split(".")[-2:])


def _drop(found: Found, metric: Metric) -> int:
    """The goals always stay, the figures that are only shown go first where there is no room."""
    shown = [m.key for m in found.designs.wanted.shown]
    return 1 + shown.index(metric.key) if metric.key in shown else 0


def _legend(found: Found) -> str:
    """What the short titles of columns stand for."""
    short = short_names(found.grid.paths)
    varied = [path for path in found.grid.paths if short[path] != path]
    said = [f"Varied: {', '.join(varied)}."] if varied else []
    said += [f"{_title(m.key)}: {m.key}." for m in _shown(found) if _title(m.key) != m.key]
    return " ".join(said)


def _shown(found: Found) -> list[Metric]:
    """The goal first, then what it is weighed against, then other figures."""
    wanted = found.designs.wanted
    second = [wanted.second.metric] if wanted.second else []
    return list({m.key: m for m in [wanted.goal.metric, *second, *wanted.shown]}.values())


def _row(found: Found, name: str, place: int, style: str = "") -> Row:
    values = found.designs.values
    cells = (
        name,
        *(_cell(found, path, value) for path, value in found.values_of(place).items()),
        *(metric_text(metric, float(values[metric.key][place])) for metric in _shown(found)),
    )
    return Row(cells, "total" if style == "total" else "bad" if style == "bad" else "")


def _cell(found: Found, path: str, value: Any) -> str:
    if isinstance(value, float):
        share = any(field.percent for field in found.grid.fields() if field.name == path)
        return number_text(value, share=share)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = plain(text) or "none"
    return text if len(text) <= WORDS else f"{text[: WORDS - 3]}..."


def _best(project: Project, found: Found, top: int) -> Table:
    wanted = found.designs.wanted
    best = found.designs.best(top)
    rows = [_row(found, str(n), place, "total" if n == 1 else "") for n, place in enumerate(best, 1)]
    if not best and (near := found.designs.nearest()) is not None:
        rows = [_row(found, "nearest", near, "bad")]
    sense = "most" if wanted.goal.maximise else "least"
    return Table(f"{project.title}: {sense} {wanted.goal.metric.key}", _columns(found, ""), tuple(rows), _legend(found))


def _requirements(found: Found) -> Table:
    designs = found.designs
    best = designs.best()
    place = best[0] if best else designs.nearest()
    title = "At the best" if best else "At the nearest"
    columns = (
        Column("Requirement", least=24),
        Column(title, "number"),
        Column("Keep it", "number"),
        Column("Best without it", "number", drop=1),
        Column("It costs", "number"),
    )
    goal = designs.wanted.goal.metric
    rows = []
    for cost, (_, metric), kept in zip(designs.costs(), designs.wanted.requirements, designs.kept, strict=True):
        at = NOT_DEFINED if place is None else metric_text(metric, float(designs.values[metric.key][place]))
        without = (
            NOT_DEFINED if cost.without is None else metric_text(goal, float(designs.values[goal.key][cost.without]))
        )
        style = "bad" if place is not None and not kept[place] else "sub" if cost.cost > 0 else ""
        rows.append(Row((cost.requirement.text, at, f"{cost.keep:,}", without, _costs(goal, cost)), style))  # type: ignore[arg-type]
    note = f"Keep it: of {designs.count:,} designs. It costs: {goal.key} of the best, against the best without this one requirement."
    return Table("What the requirements cost", columns, tuple(rows), note)


def _costs(goal: Metric, cost: Cost) -> str:
    if not math.isfinite(cost.cost):
        return NOT_DEFINED
    return "nothing" if cost.cost <= 0 else metric_text(goal, cost.cost)


def _frontier(found: Found) -> Table:
    wanted = found.designs.wanted
    assert wanted.second is not None
    places = found.designs.frontier()
    step = max(-(-len(places) // SHOWN), 1)
    shown = [*places[::step], *([places[-1]] if places and (len(places) - 1) % step else [])]
    rows = [_row(found, str(n), place) for n, place in enumerate(shown, 1)]
    more = f"{len(places)} designs in all. " if len(shown) < len(places) else ""
    first = f"{'more' if wanted.goal.maximise else 'less'} {wanted.goal.metric.key}"
    worse = f"{'less' if wanted.second.maximise else 'more'} {wanted.second.metric.key}"
    note = f"{more}No other design has {first} without {worse}."
    return Table("Frontier", _columns(found, ""), tuple(rows), note)


def notes(found: Found) -> list[str]:
    """Return how many were tried, failed and kept everything, how good the answer is, and what stands in the way."""
    designs = found.designs
    allowed = int(designs.feasible.sum())
    said = [f"{designs.count:,} designs tried, {allowed:,} keep every requirement."]
    if found.search is None:
        said += [ALL_TRIED] if allowed else []
    else:
        count, seed, tried = (f"{n:,}" for n in (found.grid.count, found.search.seed, designs.count))
        ends = [metric_text(designs.wanted.goal.metric, end) for end in found.search.ends]
        said += [SEARCHED.format(all=count, seed=seed.replace(",", ""), tried=tried)]
        said += [f"The starts ended at {', '.join(ends)}."]
    failed = len(designs.problems)
    if failed:
        said.append(f"{failed:,} cannot be built or priced. Why, and how many:")
        said += [f"  {count:,}: {text}" for text, count in designs.reasons()]
    if designs.unknown:
        said.append(f"{designs.unknown:,} have no {designs.wanted.goal.metric.key}.")
    if not allowed:
        said += _conflicts(found)
    return said


def _conflicts(found: Found) -> list[str]:
    conflicts = found.designs.conflicts()
    if not conflicts:
        return ["No design keeps all requirements together."] if found.designs.wanted.requirements else []
    if len(conflicts[0]) == 1:
        return [f"No design keeps {one.text}." for (one,) in conflicts]
    return [f"No design keeps these together: {'; '.join(one.text for one in many)}." for many in conflicts]


def as_dict(project: Project, found: Found, top: int, command: Command) -> dict[str, Any]:
    """Return everything as plain data; money as decimal numbers, shares as fractions, verdicts in words."""
    designs, wanted = found.designs, found.designs.wanted
    near = None if designs.best() else designs.nearest()
    search = found.search
    return {
        "format": FORMAT,
        "version": VERSION,
        "project": {"title": project.title, "currency": project.currency, "as_of": project.as_of.isoformat()},
        "goal": {
            "key": wanted.goal.metric.key,
            "label": wanted.goal.metric.label,
            "unit": wanted.goal.metric.unit,
            "sense": "maximise" if wanted.goal.maximise else "minimise",
        },
        "designs": {
            "all": found.grid.count,
            "tried": designs.count,
            "allowed": int(designs.feasible.sum()),
            "failed": len(designs.problems),
            "without_figure": designs.unknown,
            "reasons": [{"problem": text, "designs": count} for text, count in designs.reasons()],
        },
        "search": None
        if search is None
        else {"seed": search.seed, "ends": [end if math.isfinite(end) else None for end in search.ends]},
        "best": [_design(found, place, command) for place in designs.best(top)],
        "nearest": None if near is None else _design(found, near, command),
        "requirements": [_cost(found, cost, command) for cost in designs.costs()],
        "conflicts": [] if designs.best() else [[one.text for one in many] for many in designs.conflicts()],
        "frontier": None
        if wanted.second is None
        else {
            "key": wanted.second.metric.key,
            "sense": "maximise" if wanted.second.maximise else "minimise",
            "designs": [_design(found, place, command) for place in designs.frontier()],
        },
    }


def _design(found: Found, place: int, command: Command) -> dict[str, Any]:
    designs, wanted = found.designs, found.designs.wanted
    metrics = {m.key: m for m in [*_shown(found), *(metric for _, metric in wanted.requirements)]}
    return {
        "values": found.values_of(place),
        "figures": {key: plain_metric(m, float(designs.values[key][place])) for key, m in metrics.items()},
        "command": command(found.sets_of(place)),
    }


def _cost(found: Found, cost: Cost, command: Command) -> dict[str, Any]:
    return {
        "requirement": cost.requirement.text,
        "designs": cost.keep,
        "costs": cost.cost if math.isfinite(cost.cost) else None,
        "best_without": None if cost.without is None else _design(found, cost.without, command),
    }


def design_rows(found: Found, top: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the best designs as plain data, one a row, after the names of the columns."""
    rows = []
    for number, place in enumerate(found.designs.best(top), 1):
        design = _design(found, place, lambda _: "")
        rows.append({"rank": number, **design["values"], **design["figures"]})
    names = ["rank", *found.grid.paths, *(m.key for m in _shown(found))]
    names += [m.key for _, m in found.designs.wanted.requirements]
    return list(dict.fromkeys(names)), rows


def as_csv_text(found: Found, top: int) -> str:
    """Return the best designs as comma-separated text, one a row."""
    names, rows = design_rows(found, top)
    return as_csv(names, [{p: str(v) if isinstance(v, list) else v for p, v in row.items()} for row in rows])


def as_markdown(project: Project, found: Found, top: int) -> str:
    """Return tables and sentences as Markdown."""
    lines = [f"# {escaped(project.title)}"]
    for part in tables(project, found, top):
        lines += ["", *table_as_markdown(part)]
    return "\n".join([*lines, "", *(f"- {escaped(note.strip())}" for note in notes(found))]) + "\n"
