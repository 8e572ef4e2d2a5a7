"""The funnel: what is going on, why, who will convert, what to do next; each one click from the others."""

import json
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from services.journeys.console import here
from services.journeys.console.estimates import Shown, names_of, segments_of, shown, wanted
from services.journeys.console.forms import form_of, send
from services.journeys.console.funnel_charts import incidence_curve
from services.journeys.console.funnel_tables import (
    calibration_table,
    causes_table,
    channel_table,
    cohort_table,
    contact_table,
    content_table,
    dropout_table,
    period_table,
    points_table,
    reason_table,
    stage_table,
    suggestion_table,
)
from services.journeys.console.funnel_words import STAGES, goals_of, starts_of
from services.journeys.console.pages.doors import Client, Visitor, framed, new_router, opened
from services.journeys.console.render import page, to
from services.journeys.console.rooms import Rooms
from services.journeys.console.session import HOME, local_path
from services.journeys.console.texts import _
from shared.access import Role
from shared.errors import Invalid, NotFound
from shared.web.door import Door

router = new_router()
OF = ("people", "applications", "enablers")
FULL, MOST_PAGES = 50, 10


async def _opened(door: Door, client: Any) -> tuple[Any, Rooms, list[Any]]:
    """Who looks, the rooms, and the segments to choose from."""
    signed_in, rooms = await opened(door, client)
    return signed_in, rooms, await segments_of(rooms)


def _asked(signed_in: Any) -> dict[str, str]:
    """What the address narrows the figures down to. The hosting side has no people of its own, but applications."""
    query = here.query()
    usual = "applications" if signed_in.caller.role is Role.hosting_manager else "people"
    found = {name: query.get(name, "") for name in ("since", "until", "as_of", "segment", "goal", "before", "reason")}
    of = query.get("of", usual)
    return {**found, "of": of if of in OF else usual}


def _drawn(door: Door, signed_in: Any, template: str, name: str, segments: list[Any], **values: Any) -> Response:
    shared = {"segments": segments, "asked": _asked(signed_in), "tab": name, "stages": STAGES}
    return page(f"funnel_{template}.html", **framed(door, signed_in, name), **(shared | values))


@router.get(f"{HOME}/funnel", operation_id="console_funnel")
async def funnel(door: Visitor, client: Client) -> Response:
    """Descriptive: how many came to each stage, which share will, and when."""
    signed_in, rooms, segments = await _opened(door, client)
    of = _asked(signed_in)["of"]
    starts = starts_of(of)
    start = here.query().get("start")
    start = start if start in starts else starts[0]
    found = await shown(rooms, wanted("funnel", "since", "until", "as_of", of=of, start=start))
    goal = _goal(found)
    curves = {one["stage"]: one["points"] for one in found.result["curves"]} if found.result else {}
    values = {
        "found": found,
        "goal": goal,
        "curve": incidence_curve(curves.get(goal, [])),
        "starts": starts,
        "start": start,
    }
    tables = {"table": stage_table(found), "points": points_table(curves.get(goal, []))}
    return _drawn(door, signed_in, "stages", "funnel", segments, **values, **tables)


def _goal(found: Shown) -> str:
    """The stage whose curve is drawn: the one that is asked for, else the approval, else the last."""
    stages = [one["stage"] for one in found.result["stages"][1:]] if found.result else []
    asked = here.query().get("goal", "approved")
    return asked if asked in stages or not stages else stages[-1]


@router.get(f"{HOME}/funnel/cohorts", operation_id="console_funnel_cohorts")
async def cohorts(door: Visitor, client: Client) -> Response:
    """Those who came in a month, and which share of them went how far within how many days."""
    signed_in, rooms, segments = await _opened(door, client)
    of = _asked(signed_in)["of"]
    found = await shown(rooms, wanted("funnel-cohorts", "since", "until", "as_of", of=of, **_goal_of(of)))
    values = {"found": found, "table": cohort_table(found), "goals": goals_of(of)}
    return _drawn(door, signed_in, "cohorts", "funnel-cohorts", segments, **values)


def _goal_of(of: str) -> dict[str, str]:
    """The goal of the address where it is one of this funnel; else none, and the room takes its own."""
    goals, asked = goals_of(of), here.query().get("goal")
    return {"goal": asked if asked in goals else "approved"}


@router.get(f"{HOME}/funnel/periods", operation_id="console_funnel_periods")
async def periods(door: Visitor, client: Client) -> Response:
    """What happened in a month: when it was said, and on the day that it counts for."""
    signed_in, rooms, segments = await _opened(door, client)
    found = await shown(rooms, wanted("funnel-periods", "since", "until", "as_of"))
    tables = {"said": period_table(found, "said"), "effective": period_table(found, "effective")}
    return _drawn(door, signed_in, "periods", "funnel-periods", segments, found=found, **tables)


@router.get(f"{HOME}/funnel/why", operation_id="console_funnel_why")
async def why(door: Visitor, client: Client) -> Response:
    """Diagnostic: which group loses people at a step, and how sure that is; the reasons that were given."""
    signed_in, rooms, segments = await _opened(door, client)
    of = _asked(signed_in)["of"]
    found = await shown(rooms, wanted("funnel-causes", "since", "until", "as_of", of=of, **_goal_of(of)))
    levels = [one["level"] for one in found.result["levels"]] if found.result else []
    names = await names_of(rooms, levels)
    tables = {"table": causes_table(found, names), "reasons": reason_table(found)}
    goals = goals_of(of)
    return _drawn(door, signed_in, "why", "funnel-why", segments, found=found, goals=goals, **tables)


