"""All that is measured of speed, side by side in one run; claims are ratios, because machines differ.

``python benchmarks/run.py`` prints the tables; ``--short`` takes fewer rounds and leaves out what takes minutes; ``--write``
refreshes docs/performance.md. Every part can be run alone: ``startup``, ``speed``, ``waterfall``, ``returns``, ``scale``, ``libreoffice``.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import libreoffice
import returns
import scale
import speed
import startup
import waterfall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BLOCK = re.compile(r"(<!-- measured: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
LONG = {"memory-of-runs", "libreoffice", "gain"}
"""What the short form leaves out."""


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return a Markdown table of words and figures."""
    return "\n".join(["| what | figure |", "|---|---:|", *(f"| {name} | {figure} |" for name, figure in rows)])


def parts(*, short: bool) -> Mapping[str, Callable[[], str]]:
    """Return what is measured by the name of its place on the page."""
    rounds = 3 if short else 15
    film: dict[str, list[tuple[str, str]]] = {}

    def of_film(about: str) -> str:
        if not film:
            film.update(speed.in_one_thread(short=short))
        return table(film[about])

    def returns_table() -> str:
        return returns.table(returns.once, returns.COUNTS[1:4] if short else returns.COUNTS, 3 if short else 5)

    return {
        "start-up": lambda: table(startup.start_up(rounds)),
        "what-ifs": lambda: table(startup.what_ifs(rounds)),
        "example": lambda: table(startup.throughput(rounds, (1, 1_000) if short else (1, 1_000, 100_000))),
        **{about: lambda about=about: of_film(about) for about in ("hand", "stages", "memory", "growth")},  # type: ignore[misc]
        "waterfall": lambda: table(waterfall.measure(2 if short else 7)),
        "returns": returns_table,
        "libreoffice": lambda: table(libreoffice.measure(12, 100_000, 3)),
        "gain": lambda: scale.gain_table(3, 60),
        "memory-of-runs": lambda: scale.memory_table(1_000_000),
    }


def main() -> int:
    """Print (and keep) the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds, and nothing that takes minutes")
    parser.add_argument("--write", action="store_true", help="refresh docs/performance.md")
    parser.add_argument("--only", action="append", metavar="NAME", help="this part of the page alone; may be repeated")
    options = parser.parse_args()
    measured = parts(short=options.short)
    unknown = set(options.only or ()) - set(measured)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(measured)}")
    text = PAGE.read_text(encoding="utf-8")
    for name, make in measured.items():
        if (options.only and name not in options.only) or (options.short and name in LONG):
            continue
        if name == "libreoffice" and shutil.which("soffice") is None:
            print("libreoffice: soffice is not installed, left out")
            continue
        found = make()
        print(f"{name}\n\n{found}\n", flush=True)
        text = BLOCK.sub(lambda block: f"{block[1]}\n{found}\n\n{block[3]}" if block[2] == name else block[0], text)  # noqa: B023
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
