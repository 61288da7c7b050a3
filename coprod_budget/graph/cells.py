"""Row-by-row operations written into arrays that are there already: the same numbers as ``OPERATIONS``, without new memory.

Conditions are arrays of true and false here; a choice is made on the bits of the numbers, so that it costs the same whatever is chosen.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coprod_budget.graph.fold import RATIO
from coprod_budget.graph.operations import CLOSE, FLAGS, OPERATIONS, same
from coprod_budget.graph.rounding import round_half_up, round_into

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from coprod_budget.graph.operations import Array
    from coprod_budget.graph.script import Script


class Part(NamedTuple):
    """The array of an argument; ``still`` where it is the same in all scenarios."""

    array: NDArray[Any]
    still: bool
    whole: NDArray[Any] | None = None
    """What ``array`` is the first row of, where it stands for one row after another."""

    def only(self, value: float) -> bool:
        """Say whether it is this value everywhere, whatever varies."""
        if not self.still:
            return False
        array = self.array if self.whole is None else self.whole
        if not array.size or array.flat[0] != value:
            return False
        return array.size == 1 or bool((array == value).all())

    @property
    def is_number(self) -> bool:
        """Whether it is one number, whatever varies, in all rows."""
        return self.still and self.whole is None and self.array.size == 1

    @property
    def never_0(self) -> bool:
        """Whether it is 0 nowhere, whatever varies."""
        return self.still and bool((self.array if self.whole is None else self.whole).all())


def write(
    script: Script,
    op: str,
    parts: Sequence[Part],
    shape: tuple[int, ...],
    out: Array | None = None,
    *,
    spare: Collection[int] = (),
) -> NDArray[Any]:
    """Put down how an operation is computed; return where its result will be: a part itself, if the operation leaves it as it is.

    Parts whose arrays nobody needs afterwards (``spare``, by ``id``) may be written over.
    """
    if op in FLAGS:
        result = script.take(shape, np.bool_) if out is None else out
        return _WRITE_FLAGS[op](script, parts, result)
    parts = _what_counts(op, parts)
    if len(parts) == 1 and op in _LEAVES:
        if out is None and parts[0].array.shape == shape:
            return parts[0].array
        return script.call(copied, parts[0].array, out=script.take(shape) if out is None else out)
    if out is None:
        times = Counter(id(p.array) for p in parts)
        places = (p.array for p in _in_place(op, parts) if id(p.array) in spare and times[id(p.array)] == 1)
        out = next((a for a in places if a.shape == shape and a.dtype != np.bool_), None)
    result = script.take(shape) if out is None else out
    numbers = [p._replace(array=_numbers(script, p.array)) for p in parts] if op != "choose" else list(parts)
    return _WRITE[op](script, numbers, result)


def _in_place(op: str, parts: Sequence[Part]) -> Sequence[Part]:
    """Return the parts that an operation has read when it begins to write."""
    if op == "choose":
        return parts[2:] if parts[1].only(0.0) else parts[1:2]
    return parts[: _READ_FIRST.get(op, 0)]


_READ_FIRST = {"add": 2, "sub": 2, "mul": 2, "min": 2, "max": 2, "neg": 1, "div": 1, RATIO: 1, "round": 1}
ROW_BY_ROW = frozenset({*OPERATIONS, RATIO})
"""Operations that are computed here."""
_TOGETHER = 2**15
"""Numbers of a column that are taken through many passes together."""
_LEAVES = {"add", "sub", "mul", "div", "min", "max", "choose"}
"""Operations that leave a part as it is where the others say nothing."""


def _what_counts(op: str, parts: Sequence[Part]) -> Sequence[Part]:
    """Return the parts without those that change nothing: + 0, × 1, the branch that is never taken."""
    if op == "add":
        return [p for p in parts if not p.only(0.0)] or parts[:1]
    if op == "mul":
        return [p for p in parts if not p.only(1.0)] or parts[:1]
    if (op == "sub" and parts[1].only(0.0)) or (op == "div" and parts[1].only(1.0)):
        return parts[:1]
    if op == "choose" and parts[0].never_0:
        return parts[1:2]
    if op == "choose" and parts[0].only(0.0):
        return parts[2:3]
    return parts


def copied(array: NDArray[Any], *, out: NDArray[Any]) -> None:
    """Copy, one value to many if need be."""
    np.copyto(out, array, casting="unsafe")


def _numbers(script: Script, array: NDArray[Any]) -> Array:
    """Return true and false as 1 and 0."""
    return script.call(copied, array, out=script.scratch(array.shape)) if array.dtype == np.bool_ else array


def _flags(script: Script, part: Part) -> NDArray[np.bool_]:
    if part.array.dtype == np.bool_:
        return part.array
    if part.still and part.whole is None:
        return np.asarray(part.array != 0)
    return script.call(np.not_equal, part.array, _ZERO, out=script.scratch(part.array.shape, np.bool_))


_ZERO = np.zeros(1)
_MINUS = np.array([-1.0])
"""Times this: NumPy 2.4's ``negative`` reads the wrong numbers if they stand eight apart, and its results apart too."""


