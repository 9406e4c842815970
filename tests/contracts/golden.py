"""`python -m tests.contracts.golden`: write the golden file of every contract that has none yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.parts import SHARDED
from shared.kit.contracts import encode
from shared.kit.contracts.catalogue import EVERY, Contract
from shared.town import contracts
from shared.town.deployment import source_of

GOLDEN = Path(contracts.__file__).parent / "golden"


def a_source_of(contract: Contract, data: Mapping[str, Any]) -> str:
    """A source that may say an event of the contract with these data."""
    service = "registration" if contract.service == EVERY else contract.service
    return source_of(service, data.get("site") if service == SHARDED else None)


def write_missing() -> list[Path]:
    """Write the contract's example as it is stored; what has a file keeps it for ever."""
    header = json.loads((GOLDEN / "SiteOpened.v1.json").read_bytes())
    written = list[Path]()
    for contract in contracts.catalogue:
        file = GOLDEN / f"{contract.topic}.json"
        if not file.exists():
            named = {"event": contract.name, "version": contract.version, "data": contract.example}
            file.write_bytes(encode(header | named))
            written.append(file)
    return written


if __name__ == "__main__":
    for each in write_missing():
        print(each.name)
