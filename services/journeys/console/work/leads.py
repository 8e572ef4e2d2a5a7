"""Leads: what was handed over and is to be called, the queue behind it, prospects, win-backs, who calls how much."""

from dataclasses import replace
from typing import Any

from services.journeys.console.heard import heard
from services.journeys.console.texts import N_, _
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    A,
    Action,
    Box,
    Column,
    Family,
    Filter,
    G,
    H,
    Json,
    N,
    Section,
    View,
)
from services.journeys.console.work.loading import committees, enablers, members, other_members, own_committees
from services.journeys.console.work.names import Names

MEMBER = Box("member_id", N_("To"), "choice", members, required=True, value=lambda item: None)
PARTIES = options("ep", "enabler")


def _open(item: Json) -> bool:
    return bool(item.get("state") == "open")


TALK = Action(
    "talk", N_("Record the talk"), "POST", "/v1/leads/{lead_id}/contacts", STAFF,
    (Box("channel", N_("Channel"), "choice", options("phone", "in_person", "email", "chat", "sms", "social"),
         required=True, value=lambda item: "phone"),
     Box("kind", N_("What it was"), "choice", options("call", "meeting", "message", "event"), required=True,
         value=lambda item: "call"),
     Box("at", N_("When"), "moment", required=True, hint=N_("In the committee's time zone"),
         value=lambda item: None)),
    _open, N_("The talk is recorded."), weight="main", matched=False,
)  # fmt: skip
REFUSE = Action(
    "refuse", N_("Give back"), "POST", "/v1/hand-overs/{id}/refusal", STAFF,
    (Box("reason", N_("Why"), "choice",
         options("no_time", "knows_personally", "wrong_committee", "unreachable", "not_interested"), required=True),),
    _open, N_("Given back: others will be asked."),
)  # fmt: skip
REASSIGN = Action(
    "reassign", N_("Give to somebody else"), "POST", "/v1/hand-overs/{id}/reassignment", STAFF,
    (replace(MEMBER, options=other_members),), _open, N_("Given on."),
)  # fmt: skip


def _who(item: Json) -> Any:
    return item.get("person_id") or item.get("lead_id")


def _headline(item: Json, names: Names) -> str:
    return names.get(str(item.get("lead_id") or item.get("id"))) or _("Lead")


HAND_OVERS = Family(
    "leads", "scoring", N_("Hand-over"), READERS,
    (View("leads", N_("Leads to call"), N_("Handed over and not yet called, the most urgent first."), READERS,
          "/v1/hand-overs",
          (Column("lead_id", N_("Who"), "party"), Column("party", N_("Kind"), "code"),
           Column("score", N_("Score"), "percent"), Column("member_id", N_("Given to"), "member"),
           Column("due_at", N_("Call until"), "moment"), Column("state", N_("State"), "pill"),
           Column("entity_id", N_("Committee"), "entity")),
          (Filter("state", N_("State"), options=options("open", "contacted", "returned")),
           Filter("entity_id", N_("Committee"), options=committees),
           Filter("member_id", N_("Given to"), options=members)),
          {"state": "open"}, ("talk", "refuse", "reassign"), one="/console/leads/{id}",
          empty=(N_("Nobody is to be called"),
                 N_("Leads are handed over each week, as many as the callers have time for.")),
          section="work", icon="phone"),),
    "/v1/hand-overs/{id}", _headline,
    (Column("lead_id", N_("Who"), "party"), Column("state", N_("State"), "pill"), Column("why", N_("Why"), "code"),
     Column("score", N_("Score"), "percent"), Column("member_id", N_("Given to"), "member"),
     Column("at", N_("Given"), "moment"), Column("due_at", N_("Call until"), "moment"),
     Column("ended_at", N_("Ended"), "moment"), Column("ending", N_("How"), "code"),
     Column("refusal", N_("Reason"), "code"), Column("hours", N_("Hours until the contact"), "number"),
     Column("entity_id", N_("Committee"), "entity")),
    (Section("course", N_("How the lead came here"), "scoring", "/v1/leads/{lead_id}",
             (Column("at", N_("When"), "moment"), Column("stage", N_("Stage"), "code"), Column("why", N_("Why"),
                 "code")),
             items=lambda reply: list(reply["course"]), key="at"),),
    (TALK, REFUSE, REASSIGN),
)  # fmt: skip


def _of_lead(item: Json) -> Json:
    return {**item, "lead_id": item["id"]}


