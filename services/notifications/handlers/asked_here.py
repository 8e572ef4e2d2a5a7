"""A question that is asked in the product itself, by an EP or an enabler who is signed in."""

from services.notifications.commands import AskQuestion
from services.notifications.handlers.asking import Words, about_author, begin, keep_message, owner
from services.notifications.handlers.authors import address_of, author
from services.notifications.model import Experience
from services.notifications.schemas import QuestionOut
from services.notifications.views.questions import question_out
from shared.access import Role
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


async def ask_question(uow: Uow, command: AskQuestion) -> QuestionOut:
    """Begin a conversation with the committee; it goes on here and by e-mail."""
    known = await author(uow, uow.caller.party)
    address = address_of(known, "email")
    if known is None or not address:
        raise Conflict("There is no address yet to which an answer could go.", code="no-address")
    body = command.body
    about = await about_author(uow, known)
    if body.application_id is not None:
        mine = Experience.enabler_id if uow.caller.role is Role.enabler else Experience.person_id
        stay = await uow.find(Experience, Experience.id == body.application_id, mine == uow.caller.party)
        if stay is None:
            raise Invalid(errors=[FieldError("#/application_id", "There is no such application of yours.")])
        about |= {"application_id": stay.id, "about_person_id": stay.person_id}
        about |= {"sending_entity_id": stay.sending_entity_id, "hosting_entity_id": stay.hosting_entity_id}
        about |= owner(uow, about, stay, None)
    if about["entity_id"] is None:  # the name may be here before the sign-up is: nobody would see the question
        raise Conflict("Your committee is not known here yet: ask again in a moment.", code="no-committee")
    words = Words("email", address, body.text, body.text, subject=body.subject)
    question = await begin(uow, new_id(), words, about | {"proven": True}, command.rules)
    keep_message(uow, question, words)
    return await question_out(uow, question)
