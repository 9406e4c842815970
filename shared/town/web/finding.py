"""Finding: where what was typed or scanned at a desk leads - to a resident, or to a unit."""

from __future__ import annotations

import re
from time import monotonic
from typing import NamedTuple
from uuid import UUID

import requests
from marshmallow import Schema, fields, validate

from shared.kit.refusals import refusal
from shared.kit.service_tokens import FIND
from shared.kit.source_keys import pair_secret
from shared.town import request_context
from shared.town.campaign import Campaign
from shared.town.privacy.questions import seal_search
from shared.town.web.web import Web

REGISTRATION = "registration"
TIMEOUT_SECONDS = 3
AWAY_SECONDS = 10
"""For so long whoever did not answer in time is not asked again: nobody waits for each scan."""
_away_until: dict[str, float] = {}

SearchAway = refusal(
    "search-away",
    409,
    zh="登记服务暂时没有应答，现在不能按姓名或号码查找；请扫预约单，或在名单里找。",
    en="Registration does not answer, so nobody is found by name or number just now; scan the slip,"
    " or look for the person in the list.",
    field="q",
)


class Wanted(Schema):
    """What a person types or scans to find somebody: an id, a name, a number, the code of a unit."""

    q = fields.String(required=True, validate=validate.Length(1, 60))


class WantedOrNext(Wanted):
    """The same at a desk that people come to one by one: nothing typed asks for the next of them."""

    q = fields.String(load_default="", validate=validate.Length(max=60))


def scanned(text: str) -> str | None:
    """Return the id that a slip holds; None: it is something else."""
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return None


def numbered(text: str) -> int | None:
    """Return the number of a queue that is typed, as “3” or “3号”; None: it is something else.

    Four digits alone are the last of a document or telephone.
    """
    found = re.fullmatch(r"(\d{1,3}|\d{1,5}\s*号)", text.strip())
    return int(found[1].removesuffix("号")) if found else None


class PeopleFound(NamedTuple):
    """Ids of people; `more`: others are meant as well."""

    ids: list[str]
    more: bool


def people_found(web: Web, text: str) -> PeopleFound:
    """Return ids of those within the visitor's reach whom a typed text means, as registration finds.

    Name, pinyin, initials, document number or telephone, whole or the last four. Whoever may see
    no identities finds nobody. Raises `SearchAway`.
    """
    asked = request_context.current()
    if asked is None or not asked.opens_identities:
        return PeopleFound([], more=False)
    here, deployment = web.instance.source, web.deployment
    theirs = web.gate.part_keys.must_be_of(REGISTRATION)
    secret = pair_secret(deployment.secret_of(here), theirs)
    sealed = seal_search(secret, text, web.units_in_reach())
    url = f"{deployment.part(REGISTRATION).url}/found"
    if monotonic() < _away_until.get(url, 0):
        raise SearchAway
    try:
        answer = requests.post(
            url,
            json={"sealed": sealed},
            auth=deployment.asking(here, REGISTRATION, FIND),
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        answer.raise_for_status()
        said = answer.json()
        return PeopleFound([str(each) for each in said["residents"]], bool(said["more"]))
    except requests.Timeout:
        _away_until[url] = monotonic() + AWAY_SECONDS
        raise SearchAway from None
    except (requests.RequestException, LookupError, TypeError, ValueError):
        raise SearchAway from None


def unit_found(text: str, campaign: Campaign) -> str | None:
    """Return the code of the unit of this code or name, if there is one."""
    text = text.casefold()
    named = (
        unit.code
        for unit in campaign.units
        if text in (unit.code.casefold(), unit.name_zh.casefold(), unit.name_en.casefold())
    )
    return next(named, None)
