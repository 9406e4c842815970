"""Notices over HTTP: written, looked at, released by a person, in one's own units; and hostile texts."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.registration.domain.notice import Notice, NoticeMessage
from services.registration.domain.notice_refusals import AudienceGrown, BadTemplate, BadTitle
from services.registration.domain.recipient import AtRelease, Audience, Recipient, reason_against
from services.registration.domain.template import PLACEHOLDERS, faults_of, filled
from services.registration.notices import queries
from services.registration.notices.channels.file import MessageFile
from services.registration.residents.status import STATUSES
from shared.kit.eventstore import blank
from shared.town.campaign import load
from tests.support.notices import EN, ZH, Telling, drain
from tests.support.part import CAMPAIGN_FILE, a_deployment


@pytest.fixture
def town(tmp_path: Path) -> Telling:
    return Telling(tmp_path)


def body(**said: Any) -> dict[str, Any]:
    texts = {"title": "接种提醒", "zh": ZH, "en": EN, "channel": "file"}
    return texts | {"statuses": ["registered"]} | said


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


# Written and looked at


def test_a_notice_is_written_and_nobody_is_told_yet(town: Telling, tmp_path: Path):
    town.people(2)
    notice = town.prepared("file")
    [event] = town.events("NoticePrepared")
    assert event["data"]["notice"] == notice
    assert event["data"]["statuses"] == ["consented", "registered"]
    assert drain(town.sender(MessageFile(tmp_path / "out"))) == 0
    assert town.reach(notice)["status"] == "prepared"
    assert town.view() == town.rebuilt_view()


def test_the_same_command_writes_one_notice(town: Telling):
    key = str(uuid4())
    first = town.http.post("/api/notices", body(), key=key).json
    assert town.http.post("/api/notices", body(), key=key).json == first
    assert len(town.events("NoticePrepared")) == 1


def test_the_preview_counts_and_shows_three_masked_examples(town: Telling):
    town.people(5)
    declined = town.person(6)
    town.http.post(f"/api/residents/{declined}/decline", {"reason": "no_time"})
    shown = town.http.post("/api/notices/preview", body()).json
    assert shown["recipients"] == 5  # type: ignore[index]
    assert len(shown["examples"]) == 3  # type: ignore[index]
    assert shown["examples"][0]["zh"].startswith("演****您好")  # type: ignore[index]
    assert "演练" not in str(shown)
    assert town.events("NoticePrepared") == []
    [look] = town.events("PersonalDataViewed")
    assert len(look["data"]["residents"]) == 3


@pytest.mark.parametrize(
    ("wanted", "people"),
    [
        ({}, 3),
        ({"units": ["v01"]}, 2),
        ({"cohorts": ["teacher"]}, 1),
        ({"units": ["v01"], "cohorts": ["teacher"]}, 0),
        ({"statuses": ["completed"]}, 0),
        ({"statuses": list(STATUSES)}, 3),
    ],
)
def test_who_is_meant(town: Telling, wanted: dict[str, Any], people: int):
    town.person(1, "v01")
    town.person(2, "v01")
    town.person(3, "v02", cohort="teacher")
    town.person(4, "v02", birth_date=date(2006, 4, 11))  # 18 tomorrow
    shown = town.http.post("/api/notices/preview", body(**wanted)).json
    assert shown["recipients"] == people  # type: ignore[index]


# Released


def test_fewer_than_seen_are_told_and_more_are_not(town: Telling):
    first, _ = town.people(2)
    notice = town.prepared("file")
    town.person(3)
    refused = town.http.post(f"/api/notices/{notice}/release", {"recipients": 2})
    assert code_of(refused) == (409, "audience-grown")
    assert refused.json["recipients"] == 3  # type: ignore[index]
    assert town.events("NoticeReleased") == []
    town.http.post(f"/api/residents/{first}/decline", {"reason": "no_time"})
    told = town.http.post(f"/api/notices/{notice}/release", {"recipients": 3})
    assert told.json["recipients"] == 2  # type: ignore[index]
    again = town.http.post(f"/api/notices/{notice}/release", {"recipients": 3})
    assert code_of(again) == (409, "notice-not-prepared")


def test_a_release_that_is_sent_twice_releases_once(town: Telling):
    town.people(2)
    notice, key = town.prepared("file"), str(uuid4())
    for _ in range(2):
        answer = town.http.post(f"/api/notices/{notice}/release", {"recipients": 2}, key=key)
        assert answer.status_code == 200
    assert len(town.events("NoticeReleased")) == 1


def test_what_cannot_be_done_says_so(town: Telling):
    notice = town.prepared("file")
    release = f"/api/notices/{notice}/release"
    assert code_of(town.http.post(release, {"recipients": 0})) == (422, "nobody-to-tell")
    assert code_of(town.http.post(f"/api/notices/{notice}/stop")) == (409, "notice-not-sending")
    assert code_of(town.http.post(f"/api/notices/{notice}/retry")) == (409, "nothing-failed")
    for unknown in (str(uuid4()), "x", str(Notice.create_id(uuid4()))):
        answer = town.http.post(f"/api/notices/{unknown}/stop")
        assert code_of(answer) == (404, "unknown-notice")
    assert code_of(town.http.post("/api/notices", body(units=["v99"]))) == (404, "unknown-unit")
    answer = town.http.post("/api/notices", body(channel="smtp"))
    assert code_of(answer) == (422, "unknown-channel")


# Whose notices


def test_a_chief_tells_the_own_unit_only(town: Telling):
    town.person(1, "v01")
    town.person(2, "v02")
    chief = town.http.signed_in("v01-chief", ("unit_chief", "unit:v01"))
    assert chief.post("/api/notices/preview", body()).json["recipients"] == 1  # type: ignore[index]
    notice = town.prepared("file", client=chief)
    assert chief.get(f"/api/notices/{notice}").json["units"] == ["v01"]  # type: ignore[index]
    foreign = chief.post("/api/notices", body(units=["v02"]))
    assert code_of(foreign) == (403, "not-allowed")
    other = town.http.signed_in("v02-chief", ("unit_chief", "unit:v02"))
    assert other.get("/api/notices").json == {"notices": []}
    for answer in (
        other.get(f"/api/notices/{notice}"),
        other.post(f"/api/notices/{notice}/release", {"recipients": 1}),
        other.post(f"/api/notices/{notice}/stop"),
        other.get(f"/notices/{notice}/result.xlsx"),
    ):
        assert code_of(answer) == (404, "unknown-notice")
    town_wide = town.prepared("file")
    assert code_of(chief.get(f"/api/notices/{town_wide}")) == (404, "unknown-notice")
    assert len(town.http.get("/api/notices").json["notices"]) == 2  # type: ignore[index]


def test_a_unit_finds_its_notice_behind_those_of_others(
    town: Telling, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "LISTED", 1)
    for order, unit in enumerate(("v01", "v02"), 1):
        town.person(order, unit)
        chief = town.http.signed_in(f"{unit}-chief", ("unit_chief", f"unit:{unit}"))
        notice = town.prepared("file", client=chief)
        town.http.post(f"/api/notices/{notice}/release", {"recipients": 1})
    for unit in ("v01", "v02"):
        found = queries.latest(town.app, frozenset({unit}))
        assert found is not None
        assert found["units"] == [unit]
        assert len(queries.newest(town.app, frozenset({unit}))["notices"]) == 1
    assert queries.latest(town.app, frozenset()) is None


def test_oversight_sees_the_reach_and_no_names(town: Telling):
    town.people(2)
    notice = town.prepared("file")
    auditor = town.http.signed_in("auditor", ("auditor", "town"))
    page = auditor.page(f"/notices/{notice}").text
    assert "演*" not in page
    assert "发布给" not in page
    assert code_of(auditor.post("/api/notices", body())) == (403, "not-allowed")


# Texts


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("{nmae}您好", 1, "{nmae}"),
        ("您好{name.__class__}", 3, "{name.__class__}"),
        ("{name!r}", 1, "{name!r}"),
        ("{0}", 1, "{0}"),
        ("{}", 1, "{}"),
        ("{{name}}", 1, "{"),
        ("{% for x in y %}", 1, "{% for x in y %}"),
        ("{{ 7 * 7 }}", 1, "{"),
        ("${name", 2, "{name"),
        ("name}", 5, "}"),
        ("｛name｝", 1, "｛name｝"),
    ],
)
def test_what_is_no_placeholder_is_told_at_once_with_where(
    town: Telling, text: str, at: int, found: str
):
    assert code_of(town.http.post("/api/notices/preview", body(zh=text))) == (422, "bad-template")
    answer = town.http.post("/api/notices", body(zh=text))
    assert code_of(answer) == (422, "bad-template")
    fault = answer.json["faults"][0]  # type: ignore[index]
    assert (fault["field"], fault["at"], fault["found"]) == ("zh", at, found[:20])
    assert town.events("NoticePrepared") == []


@pytest.mark.parametrize(
    "title", ["a\r\nBcc: all@town.example", "a\nb", "\x1b[31m", "{name}", "   ", "a\u2028b"]
)
def test_a_title_is_one_plain_line(town: Telling, title: str):
    assert town.http.post("/api/notices", body(title=title)).status_code == 422
    with pytest.raises(BadTitle):
        Notice.prepare(
            notice=uuid4(), **body(title=title, units=[], cohorts=[], days_since_first=None)
        )


@pytest.mark.parametrize("field", ["title", "zh", "en"])
def test_a_text_carries_no_personal_number(town: Telling, field: str):
    answer = town.http.post("/api/notices", body(**{field: "请打13800000001"}))
    assert (answer.status_code, "13800000001" in answer.text) == (422, False)


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_fills_a_text_is_never_looked_at_again(name: str, unit: str):
    values = {"name": name, "unit": unit}
    for text in ("{name}|{unit}", "{unit}|{name}"):
        out = filled(text, values)
        assert "\n" not in out
        assert "\r" not in out
        assert all(each.isprintable() for each in out)
    assert filled("{name}", {"name": "{unit}{site}%s{0.x}"}) == "{unit}{site}%s{0.x}"


@given(st.text(alphabet="{}｛｝name.!0[]% \n", max_size=30))
def test_a_text_without_faults_holds_no_brace_when_it_is_filled(text: str):
    values = dict.fromkeys(PLACEHOLDERS, "x")
    if not faults_of({"zh": text}):
        assert not set(filled(text, values)) & set("{}｛｝")


def test_a_name_cannot_add_headers_or_lines(town: Telling, tmp_path: Path):
    town.person(1, identity={"name": "演练\r\nBcc: x@y.example\n\n<b>"})
    shown = town.http.post("/api/notices/preview", body(zh="{name}")).json
    assert "\n" not in shown["examples"][0]["zh"]  # type: ignore[index]
    page = town.http.form(
        "/notices/preview",
        title="<script>x</script>",
        zh="<script>",
        en="x",
        channel="file",
        **{"statuses.registered": "on"},
    )
    assert page.status_code == 200
    assert "<script>x" not in page.text


# Pages


def test_the_form_keeps_what_was_written_and_shows_the_count(town: Telling):
    town.people(2)
    new = town.http.page("/notices/new").text
    assert 'action="/api/notices"' in new
    fields = {"title": "演练通知", "zh": ZH, "en": EN, "channel": "file", "units.v01": "on"}
    shown = town.http.form("/notices/preview", **fields, **{"statuses.registered": "on"})
    assert "2" in shown.text
    assert "演练通知" in shown.text
    assert 'name="units.v01" checked' in shown.text
    written = town.http.form("/api/notices", **fields, **{"statuses.registered": "on"})
    assert written.status_code == 200
    assert "发布给 2 人" in written.text
    notice = town.events("NoticePrepared")[0]["data"]["notice"]
    released = town.http.form(
        f"/api/notices/{notice}/release", recipients="2", _next=f"/notices/{notice}"
    )
    assert released.status_code == 303
    assert "已发布" in town.http.page(released.location).text
    assert "演练通知" in town.http.page("/notices").text


def test_what_is_wrong_is_told_in_the_form_and_nothing_written_is_lost(town: Telling):
    fields = {"title": "演练", "zh": "请打13800000001", "en": "kept as it was", "channel": "file"}
    shown = town.http.form("/notices/preview", **fields, days_since_first="many")
    assert shown.status_code == 200
    for said in (
        "不要写证件号码",
        "kept as it was",
        'value="many"',
        "第一剂至少多少天前：",
        "状态：",
    ):
        assert said in shown.text, said
    assert "下一步确认发布" not in shown.text
    fields |= {"zh": "{who}", "statuses.registered": "on"}
    assert "中文内容第 1 字“{who}”" in town.http.form("/notices/preview", **fields).text


def test_the_result_is_a_workbook_without_anybody_in_it(town: Telling, tmp_path: Path):
    people = town.people(3)
    notice = town.released("file")
    town.dose(people[0])
    drain(town.sender(MessageFile(tmp_path / "out")))
    answer = town.http.page(f"/notices/{notice}/result.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 4
    assert sorted(row[2] for row in rows[1:]) == ["已发送", "已发送", "未发"]
    text = str(rows)
    for clear in ("演练", "1000000", *map(str, people)):
        assert clear not in text


def test_the_outbox_holds_ids_only(town: Telling):
    from services.registration.notices.views import outbox

    town.people(2)
    town.released("file")
    text = str(town.app.rows(outbox.select()))
    for clear in ("演练", "1000000", "people.example"):
        assert clear not in text


# The rule


RECIPIENTS = st.builds(
    Recipient,
    units=st.lists(st.sampled_from(["v01", "v02"]), min_size=1),
    cohorts=st.lists(st.sampled_from(["general", "teacher"]), min_size=1),
    status=st.sampled_from(STATUSES),
    doses=st.integers(0, 2),
    first_day=st.none() | st.dates(),
    erased=st.booleans(),
)


@given(
    st.none() | RECIPIENTS,
    st.builds(AtRelease, status=st.sampled_from(STATUSES), doses=st.integers(0, 2)),
    st.builds(
        Audience,
        units=st.lists(st.sampled_from(["v01", "v02"])),
        cohorts=st.lists(st.sampled_from(["general", "teacher"])),
        statuses=st.lists(st.sampled_from(STATUSES), min_size=1),
        days_since_first=st.none() | st.integers(0, 365),
    ),
    st.dates(min_value=date(2000, 1, 1)),
)
def test_nobody_is_told_who_is_out(
    person: Recipient | None, before: AtRelease, audience: Audience, today: Any
):
    reason = reason_against(person, before, audience, today)
    if person is None or person.erased:
        assert reason is not None
    elif person.doses > before.doses:
        assert reason == "vaccinated"
    elif person.status == "declined" and before.status != "declined":
        assert reason == "declined"
    elif reason is None:
        assert person.status in audience.statuses
        assert not audience.units or set(person.units) & set(audience.units)


# The aggregates


def test_a_message_is_sent_once_and_delivered_once():
    notice, resident = uuid4(), uuid4()
    told = blank(NoticeMessage, NoticeMessage.create_id(notice, resident))
    sent: dict[str, Any] = {"channel": "smtp", "tries": 1, "doubtful": False}
    assert told.settle("failed", notice, resident, reason="refused", trouble="x", **sent)
    assert told.settle("sent", notice, resident, **sent)
    assert not told.settle("sent", notice, resident, **sent)
    assert not told.settle("skipped", notice, resident, reason="vaccinated", **sent)
    assert not told.settle("failed", notice, resident, reason="refused", trouble="x", **sent)
    assert told.deliver(notice, resident)
    assert not told.deliver(notice, resident)
    assert resident.hex not in told.name
    assert notice.hex not in told.name


def test_a_notice_knows_its_ways():
    said = body(units=[], cohorts=[], days_since_first=None)
    with pytest.raises(BadTemplate):
        Notice.prepare(notice=uuid4(), **said | {"en": "{x}"})
    notice = Notice.prepare(notice=uuid4(), **said)
    with pytest.raises(AudienceGrown):
        notice.release(seen=1, recipients=2)
    notice.release(seen=2, recipients=2)
    assert notice.finish(sent=1, skipped=1, failed=0)
    assert not notice.finish(sent=1, skipped=1, failed=0)
    notice.retry(messages=1)
    assert notice.stop(left=1)
    assert not notice.stop(left=1)


def test_a_deployment_keeps_its_channels(tmp_path: Path):
    from shared.town.deployment import Deployment
    from shared.town.notice_settings import GatewaySettings, NoticeSettings, SmtpSettings
    from tests.support.message_servers import SECRET

    settings = NoticeSettings(
        SmtpSettings("127.0.0.1", "a@town.example", security="none"),
        GatewaySettings("https://sms.example/v1", SECRET),
    )
    deployment = a_deployment(tmp_path, notices=settings)
    deployment.save()
    read = Deployment.read(deployment.file)
    assert read.notices == settings
    assert read.notices.channels == ("gateway", "smtp", "file")
    assert a_deployment(tmp_path).notices.channels == ("file",)
    assert load(CAMPAIGN_FILE).units


def test_a_second_list_and_a_tag_count_too(town: Telling):
    person, _ = town.people(2)
    from services.registration.domain.resident import Resident

    with town.transaction():
        told = town.app.get(Resident, person)
        told.list_also(unit="s01", tie="workplace")
        told.tag(["general", "merchant"])
        town.app.save(told)
    for wanted in ({"units": ["s01"]}, {"cohorts": ["merchant"]}):
        shown = town.http.post("/api/notices/preview", body(**wanted)).json
        assert shown["recipients"] == 1  # type: ignore[index]
    shown = town.http.post("/api/notices/preview", body(units=["v01", "s01"])).json
    assert shown["recipients"] == 2  # type: ignore[index]
