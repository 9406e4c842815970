"""Normal form: the one way in which names and words are written, whatever keyboard, font or file they come from.

One table says which sign becomes which; what the sources are:

- Spaces and signs without width: Unicode 15.1, categories Zs, Cf and Cc, variation selectors (UAX 44, UTS 37).
- Widths, compatibility ideographs, Kangxi radicals: NFKC (UAX 15).
- Radicals that are letters by themselves: EquivalentUnifiedIdeograph.txt of the Unicode character database.
- Private use: GB 18030-2000 put signs there that Unicode has had since (GB 18030-2005 and -2022, which
  ends the last of these mappings); A3A0 is a space that was never a letter.
- The dot within names of several words: GB 2312 and GB 18030 A1A4 (·), JIS X 0208 2126 (・), Big5 A145 (‧),
  GB/T 15834 (间隔号), and what clerks take for it where a keyboard has none (practice).
"""

from __future__ import annotations

import re
import unicodedata

DOT = "·"
HAN = "〇々\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Letters of names, as a range for a regular expression."""

# The table.

DOTS = "•‧・･∙⋅˙᛫⸱⸳●∘◦⦁․﹒．·⚬ꞏᐧ𐄁⏺⚫⬤"
"""Each is the dot within a name."""
DOTS_BETWEEN_LETTERS = ".。"
"""They are the dot where they stand between Chinese letters."""
SPACES = "\ue5e5\u00a0\u1680\u2028\u2029\u202f\u205f\u2800\u3000\u3164\uffa0\u115f\u1160" + "".join(
    map(chr, range(0x2000, 0x200B))
)
NOTHING = "\u00ad\u034f\u061c\u180e\ufeff" + "".join(
    chr(sign)
    for first, last in (
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0xFE00, 0xFE0F),
        (0xE0001, 0xE007F),
        (0xE0100, 0xE01EF),
    )
    for sign in range(first, last + 1)
)
"""Joiners, marks of direction, soft hyphens and variants of one letter: nobody sees them."""
HYPHENS = "‐‑‒–—―−﹣－"
APOSTROPHES = "‘’ʼ′＇`´"
RADICALS = {
    "⺁": "厂", "⺝": "月", "⺟": "母", "⺠": "民", "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角",
    "⻉": "贝", "⻋": "车", "⻑": "長", "⻓": "长", "⻔": "门", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风",
    "⻜": "飞", "⻝": "食", "⻞": "食", "⻡": "首", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟",
    "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾", "⻫": "斉", "⻬": "齐", "⻭": "歯", "⻮": "齿", "⻯": "竜",
    "⻰": "龙", "⻱": "龜", "⻲": "亀", "⻳": "龟",
}  # fmt: skip
PRIVATE = {
    # GB 18030-2000 FE50 to FEA0, one after another.
    0xE815: (
        "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹"
        "䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
    ),
    0xE78D: "︐︒︑︓︔︕︖︗︘︙",  # A6D9 to A6DF, A6EC, A6ED, A6F3
    0xE7C7: "ḿǹ",  # A8BC, A8BF
    0xE7E7: "〾⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻",  # A989 to A995
}

_BECOME: dict[int, str | None] = {
    **{
        first + at: RADICALS.get(sign, sign)
        for first, signs in PRIVATE.items()
        for at, sign in enumerate(signs)
    },
    **{ord(radical): letter for radical, letter in RADICALS.items()},
    **dict.fromkeys(range(32), " "),
    **{ord(sign): " " for sign in SPACES},
    **{ord(sign): None for sign in (*NOTHING, "\x7f")},
}
_IN_NAMES = (
    _BECOME
    | dict.fromkeys(map(ord, DOTS), DOT)
    | dict.fromkeys(map(ord, HYPHENS), "-")
    | dict.fromkeys(map(ord, APOSTROPHES), "'")
)

_PLAIN = re.compile("[\u3400-\u9fff]*")
_DOT_BETWEEN = re.compile(f"(?<=[{HAN}]) *[{DOTS_BETWEEN_LETTERS}] *(?=[{HAN}])")
_GAP = re.compile(f"(?<=[{HAN}{DOT}]) +(?=[{HAN}{DOT}])")
_MANY_DOTS = re.compile(f" *{DOT}[ {DOT}]*")
_UNKNOWN = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\ufffc\ufffd]")


def tidied(text: str) -> str:
    """Return a text whose signs all have a meaning and are seen, widths and dots as they were written."""
    return text.translate(_BECOME).strip()


def one_form(text: str) -> str:
    """Return words in one form: signs, widths, and one space where there is any."""
    if _PLAIN.fullmatch(text):
        return text
    return " ".join(unicodedata.normalize("NFKC", text.translate(_BECOME)).split())


def name_form(text: str) -> str:
    """Return a name in one form: also one dot, and no gaps that only spread it to some width."""
    if _PLAIN.fullmatch(text):
        return text
    text = " ".join(unicodedata.normalize("NFKC", text.translate(_IN_NAMES)).split())
    if text.isascii():
        return text
    text = _DOT_BETWEEN.sub(DOT, text)
    return _GAP.sub("", _MANY_DOTS.sub(DOT, text)).strip(f" {DOT}")


def unknown_signs(text: str) -> tuple[str, ...]:
    """Return the signs that only the machine they come from could show, such as U+E123."""
    return tuple(dict.fromkeys(f"U+{ord(sign):04X}" for sign in _UNKNOWN.findall(text)))
