"""Every command of a page is confirmed, or can be undone, or there is a reason why it is neither."""

from __future__ import annotations

from deploy.containers import service_class
from deploy.parts import SERVICES
from shared.kit.web.declaration import Declaration
from shared.kit.web.nameko_service import declarations

ANEW = "the same form says it anew"
TAKES_BACK = "takes something back itself"
SHOWN = "its page shows beforehand what it will do"
AT_THE_DESK = "somebody waits before the desk; a step more with everybody costs more than it saves"
NOTHING_LOST = "nothing is lost by it"

REASONS = {
    "appointments /api/appointments": "is moved or cancelled beside it",
    "appointments /api/reactions/<uuid:card>/follow-up": ANEW,
    "appointments /api/reactions/<uuid:card>/reported-up": ANEW,
    "appointments /api/fridges/<fridge>/readings/<int:number>/withdraw": TAKES_BACK,
    "appointments /api/residents/<uuid:resident>/check-in": AT_THE_DESK,
    "appointments /api/queue/direct": ANEW,
    "appointments /api/queue/resume": "is held again",
    "appointments /api/queue/undo": TAKES_BACK,
    "appointments /api/days/<day>/reviews": ANEW,
    "appointments /api/batches/<path:batch>/fridge": ANEW,
    "appointments /api/duty/leave": ANEW,
    "appointments /api/residents/<uuid:resident>/move": ANEW,
    "appointments /api/residents/<uuid:resident>/want-back": TAKES_BACK,
    "appointments /api/send-on": "no page has a form for it",
    "appointments /api/weeks/<week>/plan": ANEW,
    "registration /api/imports/<uuid:job>/answers": NOTHING_LOST,
    "registration /api/imports/<uuid:job>/cancel": NOTHING_LOST,
    "registration /api/imports/<uuid:job>/questions/<int:number>": SHOWN,
    "registration /api/matches/<uuid:resident>/<uuid:other>/again": TAKES_BACK,
    "registration /api/notices": NOTHING_LOST,
    "registration /api/notices/<notice>/release": SHOWN,
    "registration /api/notices/<notice>/retry": NOTHING_LOST,
    "registration /api/residents/<uuid:resident>/cadre": ANEW,
    "registration /api/residents/<uuid:resident>/cohorts": ANEW,
    "registration /api/residents/<uuid:resident>/consent": ANEW,
    "registration /api/residents/<uuid:resident>/contacts/<uuid:contact>/undo": TAKES_BACK,
    "registration /api/residents/<uuid:resident>/correct/undo": TAKES_BACK,
    "registration /api/residents/<uuid:resident>/take-back": TAKES_BACK,
    "registration /api/residents/<uuid:resident>/unmerge": TAKES_BACK,
    "registration /api/units/<unit>/answers": "no page has a form for it",
    "registration /api/units/<unit>/ask-again": NOTHING_LOST,
    "registration /api/units/<unit>/assignments": SHOWN,
    "registration /api/units/<unit>/dock": SHOWN,
    "registration /api/dockings": SHOWN,
    "registration /api/units/<unit>/move-bookings": SHOWN,
    "registration /api/units/<unit>/officers": ANEW,
    "registration /api/units/<unit>/quotas": ANEW,
    "screening /api/queue/direct": ANEW,
    "screening /api/queue/resume": "is held again",
    "screening /api/queue/undo": TAKES_BACK,
    "screening /api/residents/<uuid:resident>/finding/lift/decline": "it can be proposed again",
    "screening /api/residents/<uuid:resident>/screening": AT_THE_DESK,
    "supervision /api/audits": NOTHING_LOST,
    "supervision /api/checkpoints": NOTHING_LOST,
    "supervision /api/staff": NOTHING_LOST,
    "supervision /enrol": NOTHING_LOST,
    "supervision /api/staff/<login>/unlock": TAKES_BACK,
}


def commands() -> dict[str, Declaration]:
    """What a page's form may change, by service and address; a file that is sent is previewed."""
    return {
        f"{service} {each.url}": each
        for service in SERVICES
        for each in declarations(service_class(service))
        if each.kind == "command" and not each.upload
    }


def test_every_command_is_confirmed_or_undone_or_says_why_not():
    found = commands()
    ways = {
        name: [each.confirms, each.undo, name in REASONS].count(True)
        for name, each in found.items()
    }
    assert [name for name, number in ways.items() if number != 1] == []
    assert REASONS.keys() <= found.keys()
