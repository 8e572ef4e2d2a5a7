"""What waits for whoever looks, over all rooms: the most urgent first, each one click from its action."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from services.journeys.console import navigation, words
from services.journeys.console.boards_words import said
from services.journeys.console.heard import heard
from services.journeys.console.pages.boards.entering import Entered, Json, entered, items
from services.journeys.console.pages.doors import Client, Text, Visitor, new_router
from services.journeys.console.render import page
from services.journeys.console.rooms import Panel, together
from services.journeys.console.session import HOME
from services.journeys.console.tables import Column, Table
from services.journeys.console.texts import _
from shared.access import CUSTOMERS, MANAGERS, Role

PLACE = f"{HOME}/inbox"
MANY = 100
STAFF = (*MANAGERS, Role.auditor)
router = new_router()


@dataclass(frozen=True, slots=True)
class Source:
    """Where waiting things come from: an address of a room, for whom, and how a row of it is read."""

    room: str
    path: str
    roles: tuple[Role, ...]
    read: Callable[[Json], Json | None]
    asked: Mapping[str, Any]


def _where(*wanted: str, **ids: Any) -> str:
    """The first of these addresses that there is a page for, with the row's ids; else the person's page, or home."""
    there = {one.address for one in navigation.PAGES}
    for address in (*wanted, f"{HOME}/people/{{person_id}}"):
        if address in there and all(ids.get(name) for name in ("person_id",) if "{person_id}" in address):
            return address.format(**ids)
    return HOME


def _application(row: Json) -> Json:
    list_of = {"answer": "candidates", "approve": "approvals", "realize": "beginning", "requirement": "requirements"}
    where = [f"{HOME}/applications/{{application_id}}", f"{HOME}/{list_of.get(row['kind'], 'applications')}"]
    more = words.plain(row["requirement"]) if row["requirement"] else None
    ids = {name: row[name] for name in ("application_id", "person_id")}
    return _row(row["kind"], row["due_on"], row["overdue_since"] is not None, more, _where(*where, **ids), **ids)


def _task(row: Json) -> Json:
    where = _where(f"{HOME}/tasks/{{id}}", f"{HOME}/tasks", id=row["id"], person_id=row["person_id"])
    return _row("task", row["due_on"], row["overdue"], heard(row["title"]), where, person_id=row["person_id"])


def _question(row: Json) -> Json:
    where = _where(f"{HOME}/questions/{{id}}", f"{HOME}/questions", id=row["id"], person_id=row["person_id"])
    return _row("question", row["due_at"], row["overdue"], row["subject"], where, person_id=row["person_id"])


def _due_case(row: Json) -> Json:
    return _case(row["case"], row["due_at"], row["hours"] < 0)


def _case(row: Json, due: str | None = None, late: bool | None = None) -> Json:
    about = {"person_id": row["person_id"], "enabler_id": row["enabler_id"]}
    overdue = row["overdue"] or row["late"] if late is None else late
    return _row("case", due or row["next_due_at"], overdue, said(row["cause"]), f"{HOME}/cases/{row['id']}", **about)


def _own_case(row: Json) -> Json | None:
    return None if row["state"] == "closed" else _case(row)


def _hand_over(row: Json) -> Json:
    where = _where(f"{HOME}/leads/{{lead_id}}", f"{HOME}/leads", lead_id=row["lead_id"])
    about = {"person_id" if row["party"] == "ep" else "enabler_id": row["lead_id"]}
    return _row("hand_over", row["due_at"], None, None, where, **about)


def _suggestion(row: Json) -> Json:
    where = _where(f"{HOME}/suggestions/{{id}}", f"{HOME}/suggestions", id=row["id"], person_id=row["party_id"])
    about = {"person_id" if row["side"] == "ep" else "enabler_id": row["party_id"]}
    return _row("suggestion", row["expires_at"], None, heard(row["title"]), where, **about)


def _document(row: Json) -> Json | None:
    if row["acknowledged_at"] is not None or row["policy_version"] is None:
        return None  # only what is to be acknowledged has a version of policies
    where = _where(f"{HOME}/documents", person_id=row["person_id"])
    return _row("document", None, False, words.plain(row["kind"]), where, person_id=row["person_id"])


def _message(row: Json) -> Json:
    return _row("message", None, False, heard(row["title"]), row["link"] or f"{HOME}/messages")


def _invitation(row: Json) -> Json:
    where = _where(f"{HOME}/evaluations", person_id=row["person_id"])
    return _row(
        "invitation", row["expires_at"], None, words.plain(row["questionnaire"]), where, person_id=row["person_id"]
    )


def _row(kind: str, due: str | None, overdue: bool | None, more: str | None, href: str, **about: Any) -> Json:
    return {"kind": kind, "due": due, "overdue": overdue, "more": more, "href": href, **about}


SOURCES = (
    Source("applications", "/v1/inbox", (*CUSTOMERS, *MANAGERS), _application, {}),
    Source("notifications", "/v1/tasks", STAFF, _task, {"state": "open"}),
    Source("notifications", "/v1/questions", STAFF, _question, {"state": "open"}),
    Source("surveys", "/v1/case-due-list", STAFF, _due_case, {"within_days": 14}),
    Source("surveys", "/v1/cases", CUSTOMERS, _own_case, {}),
    Source("scoring", "/v1/hand-overs", STAFF, _hand_over, {"state": "open"}),
    Source("scoring", "/v1/suggestions", STAFF, _suggestion, {"state": "open"}),
    Source("notifications", "/v1/receipts", CUSTOMERS, _document, {}),
    Source("notifications", "/v1/feed", CUSTOMERS, _message, {"unread": "true"}),
    Source("surveys", "/v1/invitations", CUSTOMERS, _invitation, {"state": "delivered"}),
)


@router.get(PLACE, operation_id="console_inbox")
async def inbox(door: Visitor, client: Client, kind: Text = None) -> Response:
    """Everything that waits; `kind` keeps one kind of it."""
    at = await entered(door, client)
    sources = [source for source in SOURCES if at.caller.role in source.roles]
    panels = await together(*(_panel(at, source) for source in sources))
    rows = [row for source, panel in zip(sources, panels, strict=True) for row in _rows(source, panel)]
    names = await at.names(row.get(name) for row in rows for name in ("person_id", "enabler_id"))
    now = door.runtime.clock.now()
    told = sorted((_told(row, names, now) for row in rows), key=_urgency)
    counts = {code: sum(row["kind"] == code for row in told) for code in dict.fromkeys(row["kind"] for row in told)}
    shown = [row for row in told if kind is None or row["kind"] == kind]
    away = list({panel.room: panel for panel in panels if panel.away}.values())
    return page(
        "boards_inbox.html", **at.frame("inbox"), rows=shown, counts=counts, kind=kind, away=away, said=said,
        table=_table(shown), all=len(told), cut=any(_cut(panel) for panel in panels),
    )  # fmt: skip


async def _panel(at: Entered, source: Source) -> Panel:
    limit = {} if source.path == "/v1/case-due-list" else {"limit": MANY}
    return await at.panel(source.room, source.path, **source.asked, **limit)


def _rows(source: Source, panel: Panel) -> Iterable[Json]:
    found = (source.read(row) for row in items(panel))
    return [row | {"room": source.room} for row in found if row is not None]


def _cut(panel: Panel) -> bool:
    return isinstance(panel.items, dict) and bool(panel.items.get("next"))


def _told(row: Json, names: dict[str, str], now: datetime) -> Json:
    """With the moment at which it is late: a day lasts until its end (UTC), which is late for nobody who is on time."""
    due = row["due"]
    moment = None
    if due is not None:
        plain = len(str(due)) == len("2026-01-01")
        moment = datetime.combine(date.fromisoformat(due), time.max, ZoneInfo("UTC")) if plain else words.moment(due)
    overdue = row["overdue"] if row["overdue"] is not None else moment is not None and moment < now
    who = names.get(str(row.get("person_id")) if row.get("person_id") else str(row.get("enabler_id")))
    return row | {"moment": moment, "overdue": overdue, "who": who, "day_only": due is not None and len(str(due)) == 10}


def _urgency(row: Json) -> tuple[Any, ...]:
    """Late ones first, then by when they are due; what has no date comes last."""
    moment = row["moment"]
    return (not row["overdue"], moment is None, moment.timestamp() if moment else 0.0, row["kind"], row["href"])


def _table(rows: list[Json]) -> Table:
    columns = (
        Column("kind", _("What"), value=lambda row: said(row["kind"])),
        Column("who", _("Who")),
        Column("more", _("About")),
        Column("due", _("Until"), value=lambda row: row["due"]),
        Column("overdue", _("Late"), value=lambda row: _("late") if row["overdue"] else None),
    )
    return Table("inbox", _("What waits"), columns, rows)
