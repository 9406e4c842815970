"""Names and addresses as an example shows them: enough to see the form, not who it is."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """Return the first character and a star for each other: 李**."""
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""


def masked_address(address: str) -> str:
    """Return a telephone number as 138****0001, a mail address as l***@town.example."""
    local, at, domain = address.partition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "*" * len(address)
