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
from xml.sax.saxutils import escape

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


def errors_when_calculated_again(
    paths: Sequence[Path], times: int = 3, timeout: float = TIMEOUT_SECONDS
) -> dict[str, list[int]]:
    """Return how many cells of each workbook (by stem) show an error after all of it is calculated, again and again (Ctrl+Shift+F9).

    A macro does it, because nothing else reaches this command from outside without LibreOffice's own Python.
    """
    with tempfile.TemporaryDirectory(prefix="again-") as folder:
        books, found = Path(folder, "books.txt"), Path(folder, "found.txt")
        books.write_text("".join(f"{path.as_uri()}\n" for path in paths), encoding="utf-8")
        macro = _MACRO.replace("@BOOKS@", str(books)).replace("@FOUND@", str(found)).replace("@TIMES@", str(times))
        run_macro(macro, timeout)
        counts = found.read_text(encoding="utf-8").split()
    rows = [[int(n) for n in row.split(";")] for row in counts]
    return {path.stem: row for path, row in zip(paths, rows, strict=True)}


def run_macro(text: str, timeout: float = TIMEOUT_SECONDS) -> None:
    """Run ``Sub Main`` of a Basic module in a LibreOffice of its own."""
    program = soffice()
    if program is None:
        raise RecalculationError("soffice is not on the PATH: install LibreOffice Calc")
    with tempfile.TemporaryDirectory(prefix="macro-") as folder:
        profile = Path(folder, "profile")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck"]
        # the first start fills the profile, and would write over the macro
        subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=timeout)
        basic = profile / "user" / "basic" / "Standard"
        (basic / "Runs.xba").write_text(_MODULE.format(escape(text)), encoding="utf-8")
        (basic / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
        subprocess.run([*command, "macro:///Standard.Runs.Main"], check=True, capture_output=True, timeout=timeout)


_MACRO = """\
Option Explicit

Sub Main
    Dim book As Object, sheet As Object, wrong As Object, place As Object
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    Dim address As String, said As String, inlet As Integer, outlet As Integer
    Dim turn As Integer, n As Integer, part As Integer, count As Long
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    inlet = FreeFile
    Open "@BOOKS@" For Input As #inlet
    outlet = FreeFile
    Open "@FOUND@" For Output As #outlet
    Do While Not EOF(inlet)
        Line Input #inlet, address
        book = StarDesktop.loadComponentFromURL(address, "_blank", 0, hidden())
        said = ""
        For turn = 1 To @TIMES@
            book.calculateAll()
            count = 0
            For n = 0 To book.Sheets.Count - 1
                wrong = book.Sheets.getByIndex(n).queryFormulaCells(com.sun.star.sheet.FormulaResult.ERROR)
                For part = 0 To wrong.Count - 1
                    place = wrong.getByIndex(part).RangeAddress
                    count = count + (place.EndRow - place.StartRow + 1) * (place.EndColumn - place.StartColumn + 1)
                Next part
            Next n
            said = said & IIf(turn = 1, "", ";") & CStr(count)
        Next turn
        Print #outlet, said
        book.close(True)
    Loop
    Close #outlet
    Close #inlet
    StarDesktop.terminate()
End Sub
"""
_LIBRARY = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Runs"/></library:library>
"""
_MODULE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Runs" script:language="StarBasic">{}</script:module>
"""


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
