"""What every service promises outside: rules on routes, documents, migrations that match the models."""

from typing import Any

import pytest

from shared.docs import openapi, services
from shared.service import Service
from shared.storage.migrate import differences
from shared.testing.rooms import Rooms

SERVICES = {service.name: service for service in services()}
PROBLEM = "application/problem+json"


def operations(service: Service) -> list[tuple[str, str, dict[str, Any]]]:
    paths = openapi.document(service)["paths"]
    return [(method, path, operation) for path, item in paths.items() for method, operation in item.items()]


@pytest.mark.parametrize("name", SERVICES)
async def test_the_migrations_make_what_the_models_say(rooms: Rooms, name: str) -> None:
    room = await rooms(name)
    assert await differences(room.runtime.database, room.service.tables) == []


@pytest.mark.parametrize("name", SERVICES)
def test_operations_have_stable_names_words_and_problems(name: str) -> None:
    seen = set()
    for method, path, operation in operations(SERVICES[name]):
        assert operation["operationId"] not in seen
        seen.add(operation["operationId"])
        assert operation.get("summary") or operation.get("description"), f"{method} {path}"
        problems = [answer for code, answer in operation["responses"].items() if code.startswith(("4", "5"))]
        assert problems, f"{method} {path}"
        assert all(PROBLEM in answer.get("content", {PROBLEM: 0}) for answer in problems)


@pytest.mark.parametrize("name", SERVICES)
def test_every_body_of_a_request_has_an_example(name: str) -> None:
    document = openapi.document(SERVICES[name])
    for method, path, operation in operations(SERVICES[name]):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content.get("schema", {})
            target = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
            fields = target.get("properties", {}).values()
            shown = "example" in content or "examples" in content or "examples" in target
            assert shown or any("examples" in field for field in fields), f"{method} {path}"


@pytest.mark.parametrize("name", SERVICES)
async def test_a_stranger_gets_in_nowhere_but_where_it_says_so(rooms: Rooms, name: str) -> None:
    room = await rooms(name)
    client = await room.client(None)
    for method, path, operation in operations(SERVICES[name]):
        if not operation.get("security"):
            continue
        address = path
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                address = address.replace("{" + parameter["name"] + "}", "00000000-0000-7000-8000-000000000000")
        reply = await client.request(method, address)
        assert reply.status_code == 401, f"{method} {path}"
