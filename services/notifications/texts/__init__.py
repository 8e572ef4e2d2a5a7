"""What messages and documents say, per language: texts as data, filled with the facts of one internship.

Every text is a Jinja string that is rendered as plain text; the layouts escape it once, whatever a name contains.
An item of a list is a text, or `{when: fact, text: …, missing: …}`: without the fact it shows `missing`, or nothing.
A letter names whom it is `to` (ep, or somebody else: other) and `from` which committee it is (hosting, sending, both).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from services.notifications.texts.bounded import Bounded
from services.notifications.texts.filling import Facts, Fill
from services.notifications.texts.shapes import Letter, Line, Section, Sheet
from shared.strict_yaml import shipped

FOLDER = Path(__file__).parent
FALLBACK = "en"
DOSSIER = (
    "pickup_place", "pickup_on", "pickup_time", "pickup_person", "pickup_phone", "accommodation", "workplace",
    "supervisor", "emergency_contact", "departure_route", "flight_number", "arrival_airport", "arrival_on",
    "arrival_time", "home_contact", "sending_emergency_contact", "buddy", "buddy_phone", "host_family",
    "host_family_phone", "supervisor_phone",
)  # fmt: skip
# `recipient` is whoever gets the letter, when that is not the EP: {name}. `session`: {on, at, until, place, link}.
# `task`: {title, due_on, days_over, about}. `items`: [{text}]. `question`: {from, subject, answer_by}.
# `host_facts`, `home_facts`: sections of the committees' fact sheets by key. `was`: {start_on, end_on} before a change.
# `stopped`, `reason`: a code; beside the reason of a rejection `ours` or `theirs`: whose cause it is.
# `goals`: {responsibilities, goals, agreed_on}. `survey`: {code, minutes}.
OTHERS = (
    "person", "recipient", "hosting_entity", "sending_entity", "opportunity", "enabler", "stay", "weekly_hours",
    "link", "link_until", "survey", "session", "task", "items", "question", "was", "stopped", "reason", "ours",
    "theirs", "fee", "interview", "goals", "shortlist", "policy_version", "host_facts", "home_facts",
    "calendar_link", "invite",
)  # fmt: skip
FACTS = frozenset((*OTHERS, *DOSSIER))


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One language: how dates are written, and all its texts."""

    language: str
    months: list[str]
    weekdays: list[str]
    day: str
    clock: str
    footer: str
    footer_other: str
    attached: str
    page: str
    greetings: Mapping[str, str]
    closings: Mapping[str, Any]
    reasons: Mapping[str, str]
    letters: Mapping[str, Any]
    documents: Mapping[str, Any]
    surveys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    direction: str = "ltr"

    def written(self, value: date) -> str:
        """A date in full, with its weekday, as the language writes it."""
        weekday, month = self.weekdays[value.weekday()], self.months[value.month - 1]
        return self.day.format(weekday=weekday, day=value.day, month=month, year=value.year)

    def at(self, value: time) -> str:
        return value.strftime(self.clock)

    def survey_title(self, code: str) -> str:
        """The title of a survey in words; one that nobody has written yet has a general one."""
        return self.surveys.get(code, self.surveys["other"])["title"]

    def survey_why(self, code: str) -> str:
        """Why it is asked, in a sentence."""
        return self.surveys.get(code, self.surveys["other"])["why"]

    def reason(self, code: str) -> str:
        """A reason in words; one that nobody has written yet stays a code."""
        return self.reasons.get(code, code.replace("_", " "))


@cache
def languages() -> tuple[str, ...]:
    """The languages that texts are written in."""
    return tuple(sorted(folder.parent.name for folder in FOLDER.glob("*/words.yaml")))


def choose(*tags: str | None) -> str:
    """The language to write in: the first tag whose language there is, else English."""
    for tag in tags:
        if tag and (language := tag.partition("-")[0].lower()) in languages():
            return language
    return FALLBACK


@cache
def words(language: str) -> Words:
    folder = FOLDER / language
    own = shipped(folder / "words.yaml")
    return Words(language=language, **own, letters=_all(folder / "letters"), documents=_all(folder / "documents"))


def _all(folder: Path) -> dict[str, Any]:
    """The texts of all files of a folder; a code is written once."""
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("*.yaml")):
        texts = shipped(file)
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{file}: {', '.join(sorted(twice))} is written twice")
        found |= texts
    return found


def letter(
    code: str, language: str, facts: Facts, attached: str | None = None, own: Mapping[str, Any] | None = None
) -> Letter:
    """The e-mail of a touchpoint; `attached` is the name of the document that goes with it.

    `own` are an operator's words instead of the shipped ones: they are rendered in the sandbox.
    """
    spoken = words(language)
    text, fill = own or spoken.letters[code], Bounded(spoken, facts) if own else Fill(spoken, facts)
    closing = text.get("closing") or spoken.closings[text.get("from", "hosting")]
    return Letter(
        language=language,
        direction=spoken.direction,
        subject=fill.line(text["subject"]),
        preview=fill.line(text["preview"]),
        greeting=fill.line(text.get("greeting") or spoken.greetings[text.get("to", "ep")]),
        body=fill.lines(text["body"]),
        facts=fill.lines(text.get("facts", ())),
        after=fill.lines(text.get("after", ())),
        action=fill.line(text["action"]) if "link" in facts and "action" in text else "",
        closing=fill.lines(closing),
        footer=fill.line(spoken.footer if text.get("to", "ep") == "ep" else spoken.footer_other),
        attached=f"{spoken.attached}: {attached}" if attached else "",
    )


def sheet(code: str, language: str, facts: Facts) -> Sheet:
    """The document of a touchpoint; a section of which nothing is known is left out."""
    spoken = words(language)
    text, fill = spoken.documents[code], Fill(spoken, facts)
    return Sheet(
        language=language,
        direction=spoken.direction,
        file_name=f"{text['file']}.pdf",
        title=fill.line(text["title"]),
        subtitle=fill.line(text["subtitle"]),
        issuer=fill.line(text["issuer"]),
        addressee=fill.line(text["addressee"]),
        intro=fill.lines(text["intro"]),
        glance=fill.lines(text["glance"]),
        sections=[section for part in text["sections"] if not (section := fill.section(part)).empty],
        footer=fill.line(text["footer"]),
        page=spoken.page,
    )


__all__ = [
    "DOSSIER", "FACTS", "Facts", "Fill", "Letter", "Line", "Section", "Sheet", "Words", "choose", "languages",
    "letter", "sheet", "words",
]  # fmt: skip
