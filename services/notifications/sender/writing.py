"""From a claimed message to a parcel: its words in the recipient's language, in the shape of its channel."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from jinja2 import TemplateError

from services.notifications import texts
from services.notifications.channels import Parcel
from services.notifications.choices import Ways, ways, words
from services.notifications.commands import FeedPost, Paper, Work
from services.notifications.mail import Footing, Mail, Parties, Unaddressable, write
from services.notifications.policy import Budget, Medium
from services.notifications.post import Purpose
from services.notifications.settings import NotificationsSettings, addresses
from services.notifications.texts import Letter
from services.notifications.texts.bounded import TooMuch
from shared.runtime import Runtime

log = structlog.get_logger()
LONGEST_TEXT = 1_200  # characters of a message that is no e-mail


class Writer:
    """Writes the messages of one room."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        assert isinstance(runtime.settings, NotificationsSettings)
        self._addresses = addresses(runtime.kernel, runtime.settings)

    def parcel(self, one: Work, paper: Paper | None) -> Parcel:
        """The message as its provider takes it; an e-mail whose address can't stand in one has no `mail`."""
        letters = self._letters(one, paper)
        cover = _cover(letters, one)
        links = self._ways(one)
        mail = self._mail(one, cover, letters, paper, links) if one.channel is Medium.email else None
        link = one.facts.get("link") or (links.choose if one.budget is not Budget.owed and links else None)
        return Parcel(
            one.message_id, one.channel, one.code, one.language, one.address, one.name, cover.subject,
            _short(cover), link, paper, mail, self._addresses.of(Purpose.bounces, one.delivery_id),
        )  # fmt: skip

    def post(self, one: Work) -> FeedPost:
        """The message as a feed shows it."""
        letters = self._letters(one, None)
        cover, single = _cover(letters, one), len(letters) == 1
        words_of = [_body(cover), *(f"{letter.subject}\n\n{_body(letter)}" for letter in letters if not single)]
        return FeedPost(one.delivery_id, one.language, cover.subject, "\n\n".join(words_of), one.facts.get("link"))

    def _letters(self, one: Work, paper: Paper | None) -> list[Letter]:
        attached = paper.file_name if paper else None
        if not one.parts:
            return [_letter(one.letter, one.language, one.facts, attached, one.own)]
        return [_letter(part.letter, one.language, part.facts, None, part.own) for part in one.parts]

    def _ways(self, one: Work) -> Ways | None:
        if one.recipient_id is None:
            return None
        stoppable = one.budget is not Budget.owed
        return ways(one.recipient_id, one.delivery_id, self._runtime.clock.machine(), stoppable=stoppable)

    def _mail(
        self, one: Work, cover: Letter, letters: list[Letter], paper: Paper | None, links: Ways | None
    ) -> Mail | None:
        host = one.facts.get("hosting_entity", {"name": "", "email": ""})
        back = self._addresses.of(Purpose.reply, one.delivery_id)
        answers = (host["name"] or "", back or host["email"] or "")
        parties = Parties(self._runtime.kernel.mail_sender, one.name, one.address, *answers)
        spoken = words(one.language)
        footing = Footing(spoken["choose"], links.choose, spoken["stop"], links.stop) if links else None
        at: datetime = self._runtime.clock.now()
        parts = [(letter, part.facts.get("link", "")) for letter, part in zip(letters, one.parts, strict=False)]
        try:
            return write(
                cover, parties, one.message_id, at, paper, one.facts.get("link", ""), footing,
                parts if len(parts) > 1 else (), None if one.parts else one.facts.get("invite"),
            )  # fmt: skip
        except Unaddressable:
            return None


def _letter(
    code: str, language: str, facts: dict[str, Any], attached: str | None, own: dict[str, Any] | None
) -> Letter:
    """In an operator's words, if there are any; with a fact missing that these show, in the shipped ones."""
    if own is not None:
        try:
            return texts.letter(code, language, facts, attached, own)
        except (TemplateError, TooMuch) as error:
            log.warning("own words fail", letter=code, language=language, error=type(error).__name__)
    return texts.letter(code, language, facts, attached)


def _cover(letters: list[Letter], one: Work) -> Letter:
    """What stands above: a single letter itself, or what several have in common, which follow one after the other."""
    if len(letters) == 1:
        return letters[0]
    spoken = words(one.language)
    subject = spoken["digest_subject"].format(count=len(letters))
    preview = " · ".join(letter.subject for letter in letters)
    return replace(
        letters[0], subject=subject, preview=preview, body=[texts.Line(spoken["digest_intro"])], facts=[], after=[],
        action="", attached="",
    )  # fmt: skip


def _body(letter: Letter) -> str:
    facts = [f"{line.label}: {line.text}" if line.label else line.text for line in letter.facts]
    after = [line.text for line in letter.after]
    return "\n\n".join([*(line.text for line in letter.body), *(["\n".join(facts)] if facts else []), *after])


def _short(letter: Letter) -> str:
    """A text for small screens: what is said, without the manners of a letter."""
    text = _body(letter)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"
