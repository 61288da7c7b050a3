"""Find the folder of the shipped data, in a wheel and in an editable install alike."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def data_directory() -> Path:
    """Return the folder of the shipped data: inside the package (wheel), else beside it (editable install, checkout)."""
    inside = PACKAGE / "data"
    return inside if inside.is_dir() else PACKAGE.parent / "data"
