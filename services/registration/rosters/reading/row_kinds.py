"""What a row of a table is: a person, or nobody: empty, a remark, the heading of a household.

A row with a plausible document number is a person whatever else it says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from services.registration.rosters.reading.roster_cells import text_of
from services.registration.rosters.reading.roster_heading import NEEDED, Heading
from services.registration.rosters.reading.roster_samples import is_sample
from services.registration.rosters.reading.tables import Table
from services.registration.rosters.reading.workbook import Cell, Sheet

RowKind = Literal["person", "empty", "remark", "household"]

_FOOTER = re.compile(
    r"\W*(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总\s*数|以上(?:共|合计|人员)|以下空白"
    r"|填\s*表|制\s*表|填\s*报|审\s*核|审\s*批|经\s*办|校\s*对|复\s*核|统\s*计"
    r"|备\s*注[:：]|^备\s*注$|注\s*[:：]|说\s*明|(?:共\s*[0-9]+\s*页|第\s*[0-9]+\s*页)|页\s*码|本页"
    r"|(?:联\s*系|单位|村|社区)?\s*(?:负责人|领导|盖章)\s*[:：（(]"
    r"|日\s*期\s*[:：]|时\s*间\s*[:：]"
    r"|sub\s*total|total\b|sum\b|remarks?\b|note\b|page\s*[0-9]|signature|signed\b|date\s*:|checked\s+by|prepared\s+by)",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"签\s*(?:字|名|章)|盖\s*章|（章）|\(章\)|公\s*章")
_DAY = re.compile(
    r"[12][0-9]{3}\s*(?:年|[-/.])\s*[0-9]{1,2}\s*(?:月|[-/.])\s*(?:[0-9]{1,2}\s*日?)?"
)
_COUNT = re.compile(
    r"(?:(?:共|男|女|合计|总计|小计|其中)[:：]?\s*)?[0-9]{0,5}\s*(?:人|户|名|页|口|people|persons?)?"
    r"(?:\s*[,，、;；]?\s*[男女]\s*[:：]?\s*[0-9]{0,5}\s*人?)*"
)
_TITLE = re.compile(
    r"(?:名单|名册|登记表|统计表|汇总表|台账|一览表|明细表|信息表|人员|居民|村民|[组队村区班店厂校司])\s*(?:$|[（(:：])"
)
_NUMBER = re.compile(r"[0-9]{14}|[0-9A-Z]*[0-9]{6}[0-9A-Z()/\-\s]*")
_SPACES = re.compile(r"[\s'`\u2018\u2019*]+")
_NAME = re.compile(r"[^\W\d_]+(?:[\s·•.．\-'][^\W\d_]+)*[.]?(?:\s*[（(].*[)）])?", re.DOTALL)
_HOUSEHOLD = re.compile(
    r"\W*(?:户\s*主(?:姓\s*名)?|户\s*号|户\s*别|户\s*籍?\s*编号|家\s*庭(?:住\s*址|地\s*址|编号)|(?:现)?住\s*址|地\s*址|门\s*牌(?:号)?"
    r"|第\s*[0-9一二三四五六七八九十百]+\s*户)\s*(?:[:：\s]|$)"
)
_LABELLED = re.compile(
    r"(?:户\s*主(?:姓\s*名)?|户\s*号|户\s*别|户\s*籍?\s*编号|人\s*口(?:数)?|电\s*话|联系\s*电话|手机号?)\s*[:：\s]\s*[^\s,，;；]*"
)
_ADDRESS_LABEL = re.compile(r"(?:家\s*庭|现)?\s*(?:住\s*址|地\s*址|门\s*牌(?:号)?)\s*[:：]?\s*")
_ADDRESS = re.compile(
    r"(?=.*[村组路街巷弄区镇乡庄屯湾寨坪栋楼])[\w\s·\-—#（）()]*?[0-9一二三四五六七八九十百]+\s*(?:号|组|室|户|栋|单元|楼|队)[\w\-]*"
)


def kind_in_table(
    sheet: Sheet, row: int, table: Table, values: dict[str, Cell]
) -> tuple[RowKind, str]:
    """Return what a row (from 0) is, its cells by field, and the address it gives to the rows below."""
    if is_document(text_of(values["card_number"])):
        shown = {of: values[of] for of in NEEDED}
        return ("remark" if is_sample(shown) else "person"), ""
    if any(values.values()) and is_sample(values):
        return "remark", ""
    known = {of: text_of(cell) for of, cell in values.items()}
    heading = table.heading
    texts = [
        text_of(cell)
        for column, cell in enumerate(sheet.rows[row][heading.left : heading.right], heading.left)
        if column != heading.problem
    ]
    is_titled = _is_titled(sheet, row, heading)
    kind = kind_of_row(texts, known, is_titled=is_titled)
    if kind != "household":
        return kind, ""
    said = [text for text in texts if text]
    return kind, address_of_household(said, known, is_titled=is_titled) or ""


def _is_titled(sheet: Sheet, row: int, heading: Heading) -> bool:
    """Whether one cell of the row is merged over several columns of the table."""
    return any(heading.left <= left < heading.right for left, _ in sheet.across.get(row, ()))


def kind_of_row(texts: Sequence[str], known: dict[str, str], *, is_titled: bool = False) -> RowKind:
    """Return what a row is, by all its texts and those of `known` fields; `is_titled` where one cell is
    merged over many columns.
    """
    said = [text for text in texts if text]
    if not said:
        return "empty"
    if is_document(known.get("card_number", "")):
        return "person"
    if address_of_household(said, known, is_titled=is_titled) is not None:
        return "household"
    if not any(known.values()) or _is_footer(said, known):
        return "remark"
    if len(said) == 1 and (is_titled or _TITLE.search(said[0])):
        return "remark"
    return "person"


def is_document(text: str) -> bool:
    """Tell whether a text may be meant as the number of a document."""
    bare = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    shape = _NUMBER.match(bare)
    return shape is not None and (len(shape[0]) == len(bare) or len(shape[0]) >= 14)


def address_of_household(
    said: Sequence[str], known: dict[str, str], *, is_titled: bool = False
) -> str | None:
    """Return the address in the heading of a household, '' for one without; None for another row."""
    if any(known.get(of, "") not in ("", said[0]) for of in ("sex", "birth_date", "tie")):
        return None
    first = unicodedata.normalize("NFKC", said[0]).strip()
    if _HOUSEHOLD.match(first) is None:
        alone = len(said) == 1 and (is_titled or not known.get("address"))
        return said[0] if alone and _ADDRESS.fullmatch(first) else None
    address = known.get("address", "")
    return address if address and address != said[0] else _address_in(said)


def _address_in(said: Sequence[str]) -> str:
    text = unicodedata.normalize("NFKC", "  ".join(said))
    label = _ADDRESS_LABEL.search(text)
    if label is not None:
        rest = text[label.end() :]
        return _LABELLED.split(rest, maxsplit=1)[0].strip(" ,，;；")
    rest = _LABELLED.sub(" ", text)
    parts = [part for part in re.split(r"[\s,，;；]+", rest) if _ADDRESS.fullmatch(part)]
    return parts[0] if parts else ""


def _is_footer(said: Sequence[str], known: dict[str, str]) -> bool:
    """Whether a row without a document is a total, a page's end, a signature or a day."""
    first = unicodedata.normalize("NFKC", said[0])
    if _FOOTER.match(first) or _SIGNED.search(first):
        return not _is_person(known, first)
    if all(map(_is_count, said)):
        return any(not text.isdigit() for text in said) or not known.get("name")
    if _is_named(known.get("name", "")):
        return False
    return any(_FOOTER.match(text) or _SIGNED.search(text) or _DAY.fullmatch(text) for text in said)


def _is_person(known: dict[str, str], first: str) -> bool:
    """Whether somebody is named beside what begins like a footer, with more than a count about them."""
    name = known.get("name", "")
    if name == first or not _is_named(name):
        return False
    return any(
        text and not _is_count(text) and not _FOOTER.match(text)
        for of, text in known.items()
        if of in ("sex", "birth_date", "tie", "phone")
    )


def _is_named(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _FOOTER.match(name) and not _SIGNED.search(name)


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None
