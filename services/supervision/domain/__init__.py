"""What supervision decides, without any technology."""

from services.supervision.domain.anomaly import Anomaly
from services.supervision.domain.cluster import Cluster
from services.supervision.domain.ledger import Ledger
from services.supervision.domain.part_keys import KeysOfPart
from services.supervision.domain.recall import Recall
from services.supervision.domain.source_history import SourceHistory
from services.supervision.domain.staff import SignIn, SigningKey, Staff

AGGREGATES = (
    Ledger,
    Anomaly,
    Cluster,
    SourceHistory,
    Staff,
    SignIn,
    SigningKey,
    KeysOfPart,
    Recall,
)
