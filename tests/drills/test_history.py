"""The judge is judged: a valid history passes, and every way to spoil it that we could think of is noticed."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.kit.history import Command, Effect, Hearing, check
from tests.drills.histories import (
    DETAILS,
    FACTS,
    NAMES,
    SCORES,
    Chance,
    Making,
    append,
    drop_hearings,
    drop_records,
    key_with,
    last_of,
)
from tests.drills.spoils import SPOILS, Spoil


def test_a_valid_history_is_clean_and_has_what_the_rules_are_about() -> None:
    history = Making(1).history
    assert check(history).sentences() == []
    assert {command.status for command in history.commands} == {200, 201, 409, None}
    assert len(history.records) > len({record.event for record in history.records}), "nothing was delivered again"
    assert {key.topic for key in history.streams} == {FACTS, NAMES, SCORES}


@pytest.mark.parametrize(("kind", "way"), [s[1:] for s in SPOILS], ids=[s[0] for s in SPOILS])
def test_a_spoilt_history_is_noticed(kind: str, way: Spoil) -> None:
    for seed in range(10):
        history = Making(seed).history
        way(history, Chance(seed))
        assert getattr(check(history), kind), seed


def test_there_are_enough_ways_to_spoil_a_history() -> None:
    assert len({name for name, _, _ in SPOILS}) >= 30


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_whatever_interleaving_of_what_works_is_clean(seed: int, people: int) -> None:
    assert check(Making(seed, people).history).sentences() == []


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SPOILS), st.integers(2, 8))
def test_whatever_history_is_spoilt_it_is_noticed(seed: int, way: tuple[str, str, Spoil], people: int) -> None:
    history = Making(seed, people).history
    way[2](history, Chance(seed))
    assert getattr(check(history), way[1])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.data())
def test_no_single_row_can_go_missing(seed: int, data: st.DataObject) -> None:
    """Whichever row of whichever table it is. A record of an event that lies there twice may: the other one counts."""
    h = Making(seed).history
    twice = {r.event for r in h.records if sum(o.event == r.event for o in h.records) > 1}
    tables = [h.effects, h.hearings, [r for r in h.records if r.event not in twice], list(h.streams)]
    tables += [list(inbox.last.items()) for inbox in h.inboxes.values()]
    which = data.draw(st.integers(0, len(tables) - 1))
    gone = data.draw(st.sampled_from(tables[which]))
    if which == 3:
        del h.streams[gone]
    elif which > 3:
        del list(h.inboxes.values())[which - 4].last[gone[0]]
    else:
        (h.effects, h.hearings, h.records)[which].remove(gone)
    assert check(h).sentences()


def test_a_hole_that_compaction_may_have_made_is_no_fault_and_a_missing_end_is() -> None:
    history = Making(1).history
    key = key_with(history, Chance(1), 1, NAMES)
    old = last_of(history, key)
    history.streams[key] = 2
    for inbox in history.inboxes.values():
        if key in inbox.last:
            inbox.last[key] = 2
    command = Command("register_person", {DETAILS: 1}, {"register_person": 1}, status=200)
    history.commands = [c for c in history.commands if c.correlation != old.correlation] + [command]
    history.effects = [e for e in history.effects if e.correlation != old.correlation]
    history.effects.append(Effect("register_person", key.id, command.correlation))
    new = append(history, old, event=UUID(int=1), sequence=2, correlation=command.correlation)
    drop_records(history, lambda r: r.event == old.event)
    drop_hearings(history, lambda heard: heard.event == old.event)
    history.hearings.append(Hearing(key, 2, new.event, DETAILS))
    assert check(history).sentences() == []
    drop_records(history, lambda r: r.event == new.event)
    assert check(history).lost
