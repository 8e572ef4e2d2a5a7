"""Promoters are asked at the right moment, tell others for the uses they agree to, and take it back in one click."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.surveys.commands import GiveTestimonial, JudgeTestimonial, WithdrawOwn, WithdrawTestimonial
from services.surveys.model import Case, Consent, Experience, Invitation, Person, Showcase, Testimonial, testimonials_of
from services.surveys.policy.cases import CaseState
from services.surveys.policy.showcasing import (
    Fault,
    TestimonialState,
    Use,
    ask_at,
    check_judge,
    faults_of,
    is_promoter,
    referral_code,
)
from services.surveys.schemas import TestimonialOut
from services.surveys.views.showcasing import VIDEO_HOSTS, showcase_by_token, testimonial_out
from shared import links
from shared.contracts.showcasing import PromoterFound, ShowcaseFact, TestimonialGiven, TestimonialWithdrawn
from shared.contracts.surveys import GivenScore
from shared.errors import FieldError, Invalid
from shared.ids import derived_id, new_id
from shared.storage.due import Due
from shared.storage.tx import Uow

ASKING, ONCE = "showcase", "once"
CONTENT = ("words", "shown_name", "video", "picture", "picture_type", "picture_digest")
WORDS = {
    Fault.empty: "Write something, add a picture, or give the address of a video.",
    Fault.too_long: "This is longer than we can show.",
    Fault.name_too_long: "This name is too long.",
    Fault.bad_video: "This is no https address of a video at a site that we know.",
    Fault.no_use: "Choose at least one use.",
}


class BadTestimonial(Invalid):
    """What can't be taken; `faults` name the fields for a page that shows them beside each."""

    def __init__(self, faults: dict[str, Fault]) -> None:
        super().__init__(errors=[FieldError(f"#/{field}", WORDS[fault]) for field, fault in faults.items()])
        self.faults = faults


async def find_promoter(uow: Uow, invitation: Invitation, scores: Sequence[GivenScore]) -> None:
    """An answer of somebody who would recommend us: they are asked to tell others, once an experience."""
    score = is_promoter(invitation.party, scores)
    if score is None or invitation.application_id is None:
        return
    stay = await uow.find(Experience, id=invitation.application_id)
    showcase_id = derived_id("showcase", invitation.application_id)
    if stay is None or not stay.completed or await uow.find(Showcase, id=showcase_id):
        return
    names = ("person_id", "sending_entity_id", "hosting_entity_id", "product", "country")
    uow.add(
        Showcase(
            id=showcase_id, application_id=stay.id, language=invitation.language, score=score, found_at=uow.now,
            referral=referral_code(showcase_id), token_digest=links.digest(links.showcase_token(showcase_id)),
            **{name: getattr(stay, name) for name in names},
        )
    )  # fmt: skip
    await uow.schedule(ASKING, showcase_id, ONCE, ask_at(stay.end_on, uow.today(stay.zone)), stay.zone)


async def ask_promoter(uow: Uow, due: Due) -> None:
    """The moment has come; nobody is asked to praise what they complain of at the same time."""
    showcase = await uow.get(Showcase, due.subject, lock=True)
    person = await uow.find(Person, id=showcase.person_id)
    if person is None or person.erased:
        due.skip("the person was erased")
        return
    troubles = select(Case.id).where(Case.application_id == showcase.application_id, Case.state != CaseState.closed)
    if await uow.rows(troubles.limit(1)):
        due.skip("a quality case is open")
        return
    showcase.asked_at = uow.now
    uow.say(PromoterFound(**_about(showcase), score=showcase.score))
    uow.note("ask_promoter", showcase.id)


def _about(showcase: Showcase) -> dict[str, Any]:
    return {"showcase_id": showcase.id} | showcase.model_dump(include=set(ShowcaseFact.model_fields))


