"""Accounts of staff: the first administrator, and those of a rehearsal.

Both are written into supervision's store by its own commands, beside the running process if there
is one: the store keeps two writers apart.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from deploy.parts import open_work
from services.supervision.domain.staff import Staff
from services.supervision.sign_in.commands import set_password
from services.supervision.sign_in.office import SignInOffice
from services.supervision.sign_in.passwords import hashed_drawn
from services.supervision.staff import commands as staff
from shared.kit.eventstore import Context
from shared.town.access import roles
from shared.town.campaign import Campaign
from shared.town.deployment import Deployment

Grants = list[tuple[str, str]]


def create_administrator(deployment: Deployment, login: str) -> str:
    """Enrol an administrator, or help one back in; return a one-time code to sign in with."""
    work = open_work(deployment, deployment.part("supervision"))
    try:
        office = SignInOffice(work, deployment)
        with work.store.transaction(Context.once("operator")):
            if not work.begin(Staff, Staff.create_id(login)).enrolled:
                staff.enrol(work, login, "")
            staff.grant(work, login, roles.ADMINISTRATOR, roles.TOWN)
        return office.issue_code(login, "operator")
    finally:
        work.store.close()


def rehearsal_accounts(deployment: Deployment) -> dict[str, str]:
    """Return login and password of everybody who takes part in a rehearsal.

    They are enrolled on first use, and noted in the deployment's folder for its owner only.
    """
    file = deployment.folder / "accounts.json"
    if file.exists():
        return json.loads(file.read_text())
    wanted = everybody(deployment.campaign)
    passwords = {login: secrets.token_urlsafe(12) for login in wanted}
    hashes = {login: hashed_drawn(password) for login, password in passwords.items()}
    work = open_work(deployment, deployment.part("supervision"))
    try:
        with work.store.transaction(Context.once("operator")):
            for login, grants in wanted.items():
                staff.enrol(work, login, "")
                for role, scope in grants:
                    staff.grant(work, login, role, scope)
                set_password(work, login, hashes[login])
    finally:
        work.store.close()
    _write(file, passwords)
    return passwords


def everybody(campaign: Campaign) -> dict[str, Grants]:
    """Return the logins a campaign's rehearsal needs, each with its grants: (role, scope)."""
    sites = [f"site:{site.code}" for site in campaign.sites]
    logins: dict[str, Grants] = {
        "admin": [(roles.ADMINISTRATOR, roles.TOWN)],
        "office": [(roles.OFFICE, roles.TOWN)],
        "supervisor": [(roles.SUPERVISOR, roles.TOWN)],
        "auditor": [(roles.AUDITOR, roles.TOWN)],
        "operator": [(roles.OPERATOR, roles.TOWN)],
        "county": [(roles.COUNTY, roles.TOWN)],
        "doctor": [(roles.SCREENER, site) for site in sites],
    }
    for site in campaign.sites:
        logins[f"{site.code}-nurse"] = [
            (roles.SITE_STAFF, f"site:{site.code}"),
            (roles.SCREENER, f"site:{site.code}"),
        ]
        logins[f"{site.code}-leader"] = [(roles.SITE_LEADER, f"site:{site.code}")]
    first = campaign.units[0].code
    logins[f"{first}-cadre"] = [(roles.UNIT_CADRE, f"unit:{first}")]
    for unit in campaign.units:
        logins[f"{unit.code}-chief"] = [(roles.UNIT_CHIEF, f"unit:{unit.code}")]
    return logins


def _write(file: Path, passwords: dict[str, str]) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords, indent=2))
