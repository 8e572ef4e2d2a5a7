"""Scorecards: what is aimed at, who answers for it, and how it stands; one card with its course and its targets."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import flash, words
from services.journeys.console.boards_charts import course
from services.journeys.console.boards_measures import MEASURES, STATES, measure_name, shown, state_name
from services.journeys.console.boards_words import said
from services.journeys.console.forms import Form, act, form_of, send, submit
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, id_in, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.rooms import together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _
from shared.access import MANAGERS, Role

PLACE, CARDS = f"{HOME}/scorecards", "/v1/scorecards"
RHYTHMS = (("month", N_("Month")), ("quarter", N_("Quarter")), ("year", N_("Year")))
SIDES = (("sending", N_("Sending side")), ("hosting", N_("Hosting side")), ("both", N_("Both sides")))
SIDE = {Role.sending_manager: "sending", Role.hosting_manager: "hosting"}
PERCENT = "share"
router = new_router()


@router.get(PLACE, operation_id="console_scorecards")
async def scorecards(door: Visitor, client: Client, cursor: Text = None) -> Response:
    """All cards that are kept, with the period that runs and the one before."""
    at = await entered(door, client)
    found = await at.panel("journeys", CARDS, limit=50, cursor=cursor)
    cards = items(found)
    drawn = {card["id"]: _course(card) for card in cards}
    return page(
        "boards_scorecards.html", **at.frame("scorecards"), found=found, cards=cards, drawn=drawn, shown=shown,
        said=said, measures=MEASURES, states=STATES, table=_table(cards), may=at.caller.role in MANAGERS,
        more=found.items.get("next") if found.items else None,
    )  # fmt: skip


def _course(card: Json) -> Any:
    return course([one["value"] for one in card["trend"]], [one["target"] for one in card["trend"]])


def _table(cards: list[Json]) -> Table:
    columns = (
        Column("measure", _("Measure"), value=lambda row: measure_name(row["measure"])),
        Column("entity", _("Committee")),
        Column("side", _("Side"), value=lambda row: said(row["side"])),
        Column("target", _("Target"), value=lambda row: shown(row["kind"], row["target"])),
        Column("before", _("Last period"), value=lambda row: shown(row["kind"], row["before"]["value"])),
        Column("n", _("n"), "number", value=lambda row: row["before"]["n"]),
        Column("state", _("State"), value=lambda row: state_name(row["before"]["state"])),
    )
    return Table("scorecards", _("Scorecards"), columns, cards, whole=False)


@router.get(f"{PLACE}/new", operation_id="console_new_scorecard")
async def new(door: Visitor, client: Client) -> Response:
    at = await entered(door, client)
    return await _new(at, Form.of(side=SIDE.get(at.caller.role, "both"), rhythm="quarter", zone="UTC"))


async def _new(at: Entered, given: Form, status: int = 200) -> Response:
    entities, members = await together(
        at.panel("applications", "/v1/entities", limit=200), at.panel("applications", "/v1/members", limit=200)
    )
    own = SIDE.get(at.caller.role)
    choices = {
        "measures": [(code, _(text)) for code, text in MEASURES.items()],
        "rhythms": [(code, _(text)) for code, text in RHYTHMS],
        "sides": [(code, _(text)) for code, text in SIDES if own in (None, code)],
        "entities": [(one["id"], one.get("name") or one["id"]) for one in items(entities)],
        "owners": [(one["id"], words.full_name(one)) for one in items(members)],
    }
    return page("boards_scorecard_new.html", status=status, **at.frame("scorecards"), given=given, **choices)


@router.post(f"{PLACE}/new", operation_id="console_make_scorecard")
async def make(door: Visitor, client: Client) -> Response:
    at, given = await entered(door, client), await form_of(door)
    given.version = None
    body: Json = given.given("measure", "side", "rhythm", "zone", "entity_id", "owner_id", "note")
    body["target"] = _target(given.get("target"), given.get("measure"))
    try:
        done = await send(at.rooms, given, "POST", "journeys", CARDS, body)
    except Refused as refused:
        given.errors, given.trouble = refused.fields(), refused.words()
        return await _new(at, given, 422)
    return flash.said(f"{PLACE}/{done.body['id']}", _("The scorecard is kept from now on."))


def _target(text: str, measure: str) -> Any:
    """A target as it was written; a share is written in per cent."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text or None
    return value / 100 if _is_share(measure) else value


