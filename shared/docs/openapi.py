"""The OpenAPI document of each room, `docs/openapi/<room>.json`."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from shared.runtime import Runtime
from shared.service import Service
from shared.settings import Kernel
from shared.web.app import create_app

NOWHERE = SecretStr("postgresql://nobody:nothing@127.0.0.1:1/none")


def document(service: Service) -> dict[str, Any]:
    """What the room serves at /openapi.json, made without any server."""
    kernel = Kernel(_env_file=None, cors_origins=[])  # type: ignore[call-arg]
    settings = service.settings(database_url=NOWHERE, port=0, _env_file=None)  # type: ignore[call-arg]
    return create_app(service, Runtime(service, kernel_settings=kernel, settings=settings)).openapi()


def pages(services: Sequence[Service]) -> dict[str, str]:
    return {
        f"docs/openapi/{service.name}.json": json.dumps(document(service), indent=1, ensure_ascii=False) + "\n"
        for service in services
    }
