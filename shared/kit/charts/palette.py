"""Palette: colours and type of charts, which are those of the pages' style sheet."""

from __future__ import annotations

PAPER = "#fff"
HUES = {
    "ink": "#1c2a2f",
    "soft": "#5b6b72",
    "green": "#0b6e5f",
    "blue": "#1f5a9d",
    "red": "#a3262a",
}
"""Each stands out from paper three to one and more; none says what nothing else says."""
GRID = "#d9e1e3"
FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif'
TYPE = 12
"""Pixels of an em."""

_WIDE_FROM = 0x2E80  # Chinese signs and their punctuation; what comes before is about half as wide
_HALF = 0.6


def width(text: str) -> float:
    """Return the pixels that a text takes, whatever fonts there are where it is drawn."""
    return TYPE * sum(1 if ord(sign) >= _WIDE_FROM else _HALF for sign in text)


def contrast(colour: str, other: str) -> float:
    """Return how much two colours differ in light, as WCAG 2.2 counts it."""
    darker, lighter = sorted(map(_luminance, (colour, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return sum(w * each for w, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
