"""Calls of one part to another, or of the operator, as tests make them."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from werkzeug.test import Client

from shared.kit.deployment import Deployment
from shared.kit.service_tokens import OPERATOR, token_of


def called_by(
    deployment: Deployment,
    caller: str,
    called: str,
    purpose: str,
    now: float | None = None,
) -> dict[str, str]:
    """Return the header of a call that is made now, or at a Unix time."""
    moment = time.time() if now is None else now
    token = token_of(deployment.secret_of(caller), caller, called, purpose, moment)
    return {"Authorization": f"Bearer {token}"}


def as_operator(deployment: Deployment, called: str, purpose: str = "operate") -> dict[str, str]:
    """Return the header of a call of the operator's command line."""
    return called_by(deployment, OPERATOR, called, purpose)


class InProcess(requests.Session):
    """A session whose calls are answered by a part in this process; `sent` keeps their tokens."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.sent = list[str]()
        self.mount("http://", _Adapter(client, self.sent))


class _Adapter(BaseAdapter):
    def __init__(self, client: Client, sent: list[str]) -> None:
        super().__init__()
        self._client, self._sent = client, sent

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self._sent.append(str(request.headers.get("Authorization", "")))
        url = urlsplit(str(request.url))
        said = self._client.open(
            url.path,
            method=request.method,
            query_string=url.query,
            headers=dict(request.headers),
            data=request.body,
        )
        answer = requests.Response()
        answer.status_code, answer._content = said.status_code, said.get_data()
        answer.headers.update(said.headers.items())
        answer.request, answer.url = request, str(request.url)
        answer.connection = self  # type: ignore[attr-defined]
        return answer

    def close(self) -> None:
        """Nothing is open."""
