"""Who is who: which posts of the project file an item of a points table or a role of a rule means, and where people are from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from coprod_budget.graph import Origin
from coprod_budget.project import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coprod_budget.graph import Node
    from coprod_budget.model.eligibility.case import Case
    from coprod_budget.model.facts import Facts
    from coprod_budget.project import Person

Residents = Literal["count", "doubt", "no"]
"""What residence does where the nationality is another: it counts, it leaves the answer open, or it does nothing."""


class Element(NamedTuple):
    """The posts behind one item of a points table: ``every`` of them, or any one, has to be from the parties."""

    posts: tuple[str, ...]
    every: bool = True


_HEADS = ("cinematographer", "sound", "editor", "production_designer", "costume_designer")

ELEMENTS: Final[Mapping[str, Element]] = {
    "first_role": Element(("lead",)),
    "head_of_cinematography": Element(("cinematographer",)),
    "camera": Element(("cinematographer",)),
    "head_of_sound": Element(("sound",)),
    "sound_and_mixing": Element(("sound",)),
    "head_of_editing": Element(("editor",)),
    "editing": Element(("editor",)),
    "sets_and_costumes": Element(("production_designer", "costume_designer")),
    "head_of_production_design_or_costume": Element(("production_designer", "costume_designer"), every=False),
    "script": Element(("scriptwriter",)),
    "directing": Element(("director",)),
    "music": Element(("composer",)),
    "character_design": Element(("character_designer",)),
    "computer_backgrounds": Element(("backgrounds",)),
    "compositing_or_camera": Element(("compositing", "cinematographer"), every=False),
    **{post: Element((post,)) for post in ROLES},
}
"""Posts of the items of points tables. An item that is not here is declared under ``treaty.facts``."""

ROLE_POSTS: Final[Mapping[str, tuple[str, ...]]] = {
    "director": ("director",),
    "scriptwriter": ("scriptwriter",),
    "composer": ("composer",),
    "author": ("director", "scriptwriter", "composer"),
    "head_technician": _HEADS,
    "technician": (*_HEADS, "technician"),
    "major_role": ("lead", "second_role"),
    "leading_role": ("lead",),
    "supporting_role": ("second_role", "third_role", "supporting_role"),
    "camera": ("cinematographer",),
    "sound": ("sound",),
    "production_design": ("production_designer",),
    "costume": ("costume_designer",),
    "editing": ("editor",),
}
"""Posts of the roles that rules on nationality name (``catalog.treaty_kinds.ROLES``)."""

SEVERAL: Final = ("supporting_role", "technician")
"""Posts that several people hold in most films."""


def words(post: str) -> str:
    """Return a post or an item as a reader would say it."""
    return post.replace("_", " ")


def shown(person: Person) -> str:
    """Return where a person is from, in words."""
    home = "/".join(person.nationality)
    return f"{home}, resident of {person.resident}" if person.resident else home


def is_from(
    person: Person, certain: Iterable[str], doubtful: Iterable[str] = (), residents: Residents = "count"
) -> bool | None:
    """Say whether a person is from one of the countries; None where nobody knows.

    One of several nationalities is enough. ``doubtful`` are countries of which it is not known whether they belong to the others.
    """
    certain, doubtful = set(certain), set(doubtful)
    ties = {*person.nationality, person.resident} if residents == "count" else set(person.nationality)
    if ties & certain:
        return True
    if ties & doubtful or (residents == "doubt" and person.resident in certain | doubtful):
        return None
    return False


def all_of(answers: Sequence[bool | None]) -> bool | None:
    """Return whether all answers are yes; one no is enough for no, else what is not known leaves it open."""
    if False in answers:
        return False
    return None if None in answers else True


def any_of(answers: Sequence[bool | None]) -> bool | None:
    """Return whether any answer is yes; else what is not known leaves it open."""
    if True in answers:
        return True
    return None if None in answers else False


def is_nobody(facts: Facts, post: str) -> bool:
    """Say whether the file says that the film has no such post (``composer: []``)."""
    return post in facts.stage.project.people and not facts.people(post)


def origin_of(facts: Facts, posts: Sequence[str]) -> Origin:
    """Return where the file says who holds these posts, and from where they are."""
    named = [post for post in posts if facts.people(post)]
    if not named:
        return Origin("assumed", title="nobody is named in the project file")
    note = "; ".join(f"{words(post)}: {', '.join(map(shown, facts.people(post)))}" for post in named)
    return facts.stage.given(f"people.{named[0]}", note=note)


def ask_for(posts: Iterable[str]) -> str:
    """Return what to write into the file about posts of which it says nothing."""
    named = [f"people.{post}" for post in dict.fromkeys(posts)]
    return f"{', '.join(named)}: nationality, two letters (and resident, where it is another country)" if named else ""


def missing_words(posts: Iterable[str]) -> str:
    """Return which posts nobody is named for."""
    named = list(dict.fromkeys(words(post) for post in posts))
    return f"nobody is named for {', '.join(named)}" if named else ""


def by_hand(case: Case, label: str, unit: str) -> Node | None:
    """Return the figure that the file gives for this rule itself, under ``treaty.facts``; None where it gives none."""
    said = case.facts.stage.project.treaty.facts.get(case.instrument, {}).get(case.criterion.id)
    if said is None or isinstance(said, bool):
        return None
    key = f"treaties.{case.instrument}.{case.criterion.id}.said"
    path = f"treaty.facts.{case.instrument}.{case.criterion.id}"
    return case.graph.input(key, said, label=label, unit=unit, origin=case.facts.stage.given(path))


def join(*parts: str) -> str:
    """Join what there is to say."""
    return "; ".join(part for part in parts if part)
