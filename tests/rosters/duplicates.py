"""Generated people, some of them recorded twice, in the manner of FEBRL: nobody here exists.

The same seed gives the same people. Beside duplicates there are hard negatives: twins, brothers
and sisters with a generation's sign, couples and parents with one telephone, namesakes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from opencc import OpenCC
from pypinyin import lazy_pinyin
from stdnum.cn import ric

from services.registration.search.blind_index import Seen

# Surnames with their share of the population in per mille, rounded (order of the 2020 census).
SURNAMES = (
    "王72 李72 张68 刘54 陈45 杨31 黄22 赵22 吴20 周19 徐15 孙15 马13 朱13 胡13 郭12 何11 林11 高10 罗9 郑9"
    " 梁8 谢8 宋8 唐7 许7 邓6 韩6 冯6 曹6 彭5 曾6 肖6 田5 董5 潘5 袁5 蔡5 蒋5 余5 于5 杜5 叶4 程4 魏4 苏4 吕4"
    " 丁4 任4 卢4 姚4 沈4 钟4 姜4 崔4 谭4 陆3 范3 汪3 廖3 石3 金3 韦3 贾3 夏3 付3 方3 邹3 熊3 白3 孟3 秦3 邱3"
    " 侯3 江3 尹3 薛3 闫3 雷3 龙3 陶2 贺2 毛2 郝2 龚2 邵2 万2 覃2 武2 钱2 戴2 严2 莫2 孔2 向2 常2 汤2 康2 易2"
    " 乔2 赖2 文2 单1 仇1 解1 区1 查1 欧阳1 司马1 诸葛1 上官1 尉迟1"
)
GIVEN = {
    "female": "英秀芳兰梅玉丽敏静燕娟艳霞红娜琴云玲萍桂珍凤莲华洁雪慧婷颖琳倩欣怡雨佳梓涵思妍若诗瑶晴璐蕾薇菲琪彤月春香菊",
    "male": "国建明华军平伟志强文德海林涛斌杰勇磊刚超鹏辉波浩宇俊凯龙飞鑫洋博轩泽晨睿豪子家毅峰东成永生庆福祥金荣根贵",
}
SURNAME_SOUNDS = {"单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "尉": "yu"}
RARE = "喆堃淼焱犇翀祎玥昱晟垚㛃䶮琨赟頔懿睿骐骞"
# Signs that are written or read for each other by mistake, though they sound different.
LOOKALIKES = {
    "明": "朋",
    "玉": "王",
    "兰": "三",
    "芳": "芬",
    "刚": "钢",
    "建": "健",
    "丽": "雨",
    "英": "莫",
    "秀": "季",
    "国": "图",
    "春": "香",
    "平": "干",
    "海": "诲",
    "林": "村",
    "涛": "寿",
    "文": "丈",
    "志": "忘",
    "成": "戍",
    "东": "车",
    "永": "水",
    "福": "富",
}
TODAY = date(2024, 3, 1)
_traditional = OpenCC("s2t").convert
REGIONS = ("420102", "420106", "420111", "420606", "420682", "421083", "421126", "429004")
SHARE = {"generation_sign": 0.4, "own_phone": 0.55, "no_phone": 0.06, "twins": 0.02}


@dataclass(slots=True)
class Town:
    """`people`, each known once; `again`, records of some of them; `pairs` says who is whom."""

    people: list[Seen] = field(default_factory=list[Seen])
    again: list[Seen] = field(default_factory=list[Seen])
    pairs: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])


def a_town(seed: int, people: int, *, duplicated: float = 0.1) -> Town:
    """Return a generated town of so many people, a share of them recorded a second time."""
    rng = random.Random(seed)
    town = Town()
    while len(town.people) < people:
        town.people += _household(rng)
    del town.people[people:]
    for _ in range(people // 200):
        _namesake(rng, town.people)
    for who in rng.sample(town.people, int(people * duplicated)):
        record = _recorded_again(rng, who)
        town.again.append(record)
        town.pairs.add((record.resident, who.resident))
    rng.shuffle(town.again)
    return town


# People


def _weighted(text: str) -> tuple[list[str], list[int]]:
    said = text.split()
    names = [each.rstrip("0123456789") for each in said]
    return names, [int(each[len(name) :]) for each, name in zip(said, names, strict=True)]


_NAMES, _WEIGHTS = _weighted(SURNAMES)


def surname_of(rng: random.Random) -> str:
    return rng.choices(_NAMES, _WEIGHTS)[0]


def sign_of(rng: random.Random, sex: str) -> str:
    if rng.random() < 0.02:
        return rng.choice(RARE)
    signs = GIVEN[sex]
    return signs[int(len(signs) * rng.random() ** 1.5)]


def given_of(rng: random.Random, sex: str, generation: str = "") -> str:
    if generation:
        return generation + sign_of(rng, sex)
    return "".join(sign_of(rng, sex) for _ in range(1 if rng.random() < 0.2 else 2))


def resident_id(rng: random.Random) -> str:
    return str(UUID(int=rng.getrandbits(128)))


def a_phone(rng: random.Random) -> str:
    # No mobile network in China has numbers that begin so.
    return f"100{rng.randrange(10**8):08d}"


def card_of(rng: random.Random, born: str, sex: str, region: str, order: int | None = None) -> str:
    order = rng.randrange(1, 500) if order is None else order
    last = order * 2 % 1000 + (1 if sex == "male" else 0)
    return _checked(f"{region}{born.replace('-', '')}{last:03d}")


def _checked(stem: str) -> str:
    return stem + ric.calc_check_digit(stem + "0")


def born_at(rng: random.Random, youngest: int, oldest: int) -> str:
    days = rng.randrange(youngest * 365, oldest * 365 + 365)
    return (TODAY - timedelta(days=days)).isoformat()


def _household(rng: random.Random) -> list[Seen]:
    """A couple or one person, with children; some share one telephone, some have none."""
    shared = a_phone(rng)
    age = rng.randrange(22, 90)
    region = rng.choice(REGIONS)

    def person(surname: str, sex: str, born: str, generation: str = "") -> Seen:
        phone = a_phone(rng) if rng.random() < SHARE["own_phone"] else shared
        if rng.random() < SHARE["no_phone"]:
            phone = ""
        place = region if rng.random() < 0.8 else rng.choice(REGIONS)
        name = surname + given_of(rng, sex, generation)
        return Seen(resident_id(rng), name, card_of(rng, born, sex, place), phone, born, sex)

    surname = surname_of(rng)
    found = [person(surname, "male", born_at(rng, age, age + 3))]
    if rng.random() < 0.7:
        found.append(person(surname_of(rng), "female", born_at(rng, age - 2, age + 2)))
    generation = sign_of(rng, "male") if rng.random() < SHARE["generation_sign"] else ""
    for _ in range(rng.choices((0, 1, 2, 3), (25, 40, 28, 7))[0]):
        if age < 40:
            break
        sex = rng.choice(("female", "male"))
        child = person(surname, sex, born_at(rng, max(18, age - 32), max(19, age - 22)), generation)
        found.append(child)
        if rng.random() < SHARE["twins"]:
            found.append(_twin(rng, child, surname, generation))
    return found


def _twin(rng: random.Random, child: Seen, surname: str, generation: str) -> Seen:
    """Born the same day at the same place: the numbers lie side by side, the telephone is one."""
    sex = child.sex if rng.random() < 0.6 else rng.choice(("female", "male"))
    name = surname + given_of(rng, sex, generation)
    while name == child.name:
        name = surname + given_of(rng, sex, generation)
    order = (int(child.number[14:17]) // 2 + rng.choice((1, 1, 2, 5))) % 500
    number = card_of(rng, child.birth_date, sex, child.number[:6], order)
    phone = child.phone if rng.random() < 0.7 else a_phone(rng)
    return Seen(resident_id(rng), name, number, phone, child.birth_date, sex)


def _namesake(rng: random.Random, people: list[Seen]) -> None:
    """Give somebody the name, sex and year of birth of somebody else."""
    one, at = rng.choice(people), rng.randrange(len(people))
    day = date(int(one.birth_date[:4]), 1, 1) + timedelta(days=rng.randrange(365))
    if people[at].resident == one.resident or day.isoformat() == one.birth_date:
        return
    number = card_of(rng, day.isoformat(), one.sex, rng.choice(REGIONS))
    people[at] = replace(
        people[at], name=one.name, number=number, birth_date=day.isoformat(), sex=one.sex
    )


# The same people, recorded again

Change = Callable[[random.Random, Seen], Seen]


def _recorded_again(rng: random.Random, who: Seen) -> Seen:
    """Record a person a second time: another or a mistyped number, and up to two more mistakes."""
    again = replace(who, resident=resident_id(rng))
    other = rng.random() < 0.55
    again = _other_document(rng, again) if other else _mistyped_number(rng, again)
    changes: list[tuple[float, Change]] = [(0.45, _name_changed), (0.4, _phone_changed)]
    if other:
        changes += [(0.15, _birth_changed), (0.01, _sex_changed)]
    rng.shuffle(changes)
    made = 0
    for share, change in changes:
        if made < 2 and rng.random() < share:
            again, made = change(rng, again), made + 1
    return again


def _other_document(rng: random.Random, who: Seen) -> Seen:
    letters, digits = rng.choice((("E", 8), ("H", 8), ("C", 8), ("M", 8), ("", 8)))
    return replace(who, number=letters + str(rng.randrange(10 ** (digits - 1), 10**digits)))


def _digit_changed(rng: random.Random, text: str, at: int) -> str:
    others = [each for each in "0123456789" if each != text[at]]
    return text[:at] + rng.choice(others) + text[at + 1 :]


def _mistyped_number(rng: random.Random, who: Seen) -> Seen:
    """One digit of a card misread and a check digit that fits, else it would not be taken."""
    kind = rng.random()
    if kind < 0.35:
        return replace(
            who, number=_checked(_digit_changed(rng, who.number[:17], rng.randrange(2, 6)))
        )
    if kind < 0.7:
        return replace(
            who, number=_checked(_digit_changed(rng, who.number[:17], rng.choice((14, 15))))
        )
    again = _birth_changed(rng, who)
    born = again.birth_date.replace("-", "")
    return replace(again, number=_checked(who.number[:6] + born + who.number[14:17]))


def _name_changed(rng: random.Random, who: Seen) -> Seen:
    changes = (_traditional_name, _pinyin_name, _homophone, _spaced, _lookalike, _signs_swapped)
    change = rng.choices(changes, (22, 25, 25, 12, 10, 6))[0]
    return replace(who, name=change(rng, who.name))


def _traditional_name(rng: random.Random, name: str) -> str:
    return _traditional(name)


def _pinyin_name(rng: random.Random, name: str) -> str:
    said = lazy_pinyin(name)
    said[0] = SURNAME_SOUNDS.get(name[0], said[0])
    if rng.random() < 0.3:
        return "".join(said[1:]).title() + " " + said[0].title()
    return rng.choice((" ".join(said).upper(), said[0].upper() + " " + "".join(said[1:]).title()))


def _homophone(rng: random.Random, name: str) -> str:
    at = rng.randrange(1, len(name))
    sound = lazy_pinyin(name[at])
    signs = {*GIVEN["female"], *GIVEN["male"], *RARE, *"伟玮炜微君钧丽莉利芬方放洁杰捷娟涓敏民晶静"}
    alike = sorted(each for each in signs if each != name[at] and lazy_pinyin(each) == sound)
    return name[:at] + rng.choice(alike) + name[at + 1 :] if alike else _spaced(rng, name)


def _spaced(rng: random.Random, name: str) -> str:
    return rng.choice((" ", "\u3000", "·")).join(name)


def _lookalike(rng: random.Random, name: str) -> str:
    for at in range(len(name) - 1, 0, -1):
        if name[at] in LOOKALIKES:
            return name[:at] + LOOKALIKES[name[at]] + name[at + 1 :]
    return _homophone(rng, name)


def _signs_swapped(rng: random.Random, name: str) -> str:
    return name[:-2] + name[-1] + name[-2] if len(name) > 2 else _homophone(rng, name)


def _phone_changed(rng: random.Random, who: Seen) -> Seen:
    kind, phone = rng.random(), who.phone
    if not phone or kind < 0.3:
        return replace(who, phone=a_phone(rng) if not phone else "")
    if kind < 0.55:
        return replace(who, phone=a_phone(rng))
    if kind < 0.85:
        return replace(who, phone=_digit_changed(rng, phone, rng.randrange(3, 11)))
    at = rng.randrange(3, 10)
    return replace(who, phone=phone[:at] + phone[at + 1] + phone[at] + phone[at + 2 :])


def _birth_changed(rng: random.Random, who: Seen) -> Seen:
    year, month, day = who.birth_date.split("-")
    if rng.random() < 0.35 and int(day) <= 12 and day != month:
        return replace(who, birth_date=f"{year}-{day}-{month}")
    if rng.random() < 0.6:
        alike = [f"{tens}{day[1]}" for tens in (0, 1, 2)] + [f"{day[0]}{ones}" for ones in range(9)]
        day = rng.choice([each for each in alike if each != day and 1 <= int(each) <= 28])
        return replace(who, birth_date=f"{year}-{month}-{day}")
    day = "28" if (month, day) == ("02", "29") else day
    return replace(who, birth_date=f"{int(year) + rng.choice((-10, -1, 1, 10))}-{month}-{day}")


def _sex_changed(rng: random.Random, who: Seen) -> Seen:
    return replace(who, sex="male" if who.sex == "female" else "female")
