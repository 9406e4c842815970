"""What registration decides, without any technology."""

from services.registration.domain.campaign import Campaign
from services.registration.domain.key_handout import KeyHandout
from services.registration.domain.link import Link
from services.registration.domain.notice import Notice, NoticeMessage
from services.registration.domain.pair import Pair
from services.registration.domain.quotas import Quotas
from services.registration.domain.resident import Resident
from services.registration.domain.responsibility import Responsibility
from services.registration.domain.unit import Unit

AGGREGATES = (
    Campaign,
    Unit,
    Resident,
    Responsibility,
    Quotas,
    Pair,
    Link,
    Notice,
    NoticeMessage,
    KeyHandout,
)
