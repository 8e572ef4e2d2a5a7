"""What is said of the exchange standards, in sentences."""

from services.journeys.console import words
from services.journeys.console.texts import _
from services.journeys.console.writing import MAJOR, MINOR, Entry, Known, Sentence, join, of


def _name(entry: Entry) -> str:
    return words.quoted(words.plain(entry["facts"]["standard"]))


@of("notifications.standard-evidenced.v2")
def _evidenced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    kind, __, name = facts["source"].partition(":")
    standard = _name(entry)
    if facts["late"]:
        shown = _("Standard %(standard)s kept late", standard=standard)
    else:
        shown = _("Standard %(standard)s kept in time", standard=standard)
    source = f"{words.inside(kind)} {words.quoted(words.inside(name))}" if name else words.inside(kind)
    due = _("Due %(day)s", day=words.day(facts["due_on"]))
    return Sentence(shown, join(due, _("by %(source)s", source=source)), MINOR)


@of("notifications.standard-missed.v1")
def _missed(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Standard %(standard)s missed so far", standard=_name(entry)),
        _("It was due on %(day)s", day=words.day(entry["facts"]["due_on"])),
    )


@of("notifications.standard-waived.v1")
def _waived(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Standard %(standard)s is not needed", standard=_name(entry)),
        _("So says %(side)s", side=words.side(entry["facts"]["side"])),
        MINOR,
    )


@of("notifications.standard-demanded.v1")
def _demanded(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Standard %(standard)s is needed after all", standard=_name(entry)), weight=MINOR)


@of("notifications.standard-conflicted.v1")
def _conflicted(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Conflict: standard %(standard)s has evidence, and the EP says no", standard=_name(entry)), weight=MAJOR
    )


@of("notifications.standard-settled.v1")
def _settled(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Standard %(standard)s: both sides agree", standard=_name(entry)),
        _("It is %(state)s", state=words.inside(entry["facts"]["state"])),
    )


@of("notifications.standards-closed.v1")
def _closed(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    lacking = words.listed(words.inside(code) for code in facts["unkept"])
    numbers = {"kept": facts["kept"], "asked": facts["asked"]}
    if facts["flag"]:
        text = _("Standards: %(kept)s of %(asked)s kept, with the mark of quality", **numbers)
    else:
        text = _("Standards: %(kept)s of %(asked)s kept, without the mark of quality", **numbers)
    return Sentence(text, _("Not kept in time: %(standards)s", standards=lacking) if lacking else None, MAJOR)
