"""Names on a roster: one person's name in one form, without what clerks write around it."""

from __future__ import annotations

import re

from services.registration.domain.normal_form import HAN, name_form, tidied, unknown_signs
from services.registration.domain.surnames import COMMON_SURNAMES, DOUBLE_SURNAMES
from services.registration.rosters.reading.roster_cells import Wrong, text_of
from services.registration.rosters.reading.roster_marks import is_relation
from services.registration.rosters.reading.workbook import Cell
from shared.kit.language import Text

NAME_LENGTH = 60

_ORDINARY = re.compile("[\u3400-\u9fff]{2,3}")
_OPEN, _CLOSE = "([{【〔〈《「『", ")]}】〕〉》」』"
_IN_BRACKETS = re.compile(
    f"[{re.escape(_OPEN)}]([^{re.escape(_OPEN + _CLOSE)}]*)[{re.escape(_CLOSE)}]?"
)
_SIGNS = r"“”*★☆△▲※#√✓✔×◆◇■□▪:;,、，。!_\-"
_ENDS = re.compile(
    rf"^(?:[{_SIGNS}]+|\d{{1,3}}[.、)])\s*(?=[{HAN}])|(?<=\w)\s*[{_SIGNS}{re.escape(_CLOSE)}]+$"
)
_ALSO_CALLED = re.compile(
    rf"(?<=[{HAN}]) *[,;、:\-]? *((?:曾用名|又名|原名|别名|小名|乳名|现名|别称|改名)\W*\S.*)$"
)
_SAID_BEHIND = re.compile(
    rf"(?<=[{HAN}]{{2}})[ ,;、:\-/]*"
    r"((?:已)?(?:死亡|去世|过世|亡故|病故|迁出|搬走)|已故|户主|外出务工|外出|查无此人|孕妇"
    r"|示例|样例|范例)$"
)
_CALLED = (
    "先生|女士|小姐|太太|夫人|同志|师傅|老师|大爷|大叔|大妈|大娘|大姐|大哥|奶奶|爷爷|阿姨|老板"
)
_TITLE = re.compile(rf"([{HAN}]{{1,4}}?)({_CALLED})")
_NOBODY = re.compile(
    rf"[老小][{''.join(sorted(COMMON_SURNAMES))}]|[{HAN}](?:某|某某|××|xx|XX)|某某某?|无名氏?|不详|未知|佚名|同上"
    rf"|[{HAN}]{{2,4}}?(?:之?妻子?|之[夫子女母父孙]|儿子|女儿|儿媳|媳妇|母亲|父亲|丈夫|老婆|老公|家属|妈妈?|爸爸?)"
)
_TWO = re.compile(rf"(?<=[{HAN}]{{2}}) *[、,，;/&+|]+ *(?=[{HAN}]{{2}})")
_TWO_WORDS = re.compile(rf"([{HAN}]{{2,3}})(?:\s+|和|与|及)([{HAN}]{{2,3}})")
_LOST = re.compile(rf"(?<=[{HAN}])\?|\?(?=[{HAN}])")

_LAST_LETTERS = (
    "生士姐太人志傅师爷叔妈娘哥奶姨板某主亡故世走出孕例妻夫子女母父孙上详知氏名属婆公媳爸妇"
)

ONE_ROW = Text("请每人填一行。", "Give each person a row.")
ON_DOCUMENT = Text("请填写证件上的姓名。", "Enter the name on the document.")


def name_of(cell: Cell, notes: list[str], words: list[str]) -> str:
    """Read a name; `words` gets what was written beside it and is worth a remark. Raises `Wrong`."""
    text = text_of(cell)
    if _ORDINARY.fullmatch(text) and _is_plain(text):
        return text
    name, beside = _taken_apart(text)
    _check(name, text)
    if beside or _bare(name) != _bare(name_form(text)):
        notes.append("name_cut")
    words += (each for each in beside if not is_relation(each))
    return name


def _is_plain(text: str) -> bool:
    """Nothing that is cut off or refused ends in another letter than these."""
    return text[-1] not in _LAST_LETTERS and text[0] not in "老小"


def _taken_apart(text: str) -> tuple[str, list[str]]:
    """A name in one form, and what was written around it."""
    beside: list[str] = []
    whole = name_form(text)
    outside = _IN_BRACKETS.sub(" ", whole)
    inside = [each.strip() for each in _IN_BRACKETS.findall(whole)]
    if not any(map(str.isalpha, outside)) and inside:
        outside, *inside = inside
    beside += filter(None, inside)
    name = name_form(outside)
    for pattern in (_ALSO_CALLED, _SAID_BEHIND):
        if found := pattern.search(name):
            name, beside = name[: found.start()], [*beside, found[1].strip()]
    name = _ENDS.sub("", name.strip())
    if (title := _TITLE.fullmatch(name)) and not _surname_only(title[1]):
        name = title[1]
    return name_form(name), beside


def _surname_only(before: str) -> bool:
    return len(before) == 1 or before in DOUBLE_SURNAMES


def _bare(name: str) -> str:
    return name.replace(" ", "")


def _check(name: str, text: str) -> None:
    if not name:
        if not any(map(str.isalnum, text)):
            problem = Text("缺少姓名。", "The name is missing.")
            raise Wrong("name", problem, Text("请填写姓名。", "Fill it in."), "name_missing")
        raise _unlike()
    if signs := unknown_signs(name):
        problem = Text(
            "姓名里有一个自造字（{signs}），只有原来的电脑才显示得出。",
            "The name holds a sign ({signs}) that only the machine it comes from can show.",
            {"signs": ", ".join(signs)},
        )
        remedy = Text(
            "请用输入法按证件重新输入这个字。", "Type that letter again, as the document has it."
        )
        raise Wrong("name", problem, remedy, "name_sign")
    if _LOST.search(name):
        problem = Text(
            "姓名里有“?”，可能是导出时丢失的生僻字。",
            "The name holds a “?”: a rare letter may have been lost when it was exported.",
        )
        raise Wrong("name", problem, ON_DOCUMENT, "name_sign")
    if any(each in text for each in ("示例", "样例", "范例")):
        problem = Text("这是示例，不是人员。", "This is a sample and nobody.")
        raise Wrong("name", problem, Text("请删除此行。", "Delete the row."), "sample")
    if _TWO.search(name) or _two_in(text):
        problem = Text("一格里有两个人的姓名。", "There are two people in one cell.")
        raise Wrong("name", problem, ONE_ROW, "name_two")
    if _is_title(name) or _NOBODY.fullmatch(name) or is_relation(name):
        problem = Text(
            "这是称呼，不是证件上的姓名。",
            "This is what somebody is called, not the name on the document.",
        )
        raise Wrong("name", problem, ON_DOCUMENT, "name_called")
    looks_computed = name[0] in "=+-@"  # a sheet would take it for a formula
    if looks_computed or len(name) > NAME_LENGTH or not any(map(str.isalpha, name)):
        raise _unlike()


def _unlike() -> Wrong:
    problem = Text("这不像一个姓名。", "This does not look like a name.")
    return Wrong("name", problem, ON_DOCUMENT)


def _is_title(name: str) -> bool:
    found = _TITLE.fullmatch(name)
    return found is not None and _surname_only(found[1])


def _two_in(text: str) -> bool:
    """Two names of common families with a gap between, as in 王建国 李秀英; 赵六 甲 is one, spread."""
    if not (found := _TWO_WORDS.fullmatch(tidied(text))):
        return False
    first, second = found.groups()
    return (
        first[0] in COMMON_SURNAMES
        and second[0] in COMMON_SURNAMES
        and first not in DOUBLE_SURNAMES
    )