async def give_testimonial(uow: Uow, command: GiveTestimonial) -> TestimonialOut:
    """Keep what is told and which uses it is for. A change waits for a manager again; a use that is left out ends."""
    showcase = await showcase_by_token(uow, command.token, lock=True)
    if faults := faults_of(command.told, VIDEO_HOSTS):
        raise BadTestimonial(faults)
    row = await uow.find(Testimonial, id=showcase.id, lock=True)
    if row is None:
        names = ("id", "person_id", "sending_entity_id", "hosting_entity_id", "product", "country", "language")
        told = {name: getattr(showcase, name) for name in names}
        row = uow.add(Testimonial(**told, state=TestimonialState.waiting, given_at=uow.now))
        await uow.flush()
    changed = _set(row, command)
    ended, begun = await _agree(uow, showcase.id, command.told.uses)
    if changed or row.state is TestimonialState.withdrawn:
        row.state, row.approved_at, row.withdrawn_at = TestimonialState.waiting, None, None
    if changed or ended or begun:
        uow.change(row, given_at=uow.now)
        uses = sorted(command.told.uses)
        media = {"picture": row.picture is not None, "video": row.video is not None}
        uow.say(TestimonialGiven(**_about(showcase), uses=uses, **media))
        uow.note("give_testimonial", row.id, after={"uses": uses, "state": row.state})
    if ended:
        uow.say(TestimonialWithdrawn(**_about(showcase), uses=sorted(ended)))
    return await testimonial_out(uow, row)


def _set(row: Testimonial, command: GiveTestimonial) -> bool:
    """Set the content; whether anything of it differs."""
    told = command.told
    values: dict[str, Any] = {"words": told.words or None, "shown_name": told.name or None, "video": told.video or None}
    if command.picture is not None:
        file = command.picture
        values |= {"picture": file.content, "picture_type": file.kind.value, "picture_digest": file.digest}
    elif command.drop_picture:
        values |= dict.fromkeys(("picture", "picture_type", "picture_digest"))
    differs = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)


async def _agree(uow: Uow, showcase_id: UUID, uses: Iterable[Use]) -> tuple[set[Use], set[Use]]:
    """Make the consents that hold these ones; which ended and which began."""
    query = select(Consent).where(Consent.showcase_id == showcase_id, Consent.withdrawn_at.is_(None))  # type: ignore[union-attr]
    held = {consent.use: consent for consent in await uow.rows(query.with_for_update())}
    ended, begun = held.keys() - set(uses), set(uses) - held.keys()
    for use in ended:
        held[use].withdrawn_at = uow.now
    for use in begun:
        uow.add(Consent(id=new_id(), showcase_id=showcase_id, use=use, given_at=uow.now))
    return set(ended), begun


async def withdraw_testimonial(uow: Uow, command: WithdrawTestimonial) -> None:
    """Everything is taken back; saying so twice changes nothing."""
    showcase = await showcase_by_token(uow, command.token, lock=True)
    await _withdraw(uow, showcase, "by the person")


async def withdraw_own(uow: Uow, command: WithdrawOwn) -> TestimonialOut:
    """The same with an account: everything of the version that the person saw."""
    row = await uow.get(Testimonial, command.testimonial_id, testimonials_of(uow.caller))
    showcase = await uow.get(Showcase, row.id, lock=True)
    uow.expect(row.version)
    await _withdraw(uow, showcase, "by the person")
    return await testimonial_out(uow, row)


async def _withdraw(uow: Uow, showcase: Showcase, why: str) -> None:
    row = await uow.find(Testimonial, id=showcase.id, lock=True)
    if row is None or row.state is TestimonialState.withdrawn:
        return
    ended, _ = await _agree(uow, showcase.id, ())
    nothing = dict.fromkeys(CONTENT)
    uow.change(row, **nothing, state=TestimonialState.withdrawn, withdrawn_at=uow.now, approved_at=None)
    uow.say(TestimonialWithdrawn(**_about(showcase), uses=sorted(ended)))
    uow.note("withdraw_testimonial", row.id, reason=why, after={"uses": sorted(ended)})


async def judge_testimonial(uow: Uow, command: JudgeTestimonial) -> TestimonialOut:
    """Show it, or don't. A manager judges what the version that they saw contains."""
    row = await uow.get(Testimonial, command.testimonial_id, testimonials_of(uow.caller), lock=True)
    uow.expect(row.version)
    check_judge(row.state)
    before = {"state": row.state}
    shown = command.state is TestimonialState.approved
    if row.state is not command.state:
        uow.change(row, state=command.state, approved_at=uow.now if shown else None)
        uow.note("judge_testimonial", row.id, before=before, after={"state": row.state})
    return await testimonial_out(uow, row)


async def forget_showcases(uow: Uow, person_id: UUID) -> None:
    """Somebody who is erased shows nothing any more, is not asked, and their link attributes nobody."""
    for showcase in await uow.rows(select(Showcase).where(Showcase.person_id == person_id).with_for_update()):
        await uow.cancel(ASKING, showcase.id, why="person erased")
        await _withdraw(uow, showcase, "person erased")
        showcase.referral = None
