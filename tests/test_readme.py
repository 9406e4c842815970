"""What the READMEs say is so: targets, commands, links and pictures exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from deploy.cli import app

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")


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


@pytest.mark.parametrize("name", READMES)
def test_every_linked_file_exists(name):
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text())
    missing = [link for link in links if not link.startswith("http") and not (ROOT / link).exists()]
    assert missing == []


def test_both_readmes_name_all_commands():
    for name in READMES[:2]:
        text = (ROOT / name).read_text()
        for command in get_command(app).commands:
            if command != "demo":
                assert f"vaxledger {command}" in text
