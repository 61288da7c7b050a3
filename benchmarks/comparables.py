"""How well scenarios from comparables would have told the gross of films that nobody had seen yet.

``python benchmarks/comparables.py`` prints the tables; ``--write`` puts them into docs/box-office.md, ``--check`` compares.
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.catalog import open_catalog
from coprod_budget.model.comparables import ENOUGH, compared, place_of, quantile
from coprod_budget.project.revenue import QUANTILES, Comparables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coprod_budget.catalog.comparables import Band, Comparable

    Forecast = Callable[[Sequence[Comparable], Sequence[Band], Comparable], Sequence[float]]

PAGE = Path(__file__).resolve().parent.parent / "docs" / "box-office.md"
BLOCK = re.compile(r"(<!-- measured: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
TERRITORY = "RU"
FIRST_YEAR = 2016
"""The first year with a hundred films before it; of 2015 there are 17, fewer than one slice needs."""
SURE = 0.95


class Seen(NamedTuple):
    """A film, the quantiles that were told of it from older films, and how far off they were (pinball loss of logarithms)."""

    film: Comparable
    told: Sequence[float]

    @property
    def inside_80(self) -> bool:
        """Whether it grossed between the quantiles of 10 and of 90 %."""
        return self.told[0] <= self.film.ratio <= self.told[-1]

    @property
    def inside_50(self) -> bool:
        """Whether it grossed between the quartiles."""
        return self.told[1] <= self.film.ratio <= self.told[3]

    @property
    def below_middle(self) -> bool:
        """Whether it grossed less than the median."""
        return self.film.ratio < self.told[2]

    @property
    def loss(self) -> float:
        """Mean pinball loss over the quantiles: smaller is better, and a wide band is not free."""
        off = [math.log(self.film.ratio) - math.log(t) for t in self.told]
        return fmean(max(q * d, (q - 1) * d) for q, d in zip(QUANTILES, off, strict=True))


def as_the_program(known: Sequence[Comparable], bands: Sequence[Band], film: Comparable) -> list[float]:
    """Return the quantiles that the program would have told from these films."""
    return _quantiles(compared(known, bands, place_of(bands, film.budget), film.funding).films)


def _quantiles(films: Iterable[Comparable]) -> list[float]:
    ratios = [film.ratio for film in films]
    return [quantile(ratios, share) for share in QUANTILES]


def by_band(known: Sequence[Comparable], bands: Sequence[Band], film: Comparable) -> list[float]:
    """Return quantiles of films of the band, whatever the public money."""
    return _quantiles(compared(known, bands, place_of(bands, film.budget)).films)


def by_money(known: Sequence[Comparable], _: Sequence[Band], film: Comparable) -> list[float]:
    """Return quantiles of films of the same public money, whatever the budget."""
    same = [other for other in known if other.funding == film.funding]
    return _quantiles(same if len(same) >= ENOUGH else known)


def of_all(known: Sequence[Comparable], _bands: Sequence[Band], _film: Comparable) -> list[float]:
    """Return quantiles of all films."""
    return _quantiles(known)


def log_normal(known: Sequence[Comparable], bands: Sequence[Band], film: Comparable) -> list[float]:
    """Return quantiles of a log-normal distribution fitted to the films that the program compares."""
    logs = [math.log(f.ratio) for f in compared(known, bands, place_of(bands, film.budget), film.funding).films]
    normal = NormalDist(fmean(logs), stdev(logs))
    return [math.exp(normal.inv_cdf(share)) for share in QUANTILES]


WAYS: dict[str, Forecast] = {
    "band and public money, ranks (the program)": as_the_program,
    "band and public money, log-normal": log_normal,
    "public money alone, ranks": by_money,
    "band alone, ranks": by_band,
    "all films, ranks": of_all,
}


def rolling(
    films: Sequence[Comparable], bands: Sequence[Band], first: int, way: Forecast = as_the_program
) -> list[Seen]:
    """Judge the films of every year from ``first`` by films of the years before alone."""
    return [
        Seen(film, way([f for f in films if f.year < film.year], bands, film)) for film in films if film.year >= first
    ]


def one_by_one(films: Sequence[Comparable], bands: Sequence[Band]) -> list[Seen]:
    """Judge every film by all the others."""
    return [Seen(film, as_the_program([f for f in films if f is not film], bands, film)) for film in films]


def interval(hits: int, count: int) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of a share of which ``hits`` of ``count`` were seen."""

    def at_least(share: float, least: int) -> float:
        return sum(math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(least, count + 1))

    def solved(rising: Callable[[float], float], goal: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if rising(middle) < goal else (low, middle)
        return (low + high) / 2

    tail = (1 - SURE) / 2
    lowest = solved(lambda p: at_least(p, hits), tail) if hits else 0.0
    highest = solved(lambda p: at_least(p, hits + 1), 1 - tail) if hits < count else 1.0
    return lowest, highest


def percent(share: float) -> str:
    """Return a share as whole per cent."""
    return f"{100 * share:.0f} %"


def of(hits: int, count: int) -> str:
    """Return a share with its interval."""
    low, high = interval(hits, count)
    return f"{hits} of {count}: {percent(hits / count)} ({percent(low)} to {percent(high)})"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    lines = [[*head], *([str(cell) for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def coverage() -> str:
    """Return how many unseen films fell into the bands that were told, by year and by public money."""
    films, bands = _data()
    seen = rolling(films, bands, FIRST_YEAR)
    years = sorted({s.film.year for s in seen})
    parts = {
        **{
            f"{year}, told from {sum(f.year < year for f in films)} films before": [
                s for s in seen if s.film.year == year
            ]
            for year in years
        },
        "both years": seen,
        **{
            f"both years, {money}": [s for s in seen if s.film.funding == money]
            for money in sorted({f.funding for f in films})
        },
        "2015 as well, told from 17 films": rolling(films, bands, FIRST_YEAR - 1),
        "each film of all years told from all the others": one_by_one(films, bands),
    }
    rows = [
        [name, of(sum(s.inside_80 for s in part), len(part)), of(sum(s.inside_50 for s in part), len(part)),
         percent(fmean(s.below_middle for s in part))]
        for name, part in parts.items()
    ]  # fmt: skip
    return table(["films", "in the 80 % band", "in the 50 % band", "below the median"], rows)


def ways() -> str:
    """Return how other ways of telling would have done on the same films."""
    films, bands = _data()
    rows = []
    for name, way in WAYS.items():
        seen = rolling(films, bands, FIRST_YEAR, way)
        inside = percent(fmean(s.inside_80 for s in seen))
        rows.append([name, inside, percent(fmean(s.inside_50 for s in seen)), f"{fmean(s.loss for s in seen):.3f}"])
    return table(["way", "in the 80 % band", "in the 50 % band", "loss (smaller is better)"], rows)


def fit() -> str:
    """Return the ratios that the program takes, of all films."""
    films, bands = _data()
    rows = []
    for money in (*sorted({f.funding for f in films}), ""):
        for place, band in enumerate(bands):
            found = compared(films, bands, place, money)
            told = _quantiles(found.films)
            mean = fmean(f.ratio for f in found.films)
            points = sum(w * t for w, t in zip(Comparables().parts, told, strict=True))
            rows.append(
                [
                    money or "any",
                    band.label,
                    len(found.films),
                    *(f"{t:.4f}" for t in told),
                    f"{points:.2f}",
                    f"{mean:.2f}",
                ]
            )
    head = [
        "public money",
        "budget",
        "films",
        *(f"p{100 * q:g}" for q in QUANTILES),
        "expected, five scenarios",
        "mean",
    ]
    return table(head, rows)


def doublings() -> str:
    """Return how many films grossed twice their budget: in the data, and in later years as the press counted."""
    films, _ = _data()
    counted = open_catalog().comparables.doublings[TERRITORY]
    rows: list[list[object]] = []
    for money, words in (("", "any public money"), ("cinema_fund", "cinema_fund")):
        of_money = [f for f in films if money in {"", f.funding}]
        years = f"{min(f.year for f in of_money)} to {max(f.year for f in of_money)}"
        rows.append([f"these films, {words}", years, of(sum(f.ratio >= 2 for f in of_money), len(of_money))])
        later = [c for c in counted if c.funding == money]
        years = ", ".join(str(c.year) for c in later)
        rows.append(
            [f"counted by the press, {words}", years, of(sum(c.doubled for c in later), sum(c.films for c in later))]
        )
    return table(["films", "years", "grossed twice the budget or more"], rows)


BLOCKS: dict[str, Callable[[], str]] = {"coverage": coverage, "ways": ways, "fit": fit, "doublings": doublings}


def _data() -> tuple[tuple[Comparable, ...], tuple[Band, ...]]:
    shelf = open_catalog().comparables
    return shelf.films[TERRITORY], shelf.bands[TERRITORY]


def rendered(text: str) -> str:
    """Return the page with every table measured anew."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n{found[3]}", text)


def main(options: list[str]) -> int:
    """Print the tables, write them into the page, or compare."""
    if not options:
        print("\n".join(make() for make in BLOCKS.values()))
        return 0
    before = PAGE.read_text(encoding="utf-8")
    after = rendered(before)
    if "--write" in options:
        PAGE.write_text(after, encoding="utf-8")
        return 0
    return int(before != after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
