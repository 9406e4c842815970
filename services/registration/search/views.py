"""The blind index: by what traces a resident is found whose identity is sealed (ADR 0010).

It is made of opened identities and so cannot be rebuilt from events: it is kept, and `vaxledger
reindex` makes it anew. Nothing in it can be read or computed without the deployment's secret.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, String, Table

from shared.kit.eventstore import Views

# What a search asks for. Skewed values (surnames, names) are salted; the number of the row says
# with which salts: `services.registration.search.blind_index`.
FACTS_SOUGHT = (
    "name",
    "first_sign",
    "two_signs",
    "sound",
    "surname",
    "initials",
    "last_four",
    "last_six",
)
CONTACT_SOUGHT = ("phone", "phone_four")
SOUGHT = (*FACTS_SOUGHT, *CONTACT_SOUGHT)
# What close matches share at least one of; each holds a part of the birth date, or is rare itself.
FACTS_SHARED = ("sound_year", "sound_day", "surname_born")
CONTACT_SHARED = ("phone_year",)
SHARED = (*FACTS_SHARED, *CONTACT_SHARED)
OF_CONTACT = (*CONTACT_SOUGHT, *CONTACT_SHARED)

kept = MetaData()
traces = Table(
    "traces",
    kept,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String, nullable=False, unique=True),
    *(Column(name, BigInteger, index=True) for name in (*SOUGHT, *SHARED)),
)

views = Views(kept=kept)
