"""The OpenAPI document of a service's HTTP door, without running the service."""

from typing import Any

from shared.http.app import application
from shared.http.described import openapi as described
from shared.service import Definition


def openapi(service: Definition) -> dict[str, Any]:
    """Return the document that *service* shows at /openapi.json."""
    return described(application(service))
