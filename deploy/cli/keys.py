"""What `vaxledger keys` does: master keys and keys of parts, shown and changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.table import Table

from deploy.parts import open_store, wrapping_of
from shared.kit.language import listed, t
from shared.kit.service_tokens import OPERATOR
from shared.town.deployment import OFFICE, Deployment
from shared.town.privacy.master import parse_keys
from shared.town.privacy.sealing import KEY_BYTES
from shared.town.privacy.wrapping import Wrapping, rotate, standing


def rotate_master(deployment: Deployment, *, forget_old: bool = False) -> dict[str, Any]:
    """Put a new master key into use and rewrap every key; the parts go on meanwhile.

    Draws the key where it can write the source (the deployment's secrets, a file). From an
    environment variable or a command it takes the first key, which the operator has put there.
    With `forget_old` the others are dropped afterwards: then no older backup can be read.
    """
    written = _draw(deployment)
    deployment = Deployment.read(deployment.file) if written else deployment
    with _registration(deployment) as wrapping:
        count = rotate(wrapping)
        found = standing(wrapping)
    if forget_old and written:
        newest, *_ = parse_keys(_text(deployment))
        _write(deployment, [newest])
    return found | {"rewrapped": count, "drawn": written}


def master_standing(deployment: Deployment) -> dict[str, Any]:
    """Return which master key is in use and how many keys each one wraps."""
    with _registration(deployment) as wrapping:
        return standing(wrapping)


def standing_table(document: dict[str, Any]) -> Table:
    """Return the master keys as a table."""
    table = Table(title=t("主密钥", "Master keys"))
    for heading in (t("编号", "Id"), t("包裹的密钥", "Wraps"), ""):
        table.add_column(heading)
    for master in sorted({*document["wraps"], document["in_use"] or "", document["newest"]} - {""}):
        said = t("在用", "in use") if master == document["in_use"] else ""
        if master == document["newest"] != document["in_use"]:
            said = t("最新，尚未启用", "newest, not in use yet")
        table.add_row(master, str(document["wraps"].get(master, 0)), said)
    return table


@contextmanager
def _registration(deployment: Deployment) -> Iterator[Wrapping]:
    part = deployment.part("registration")
    store = open_store(deployment, part)
    try:
        yield wrapping_of(deployment, part, store)
    finally:
        store.close()


def _file(deployment: Deployment) -> Path | None:
    kind, _, place = deployment.master_source.partition(":")
    return Path(place) if kind == "file" else None


def _text(deployment: Deployment) -> str:
    file = _file(deployment)
    return file.read_text() if file else deployment.master_keys()


def _draw(deployment: Deployment) -> bool:
    """Put a new key before the others, unless the newest is not in use yet; False elsewhere."""
    if deployment.master_source and _file(deployment) is None:
        return False
    with _registration(deployment) as wrapping:
        found = standing(wrapping)
    if found["in_use"] in (None, found["newest"]):
        _write(deployment, [os.urandom(KEY_BYTES), *parse_keys(_text(deployment))])
    return True


def _write(deployment: Deployment, keys: list[bytes]) -> None:
    text = "\n".join(key.hex() for key in keys)
    if file := _file(deployment):
        written = file.with_suffix(".new")
        written.touch(mode=0o600)
        written.write_text(text + "\n")
        written.replace(file)
    else:
        newest = Deployment.read(deployment.file)
        replace(newest, secrets=replace(newest.secrets, master=text)).save_all()


def rotate_part(deployment: Deployment, source: str) -> dict[str, Any]:
    """Draw a new secret for a part, or the operator, and write every file; say what to restart.

    A deployment from before the parts had secrets gets all of them.
    """
    if source != OPERATOR:
        deployment.part(source)
    known = deployment.with_keys()
    drawn = known.with_new_secret(source) if known == deployment else known
    drawn.save_all()
    restart = [OFFICE, *({source} - {OFFICE, OPERATOR})]
    if source == OFFICE or known != deployment:
        restart = [part.source for part in drawn.parts]
    return {"source": source, "key": drawn.keys[source].sign, "restart": restart}


def drawn(document: dict[str, Any]) -> str:
    """Return in words which secret was drawn, and what is to be restarted."""
    return t(
        "{source}：{key}…… 请现在重启，督查在先：{restart}",
        "{source}: {key}… Restart now, supervision first: {restart}",
        source=document["source"],
        key=document["key"][:16],
        restart=listed(document["restart"]),
    )
