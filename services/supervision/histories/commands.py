"""Letting a restored source count: an operator's decision, in the ledger for ever."""

from __future__ import annotations

from services.supervision.domain.source_history import SourceHistory
from shared.kit.contracts.histories import Generation
from shared.town import histories
from shared.town.work import Work


def accept(work: Work, source: str, accepted: Generation, *, lost: int, reason: str) -> None:
    """Say that a source counts from where it ends; raise `NotNextGeneration`.

    Of its own store supervision says so in the new generation. Once more changes nothing.
    """
    if accepted in work.store.histories(source).accepted:
        return
    if source == work.store.source:
        histories.accept(work, source, accepted)
    history = work.begin(SourceHistory, SourceHistory.create_id(source))
    history.accept(
        source,
        accepted.number,
        accepted.fork,
        accepted.after,
        link=accepted.link.hex(),
        lost=lost,
        reason=reason,
    )
    work.save(history)
