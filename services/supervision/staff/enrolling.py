"""Enrolling from a list: a line a person, all of them or nobody, each with a one-time code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from services.supervision.domain.refusals import ListNotTaken
from services.supervision.domain.staff import Staff
from services.supervision.sign_in.commands import CODE_SECONDS
from services.supervision.sign_in.office import SignInOffice
from services.supervision.staff import commands, schemas
from shared.kit.language import listed, t
from shared.kit.web.field_errors import told
from shared.town.work import Work

MOST_PEOPLE = 100
_BETWEEN = re.compile(r"[\s,，;；、]+")


class Opened(TypedDict):
    """A new account; `code` is empty where people sign in at an identity provider."""

    login: str
    post: str
    code: str


class AllOpened(TypedDict):
    """The accounts that were opened, with the same role; the codes are good for so many hours."""

    opened: list[Opened]
    role: str
    scope: str
    hours: int


def enrol_all(work: Work, office: SignInOffice, *, people: str, role: str, scope: str) -> AllOpened:
    """Open an account for every line ("v09-li 九村干部"), grant each the role, issue codes.

    Raises `ListNotTaken`, `BadGrant`.
    """
    lines = [line.strip() for line in people.splitlines()]
    wanted = [(n, _BETWEEN.split(line, maxsplit=1)) for n, line in enumerate(lines, 1) if line]
    if faults := [*_faults(work, wanted)]:
        raise ListNotTaken(faults=" ".join(faults))
    opened = [_open(work, office, login, post, role, scope) for _, (login, post) in wanted]
    return {"opened": opened, "role": role, "scope": scope, "hours": CODE_SECONDS // 3600}


def _open(work: Work, office: SignInOffice, login: str, post: str, role: str, scope: str) -> Opened:
    commands.enrol(work, login, post)
    commands.grant(work, login, role, scope)
    code = office.new_code(login) if office.openid is None else ""
    return {"login": login, "post": post, "code": code}


def _faults(work: Work, wanted: list[tuple[int, list[str]]]) -> Iterator[str]:
    """What is wrong with which line."""
    if not 0 < len(wanted) <= MOST_PEOPLE:
        yield t("应为 1 到 {n} 行。", "It takes 1 to {n} lines.", n=MOST_PEOPLE)
        return
    lines = dict[str, int]()
    for n, said in wanted:
        if fault := _fault(work, said, lines.setdefault(said[0], n), n):
            yield t("第 {n} 行：{fault}。", "Line {n}: {fault}.", n=n, fault=fault)


def _fault(work: Work, said: list[str], first: int, n: int) -> str:
    if len(said) < 2:
        return t("登录名后面应写岗位", "a post has to follow the login")
    login, post = said
    if errors := schemas.Enrolment().validate({"login": login, "post": post}):
        wrong = [each for messages in told(errors).values() for each in messages]
        return listed(str(each).rstrip("。.") for each in wrong)
    if first != n:
        return t(
            "登录名 {login} 与第 {first} 行相同",
            "{login} is that of line {first}",
            login=login,
            first=first,
        )
    if work.begin(Staff, Staff.create_id(login)).enrolled:
        return t("登录名 {login} 已有人使用", "the login {login} is taken", login=login)
    return ""
