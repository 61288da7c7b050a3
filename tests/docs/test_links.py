"""Every link between the pages leads somewhere, and every page can be found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pages import DOCS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted(
    p
    for p in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *DOCS.rglob("*.md"),
        *(ROOT / "examples").glob("*/README.md"),
    ]
    if p.is_file()
)
CHECKOUT = (ROOT / "coprod_budget").is_dir()
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """The anchors of a page as GitHub makes them from its headings, and those written by hand."""
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#+ +(.+?) *$", _CODE.sub("", text), re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere."""
    wrong = []
    for link in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not CHECKOUT and not target.is_relative_to(DOCS):
            continue  # the installed package is tested away from the source
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    assert broken(page) == []


def test_every_page_is_in_the_index():
    index = DOCS / "README.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in _LINK.findall(index.read_text(encoding="utf-8"))}

    missing = {str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md") if p != index and p not in linked}
    assert not missing, "give each a line in docs/README.md"


def test_a_link_to_a_page_or_a_heading_that_is_not_there_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A Heading, twice\n[a](#a-heading-twice) [b](#nowhere) [c](lost.md) [d](https://example.org/x)\n")

    if CHECKOUT:
        assert broken(page) == ["#nowhere", "lost.md"]
