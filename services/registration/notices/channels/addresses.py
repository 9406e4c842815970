"""Addresses: which one a channel needs of a person, and whether what is written there is one."""

from __future__ import annotations

import re

from shared.town.telephones import BETWEEN, is_phone

# The field of an identity that holds the address of each channel, "" when it needs none.
FIELDS = {"smtp": "email", "gateway": "phone", "file": ""}
# One recipient, no display name, no quoting, no characters that mean anything in a header.
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


def address_in(field: str) -> str:
    """Return the address in a field: of several telephone numbers the first is the main one."""
    return field.partition(BETWEEN)[0]


def takes(channel: str, address: str) -> bool:
    """Tell whether an address is one of a channel's kind; the file takes any, and none."""
    if channel == "smtp":
        return _MAIL.fullmatch(address) is not None
    return channel != "gateway" or is_phone(address)
