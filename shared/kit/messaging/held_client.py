"""What a part holds of a source, over HTTP: how a source learns that it was set back."""

from __future__ import annotations

import requests

from shared.kit.eventstore.restored import Held
from shared.kit.service_tokens import Asking

TIMEOUT_SECONDS = 5


def ask_held(base_url: str, asking: Asking, source: str) -> Held:
    """Ask the part at `base_url` how far it holds a source; raises what requests raises."""
    answer = requests.get(
        f"{base_url}/held",
        params={"source": source},
        auth=asking,
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    answer.raise_for_status()
    said = answer.json()
    link = None if said["link"] is None else bytes.fromhex(said["link"])
    return Held(int(said["generation"]), int(said["position"]), link)
