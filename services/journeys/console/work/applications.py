"""Applications: lists by what is to be done, one application on one page with both sides, every move as an action."""

from typing import Any

from services.journeys.console.heard import heard
from services.journeys.console.texts import N_, _
from services.journeys.console.work import dossier, enabler, papers, participant, requirements
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    EVERYBODY,
    READERS,
    STAFF,
    A,
    Action,
    Box,
    Bulk,
    Column,
    E,
    Family,
    Filter,
    H,
    Json,
    N,
    Outcome,
    P,
    S,
    Section,
    View,
)
from services.journeys.console.work.loading import committees
from services.journeys.console.work.names import Names

ONE = "/v1/applications/{id}"
STATUSES = options(
    "open", "accepted", "in_progress", "approved", "realized", "completed", "rejected", "withdrawn", "declined",
    "approval_broken", "realization_broken",
)  # fmt: skip
PRODUCTS = options("volunteer", "talent", "teacher")
REJECTION = options(
    "profile", "background", "skills", "experience", "language", "citizenship", "timeline", "ep_unresponsive",
    "position_filled", "partner_unresponsive", "organisation_unresponsive", "project_cancelled",
)  # fmt: skip
TERMS = Box("terms", "", "hidden")
START = Box("start_on", N_("First day"), "date", required=True)
END = Box("end_on", N_("Last day"), "date", required=True)


def may(move: str) -> Any:
    """Whether the room offers this move now: as `GET …/moves` says, in lists as far as status and role tell."""

    def offered(item: Json) -> bool:
        if "moves" in item:
            return any(one["move"] == move and one["possible"] for one in item["moves"]["moves"])
        return move in item.get("possible_moves", (move,))

    return offered


def _why(*reasons: str) -> Box:
    return Box("reason", N_("Reason"), "choice", options(*reasons), required=True)


def _move(code: str, route: str, roles: str, label: str, done: str, *boxes: Box, **more: Any) -> Action:
    known = {"P": P, "E": E, "S": S, "H": H}
    whose = frozenset(known[letter] for letter in roles)
    return Action(
        code, label, "POST", f"{ONE}/{route}", whose, boxes, may(more.pop("move", code)), done, **more
    )  # fmt: skip


MOVES = (
    _move("accept", "acceptance", "H", N_("Accept"), N_("Accepted. The EP is asked to sign the acceptance note."),
          weight="main"),
    _move("approve", "approval", "SH", N_("Approve"), N_("Approved for your side."), TERMS, weight="main",
          shows=("terms", "agreements", "requirements"),
          sure=N_("Your side approves exactly the terms that stand on this page. When they change, it lapses.")),
    _move("realize", "realization", "H", N_("Realized"), N_("Realized: the first day of work has happened."),
          weight="main"),
    _move("sign", "acceptance-note", "P", N_("Sign the acceptance note"), N_("Signed."), TERMS, weight="main",
          shows=("terms", "agreements"),
          sure=N_("You sign for exactly the terms that stand on this page.")),
    _move("reinstate", "reinstatement", "SH", N_("Reinstate"), N_("Reinstated: both sides are to approve again."),
          sure=N_("Both sides are to approve again, on the terms that stand today.")),
    _move("unreject", "un-rejection", "H", N_("Take the rejection back"), N_("The application is open again."),
          sure=N_("The application is open again, as if it had just been sent.")),
    _move("reopen", "reopening", "P", N_("Open again"), N_("The application is open again."),
          sure=N_("The application is open again, as if it had just been sent.")),
    _move("postpone", "postponement", "H", N_("Postpone"), N_("Postponed: all that hangs on the dates moves."),
          START, END),
    _move("extend", "extension", "H", N_("Extend"), N_("Extended."), END),
    _move("finish_early", "early-finish", "H", N_("Finish early"), N_("The last day is set."), END),
    _move("reject", "rejection", "H", N_("Reject"), N_("Rejected."),
          Box("reason", N_("Reason"), "choice", REJECTION, required=True), weight="danger", undo="unreject"),
    _move("withdraw", "withdrawal", "P", N_("Withdraw"), N_("Withdrawn."),
          _why("own_wish", "other_offer", "no_answer", "studies", "health", "family", "costs"),
          weight="danger", undo="reopen"),
    _move("decline", "refusal", "P", N_("Decline"), N_("Declined."),
          _why("other_offer", "terms", "dates", "costs", "health", "family", "own_wish"),
          weight="danger", undo="reopen"),
    _move("break_note", "acceptance-note-break", "SH", N_("Break the acceptance note"), N_("The note is broken."),
          _why("an_broken", "ep_unresponsive", "fee_unpaid", "contract_not_signed", "papers_incomplete",
               "partner_cancelled", "project_cancelled"), weight="danger"),
    _move("break_approval", "approval-break", "HPS", N_("Break the approval"), N_("The approval is broken."),
          _why("papers_late", "death_in_family", "serious_illness", "official_emergency", "own_wish", "other_offer",
               "visa_refused", "ep_unresponsive", "not_arrived", "partner_cancelled", "project_cancelled"),
          Box("proof", N_("Proof"), "text",
              hint=N_("Where the proof is kept; the four reasons with a refund need one")),
          weight="danger"),
    _move("break_realization", "realization-break", "SH", N_("Break the realization"),
          N_("The realization is broken."),
          _why("working_conditions", "job_description", "accommodation", "safety", "health", "family", "conduct",
               "papers", "official_emergency", "own_wish", "partner_cancelled"), weight="danger"),
    Action("actual_dates", N_("Record the actual dates"), "PUT", f"{ONE}/actual-dates", frozenset({H}),
           (Box("start_on", N_("First day, as it was"), "date", required=True,
                value=lambda item: item.get("actual_start_on") or item.get("start_on")),
            Box("end_on", N_("Last day, as it was"), "date", value=lambda item: item.get("actual_end_on"))),
           lambda item: item.get("status") in ("realized", "completed"), N_("The actual dates are recorded.")),
)  # fmt: skip
GOALS = Action(
    "goals", N_("Write responsibilities and goals"), "PUT", "/v1/applications/{application_id}/goals",
    frozenset({E, H, P, S}),
    (Box("responsibilities", N_("Responsibilities"), "lines", hint=N_("One a line")),
     Box("goals", N_("Goals"), "lines", hint=N_("One a line")), Box("feedback", N_("Feedback"), "long"),
     Box("agreed_on", N_("Agreed on"), "date")),
    done=N_("Written down."), room="notifications",
)  # fmt: skip


