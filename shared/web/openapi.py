"""The OpenAPI document: what FastAPI knows, and what the door adds: problems, headers, roles, examples."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from shared.web.door import Rule
from shared.web.examples import example_of
from shared.web.problems import MEDIA_TYPE, TITLES
from shared.web.schemas import Problem

PAGE = "text/html"
METHODS = ("get", "put", "post", "delete", "patch")
PROBLEMS = {
    400: "The request cannot be read: malformed JSON, or a header that makes no sense",
    401: "No valid access token",
    403: "The role may not do this",
    404: "It does not exist, or it is not yours to see",
    409: "The present state does not allow this, or a request with this Idempotency-Key is being worked on",
    412: "It has changed since you read it",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "Some values are not acceptable; `errors` points to them",
    428: "If-Match is missing",
    500: "A fault on our side; it was recorded",
    503: "Something we need is away for the moment; Retry-After says when to try again",
}
HEADERS: dict[str, dict[str, Any]] = {
    "X-Correlation-Id": {"description": "Names this request in logs and problems", "schema": {"type": "string"}},
    "ETag": {"description": "The version, for If-Match and If-None-Match", "schema": {"type": "string"}},
    "Location": {"description": "Where the new thing is", "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "This reply was sent before", "schema": {"type": "string"}},
    "Link": {"description": 'The next page, rel="next"', "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}},
}
IF_MATCH = {
    "name": "If-Match", "in": "header", "required": True, "description": "The ETag that you have read, or `*`",
    "schema": {"type": "string", "pattern": r'^("(0|[1-9][0-9]{0,18})"|\*)$'}, "example": '"1"',
}  # fmt: skip
IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag that you have: 304 when it is still the one",
}  # fmt: skip
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "The same key and request again: the same reply again, and nothing is done twice",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}  # fmt: skip


def install(app: FastAPI, rules: Mapping[str, Rule]) -> None:
    """Serve the document, made once at the first demand."""
    app.openapi = lambda: _made(app, rules)  # type: ignore[method-assign]

    async def openapi_json() -> Response:
        body = orjson.dumps(app.openapi())
        return Response(body, headers={"Cache-Control": "no-cache"}, media_type="application/json")

    app.add_api_route("/openapi.json", openapi_json, include_in_schema=False)


def _made(app: FastAPI, rules: Mapping[str, Rule]) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = document(app, rules)
    return app.openapi_schema


def document(app: FastAPI, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """The whole document."""
    made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}", by_alias=True)
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    parts["headers"] = HEADERS
    parts["responses"] = {f"Problem{status}": _problem(status) for status in PROBLEMS}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path in made.get("paths", {}).values():
        for method in METHODS:
            if method in path and path[method].get("operationId") in rules:
                _complete(path[method], method, rules[path[method]["operationId"]], schemas)
    return made


def _problem(status: int) -> dict[str, Any]:
    code, title = TITLES.get(status, {412: ("stale", "It has changed since you read it")}.get(
        status, ("precondition-missing", "Say which version you change (If-Match)")))  # fmt: skip
    example: dict[str, Any] = {"type": f"/problems/{code}", "title": title, "status": status}
    if status == 422:
        example["errors"] = [{"pointer": "#/end_on", "detail": "It lies before the start."}]
    names = ["X-Correlation-Id"]
    names += {401: ["WWW-Authenticate"], 503: ["Retry-After"], 409: ["Retry-After"]}.get(status, [])
    return {
        "description": PROBLEMS[status],
        "headers": _headers(*names),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


def _as_page_too(status: int) -> dict[str, Any]:
    """A route for browsers says no with a page of its own where it can, and with a problem where it can't."""
    problem = _problem(status)
    return {**problem, "content": {**problem["content"], PAGE: {"schema": {"type": "string"}}}}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _complete(operation: dict[str, Any], method: str, rule: Rule, schemas: dict[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    paged = any(one["name"] == "cursor" for one in parameters)
    parameters += _parameters(method, rule, paged)
    _successes(operation, method, paged, schemas)
    page = any(PAGE in response.get("content", {}) for response in operation["responses"].values())
    for status in _possible(operation, method, rule):
        reference = {"$ref": f"#/components/responses/Problem{status}"}
        operation["responses"][str(status)] = _as_page_too(status) if page else reference
    if method == "get" and not paged:
        operation["responses"].setdefault("304", {"description": "You have this version", "headers": _headers("ETag")})
    operation["security"] = [] if rule.public else [{"token": []}]
    operation["x-roles"] = sorted(rule.roles)
    who = f"No account is needed: {rule.public}." if rule.public else f"For: {', '.join(sorted(rule.roles))}."
    operation["description"] = "\n\n".join(filter(None, [operation.get("description"), who]))
    for media in operation.get("requestBody", {}).get("content", {}).values():
        _exemplify(media, schemas)
    if not parameters:
        del operation["parameters"]


def _parameters(method: str, rule: Rule, paged: bool) -> list[dict[str, Any]]:
    found = [IF_MATCH] if rule.changes else []
    if method == "post":
        found.append(IDEMPOTENCY_KEY)
    if method == "get" and not paged:
        found.append(IF_NONE_MATCH)
    return [dict(one) for one in found]


def _possible(operation: dict[str, Any], method: str, rule: Rule) -> list[int]:
    """The problems that an operation can answer with."""
    found = {404, 413, 422, 500, 503}
    found |= set() if rule.public else {401, 403}
    found |= {412, 428} if rule.changes else set()
    found |= {400, 409} if method != "get" else set()
    found |= {415} if "requestBody" in operation else set()
    return sorted(found)


def _successes(operation: dict[str, Any], method: str, paged: bool, schemas: dict[str, Any]) -> None:
    operation["responses"].pop("422", None)
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            names = ["X-Correlation-Id"]
            names += ["Link"] if paged else ["ETag"]
            names += ["Location"] if status == "201" else []
            names += ["Idempotency-Replayed"] if method == "post" else []
            response.setdefault("headers", {}).update(_headers(*names))
            for media in response.get("content", {}).values():
                _exemplify(media, schemas)


def _exemplify(media: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give a body an example where its author gave none."""
    if "schema" in media and "example" not in media and "examples" not in media:
        media["example"] = example_of(media["schema"], schemas)
