"""What the desk's pages offer to be chosen: temperatures that are usual, reasons that are given most."""

from __future__ import annotations

from shared.kit.language import Text

# Tenths of a degree.
USUAL = range(360, 373)
WITHDRAWN_FOR = (
    Text("本人感到不适", "feels unwell now"),
    Text("回答有更正", "an answer is corrected"),
    Text("记错了人", "recorded for the wrong person"),
)
