"""What people write above the columns of a roster, and what they write in them (R21)."""

from __future__ import annotations

import re
import unicodedata

# Field -> names of its column, as `normalised` leaves them.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "name", "fullname"),
    "card_number": (
        "身份证号",
        "身份证号码",
        "身份证",
        "公民身份号码",
        "证件号",
        "证件号码",
        "idnumber",
        "idcardnumber",
        "idno",
        "cardnumber",
    ),
    "sex": ("性别", "sex", "gender"),
    "phone": (
        "手机号",
        "手机号码",
        "手机",
        "电话",
        "电话号码",
        "联系电话",
        "联系方式",
        "phone",
        "phonenumber",
        "mobile",
        "telephone",
    ),
    "address": ("住址", "地址", "家庭住址", "现住址", "居住地址", "address"),
    "tie": ("类别", "人员类别", "居住类别", "与本镇关系", "tie", "tietotown"),
    "cohort": ("人群", "人群分类", "人群类别", "重点人群", "cohort", "group"),
}
# Columns that say nothing of the person.
NUMBERING = frozenset(("序号", "编号", "no", "nr", "number"))
REQUIRED = ("name", "card_number", "tie")
TITLES = {
    "name": ("姓名", "name"),
    "card_number": ("身份证号", "ID number"),
    "sex": ("性别", "sex"),
    "phone": ("手机号", "phone"),
    "address": ("住址", "address"),
    "tie": ("类别", "tie"),
    "cohort": ("人群", "cohort"),
}
# R08: the three ties to the town.
TIES = {
    "household": ("户籍", "户籍人口", "本地户籍", "household"),
    "home": ("居住", "常住", "暂住", "home"),
    "workplace": ("工作", "就业", "务工", "工作单位", "workplace", "work"),
}
# R20 and the plan's sectors (R16).
COHORTS = {
    "general": ("一般居民", "普通居民", "居民", "general"),
    "cadre": ("干部", "村干部", "镇干部", "cadre"),
    "party_member": ("党员", "partymember"),
    "group_leader": ("居民组长", "组长", "小组长", "groupleader"),
    "grid_worker": ("网格员", "gridworker"),
    "health_worker": ("医务人员", "医护人员", "healthworker"),
    "teacher": ("教师", "教职工", "teacher"),
    "merchant": ("商户", "经营者", "merchant"),
    "builder": ("建筑工人", "建筑工", "builder"),
}
SEXES = {"female": ("女", "女性", "female", "f"), "male": ("男", "男性", "male", "m")}

_BRACKETS = re.compile(r"[(\[【].*", re.DOTALL)
_NOISE = re.compile(r"[\s_\-*:.：、/]+")


def normalised(text: str) -> str:
    """Return a text without what does not matter: case, width, spaces, a note in brackets."""
    return _NOISE.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", text))).lower()


def _reversed(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {normalised(said): code for code, names in table.items() for said in (code, *names)}


_FIELDS = _reversed(HEADINGS)
_CODES = {"tie": _reversed(TIES), "cohort": _reversed(COHORTS), "sex": _reversed(SEXES)}


def field_of(heading: str) -> str | None:
    """Return the field a heading stands for, or None."""
    return _FIELDS.get(normalised(heading))


def code_of(field: str, text: str) -> str | None:
    """Return the code that `text` means in the columns tie, cohort and sex, or None."""
    return _CODES[field].get(normalised(text))


def choices(field: str) -> str:
    """Return what may be written in the columns tie, cohort and sex, for a remedy."""
    table = {"tie": TIES, "cohort": COHORTS, "sex": SEXES}[field]
    return "、".join(names[0] for names in table.values())
