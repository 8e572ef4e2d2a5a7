"""As of a day, as known at a moment: the rule in Python, the same in the database, and both over HTTP."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.applications import commands, handlers, views
from services.applications.model import Application, ApplicationState, ApplicationTrack
from services.applications.policy import STAGES, Stage, State, Status, Track, state_at, track
from services.applications.policy.as_of import Exit, Reached, known
from services.applications.policy.reports import Moment, end_of
from services.applications.views.tracks import tracks_at
from shared.contracts.applications import RejectionReason
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.storage.tx import Uow
from shared.testing import callers
from tests.applications.world import END, START, World

DAY = date(2026, 3, 1)
S = Status


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=day)


def state(recorded: int, effective: int, status: Status, start: int = 10, reason: str | None = None) -> State:
    return State(at(recorded), DAY + timedelta(days=effective), status, DAY + timedelta(days=start), reason)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


# --- the rule


def test_a_realization_clicked_late_holds_and_counts_from_the_start_in_the_form() -> None:
    states = [state(0, 0, S.open), state(1, 1, S.accepted), state(2, 2, S.in_progress), state(3, 3, S.approved)]
    states.append(state(18, 10, S.realized))
    assert state_at(states, as_of=day(12)) == states[-1]
    assert state_at(states, known_at=at(17), as_of=day(12)) == states[3]
    assert track(states).stages[Stage.realized] == Reached(day(10), at(18))
    assert Stage.realized not in track(states, known_at=at(17)).stages
    assert Stage.realized not in track(states, as_of=day(9)).stages


def test_an_extension_recorded_before_the_late_click_does_not_hide_it() -> None:
    states = [state(3, 3, S.approved), state(12, 12, S.approved), state(18, 10, S.realized)]
    found = state_at(states, as_of=day(13))
    assert found is not None
    assert found.status is S.realized


def test_a_later_change_of_dates_leaves_the_day_of_approval() -> None:
    states = [state(3, 3, S.approved), state(8, 8, S.approved, start=20)]
    assert track(states).stages[Stage.approved] == Reached(day(3), at(3))
    assert [state_at(states, as_of=day(number)) for number in (7, 8)] == states


def test_a_break_counts_until_the_stage_is_reached_again() -> None:
    states = [state(0, 0, S.open), state(3, 3, S.approved), state(5, 5, S.approval_broken, reason="illness")]
    broken = track(states)
    assert broken.exit == Exit(S.approval_broken, "illness", Reached(day(5), at(5)))
    states += [state(6, 6, S.open), state(7, 7, S.accepted)]
    assert track(states).exit == broken.exit
    states.append(state(9, 9, S.approved))
    assert track(states).exit is None
    assert track(states, as_of=day(8)).exit == broken.exit
    assert track(states).stages[Stage.approved].on == day(3)


def test_a_realization_after_a_break_counts_once_and_on_the_new_start() -> None:
    states = [state(10, 10, S.realized), state(12, 12, S.realization_broken), state(15, 15, S.approved, start=30)]
    states.append(state(30, 30, S.realized, start=30))
    assert track(states).stages[Stage.realized].on == day(30)
    assert track(states, known_at=at(20)).stages[Stage.realized].on == day(10)


def test_a_rejection_that_is_taken_back_counts_no_more() -> None:
    states = [state(0, 0, S.open), state(2, 2, S.rejected, reason="skills"), state(4, 4, S.open)]
    assert track(states).exit is None
    assert track(states, known_at=at(3)).exit == Exit(S.rejected, "skills", Reached(day(2), at(2)))


def test_of_several_exits_the_last_one_counts() -> None:
    states = [state(3, 3, S.approved), state(5, 5, S.approval_broken), state(6, 6, S.open), state(7, 7, S.withdrawn)]
    found = track(states).exit
    assert found is not None
    assert found.status is S.withdrawn


STATES = st.builds(
    state, st.integers(0, 12), st.integers(0, 12), st.sampled_from(Status), st.integers(8, 12),
    st.sampled_from([None, "skills"]),
)  # fmt: skip
LIVES = st.lists(STATES, min_size=1, max_size=7).map(lambda states: sorted(states, key=lambda one: one.recorded_at))


@given(LIVES, st.integers(0, 12), st.integers(0, 12))
def test_what_is_not_known_or_not_yet_so_changes_nothing(states: list[State], moment: int, on: int) -> None:
    replayed = [one for one in states if one.recorded_at <= at(moment) and one.effective_on <= day(on)]
    assert known(states, at(moment), day(on)) == replayed
    assert state_at(states, at(moment), day(on)) == state_at(replayed)
    seen, whole = track(states, at(moment), day(on)), track(replayed)
    assert seen.exit == whole.exit
    assert seen.stages == {stage: reached for stage, reached in whole.stages.items() if reached.on <= day(on)}


@given(LIVES)
def test_nobody_is_further_than_a_stage_that_is_behind(states: list[State]) -> None:
    stages = list(track(states).stages)
    assert stages == list(STAGES[: len(stages)])
    days = [track(states).stages[stage].on for stage in stages if stage is not Stage.realized]
    assert days == sorted(days)


# --- the same in the database


async def store(world: World, lives: list[list[State]]) -> list[UUID]:
    """Applications that have been these states, appended in the order of recording, one statement a state."""
    template = (await world.room.read(_rows, Application))[0]
    sent = (await world.room.read(_rows, ApplicationState))[0]
    ids = [new_id() for _ in lives]
    fields = {name: value for name, value in sent.items() if name not in ("id", "application_id")}

    async def write(uow: Uow, command: None) -> None:
        for id_, states in zip(ids, lives, strict=True):
            uow.add(Application(**template | {"id": id_, "status": S.withdrawn}))
            for one in states:
                values = {name: getattr(one, name) for name in ("recorded_at", "effective_on", "status", "reason")}
                values |= {"start_on": one.start_on, "end_on": one.start_on}
                uow.add(ApplicationState(**fields | values | {"application_id": id_}))
                await uow.flush()

    await world.room.do(write, None)
    return ids


async def _rows(uow: Uow, model: Any) -> list[dict[str, Any]]:
    return [row.model_dump() for row in await uow.rows(select(model))]


async def found_tracks(uow: Uow, moment: Moment) -> dict[UUID, Track]:
    """What reports count, as they count it."""
    tracks = await tracks_at(uow, moment)
    found = {}
    for source, where in tracks.parts:
        flags = [tracks.counts(source.c, name).label(f"has_{name}") for name in (*STAGES, "exit")]
        for row in (await uow.execute(select(source, *flags).where(where))).mappings():
            stages = {s: Reached(row[f"{s}_on"], row[f"{s}_at"]) for s in STAGES if row[f"has_{s}"]}
            found[row["application_id"]] = Track(stages, _exit(row) if row["has_exit"] else None)
    return found


def _exit(row: Any) -> Exit:
    return Exit(Status(row["exit"]), row["reason"], Reached(row["exit_on"], row["exit_at"]))


@given(st.data())
def _lives(data: st.DataObject) -> None:
    EXAMPLES.append(data.draw(LIVES))


EXAMPLES: list[list[State]] = []


def orderly(life: list[State]) -> list[State]:
    """The same without corrections: forward only, recorded as it holds, an exit at most at the end."""
    stages = sorted((one for one in life if one.rank is not None), key=lambda one: (one.rank, one.recorded_at))
    steps = [*stages, *[one for one in life if one.rank is None][:1]]
    return [
        replace(one, recorded_at=at(n * 2), effective_on=day(n * 2), start_on=day(8)) for n, one in enumerate(steps)
    ]


async def test_the_database_tells_what_the_rule_tells(world: World) -> None:
    """Many lives at once, looked at on many days as known at many moments: list and tracks equal the rule's replay."""
    await world.apply()
    EXAMPLES.clear()
    _lives()
    lives = EXAMPLES + [orderly(life) for life in EXAMPLES]
    ids = await store(world, lives)
    top, differences = callers.global_manager(), []
    looks: list[tuple[int | None, int | None]] = [(None, None), (12, 12), (None, 5), (5, None)]
    looks += [(a, b) for a in range(0, 13, 3) for b in range(0, 13, 3)]
    for recorded, effective in looks:
        moment = Moment(None if effective is None else day(effective), None if recorded is None else at(recorded))
        tracks = await world.room.read(found_tracks, moment, caller=top)
        stood = await world.room.read(_stood, moment, caller=top)
        for id_, states in zip(ids, lives, strict=True):
            wanted = track(states, moment.known_at, moment.as_of)
            seen = tracks.get(id_, Track())
            there = state_at(states, moment.known_at, moment.as_of)
            held = None if there is None else (there.status, there.effective_on, there.recorded_at, there.reason)
            if seen != wanted or stood.get(id_) != held:
                differences.append((moment, states, wanted, seen, held, stood.get(id_)))
    assert differences[:1] == []