@router.get(f"{HOME}/funnel/outlook", operation_id="console_funnel_outlook")
async def outlook(door: Visitor, client: Client) -> Response:
    """Predictive: what the scores of open leads foretell, and whether earlier ones came true."""
    signed_in, rooms, segments = await _opened(door, client)
    found = await shown(rooms, wanted("funnel-outlook", "since"))
    return _drawn(door, signed_in, "outlook", "funnel-outlook", segments, found=found, table=calibration_table(found))


@router.get(f"{HOME}/funnel/next", operation_id="console_funnel_next")
async def what_next(door: Visitor, client: Client) -> Response:
    """Prescriptive: what scoring suggests to do, and with whom."""
    signed_in, rooms, segments = await _opened(door, client)
    panel = await rooms.panel("scoring", _suggested(rooms, _asked(signed_in)["segment"]))
    items, following = panel.items or ([], None)
    names = await names_of(rooms, [one["party_id"] for one in items if one["party_id"]])
    values = {"panel": panel, "table": suggestion_table(items, names), "following": following}
    return _drawn(door, signed_in, "next", "funnel-next", segments, **values)


async def _suggested(rooms: Rooms, segment: str) -> tuple[list[Any], str | None]:
    """What scoring suggests; of a segment, whose members this room alone knows, as many pages as fill one."""
    found: list[Any] = []
    cursor = here.query().get("cursor")
    for _page in range(MOST_PAGES):
        part = await rooms.get("scoring", "/v1/suggestions", limit=100, state="open", cursor=cursor)
        found += await _of_segment(rooms, part["items"], segment) if segment else part["items"]
        cursor = part["next"]
        if cursor is None or len(found) >= FULL:
            break
    return found, cursor


async def _of_segment(rooms: Rooms, items: list[Any], segment: str) -> list[Any]:
    ids = sorted({one["party_id"] for one in items if one["party_id"]})
    if not ids:
        return []
    members = await rooms.get("journeys", f"/v1/segments/{quote(segment, safe='')}/members", id=ids)
    return [one for one in items if one["party_id"] in members["ids"]]


@router.get(f"{HOME}/funnel/dropped", operation_id="console_funnel_dropped")
async def dropped(door: Visitor, client: Client) -> Response:
    """Who was at a stage and will not come to the next."""
    signed_in, rooms, segments = await _opened(door, client)
    asked = _asked(signed_in)
    starts = starts_of(asked["of"])
    before = asked["before"] if asked["before"] in starts else None
    given = {"before": before, "reason": asked["reason"] or None, "segment": asked["segment"] or None}
    items, following = await _listed(rooms, "/v1/dropouts", of=asked["of"], **given)
    values = {"table": dropout_table(items, await _committees(rooms, items)), "following": following, "goals": starts}
    return _drawn(door, signed_in, "dropped", "funnel-dropped", segments, **values)


async def _listed(rooms: Rooms, path: str, **asked: Any) -> tuple[list[Any], str | None]:
    """A page of a list and the cursor of the next one; a file has them all."""
    if here.query().get("format") == "csv":
        return await rooms.every("journeys", path, **asked), None
    found = await rooms.get("journeys", path, limit=50, cursor=here.query().get("cursor"), **asked)
    return found["items"], found["next"]


async def _committees(rooms: Rooms, items: list[Any]) -> dict[str, str]:
    ids = [one[name] for one in items for name in ("sending_entity_id", "hosting_entity_id") if one[name]]
    return await names_of(rooms, ids)


@router.get(f"{HOME}/funnel/loyalty", operation_id="console_funnel_loyalty")
async def loyalty(door: Visitor, client: Client) -> Response:
    """Who is content and yet not loyal."""
    signed_in, rooms, segments = await _opened(door, client)
    asked = _asked(signed_in)
    if asked["of"] == "applications":
        asked["of"] = "enablers" if signed_in.caller.role is Role.hosting_manager else "people"
    items, following = await _listed(rooms, "/v1/satisfied-not-loyal", of=asked["of"], segment=asked["segment"] or None)
    values = {"table": content_table(items, await _committees(rooms, items)), "following": following, "asked": asked}
    return _drawn(door, signed_in, "loyalty", "funnel-loyalty", segments, **values)


@router.get(f"{HOME}/funnel/channels", operation_id="console_funnel_channels")
async def channels(door: Visitor, client: Client) -> Response:
    """What people of each channel go on to do, and on which channels contacts take place."""
    signed_in, rooms, segments = await _opened(door, client)
    found = await shown(rooms, wanted("channels", "since", "until"))
    tables = {"table": channel_table(found), "contacts": contact_table(found)}
    return _drawn(door, signed_in, "channels", "funnel-channels", segments, found=found, **tables)


@router.post(f"{HOME}/estimates", operation_id="console_ask_estimate")
async def ask_estimate(door: Visitor, client: Client) -> Response:
    """Have an estimate worked out, and back to the page that shows it."""
    _signed_in, rooms = await opened(door, client)
    form = await form_of(door)
    kind = form.get("kind")
    if not kind.replace("-", "").isalnum():
        raise NotFound(_("There is no such figure."))
    try:
        body = json.loads(form.get("body") or "{}")
    except ValueError as error:
        raise Invalid(_("This was no form of ours.")) from error
    await send(rooms, form, "POST", "journeys", f"/v1/estimates/{kind}", body)
    return to(local_path(form.get("to")))
