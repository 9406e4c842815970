from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

def execute(meth: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T: ...
def killall() -> None: ...
