"""The languages of the console: every message is translated, whole and with the same placeholders."""

import pytest

from services.journeys.console import words
from services.journeys.console.texts import LANGUAGES, N_, _, catalogue, direction, ngettext, spoken_in
from services.journeys.console.texts.messages import faults, messages, missing


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


def test_a_code_is_said_in_the_readers_language_and_an_unknown_one_in_english() -> None:
    with spoken_in("ar"):
        assert words.plain("approved") == "موافق عليه"
        assert words.plain("100%_new-code") == "100% new code"
    assert [direction(language) for language in LANGUAGES] == ["ltr", "ltr", "rtl"]
