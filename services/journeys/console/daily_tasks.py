"""The daily tasks of each role: what home offers first, what the docs list and what a browser walks in the tests."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.journeys.console.texts import N_
from shared.access import Role

MOST_CLICKS = 3


@dataclass(frozen=True, slots=True)
class Daily:
    """One task. `at` is where its link on home leads; `clicks` are what is clicked from home on, links or buttons.

    `seen` is what the last page then says: the thing itself, or that it was done.
    `waits` names what home may count: a room and an address of its API whose `counts` or items say how much waits.
    `source` says where the task comes from.
    """

    code: str
    title: str
    at: str
    clicks: tuple[str, ...]
    seen: str
    source: str
    waits: tuple[str, str] | None = None


_EP = (
    Daily(
        "where-i-stand", N_("See where my applications stand and what happens next"), "/console/my-applications",
        (N_("See where my applications stand and what happens next"), N_("the application")),
        "Who agreed to the terms",
        "customer-flow: “looking for the answer from the opportunity managers”",
        ("applications", "/v1/inbox"),
    ),
    Daily(
        "apply", N_("Find an opportunity and apply"), "/console/search",
        (N_("Find an opportunity and apply"), N_("Apply")),
        "Applied.",
        "customer-flow: “going through lots of opportunities”, apply",
    ),
    Daily(
        "sign", N_("Sign the acceptance note, or decline"), "/console/my-applications",
        (N_("Sign the acceptance note, or decline"), N_("Sign the acceptance note"), N_("Sign the acceptance note")),
        "Signed.",
        "customer-flow: “decides which AN to sign”",
        ("applications", "/v1/inbox?kind=sign"),
    ),
    Daily(
        "prepare", N_("Read my documents and fill in what is asked before I leave"), "/console/requirements",
        (N_("Read my documents and fill in what is asked before I leave"), N_("Record"), N_("Save")),
        "Recorded.",
        "standards 1, 9, 12–14: documents in writing, acknowledged in writing",
    ),
    Daily(
        "answer", N_("Answer a survey, ask somebody, report a problem"), "/console/evaluations",
        (N_("Answer a survey, ask somebody, report a problem"), N_("Ask the committee"), N_("Save")),
        "Asked:",
        "customer-flow: “wants to give and receive feedback”; standards: complaints in writing",
    ),
)  # fmt: skip

_ENABLER = (
    Daily(
        "applicants", N_("Look at new applicants and say whom I want"), "/console/applicants",
        (N_("Look at new applicants and say whom I want"), N_("We want this one")),
        "Your committee sees it",
        "customer-flow, enabler: shortlists candidates, selects or rejects",
    ),
    Daily(
        "interns", N_("See who arrives and who is here"), "/console/interns",
        (N_("See who arrives and who is here"), N_("the intern")),
        "Responsibilities and goals",
        "customer-flow, enabler: introduction to the company, regular feedback",
    ),
    Daily(
        "opportunities", N_("Post, close or raise an opportunity again"), "/console/opportunities",
        (N_("Post, close or raise an opportunity again"), N_("Raise again"), N_("Raise again")),
        "Raised again.",
        "customer-flow, enabler: re-raises the opportunity",
    ),
    Daily(
        "evaluation", N_("Answer evaluations and surveys"), "/console/evaluations",
        (N_("Answer evaluations and surveys"), N_("Answer now")),
        "Open the survey",
        "customer-flow, enabler: experience evaluation",
        ("surveys", "/v1/invitations?state=delivered"),
    ),
    Daily(
        "committee", N_("Call the committee, ask it something or report a problem"), "/console/committee",
        (N_("Call the committee, ask it something or report a problem"), N_("Send")),
        "Asked:",
        "standards: complaints in writing; customer-flow: expectation setting, JD specification",
    ),
)  # fmt: skip

_SENDING = (
    Daily(
        "call", N_("Call the leads that were handed to us"), "/console/leads",
        (N_("Call the leads that were handed to us"), N_("Record the talk"), N_("Record the talk")),
        "The talk is recorded.",
        "customer-flow, SE: mandatory contact, interview, calling the EP",
        ("scoring", "/v1/hand-overs?state=open"),
    ),
    Daily(
        "approve", N_("Approve candidates who have signed, paid and have a contract"), "/console/approvals",
        (N_("Approve candidates who have signed, paid and have a contract"), N_("Approve"), N_("Approve")),
        "Approved for your side.",
        "customer-flow, SE: approves shortlisted EPs; payment and contract signing",
        ("applications", "/v1/inbox?kind=approve"),
    ),
    Daily(
        "requirements", N_("Record fees, contracts, insurance and other requirements"), "/console/requirements",
        (N_("Record fees, contracts, insurance and other requirements"), N_("Record"), N_("Save")),
        "Recorded.",
        "standards 1, 9, 12–14; before APPROVED: fee paid, contract signed",
        ("applications", "/v1/inbox?kind=requirement"),
    ),
    Daily(
        "tasks", N_("Do and tick today's tasks"), "/console/tasks",
        (N_("Do and tick today's tasks"), N_("Done"), N_("Done")),
        "Ticked:",
        "customer-flow, SE: constant follow-up (S&S 4, 6, 10, 11), seminars, documents",
        ("notifications", "/v1/tasks?state=open"),
    ),
    Daily(
        "questions", N_("Answer what EPs ask"), "/console/questions",
        (N_("Answer what EPs ask"), N_("Answer"), N_("Answer")),
        "Answered.",
        "customer-flow, SE: e-mail support, assistance whenever needed",
        ("notifications", "/v1/questions?state=open"),
    ),
)  # fmt: skip

_HOSTING = (
    Daily(
        "answer", N_("Accept or reject new applications"), "/console/candidates",
        (N_("Accept or reject new applications"), N_("Accept")),
        "Accepted.",
        "customer-flow, HE: shortlisting and rejecting applications",
        ("applications", "/v1/inbox?kind=answer"),
    ),
    Daily(
        "approve", N_("Approve candidates who have signed"), "/console/approvals",
        (N_("Approve candidates who have signed"), N_("Approve"), N_("Approve")),
        "Approved for your side.",
        "customer-flow, HE: approves shortlisted EPs",
        ("applications", "/v1/inbox?kind=approve"),
    ),
    Daily(
        "arrivals", N_("Prepare who arrives: pick-up, room, buddy, workplace"), "/console/arriving",
        (N_("Prepare who arrives: pick-up, room, buddy, workplace"), N_("Pick-up, housing, workplace"), N_("Save")),
        "Written down.",
        "customer-flow, HE: pick-up logistics, host family, buddy (S&S 2, 10)",
    ),
    Daily(
        "realize", N_("Mark interns as realized on their first day"), "/console/beginning",
        (N_("Mark interns as realized on their first day"), N_("Realized")),
        "Realized:",
        "customer-flow: the opportunity manager clicks Realized; S&S 7",
        ("applications", "/v1/inbox?kind=realize"),
    ),
    Daily(
        "tasks", N_("Do and tick today's tasks"), "/console/tasks",
        (N_("Do and tick today's tasks"), N_("Done"), N_("Done")),
        "Ticked:",
        "customer-flow, HE: first day, goals in writing, IPS, follow-up, departure (S&S 3, 7, 8, 15)",
        ("notifications", "/v1/tasks?state=open"),
    ),
)  # fmt: skip

_CASES = Daily(
    "cases", N_("See to quality cases that nobody has answered in time"), "/console/cases",
    (N_("See to quality cases that nobody has answered in time"), N_("the case"), N_("Send")),
    "The message is sent.",
    "standards: unresolved → control board of both countries",
    ("surveys", "/v1/cases?state=open"),
)  # fmt: skip
_FUNNEL = Daily(
    "funnel", N_("See where people are lost"), "/console/funnel",
    (N_("See where people are lost"), N_("the step")),
    "Why people are lost",
    "measuring: descriptive and diagnostic, each one click apart",
)  # fmt: skip
_STANDARDS = Daily(
    "standards", N_("See which standards are due, missed or in conflict"), "/console/standards",
    (N_("See which standards are due, missed or in conflict"), N_("the experience")),
    "What the EP was promised",
    "customer-flow, HE: evaluates which standards were kept; the sixteen standards",
)  # fmt: skip
_SCORES = Daily(
    "scores", N_("Compare the scores of the committees"), "/console/scores",
    (N_("Compare the scores of the committees"), N_("Show")),
    "Enough answers",
    "measuring: NPS, CES, CSAT with n and interval",
)  # fmt: skip

_NATIONAL = (
    Daily(
        "overdue", N_("See what is overdue at my committees"), "/console/overdue",
        (N_("See what is overdue at my committees"), N_("the application")),
        "History",
        "customer-flow: every step has an owner and a time",
        ("applications", "/v1/inbox?overdue=true"),
    ),
    _CASES,
    _STANDARDS,
    Daily(
        "leads", N_("Give leads that nobody calls to somebody else"), "/console/leads",
        (N_("Give leads that nobody calls to somebody else"), N_("Give to somebody else"), N_("Save")),
        "Given on.",
        "customer-flow: the mandatory contact; features D: hand-over",
        ("scoring", "/v1/hand-overs?state=open"),
    ),
    _FUNNEL,
)  # fmt: skip

_GLOBAL = (
    _FUNNEL,
    _CASES,
    _STANDARDS,
    _SCORES,
    Daily(
        "blueprint", N_("See which touchpoints win or lose customers"), "/console/blueprint",
        (N_("See which touchpoints win or lose customers"), N_("the touchpoint")),
        "The events behind this cell",
        "measuring: moments of truth, irritants, differentiators",
    ),
)  # fmt: skip

_AUDITOR = (
    Daily(
        "history", N_("See who changed an application, when and why"), "/console/applications",
        (N_("See who changed an application, when and why"), N_("the application")),
        "History",
        "customer-flow: every change says who did it; none is ever overwritten",
    ),
    Daily(
        "evidence", N_("See which standards have evidence, and which conflict"), "/console/standards",
        (N_("See which standards have evidence, and which conflict"), N_("the experience")),
        "What the EP was promised",
        "standards: evidence names an event; conflicts are shown",
    ),
    Daily(
        "documents", N_("See whether documents arrived and were acknowledged"), "/console/documents",
        (N_("See whether documents arrived and were acknowledged"),),
        "Acknowledged",
        "standard 13: acknowledged in writing, with time and version",
    ),
    Daily(
        "cases", N_("See how quality cases were dealt with"), "/console/cases",
        (N_("See how quality cases were dealt with"), N_("the case")),
        "The conversation",
        "standards: complaints, every clock is a setting",
    ),
    Daily(
        "messages", N_("See what became of every message"), "/console/deliveries",
        (N_("See what became of every message"),),
        "Messages sent",
        "standards: documents and information in writing; every message has its channel and its end",
    ),
)  # fmt: skip

DAILY: Mapping[Role, tuple[Daily, ...]] = {
    Role.participant: _EP,
    Role.enabler: _ENABLER,
    Role.sending_manager: _SENDING,
    Role.hosting_manager: _HOSTING,
    Role.national_manager: _NATIONAL,
    Role.global_manager: _GLOBAL,
    Role.auditor: _AUDITOR,
}
ROLES = {
    Role.participant: "Participant (EP)",
    Role.enabler: "Enabler",
    Role.sending_manager: "EP manager (sending entity, SE)",
    Role.hosting_manager: "Opportunity manager (hosting entity, HE)",
    Role.national_manager: "National manager",
    Role.global_manager: "Global manager",
    Role.auditor: "Auditor",
}
HEAD = """# Daily tasks

Generated from `services/journeys/console/daily_tasks.py`. Each role has five daily tasks on the console; home offers
them first, and each takes at most {most} clicks from there. A browser walks every one of them in
`tests/e2e/test_daily_tasks.py` and counts. A click is a link or a button; filling in a field is none.
"""


def daily_page() -> str:
    """The page of the docs."""
    return HEAD.format(most=MOST_CLICKS) + "".join(_section(role, tasks) for role, tasks in DAILY.items())


def _section(role: Role, tasks: tuple[Daily, ...]) -> str:
    lines = [
        f"| {number} | {task.title} | {_way(task)} | {len(task.clicks)} | {task.seen} | `{task.at}` | {task.source} |"
        for number, task in enumerate(tasks, 1)
    ]
    head = "| | task | path from home | clicks | ends in | address | follows from |\n"
    head += "| --: | --- | --- | --: | --- | --- | --- |"
    return f"\n## {ROLES[role]}\n\n{head}\n" + "\n".join(lines) + "\n"


def _way(task: Daily) -> str:
    return " → ".join(["*its link on home*", *task.clicks[1:]])
