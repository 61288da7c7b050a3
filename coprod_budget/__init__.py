"""Estimate an international film co-production from one project file."""

__version__ = "0.1.0"
