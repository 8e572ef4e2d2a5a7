"""Opportunities: search, list, one with slots, applicants and candidates; post, change, open, close, raise again."""

from dataclasses import replace
from typing import Any

from services.journeys.console.texts import N_
from services.journeys.console.work import finding
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    EVERYBODY,
    READERS,
    STAFF,
    Action,
    Box,
    Column,
    E,
    Family,
    Filter,
    H,
    Json,
    N,
    P,
    S,
    Section,
    View,
)
from services.journeys.console.work.loading import committees, enablers
from services.journeys.console.work.names import Names

ONE = "/v1/opportunities/{id}"
OWNERS = frozenset({E, H})
PRODUCTS = options("volunteer", "talent", "teacher")
OFFER = (
    Box("product", N_("Product"), "choice", PRODUCTS, required=True), Box("title", N_("Title"), required=True),
    Box("description", N_("Job description"), "long"), Box("field", N_("Field")),
    Box("city", N_("City")), Box("country", N_("Country"), required=True, hint=N_("Two letters: SE")),
    Box("zone", N_("Time zone"), required=True, hint=N_("Region and city: Europe/Stockholm")),
    Box("weekly_hours", N_("Hours a week"), "number", required=True), Box("pay", N_("Pay and benefits"), "long"),
    Box("accommodation", N_("Accommodation"), "long"), Box("arrival", N_("Arrival and pick-up"), "long"),
    Box("requirements", N_("Requirements"), "long"), Box("skills", N_("Skills"), "lines", hint=N_("One a line")),
    Box("languages", N_("Languages"), "lines", hint=N_("One a line, two letters: en")),
    Box("study_fields", N_("Fields of study"), "lines", hint=N_("One a line")),
    Box("selection_process", N_("Steps of the selection"), "lines", hint=N_("One a line")),
)  # fmt: skip
START, END = Box("start_on", N_("First day"), "date"), Box("end_on", N_("Last day"), "date")
OPENINGS = Box("openings", N_("Openings"), "number")
ANEW = tuple(replace(box, value=lambda item: None) for box in (START, END, OPENINGS))
CLOSES = Box("close_on", N_("Takes applications until"), "date")


def _status(*wanted: str) -> Any:
    return lambda item: item.get("status") in wanted


def _of_slot(**changes: Any) -> Json:
    return changes


ACTIONS = (
    Action("post", N_("Post an opportunity"), "POST", "/v1/opportunities", OWNERS,
           (Box("enabler_id", N_("Enabler"), "choice", enablers, required=True), *OFFER, OPENINGS, START, END,
            Box("status", N_("Open it"), "choice", (("open", N_("at once")),
                                                    ("draft", N_("later: keep it as a draft"))),
                required=True)),
           done=N_("Posted."), weight="main", matched=False, fresh=True),
    Action("apply", N_("Apply"), "POST", "/v1/applications", frozenset({P}),
           when=lambda item: item.get("status", "open") == "open" and item.get("openings", 1) > 0
           and not item.get("own_application_id"),
           matched=False, weight="main", done=N_("Applied. The opportunity manager answers as soon as possible."),
           body=lambda given, item: {"opportunity_id": item["id"]},
           after=lambda item, reply: f"/console/applications/{reply['id']}"),
    Action("open", N_("Open"), "POST", f"{ONE}/opening", OWNERS, when=_status("draft", "closed"),
           done=N_("Open: it takes applications."), weight="main"),
    Action("raise", N_("Raise again"), "POST", f"{ONE}/re-raise", OWNERS, ANEW,
           done=N_("Raised again."),
           sure=N_("A new opportunity with the same terms opens. Without dates it takes those of a year later."),
           when=_status("open", "closed"), matched=False, weight="main",
           after=lambda item, reply: f"/console/opportunities/{reply['id']}"),
    Action("change", N_("Change"), "PATCH", ONE, OWNERS, OFFER, _status("draft", "open"), N_("Changed."),
           sure=N_("Where terms change, approvals that stand on them lapse and both sides are told.")),
    Action("slot", N_("Add a slot"), "POST", f"{ONE}/slots", OWNERS, (replace(START, required=True),
        replace(END, required=True), CLOSES, OPENINGS),
           _status("draft", "open"), N_("The slot is added.")),
    Action("close", N_("Close"), "POST", f"{ONE}/closing", OWNERS, when=_status("open"), done=N_("Closed."),
           undo="open", sure=N_("It takes no more applications; those that are under way go on.")),
    Action("remove", N_("Remove"), "POST", f"{ONE}/removal", OWNERS, when=_status("draft", "closed"), weight="danger",
           done=N_("Removed."), sure=N_("It is gone from all lists. It can't be opened again.")),
    Action("change_slot", N_("Change"), "PATCH", "/v1/opportunities/{opportunity_id}/slots/{id}", OWNERS,
           (START, END, CLOSES, Box("capacity", N_("Places"), "number")), done=N_("The slot is changed.")),
    Action("close_slot", N_("Close"), "POST", "/v1/opportunities/{opportunity_id}/slots/{id}/closing", OWNERS,
           done=N_("The slot is closed."), sure=N_("It takes no more applications.")),
)  # fmt: skip


def _slots(reply: Any) -> list[Json]:
    """Slots are changed under the version of their opportunity."""
    return [{**slot, "opportunity_id": reply["id"], "version": reply["version"]} for slot in reply["slots"]]