async def _stood(uow: Uow, moment: Moment) -> dict[UUID, Any]:
    found = {}
    async for rows in views.stream_applications(uow, None, None, moment, Paging()):
        found |= {row.id: (row.status, row.effective_on, row.recorded_at, row.reason) for row in rows}
    return found


async def test_the_track_is_the_same_however_states_are_appended(world: World) -> None:
    """One by one, or many applications in one statement, as an import writes them."""
    await world.apply()
    EXAMPLES.clear()
    _lives()
    ids = await store(world, EXAMPLES[:30])
    one_by_one = await world.room.read(_rows, ApplicationTrack)
    connection = await asyncpg.connect(world.room.runtime.database.dsn)
    await connection.execute("CREATE TEMP TABLE kept AS TABLE application_state")
    await connection.execute("TRUNCATE application_state, application_track")
    await connection.execute("INSERT INTO application_state SELECT * FROM kept ORDER BY id")
    await connection.close()
    together = await world.room.read(_rows, ApplicationTrack)
    assert len(together) == len(ids) + 1
    assert sorted(together, key=str) == sorted(one_by_one, key=str)


# --- over the handlers and the door


async def clicked_late(world: World) -> Any:
    """Applied and approved on 1 February, started on 2 March, clicked on 10 March."""
    world.room.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
    application = await world.approved()
    world.room.clock.set(datetime(2026, 3, 10, 9, tzinfo=UTC))
    await world.room.do(handlers.realize_experience, commands.RealizeExperience(application.id), world.he)
    return application


