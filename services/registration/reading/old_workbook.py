"""An .xls workbook made safe to open: its container, and what its records are.

Only the stream of records is kept, written anew in a container of its own; macros, pictures and
whatever else the file held is left behind.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from services.registration.reading.compound_file import BrokenFile, CompoundFile, one_stream
from services.registration.reading.old_records import OldRecords, OldSheet
from services.registration.reading.unreadable import (
    check_size,
    damaged,
    has_macros,
    has_password,
    no_workbook,
)

_MACROS = frozenset(("_vba_project_cur", "_vba_project", "vba", "macros"))
_OTHER_PROGRAMS = frozenset(("worddocument", "powerpoint document"))
_ENCRYPTED = frozenset(("encryptedpackage", "encryptioninfo"))
_ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class OldWorkbook:
    """A container with the checked records alone, and its worksheets in their order."""

    content: bytes
    sheets: list[OldSheet]


def checked_old_workbook(content: bytes) -> OldWorkbook:
    """Look through an .xls file; raise `UnreadableWorkbook` or `TooLarge`."""
    check_size(content)
    try:
        file = CompoundFile(content)
        names = {entry.name.lower() for entry in file.entries}
        if names & _ENCRYPTED:
            raise has_password()
        if names & _OTHER_PROGRAMS:
            raise no_workbook()
        if names & _MACROS:
            raise has_macros()
        name = "Workbook" if "workbook" in names else "Book"
        stream = file.stream(name)
        if stream is None:
            raise no_workbook()
        records = OldRecords(stream)
    except (BrokenFile, struct.error, IndexError):
        if _ENCRYPTED_NAME in content:
            raise has_password() from None
        raise damaged() from None
    return OldWorkbook(one_stream(name, records.anew()), records.sheets)
