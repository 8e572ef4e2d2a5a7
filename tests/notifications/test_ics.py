"""Calendar files: what another reader makes of them, whatever stands in a title; UID and SEQUENCE over changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.policy.ics import LINE, CalendarEntry, Contact, Method, PartStat, calendar_file, folded
from shared.zones import to_utc

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300)


def entry(**values: Any) -> CalendarEntry:
    given: dict[str, Any] = {
        "uid": "session-1@sojourn", "sequence": 0, "stamp": NOW, "title": "OPS",
        "starts": NOW + timedelta(days=9), "ends": NOW + timedelta(days=9, hours=2),
    }  # fmt: skip
    return CalendarEntry(**{**given, **values})


def read(text: str) -> list[Any]:
    return list(icalendar.Calendar.from_ical(text.encode()).walk("VEVENT"))


def clean(text: str) -> str:
    """What is left of a text in a calendar: line ends of one kind, no control characters."""
    ends = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "")
    return "".join(letter for letter in ends if letter in "\n\t" or not (letter < " " or "\x7f" <= letter <= "\x9f"))


@given(title=TEXT, text=TEXT, place=TEXT, name=TEXT)
def test_whatever_stands_in_it_another_reader_reads_the_same(title: str, text: str, place: str, name: str) -> None:
    made = entry(title=title, text=text, place=place, organizer=Contact(name, "a@example.org"))
    content = calendar_file([made], Method.request)
    (found,) = read(content)
    assert str(found["SUMMARY"]) == clean(title)
    assert str(found.get("DESCRIPTION", "")) == clean(text)
    assert str(found.get("LOCATION", "")) == clean(place)
    assert str(found["ORGANIZER"]) == "mailto:a@example.org"
    names = {line.partition(":")[0].partition(";")[0] for line in content.replace("\r\n ", "").split("\r\n") if line}
    assert names <= {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED",
        "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP", "ORGANIZER",
    }  # fmt: skip


@given(text=TEXT)
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(text: str) -> None:
    content = calendar_file([entry(title=text)], Method.publish, text)
    assert content.endswith("END:VCALENDAR\r\n")
    assert "\n" not in content.replace("\r\n", "")
    for line in content.encode().split(b"\r\n"):
        assert len(line) <= LINE
        line.decode()
    whole = "".join(letter for letter in text if letter.isprintable())
    assert folded(whole).replace("\r\n ", "") == whole


@pytest.mark.parametrize(
    "attack",
    [
        "x\r\nATTENDEE:mailto:mallory@example.org",
        "x\nEND:VEVENT\nBEGIN:VEVENT",
        "x\u2028DTSTART:19700101T000000Z",
        "x\x85URL:https://evil.example",
        'x";RSVP=TRUE:mailto:mallory@example.org',
        "x\\nEND:VCALENDAR",
    ],
)
def test_nobody_adds_a_line_through_a_title_a_name_or_an_address(attack: str) -> None:
    person = Contact(attack, f"a@example.org{attack}")
    made = entry(
        title=attack, text=attack, place=attack, url=f"https://here/{attack}", organizer=person, attendee=person
    )
    content = calendar_file([made], Method.request)
    (found,) = read(content)
    assert found["DTSTART"].dt == made.starts
    lines = content.replace("\r\n ", "").split("\r\n")
    assert len([line for line in lines if line.startswith("ATTENDEE")]) == 1
    assert len([line for line in lines if line.startswith("BEGIN:VEVENT")]) == 1
    assert found["ATTENDEE"].params["RSVP"] == "FALSE"
    assert not any(line.startswith(("URL:https://evil", "END:VCALENDAR\\")) for line in lines)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Europe/Bucharest", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_a_moment_reads_as_the_wall_time_that_was_meant(local: datetime, zone: str) -> None:
    local = local.replace(microsecond=0, fold=0)
    starts = to_utc(local, zone)
    (found,) = read(calendar_file([entry(starts=starts, ends=starts + timedelta(hours=1))], Method.request))
    there = found["DTSTART"].dt.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    meant = starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    assert there == meant  # a time in a gap is what clocks show then
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(hours=1)


def test_clocks_go_forward_during_a_session() -> None:
    starts, ends = (to_utc(datetime(2026, 3, 29, hour), "Europe/Bucharest") for hour in (2, 5))
    (found,) = read(calendar_file([entry(starts=starts, ends=ends)], Method.request))
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(hours=2)


def test_a_day_ends_before_the_next_one_and_blocks_nothing() -> None:
    day = date(2026, 3, 2)
    (found,) = read(calendar_file([entry(starts=day, ends=day, busy=False)], Method.publish, "Mine"))
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (day, date(2026, 3, 3))
    assert found["TRANSP"] == "TRANSPARENT"


def test_who_takes_part_is_said_with_the_answer() -> None:
    made = entry(attendee=Contact("Ioana Șerban", "ioana@example.org"), answer=PartStat.accepted)
    (found,) = read(calendar_file([made], Method.request))
    assert found["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert found["ATTENDEE"].params["CN"] == "Ioana Șerban"
