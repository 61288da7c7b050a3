"""The folders a catalogue reads from: the shipped data first, then what the user adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coprod_budget.catalog.locate import data_directory
from coprod_budget.catalog.tables import DataFile
from coprod_budget.errors import Problem, ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Layers(NamedTuple):
    """Folders with the layout of ``data/``; a file of an extra folder may also lie directly in it."""

    shipped: Path
    extra: tuple[Path, ...] = ()

    @classmethod
    def open(cls, extra: Sequence[Path] = ()) -> Layers:
        """Return the shipped data and these folders; a folder that is not there is a ProjectError."""
        missing = [
            Problem("C101", "there is no such data folder", "give the path of a folder", file=str(p))
            for p in extra
            if not p.is_dir()
        ]
        if missing:
            raise ProjectError(missing)
        return cls(data_directory(), tuple(extra))

    def files(self, relative: str) -> list[DataFile]:
        """Return the files of this name, shipped first: later rows override earlier ones."""
        found = [DataFile(path, f"data/{relative}")] if (path := self.shipped / relative).is_file() else []
        for folder in self.extra:
            for path in (folder / relative, folder / relative.rpartition("/")[2]):
                if _inside(folder, path):
                    found.append(DataFile(path, str(path)))
                    break
        return found

    def listed(self, folder: str, suffix: str) -> list[str]:
        """Return the names, without the suffix, of the files in this folder of any layer."""
        names: set[str] = set()
        for place in (self.shipped / folder, *(extra / folder for extra in self.extra)):
            if place.is_dir():
                names |= {path.name.removesuffix(suffix) for path in place.iterdir() if path.name.endswith(suffix)}
        return sorted(names)

    def extra_csv(self) -> Iterator[DataFile]:
        """Go through the CSV files of the extra folders, so that a misspelt name does not go unseen."""
        for folder in self.extra:
            for path in sorted(folder.rglob("*.csv")):
                yield DataFile(path, str(path))


def _inside(folder: Path, path: Path) -> bool:
    """A folder may come from a stranger: a link that leads out of it, or anything but a plain file, is not read."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())
