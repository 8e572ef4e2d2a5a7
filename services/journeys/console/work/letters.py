"""The words of messages, in every language and version: written, looked at, brought into use and taken out of it."""

from typing import Any

from services.journeys.console import words
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import STAFF, Action, Box, Column, Family, Filter, Json, View, in_state
from services.journeys.console.work.loading import committees, letters, tongues

PARTS = ("body", "closing")


def _lines(part: str) -> Any:
    """The lines of a part, each on one line."""
    return lambda item: [_plain(one["text"]) for one in (item.get("content") or {}).get(part) or ()]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _content(given: Json, item: Json) -> Json:
    """The words of the form, in what the version says besides; a line that stayed keeps its conditions."""
    before = item.get("content") or {}
    said = given.pop("content", {})
    for part in PARTS:
        known = {_plain(one["text"]): one for one in before.get(part) or ()}
        said[part] = [known.get(line) or {"text": line} for line in said.get(part) or ()]
    whole = {**before, "greeting": None, **said}
    return {**given, "content": {name: value for name, value in whole.items() if value is not None}}


def _next(given: Json, item: Json) -> Json:
    """The same for a version after this one, for the same readers."""
    same = {name: item[name] for name in ("letter", "language", "entity_id") if item[name]}
    return {**same, **_content(given, item)}


FACTS = N_("Facts stand in double braces: {{ person.given_name }}")
WORDS = (
    Box("content.subject", N_("Subject"), required=True, hint=FACTS),
    Box("content.preview", N_("Preview"), required=True, hint=N_("What a mailbox shows beside the subject")),
    Box("content.greeting", N_("Greeting"), hint=N_("Empty: as it ships")),
    Box("content.body", N_("Words"), "lines", required=True, value=_lines("body"), hint=N_("A paragraph a line")),
    Box("content.closing", N_("Closing"), "lines", value=_lines("closing"), hint=N_("Empty: as it ships")),
)
FAMILY = Family(
    "letters", "notifications", N_("Letter"), STAFF,
    (View("letters", N_("Letters"), N_("The words of messages, in every language and version."), STAFF, "/v1/letters",
          (Column("letter", N_("Letter"), "code"), Column("language", N_("Language"), "language"),
           Column("number", N_("Version"), "number"), Column("state", N_("State"), "pill"),
           Column("entity_id", N_("Committee"), "entity"), Column("created_at", N_("Made"), "moment"),
           Column("published_at", N_("Published"), "moment")),
          (Filter("letter", N_("Letter"), options=letters),
           Filter("state", N_("State"), options=options("draft", "published", "retired"))),
          rows=("publish",), new=("draft",),
          one=f"{HOME}/letters/{{id}}", section="design", icon="notifications",
          empty=(N_("The shipped letters are in force"), N_("A committee's own versions appear here."))),),
    "/v1/letters/{id}", lambda item, names: words.plain(item["letter"]),
    (Column("language", N_("Language"), "language"), Column("number", N_("Version"), "number"),
     Column("state", N_("State"), "pill"), Column("entity_id", N_("Committee"), "entity"),
     Column("id", N_("As people read it"), "road", value=lambda item: f"{HOME}/letters/{item['id']}/preview",
            words=N_("Preview with a real stay")),
     Column("content.subject", N_("Subject")), Column("content.preview", N_("Preview")),
     Column("content.greeting", N_("Greeting"), "long"),
     Column("body", N_("Words"), "lines", value=_lines("body")),
     Column("closing", N_("Closing"), "lines", value=_lines("closing")),
     Column("published_at", N_("Published"), "moment")), (),
    (Action("publish", N_("Publish"), "POST", "/v1/letters/{id}/publish", STAFF, when=in_state("draft", "retired"),
            done=N_("Published."), weight="main", sure=N_("From now on messages are written with these words.")),
     Action("change", N_("Change"), "PUT", "/v1/letters/{id}", STAFF, WORDS, when=in_state("draft"), body=_content,
            done=N_("Changed.")),
     Action("draft", N_("Write a letter anew"), "POST", "/v1/letters", STAFF,
            (Box("letter", N_("Letter"), "choice", letters, required=True),
             Box("language", N_("Language"), "choice", tongues, required=True),
             Box("entity_id", N_("Committee"), "choice", committees, hint=N_("With those below; empty: everybody")),
             *WORDS),
            body=_content, done=N_("Written as a draft: look at it, then publish it."), weight="main", matched=False,
            fresh=True),
     Action("rewrite", N_("Write the next version"), "POST", "/v1/letters", STAFF, WORDS, matched=False, body=_next,
            when=in_state("published", "retired"), done=N_("Written as a draft: look at it, then publish it."),
            after=lambda item, reply: f"{HOME}/letters/{reply['id']}"),
     Action("retire", N_("Retire"), "POST", "/v1/letters/{id}/retire", STAFF, when=in_state("published"),
            undo="publish", done=N_("Retired: the words of the wider scope are in force."),
            sure=N_("Messages are written with the words of the wider scope, or as they ship."))),
)  # fmt: skip
