"""From what is written on a command line to a sweep: paths, pairs, rests, variants, metrics, requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coprod_budget.errors import nearest
from coprod_budget.project import variant_names
from coprod_budget.whatif.asking import ask
from coprod_budget.whatif.grid import make_grid
from coprod_budget.whatif.study import Study
from coprod_budget.whatif.sweep import Entry, Sweep
from coprod_budget.whatif.vary import VaryError, parse_vary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.grid import Grid
    from coprod_budget.whatif.metrics import Requirement

EVERY, PLAIN = "all", "none"
"""Every variant and the film as it stands; the film as it stands."""


class Wanted:
    """What is varied, in the words of the command line."""

    def __init__(
        self,
        vary: Sequence[str] = (),
        pairs: Sequence[str] = (),
        rests: Sequence[str] = (),
        variants: Sequence[str] = (),
    ) -> None:
        """``vary`` and ``pairs`` are ``PATH=VALUES``, ``rests`` paths, ``variants`` names, ``all`` or ``none``."""
        self.vary, self.pairs, self.rests, self.variants = vary, pairs, rests, variants

    def grid(self, study: Study) -> Grid:
        """Return the grid of a film, whose values ``*=`` and ``+=`` start from; a VaryError or ProjectError says what is wrong."""

        def current(path: str) -> Any:
            try:
                return study.current(path)
            except KeyError:
                study.inputs_among({path: 1.0})  # an unknown path is a ProjectError that names the nearest
                raise

        varied = [parse_vary(text, current) for text in self.vary]
        grid = make_grid(study, varied, [parse_vary(text, current) for text in self.pairs], self.rests)
        study.inputs_among({path: column[0] for path, column in grid.numbered(0, 1).columns.items()})
        return grid

    def entries(self, study: Study) -> tuple[Entry, ...]:
        """Return the film, or its variants, each with its runs."""
        if not self.variants:
            return (Entry(study, self.grid(study)),)
        found = []
        for name in self._names(study):
            of_it = study
            if name != PLAIN:
                recipe = study.recipe
                of_it = Study(
                    recipe.source,
                    filename=recipe.filename,
                    sets=recipe.sets,
                    variants=[name],
                    texts=recipe.texts,
                    data=study.data,
                )
            found.append(Entry(of_it, self.grid(of_it), "" if name == PLAIN else name))
        return tuple(found)

    def _names(self, study: Study) -> list[str]:
        known = variant_names(study.base.project)
        names = list(dict.fromkeys(name.strip() for text in self.variants for name in text.split(",")))
        if names == [EVERY] and EVERY not in known:
            if not known:
                raise VaryError("the file has no `variants`, so there is nothing to vary")
            names = [PLAIN, *known]
        for name in names:
            if name not in known and name != PLAIN:
                hint = nearest(name, known) or "the file has no `variants`"
                msg = f"there is no variant {name!r}; {hint}"
                raise VaryError(msg)
        return names


def make_sweep(
    study: Study, wanted: Wanted, metrics: Sequence[str] = (), requirements: Sequence[Requirement] = ()
) -> Sweep:
    """Return the sweep; a VaryError, an UnknownMetricError or a ProjectError says what is wrong."""
    entries = wanted.entries(study)
    return Sweep(entries, ask(entries, metrics, requirements), variants=bool(wanted.variants))
