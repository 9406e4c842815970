"""Registration: the campaign, its units, who lives in them and what they answered."""

from shared.town.access import to
from shared.town.access.roles import CAMPAIGN
from shared.town.part import part

PART = part(
    __name__,
    "The campaign, its units, who lives in them and what they answered.",
    title=("登记", "Registration"),
    rooms=(
        "staff",
        "units",
        "history",
        "residents",
        "tallies",
        "dockings",
        "search",
        "erasure",
        "key_desk",
        "duplicates",
        "mobilisation",
        "rosters",
        "notices",
        "taking_back",
        "by_hand",
        "overview",
    ),
    follows=("screening", "appointments", "supervision"),
    mirrors=("merges", "findings", "hosts", "notes"),
    landing=(("/", to(*CAMPAIGN)),),
    nav=(
        ("/", "首页", "Home"),
        ("/town", "全镇", "Town"),
        ("/matches", "疑似重复", "Likely duplicates"),
        ("/list", "我的名单", "My list"),
        ("/cadres", "包保干部", "Cadres"),
        ("/find", "找人", "Find"),
        ("/dockings", "调整接种点", "Change sites"),
        ("/notices", "通知", "Notices"),
        ("/roster-template.xlsx", "名册模板", "Roster template"),
    ),
)
