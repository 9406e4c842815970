"""Words of a rehearsal's closing table: its checks, figures and refusals."""

from __future__ import annotations

from collections.abc import Mapping

from shared.kit.language import Text
from shared.town.terms.residents import ANSWERS
from shared.town.terms.screening import FINDINGS
from shared.town.terms.term import Term
from shared.town.terms.visits import SITE_REFUSALS

CHECKS = {
    "services_agree": Text("各服务数字一致", "The services agree"),
    "rules_hold": Text("方案各项规则都守住", "Every rule of the plan holds"),
    "ledger_verifies": Text("台账无缺失、未被改动", "The ledger is complete and verifies"),
    "reports_replay": Text("周报重新计算结果一致", "The weekly reports replay the same"),
    "mistakes_refused": Text("故意的错误都被拒绝", "Deliberate mistakes were refused"),
}
PEOPLE: Mapping[str, Text | Term] = {
    "rostered": Text("名册人数", "on the rosters"),
    "registered": Text("已登记", "registered"),
    "consented": ANSWERS["consented"],
    "declined": ANSWERS["declined"],
    "contraindicated": FINDINGS["contraindicated"],
    "deferrals": Text("推迟接种次数", "deferrals"),
    "no_shows": Text("未到次数", "no-shows"),
    "completed": Text("全程接种", "both doses"),
}
FIGURES: Mapping[str, Text | Term] = {
    **PEOPLE,
    "first": Text("第一剂", "first doses"),
    "second": Text("第二剂", "second doses"),
}
_REFUSALS: Mapping[str, object] = {
    **SITE_REFUSALS,
    "too-early": Text("第二剂间隔未到", "second dose too early"),
    "batch-expired": Text("疫苗批号已过期", "batch expired"),
    "unknown-code": Text("没有这个接种点", "no such site"),
    "malformed": Text("内容写法有误", "not written as it must be"),
    "too-large": Text("内容太大", "too large"),
}


def refusal_words(code: str) -> str:
    """Return what a refusal is called; its code where a rehearsal makes no such mistake on purpose."""
    return str(_REFUSALS.get(code, code))
