"""What messages and documents say: complete in every language, and honest about what isn't known."""

import json
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

import pytest
from jinja2 import UndefinedError

from services.notifications import plan, texts
from services.notifications.press import Press

NEEDED: dict[str, Any] = {
    "person": {"given_name": "Ioana", "family_name": "Șerban", "email": "ioana@sojourn.example", "language": "ro"},
    "hosting_entity": {"name": "Uppsala Committee", "email": "uppsala@sojourn.example", "phone": "+46700000001"},
    "opportunity": {"title": "Data intern", "city": "Uppsala"},
    "stay": {"start_on": date(2026, 3, 2), "end_on": date(2026, 5, 24), "zone": "Europe/Stockholm"},
    "sending_entity": {"name": "Cluj Committee", "email": "cluj@sojourn.example", "phone": "+40721000001"},
    "pickup_place": "Central Station",
    "pickup_on": date(2026, 2, 27),
    "departure_route": "Bus 801",
}
EVERYTHING: dict[str, Any] = NEEDED | {
    "weekly_hours": 38,
    "enabler": {"name": "Norrsken Lab"},
    "pickup_time": time(16, 40),
    "pickup_person": "Maja Lindström",
    "pickup_phone": "+46701234567",
    "accommodation": "Studentvägen 12",
    "workplace": "Dragarbrunnsgatan 35",
    "supervisor": "Åsa Öberg",
    "emergency_contact": "+46709999999",
    "recipient": {"name": "Åsa Öberg"},
    "session": {
        "on": date(2026, 2, 20),
        "at": time(10),
        "until": time(16),
        "place": "Room 4",
        "link": "https://meet",
        "title": "Open evening",
    },
    "task": {"title": "Call the new EP", "due_on": date(2026, 2, 9), "days_over": 2, "about": "Ioana", "owner": "Dan"},
    "items": [{"text": "First", "when": "Monday"}, {"text": "Second"}],
    "question": {
        "from": "Ioana Șerban",
        "subject": "Visa",
        "answer_by": datetime(2026, 2, 9, 12, 30),
        "ticket": "Q-1234ABCD",
        "overdue": True,
    },
    "was": {"start_on": date(2026, 2, 2), "end_on": date(2026, 4, 24)},
    "stopped": "approval_broken",
    "reason": "position_filled",
    "ours": True,
    "fee": "EUR 350",
    "interview": {"on": date(2026, 1, 12), "at": time(9, 30), "place": "https://meet/2"},
    "shortlist": "3",
    "policy_version": "XPP 2026",
    "goals": {
        "responsibilities": ["The weekly report on the numbers", "Data quality of the sign-up form"],
        "goals": ["A dashboard that the team uses", "Hold one presentation in Swedish"],
        "feedback": "Thursdays at 14:00",
    },
    "host_facts": {
        "airport": "Bus 801 from Arlanda, every 30 minutes",
        "money": "A month costs about SEK 9,000",
        "transport": "UL card, at the Central Station",
        "customs": "Shoes off indoors",
        "departure_steps": "De-register at the tax office",
        "local_numbers": "112",
        "health": "1177",
        "climate": "Cold until May",
        "visa": "Residence permit beyond 90 days",
    },
    "survey": {"code": "after-completion", "minutes": 1},
    "link": "http://room/s/token",
    "link_until": date(2026, 7, 24),
}
LANGUAGES = texts.languages()
DOCUMENTS = sorted(texts.words("en").documents)
LETTERS = sorted(texts.words("en").letters)


FIXED = ("when", "each", "to", "from")


def skeleton(value: Any) -> Any:
    """The shape of a text: everything but the words themselves."""
    if isinstance(value, dict):
        return {key: inner if key in FIXED else skeleton(inner) for key, inner in value.items()}
    return [skeleton(inner) for inner in value] if isinstance(value, list) else "…"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    spoken, english = texts.words(language), texts.words("en")
    assert skeleton(spoken.letters) == skeleton(english.letters)
    assert skeleton(spoken.documents) == skeleton(english.documents)
    assert (len(spoken.months), len(spoken.weekdays)) == (12, 7)


def test_there_are_arabic_english_romanian_and_swedish() -> None:
    assert LANGUAGES == ("ar", "en", "ro", "sv")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [NEEDED, EVERYTHING], ids=["needed", "everything"])
@pytest.mark.parametrize("code", DOCUMENTS)
def test_every_document_is_written_from_what_it_needs(code: str, facts: dict[str, Any], language: str) -> None:
    sheet = texts.sheet(code, language, facts)
    shown = str(sheet)
    assert "{{" not in shown
    assert "Uppsala Committee" in shown
    assert sheet.file_name.isascii()
    if facts is EVERYTHING:
        assert "missing=True" not in shown
    elif code != "policies-papers":  # it is the same for everybody
        assert "missing=True" in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", LETTERS)
def test_every_letter_is_written_from_what_it_needs(code: str, language: str) -> None:
    """A letter of the plan from what its entry waits for; each letter from everything."""
    entry = plan.current().entry(code)
    known = [EVERYTHING]
    if entry is not None:
        always = {"stay"} | ({"link", "link_until"} if "survey-" in code or "case-" in code else set())
        known.append({name: EVERYTHING[name] for name in {*entry.needs, *always}})
    for facts in known:
        letter = texts.letter(code, language, facts)
        assert letter.subject
        assert letter.preview
        assert len(letter.closing) >= 1
        assert "{{" not in str(letter)


