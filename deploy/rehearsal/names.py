"""Invented names, phones and addresses for a rehearsal; none belongs to anybody."""

import random

from shared.town.campaign import Unit
from shared.town.identity_documents import Sex

PHONE_PREFIX = "100"
"""No mobile network in China has numbers that begin so."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙"
)
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
_DOUBLE_SHARE = 0.005
_GIVEN: dict[Sex, str] = {
    "female": "芳娜敏静丽艳娟霞秀燕玲桂英华兰洁梅琳雪倩婷慧颖莉萍红玉月莹雅欣怡佳凤春",
    "male": "伟强磊军洋勇杰涛超明刚平辉鹏飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志文海峰",
}
_TWO_SIGNS_SHARE = 0.75


def name(rng: random.Random, sex: Sex) -> str:
    """A name of a common surname and one or two common given signs."""
    double = rng.random() < _DOUBLE_SHARE
    surname = rng.choice(_DOUBLE_SURNAMES) if double else rng.choice(_SURNAMES)
    signs = 2 if rng.random() < _TWO_SIGNS_SHARE else 1
    return surname + "".join(rng.choice(_GIVEN[sex]) for _ in range(signs))


def phones(rng: random.Random, count: int) -> list[str]:
    """Phone numbers, each once, under a prefix that is assigned to nobody."""
    return [f"{PHONE_PREFIX}{n:08d}" for n in rng.sample(range(10**8), count)]


def address(rng: random.Random, unit: Unit) -> str:
    """An address in a unit: groups and houses in a village, buildings and rooms elsewhere."""
    if unit.kind == "village":
        return f"{unit.name_zh}{rng.randint(1, 12)}组{rng.randint(1, 160)}号"
    building, storey, flat = rng.randint(1, 30), rng.randint(1, 18), rng.randint(1, 4)
    return f"{unit.name_zh}{building}号楼{storey}{flat:02d}室"
