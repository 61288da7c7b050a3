"""Draws are the same to the last bit whatever number of threads the library for linear algebra has: workers have others."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from coprod_budget.whatif.simulate.correlation import correlated, factor

NAMES = [f"n{place}" for place in range(60)]
PROGRAM = """
import hashlib
import numpy as np
from coprod_budget.whatif.simulate.correlation import correlated, factor, matrix

names = [f"n{place}" for place in range(60)]
triangle = factor(names, matrix(names, 0.3, {("n1", "n2"): 0.7}))
scores = np.random.default_rng(1).normal(size=(60, 4096))
print(hashlib.sha256(correlated(triangle, scores).tobytes()).hexdigest())
"""


def _drawn(threads: str) -> str:
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    settings = {**os.environ, **dict.fromkeys(names, threads)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=settings, check=True, capture_output=True, text=True)
    return done.stdout


def test_correlated_draws_do_not_depend_on_the_number_of_threads() -> None:
    assert _drawn("1") == _drawn("2")


def test_correlated_scores_are_those_of_the_textbook() -> None:
    draw = np.random.default_rng(2)
    loadings = draw.normal(size=(60, 5))
    ranks = loadings @ loadings.T + np.eye(60)
    ranks = 0.9 * ranks / np.sqrt(np.outer(np.diag(ranks), np.diag(ranks)))
    np.fill_diagonal(ranks, 1.0)
    scores = draw.normal(size=(60, 100))

    found = factor(NAMES, ranks)

    assert found == pytest.approx(np.linalg.cholesky(2 * np.sin(np.pi * ranks / 6)), abs=1e-12)
    assert correlated(found, scores) == pytest.approx(found @ scores, abs=1e-12)