QUEUE = Family(
    "lead-queue", "scoring", N_("Lead"), READERS,
    (View("lead-queue", N_("Lead queue"), N_("Everybody who may become a customer, by score."), READERS, "/v1/leads",
          (Column("id", N_("Who"), "party"), Column("party", N_("Kind"), "code"), Column("stage", N_("Stage"), "pill"),
           Column("lifecycle", N_("Intent"), "code"), Column("score", N_("Score"), "percent"),
           Column("top_reasons", N_("Why"), "lines"), Column("contact_due_at", N_("Call until"), "moment"),
           Column("entity_id", N_("Committee"), "entity")),
          (Filter("stage", N_("Stage"), options=options("visitor", "lead", "qualified", "handed_over", "contacted",
                                                        "lapsed", "won_back")),
           Filter("party", N_("Kind"), options=PARTIES),
           Filter("lifecycle", N_("Intent"), options=options("first_purchase", "indecisive", "lapsed", "loyal",
               "repeat")),
           Filter("entity_id", N_("Committee"), options=committees),
           Filter("sort", N_("Order"), options=(("score", N_("highest score first")), ("newest", N_("newest first")),
                                                ("due", N_("most urgent first"))))),
          rows=("hand_over",), one="/console/lead-queue/{id}",
          empty=(N_("No leads"), N_("Who signs up or is entered as a prospect appears here.")), section="people",
          icon="funnel"),),
    "/v1/leads/{id}", _headline,
    (Column("id", N_("Who"), "party"), Column("party", N_("Kind"), "code"), Column("stage", N_("Stage"), "pill"),
     Column("stage_since", N_("Since"), "moment"), Column("lifecycle", N_("Intent"), "code"),
     Column("score", N_("Score"), "percent"), Column("top_reasons", N_("Why"), "lines"),
     Column("qualified_at", N_("Qualified"), "moment"), Column("last_sign_at", N_("Last sign of life"), "moment"),
     Column("contacted_at", N_("Contacted"), "moment"), Column("member_id", N_("Given to"), "member"),
     Column("entity_id", N_("Committee"), "entity")),
    (Section("course", N_("How the lead came here"), "scoring", "/v1/leads/{id}",
             (Column("at", N_("When"), "moment"), Column("stage", N_("Stage"), "code"), Column("why", N_("Why"),
                 "code")),
             items=lambda reply: list(reply["course"]), key="at"),),
    (Action("hand_over", N_("Hand over"), "POST", "/v1/leads/{id}/hand-over", STAFF, (MEMBER,),
            lambda item: item.get("state") == "open" and not item.get("hand_over_id"), N_("Handed over.")),
     Action("talk", N_("Record the talk"), "POST", "/v1/leads/{id}/contacts", STAFF, TALK.boxes, _open,
            N_("The talk is recorded."), matched=False)),
)  # fmt: skip

PROSPECT = (
    Box("company", N_("Company"), required=True), Box("contact_name", N_("Contact")),
    Box("email", N_("E-mail"), "email"), Box("phone", N_("Phone"), "tel"),
    Box("country", N_("Country"), hint=N_("Two letters: SE")), Box("source", N_("Source")), Box("note", N_("Note"),
        "long"),
)  # fmt: skip
HOSTS = frozenset({G, H, N})
PROSPECTS = Family(
    "prospects", "scoring", N_("Prospect"), HOSTS | {A},
    (View("prospects", N_("Prospects"), N_("Possible partners who are no enablers yet."), HOSTS | {A}, "/v1/prospects",
          (Column("company", N_("Company")), Column("contact_name", N_("Contact")), Column("email", N_("E-mail")),
           Column("phone", N_("Phone")), Column("country", N_("Country")), Column("source", N_("Source")),
           Column("entered_at", N_("Entered"), "moment"), Column("linked_to", N_("Enabler"), "enabler")),
          (Filter("linked", N_("Became an enabler"), options=(("true", N_("yes")), ("false", N_("no")))),),
          rows=("link",), new=("enter",), one="/console/prospects/{id}",
          empty=(N_("No prospects"), N_("Enter a company that you are talking with.")), section="people",
          icon="company"),),
    "/v1/prospects/{id}", lambda item, names: str(item["company"] or "–"),
    (Column("contact_name", N_("Contact")), Column("email", N_("E-mail")), Column("phone", N_("Phone")),
     Column("country", N_("Country")), Column("source", N_("Source")), Column("note", N_("Note"), "long"),
     Column("hosting_entity_id", N_("Hosting entity"), "entity"), Column("entered_at", N_("Entered"), "moment"),
     Column("linked_to", N_("Enabler"), "enabler")), (),
    (Action("enter", N_("Enter a prospect"), "POST", "/v1/prospects", HOSTS,
            (*PROSPECT, Box("hosting_entity_id", N_("Hosting entity"), "choice", own_committees, required=True)),
            done=N_("Entered."), weight="main", matched=False, fresh=True),
     Action("link", N_("Link to an enabler"), "POST", "/v1/prospects/{id}/link", HOSTS,
            (Box("enabler_id", N_("Enabler"), "choice", enablers, required=True),), lambda item: not item["linked_to"],
            N_("Linked: what was known of the prospect counts for the enabler.")),
     Action("unlink", N_("Undo the link"), "DELETE", "/v1/prospects/{id}/link", HOSTS,
            when=lambda item: bool(item["linked_to"]), done=N_("The link is undone.")),
     Action("change", N_("Change"), "PUT", "/v1/prospects/{id}", HOSTS, PROSPECT, done=N_("Changed.")),
     Action("erase", N_("Erase"), "DELETE", "/v1/prospects/{id}", HOSTS, weight="danger", done=N_("Erased."),
            sure=N_("Company, contact and note are erased. This can't be undone."),
            after=lambda item, reply: "/console/prospects")),
)  # fmt: skip

