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
    ("sent_on", "转到其他接种点", "sent on to another site"),
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
    ("sent-on", "已转到其他接种点", "sent on to another site"),
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
# What a number goes through at a station.
TICKET_STATES = terms(
    ("waiting", "排队中", "waiting", "waiting"),
    ("called", "已叫号", "called", "due"),
    ("held", "暂离", "stepped aside", "later"),
    ("passed", "过号", "passed", "bad"),
)
# Where everybody of a site's day is.
DAY_STATES = terms(
    ("booked", "待签到", "expected", "due"),
    ("waiting_screening", "待筛查", "waiting for screening", "waiting"),
    ("at_screening", "筛查中", "at screening", "due"),
    ("waiting_dose", "待接种", "waiting for the dose", "waiting"),
    ("called", "已叫到接种台", "called to a desk", "due"),
    ("held", "暂离", "stepped aside", "later"),
    ("passed", "过号", "passed", "bad"),
    ("observing", "留观中", "in observation", "later"),
    ("done", "已完成", "done", "done"),
    ("no_show", "未到", "no-shows", "bad"),
    ("cancelled", "已取消", "cancelled", "no"),
)
# What is gone through before a site closes its day.
CLOSING_POINTS = terms(
    ("waiting", "签到后还没有接种", "checked in and still waiting"),
    ("observing", "留观没有结束", "observation not ended"),
    ("expected", "没来又没有登记未到", "expected and not recorded as no-shows"),
    ("counted", "用过的批次收工后盘点", "batches counted after the last dose"),
    ("vials", "瓶数与剂数对得上", "vials agree with doses"),
    ("held", "隔离和召回的批次已处理", "batches in quarantine or recalled are dealt with"),
    ("fridge", "冰箱温度记录", "refrigerator readings"),
    ("reactions", "不良反应已上报", "reactions reported up"),
    ("vaccinators", "接种的人都上过岗", "who gave doses was on duty"),
    ("review", "需要核查的都看过", "what needs review was looked at"),
)
BATCH_STATUSES = terms(
    ("usable", "可用", "usable"),
    ("held", "隔离中", "in quarantine"),
    ("recalled", "已召回", "recalled"),
    ("expired", "已过有效期", "past its expiry"),
    ("empty", "已用完", "none left"),
)
REVIEWED = terms(
    ("package", "追溯码重复", "package refused"),
    ("early", "提前结束留观", "observation ended early"),
    ("overridden", "期限后的第一剂", "first dose after the cut-off"),
    ("strange", "追溯码不是本次疫苗", "package of no vaccine known here"),
    ("alike", "批号与另一批很像", "batch that looks like another"),
    ("loss", "损耗偏多", "more lost than usual"),
)
