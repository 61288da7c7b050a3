"""What each row-by-row operation means in NumPy, in a spreadsheet, and in words."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coprod_budget.graph.rounding import round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable

Array = NDArray[np.float64]


class Operation(NamedTuple):
    """``compute`` takes arrays with the scenario axis last; ``write`` takes spreadsheet texts that stand alone."""

    compute: Callable[..., Array]
    write: Callable[..., str]
    atom: bool = False
    """Whether the written text needs no brackets inside another expression."""


def _infix(sign: str) -> Callable[..., str]:
    return lambda *texts: sign.join(texts)


def _call(name: str) -> Callable[..., str]:
    return lambda *texts: f"{name}({','.join(texts)})"


def _flag(condition: NDArray[np.bool_]) -> Array:
    return condition.astype(np.float64)


CLOSE = 2.0**-48
"""How far apart two numbers that are the same may be, as a part of the smaller one."""


def same(a: Array, b: Array) -> NDArray[np.bool_]:
    """Equal as a spreadsheet sees it: numbers that agree to some 15 digits are the same, unless both are whole."""
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(a - b) < CLOSE * np.minimum(np.abs(a), np.abs(b))
    return np.asarray((a == b) | (close & ~((a == np.floor(a)) & (b == np.floor(b)))))


def _divide(a: Array, b: Array) -> Array:
    """Quotient; not a number where the divisor is 0 (a spreadsheet shows #DIV/0! there: use ``Graph.ratio``)."""
    out = np.full(np.broadcast_shapes(a.shape, b.shape), np.nan)
    return np.asarray(np.divide(a, b, out=out, where=b != 0))


def _round(value: Array, digits: Array) -> Array:
    return round_half_up(value, int(digits.flat[0]))


def _power(a: Array, b: Array) -> Array:
    """Power; not a number where it has none (a negative base with a broken exponent)."""
    # every base has its own exponent: one for many is taken another way if it is 2 or 0.5, which may cost the last bit
    exponents = np.full(np.broadcast_shapes(a.shape, b.shape), b)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        out = np.power(a, exponents)
    return np.where(np.isfinite(out), out, np.nan)


FLAGS = ("lt", "le", "gt", "ge", "eq", "and", "or")
"""Operations whose result is true or false: 1 or 0 in a cell, because Excel's SUM and MIN pass over TRUE and FALSE."""

OPERATIONS: dict[str, Operation] = {
    "add": Operation(lambda *a: reduce(np.add, a), _infix("+")),
    "sub": Operation(np.subtract, _infix("-")),
    "mul": Operation(np.multiply, _infix("*")),
    "div": Operation(_divide, _infix("/")),
    "power": Operation(_power, _infix("^")),
    "neg": Operation(np.negative, lambda a: f"-{a}"),
    "lt": Operation(lambda a, b: _flag((a < b) & ~same(a, b)), _infix("<")),
    "le": Operation(lambda a, b: _flag((a <= b) | same(a, b)), _infix("<=")),
    "gt": Operation(lambda a, b: _flag((a > b) & ~same(a, b)), _infix(">")),
    "ge": Operation(lambda a, b: _flag((a >= b) | same(a, b)), _infix(">=")),
    "eq": Operation(lambda a, b: _flag(same(a, b)), _infix("=")),
    "min": Operation(lambda *a: reduce(np.minimum, a), _call("MIN"), atom=True),
    "max": Operation(lambda *a: reduce(np.maximum, a), _call("MAX"), atom=True),
    "and": Operation(lambda *a: _flag(reduce(np.logical_and, a)), _call("AND"), atom=True),
    "or": Operation(lambda *a: _flag(reduce(np.logical_or, a)), _call("OR"), atom=True),
    "choose": Operation(lambda c, a, b: np.asarray(np.where(c != 0, a, b)), _call("IF"), atom=True),
    "round": Operation(_round, _call("ROUND"), atom=True),
}
