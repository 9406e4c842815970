from typing import Any

from nameko.extensions import Entrypoint

class HttpRequestHandler(Entrypoint):
    def __init__(self, method: str, url: str, **kwargs: Any) -> None: ...
    def response_from_exception(self, exc: Exception) -> Any: ...
