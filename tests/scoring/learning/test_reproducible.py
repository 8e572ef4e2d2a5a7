"""The same seed gives the same model, byte by byte, in another process too; nothing of the future gets in."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.policy.features import Fact, Step, features
from services.scoring.policy.interactions import Kind
from services.scoring.policy.learning import Example, train
from tests.house.documents import ROOT
from tests.scoring.learning.people import RULES, examples

PROGRAM = """
import hashlib, json
from services.scoring.policy.learning import train
from tests.scoring.learning.people import RULES, examples
print(hashlib.sha256(json.dumps(train(examples(300, 4), RULES, seed=11).document()).encode()).hexdigest())
"""
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def digest(seed: int) -> str:
    document = train(examples(300, 4), RULES, seed).document()
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()


def elsewhere(hash_seed: str, threads: str) -> "subprocess.Popen[str]":
    given = {"PYTHONHASHSEED": hash_seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    program = [sys.executable, "-c", PROGRAM]
    return subprocess.Popen(program, cwd=ROOT, env=os.environ | given, stdout=subprocess.PIPE, text=True)


def test_training_again_gives_the_same_bytes_in_any_process_with_any_number_of_threads() -> None:
    others = [elsewhere("1", "1"), elsewhere("2", "2")]
    here = digest(11)
    assert [other.communicate()[0].strip() for other in others] == [here, here]


def test_the_order_in_which_examples_are_given_changes_nothing() -> None:
    given = examples(250, 8)
    assert train(given[::-1], RULES, 1).document() == train(given, RULES, 1).document()


def known_then(count: int, number: int) -> list[Fact]:
    """What was known of somebody at the moment: some visits, perhaps an application."""
    facts = [
        Fact(
            UUID(int=number * 1000 + at),
            Kind.page_view,
            MOMENT - timedelta(days=at + number % 5),
            MOMENT - timedelta(days=at),
        )
        for at in range(count)
    ]
    registered = Fact(
        UUID(int=number * 1000 + 900), Step.registered, MOMENT - timedelta(days=20), MOMENT - timedelta(days=20)
    )
    return [registered, *facts]


LATER = st.builds(
    Fact,
    id=st.uuids(),
    kind=st.sampled_from([*Kind, *Step]),
    at=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    known_at=st.datetimes(datetime(2026, 3, 1, 12, 0, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    application_id=st.none() | st.uuids(),
    opportunity_id=st.none() | st.uuids(),
    bot=st.booleans(),
    ours=st.booleans(),
)


def model_of(people: list[list[Fact]]) -> dict:
    rows = [{**features(facts, MOMENT).as_document()} for facts in people]
    given = [Example(row, number % 3 == 0, MOMENT) for number, row in enumerate(rows)]
    return train(given, RULES, 1).document()


@settings(max_examples=25, deadline=None)
@given(st.lists(LATER, min_size=1, max_size=30))
def test_what_was_known_only_later_changes_no_row_and_so_no_model(later: list[Fact]) -> None:
    people = [known_then(number % 6, number) for number in range(24)]
    corrupted = [[*facts, *later] for facts in people]
    assert model_of(corrupted) == model_of(people)
