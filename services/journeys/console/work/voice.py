"""What customers said, for staff: invitations, verbatims, testimonials, where standards fail, scores by slices."""

from typing import Any

from services.journeys.console import words
from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    Action,
    Box,
    Column,
    E,
    Family,
    Filter,
    Json,
    P,
    View,
    in_state,
)
from services.journeys.console.work.loading import committees

PARTY = Filter("party", N_("Who"), options=options("ep", "enabler"))
PRODUCT = Filter("product", N_("Product"), options=options("volunteer", "talent", "teacher"))
ENTITY = Filter("entity_id", N_("Committee"), options=committees)
SINCE, UNTIL = Filter("since", N_("Since"), "date"), Filter("until", N_("Until"), "date")
TOPICS = options(
    "pickup", "accommodation", "work", "pay", "people", "preparation", "visa", "communication", "organisation", "growth"
)
FEELINGS = options("negative", "neutral", "positive")


_open = in_state("invited", "delivered", "undelivered")


INVITATIONS = Family(
    "invitations", "surveys", N_("Invitation"), READERS | {P, E},
    (View("invitations", N_("Survey invitations"), N_("Who was asked, and who answered."), READERS, "/v1/invitations",
          (Column("questionnaire", N_("Survey"), "code"), Column("person_id", N_("Person"), "person"),
           Column("enabler_id", N_("Enabler"), "enabler"), Column("state", N_("State"), "pill"),
           Column("invited_at", N_("Asked"), "moment"), Column("answered_at", N_("Answered"), "moment"),
           Column("expires_at", N_("Until"), "moment"), Column("reminders", N_("Reminders"), "number")),
          (Filter("state", N_("State"), options=options("invited", "delivered", "undelivered", "answered", "expired",
                                                        "cancelled")), PARTY),
          rows=("resend",), one="/console/invitations/{id}",
          empty=(N_("Nobody was asked yet"), N_("Surveys go out with the moments of a stay.")), section="insight",
          icon="surveys"),
     View("evaluations", N_("To answer"), N_("Surveys that wait for you; you can ask something here, too."),
          frozenset({E, P}),
          "/v1/invitations",
          (Column("questionnaire", N_("Survey"), "code"), Column("person_id", N_("About"), "person"),
           Column("state", N_("State"), "pill"), Column("expires_at", N_("Until"), "moment")), rows=("answer",),
           new=("ask",),
          empty=(N_("Nothing to answer"), N_("You are asked when an intern's stay ends, and now and then about us.")),
          section="work", icon="surveys")),
    "/v1/invitations/{id}", lambda item, names: words.plain(item["questionnaire"]),
    (Column("state", N_("State"), "pill"), Column("person_id", N_("Person"), "person"),
     Column("enabler_id", N_("Enabler"), "enabler"), Column("application_id", N_("Application"), "application"),
     Column("language", N_("Language"), "language"), Column("invited_at", N_("Asked"), "moment"),
     Column("delivered_at", N_("Delivered"), "moment"), Column("answered_at", N_("Answered"), "moment"),
     Column("expires_at", N_("Until"), "moment"),
     Column("answer.comment", N_("In their own words"), "long"),
     Column("scores", N_("Scores"), "lines",
            value=lambda item: [
                f"{one['metric'].upper()} {one['score']}" for one in (item["answer"] or {}).get("scores", ())
            ])),
    (),
    (Action("resend", N_("Send again"), "POST", "/v1/invitations/{id}/resend", STAFF, when=_open,
            done=N_("Sent again.")),
     Action("ask", N_("Ask the committee"), "POST", "/v1/questions", frozenset({E, P}),
            (Box("subject", N_("About"), required=True), Box("text", N_("Question"), "long", required=True)),
            matched=False, fresh=True, room="notifications", done=N_("Asked: the committee answers here and by mail."),
            after=lambda item, reply: "/console/evaluations"),
     Action("answer", N_("Answer now"), "POST", "/v1/invitations/{id}/link", frozenset({E, P}), when=_open,
            matched=False, weight="main", done=N_("Your answers count."),
            leads_to=lambda reply: str(reply["address"]))),
)  # fmt: skip

VERBATIMS = Family(
    "verbatims", "surveys", N_("Verbatim"), READERS,
    (View("verbatims", N_("In their own words"),
          N_("What people wrote, by topic and feeling; the labels are a program's."),
          READERS, "/v1/verbatims",
          (Column("quote", N_("Words"), "long"), Column("topics", N_("Topics"), "codes"),
           Column("sentiment", N_("Feeling"), "pill"), Column("party", N_("Who"), "code"),
           Column("written_at", N_("When"), "moment"), Column("application_id", N_("Application"), "application"),
           Column("sure", N_("How sure"), "percent")),
          (Filter("topic", N_("Topic"), options=TOPICS), Filter("sentiment", N_("Feeling"), options=FEELINGS), PARTY,
           PRODUCT, ENTITY, SINCE, UNTIL), rows=("correct",), one="/console/verbatims/{id}",
          empty=(N_("Nobody wrote anything yet"), N_("Comments of surveys and cases appear here.")), section="insight",
          icon="surveys"),),
    "/v1/verbatims/{id}", lambda item, names: words.plain(item["question"]),
    (Column("quote", N_("Words"), "long"), Column("topics", N_("Topics"), "codes"),
     Column("sentiment", N_("Feeling"), "pill"), Column("language", N_("Language"), "language"),
     Column("written_at", N_("When"), "moment"), Column("application_id", N_("Application"), "application"),
     Column("corrected_at", N_("Corrected"), "moment"), Column("method", N_("Labelled by"), "code")), (),
    (Action("correct", N_("Correct the labels"), "PUT", "/v1/verbatims/{id}/labels", STAFF,
            (Box("topics", N_("Topics"), "several", TOPICS),
             Box("sentiment", N_("Feeling"), "choice", FEELINGS, required=True)), done=N_("Corrected.")),),
)  # fmt: skip