SUGGESTIONS = Family(
    "suggestions", "scoring", N_("Suggestion"), READERS,
    (View("suggestions", N_("Next best actions"), N_("What to do next, with whom, and why."), READERS,
          "/v1/suggestions",
          (Column("title", N_("Action"), "told"), Column("party_id", N_("With"), "party"),
           Column("side", N_("Kind"), "code"), Column("channel", N_("Channel"), "code"),
           Column("minutes", N_("Minutes"), "number"),
           Column("why_now", N_("Why"), "told", value=lambda item: [one["text"] for one in item["reasons"]]),
           Column("expires_at", N_("Until"), "moment"), Column("state", N_("State"), "pill")),
          (Filter("state", N_("State"), options=options("open", "accepted", "done", "declined", "expired")),
           Filter("side", N_("Kind"), options=PARTIES)), {"state": "open"},
          ("accept", "finish", "decline"),
          empty=(N_("Nothing to suggest"), N_("Suggestions come from what helped others at the same point.")),
          section="work", icon="star"),),
    "/v1/suggestions/{id}", lambda item, names: heard(str(item["title"])),
    (Column("party_id", N_("With"), "party"), Column("state", N_("State"), "pill"),
     Column("evidence", N_("Evidence")), Column("expires_at", N_("Until"), "moment")), (),
    (Action("accept", N_("Do it"), "POST", "/v1/suggestions/{id}/acceptance", STAFF, when=_open,
            done=N_("Taken on."), weight="main"),
     Action("finish", N_("Done"), "POST", "/v1/suggestions/{id}/completion", STAFF,
            when=lambda item: item.get("state") in ("accepted", "held"), done=N_("Done."), weight="main"),
     Action("decline", N_("Decline"), "POST", "/v1/suggestions/{id}/refusal", STAFF,
            (Box("reason", N_("Why"), "choice",
                 options("not_suitable", "done_already", "wrong_moment", "out_of_reach", "no_time", "other"),
                 required=True),
             Box("note", N_("Note"), "long")), _open, N_("Declined."))),
)  # fmt: skip

CALLERS = Family(
    "callers", "scoring", N_("Caller"), READERS,
    (View("callers", N_("Who calls how much"),
          N_("Members of your committee, what they were given this week and what they can carry."),
          frozenset({H, N}) | STAFF - {G}, "/v1/entities/{entity}/callers",
          (Column("member_id", N_("Member"), "member"), Column("role", N_("Role"), "code"),
           Column("parties", N_("Calls"), "codes"), Column("capacity", N_("Calls a week"), "number"),
           Column("given", N_("Given"), "number"), Column("carried", N_("Carried over"), "number"),
           Column("left", N_("Room left"), "number")), rows=("capacity",),
          items=lambda reply: [{**one, "id": one["member_id"]} for one in reply],
          empty=(N_("Nobody calls"), N_("Active members who look after EPs or enablers appear here.")),
          section="people", icon="phone"),),
    "/v1/callers/{id}", lambda item, names: names.get(str(item["member_id"])) or _("Member"),
    (Column("member_id", N_("Member"), "member"), Column("capacity", N_("Calls a week"), "number"),
     Column("given", N_("Given"), "number"), Column("left", N_("Room left"), "number")), (),
    (Action("capacity", N_("Set the calls a week"), "PUT", "/v1/callers/{member_id}", STAFF,
            (Box("calls_per_week", N_("Calls a week"), "number", hint=N_("Empty: as many as the committee says")),
             Box("absent_from", N_("Away from"), "date"), Box("absent_to", N_("Away until"), "date")),
            done=N_("Set."), body=lambda given, item: _absences(given, item)),),
)  # fmt: skip


def _absences(given: Json, item: Json) -> Json:
    """A new absence beside those that are known."""
    first, last = given.pop("absent_from", None), given.pop("absent_to", None)
    known = list(item.get("absences") or [])
    return {**given, "absences": [*known, {"from_on": first, "to_on": last or first}] if first else known}


FAMILIES = (HAND_OVERS, QUEUE, PROSPECTS, SUGGESTIONS, CALLERS)
