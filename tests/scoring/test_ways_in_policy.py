"""What may come in, without any database: machines, campaigns, codes, consent, files, and which events are contacts."""

import string
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.policy.campaigns import LONGEST, UTM, campaign_of, host_of, query_value, slug_of
from services.scoring.policy.consent import allowed, objects
from services.scoring.policy.contacts import CONTACTS, SILENT, UNDOES
from services.scoring.policy.imports import NAMES, id_of, moment_of
from services.scoring.policy.interactions import COUNTED, VISITS, Channel, Kind, Move
from services.scoring.policy.machines import AROUND_HONEYPOT, FAST_MANY, FAST_WITHIN, Mark, Seen, mark_of, marks
from services.scoring.policy.sources import ALPHABET, LENGTH, Refused, code_of, refusal, tidy_code
from services.scoring.policy.tables import LONGEST as LONGEST_RECORD
from services.scoring.policy.tables import Reader, Record, bare, columns
from shared.contracts.envelope import CATALOGUE
from shared.docs import services
from tests.scoring.world import BROWSER

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
ALL = services()  # so that every contract is in the catalogue


# --- every event of every room


def test_every_event_that_names_a_person_is_a_contact_or_says_why_it_is_none() -> None:
    ours = "scoring."
    named = {e for t, e in CATALOGUE.items() if "person_id" in e.model_fields and not t.startswith(ours)}
    named = {event for event in named if event.__module__.startswith("shared.contracts.")}
    assert CONTACTS.keys() | SILENT.keys() == named
    assert CONTACTS.keys() & SILENT.keys() == set()
    assert all(len(reason) > 10 for reason in SILENT.values())
    assert UNDOES.keys() <= SILENT.keys()
    assert set(UNDOES.values()) <= CONTACTS.keys()


def test_our_own_moves_never_count_as_the_persons() -> None:
    assert {contact.kind for contact in CONTACTS.values() if contact.move is Move.ours} & COUNTED == set()


# --- machines


@pytest.mark.parametrize(
    ("headers", "mark"),
    [
        ({"user-agent": BROWSER}, None),
        ({"user-agent": BROWSER, "sec-purpose": "prefetch;prerender"}, Mark.prefetch),
        ({"user-agent": BROWSER, "purpose": "prefetch"}, Mark.prefetch),
        ({"user-agent": BROWSER, "x-moz": "prefetch"}, Mark.prefetch),
        ({"user-agent": BROWSER, "x-purpose": "preview"}, Mark.prefetch),
        ({"user-agent": BROWSER, "sec-purpose": ""}, None),
        ({"user-agent": "Googlebot/2.1"}, Mark.user_agent),
        ({}, Mark.user_agent),
    ],
)
def test_headers_tell_of_machines_and_of_pages_fetched_ahead_of_time(
    headers: dict[str, str], mark: Mark | None
) -> None:
    assert mark_of(headers) is mark


def _seen(number: int, after: timedelta, kind: Kind = Kind.page_view) -> Seen:
    return Seen(UUID(int=number), kind, NOW + after)


def test_nobody_looks_at_sixteen_pages_in_two_seconds_but_at_fifteen_somebody_might() -> None:
    fast = [_seen(n, FAST_WITHIN * n / FAST_MANY) for n in range(FAST_MANY + 1)]
    assert set(marks(fast).values()) == {Mark.too_fast}
    assert len(marks(fast)) == FAST_MANY + 1
    assert marks(fast[1:]) == {}
    slow = _seen(99, timedelta(minutes=1))
    assert slow.id not in marks([*fast, slow])


def test_whoever_opens_the_honeypot_was_a_machine_around_that_time() -> None:
    trap, near = _seen(1, timedelta(0), Kind.honeypot), _seen(2, -AROUND_HONEYPOT)
    far = _seen(3, AROUND_HONEYPOT + timedelta(seconds=1))
    assert marks([far, near, trap]) == {trap.id: Mark.honeypot, near.id: Mark.honeypot}


visits = st.lists(
    st.builds(
        Seen, st.uuids(), st.sampled_from([*VISITS, Kind.honeypot]),
        st.integers(0, 4000).map(lambda tenths: NOW + timedelta(seconds=tenths / 10)),
    ),
    max_size=40, unique_by=lambda seen: seen.id,
)  # fmt: skip


@given(visits, st.randoms(), st.integers(0, 40))
def test_marks_depend_on_what_was_done_and_on_no_order_and_are_never_taken_back(
    seen: list[Seen], chance: object, cut: int
) -> None:
    shuffled = [*seen, *seen[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = marks(seen)
    assert marks(shuffled) == whole
    assert marks(seen[:cut]).keys() <= whole.keys()


# --- what brought a visit


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ("Spring Sale, Cluj!", "spring-sale-cluj"),
        ("Șerban & Söhne", "serban-sohne"),
        ("spring-2026", "spring-2026"),
        ("20260301", "20260301"),
        ("springsemester2026campaign", "springsemester2026campaign"),
        ("  ", None),
        ("!!!", None),
        (None, None),
        ("ioana@example.org", None),
        ("+40 721 000 000", None),
        ("Cj0KCQiA1NebBhDDARIsAANiDD3k4x", None),
        ("x" * 500, "x" * LONGEST),
    ],
)
def test_campaign_parameters_become_codes_that_name_nobody(given: str | None, slug: str | None) -> None:
    assert slug_of(given) == slug


@given(st.text(max_size=300))
def test_a_slug_is_bounded_and_clean_whatever_was_sent(text: str) -> None:
    slug = slug_of(text)
    assert slug is None or (len(slug) <= LONGEST and not set(slug) - set(string.ascii_lowercase + "0123456789_.:-"))
    assert slug is None or slug_of(slug) == slug


