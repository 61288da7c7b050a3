"""An estimate for people and programs: tables on the screen and in Markdown, JSON, CSV, explanations.

Nothing is calculated here: a report asks the model for quantities and arranges them.
"""