async def test_one_application_then_and_now(world: World) -> None:
    application = await clicked_late(world)
    he = await world.room.client(world.he)
    path = f"/v1/applications/{application.id}"
    asked = {
        "today": {"as_of": "2026-03-10"},
        "on 5 March, as known today": {"as_of": "2026-03-05"},
        "on 5 March, as known then": {"as_of": "2026-03-05", "known_at": "2026-03-05"},
        "on 1 March, as known today": {"as_of": "2026-03-01"},
        "now, as known an hour before the click": {"known_at": "2026-03-10T08:00:00Z"},
    }
    found = {name: (await he.get(path, params=query)).json()["status"] for name, query in asked.items()}
    assert found == {
        "today": "realized",
        "on 5 March, as known today": "realized",
        "on 5 March, as known then": "approved",
        "on 1 March, as known today": "approved",
        "now, as known an hour before the click": "approved",
    }
    before = await he.get(path, params={"as_of": "2026-01-31"})
    assert (before.status_code, before.headers["content-type"]) == (404, "application/problem+json")


async def test_the_list_as_it_was_is_filtered_by_what_it_was(world: World) -> None:
    application = await clicked_late(world)
    later = await world.opportunity(start_on=date(2026, 4, 6), end_on=date(2026, 6, 28))
    other = await world.apply(later)
    he = await world.room.client(world.he)

    async def ids(**query: str) -> list[str]:
        return [item["id"] for item in (await he.get("/v1/applications", params=query)).json()["items"]]

    assert await ids(as_of="2026-03-05", known_at="2026-03-05") == [str(application.id)]
    assert await ids(as_of="2026-03-05", status="realized") == [str(application.id)]
    assert await ids(as_of="2026-03-05", known_at="2026-03-05", status="realized") == []
    assert await ids(as_of="2026-03-10") == sorted([str(application.id), str(other.id)])
    assert await ids(as_of="2026-03-10", person_id=str(new_id())) == []