def _headline(item: Json, names: Names) -> str:
    who, what = names.get(item["person_id"]), names.get(item["opportunity_id"])
    return f"{who or _('name unknown')} · {what or _('Opportunity')}"


def _approvals(item: Json) -> str:
    given = [_("sending side")] * item["sending_approved"] + [_("hosting side")] * item["hosting_approved"]
    return ", ".join(given)


def _outcomes(reply: Any) -> list[Outcome]:
    """Row by row what became of it; a refusal in the room's own words."""
    return [
        Outcome(one["id"], one["done"], heard((one.get("problem") or {}).get("detail") or "")) for one in reply["items"]
    ]  # fmt: skip


def _many(move: str) -> Any:
    def body(rows: list[Json], given: Json) -> Json:
        items = [{"id": row["id"], "version": row["version"]} for row in rows]
        return {"move": move, "mode": "report", "items": items, **given}

    return body


BULK = (
    Bulk("accept", N_("Accept the ticked"), "/v1/applications/bulk", frozenset({H}), _many("accept"), _outcomes,
         weight="main"),
    Bulk("reject", N_("Reject the ticked"), "/v1/applications/bulk", frozenset({H}), _many("reject"), _outcomes,
         (Box("reason", N_("Reason"), "choice", REJECTION),), weight="danger"),
)  # fmt: skip

STATUS = Column("status", N_("Status"), "pill")
PERSON = Column("person_id", N_("Person"), "person")
OPPORTUNITY = Column("opportunity_id", N_("Opportunity"), "opportunity")
SENDING = Column("sending_entity_id", N_("Sending entity"), "entity")
HOSTING = Column("hosting_entity_id", N_("Hosting entity"), "entity")
STARTS, ENDS = Column("start_on", N_("First day"), "day"), Column("end_on", N_("Last day"), "day")
AT = "/console/applications/{id}"
EMPTY = (N_("No application fits"), N_("Take a filter away, or wait until somebody applies."))


def _waiting(reply: Any) -> list[Json]:
    """The lines of the inbox as the applications that they are about."""
    return [{**line, "id": line["application_id"]} for line in reply["items"]]


def _inbox(code: str, title: str, lead: str, roles: str, kind: str | None, *rows: str, **more: Any) -> View:
    known = {"S": S, "H": H, "N": N, "E": E}
    columns = (PERSON, OPPORTUNITY, STATUS, *more.pop("columns", ()), Column("product", N_("Product"), "code"),
               Column("since", N_("Waits since"), "day"), Column("due_on", N_("Due"), "day"),
               Column("days_waiting", N_("Days"), "number"))  # fmt: skip
    fixed = {"kind": kind} if kind else {}
    whose = frozenset(known[letter] for letter in roles)
    overdue = Filter("overdue", N_("Only overdue"), "yes")
    return View(code, title, lead, whose, "/v1/inbox", columns, more.pop("filters", (overdue,)),
                {**fixed, **more.pop("fixed", {})}, rows, items=_waiting, one=AT, **more)  # fmt: skip


