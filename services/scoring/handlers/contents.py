"""Contents of pages: made, changed, retired; what became of them."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.scoring.commands import ChangeContent, ContentBody, RetireContent, TellSeen
from services.scoring.model import Content, ContentSeen, Segment
from services.scoring.model.audiences import contents_of
from services.scoring.model.segments import segments_of
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.schemas import ContentOut, SeenOut
from services.scoring.views.audiences import content_out
from shared.access import Role
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

NAMES = {"slot", "segment_id", "weight", "products", "fields", "countries", "testimonial_id", "link", "texts"}


async def make_content(uow: Uow, command: ContentBody) -> ContentOut:
    """A content for pages of the caller's entity and below; a global manager's is for all."""
    await _check(uow, command)
    entity = None if uow.caller.role is Role.global_manager else uow.caller.entity
    row = uow.add(Content(id=new_id(), entity_id=entity, **command.model_dump(include=NAMES)))
    uow.note("make_content", row.id, after={"slot": str(row.slot)})
    return await content_out(uow, row)


async def _check(uow: Uow, body: ContentBody) -> None:
    if body.segment_id is None:
        return
    segment = await uow.find(Segment, segments_of(uow.caller), id=body.segment_id)
    if segment is None or segment.state is not SegmentState.active or segment.party is not Party.ep:
        raise Invalid(errors=[FieldError("#/segment_id", "there is no such segment of EPs, or it is not yours")])


async def change_content(uow: Uow, command: ChangeContent) -> ContentOut:
    row = await uow.get(Content, command.content_id, contents_of(uow.caller), lock=True)
    uow.expect(row.version)
    await _check(uow, command.what)
    uow.change(row, **command.what.model_dump(include=NAMES))
    uow.note("change_content", row.id)
    return await content_out(uow, row)


async def retire_content(uow: Uow, command: RetireContent) -> ContentOut:
    """It is shown no more."""
    row = await uow.get(Content, command.content_id, contents_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.state is SegmentState.active:
        uow.change(row, state=SegmentState.retired)
        uow.note("retire_content", row.id)
    return await content_out(uow, row)


async def tell_seen(uow: Uow, command: TellSeen) -> SeenOut:
    """Each id counts once; contents that are not there are passed over, so that nobody can ask which are."""
    distinct = {one.id: one for one in reversed(command.seen)}
    wanted = {one.content_id for one in command.seen}
    known = set(await uow.rows(select(Content.id).where(Content.id.in_(wanted))))  # type: ignore[attr-defined]
    values = [
        {"id": id_, "content_id": distinct[id_].content_id, "seen": distinct[id_].seen, "at": uow.now}
        for id_ in sorted(distinct)
        if distinct[id_].content_id in known
    ]
    fresh: set[object] = set()
    if values:
        put = insert(ContentSeen).values(values).on_conflict_do_nothing().returning(ContentSeen.id)
        fresh = set((await uow.execute(put)).scalars())
    return SeenOut(recorded=len(fresh), repeated=len(command.seen) - len(fresh))
