"""What people write above the columns of a roster, and what they write in them (R21)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from services.registration.domain.normal_form import one_form
from shared.kit.language import Text
from shared.town.identity_documents import KINDS
from shared.town.terms import residents
from shared.town.terms.term import Terms


def _written(said: Mapping[str, str], terms: Terms | None = None) -> dict[str, tuple[str, ...]]:
    """What is written for each code: the term's words, and others that mean it."""
    return {
        code: (*((terms[code].zh, terms[code].en) if terms else ()), *others.split())
        for code, others in said.items()
    }


# Field -> names of its column, as `normalised` leaves them.
HEADINGS = _written(
    {
        "name": (
            "姓名 名字 人员姓名 居民姓名 受种者姓名 接种人姓名 中文姓名 name fullname personname"
        ),
        "card_number": (
            "身份证号 身份证号码 身份证 居民身份证号 居民身份证号码 公民身份号码 公民身份证号码"
            " 身份号码 身分证 身分证号 身分证号码 身分证字号 身份证字号 证件号 证件号码 证件编号 身份证件号码"
            " 有效证件号码 idnumber idcardnumber idcard idno id cardnumber documentnumber documentno passportnumber"
            " nationalid 护照号 护照号码"
        ),
        "document_kind": (
            "证件类型 证件种类 证件类别 证件名称 身份证件类型 有效证件类型 documenttype"
            " documentkind idtype typeofdocument"
        ),
        "sex": "性别 sex gender",
        "birth_date": (
            "出生日期 出生年月日 出生年月 生日 出生 出生时间 birthdate dateofbirth birthday dob"
            " born"
        ),
        "phone": (
            "手机号 手机号码 手机 电话 电话号码 联系电话 联系手机 本人电话 本人手机号 移动电话"
            " 联系方式 联络电话 行动电话 手机电话 phone phonenumber phoneno mobile mobilephone mobilenumber telephone tel"
            " contact"
        ),
        "email": "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 电子邮件地址 email emailaddress mail",
        "address": (
            "住址 地址 家庭住址 家庭地址 现住址 现居住地址 现居住地 居住地址 居住地 详细地址"
            " 常住地址 户籍地址 address homeaddress residentialaddress"
        ),
        "tie": (
            "类别 人员类别 居住类别 与本镇关系 与本镇的关系 户籍类别 人口类别 人户关系 tie"
            " tietotown tietothetown"
        ),
        "cohort": (
            "人群 人群分类 人群类别 人群类型 重点人群 所属人群 目标人群 cohort cohorts group"
            " populationgroup"
        ),
        "cadre": (
            "包保责任人 包保干部 包保人 责任人 负责人 责任干部 网格责任人 cadre responsible"
            " responsiblecadre personresponsible"
        ),
        "status": (
            "状态 人员状态 人口状态 居民状态 生存状态 在册状态 当前状态 现状 status state"
            " personstatus"
        ),
        "health": "健康状况 身体状况 健康情况 身体情况 健康状态 健康 health healthcondition",
        "remark": (
            "备注 说明 备注说明 情况说明 其他说明 附注 备考 remark remarks note notes comment comments"
        ),
        "relation": (
            "与户主关系 与户主的关系 户主关系 家庭关系 家庭成员关系 成员关系 与本户关系 relation"
            " relationship relationtohead relationtohouseholder"
        ),
    },
)
# Columns that say nothing of the person.
PROBLEM = Text("问题", "Problem")
PROBLEMS = frozenset(("问题", "problem", "问题problem"))
NUMBERING = PROBLEMS | {"序号", "编号", "行号", "no", "nr", "number", "sn"}
TITLES = {
    "name": ("姓名", "name"),
    "card_number": ("证件号码", "document number"),
    "document_kind": ("证件类型", "document type"),
    "sex": ("性别", "sex"),
    "birth_date": ("出生日期", "date of birth"),
    "phone": ("手机号", "phone"),
    "email": ("邮箱", "email"),
    "address": ("住址", "address"),
    "tie": ("类别", "tie"),
    "cohort": ("人群", "cohort"),
    "cadre": ("包保干部", "responsible cadre"),
    "status": ("状态", "status"),
    "health": ("健康状况", "health"),
    "remark": ("备注", "remark"),
    "relation": ("与户主关系", "relation to the householder"),
}
# R08: the three ties to the town.
TIES = _written(
    {
        "household": (
            "户籍人口 户籍人员 户籍在册 户籍在本村 户籍在本镇 户口在本村 户口在本镇 户口在册 在册 在籍"
            " 有户口 户 户口 本地户籍 本村户籍 本镇户籍 本地户口 本村户口 本地 本地人 本地人口 本村 本村人"
            " 本村村民 本村居民 村民 本镇 本镇人 本组 本社区 土著 农业 农业户口 农业户籍 农村户口 农户"
            " 非农 非农业 非农户口 非农业户口 城镇户口 城镇户籍 城市户口 居民户口 居民户 空挂户 household"
        ),
        "home": (
            "常住 暂住 寄住 借住 居住人口 常住人口 暂住人口 流动人口 流动人员 流动 外来 外来人口 外来人员"
            " 外来户 外来常住 外地 外地人 外地人口 外地户籍 非户籍 非本地户籍 租户 租住 租房 租房户 租客"
            " 承租人 出租房 出租屋 home"
        ),
        "workplace": (
            "就业 就业人员 从业人员 务工 务工人员 外来务工 外来务工人员 打工 打工人员 做工 上班 上班族"
            " 在职 在岗 职工 员工 工人 企业职工 企业员工 单位职工 单位员工 工厂职工 工作人员 经商 个体经营"
            " 个体户 工作单位 在本镇工作 在本地工作 在本镇上班 workplace work worker"
        ),
    },
    residents.TIES,
)
# R20 and the plan's sectors (R16).
COHORTS = _written(
    {
        "general": "普通居民 居民 一般人群 普通人群 general",
        "cadre": "村干部 镇干部 cadre",
        "party_member": "中共党员 partymember",
        "group_leader": "组长 小组长 村民小组长 groupleader",
        "grid_worker": "gridworker",
        "health_worker": "医护人员 healthworker",
        "teacher": "教职工 老师 teacher",
        "merchant": "经营者 个体户 merchant",
        "builder": "建筑工 builder",
        "market_staff": "市场员工 marketstaff",
        "parent": "家长 parent",
        "enterprise_worker": "企业员工 enterpriseworker",
        "office_staff": "机关工作人员 公务员 officestaff",
    },
    residents.COHORTS,
)
SEXES = _written(
    {
        "female": "女性 female f",
        "male": "男性 male m",
    },
    residents.SEXES,
)
DOCUMENT_KINDS = _written(
    {
        "resident_card": (
            "身份证 二代身份证 二代证 临时身份证 户口簿 户口本 residentidentitycard residentcard"
            " identitycard idcard"
        ),
        "passport": "外国护照 普通护照 中国护照 passport",
        "hk_macau_permit": "港澳居民通行证 港澳通行证 回乡证 hkmacaupermit homereturnpermit",
        "taiwan_permit": "台湾居民通行证 台湾通行证 台胞证 taiwanpermit taiwancompatriotpermit",
        "residence_permit": "港澳居民居住证 台湾居民居住证 居住证 residencepermit",
        "foreign_permanent_resident_card": (
            "外国人永久居留证 永久居留身份证 永久居留证 永居证 foreignpermanentresidentcard"
            " permanentresidentcard"
        ),
    },
    residents.DOCUMENT_KINDS,
)
assert set(DOCUMENT_KINDS) == set(KINDS)

