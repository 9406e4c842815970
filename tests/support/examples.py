"""How many examples a property test takes: its usual number, ten times that where `LONG=1`."""

from __future__ import annotations

import os

import pytest

LONG = os.environ.get("LONG") == "1"
TIMES = 10
only_long = pytest.mark.skipif(not LONG, reason="LONG=1")
"""Marks what the short run leaves out."""


def examples(usual: int) -> int:
    """So many examples usually, and `TIMES` as many in `make test-long`."""
    return usual * TIMES if LONG else usual
