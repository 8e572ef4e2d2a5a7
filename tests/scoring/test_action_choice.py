"""Which action is suggested: what applies, what budget, wishes and cool-down leave, when, and who is drawn."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from services.scoring import actions
from services.scoring.actions import CatalogueFault
from services.scoring.policy.actions import Action, Class, Condition, Hours
from services.scoring.policy.effects import Verdict
from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.features import Fact, Step, features
from services.scoring.policy.shares import Said, effective
from services.scoring.policy.situations import Situation, Value, of_enabler, of_ep, segment_of
from services.scoring.policy.suggesting import (
    Arm,
    Customer,
    Evidence,
    Known,
    Past,
    Pick,
    State,
    Stop,
    draw_of,
    next_slot,
    picks,
)
from shared.contracts.surveys import Party
from shared.ids import new_id

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)  # a Tuesday, 10:00 in Bucharest
DAY = timedelta(days=1)
BUDGETS = {"care": 5, "promotion": 2}
CALLS = Hours(opens=time(10), closes=time(18), weekdays_only=True)
CATALOGUE = actions.current()


def action(code: str) -> Action:
    found = CATALOGUE.get(code)
    assert found is not None
    return found


def customer(facts: dict[str, Value], **values: Any) -> Customer:
    given = {"place": "none", "open_cases": 0.0, "detractor_answers": 0.0}
    # An id that call-viewer treats with its share.
    id_ = next(one for one in map(_id, range(100)) if draw_of("call-viewer", 1, one) < 0.5)
    return replace(Customer(id_, Party.ep, "Europe/Bucharest", Situation(given | facts), 0.3), **values)


def _id(number: int) -> UUID:
    return uuid5(UUID(int=7), str(number))


def picked(one: Customer, known: dict[str, Known] | None = None, now: datetime = NOW) -> dict[str, Pick]:
    wanted = CATALOGUE.of(one.side)
    told = {each.code: Known(each.share) for each in wanted} | (known or {})
    return {pick.action.code: pick for pick in picks(wanted, one, told, now, BUDGETS)}


VIEWER: dict[str, Value] = {"opportunities": 3.0, "silent_days": 0.0}


# --- what applies


def test_the_shipped_actions_cover_both_sides_and_every_fact_is_known() -> None:
    sides = Counter(one.side for one in CATALOGUE.actions)
    assert sides[Party.ep] >= 7
    assert sides[Party.enabler] >= 3
    assert {one.budget for one in CATALOGUE.actions} == set(Class)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("fact: opportunities", "nobody knows gender of an ep"),
        ("share: 0.7", "share"),
        ('opens: "10:00"', "they lie between 08:00 and 21:00"),
    ],
)
def test_a_catalogue_with_a_mistake_is_refused_and_says_where(wrong: str, told: str) -> None:
    replaced = {"fact: opportunities": "fact: gender", "share: 0.7": "share: 1.7", 'opens: "10:00"': 'opens: "06:00"'}
    text = actions.SHIPPED.read_text("utf-8").replace(wrong, replaced[wrong], 1)
    with pytest.raises(CatalogueFault, match=told):
        actions.read(text)


def test_what_is_not_known_holds_for_nothing() -> None:
    assert not Condition(fact="missing", at_most=5).holds(None)
    assert Condition(fact="missing", at_least=1, at_most=5).holds(1.0)
    assert not Condition(fact="place", at_least=1).holds("none")


def test_who_looked_and_did_not_apply_is_called_with_reasons_and_no_effect_that_nobody_measured() -> None:
    pick = picked(customer(VIEWER))["call-viewer"]
    assert (pick.arm, pick.basis, pick.effect, pick.gain) == (Arm.treat, Evidence.rules, None, 0.05)
    assert pick.reasons == (("place", "none"), ("opportunities", 3.0))
    assert pick.local_at == datetime(2026, 3, 3, 10)
    assert picked(customer({"opportunities": 1.0})) == {}
    assert picked(customer(VIEWER | {"open_cases": 1.0})) == {}


def test_of_one_class_the_larger_gain_wins_and_a_measured_effect_outdoes_a_guess() -> None:
    both = customer(VIEWER | {"forms": 1.0, "silent_days": 3.0})
    assert set(picked(both)) == {"call-viewer"}
    known = {
        "finish-application": Known(0.7, 0, Verdict.works, {"": (0.09, 0.04, 0.14), "undecided": (0.11, 0.05, 0.17)})
    }
    pick = picked(both, known)["finish-application"]
    assert (pick.basis, pick.gain, pick.effect) == (Evidence.measured, 0.11, (0.11, 0.05, 0.17))
    assert pick.segment == segment_of(Party.ep, {}, 0.3) == "undecided"


def test_what_does_harm_or_is_switched_off_is_not_suggested() -> None:
    for known in (Known(0.7, 0, Verdict.harms, {"": (-0.1, -0.2, -0.01)}), Known(0.0, 3)):
        assert picked(customer(VIEWER), {"call-viewer": known}) == {}


# --- budget, wishes, cool-down


def past(code: str, days: float, state: State, **values: Any) -> Past:
    one, at = action(code), NOW - days * DAY
    return replace(Past(code, 1, Arm.treat, state, one.budget, at, at + 5 * DAY, one.share), **values)


def test_one_suggestion_of_a_class_at_a_time_whoever_is_held_back_waits_as_long() -> None:
    for state in (State.open, State.accepted, State.held, State.done, State.declined):
        assert picked(customer(VIEWER, past=[past("finish-application", 1, state)])) == {}
    assert set(picked(customer(VIEWER, past=[past("finish-application", 6, State.expired)]))) == {"call-viewer"}
    assert set(picked(customer(VIEWER, past=[past("win-back", 1, State.open)]))) == {"call-viewer"}


def test_the_same_action_rests_for_its_cool_down() -> None:
    assert picked(customer(VIEWER, past=[past("call-viewer", 29, State.done)])) == {}
    again = picked(customer(VIEWER, past=[past("call-viewer", 31, State.done)]))["call-viewer"]
    assert not again.first


def test_a_full_week_leaves_room_for_what_is_owed_alone() -> None:
    assert picked(customer(VIEWER, load={"care": 5})) == {}
    assert set(picked(customer(VIEWER, load={"care": 4, "promotion": 9}))) == {"call-viewer"}
    accepted = customer({"place": "accepted", "place_days": 5.0}, load={"care": 9, "promotion": 9})
    assert set(picked(accepted)) == {"remind-to-sign"}


@pytest.mark.parametrize(
    ("stop", "viewer", "silent", "accepted"),
    [
        (Stop(None, "care"), False, True, True),
        (Stop(None, "promotion"), True, False, True),
        (Stop("email", None), True, False, True),
        (Stop("phone", None), False, True, False),
        (Stop(None, None), False, False, False),
    ],
)
def test_wishes_and_bounces_are_respected(stop: Stop, viewer: bool, silent: bool, accepted: bool) -> None:
    assert bool(picked(customer(VIEWER, stops=[stop]))) is viewer
    assert bool(picked(customer({"silent_days": 30.0}, stops=[stop]))) is silent
    assert bool(picked(customer({"place": "accepted", "place_days": 5.0}, stops=[stop]))) is accepted


# --- when


@pytest.mark.parametrize(
    ("now", "zone", "wanted"),
    [
        ("2026-03-03T07:30:00", "Europe/Bucharest", "2026-03-03T10:00:00"),  # half past nine there: at ten
        ("2026-03-03T10:11:12", "Europe/Bucharest", "2026-03-03T12:11:00"),
        ("2026-03-03T16:00:00", "Europe/Bucharest", "2026-03-04T10:00:00"),  # six in the evening is too late
        ("2026-03-06T16:00:00", "Europe/Bucharest", "2026-03-09T10:00:00"),  # Friday evening: on Monday
        ("2026-03-28T22:00:00", "Europe/Bucharest", "2026-03-30T10:00:00"),  # clocks go forward on the 29th
        ("2026-03-03T23:00:00", "Pacific/Auckland", "2026-03-04T12:00:00"),  # the next day there
    ],
)
def test_the_slot_is_the_next_hour_at_which_one_may_call_there(now: str, zone: str, wanted: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_slot(moment, zone, CALLS) == datetime.fromisoformat(wanted)


# --- who gets it


def test_the_draw_is_the_same_for_ever_uniform_and_independent_of_other_trials() -> None:
    people = [_id(number) for number in range(4_000)]
    draws = [draw_of("call-viewer", 1, one) for one in people]
    assert draws == [draw_of("call-viewer", 1, one) for one in people]
    assert draw_of("call-viewer", 1, UUID(int=0)) == pytest.approx(0x64EA29626455 / 2**48, abs=1e-12)
    assert abs(sum(one < 0.7 for one in draws) / 4_000 - 0.7) < 0.03
    for other in (("call-viewer", 2), ("win-back", 1)):
        both = sum(one < 0.5 and draw_of(*other, person) < 0.5 for one, person in zip(draws, people, strict=True))
        assert abs(both / 4_000 - 0.25) < 0.03


def test_who_was_drawn_keeps_the_arm_and_the_share_of_then() -> None:
    before = past("call-viewer", 40, State.expired, arm=Arm.hold, share=0.2)
    pick = picked(customer(VIEWER, past=[before]), {"call-viewer": Known(0.99, 4)})["call-viewer"]
    assert (pick.arm, pick.share, pick.first) == (Arm.hold, 0.2, False)
    anew = picked(customer(VIEWER, past=[replace(before, trial=0)]), {"call-viewer": Known(0.99, 4)})["call-viewer"]
    assert (anew.arm, anew.share, anew.setting, anew.first) == (Arm.treat, 0.99, 4, True)


def test_the_nearest_committee_decides_the_share() -> None:
    world, nation, city, other = (new_id() for _ in range(4))
    said = [Said(nation, "call-viewer", 2, 0.5), Said(world, "call-viewer", 1, 0.9), Said(other, "win-back", 1, 0.1)]
    assert effective(action("call-viewer"), said, [world, nation, city]) == (0.5, 2)
    assert effective(action("call-viewer"), said, [world]) == (0.9, 1)
    assert effective(action("win-back"), said, [world, nation, city]) == (0.6, 0)


# --- where a customer stands


def step(kind: Step, days: float, application: UUID | None = None) -> Fact:
    at = NOW - days * DAY
    return Fact(new_id(), kind, at, at, at.date(), application)


def stand(*facts: Fact, met: dict[UUID, list[str]] | None = None, moment: datetime = NOW) -> Situation:
    return of_ep(facts, features(facts, moment), moment, met)


def test_the_furthest_live_application_is_where_an_ep_stands() -> None:
    one, two = new_id(), new_id()
    facts = [step(Step.registered, 40), step(Step.submitted, 30, one), step(Step.submitted, 20, two)]
    waiting = stand(*facts)
    assert (waiting.facts["place"], waiting.application_id) == ("applied", two)
    assert (waiting.facts["waiting_days"], waiting.facts["signed_up_days"]) == (30.0, 40.0)
    taken = stand(*facts, step(Step.accepted, 5, one))
    assert (taken.facts["place"], taken.facts["place_days"], taken.application_id) == ("accepted", 5.0, one)
    ended = stand(*facts, step(Step.rejected, 4, one), step(Step.withdrawn, 3, two))
    assert (ended.facts["place"], ended.facts["rejected_days"]) == ("ended", 4.0)
    again = stand(*facts, step(Step.rejected, 4, one), step(Step.withdrawn, 3, two), step(Step.reopened, 1, two))
    assert again.facts["place"] == "applied"


def test_what_a_signed_note_lacks_counts_against_its_deadline() -> None:
    one = new_id()
    facts = [step(Step.submitted, 20, one), step(Step.accepted, 10, one), step(Step.signed, 6, one)]
    bare = stand(*facts)
    assert (bare.facts["missing"], bare.facts["deadline_days"]) == (2.0, 1.0)
    assert stand(*facts, met={one: ["fee_paid"]}).facts["missing"] == 1.0
    assert stand(*facts, met={one: ["fee_paid", "contract_signed"]}).facts["missing"] == 0.0


def test_the_future_changes_no_situation() -> None:
    one = new_id()
    facts = [step(Step.registered, 40), step(Step.submitted, 30, one)]
    before = stand(*facts)
    late = replace(step(Step.accepted, 2, one), known_at=NOW + DAY)
    assert stand(*facts, step(Step.accepted, -1, one), late) == before


def dealt(kind: EnablerStep, days: float, offer: UUID | None = None, application: UUID | None = None) -> EnablerFact:
    at = NOW - days * DAY
    return EnablerFact(new_id(), kind, at, at, at.date(), offer, application)


def test_where_an_enabler_stands() -> None:
    old, new, done, waits, answered = (new_id() for _ in range(5))
    step_ = EnablerStep
    first = [dealt(step_.posted, 300, old), dealt(step_.closed, 200, old)]
    quiet = of_enabler(first, NOW)
    assert (quiet.facts["quiet_days"], quiet.facts["offers_open"], quiet.facts["unanswered_days"]) == (200.0, 0.0, None)
    facts = [*first, dealt(step_.completed, 60, old, done), dealt(step_.posted, 30, new)]
    facts += [dealt(step_.submitted, 11, new, waits), dealt(step_.submitted, 20, new, answered)]
    facts += [dealt(step_.rejected, 19, new, answered), dealt(step_.accepted, -1, new, waits)]
    found = of_enabler(facts, NOW)
    assert (found.facts["unanswered"], found.facts["unanswered_days"], found.application_id) == (1.0, 11.0, waits)
    assert (found.facts["completed_days"], found.facts["raised_since"], found.facts["offers_open"]) == (60.0, 1.0, 1.0)
    assert segment_of(Party.enabler, found.facts, None) == "had-interns"
    assert segment_of(Party.enabler, quiet.facts, None) == "new"
