"""Personal links: one purpose, one subject, an expiry in machine time; everything else opens nothing."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.links import LinkRefused, Links, digest, same

LINKS = Links("k" * 32)
SOON = datetime.now(UTC) + timedelta(days=1)


def test_a_link_says_its_subject_and_expiry() -> None:
    subject = uuid4()
    token = LINKS.sign("survey", subject, SOON)
    assert token.isascii()
    assert len(token) == 72
    link = LINKS.open("survey", token)
    assert (link.subject, link.expires) == (subject, SOON.replace(microsecond=0))


def test_the_same_link_is_the_same_token_and_has_one_digest() -> None:
    subject = uuid4()
    one, two = (LINKS.sign("survey", subject, SOON) for _ in range(2))
    assert digest(one) == digest(two)
    assert len(digest(one)) == 64
    assert one not in digest(one)
    assert same(digest(one), two)
    assert not same(digest(one), two + " ")


@pytest.mark.parametrize("when", [timedelta(0), timedelta(seconds=-1), timedelta(days=-4000)])
def test_an_old_link_has_expired(when: timedelta) -> None:
    with pytest.raises(LinkRefused) as refusal:
        LINKS.open("survey", LINKS.sign("survey", uuid4(), datetime.now(UTC) + when))
    assert refusal.value.code == "link-expired"


def test_a_link_of_another_purpose_or_key_opens_nothing() -> None:
    token = LINKS.sign("survey", uuid4(), SOON)
    for links, purpose in ((LINKS, "unsubscribe"), (LINKS, "survey\0"), (LINKS, ""), (Links("j" * 32), "survey")):
        with pytest.raises(LinkRefused) as refusal:
            links.open(purpose, token)
        assert (refusal.value.status, refusal.value.code) == (404, "link-unknown")


def test_every_changed_letter_is_noticed() -> None:
    token = LINKS.sign("survey", uuid4(), SOON)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(LinkRefused):
            LINKS.open("survey", token[:place] + other + token[place + 1 :])


def test_a_token_has_one_spelling() -> None:
    for _ in range(50):
        token = LINKS.sign("survey", uuid4(), SOON)
        standard = token.replace("-", "+").replace("_", "/")
        for spelling in {standard, token + "=", token + "\n", f" {token}", token + "A"} - {token}:
            with pytest.raises(LinkRefused):
                LINKS.open("survey", spelling)


@pytest.mark.parametrize("token", ["", "A" * 72, "A" * 71, "ü" * 72, "\x00" * 72, "a.b.c", "A" * 100_000])
def test_nonsense_opens_nothing(token: str) -> None:
    with pytest.raises(LinkRefused):
        LINKS.open("survey", token)


def test_a_token_tells_nothing_but_its_subject_and_time() -> None:
    subject = uuid4()
    raw = base64.urlsafe_b64decode(LINKS.sign("survey", subject, SOON))
    assert raw.startswith(subject.bytes)
    assert len(raw) == 16 + 6 + 32


def test_what_is_needed_is_asked_for() -> None:
    with pytest.raises(ValueError, match="key"):
        Links("")
    with pytest.raises(ValueError, match="time zone"):
        LINKS.sign("survey", uuid4(), SOON.replace(tzinfo=None))
