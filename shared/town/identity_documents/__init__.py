"""Identity documents: numbers as people write them, read, checked and told apart (R08)."""

from shared.town.identity_documents.bad import BadDocument
from shared.town.identity_documents.kinds import KINDS, Document, Kind, Sex
from shared.town.identity_documents.numbers import EXCEL_DIGITS, looks_excel_damaged
from shared.town.identity_documents.reading import fits_birth, read_document

__all__ = [
    "EXCEL_DIGITS",
    "KINDS",
    "BadDocument",
    "Document",
    "Kind",
    "Sex",
    "fits_birth",
    "looks_excel_damaged",
    "read_document",
]
