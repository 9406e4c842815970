"""Field errors: what is wrong with a value, in the language of whoever sent it.

    KNOWN_CODE = validate.Regexp(r"[a-z]+", error=said("小写字母", "lower-case letters"))
    told({"code": ["lower-case letters"]})            # {"code": ["小写字母"]}

marshmallow's validators say it in English, ours too; the Chinese of either stands here.
"""

from __future__ import annotations

import re
from typing import Any, cast

from shared.kit.language import t
from shared.kit.narrowing import is_mapping

_CHINESE = {
    "Missing data for required field.": "请填写这一项。",
    "Field may not be null.": "请填写这一项。",
    "Invalid value.": "这个值不对。",
    "Invalid input.": "这个值不对。",
    "Not a valid string.": "这里应为文字。",
    "Not a valid utf-8 string.": "文字不是 UTF-8 编码。",
    "Not a valid integer.": "这里应为整数。",
    "Not a valid number.": "这里应为数字。",
    "Number too large.": "数字太大。",
    "Special numeric values (nan or infinity) are not permitted.": "这里应为数字。",
    "Not a valid boolean.": "这里应为是或否。",
    "Not a valid date.": "这不是有效的日期，应如 2024-04-24。",
    "Not a valid datetime.": "这不是有效的时间，应如 2024-04-24T10:30+08:00。",
    "Not a valid aware datetime.": "时间要带时区，应如 2024-04-24T10:30+08:00。",
    "Not a valid naive datetime.": "这里应为当地时间，不带时区，如 2024-04-24T10:30。",
    "Not a valid UUID.": "这不是有效的编号。",
    "Not a valid list.": "这里应为列表。",
    "Not a valid mapping type.": "这里应为对象。",
    "Invalid type.": "这里应为对象。",
    "Invalid input type.": "这里应为对象。",
    "Unknown field.": "没有这一项，请去掉。",
    "String does not match expected pattern.": "格式不对。",
    "an ISO week such as 2024-W14": "应为一周，如 2024-W14",
    "a time such as 08:30": "应为时间，如 08:30",
}
_WITH_VALUES = {
    "Must be greater than or equal to {a} and less than or equal to {b}.": "应在 {a} 到 {b} 之间。",
    "Must be greater than or equal to {a}.": "不能小于 {a}。",
    "Must be less than or equal to {a}.": "不能大于 {a}。",
    "Must be greater than {a}.": "应大于 {a}。",
    "Must be less than {a}.": "应小于 {a}。",
    "Shorter than minimum length 1.": "请填写这一项。",
    "Shorter than minimum length {a}.": "至少 {a} 个字符或项。",
    "Longer than maximum length {a}.": "最多 {a} 个字符或项。",
    "Length must be between {a} and {b}.": "应为 {a} 到 {b} 个字符或项。",
    "Length must be {a}.": "应为 {a} 个字符或项。",
    "Must be one of: {a}.": "应为其中之一：{a}。",
    "Must be equal to {a}.": "应为 {a}。",
}
_PATTERNS = [
    (re.compile(re.sub(r"\\{(\w)\\}", r"(?P<\1>.*?)", re.escape(en)), re.DOTALL), zh, en)
    for en, zh in _WITH_VALUES.items()
]


def said(zh: str, en: str) -> str:
    """Know the Chinese of an English message, which is returned."""
    _CHINESE[en] = zh
    return en


def told(messages: Any) -> Any:
    """Return marshmallow's messages, whatever their shape, in the language that is spoken."""
    if is_mapping(messages):
        return {name: told(each) for name, each in messages.items()}
    if isinstance(messages, list):
        return [told(each) for each in cast("list[Any]", messages)]
    return _said(messages) if isinstance(messages, str) else messages


def _said(en: str) -> str:
    if en in _CHINESE:
        return t(_CHINESE[en], en)
    for pattern, zh, template in _PATTERNS:
        if found := pattern.fullmatch(en):
            return t(zh, template, **found.groupdict())
    return en
