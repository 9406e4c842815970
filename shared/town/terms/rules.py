"""Rules: how the figures on pages are counted, in words, with the campaign's own dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from shared.kit.dates import day_text
from shared.kit.language import Text, listed, t
from shared.town.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Rule:
    """A figure with what it is called, and how it is counted."""

    code: str
    name: Text
    text: Text

    def told(self, campaign: Campaign) -> str:
        """Say how it is counted in a campaign."""
        return str(self.text.format(**_values(campaign)))


def _values(campaign: Campaign) -> dict[str, object]:
    """What a campaign says of all rules: days as people read them, shares in percent."""
    return {
        "target": f"{campaign.head_count_target:,}",
        "population": f"{campaign.population:,}",
        "share": f"{campaign.coverage_target:.0%}",
        "interval": campaign.interval_days,
        "intervals": listed(
            t("{product}{days}天", "{product} {days} days", product=each, days=days)
            for each in campaign.products
            if (days := campaign.interval(each.code)) > campaign.interval_days
        )
        or "—",
        "cutoff": day_text(campaign.first_dose_cutoff),
        "end": day_text(campaign.end),
        "floors": listed(
            t("{site}{doses}剂", "{site} {doses}", site=each, doses=each.daily_floor)
            for each in campaign.sites
        ),
        "slot": campaign.slot_minutes,
        "seats": listed(
            t("{site}{seats}人", "{site} {seats}", site=each, seats=each.slot_capacity)
            for each in campaign.sites
        ),
        "clearance": campaign.clearance_days,
        "observation": campaign.observation_minutes,
        "min_age": campaign.min_age,
        "max_age": campaign.max_age,
    }


_RULES = (
    Rule(
        "target",
        Text("任务数", "Target"),
        Text(
            "任务数是应当全程接种（两剂都打完）的人数：全镇 {target} 人，写在接种方案里，各单位任务数之和等于全镇。"
            "登记的人可以多于或少于任务数；任务完成率按第二剂人数除以任务数计算。",
            "The target is how many people are to have both doses: {target} in the town, as the plan says;"
            " those of the units add up to it. More or fewer people may be registered. “Target met” is"
            " second doses divided by the target.",
        ),
    ),
    Rule(
        "coverage",
        Text("人口覆盖率", "Coverage"),
        Text(
            "打完第二剂的人数除以全镇人口 {population} 人，应达到 {share}。只打第一剂的不算；一个人只算一次。",
            "People with both doses divided by the town's {population} inhabitants; it is to reach"
            " {share}. A first dose alone does not count, and everybody counts once.",
        ),
    ),
    Rule(
        "lagging",
        Text("落后", "Behind"),
        Text(
            "完成比例等于已接种剂数（第一剂和第二剂）除以任务数的 2 倍，接种计入居民所属单位。"
            "比例低于全镇的单位是落后，最低的排在最前。",
            "What a unit has done is the doses given, first and second, divided by twice its target; a dose"
            " counts for the unit the person belongs to. A unit that has done less than the town is behind;"
            " the lowest stands first.",
        ),
    ),
    Rule(
        "first-dose",
        Text("第一剂期限", "Last day of a first dose"),
        Text(
            "第一剂最晚在{cutoff}，这样第二剂在{end}方案结束前还来得及；间隔较长的疫苗，期限相应提前。"
            "过了期限，只有写明授权理由才能预约第一剂。",
            "First doses are given up to {cutoff}, so that the second still fits in before the campaign ends"
            " on {end}; with a vaccine that needs longer between doses the day is earlier. After it a"
            " first dose is booked only with an authorised reason.",
        ),
    ),
    Rule(
        "interval",
        Text("两剂间隔", "Days between the doses"),
        Text(
            "两剂之间至少 {interval} 天；疫苗要求更长的，按疫苗要求：{intervals}。不到天数不能预约，也不能接种第二剂。",
            "At least {interval} days lie between the doses; longer where the vaccine asks for it:"
            " {intervals}. Before that a second dose is neither booked nor given.",
        ),
    ),
    Rule(
        "forecast",
        Text("预计完成日期", "Expected finish"),
        Text(
            "还差的剂数（任务数乘以 2，减去已打的第一剂和第二剂）除以最近 7 天的日均剂数，从今天往后推。"
            "方案在{end}结束；预计晚于这一天就要加场次。",
            "Doses that are left (twice the target, less first and second doses given) divided by the doses a"
            " day of the last 7 days, counted from today. The campaign ends on {end}; when the finish is"
            " later, more sessions are needed.",
        ),
    ),
    Rule(
        "floor",
        Text("每日最低接种量", "Daily minimum"),
        Text(
            "方案要求每个接种点每天至少接种：{floors}。第一剂和第二剂合计。",
            "The least a site is to give on a day, first and second doses together: {floors}.",
        ),
    ),
    Rule(
        "capacity",
        Text("名额", "Places"),
        Text(
            "每个时段 {slot} 分钟，每个时段的名额：{seats}。一个人一剂占一个名额；取消或改期后名额马上空出来。",
            "A slot is {slot} minutes and has so many places: {seats}. A dose of one person takes one;"
            " moved or cancelled, it is free again at once.",
        ),
    ),
    Rule(
        "consent",
        Text("同意接种", "Consented"),
        Text(
            "已登记的人里，最近一次答复是愿意的人数。同一人答复几次只算最近一次；撤销后恢复前一次的答复。"
            "已接种的仍算同意。",
            "Those of the people registered whose latest answer is yes. Several answers of one person count"
            " as the latest; when it is undone, the one before counts again. Whoever is vaccinated is"
            " still among them.",
        ),
    ),
    Rule(
        "no-show",
        Text("未到", "No-show"),
        Text(
            "当天有预约、没有签到，结束当天接种时登记为未到的人。名额不再保留；要再来，须重新预约。",
            "Booked for the day, not checked in, and recorded when the day was closed. The place is not kept:"
            " who wants to come is booked again.",
        ),
    ),
    Rule(
        "clearance",
        Text("建议接种的有效期", "How long a clearance holds"),
        Text(
            "筛查结论“建议接种”当天起 {clearance} 天内有效，过期须重新筛查。接种后留观 {observation} 分钟。"
            "方案的接种年龄是 {min_age} 至 {max_age} 周岁；超过的，筛查健康后可以接种，不到的不能接种。",
            "A clearance holds for {clearance} day(s) from the day it is given; after that the person is"
            " screened again. After a dose people are observed for {observation} minutes. The plan is for"
            " ages {min_age} to {max_age}: older people when screened healthy, younger ones never.",
        ),
    ),
)
RULES = MappingProxyType({each.code: each for each in _RULES})
"""All rules by their codes, in the order in which the help page shows them."""
