"""The room's pages for people: a landing page and the API's documentation, from our own files alone."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.service import Service

STATIC = Path(__file__).parent / "static"
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/{style}">
</head><body>"""
LINKS = [
    ("/docs", "API documentation"), ("/openapi.json", "OpenAPI document"), ("/readyz", "Ready?"), ("/livez", "Alive?"),
    ("/metrics", "Metrics"),
]  # fmt: skip
DOCS = (
    HEAD
    + """<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/docs.js"></script></body></html>"""
)


def install(app: FastAPI, service: Service) -> None:
    """Serve `/`, `/docs` and their files."""
    landing, docs = _landing(service), DOCS.format(title=escape(service.title), style="swagger-ui.css")

    async def landing_page(request: Request) -> Response:
        return _html(landing)

    async def docs_page(request: Request) -> Response:
        return _html(docs)

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            raise HTTPException(404)
        return Response(_file(name), headers={"Cache-Control": "public, max-age=3600"}, media_type=ASSETS[name])

    app.add_api_route("/", landing_page, include_in_schema=False)
    app.add_api_route("/docs", docs_page, include_in_schema=False)
    app.add_api_route("/docs/{name}", asset, include_in_schema=False)


@cache
def _file(name: str) -> bytes:
    return (STATIC / name).read_bytes()


def _html(text: str) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(text, headers=headers, media_type="text/html; charset=utf-8")


def _landing(service: Service) -> str:
    lists = [("It says", service.says), ("It hears", service.hears)]
    links = [*LINKS, *((path, f"Console at {path}") for path in service.mounts)]
    return "".join([
        HEAD.format(title=escape(service.title), style="page.css"),
        f"<main><h1>{escape(service.title)}</h1><p>{escape(service.summary)}</p><ul class='links'>",
        *(f"<li><a href='{escape(path)}'>{escape(name)}</a></li>" for path, name in links),
        "</ul>",
        *(_events(title, (event.TYPE for event in events)) for title, events in lists),
        "</main></body></html>",
    ])  # fmt: skip


def _events(title: str, types: Iterable[str]) -> str:
    items = "".join(f"<li><code>{escape(name)}</code></li>" for name in sorted(types))
    return f"<h2>{title}</h2><ul>{items or '<li>nothing</li>'}</ul>"