def _is_share(measure: str) -> bool:
    return not measure.startswith(("nps", "ces", "days")) and measure not in ("approvals", "realizations")


@router.get(f"{PLACE}/{{scorecard_id}}", operation_id="console_scorecard")
async def scorecard(scorecard_id: str, door: Visitor, client: Client) -> Response:
    return await _card(await entered(door, client), scorecard_id)


async def _card(at: Entered, scorecard_id: str, given: Form | None = None) -> Response:
    path = f"{CARDS}/{id_in(scorecard_id)}"
    card, targets, members = await together(
        at.rooms.get("journeys", path), at.panel("journeys", f"{path}/targets", limit=50),
        at.panel("applications", "/v1/members", limit=200),
    )  # fmt: skip
    owners = [(one["id"], words.full_name(one)) for one in items(members)]
    filled = given or Form.of(owner_id=card["owner_id"], note=card["note"])
    return page(
        "boards_scorecard.html", status=422 if given else 200, **at.frame("scorecards"), card=card, given=filled,
        owners=owners, owner=dict(owners).get(card["owner_id"]), drawn=_course(card), shown=shown, said=said,
        measures=MEASURES, states=STATES, table=_periods(card), targets=_targets(card, items(targets)),
        may=at.caller.role in MANAGERS and card["state"] == "active", percent=card["kind"] == PERCENT,
    )  # fmt: skip


def _periods(card: Json) -> Table:
    kind = card["kind"]
    columns = (
        Column("period", _("Period")),
        Column("value", _("Figure"), value=lambda row: shown(kind, row["value"])),
        Column("low", _("from"), value=lambda row: shown(kind, row["low"])),
        Column("high", _("up to"), value=lambda row: shown(kind, row["high"])),
        Column("n", _("n"), "number"),
        Column("target", _("Target"), value=lambda row: shown(kind, row["target"])),
        Column("state", _("State"), value=lambda row: state_name(row["state"])),
    )
    return Table("periods", _("Period by period"), columns, card["trend"][::-1])


def _targets(card: Json, rows: list[Json]) -> Table:
    columns = (
        Column("from_on", _("From"), "date"),
        Column("value", _("Target"), value=lambda row: shown(card["kind"], row["value"])),
        Column("set_at", _("Set"), "moment"),
        Column("set_by", _("By")),
    )
    return Table("targets", _("Targets"), columns, rows, whole=False, empty=_("No target was set."))


@router.post(f"{PLACE}/{{scorecard_id}}/target", operation_id="console_set_target")
async def set_target(scorecard_id: str, door: Visitor, client: Client) -> Response:
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(scorecard_id)
    body = {"value": _target(given.get("value"), given.get("measure")), "from_on": given.get("from_on") or None}
    path, back = f"{CARDS}/{id_}/targets", f"{PLACE}/{id_}"
    sent = await submit(at.rooms, given, "POST", "journeys", path, body, to=back, done=_("The target is set."))
    return sent or await _card(at, scorecard_id, given)


@router.post(f"{PLACE}/{{scorecard_id}}/owner", operation_id="console_give_scorecard")
async def give(scorecard_id: str, door: Visitor, client: Client) -> Response:
    at, given = await entered(door, client), await form_of(door)
    id_ = id_in(scorecard_id)
    body = {"owner_id": given.get("owner_id") or None, "note": given.get("note")}
    back, done = f"{PLACE}/{id_}", _("It is written down.")
    sent = await submit(at.rooms, given, "PUT", "journeys", f"{CARDS}/{id_}", body, to=back, done=done)
    return sent or await _card(at, scorecard_id, given)


@router.post(f"{PLACE}/{{scorecard_id}}/retirement", operation_id="console_retire_scorecard")
async def retire(scorecard_id: str, door: Visitor, client: Client) -> Response:
    at, given = await entered(door, client), await form_of(door)
    path = f"{CARDS}/{id_in(scorecard_id)}/retirement"
    return await act(at.rooms, given, "POST", "journeys", path, to=PLACE, done=_("The scorecard is kept no more."))
