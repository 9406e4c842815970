"""Sites to test with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stadium import ANNA, Stadium


@pytest.fixture
def closed_site(tmp_path: Path) -> Stadium:
    """No vaccine has arrived yet; Anna has consented."""
    site = Stadium(tmp_path)
    site.dock("v15", "stadium")
    site.consented(ANNA)
    return site


@pytest.fixture
def site(tmp_path: Path) -> Stadium:
    """Open, with vaccine and sessions; Anna has consented."""
    site = Stadium(tmp_path).opens()
    site.consented(ANNA)
    return site