_BRACKETS = re.compile(r"[(\[【〔{].*", re.DOTALL)
_TWO_LANGUAGES = re.compile(r"[\s/]+")
_NOISE = re.compile(r"[\s_\-*:.：、/'\"·•;,，。“”‘’]+")
# Letters of headings and of words in columns as they are written in Hong Kong, Macau and Taiwan.
_SIMPLER = str.maketrans(
    "證號碼類別電話聯絡機動戶備註務與關係員狀態說責幹鎮處業農來暫國區縣黨師醫護網組長學歲齡貫現詳細實際個體營單職廠當歷誕時間單況協親屬項",
    "证号码类别电话联络机动户备注务与关系员状态说责干镇处业农来暂国区县党师医护网组长学岁龄贯现详细实际个体营单职厂当历诞时间单况协亲属项",
)


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return a text without what does not matter: case, width, spaces, a note in brackets."""
    bare = _NOISE.sub("", _BRACKETS.sub("", one_form(text)))
    return bare.translate(_SIMPLER).lower()


def _reversed(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {normalised(said): code for code, names in table.items() for said in (code, *names)}


TERMS: dict[str, Terms] = {
    "tie": residents.TIES,
    "cohort": residents.COHORTS,
    "sex": residents.SEXES,
    "document_kind": residents.DOCUMENT_KINDS,
}
CODES = {"tie": TIES, "cohort": COHORTS, "sex": SEXES, "document_kind": DOCUMENT_KINDS}
_FIELDS = _reversed(HEADINGS)
_CODES = {field: _reversed(table) for field, table in CODES.items()}


def field_of(heading: str) -> str | None:
    """Return the field a heading stands for, or None; a title in two languages counts by either."""
    if (field := _FIELDS.get(normalised(heading))) is not None:
        return field
    first, _, rest = _TWO_LANGUAGES.sub(" ", heading.strip(), count=1).partition(" ")
    both = (_FIELDS.get(normalised(first)), _FIELDS.get(normalised(rest)))
    return both[0] if both[0] is not None and both[0] == both[1] else None


def code_of(field: str, text: str) -> str | None:
    """Return the code that `text` means in a column of codes, or None."""
    return _CODES[field].get(normalised(text))


def choices(field: str) -> list[Text]:
    """Return what is best written in a column of codes: the terms, without commas in them."""
    return [
        Text(term.zh, term.en.partition(" for people")[0] if "," in term.en else term.en)
        for term in TERMS[field].values()
    ]
