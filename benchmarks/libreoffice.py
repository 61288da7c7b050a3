"""A what-if by spreadsheet: the exported workbook of film R, held open in LibreOffice, one scenario after another.

A macro inside a headless LibreOffice opens the workbook once; for every scenario it writes the blue cells, all of them before
anything that depends on them is calculated again, and reads the cells of the metrics. That is the quickest that its interface allows: a
program outside would pay for every cell that it sends. The figures have to be those of the engine.

``python benchmarks/libreoffice.py`` prints the times side by side.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import film_r
import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from recalc import run_macro

from coprod_budget.report.workbook.writer import lay_out, write_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coprod_budget.graph import Places
    from coprod_budget.model import Model

TIMEOUT_SECONDS = 900
MACRO = """\
Option Explicit

Sub Main
    Dim book As Object, hidden(0) As New com.sun.star.beans.PropertyValue
    Dim inlet As Integer, outlet As Integer, row As String, said As String
    Dim inputs, asked, numbers, given(), found(), cell As Object
    Dim n As Long, started As Double, taken As Double
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    book = StarDesktop.loadComponentFromURL("@BOOK@", "_blank", 0, hidden())
    inlet = FreeFile
    Open "@IN@" For Input As #inlet
    Line Input #inlet, row
    inputs = Split(row, ";")
    Line Input #inlet, row
    asked = Split(row, ";")
    ReDim given(UBound(inputs))
    ReDim found(UBound(asked))
    For n = 0 To UBound(inputs)
        given(n) = Cell_at(book, inputs(n))
    Next n
    For n = 0 To UBound(asked)
        found(n) = Cell_at(book, asked(n))
    Next n
    outlet = FreeFile
    Open "@OUT@" For Output As #outlet
    Do While Not EOF(inlet)
        Line Input #inlet, row
        numbers = Split(row, ";")
        started = GetSystemTicks()
        book.addActionLock()
        For n = 0 To UBound(inputs)
            given(n).Value = Val(numbers(n))
        Next n
        book.removeActionLock()
        said = ""
        For n = 0 To UBound(asked)
            cell = found(n)
            If cell.getError() <> 0 Then
                said = said & ";nan"
            Else
                said = said & ";" & Str(cell.Value)
            End If
        Next n
        taken = GetSystemTicks() - started
        Print #outlet, Str(taken) & said
    Loop
    Close #outlet
    Close #inlet
    book.close(True)
    StarDesktop.terminate()
End Sub

Function Cell_at(book As Object, place As String) As Object
    Dim parts
    parts = Split(place, "!")
    Cell_at = book.Sheets.getByName(parts(0)).getCellByPosition(CLng(parts(1)), CLng(parts(2)))
End Function
"""


class Recalculated(NamedTuple):
    """What LibreOffice found: seconds a scenario, and the metrics, one row a scenario."""

    seconds: list[float]
    metrics: np.ndarray


def recalculate(model: Model, varied: Mapping[str, np.ndarray], metrics: Sequence[str]) -> Recalculated:
    """Let LibreOffice calculate the workbook of a model for every scenario."""
    values = model.evaluate()
    places = lay_out(model, values)[0].places
    with tempfile.TemporaryDirectory(prefix="what-if-") as folder:
        room = Path(folder)
        book, runs, found = room / "film.xlsx", room / "runs.txt", room / "found.txt"
        write_workbook(model, values, book)
        rows = [
            ";".join(_place(model, places, key) for key in varied),
            ";".join(_place(model, places, key) for key in metrics),
            *(";".join(repr(float(x)) for x in row) for row in zip(*varied.values(), strict=True)),
        ]
        runs.write_text("\n".join(rows) + "\n", encoding="utf-8")
        run_macro(
            MACRO.replace("@BOOK@", book.as_uri()).replace("@IN@", str(runs)).replace("@OUT@", str(found)),
            TIMEOUT_SECONDS,
        )
        table = np.array([[float(x) for x in line.split(";")] for line in found.read_text().splitlines()])
    return Recalculated([float(ticks) / 1000 for ticks in table[:, 0]], table[:, 1:])


def _place(model: Model, places: Places, key: str) -> str:
    """Return where a quantity stands: sheet, column and row, counted from 0."""
    found = model.graph.find(key)
    assert found is not None, key
    node, row = found
    home = places.of(node)
    assert home is not None, key
    at, column = home.at(max(row, 0))
    return f"{home.sheet}!{column}!{at}"


def measure(runs: int, scenarios: int, rounds: int) -> list[tuple[str, str]]:
    """Return what was measured in words and figures, after checking that both find the same."""
    model = film_r.build()
    draws = film_r.draws(runs)
    program = film_r.program(model, draws)
    found = recalculate(model, draws, film_r.METRICS)
    here = program.run(draws)
    for n, key in enumerate(film_r.METRICS):
        np.testing.assert_allclose(found.metrics[:, n], here[key], rtol=1e-9, atol=1e-4, err_msg=key)
    many = film_r.draws(scenarios)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        program.run(many)
        times.append((time.perf_counter() - start) / scenarios)
    sheet, engine = statistics.median(found.seconds), statistics.median(times)
    return [
        (f"film R: the workbook recalculated by LibreOffice, a scenario (median of {runs})", f"{sheet * 1000:,.0f} ms"),
        (f"film R: the engine, a scenario of {scenarios:,} on one core", f"{engine * 1e6:,.1f} µs"),
        ("LibreOffice takes so many times as long a scenario", f"{sheet / engine:,.0f}"),
    ]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer scenarios and rounds")
    short = parser.parse_args().short
    rows = measure(3 if short else 12, 4096 if short else 100_000, 3)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure:>12}")


if __name__ == "__main__":
    main()
