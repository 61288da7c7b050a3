"""Sums, look-ups and returns of whole columns, written into arrays that are there already.

Rows are added one after another in their order, whatever the number of scenarios beside each other: results do not depend on it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from coprod_budget.graph.cells import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from coprod_budget.graph.demand import Rows
    from coprod_budget.graph.operations import Array
    from coprod_budget.graph.script import Script

_FEW = 40
"""Rows of groups that are added together, at most: longer ones cost more to gather than a call costs."""
_NOTHING = np.zeros(1)


def places(stored: Rows | None, wanted: Rows) -> slice | Rows:
    """Return where wanted rows are among the stored ones (None: all rows): as a slice, if they stand beside each other."""
    found = wanted if stored is None else np.searchsorted(stored, wanted)
    if len(found) and found[-1] - found[0] == len(found) - 1 and (np.diff(found) == 1).all():
        return slice(int(found[0]), int(found[-1]) + 1)
    return found


def gather(script: Script, column: NDArray[Any], where: slice | Rows) -> NDArray[Any]:
    """Return rows of a column: a view if they stand beside each other, else copies for a while."""
    if not isinstance(where, slice):
        where = places(None, where)
    if isinstance(where, slice):
        return column[where]
    return gather_into(script, column, where, script.scratch((len(where), column.shape[-1]), column.dtype.type))


def gather_into(script: Script, column: NDArray[Any], where: slice | Rows, out: NDArray[Any]) -> NDArray[Any]:
    """Put down the copy of rows of a column."""
    if isinstance(where, slice):
        return script.call(copied, column[where], out=out)
    if column.shape[-1] == out.shape[-1] and column.dtype == out.dtype and out.flags.c_contiguous:
        return script.call(partial(np.take, axis=0, mode="clip"), column, where, out=out)
    return script.call(_taken, column, where, out=out)


def _taken(column: NDArray[Any], where: Rows, *, out: NDArray[Any]) -> None:
    out[...] = column[where]


def write_sum(script: Script, column: Array, out: Array) -> None:
    """Put down the sum over all rows."""
    if not len(column):
        script.call(copied, np.zeros(1), out=out)
    elif column.shape[-1] == 1 or column.strides[0] < column.strides[-1]:
        script.call(_accumulated, column, out=out)
    else:
        script.call(partial(np.add.reduce, axis=0), column, out=out)


def _accumulated(column: Array, *, out: Array) -> None:
    out[...] = np.add.accumulate(column, axis=0)[-1]


def write_sums(script: Script, column: Array, groups: Sequence[Rows], out: Array) -> None:
    """Put down the sum of each group of rows (given as places in the column); groups of the same size are added together."""
    view = _regular(column, groups)
    if view is not None and column.shape[-1] > 1:
        script.call(partial(np.add.reduce, axis=1), view, out=out)
        return
    sizes: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        sizes.setdefault(len(group), []).append(number)
    for size, numbers in sizes.items():
        if len(numbers) == 1 or size > _FEW:
            for number in numbers:
                where = places(None, groups[number])
                write_sum(script, gather(script, column, where), out[number])
        elif not size:
            script.call(put, _NOTHING, np.array(numbers), out=out)
        else:
            rows = gather(script, column, np.concatenate([groups[n] for n in numbers]))
            sums = script.scratch((len(numbers), column.shape[-1]))
            beside = rows.reshape(len(numbers), size, -1)
            if size == 1:
                sums = rows
            elif column.shape[-1] == 1:
                script.call(_accumulated_groups, beside, out=sums)
            else:
                script.call(partial(np.add.reduce, axis=1), beside, out=sums)
            script.call(put, sums, np.array(numbers), out=out)


def _accumulated_groups(groups: Array, *, out: Array) -> None:
    out[...] = np.add.accumulate(groups, axis=1)[:, -1]


def put(rows: Array, numbers: Rows, *, out: Array) -> None:
    """Put rows where they belong."""
    out[numbers] = rows


def _regular(column: Array, groups: Sequence[Rows]) -> Array | None:
    """Return the groups beside each other as one view ``(groups, rows, S)``, if their rows stand at equal distances."""
    size = len(groups[0]) if groups else 0
    if size < 2 or len(groups) < 2 or any(len(g) != size for g in groups):
        return None
    rows = np.stack(groups)
    first, within, between = rows[0, 0], rows[0, 1] - rows[0, 0], rows[1, 0] - rows[0, 0]
    even = first + between * np.arange(len(groups))[:, None] + within * np.arange(size)
    if within <= 0 or between <= 0 or not np.array_equal(rows, even):
        return None
    step, cell = column.strides
    shape = (len(groups), size, column.shape[-1])
    return as_strided(column[first:], shape, (int(between) * step, int(within) * step, cell))


def write_function(script: Script, function: Callable[..., Array], args: Sequence[Array], out: Array) -> None:
    """Put down a function that makes an array of its own, which is copied."""
    script.call(partial(_copied_from, function), *args, out=out)


def _copied_from(function: Callable[..., Array], *args: Array, out: Array) -> None:
    out[...] = function(*args)


def runs_beside(column: Array, runs: int, rows: int) -> Array:
    """Return the first runs of a column beside each other: ``(rows, runs, S)``."""
    return column[: runs * rows].reshape(runs, rows, -1).swapaxes(0, 1)
