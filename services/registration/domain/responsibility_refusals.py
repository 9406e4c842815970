"""Why nobody is made responsible as asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registration.domain.refusals import Refusal


class SinceOutside(Refusal):
    """Responsibility begins within the campaign, or today before it; today at the latest."""

    code = "since-outside"
    status = 422

    def __init__(self, since: date, first: date, last: date) -> None:
        super().__init__(
            f"责任起始日 {since} 不行，请选 {first} 至 {last} 之间的一天。"
            f" Responsibility cannot begin on {since}; choose a day from {first} to {last}."
        )


class LaterAssignment(Refusal):
    """Somebody was assigned from a later day on; what was said of those days stays true."""

    code = "later-assignment"

    def __init__(self, cadre: str, since: date) -> None:
        super().__init__(
            f"{since} 起已由 {cadre} 负责，起始日不能早于这一天。请改用 {since} 或以后的日子。"
            f" {cadre} is responsible from {since} on; begin on that day or later."
        )


class UnknownCadre(Refusal):
    """No cadre of the unit has this login."""

    code = "unknown-cadre"
    status = 422

    def __init__(self, cadre: str, unit: str) -> None:
        super().__init__(
            f"“{cadre[:40]}”不是单位 {unit} 在岗的干部。请选择本单位干部的登录名，或先由账号管理员授予角色。"
            f" “{cadre[:40]}” is no cadre of unit {unit} at work now; choose one of the unit's logins,"
            " or have the administrator grant the role first."
        )


class NobodySelected(Refusal):
    """The choice holds no resident."""

    code = "nobody-selected"

    def __init__(self) -> None:
        super().__init__(
            "选择的范围里没有人。请换一个范围。 Nobody is in what was chosen; choose again."
        )


class TooManySelected(Refusal):
    """More residents than one command takes."""

    code = "too-many-selected"
    status = 422

    def __init__(self, count: int, most: int) -> None:
        super().__init__(
            f"一次最多 {most} 人，选择了 {count} 人。请分几次。"
            f" At most {most} people at a time, {count} are chosen; do it in parts.",
            count=count,
        )


class SelectionChanged(Refusal):
    """Since the preview somebody was registered, moved or assigned."""

    code = "selection-changed"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"预览时有 {expected} 人，现在是 {found} 人，没有改动。请重新预览再确认。"
            f" The preview had {expected} people, now there are {found}; nothing was changed."
            " Preview again, then confirm."
        )


class BadAssignments(Refusal):
    """Some residents cannot be assigned as asked; nobody was."""

    code = "bad-assignments"

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        first = lines[0]["problem"] if lines else ""
        super().__init__(
            f"有 {len(lines)} 人不能这样指定，全部未改。例如：{first}"
            f" {len(lines)} people cannot be assigned like this and nobody was (an example above).",
            lines=lines[:100],
        )
