"""Commands that are shown, ready to be pasted into a shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coprod_budget.whatif.study import Study


def estimate_command(project: str, study: Study, more: Sequence[str] = ()) -> str:
    """Return the command that estimates the film with these overrides, ready to be pasted into a shell."""
    words = ["coprod-budget", "estimate", project]
    for name in study.recipe.variants:
        words += ["--variant", name]
    for text in (*study.recipe.sets, *more):
        words += ["--set", text]
    said = {text.partition("=")[0].strip() for text in more}
    for text in study.recipe.texts:
        if text.partition("=")[0].strip() not in said:
            words += ["--set-text", text]
    for folder in study.data:
        words += ["--data", str(folder)]
    return shlex.join(words)
