"""The preview of a notice promises what the sender keeps: who gets it now, and why others do not."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from services.registration.domain.recipient import AtRelease, Audience, reason_against
from services.registration.notices.audience import born_by, doses_of, people_of, recipient_of
from services.registration.notices.channels.channel import Accepted, Message
from services.registration.residents.queries import WithStatus
from services.registration.residents.status import STATUSES
from shared.town.notice_settings import GatewaySettings, NoticeSettings, SmtpSettings
from tests.support.message_servers import SECRET
from tests.support.notices import Telling, drain

TEXTS = {
    "everybody": "{name}您好",
    "appointment": "{name}请于{day}{time}到{site}",
    "week": "{name}请在{week}接种",
    "both": "{name}{week}{day}",
}


class Listener:
    """A channel that takes whatever it is handed."""

    recognises_repeats, keeps_messages, rate = True, False, 0.0

    def __init__(self, name: str) -> None:
        self.name = name
        self.taken: list[Message] = []

    def send(self, message: Message) -> Accepted:
        self.taken.append(message)
        return Accepted()

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def town(tmp_path: Path) -> Telling:
    settings = NoticeSettings(
        SmtpSettings("127.0.0.1", "a@town.example", security="none"),
        GatewaySettings("https://sms.example/v1", SECRET),
    )
    return Telling(tmp_path, settings)


@pytest.fixture
def mixed(town: Telling) -> Telling:
    """Six people: booked, wishing a week, both, neither, without address, with a bad one."""
    booked, wishing, both, _ = town.people(4)
    for resident in (booked, both):
        town.booked(resident, "2024-04-16")
    for resident in (wishing, both):
        town.http.post(f"/api/residents/{resident}/consent", {"wished_week": "2024-W16"})
    nowhere = town.person(5, identity={"phone": None, "email": None})
    wrong = town.person(6, identity={"phone": "见村部", "email": "nobody"})
    for resident in (nowhere, wrong):
        town.booked(resident, "2024-04-17")
    return town


def said(channel: str = "file", zh: str = TEXTS["everybody"], **more: Any) -> dict[str, Any]:
    texts = {"title": "演练", "zh": zh, "en": "", "channel": channel}
    return texts | {"statuses": ["registered", "consented"]} | more


def previewed(town: Telling, **body: Any) -> dict[str, Any]:
    return town.http.post("/api/notices/preview", body).json  # type: ignore[return-value]


@pytest.mark.parametrize(("channel", "text"), list(product(("file", "gateway", "smtp"), TEXTS)))
def test_the_sender_does_what_the_preview_has_promised(mixed: Telling, channel: str, text: str):
    body = said(channel, TEXTS[text])
    shown = previewed(mixed, **body)
    assert shown["recipients"] == 6
    assert shown["reached"] + sum(shown["left_out"].values()) == 6
    notice = mixed.released(**body)
    listener = Listener(channel)
    drain(mixed.sender(listener))
    reach = mixed.reach(notice)
    assert (reach["sent"], reach["reasons"]) == (shown["reached"], shown["left_out"])
    assert reach["recipients"] == shown["recipients"]
    assert len(listener.taken) == shown["reached"]


def test_the_preview_says_how_many_would_not_get_it_and_why(mixed: Telling):
    appointment = previewed(mixed, **said(zh=TEXTS["appointment"]))
    assert (appointment["reached"], appointment["left_out"]) == (4, {"no_appointment": 2})
    week = previewed(mixed, **said(zh=TEXTS["week"]))
    assert (week["reached"], week["left_out"]) == (2, {"no_week": 4})
    by_phone = previewed(mixed, **said("gateway", TEXTS["appointment"]))
    assert by_phone["left_out"] == {"no_appointment": 2, "no_address": 1, "bad_address": 1}
    body = said("gateway", TEXTS["appointment"])
    fields = {name: value for name, value in body.items() if name != "statuses" and value}
    ticked = {"statuses.registered": "on", "statuses.consented": "on"}
    page = mixed.http.form("/notices/preview", **fields, **ticked).text
    text = " ".join(page.split())
    assert '<strong class="number">6</strong> 人现在符合条件' in text
    assert '<strong class="number">2</strong> 人现在能收到' in text
    for reason in ("没有预约 2", "没有联系方式 1", "联系方式无效 1"):
        assert reason in text, reason
    notice = mixed.prepared(**body)
    assert "发布给 2 人" in mixed.http.page(f"/notices/{notice}").text


@pytest.mark.parametrize("text", TEXTS)
def test_an_example_is_of_somebody_who_would_get_it(mixed: Telling, text: str):
    mixed.booked(mixed.person(7), "2024-04-18")
    shown = previewed(mixed, **said("gateway", TEXTS[text]))
    assert len(shown["examples"]) == min(3, shown["reached"]) > 0
    for example in shown["examples"]:
        assert example["to"]
        if "day" in TEXTS[text]:
            assert "4月1" in example["zh"]
        if "week" in TEXTS[text]:
            assert "4月15日" in example["zh"]


def test_who_is_counted_is_not_looked_at(mixed: Telling):
    auditor = mixed.http.signed_in("auditor", ("auditor", "town"))
    notice = mixed.prepared(**said("gateway"))
    page = " ".join(auditor.page(f"/notices/{notice}").text.split())
    assert '<strong class="number">4</strong> 人现在能收到' in page
    assert mixed.events("PersonalDataViewed") == []
    previewed(mixed, **said("gateway"))
    [look] = mixed.events("PersonalDataViewed")
    assert len(look["data"]["residents"]) == 3


def test_nobody_who_would_get_it_means_nothing_to_release(mixed: Telling):
    notice = mixed.prepared(**said(zh=TEXTS["week"], statuses=["registered"]))
    page = mixed.http.page(f"/notices/{notice}").text
    assert "没有希望接种周 4" in page
    assert f"/api/notices/{notice}/release" not in page
    assert f"/notices/{notice}/rewrite" in page


def test_whoever_matches_now_has_no_other_reason_against_a_message(mixed: Telling):
    """What the preview does not look at again, the query of the audience has decided."""
    mixed.dose(mixed.person(7), day="2024-03-20")
    mixed.contraindicated(mixed.person(8))
    audience = Audience([], [], STATUSES, 14)
    today = mixed.app.today()
    people = mixed.app.rows(people_of(audience, today, born_by(mixed.app)), WithStatus)
    assert {row["status"] for row in people} >= {"first_done", "contraindicated", "consented"}
    for row in people:
        before = AtRelease(row["status"], doses_of(row))
        assert reason_against(recipient_of(mixed.app, row), before, audience, today) is None
