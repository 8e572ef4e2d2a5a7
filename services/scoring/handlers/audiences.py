"""Audiences out: made, exported with consent and signature, confirmed, ended."""

from collections.abc import Collection
from datetime import UTC
from typing import Any
from uuid import UUID

from services.scoring.commands import ConfirmExport, EndAudience, ExportAudience, MakeAudience
from services.scoring.handlers.audience_members import SIZES, end_audience, tell
from services.scoring.handlers.stale import hold_members
from services.scoring.model import Audience, AudienceExport, Segment
from services.scoring.model.audiences import audiences_of
from services.scoring.model.segments import segments_of
from services.scoring.policy.audiences import Action, file_of, manifest, manifest_of, plan
from services.scoring.policy.segments.catalogue import Party
from services.scoring.policy.segments.conditions import condition_errors, holds
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.schemas import AudienceOut, ExportOut
from services.scoring.settings import limits
from services.scoring.views.audiences import audience_out, secret_of
from services.scoring.views.consent_of import who_allow_marketing
from services.scoring.views.segment_rows import all_rows
from shared.access import Role
from shared.contracts.segments import AudienceCause
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.outward.signatures import signature
from shared.storage.tx import Uow

MOST_PEOPLE = 200_000
IN_SEGMENT = "SELECT subject_id FROM segment_member WHERE segment_id = $1 ORDER BY subject_id LIMIT $2"
DIGESTS = "SELECT person_id, digest FROM address_digest WHERE person_id = ANY($1)"
THERE = "SELECT person_id, digest FROM audience_member WHERE audience_id = $1"
REMOVALS = "SELECT digest FROM audience_removal WHERE audience_id = $1 ORDER BY digest"
PUT = """INSERT INTO audience_member (audience_id, person_id, digest, number)
    SELECT $1, w, d, $4 FROM unnest($2::uuid[], $3::text[]) AS one (w, d)
    ON CONFLICT (audience_id, person_id) DO UPDATE SET digest = excluded.digest"""
DROP = "DELETE FROM audience_member WHERE audience_id = $1 AND person_id = ANY($2)"
REMOVE = """INSERT INTO audience_removal (audience_id, digest, number) SELECT $1, d, 0 FROM unnest($2::text[]) AS d
    ON CONFLICT DO NOTHING"""
# Who is in again is not to be taken out; what is named now is named by this export first, if by none before.
KEEP_OUT = "DELETE FROM audience_removal WHERE audience_id = $1 AND digest = ANY($2)"
NUMBERED = "UPDATE audience_removal SET number = $2 WHERE audience_id = $1 AND number = 0"
OLD_FILES = "UPDATE audience_export SET content = NULL WHERE audience_id = $1 AND content IS NOT NULL"
TAKEN = "DELETE FROM audience_removal WHERE audience_id = $1 AND number BETWEEN 1 AND $2"


async def make_audience(uow: Uow, command: MakeAudience) -> AudienceOut:
    """An audience of EPs; nothing leaves the house by it yet."""
    entity = None if uow.caller.role is Role.global_manager else uow.caller.entity
    errors: list[FieldError] = []
    if command.segment_id is not None:
        segment = await uow.find(Segment, segments_of(uow.caller), id=command.segment_id)
        if segment is None or segment.state is not SegmentState.active:
            errors.append(FieldError("#/segment_id", "there is no such segment, or it is not yours"))
        elif segment.party is not Party.ep:
            errors.append(FieldError("#/segment_id", "enablers were not asked whether they agree: EPs only"))
    elif command.condition is not None:
        errors += condition_errors(command.condition, Party.ep)
    if not uow.now < command.use_until <= uow.now + limits().longest_audience:
        errors.append(FieldError("#/use_until", f"from now to {limits().longest_audience.days} days ahead"))
    if errors:
        raise Invalid(errors=errors)
    values = command.model_dump(include={"segment_id", "condition", "name", "purpose", "recipient", "use_until"})
    row = uow.add(Audience(id=new_id(), entity_id=entity, made_at=uow.now, **values))
    told = {"purpose": str(row.purpose), "segment_id": str(row.segment_id) if row.segment_id else None}
    uow.note("make_audience", row.id, after=told)
    return audience_out(row, 0, 0, secret=secret_of(row.id))


