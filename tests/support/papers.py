"""Reading papers: the text of a PDF as people search it."""

from __future__ import annotations

import io

from pypdf import PdfReader


def text_of(made: bytes) -> str:
    """Return the text of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def pages_of(made: bytes) -> int:
    """Return how many pages it has."""
    return len(PdfReader(io.BytesIO(made)).pages)
