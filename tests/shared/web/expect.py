"""What every problem document must be."""

from typing import Any

import httpx

SECRETS = ("secret", "Traceback", "asyncpg", "sqlalchemy", "pydantic", "site-packages", "SELECT", "KeyError")


def problem(reply: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem document of a reply, which is well-formed and leaks nothing."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert body["status"] == status
    assert body["title"]
    assert body["instance"] == f"urn:uuid:{reply.headers['x-correlation-id']}"
    assert not [secret for secret in SECRETS if secret in reply.text]
    assert body["type"] == f"/problems/{code}" if code else body["type"].startswith("/problems/")
    return body


def pointers(body: dict[str, Any]) -> list[str]:
    return sorted(error["pointer"] for error in body["errors"])
