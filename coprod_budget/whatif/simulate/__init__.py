"""Simulation: what a film costs and brings when its uncertain numbers are drawn many times."""
