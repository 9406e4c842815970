"""The audit of what we stand on: pinned with hashes, licensed openly, without known advisories.

    python -m tests.security.audit            prints what is wrong; exit code 1 if anything is

Works offline and says the same every time: advisories come from `advisories.toml`, which says how
it is refreshed.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent.parent
FILES = ("run.txt", "dev.txt", "bench.txt", "build.txt")
ADVISORIES = Path(__file__).parent / "advisories.toml"
LOCKS = tuple(
    ROOT / "tests" / each / "package-lock.json" for each in ("contracts/asyncapi", "pages/axe")
)
STALE_DAYS = 180

# Permissive, or weak copyleft that a program may use as an unchanged library (LGPL, MPL).
OPEN = re.compile(
    r"(MIT(-0)?|BSD(-[0-9]-Clause)?|Apache(-2\.0)?|ISC|ISCL|PSF(-2\.0)?|MPL(-2\.0)?|CNRI-Python"
    r"|LGPL(v2\+)?(-[0-9.]+-(only|or-later))?|Unlicense|0BSD|Zlib|ZPL-2\.1|OFL-1\.1)"
)  # OFL: of a font, passed on as it is
WORDS = {
    "mit license": "MIT",
    "bsd license": "BSD",
    "isc license": "ISC",
    "apache software license": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "python software foundation license": "PSF-2.0",
    "mozilla public license 2.0": "MPL-2.0",
    "zope public license": "ZPL-2.1",
    "gnu lesser general public license v2 or later": "LGPLv2+",
}
TOOLS_ONLY = {
    "djlint": "GPL-3.0: a program the checks start; nothing of it is linked, changed or passed on",
}
"""Licences that bind what is passed on, of programs that only the tests use."""


def requirements(file: Path) -> dict[str, tuple[str, int]]:
    """Return the packages of a requirements file: name to (line without hashes, hashes)."""
    text = file.read_text().replace("\\\n", " ")
    found: dict[str, tuple[str, int]] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            said, *hashes = re.split(r"\s+--hash=", line.strip())
            name = canonicalize_name(re.split(r"[=<>~!\[; ]", said, maxsplit=1)[0])
            found[name] = (said, sum(one.startswith("sha256:") for one in hashes))
    return found


def pin(said: str) -> Version | None:
    """Return the one version a requirement allows; None when it allows several."""
    try:
        specifiers = list(Requirement(said).specifier)
    except InvalidRequirement:
        return None
    if len(specifiers) != 1 or specifiers[0].operator != "==" or "*" in specifiers[0].version:
        return None
    return Version(specifiers[0].version)


def licence(package: metadata.PackageMetadata) -> list[str]:
    """Return the names of a package's licences; of alternatives every one is named."""
    said = str(package.get("License-Expression") or "")
    if said:
        return re.split(r" (?:AND|OR) ", said.strip("()"))
    kinds = [
        text.rpartition("::")[2].strip()
        for text in package.get_all("Classifier") or []
        if text.startswith("License ::") and not text.endswith("DFSG approved")
    ]
    lines = str(package.get("License") or "").splitlines()
    kinds = [kind for kind in kinds if kind != "OSI Approved"] or lines[:1]
    return [WORDS.get(re.sub(r" \([^)]*\)$", "", kind).lower(), kind) for kind in kinds]


def faults_of_pins(found: dict[str, tuple[str, int]]) -> Iterator[str]:
    """Tell which requirements are not pinned with hashes."""
    for name, (said, hashes) in found.items():
        if pin(said) is None:
            yield f"{name}: not pinned to one version: {said}"
        if not hashes:
            yield f"{name}: no SHA-256 hash"


def faults_of_licences(names: set[str], run: set[str]) -> Iterator[str]:
    """Tell which installed packages have a licence that is not open, or not fit for the product."""
    for name in sorted(names):
        try:
            kinds = licence(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue  # for another platform
        if name in TOOLS_ONLY and name not in run:
            continue
        if not kinds or not all(OPEN.fullmatch(kind) for kind in kinds):
            yield f"{name}: licence {', '.join(kinds) or 'not stated'} is not on the list"


def faults_of_locks(locks: Iterable[Path]) -> Iterator[str]:
    """Tell which packages of npm's locks are not pinned by a hash, or not licensed openly."""
    for lock in locks:
        for name, said in json.loads(lock.read_text())["packages"].items():
            if name and not said.get("integrity"):
                yield f"{lock.parent.name}: {name}: no hash"
            if name and not OPEN.fullmatch(str(said.get("license"))):
                yield f"{lock.parent.name}: {name}: licence {said.get('license')} is not on the list"


def faults_of_versions(
    found: dict[str, tuple[str, int]], advisories: dict[str, Any]
) -> Iterator[str]:
    """Tell which pinned versions have a known advisory."""
    for name, (said, _) in found.items():
        version = pin(said)
        for known, affected in advisories.get(name, {}).items():
            if version is not None and SpecifierSet(affected).contains(version, prereleases=True):
                yield f"{name} {version}: {known} (affected: {affected})"


def audit(folder: Path = ROOT / "requirements", advisories: Path = ADVISORIES) -> list[str]:
    """Return everything that is wrong, a line each."""
    files = {file: requirements(folder / file) for file in FILES}
    known = tomllib.loads(advisories.read_text())
    known.pop("read_on")
    faults = [
        f"{file}: {fault}"
        for file, found in files.items()
        for fault in (*faults_of_pins(found), *faults_of_versions(found, known))
    ]
    names = {name for found in files.values() for name in found}
    faults += faults_of_locks(LOCKS)
    return faults + list(faults_of_licences(names, set(files["run.txt"])))


def age(today: date, advisories: Path = ADVISORIES) -> int:
    """Return the days since the advisories were read."""
    return (today - tomllib.loads(advisories.read_text())["read_on"]).days


def main() -> int:
    """Print the audit."""
    faults = audit()
    for fault in faults:
        print(fault)
    if (days := age(date.today())) > STALE_DAYS:  # noqa: DTZ011 - a day more or less is nothing
        print(f"warning: advisories.toml was read {days} days ago; it says how to refresh it")
    print(f"audit: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
