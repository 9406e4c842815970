"""Each service's OpenAPI document is valid 3.1, complete, and served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from deploy.containers import service_class
from deploy.parts import PARTS, SERVICES
from shared.kit.web.nameko_service import declarations
from shared.kit.web.openapi import document, for_browsers
from tests.support.part import PartUnderTest


def described(service: str) -> dict[str, Any]:
    return document(service, PARTS[service].does, declarations(service_class(service)))


@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_valid_openapi_3_1(service):
    OpenAPIV31SpecValidator(described(service)).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_every_address_but_the_pages_is_in_it(service):
    paths = described(service)["paths"]
    verbs = {(url, verb) for url, operations in paths.items() for verb in operations}
    wanted = [d for d in declarations(service_class(service)) if not for_browsers(d)]
    assert len(verbs) == len(wanted)
    for url, operations in paths.items():
        for operation in operations.values():
            assert operation["summary"], url
            assert "200" in operation["responses"]


def test_it_is_served(tmp_path: Path):
    part = PartUnderTest(tmp_path, "screening")
    assert part.http.get("/openapi.json").json["openapi"] == "3.1.0"
