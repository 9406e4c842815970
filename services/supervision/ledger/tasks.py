"""What the ledger does before the part serves."""

from __future__ import annotations

from services.supervision.ledger.commands import count_held, note_acts
from shared.kit.tasks import Tasks

tasks = Tasks()
tasks.at_start(count_held)
tasks.at_start(note_acts)
