"""Versions of the rules over HTTP: to be read, and tried on all screenings so far."""

from __future__ import annotations

from services.screening.domain.rules import Lifting
from services.screening.rules import loading
from services.screening.trials import queries, schemas
from shared.kit.pacing import Pace
from shared.kit.web.endpoints import Endpoints
from shared.town.access import to
from shared.town.access.roles import OF_SITES, OVERSIGHT, ROLES
from shared.town.web.web import Web

LIST = to(*OF_SITES, *OVERSIGHT)
SHOWN = 100

endpoints = Endpoints()


@endpoints.query("/api/rules/trial", allow=LIST, params=schemas.OfVersion)
def trial(web: Web, version: str) -> queries.Trial:
    """What a version would have found of everybody screened so far: all differences."""
    return _tried(web, version)


@endpoints.page("/rules", allow=LIST, params=schemas.OfVersion)
def rules_page(web: Web, version: str) -> str:
    """Show a version of the rules: what is asked of whom, and what each answer leads to."""
    return web.render(
        "rules.html",
        rules=loading.versions()[version],
        versions=list(loading.versions()),
        current=loading.CURRENT,
        roles_of=_roles_of,
    )


@endpoints.page("/rules/trial", allow=LIST, params=schemas.OfVersion)
def trial_page(web: Web, version: str) -> str:
    """Show what a version would have found of everybody screened so far."""
    return web.render("trial.html", trial=_tried(web, version), most=SHOWN)


def _roles_of(lifting: Lifting) -> list[str]:
    return [str(ROLES[role]) for role in lifting.roles]


def _tried(web: Web, version: str) -> queries.Trial:
    def tell(_done: int) -> None:
        """Nobody is told how far it is: it takes seconds."""

    return queries.tried(web.work, loading.versions()[version], Pace(tell))
