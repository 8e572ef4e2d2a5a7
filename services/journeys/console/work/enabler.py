"""The enabler's own lists: who applied, who arrives and is here; and saying whom one wants.

The opportunity manager accepts and rejects; an enabler tells the committee, in writing, whom it wants.
"""

from typing import Any

from services.journeys.console.texts import N_, _
from services.journeys.console.work.declare import Action, Box, Column, E, Json, View

LIVE = ("open", "accepted", "in_progress")
HERE = ("approved", "realized")
PERSON = Column("person_id", N_("Person"), "person")
OPPORTUNITY = Column("opportunity_id", N_("Opportunity"), "opportunity")
STATUS = Column("status", N_("Status"), "pill")
STARTS, ENDS = Column("start_on", N_("First day"), "day"), Column("end_on", N_("Last day"), "day")
AT = "/console/applications/{id}"


def _of(*statuses: str) -> Any:
    return lambda reply: [one for one in reply["items"] if one["status"] in statuses]


def _told(wish: str) -> Any:
    """A question to the committee about this application."""

    def body(given: Json, item: Json) -> Json:
        return {"subject": _(wish), "text": given["text"], "application_id": item["id"]}

    return body


def _say(code: str, label: str, words: str, weight: str) -> Action:
    return Action(
        code, label, "POST", "/v1/questions", frozenset({E}),
        (Box("text", N_("To the committee"), "long", required=True, value=lambda item: _(words)),),
        lambda item: item.get("status") in LIVE, N_("Your committee was told. It decides with you."), weight=weight,
        matched=False, room="notifications", body=_told(label),
    )  # fmt: skip


ACTIONS = (
    _say("want", N_("We want this one"), N_("We would like to take this candidate."), "main"),
    _say("refuse", N_("Not this one"), N_("We don't want to take this candidate, because "), "plain"),
    Action("ask", N_("Ask the committee"), "POST", "/v1/questions", frozenset({E}),
           (Box("subject", N_("About"), required=True, value=lambda item: None),
            Box("text", N_("Question"), "long", required=True)), matched=False, room="notifications",
           done=N_("Asked: the committee answers here and by mail."),
           body=lambda given, item: {**given, **({"application_id": item["id"]} if "id" in item else {})}),
)  # fmt: skip
VIEWS = (
    View("applicants", N_("Applicants"), N_("Who wants to come. Tell your committee whom you want."), frozenset({E}),
         "/v1/applications", (PERSON, OPPORTUNITY, STATUS, STARTS, Column("submitted_at", N_("Sent"), "moment")),
         fixed={"sort": "newest"}, rows=("want", "refuse"), items=_of(*LIVE), one=AT, section="work", icon="people",
         empty=(N_("Nobody has applied yet"), N_("Applications to your opportunities appear here."))),
    View("interns", N_("Interns"), N_("Who arrives and who is here, by the first day."), frozenset({E}),
         "/v1/applications", (PERSON, STATUS, STARTS, ENDS, OPPORTUNITY), fixed={"sort": "start"},
         rows=("dossier_work",), items=_of(*HERE), one=AT, section="work", icon="person",
         empty=(N_("Nobody is on the way"), N_("Approved interns appear here."))),
)  # fmt: skip
