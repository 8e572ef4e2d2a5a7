"""Who is spoken to and on which ways they come: corridors of touchpoints, and audiences that leave the house."""

from typing import Any

from services.journeys.console import words
from services.journeys.console.scoring_ways import title_of, ways
from services.journeys.console.session import HOME
from services.journeys.console.texts import LANGUAGES, N_, _
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
    Json,
    N,
    S,
    Section,
    View,
    in_state,
)
from services.journeys.console.work.loading import segments

WAYS = options("applied", "accepted", "approved", "realized", "again", "posted")
CORRIDOR = "/v1/corridors/{id}"
SENDERS = frozenset({S, N, G})
AUDIENCE = "/v1/audiences/{id}"


# --- corridors


def _mined(name: str) -> Any:
    """The rows of a part of the report; none before it is there."""
    return lambda reply: list((reply["report"] or {}).get(name, ()))


SEGMENT = Column("segment_id", N_("Segment"), "segment")
STATE = Column("state", N_("State"), "pill")
CASES, TIMES = Column("cases", N_("People"), "number"), Column("times", N_("Times"), "number")
CONVERSION = Column("conversion", N_("Conversion"), "portion")
CORRIDORS = Family(
    "corridors", "scoring", N_("Corridor"), READERS,
    (View("corridors", N_("Corridors"), N_("The ways on which people come to a step, touchpoint by touchpoint."),
          READERS, "/v1/corridors",
          (Column("transition", N_("Way to"), "code"), Column("party", N_("Who"), "code"), SEGMENT, STATE,
           Column("report.cases", N_("People"), "number"), Column("report.conversion", N_("Conversion"), "portion"),
           Column("known_at", N_("As of"), "moment")),
          (Filter("transition", N_("Way to"), options=WAYS),), new=("ask",), one="/console/corridors/{id}",
          section="insight", icon="journeys",
          empty=(N_("No corridor was mined yet"), N_("Ask for one: it is worked out at once."))),),
    CORRIDOR, lambda item, names: _("Corridor to: %(step)s", step=title_of(item["transition"])),
    (Column("party", N_("Who"), "code"), SEGMENT, STATE, Column("known_at", N_("As of"), "moment"),
     Column("report.cases", N_("People"), "number"), Column("report.open", N_("Still on their way"), "number"),
     Column("report.conversion.rate", N_("Conversion of the others"), "percent"),
     Column("report.time.median", N_("Days to the end (half of them)"), "score"),
     Column("report.time.p90", N_("Days to the end (nine of ten)"), "score")),
    (Section("ways", N_("The commonest ways"), "scoring", CORRIDOR, template="scoring_ways.html", picture=ways),
     Section("activities", N_("Touchpoints"), "scoring", CORRIDOR,
             (Column("name", N_("Touchpoint"), value=lambda row: title_of(row["name"])), CASES, TIMES,
              Column("repeated", N_("Again right away"), "number"), Column("returned", N_("Came back to it"), "number"),
              CONVERSION, Column("stopped", N_("Ended here"), "portion")), items=_mined("activities"), key="name"),
     Section("edges", N_("What follows on what"), "scoring", CORRIDOR,
             (Column("first", N_("From"), value=lambda row: title_of(row["first"])),
              Column("then", N_("To"), value=lambda row: title_of(row["then"])), CASES, TIMES, CONVERSION,
              Column("wait.median", N_("Days between (half of them)"), "score"),
              Column("wait.p90", N_("Days between (nine of ten)"), "score")), items=_mined("edges"), key="first")),
    (Action("ask", N_("Mine a corridor"), "POST", "/v1/corridors", STAFF,
            (Box("transition", N_("Way to"), "choice", WAYS, required=True, value=lambda item: "approved"),
             Box("party", N_("Who"), "choice", options("ep", "enabler"), required=True, value=lambda item: "ep"),
             Box("segment_id", N_("Segment"), "choice", segments, hint=N_("Empty: everybody of your committee."))),
            matched=False, fresh=True, done=N_("It is being worked out."), weight="main"),),
)  # fmt: skip


# --- audiences


_running = in_state("active")


def _file(row: Json) -> str | None:
    return f"{HOME}/files/audience-exports/{row['id']}" if row["available"] else None