VIEWS = (
    View(
        "applications", N_("Applications"), N_("All applications of your committees, the newest change first."),
        READERS, "/v1/applications",
        (PERSON, OPPORTUNITY, STATUS, Column("product", N_("Product"), "code"), STARTS, ENDS, SENDING, HOSTING),
        (Filter("status", N_("Status"), options=STATUSES), Filter("product", N_("Product"), options=PRODUCTS),
         Filter("entity_id", N_("Committee"), options=committees),
         Filter("start_from", N_("Starts from"), "date"), Filter("start_to", N_("Starts until"), "date"),
         Filter("sort", N_("Order"), options=(("newest", N_("Newest change first")), ("start", N_("By first day"))))),
        {"sort": "newest"}, one=AT, empty=EMPTY, section="work",
    ),
    _inbox("candidates", N_("New applications"), N_("Accept or reject: who waits longest comes first."), "H", "answer",
           "accept", "reject_as_told", "reject", bulk=BULK, columns=(enabler.SAID, enabler.BECAUSE),
           empty=(N_("No application waits"), N_("New ones appear here as soon as somebody applies."))),
    _inbox("approvals", N_("To approve"), N_("Both sides approve the terms that the EP has signed."), "SH", "approve",
           "approve", empty=(N_("Nobody waits for an approval"), N_("Who signs the acceptance note appears here."))),
    _inbox("beginning", N_("First days of work"), N_("Stays that have begun and are not marked as realized."), "H",
           "realize", "realize", empty=(N_("Nobody begins"), N_("Stays appear here on their first day."))),
    _inbox("overdue", N_("Overdue"), N_("What waits for longer than it should, at your committees."), "SHN", None,
           filters=(Filter("kind", N_("What waits"), options=options("answer", "sign", "approve", "realize",
                                                                     "requirement")),),
           fixed={"overdue": True},
           empty=(N_("Nothing is overdue"), N_("All that waits at your committees is in time."))),
    View(
        "arriving", N_("Who arrives"), N_("Approved stays by their first day: pick-up, room, buddy and workplace."),
        frozenset({H, S, N}), "/v1/applications",
        (PERSON, OPPORTUNITY, STARTS, ENDS, SENDING, HOSTING),
        (Filter("start_from", N_("Starts from"), "date"), Filter("start_to", N_("Starts until"), "date")),
        {"status": "approved", "sort": "start"}, ("dossier_host", "dossier_send"), one=AT,
        empty=(N_("Nobody is on the way"), N_("Approved applications appear here.")),
    ),
    View(
        "staying", N_("Who is here"), N_("Stays that have begun, by their first day."), frozenset({H, S, N}),
        "/v1/applications", (PERSON, OPPORTUNITY, STARTS, ENDS, SENDING, HOSTING), (),
        {"status": "realized", "sort": "start"}, one=AT,
        empty=(N_("Nobody is on a stay"), N_("Realized applications appear here.")),
    ),
)  # fmt: skip

FACTS = (
    STATUS, PERSON, OPPORTUNITY, Column("enabler_id", N_("Enabler"), "enabler"),
    Column("product", N_("Product"), "code"), STARTS, ENDS,
    Column("actual_start_on", N_("First day, as it was"), "day"),
    Column("actual_end_on", N_("Last day, as it was"), "day"), SENDING, HOSTING,
    Column("approved_by", N_("Approved by"), value=_approvals), Column("reason", N_("Reason"), "code"),
    enabler.SAID, enabler.BECAUSE, Column("open_cases", N_("Open cases"), "number", READERS),
    Column("submitted_at", N_("Sent"), "moment"),
    Column("refund", N_("Refund"), "yes", READERS),
)  # fmt: skip


def _in_the_way(reply: Any) -> list[Json]:
    """The moves that this role may make, and what keeps each from being made now."""
    return [
        one for one in reply["moves"] if not one["possible"] and one["code"] not in ("illegal-move", "forbidden", None)
    ]  # fmt: skip


def _changes(reply: Any) -> list[Json]:
    return [{**one, "changed": ", ".join(change["name"] for change in one["changes"])} for one in reply["agreements"]]


