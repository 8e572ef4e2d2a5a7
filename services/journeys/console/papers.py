"""What the notifications room says of documents, in sentences."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of

OWNERS = {
    "ep": N_("the EP"),
    "sending": N_("the sending committee"),
    "hosting": N_("the hosting committee"),
    "enabler": N_("the company"),
}


@of("notifications.document-opened.v1")
def _opened(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Opened the document: %(kind)s", kind=words.inside(entry["facts"]["kind"])), None)


@of("notifications.document-acknowledged.v1")
def _acknowledged(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        _("Acknowledged in writing: %(kind)s", kind=words.inside(facts["kind"])),
        _("version %(version)s", version=facts["policy_version"]),
    )


@of("notifications.facts-missing.v1")
def _missing(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    lacking = ", ".join(words.inside(name) for name in facts["missing"])
    owner = words.among(OWNERS, facts["owner"])
    return Sentence(
        _(
            "%(touchpoint)s lacks %(facts)s: %(owner)s has to give it",
            touchpoint=words.plain(facts["touchpoint"]),
            facts=lacking,
            owner=owner,
        )
    )


@of("notifications.facts-complete.v1")
def _complete(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("%(touchpoint)s lacks nothing any more", touchpoint=words.plain(entry["facts"]["touchpoint"])), None, MINOR
    )
