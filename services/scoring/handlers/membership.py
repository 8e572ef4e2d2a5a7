"""Members of segments kept up to date: whoever something was heard of, and everybody once a day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.commands import RefreshSegments
from services.scoring.handlers.audience_members import end_audiences, take_out_unwilling
from services.scoring.handlers.stale import mark_all_stale, try_hold_members
from services.scoring.model import Audience, Segment
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.policy.segments.membership import Move, Rule, moves
from services.scoring.views.segment_rows import paths_of, rows_of
from shared.contracts.segments import SegmentChanged, SegmentMove
from shared.storage.tx import Uow

TAKE = """DELETE FROM segment_stale WHERE id IN (SELECT id FROM segment_stale ORDER BY id LIMIT $1)
    RETURNING subject_id, party"""
LAST_DAY = "SELECT day FROM segment_day WHERE id = 1"
KEEP_DAY = "INSERT INTO segment_day (id, day) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET day = excluded.day"
MEMBERS = "SELECT segment_id, subject_id FROM segment_member WHERE subject_id = ANY($1)"
ENTER = """INSERT INTO segment_member (segment_id, subject_id, entered_at, number)
    SELECT s, w, $3, n FROM unnest($1::uuid[], $2::uuid[], $4::int[]) AS one (s, w, n) ON CONFLICT DO NOTHING"""
LEAVE = """DELETE FROM segment_member m USING unnest($1::uuid[], $2::uuid[]) AS one (s, w)
    WHERE m.segment_id = one.s AND m.subject_id = one.w"""
COURSE = """INSERT INTO segment_move (segment_id, subject_id, move, at, number)
    SELECT s, w, m, $4, n FROM unnest($1::uuid[], $2::uuid[], $3::text[], $5::int[]) AS one (s, w, m, n)"""
Moved = tuple[UUID, UUID, Move, int]


async def refresh_segments(uow: Uow, command: RefreshSegments) -> int:
    """Look again at up to so many who were noted; how many notes there were. 0 while another worker does."""
    if not await try_hold_members(uow):
        return 0
    day = uow.now.astimezone(UTC).date()
    await _begin_day(uow, day)
    noted: Mapping[Party, set[UUID]] = defaultdict(set)
    count = 0
    for row in await uow.fetch(TAKE, command.most):
        noted[Party(row["party"])].add(row["subject_id"])
        count += 1
    for party, subjects in noted.items():
        await _look(uow, party, sorted(subjects), day)
    return count


async def _begin_day(uow: Uow, day: date) -> None:
    """At midnight everybody's row may be another one: counts fade, days pass."""
    last = await uow.fetch(LAST_DAY)
    if last and last[0]["day"] >= day:
        return
    await uow.fetch(KEEP_DAY, day)
    await end_audiences(uow)
    active = Segment.state == SegmentState.active
    parties = set(await uow.rows(select(Segment.party).where(active)))  # type: ignore[arg-type]
    if await uow.scalar(select(Audience.id).where(Audience.state == SegmentState.active).limit(1)):  # type: ignore[arg-type]
        parties.add(Party.ep)
    for party in sorted(parties):
        await mark_all_stale(uow, party, None)


async def _look(uow: Uow, party: Party, subjects: Sequence[UUID], day: date) -> None:
    rules = await rules_of(uow, party)
    now_in: Mapping[UUID, set[UUID]] = defaultdict(set)
    for row in await uow.fetch(MEMBERS, list(subjects)):
        now_in[row["subject_id"]].add(row["segment_id"])
    found: list[Moved] = []
    if rules or now_in:
        paths = await paths_of(uow, party, subjects)
        rows = await rows_of(uow, party, list(paths), day) if rules else {}
        for subject in subjects:
            found += _moved(rules, subject, paths.get(subject, ()), rows.get(subject), now_in[subject])
    await _write(uow, party, found)
    if party is Party.ep:
        await take_out_unwilling(uow, subjects)


async def rules_of(uow: Uow, party: Party) -> list[Rule]:
    """The rules of all active segments of a party."""
    query = select(Segment).where(Segment.party == party, Segment.state == SegmentState.active)  # type: ignore[arg-type]
    return [Rule(one.id, one.number, one.condition, one.entity_id) for one in await uow.rows(query)]


def _moved(
    rules: Sequence[Rule], subject: UUID, path: Collection[UUID], row: Mapping[str, Any] | None, now_in: set[UUID]
) -> list[Moved]:
    found = [(rule.segment_id, subject, move, rule.number) for rule, move in moves(rules, path, row, now_in)]
    over = now_in - {rule.segment_id for rule in rules}
    return found + [(segment, subject, Move.left, 0) for segment in sorted(over)]


async def _write(uow: Uow, party: Party, found: Sequence[Moved]) -> None:
    if not found:
        return
    came = [one for one in found if one[2] is Move.entered]
    went = [one for one in found if one[2] is Move.left]
    if came:
        await uow.fetch(ENTER, [o[0] for o in came], [o[1] for o in came], uow.now, [o[3] for o in came])
    if went:
        await uow.fetch(LEAVE, [o[0] for o in went], [o[1] for o in went])
    segments, subjects, kinds, numbers = (list(column) for column in zip(*found, strict=True))
    await uow.fetch(COURSE, segments, subjects, [str(kind) for kind in kinds], uow.now, numbers)
    for segment, subject, move, _ in found:
        who = {"person_id": subject} if party is Party.ep else {"enabler_id": subject}
        uow.say(SegmentChanged(subject_id=subject, party=party, segment_id=segment, move=SegmentMove(move), **who))
