"""Members of committees, from applying to leaving."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import select

from services.applications.commands import ActivateMember, ApplyAsMember, EraseMember, LeaveEntity, SelectMember
from services.applications.model import Entity, Member, Person, members_of
from services.applications.policy import MemberStatus, check_member_move, period_errors
from services.applications.schemas import MemberOut
from services.applications.views import member_out
from shared.contracts import parties
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow

NAMES = ("given_name", "family_name", "email")


async def apply_as_member(uow: Uow, command: ApplyAsMember) -> MemberOut:
    """An EP is known already; somebody else with an account says who it is. Once per committee and role at a time."""
    errors = period_errors(command.from_on, command.to_on)
    if await uow.find(Entity, id=command.entity_id) is None:
        errors.append(FieldError("#/entity_id", "there is no such entity"))
    person = await uow.find(Person, id=uow.caller.party)
    names = {name: getattr(command, name) or getattr(person, name, None) for name in NAMES}
    errors += [FieldError(f"#/{name}", "must be said by who is no EP here") for name in NAMES if not names[name]]
    if errors:
        raise Invalid(errors=errors)
    await _once(uow, command)
    row = Member(
        id=new_id(), entity_id=command.entity_id, person_id=person and person.id, account=uow.caller.party,
        role=command.role.value, status=MemberStatus.applied.value, from_on=command.from_on, to_on=command.to_on,
        applied_at=uow.now, **names,
    )  # fmt: skip
    uow.add(row)
    uow.say(parties.MemberApplied(**_about(row)))
    uow.say(parties.MemberDetails(member_id=row.id, **names))
    uow.note("apply_as_member", row.id, after={"status": row.status})
    return member_out(row, uow.caller)


async def _once(uow: Uow, command: ApplyAsMember) -> None:
    held = select(Member.id).where(
        Member.account == uow.caller.party, Member.entity_id == command.entity_id, Member.role == command.role.value,
        Member.status != MemberStatus.left.value,
    )  # fmt: skip
    if await uow.scalar(held):
        raise Conflict("You have this role there, or have applied for it, already.", code="member-already")


def _about(row: Member) -> dict[str, Any]:
    return {"member_id": row.id} | row.model_dump(include={"entity_id", "person_id", "role"})


async def _moved(uow: Uow, member_id: Any, move: str, change: dict[str, Any] | None = None) -> Member:
    """The membership, locked, after the move; `change` overrides its dates, or what else it names."""
    row = await uow.get(Member, member_id, members_of(uow.caller), lock=True)
    uow.expect(row.version)
    target = check_member_move(move, MemberStatus(row.status), uow.caller.role).target
    changes = {"from_on": row.from_on, "to_on": row.to_on} | (change or {})
    before = {"status": row.status}
    uow.change(row, status=target.value, **changes)
    uow.note(f"{move}_member", row.id, before=before, after={"status": row.status})
    return row


async def select_member(uow: Uow, command: SelectMember) -> MemberOut:
    row = await _moved(uow, command.member_id, "select")
    uow.say(parties.MemberSelected(**_about(row)))
    return member_out(row, uow.caller)


async def activate_member(uow: Uow, command: ActivateMember) -> MemberOut:
    """From the day that is given, else that of the application, else today at the committee."""
    row = await _moved(uow, command.member_id, "activate")
    from_on = command.from_on or row.from_on or await _today(uow, row)
    to_on = command.to_on or row.to_on
    if errors := period_errors(from_on, to_on):
        raise Invalid(errors=errors)
    row.from_on, row.to_on = from_on, to_on
    uow.say(parties.MemberActivated(**_about(row), from_on=from_on, to_on=to_on), effective_on=from_on)
    return member_out(row, uow.caller)


async def leave_entity(uow: Uow, command: LeaveEntity) -> MemberOut:
    """Who had been active has a last day; an application that came to nothing keeps no period."""
    held = await uow.get(Member, command.member_id, members_of(uow.caller), lock=True)
    was = held.status
    if was == MemberStatus.active:
        to_on = command.to_on or max(await _today(uow, held), held.from_on or date.min)
        if errors := period_errors(held.from_on, to_on):
            raise Invalid(errors=errors)
        row = await _moved(uow, command.member_id, "leave", {"to_on": to_on, "alumna": command.alumna})
    elif command.alumna:
        raise Invalid(errors=[FieldError("#/alumna", "is for who has been at work")])
    else:
        row = await _moved(uow, command.member_id, "leave", {"from_on": None, "to_on": None})
    uow.say(parties.MemberLeft(**_about(row), was=was, to_on=row.to_on, alumna=row.alumna))
    return member_out(row, uow.caller)


async def _today(uow: Uow, row: Member) -> date:
    entity = await uow.get(Entity, row.entity_id)
    return uow.today(entity.zone)


async def erase_member(uow: Uow, command: EraseMember) -> MemberOut:
    """Blank who it was, here and, by a tombstone, in every room."""
    row = await uow.get(Member, command.member_id, members_of(uow.caller), lock=True)
    forget_members(uow, [row])
    uow.note("erase_member", row.id)
    return member_out(row, uow.caller)


def forget_members(uow: Uow, rows: Iterable[Member]) -> None:
    for row in rows:
        uow.change(row, given_name="", family_name="", email=f"erased-{row.id}@invalid")
        uow.erase(parties.MemberDetails, row.id)
