"""Terms of notices: channels, states, and why somebody gets none."""

from __future__ import annotations

from shared.town.terms.term import terms

NOTICE_CHANNELS = terms(
    ("gateway", "短信", "text message"), ("smtp", "邮件", "mail"), ("file", "文件", "file")
)
NOTICE_STATES = terms(
    ("prepared", "待发布", "to be released", "waiting"),
    ("sending", "发送中", "being sent", "due"),
    ("finished", "已完成", "finished", "done"),
    ("stopped", "已停止", "stopped", "no"),
    ("discarded", "已作废", "discarded", "no"),
)
# What becomes of a message.
MESSAGE_OUTCOMES = terms(
    ("sent", "已发送", "sent"),
    ("delivered", "已送达", "delivered"),
    ("skipped", "未发", "skipped"),
    ("failed", "失败", "failed"),
    ("waiting", "待发送", "waiting"),
)
SKIP_REASONS = terms(
    ("vaccinated", "已接种", "vaccinated meanwhile"),
    ("declined", "暂不接种", "declined"),
    ("contraindicated", "不宜接种", "contraindicated"),
    ("deferred", "推迟接种", "deferred"),
    ("erased", "资料已删除", "data erased"),
    ("not_due", "未到时间", "not due yet"),
    ("no_appointment", "没有预约", "no appointment"),
    ("no_week", "没有希望接种周", "no wished week"),
    ("no_address", "没有联系方式", "no address"),
    ("bad_address", "联系方式无效", "address not valid"),
    ("died", "名册注明已去世", "noted as died"),
    ("moved_away", "名册注明已迁出", "noted as moved away"),
    ("not_found", "名册注明查无此人", "noted as unknown there"),
    ("not_in_audience", "已不在范围内", "not in the audience any more"),
)
FAIL_REASONS = terms(
    ("refused", "对方拒收", "refused by the channel"),
    ("unreachable", "连接不上", "channel not reachable"),
)
PLACEHOLDERS = terms(
    ("name", "姓名", "name"),
    ("unit", "单位", "unit"),
    ("site", "接种点", "site"),
    ("week", "希望接种周", "wished week"),
    ("day", "预约日期", "day of the appointment"),
    ("time", "预约时间", "time of the appointment"),
    ("campaign", "活动名称", "campaign"),
)
