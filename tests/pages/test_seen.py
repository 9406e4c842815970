"""Everybody can see and use every page: axe-core, 400 % zoom, large type, no script, few bytes.

One page of each kind over all roles, again where it has a form nobody saw; `LONG=1`: of each role and set of
forms, in both languages, and in a town in which nothing has happened yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import embedded_deployment, running_embedded
from tests.pages.test_walk import DAY, LOGINS
from tests.support.examples import LONG
from tests.support.running_town import a_browser, a_town
from tests.support.seeing import Looker
from tests.support.walking import Walker

STATES = ("full", "empty") if LONG else ("full",)
WALKS = [(state, login) for state in STATES for login in LOGINS]
NOBODY = "00000000-0000-8000-8000-000000000000"
Record = Callable[[str, str], None]
# Of supervision and of a site, before anybody has signed in: a page, a form, and what is not there.
OUTSIDE = ("/sign-in", "/sign-in?stays=true", "/first-sign-in", "/nowhere")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def full(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """A town in the middle of its campaign."""
    with a_town(tmp_path_factory.mktemp("town"), people=90, until=DAY) as (deployment, _, _):
        yield Looker(deployment, browser)


@pytest.fixture(scope="module")
def empty(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """A town in which nothing has happened yet."""
    folder = tmp_path_factory.mktemp("empty")
    deployment = embedded_deployment(folder, first_port=None, rehearsal=True, people=90)
    rehearsal_accounts(deployment)
    with running_embedded(deployment):
        yield Looker(deployment, browser)


@pytest.mark.parametrize(("state", "login"), WALKS)
def test_a_role_can_see_and_use_every_page_and_every_mistaken_form(
    state: str, login: str, request: pytest.FixtureRequest, record_property: Record
):
    looker: Looker = request.getfixturevalue(state)
    walker = Walker(looker.deployment, login, "zh-CN")
    faults = set(looker.follow(walker, walker.walk().seen))
    assert not faults, "\n".join(sorted(faults))
    if login == LOGINS[-1]:
        for line in looker.figures():
            record_property("figures", f"{state} town: {line}")


@pytest.mark.parametrize("source", ["supervision", "appointments/stadium"])
def test_who_is_not_signed_in_can_see_and_use_the_pages_there_are(full: Looker, source: str):
    office = full.deployment.part(source)
    faults = list(full.outside(f"{office.address}{each}" for each in OUTSIDE))
    assert not faults, "\n".join(faults)


def test_a_page_that_refuses_can_be_seen_and_used_too(full: Looker):
    walker, office = Walker(full.deployment, "v01-chief", "zh-CN"), full.deployment.part
    others = f"{office('registration').address}/units/v02"
    nobody = f"{office('registration').address}/residents/{NOBODY}"
    faults = list(full.outside([others, nobody, f"{office('supervision').address}/staff"], walker))
    assert not faults, "\n".join(faults)
