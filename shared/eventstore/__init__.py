"""Event stores: where what happened is kept, and what it did to the views."""

from shared.eventstore.application import Application
from shared.eventstore.blank import blank
from shared.eventstore.context import Context
from shared.eventstore.many import among, in_json, insert_all
from shared.eventstore.prepared import Prepared
from shared.eventstore.store import AnswerExpired, KeyReused, Store
from shared.eventstore.tables import append_only
from shared.eventstore.views import Policies, Views, change, put, put_all

__all__ = [
    "AnswerExpired",
    "Application",
    "Context",
    "KeyReused",
    "Policies",
    "Prepared",
    "Store",
    "Views",
    "among",
    "append_only",
    "blank",
    "change",
    "in_json",
    "insert_all",
    "put",
    "put_all",
]
