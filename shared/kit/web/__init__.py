"""The web kit: how a service is spoken to over HTTP, by programs and by people."""

from shared.kit.web.endpoints import action, command, page, query, upload
from shared.kit.web.service import Service

__all__ = ["Service", "action", "command", "page", "query", "upload"]
