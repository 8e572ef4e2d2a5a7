"""Sentences of showing an experience to others, and of who brought whom."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import MAJOR, Entry, Known, Sentence, of

USES = {
    "gallery": N_("the gallery"),
    "social": N_("social media"),
    N_("print"): N_("print"),
    "universities": N_("universities and partners"),
}


@of("surveys.promoter-found.v1")
def _promoter(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Would recommend us: may be asked for a testimonial now"),
        f"{words.plain('nps')} {words.number(entry['facts']['score'])}",
    )


@of("surveys.testimonial-given.v1")
def _given(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    media = words.listed(words.inside(name) for name in ("picture", "video") if facts[name])
    what = _("Testimonial, with %(media)s", media=media) if media else _("Testimonial")
    return Sentence(what, _("for %(uses)s", uses=_uses(facts["uses"])), MAJOR)


@of("surveys.testimonial-withdrawn.v1")
def _withdrawn(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Testimonial taken back"), _("from %(uses)s", uses=_uses(entry["facts"]["uses"])), MAJOR)


@of("surveys.referral-attributed.v1")
def _referred(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Came by a promoter's link"))


def _uses(uses: list[str]) -> str:
    return words.listed(words.among(USES, use) for use in uses) or _("no use")