AUDIENCES = Family(
    "audiences", "scoring", N_("Audience"), SENDERS | {A},
    (View("audiences", N_("Audiences"),
          N_("Who may be shown our advertisements elsewhere: digests of addresses leave, with consent, and come back."),
          SENDERS | {A}, "/v1/audiences",
          (Column("name", N_("Name")), SEGMENT, Column("recipient", N_("Recipient")),
           Column("purpose", N_("Purpose"), "code"), Column("people", N_("Out there"), "number"),
           Column("removals", N_("To be taken out"), "number"), Column("use_until", N_("Until"), "moment"), STATE),
          new=("make",), one="/console/audiences/{id}", section="people", icon="people",
          empty=(N_("No audience yet"),
                 N_("An audience is a segment, a recipient and a day until which it may be used."))),),
    AUDIENCE, lambda item, names: str(item["name"]),
    (SEGMENT, Column("recipient", N_("Recipient")), Column("purpose", N_("Purpose"), "code"), STATE,
     Column("people", N_("Out there"), "number"), Column("removals", N_("To be taken out"), "number"),
     Column("exports", N_("Exports"), "number"), Column("use_until", N_("Until"), "moment"),
     Column("made_at", N_("Made"), "moment")),
    (Section("exports", N_("Exports"), "scoring", f"{AUDIENCE}/exports",
             (Column("number", N_("Number"), "number"), Column("made_at", N_("Made"), "moment"),
              Column("manifest.add", N_("Added"), "number"), Column("manifest.remove", N_("Taken out"), "number"),
              Column("confirmed_at", N_("Confirmed by the recipient"), "moment"),
              Column("id", N_("File"), "road", value=_file, words=N_("Download")),
              Column("signature", N_("Signature"))),
             rows=("confirm",), empty=N_("Nothing has left the house yet.")),),
    (Action("make", N_("New audience"), "POST", "/v1/audiences", SENDERS,
            (Box("segment_id", N_("Segment"), "choice", segments, required=True),
             Box("name", N_("Name"), required=True),
             Box("recipient", N_("Recipient"), required=True, hint=N_("As agreed with them in writing.")),
             Box("use_until", N_("Until"), "moment", required=True,
                 hint=N_("When the recipient has to have deleted it (UTC)."))),
            fixed={"purpose": "marketing"}, matched=False, fresh=True, weight="main",
            done=N_("Made; nothing left by it."),
            tell=lambda reply: _("The secret that proves our signatures, told this once: %(secret)s",
                                 secret=reply["secret"])),
     Action("export", N_("Make an export"), "POST", f"{AUDIENCE}/exports", SENDERS, when=_running, weight="main",
            sure=N_("Digests of the addresses of whoever is in and agrees can then be handed to the recipient."),
            done=N_("The export is made: fetch the file below."),
            after=lambda item, reply: f"{HOME}/audiences/{item['id']}#exports"),
     Action("end", N_("End it"), "POST", f"{AUDIENCE}/end", SENDERS, when=_running, weight="danger", done=N_("Ended."),
            sure=N_("No more exports, and nothing of it is kept here. The recipient has to delete what it has.")),
     Action("confirm", N_("The recipient has it"), "POST", "/v1/audience-exports/{id}/confirmation", SENDERS,
            when=lambda row: not row.get("confirmed_at"), done=N_("Confirmed."))),
)  # fmt: skip


# --- contents of pages

CONTENT = "/v1/contents/{id}"
SLOTS = options("opportunities", "story", "call_to_action")


def _content(given: Json, item: Json) -> Json:
    """A content as a whole; what the form doesn't ask for stays, and what is left empty is left out."""
    others = {code: text for code, text in item.get("texts", {}).items() if code not in LANGUAGES}
    texts = others | {code: text for code, text in given.pop("texts", {}).items() if text}
    kept = {**{name: item.get(name) for name in ("testimonial_id", "fields")}, **given}
    return {**{name: value for name, value in kept.items() if value is not None}, "texts": texts}


def _texts(item: Json) -> list[str]:
    return [f"{words.language(code)}: {text}" for code, text in sorted(item["texts"].items())]


CONTENT_BOXES = (
    Box("slot", N_("Place on the page"), "choice", SLOTS, required=True),
    Box("segment_id", N_("Segment"), "choice", segments, hint=N_("Empty: for anybody, strangers too.")),
    *(Box(f"texts.{code}", name) for code, name in LANGUAGES.items()),
    Box("link", N_("Leads to"), hint=N_("A path of our own site: /opportunities?product=talent")),
    Box("products", N_("Products"), "several", options("volunteer", "talent", "teacher")),
    Box("countries", N_("Countries"), "lines", hint=N_("Two letters a line: SE")),
    Box("weight", N_("Weight"), "number", hint=N_("More goes first.")),
)  # fmt: skip
CONTENTS = Family(
    "contents", "scoring", N_("Content"), READERS,
    (View("contents", N_("Contents of our pages"), N_("What our pages show to whom, and how often it is clicked."),
          READERS, "/v1/contents",
          (Column("slot", N_("Place on the page"), "code"), SEGMENT,
           Column("texts", N_("Words"), "lines", value=_texts), Column("weight", N_("Weight"), "number"),
           Column("shown", N_("Shown"), "number"),
           Column("clicked", N_("Clicked"), "number"), Column("rate", N_("Share"), "portion"), STATE),
          (Filter("slot", N_("Place on the page"), options=SLOTS),), new=("make",), one="/console/contents/{id}",
          section="people", icon="documents",
          empty=(N_("No content yet"), N_("Until there is one, pages show what they show to everybody."))),),
    CONTENT, lambda item, names: words.plain(item["slot"]),
    (Column("slot", N_("Place on the page"), "code"), SEGMENT, STATE,
     Column("texts", N_("Words"), "lines", value=_texts), Column("link", N_("Leads to")),
     Column("products", N_("Products"), "codes"), Column("countries", N_("Countries"), "codes"),
     Column("weight", N_("Weight"), "number"), Column("shown", N_("Shown"), "number"),
     Column("clicked", N_("Clicked"), "number"), Column("rate.rate", N_("Share"), "percent")),
    actions=(
        Action("make", N_("New content"), "POST", "/v1/contents", STAFF, CONTENT_BOXES, matched=False, fresh=True,
               weight="main", done=N_("Pages show it from now on."), body=_content),
        Action("change", N_("Change"), "PUT", CONTENT, STAFF, CONTENT_BOXES, _running, N_("Changed."), body=_content),
        Action("retire", N_("Retire"), "POST", f"{CONTENT}/retirement", STAFF, when=_running, weight="danger",
               sure=N_("Pages show it no more."), done=N_("Retired."))),
)  # fmt: skip

FAMILIES = (CORRIDORS, AUDIENCES, CONTENTS)