def test_of_a_landing_page_only_the_campaign_is_read_and_click_ids_are_dropped() -> None:
    page = "https://x.example/?utm_source=Poster&UTM_Campaign=Spring+2026&gclid=EAIaIQob&fbclid=7&name=Ioana#utm_term=a"
    assert campaign_of({}, page) == dict(zip(UTM, ("poster", None, "spring-2026", None, None), strict=True))
    assert campaign_of({"utm_source": "flyer"}, page)["utm_source"] == "flyer"
    assert campaign_of({}, "utm_source=first&utm_source=second")["utm_source"] == "first"
    assert query_value("code=7KQ2MX&utm_source=a", "code") == "7KQ2MX"


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.Uni-Cluj.example/news?id=7#top", "uni-cluj.example"),
        ("uni-cluj.example/news", "uni-cluj.example"),
        ("https://ioana:secret@mail.example:8443/inbox", "mail.example"),
        ("http://192.0.2.7/x", None),
        ("http://[::1]/", None),
        ("http://[", None),
        ("about:blank", None),
        ("", None),
        (None, None),
    ],
)
def test_of_the_page_before_only_the_host_is_kept(referrer: str | None, host: str | None) -> None:
    assert host_of(referrer) == host


# --- codes


def test_codes_are_of_letters_that_nobody_mixes_up_and_are_read_however_they_are_typed() -> None:
    assert not set(ALPHABET) & set("01OILU")
    code = code_of(range(240))
    assert (len(code), tidy_code(f" {code[:3].lower()}-{code[3:]} ")) == (LENGTH, code)
    assert code_of(bytes([255, 250, 240, 0])) == ALPHABET[0]
    assert [tidy_code(wrong) for wrong in ("", "7KQ2M", "7KQ2MO", "7KQ2MXX")] == [None] * 4


def test_a_code_holds_from_its_first_day_to_its_last() -> None:
    first, last, day = date(2026, 3, 2), date(2026, 3, 6), timedelta(days=1)
    assert [refusal(first, last, one) for one in (first - day, first, last, last + day)] == [
        Refused.not_yet, None, None, Refused.over,
    ]  # fmt: skip
    assert refusal(first, None, date(2199, 1, 1)) is None


# --- consent


@pytest.mark.parametrize(
    ("said", "objection", "ask_first", "may"),
    [
        (None, False, True, False),
        (None, False, False, True),
        (None, True, False, False),
        (True, True, True, True),  # a word counts more than the browser's standing objection
        (False, False, False, False),
    ],
)
def test_nothing_is_followed_without_a_word(said: bool | None, objection: bool, ask_first: bool, may: bool) -> None:
    assert allowed(said, objects=objection, ask_first=ask_first) is may


def test_both_standing_objections_are_heard() -> None:
    assert objects({"sec-gpc": "1"})
    assert objects({"dnt": "1"})
    assert not objects({"dnt": "0", "user-agent": BROWSER})


# --- files


def _read(text: str, size: int) -> list[Record]:
    reader, data, found = Reader(), text.encode(), []
    for at in range(0, len(data), size):
        found += reader.feed(data[at : at + size])
    return [*found, *reader.close()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
def test_a_file_reads_the_same_however_it_is_cut(size: int) -> None:
    text = '\ufeffDate;Who\r\n2026-02-02;"Șerban; ""x""\r\nline two"\r\n\r\n2026-02-03;b\n2026-02-04;"open\n'
    assert _read(text, size) == [
        Record(1, ("Date", "Who")),
        Record(2, ("2026-02-02", 'Șerban; "x"\r\nline two')),
        Record(5, ("2026-02-03", "b")),
        Record(6, problem="a quoted cell has no end"),
    ]


def test_a_record_without_end_costs_no_memory_and_what_follows_is_read() -> None:
    text = f"a,b\n{'x' * 3 * LONGEST_RECORD}\nc,d\n"
    for size in (1000, 10**6):
        first, broken, last = _read(text, size)
        assert (first.cells, broken.line, broken.cells, last.cells) == (("a", "b"), 2, (), ("c", "d"))
        assert broken.problem


def test_headings_are_known_by_many_names_or_as_the_caller_says() -> None:
    found, strange = columns(["Date", "Person-ID", "Notiz", "Kanal", "when"], NAMES, {"Kanal": "channel"})
    assert found == {0: "at", 1: "person_id", 3: "channel"}
    assert strange == ["Notiz", "when"]


def test_the_guard_before_a_formula_is_taken_off() -> None:
    assert [bare(cell) for cell in ("'=1+1", " '+40", "'quoted'", "plain")] == ["=1+1", "+40", "'quoted'", "plain"]


def test_ids_follow_from_the_content_in_any_order_of_columns_or_from_the_systems_own() -> None:
    one = {"at": "2026-02-02", "person_id": "7", "channel": "phone"}
    ids = {id_of("sheet", dict(order)) for order in permutations(one.items())}
    assert len(ids) == 1
    assert id_of("sheet", one | {"channel": "sms"}) not in ids
    assert id_of("other", one) not in ids
    assert id_of("sheet", one | {"id": "A7"}) == id_of("sheet", {"id": "A7"})


def test_wall_times_are_those_of_the_named_zone() -> None:
    zone = "Europe/Bucharest"
    assert moment_of("2026-03-01 18:30", zone) == datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert moment_of("2026-07-01", zone) == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert moment_of("2026-03-01T18:30:00+01:00", zone) == datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="x"):
        moment_of("x", zone)


def test_channels_are_those_of_the_domain() -> None:
    assert {*Channel} == {
        "phone", "web", "email", "post", "sms", "chat", "app", "co_browse", "social", "in_person",
    }  # fmt: skip
