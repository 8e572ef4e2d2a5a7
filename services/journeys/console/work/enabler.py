"""The enabler's own lists: who applied, who arrives and is here; and saying whom one wants.

The opportunity manager accepts and rejects, with the enabler's word before them.
"""

from typing import Any

from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import READERS, Action, Box, Column, E, H, View

LIVE = ("open", "accepted", "in_progress")
HERE = ("approved", "realized")
PERSON = Column("person_id", N_("Person"), "person")
OPPORTUNITY = Column("opportunity_id", N_("Opportunity"), "opportunity")
STATUS = Column("status", N_("Status"), "pill")
STARTS, ENDS = Column("start_on", N_("First day"), "day"), Column("end_on", N_("Last day"), "day")
AT = "/console/applications/{id}"


def _of(*statuses: str) -> Any:
    return lambda reply: [one for one in reply["items"] if one["status"] in statuses]


VERDICT = "/v1/applications/{id}/verdict"
REFUSALS = options(
    "profile", "background", "skills", "experience", "language", "citizenship", "timeline", "position_filled",
    "project_cancelled",
)  # fmt: skip
SAID = Column("verdict", N_("The enabler says"), "pill", READERS | {E})
BECAUSE = Column("verdict_reason", N_("Because"), "code", READERS | {E})


def _unless(verdict: str | None) -> Any:
    """While its word counts, and it isn't this one already."""
    return lambda item: item.get("status") in LIVE and item.get("verdict") != verdict


def _say(code: str, label: str, verdict: str | None, done: str, *boxes: Box, **more: Any) -> Action:
    return Action(code, label, "POST", VERDICT, frozenset({E}), boxes, _unless(verdict), done,
                  fixed={"verdict": verdict}, **more)  # fmt: skip


ACTIONS = (
    _say("want", N_("We want this one"), "wanted", N_("Your committee sees it and answers the candidate."),
         weight="main", undo="unsay"),
    _say("shortlist", N_("Shortlist"), "shortlisted", N_("Shortlisted."), undo="unsay"),
    _say("refuse", N_("Not for us"), "refused", N_("Your committee sees it and answers the candidate."),
         Box("reason", N_("Reason"), "choice", REFUSALS, required=True), undo="unsay"),
    _say("unsay", N_("Undecided after all"), None, N_("Your word is taken back.")),
    Action("judge", N_("Write down what the enabler says"), "POST", VERDICT, frozenset({H}),
           (Box("verdict", N_("The enabler says"), "choice", options("shortlisted", "wanted", "refused"),
                required=True),
            Box("reason", N_("Reason, for a no"), "choice", REFUSALS, value=lambda item: item.get("verdict_reason"))),
           lambda item: item.get("status") in LIVE, N_("Written down.")),
    Action("reject_as_told", N_("Reject, as the enabler says"), "POST", "/v1/applications/{id}/rejection",
           frozenset({H}), when=lambda item: item.get("verdict") == "refused" and item["status"] in LIVE[:2],
           done=N_("Rejected."), weight="danger", undo="unreject",
           body=lambda given, item: {"reason": item["verdict_reason"]}),
    Action("ask", N_("Ask the committee"), "POST", "/v1/questions", frozenset({E}),
           (Box("subject", N_("About"), required=True, value=lambda item: None),
            Box("text", N_("Question"), "long", required=True)), matched=False, room="notifications",
           done=N_("Asked: the committee answers here and by mail."),
           body=lambda given, item: {**given, **({"application_id": item["id"]} if "id" in item else {})}),
)  # fmt: skip
VIEWS = (
    View("applicants", N_("Applicants"), N_("Who wants to come. Tell your committee whom you want."), frozenset({E}),
         "/v1/applications",
         (PERSON, OPPORTUNITY, SAID, BECAUSE, STATUS, STARTS, Column("submitted_at", N_("Sent"), "moment")),
         fixed={"sort": "newest"}, rows=("want", "shortlist", "refuse"), items=_of(*LIVE), one=AT,
         section="work", icon="people",
         empty=(N_("Nobody has applied yet"), N_("Applications to your opportunities appear here."))),
    View("interns", N_("Interns"), N_("Who arrives and who is here, by the first day."), frozenset({E}),
         "/v1/applications", (PERSON, STATUS, STARTS, ENDS, OPPORTUNITY), fixed={"sort": "start"},
         rows=("dossier_work",), items=_of(*HERE), one=AT, section="work", icon="person",
         empty=(N_("Nobody is on the way"), N_("Approved interns appear here."))),
)  # fmt: skip
