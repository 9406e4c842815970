"""A real process that is killed in the middle of sending, again and again: each message once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import Running, embedded_deployment, running_embedded
from deploy.rehearsal.api import Api
from shared.town.deployment import Deployment
from shared.town.notice_settings import NoticeSettings
from tests.support.message_servers import GatewayServer, MailServer
from tests.support.notices import EN, ZH
from tests.support.waiting import until
from tests.support.workbooks import HEADINGS, person, workbook

PEOPLE = 200
UNIT = "v01"
KILLS = (30, 80, 81, 140)
MAIL_KILLS = (40, 41, 120)


class Office:
    """The office, by the API."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.url = deployment.part("registration").url
        self.api = Api(deployment, 7, 2, rehearsal_accounts(deployment))

    def post(self, path: str, **said: Any) -> Any:
        headers = self.api.bearer(self.api.login_for("registration", path))
        headers["Idempotency-Key"] = str(uuid.uuid4())
        answer = requests.post(self.url + path, headers=headers, timeout=60, **said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        headers = self.api.bearer(self.api.login_for("registration", path))
        return requests.get(self.url + path, headers=headers, timeout=30).json()

    def roster(self, people: int) -> list[str]:
        rows = [
            [*person(number, f"演练{number:03}"), f"person{number}@people.example"]
            for number in range(1, people + 1)
        ]
        content = workbook([[*HEADINGS, "邮箱"], *rows])
        result = self.api.roster(UNIT, content, "everybody who is told")
        return [entry["resident"] for entry in result["entries"]]

    def released(self, channel: str) -> str:
        said = {"title": "接种提醒", "zh": ZH, "en": EN, "channel": channel}
        notice = self.post("/api/notices", json=said | {"statuses": ["registered"]})["notice"]
        self.post(f"/api/notices/{notice}/release", json={"recipients": PEOPLE})
        return notice

    def finished(self, notice: str) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            told = self.get(f"/api/notices/{notice}")
            return told if told["status"] == "finished" else None

        return until(found, 120, every=0.2, what=lambda: self.get(f"/api/notices/{notice}"))


def killed_at(running: Running, counts: tuple[int, ...], taken: Callable[[], int]) -> int:
    """Kill the process when the server has taken so many messages, and start it again."""
    process = running.group["embedded"]
    for count in counts:
        until(
            lambda count=count: taken() >= count,
            90,
            every=0.002,
            what=lambda: (taken(), process.tail()),
        )
        process.kill()
        process.start()
        process.wait_ready(running.deployment.parts[-1].url, 90)
    return len(counts)


@pytest.mark.timeout(600)
def test_each_message_once_though_the_sender_is_killed_again_and_again(tmp_path: Path):
    with GatewayServer() as gateway, MailServer() as mail:
        deployment = embedded_deployment(
            tmp_path / "town", first_port=None, rehearsal=True, people=400
        )
        settings = NoticeSettings(
            smtp=replace(mail.settings, rate=0.0), gateway=replace(gateway.settings, rate=0.0)
        )
        deployment = replace(deployment, notices=settings)
        deployment.save()
        with running_embedded(deployment) as running:
            office = Office(deployment)
            residents = office.roster(PEOPLE)
            assert len(residents) == PEOPLE
            office.api.settle()

            # Answers take time, so that kills find messages under way.
            gateway.after = lambda _: time.sleep(0.02)
            by_gateway = office.released("gateway")
            killed_at(running, KILLS, lambda: len(gateway.phones))
            for resident in residents[-20:]:
                office.post(f"/api/residents/{resident}/decline", json={"reason": "no_time"})
            reach = office.finished(by_gateway)
            left_out = reach["skipped"]
            assert reach["sent"] + left_out == PEOPLE
            assert reach["failed"] == 0
            assert len(gateway.phones) == reach["sent"]  # each id was passed on once
            assert len({each["data"]["to"] for each in gateway.phones.values()}) == reach["sent"]
            again = sum(gateway.raw.values()) - len(gateway.raw)
            assert again <= len(KILLS)  # one message a kill can have been under way
            print(f"\ngateway: {reach['sent']} passed on, {again} recognised, {left_out} left out")

            by_mail = office.released("smtp")
            expected = office.get(f"/api/notices/{by_mail}")["recipients"]
            # The same here.
            mail.after = lambda _: time.sleep(0.02)
            killed_at(running, MAIL_KILLS, lambda: len(mail.boxes))
            reach = office.finished(by_mail)
            assert reach["sent"] == expected
            assert len(mail.boxes) == expected
            assert len({str(each["To"]) for each in mail.boxes}) == expected
            again = sum(mail.raw.values()) - len(mail.raw)
            assert again <= reach["perhaps_twice"] <= len(MAIL_KILLS)
            print(f"mail: {expected} in boxes, {again} taken twice by the server,")
            print(f"      {reach['perhaps_twice']} marked as perhaps twice")
