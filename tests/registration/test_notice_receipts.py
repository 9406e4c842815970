"""Signatures, receipts and back-off: what comes from the gateway is believed only if it is signed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from services.registration.notices.channels.backoff import (
    LONGEST_SECONDS,
    MOST_ASKED_SECONDS,
    pause,
)
from services.registration.notices.channels.gateway import Gateway, seconds_of
from services.registration.notices.channels.masking import masked_address, masked_name
from services.registration.notices.outbox import Claimed, claim_message
from shared.kit import webhooks
from shared.kit.eventstore import Context
from shared.town.notice_settings import GatewaySettings, Misconfigured, NoticeSettings, SmtpSettings
from tests.support.message_servers import RECEIPTS, SECRET, GatewayServer
from tests.support.notices import Telling, drain


@pytest.fixture
def gateway() -> Iterator[GatewayServer]:
    with GatewayServer() as server:
        yield server


@pytest.fixture
def town(tmp_path: Path, gateway: GatewayServer) -> Telling:
    return Telling(tmp_path, NoticeSettings(gateway=gateway.settings))


def receipt(
    town: Telling,
    message: str,
    *,
    secret: str = RECEIPTS,
    receipt_id: str = "rcpt_1",
    at: float | None = None,
    kind: str = "notice.delivered",
    **changes: Any,
) -> TestResponse:
    """Send what a gateway sends."""
    body = json.dumps({"type": kind, "data": {"message": message, "to": "x"}}).encode()
    headers = webhooks.headers(secret, receipt_id, int(at or time.time()), body)
    headers |= changes.pop("headers", {})
    return town.http.client.post(
        "/notices/receipts",
        data=changes.pop("data", body),
        content_type="application/json",
        headers={name: value for name, value in headers.items() if value is not None},
    )


def sent(town: Telling, gateway: GatewayServer) -> tuple[str, str]:
    town.people(1)
    notice = town.released()
    drain(town.sender(Gateway(gateway.settings)))
    return notice, town.events("NoticeSent")[0]["data"]["message"]


def test_the_published_example_of_the_specification_is_signed_alike():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    message, at = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    wanted = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhooks.signature(secret, message, at, body) == wanted
    headers = {"Webhook-Id": message, "Webhook-Timestamp": str(at)}
    headers["Webhook-Signature"] = f"v1a,x v1,wrong {wanted}"
    assert webhooks.verified((SECRET, secret), headers, body, at + 10) == message


def test_a_receipt_tells_that_a_message_has_arrived(town: Telling, gateway: GatewayServer):
    notice, message = sent(town, gateway)
    answer = receipt(town, message)
    assert (answer.status_code, answer.json) == (200, {"taken": "delivered"})
    [delivered] = town.events("NoticeDelivered")
    assert delivered["data"]["message"] == message
    assert delivered["actor"] == "gateway"
    assert town.reach(notice)["delivered"] == 1
    assert "已送达" in town.http.page(f"/notices/{notice}").text
    assert town.view() == town.rebuilt_view()


def test_a_repeated_receipt_is_recognised(town: Telling, gateway: GatewayServer):
    _, message = sent(town, gateway)
    for _ in range(2):
        assert receipt(town, message).json == {"taken": "delivered"}
    assert receipt(town, message, receipt_id="rcpt_2").json == {"taken": "known"}
    assert len(town.events("NoticeDelivered")) == 1


def test_an_id_that_comes_back_with_another_body_is_refused(town: Telling, gateway: GatewayServer):
    _, message = sent(town, gateway)
    assert receipt(town, message).status_code == 200
    answer = receipt(town, "msg_" + "0" * 32)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-reused")  # type: ignore[index]


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": SECRET},
        {"at": time.time() - 3600},
        {"at": time.time() + 3600},
        {"data": b'{"type":"notice.delivered","data":{"message":"msg_x"}}'},
        {"headers": {"webhook-id": "rcpt_2"}},
        {"headers": {"webhook-id": None}},
        {"headers": {"webhook-id": "a.b"}},
        {"headers": {"webhook-timestamp": "9" * 12}},
        {"headers": {"webhook-timestamp": "now"}},
        {"headers": {"webhook-timestamp": None}},
        {"headers": {"webhook-signature": None}},
        {"headers": {"webhook-signature": "v1,"}},
        {"headers": {"webhook-signature": "v1a,AAAA"}},
        {"headers": {"webhook-signature": "v1,\u00e4"}},
    ],
)
def test_what_is_not_signed_now_by_the_gateway_is_refused(
    town: Telling, gateway: GatewayServer, wrong: dict[str, Any]
):
    _, message = sent(town, gateway)
    answer = receipt(town, message, **wrong)
    assert (answer.status_code, answer.json["code"]) == (401, "bad-signature")  # type: ignore[index]
    assert town.events("NoticeDelivered") == []


def test_a_signed_receipt_of_nonsense_changes_nothing(town: Telling, gateway: GatewayServer):
    _, message = sent(town, gateway)
    assert receipt(town, "msg_" + "0" * 32).json == {"taken": "unknown"}
    other = receipt(town, message, receipt_id="rcpt_3", kind="notice.read")
    assert other.json == {"taken": "passed-over"}
    assert receipt(town, "x", receipt_id="rcpt_4").status_code == 422
    assert town.events("NoticeDelivered") == []


def test_a_message_that_was_never_claimed_cannot_have_arrived(town: Telling):
    from services.registration.notices.views import outbox

    town.people(1)
    town.released()
    [row] = town.app.rows(outbox.select())
    assert receipt(town, row["message"]).json == {"taken": "unknown"}


def test_a_receipt_tells_of_a_message_whose_acceptance_was_lost(
    town: Telling, gateway: GatewayServer
):
    town.people(1)
    notice = town.released()
    channel = Gateway(gateway.settings)
    with town.app.store.transaction(Context("killed", "sender", "sender")):
        claimed = claim_message(town.app, channel, ())
    assert isinstance(claimed, Claimed)
    channel.send(claimed.message)
    assert receipt(town, claimed.message.id).json == {"taken": "delivered"}
    sender = town.sender(channel)
    assert sender.take_over() == 0
    assert drain(sender) == 0
    assert list(gateway.raw.values()) == [1]
    reach = town.reach(notice)
    assert (reach["sent"], reach["delivered"], reach["status"]) == (1, 1, "finished")
    assert town.view() == town.rebuilt_view()


def test_a_secret_can_be_changed_over(tmp_path: Path, gateway: GatewayServer):
    new = "whsec_" + "bmV3IHNlY3JldCBvZiB0aGUgZ2F0ZXdheSwgMzIgYnl0ZXM="
    changed = replace(gateway.settings, receipt_secret=new, earlier_secret=RECEIPTS)
    town = Telling(tmp_path, NoticeSettings(gateway=changed))
    _, message = sent(town, gateway)
    assert receipt(town, message, secret=RECEIPTS).status_code == 200
    assert receipt(town, message, secret=new, receipt_id="rcpt_2").status_code == 200


def test_without_a_gateway_there_are_no_receipts(tmp_path: Path):
    answer = receipt(Telling(tmp_path), "msg_" + "0" * 32)
    assert (answer.status_code, answer.json["code"]) == (404, "no-gateway")  # type: ignore[index]


# Waiting


@given(st.integers(1, 10_000), st.none() | st.floats(0, 1e9), st.floats(0, 1))
def test_a_wait_is_bounded_and_never_shorter_than_asked(
    tries: int, asked: float | None, chance: float
):
    wait = pause(tries, asked, lambda: chance)
    assert 2.5 <= wait <= max(LONGEST_SECONDS, MOST_ASKED_SECONDS)
    assert wait >= min(asked or 0, MOST_ASKED_SECONDS)


@given(st.integers(1, 20))
def test_waits_grow(tries: int):
    assert pause(tries + 1, None, lambda: 1.0) >= pause(tries, None, lambda: 1.0)
    assert pause(tries, None, lambda: 0.0) == pause(tries, None, lambda: 1.0) / 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("1e9", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None):
    assert seconds_of(header, 10.0) == seconds


# Settings


@pytest.mark.parametrize(
    "build",
    [
        lambda: GatewaySettings("http://sms.example/v1", SECRET),
        lambda: GatewaySettings("ftp://127.0.0.1/", SECRET),
        lambda: GatewaySettings("https://user:pass@sms.example/", SECRET),
        lambda: GatewaySettings("https://sms.example/", "whsec_c2hvcnQ="),
        lambda: GatewaySettings("https://sms.example/", "secret"),
        lambda: SmtpSettings("mail.example", "a@town.example", security="none"),
        lambda: SmtpSettings("mail.example", "Town <a@town.example>"),
        lambda: SmtpSettings("mail.example", "a@town.example\r\nBcc: b@x.example"),
        lambda: SmtpSettings("mail.example", "a@town.example", security="maybe"),  # type: ignore[arg-type]
    ],
)
def test_settings_that_would_leak_are_refused(build: Any):
    with pytest.raises((Misconfigured, ValueError)):
        build()


def test_masks():
    assert masked_name("演练甲") == "演**"
    assert masked_name("") == ""
    assert masked_address("10000000001") == "100****0001"
    assert masked_address("person@people.example") == "p***@people.example"
    assert masked_address("123") == "***"
