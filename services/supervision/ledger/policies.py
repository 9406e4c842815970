"""Supervision keeps every event of everybody."""

from __future__ import annotations

from services.supervision.ledger.commands import keep
from shared.kit.eventstore import Policies

policies = Policies(append=False)
policies.on_every(keep)
