"""Plants marker values through every way into a running deployment."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

import requests
import xlwt
from marshmallow import Schema, fields
from xlsxwriter import Workbook

from deploy.cli.accounts import rehearsal_accounts
from deploy.containers import service_class
from deploy.rehearsal.api import Api
from services.registration.notices.channels.file import FILE
from shared.kit.web.nameko_service import declarations
from shared.town.deployment import Deployment
from tests.support.markers import CARDS, MARKERS, WRONG_CARD
from tests.support.waiting import until

UNIT = "v01"
# What would sign out those who plant, or let them in by what is planted: see `sign_ins`.
LEAVE_ALONE = {
    "/account/password",
    "/first-sign-in",
    "/sign-in",
    "/api/tokens",
}


def text_fields(schema: type[Schema]) -> dict[str, Any]:
    """A body with a card number in every field that takes a text or a list."""
    card = MARKERS["card in a text field"]
    return {
        name: [card] if isinstance(field, fields.List) else f"演练标记甲 {card}"
        for name, field in schema().fields.items()
        if isinstance(field, fields.String | fields.List)
    }


HEADS = ("姓名", "身份证号", "手机号", "住址", "类别", "人群", MARKERS["heading nobody knows"])


def lines(first: str, second: str) -> list[tuple[str, ...]]:
    """A roster of one sound person, the second under the same name, and one that is wrong."""
    wrong = ("演练标记乙", WRONG_CARD, MARKERS["wrong phone"])
    sound = [("演练标记甲", card, MARKERS["phone"]) for card in (first, second)]
    rest = (MARKERS["address"], "户籍", "一般居民", MARKERS["cell of a column nobody knows"])
    return [(*who, *rest) for who in (*sound, wrong)]


def a_roster() -> bytes:
    """The roster as a workbook of today."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet(MARKERS["sheet"])
        text = book.add_format({"num_format": "@"})
        for number, row in enumerate([HEADS, *lines(CARDS[0], CARDS[1])]):
            sheet.write_row(number, 0, row, text)
    return content.getvalue()


def an_old_roster() -> bytes:
    """The roster as a workbook of the nineties."""
    book, content = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet(MARKERS["sheet"])
    for number, row in enumerate([HEADS, *lines(CARDS[0], CARDS[4])]):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(content)
    return content.getvalue()


def a_text_roster() -> bytes:
    """The roster as lines of text, in the encoding Chinese offices write."""
    content = io.StringIO()
    csv.writer(content).writerows([HEADS, *lines(CARDS[0], CARDS[3])])
    return content.getvalue().encode("gb18030")


