"""Forms of pages without scripts."""

from urllib.parse import parse_qsl

from starlette.requests import Request

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 20
MOST_BYTES = 4096


async def fields_of(request: Request) -> dict[str, str] | None:
    """The fields of a form; None for what is no form of ours."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    body = await request.body()
    if len(body) > MOST_BYTES:
        return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
