"""A second opinion on workbooks: LibreOffice recalculates them, and the tests read what it found.

LibreOffice trusts stored values and does not recalculate a cell that has one, so it is given a copy without them. It writes
numbers with 15 significant digits: compare with a relative tolerance of 1e-13 or wider.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT_SECONDS = 300
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
"""What a spreadsheet shows in place of a number that does not exist."""

_CELL = re.compile(r"<c ([^>]*)>(<f[ >].*?</f>)<v>.*?</v></c>", re.DOTALL)
_TYPE = re.compile(r'\s*\bt="\w+"')


class RecalculationError(Exception):
    """LibreOffice is missing, took too long or wrote nothing."""


def soffice() -> str | None:
    """The LibreOffice program, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def must_have_libreoffice() -> bool:
    """In continuous integration a missing LibreOffice is an error and not a reason to skip."""
    return os.environ.get("CI", "").lower() == "true"


def without_stored_values(path: Path, target: Path) -> Path:
    """Copy a workbook and leave out the value stored beside every formula."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = content.decode("utf-8")
                content = _CELL.sub(lambda m: f"<c {_TYPE.sub('', m[1])}>{m[2]}</c>", text).encode("utf-8")
            copy.writestr(name, content)
    return target


def recalculate(path: Path, timeout: float = TIMEOUT_SECONDS) -> Path:
    """Return a workbook in which LibreOffice has calculated every formula of ``path`` afresh."""
    return recalculate_all([path], timeout)[0]


def recalculate_all(paths: Sequence[Path], timeout: float = TIMEOUT_SECONDS) -> list[Path]:
    """Recalculate several workbooks of one folder with one start of LibreOffice, which takes longer than the work.

    Each run has its own user profile, so that runs side by side do not wait for or break each other.
    """
    program = soffice()
    if program is None:
        raise RecalculationError("soffice is not on the PATH: install LibreOffice Calc")
    target = paths[0].parent / "recalculated"
    names = ", ".join(p.name for p in paths)
    with tempfile.TemporaryDirectory(prefix="recalc-") as folder:
        room = Path(folder)
        bare = [without_stored_values(path, room / path.name) for path in paths]
        command = [
            program, f"-env:UserInstallation={(room / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), *map(str, bare),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as error:
            raise RecalculationError(f"LibreOffice did not finish {names} in {timeout:g} s") from error
    results = [target / path.name for path in paths]
    lost = [result.name for result in results if not result.exists()]
    if done.returncode or lost:
        raise RecalculationError(
            f"LibreOffice failed on {', '.join(lost) or names} ({done.returncode}): {done.stdout}{done.stderr}"
        )
    return results


def read_cells(path: Path) -> dict[str, dict[str, Any]]:
    """Stored values by sheet and cell address (``{"Lines": {"B2": 12.5}}``), empty cells left out."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }
