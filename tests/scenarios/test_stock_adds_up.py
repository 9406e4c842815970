"""After any operations in any order the logs account for every dose, and the recall lists are whole.

Two sites and supervision, who hear each other's logs or do not; most operations make sense, some do not.
"""

from __future__ import annotations

from collections import Counter
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from deploy.cli.stock_audit import (
    COLUMNS,
    Account,
    Syringes,
    Transfer,
    books,
    recipients,
    table,
    transfers,
)
from shared.kit.contracts import Event
from tests.support.stock_town import CHOICES, OPERATIONS, SITES, Town

SHOWN = tuple(name for name in COLUMNS if name != "given")
SYRINGES = ("received", "used", "wasted", "lost")


def shown(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["batch"], *(row[name] for name in SHOWN))


def booked(account: Account) -> tuple[Any, ...]:
    return (account.batch, *(getattr(account, name) for name in SHOWN))


def test_the_logs_and_the_views_account_for_every_dose_after_any_operations(tmp_path: Path):
    town = Town(tmp_path, seed=20240325)
    for _ in range(OPERATIONS):
        town.step()
    for site in (*SITES, *SITES):
        town.tell(site)
    for site, part in town.sites.items():
        said = town.said(site)
        found, [needles] = books(said)
        assert [each.wrong for each in (*found, needles) if each.wrong] == []
        assert Counter({name: getattr(needles, name) for name in SYRINGES}) == town.syringes[site]
        shown_of = part.read("/api/syringes")
        assert [shown_of[name] for name in (*SYRINGES, "left")] == [
            getattr(needles, name) for name in (*SYRINGES, "left")
        ]
        held = {row["batch"] for row in part.read("/api/batches")["batches"] if row["held"]}
        assert held == {n for (at, n), causes in town.held.items() if at == site and causes}
        rows = part.read("/api/batches")["batches"]
        assert sorted(map(shown, rows)) == sorted(map(booked, found))
        got = {number: who for (at, number), who in town.given.items() if at == site}
        assert {number: who for (_, number), who in recipients(said).items()} == got
        for row in rows:
            listed = part.read(f"/api/batches/{row['batch']}/recipients")["recipients"]
            assert sorted(each["resident"] for each in listed) == sorted(got.get(row["batch"], []))
        _supervision_has_the_same(town, site, found)
        _every_site_has_stopped_what_is_ordered_back(town, rows)
        assert part.view() == part.rebuilt_view()
    _nothing_is_on_its_way_that_was_not_sent(town)
    assert town.group.view() == town.group.rebuilt_view()
    print(dict(sorted(town.done.items())))
    for what in CHOICES.keys() - {"tell", "recall", "order", "alike"}:
        assert town.done[f"{what} 200"], town.done


def _supervision_has_the_same(town: Town, site: str, found: list[Account]) -> None:
    from services.supervision.stock import queries

    names = ("received", "given", "wasted", "moved", "lost", "left")
    known = [row for row in queries.known(town.group.app) if row["site"] == site]
    assert sorted((row["batch"], *(row[name] for name in names)) for row in known) == sorted(
        (each.batch, *(getattr(each, name) for name in names)) for each in found
    )


def _every_site_has_stopped_what_is_ordered_back(town: Town, rows: list[dict[str, Any]]) -> None:
    ordered = town.group.http.get("/api/recalls").json["recalls"]
    back = {(each["batch"], each["product"]) for each in ordered}
    held = [row for row in rows if (row["batch"], row["product"]) in back]
    assert all(row["recalled"] for row in held)


def _nothing_is_on_its_way_that_was_not_sent(town: Town) -> None:
    """Each note has one owner: on its way, or arrived as it was sent (E18)."""
    sent, arrived = Counter[Any](), Counter[Any]()
    for site in SITES:
        for event in town.said(site):
            data = event.data
            if event.name == "DosesSent":
                sent[site, data["note"], data["batch"]] += data["doses"]
            elif event.name == "DosesArrived":
                arrived[data["from_site"], data["note"], data["batch"]] += data["doses"]
    assert all(sent[note] == doses for note, doses in arrived.items())


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([("DosesWasted", {"doses": 3})], "用的比收到的多"),
        ([("DoseDrawn", {})], "出库与接种不符"),
        ([("DoseAdministered", {})], "出库与接种不符"),
        ([("StockCounted", {"counted": 1, "expected": 1})], "收到与去向、剩余不符"),
    ],
)
def test_what_does_not_add_up_is_said(events: list[tuple[str, dict[str, int]]], why: str):
    account = Account("stadium", "SV-1")
    account.take("BatchReceived", {"doses": 2})
    assert account.close().wrong == []
    for name, data in events:
        account.take(name, data)
    assert why in account.close().wrong


def test_syringes_that_do_not_add_up_are_said():
    kept = Syringes("stadium")
    kept.take("SyringesReceived", {"syringes": 10})
    kept.take("DoseAdministered", {})
    assert kept.close().wrong == []
    kept.take("SyringesCounted", {"counted": 5, "expected": 10})
    assert kept.close().wrong == ["收到与去向、剩余不符"]


def moved(name: str, site: str, doses: int, other: str) -> Event:
    way = {"to_site": other} if name == "DosesSent" else {"from_site": other}
    data = {"site": site, "batch": "SV-1", "doses": doses, "note": "T-1", **way}
    return cast("Event", SimpleNamespace(name=name, data=data))


@pytest.mark.parametrize(
    ("events", "wrong"),
    [
        ([("DosesSent", "a", 20, "b"), ("DosesArrived", "b", 20, "a")], []),
        ([("DosesArrived", "b", 20, "a"), ("DosesSent", "a", 20, "b")], []),
        ([("DosesSent", "a", 20, "b")], ["没有登记调入"]),
        ([("DosesArrived", "b", 20, "a")], ["没有登记调出"]),
        ([("DosesSent", "a", 20, "b"), ("DosesArrived", "b", 18, "a")], ["调出与调入不符"]),
        ([("DosesSent", "a", 20, "b"), ("DosesArrived", "c", 20, "a")], ["调出与调入不符"]),
    ],
)
def test_doses_between_sites_that_do_not_match_do_not_add_up(
    events: list[tuple[str, str, int, str]], wrong: list[str]
):
    [note] = transfers(moved(*each) for each in events)
    assert note.wrong == wrong


def test_names_of_batches_are_never_cut_in_the_table():
    names = ["COSTA-2024-000000000000000000000000000000000000001", "COSTA-2024-00000000000000002"]
    rows = [
        {name: getattr(Account("s", each), name) for name in Account.__slots__} for each in names
    ]
    note = Transfer("stadium", "T-1", names[0], "township", 20).close()
    notes = [{name: getattr(note, name) for name in Transfer.__slots__}]
    shown_as = StringIO()
    Console(width=80, file=shown_as, color_system=None).print(
        table({"batches": rows, "syringes": [], "transfers": notes})
    )
    cells = [line.split("│") for line in shown_as.getvalue().splitlines() if "│" in line]
    said = "".join(cell[2].strip() for cell in cells)
    assert all(name in said for name in names)
    assert "没有登记调入" in "".join(cell[-2].strip() for cell in cells)
