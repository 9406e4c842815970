"""Publish the keys of the parts, and retire those that others have taken the place of."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from services.supervision.domain.part_keys import KeysOfPart
from shared.kit.language import at_terminal
from shared.kit.source_keys import PartKey
from shared.town.work import Work

log = logging.getLogger(__name__)


def publish(work: Work, keys: Mapping[str, PartKey]) -> None:
    """Publish each part's key that is not published yet; without its proof, or retired, it is not."""
    for part, key in keys.items():
        known = work.begin(KeysOfPart, KeysOfPart.create_id(part))
        if not key.is_of(part) or key.sign in known.retired:
            log.error(
                at_terminal(
                    "{part} 的密钥没有凭证，或已停用：不发布",
                    "the key of {part} has no proof, or is retired: it is not published",
                    part=part,
                )
            )
            continue
        known.publish(part, key.sign, key.exchange, key.proof)
        work.save(known)
