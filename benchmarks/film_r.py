"""Reference film R, on which speed is measured: a generator of its project file, at any number of lines.

Three countries of the invented world of ``tests/ruritania`` and four currencies; 40 departments; employer charges with ceilings by the
year and by the month; charges on top that name each other; two rebates, one with a cap and one whose rate rises with the shooting days;
a loan that fills a gap and is drawn as it is needed; eight territories; nine steps of a waterfall that tell two pools apart; 24 quarters.
Every figure is invented. ``VARIED`` are 30 inputs that a study would vary, with the range of each.

``python benchmarks/film_r.py 400 > project.yaml`` writes it; it needs ``--data tests/ruritania``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coprod_budget.catalog import open_catalog
from coprod_budget.graph import Program
from coprod_budget.model import Model, build_model
from coprod_budget.project import load_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

DATA = Path(__file__).resolve().parent.parent / "tests" / "ruritania"
OWN_LINES = 5000
"""The most lines that a project file may have; a larger film has its lines in a template, one for each of ``TOWNS`` cities."""
TOWNS = 50
CITIES = {"strelsau": ("RTK", 120.0), "edelweiss": ("FLR", 2.5), "klow": ("SYK", 10.0)}
"""The shooting cities with their currency, and about how much of it a euro is worth."""
DEPARTMENTS = {
    "prep": [
        "story",
        "producers",
        "director",
        "cast",
        "atl_travel",
        "art",
        "construction",
        "set_dressing",
        "props",
        "costume",
    ],
    "shoot": [
        "camera",
        "production_staff",
        "extras",
        "electric",
        "grip",
        "sound",
        "locations",
        "makeup",
        "stunts",
        "picture_vehicles",
        "transport",
        "catering",
        "travel_living",
        "special_effects",
        "stages",
        "second_unit",
        "health_safety",
        "security",
        "media_stock",
    ],
    "post": ["editing", "post_sound", "music", "vfx", "titles", "post_lab", "deliverables"],
    "wrap": ["legal", "office", "insurance", "publicity"],
}
"""The departments by the phase in which their lines are paid."""
BLOCK = 5
"""Lines of a department and city that follow each other; the first two of them are one person's."""


class Line(NamedTuple):
    """One line: quantity = ``factor`` × ``driver`` + ``extra`` days of shooting in all; ``people`` is a number or a parameter."""

    id: str
    account: str
    phase: str
    city: str
    driver: str
    factor: float
    extra: float
    people: str
    unit: str
    rate: float
    currency: str
    person: str


class Film(NamedTuple):
    """A project file, and the template that it starts from where it has more lines than a file may have (else empty)."""

    project: str
    template: str
    cities: str


VARIED: dict[str, tuple[float, float]] = {
    "fx.RTK": (100, 145),
    "fx.FLR": (2.2, 2.9),
    "fx.SYK": (8.5, 12),
    "schedule.shoot_days.strelsau": (15, 22),
    "schedule.shoot_days.edelweiss": (10, 15),
    "schedule.shoot_days.klow": (3, 11),
    "schedule.prep_weeks": (6, 10),
    "schedule.wrap_weeks": (1, 3),
    "schedule.post_weeks": (16, 24),
    "budget.params.extras_per_day": (20, 45),
    "budget.params.crew_size": (20, 30),
    "budget.lines[l_00010].rate": (8_000, 16_000),
    "budget.lines[l_00042].rate": (200, 900),
    "budget.lines[l_00100].rate": (5_000, 14_000),
    "budget.charges.contingency.rate": (0.05, 0.12),
    "budget.charges.overhead.rate": (0.05, 0.08),
    "budget.charges.completion_bond.rate": (0.015, 0.035),
    "finance[bank].interest": (0.08, 0.15),
    "finance[fund].premium": (0.1, 0.3),
    "revenue.territories.QR.distributor_fee": (0.15, 0.25),
    "revenue.territories.QR.p_and_a": (8e6, 18e6),
    "revenue.territories.QR.pays_after_months": (3, 9),
    "revenue.scenarios.base.gross.QR": (5e7, 8e8),
    "revenue.scenarios.base.gross.QG": (5e5, 1.2e7),
    "revenue.scenarios.base.gross.QS": (2e6, 3e7),
    "revenue.scenarios.base.gross.NORTH": (1e5, 1.6e6),
    "revenue.scenarios.base.gross.SOUTH": (1e5, 1.2e6),
    "revenue.scenarios.base.gross.EAST": (1e5, 1e6),
    "revenue.scenarios.base.gross.WEST": (5e4, 8e5),
    "revenue.scenarios.base.gross.ISLES": (5e4, 6e5),
}
"""What a study varies, by the path in the project file, from and to."""
PARTIES = ("qr", "qg", "qs", "fund", "bank")
METRICS = (
    "budget.total",
    *(f"partner.{p}.borne_share" for p in ("qr", "qg", "qs")),
    "incentive.qr_flat.expected",
    "incentive.qs_condition.expected",
    "finance.gap",
    "test.zenda_convention.full_support.QS.verdict",
    *(f"party.{p}.{name}" for name in ("multiple", "profit", "irr") for p in PARTIES),
)
"""What a study asks for."""


