"""The journal of finished blocks: any order, any cut, and what is left of it after a crash or on a full disk."""

from __future__ import annotations

import errno
import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprod_budget.whatif.journal import Journal, OtherStudyError, open_journal
from coprod_budget.whatif.study import Part, Runs

ABOUT = {"film": "abc", "paths": ["a"]}
METRICS = ("x", "y")


def part(start: int, stop: int) -> Part:
    places = np.arange(start, stop, dtype=np.float64)
    failed = {n: f"run {n % 3} fails" for n in range(start, stop) if n % 5 == 4}
    x = np.where(places % 5 == 4, np.nan, places * 1.1)
    return Part(start, Runs({"a": places}), {"x": x, "y": -x}, failed)


def check(journal: Journal, places: list[int]) -> None:
    found, problems = journal.read(np.asarray(places, dtype=np.int64), METRICS)
    wanted = [np.nan if n % 5 == 4 else n * 1.1 for n in places]

    np.testing.assert_array_equal(found["x"], wanted)
    np.testing.assert_array_equal(found["y"], np.negative(wanted))
    assert problems == {i: f"run {n % 3} fails" for i, n in enumerate(places) if n % 5 == 4}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_blocks_may_come_in_any_order_and_be_read_in_any_other(sizes: list[int], chance) -> None:
    edges = np.cumsum([0, *sizes])
    parts = [part(int(a), int(b)) for a, b in itertools.pairwise(edges)]
    chance.shuffle(parts)
    journal = Journal(io.BytesIO(), ABOUT, 2)
    for each in parts:
        journal.add(each, METRICS)
    places = list(range(int(edges[-1])))
    chance.shuffle(places)

    assert journal.done == edges[-1]
    assert journal.has(0, int(edges[-1]))
    assert not journal.has(0, int(edges[-1]) + 1)
    check(journal, places)


@pytest.mark.parametrize("lost", [1, 7, 40, 41, 100])
def test_a_block_that_was_cut_off_is_left_out_and_all_others_are_kept(tmp_path, lost: int) -> None:
    path = tmp_path / "runs.csv.part"
    with open_journal(path, ABOUT, 2, resume=False) as journal:
        for start in range(0, 30, 10):
            journal.add(part(start, start + 10), METRICS)
    whole = path.read_bytes()
    path.write_bytes(whole[:-lost])
    with open_journal(path, ABOUT, 2, resume=True) as again:
        assert again.done == 20
        assert again.has(0, 20)
        assert not again.has(20, 30)
        again.add(part(20, 30), METRICS)
        check(again, list(range(30)))

    assert path.read_bytes() == whole


def test_a_block_with_a_wrong_bit_is_left_out(tmp_path) -> None:
    path = tmp_path / "part"
    with open_journal(path, ABOUT, 2, resume=False) as journal:
        journal.add(part(0, 10), METRICS)
        journal.add(part(10, 20), METRICS)
    raw = bytearray(path.read_bytes())
    raw[-100] ^= 1
    path.write_bytes(raw)

    with open_journal(path, ABOUT, 2, resume=True) as again:
        assert again.done == 10


def test_a_journal_of_other_runs_is_refused_and_says_what_differs(tmp_path) -> None:
    path = tmp_path / "part"
    with open_journal(path, ABOUT, 2, resume=False):
        pass

    with pytest.raises(OtherStudyError) as caught:
        open_journal(path, {**ABOUT, "film": "other", "more": 1}, 2, resume=True)

    assert caught.value.differences == ["film", "more"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"[]\n", b'{"format": "other"}\n', b"\xff\xfe\n"])
def test_another_file_is_no_journal(tmp_path, content: bytes) -> None:
    path = tmp_path / "part"
    path.write_bytes(content)

    with pytest.raises(ValueError, match="no file of unfinished runs"):
        open_journal(path, ABOUT, 2, resume=True)
    assert path.read_bytes() == content


class Disk(io.BytesIO):
    """A disk with so much room."""

    room = 10**9

    def write(self, data) -> int:
        if self.tell() >= self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(bytes(data)[: self.room - self.tell()])


def test_on_a_full_disk_what_was_finished_is_kept_and_more_goes_on_when_there_is_room() -> None:
    disk = Disk()
    journal = Journal(disk, ABOUT, 2)
    journal.add(part(0, 10), METRICS)
    disk.room = len(disk.getvalue()) + 50
    with pytest.raises(OSError, match="No space left"):
        journal.add(part(10, 20), METRICS)
    disk.room = 10**9

    assert journal.done == 10
    assert not journal.has(10, 20)
    check(journal, list(range(10)))
    journal.add(part(10, 20), METRICS)
    check(journal, list(range(20)))
