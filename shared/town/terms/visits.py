"""Terms of a site: appointments, why they end or cannot be made, what happens after a dose."""

from __future__ import annotations

from shared.town.terms.term import terms

APPOINTMENTS = terms(
    ("booked", "已预约", "booked", "due"),
    ("waiting", "待接种", "checked in, waiting", "waiting"),
    ("vaccinated", "留观中", "in observation", "later"),
    ("done", "已完成", "done", "done"),
    ("no_show", "未到", "no-show", "bad"),
    ("cancelled", "已取消", "cancelled", "no"),
)
CANCEL_REASONS = terms(
    ("by_resident", "本人要求", "asked by the resident"),
    ("session_closed", "场次取消", "session closed"),
    ("other", "其他", "other"),
    ("deferred", "推迟接种", "deferred"),
    ("contraindicated", "不宜接种", "contraindicated"),
    ("declined", "暂不接种", "declined"),
    ("merged", "两条登记合并为一人", "two records of one person"),
    ("redocked", "单位调整接种点", "the unit goes to another site"),
)
# Why a site could not book somebody: the codes of its refusals.
SITE_REFUSALS = terms(
    ("no-free-slot", "没有空位", "no free place"),
    ("site-not-open", "接种点还没有疫苗", "the site has no vaccine yet"),
    ("no-consent", "没有同意", "no consent"),
    ("after-cutoff", "已过第一剂期限", "first doses have ended"),
    ("after-campaign", "接种活动已结束", "the campaign is over"),
    ("deferred", "推迟接种", "deferred"),
    ("contraindicated", "不宜接种", "contraindicated"),
    ("under-age", "未达接种年龄", "under age"),
    ("erased", "资料已删除", "data erased"),
    ("docked-elsewhere", "那些天对应其他接种点", "assigned to another site on those days"),
    ("not-registered-here", "不属于该接种点", "not of that site"),
)
# Why doses left the stock without being given.
WASTE_REASONS = terms(
    ("broken", "破损", "broken"),
    ("expired", "过期", "expired"),
    ("not_used_up", "开瓶未用完", "opened and not used up"),
    ("cold_chain", "冷链中断", "cold chain broken"),
    ("other", "其他", "other"),
)
SIDES = terms(("left_arm", "左上臂", "left arm"), ("right_arm", "右上臂", "right arm"))
DUTY_POSTS = terms(
    ("screener", "预检筛查", "screening"),
    ("registrar", "登记", "registration desk"),
    ("vaccinator", "接种", "vaccination"),
    ("observer", "留观", "observation"),
)
