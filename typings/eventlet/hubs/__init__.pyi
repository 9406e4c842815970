from eventlet.hubs.hub import BaseHub

def get_hub() -> BaseHub: ...
def use_hub(mod: str | None = None) -> None: ...
def trampoline(
    fd: int,
    read: bool | None = None,
    write: bool | None = None,
    timeout: float | None = None,
    timeout_exc: type[BaseException] = ...,
) -> None: ...
