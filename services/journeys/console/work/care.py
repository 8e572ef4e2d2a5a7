"""Looking after people: tasks, questions with their files, seminars with their seats."""

from typing import Any

from services.journeys.console.heard import heard
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    EVERYBODY,
    READERS,
    STAFF,
    Action,
    Box,
    Column,
    Family,
    Filter,
    Json,
    P,
    Section,
    View,
    in_state,
)
from services.journeys.console.work.loading import committees, members, own_committees
from services.journeys.console.work.names import Names

TASKS = Family(
    "tasks", "notifications", N_("Task"), READERS,
    (View("tasks", N_("Tasks"), N_("What people do for a customer: calls, interviews, pick-ups, seminars."), READERS,
          "/v1/tasks",
          (Column("title", N_("Task"), "told"), Column("person_id", N_("For"), "person"),
           Column("due_on", N_("Due"), "day"), Column("overdue", N_("Overdue"), "yes"),
           Column("side", N_("Side"), "code"), Column("member_id", N_("Taken by"), "member"),
           Column("state", N_("State"), "pill"), Column("entity_id", N_("Committee"), "entity")),
          (Filter("state", N_("State"), options=options("open", "done", "cancelled")),
           Filter("mine", N_("Only mine"), "yes"), Filter("overdue", N_("Only overdue"), "yes")), {"state": "open"},
          ("take", "tick", "undo"), one="/console/tasks/{id}",
          empty=(N_("No task is open"), N_("Tasks appear on the day when they are to be begun.")), section="work",
          icon="tasks"),),
    "/v1/tasks/{id}", lambda item, names: heard(str(item["title"])),
    (Column("state", N_("State"), "pill"), Column("person_id", N_("For"), "person"),
     Column("enabler_id", N_("Enabler"), "enabler"), Column("application_id", N_("Application"), "application"),
     Column("due_on", N_("Due"), "day"), Column("overdue", N_("Overdue"), "yes"), Column("side", N_("Side"), "code"),
     Column("member_id", N_("Taken by"), "member"), Column("missing", N_("Lacks"), "codes"),
     Column("escalated", N_("Told those above, times"), "number"), Column("done_at", N_("Done"), "moment"),
     Column("note", N_("Note"), "long"), Column("reason", N_("Reason"), "code"),
     Column("entity_id", N_("Committee"), "entity")), (),
    (Action("take", N_("Take"), "POST", "/v1/tasks/{id}/taking", STAFF,
            (Box("member_id", N_("Who does it"), "choice", members, hint=N_("Empty: I do")),),
            lambda item: item.get("state") == "open" and not item.get("taken_by"), N_("Taken.")),
     Action("tick", N_("Done"), "POST", "/v1/tasks/{id}/done", STAFF,
            (Box("note", N_("What came of it"), "long", required=True, value=lambda item: None),), in_state("open"),
            N_("Ticked: it counts as evidence."), weight="main", undo="undo"),
     Action("undo", N_("Not done after all"), "POST", "/v1/tasks/{id}/undo", STAFF, when=in_state("done"),
            done=N_("The task is open again."))),
)  # fmt: skip


def _messages(reply: Any) -> list[Json]:
    return [{**one, "words": one.get("whole") or one.get("shown")} for one in reply["messages"]]


def _files(reply: Any) -> list[Json]:
    """All files of the conversation; one that was refused, or forgotten, is named alone."""
    every = [file for message in reply["messages"] for file in message["files"]]
    where = f"{HOME}/files/questions/{reply['id']}"
    return [{**one, "file": f"{where}/{one['id']}" if one["sha256"] else None} for one in every]


