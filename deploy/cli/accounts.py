"""Accounts of staff: the first administrator, and those of a rehearsal.

Both are written into supervision's store by its own commands, beside the running process if there
is one: the store keeps two writers apart.
"""

from __future__ import annotations

import json
import secrets
import uuid
from pathlib import Path

from deploy.parts import open_work
from services.supervision import credentials
from services.supervision.domain.staff import Staff
from services.supervision.sign_in import SignInOffice
from services.supervision.staff import StaffAccounts
from shared.kit.eventstore import Context
from shared.town.access import roles
from shared.town.campaign import Campaign
from shared.town.deployment import Deployment

Grants = list[tuple[str, str]]


def create_administrator(deployment: Deployment, login: str) -> str:
    """Enrol an administrator, or help one back in; return a one-time code to sign in with."""
    app = _open(deployment)
    try:
        office = SignInOffice(app, deployment)
        with app.store.transaction(_context()):
            if not app.begin(Staff, Staff.create_id(login)).enrolled:
                app.enrol(login, "administrator")
            app.grant(login, roles.ADMINISTRATOR, roles.TOWN)
        return office.issue_code(login, "operator")
    finally:
        app.store.close()


def rehearsal_accounts(deployment: Deployment) -> dict[str, str]:
    """Return login and password of everybody who takes part in a rehearsal.

    They are enrolled on first use, and noted in the deployment's folder for its owner only.
    """
    file = deployment.folder / "accounts.json"
    if file.exists():
        return json.loads(file.read_text())
    wanted = everybody(deployment.campaign)
    passwords = {login: secrets.token_urlsafe(12) for login in wanted}
    hashes = {login: credentials.hashed(password) for login, password in passwords.items()}
    app = _open(deployment)
    try:
        with app.store.transaction(_context()) as transaction:
            for login, grants in wanted.items():
                app.enrol(login, "演练 rehearsal")
                for role, scope in grants:
                    app.grant(login, role, scope)
                credentials.set_password(transaction.connection, login, hashes[login])
    finally:
        app.store.close()
    _write(file, passwords)
    return passwords


def everybody(campaign: Campaign) -> dict[str, Grants]:
    """Return the logins a campaign's rehearsal needs, each with its grants: (role, scope)."""
    sites = [f"site:{site.code}" for site in campaign.sites]
    staff: dict[str, Grants] = {
        "admin": [(roles.ADMINISTRATOR, roles.TOWN)],
        "office": [(roles.OFFICE, roles.TOWN)],
        "supervisor": [(roles.SUPERVISOR, roles.TOWN)],
        "auditor": [(roles.AUDITOR, roles.TOWN)],
        "operator": [(roles.OPERATOR, roles.TOWN)],
        "county": [(roles.COUNTY, roles.TOWN)],
        "doctor": [(roles.SCREENER, site) for site in sites],
    }
    for site in campaign.sites:
        staff[f"{site.code}-nurse"] = [
            (roles.SITE_STAFF, f"site:{site.code}"),
            (roles.SCREENER, f"site:{site.code}"),
        ]
        staff[f"{site.code}-leader"] = [(roles.SITE_LEADER, f"site:{site.code}")]
    first = campaign.units[0].code
    staff[f"{first}-cadre"] = [(roles.UNIT_CADRE, f"unit:{first}")]
    for unit in campaign.units:
        staff[f"{unit.code}-chief"] = [(roles.UNIT_CHIEF, f"unit:{unit.code}")]
    return staff


def _open(deployment: Deployment) -> StaffAccounts:
    app = open_work(deployment, deployment.part("supervision"))
    assert isinstance(app, StaffAccounts)
    return app


def _context() -> Context:
    key = str(uuid.uuid4())
    return Context(key, "operator", key)


def _write(file: Path, passwords: dict[str, str]) -> None:
    file.touch(mode=0o600)
    file.write_text(json.dumps(passwords, indent=2))
