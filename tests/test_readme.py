"""What the READMEs say is so: targets, commands, links and pictures exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from deploy.cli.commands import app
from deploy.containers import service_class
from deploy.local.running import PLAN, embedded_deployment
from deploy.parts import SERVICES
from shared.kit.web.nameko_service import declarations
from shared.town.deployment import Deployment
from tests.pages.screenshots import ALBUM, SHOWN, album, file_names
from tests.support.running_town import addresses

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
DOCUMENTS = (*READMES, *sorted(f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_exists(name):
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("name", READMES)
def test_every_command_exists(name):
    commands = get_command(app).commands
    named = set(re.findall(r"`vaxledger ([a-z]+)", (ROOT / name).read_text()))
    assert named <= set(commands)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_linked_file_exists(name):
    file = ROOT / name
    links = re.findall(r"\]\(([^)#\s]+)\)", file.read_text())
    missing = [each for each in links if each[:4] != "http" and not (file.parent / each).exists()]
    assert missing == []


def test_both_readmes_name_all_commands():
    for name in READMES[:2]:
        text = (ROOT / name).read_text()
        for command in get_command(app).commands:
            if command != "demo":
                assert f"vaxledger {command}" in text


# Ways through, files, and pages that cannot be looked at by themselves.
NO_PICTURE = {
    "/help",  # the same in every part, shown once
    "/session",
    "/ticket",
    "/sign-in/callback",
    "/roster-template.xlsx",
    "/imports/<uuid:job>/mended.xlsx",
    "/notices/<notice>/result.xlsx",
    "/doses.svg",
    "/units.svg",
    "/weeks/<week>/doses.svg",
    "/slots.svg",
    "/residents/<uuid:resident>/consent-form.pdf",
    "/reactions/<uuid:card>/card.pdf",  # the same
    "/units/<unit>/answers.svg",
    "/town",  # what the office sees at /
    "/notices/preview",  # /notices/new, as it comes back
    "/notices/<notice>/rewrite",  # /notices/new, filled in
    "/weeks/<week>/report.xlsx",
    "/batches/<path:batch>/recipients.xlsx",
    "/reactions.xlsx",
    "/closing/<day>.pdf",
    "/closing/<day>.xlsx",
}


def test_every_page_is_photographed_and_shown(tmp_path: Path):
    deployment = embedded_deployment(tmp_path, campaign_file=PLAN, first_port=20_000)
    things = {
        "resident": "RESIDENT",
        "unit": "v01",
        "week": "2024-W14",
        "pair": "ID/ID",
    } | dict.fromkeys(("job", "notice", "batch", "card", "vaccinated"), "ID")
    pictured = dict(addresses(deployment, things))
    shapes = {
        re.sub(r"RESIDENT|ID\b|0{8}-[0-9a-f-]+|v01-chief|v01|2024-W14", "*", url).split("?")[0]
        for url in pictured.values()
    }
    missing = [
        f"{service}{each.url}"
        for service in SERVICES
        for each in declarations(service_class(service))
        if each.kind == "page" and each.url not in NO_PICTURE
        if re.sub(r"<[^>]+>", "*", _at(deployment, service) + each.url) not in shapes
    ]
    assert missing == []
    assert ALBUM.read_text(encoding="utf-8") == album(list(pictured))
    there = {each.name for each in SHOWN.iterdir()}
    assert there == {file for name in pictured for file in file_names(name)}


def _at(deployment: Deployment, service: str) -> str:
    source = "appointments/stadium" if service == "appointments" else service
    return deployment.part(source).url
