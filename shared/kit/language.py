"""Language: the one in which people are answered: Chinese first, English, and any that has a file.

    with speaking("en"):
        t("已签到", "Checked in")                          # Checked in
        t("等 {n} 人", "waits for {n}", n=3)               # waits for 3
    GONE = Text("没有找到", "Not found")                    # said in whoever's language, when it is said

A further language is a file (`shared/kit/language_files.py`). Pure: a domain may say what it says
through it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

CHINESE, ENGLISH = "zh", "en"
VARIABLE = "VAXLEDGER_LANGUAGE"

_names = {CHINESE: "中文", ENGLISH: "English"}
_texts: dict[str, Mapping[str, str]] = {}
_current: ContextVar[str] = ContextVar("language", default=CHINESE)


def names() -> Mapping[str, str]:
    """All languages there are: their codes, and what each calls itself."""
    return MappingProxyType(_names)


def add(code: str, name: str, texts: Mapping[str, str]) -> None:
    """Know a further language: what it calls itself, and its texts by their English.

    What it has no text for is said in English.
    """
    _names[code], _texts[code] = name, dict(texts)


def tag(language: str | None = None) -> str:
    """What HTML calls a language; without one, that which is spoken."""
    code = language or _current.get()
    return "zh-CN" if code == CHINESE else code


def current() -> str:
    """The code of the language that is spoken just now."""
    return _current.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say all that is said inside in one language."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def t(zh: str, en: str, /, **values: object) -> str:
    """A text in the language that is spoken, with the values filled in where it has {names}."""
    language = _current.get()
    text = zh if language == CHINESE else _texts.get(language, {}).get(en, en)
    return text.format(**values) if values else text


@dataclass(frozen=True, slots=True)
class Text:
    """A text in all languages; as a string it is the one that is spoken when it is asked for."""

    zh: str
    en: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        """Say it."""
        return t(self.zh, self.en, **self.values)

    def format(self, **values: object) -> Text:
        """Return the text with values for its {names}."""
        return Text(self.zh, self.en, {**self.values, **values})


def listed(said: Iterable[object]) -> str:
    """Things one after the other, as a sentence has them."""
    return t("、", ", ").join(map(str, said))


@dataclass(frozen=True, slots=True)
class Listed:
    """Things that are said one after the other, in the language that is spoken then."""

    each: tuple[object, ...]

    def __str__(self) -> str:
        """Say them."""
        return listed(self.each)


def of_terminal() -> str:
    """The language of who sits at a terminal: the variable's, else the locale's, else Chinese."""
    if (chosen := os.environ.get(VARIABLE)) in _names:
        return str(chosen)
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return next((code for code in _names if said.startswith(f"{code}_")), CHINESE)


def at_terminal(zh: str, en: str, **values: object) -> str:
    """A text for whoever reads the terminal or the log of a process, whatever others are told."""
    with speaking(of_terminal()):
        return t(zh, en, **values)
