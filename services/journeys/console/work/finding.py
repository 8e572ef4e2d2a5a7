"""Finding each other: opportunities that fit an EP, people who look for one, stays that may go wrong, who is not
written to any more."""

from typing import Any
from urllib.parse import urlencode

from services.journeys.console.heard import reason_words
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_, _
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    Action,
    Column,
    E,
    Family,
    Filter,
    Json,
    P,
    View,
)

PRODUCTS = options("volunteer", "talent", "teacher")


def _matches(reply: Any) -> list[Json]:
    return [{**one, "id": one["opportunity_id"]} for one in reply["matches"]]


def _reasons(row: Json) -> list[str]:
    """What speaks for the pair, for either side; by how much is for those who look at the model."""
    said = [one["text"] for side in ("applies", "accepts") for one in row[side]["reasons"] if one["log_odds"] > 0]
    return [reason_words(text) for text in said]


MATCHES = View(
    "matches", N_("What fits you"), N_("Open places by what you told us about yourself, the best first."),
    frozenset({P}), "/v1/people/{party}/matches",
    (Column("opportunity_id", N_("Opportunity"), "opportunity"), Column("product", N_("Product"), "code"),
     Column("country", N_("Country"), "country"), Column("start_on", N_("First day"), "day"),
     Column("end_on", N_("Last day"), "day"), Column("why", N_("Why"), "lines", value=_reasons),
     Column("open", N_("To clarify"), "told", value=lambda row: [one["text"] for one in row["to_clarify"]])),
    fixed={"limit": 20}, rows=("apply",), items=_matches, one="/console/opportunities/{id}", room="scoring",
    section="work", icon="star",
    empty=(N_("Nothing fits yet"), N_("Tell more about yourself in your profile, or search in all that is open.")),
)  # fmt: skip


def _known_as(row: Json) -> str:
    """The name where the reader may know it; else what the person studies."""
    if row["identity"]:
        return f"{row['identity']['given_name']} {row['identity']['family_name']}"
    return (row["study_field"] or "").replace("_", " ").capitalize() or _("A profile")


def _introduction(row: Json) -> str:
    """The form of a question to the committee that names the profile; the committee knows who it is."""
    about = {"subject": _("Introduce us"), "text": _("We would like to meet this person: %(id)s", id=row["id"])}
    return f"{HOME}/invitations/new/ask?{urlencode(about)}"


PROFILES = Family(
    "profiles", "applications", N_("Profile"), READERS | {E},
    (View("profiles", N_("Who is looking"), N_("People who look for an internship; names are for their committee."),
          READERS | {E}, "/v1/people/search",
          (Column("who", N_("Who"), value=_known_as), Column("country", N_("Country"), "country"),
           Column("study_level", N_("Level of study"), "code"), Column("languages", N_("Languages"), "codes"),
           Column("skills", N_("Skills"), "codes"), Column("available_from", N_("Available from"), "day"),
           Column("available_to", N_("Available until"), "day"),
           Column("wanted_products", N_("Wants"), "codes"), Column("about", N_("In their own words"), "long"),
           Column("ask", N_("To do"), "road", frozenset({E}), _introduction, N_("Ask for an introduction")),
           Column("id", N_("To do"), "road", READERS,
                  lambda row: f"{HOME}/people/{row['id']}" if row["identity"] else None, N_("Open it"))),
          (Filter("text", N_("Words"), "text"), Filter("product", N_("Product"), options=PRODUCTS),
           Filter("skill", N_("Skill"), "text"), Filter("language", N_("Language"), "text"),
           Filter("start_on", N_("First day"), "date"), Filter("end_on", N_("Last day"), "date")),
          empty=(N_("Nobody is looking"), N_("Who signs up and is free appears here.")), section="people",
          icon="search"),),
)  # fmt: skip

RISKS = Family(
    "risks", "scoring", N_("Stay"), READERS,
    (View("risks", N_("Stays that may go wrong"), N_("Chance of a quality case or a detractor, with its reasons."),
          READERS, "/v1/risks",
          (Column("person_id", N_("Person"), "person"), Column("level", N_("Level"), "pill"),
           Column("risk", N_("Chance"), "percent"), Column("low", N_("From"), "percent"),
           Column("high", N_("To"), "percent"), Column("start_on", N_("First day"), "day"),
           Column("end_on", N_("Last day"), "day"), Column("hosting_entity_id", N_("Hosting entity"), "entity"),
           Column("reasons", N_("Reasons"), "told", value=lambda row: [one["text"] for one in row["reasons"]]),
           Column("abstains", N_("No figure, because"), "told")),
          (Filter("level", N_("Level"), options=options("alarm", "watch", "calm", "unknown")),),
          {"level": "alarm"}, one="/console/applications/{id}", section="work", icon="alert",
          empty=(N_("No stay is in danger"), N_("Stays appear here when something speaks for a bad end."))),),
)  # fmt: skip

SILENCED = Family(
    "silenced", "notifications", N_("Not written to"), READERS,
    (View("silenced", N_("Not written to"), N_("Addresses that bounced, and people who want no more of something."),
          READERS, "/v1/suppressions",
          (Column("recipient_id", N_("Who"), "person"), Column("channel", N_("Channel"), "code"),
           Column("budget", N_("Kind"), "code"), Column("reason", N_("Reason"), "code"),
           Column("note", N_("Note")), Column("since", N_("Since"), "moment"),
           Column("lifted_at", N_("Lifted"), "moment")),
          (Filter("active", N_("Only those that hold"), "yes"),), {"active": True}, ("lift",), section="system",
          icon="notifications",
          empty=(N_("Everybody can be written to"), N_("Hard bounces and refusals appear here."))),),
    "/v1/suppressions/{id}", lambda item, names: names.get(str(item["recipient_id"]), ""), actions=(
        Action("lift", N_("Write again"), "POST", "/v1/suppressions/{id}/lift", STAFF,
               when=lambda item: not item["lifted_at"], done=N_("Messages go there again."),
               sure=N_("Only when the address works again, or the person asked for it.")),),
)  # fmt: skip
FAMILIES = (PROFILES, RISKS, SILENCED)
