"""VAT and tax withheld in the invented country: a rate that changes, a treaty that is suspended, a treaty with two rates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from asked import answers, film

from coprod_budget.catalog import UNKNOWN

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

RIGHTS = """\
title: Rights from abroad
as_of: {day}
fx: {{RTK: 120, FLR: 2.5}}
partners:
  qr: {{name: Elphberg Film, country: QR, currency: RTK, share: 100%, recovers_vat: false}}
schedule: {{shoot_days: {{strelsau: 4}}}}
budget:
  lines:
    - {{id: rights, account: story, description: Rights in a novel, phase: development, rate: 1200000, currency: RTK, payee: {payee},
       pay: {pay}, spent: QR, bearer: qr}}
    - {{id: castle, account: locations, description: Castle, phase: prep, rate: 1200000, currency: RTK, vat: excluded, spent: QR}}
"""


@pytest.mark.parametrize(
    ("payee", "day", "rate"),
    [
        ("QG", "2025-12-31", 0.05),
        ("QG", "2026-01-01", 0.2),
        ("QS", "2026-09-30", UNKNOWN),
        ("QT", "2026-09-30", UNKNOWN),
    ],
)
def test_a_treaty_limits_tax_withheld_until_it_is_suspended(
    payee: str, day: str, rate: object, ruritania: Catalog
) -> None:
    found = ruritania.withholding("QR", payee, "royalties", date.fromisoformat(day))

    assert found is not None
    assert found.rate == rate or found.rate is rate
    assert found.why


def test_tax_on_rights_agreed_net_is_cost_and_on_gross_only_withheld(ruritania: Catalog) -> None:
    """1,200,000 RTK are 10,000 euros. Net of 20 per cent they cost 12,500; gross they cost 10,000, and 2,000 are withheld."""
    net = film(ruritania, RIGHTS.format(day="2026-09-30", payee="QG", pay="net"))
    gross = film(ruritania, RIGHTS.format(day="2026-09-30", payee="QG", pay="gross"))

    assert answers(net, ["lines.rights.total"]) == pytest.approx({"lines.rights.total": 12_500})
    expected = {"lines.rights.total": 10_000, "lines.rights.withheld": 2_000}
    assert answers(gross, expected) == pytest.approx(expected)


@pytest.mark.parametrize(("day", "rate"), [("2026-09-30", 0.2), ("2027-01-01", 0.25)])
def test_vat_that_nobody_gets_back_is_cost_at_the_rate_of_the_day(day: str, rate: float, ruritania: Catalog) -> None:
    model = film(ruritania, RIGHTS.format(day=day, payee="QR", pay="gross"))

    assert answers(model, ["lines.castle.total"]) == pytest.approx({"lines.castle.total": 10_000 * (1 + rate)})
