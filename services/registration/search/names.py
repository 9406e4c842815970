"""Names as they are compared: one written form, one sound, whatever script and spacing were used."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from services.registration.domain.normal_form import HAN, name_form, one_form
from services.registration.domain.surnames import DOUBLE_SURNAMES

# Signs are read one by one: 47,000 phrases, and a copy of the tables, would take 43 MB for nothing.
os.environ |= {"PYPINYIN_NO_PHRASES": "1", "PYPINYIN_NO_DICT_COPY": "1"}

from pypinyin import lazy_pinyin

# As a surname these are read in another way than elsewhere.
_SURNAME_SOUNDS = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "区": "ou",
    "查": "zha",
    "任": "ren",
    "盖": "ge",
    "朴": "piao",
    "乐": "yue",
    "覃": "qin",
    "翟": "zhai",
    "员": "yun",
    "召": "shao",
    "种": "chong",
    "洗": "xian",
    "冼": "xian",
    "缪": "miao",
    "尉迟": "yuchi",
    "万俟": "moqi",
    "长孙": "zhangsun",
    "单于": "chanyu",
    "澹台": "tantai",
}
# Forms of one sign that simplification leaves apart, although cards and lists use them for each other.
_VARIANTS = str.maketrans("锺甦堃祕衆峯邨", "钟苏坤秘众峰村")
_SILENT = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad·•‧・．.,，、'’`´_\-‐-―()（）]+")
_WORD = re.compile(r"[^\W\d_]+")
_UMLAUT = re.compile(r"([ln])yu")
_simplify = OpenCC("t2s").convert


_HAN = re.compile(f"[{HAN}\ue000-\uf8ff]")


def is_han(sign: str) -> bool:
    """Tell whether a sign is Chinese: a Han character, also a rare or privately coded one."""
    return _HAN.match(sign) is not None


def plain(text: str) -> str:
    """Return a text with one width and form of every sign, trimmed."""
    return one_form(text)


def folded(word: str) -> str:
    """Return letters without accents and case; ü, v and yu after l and n count as u."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return _UMLAUT.sub(r"\1u", bare.replace("v", "u"))


@lru_cache(maxsize=32_768)
def _sound_of(sign: str) -> str:
    return folded(lazy_pinyin(sign)[0])


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: `written` in simplified signs, `syllables` as they are said.

    `words` are the words of a name in letters, `surname` and `given` sounds; a name in letters
    has its first word as surname, which may be wrong: `reversed` is the sound the other way round.
    """

    written: str
    han: bool
    words: tuple[str, ...]
    surname: str
    given: str
    initials: str
    syllables: tuple[str, ...] = ()

    @property
    def sound(self) -> str:
        """The whole name as it is said, without tones."""
        return self.surname + self.given

    @property
    def reversed(self) -> str:
        """The sound with the given name first, as names in letters are often written."""
        return self.given + self.surname


def ring_of(sound: str) -> str:
    """Return a sound written as a ring: the same whichever of its names comes first."""
    return min((sound[at:] + sound[:at] for at in range(len(sound))), default="")


def name_of(text: str) -> Name:
    """Take a name apart, in whatever script, width and spacing it is written."""
    text = name_form(text)
    written = _simplify(_SILENT.sub("", text)).translate(_VARIANTS).casefold()
    if not any(map(is_han, written)):
        words = tuple(folded(word) for word in _WORD.findall(text.replace("'", "")))
        if not words:
            return Name(written, False, (), written, "", written[:1])
        initials = "".join(word[:1] for word in words)
        return Name("".join(words), False, words, words[0], "".join(words[1:]), initials)
    taken = 2 if written[:2] in DOUBLE_SURNAMES and len(written) > 2 else 1
    syllables = [_sound_of(sign) for sign in written]
    special = _SURNAME_SOUNDS.get(written[:taken])
    surname = special or "".join(syllables[:taken])
    initials = [syllable[:1] for syllable in syllables]
    if special and taken == 1:
        initials[0] = special[:1]
    given = "".join(syllables[taken:])
    return Name(written, True, (), surname, given, "".join(initials), tuple(syllables))
