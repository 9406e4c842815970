"""What registration says of people who are off the list as if they had never been on it."""

from marshmallow import fields, validate

from shared.kit.contracts import catalogue, required
from shared.town.contracts.registration import OfResident, OfUnit

BY_HAND, BY_IMPORT = "by_hand", "import"
CAUSES = (BY_HAND, BY_IMPORT)
_FILE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_IMPORT = "8f14e45f-ceea-567a-9b36-2f6c0a5f1a21"


@catalogue.declare("registration")
class RegistrationTakenBack(OfResident):
    """A person whom nothing was built on is off the list as if never on it; the keys are destroyed.

    `cause`: entered by hand and taken back, or with the whole import `import_id`. Another roster
    or entry lists the person again with `ResidentCorrected`.
    """

    unit = required(fields.String, "v01")
    cause = required(fields.String, BY_IMPORT, validate=validate.OneOf(CAUSES))
    import_id = required(fields.UUID, _IMPORT, allow_none=True)


@catalogue.declare("registration")
class RosterTakenBack(OfUnit):
    """An import was taken back as a whole.

    `taken_back` people are off the list, `restored` as they were before; something was built on
    those who stay.
    """

    import_id = required(fields.UUID, _IMPORT)
    file_sha256 = required(fields.String, _FILE)
    taken_back = required(fields.Integer, 1747)
    restored = required(fields.Integer, 1)
    stays = required(fields.Integer, 2)
