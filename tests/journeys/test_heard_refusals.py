"""Why a room says no is said in the reader's language: held against the code of all rooms."""

import re

import pytest

from services.journeys.console.heard import HOLE, WHOLE, bare, heard
from services.journeys.console.heard.refusals import REFUSALS, REFUSALS_TOO
from services.journeys.console.problems import refusal
from services.journeys.console.texts import spoken_in
from services.journeys.console.texts.messages import messages
from tests.journeys import refusals

# Whose refusals nobody meets in the console, and why.
ELSEWHERE = {
    "shared/web/strict.py": "the console writes the JSON that it sends",
    "shared/web/door.py": "the console makes the Idempotency-Key",
    "shared/web/etag.py": "the console writes If-Match",
    "shared/web/provider.py": "the development issuer has a page of its own",
    "surveys/handlers/answers.py": "the pages of personal links have their own words",
    "surveys/handlers/showcasing.py": "the pages of personal links have their own words",
    "notifications/api/inbound.py": "providers of mail and messages call it",
    "scoring/api/imports.py": "files are imported by clients",
    "scoring/handlers/imports.py": "files are imported by clients",
    "scoring/api/studies.py": "tables for a study are sent by clients",
    "scoring/commands/interactions.py": "sites and apps tell of visits",
    "scoring/handlers/interactions.py": "sites and apps tell of visits",
    "scoring/handlers/contents.py": "sites ask which content fits",
    "scoring/policy/segments/conditions.py": "conditions are written by clients, as JSON",
}
# Single ones: a file and its text (None where the code doesn't tell it), and why it is not listed.
APART = {
    ("shared/web/written.py", None): "documents written as YAML are sent by clients",
    ("shared/web/written.py", "{}."): "makes a sentence of what is listed",
    ("shared/web/problems.py", "It was recorded.{}"): "of a 500 the console says that the room is away",
    ("shared/outward/addresses.py", None): "passes on its own ValueErrors, which are listed",
    ("applications/handlers/moving.py", None): "says of clashes what policy/guards.py says",
    ("notifications/handlers/letters.py", None): "letters are drafted by clients, in Jinja",
    ("notifications/handlers/letters.py", "there are {}"): "letters are drafted by clients, in Jinja",
    ("notifications/handlers/plans.py", None): "plans are drafted by clients, as YAML",
    ("scoring/handlers/sheets.py", "{}{}."): "makes a sentence of what is listed",
    ("scoring/handlers/sheet_decisions.py", "It is one of {}."): "a decision is chosen from a list",
    ("journeys/estimates/cohorts.py", "one of {}"): "a goal is chosen from a list",
    ("journeys/estimates/funnel.py", "one of {}"): "a start is chosen from a list",
    ("journeys/handlers/designs.py", "There are {}."): "a kind of design is chosen from a list",
    ("journeys/views/estimates.py", None): "passes on what pydantic says",
}


def shape(text: str) -> str:
    return bare(HOLE.sub(refusals.HOLE, text))


LISTED = {shape(one) for one in REFUSALS} | {shape(one) for one, _ in REFUSALS_TOO}


def test_every_refusal_of_the_rooms_is_listed_or_nobody_meets_it_in_the_console() -> None:
    told = list(refusals.told())
    assert len(told) > 400
    unlisted = [one for one in told if one.text is None or bare(one.text) not in LISTED]
    met = [one for one in unlisted if one.file not in ELSEWHERE and (one.file, one.text) not in APART]
    assert met == [], "list it in console/heard/refusals/<room>.py, and translate it"
    assert ELSEWHERE.keys() - {one.file for one in unlisted} == set(), "these are exceptions no more"
    assert APART.keys() - {(one.file, one.text) for one in unlisted} == set(), "these are exceptions no more"
    known = {"The Idempotency-Key cannot be used", "If-Match cannot be read"}
    assert {one for one in refusals.titles() if bare(one) not in LISTED} == known


def test_a_refusal_is_listed_once_and_what_it_is_said_by_is_a_message() -> None:
    shapes = [shape(one) for one in (*REFUSALS, *(said for said, _ in REFUSALS_TOO))]
    assert sorted(one for one in set(shapes) if shapes.count(one) > 1) == []
    assert {message for _, message in REFUSALS_TOO} - {one.id for one in messages()} == set()


@pytest.mark.parametrize("language", ["ro", "ar"])
def test_a_refusal_with_anything_in_it_is_said_by_its_own_shape(language: str) -> None:
    filled = {"num": "7", "choices": "'visa'", "code": "visa", "at": "2026-03-01T10:00:00+00:00"}
    texts = {one: HOLE.sub(lambda hole: filled.get(hole[1], "Zyx"), one) for one in REFUSALS}
    with spoken_in(language):
        said = {one: heard(text) for one, text in texts.items()}
    english = [one for one, text in said.items() if text == texts[one] or re.search(r"\b(the|there|not|of)\b", text)]
    assert english == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Input should be 'open', 'accepted' or 'approved'", "Trebuie să fie deschis, acceptat, aprobat"),
        ("Input should be greater than or equal to 2026-01-01", "Trebuie să fie cel puțin 1 ianuarie 2026"),
        (
            "Input should be a valid date or datetime, day value is outside expected range",
            "Trebuie să fie o dată validă",
        ),
        ("It has passed.", "A trecut."),
        ("it has passed", "a trecut"),
        ("There are at most 5.", "Sunt cel mult 5."),
        ("Field required.", "Câmp obligatoriu."),
        ("There is no such enabler, or it is not yours.", "Partenerul gazdă nu există sau nu este al dumneavoastră."),
        ("belongs to the sending entity, who alone may change it", "ține de entitatea de trimitere; nimeni altcineva"),
        (
            "It is in progress; only accepted or approval broken can be moved by “approve”.",
            "„în lucru”; acest pas cere: acceptat, aprobare anulată.",
        ),
        ("The sending side has approved these terms already.", "aprobați de partea care trimite."),
        ("A sending manager may not break approval an application.", "„Manager de participanți” nu poate"),
        ("Not so: an entity opens before it closes, on the same day.", "Nu așa: o entitate se deschide"),
        ("2026-03-01T10:00:00+00:00 lies in the future", "1 martie 2026, 10:00 UTC este în viitor"),
    ],
)
def test_a_text_is_known_as_a_sentence_and_as_a_part_of_one(text: str, said: str) -> None:
    with spoken_in("ro"):
        assert said in heard(text)


def test_a_problem_of_a_room_is_said_with_all_its_fields_in_the_readers_language() -> None:
    wrong = [{"pointer": "#/end_on", "detail": "an extension ends later than 2026-05-24"}]
    problem = {"type": "/problems/invalid", "title": "Some values are not acceptable", "errors": wrong}
    with spoken_in("ro"):
        told = refusal(422, problem)
        assert told.fields() == {"end_on": "o prelungire se încheie după 24 mai 2026"}
        guard = {
            "type": "/problems/not-started",
            "detail": "The first day of work is 2026-03-02; it can't have happened yet.",
        }
        assert refusal(409, guard).words().startswith("Prima zi de lucru este 2 martie 2026;")
    assert len(WHOLE) > 400
