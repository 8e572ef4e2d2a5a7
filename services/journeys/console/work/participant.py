"""The participant's own lists: how each application stands and what can be done with it now."""

from services.journeys.console.texts import N_
from services.journeys.console.work.declare import Column, P, View

VIEWS = (
    View("my-applications", N_("My applications"), N_("How each one stands, and what you can do now."), frozenset({P}),
         "/v1/applications",
         (Column("opportunity_id", N_("Opportunity"), "opportunity"), Column("status", N_("Status"), "pill"),
          Column("hosting_entity_id", N_("Hosting entity"), "entity"), Column("start_on", N_("First day"), "day"),
          Column("end_on", N_("Last day"), "day")),
         fixed={"sort": "newest"}, rows=("sign", "decline", "withdraw"), one="/console/applications/{id}",
         empty=(N_("You have not applied yet"), N_("Find an opportunity and apply: several at once are fine."))),
)  # fmt: skip
