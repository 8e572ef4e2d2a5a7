"""The life of models as rules: what may be learned from, when to train, who takes over, what has drifted."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from services.scoring.fitting import TooFew, learn
from services.scoring.policy import life
from services.scoring.policy.chances import learned
from services.scoring.policy.examples import Case, Told, cases_of, split
from services.scoring.policy.fairness import Case as Given
from services.scoring.policy.fairness import groups
from services.scoring.policy.features import Fact, Step
from services.scoring.policy.interactions import Kind
from services.scoring.policy.life import Course, Pair, Reign, Ruling, Terms, Watch, Why, contest, next_training
from services.scoring.policy.overrides import Judged, Verdict, compared, share_of
from services.scoring.policy.transitions import WAYS, Transition
from shared.ids import new_id

DAY = timedelta(days=1)
NOON = datetime.fromisoformat("2025-03-03T12:00:00+00:00")
APPLIED, ACCEPTED = WAYS[Transition.applied], WAYS[Transition.accepted]


def told(kind: Step | Kind, day: float, known: float | None = None, application: UUID | None = None) -> Told:
    at = NOON + day * DAY
    return Told(Fact(new_id(), kind, at, NOON + (day if known is None else known) * DAY, None, application))


def cases(*given: Told, way: Any = APPLIED, until: float = 400) -> list[Case]:
    return cases_of(UUID(int=7), given, way, NOON + until * DAY)


# --- examples


def test_reached_in_time_is_a_yes_and_later_is_a_no() -> None:
    one = new_id()
    assert [case.label for case in cases(told(Step.registered, 0), told(Step.submitted, 89, application=one))] == [
        True, True, True,
    ]  # fmt: skip
    late = cases(told(Step.registered, 0), told(Step.submitted, 100, application=one))
    assert [((case.at - NOON) / DAY, case.label) for case in late] == [(0, False), (7, False), (30, True), (90, True)]


def test_an_open_case_is_neither_won_nor_lost_until_its_horizon_is_over() -> None:
    found = cases(told(Step.registered, 0), until=95)
    assert [((case.at - NOON) / DAY, case.label) for case in found] == [
        (0, False), (7, None), (30, None), (90, None),
    ]  # fmt: skip
    assert [case.settled_at for case in found[1:]] == [None] * 3


def test_a_competing_end_is_a_no_at_once() -> None:
    one = new_id()
    given = [told(Step.submitted, 0, application=one), told(Step.rejected, 10, application=one)]
    found = cases(*given, way=ACCEPTED, until=20)
    assert [((case.at - NOON) / DAY, case.label) for case in found] == [(0, False), (7, False)]


def test_which_moment_is_drawn_does_not_depend_on_how_the_spell_went_on() -> None:
    for number in range(50):
        start = told(Step.registered, number)
        whole = cases(start)
        ended = cases(start, told(Step.submitted, number + 20, application=new_id()))
        assert [case.at for case in ended] == [case.at for case in whole][:2]
        assert [case.single for case in ended] == [case.single for case in whole][:2]
        assert [case.first for case in whole] == [True, False, False, False]
        assert sum(case.single for case in whole) == 1


def test_late_news_begins_a_spell_when_it_is_known() -> None:
    (first, *_) = cases(told(Step.registered, 0, known=5))
    assert first.at == NOON + 5 * DAY


def _history() -> list[Told]:
    one = new_id()
    visits = [told(Kind.page_view, day) for day in (0.5, 3, 6, 20, 29)] + [told(Kind.call, 25, known=28)]
    return [told(Step.registered, 0), told(Step.submitted, 40, application=one), *visits]


def test_corrupting_the_future_changes_no_row() -> None:
    """Whatever happens or is told after a case's moment, also of a time before it, leaves its row as it was."""
    history = _history()
    before = {case.at: case.row for case in cases(*history)}
    assert len(before) == 3
    for at, row in before.items():
        day = (at - NOON) / DAY
        kept = [one for one in history if one.fact.at <= at and one.fact.known_at <= at]
        noise: list[Told] = []
        for kind in Kind:
            noise += [told(kind, day - 1, known=day + 0.01) for _ in range(600)]  # told late
            noise += [told(kind, day + 0.01) for _ in range(600)]
        noise += [told(step, day + 0.5, application=new_id()) for step in Step if step is not Step.submitted]
        noise += [told(Step.surveyed, day - 2, known=day + 2), told(Step.detractor, day - 2, known=day + 2)]
        again = {case.at: case.row for case in cases(*kept, *noise, told(Step.submitted, 500))}
        assert again[at] == row


