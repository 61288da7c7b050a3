"""A what-if study as one would do it in a notebook: two decisions, two things nobody decides, and what they do to each party.

Run it as a script, or paste its cells into a notebook: ``python examples/notebook/what_if_study.py``.
"""

# %% The film, and what is asked of it
from pathlib import Path

from coprod_budget import api

FILM = Path(__file__).parent.parent / "danube_crossing" / "project.yaml"
METRICS = ["budget.total", "net_cost.expected", "finance.gap", "party.ru.irr", "party.rs.multiple"]

# %% As it stands: the same figures as `coprod-budget estimate`
film = api.estimate(FILM)
print(f"budget {film['budget.total']:,.0f} EUR, to be closed {film['finance.gap']:,.0f} EUR")

# %% What can be decided: days in Moscow, and who takes which share (the Serbian partner gets the rest)
decisions = api.whatif(
    FILM,
    {"schedule.shoot_days.moscow": "12:16:2", "partners.ru.share": [0.5, 0.6, 0.7]},
    METRICS,
    rests=["partners.rs.share"],
)
print(
    decisions.pivot_table(index="schedule.shoot_days.moscow", columns="partners.ru.share", values="finance.gap").round()
)

# %% What nobody decides: the rouble a fifth stronger or weaker, and a rule that has to hold (rates are roubles per euro)
rouble = film["fx.RUB"]
rates = [rouble / 1.2, rouble, rouble / 0.8]
shocks = api.whatif(FILM, {"fx.RUB": rates}, METRICS, require=["finance.gap <= 100000"])
print(shocks[["fx.RUB", "budget.total", "finance.gap", "requirements"]].round(2).to_string(index=False))

# %% Runs that were made elsewhere: a table with a row a run
runs = shocks[["fx.RUB"]].assign(**{"schedule.home": ["moscow", "belgrade", "belgrade"]})
print(api.whatif(FILM, runs, ["budget.total"])[["schedule.home", "budget.total", "status"]].to_string(index=False))

# %% How far the prices alone move the cost: each between the low and the high of its table, P80 against the contingency
draws = api.simulate(FILM, 4096, seed=7, price_ranges=True, metrics=["budget.before_contingency", "budget.total"])
cost = draws["budget.before_contingency"]
print(f"cost before contingency: P50 {cost.quantile(0.5):,.0f}, P80 {cost.quantile(0.8):,.0f} EUR")
print(f"contingency of the budget: {film['budget.total'] - film['budget.before_contingency']:,.0f} EUR")
