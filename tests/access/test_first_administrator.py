"""`vaxledger admin create`: the first administrator comes in by a one-time code, and back in by another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli.commands import app
from deploy.local.running import embedded_deployment
from deploy.parts import open_work
from services.supervision.domain.refusals import SignInFailed
from services.supervision.sign_in.office import SignInOffice
from services.supervision.staff.queries import accounts

PASSWORDS = ("a first horse 电池", "another horse 电池")


def created(folder: Path) -> tuple[str, str]:
    """The code and the address that the command prints."""
    printed = CliRunner().invoke(app, ["admin", "create", "--folder", str(folder)])
    assert printed.exit_code == 0, printed.output
    code = re.search(r"^admin: (\S+)$", printed.output, re.MULTILINE)
    address = re.search(r"http://\S+/first-sign-in\?login=admin", printed.output)
    assert code and address
    return code[1], address[0]


def test_the_first_administrator_comes_in_and_back_in(tmp_path: Path):
    deployment = embedded_deployment(tmp_path / "town", first_port=None)
    supervision = open_work(deployment, deployment.part("supervision"))
    office = SignInOffice(supervision, deployment)
    codes: list[str] = []
    for password in PASSWORDS:
        code, address = created(deployment.folder)
        assert address.startswith(deployment.part("supervision").address)
        office.choose_password("admin", code, password, "10.0.0.1")
        assert office.sign_in("admin", password, "10.0.0.1")
        codes.append(code)
    for used in (PASSWORDS[0], *codes):
        with pytest.raises(SignInFailed):
            office.sign_in("admin", used, "10.0.0.2")
    assert [row["login"] for row in accounts(supervision)] == ["admin"]
    supervision.store.close()