def test_a_row_sees_what_was_known_and_no_more() -> None:
    (at_30,) = [case for case in cases(*_history()) if case.at == NOON + 30 * DAY]
    assert (at_30.row["visits"], at_30.row["contacts"], at_30.row["stage"]) == (2, 1, 0)
    (at_7,) = [case for case in cases(*_history()) if case.at == NOON + 7 * DAY]
    assert (at_7.row["visits"], at_7.row["contacts"]) == (3, 0)


def test_a_view_of_an_opportunity_that_was_not_known_then_is_a_visit_only() -> None:
    view = replace(told(Kind.opportunity_view, 6).fact, opportunity_id=new_id())
    for known_at, expected in ((NOON + 5 * DAY, 1), (NOON + 8 * DAY, 0), (None, 0)):
        found = cases(told(Step.registered, 0), Told(view, known_at))
        assert [(c.row["visits"], c.row["opportunities"]) for c in found if c.at == NOON + 7 * DAY] == [(1, expected)]


def test_what_a_machine_turned_out_to_have_made_counts_until_that_was_known() -> None:
    visit = told(Kind.page_view, 6)
    for marked, expected in ((5, 0), (8, 1)):
        found = cases(told(Step.registered, 0), replace(visit, marked_at=NOON + marked * DAY))
        assert [case.row["visits"] for case in found if case.at == NOON + 7 * DAY] == [expected]


def population(count: int, seed: int, until: float = 900) -> list[Case]:
    """Sign-ups over two years; who is called applies far more often, and later ones rather than earlier ones."""
    random, found = Random(seed), []
    for number in range(count):
        day, called = random.uniform(0, 700), random.random() < 0.4
        given = [told(Step.registered, day), told(Kind.page_view, day + 0.1)]
        given += [told(Kind.call, day + 1)] if called else []
        if random.random() < (0.85 if called else 0.25):
            given.append(told(Step.submitted, day + 2 + random.expovariate(1 / 20), application=new_id()))
        found += cases_of(UUID(int=number), given, APPLIED, NOON + until * DAY)
    return found


def test_the_later_slice_learns_nothing_of_itself() -> None:
    given = population(300, 1)
    parts = split(given, NOON + 900 * DAY, 0.3)
    assert parts is not None
    assert max(case.at for case in parts.early) < parts.at <= min(case.at for case in parts.late)
    assert all(case.settled_at is None or case.settled_at <= parts.at for case in parts.early)
    assert any(case.label is None for case in parts.early)
    assert len({case.subject_id for case in parts.late}) == len(parts.late)


def test_training_is_the_same_bit_for_bit_and_its_figures_are_of_later_cases() -> None:
    given, until = population(300, 2), NOON + 900 * DAY
    one, again = (learn(given, APPLIED, 5, until, late_share=0.3, least=30) for _ in range(2))
    assert one == again
    assert learn(given, APPLIED, 6, until, late_share=0.3, least=30)["digest"] != ""
    metrics = one["metrics"]
    assert metrics["late"] > 30
    assert metrics["model"]["auc"]["value"] > metrics["base_rate"]["auc"]["value"] == 0.5
    assert metrics["model"]["log_loss"]["value"] < metrics["base_rate"]["log_loss"]["value"]
    assert set(one["reference"]) == set(one["features"])


