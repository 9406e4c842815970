"""Taking back what was found, over HTTP."""

from __future__ import annotations

from uuid import UUID

from services.screening.desk import queries
from services.screening.lifting import commands
from services.screening.lifting.schemas import Because
from shared.kit.language import Text, listed, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.access import to
from shared.town.access.roles import SCREENER, SITE_LEADER
from shared.town.mirrors.residents import name_of
from shared.town.terms.screening import FINDING_REASONS
from shared.town.web.web import Web

SCREENING = to(SCREENER, at="resident")

endpoints = Endpoints()


def _withdrawing(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say who has to be screened again before a dose."""
    person = queries.screened(web.work, resident)
    if person["status"] != "cleared":
        return None
    says = t(
        "将撤回{name}的建议接种（{reason}）：重新筛查之前不能接种。",
        "The clearance of {name} is withdrawn ({reason}): no dose before another screening.",
        name=name_of(web.work, person),
        reason=body["reason"],
    )
    return Question(says, t("确认撤回", "Withdraw the clearance"))


@endpoints.command(
    "/api/residents/<uuid:resident>/clearance/withdraw",
    allow=to(SCREENER, SITE_LEADER, at="resident"),
    body=Because,
    confirm=_withdrawing,
    tells=Text("已撤回，重新筛查之前不能接种。", "Withdrawn: no dose before another screening."),
)
def withdraw(web: Web, body: Body, resident: UUID) -> commands.Stands:
    """Take a clearance back."""
    return commands.withdraw(web.work, resident, **body)


def _lifting(web: Web, body: Body, resident: UUID) -> Question | None:
    """Say what is taken back, or that somebody else has to agree to it."""
    person = queries.screened(web.work, resident)
    if person["status"] not in ("deferred", "contraindicated"):
        return None
    says = {
        "deferred": Text(
            "将结束{name}的推迟接种（{found}），理由：{reason}。接种前须重新筛查。",
            "The deferral of {name} ({found}) ends, because: {reason}. Another screening comes"
            " before a dose.",
        ),
        "contraindicated": Text(
            "将提出撤销{name}的不宜接种（{found}），理由：{reason}。另一名筛查医生同意后才生效。",
            "It is proposed to lift the contraindication of {name} ({found}), because: {reason}."
            " It holds until another one who screens agrees.",
        ),
    }[person["status"]]
    return Question(_of(web, person, says, body["reason"]), t("确认", "Confirm"))


def _agreeing(web: Web, resident: UUID) -> Question | None:
    """Say what is lifted, and why somebody proposed it."""
    person = queries.screened(web.work, resident)
    proposed = queries.proposed(web.work, resident)
    if proposed is None:
        return None
    says = Text(
        "将撤销{name}的不宜接种（{found}），提出的理由：{reason}。接种前须重新筛查。",
        "The contraindication of {name} ({found}) is lifted; it was proposed because: {reason}."
        " Another screening comes before a dose.",
    )
    return Question(_of(web, person, says, proposed["reason"]), t("同意撤销", "Agree to lift it"))


def _of(web: Web, person: queries.Screened, says: Text, reason: str) -> str:
    found = listed(FINDING_REASONS[code] for code in person["reasons"])
    name = name_of(web.work, person)
    return t(says.zh, says.en, name=name, found=found, reason=reason)


def _lifted(answer: commands.Stands) -> str:
    if answer["outcome"] == "lifted":
        return t("推迟已结束，请重新筛查。", "The deferral has ended; screen again.")
    return t("已提出，等另一名筛查医生同意。", "Proposed; another one who screens has to agree.")


def _roles(web: Web) -> set[str]:
    return {grant.role for grant in web.grants}


@endpoints.command(
    "/api/residents/<uuid:resident>/finding/lift",
    allow=SCREENING,
    body=Because,
    confirm=_lifting,
    tells=_lifted,
)
def lift(web: Web, body: Body, resident: UUID) -> commands.Stands:
    """End a deferral, or propose to lift a contraindication."""
    by = web.person.login
    return commands.lift(web.work, resident, body["reason"], by=by, roles=_roles(web))


@endpoints.command(
    "/api/residents/<uuid:resident>/finding/lift/agree",
    allow=SCREENING,
    confirm=_agreeing,
    tells=Text(
        "不宜接种已撤销，接种前须重新筛查。", "It is lifted; another screening comes before a dose."
    ),
)
def agree(web: Web, resident: UUID) -> commands.Stands:
    """Lift a contraindication that somebody else proposed to lift."""
    return commands.agree(web.work, resident, by=web.person.login, roles=_roles(web))


@endpoints.command(
    "/api/residents/<uuid:resident>/finding/lift/decline",
    allow=SCREENING,
    body=Because,
    tells=Text("维持不宜接种。", "The contraindication stays."),
)
def decline(web: Web, body: Body, resident: UUID) -> commands.Stands:
    """Leave a contraindication as it is."""
    return commands.decline(web.work, resident, body["reason"], by=web.person.login)
