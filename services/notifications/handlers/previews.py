"""A message with the data of a real application, as it would be written now. Nothing is sent, kept or changed."""

import base64
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from typing import Any
from uuid import UUID

from jinja2 import TemplateError, UndefinedError

from services.notifications import texts
from services.notifications.commands.previews import Preview
from services.notifications.handlers.gathering import Known
from services.notifications.mail import Parties, Unaddressable, compose
from services.notifications.model import Delivery, Experience, LetterVersion, PlanVersion
from services.notifications.plan import store
from services.notifications.policy import Audience, Entry, Kind, missing
from services.notifications.press import Order, Press
from services.notifications.schemas.letters import PreviewOut
from services.notifications.texts.bounded import TooMuch
from services.notifications.views.letters import letters_of, words_for
from services.notifications.views.plans import plans_of
from shared.errors import FieldError, Invalid
from shared.ids import derived_id
from shared.storage.scope import visible
from shared.storage.tx import Uow

UNKNOWN = "Somebody"
_NAMED = re.compile(r"'(\w+)'(?!.*')")  # what jinja says is undefined: the last name of its sentence


@dataclass(frozen=True, slots=True)
class Draft:
    """What a preview is written from."""

    entry: Entry
    language: str
    facts: dict[str, Any] = field(repr=False)
    missing: list[str]
    own: dict[str, Any] | None
    at: Any = None


async def draft_preview(uow: Uow, command: Preview) -> Draft:
    """The facts of the application, if the caller may see it, and the entry and words that are meant."""
    wish = command.wish
    sides = {"sending": Experience.sending_entity_id, "hosting": Experience.hosting_entity_id}
    seen = visible(uow.caller, person=Experience.person_id, **sides)
    experience = await uow.get(Experience, wish.application_id, seen)
    entry = await _entry(uow, command, experience)
    row = _delivery(uow, entry, experience)
    known = await Known.of(uow, [row])
    facts = known.facts(row)
    person = known.person(row)
    language = texts.choose(wish.language, (facts.get("recipient") or {}).get("language"), person and person.language)
    own = await _words(uow, command, entry, language, experience)
    return Draft(entry, language, facts, missing(entry.needs, facts), own, uow.clock.machine())


async def _entry(uow: Uow, command: Preview, experience: Experience) -> Entry:
    sides = (experience.sending_entity_id, experience.hosting_entity_id)
    if command.version_id is None:
        entry = (await store.composed(uow, *sides)).plan.entry(command.wish.touchpoint)
    else:
        own = store.shipped()
        if command.version_id != own.id:
            await uow.get(PlanVersion, command.version_id, plans_of(uow.caller))
        entry = (await store.layer(uow, command.version_id)).entry(command.wish.touchpoint)
    if entry is None:
        raise Invalid(errors=[FieldError("#/touchpoint", "this plan has no such touchpoint")])
    if entry.kind is Kind.task or entry.letter is None:
        raise Invalid(errors=[FieldError("#/touchpoint", "it is a task: nothing is written")])
    return entry


async def _words(
    uow: Uow, command: Preview, entry: Entry, language: str, experience: Experience
) -> dict[str, Any] | None:
    assert entry.letter is not None
    if command.wish.letter_id is None:
        return await words_for(uow, entry.letter, language, experience.sending_entity_id, experience.hosting_entity_id)
    row = await uow.get(LetterVersion, command.wish.letter_id, letters_of(uow.caller))
    if row.letter != entry.letter or row.language != language:
        wrong = f"these words are for {row.letter} in {row.language}"
        raise Invalid(errors=[FieldError("#/letter_id", wrong)])
    return row.content


def _delivery(uow: Uow, entry: Entry, experience: Experience) -> Delivery:
    """The delivery that this would be; it is never written."""
    audience = Audience(entry.audience)
    whose = {Audience.ep: experience.person_id, Audience.enabler: experience.enabler_id}
    id_ = derived_id("preview", entry.code, experience.id)
    names = ("person_id", "sending_entity_id", "hosting_entity_id")
    return Delivery(
        id=id_, touchpoint_id=id_, touchpoint=entry.code, occurrence=1, message_id=str(id_), channel="email",
        audience=audience, recipient_id=whose.get(audience), subject=experience.id, application_id=experience.id,
        state="pending", not_before=uow.now, created_at=uow.now,
        **{name: getattr(experience, name) for name in names},
    )  # fmt: skip


# --- writing it


@cache
def _press() -> Press:
    return Press()


async def written(draft: Draft, sender: str) -> PreviewOut:
    """The e-mail and the document in words and bytes; what can't be written yet says why."""
    faults: list[str] = []
    name = content = message = None
    entry, facts = draft.entry, draft.facts
    try:
        if entry.document:
            sheet = texts.sheet(entry.document, draft.language, facts)
            paper = await _press().print(Order(_nobody(), entry.document, sheet))
            name, content = sheet.file_name, paper.content
        letter = texts.letter(entry.letter or entry.code, draft.language, facts, name, own=draft.own)
        message = compose(letter, _parties(facts, sender), "preview", draft.at, None, facts.get("link", ""))
    except UndefinedError as error:
        found = _NAMED.search(str(error))
        faults.append(f"It names what is not known of this application: {found[1] if found else error}.")
    except (TemplateError, KeyError, TooMuch, Unaddressable) as error:
        faults.append(str(error)[:300])
    return PreviewOut(
        touchpoint=entry.code, language=draft.language, ready=not (faults or draft.missing), missing=draft.missing,
        faults=faults, subject=str(message["Subject"]) if message else None, text=_part(message, "plain"),
        html=_part(message, "html"), document_name=name,
        document=base64.b64encode(content).decode() if content else None,
    )  # fmt: skip


def _parties(facts: dict[str, Any], sender: str) -> Parties:
    host = facts.get("hosting_entity") or {}
    return Parties(sender, UNKNOWN, "preview@sojourn.invalid", host.get("name") or "", host.get("email") or "")


def _part(message: EmailMessage | None, kind: str) -> str | None:
    part = message.get_body((kind,)) if message else None
    return part.get_content() if part else None


def _nobody() -> UUID:
    return derived_id("preview", "nobody")
