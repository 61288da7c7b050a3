"""Correlated scores: a Gaussian copula whose rank correlations are those that were asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph.operations import Array

LEAST_EIGENVALUE: Final = 1e-10


class NotPositiveDefiniteError(ValueError):
    """No set of numbers can have these correlations; the message says which of them clash most."""


def normal_correlation(rank: float) -> float:
    """Return the correlation of normal scores whose ranks (Spearman) correlate by ``rank``."""
    return 2 * math.sin(math.pi * rank / 6)


def matrix(names: Sequence[str], common: float, pairs: Mapping[tuple[str, str], float]) -> Array:
    """Return the matrix of rank correlations: ``common`` for every pair but those that are named."""
    found = np.full((len(names), len(names)), float(common))
    np.fill_diagonal(found, 1.0)
    places = {name: place for place, name in enumerate(names)}
    for (one, other), rank in pairs.items():
        found[places[one], places[other]] = found[places[other], places[one]] = rank
    return found


def factor(names: Sequence[str], ranks: Array) -> Array:
    """Return the lower triangle that turns independent scores (in a column) into scores with these rank correlations.

    Raises:
        NotPositiveDefiniteError: Nothing can be correlated like that. Nothing is mended: the file has to say what is meant.
    """
    normal = 2 * np.sin(np.pi * ranks / 6)
    values, vectors = np.linalg.eigh(normal)
    if values[0] < LEAST_EIGENVALUE:
        raise NotPositiveDefiniteError(_clash(names, ranks, vectors[:, 0], float(values[0])))
    return _triangle(normal)


def correlated(triangle: Array, scores: Array) -> Array:
    """Return scores (a row a number) that correlate as ``triangle`` says.

    Added up in one order: the last bits of a product of matrices depend on the number of threads of the library that forms it, and
    workers have other numbers of threads.
    """
    found = np.zeros_like(scores)
    for place, row in enumerate(scores):
        found[place:] += triangle[place:, place, None] * row
    return found


def _triangle(positive: Array) -> Array:
    """Return the lower triangle whose product with its mirror image is ``positive`` (Cholesky), in one order as well."""
    rest, found = positive.copy(), np.zeros_like(positive)
    for place in range(len(rest)):
        found[place:, place] = column = rest[place:, place] / math.sqrt(rest[place, place])
        rest[place:, place:] -= np.multiply.outer(column, column)
    return found


def _clash(names: Sequence[str], ranks: Array, worst: Array, value: float) -> str:
    """Say which numbers cannot be correlated like that: those that weigh most where the matrix fails."""
    heavy = sorted(np.argsort(-np.abs(worst), kind="stable")[:3])
    told = [
        f"{names[one]} with {names[other]} {ranks[one, other]:.4g}"
        for place, one in enumerate(heavy)
        for other in heavy[place + 1 :]
    ]
    return f"no numbers can be correlated like that (smallest eigenvalue {value:.3g}): above all {', '.join(told)}"


def least_common(count: int) -> float:
    """Return the smallest common rank correlation that so many numbers can have."""
    return -1.0 if count < 2 else 6 / math.pi * math.asin(-1 / (count - 1) / 2)