class Planter:
    """Sends the markers wherever a person or a program can send anything."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.api = Api(deployment, 7, 2, rehearsal_accounts(deployment))
        self.url = {part.source: part.url for part in deployment.parts}

    def post(self, source: str, path: str, **kwargs: Any) -> requests.Response:
        headers = self.api.bearer(self.api.login_for(source, path))
        headers |= {"Idempotency-Key": str(uuid.uuid4())} | kwargs.pop("headers", {})
        return requests.post(self.url[source] + path, headers=headers, timeout=30, **kwargs)

    def plant(self) -> list[str]:
        """Plant all markers; return the ids of the people who bear them."""
        registered = self.rosters()
        self.campaign(registered)
        self.other_rosters()
        self.searches(registered[0])
        self.calls(registered)
        self.matches(registered)
        self.pages(registered[0])
        self.nonsense(registered[0])
        self.every_text_field(registered[1])
        self.sign_ins()
        self.api.settle()
        return registered

    def rosters(self) -> list[str]:
        url, filename = f"/api/units/{UNIT}/roster", f"{MARKERS['file']}.xlsx"
        form = {"_key": "planted by a form"}
        assert MARKERS["wrong card"] in self.result_page(form, (filename, a_roster()))
        answer = self.api.roster(UNIT, a_roster(), "planted by a program")
        assert len(answer["errors"]) == 1, answer
        broken = self.post("registration", url, data=MARKERS["body"].encode() * 100)
        assert self.ended(f"/imports/{broken.json()['import']}")["state"] == "failed", broken.text
        return [entry["resident"] for entry in answer["entries"]]

    def result_page(self, form: dict[str, str], file: tuple[str, bytes]) -> str:
        """Send a file from the unit's page, and read the page of what became of it."""
        url = f"/api/units/{UNIT}/roster"
        more: dict[str, Any] = {"files": {"file": file}, "allow_redirects": False}
        sent = self.post("registration", url, data=form, **more)
        assert sent.status_code == 303, sent.text
        page = sent.headers["Location"]
        assert self.ended(page)["state"] == "done"
        headers = {"Accept": "text/html"} | self.api.bearer("office")
        shown = requests.get(self.url["registration"] + page, headers=headers, timeout=30)
        assert shown.status_code == 200, shown.text
        mended = requests.get(
            f"{self.url['registration']}{page}/mended.xlsx", headers=headers, timeout=30
        )
        assert mended.content.startswith(b"PK"), mended.text
        return shown.text

    def ended(self, page: str) -> dict[str, Any]:
        """Wait until the import of this page has ended."""

        def job() -> dict[str, Any] | None:
            told = self.api.get("registration", f"/api{page}")
            return told if told["ended_at"] is not None else None

        return until(job, 120)

    def other_rosters(self) -> None:
        """The same people in files of other kinds, by a page and by a program."""
        for kind, content in (("csv", a_text_roster()), ("xls", an_old_roster())):
            shown = self.result_page({"_key": f"a {kind}"}, (f"{MARKERS['file']}.{kind}", content))
            assert MARKERS["wrong card"] in shown, kind
            assert len(self.api.roster(UNIT, content, f"{kind} by a program")["errors"]) == 1

    def searches(self, resident: str) -> None:
        """Look for the people by everything one can look for."""
        texts = [MARKERS[name] for name in ("name", "card", "phone", "pinyin", "search")]
        for text in (*texts, CARDS[0][-4:], "演练标记", "ylbjj"):
            for path, how in (
                ("/api/residents/search", {"json": {"text": text}}),
                ("/find", {"data": {"q": text}}),
            ):
                found = self.post("registration", path, **how)
                assert found.status_code == 200, (path, text, found.text)
        by_card = self.post("registration", "/api/residents/search", json={"text": CARDS[0]})
        assert [row["resident"] for row in by_card.json()["residents"]] == [resident]

    def calls(self, residents: list[str]) -> None:
        """Share the people out by their street, call one, and read the cadre's list."""
        chief = self.api.bearer(f"{UNIT}-chief")
        url = f"{self.url['registration']}/api/units/{UNIT}"
        groups = requests.get(f"{url}/address-groups", {"level": "lane"}, headers=chief, timeout=30)
        keys = [group["key"] for group in groups.json()["groups"]]
        assert keys, groups.text
        cadre = f"{UNIT}-cadre"
        share = {"choice": "lane", "groups": keys, "cadres": [cadre]}
        told = self.post("registration", f"/api/units/{UNIT}/assignments", json=share)
        assert told.status_code == 200, told.text
        call = {"channel": "phone", "outcome": "not_reached", "next_day": "2024-03-26"}
        as_cadre = self.api.bearer(cadre)
        path = f"/api/residents/{residents[1]}/contacts"
        called = self.post("registration", path, json=call, headers=as_cadre)
        assert called.status_code == 200, called.text
        for accept in ("application/json", "text/html"):
            where = "/api/list?addresses=true" if accept[:4] != "text" else "/list?channel=visit"
            shown = requests.get(
                self.url["registration"] + where, headers=as_cadre | {"Accept": accept}, timeout=30
            )
            assert shown.status_code == 200, shown.text
            assert MARKERS["address"] in shown.text, where

    def matches(self, residents: list[str]) -> None:
        """Take two of them for one person, by a program and by a page, and think again."""
        one, two = sorted(residents)[:2]
        bearer = self.api.bearer("office")
        page = f"/matches/{one}/{two}"
        html = bearer | {"Accept": "text/html"}
        shown = requests.get(self.url["registration"] + page, headers=html, timeout=30)
        assert (shown.status_code, shown.text.count(MARKERS["name"]) >= 2) == (200, True)
        said = {"stays": two}
        for how in ({"json": said}, {"data": said | {"_key": "merged by a form"}}):
            merged = self.post("registration", f"/api{page}/same", headers=bearer, **how)
            assert merged.status_code < 400, merged.text
            self.api.settle()
            parted = self.post(
                "registration", f"/api/residents/{one}/unmerge", headers=bearer, json={}
            )
            assert parted.status_code == 200, parted.text
        self.api.settle()

    def every_text_field(self, resident: str) -> None:
        """A card number wherever a command takes a text: refused, or sealed, never kept in clear."""
        refused = 0
        for part in self.deployment.parts:
            login = {"supervision": "admin", "screening": "doctor"}.get(part.service, "office")
            for each in declarations(service_class(part.service)):
                texts = text_fields(each.body) if each.body else {}
                if each.verb != "POST" or not texts or each.url in LEAVE_ALONE:
                    continue
                path = re.sub(r"<uuid:resident>", resident, each.url)
                path = re.sub(r"<unit>", UNIT, path)
                path = re.sub(r"<[^>]*>", "office", path)
                for how in ("json", "data"):
                    answer = self.post(
                        part.source, path, headers=self.api.bearer(login), **{how: texts}
                    )
                    assert answer.status_code < 500, (path, answer.text)
                    refused += answer.status_code >= 400
        assert refused > 20

    def campaign(self, residents: list[str]) -> None:
        """Let the people take every step that stores something of them."""
        site = f"appointments/{self.deployment.campaign.unit(UNIT).site}"
        batch = {"batch": "B1", "product": "CoronaVac", "doses": 9, "expiry": "2099-01-01"}
        assert self.post(site, "/api/batches", json=batch).status_code == 200
        days = {"from_day": "2024-03-25", "to_day": "2024-03-29", "product": "CoronaVac"}
        assert self.post(site, "/api/sessions", json=days).status_code == 200
        self.api.set_clock(self.deployment.campaign.start, "08:30")
        for resident in residents:
            wish = {"wished_week": "2024-W13"}
            told = self.post("registration", f"/api/residents/{resident}/consent", json=wish)
            assert told.status_code == 200, told.text
        self.api.settle()
        self.notices()
        booking = {"resident": residents[0], "from_day": "2024-03-25"}
        assert self.post(site, "/api/appointments", json=booking).status_code == 200
        assert self.api.roster(UNIT, a_roster(), "again")["unchanged"] == len(residents)

    def notices(self) -> None:
        """Let them be told something, into the file that lies with the deployment."""
        said = {"title": "演练", "zh": "{name}您好", "en": "Dear {name}", "channel": "file"}
        said |= {"statuses": ["consented"], "units": [UNIT]}
        shown = self.post("registration", "/api/notices/preview", json=said)
        assert shown.json()["recipients"] == 2, shown.text
        written = self.post("registration", "/api/notices", json=said).json()["notice"]
        url = f"/api/notices/{written}"
        released = self.post("registration", f"{url}/release", json={"recipients": 2})
        assert released.status_code == 200, released.text
        bearer = self.api.bearer(self.api.login_for("registration", url))

        def told() -> dict[str, Any]:
            answer = requests.get(self.url["registration"] + url, headers=bearer, timeout=30)
            return answer.json()

        until(lambda: told()["status"] == "finished", 60, every=0.2, what=told)
        assert told()["sent"] == 2
        assert (self.deployment.folder / FILE).stat().st_size > 0

    def pages(self, resident: str) -> None:
        for source, path in (
            ("registration", f"/residents/{resident}"),
            ("registration", f"/units/{UNIT}"),
            ("screening", f"/residents/{resident}"),
        ):
            bearer = self.api.bearer(self.api.login_for(source, path))
            headers = {"Accept": "text/html"} | bearer
            page = requests.get(self.url[source] + path, headers=headers, timeout=30)
            assert (page.status_code, MARKERS["name"] in page.text) == (200, True), path

    def nonsense(self, resident: str) -> None:
        for source in self.url:
            for path in ("/find", "/api/residents", f"/units/{MARKERS['address part']}"):
                self.post(source, path, data={"q": MARKERS["search"]})
                self.post(source, path, json={MARKERS["body"]: MARKERS["body"]})
                self.post(source, path, data=MARKERS["body"].encode())
                requests.get(self.url[source] + path, {"q": MARKERS["search"]}, timeout=30)
        consent = f"/api/residents/{resident}/consent"
        for body in ({"wished_week": MARKERS["body"]}, {MARKERS["body"]: "x"}):
            assert self.post("registration", consent, json=body).status_code == 422
        for source, path in (("registration", consent), ("screening", "/find")):
            self.post(source, path, headers={"Idempotency-Key": CARDS[0]}, json={})
            self.post(source, path, headers={"Correlation-Id": CARDS[0]}, json={})
            self.post(source, path, headers={"User-Agent": CARDS[0], "Referer": CARDS[1]}, json={})

    def sign_ins(self) -> None:
        supervision = self.url["supervision"]
        for login, password in (
            ("office", MARKERS["password"]),
            (MARKERS["login"], "x"),
            (MARKERS["password"][:40], "x"),
        ):
            said = {"login": login, "password": password}
            for path in ("/sign-in", "/api/tokens"):
                assert requests.post(supervision + path, json=said, timeout=30).status_code == 401