SECTIONS = (
    Section("way", N_("What stands in the way"), "applications", f"{ONE}/moves",
            (Column("move", N_("Move"), "code"), Column("why_not", N_("Why not now"), "told")), items=_in_the_way,
            empty=N_("Nothing stands in the way of a move.")),
    Section("requirements", N_("Requirements"), "applications", f"{ONE}/requirements",
            (Column("kind", N_("Requirement"), "code"), Column("owner", N_("Whose"), "code"),
             Column("due_on", N_("Due"), "day"), Column("state", N_("State"), "pill"), Column("late", N_("Late"),
                 "yes"),
             Column("reason", N_("Reason"))),
            rows=("record_requirement", "waive_requirement", "reopen_requirement"), key="kind",
            empty=N_("Requirements open with the moves of the application.")),
    Section("terms", N_("Terms"), "applications", f"{ONE}/terms",
            facts=(Column("stated.title", N_("Title")), Column("stated.start_on", N_("First day"), "day"),
                   Column("stated.end_on", N_("Last day"), "day"),
                   Column("stated.weekly_hours", N_("Hours a week"), "number"),
                   Column("stated.pay", N_("Pay and benefits"), "long"),
                   Column("stated.accommodation", N_("Accommodation"), "long"),
                   Column("stated.description", N_("Job description"), "long"))),
    Section("agreements", N_("Who agreed to the terms"), "applications", f"{ONE}/terms",
            (Column("who", N_("Who"), "code"), Column("stands", N_("Agrees to what stands"), "yes"),
             Column("changed", N_("What changed since"))), items=_changes),
    Section("dossier", N_("Arrival, pick-up, housing, workplace"), "applications", f"{ONE}/dossier",
            facts=dossier.FACTS, actions=dossier.ACTIONS_OF_THE_SECTION),
    dossier.PAST,
    Section("preflight", N_("What is sent next, and what it lacks"), "notifications", f"{ONE}/preflight",
            (Column("title", N_("Touchpoint"), "told"), Column("due_at", N_("Due"), "moment"),
             Column("state", N_("State"), "pill"), Column("ready", N_("Complete"), "yes"),
             Column("lacks", N_("Lacks"), "codes", value=lambda row: [one["fact"] for one in row["missing"]])),
            roles=STAFF | {A}, items=lambda reply: list(reply["items"]), key="touchpoint_id",
            empty=N_("Touchpoints get their dates with the approval.")),
    papers.OF_APPLICATION,
    Section("goals", N_("Responsibilities and goals"), "notifications", f"{ONE}/goals",
            facts=(Column("responsibilities", N_("Responsibilities"), "lines"), Column("goals", N_("Goals"), "lines"),
                   Column("feedback", N_("Feedback"), "long"), Column("agreed_on", N_("Agreed on"), "day")),
            actions=("goals",)),
    Section("standards", N_("Standards"), "notifications", "/v1/experiences/{id}/standards",
            (Column("number", N_("No.")), Column("standard", N_("Standard"), "code"),
             Column("delivered_by", N_("Delivered by"), "codes"), Column("due_on", N_("Due"), "day"),
             Column("state", N_("State"), "pill"), Column("conflict", N_("Conflict"), "yes")),
            items=lambda reply: list(reply["standards"]), key="standard",
            empty=N_("The standards open with the approval.")),
    Section("risk", N_("How the stay goes"), "scoring", f"{ONE}/risk",
            facts=(Column("level", N_("Level"), "pill"), Column("risk", N_("Chance of a case or detractor"),
                "percent"),
                   Column("low", N_("From"), "percent"), Column("high", N_("To"), "percent"),
                   Column("abstains", N_("No figure, because")),
                   Column("reasons", N_("Reasons"), "told",
                          value=lambda item: [one["text"] for one in item["reasons"]])),
            roles=READERS),
    Section("cases", N_("Quality cases"), "surveys", "/v1/cases",
            (Column("cause", N_("Cause"), "code"), Column("state", N_("State"), "pill"),
             Column("opened_at", N_("Opened"), "moment")), roles=READERS, params={"application_id": "{id}"},
            empty=N_("No case: nobody reported a problem.")),
    Section("tasks", N_("Tasks"), "notifications", "/v1/tasks",
            (Column("title", N_("Task"), "told"), Column("side", N_("Side"), "code"),
             Column("due_on", N_("Due"), "day"), Column("state", N_("State"), "pill")),
            roles=READERS, params={"application_id": "{id}"}),
    Section("history", N_("History"), "applications", f"{ONE}/history",
            (Column("at", N_("When"), "moment"), Column("action", N_("What"), "code"), Column("role", N_("Who"),
                "code"),
             Column("reason", N_("Why"), "code")), roles=READERS),
)  # fmt: skip

REPORT = Action(
    "report", N_("Report a problem"), "POST", "/v1/cases", frozenset({E, H, N, S}),
    (Box("report", N_("What went wrong, and what proves it"), "long", required=True),),
    done=N_("Reported: both committees are to answer within a day."), room="surveys", matched=False,
    body=lambda given, item: {**given, "application_id": item["id"]},
)  # fmt: skip

FAMILY = Family(
    "applications", "applications", N_("Application"), EVERYBODY, (*VIEWS, requirements.VIEW, *enabler.VIEWS,
        *participant.VIEWS), ONE,
    _headline, FACTS, SECTIONS,
    (*MOVES, *enabler.ACTIONS, REPORT, *requirements.ACTIONS, GOALS, *dossier.ACTIONS),
    {"moves": ("applications", f"{ONE}/moves")},
)  # fmt: skip
