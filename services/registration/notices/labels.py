"""Labels of the codes of notices, Chinese and English, for pages and workbooks."""

from __future__ import annotations

LABELS = {
    "channels": {
        "gateway": ("短信", "text message"),
        "smtp": ("邮件", "mail"),
        "file": ("文件", "file"),
    },
    "notice_statuses": {
        "prepared": ("waiting", "待发布", "to be released"),
        "sending": ("due", "发送中", "being sent"),
        "finished": ("done", "已完成", "finished"),
        "stopped": ("no", "已停止", "stopped"),
    },
    "skips": {
        "vaccinated": ("已接种", "vaccinated meanwhile"),
        "declined": ("已拒绝", "declined meanwhile"),
        "contraindicated": ("不宜接种", "contraindicated"),
        "deferred": ("暂缓接种", "deferred"),
        "erased": ("资料已删除", "erased"),
        "not_due": ("未到时间", "not due yet"),
        "no_appointment": ("没有预约", "no appointment"),
        "no_week": ("没有希望接种周", "no wished week"),
        "no_address": ("没有联系方式", "no address"),
        "bad_address": ("联系方式无效", "address not valid"),
        "not_in_audience": ("已不在范围内", "not in the audience any more"),
    },
    "placeholders": {
        "name": ("姓名", "name"),
        "unit": ("单位", "unit"),
        "site": ("接种点", "site"),
        "week": ("希望接种周", "wished week"),
        "day": ("预约日期", "day of the appointment"),
        "time": ("预约时间", "time of the appointment"),
        "campaign": ("活动名称", "campaign"),
    },
}
