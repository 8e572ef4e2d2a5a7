"""One quality case: its clocks, its conversation, files and refunds, and everything that can be done about it."""

from typing import Any

from starlette.responses import Response

from services.journeys.console import flash
from services.journeys.console.boards_words import said
from services.journeys.console.forms import Form, act, form_of, new_key, submit
from services.journeys.console.pages.boards.cases import PLACE, SIDES
from services.journeys.console.pages.boards.entering import Entered, Json, entered
from services.journeys.console.pages.doors import Client, Text, Visitor, id_in, new_router
from services.journeys.console.problems import Refused
from services.journeys.console.render import page
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import N_, _
from shared.access import CUSTOMERS, Role
from shared.errors import Invalid, NotFound

OUTCOMES = ("solved", "compensated", "explained", "not_confirmed", "withdrawn")
GROUNDS = ("late_papers", "death_in_family", "serious_illness", "official_emergency")
GIVEN_OUT = ("clean", "unscanned")  # files that the room gives out; while a scanner is set up, clean ones alone
LARGEST_FILE = 10 * 1024 * 1024
SAID = {
    "acknowledgement": N_("The case is acknowledged."),
    "messages": N_("The message is sent."),
    "solution": N_("The solution is written down and sent."),
    "board-answer": N_("The board's answer is sent."),
    "escalation": N_("The case went one level up."),
    "hand-over": N_("The other side has the case now."),
    "closure": N_("The case is closed."),
    "reopening": N_("The case goes on."),
    "refunds": N_("The refund is recorded."),
}
router = new_router()


@router.get(f"{PLACE}/{{case_id}}", operation_id="console_case")
async def case(case_id: str, door: Visitor, client: Client, about: Text = None) -> Response:
    """`about` names the action whose form is open."""
    return await _case(await entered(door, client), case_id, about or "messages")


async def _case(at: Entered, case_id: str, about: str, given: Form | None = None) -> Response:
    one = await at.rooms.get("surveys", f"/v1/cases/{id_in(case_id)}")
    names = await at.names([one[side] for side in SIDES] + one["deciders"])
    shown = {
        "one": one,
        "names": names,
        "about": about,
        "given": given or Form(),
        "said": said,
        "sides": ("sending", "hosting"),
        "given_out": GIVEN_OUT,
    }
    status = 422 if given is not None else 200
    return page(
        "boards_case.html", status=status, **at.frame("cases"), **shown, can=_can(one, at.caller.role),
        outcomes=OUTCOMES, grounds=GROUNDS, steps=_steps(one), refunds=_refunds(one),
    )  # fmt: skip


def _can(one: Json, role: Role) -> list[str]:
    """Actions worth a button; the room has the last word."""
    if role is Role.auditor:
        return []
    if one["state"] == "closed":
        return ["reopening"]
    if role in CUSTOMERS:
        return ["messages", "attachments", "escalation"]
    found = ["messages", "attachments", "solution", "hand-over", "closure", "escalation", "refunds"]
    if one["level"] in ("control_boards", "international"):
        found.insert(2, "board-answer")
    mine = {Role.sending_manager: "sending", Role.hosting_manager: "hosting"}.get(role)
    if mine and one[f"{mine}_acknowledged_at"] is None:
        found.insert(0, "acknowledgement")
    return found


def _steps(one: Json) -> Table:
    columns = (
        Column("number", _("Step"), "number"),
        Column("level", _("With"), value=lambda row: said(row["level"])),
        Column("began_at", _("Since"), "moment"),
        Column("answer_by", _("Answer until"), "moment"),
        Column("decide_by", _("Decide until"), "moment"),
        Column("ended_at", _("Ended"), "moment"),
        Column("rose", _("Went up because"), "code"),
    )
    return Table("case-steps", _("Who had the case, and until when"), columns, one["steps"])


def _refunds(one: Json) -> Table:
    columns = (
        Column("ground", _("Ground"), value=lambda row: said(row["ground"])),
        Column("amount", _("Amount"), value=lambda row: f"{row['amount_minor'] / 100:.2f} {row['currency']}"),
        Column("broken_on", _("Broken on"), "date"),
        Column("recorded_at", _("Recorded"), "moment"),
    )
    return Table("case-refunds", _("Refunds"), columns, one["refunds"])


@router.post(f"{PLACE}/{{case_id}}/attachments", operation_id="console_attach_to_case")
async def attach(case_id: str, door: Visitor, client: Client) -> Response:
    """A file, sent on as its bytes."""
    at = await entered(door, client)
    id_ = id_in(case_id)
    async with door.request.form(max_files=1, max_fields=10) as sent:
        file, key = sent.get("file"), sent.get("form-key")
        if file is None or isinstance(file, str) or not file.filename:
            raise Invalid(_("Choose a file first."))
        content = await file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise Invalid(_("A file may have 10 MB at most."))
        params = {"name": file.filename[-100:], "internal": "true" if sent.get("internal") else "false"}
    place = f"{PLACE}/{id_}"
    try:
        await at.rooms.upload(
            "surveys", f"/v1/cases/{id_}/attachments", content, params, key=key if isinstance(key, str) else new_key()
        )
    except Refused as refused:
        return flash.said(place, refused.words(), "bad")
    return flash.said(place, _("The file is attached: it is shown once it was looked through."))


@router.post(f"{PLACE}/{{case_id}}/{{what}}", operation_id="console_act_on_case")
async def act_on_case(case_id: str, what: str, door: Visitor, client: Client) -> Response:
    """Any other action; what the room refuses stands beside the fields."""
    at = await entered(door, client)
    id_, given = id_in(case_id), await form_of(door)
    if what not in SAID:
        raise NotFound(_("This address names nothing."))
    path, back, done = f"/v1/cases/{id_}/{what}", f"{PLACE}/{id_}", _(SAID[what])
    if what == "acknowledgement":
        return await act(at.rooms, given, "POST", "surveys", path, to=back, done=done)
    if what == "messages":
        given.version = None
    sent = await submit(at.rooms, given, "POST", "surveys", path, _body(what, given), to=back, done=done)
    return sent or await _case(at, case_id, what, given)


def _body(what: str, given: Form) -> Json:
    match what:
        case "messages":
            return {"text": given.get("text"), "internal": bool(given.get("internal"))}
        case "solution" | "board-answer":
            return {"text": given.get("text")}
        case "hand-over":
            return {"to": given.get("to"), "reason": given.get("reason")}
        case "closure":
            return {"outcome": given.get("outcome"), "note": given.get("note")}
        case "refunds":
            return _refund(given)
    return {"reason": given.get("reason")}


def _refund(given: Form) -> dict[str, Any]:
    amount = given.get("amount_minor").replace(",", ".")
    try:
        minor: Any = round(float(amount) * 100)
    except ValueError:
        minor = None
    body = {name: given.get(name) or None for name in ("ground", "currency", "broken_on", "papers_due_on")}
    return {**body, "amount_minor": minor, "proof": given.all("proof")}
