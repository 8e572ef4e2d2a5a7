"""Who asks: an EP or somebody at an enabler, by id or by address."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.notifications.model import Enabler, Person, Question
from shared.storage.tx import Uow

Author = Person | Enabler


def address_of(author: Author | None, channel: str) -> str | None:
    """Where this author is reached over a channel."""
    if author is None:
        return None
    return author.email if channel == "email" else author.phone


def name_of(author: Author) -> str:
    """The name on an envelope."""
    if isinstance(author, Person):
        return f"{author.given_name or ''} {author.family_name or ''}".strip()
    return author.contact_name or author.name or ""


async def author(uow: Uow, id_: UUID | None) -> Author | None:
    """The EP or enabler with this id."""
    if id_ is None:
        return None
    return await uow.find(Person, id=id_) or await uow.find(Enabler, id=id_)


async def author_of(uow: Uow, question: Question) -> Author | None:
    """Who asked it, when that is known."""
    return await author(uow, question.person_id or question.enabler_id)


async def authors_at(uow: Uow, channel: str, address: str) -> list[Author]:
    """Who has this address or number: several may share one."""
    found: list[Author] = []
    for model in (Person, Enabler):
        column = model.email if channel == "email" else model.phone
        query = select(model).where(func.lower(column) == address.lower()).order_by(model.id).limit(5)
        found += list(await uow.rows(query)) if address else []
    return found
