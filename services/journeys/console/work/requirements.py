"""Requirements over all applications: what is still open, whose it is, and recording it."""

from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import READERS, Action, Box, Column, E, Filter, H, P, S, View

KINDS = options(
    "se_interview", "host_interview", "company_interview", "fee_paid", "contract_signed", "he_information",
    "passport_copy", "he_papers", "visa_filing", "insurance", "policies_acknowledged",
)  # fmt: skip


def _fact(name: str, label: str, kind: str = "text", hint: str = "") -> Box:
    """What is stated of the kinds that need it."""
    return Box(name, label, kind, required=True, hint=hint, when=lambda row: name in row.get("needs", (name,)))


ACTIONS = (
    Action("record_requirement", N_("Record"), "POST", "/v1/applications/{application_id}/requirements/{kind}/record",
           frozenset({E, H, P, S}),
           (Box("done_on", N_("Done on"), "date", hint=N_("Empty: today")),
            _fact("amount", N_("Amount"), "number"),
            _fact("currency", N_("Currency"), hint=N_("Three letters: EUR")), _fact("reference", N_("Reference")),
            _fact("covers_from", N_("Covers from"), "date"), _fact("covers_to", N_("Covers to"), "date"),
            _fact("policy_version", N_("Version of the policies"))),
           lambda row: "record" in row["possible"], N_("Recorded.")),
    Action("waive_requirement", N_("Waive"), "POST", "/v1/applications/{application_id}/requirements/{kind}/waiver",
           frozenset({H, S}), (Box("reason", N_("Why it isn't needed"), "long", required=True),),
           lambda row: "waive" in row["possible"], N_("Waived.")),
    Action("reopen_requirement", N_("Open again"), "POST",
           "/v1/applications/{application_id}/requirements/{kind}/reopening", frozenset({H, S}),
           (Box("reason", N_("Why it is open again"), "long", required=True),),
           lambda row: "reopen" in row["possible"], N_("Open again.")),
)  # fmt: skip
VIEW = View(
    "requirements", N_("Requirements"), N_("Fees, contracts, papers and interviews that are still open."),
    READERS | {E, P},
    "/v1/requirements",
    (Column("kind", N_("Requirement"), "code"), Column("application_id", N_("Application"), "application"),
     Column("owner", N_("Whose"), "code"), Column("due_on", N_("Due"), "day"), Column("state", N_("State"), "pill"),
     Column("before", N_("Needed before"), "code"), Column("late", N_("Late"), "yes")),
    (Filter("kind", N_("Requirement"), options=KINDS),
     Filter("state", N_("State"), options=options("open", "done", "waived", "lapsed"))), {"state": "open"},
    ("record_requirement", "waive_requirement"), one="/console/applications/{application_id}",
    items=lambda reply: [{**one, "id": one["application_id"], "row": one["kind"]} for one in reply["items"]],
    empty=(N_("No requirement is open"), N_("They open with the moves of an application.")), section="work",
    icon="documents",
)  # fmt: skip
