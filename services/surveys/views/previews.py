"""A questionnaire as it will be asked, for whoever works on it: a signed link to its pages that takes no answers."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from services.surveys.model import Invitation
from services.surveys.policy.invitations import State
from services.surveys.policy.pulse import PULSE
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.schemas import LinkOut, SurveyOut
from services.surveys.views.library import library
from services.surveys.views.links import survey_out
from services.surveys.views.questionnaires import find
from shared import links
from shared.contracts.surveys import Party
from shared.ids import derived_id
from shared.links import LinkRefused
from shared.settings import kernel
from shared.storage.tx import Uow

PREVIEW = "questionnaire-preview"
DAYS = 7


def _subject(one: Questionnaire) -> UUID:
    return derived_id("questionnaire", one.id, one.version)


async def preview_link(uow: Uow, code: str, version: int) -> LinkOut:
    """The address of a version's pages, good for a week of machine time."""
    one = find(await library(uow), code, version)
    until = uow.clock.machine() + timedelta(days=DAYS)
    token = links.links().sign(PREVIEW, _subject(one), until)
    return LinkOut(address=f"{str(kernel().surveys_url).rstrip('/')}/q/{token}", expires_at=until)


async def open_preview(uow: Uow, token: str, language: str) -> tuple[Questionnaire, SurveyOut]:
    """The version behind a preview link, as somebody who speaks `language` would see it."""
    link = links.links().open(PREVIEW, token)
    one = next((one for one in (await library(uow)).all.values() if _subject(one) == link.subject), None)
    if one is None:
        raise LinkRefused
    party = None if one.id == PULSE else one.party or Party.ep
    values: dict[str, Any] = {"language": language, "party": party, "answered_at": None}
    row = SimpleNamespace(**values, expires_at=uow.now + timedelta(days=one.expires_after_days))
    return one, survey_out(one, cast(Invitation, row), State.invited, None, language)
