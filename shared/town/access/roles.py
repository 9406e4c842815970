"""The roles of the campaign's staff, each with the kind of scope it is granted in.

The codes are the storage format (`RoleGranted`).
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.kit.language import t

TOWN = "town"
# Narrower than a unit: those of its residents whom the login itself is responsible for.
LIST = "list"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: `scope` is the kind of place it is granted for: unit, site or town.

    `narrower` is a second kind it may be granted in, within one such place. Whoever acts only in
    `pseudonymous` roles reads records without their identities. `at_place` is its short name, for
    where the place stands beside it.
    """

    code: str
    scope: str
    zh: str
    en: str
    pseudonymous: bool = False
    narrower: str | None = None
    at_place: tuple[str, str] = ("", "")

    def at(self, place: str) -> str:
        """Return what it is called where the place is named too: 青石村负责人."""
        zh, en = self.at_place
        role = t(zh, en) if zh else self
        return t("{place}{role}", "{role} ({place})", place=place, role=role)

    def __str__(self) -> str:
        """Return what it is called, in the language that is spoken."""
        return t(self.zh, self.en)


UNIT_CADRE = "unit_cadre"
UNIT_CHIEF = "unit_chief"
SCREENER = "screener"
SITE_STAFF = "site_staff"
SITE_LEADER = "site_leader"
OFFICE = "office"
SUPERVISOR = "supervisor"
AUDITOR = "auditor"
OPERATOR = "operator"
COUNTY = "county_subscriber"
ADMINISTRATOR = "administrator"

ROLES = {
    role.code: role
    for role in (
        Role(
            UNIT_CADRE,
            "unit",
            "村（社区）干部",
            "Unit cadre",
            narrower=LIST,
            at_place=("干部", "Cadre"),
        ),
        Role(UNIT_CHIEF, "unit", "村（社区）负责人", "Unit chief", at_place=("负责人", "Chief")),
        Role(SCREENER, "site", "筛查医护", "Screener"),
        Role(
            SITE_STAFF,
            "site",
            "接种点工作人员",
            "Site staff",
            at_place=("工作人员", "Staff"),
        ),
        Role(SITE_LEADER, "site", "接种点负责人", "Site leader", at_place=("负责人", "Leader")),
        Role(OFFICE, TOWN, "镇办公室", "Office"),
        Role(SUPERVISOR, TOWN, "督查组", "Supervisor", pseudonymous=True),
        Role(AUDITOR, TOWN, "审计员", "Auditor", pseudonymous=True),
        Role(OPERATOR, TOWN, "系统运维", "Operator", pseudonymous=True),
        Role(COUNTY, TOWN, "县级接收单位", "County receiver", pseudonymous=True),
        Role(ADMINISTRATOR, TOWN, "账号管理员", "Administrator", pseudonymous=True),
    )
}
OF_UNITS = (UNIT_CADRE, UNIT_CHIEF)
OF_SITES = (SCREENER, SITE_STAFF, SITE_LEADER)
# Who works on the campaign and may see how it stands.
CAMPAIGN = (*OF_UNITS, *OF_SITES, OFFICE, SUPERVISOR, AUDITOR)
# Who looks over everybody's shoulder.
OVERSIGHT = (SUPERVISOR, AUDITOR)