@pytest.mark.parametrize(
    ("language", "written", "clock"),
    [
        ("en", "Friday 27 February 2026", "16:40"),
        ("ro", "vineri, 27 februarie 2026", "16:40"),
        ("sv", "fredag 27 februari 2026", "16.40"),
        ("ar", "الجمعة 27 فبراير 2026", "16:40"),
    ],
)
def test_dates_are_written_as_the_language_does(language: str, written: str, clock: str) -> None:
    spoken = texts.words(language)
    assert (spoken.written(date(2026, 2, 27)), spoken.at(time(16, 40))) == (written, clock)


def test_a_missing_fact_says_who_will_provide_it() -> None:
    sheet = texts.sheet("pickup-sheet", "en", NEEDED)
    met_by = next(line for line in sheet.glance if line.label == "You are met by")
    assert met_by.missing
    assert met_by.text == "Uppsala Committee will tell you the name before you travel"


def test_a_section_of_which_nothing_is_known_is_left_out() -> None:
    text = {"title": "Nothing", "rows": [{"when": "workplace", "text": "{{ workplace }}"}]}
    assert texts.Fill(texts.words("en"), NEEDED).section(text).empty


def test_a_text_never_prints_a_fact_that_is_not_there() -> None:
    with pytest.raises(UndefinedError):
        texts.Fill(texts.words("en"), {}).text("{{ person.given_name }}")
    assert texts.Fill(texts.words("en"), {}).text("{% if person %}x{% endif %}") == ""


def test_facts_are_never_read_as_templates() -> None:
    facts = NEEDED | {"person": NEEDED["person"] | {"given_name": "{{ 7*7 }}{% for x in y %}"}}
    assert texts.letter("departure-document", "en", facts).greeting == "Dear {{ 7*7 }}{% for x in y %},"


@pytest.mark.parametrize(
    ("tags", "language"),
    [(("ro",), "ro"), (("sv-FI",), "sv"), (("ja", "ro"), "ro"), (("ja",), "en"), ((None, None), "en"), ((), "en")],
)
def test_the_first_language_that_there_is_is_chosen(tags: tuple[str | None, ...], language: str) -> None:
    assert texts.choose(*tags) == language


def test_romanian_counts_hours_as_romanians_do() -> None:
    def hours(count: int) -> str:
        sheet = texts.sheet("preparation-booklet", "ro", EVERYTHING | {"weekly_hours": count})
        return next(line.text for line in sheet.glance if line.label == "Timp de lucru")

    assert [hours(count) for count in (15, 20, 38)] == [
        "15 ore pe săptămână",
        "20 de ore pe săptămână",
        "38 de ore pe săptămână",
    ]


HOSTILE = {
    "markup": "#panic(1) = *b* $x$ <label> @ref // \\ { }",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "jinja": "{{ 7*7 }}{% for x in range(9**9) %}{% endfor %}{{ ''.__class__.__mro__ }}",
    "headers": "x\r\nBcc: victim@sojourn.example\r\n\r\nbody",
    "control": "a\x00b\x07c\x1b[31md\x7fe\x85f",
    "bidi": "abc\u202etxt.fdp\u202c\u2066x\u2069\u200f\u061c",
    "surrogate": "a\ud800b",
    "long word": "x" * 10_000,
    "long": "lorem ipsum " * 900,
    "mixed": "مرحبا Uppsala 12, שלום",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_fact_stays_a_fact_in_every_letter(hostile: str, language: str) -> None:
    given = HOSTILE[hostile]
    facts = EVERYTHING | dict.fromkeys(("departure_route", "pickup_place", "buddy", "accommodation", "fee"), given)
    facts |= {"person": EVERYTHING["person"] | {"given_name": given}, "host_facts": {"money": given}}
    facts |= {"opportunity": {"title": given, "city": given}, "recipient": {"name": given}}
    for code in LETTERS:
        letter = texts.letter(code, language, facts)
        shown = str(letter)
        assert "\n" not in letter.subject
        for turn in "\u202a\u202b\u202d\u202e\u2066\u2067":
            assert turn not in shown
        assert all(letter_.isprintable() or letter_ in "\u2068\u2069\u200c\u200d" for letter_ in letter.subject)
        assert shown.encode("utf-8", "strict")
    if hostile == "jinja":
        assert "{{ 7*7 }}" in texts.letter("departure-document", language, facts).subject


def test_each_fact_is_isolated_where_one_reads_from_the_right() -> None:
    fill = texts.Fill(texts.words("ar"), {"phone": "+46 70\u202e1"})
    assert fill.text("رقم {{ phone }}") == "رقم \u2068+46 701\u2069"
    assert texts.Fill(texts.words("en"), {"phone": "+46 70"}).text("No. {{ phone }}") == "No. +46 70"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fonts_have_every_letter_of_every_text(language: str) -> None:
    made = Press(threads=1)
    try:
        for code in DOCUMENTS:
            sheet = texts.sheet(code, language, EVERYTHING)
            assert b"/Lang" in made._compile(json.dumps(asdict(sheet), ensure_ascii=False), ["ua-1"])
    finally:
        made.close()
