"""Every page that a role can reach, in both languages: in that language alone, and with open doors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from functools import cache
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup

from deploy.cli.accounts import everybody
from deploy.rehearsal.api import Api
from deploy.rehearsal.driver import Rehearsal
from shared.kit.web.way_back import BEFORE
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment
from tests.support.examples import LONG
from tests.support.one_language import chinese_in, latin_in, words_of
from tests.support.running_town import a_town
from tests.support.sending import Sender
from tests.support.walking import Gates, Seen, Walk, Walker

DAY = date(2024, 4, 3)
LOGINS = [
    "v01-cadre",
    "v01-chief",
    "doctor",
    "stadium-nurse",
    "stadium-leader",
    "office",
    "supervisor",
    "auditor",
    "admin",
]
# What is called so in Chinese as well.
ALLOWED = ("CSV", "SMS", "UTF")
CODES = re.compile(
    r"(?<![A-Za-z])[A-Z]+-\d+|[\w.-]+@[\w.-]+|\.(?:xlsx|xls|csv)\b|\{\w+\}|vaccinator-\d+|[一-鿿]+\d+号楼"
)


class Town(NamedTuple):
    """A town that is running, and how it came to be."""

    deployment: Deployment
    api: Api
    rehearsal: Rehearsal


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with a_town(tmp_path_factory.mktemp("town"), people=90, until=DAY) as running:
        yield Town(*running)


Walks = Callable[[str, str], Walk]


@pytest.fixture(scope="module")
def walks(town: Town) -> Walks:
    """What somebody sees in a language: walked through once."""
    return cache(lambda login, language: Walker(town.deployment, login, language).walk())


@pytest.fixture(scope="module")
def gates(town: Town) -> Iterator[Gates]:
    with ExitStack() as until:
        yield Gates(town.deployment, until)


def data_of(rehearsal: Rehearsal) -> re.Pattern[str]:
    """What people are and live at, and what products are called: the same in every language."""
    said = {text for each in rehearsal.town.residents for text in (each.name, each.address) if text}
    said |= {"本人更正了回答", "演练"}  # what somebody has written
    names = "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    logins = "|".join(sorted(everybody(rehearsal.campaign), key=len, reverse=True))
    return re.compile(rf"{names}|(?<![\w-])(?:{logins})(?![\w-])")


@pytest.mark.parametrize("login", LOGINS if LONG else LOGINS[::2])
def test_a_chinese_page_has_no_english_and_an_english_one_no_chinese(
    town: Town, walks: Walks, login: str
):
    data, wrong = data_of(town.rehearsal), list[str]()
    for language, others in (("zh-CN", latin_in), ("en", chinese_in)):
        for seen in walks(login, language).seen:
            for said in words_of(seen.page):
                if others(CODES.sub("", data.sub("", said)), *ALLOWED):
                    wrong.append(f"{language} {seen.address}: {said[:80]}")
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_shows_the_name_of_an_event_or_an_iso_week(walks: Walks, login: str):
    raw = re.compile("|".join([*sorted({each.name for each in catalogue}), r"\d{4}-W\d\d"]))
    wrong = [
        f"{seen.address}: {said[:80]}"
        for seen in walks(login, "zh-CN").seen
        for said in words_of(seen.page)
        if raw.search(said)
    ]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_offers_what_is_refused_to_who_looks_at_it(walks: Walks, gates: Gates, login: str):
    shut = gates.shut(login, walks(login, "zh-CN"))
    assert not shut, "\n".join(shut)


def test_a_button_that_is_refused_is_found(town: Town, gates: Gates):
    page = """<form method="post" action="/api/units/v01/officers"><button>a</button>
        <button formaction="/api/units/v01/roster">b</button></form><a href="/notices">c</a>
        <form action="/units/v02/docking"></form><a href="/nowhere">d</a><a href="#e">e</a>"""
    unit = f"{town.deployment.part('registration').address}/units/v01"
    walk = Walk([Seen(unit, BeautifulSoup(page, "html.parser"), 0)], [f"{unit}/docking"])
    for login, notices in (("v01-cadre", ["get registration/notices"]), ("v01-chief", [])):
        assert gates.shut(login, walk) == [
            f"{login}: registration/units/*/docking",
            *(
                f"{login} at registration/units/*: {leads}"
                for leads in (
                    *notices,
                    "get registration/nowhere",
                    "post registration/api/units/*/officers",
                    "get registration/units/*/docking",
                )
            ),
        ]


def test_a_form_that_is_sent_twice_is_done_once_and_says_so(town: Town, walks: Walks):
    outcomes, wrong = dict[str, int](), list[str]()
    for login in LOGINS:
        sender = Sender(town.api, walks(login, "zh-CN"))
        for form in sender.forms():
            first = sender.send(form)
            again = sender.send(form)
            outcomes[form.command] = min(first.status, outcomes.get(form.command, 999))
            if (again.status, again.events) != (first.status, first.events):
                wrong.append(f"{login} {form}: {first}, then {again}")
            if first.status == 303 and BEFORE not in again.leads:
                wrong.append(f"{login} {form}: does not say that it was done before: {again}")
    assert not wrong, "\n".join(wrong)
    done = [command for command, status in outcomes.items() if status == 303]
    print(f"\n{len(done)} of {len(outcomes)} forms were accepted as they stood")
    assert len(done) >= (20 if LONG else 15), outcomes
