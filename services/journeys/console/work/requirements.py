"""Requirements over all applications: what is still open, whose it is, and recording it."""

from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import READERS, Column, E, Filter, P, View

KINDS = options(
    "se_interview", "host_interview", "company_interview", "fee_paid", "contract_signed", "he_information",
    "passport_copy", "he_papers", "visa_filing", "insurance", "policies_acknowledged",
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
