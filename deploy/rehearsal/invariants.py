"""The plan's rules, checked from the ledger alone: what no screen, API or replay may get round."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.kit.language import t
from shared.kit.web.pages import day_text
from shared.town.campaign import Campaign, age_on


@dataclass(frozen=True, slots=True)
class Rules:
    """Interval in days and cut-off by product, youngest age, and the last day."""

    interval: dict[str, int]
    cutoff: dict[str, date]
    youngest: int
    end: date

    @classmethod
    def of(cls, campaign: Campaign) -> Rules:
        """Return a campaign's rules."""
        codes = [product.code for product in campaign.products]
        return cls(
            {code: campaign.interval(code) for code in codes},
            {code: campaign.cutoff(code) for code in codes},
            campaign.min_age,
            campaign.end,
        )


def read_ledger(entries: Iterable[dict[str, Any]], rules: Rules) -> LedgerReading:
    """Read entries as `GET /api/ledger` gives them, to the end."""
    reading = LedgerReading(rules)
    for entry in entries:
        reading.take(entry)
    return reading


class LedgerReading:
    """The ledger read once: every rule its events break, and its own count of what happened.

    `by_unit` counts doses by (unit, number), `by_day` by (day, site, number); `taken` are places
    held by (site, day, time), `left` doses by (site, batch), `happened` events by name.
    `attention` are persons whose linked records together have doses that want a look: each
    record kept the rules by itself, as far as its site knew.
    """

    def __init__(self, rules: Rules) -> None:
        """Begin before the first entry."""
        self.rules = rules
        self.broken: list[str] = []
        self.by_unit: Counter[tuple[str, int]] = Counter()
        self.by_day: Counter[tuple[str, str, int]] = Counter()
        self.taken: Counter[tuple[str, str, str]] = Counter()
        self.left: Counter[tuple[str, str]] = Counter()
        self.happened: Counter[str] = Counter()
        self.answers: set[str] = set()  # by record
        self._last: dict[str, int] = defaultdict(int)
        self._birth: dict[str, date] = {}
        self._doses: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._capacity: Counter[tuple[str, str, str]] = Counter()
        self._expiry: dict[tuple[str, str], str] = {}
        self._overrides: set[str] = set()
        self._into: dict[str, str] = {}

    @property
    def answered(self) -> set[str]:
        """Everybody who has answered; a person with several linked records once."""
        return {self._into.get(resident, resident) for resident in self.answers}

    @property
    def attention(self) -> list[str]:
        """What linked records' doses come to, person by person, at the end of the ledger."""
        people: dict[str, list[str]] = {}
        for record, into in self._into.items():
            people.setdefault(into, [into]).append(record)
        found: list[str] = []
        for person, records in people.items():
            given = sorted(
                (dose for record in records for dose in self._doses[record]),
                key=lambda dose: dose["day"],
            )
            numbers = [dose["dose"] for dose in given]
            if numbers != list(range(1, len(given) + 1)) or len(given) > 2:
                found.append(
                    t(
                        "{person}：剂次为 {numbers}",
                        "person {person}: doses numbered {numbers}",
                        person=person[:8],
                        numbers=numbers,
                    )
                )
            elif len(given) == 2:
                days = date.fromisoformat(given[1]["day"]) - date.fromisoformat(given[0]["day"])
                if days.days < self.rules.interval.get(given[0]["product"], 0):
                    found.append(
                        t(
                            "{person}：两剂只隔 {days} 天",
                            "person {person}: only {days} days between doses",
                            person=person[:8],
                            days=days.days,
                        )
                    )
        return found

    def _broke(self, zh: str, en: str, **values: object) -> None:
        self.broken.append(t(zh, en, **values))

    def take(self, entry: dict[str, Any]) -> None:
        """Check one event in its place."""
        source, position = entry["source"], entry["position"]
        if position != self._last[source] + 1:
            self._broke(
                "{source}：第 {last} 条之后是第 {position} 条",
                "{source}: position {position} after {last}",
                source=source,
                position=position,
                last=self._last[source],
            )
        self._last[source] = position
        self.happened[entry["event"]] += 1
        check = getattr(self, f"_{entry['event']}", None)
        if check is not None:
            check(entry["data"])

    def _ResidentRegistered(self, data: dict[str, Any]) -> None:  # noqa: N802 - event names
        self._birth[data["resident"]] = date.fromisoformat(data["birth_date"])

    _ResidentCorrected = _ResidentRegistered

    def _ResidentsMerged(self, data: dict[str, Any]) -> None:  # noqa: N802
        resident, into = data["resident"], data["into"]
        if into in self._into or resident in self._into or resident in self._into.values():
            self._broke(
                "{one} 合并到 {other}：已经合并过，或成了一串",
                "link of {one} to {other}: a chain or a second one",
                one=resident[:8],
                other=into[:8],
            )
        self._into[resident] = into

    def _MergeUndone(self, data: dict[str, Any]) -> None:  # noqa: N802
        if self._into.pop(data["resident"], None) != data["into"]:
            self._broke(
                "撤销 {one} 的合并：并没有合并",
                "undone link of {one}: there was none",
                one=data["resident"][:8],
            )

    def _ConsentGiven(self, data: dict[str, Any]) -> None:  # noqa: N802
        self.answers.add(data["resident"])

    _VaccinationDeclined = _ConsentGiven

    def _AnswerTakenBack(self, data: dict[str, Any]) -> None:  # noqa: N802
        if data["answer"] == "none":
            self.answers.discard(data["resident"])
        else:
            self.answers.add(data["resident"])

    def _AppointmentBooked(self, data: dict[str, Any]) -> None:  # noqa: N802
        if data["override"]:
            self._overrides.add(data["resident"])

    def _SessionOpened(self, data: dict[str, Any]) -> None:  # noqa: N802
        for slot in data["slots"]:
            self._capacity[data["site"], data["day"], slot["time"]] = slot["capacity"]

    def _SlotTaken(self, data: dict[str, Any]) -> None:  # noqa: N802
        slot = (data["site"], data["day"], data["time"])
        self.taken[slot] += 1
        if self.taken[slot] > self._capacity[slot]:
            self._broke(
                "时段 {slot} 约了 {taken} 人，只有 {capacity} 个号",
                "slot {slot} holds {taken} of {capacity}",
                slot=slot,
                taken=self.taken[slot],
                capacity=self._capacity[slot],
            )

    def _SlotReleased(self, data: dict[str, Any]) -> None:  # noqa: N802
        slot = (data["site"], data["day"], data["time"])
        self.taken[slot] -= 1
        if self.taken[slot] < 0:
            self._broke(
                "时段 {slot} 退了没有约出的号",
                "slot {slot} gave back a place that was not taken",
                slot=slot,
            )

    def _BatchReceived(self, data: dict[str, Any]) -> None:  # noqa: N802
        self.left[data["site"], data["batch"]] += data["doses"]
        self._expiry[data["site"], data["batch"]] = data["expiry"]

    _DosesArrived = _BatchReceived

    def _StockCounted(self, data: dict[str, Any]) -> None:  # noqa: N802
        self.left[data["site"], data["batch"]] -= data["expected"] - data["counted"]

    def _DoseDrawn(self, data: dict[str, Any]) -> None:  # noqa: N802
        self._reduce(data, 1)

    def _DosesWasted(self, data: dict[str, Any]) -> None:  # noqa: N802
        self._reduce(data, data["doses"])

    _DosesSent = _DosesWasted

    def _reduce(self, data: dict[str, Any], doses: int) -> None:
        batch = (data["site"], data["batch"])
        self.left[batch] -= doses
        if self.left[batch] < 0:
            self._broke(
                "批号 {batch}：用出的比收到的多",
                "batch {batch}: more doses left it than were received",
                batch=batch,
            )

    def _DoseAdministered(self, data: dict[str, Any]) -> None:  # noqa: N802
        resident, day, product = data["resident"], date.fromisoformat(data["day"]), data["product"]
        given, who = (
            self._doses[resident],
            t(
                "{resident} {day}的接种",
                "dose of {resident} on {day}",
                resident=data["resident"][:8],
                day=day_text(day),
            ),
        )
        given.append({key: data[key] for key in ("dose", "day", "product")})
        self.by_unit[data["unit"], data["dose"]] += 1
        self.by_day[data["day"], data["site"], data["dose"]] += 1
        if [dose["dose"] for dose in given] != list(range(1, len(given) + 1)) or len(given) > 2:
            self._broke(
                "{who}：剂次为 {numbers}",
                "{who}: numbered {numbers}",
                who=who,
                numbers=[dose["dose"] for dose in given],
            )
        born = self._birth.get(resident)
        if born is None:
            self._broke(
                "{who}：没有登记过这个人", "{who}: nobody registered this resident", who=who
            )
        elif age_on(born, day) < self.rules.youngest:
            self._broke("{who}：未达接种年龄", "{who}: under age", who=who)
        if self._expiry.get((data["site"], data["batch"]), "") < data["day"]:
            self._broke(
                "{who}：批号 {batch} 已过期或没有收到过",
                "{who}: batch {batch} had expired or never came",
                who=who,
                batch=data["batch"],
            )
        if product not in self.rules.interval:
            self._broke(
                "{who}：方案里没有 {product}",
                "{who}: {product} is not in the plan",
                who=who,
                product=product,
            )
        if day > self.rules.end:
            self._broke("{who}：接种活动已结束", "{who}: after the campaign", who=who)
        if data["dose"] == 1:
            last = self.rules.cutoff.get(product, self.rules.end)
            if day > last and resident not in self._overrides:
                self._broke("{who}：已过第一剂期限", "{who}: first dose after the cut-off", who=who)
        elif len(given) == 2:
            self._check_second(who, given[0], day, product)

    def _check_second(self, who: str, first: dict[str, Any], day: date, product: str) -> None:
        interval = (day - date.fromisoformat(first["day"])).days
        if interval < self.rules.interval.get(first["product"], 0):
            self._broke(
                "{who}：距第一剂只有 {interval} 天",
                "{who}: only {interval} days after the first",
                who=who,
                interval=interval,
            )
        if product != first["product"]:
            self._broke(
                "{who}：第一剂是 {first}，这一剂是 {product}",
                "{who}: {product} after {first}",
                who=who,
                product=product,
                first=first["product"],
            )
