"""Style sheets and pictures, and any other address of the console."""

from typing import Annotated

from starlette.responses import Response

from services.journeys.console.pages.doors import Visitor, new_router
from services.journeys.console.render import STATIC, static_file
from services.journeys.console.session import HOME, session_of
from services.journeys.console.texts import _
from shared.errors import NotFound
from shared.web.door import Door, public

router = new_router()


@router.get(f"{HOME}/static/{{name}}", operation_id="console_static")
async def static(name: str, door: Annotated[Door, public("style sheets and pictures")]) -> Response:
    if name not in STATIC:
        raise NotFound(_("There is no such file."))
    caching = "public, max-age=31536000, immutable" if door.request.url.query else "no-cache"
    return Response(static_file(name), headers={"Cache-Control": caching}, media_type=STATIC[name])


@router.get(f"{HOME}/{{rest:path}}", operation_id="console_elsewhere")
async def elsewhere(rest: str, door: Visitor) -> Response:
    """Any other address of the console: a page says that there is nothing."""
    await session_of(door)
    raise NotFound(_("There is no page at this address."))
