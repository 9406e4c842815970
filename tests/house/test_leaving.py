"""What hangs on nameko and eventlet is written down, file by file, where leaving them is weighed."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "docs" / "adr" / "0016-nameko-and-eventlet.md"
IMPORT = re.compile(r"^\s*(?:from|import) (?:nameko|eventlet|shared\.kit\.web import nameko)", re.M)
INDIRECT = re.compile(r"^\s*from shared\.kit\.(?:web\.nameko_service|web\.server) import", re.M)


def test_every_file_that_imports_nameko_or_eventlet_is_in_the_record():
    named = set(re.findall(r"^\| `([^`]+)` \|", RECORD.read_text(), re.MULTILINE))
    found = {
        str(file.relative_to(ROOT))
        for top in ("deploy", "services", "shared")
        for file in (ROOT / top).rglob("*.py")
        if IMPORT.search(file.read_text()) or INDIRECT.search(file.read_text())
    }
    assert found == named