async def test_a_walk_through_the_past_sees_every_row_once(world: World) -> None:
    made = sorted([str((await world.apply()).id) for _ in range(5)])
    he = await world.room.client(world.he)
    query: dict[str, Any] = {"as_of": "2199-01-01", "limit": 2}
    seen: list[str] = []
    while True:
        page = (await he.get("/v1/applications", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == made


async def test_the_past_shows_what_is_the_callers(world: World) -> None:
    application = await clicked_late(world)
    moment = Moment(as_of=date(2026, 3, 5))
    strangers = (callers.participant(), callers.enabler(), callers.hosting_manager(world.sending))
    for stranger in (*strangers, callers.sending_manager(world.hosting)):
        with pytest.raises(NotFound):
            await world.room.read(views.get_application_then, application.id, moment, caller=stranger)
        assert (await (await world.room.client(stranger)).get("/v1/applications?as_of=2026-03-05")).json()[
            "items"
        ] == []
    for friend in (world.ep, world.se, world.he, callers.enabler(world.enabler_id), callers.auditor()):
        found = await world.room.read(views.get_application_then, application.id, moment, caller=friend)
        assert (found.status, found.start_on, found.end_on) == ("realized", START, END)


async def test_an_application_that_moved_belongs_to_whom_it_belonged_then(world: World) -> None:
    """An EP changes the local committee: what was before stays the former one's to see, what is since the new one's."""
    application = await world.apply()
    other = callers.sending_manager(world.hosting)
    state_ = (await world.room.read(_rows, ApplicationState))[0]

    async def move(uow: Uow, command: None) -> None:
        later = {"recorded_at": at(40), "effective_on": day(40), "sending_entity_id": world.hosting, "id": None}
        uow.add(ApplicationState(**state_ | later))

    await world.room.do(move, None)
    moment = Moment(as_of=state_["effective_on"])
    for manager, then, now in ((world.se, 1, 0), (other, 0, 1)):
        counts = [
            len(await world.room.read(_stood, asked, caller=manager)) for asked in (moment, Moment(as_of=day(40)))
        ]
        tracks = [
            len(await world.room.read(found_tracks, asked, caller=manager)) for asked in (moment, Moment(as_of=day(40)))
        ]
        assert (counts, tracks) == ([then, now], [then, now])
    assert application.sending_entity_id == world.sending


@pytest.mark.parametrize("value", ["yesterday", "2026-02-30", "2026-03-05T10:00:00", "1700000000", "0001-01-01", ""])
async def test_what_is_no_day_and_no_moment_is_refused(world: World, value: str) -> None:
    he = await world.room.client(world.he)
    for name in ("as_of", "known_at"):
        refused = await he.get("/v1/applications", params={name: value})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == f"#/{name}"


async def test_changed_since_goes_neither_with_the_past_nor_with_a_file(world: World) -> None:
    he = await world.room.client(world.he)
    for query in ({"as_of": "2026-03-05"}, {"format": "csv"}):
        refused = await he.get("/v1/applications", params={"changed_since": "2026-03-01T00:00:00Z"} | query)
        assert [error["pointer"] for error in refused.json()["errors"]] == ["#/changed_since"]


def test_a_day_of_knowledge_ends_with_the_day() -> None:
    assert end_of(date(2026, 3, 5)) == datetime(2026, 3, 5, 23, 59, 59, 999999, tzinfo=UTC)


async def test_a_rejection_and_its_reason_stand_in_the_past(world: World) -> None:
    world.room.clock.set(datetime(2026, 2, 1, 9, tzinfo=UTC))
    application = await world.apply()
    world.room.clock.set(datetime(2026, 2, 3, 9, tzinfo=UTC))
    command = commands.RejectApplication(application.id, RejectionReason.skills)
    await world.room.do(handlers.reject_application, command, world.he)
    found = await world.room.read(views.get_application_then, application.id, Moment(date(2026, 2, 3)), caller=world.he)
    assert (found.status, found.reason, found.effective_on) == ("rejected", "skills", date(2026, 2, 3))
    earlier = await world.room.read(
        views.get_application_then, application.id, Moment(date(2026, 2, 2)), caller=world.he
    )
    assert (earlier.status, earlier.reason) == ("open", None)
