"""What was flagged and what does not count, in the reader's words: events keep it in codes and English."""

from __future__ import annotations

import re

from services.supervision.checks.queries import Anomaly
from services.supervision.replay.words import difference
from shared.kit.dates import moment_text
from shared.kit.language import listed, t
from shared.kit.web.pages import day_text, week_text
from shared.town.web.pages import term_of
from shared.town.web.telling import Telling, dose_text

_DETAILS = (
    (r"two first doses", "有两次第一剂", "two first doses"),
    (
        r"shown for (\d+) doses, holds (\d+)",
        "扫过 {0} 次，每支 {1} 剂",
        "shown for {0} doses, holds {1}",
    ),
    (r"not closed by noon after", "第二天中午以前没有结束", "not closed by noon of the next day"),
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
_TRANSFERS = (
    (
        r"(\d+) doses sent to (\S+), none arrived",
        "调出 {0} 剂到{1}，没有登记调入",
        "{0} doses sent to {1}, none arrived",
    ),
    (
        r"(\d+) doses arrived at (\S+), never sent",
        "{1}登记调入 {0} 剂，没有登记调出",
        "{0} doses arrived at {1}, never sent",
    ),
    (
        r"(\d+) doses sent, (\d+) arrived at (\S+)",
        "调出 {0} 剂，{2}登记调入 {1} 剂",
        "{0} doses sent, {1} arrived at {2}",
    ),
)
_EXPIRY = (
    r"expiry (\S+) at (\S+), (\S+) as sent by (\S+)",
    "{1}登记的有效期 {0} 与{3}的 {2} 不同",
    "expiry {0} at {1}, {2} at {3}",
)
_RELEASED = re.compile(r"(\S+) (\S+) (\S+) (.+)")
_OPEN = re.compile(r"left open: (.+)")
_CLOCK = re.compile(r"(\S+) (urgent|other) (\S+)")
_CLUSTER = re.compile(r"(site|batch) (\w+) (\d+) (\S+) (\S+) (.+)")
REACTIONS = ("reaction_due", "reaction_overdue", "reaction_cluster")
DAYS = ("day_not_closed", "closed_open")
FRIDGES = ("fridge_not_read", "fridge_out_of_range")
_DOSE = re.compile(r"(\S+) (\d{4}-\d{2}-\d{2}) dose (\d)")


def subject(one: Anomaly, telling: Telling) -> str:
    """Say whom or what an anomaly is about."""
    if one["kind"] == "report_differs":
        return week_text(one["subject"])
    if one["kind"] in REACTIONS:
        return t("不良反应", "adverse event")
    if one["kind"] == "linked_doses":
        return t("合并的登记", "linked records")
    if one["kind"] == "trace_code_used":
        return t("追溯码 {code}", "trace code {code}", code=one["subject"])
    if one["kind"] == "doubtful_doses":
        return t("一名居民", "a resident")
    if one["kind"] == "transfer":
        return _note(one["subject"], telling)
    if one["kind"] in FRIDGES:
        return _fridge(one, telling)
    if (one["kind"] == "quarantine_lifted") and (about := _RELEASED.fullmatch(one["subject"])):
        site, cause, _, batch = about.groups()
        said = {"site": telling.value("site", site), "cause": term_of(cause, "quarantine_causes")}
        return t(
            "{site}批号 {batch}（{cause}）", "{site}, batch {batch} ({cause})", batch=batch, **said
        )
    who, _, day = one["subject"].rpartition(" ")
    if one["kind"] in DAYS:
        site = telling.value("site", who)
        return t("{site}，{day}", "{site}, {day}", site=site, day=day_text(day))
    name = telling.source(who) if one["kind"] == "many_keys" else telling.person(who)
    return t("{name}，{day}", "{name}, {day}", name=name, day=day_text(day))


def detail(one: Anomaly, telling: Telling) -> str:
    """Say what does not add up."""
    parts = one["detail"].split("; ")
    if one["kind"] == "report_differs":
        return listed(difference(each, telling) for each in parts)
    if one["kind"] == "transfer":
        return _transfer(one["detail"], telling)
    if one["kind"] == "quarantine_lifted":
        actor, by, why = one["detail"].split("|", 2)
        who = telling.actor(actor)
        return t(
            "{who}解除，决定人：{by}：{why}",
            "by {who}, decided by {by}: {why}",
            who=who,
            by=by,
            why=why,
        )
    if one["kind"] in REACTIONS:
        return _of_reaction(one["detail"], telling)
    if found := _OPEN.fullmatch(one["detail"]):
        left = listed(term_of(code, "closing_points") for code in found[1].split())
        return t("没有了结：{points}", "left open: {points}", points=left)
    if one["kind"] in FRIDGES:
        return _temperature(one)
    parts[-1], _, doses = parts[-1].partition(": ")
    given = [
        f"{telling.value('site', site)} {day_text(day)} {dose_text(dose)}"
        for site, day, dose in _DOSE.findall(doses)
    ]
    return listed([*map(_detail, parts), *given])


def _fridge(one: Anomaly, telling: Telling) -> str:
    site, *rest = one["subject"].split(" ")
    where = telling.value("site", site)
    if one["kind"] == "fridge_not_read":
        return t("{site}，{day}", "{site}, {day}", site=where, day=day_text(rest[0]))
    return t("{site}冰箱 {fridge}", "{site}, refrigerator {fridge}", site=where, fridge=rest[0])


def _temperature(one: Anomaly) -> str:
    if one["kind"] == "fridge_not_read":
        return t("冰箱 {fridges}", "refrigerator {fridges}", fridges=one["detail"])
    celsius, _, read_at = one["detail"].partition(" ")
    at = read_at.replace("T", " ")
    return t("{celsius} ℃，{at}", "{celsius} °C, {at}", celsius=celsius, at=at)


def _of_reaction(text: str, telling: Telling) -> str:
    if found := _CLOCK.fullmatch(text):
        due, site = moment_text(found[3]), telling.value("site", found[1])
        return t("{site}，最晚{due}上报", "{site}, due by {due}", site=site, due=due)
    if found := _CLUSTER.fullmatch(text):
        kind, sign, number, since, until, place = found.groups()
        return t(
            "{kind}（{place}），{sign}，{since}至{until}，{n}例",
            "{kind} ({place}), {sign}, {since} to {until}, cases: {n}",
            kind=term_of(kind, "cluster_kinds"),
            place=telling.value("site", place) if kind == "site" else place,
            sign=term_of(sign, "reaction_signs"),
            since=day_text(since),
            until=day_text(until),
            n=number,
        )
    return text


def _detail(text: str) -> str:
    for pattern, zh, en in _DETAILS:
        if found := re.fullmatch(pattern, text):
            return t(zh, en).format(*found.groups())
    return text


def _note(subject: str, telling: Telling) -> str:
    site, note, batch = subject.split("|", 2)
    said = {"site": telling.value("site", site), "note": note, "batch": batch}
    return t("{site}调拨单 {note}，批号 {batch}", "{site}, note {note}, batch {batch}", **said)


def _transfer(text: str, telling: Telling) -> str:
    for pattern, zh, en in (*_TRANSFERS, _EXPIRY):
        if found := re.fullmatch(pattern, text):
            parts = found.groups()
            said = [each if each[0].isdigit() else telling.value("site", each) for each in parts]
            return t(zh, en).format(*said)
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
