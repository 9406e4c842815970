"""Supervision: one ledger of every event, staff accounts, and the audit of published reports."""

from shared.town.access import to
from shared.town.access.roles import ADMINISTRATOR, AUDITOR, OFFICE, SUPERVISOR
from shared.town.part import part

PART = part(
    __name__,
    "Keeps every event in one ledger, shows what it says, and audits the published reports.",
    title=("督查", "Supervision"),
    rooms=(
        "long_queries",
        "ledger",
        "people",
        "histories",
        "replay",
        "part_keys",
        "sign_in",
        "staff",
        "looks",
        "stock",
        "checks",
        "reactions",
        "audit",
    ),
    mirrors=("reactions",),
    follows=("registration", "screening", "appointments", "reporting", "supervision"),
    landing=(
        ("/", to(SUPERVISOR, OFFICE)),
        ("/audit", to(AUDITOR)),
        ("/staff", to(ADMINISTRATOR)),
    ),
    nav=(
        ("/?stay=yes", "待查事项", "Review"),
        ("/entries", "台账", "Ledger"),
        ("/audit", "审计", "Audit"),
        ("/looks", "查阅记录", "Access log"),
        ("/recalls", "批次召回", "Recalls"),
        ("/staff", "账号", "Accounts"),
    ),
)
