"""Every event that the rooms tell each other."""

from pathlib import Path
from typing import Annotated

from starlette.responses import FileResponse, Response

from services.journeys.console import catalogue
from services.journeys.console.pages.doors import Visitor, framed, new_router
from services.journeys.console.render import page
from services.journeys.console.session import HOME, session_of
from services.journeys.console.texts import _
from shared.errors import NotFound
from shared.web.door import Door, public

ASYNCAPI = Path(__file__).resolve().parents[4] / "docs" / "asyncapi.yaml"
router = new_router()


@router.get(f"{HOME}/events", operation_id="console_events")
async def events(door: Visitor) -> Response:
    """Every event that the rooms tell each other."""
    signed_in = await session_of(door)
    shown = {"catalogue": catalogue.by_room(), "asyncapi": ASYNCAPI.is_file()}
    return page("events.html", **framed(door, signed_in, "events"), **shown)


@router.get("/asyncapi.yaml", operation_id="download_asyncapi")
async def asyncapi(door: Annotated[Door, public("the contracts are no secret")]) -> Response:
    """The AsyncAPI document, where it was generated."""
    if not ASYNCAPI.is_file():
        raise NotFound(_("The AsyncAPI document isn't part of this installation."))
    return FileResponse(ASYNCAPI, media_type="application/yaml", filename="asyncapi.yaml")
