"""Make the golden town anew: `python -m tests.golden.make OUT.jsonl.xz` (README.md says when).

A small rehearsal with newcomers, on generated data and with secrets drawn for this town alone.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from deploy.cli.accounts import rehearsal_accounts
from deploy.local.running import embedded_deployment, running_embedded
from deploy.rehearsal import generate_town
from deploy.rehearsal.api import Api
from shared.town.deployment import Deployment
from shared.town.notice_settings import NoticeSettings
from tests.golden.figures import figures
from tests.golden.gateway import Gateway
from tests.golden.newcomers import SEED, GoldenRehearsal, Newcomers
from tests.golden.town import KEPT

PEOPLE, CLIENTS = 220, 4
NOTE = "generated data; these secrets were drawn for this town alone and are used nowhere else"


def rehearsed(deployment: Deployment, gateway: Gateway) -> dict[str, Any]:
    """Let the town go through its campaign; return the figures that the parts give."""
    api = Api(deployment, SEED, CLIENTS, rehearsal_accounts(deployment))
    try:
        rehearsal = GoldenRehearsal(api, generate_town(deployment.campaign, PEOPLE, SEED))
        newcomers = Newcomers(rehearsal, gateway)
        for day in rehearsal.begin():
            newcomers.live_through(day)
            rehearsal.live_through(day)
        rehearsal.finish()
        api.set_clock(rehearsal.campaign.end + timedelta(days=5), "08:00")
        newcomers.finish()
        found = figures(api.compute, deployment.campaign)
        api.settle()
        return found
    finally:
        api.close()


def lines(deployment: Deployment, frozen: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fixture: facts, tables that are not made of events, snapshots, the ledger, figures."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    tombstones = deployment.tombstones
    yield {
        "note": NOTE,
        "tree": commit.stdout.strip(),
        "people": PEOPLE,
        "now": (deployment.folder / "rehearsal-clock").read_text(),
        "secrets": asdict(deployment.secrets),
        "tombstones": tombstones.read_text() if tombstones.exists() else "",
        "campaign": deployment.campaign_file.read_text(),
    }
    for part in deployment.parts:
        kept = KEPT.get(part.source, ())
        for table in (*kept, "snapshots"):
            for row in sorted(rows(deployment, part.source, f"SELECT * FROM {table}"), key=str):
                yield {"source": part.source, "table": table, "row": row}
    logs = {
        (part.source, row["position"]): row["body"]
        for part in deployment.parts
        for row in rows(deployment, part.source, "SELECT position, body FROM events")
    }
    ledger = rows(
        deployment, "supervision", "SELECT source, position, hash FROM ledger ORDER BY entry"
    )
    for entry in ledger:
        place = {"source": entry["source"], "position": entry["position"]}
        yield place | {"body": bytes.fromhex(logs.pop(tuple(place.values()))["hex"]).decode()}
    assert not logs, f"the ledger has not got {len(logs)} events"
    yield {"head": ledger[-1]["hash"], "figures": frozen}


def rows(deployment: Deployment, source: str, query: str) -> list[dict[str, Any]]:
    file = deployment.folder / f"{source.replace('/', '.')}.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return [
            {
                name: {"hex": row[name].hex()} if isinstance(row[name], bytes) else row[name]
                for name in row.keys()  # noqa: SIM118 - a row is a sequence of values
            }
            for row in connection.execute(query)
        ]


def main(out: Path) -> None:
    """Rehearse and write the fixture."""
    gateway = Gateway()
    with tempfile.TemporaryDirectory(prefix="golden-") as place, gateway.serving() as settings:
        deployment = embedded_deployment(
            Path(place), first_port=None, rehearsal=True, people=PEOPLE
        )
        deployment = replace(deployment, notices=NoticeSettings(gateway=settings))
        deployment.save()
        with running_embedded(deployment):
            frozen = rehearsed(deployment, gateway)
        text = "".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
            for line in lines(deployment, frozen)
        )
    out.write_bytes(lzma.compress(text.encode(), preset=9))
    print(f"{out}: {text.count(chr(10))} lines, {out.stat().st_size:,} bytes", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
