"""A password is what was typed: nothing is cut off, trimmed or made small."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.supervision.domain.refusals import WeakPassword
from services.supervision.sign_in.commands import LONGEST_WAIT_SECONDS
from services.supervision.sign_in.passwords import HASHES_AT_ONCE, MOST_LENGTH, check_password
from shared.kit.memory import ALLOCATOR
from tests.access.test_sign_in import Desk

LONG = " 电池 Correct horse, battery staple; " + "x7é" * 54 + "ab "


def test_a_password_is_taken_as_it_was_typed(tmp_path: Path):
    assert len(LONG) == MOST_LENGTH
    desk = Desk(tmp_path)
    desk.enrol("office", ("office", "town"), password=LONG)
    for wrong in (LONG.strip(), LONG.lower(), LONG[:-1], LONG[:72], LONG + " "):
        assert desk.token("office", wrong).status_code in (401, 422)
        desk.clock.now += 2 * LONGEST_WAIT_SECONDS
    assert desk.token("office", LONG).status_code == 200


@pytest.mark.parametrize("length", [12, 64, 200])
def test_any_length_from_twelve_to_two_hundred_will_do(length: int):
    check_password("office", ("rk7 电池 vw9 马 staple " * 20)[:length])


@pytest.mark.parametrize("length", [11, 201])
def test_shorter_and_longer_ones_are_refused(length: int):
    with pytest.raises(WeakPassword):
        check_password("office", ("电池 correct 马 staple " * 20)[:length])


def test_many_who_sign_in_at_once_do_not_leave_the_process_large():
    argv = [sys.executable, "-W", "ignore", "-m", "tests.support.many_hashes", "40"]
    done = subprocess.run(argv, env=os.environ | ALLOCATOR, check=True, capture_output=True)
    most, left = map(int, done.stdout.split())
    assert most < HASHES_AT_ONCE * 20 + 12  # MiB: 19 a hash, and some for the threads
    assert left < 12
