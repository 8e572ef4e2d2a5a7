"""Sentences of showing an experience to others, and of who brought whom."""

from services.journeys.console.writing import MAJOR, Entry, Known, Sentence, of

USES = {
    "gallery": "the gallery",
    "social": "social media",
    "print": "print",
    "universities": "universities and partners",
}


@of("surveys.promoter-found.v1")
def _promoter(entry: Entry, known: Known) -> Sentence:
    return Sentence("Would recommend us: may be asked for a testimonial now", f"NPS {entry['facts']['score']}")


@of("surveys.testimonial-given.v1")
def _given(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    media = [name for name in ("picture", "video") if facts[name]]
    what = f"Testimonial, with {' and '.join(media)}" if media else "Testimonial"
    return Sentence(what, f"for {_uses(facts['uses'])}", MAJOR)


@of("surveys.testimonial-withdrawn.v1")
def _withdrawn(entry: Entry, known: Known) -> Sentence:
    return Sentence("Testimonial taken back", f"from {_uses(entry['facts']['uses'])}", MAJOR)


@of("surveys.referral-attributed.v1")
def _referred(entry: Entry, known: Known) -> Sentence:
    return Sentence("Came by a promoter's link")


def _uses(uses: list[str]) -> str:
    return ", ".join(USES.get(use, use) for use in uses) or "no use"