TESTIMONIALS = Family(
    "testimonials", "surveys", N_("Testimonial"), READERS,
    (View("testimonials", N_("Testimonials"), N_("What people let us show, each use with their consent."), READERS,
          "/v1/testimonials",
          (Column("words", N_("Words"), "long"), Column("shown_name", N_("Shown as")), Column("uses", N_("For"),
              "codes"),
           Column("product", N_("Product"), "code"), Column("country", N_("Country"), "country"),
           Column("state", N_("State"), "pill"), Column("given_at", N_("Given"), "moment")),
          (Filter("state", N_("State"), options=options("waiting", "approved", "refused", "withdrawn")),
           Filter("use", N_("For"), options=options("gallery", "social", "print", "universities"))),
          rows=("approve", "refuse"), one="/console/testimonials/{id}",
          empty=(N_("No testimonial yet"), N_("Promoters are asked for one after their stay.")), section="insight",
          icon="surveys"),),
    "/v1/testimonials/{id}", lambda item, names: str(item["shown_name"] or "–"),
    (Column("words", N_("Words"), "long"), Column("person_id", N_("Person"), "person"), Column("uses", N_("For"),
        "codes"),
     Column("video", N_("Video"), "link"), Column("state", N_("State"), "pill"), Column("given_at", N_("Given"),
         "moment"),
     Column("approved_at", N_("Approved"), "moment"), Column("withdrawn_at", N_("Withdrawn"), "moment")), (),
    (Action("approve", N_("Approve"), "POST", "/v1/testimonials/{id}/approval", STAFF,
            when=lambda item: item["state"] == "waiting", done=N_("Approved: it may be shown."), weight="main"),
     Action("refuse", N_("Don't show it"), "POST", "/v1/testimonials/{id}/refusal", STAFF,
            when=lambda item: item["state"] in ("waiting", "approved"), done=N_("It isn't shown."))),
)  # fmt: skip

FAILURES = Family(
    "failures", "surveys", N_("Failure"), READERS,
    (View("failures", N_("Where standards fail"), N_("What customers said was not kept, with its interval."), READERS,
          "/v1/improvements",
          (Column("key", N_("What"), "code"), Column("asked", N_("Answers"), "number"),
           Column("denied", N_("Said no"), "number"), Column("rate", N_("Share"), "rate"),
           Column("conflicts", N_("Conflicts"), "number"), Column("cases", N_("Cases"), "number"),
           Column("open_cases", N_("Open cases"), "number")),
          (Filter("by", N_("By"), options=(("standard", N_("standard")), ("product", N_("product")),
                                           ("country", N_("country")))), PARTY, ENTITY, SINCE, UNTIL),
          items=lambda reply: list(reply["rows"]), section="insight", icon="surveys",
          empty=(N_("Nobody was asked yet"), N_("Standards are asked about after a stay."))),),
)  # fmt: skip


def _groups(reply: Any) -> list[Json]:
    """A line a group: its score and interval, or that there are too few answers."""
    return [
        {**one, "low": (one["interval"] or {}).get("low"), "high": (one["interval"] or {}).get("high")}
        for one in reply["groups"]
    ]


SCORES = Family(
    "scores", "surveys", N_("Score"), READERS,
    (View("scores", N_("Scores"), N_("NPS, effort and satisfaction side by side, each with n and its interval."),
          READERS,
          "/v1/scores/comparison",
          (Column("key", N_("Group"), "group"), Column("n", N_("Answers"), "number"),
           Column("value", N_("Score"), "score"), Column("low", N_("From"), "score"), Column("high", N_("To"),
               "score"),
           Column("enough", N_("Enough answers"), "yes")),
          (Filter("by", N_("By"), options=(("hosting_entity", N_("hosting entity")),
                                           ("sending_entity", N_("sending entity")),
                                           ("product", N_("product")), ("country", N_("country")),
                                           ("language", N_("language")), ("month", N_("month")),
                                           ("quarter", N_("quarter")))),
           Filter("metric", N_("Score"), options=options("nps", "ces2", "csat")), PARTY, PRODUCT, ENTITY, SINCE,
           UNTIL),
          {"by": "hosting_entity", "metric": "nps"}, items=_groups, section="insight", icon="scoring",
          empty=(N_("Nobody answered yet"), N_("Scores appear with the first answers."))),),
)  # fmt: skip


FAMILIES = (INVITATIONS, VERBATIMS, TESTIMONIALS, FAILURES, SCORES)
