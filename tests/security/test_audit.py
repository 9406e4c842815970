"""The audit finds what it looks for, and finds nothing in what we pin."""

from __future__ import annotations

import json
import shutil
from email.message import Message
from pathlib import Path

import pytest

from tests.security.audit import ROOT, audit, faults_of_locks, licence, pin


def test_what_we_stand_on_passes():
    assert audit() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "requirements", tmp_path / "requirements"))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("sixer>=1", "not pinned"),
        ("sixer==1.*", "not pinned"),
        ("sixer @ https://x.invalid/a.whl", "not pinned"),
        ("sixer==1.0", "no SHA-256"),
        ("sixer==1.0 --hash=md5:00", "no SHA-256"),
        ("eventlet==0.40.2 --hash=sha256:00", "CVE-2025-58068"),
        ("Jinja2==3.1.5 --hash=sha256:00", "CVE-2025-27516"),
        ("djlint==1.49.10 --hash=sha256:00", "licence GPL-3.0-or-later"),
    ],
)
def test_a_fault_is_found(folder: Path, line: str, fault: str):
    file = folder / "run.txt"
    file.write_text(file.read_text() + line + "\n")
    assert [one for one in audit(folder) if fault in one], audit(folder)


def test_a_pin_with_a_marker_is_a_pin():
    assert str(pin("colorama==0.4.6 ; sys_platform == 'win32'")) == "0.4.6"


@pytest.mark.parametrize(
    ("headers", "kinds"),
    [
        ([("License-Expression", "Apache-2.0 OR BSD-3-Clause")], ["Apache-2.0", "BSD-3-Clause"]),
        ([("Classifier", "License :: OSI Approved :: MIT License")], ["MIT"]),
        ([("License", "BSD-3-Clause\nlong text")], ["BSD-3-Clause"]),
        ([("License", "Proprietary")], ["Proprietary"]),
        ([], []),
    ],
)
def test_a_licence_is_read_wherever_it_stands(headers: list[tuple[str, str]], kinds: list[str]):
    package = Message()
    for name, value in headers:
        package[name] = value
    assert licence(package) == kinds  # type: ignore[arg-type]


def test_a_package_of_npm_is_pinned_by_a_hash_and_licensed_openly(tmp_path: Path):
    lock = tmp_path / "package-lock.json"
    found = {"integrity": "sha512-x", "license": "MPL-2.0"}
    packages = {
        "": {},
        "good": found,
        "loose": {"license": "MIT"},
        "shut": found | {"license": "X"},
    }
    lock.write_text(json.dumps({"packages": packages}))
    loose, shut = faults_of_locks([lock])
    assert "loose: no hash" in loose
    assert "shut: licence X" in shut
