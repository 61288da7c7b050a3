"""A verdict and an amount follow the inputs: what is varied along the scenario axis is what a changed file gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from asked import film

from coprod_budget.graph import Program

if TYPE_CHECKING:
    from coprod_budget.catalog import Catalog

FILM = (Path(__file__).parent.parent / "ruritania" / "three_crowns.yaml").read_text(encoding="utf-8")

VARIED = [
    # input, place in the file, values on both sides of the limits
    ("lines.palace.rate", "budget.lines[palace].rate", (0, 300_000, 1_200_000, 9_000_000)),
    ("lines.cut.rate", "budget.lines[cut].rate", (400_000, 450_000, 450_001, 5_000_000)),
    ("lines.effects.rate", "budget.lines[effects].rate", (100_000, 100_001)),
    ("lines.castle.rate", "budget.lines[castle].rate", (0, 200_000_000)),
    ("fx.SYK", "fx.SYK", (2, 10, 40)),
    ("fx.RTK", "fx.RTK", (30, 120, 400)),
    ("schedule.shoot_days.edelweiss", "schedule.shoot_days.edelweiss", (1, 3, 4)),
    ("schedule.shoot_days.klow", "schedule.shoot_days.klow", (1, 4)),
    ("schedule.shoot_days.zenda", "schedule.shoot_days.zenda", (1, 2)),
    ("budget.charges.contingency.rate", "budget.charges.contingency.rate", (0, 0.1, 0.5)),
    ("finance.fund.amount", "finance[fund].amount", (0, 110_000, 120_000, 400_000)),
    ("finance.state.amount", "finance[state].amount", (0, 60_000_001, 80_000_000)),
    ("film.minutes", "film.minutes", (60, 70)),
    ("treaties.qr_state_support.criteria.said", "treaty.facts.qr_state_support.criteria", (1, 2)),
    ("incentives.qg_marginal.facts.cultural_test", "incentives[qg_marginal].facts.cultural_test", (9, 10)),
    ("incentives.qs_points.facts.points", "incentives[qs_points].facts.points", (0, 1, 4, 9)),
]


@pytest.mark.parametrize(("key", "path", "values"), VARIED, ids=[key for key, _, _ in VARIED])
def test_what_is_varied_equals_a_changed_file(
    key: str, path: str, values: tuple[float, ...], ruritania: Catalog
) -> None:
    model = film(ruritania, FILM)
    heads = ("test.", "eligibility.", "incentive.", "incentives.", "net_cost.", "certainty.", "partner.", "coproducer.")
    nodes = [n for n in model.graph.named() if n.key.startswith(heads) and n.op not in {"input", "text"}]
    assert len(nodes) > 30
    together = Program(model.graph, nodes, [key]).run({key: np.array(values, dtype=float)})
    for scenario, value in enumerate(values):
        alone = film(ruritania, FILM, f"{path}={value}")
        found = alone.evaluate()
        for node in nodes:
            one = together[node]
            got = one[..., scenario if one.shape[-1] > 1 else 0]
            other = alone.graph[node.key]
            np.testing.assert_allclose(
                got, found[other][..., 0], rtol=1e-9, atol=1e-6, err_msg=f"{node.key} at {value}"
            )
