"""The languages of the console: every message is translated, whole and with the same placeholders."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.journeys.console import words
from services.journeys.console.heard import heard
from services.journeys.console.texts import LANGUAGES, N_, _, catalogue, direction, ngettext, spoken_in
from services.journeys.console.texts.messages import faults, messages, missing
from services.journeys.console.touchpoint_codes import TOUCHPOINTS
from services.notifications.plan import shipped
from services.scoring.policy import enabler_rules, risk, rules, suggesting
from services.scoring.policy.matching import fit
from services.scoring.policy.rules import Term


def test_every_message_has_a_translation_into_each_language() -> None:
    lacking = [f"{one.language} ({one.part}) {one.where}: {one.id!r}" for one in missing()]
    assert lacking == [], "python -m services.journeys.console.texts <part> lists what a part lacks"


def test_translations_name_the_placeholders_of_their_message_and_none_is_left_over() -> None:
    assert faults() == []


def test_messages_are_found_in_templates_and_in_code() -> None:
    found = {one.id if isinstance(one.id, str) else one.id[0]: one for one in messages()}
    assert found["Skip to content"].where.startswith("templates/frame.html")
    assert found["Signed up"].where.startswith("sentences.py")
    assert ("%(count)s week", "%(count)s weeks") in {one.id for one in messages()}


def test_a_message_is_said_in_the_language_of_the_request_and_in_english_where_nobody_translated_it() -> None:
    assert _("Home") == "Home"
    with spoken_in("ro"):
        assert _("Home") == "Acasă"
        assert _(N_("nobody translated %(this)s"), this="this") == "nobody translated this"
    assert _("Home") == "Home"
    assert catalogue("ar").gettext("Home") == "الرئيسية"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["one day", "two days", "two weeks", "20 days"]),
        ("ro", ["1 zi", "2 zile", "2 săptămâni", "20 de zile"]),
        ("ar", ["يوم واحد", "يومين", "أسبوعين", "20 يومًا"]),
    ],
)
def test_numbers_take_the_form_of_their_language(language: str, said: list[str]) -> None:
    with spoken_in(language):
        assert [words.span(days) for days in (1, 2, 14, 20)] == said
        assert "5" in ngettext("%(num)s new opportunity fits", "%(num)s new opportunities fit", 5)


@pytest.mark.parametrize(
    ("language", "moment", "share"),
    [
        ("en", "10 May 2026, 09:00 CEST", "12%"),
        ("ro", "10 mai 2026, 09:00 CEST", "12\xa0%"),
        ("ar", "10 مايو 2026، 09:00 CEST", "12%"),
    ],
)
def test_dates_and_shares_are_written_as_the_language_does(language: str, moment: str, share: str) -> None:
    with spoken_in(language):
        assert words.at("2026-05-10T07:00:00Z", "Europe/Stockholm") == moment
        assert words.percent(0.1234).strip("\u200e") == share


def test_a_figure_below_zero_keeps_its_minus_on_the_left_in_arabic() -> None:
    with spoken_in("ar"):
        assert (words.percent(-0.03), words.number(-1.5, 1)) == ("\u200e-3%", "\u200e-1.5")
    with spoken_in("en"):
        assert (words.percent(-0.03), words.number(3)) == ("-3%", "3")


def test_a_code_is_said_in_the_readers_language_and_an_unknown_one_in_english() -> None:
    with spoken_in("ar"):
        assert words.plain("approved") == "موافق عليه"
        assert words.plain("100%_new-code") == "100% new code"
    assert [direction(language) for language in LANGUAGES] == ["ltr", "ltr", "rtl"]


class Two:
    """A row in which everything is two."""

    def get(self, name: str, otherwise: object = None) -> int:
        return 2

    def __getitem__(self, name: str) -> int:
        return 2

    def __getattr__(self, name: str) -> int:
        return 2


def said_by_the_rooms() -> list[str]:
    """What ships with the rooms as English: titles of touchpoints, standards and actions, and all reasons of scores."""
    shipped = ("notifications/plan/default.yaml", "notifications/plan/standards.yaml", "scoring/actions/shipped.yaml")
    files = [(Path(__file__).parents[2] / "services" / one).read_text(encoding="utf-8") for one in shipped]
    titles = [title.strip().strip('"') for file in files for title in re.findall(r"^ +(?:- )?title: (.+)$", file, re.M)]
    row: Any = Two()
    reasons = [policy.in_words(code, 0.5, row) for policy in (rules, risk) for code in policy.TEXTS]
    reasons += [enabler_rules.in_words(code, 0.5, {}) for code in enabler_rules.TEXTS]
    reasons += [fit.in_words(Term(code, 0.5), row) for code in fit.TEXTS]
    return (
        titles + reasons + [suggesting.in_words(fact, 2) for fact in suggesting.TEXTS] + [*suggesting.PLACES.values()]
    )


@pytest.mark.parametrize("language", ["ro", "ar"])
def test_what_ships_with_the_rooms_is_said_in_the_readers_language(language: str) -> None:
    texts = said_by_the_rooms()
    assert len(texts) > 200
    with spoken_in(language):
        assert [text for text in texts if heard(text) == text] == []
        assert heard("What a committee wrote itself") == "What a committee wrote itself"
    assert heard("Field required") == "Field required"


def test_numbers_days_and_codes_within_a_rooms_text_are_written_as_the_reader_does() -> None:
    with spoken_in("ro"):
        assert heard("1 visit in the last 14 days (-0.20)") == "vizite în ultimele 14 zile: 1 (−0,20)"
        assert heard("the stay begins on 2026-03-02") == "stagiul începe la 2 martie 2026"
        assert heard("It is withdrawn.") == "Este în starea „retras”."


def test_every_touchpoint_of_the_shipped_plan_is_said_in_each_language() -> None:
    """By its title, where its code says too little."""
    titles = {one.code: one.title for one in shipped().touchpoints}
    assert {code: titles[code] for code in TOUCHPOINTS} == TOUCHPOINTS
    for language in ("ro", "ar"):
        with spoken_in(language):
            assert [code for code in titles if words.inside(code) == code.replace("-", " ")] == []