COLUMNS = (
    Column("title", N_("Title")), Column("status", N_("Status"), "pill"), Column("product", N_("Product"), "code"),
    Column("enabler_id", N_("Enabler"), "enabler", EVERYBODY - {S}),
    Column("enabler_id", N_("Enabler"), "named", frozenset({S})), Column("city", N_("City")),
    Column("country", N_("Country"), "country"),
    Column("start_on", N_("First day"), "day"), Column("end_on", N_("Last day"), "day"),
    Column("openings", N_("Openings"), "number"),
)  # fmt: skip
OWN = Column("own_application_id", N_("Your application"), "application", frozenset({P}))
AT = "/console/opportunities/{id}"


def _first(name: str, label: str) -> Column:
    """Of the first slot that still takes applications."""
    return Column(name, label, "day", value=lambda row: row["slots"][0][name] if row["slots"] else None)


VIEWS = (
    View("opportunities", N_("Opportunities"), N_("What is offered, the newest change first."), READERS | OWNERS,
         "/v1/opportunities", COLUMNS,
         (Filter("status", N_("Status"), options=options("open", "draft", "closed", "removed")),
          Filter("product", N_("Product"), options=PRODUCTS), Filter("country", N_("Country"), "text"),
          Filter("entity_id", N_("Committee"), options=committees, roles=READERS)),
         {"sort": "newest"}, ("open", "raise", "close"), ("post",), one=AT,
         whose={H: "entity_id", N: "entity_id", E: "enabler_id"},
         section="work", icon="company",
         empty=(N_("No opportunity yet"), N_("Post the first one: the job description, the dates, the openings."))),
    View("search", N_("Find an opportunity"), N_("Search in what is open now."), EVERYBODY, "/v1/opportunities/search",
         (*(one for one in COLUMNS if one.name not in ("status", "start_on", "end_on")),
          _first("start_on", N_("First day")), _first("end_on", N_("Last day")), Column("pay", N_("Pay and benefits")),
          OWN),
         (Filter("text", N_("Words"), "text"), Filter("product", N_("Product"), options=PRODUCTS),
          Filter("country", N_("Country"), "text"), Filter("language", N_("Language"), "text"),
          Filter("start_from", N_("Starts from"), "date"), Filter("start_to", N_("Starts until"), "date"),
          Filter("entity_id", N_("Committee"), options=committees)), rows=("apply",), one=AT,
         section="work", icon="search", empty=(N_("Nothing fits"), N_("Take a word or a filter away."))),
)  # fmt: skip
FACTS = (
    OWN, *COLUMNS[1:], Column("hosting_entity_id", N_("Hosting entity"), "entity"),
    Column("field", N_("Field"), "code"), Column("zone", N_("Time zone")),
    Column("weekly_hours", N_("Hours a week"), "number"),
    Column("description", N_("Job description"), "long"), Column("pay", N_("Pay and benefits"), "long"),
    Column("accommodation", N_("Accommodation"), "long"), Column("arrival", N_("Arrival and pick-up"), "long"),
    Column("requirements", N_("Requirements"), "long"), Column("skills", N_("Skills"), "codes"),
    Column("languages", N_("Languages"), "codes"), Column("study_fields", N_("Fields of study"), "codes"),
    Column("selection_process", N_("Steps of the selection"), "codes"), Column("posted_at", N_("Posted"), "moment"),
    Column("raised_from", N_("Raised from"), "opportunity"),
)  # fmt: skip
SECTIONS = (
    Section("slots", N_("Slots"), "applications", ONE,
            (Column("start_on", N_("First day"), "day"), Column("end_on", N_("Last day"), "day"),
             Column("close_on", N_("Takes applications until"), "day"), Column("capacity", N_("Places"), "number"),
             Column("openings", N_("Openings"), "number")), items=_slots, rows=("change_slot", "close_slot")),
    Section("applicants", N_("Applicants"), "applications", "/v1/applications",
            (Column("id", N_("Application"), "application"), Column("person_id", N_("Person"), "person"),
             Column("status", N_("Status"), "pill"), Column("submitted_at", N_("Sent"), "moment")),
            roles=READERS | {E}, params={"opportunity_id": "{id}"}, empty=N_("Nobody has applied yet.")),
    Section("candidates", N_("Who would fit"), "scoring", f"{ONE}/candidates",
            (Column("person_id", N_("Person"), "person"), Column("probability", N_("Both say yes"), "percent"),
             Column("study_field", N_("Field of study"), "code"), Column("skills", N_("Skills"), "codes"),
             Column("available_from", N_("From"), "day"), Column("available_to", N_("To"), "day"),
             Column("why", N_("Why"), "told", value=lambda row: [one["text"] for one in row["accepts"]["reasons"]])),
            roles=STAFF | {E}, items=lambda reply: list(reply["candidates"]), key="person_id",
            empty=N_("Nobody who is looking fits.")),
)  # fmt: skip


def _headline(item: Json, names: Names) -> str:
    return str(item["title"])


FAMILY = Family(
    "opportunities",
    "applications",
    N_("Opportunity"),
    EVERYBODY,
    (*VIEWS, finding.MATCHES),
    ONE,
    _headline,
    FACTS,
    SECTIONS,
    ACTIONS,
)
