from collections.abc import Callable, Mapping
from typing import Any

from kombu import Exchange

def get_event_exchange(service_name: str, config: Mapping[str, Any]) -> Exchange: ...

# `dispatch(service_name, event_type, event_data)`
def event_dispatcher(
    nameko_config: Mapping[str, Any], **kwargs: Any
) -> Callable[[str, str, Any], None]: ...
