"""The fields that a segment's rule may name, for each party: what they mean, their kind, and what can be asked of them.

Wants are what somebody told or applied to; the rest is behaviour. Nothing of who somebody is (age, gender, home) is
here. A day is a day in UTC, and `.90` counts the 90 days up to and with today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.surveys import Party

__all__ = ["FIELDS", "OPERATORS", "About", "FieldOf", "Party", "Sort"]


class Sort(StrEnum):
    """What a field holds."""

    number = "number"
    code = "code"
    codes = "codes"
    flag = "flag"
    day = "day"


class About(StrEnum):
    """Whether a field tells what somebody wants or what they do."""

    want = "want"
    behaviour = "behaviour"


OPERATORS: Mapping[Sort, tuple[str, ...]] = {
    Sort.number: ("lt", "le", "gt", "ge", "eq", "between", "known"),
    Sort.code: ("is", "one_of", "known"),
    Sort.codes: ("has_any", "has_all", "has_none", "known"),
    Sort.flag: ("is", "known"),
    Sort.day: ("before", "from", "between", "known"),
}


@dataclass(frozen=True, slots=True)
class FieldOf:
    """One field of the catalogue. A number without a value is unknown, unless it is a count: then it is 0."""

    name: str
    sort: Sort
    about: About
    text: str


def _wants(*fields: tuple[str, Sort, str]) -> list[FieldOf]:
    return [FieldOf(name, sort, About.want, text) for name, sort, text in fields]


def _does(*fields: tuple[str, Sort, str]) -> list[FieldOf]:
    return [FieldOf(name, sort, About.behaviour, text) for name, sort, text in fields]


VOICE = (
    ("surveys", Sort.number, "surveys answered"),
    ("nps", Sort.number, "newest answer to “how likely to recommend”, 0–10"),
    ("ces2", Sort.number, "newest effort score CES 2.0, 1–7, high is easy"),
    ("csat", Sort.number, "newest satisfaction with the experience, 1–5"),
    ("open_cases", Sort.number, "quality cases that are open"),
    ("silent_days", Sort.number, "days since the last sign of life, at most 365"),
    ("known_days", Sort.number, "days since this room first heard of them"),
    ("stage", Sort.code, "the furthest step of any application or offer so far"),
    ("lifecycle", Sort.code, "first_purchase, indecisive, lapsed, loyal or repeat; unknown while none fits"),
)
EP = [
    *_wants(
        ("wants.products", Sort.codes, "programmes they want or applied to"),
        ("wants.fields", Sort.codes, "fields of work that they want"),
        ("wants.countries", Sort.codes, "countries that they want or applied to"),
        ("wants.from", Sort.day, "first day on which they are free"),
        ("wants.to", Sort.day, "last day on which they are free"),
        ("wants.in_days", Sort.number, "days from today until they are free; below 0: they are already"),
        ("wants.weeks", Sort.number, "weeks for which they are free"),
        ("wants.budget", Sort.number, "what they can spend, in euro a month, as they told a manager"),
        ("looking", Sort.flag, "whether their profile says that they look for something"),
        ("views.products", Sort.codes, "programmes of opportunities that they looked at, 90 days"),
        ("views.countries", Sort.codes, "countries of opportunities that they looked at, 90 days"),
        ("study.field", Sort.code, "what they study"),
    ),
    *_does(
        ("visits.14", Sort.number, "pages seen on web and app, 14 days"),
        ("visits.90", Sort.number, "pages seen on web and app, 90 days"),
        ("opportunities.90", Sort.number, "different opportunities looked at, 90 days"),
        ("forms.90", Sort.number, "forms begun, 90 days"),
        ("mails.90", Sort.number, "e-mails opened or clicked, 90 days, beside other signs only"),
        ("contacts.90", Sort.number, "personal contacts (calls, meetings, messages …), 90 days"),
        ("replies.90", Sort.number, "messages and survey answers, 90 days"),
        ("touchpoints.90", Sort.number, "touchpoints that reached them, 90 days"),
        ("channels", Sort.codes, "channels on which they were met, 90 days"),
        ("campaigns", Sort.codes, "campaigns that they came by, 90 days"),
        ("applications", Sort.number, "applications so far"),
        ("applications.live", Sort.number, "applications that have not ended"),
        ("rejections", Sort.number, "rejections because of the candidate"),
        ("withdrawals", Sort.number, "applications that they took back"),
        ("experiences", Sort.number, "experiences completed"),
        *VOICE,
    ),
]
ENABLER = [
    *_wants(
        ("offers.products", Sort.codes, "programmes of their opportunities"),
        ("offers.fields", Sort.codes, "fields of work of their opportunities"),
        ("offers.countries", Sort.codes, "countries of their opportunities"),
    ),
    *_does(
        ("offers", Sort.number, "opportunities posted"),
        ("offers.365", Sort.number, "opportunities posted, 365 days"),
        ("offers.open", Sort.number, "opportunities that are on offer"),
        ("reraised", Sort.number, "opportunities raised again"),
        ("applications", Sort.number, "applications received"),
        ("answers", Sort.number, "applications answered"),
        ("quick_answers", Sort.number, "applications answered within a week"),
        ("unanswered", Sort.number, "applications that wait for longer than a week"),
        ("accepted", Sort.number, "applications accepted"),
        ("approved", Sort.number, "applications approved"),
        ("experiences", Sort.number, "experiences completed"),
        ("contacts.30", Sort.number, "talks with somebody of ours, 30 days"),
        *VOICE,
    ),
]
FIELDS: Mapping[Party, Mapping[str, FieldOf]] = {
    Party.ep: {field.name: field for field in EP},
    Party.enabler: {field.name: field for field in ENABLER},
}
