from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from eventlet import event as event
from eventlet import greenthread as greenthread
from eventlet import hubs as hubs
from eventlet import patcher as patcher
from eventlet import queue as queue
from eventlet import semaphore as semaphore
from eventlet.greenpool import GreenPool as GreenPool
from eventlet.greenthread import GreenThread
from eventlet.queue import Queue as Queue
from eventlet.semaphore import Semaphore as Semaphore
from eventlet.timeout import Timeout as Timeout

_P = ParamSpec("_P")
_T = TypeVar("_T")

def monkey_patch(
    *,
    os: bool = ...,
    select: bool = ...,
    socket: bool = ...,
    thread: bool = ...,
    time: bool = ...,
    psycopg: bool = ...,
    MySQLdb: bool = ...,
    builtins: bool = ...,
    subprocess: bool = ...,
) -> None: ...
def sleep(seconds: float = 0) -> None: ...
def spawn(func: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> GreenThread[_T]: ...
def spawn_n(func: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> Any: ...
def spawn_after(
    seconds: float, func: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs
) -> GreenThread[_T]: ...
def kill(g: GreenThread[Any], *throw_args: Any) -> None: ...
def listen(addr: tuple[str, int] | str, family: int = ..., backlog: int = 50) -> Any: ...
