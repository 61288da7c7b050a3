"""What a run is calculated from, in a few letters: the same film, data, program and values give the same ones."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from coprod_budget import __version__
from coprod_budget.catalog.locate import data_directory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from coprod_budget.whatif.study import Study

_LETTERS = 12


def film_digest(study: Study) -> str:
    """Return a digest of the film as it stands: its file and what that is based on, variants, overrides, defaults."""
    return _digest(study.base.project.model_dump_json(warnings=False).encode())


def data_digest(study: Study) -> str:
    """Return a digest of every file of the data, shipped and added."""
    found = hashlib.blake2b()
    for folder in (data_directory(), *study.data):
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            found.update(_named(path, folder))
            found.update(path.read_bytes())
    return found.hexdigest()[:_LETTERS]


def _named(path: Path, folder: Path) -> bytes:
    return b"\x00" + path.relative_to(folder).as_posix().encode() + b"\x00"


def run_ids(film: str, data: str, columns: Mapping[str, NDArray[np.float64] | list[Any]], count: int) -> list[str]:
    """Return an id of every run: of the program's version, the digests of film and data, and the varied values."""
    paths = sorted(columns)
    base = hashlib.blake2b(json.dumps([__version__, film, data, paths]).encode(), digest_size=_LETTERS // 2)
    cells = [_cells(columns[path]) for path in paths]
    found = []
    for row in zip(*cells, strict=True) if cells else [()] * count:
        digest = base.copy()
        digest.update(b"".join(row))
        found.append(digest.hexdigest())
    return found


def _cells(column: NDArray[np.float64] | list[Any]) -> list[bytes]:
    """Every value as bytes: numbers as they are kept, anything else as JSON; a number in either column the same."""
    if isinstance(column, np.ndarray):
        raw = (column + 0.0).astype("<f8").tobytes()  # no minus before nothing
        return [b"n" + raw[start : start + 8] for start in range(0, len(raw), 8)]
    return [_cell(value) for value in column]


def _cell(value: Any) -> bytes:
    if isinstance(value, float):
        return _cells(np.asarray([value]))[0]
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode()
    return b"w%d:%b" % (len(text), text)


def digest_of(plain: Any) -> str:
    """Return a digest of plain data."""
    return _digest(json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str).encode())


def _digest(raw: bytes) -> str:
    return hashlib.blake2b(raw).hexdigest()[:_LETTERS]
