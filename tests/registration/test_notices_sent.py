"""Notices reach real servers once each; whoever is vaccinated or has refused since is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.registration.notices.channels.file import MessageFile
from services.registration.notices.channels.gateway import Gateway
from services.registration.notices.channels.smtp import Mail
from services.registration.notices.outbox import Claimed, claim_message, record_outcome
from shared.kit.eventstore import Context
from shared.town.notice_settings import NoticeSettings
from tests.support.message_servers import GatewayServer, MailServer
from tests.support.notices import Telling, drain


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    with GatewayServer() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def town(tmp_path: Path, gateway: GatewayServer, mail: MailServer) -> Telling:
    return Telling(tmp_path, NoticeSettings(smtp=mail.settings, gateway=gateway.settings))


def wash(town: Telling) -> None:
    assert town.view() == town.rebuilt_view()


# By the gateway


def test_everybody_gets_one_signed_message_in_both_languages(town: Telling, gateway: GatewayServer):
    town.people(5)
    notice = town.released()
    assert drain(town.sender(Gateway(gateway.settings))) == 5
    assert sorted(gateway.raw.values()) == [1] * 5
    assert gateway.forged == 0
    said = {each["data"]["to"]: each["data"] for each in gateway.phones.values()}
    assert sorted(said) == [f"1000000{number:04}" for number in range(1, 6)]
    first = said["10000000001"]
    site = town.app.campaign.site(town.app.campaign.unit("v01").site)
    assert first["zh"] == f"演练001您好，请带身份证到{site.name_zh}接种。"
    assert first["en"].startswith("Dear 演练001, please come to ")
    assert first["text"] == f"{first['zh']}\n\n{first['en']}\n"
    reach = town.reach(notice)
    assert (reach["sent"], reach["skipped"], reach["failed"]) == (5, 0, 0)
    assert (reach["status"], reach["waiting"], reach["perhaps_twice"]) == ("finished", 0, 0)
    [finished] = town.events("NoticeFinished")
    assert finished["data"] == {"notice": notice, "sent": 5, "skipped": 0, "failed": 0}
    wash(town)


def test_people_vaccinated_or_refused_since_the_release_are_left_out(
    town: Telling, gateway: GatewayServer
):
    vaccinated, declined, contraindicated, erased, moved, told = town.people(6)
    town.person(7, identity={"phone": None})
    town.person(8, identity={"phone": "见村部"})
    notice = town.released(units=["v01"])
    town.dose(vaccinated)
    town.contraindicated(contraindicated)
    town.http.post(f"/api/residents/{declined}/decline", {"reason": "no_time"})
    town.http.post(f"/api/residents/{erased}/erase", {"reason": "by_request"})
    with town.transaction():
        from services.registration.domain.resident import Resident

        person = town.app.get(Resident, moved)
        person.unit = "v02"
        person.correct(
            unit="v02", tie="home", cohort="general", identity={"name": "演练"}, new_identity=True
        )
        town.app.save(person)
    drain(town.sender(Gateway(gateway.settings)))
    assert [each["data"]["to"] for each in gateway.phones.values()] == ["10000000006"]
    reach = town.reach(notice)
    assert reach["sent"] == 1
    assert reach["reasons"] == {
        "vaccinated": 1,
        "declined": 1,
        "contraindicated": 1,
        "erased": 1,
        "not_in_audience": 1,
        "no_address": 1,
        "bad_address": 1,
    }
    assert str(told) in {each["data"]["resident"] for each in town.events("NoticeSent")}
    assert reach["status"] == "finished"
    wash(town)


def test_it_is_decided_between_two_messages_too(town: Telling, gateway: GatewayServer):
    people = town.people(3)
    town.released()
    sender = town.sender(Gateway(gateway.settings))
    sender.step()
    [sent] = town.events("NoticeSent")
    waiting = [each for each in people if str(each) != sent["data"]["resident"]]
    town.dose(waiting[0])
    drain(sender)
    assert len(gateway.raw) == 2
    [skipped] = town.events("NoticeSkipped")
    assert skipped["data"]["resident"] == str(waiting[0])
    assert skipped["data"]["reason"] == "vaccinated"


def test_a_second_dose_reminder_leaves_out_who_has_had_it(town: Telling, gateway: GatewayServer):
    early, late, done = town.people(3)
    for person in (early, late, done):
        town.dose(person, 1, "2024-04-09" if person == late else "2024-03-26")
    notice = town.prepared(statuses=["first_done"], days_since_first=14)
    preview = town.http.page(f"/notices/{notice}").text
    assert "发布给 2 人" in preview
    town.http.post(f"/api/notices/{notice}/release", {"recipients": 2})
    town.dose(done, 2, "2024-04-10")
    drain(town.sender(Gateway(gateway.settings)))
    assert [each["data"]["to"] for each in gateway.phones.values()] == ["10000000001"]
    assert town.reach(notice)["reasons"] == {"vaccinated": 1}


def test_nobody_is_told_while_the_views_are_rebuilt(town: Telling, gateway: GatewayServer):
    vaccinated, _ = town.people(2)
    town.released()
    town.dose(vaccinated)
    sender = town.sender(Gateway(gateway.settings))
    town.app.rebuild_views()  # who was vaccinated elsewhere is not known again yet
    assert drain(sender) == 0
    town.follower("appointments/stadium").catch_up()
    assert drain(sender) > 0
    assert len(gateway.raw) == 1


def test_nobody_is_told_whose_site_is_not_heard(town: Telling, gateway: GatewayServer):
    sites = {unit.code: unit.site for unit in town.app.campaign.units}
    other = next(code for code, site in sites.items() if site != sites["v01"])
    town.person(1, "v01")
    town.person(2, other)
    town.released()
    quiet = [f"appointments/{sites['v01']}"]
    assert drain(town.sender(Gateway(gateway.settings), quiet)) == 1
    assert [each["data"]["to"] for each in gateway.phones.values()] == ["10000000002"]
    assert drain(town.sender(Gateway(gateway.settings), ["screening"])) == 0
    assert drain(town.sender(Gateway(gateway.settings))) == 1


def test_a_reminder_of_an_appointment_goes_to_those_who_have_one(
    town: Telling, gateway: GatewayServer
):
    booked, _ = town.people(2)
    town.booked(booked, "2024-04-16")
    notice = town.released(
        zh="{day} {time} {site}", en="{day} {time} {week}{site}".replace("{week}", "")
    )
    drain(town.sender(Gateway(gateway.settings)))
    [said] = gateway.phones.values()
    assert said["data"]["zh"].startswith("4月16日（周二） 09:30 ")
    assert said["data"]["en"].startswith("Tue 16 April 09:30 ")
    assert town.reach(notice)["reasons"] == {"no_appointment": 1}


# In trouble


def test_a_gateway_in_trouble_is_asked_later_and_each_time_later(
    town: Telling, gateway: GatewayServer
):
    town.people(1)
    notice = town.released()
    sender = town.sender(Gateway(gateway.settings))
    gateway.answers = [503, 500, (429, {"Retry-After": "7200"})]
    waits = list[float]()
    for _ in range(3):
        assert sender.step()
        assert not sender.step()
        assert sender.held_until is not None
        waits.append((sender.held_until - town.app.now()).total_seconds())
        town.later(waits[-1] - 1)
        assert not sender.step()
        town.later(25)  # the message itself waits by a chance of its own
    assert 2.5 <= waits[0] <= 5
    assert 10 <= waits[1] <= 20
    assert waits[2] == 7200
    assert town.reach(notice)["trouble"] == "http-429"
    assert "暂时发不出去" in town.http.page(f"/notices/{notice}").text
    assert drain(sender) == 1
    keys = {each["headers"]["webhook-id"] for each in gateway.asked}
    bodies = {each["body"] for each in gateway.asked}
    assert (len(gateway.asked), len(keys), len(bodies)) == (4, 1, 1)
    [sent] = town.events("NoticeSent")
    assert (sent["data"]["tries"], sent["data"]["doubtful"]) == (4, False)
    assert sender.held_until is None


def test_what_is_refused_for_good_fails_and_an_operator_tries_again(
    town: Telling, gateway: GatewayServer
):
    town.people(2)
    notice = town.released()
    sender = town.sender(Gateway(gateway.settings))
    gateway.answers = [422]
    drain(sender)
    [failed] = town.events("NoticeFailed")
    assert failed["data"]["reason"] == "refused"
    assert failed["data"]["trouble"] == "http-422"
    reach = town.reach(notice)
    assert (reach["sent"], reach["failed"], reach["status"]) == (1, 1, "finished")
    wash(town)
    again = town.http.post(f"/api/notices/{notice}/retry")
    assert (again.status_code, again.json["messages"]) == (200, 1)  # type: ignore[index]
    drain(sender)
    reach = town.reach(notice)
    assert (reach["sent"], reach["failed"], reach["status"]) == (2, 0, "finished")
    assert town.http.post(f"/api/notices/{notice}/retry").json["code"] == "nothing-failed"  # type: ignore[index]
    wash(town)


def test_one_message_is_tried_so_often_and_no_oftener(town: Telling, gateway: GatewayServer):
    from services.registration.notices.channels.backoff import MOST_TRIES

    town.people(1)
    notice = town.released()
    sender = town.sender(Gateway(gateway.settings))
    gateway.answers = [503] * (MOST_TRIES + 5)
    for _ in range(MOST_TRIES + 5):
        sender.step()
        town.later(7200)
    assert len(gateway.asked) == MOST_TRIES
    [failed] = town.events("NoticeFailed")
    assert failed["data"]["tries"] == MOST_TRIES
    assert failed["data"]["reason"] == "unreachable"
    assert town.reach(notice)["failed"] == 1


def test_a_gateway_that_does_not_know_us_loses_no_message(town: Telling, gateway: GatewayServer):
    town.people(2)
    notice = town.released()
    sender = town.sender(Gateway(gateway.settings))
    gateway.answers = [401]
    assert drain(sender) == 1
    assert town.reach(notice)["failed"] == 0
    town.later(3600)
    drain(sender)
    assert town.reach(notice)["sent"] == 2


def test_a_gateway_that_is_not_there_is_waited_for(town: Telling, gateway: GatewayServer):
    town.people(1)
    notice = town.released()
    gateway.server.shutdown()
    gateway.server.server_close()
    sender = town.sender(Gateway(gateway.settings))
    assert drain(sender) == 1
    assert town.reach(notice)["trouble"] == "no-connection"
    assert town.reach(notice)["waiting"] == 1


# Killed in between


def claim_only(town: Telling, channel: Any) -> Claimed:
    """What a sender has done that is killed before it reports."""
    with town.app.store.transaction(Context("killed", "sender", "sender")):
        claimed = claim_message(town.app, channel, ())
    assert isinstance(claimed, Claimed)
    return claimed


def test_killed_after_the_gateway_took_it_the_gateway_recognises_it(
    town: Telling, gateway: GatewayServer
):
    town.people(1)
    notice = town.released()
    channel = Gateway(gateway.settings)
    channel.send(claim_only(town, channel).message)
    sender = town.sender(Gateway(gateway.settings))
    assert drain(sender) == 0  # nobody else takes it while it is under way
    assert sender.take_over() == 1
    drain(sender)
    assert (list(gateway.raw.values()), len(gateway.phones)) == ([2], 1)
    assert town.reach(notice)["perhaps_twice"] == 0


def test_killed_after_the_mail_server_took_it_says_perhaps_twice(town: Telling, mail: MailServer):
    town.people(2)
    notice = town.released("smtp")
    channel = Mail(mail.settings)
    channel.send(claim_only(town, channel).message)
    sender = town.sender(Mail(mail.settings))
    assert sender.take_over() == 1
    drain(sender)
    assert sorted(mail.raw.values()) == [1, 2]
    assert len(mail.boxes) == 2
    reach = town.reach(notice)
    assert (reach["sent"], reach["perhaps_twice"]) == (2, 1)
    assert "1 封邮件可能收到两次" in town.http.page(f"/notices/{notice}").text
    wash(town)


def test_killed_and_vaccinated_before_it_goes_on(town: Telling, gateway: GatewayServer):
    [person] = town.people(1)
    notice = town.released()
    claim_only(town, Gateway(gateway.settings))
    town.dose(person)
    sender = town.sender(Gateway(gateway.settings))
    sender.take_over()
    drain(sender)
    assert gateway.asked == []
    assert town.reach(notice)["reasons"] == {"vaccinated": 1}


def test_a_sender_that_was_thought_dead_reports_nothing(town: Telling, gateway: GatewayServer):
    town.people(1)
    town.released()
    channel = Gateway(gateway.settings)
    claimed = claim_only(town, channel)
    sender = town.sender(Gateway(gateway.settings))
    sender.take_over()
    drain(sender)
    with town.transaction():
        record_outcome(town.app, channel, claimed, channel.send(claimed.message))
    assert len(town.events("NoticeSent")) == 1


def test_a_program_error_of_a_channel_holds_nothing_up(town: Telling, gateway: GatewayServer):
    town.people(2)
    notice = town.released()
    channel = Gateway(gateway.settings)
    sending, broken = channel.send, [True]

    def send(message: Any) -> Any:
        if broken.pop():
            broken.append(False)
            raise KeyError(message.to)
        broken.append(False)
        return sending(message)

    channel.send = send  # type: ignore[method-assign]
    sender = town.sender(channel)
    drain(sender)
    assert town.reach(notice)["sent"] == 1
    town.later(60)
    drain(sender)
    assert town.reach(notice)["sent"] == 2


# Stopped


def test_a_stopped_notice_goes_no_further(town: Telling, gateway: GatewayServer):
    town.people(4)
    notice = town.released()
    sender = town.sender(Gateway(gateway.settings))
    sender.step()
    stopped = town.http.post(f"/api/notices/{notice}/stop")
    assert stopped.json["status"] == "stopped"  # type: ignore[index]
    assert town.events("NoticeStopped")[0]["data"]["left"] == 3
    assert drain(sender) == 0
    assert len(gateway.raw) == 1
    assert town.http.post(f"/api/notices/{notice}/stop").status_code == 200
    assert len(town.events("NoticeStopped")) == 1
    assert town.events("NoticeFinished") == []
    wash(town)


def test_what_is_under_way_when_a_notice_is_stopped_is_not_tried_again(
    town: Telling, gateway: GatewayServer
):
    town.people(1)
    notice = town.released()
    gateway.answers = [503]
    channel = Gateway(gateway.settings)
    claimed = claim_only(town, channel)
    assert town.http.post(f"/api/notices/{notice}/stop").status_code == 200
    with town.transaction():
        record_outcome(town.app, channel, claimed, channel.send(claimed.message))
    town.later(7200)
    assert drain(town.sender(channel)) == 0
    assert town.reach(notice)["waiting"] == 0


# By mail


def test_mail_has_one_id_a_person_and_nothing_of_the_person_in_it(town: Telling, mail: MailServer):
    [person] = town.people(1)
    notice = town.released("smtp")
    drain(town.sender(Mail(mail.settings)))
    [box] = mail.boxes
    assert box["To"] == "person1@people.example"
    assert box["From"] == "notices@town.example"
    assert box["Subject"] == "接种提醒 Reminder"
    assert box["Auto-Submitted"] == "auto-generated"
    message_id = town.events("NoticeSent")[0]["data"]["message"]
    assert box["Message-ID"] == f"<{message_id}@town.example>"
    assert person.hex not in box["Message-ID"]
    assert notice.replace("-", "") not in box["Message-ID"]
    text = box.get_content()
    assert "演练001您好" in text
    assert "Dear 演练001" in text


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("451 try later", "waiting"), ("421 closing", "waiting"), ("554 no", "failed")],
)
def test_what_a_mail_server_says_is_later_or_never(
    town: Telling, mail: MailServer, answer: str, outcome: str
):
    town.people(1)
    notice = town.released("smtp")
    mail.before = lambda _: answer
    sender = town.sender(Mail(mail.settings))
    drain(sender)
    reach = town.reach(notice)
    assert reach[outcome] == 1
    assert reach["sent"] == 0
    if outcome == "waiting":
        mail.before = lambda _: None
        town.later(3600)
        drain(sender)
        assert town.reach(notice)["sent"] == 1
        assert town.events("NoticeSent")[0]["data"]["doubtful"] is False


def test_an_answer_that_gets_lost_makes_a_mail_doubtful(town: Telling, mail: MailServer):
    town.people(1)
    notice = town.released("smtp")

    def cut(_: Any) -> None:
        for transport in sessions:
            transport.abort()

    sessions: list[Any] = []
    factory = mail.controller.factory

    def remembering() -> Any:
        server = factory()
        made = server.connection_made

        def connection_made(transport: Any) -> None:
            sessions.append(transport)
            made(transport)

        server.connection_made = connection_made
        return server

    mail.controller.factory = remembering  # type: ignore[method-assign]
    mail.after = cut
    sender = town.sender(Mail(mail.settings))
    sender.step()
    mail.after = lambda _: None
    town.later(3600)
    drain(sender)
    assert list(mail.raw.values()) == [2]
    assert len(mail.boxes) == 1
    assert town.reach(notice)["perhaps_twice"] == 1


def test_one_connection_serves_many_mails_and_a_lost_one_is_made_again(
    town: Telling, mail: MailServer
):
    town.people(3)
    town.released("smtp")
    channel = Mail(mail.settings)
    sender = town.sender(channel)
    sender.step()
    kept = channel._server
    sender.step()
    assert channel._server is kept
    assert kept is not None
    kept.sock.close()  # type: ignore[union-attr]
    drain(sender)
    assert len(mail.boxes) == 3


# Into the file


def test_the_file_holds_each_message_once_and_nothing_in_clear(town: Telling, tmp_path: Path):
    [person] = town.people(1)
    notice = town.released("file")
    path = tmp_path / "notices.jsonl"
    channel = MessageFile(path)
    claimed = claim_only(town, channel)
    channel.send(claimed.message)
    with path.open("ab") as file:
        file.write(b'{"message": "msg_torn')
    sender = town.sender(MessageFile(path))
    sender.take_over()
    drain(sender)
    content = path.read_bytes()
    [line] = map(json.loads, content.splitlines())
    assert line["message"] == claimed.message.id
    for clear in ("演练", "1000000", "people.example", "Dear"):
        assert clear.encode() not in content
    assert path.stat().st_mode & 0o077 == 0
    assert town.reach(notice)["perhaps_twice"] == 0
    reference = "|".join((str(person), line["message"], "notice", "file", line["sealed"]))
    opened = town.app.privacy.read(str(person), reference)  # type: ignore[union-attr]
    assert opened is not None
    assert opened["phone"] == "10000000001"
    assert opened["zh"].startswith("演练001您好")
    town.http.post(f"/api/residents/{person}/erase", {"reason": "by_request"})
    assert town.app.privacy.read(str(person), reference) is None  # type: ignore[union-attr]


# The rate


def test_the_rate_is_bounded(town: Telling, gateway: GatewayServer):
    from dataclasses import replace

    town.people(3)
    town.released()
    drain(town.sender(Gateway(replace(gateway.settings, rate=4.0))))
    assert town.rested == [0.25] * 3