def _one_after_another(function: np.ufunc) -> Callable[..., NDArray[Any]]:
    def put_down(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
        single = function in {np.minimum, np.maximum}
        before, *others = (script.wide(p.array) if single and p.is_number else p.array for p in parts)
        for array in others:
            before = script.call(function, before, array, out=out)
        return script.call(copied, before, out=out) if len(parts) == 1 else out

    return put_down


def _all_flags(function: np.ufunc) -> Callable[..., NDArray[Any]]:
    def put_down(script: Script, parts: Sequence[Part], out: NDArray[Any]) -> NDArray[Any]:
        before = _flags(script, parts[0])
        for part in parts[1:]:
            before = script.call(function, before, _flags(script, part), out=out)
        return script.call(copied, before, out=out) if len(parts) == 1 else out

    return put_down


def _compared(function: np.ufunc) -> Callable[..., NDArray[Any]]:
    def put_down(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
        a, b = (p._replace(array=_numbers(script, p.array)) for p in parts)
        if a.only(0.0) or b.only(0.0):  # nothing is nearly 0
            return script.call(function, a.array, b.array, out=out)
        if function is not np.equal:
            return _ordered(script, function, a, b, out)
        not_more = _ordered(script, np.less_equal, a, b, script.scratch(out.shape, np.bool_))
        return script.call(np.logical_and, _ordered(script, np.greater_equal, a, b, out), not_more, out=out)

    return put_down


_TURNED_ROUND: dict[np.ufunc, np.ufunc] = {
    np.less: np.greater, np.greater: np.less, np.less_equal: np.greater_equal, np.greater_equal: np.less_equal,
}  # fmt: skip


def _ordered(script: Script, function: np.ufunc, a: Part, b: Part, out: NDArray[Any]) -> NDArray[Any]:
    """Compare with ``b`` and with an edge beside it: what is nearly ``b`` lies between."""
    fixed, other = (p.still and p.whole is None for p in (b, a))
    if (other, -a.array.size) > (fixed, -b.array.size):  # the edge is beside what never changes, else beside the fewer
        return _ordered(script, _TURNED_ROUND[function], b, a, out)
    aside = partial(_aside, np.subtract if function in {np.less, np.greater_equal} else np.add)
    nearly = partial(_nearly, function, strict=function in {np.less, np.greater})
    part = _part_of(out.shape)
    near = script.scratch(part, np.bool_)
    if b.array.shape == out.shape and not fixed:
        room = script.scratch(part), near
        return script.call(partial(_in_parts, partial(_nearly_beside, aside, nearly), room), a.array, b.array, out=out)
    edge = np.empty(b.array.shape) if fixed else script.scratch(b.array.shape)
    if fixed:
        aside(b.array, out=edge)
    else:
        script.call(aside, b.array, out=edge)
    return script.call(partial(_in_parts, nearly, (near,)), a.array, b.array, edge, out=out)


def _part_of(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of as many rows as are worked on together."""
    return shape if len(shape) == 1 else (min(shape[0], max(1, _TOGETHER // max(shape[1], 1))), shape[1])


def _in_parts(function: Callable[..., None], room: tuple[NDArray[Any], ...], *args: Array, out: NDArray[Any]) -> None:
    """Do what takes many passes for some rows at a time, so that they stay in the cache."""
    step = len(room[0])
    if out.ndim == 1 or len(out) <= step:
        function(*args, *room, out=out)
        return
    for start in range(0, len(out), step):
        rows = slice(start, start + step)
        count = min(step, len(out) - start)
        parts = [a[rows] if a.ndim > 1 else a for a in args]
        function(*parts, *[r[:count] for r in room], out=out[rows])


def _aside(way: np.ufunc, b: Array, *, out: Array) -> None:
    """Step beside each number, twice as far as two may be apart that are the same."""
    step = 2 * CLOSE
    if b.size and b.item(b.argmin()) >= 0.0:
        np.multiply(b, way(1.0, step), out)
    else:
        np.multiply(way(1.0, np.copysign(step, b, out), out), b, out)


def _nearly(
    function: np.ufunc,
    a: Array,
    b: Array,
    edge: Array,
    near: NDArray[np.bool_],
    *,
    strict: bool,
    out: NDArray[np.bool_],
) -> None:
    """Compare as ``same`` sees it; only the few between ``b`` and the edge are looked at closely."""
    function(a, b, out)
    function(a, edge, near)
    np.greater(*((out, near) if strict else (near, out)), near)
    if near.size and near.item(near.argmax()):
        places = near.nonzero()
        equal = same(np.broadcast_to(a, out.shape)[places], np.broadcast_to(b, out.shape)[places])
        out[places] = ~equal if strict else equal


def _nearly_beside(
    aside: Callable[..., None],
    nearly: Callable[..., None],
    a: Array,
    b: Array,
    edge: Array,
    near: NDArray[np.bool_],
    *,
    out: NDArray[np.bool_],
) -> None:
    """Compare with numbers of which each has an edge of its own."""
    aside(b, out=edge)
    nearly(a, b, edge, near, out=out)


def _divided(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
    a, b = parts
    if b.never_0:
        return script.call(np.divide, a.array, b.array, out=out)
    return script.call(_quotient, a.array, b.array, script.scratch(b.array.shape, np.bool_), out=out)


def _quotient(a: Array, b: Array, none: NDArray[np.bool_], *, out: Array) -> None:
    np.divide(a, b, out=out)
    np.equal(b, 0.0, out=none)
    if none.any():
        np.copyto(out, np.nan, where=none)


def _ratio(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
    a, b = parts
    if b.never_0:
        return script.call(np.divide, a.array, b.array, out=out)
    return script.call(_quotient_or_0, a.array, b.array, script.scratch(b.array.shape, np.bool_), out=out)


def _quotient_or_0(a: Array, b: Array, none: NDArray[np.bool_], *, out: Array) -> None:
    np.divide(a, b, out=out)
    np.equal(b, 0.0, out=none)
    if none.any():
        np.copyto(out, 0.0, where=none)


def _chosen(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
    yes, no = parts[1], parts[2]
    nothing = yes.only(0.0)
    mask = _mask(script, parts[0], inverted=nothing)
    if nothing or no.only(0.0):
        branch = no if nothing else yes
        script.call(np.bitwise_and, script.bits(_numbers(script, branch.array)), mask, out=script.bits(out))
        return out
    a, b = (script.bits(_numbers(script, p.array)) for p in (yes, no))
    bits = script.bits(out)
    script.call(np.bitwise_xor, a, b, out=bits)
    script.call(np.bitwise_and, bits, mask, out=bits)
    script.call(np.bitwise_xor, bits, b, out=bits)
    return out


def _mask(script: Script, condition: Part, *, inverted: bool) -> NDArray[np.int64]:
    """Return all bits where a condition holds (or does not, ``inverted``), and none elsewhere."""
    if condition.still and condition.whole is None:
        mask = (condition.array == 0) if inverted else (condition.array != 0)
        return np.asarray(np.negative(mask.astype(np.int64)))
    flags = _flags(script, condition)
    mask = script.scratch(flags.shape, np.int64)
    script.call(_no_bits if inverted else _all_bits, flags, out=mask)
    return mask


def _all_bits(flags: NDArray[np.bool_], *, out: NDArray[np.int64]) -> None:
    np.copyto(out, flags)
    np.negative(out, out=out)


def _no_bits(flags: NDArray[np.bool_], *, out: NDArray[np.int64]) -> None:
    np.copyto(out, flags)
    np.subtract(out, 1, out=out)


def _rounded(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
    value, digits = parts
    if not digits.still:
        return script.call(_rounded_differently, value.array, digits.array, out=out)
    room = (script.scratch(_part_of(out.shape)),)
    return script.call(partial(_in_parts, partial(round_into, int(digits.array.flat[0])), room), value.array, out=out)


def _rounded_differently(value: Array, digits: Array, *, out: Array) -> None:
    """Round to as many digits as each scenario says."""
    value, digits = (np.broadcast_to(a, out.shape) for a in (value, digits))
    for number in np.unique(digits):
        here = digits == number
        out[here] = round_half_up(value[here], int(number))


def _computed(op: str) -> Callable[..., NDArray[Any]]:
    """An operation as ``OPERATIONS`` has it, its result copied."""

    def compute(*args: Array, out: Array) -> None:
        out[...] = OPERATIONS[op].compute(*args)

    def put_down(script: Script, parts: Sequence[Part], out: Array) -> NDArray[Any]:
        return script.call(compute, *[p.array for p in parts], out=out)

    return put_down


_WRITE_FLAGS: dict[str, Callable[..., NDArray[Any]]] = {
    "lt": _compared(np.less), "le": _compared(np.less_equal), "gt": _compared(np.greater),
    "ge": _compared(np.greater_equal), "eq": _compared(np.equal),
    "and": _all_flags(np.logical_and), "or": _all_flags(np.logical_or),
}  # fmt: skip
_WRITE: dict[str, Callable[..., NDArray[Any]]] = {
    "add": _one_after_another(np.add), "sub": _one_after_another(np.subtract), "mul": _one_after_another(np.multiply),
    "min": _one_after_another(np.minimum), "max": _one_after_another(np.maximum),
    "div": _divided, RATIO: _ratio, "choose": _chosen, "round": _rounded,
    "power": _computed("power"),
    "neg": lambda script, parts, out: script.call(np.multiply, parts[0].array, _MINUS, out=out),
}  # fmt: skip
