"""docs/security.md: every requirement stands there once, and every test it names exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCUMENT = (ROOT / "docs" / "security.md").read_text()

# OWASP ASVS 5.0.0, levels 1 and 2: section to the numbers in it (level 3 is left out).
REQUIREMENTS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1-1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1-1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1-1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3",
    "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2",
    "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1-1", "11.6": "1-1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1-1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1-1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1-1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip


def numbers() -> set[str]:
    found: set[str] = set()
    for section, span in REQUIREMENTS.items():
        first, last = map(int, span.split("-"))
        found |= {f"{section}.{number}" for number in range(first, last + 1)}
    return found


def answered() -> list[str]:
    """The requirements that a row of a table begins with."""
    cells = re.findall(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \|", DOCUMENT, re.MULTILINE)
    return [number for cell in cells for number in cell.split(", ")]


def test_every_requirement_of_levels_1_and_2_is_answered_once():
    assert len(numbers()) == 253
    twice = [number for number, times in Counter(answered()).items() if times > 1]
    assert twice == []
    assert set(answered()) == numbers()


def test_every_test_that_is_named_exists():
    named = re.findall(r"`([a-z]+/test_\w+\.py)(?:::(\w+))?`", DOCUMENT)
    assert len(named) > 150
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / "tests" / file).exists()
        or (name and f"def {name}(" not in (ROOT / "tests" / file).read_text())
    ]
    assert missing == []


def test_every_met_requirement_names_a_test():
    met = DOCUMENT.partition("## Requirements that are met")[2].partition("## Not met")[0]
    rows = re.findall(r"^\| \d+\.\d+\.\d+ \|.*$", met, re.MULTILINE)
    assert len(rows) > 100
    assert [row for row in rows if "test_" not in row.split(" | ")[-1]] == []


def test_links_within_the_page_lead_somewhere():
    headings = re.findall(r"^#+ (.+)$", DOCUMENT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
    wanted = set(re.findall(r"\]\(#([^)]+)\)", DOCUMENT))
    assert wanted
    assert wanted <= anchors
    for link in re.findall(r"\]\(([a-z0-9/.-]+\.md)\)", DOCUMENT):
        assert (ROOT / "docs" / link).exists(), link


def test_password_fields_are_masked_and_take_a_paste():
    fields = [
        field
        for page in (ROOT / "services" / "supervision").rglob("*.html")
        for field in re.findall(r"<input[^>]*name=\"[^\"]*password[^\"]*\"[^>]*>", page.read_text())
    ]
    assert len(fields) >= 2
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field
