"""Identity documents: numbers as people write them, read, checked and told apart (R08)."""

from shared.town.identity_documents.bad import BadDocument
from shared.town.identity_documents.kinds import KINDS, Document, Kind, Sex
from shared.town.identity_documents.numbers import EXCEL_DIGITS, looks_excel_damaged, normalised
from shared.town.identity_documents.reading import (
    checksum_of,
    fits_birth,
    old_foreign_check_digit,
    read_document,
    resident_card,
)

ResidentCard = Document

__all__ = [
    "EXCEL_DIGITS",
    "KINDS",
    "BadDocument",
    "Document",
    "Kind",
    "ResidentCard",
    "Sex",
    "checksum_of",
    "fits_birth",
    "looks_excel_damaged",
    "normalised",
    "old_foreign_check_digit",
    "read_document",
    "resident_card",
]
