"""What is kept of a roster's fault is read in the language of whoever reads it, its days as well."""

from __future__ import annotations

import json
from datetime import date

from services.registration.rosters.reading.kept_texts import kept_refusal, text_of
from shared.kit.language import speaking
from shared.kit.refusals import refusal

Early = refusal("early", zh="{day} 太早，最早 {days}。", en="{day} is too early; from {days} on.")


def test_the_days_of_a_kept_refusal_are_said_in_the_readers_language():
    told = Early(day=date(2024, 4, 24), days=[date(2024, 5, 1), date(2024, 5, 2)])
    read = text_of(json.loads(json.dumps(kept_refusal(told))))
    assert str(read) == str(told) == "4月24日（周三） 太早，最早 5月1日（周三）、5月2日（周四）。"
    with speaking("en"):
        assert str(read) == "Wed 24 April is too early; from Wed 1 May, Thu 2 May on."
