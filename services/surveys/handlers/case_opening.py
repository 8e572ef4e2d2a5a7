"""How quality cases begin: by an answer, by a conflict over a standard, by a report, by hand."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.surveys.commands import ReportCase
from services.surveys.handlers.asking import hold_person
from services.surveys.handlers.case_clocks import about, begin_acknowledgement, begin_level, reckon, sides_of
from services.surveys.handlers.verbatims import read_later
from services.surveys.model import Case, CaseStandard, Experience, Invitation, experiences_of
from services.surveys.model.verbatims import Source
from services.surveys.policy.cases import CaseRule, CaseState, Rules, check_reportable, owner_of, trouble_in
from services.surveys.policy.escalation import Level
from services.surveys.schemas import CaseOut
from services.surveys.settings import limits
from shared.access import CUSTOMERS, Role
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import StandardConflicted
from shared.contracts.surveys import CaseCause, GivenScore, Party, QualityCaseOpened, StandardWord
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import derived_id, new_id
from shared.storage.tx import Uow

CONFLICT = "The committee has evidence that the standard “{standard}” was kept; the EP says that it was not."
COPIED = (
    "person_id", "enabler_id", "application_id", "opportunity_id", "sending_entity_id", "hosting_entity_id",
    "product", "country",
)  # fmt: skip


def rules() -> Rules:
    """The rules that are switched on."""
    given = limits()
    return Rules(frozenset(given.case_rules), given.high_effort_ces1, given.high_effort_ces2)


async def open_case(
    uow: Uow, concerned: Invitation | Experience | StandardConflicted, cause: CaseCause, *,
    party: Party | None = None, case_id: UUID | None = None, invitation_id: UUID | None = None,
    report: str | None = None, standards: Sequence[str] = (),
) -> Case:  # fmt: skip
    """A case with its owner, its clocks and its first level; its standards get no second case."""
    values = await _copied(uow, concerned)
    case = Case(
        id=case_id or new_id(), invitation_id=invitation_id, cause=cause, report=report, opened_at=uow.now,
        acknowledge_by=uow.now, party=party or getattr(concerned, "party", Party.ep),
        standard=standards[0] if len(standards) == 1 else None, **values,
    )  # fmt: skip
    case.owner = owner_of(cause, sides_of(case))
    uow.add(case)
    await begin_level(uow, case, Level.local)
    await begin_acknowledgement(uow, case)
    reckon(case)
    for standard in standards if case.application_id else ():
        values = {"application_id": case.application_id, "standard": standard, "case_id": case.id}
        uow.add(CaseStandard(**values, conflict=cause is CaseCause.conflict, noted_at=uow.now))
    opened = about(case) | {"owner": case.owner, "acknowledge_by": case.acknowledge_by}
    uow.say(QualityCaseOpened.model_validate(opened))
    uow.note("open_case", case.id, reason=cause, after={"state": case.state, "owner": case.owner})
    return case


async def _copied(uow: Uow, concerned: Invitation | Experience | StandardConflicted) -> dict[str, Any]:
    """Whom it concerns, and what the reports are cut by."""
    values = {name: getattr(concerned, name, None) for name in COPIED}
    if isinstance(concerned, Experience):
        return values | {"application_id": concerned.id}
    stay = await uow.find(Experience, id=concerned.application_id) if concerned.application_id else None
    if stay is None:
        return values
    return values | {name: values[name] or getattr(stay, name) for name in COPIED if hasattr(stay, name)}


async def open_for_answer(
    uow: Uow, invitation: Invitation, scores: Sequence[GivenScore], standards: Mapping[str, StandardWord]
) -> Case | None:
    """The one case of an answer in which something is wrong; denied standards that have a case add nothing."""
    known: set[str] = set()
    if StandardWord.no in standards.values() and invitation.application_id:
        if invitation.person_id:
            await hold_person(uow, invitation.person_id)  # the same standard may be in conflict at this very moment
        rows = select(CaseStandard.standard).where(CaseStandard.application_id == invitation.application_id)
        known = set(await uow.rows(rows))
    trouble = trouble_in(scores, standards, known, rules())
    if trouble is None:
        return None
    return await open_case(
        uow, invitation, trouble.cause, invitation_id=invitation.id, standards=trouble.standards
    )  # fmt: skip


async def open_conflict_case(uow: Uow, envelope: Envelope) -> None:
    """The provider has evidence for a standard and the EP says no: one case a standard of an experience."""
    conflict = envelope.data
    assert isinstance(conflict, StandardConflicted)
    if CaseRule.conflict not in limits().case_rules:
        return
    await hold_person(uow, conflict.person_id)
    key = {"application_id": conflict.application_id, "standard": conflict.standard}
    if (held := await uow.find(CaseStandard, lock=True, **key)) is not None:
        held.conflict = True
        case = await uow.get(Case, held.case_id, lock=True)
        if case.state is not CaseState.closed:
            uow.change(case)
        return
    case_id = derived_id("conflict-case", conflict.standard_id)
    if await uow.find(Case, id=case_id) is None:
        report = CONFLICT.format(standard=conflict.standard.replace("_", " "))
        given = {"case_id": case_id, "report": report, "standards": (conflict.standard,)}
        await open_case(uow, conflict, CaseCause.conflict, **given)


async def report_case(uow: Uow, command: ReportCase) -> CaseOut:
    """An EP, an enabler, or a manager of either side reports that something is wrong."""
    where = (Experience.id == command.application_id, experiences_of(uow.caller))
    experience = await uow.find(Experience, *where)
    if experience is None:
        raise Invalid(errors=[FieldError("#/application_id", "There is no such experience, or it is not yours.")])
    check_reportable(experience.end_on, uow.today(experience.zone), limits().report_days)
    party = command.party
    if uow.caller.role in CUSTOMERS:
        party = Party.enabler if uow.caller.role is Role.enabler else Party.ep
    standards = (command.standard,) if command.standard else ()
    for standard in standards:
        await hold_person(uow, experience.person_id)
        if await uow.find(CaseStandard, application_id=experience.id, standard=standard):
            raise Conflict("This standard of the experience has a case already.", code="case-of-standard")
    given = {"party": party, "report": command.report, "standards": standards}
    case = await open_case(uow, experience, CaseCause.reported, **given)
    await read_later(uow, Source.case, case.id)
    return CaseOut.model_validate(case)
