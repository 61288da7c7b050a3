"""The one public door, for notebooks and scripts; the commands are thin calls of it.

>>> from coprod_budget import api
>>> film = api.estimate("project.yaml", sets=["schedule.shoot_days.moscow=16"])    # doctest: +SKIP
>>> film["budget.total"]                                                           # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from coprod_budget.catalog import Catalog, open_catalog
from coprod_budget.model import Model, build_model
from coprod_budget.model.standing import standing_values
from coprod_budget.project import Project, load_project
from coprod_budget.report.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from coprod_budget.errors import Problem
    from coprod_budget.graph import Step, Values
    from coprod_budget.model.moved import Moved

__all__ = [
    "SUFFIXES", "Estimate", "Film", "build", "compare_cities", "configuration", "estimate", "load", "load_text", "optimise",
    "sensitivity", "simulate", "solve", "whatif", "write",
]  # fmt: skip

SUFFIXES = (".xlsx", ".json", ".csv", ".md")
"""What ``write`` can write, by the file's ending."""


class Film(NamedTuple):
    """A validated project together with the dated data it is to be estimated with."""

    project: Project
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Estimate:
    """A film's model and the value of every quantity in it."""

    model: Model
    values: Values

    def __getitem__(self, key: str) -> float | None:
        """Return a quantity by its key (``budget.total``, ``party.ru.multiple``); None where it is undefined.

        A KeyError names the nearest keys.
        """
        self._known(key)
        return self.figures().number(key)

    def keys(self) -> list[str]:
        """Return the key of every quantity."""
        from coprod_budget.report.explanation import figure_keys

        return figure_keys(self.figures())

    @property
    def warnings(self) -> list[Problem]:
        """What the reader of the estimate should know."""
        return self.model.warnings

    def figures(self, scenarios: Sequence[str] | None = None) -> Figures:
        """Return the figures for a report, of all scenarios or of those named."""
        return Figures.of(self.model, self.values, scenarios)

    def to_dict(self, scenarios: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the estimate as plain data: what ``--format json`` prints (docs/json.md)."""
        from coprod_budget.report.json_report import estimate_as_dict

        return estimate_as_dict(self.figures(scenarios))

    def to_frame(self) -> pd.DataFrame:
        """Return lines and charges as a pandas table; its ``total`` column adds up to the budget."""
        import pandas as pd

        from coprod_budget.report.lines_table import columns, line_rows

        figures = self.figures()
        return pd.DataFrame(line_rows(figures), columns=columns(figures))

    def explain(self, key: str, *, depth: int = 12, rows: int = 8) -> Step:
        """Return how a figure comes about, as a tree of steps down to inputs and their sources."""
        from coprod_budget.report.explanation import explained

        self._known(key)
        return explained(self.figures(), key, depth=depth, rows=rows)

    def _known(self, key: str) -> None:
        found = self.model.graph.find(key)
        if found is None or found[0].op == "text":
            from coprod_budget.report.explanation import nearest_keys

            near = nearest_keys(self.figures(), key)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            msg = f"no figure {key!r}{hint}"
            raise KeyError(msg)


def load(
    path: Path | str,
    sets: Sequence[str] = (),
    data: Sequence[Path | str] = (),
    *,
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
) -> Film:
    """Read a project file and open the data; ``data`` are further data folders.

    Each overrides what comes before it: the file, the ``variants`` it names, ``sets`` (``PATH=VALUE``, ``PATH*=1.1``, ``~PATH``,
    ``@FILE``), ``texts`` (``PATH=TEXT``, taken as it is written). A ProjectError holds every problem of the file and the
    overrides, each with its place.
    """
    return _film(Path(path), "", sets, data, variants, texts)


def load_text(
    text: str,
    sets: Sequence[str] = (),
    data: Sequence[Path | str] = (),
    *,
    filename: str = "project.yaml",
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
) -> Film:
    """Read a project from its text; ``filename`` is what problems call it. The rest is as for ``load``."""
    return _film(text, filename, sets, data, variants, texts)


def _film(
    source: Path | str,
    filename: str,
    sets: Sequence[str],
    data: Sequence[Path | str],
    variants: Sequence[str],
    texts: Sequence[str],
) -> Film:
    catalog = open_catalog([Path(folder) for folder in data])
    standing = standing_values(catalog)
    project = load_project(source, filename=filename, sets=sets, texts=texts, variants=variants, standing=standing)
    return Film(project, catalog)


def configuration(film: Film) -> pd.DataFrame:
    """Return every value that is in force, defaults included, one a row: its ``path`` as behind ``--set``, ``value``, ``origin``."""
    import pandas as pd

    from coprod_budget.model.standing import template_of
    from coprod_budget.report.config import as_dicts
    from coprod_budget.report.config import configuration as in_force

    project, catalog = film
    rows = as_dicts(in_force(project, standing_values(catalog), template_of(project, catalog)))
    return pd.DataFrame(rows, columns=["path", "value", "origin"])


def build(film: Film | Project, data: Sequence[Path | str] = ()) -> Model:
    """Build the model of a film (of a bare project: with the shipped data and these folders).

    A ProjectError or MissingDataError holds every problem.
    """
    if isinstance(film, Film):
        return build_model(film.project, film.catalog)
    return build_model(film, open_catalog([Path(folder) for folder in data]))


def estimate(
    source: Path | str | Project | Film, *, sets: Sequence[str] = (), data: Sequence[Path | str] = ()
) -> Estimate:
    """Estimate a film from its file (or what was loaded from one).

    Overrides belong to a file: with a project that is loaded already, give them to ``load``.
    """
    if isinstance(source, Project | Film):
        if sets:
            msg = "overrides are applied when a file is read: give them to load()"
            raise ValueError(msg)
        model = build(source, data)
    else:
        model = build(load(source, sets, data))
    return Estimate(model, model.evaluate())


def compare_cities(film: Film | Project, cities: Sequence[str], data: Sequence[Path | str] = ()) -> list[Moved]:
    """Return the film as it stands, then with its whole shoot in each of the cities.

    A city that cannot be priced is a row whose ``problems`` say what is missing; a mistake of the film itself is raised.
    """
    from coprod_budget.model.moved import compare_cities as compared

    project, catalog = film if isinstance(film, Film) else (film, open_catalog([Path(folder) for folder in data]))
    return list(compared(project, catalog, cities))


def whatif(
    source: Path | str,
    vary: Mapping[str, Iterable[Any] | str] | pd.DataFrame,
    metrics: Sequence[str] = (),
    *,
    pairs: Mapping[str, Iterable[Any] | str] | None = None,
    rests: Sequence[str] = (),
    require: Sequence[str] = (),
    sets: Sequence[str] = (),
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
    data: Sequence[Path | str] = (),
    workers: int = 1,
    dask: str = "",
) -> pd.DataFrame:
    """Return a table with one row a run of the film: the values that are varied, the metrics, status and message.

    ``vary`` gives every path its values, as a list or as behind ``--vary`` (``"24:36:2"``, ``"lin(0.1,0.3,5)"``): every choice is a
    run, and the last path varies fastest. ``pairs`` are paths that move together, ``rests`` shares that get what others leave. A
    table in place of that holds the runs themselves: a column a path, a row a run. ``metrics`` are keys of figures (those of ``explain``),
    verdicts come as words; ``require`` adds a column that says which rules a run does not keep.

    Money is in the currency of the report, rates are fractions, what is undefined is NaN. A run that cannot be has ``status`` error
    and a ``message``. So many ``workers`` share the runs (this process where it is one), or those of a Dask cluster at the
    address ``dask``; a script that asks for some begins with ``if __name__ == "__main__":``. A ProjectError
    holds what is wrong with the file, a ValueError what is wrong with what is asked.
    """
    from coprod_budget.whatif.frames import grid_frame, runs_frame
    from coprod_budget.whatif.metrics import Requirement
    from coprod_budget.whatif.study import BLOCK, Study
    from coprod_budget.whatif.workers import workers_for

    study = Study(Path(source), sets=sets, variants=variants, texts=texts, data=data)
    rules = [Requirement.parse(text) for text in require]
    if isinstance(vary, Mapping):
        return grid_frame(study, vary, pairs or {}, rests, (metrics, rules), workers, dask)
    if pairs or rests:
        msg = "a table holds every run as it is: pairs and rests belong to values by path"
        raise ValueError(msg)
    return runs_frame(study, vary, (metrics, rules), workers_for(-(-len(vary) // BLOCK), workers, dask))


def simulate(
    source: Path | str,
    draws: int = 4096,
    seed: int = 1,
    *,
    metrics: Sequence[str] = (),
    sampler: str = "sobol",
    correlation: float | None = None,
    price_ranges: bool | None = None,
    price_correlation: float | None = None,
    sets: Sequence[str] = (),
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
    data: Sequence[Path | str] = (),
    workers: int = 1,
    dask: str = "",
) -> pd.DataFrame:
    """Return a table with one row a draw of the film's uncertain numbers: what was drawn, the metrics, status and message.

    What is uncertain stands in the file's section ``uncertainty``; ``price_ranges`` adds the prices of the lines between low and high of
    the cost tables. The same seed gives the same table, whoever evaluates it. ``sampler`` is sobol, lhs or random; the correlations
    are rank correlations. Quantiles of the table are those that the command prints: ``frame.quantile([0.1, 0.5, 0.9], numeric_only=True)``.
    """
    from coprod_budget.whatif.frames import draws_frame
    from coprod_budget.whatif.simulate.plan import Plan
    from coprod_budget.whatif.study import BLOCK, Study
    from coprod_budget.whatif.workers import workers_for

    study = Study(Path(source), sets=sets, variants=variants, texts=texts, data=data)
    plan = Plan(draws, seed, sampler, correlation, price_ranges, price_correlation, tuple(metrics))
    return draws_frame(study, plan, workers_for(-(-draws // BLOCK), workers, dask))


def solve(
    source: Path | str,
    find: str,
    until: str,
    *,
    low: float | None = None,
    high: float | None = None,
    rests: Sequence[str] = (),
    whole: bool = False,
    sets: Sequence[str] = (),
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
    data: Sequence[Path | str] = (),
) -> pd.DataFrame:
    """Return a table with one row for every value of ``find`` at which ``until`` (``"party.fund.multiple >= 1"``) begins or ceases to hold.

    ``kept`` says on which side it holds (``from`` here on, ``up_to`` here, ``only`` here), ``metric`` what the film, estimated again,
    says there. Values are looked for between ``low`` and ``high``; ``rests`` are shares that take up what ``find`` leaves, ``whole`` tries
    whole numbers only. Without rows nothing is an answer, or everything is: ``attrs`` of the table say which
    (``kept_everywhere``), what stands ``now``, and what is ``nearest``. A ValueError holds what is wrong with what is asked.
    """
    from coprod_budget.report.answers import solution_frame
    from coprod_budget.whatif.metrics import Requirement
    from coprod_budget.whatif.solve import solve as solved
    from coprod_budget.whatif.study import Study

    study = Study(Path(source), sets=sets, variants=variants, texts=texts, data=data)
    wanted = Requirement.parse(until)
    wanted = wanted.asked_of(study.metric(wanted.key))
    return solution_frame(study, solved(study, find, wanted, low=low, high=high, rest=rests, whole=whole))


def sensitivity(
    source: Path | str,
    metric: str,
    *,
    vary: Mapping[str, Iterable[Any] | str] | None = None,
    factors: tuple[float, float] = (0.9, 1.1),
    over: str = "",
    sobol: int = 0,
    seed: int = 1,
    sets: Sequence[str] = (),
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
    data: Sequence[Path | str] = (),
) -> pd.DataFrame:
    """Return a table with one row for every number that moves a figure, the largest first.

    ``low``, ``high``, ``at_low``, ``at_high``, ``swing``: the number between two values, and the figure there. ``vary`` gives a path these
    two; numbers of the section ``uncertainty`` move from p10 to p90, others between ``factors`` of their value. ``over`` is all,
    uncertain (the default where something is) or a pattern such as ``fx.*``. ``derivative`` and ``elasticity`` are slopes (of one unit,
    of one per cent). With ``sobol`` draws (needs SALib) there are ``first`` and ``total`` indices. Shares are fractions.
    """
    from coprod_budget.report.answers import sensitivity_frame
    from coprod_budget.whatif.frames import varied_of
    from coprod_budget.whatif.sensitivity import sensitivity as moved
    from coprod_budget.whatif.sobol import sobol as drawn
    from coprod_budget.whatif.study import Study
    from coprod_budget.whatif.swings import ranges_of, uncertain_of

    study = Study(Path(source), sets=sets, variants=variants, texts=texts, data=data)
    asked, uncertain = study.metric(metric), uncertain_of(study)
    ranges = ranges_of(study, uncertain, [varied_of(*one) for one in (vary or {}).items()])
    found = moved(study, asked, ranges=ranges, factors=factors, over=over or ("uncertain" if ranges else "all"))
    return sensitivity_frame(study, found, drawn(study, asked, uncertain, draws=sobol, seed=seed) if sobol else None)


def optimise(
    source: Path | str,
    over: Mapping[str, Iterable[Any] | str],
    *,
    minimise: str = "",
    maximise: str = "",
    totals: Mapping[str, float | str] | None = None,
    rests: Sequence[str] = (),
    require: Sequence[str] = (),
    metrics: Sequence[str] = (),
    top: int = 10,
    tries: int = 200_000,
    seed: int = 1,
    sets: Sequence[str] = (),
    variants: Sequence[str] = (),
    texts: Sequence[str] = (),
    data: Sequence[Path | str] = (),
) -> pd.DataFrame:
    """Return a table with the ``top`` designs that keep every rule of ``require``, the best first: values, figures.

    ``over`` gives every path its values as in ``whatif``; ``totals`` are sums of the numbers below a path
    (``{"schedule.shoot_days": 34}``, ``"34:2"`` for steps of two), which are then varied by themselves. Up to so many ``tries`` all
    designs are tried, beyond that it is a search. Without rows no design keeps everything: ``attrs`` of the table have the
    ``conflicts`` and the ``nearest``, and always what each of the ``requirements`` costs.
    """
    from coprod_budget.report.answers import designs_frame
    from coprod_budget.whatif.frames import varied_of
    from coprod_budget.whatif.optimise.asked import choose, wanted_of
    from coprod_budget.whatif.optimise.space import Total, make_space
    from coprod_budget.whatif.study import Study

    study = Study(Path(source), sets=sets, variants=variants, texts=texts, data=data)
    sums = [Total.parse(f"{path}={value}") for path, value in (totals or {}).items()]
    grid = make_space(study, [varied_of(*one) for one in over.items()], sums, rests)
    wanted = wanted_of(study, minimise, maximise, require, metrics)
    return designs_frame(study, choose(study, grid, wanted, tries=tries, seed=seed), top, str(source))


def write(result: Estimate, path: Path | str) -> Path:
    """Write an estimate to a file: .xlsx a live workbook, .json everything, .csv lines and charges, .md the tables.

    An existing file is replaced, whole or not at all. Another ending is a ValueError.
    """
    from coprod_budget.report.files import write_estimate

    return write_estimate(result.figures(), Path(path))
