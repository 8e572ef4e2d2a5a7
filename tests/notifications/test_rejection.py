"""A no comes with its reason, in the candidate's language, and says whose cause it is."""

from collections.abc import AsyncIterator

import pytest

from services.applications.policy.reasons import OURS
from services.notifications import plan, texts
from shared.contracts import applications as facts
from shared.contracts.applications import RejectionReason
from tests.notifications.world import World

OUR_SIDE = {
    "en": "the cause lies on our side",
    "ro": "cauza este de partea noastră",
    "sv": "orsaken ligger hos oss",
    "ar": "السبب من جانبنا",
}
NEXT_TIME = {
    "en": "better next time",
    "ro": "mai bine data viitoare",
    "sv": "bättre nästa gång",
    "ar": "في المرة القادمة",
}


@pytest.fixture
async def shipped(world: World) -> AsyncIterator[World]:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        yield world


async def rejected(world: World, reason: RejectionReason, *, language: str = "en") -> str:
    """The text of the letter that tells it."""
    await world.hear_people(language=language)
    await world.hear_places()
    await world.step(facts.ApplicationRejected, reason=reason, ours=reason in OURS)
    await world.run()
    (letter,) = world.inbox()
    return " ".join((letter.text or "").split())


@pytest.mark.parametrize("language", sorted(OUR_SIDE))
async def test_the_reason_stands_in_the_candidates_language(shipped: World, language: str) -> None:
    said = await rejected(shipped, RejectionReason.position_filled, language=language)
    assert texts.words(language).reason("position_filled") in said.replace("\u2068", "").replace("\u2069", "")
    assert OUR_SIDE[language] in said
    assert NEXT_TIME[language] not in said


async def test_a_cause_of_the_candidates_is_told_as_theirs(shipped: World) -> None:
    said = await rejected(shipped, RejectionReason.language)
    assert "The language level was not enough" in said
    assert NEXT_TIME["en"] in said
    assert OUR_SIDE["en"] not in said


async def test_the_last_word_counts_and_a_reopened_application_has_no_reason(shipped: World) -> None:
    await rejected(shipped, RejectionReason.skills)
    await shipped.step(facts.ApplicationReopened, former="rejected", status="open", terms="a" * 64)
    assert await reasons(shipped) == [(None, None)]
    await shipped.step(facts.ApplicationRejected, reason=RejectionReason.project_cancelled, ours=True)
    assert await reasons(shipped) == [("project_cancelled", True)]
    await shipped.run()
    told = [" ".join((letter.text or "").split()) for letter in shipped.inbox()]
    assert sorted(OUR_SIDE["en"] in one for one in told) == [False, True]


async def reasons(world: World) -> list[tuple[str | None, bool | None]]:
    async with world.room.runtime.database.engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT rejected_for, rejected_by_us FROM experience")
        return [(row[0], row[1]) for row in found]


@pytest.mark.parametrize("language", texts.languages())
def test_every_reason_of_the_list_is_written_and_only_ours_says_that_it_is_not_theirs(language: str) -> None:
    written = texts.words(language).reasons
    assert set(RejectionReason) <= set(written)
    apart = {
        "en": "nothing to do with you",
        "ro": "nu are legătură cu tine",
        "sv": "inget med dig att göra",
        "ar": "ليس منك",
    }
    assert {reason for reason in RejectionReason if apart[language] in written[reason]} == OURS
