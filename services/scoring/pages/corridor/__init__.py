"""The corridor of a segment as a picture, with every number of it in tables below; without scripts."""

from datetime import UTC
from pathlib import Path
from typing import Any

from starlette.responses import Response

from services.scoring.policy.corridors.mining import (
    Activity,
    Corridor,
    Edge,
    Rate,
    Variant,
    Wait,
)
from services.scoring.policy.corridors.picture import BOX_H, BOX_W, picture, title_of
from services.scoring.schemas import CorridorOut
from services.scoring.schemas.segments import CorridorMined
from shared.web.drawing import Pages

FOLDER = Path(__file__).parent
PAGES = Pages(FOLDER)
LANGUAGE, DIRECTION = "en", "ltr"


def corridor_page(corridor: CorridorOut, segment: str | None) -> Response:
    """The page of a corridor that is mined."""
    assert corridor.report is not None
    assert corridor.known_at is not None
    mined = _mined(corridor.report)
    title = f"Corridor to “{title_of(str(corridor.transition))}”"
    values: dict[str, Any] = {
        "title": title, "segment": segment, "mined": mined, "picture": picture(mined) if mined.enough else None,
        "as_of": f"{corridor.known_at.astimezone(UTC):%d %B %Y, %H:%M} UTC", "box_w": BOX_W, "box_h": BOX_H,
    }  # fmt: skip
    return PAGES.draw("corridor.html", 200, LANGUAGE, DIRECTION, **values)


def note_page(status: int) -> Response:
    """A friendly no."""
    text = "It may have been cut off when it was copied, or its time is over. Ask for a new one."
    return PAGES.draw("note.html", status, LANGUAGE, DIRECTION, title="This link does not work", text=text)


def _mined(report: CorridorMined) -> Corridor:
    """What is answered, as the picture's rules take it."""
    told = report.model_dump()
    made = {
        "activities": tuple(Activity(**_inner(one)) for one in told["activities"]),
        "edges": tuple(Edge(**_inner(one)) for one in told["edges"]),
        "variants": tuple(Variant(**_inner(one | {"steps": tuple(one["steps"])})) for one in told["variants"]),
    }
    return Corridor(**_inner(told) | made)


def _inner(told: dict[str, Any]) -> dict[str, Any]:
    """Shares and waits inside become what they were."""
    shares = {name: _share(told[name]) for name in ("conversion", "stopped") if name in told}
    waits = {name: _wait(told[name]) for name in ("time", "wait") if name in told}
    return told | shares | waits


def _share(told: dict[str, Any] | None) -> Rate | None:
    return Rate(**told) if told else None


def _wait(told: dict[str, Any] | None) -> Wait | None:
    return Wait(**told) if told else None


def percent(share: Rate | None) -> str:
    """`24 % (21 … 28 %, n 611)`."""
    if share is None:
        return "–"
    return f"{100 * share.rate:.0f} % ({100 * share.low:.0f} … {100 * share.high:.0f} %, n {share.n:,})"


def days(wait: Wait | None) -> str:
    """`3.5 days, 9 in ten within 12`."""
    if wait is None:
        return "–"
    return f"{_days(wait.median)} (90 %: {_days(wait.p90)})"


def _days(value: float) -> str:
    if value < 1 / 24:
        return f"{value * 24 * 60:.0f} min"
    return f"{value * 24:.1f} h" if value < 1 else f"{value:.1f} days"


PAGES.filters.update(percent=percent, days=days, title_of=title_of)
