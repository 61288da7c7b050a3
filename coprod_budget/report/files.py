"""An estimate in a file: the ending decides the format; a file that exists is replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coprod_budget.report.figures import Figures


def write_estimate(figures: Figures, path: Path, show: Sequence[str] = ()) -> Path:
    """Write the estimate in the format of the file's ending and return its path; ``show`` names the sections of Markdown."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return replace(path, lambda place: _workbook(figures, place))
    if suffix == ".json":
        content = _json(figures)
    elif suffix == ".csv":
        content = _csv(figures)
    elif suffix == ".md":
        content = _markdown(figures, show)
    else:
        msg = f"cannot write {path.name!r}: a file ends in .xlsx, .json, .csv or .md"
        raise ValueError(msg)
    return replace(path, lambda place: place.write_text(content, encoding="utf-8", newline="\n"))


def replace(path: Path, write: Callable[[Path], object]) -> Path:
    """Write beside the target and move into its place, so that a failure leaves what was there."""
    if path.is_dir():
        raise IsADirectoryError(21, os.strerror(21), str(path))
    target = path.resolve() if path.is_symlink() else path
    if target.exists() and not target.is_file():  # a pipe or device cannot be replaced, only written to
        write(path)
        return path
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=".coprod-", suffix=target.suffix, dir=target.parent)
    os.close(handle)
    place = Path(name)
    try:
        write(place)
        place.chmod(mode)
        place.replace(target)
    finally:
        place.unlink(missing_ok=True)
    return path


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def _workbook(figures: Figures, path: Path) -> None:
    from coprod_budget.report.workbook import write_workbook  # noqa: PLC0415 - start-up

    write_workbook(figures.model, figures.values, path)


def _json(figures: Figures) -> str:
    from coprod_budget.report.json_report import as_json, estimate_as_dict  # noqa: PLC0415 - start-up

    return as_json(estimate_as_dict(figures))


def _csv(figures: Figures) -> str:
    from coprod_budget.report.lines_table import lines_as_csv  # noqa: PLC0415 - start-up

    return lines_as_csv(figures)


def _markdown(figures: Figures, show: Sequence[str]) -> str:
    from coprod_budget.report.markdown import estimate_as_markdown  # noqa: PLC0415 - start-up
    from coprod_budget.report.sections import sections  # noqa: PLC0415 - start-up

    return estimate_as_markdown(figures, sections(figures, show))