QUESTIONS = Family(
    "questions", "notifications", N_("Question"), EVERYBODY,
    (View("questions", N_("Questions"), N_("What people asked, by mail or here; the most urgent first."), READERS,
          "/v1/questions",
          (Column("subject", N_("Question")), Column("person_id", N_("From"), "person"),
           Column("state", N_("State"), "pill"), Column("asked_at", N_("Asked"), "moment"),
           Column("due_at", N_("Answer until"), "moment"), Column("overdue", N_("Overdue"), "yes"),
           Column("assignee", N_("Given to")), Column("entity_id", N_("Committee"), "entity")),
          (Filter("state", N_("State"), options=options("open", "answered", "closed")),
           Filter("overdue", N_("Only overdue"), "yes"), Filter("unassigned", N_("Given to nobody"), "yes"),
           Filter("entity_id", N_("Committee"), options=committees)), {"state": "open"}, ("answer",),
          one="/console/questions/{id}",
          empty=(N_("No question is open"), N_("Answers to our mails and questions asked here arrive here.")),
          section="work", icon="question"),),
    "/v1/questions/{id}", lambda item, names: str(item["subject"] or item["ticket"]),
    (Column("ticket", N_("Ticket")), Column("state", N_("State"), "pill"), Column("person_id", N_("From"), "person"),
     Column("channel", N_("Channel"), "code"), Column("application_id", N_("Application"), "application"),
     Column("proven", N_("Sender proven"), "yes"), Column("asked_at", N_("Asked"), "moment"),
     Column("due_at", N_("Answer until"), "moment"), Column("assignee", N_("Given to")),
     Column("entity_id", N_("Committee"), "entity")),
    (Section("messages", N_("What was said"), "notifications", "/v1/questions/{id}",
             (Column("at", N_("When"), "moment"), Column("kind", N_("Kind"), "code"),
              Column("sender_name", N_("From")), Column("words", N_("Words"), "long")), items=_messages),
     Section("files", N_("Files"), "notifications", "/v1/questions/{id}",
             (Column("name", N_("Name")), Column("size", N_("Size"), "number"),
              Column("file", N_("File"), "road", words=N_("Save")), Column("reason", N_("Reason"), "code")),
             items=_files, empty=N_("Nothing was attached."))),
    (Action("answer", N_("Answer"), "POST", "/v1/questions/{id}/answers", STAFF,
            (Box("text", N_("Answer"), "long", required=True, value=lambda item: None),
             Box("close", N_("Close it with this answer"), "yes", value=lambda item: None)), in_state("open",
             "answered"),
            N_("Answered."), weight="main"),
     Action("assign", N_("Give to somebody"), "POST", "/v1/questions/{id}/assignment", STAFF,
            (Box("assignee", N_("To"), "choice", members),
             Box("side", N_("Side"), "choice", options("sending", "hosting"))), in_state("open", "answered"),
            N_("Given.")),
     Action("close", N_("Close"), "POST", "/v1/questions/{id}/closure", STAFF, when=in_state("open", "answered"),
            done=N_("Closed."), undo="reopen"),
     Action("reopen", N_("Open again"), "POST", "/v1/questions/{id}/reopening", STAFF, when=in_state("closed"),
            done=N_("Open again."))),
)  # fmt: skip

SESSION = (
    Box("title", N_("Title"), required=True), Box("about", N_("What it is about"), "long"),
    Box("local_start", N_("Begins"), "datetime-local", required=True),
    Box("local_end", N_("Ends"), "datetime-local", required=True),
    Box("zone", N_("Time zone"), required=True, hint=N_("Region and city: Europe/Stockholm")),
    Box("place", N_("Place")), Box("link", N_("Link"), "url"), Box("capacity", N_("Seats"), "number", required=True),
    Box("languages", N_("Languages"), "lines", hint=N_("One a line, two letters: en")),
    Box("covers_purpose", N_("The organisation's purpose is explained"), "yes"),
)  # fmt: skip


ANSWER = "/v1/sessions/{id}/answer"


def _title(item: Json, names: Names) -> str:
    return str(item["title"])


def _seated(*wanted: str) -> Any:
    """Whether the reader's own seat is one of these, while there is something to say about it."""
    return lambda item: item["state"] == "open" and (item.get("seat") or {}).get("state") in wanted


