"""What registration says of two records that look alike: what speaks for one person, what against."""

from marshmallow import fields, validate

from shared.kit.contracts import Data, catalogue, required
from shared.town.contracts.matches import REASON, OfPair


@catalogue.declare("registration", version=2)
class CloseMatchFound(OfPair):
    """Two records may be of one person, with this score (0 to 1); somebody has to look at them.

    `reasons` are what is alike, `against` what tells two people.
    """

    score = required(fields.Float, 0.93, validate=validate.Range(0, 1))
    reasons = required(fields.List, ["same_phone", "similar_name"], fields.String(validate=REASON))
    against = required(fields.List, ["different_cards"], fields.String(validate=REASON))


@catalogue.upcaster("CloseMatchFound", from_version=1)
def _nothing_said_against(data: Data) -> Data:
    return data | {"against": []}
