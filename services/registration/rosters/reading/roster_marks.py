"""Marks: what a roster says of a person beside the facts, read from words in remarks, status or name.

A mark is a note for the clerk and for screening, never a verdict, and never refuses a row. The words
are those of town offices' lists; a word that is denied (无过敏史, 未怀孕), wished for (想打第一针) or
about somebody else (丈夫去世) is no mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.registration.domain.normal_form import one_form, tidied

REMARK_LENGTH = 200

WORDS = {
    "died": (
        "死亡 已故 已亡 身亡 亡故 病故 去世 过世 逝世 病逝 离世 身故 故去 已死 死了 不在人世 不在世 销户 died"
        " deceased dead"
    ),
    "moved_away": (
        "迁出 迁往 迁走 迁移 迁居 移居 搬走 搬离 搬出 已搬 搬到外 搬去 户口已迁 户籍已迁 外嫁 嫁出 嫁到 出嫁"
        " moved movedaway"
    ),
    "not_found": "查无此人 查无 无此人 没有此人 没有这个人 没这个人 找不到此人 非本村人员 notfound",
    "away": (
        "外出 务工 打工 在外 出国 国外 境外 外地 当兵 参军 服役 不在家 不在本地 不在本村 不在本镇 长期不在 常年不在 away"
    ),
    "vaccinated": (
        "已接种 接种过 接种了 接种完 完成接种 全程接种 已种 种过 已注射 注射过 已打 打过 打了 打完"
        " 外地接种 异地接种 在外接种 第一针 第二针 第三针 第1针 第2针 第3针 一针 两针 二针 三针 第一剂 第二剂 第三剂"
        " 第1剂 第2剂 第3剂 一剂 两剂 二剂 vaccinated"
    ),
    "pregnant": "怀孕 孕妇 孕期 妊娠 有孕 身孕 已孕 孕早期 孕中期 孕晚期 孕[0-9]+[周月个] pregnant",
    "allergic": "过敏 allergic allergy",
    "ill": (
        "癫痫 精神病 精神分裂 精神障碍 精神疾病 化疗 放疗 癌 肿瘤 白血病 高血压 血压高 血糖高 糖尿病 心脏病 冠心病 心梗 支架"
        " 脑梗 脑出血 中风 脑卒中 尿毒症 透析 肾病 肾衰 肝硬化 肝病 慢阻肺 哮喘 肺结核 结核 艾滋 免疫缺陷"
        " 移植 住院 手术 卧床 瘫痪 发烧 发热 感冒 生病 患病 有病 重病 慢性病 基础病 基础疾病 格林巴利 ill"
    ),
}
"""Words by the mark they make."""

_WHOLE_CELL = {
    "亡": "died",
    "死": "died",
    "故": "died",
    "殁": "died",
    "孕": "pregnant",
    "迁": "moved_away",
}
_NOTHING_SAID = (
    "正常 健在 在世 健康 良好 一般 在册 有效 在家 在村 常住 在 是 否 无 没有 户主 本人"
    " normal ok yes no none √ ✓"
)
_NOTHING = frozenset(_NOTHING_SAID.split())
_RELATIONS = re.compile(
    "(?:户主|本人)?之?(?:户主|本人|妻子?|夫|丈夫|配偶|爱人|老伴|[长次三四五大小独养继]?[儿子女]|儿子|女儿"
    "|[长次一二三四五六大小独养继][子女]|[大小][儿女][子儿]|儿媳妇?|媳妇|女婿|外?曾?孙[子女]?|孙媳妇?"
    "|岳?[父母]亲?|公公|婆婆|外?祖[父母]|爷爷|奶奶|哥哥?|弟弟?|姐姐?|妹妹?|兄弟?|姐妹|嫂子?|侄[子女儿]?"
    "|外甥女?|叔叔?|伯[父母]?|姑姑?|姨妈?|舅舅?|亲属|非亲属|其他|其他亲属)"
)
"""Who somebody is in the household: told by the list, and nothing to note."""

_MEANS_OTHER = re.compile(
    "无锡|无为|无极|无棣|无业|无子女|无儿女|无劳动能力|无职业|无固定|无房|无地|无人照顾|无依无靠"
    "|不慎|不幸|非洲|注销|未婚|未满|未成年|外地户籍?|外地人"
)
"""Words that would be taken for a denial or for a mark."""

# What stands before a word and takes it back: close to a deed, some letters before a state.
_NOT = re.compile(
    "(?:未|没|没有|不|不是|非|并非|未曾|尚未|从未|没去|未去|不去|本地|本镇|本村|在家|镇上|村里|镇内|村内|就近|外来)$"
)
_WITHOUT = re.compile("(?:无|没有?|未|不|非|否认|not|no)[^,。;.!]{0,5}$")
_WITHOUT_ILLNESS = re.compile("(?:无|没有|没得|否认|未见|未患|不是|no)[^,。;.!]{0,10}$")
_WISHED = re.compile(
    "(?:想|要|愿意?|准备|预约|计划|打算|同意|待|将|等|可以?|能|应|需|拟|建议|暂缓|推迟|差|缺|少)[^,。;、.!]{0,3}$"
)
_SOMEBODY_ELSE = re.compile(
    "(?:[父母妻夫]亲?|丈夫|妻子|配偶|爱人|老伴|老公|老婆|父母|儿子|女儿|子女|家人)[^,。;、.!]{0,4}$"
)
_BEFORE: dict[str, tuple[re.Pattern[str], ...]] = {
    "died": (_NOT, _SOMEBODY_ELSE),
    "moved_away": (_NOT,),
    "not_found": (),
    "away": (_NOT,),
    "vaccinated": (_NOT, _WITHOUT, _WISHED, _SOMEBODY_ELSE),
    "pregnant": (_WITHOUT, _WISHED, _SOMEBODY_ELSE),
    "allergic": (_WITHOUT, _SOMEBODY_ELSE),
    "ill": (_WITHOUT_ILLNESS, _SOMEBODY_ELSE),
}
_NO = "(?:反应|史|症|病|情况|期)?[:是]?(?:无|否|没有?|未)(?=$|[,;。、])"
_AFTER = {
    "away": re.compile(f"{_NO}|地?(?:已|接种|打针|打疫苗|打了|打过|种|就医|看病|治病)|户"),
    "vaccinated": re.compile(f"{_NO}|[还尚]?[未没](?:打|种|接种)|敏|工|电话|招呼"),
}
"""What stands behind a word and takes it back."""

_BACK = re.compile("返乡|已回|回来了?|已返|返回本|现在家|现居本")
_CARD = re.compile(r"(?<![0-9])[0-9]{6}(?:[0-9]{8}[0-9Xx]{4}|[0-9]{9})(?![0-9])")
_FIND = {
    code: re.compile(
        "|".join(
            rf"\b{word}\b" if word.isascii() else word
            for word in sorted(words.split(), key=len, reverse=True)
        )
    )
    for code, words in WORDS.items()
}
_NO_AFTER = re.compile(_NO)


def marks_in(text: str) -> tuple[str, ...]:
    """Return the codes of what a text says of the person, in the order of the terms."""
    text = one_form(text).lower()
    if not text or text in _NOTHING:
        return ()
    if (mark := _WHOLE_CELL.get(text)) is not None:
        return (mark,)
    text = _MEANS_OTHER.sub("▯", text if text.isascii() else text.replace(" ", ""))
    return tuple(code for code in WORDS if _says(code, text))


def _says(code: str, text: str) -> bool:
    if code == "away" and _BACK.search(text):
        return False
    return any(
        not _AFTER.get(code, _NO_AFTER).match(text[found.end() :])
        and not any(denied.search(text[: found.start()]) for denied in _BEFORE[code])
        for found in _FIND[code].finditer(text)
    )


def is_relation(text: str) -> bool:
    """Tell whether a text only says who somebody is in the household."""
    return _RELATIONS.fullmatch(one_form(text).replace(" ", "")) is not None


def _is_worth(text: str) -> bool:
    bare = one_form(text).lower()
    return any(map(str.isalnum, bare)) and bare not in _NOTHING and not is_relation(bare)


def remark_of(texts: Iterable[str], notes: list[str]) -> str | None:
    """Return the words as they were written, once each, without numbers of cards."""
    worth = [_CARD.sub("…", " ".join(tidied(text).split())) for text in texts if _is_worth(text)]
    remark = "；".join(dict.fromkeys(worth))
    if len(remark) > REMARK_LENGTH:
        notes.append("remark_cut")
        remark = remark[:REMARK_LENGTH]
    return remark or None
