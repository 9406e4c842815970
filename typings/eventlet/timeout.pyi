from types import TracebackType
from typing import Literal, Self

class Timeout(BaseException):
    seconds: float | None
    exception: BaseException | type[BaseException] | Literal[False] | None
    def __init__(
        self,
        seconds: float | None = None,
        exception: BaseException | type[BaseException] | bool | None = None,
    ) -> None: ...
    def start(self) -> None: ...
    @property
    def pending(self) -> bool: ...
    def cancel(self) -> None: ...
    def __enter__(self) -> Self: ...
    # Swallows its own expiry when made with `exception=False`.
    def __exit__(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> bool: ...
