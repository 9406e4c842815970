"""What was flagged and what does not count, in the reader's words: events keep it in codes and English."""

from __future__ import annotations

import re

from services.supervision.checks.queries import Anomaly
from services.supervision.replay.words import difference
from shared.kit.language import listed, t
from shared.kit.web.pages import day_text, week_text
from shared.town.web.pages import term_of
from shared.town.web.telling import Telling, dose_text

_DETAILS = (
    (r"two first doses", "有两次第一剂", "two first doses"),
    (r"(\d+) doses", "共 {0} 剂", "{0} doses"),
    (r"only (\d+) days apart", "两剂只隔 {0} 天", "only {0} days apart"),
    (
        r"shown (\d+) residents, (\d+) of them one by one",
        "查阅 {0} 名居民，其中逐个查阅 {1} 名",
        "shown {0} residents, {1} of them one by one",
    ),
    (
        r"(\d+) residents in an hour, (\d+) of (\d+) withheld",
        "一小时内 {0} 名居民；{2} 名中未给 {1} 名",
        "{0} residents in an hour, {1} of {2} withheld",
    ),
)
_DOSE = re.compile(r"(\S+) (\d{4}-\d{2}-\d{2}) dose (\d)")


def subject(one: Anomaly, telling: Telling) -> str:
    """Say whom or what an anomaly is about."""
    if one["kind"] == "report_differs":
        return week_text(one["subject"])
    if one["kind"] == "linked_doses":
        return t("合并的登记", "linked records")
    if one["kind"] == "doubtful_doses":
        return t("一名居民", "a resident")
    who, _, day = one["subject"].rpartition(" ")
    name = telling.source(who) if one["kind"] == "many_keys" else telling.person(who)
    return t("{name}，{day}", "{name}, {day}", name=name, day=day_text(day))


def detail(one: Anomaly, telling: Telling) -> str:
    """Say what does not add up."""
    parts = one["detail"].split("; ")
    if one["kind"] == "report_differs":
        return listed(difference(each, telling) for each in parts)
    parts[-1], _, doses = parts[-1].partition(": ")
    given = [
        f"{telling.value('site', site)} {day_text(day)} {dose_text(dose)}"
        for site, day, dose in _DOSE.findall(doses)
    ]
    return listed([*map(_detail, parts), *given])


def _detail(text: str) -> str:
    for pattern, zh, en in _DETAILS:
        if found := re.fullmatch(pattern, text):
            return t(zh, en).format(*found.groups())
    return text


def why_disowned(why: str, telling: Telling) -> str:
    """Say why an event of a source does not count."""
    if found := re.fullmatch(r"\w+ is said by (.+) alone", why):
        return t(
            "只有{source}可以记录", "{source} alone may say it", source=telling.source(found[1])
        )
    if "does not speak through" in why:
        return t("它不能替另一个接种点记录", "it may not speak for another site")
    return t("内容不合规定格式", "it does not keep the agreed form")


def event_name(event: str) -> str:
    """Say what an event calls itself; of one that nobody knows, that."""
    said = term_of(event, "events")
    return t("不认识的事件", "an event nobody knows") if said == event else said
