"""The pages on commands and JSON are as the program is."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coprod_budget import api
from coprod_budget.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[2] / "docs"


def _generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate_cli", DOCS / "generate_cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_help_on_the_page_is_that_of_the_program() -> None:
    generator = _generator()
    text = (DOCS / "cli.md").read_text(encoding="utf-8")

    assert generator.rendered(text) == text, "run: python docs/generate_cli.py"
    assert len(list(generator.commands())) == text.count("```text")


def test_every_command_and_option_has_a_help_text() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    bare = re.findall(r"^  (--\w[\w-]*(?: [A-Z=|<>\w.-]+)?)$(?!\n {10,})", text, re.MULTILINE)

    assert bare == []


def test_exit_codes_in_use_are_on_the_page() -> None:
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    later = {ExitCode.REQUIREMENT_FAILED, ExitCode.SOME_RUNS_FAILED}

    assert all(f"| {int(code)} |" in text for code in ExitCode if code not in later)


def _names(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _names(value)
    elif isinstance(data, list):
        for value in data:
            yield from _names(value)


def test_every_name_of_the_json_is_on_its_page(film) -> None:
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    found = api.estimate(film).to_dict()
    ids = {"ru", "rs", "moscow", "belgrade", *found["budget"]["charges"]}
    ids |= {name for month in found["cashflow"] for of in ("by_source", "by_account") for name in month[of]}
    ids |= {p for s in found["scenarios"] for w in s["waterfall"] for p in w["parties"]}

    told = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", code)}

    assert set(_names(found)) - ids - told == set()
