"""Event stores: where what happened is kept, and what it did to the views."""

from shared.kit.eventstore.bulk import among, in_json, insert_all
from shared.kit.eventstore.context import Context
from shared.kit.eventstore.empty import blank
from shared.kit.eventstore.prepared import Prepared
from shared.kit.eventstore.store import Store
from shared.kit.eventstore.tables import append_only
from shared.kit.eventstore.views import Policies, Views, add, change, put, put_all
from shared.kit.eventstore.work import Row, Work

__all__ = [
    "Context",
    "Policies",
    "Prepared",
    "Row",
    "Store",
    "Views",
    "Work",
    "add",
    "among",
    "append_only",
    "blank",
    "change",
    "in_json",
    "insert_all",
    "put",
    "put_all",
]
