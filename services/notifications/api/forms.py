"""Forms of pages without scripts, as small as this room's are."""

from starlette.requests import Request

from shared.web import plain

FORM = plain.FORM
MOST_FIELDS = 20
MOST_BYTES = 4096


async def fields_of(request: Request) -> dict[str, str] | None:
    """The fields of a form; None for what is no form of ours."""
    return await plain.fields_of(request, MOST_FIELDS, MOST_BYTES)
