"""Finished blocks on their way to a result file: appended one by one, so that a stop, a crash or a full disk loses none of them.

A line of JSON says what the blocks belong to. Every block follows with its length and a check sum, so that one that was cut off
in the middle of writing is recognised, and left out.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from coprod_budget.whatif.study import Part

    Array = NDArray[np.float64]
    Numbers = NDArray[np.int64]

FORMAT = "coprod-budget/blocks"
VERSION = 1
_HEAD = struct.Struct("<8sQQQQ")  # mark, first place, runs, bytes of messages, check sum of what follows
_MARK = b"\x00BLOCK\x00\n"
_FINE = -1.0


class OtherStudyError(ValueError):
    """A journal belongs to other runs; ``differences`` say in what."""

    def __init__(self, differences: list[str]) -> None:
        self.differences = differences
        super().__init__(", ".join(differences))


class _Block(NamedTuple):
    start: int
    stop: int
    offset: int


class Journal:
    """Figures of finished runs by their place, and why some failed; kept in a file that is only ever appended to."""

    def __init__(self, stream: BinaryIO, about: Mapping[str, Any], width: int) -> None:
        """Begin a journal of ``width`` figures a run in an empty file that can be read and written."""
        self._stream = stream
        self._width = width + 1  # the last figure is the number of the message
        self._blocks: list[_Block] = []
        self._messages: list[str] = []
        self._numbers: dict[str, int] = {}
        self._end = 0
        self.done = 0
        """How many runs are finished."""
        if about:
            head = {"format": FORMAT, "version": VERSION, "about": dict(about)}
            self._append(json.dumps(head, ensure_ascii=False).encode() + b"\n")

    @classmethod
    def resume(cls, stream: BinaryIO, about: Mapping[str, Any], width: int) -> Journal:
        """Go on with a journal; OtherStudyError where it belongs to other runs, ValueError where the file is none."""
        journal = cls(stream, {}, width)
        stream.seek(0)
        first = stream.readline(10_000_000)
        try:
            head = json.loads(first)
            found = dict(head["about"]) if (head["format"], head["version"]) == (FORMAT, VERSION) else None
        except (ValueError, KeyError, TypeError):
            found = None
        if found is None:
            msg = "this is no file of unfinished runs that this version can go on with"
            raise ValueError(msg)
        expected = json.loads(json.dumps(dict(about)))
        different = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
        if different:
            raise OtherStudyError(different)
        journal._end = len(first)
        while journal._read_block():
            pass
        stream.truncate(journal._end)
        journal._blocks.sort()
        return journal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def has(self, start: int, stop: int) -> bool:
        """Say whether all places from one to before another are finished."""
        while start < stop:
            block = self._of(start)
            if block is None:
                return False
            start = block.stop
        return True

    def until(self, place: int) -> int:
        """Return the first place from this one on that is not finished."""
        while (block := self._of(place)) is not None:
            place = block.stop
        return place

    def spans(self) -> Iterator[tuple[int, int]]:
        """Return the finished blocks: the first place of each, and the one after its last."""
        return ((block.start, block.stop) for block in self._blocks)

    def finished(self, places: Numbers) -> NDArray[np.bool_]:
        """Say which places are finished."""
        starts = np.asarray([block.start for block in self._blocks], dtype=np.int64)
        stops = np.asarray([0, *(block.stop for block in self._blocks)], dtype=np.int64)
        found: NDArray[np.bool_] = places < stops[np.searchsorted(starts, places, side="right")]
        return found

    def add(self, part: Part, metrics: Sequence[str]) -> None:
        """Append a finished block. An OSError leaves the journal as it was."""
        count = part.runs.count
        figures = np.full((count, self._width), np.nan)
        for number, key in enumerate(metrics):
            figures[:, number] = part.values[key]
        figures[:, -1] = _FINE
        new: list[str] = []
        for place, message in part.problems.items():
            if message not in self._numbers:
                self._numbers[message] = len(self._messages)
                self._messages.append(message)
                new.append(message)
            figures[place - part.start, -1] = self._numbers[message]
        words = json.dumps(new, ensure_ascii=False).encode() if new else b""
        body = figures.astype("<f8").tobytes() + words
        head = _HEAD.pack(_MARK, part.start, count, len(words), zlib.crc32(body))
        offset = self._end + _HEAD.size
        try:
            self._append(head + body)
        except BaseException:  # also a Ctrl-C in the middle of it
            for message in new:
                del self._numbers[message]
            del self._messages[len(self._messages) - len(new) :]
            raise
        block = _Block(part.start, part.start + count, offset)
        self._blocks.insert(bisect_right(self._blocks, block), block)
        self.done += count

    def read(self, places: Numbers, metrics: Sequence[str]) -> tuple[dict[str, Array], dict[int, str]]:
        """Return the figures of finished runs, and the messages of those that failed by their index in ``places``."""
        figures = np.empty((len(places), self._width))
        order = np.argsort(places, kind="stable")
        taken = 0
        while taken < len(order):
            block = self._of(int(places[order[taken]]))
            assert block is not None, "only finished runs are read"
            until = int(np.searchsorted(places[order], block.stop, side="left"))
            mine = order[taken:until]
            figures[mine] = self._span(block, places[mine])
            taken = until
        found = {key: figures[:, number].copy() for number, key in enumerate(metrics)}
        failed = np.flatnonzero(figures[:, -1] != _FINE)
        return found, {int(index): self._messages[int(figures[index, -1])] for index in failed}

    def _span(self, block: _Block, places: Numbers) -> Array:
        """The figures of sorted places of one block."""
        first, last = int(places[0]) - block.start, int(places[-1]) - block.start
        self._stream.seek(block.offset + first * self._width * 8)
        raw = self._stream.read((last + 1 - first) * self._width * 8)
        span = np.frombuffer(raw, dtype="<f8").reshape(-1, self._width)
        found: Array = span[places - places[0]]
        return found

    def _of(self, place: int) -> _Block | None:
        index = bisect_right(self._blocks, place, key=lambda block: block.start) - 1
        if index < 0:
            return None
        block = self._blocks[index]
        return block if place < block.stop else None

    def _append(self, data: bytes) -> None:
        """Write all of it or, if that fails, nothing."""
        self._stream.seek(self._end)
        left = memoryview(data)
        try:
            while left:
                left = left[self._stream.write(left) :]
            self._stream.flush()
        except BaseException:
            self._stream.seek(self._end)
            self._stream.truncate(self._end)
            raise
        self._end += len(data)

    def _read_block(self) -> bool:
        """Take the next block of the file; False where there is none, or none that is whole."""
        self._stream.seek(self._end)
        head = self._stream.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return False
        mark, start, count, words, check = _HEAD.unpack(head)
        size = count * self._width * 8
        if mark != _MARK or self._end + _HEAD.size + size + words > os.fstat(self._stream.fileno()).st_size:
            return False
        body = self._stream.read(size + words)
        if len(body) != size + words or zlib.crc32(body) != check:
            return False
        for message in json.loads(body[size:]) if words else ():
            self._numbers[message] = len(self._messages)
            self._messages.append(message)
        self._blocks.append(_Block(start, start + count, self._end + _HEAD.size))
        self._end += len(head) + len(body)
        self.done += count
        return True


def open_journal(path: Path, about: Mapping[str, Any], width: int, *, resume: bool) -> Journal:
    """Return the journal in a file: a new one, or the one that is there to go on with."""
    if resume and path.exists():
        stream = path.open("r+b", buffering=0)
        try:
            return Journal.resume(stream, about, width)
        except BaseException:
            stream.close()
            raise
    return Journal(path.open("w+b", buffering=0), about, width)
