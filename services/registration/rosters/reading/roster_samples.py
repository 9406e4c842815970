"""Sample rows: what a template shows beneath its heading, and the instructions it gives there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.registration.rosters.reading.roster_cells import text_of
from services.registration.rosters.reading.workbook import Cell

_SAMPLE = re.compile(
    r"示例|样例|范例|示范|样本|填写例|举例|^\W*例\W|^例子?$|^例[一二三1-3]|\bexample\b|\bsample\b|^e\.?g\.?\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"必填|选填|必须|可不填|可填|可空|不填|填写|须填|请填|请选|下拉|格式|样式|例如|如[:：]|位数?$|位数字|^[0-9]+位|文本|按证件|与证件"
    r"|\brequired\b|\boptional\b|\bformat\b|\bdigits\b|\bfill in\b|\bchoose\b|\be\.g\.",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]{14,17}[0-9Xx]|[A-Za-z]{1,2}[0-9]{7,8}")
_NO_NUMBER = re.compile(r"[xX×*]{6,}|0{10,}|1234567890.*")


def is_sample(values: Mapping[str, Cell]) -> bool:
    """Tell whether a row, by the fields of its columns, is a sample or instructions and nobody.

    An address or a remark may well hold such a word: the name or the number must.
    """
    texts = {of: text for of, cell in values.items() if (text := text_of(cell))}
    shown = [texts[of] for of in ("name", "card_number") if of in texts]
    if any(map(_SAMPLE.search, shown)):
        return True
    number = texts.get("card_number", "")
    if _NO_NUMBER.fullmatch(number):
        return True
    said = [text for text in texts.values() if text]
    told = sum(_INSTRUCTION.search(text) is not None for text in said)
    return not _NUMBER.fullmatch(number) and told * 2 > len(said)