async def export_audience(uow: Uow, command: ExportAudience) -> ExportOut:
    """Who is in and agrees, at this moment: digests and a signed manifest. Fewer than the least: nothing is made."""
    await hold_members(uow)
    audience = await uow.get(Audience, command.audience_id, audiences_of(uow.caller), lock=True)
    uow.expect(audience.version)
    if audience.state is not SegmentState.active or audience.use_until <= uow.now:
        raise Conflict("This audience has ended.", code="audience-ended")
    wanted = await _wanted(uow, audience)
    if len(wanted) < limits().least_audience:
        raise Conflict(
            f"Fewer than {limits().least_audience} people are in it, have an address and agree.", code="audience-small"
        )
    there = {row["person_id"]: row["digest"] for row in await uow.fetch(THERE, audience.id)}
    moved = plan(there, wanted)
    number = audience.number + 1
    await _keep(uow, audience.id, number, wanted, there, moved.drop)
    removals = [row["digest"] for row in await uow.fetch(REMOVALS, audience.id)]
    export = _made(uow, audience, number, sorted(wanted.values()), removals)
    uow.change(audience, number=number)
    counts = {"added": len(moved.add), "removed": len(moved.drop)}
    await tell(uow, audience, AudienceCause.exported, export_id=export.id, **counts)
    noted = {"export_id": str(export.id), "number": number, "people": len(wanted), "removals": len(removals)}
    noted |= {"recipient": audience.recipient, "purpose": str(audience.purpose), "file": export.manifest["file_sha256"]}
    uow.note("export_audience", audience.id, after=noted)
    return ExportOut.of(export)


async def _wanted(uow: Uow, audience: Audience) -> dict[UUID, str]:
    """Person → digest of those who are in, agree, and have an address."""
    if audience.segment_id is not None:
        people = [row["subject_id"] for row in await uow.fetch(IN_SEGMENT, audience.segment_id, MOST_PEOPLE)]
    else:
        day = uow.now.astimezone(UTC).date()
        rows = all_rows(uow, Party.ep, audience.entity_id, day, MOST_PEOPLE)
        people = [person async for person, row in rows if holds(audience.condition or {}, row)]
    agreed = await who_allow_marketing(uow, people) if people else set()
    return {row["person_id"]: row["digest"] for row in await uow.fetch(DIGESTS, sorted(agreed))}


async def _keep(
    uow: Uow, audience_id: UUID, number: int, wanted: dict[UUID, str], there: dict[UUID, str], drop: Collection[UUID]
) -> None:
    """Who is out there from now on. An address that changed takes the digest of the old one out."""
    old = {there[one] for one in drop} | {
        digest for one, digest in there.items() if one in wanted and wanted[one] != digest
    }
    await uow.fetch(DROP, audience_id, sorted(drop))
    await uow.fetch(PUT, audience_id, list(wanted), list(wanted.values()), number)
    await uow.fetch(REMOVE, audience_id, sorted(old))
    await uow.fetch(KEEP_OUT, audience_id, list(wanted.values()))
    await uow.fetch(NUMBERED, audience_id, number)
    await uow.fetch(OLD_FILES, audience_id)


def _made(uow: Uow, audience: Audience, number: int, add: list[str], remove: list[str]) -> AudienceExport:
    content = file_of(add, remove)
    counts = {Action.add: len(add), Action.remove: len(remove)}
    export_id = new_id()
    said = manifest_of(
        export_id, audience.id, number, str(audience.purpose), audience.recipient, uow.now, audience.use_until,
        content, counts,
    )  # fmt: skip
    made_at = int(uow.now.timestamp())
    signed = signature(secret_of(audience.id), str(export_id), made_at, manifest(said))
    values: dict[str, Any] = {"manifest": said, "signature": signed, "content": content}
    return uow.add(AudienceExport(id=export_id, audience_id=audience.id, number=number, made_at=uow.now, **values))


async def confirm_export(uow: Uow, command: ConfirmExport) -> ExportOut:
    """The recipient has taken it in: digests that it took out are kept no longer."""
    await hold_members(uow)
    export = await uow.get(AudienceExport, command.export_id, lock=True)
    audience = await uow.get(Audience, export.audience_id, audiences_of(uow.caller), lock=True)
    uow.expect(export.version)
    if export.confirmed_at is None:
        export.confirmed_at, export.version = uow.now, export.version + 1
        await uow.fetch(TAKEN, audience.id, export.number)
        uow.note("confirm_export", audience.id, after={"number": export.number})
    return ExportOut.of(export)


async def stop_audience(uow: Uow, command: EndAudience) -> AudienceOut:
    """End it before its time."""
    await hold_members(uow)
    audience = await uow.get(Audience, command.audience_id, audiences_of(uow.caller), lock=True)
    uow.expect(audience.version)
    if audience.state is SegmentState.active:
        await end_audience(uow, audience)
    (sizes,) = await uow.fetch(SIZES, audience.id)
    return audience_out(audience, sizes["size"], sizes["removals"])
