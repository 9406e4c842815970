"""Taking back over HTTP: an import after a preview, a person entered by hand at once."""

from __future__ import annotations

from uuid import UUID

from services.registration.permissions import RESIDENT, UNIT
from services.registration.rosters import queries as rosters
from services.registration.taking_back import commands, queries, schemas
from services.registration.units import queries as units
from shared.kit.language import Text, t
from shared.kit.web.confirmation import Question
from shared.kit.web.endpoints import Body, Endpoints
from shared.town.web.web import Web

endpoints = Endpoints()


@endpoints.query("/api/imports/<uuid:job>/take-back", allow=UNIT, params=schemas.Preview)
def import_to_take_back(web: Web, job: UUID, after: int) -> queries.Preview:
    """What taking an import back would do, and on whom something was built since."""
    return queries.preview(web.work, str(job), after)


def _asked(web: Web, body: Body, job: UUID) -> Question | None:
    """Say how many people go, and that nothing brings them back but another roster."""
    del body
    found = queries.judged(web.work, str(job))
    if not found.taken_back and not found.restored:
        return None
    says = t(
        "将撤回这次导入：{taken_back} 人的登记撤回，视同没有登记过，资料销毁；{restored} 人恢复导入前的资料；"
        "{stays} 人保留不动。要重新登记，只能再次上传名册或手工新增。",
        "The import is taken back: {taken_back} people go from the list as if never on it and their"
        " data are destroyed; {restored} are as before; {stays} stay as they are. Only another"
        " roster, or entering them by hand, registers them again.",
        taken_back=len(found.taken_back),
        restored=len(found.restored),
        stays=len(found.stays),
    )
    return Question(says, t("确认撤回这次导入", "Take the import back"))


def _told(answer: commands.RosterTakenBack) -> str:
    return t(
        "已撤回导入：撤回登记 {taken_back} 人，恢复原资料 {restored} 人，保留 {stays} 人。",
        "The import is taken back: {taken_back} registrations taken back, {restored} records"
        " restored, {stays} kept.",
        taken_back=answer["taken_back"],
        restored=answer["restored"],
        stays=answer["stays"],
    )


@endpoints.command(
    "/api/imports/<uuid:job>/take-back",
    allow=UNIT,
    body=schemas.TakeBack,
    confirm=_asked,
    tells=_told,
)
def take_back_import(web: Web, body: Body, job: UUID) -> commands.RosterTakenBack:
    """Take an import back as a whole; on whom something was built since stays."""
    return commands.take_back_import(web.work, str(job), **body)


@endpoints.page("/imports/<uuid:job>/take-back", allow=UNIT, params=schemas.Preview)
def take_back_page(web: Web, job: UUID, after: int) -> str:
    """Show what taking an import back would do before it is done."""
    work = web.work
    found = rosters.import_job(work, str(job))
    over = str(job) in queries.taken_back_in(work, found["unit"])
    preview = None if over else queries.preview(work, str(job), after)
    more = preview is not None and after + queries.PAGE < preview["stays"]
    return web.render(
        "take_back.html",
        job=found,
        unit=units.unit(work, found["unit"]),
        preview=preview,
        after=after,
        next=after + queries.PAGE if more else None,
    )


@endpoints.command(
    "/api/residents/<uuid:resident>/take-back",
    allow=RESIDENT,
    body=schemas.TakeBackOne,
    tells=Text(
        "已撤回新增，视同没有登记过。", "The entry is taken back, as if it had never been made."
    ),
)
def take_back_one(web: Web, body: Body, resident: UUID) -> commands.TakenBack:
    """Take back on the same day that somebody was entered by hand."""
    return commands.take_back_one(web.work, resident, **body)