def test_too_few_labels_teach_nothing() -> None:
    with pytest.raises(TooFew):
        learn(population(10, 3), APPLIED, 1, NOON + 900 * DAY, late_share=0.3, least=30)


# --- when to train


NIGHT = NOON.replace(hour=2)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (Course(None, False, 100, 100), Why.night),
        (Course(None, False, 29, 29), None),
        (Course(NIGHT - DAY, False, 100, 1), Why.night),
        (Course(NIGHT - DAY, False, 100, 0), None),
        (Course(NIGHT, False, 100, 199), None),
        (Course(NIGHT, False, 300, 200), Why.labels),
        (Course(NIGHT - DAY, True, 300, 200), None),
    ],
)
def test_a_model_is_trained_each_night_or_when_many_labels_came(course: Course, expected: Why | None) -> None:
    assert next_training(course, NOON, NIGHT, 30, 200) is expected


def test_the_night_began_today_or_yesterday() -> None:
    assert life.last_night(NOON, 2) == NIGHT
    assert life.last_night(NIGHT - timedelta(seconds=1), 2) == NIGHT - DAY


# --- who speaks


def pairs(count: int, *, skill: float, rules: float = 0.0, seed: int = 1, off: float = 0.0) -> list[Pair]:
    """True chances of 0.1 … 0.9; a model of full skill tells them, one of none the mean."""
    random, found = Random(seed), []
    for _ in range(count):
        true = random.uniform(0.1, 0.9)
        said, by_rules = 0.5 + skill * (true - 0.5) + off, 0.5 + rules * (true - 0.5)
        found.append(Pair(0.5, min(0.99, said), by_rules, random.random() < true))
    return found


def test_a_better_challenger_takes_over_and_an_equal_one_does_not() -> None:
    assert contest(pairs(600, skill=1), Terms()).ruling is Ruling.promote
    assert contest(pairs(600, skill=0), Terms()).ruling is Ruling.not_better
    assert contest(pairs(100, skill=1), Terms()).ruling is Ruling.too_few


def test_a_challenger_below_the_rules_or_badly_calibrated_waits() -> None:
    good = pairs(900, skill=1)
    blurred = [replace(pair, challenger=pair.challenger if n % 2 else 0.5) for n, pair in enumerate(good)]
    beaten = [replace(pair, rules=true.challenger or 0.0) for pair, true in zip(blurred, good, strict=True)]
    assert contest(beaten, Terms()).ruling is Ruling.below_rules
    assert contest(pairs(900, skill=1, off=0.08), Terms(gap=0.05)).ruling is Ruling.not_calibrated


def test_a_challenger_that_says_the_same_is_hardly_ever_promoted() -> None:
    """With nothing gained, looks at 2.58 standard errors let through 0.5 % of one side: none of 40 here."""
    random = Random(9)
    for seed in range(40):
        given = [replace(pair, challenger=0.5 + random.gauss(0, 0.02)) for pair in pairs(300, skill=0, seed=seed)]
        assert contest(given, Terms()).ruling is not Ruling.promote


def test_where_the_champion_abstained_rules_had_spoken() -> None:
    given = [replace(pair, champion=None) for pair in pairs(600, skill=1, rules=1)]
    assert contest(given, Terms()).ruling is Ruling.not_better


def test_a_roll_back_takes_the_top_off_the_pile() -> None:
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    came = [Reign(one, NOON), Reign(two, NOON), Reign(three, NOON)]
    assert life.before(came) == two
    assert life.before([*came, Reign(two, NOON, back=True)]) == one
    assert life.before([Reign(one, NOON)]) is None
    with pytest.raises(LookupError):
        life.before([Reign(one, NOON), Reign(None, NOON, back=True)])
    with pytest.raises(LookupError):
        life.before([])


# --- drift


