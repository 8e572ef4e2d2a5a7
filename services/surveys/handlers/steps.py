"""A survey answered page by page: each page that is sent is kept, together with where the person goes on."""

from dataclasses import dataclass

from services.surveys.commands import Go, TakeStep
from services.surveys.handlers.answers import BadAnswer, keep_draft, opened
from services.surveys.model import Draft
from services.surveys.policy.questionnaire_answers import read_answer
from services.surveys.policy.steps import beyond, of_section, page_faults, place_of, steps_of, with_page
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class StepTaken:
    """The page to show now; `new` are questions that the answers brought onto the page that was sent."""

    step: str
    new: tuple[str, ...] = ()


async def take_step(uow: Uow, command: TakeStep) -> StepTaken:
    """Keep one page of a draft; what stands on other pages, perhaps sent from another window, stays."""
    invitation, asked = await opened(uow, command.token)
    draft = await uow.find(Draft, invitation_id=invitation.id)
    page = of_section(asked, command.step)
    answers = with_page(draft.answers if draft else {}, page, command.answers)
    if faults := page_faults(asked, answers, command.shown, partial=command.go is not Go.next):
        raise BadAnswer(faults)
    kept = read_answer(asked, answers, partial=True).kept
    steps = steps_of(asked, kept)
    here = steps[place_of(steps, command.step)]
    new = tuple(name for name in here.questions if name not in command.shown) if here.id == command.step else ()
    if command.go is Go.stay or (new and command.go is Go.next):
        taken = StepTaken(here.id, new)
    else:
        taken = StepTaken(beyond(asked, steps, command.step, 1 if command.go is Go.next else -1))
    keep_draft(uow, invitation, draft, answers=kept, at=taken.step)
    return taken
