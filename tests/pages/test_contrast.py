"""What stands beside each other on a page can be told apart (WCAG 2.2: 1.4.3, 1.4.11, 2.4.13)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shared.town.web.http import STATIC

STYLE = STATIC["vaxledger.css"].read_text()
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "ground", "green-soft", "amber-soft", "red-soft", "blue-soft", "grey-soft")
PAIRS = [
    *(("ink", ground, TEXT) for ground in GROUNDS),
    *(("focus", ground, SHAPE) for ground in GROUNDS),
    ("soft", "paper", TEXT),
    ("soft", "ground", TEXT),
    ("soft", "grey-soft", TEXT),
    ("green", "paper", TEXT),  # links, and the text and border of an outlined button
    ("green", "ground", TEXT),
    ("green", "green-soft", TEXT),
    ("amber", "amber-soft", TEXT),
    ("blue", "blue-soft", TEXT),
    ("red", "red-soft", TEXT),
    ("red", "paper", TEXT),
    ("on", "green", TEXT),
    ("on", "danger", TEXT),
    ("edge", "paper", SHAPE),
    ("edge", "ground", SHAPE),
    ("short", "track", SHAPE),
    ("green", "track", SHAPE),
    ("green", "paper", SHAPE),
    ("danger", "paper", SHAPE),
]
USUAL, MORE = "as usual", "more contrast"


def schemes() -> dict[str, dict[str, str]]:
    """The colours by name, and as somebody sees them who has asked for more contrast."""
    found = re.findall(r"(@media \(prefers-contrast: more\) \{ )?:root \{(.*?)\}", STYLE, re.DOTALL)
    assert [bool(asked) for asked, _ in found] == [False, True]
    usual, more = (dict(re.findall(r"--([\w-]+): (#\w+)", said)) for _, said in found)
    return {USUAL: usual, MORE: usual | more}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    shares = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_counted_as_wcag_does():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [USUAL, MORE])
def test_texts_borders_and_the_focus_stand_out(
    scheme: str, record_property: Callable[[str, str], None]
):
    colours = schemes()[scheme]
    figures = [(a, b, contrast(colours[a], colours[b]), asked) for a, b, asked in PAIRS]
    record_property("figures", f"contrast {scheme}: ratio (asked)")
    for a, b, ratio, asked in figures:
        record_property("figures", f"  {a:<7} on {b:<11} {ratio:5.2f} ({asked})")
    assert [(a, b, round(ratio, 2)) for a, b, ratio, asked in figures if ratio < asked] == []


def test_a_colour_is_named_once_and_used_by_its_name():
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []
    used, known = set(re.findall(r"var\(--([\w-]+)\)", STYLE)), set(schemes()[USUAL])
    assert used == known