SESSIONS = Family(
    "sessions", "notifications", N_("Session"), EVERYBODY,
    (View("sessions", N_("Sessions"), N_("Preparation and re-integration seminars, with seats and presence."),
          EVERYBODY, "/v1/sessions",
          (Column("title", N_("Title")), Column("kind", N_("Kind"), "code"), Column("starts_at", N_("Begins"),
              "moment"),
           Column("place", N_("Place")), Column("capacity", N_("Seats"), "number"), Column("going", N_("Going"),
               "number"),
           Column("waiting", N_("Waiting"), "number"), Column("attended", N_("Were there"), "number"),
           Column("state", N_("State"), "pill")),
          (Filter("kind", N_("Kind"), options=options("ops", "ips", "lead", "reintegration")),
           Filter("state", N_("State"), options=options("draft", "open", "closed", "cancelled", "held")),
           Filter("entity_id", N_("Committee"), options=committees)), rows=("open",), new=("plan",),
          one="/console/sessions/{id}",
          empty=(N_("No session is planned"), N_("Plan the next seminar; who fits can be invited at once.")),
          section="work", icon="calendar"),),
    "/v1/sessions/{id}", _title,
    (Column("kind", N_("Kind"), "code"), Column("state", N_("State"), "pill"), Column("starts_at", N_("Begins"),
        "moment"),
     Column("ends_at", N_("Ends"), "moment"), Column("place", N_("Place")), Column("link", N_("Link"), "link"),
     Column("capacity", N_("Seats"), "number"), Column("invited", N_("Invited"), "number"),
     Column("going", N_("Going"), "number"), Column("waiting", N_("Waiting"), "number"),
     Column("attended", N_("Were there"), "number"), Column("check_in_code", N_("Code for checking in"), roles=STAFF),
     Column("about", N_("What it is about"), "long"), Column("entity_id", N_("Committee"), "entity"),
     Column("hosts", N_("Hosts"), "number", value=lambda item: len(item["hosts"])),
     Column("id", N_("For your calendar"), "road", value=lambda item: f"{HOME}/files/sessions/{item['id']}",
            words=N_("Save"))),
    (Section("seats", N_("Seats"), "notifications", "/v1/sessions/{id}/seats",
             (Column("person_id", N_("Person"), "person"), Column("state", N_("State"), "pill"),
              Column("attended_at", N_("Was there"), "moment"), Column("no_show", N_("Did not come"), "yes"),
              Column("application_id", N_("Application"), "application")), roles=READERS,
             rows=("present", "absent", "remove_seat"), empty=N_("Nobody is invited yet.")),),
    (Action("plan", N_("Plan a session"), "POST", "/v1/sessions", STAFF,
            (Box("kind", N_("Kind"), "choice", options("ops", "ips", "lead", "reintegration"), required=True),
             Box("entity_id", N_("Committee"), "choice", own_committees, required=True), *SESSION,
             Box("hosts", N_("Hosts"), "several", members)), done=N_("Planned."), weight="main", matched=False,
             fresh=True),
     Action("open", N_("Open"), "POST", "/v1/sessions/{id}/opening", STAFF, when=in_state("draft", "closed"),
            done=N_("Open: seats can be taken."), weight="main"),
     Action("invite", N_("Invite who fits"), "POST", "/v1/sessions/{id}/invitations", STAFF, when=in_state("open"),
            done=N_("Invited."), weight="main", matched=False, fixed={"fitting": True}),
     Action("change", N_("Change"), "PATCH", "/v1/sessions/{id}", STAFF, SESSION, in_state("draft", "open", "closed"),
            N_("Changed: who has a seat is told.")),
     Action("close", N_("Close"), "POST", "/v1/sessions/{id}/closing", STAFF, when=in_state("open"),
            done=N_("Closed: no more seats are given.")),
     Action("cancel", N_("Cancel the session"), "POST", "/v1/sessions/{id}/cancellation", STAFF,
            (Box("reason", N_("Why"), "choice",
                 options("host_unavailable", "place_unavailable", "too_few", "emergency", "other"), required=True),
             Box("note", N_("Note"), "long")), in_state("draft", "open", "closed"),
            N_("Cancelled: who has a seat is told."), weight="danger"),
     Action("present", N_("Was there"), "POST", "/v1/sessions/{session_id}/presence", STAFF,
            when=lambda row: row["state"] in ("going", "invited", "waiting") and not row["attended_at"],
            done=N_("Ticked: it counts as evidence."), weight="main", matched=False,
            body=lambda given, row: {"seat_ids": [row["id"]]}),
     Action("absent", N_("Wasn't there"), "POST", "/v1/sessions/{session_id}/seats/{id}/absence", STAFF,
            (Box("reason", N_("Why"), "choice", options("mistaken_identity", "wrong_session", "not_there",
                                                        "left_early"),
                 required=True),), lambda row: bool(row["attended_at"]), N_("The tick is taken back.")),
     Action("remove_seat", N_("Remove"), "POST", "/v1/sessions/{session_id}/seats/{id}/removal", STAFF,
            when=lambda row: row["state"] in ("invited", "going", "waiting") and not row["attended_at"],
            done=N_("The seat is free."), sure=N_("The seat goes to whoever waits first.")),
     Action("come", N_("I come"), "POST", ANSWER, frozenset({P}), when=_seated("invited", "declined"),
            done=N_("See you there."), weight="main", matched=False, body=lambda given, item: {"going": True}),
     Action("stay_away", N_("I can't come"), "POST", ANSWER, frozenset({P}),
            when=_seated("invited", "going", "waiting"), done=N_("Thank you for telling us."), matched=False,
            body=lambda given, item: {"going": False}),
     Action("check_in", N_("I am here"), "POST", "/v1/sessions/{id}/check-in", frozenset({P}),
            (Box("code", N_("Code"), required=True, hint=N_("It is shown in the room")),),
            when=_seated("going"), done=N_("You are checked in."), weight="main",
            matched=False)),
)  # fmt: skip
FAMILIES = (TASKS, QUESTIONS, SESSIONS)
