"""Terms of accounts, and of what supervision flags and counts again; the roles stand in `access/roles.py`."""

from __future__ import annotations

from shared.town.terms.term import terms

LOCK_REASONS = terms(
    ("left", "已离岗", "has left"),
    ("suspected_misuse", "疑似滥用", "suspected misuse"),
    ("lost_device", "设备丢失", "lost device"),
    ("other", "其他", "other"),
)
END_REASONS = terms(
    ("signed_out", "已退出", "signed out"),
    ("locked", "账号已锁定", "account locked"),
    ("credentials_reset", "登录凭据已重置", "credentials reset"),
    ("everywhere", "已在所有地方退出", "signed out everywhere"),
)
SIGN_IN_METHODS = terms(
    ("password", "密码", "password"), ("openid", "统一身份认证", "single sign-on")
)
ANOMALIES = terms(
    ("report_differs", "周报与原始记录不一致", "a report differs from the records"),
    ("trace_code_used", "追溯码重复使用", "a package used again"),
    ("day_not_closed", "接种日没有结束", "a day was not closed"),
    ("closed_open", "结束当天时有未了结的", "a day was closed with points open"),
    ("doubtful_doses", "剂次或间隔有疑问", "doses to be checked"),
    ("linked_doses", "合并的登记剂次有疑问", "doses of linked records to be checked"),
    ("reaction_due", "不良反应即将超时未上报", "a reaction has to be reported up soon"),
    ("reaction_overdue", "不良反应超时未上报", "a reaction was not reported up in time"),
    ("reaction_cluster", "疑似群体性反应", "a cluster of reactions"),
    ("many_keys", "部件索取居民密钥过多", "a part asked for many residents' keys"),
    ("many_looks", "查阅居民过多", "many residents looked at"),
    ("fridge_not_read", "冰箱没有按时测温", "fridge not read"),
    ("fridge_out_of_range", "冰箱超出 2–8 ℃", "fridge out of 2–8 °C"),
    ("quarantine_lifted", "批次解除隔离", "a batch was released from quarantine"),
    ("transfer", "调拨未对上", "a transfer does not match"),
)
LONG_QUERY_STATES = terms(
    ("waiting", "排队", "waiting"),
    ("working", "计算中", "at work"),
    ("done", "完成", "done"),
    ("failed", "没有算完", "not finished"),
)
# What a history amounts to, of a resident or of a unit.
STATES = terms(
    ("unit", "单位", "unit"),
    ("answer", "答复", "answer"),
    ("screening", "筛查", "screening"),
    ("appointments", "预约", "appointments"),
    ("doses", "接种", "doses"),
    ("erased", "资料已删除", "data erased"),
    ("linked", "并入的登记", "records linked to it"),
    ("site", "对应接种点", "site"),
    ("target", "任务数", "target"),
    ("registered", "登记", "registered"),
    ("consented", "同意接种", "consented"),
    ("declined", "暂不接种", "declined"),
    ("planned", "计划", "planned"),
    ("first", "第一剂", "first doses"),
    ("second", "第二剂", "second doses"),
)
