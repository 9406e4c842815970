"""Screening: who may be vaccinated, by the plan's rules and what people answer."""

from shared.town.access import to
from shared.town.access.roles import OF_SITES, OVERSIGHT
from shared.town.part import part

PART = part(
    __name__,
    "Applies the plan's rules to what people answer, and says who may be vaccinated.",
    title=("筛查", "Screening"),
    rooms=("rules", "desk", "queue", "lifting", "trials"),
    follows=("registration", "appointments", "supervision"),
    mirrors=(
        "residents",
        "dockings",
        "merges",
        "findings",
        "numbers",
        "calls",
        "duty",
        "hosts",
        "notes",
    ),
    landing=(("/", to(*OF_SITES, *OVERSIGHT)),),
    nav=(
        ("/", "候诊", "Waiting"),
        ("/people", "名单", "List"),
        ("/people?status=deferred", "推迟接种", "Deferred"),
        ("/people?status=contraindicated", "不宜接种", "Contraindicated"),
        ("/rules", "规则", "Rules"),
    ),
)
