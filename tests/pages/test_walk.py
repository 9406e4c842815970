"""Every page that a role can reach, in both languages: it says what it says in that language alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from deploy.cli.accounts import everybody
from deploy.rehearsal.driver import Rehearsal
from shared.town.contracts import catalogue
from shared.town.deployment import Deployment
from tests.support.running_town import a_town
from tests.support.walking import Walker, words_of

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
HAN = re.compile(r"[一-鿿]+")
LATIN = re.compile(r"[A-Za-z]{3,}")
# What is called so in Chinese as well.
ALLOWED = {"vaxledger", "Excel", "PDF", "CSV", "SMS", "API", "UTF", "English", "MB", "JSON"}
CODES = re.compile(
    r"(?<![A-Za-z])[A-Z]+-\d+|[\w.-]+@[\w.-]+|\.(?:xlsx|xls|csv)\b|\{\w+\}|vaccinator-\d+|[一-鿿]+\d+号楼"
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, Rehearsal]]:
    folder = tmp_path_factory.mktemp("town")
    with a_town(folder, people=90, until=DAY) as (deployment, _, rehearsal):
        yield deployment, rehearsal


def data_of(rehearsal: Rehearsal) -> re.Pattern[str]:
    """What people are and live at, and what products are called: the same in every language."""
    said = {text for each in rehearsal.town.residents for text in (each.name, each.address) if text}
    said.add("本人更正了回答")  # what somebody has written
    names = "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    logins = "|".join(sorted(everybody(rehearsal.campaign), key=len, reverse=True))
    return re.compile(rf"{names}|(?<![\w-])(?:{logins})(?![\w-])")


@pytest.mark.parametrize("login", LOGINS)
def test_a_chinese_page_has_no_english_and_an_english_one_no_chinese(
    town: tuple[Deployment, Rehearsal], login: str
):
    deployment, rehearsal = town
    data, wrong = data_of(rehearsal), list[str]()
    for language, others in (("zh-CN", LATIN), ("en", HAN)):
        for seen in Walker(deployment, login, language).walk():
            for said in words_of(seen.page):
                rest = CODES.sub("", data.sub("", said))
                found = [word for word in others.findall(rest) if word not in ALLOWED]
                if found:
                    wrong.append(f"{language} {seen.address}: {said[:80]}")
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.parametrize("login", LOGINS)
def test_no_page_shows_the_name_of_an_event_or_an_iso_week(
    town: tuple[Deployment, Rehearsal], login: str
):
    raw = re.compile("|".join([*sorted({each.name for each in catalogue}), r"\d{4}-W\d\d"]))
    wrong = [
        f"{seen.address}: {said[:80]}"
        for seen in Walker(town[0], login, "zh-CN").walk()
        for said in words_of(seen.page)
        if raw.search(said)
    ]
    assert not wrong, "\n".join(sorted(set(wrong)))