def key_of(path: str) -> str:
    """Return the key of the model's input that stands at a path of the project file."""
    return re.sub(r"\[(\w+)\]", r".\1", path).replace("budget.lines.", "lines.")


def draws(count: int, seed: int = 1) -> dict[str, NDArray[np.float64]]:
    """Return random values of everything that is varied, by the key of the model's input: even over its range, independent."""
    random = np.random.default_rng(seed)
    return {key_of(path): random.uniform(low, high, count) for path, (low, high) in VARIED.items()}


def lines(count: int) -> list[Line]:
    """Return the lines of a film that may have its own."""
    phases = [(account, phase) for phase, accounts in DEPARTMENTS.items() for account in accounts]
    made = []
    for n in range(count):
        block, place = divmod(n, BLOCK)
        account, phase = phases[block % len(phases)]
        city = list(CITIES)[(block // len(phases) + block) % len(CITIES)]
        made.append(_line(n, place, account, phase, city))
    return made


def _line(n: int, place: int, account: str, phase: str, city: str) -> Line:
    """Return one line; its figures are scattered by remainders, so that no two departments look alike."""
    currency, per_euro = CITIES[city]
    euro = n % 10 == 9
    factor = (50 + n * 37 % 101) / 100
    driver, unit = {
        "prep": ("prep_weeks", "week"),
        "shoot": (f"shoot_days.{city}", "day"),
        "post": ("post_weeks", "week"),
        "wrap": ("wrap_weeks", "week"),
    }[phase]
    employee = place < 3 and account not in {"story", "locations", "insurance", "legal"}
    people = str(1 + n * 7 % 3) if place >= 2 else "1"
    if account == "extras" and place >= 2:
        people = "extras_per_day"
    elif place == 4:
        people = "crew_size"
    shared = {"crew_size": 12, "extras_per_day": 6}.get(people, 4 if place == 2 else 1)
    rate = (80 + n * 53 % 151) * (1 if unit == "day" else 4) / shared
    return Line(
        f"l_{n:05d}",
        account,
        phase,
        city,
        driver,
        factor,
        0.25 if phase == "shoot" and place == 3 else 0.0,
        people,
        unit,
        round(rate * (1 if euro else per_euro), 2),
        "EUR" if euro else currency,
        (f"p_{n - place:05d}" if place < 2 else f"p_{n:05d}") if employee else "",
    )


def _written(line: Line, where: str, own: str) -> str:
    quantity = f"{line.driver} * {line.factor}" + (f" + shoot_days * {line.extra}" if line.extra else "")
    labour = f", labour: employee, person: {line.person}" if line.person else ""
    return (
        f"    - {{id: {line.id}, account: {line.account}, description: Line {line.id[2:]}, phase: {line.phase}, {where}, "
        f'quantity: "{quantity}", people: {line.people}, unit: {line.unit}, rate: {line.rate}, currency: {line.currency}{labour}{own}}}\n'
    )


def film_r(count: int = 400) -> Film:
    """Return the film with so many lines (a multiple of ``TOWNS`` beyond ``OWN_LINES``)."""
    if count <= OWN_LINES:
        body = "".join(_written(line, f"spent: {line.city}", "") for line in lines(count))
        return Film(HEAD + SCHEDULE.format(more="") + "  lines:\n" + body + REST, "", "")
    towns = [f"town_{n}" for n in range(TOWNS - len(CITIES))]
    specs = [
        line._replace(driver=line.driver.replace(f"shoot_days.{line.city}", "days")) for line in lines(count // TOWNS)
    ]
    body = "".join(_written(line, "where: each_city", ", why: measured") for line in specs).replace("    - ", "  - ")
    template = f"id: film_r\ntitle: Film R\ndescription: Lines for each city.\nlines:\n{body}"
    project = HEAD + SCHEDULE.format(more="".join(f", {town}: 2" for town in towns)) + "  template: film_r\n" + REST
    rows = "".join(f"{town},Town {n},QR,,RTK,-40,-{n},invented\n" for n, town in enumerate(towns))
    return Film(project, template, f"id,label,country,region,currency,lat,lon,source\n{rows}")


def build(count: int = 400, folder: Path | None = None) -> Model:
    """Return the model of the film; ``folder`` takes the data of one that needs a template."""
    film = film_r(count)
    data = [DATA]
    if film.template:
        assert folder is not None
        (folder / "templates").mkdir(parents=True)
        (folder / "cost_tables").mkdir()
        (folder / "templates" / "film_r.yaml").write_text(film.template, encoding="utf-8")
        (folder / "cost_tables" / "cities.csv").write_text(film.cities, encoding="utf-8")
        data.append(folder)
    return build_model(load_project(film.project, filename="film_r.yaml"), open_catalog(data))


def program(model: Model, varied: Iterable[str], metrics: Sequence[str] = METRICS) -> Program:
    """Return the way from what is varied to the metrics, and to nothing else."""
    found = [model.graph.find(key) for key in metrics]
    return Program(model.graph, [f[0] if f[1] < 0 else f for f in found if f is not None], varied)


HEAD = """\
title: Film R
kind: fiction
currency: EUR
as_of: 2026-09-30
fx: {RTK: 120, FLR: 2.5, SYK: 10}
partners:
  qr: {name: Elphberg Film, country: QR, currency: RTK, share: 50%, delegate: true}
  qg: {name: Graustark Film, country: QG, currency: FLR, share: 30%}
  qs: {name: Klow Film, country: QS, currency: SYK, share: 20%}
"""
SCHEDULE = """\
schedule:
  start: 2027-02-01
  prep_weeks: 8
  shoot_days: {{strelsau: 18, edelweiss: 12, klow: 8{more}}}
  wrap_weeks: 2
  post_weeks: 20
  delivery: 2027-12-15
  release: 2028-02-15
  home: strelsau
  post_city: edelweiss
budget:
  params: {{extras_per_day: 30, crew_size: 24}}
"""
REST = """\
  charges:
    contingency: {rate: 10%, base: [production, post], exclude: [catering]}
    insurance_pack: {rate: 1.2%, base: [above_the_line, production, post, other], cap: 30000, cap_currency: EUR}
    overhead: {rate: 7%, base: [above_the_line, production, post, other, contingency]}
    completion_bond: {rate: 2.5%, base: [above_the_line, production, post, other, contingency, overhead, producers_fee, completion_bond]}
    producers_fee: {rate: 4%, base: [above_the_line, production, post, other, completion_bond, producers_fee]}
split:
  cities: {strelsau: qr, edelweiss: qg, klow: qs}
  accounts: {story: by_share, producers: by_share, director: by_share, cast: by_share, music: by_share}
  default: by_share
film: {format: feature, minutes: 100, languages: [ruritanian]}
treaty: {instrument: zenda_convention}
incentives:
  - {id: qr_flat, facts: {applicant: true, official_coproduction: true}}
  - {id: qs_condition, probability: 80%}
finance:
  - {id: presale, name: Sold to Strelsau Pictures, kind: presale, partner: qr, amount: 300000, currency: EUR,
     territory: QR, status: secured, instalments: [{share: 20%, on: signature}, {share: 80%, on: delivery, after_months: 1}]}
  - {id: own, name: Elphberg Film itself, kind: own, partner: qr, amount: 24000000, currency: RTK, status: secured}
  - {id: state, name: State support, kind: grant, partner: qr, amount: 24000000, currency: RTK, status: secured}
  - {id: fund, name: Equity fund, kind: equity, partner: qr, amount: 250000, currency: EUR, premium: 20%, status: secured}
  - {id: rebate, name: Rebate of Ruritania, kind: rebate, partner: qr, amount: expected, programme: qr_flat, status: applied}
  - {id: bank, name: Bank of Strelsau, kind: loan, partner: qr, amount: gap, currency: EUR, interest: 11%, fee: 2%, costs: 10000,
     months: 14, repaid_from: [presale], repaid_on: delivery, status: applied}
  - {id: credit, name: Rebate of Syldavia, kind: rebate, partner: qs, amount: expected, programme: qs_condition, status: applied}
  - {id: town, name: Fund of Edelweiss, kind: grant, partner: qg, amount: 400000, currency: FLR, status: secured}
  - {id: crew, name: Pay that waits, kind: deferral, partner: qg, amount: 60000, currency: EUR}
  - {id: klow_fund, name: Fund of Klow, kind: grant, partner: qs, amount: 900000, currency: SYK, status: secured}
revenue:
  territories:
    QR: {currency: RTK, ticket_vat: 20%, exhibitor: 50%, distributor_fee: 20%, fee_steps: [{rate: 25%, above_gross: 250000000}],
         p_and_a: 12000000, over_months: 4, pays_after_months: 6}
    QG: {currency: FLR, ticket_vat: 10%, exhibitor: 50%, distributor_fee: 25%, p_and_a: 150000, minimum_guarantee: 100000}
    QS: {currency: SYK, ticket_vat: none, exhibitor: 45%, distributor_fee: 25%, p_and_a: 400000}
    NORTH: {currency: EUR, ticket_vat: none, exhibitor: 50%, distributor_fee: 30%, p_and_a: 60000, window_months: 2}
    SOUTH: {currency: EUR, ticket_vat: none, exhibitor: 50%, distributor_fee: 30%, p_and_a: 40000, window_months: 4}
    EAST: {currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 20%, window_months: 6, over_months: 12}
    WEST: {currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 20%, over_months: 12, pays_after_months: 6}
    ISLES: {currency: EUR, ticket_vat: none, exhibitor: 0%, distributor_fee: 15%, over_months: 24, pays_after_months: 6}
  scenarios:
    base:
      weight: 100%
      gross: {QR: 420000000, QG: 5000000, QS: 16000000, NORTH: 800000, SOUTH: 600000, EAST: 500000, WEST: 400000, ISLES: 300000}
waterfall:
  - {id: collection, pay: manager, kind: percent_of_gross, rate: 1%}
  - {id: commission, pay: agent, kind: percent_of_gross, rate: 15%, of: [NORTH, SOUTH, EAST, WEST, ISLES]}
  - {id: expenses, pay: agent, kind: fixed, amount: 50000, of: [NORTH, SOUTH, EAST, WEST, ISLES]}
  - {id: loan, pay: bank, kind: until_repaid}
  - {id: recoupment, pay: [fund, qr, qg, qs], kind: until_recouped}
  - {id: premium, pay: fund, kind: until, amount: premium}
  - {id: deferred, pay: crew, kind: until_recouped}
  - {id: points, pay: {talent: 5%}, kind: share}
  - {id: profit, pay: {fund: 25%, qr: 35%, qg: 25%, qs: 15%}, kind: net_profit}
"""


def main(count: Sequence[str]) -> None:
    """Print the project file."""
    sys.stdout.write(film_r(*map(int, count)).project)


if __name__ == "__main__":
    main(sys.argv[1:2])
