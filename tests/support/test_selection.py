"""What `tests/conftest.py` names is there: a file or a class that is renamed is renamed there too."""

from importlib import import_module

from tests.conftest import LONG, STARTERS, TESTS


def test_every_long_file_is_there():
    assert [name for name in LONG if not (TESTS / name).is_file()] == []


def test_everything_that_starts_servers_is_there():
    missing = [
        f"{home}.{name}"
        for home, names in STARTERS.items()
        for name in names
        if not hasattr(import_module(home), name)
    ]
    assert missing == []