def test_numbers_that_stay_do_not_drift_and_numbers_that_move_do() -> None:
    random = Random(4)
    then = life.spread([random.gauss(0, 1) for _ in range(2000)])
    same, moved = [random.gauss(0, 1) for _ in range(500)], [random.gauss(1, 1) for _ in range(500)]
    assert life.stability(then, same) < 0.1
    assert life.stability(then, moved) > 0.5
    found = life.drifts({"visits": then}, {"visits": moved}, None, Watch())
    assert [(one.measure, one.of) for one in found] == [("stability", "visits")]
    assert life.drifts({"visits": then}, {"visits": moved[:100]}, None, Watch()) == []


def test_a_number_that_is_mostly_nothing_has_bins_too() -> None:
    then = life.spread([0.0] * 900 + [1.0] * 100)
    assert sum(then.shares) == pytest.approx(1)
    assert life.stability(then, [0.0] * 450 + [1.0] * 50) == pytest.approx(0, abs=1e-9)
    assert life.stability(then, [0.0] * 250 + [1.0] * 250) > 0.25


def test_outcomes_that_differ_from_what_was_foretold_alarm() -> None:
    honest = life.calibration([0.2] * 500, [n % 5 == 0 for n in range(500)])
    wrong = life.calibration([0.2] * 500, [n % 2 == 0 for n in range(500)])
    assert life.drifts({}, {}, honest, Watch()) == []
    (alarm,) = life.drifts({}, {}, wrong, Watch())
    assert (alarm.measure, round(alarm.value, 2)) == ("calibration", 0.3)
    assert life.calibration([], []) is None


# --- fairness and people's own words


def test_groups_get_rates_with_intervals_or_none_when_they_are_few() -> None:
    now = [Given("RO", 0.5 if n % 2 else 0.1) for n in range(40)] + [Given("SE", 0.5)] * 3
    settled = [Given("RO", 0.3, n % 10 < 3) for n in range(50)]
    romania, sweden = groups(now, settled, 0.35, 20)
    assert (romania.group, romania.n, romania.selection_rate) == ("RO", 40, 0.5)
    assert romania.selection_low is not None
    assert romania.selection_low < 0.5
    assert (romania.calibrated, romania.happened) == (True, 0.3)
    assert (sweden.selection_rate, sweden.happened, sweden.calibrated) == (None, None, None)


def test_people_are_compared_with_the_model_on_the_same_cases_only() -> None:
    better = [Judged(0.9 if n % 2 else 0.1, None, 0.5, bool(n % 2)) for n in range(40)]
    found = compared(better)
    assert found.n == 40
    assert found.gain == pytest.approx(0.24)
    assert found.low is not None
    assert found.low > 0
    assert compared(better[:19]).gain is None
    assert compared([Judged(None, Verdict.hot, 0.5, True)] * 40).n == 0


def test_hot_and_cold_are_shares_with_intervals() -> None:
    hot = share_of([Judged(None, Verdict.hot, 0.2, n < 15) for n in range(20)], Verdict.hot)
    assert hot is not None
    assert (hot.n, hot.reached) == (20, 15)
    assert hot.low < 0.75 < hot.high
    assert share_of([], Verdict.cold) is None


def test_open_cases_are_counted_by_how_late_outcomes_come() -> None:
    """Of what began lately many have not applied yet: a model that takes them for lost would foretell too little."""
    truth, random = 0.55, Random(11)
    given: list[Case] = []
    for number in range(900):
        day = random.uniform(0, 170)
        facts = [told(Step.registered, day)] + [told(Kind.page_view, day - 1)] * (number % 2)
        if random.random() < truth:
            facts.append(told(Step.submitted, day + random.expovariate(1 / 20), application=new_id()))
        given += cases_of(UUID(int=number), facts, APPLIED, NOON + 180 * DAY)
    made = learn(given, APPLIED, 1, NOON + 180 * DAY, late_share=0.3, least=30)
    model = learned(APPLIED, "applied-1", new_id(), made["document"])
    first = [case.row for case in given if case.row["silent_days"] == 0]
    said = [found for row in first if (found := model(row).probability) is not None]
    assert len(said) > 800
    mean = sum(said) / len(said)
    assert mean == pytest.approx(truth, abs=0.06)
