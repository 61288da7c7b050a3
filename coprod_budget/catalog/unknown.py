"""What nobody has found out yet: a value of its own, which no comparison and no sum takes for a number."""

from __future__ import annotations

from typing import Final, NoReturn, Self, final


@final
class Unknown:
    """The type of ``UNKNOWN``; there is one such value.

    It equals only itself. To order it, to calculate with it or to ask whether it is true is a TypeError, so that a rule
    whose threshold is not known cannot pass or fail by accident: ask ``value is UNKNOWN`` first.
    """

    __slots__ = ()
    _only: Self | None = None

    def __new__(cls) -> Self:
        """Return the one value."""
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __str__(self) -> str:
        return "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("UNKNOWN is neither true nor false: ask `value is UNKNOWN` first")

    def __reduce__(self) -> tuple[type[Unknown], tuple[()]]:
        return Unknown, ()


UNKNOWN: Final = Unknown()
