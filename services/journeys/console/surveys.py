"""Sentences of surveys besides the answers themselves."""

from services.journeys.console import words
from services.journeys.console.texts import _
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, join, of


@of("surveys.survey-reminded.v1")
def _reminded(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    until = words.at(facts["expires_at"], known.own_zone)
    what = words.inside(facts["questionnaire"])
    return Sentence(
        _("Reminded of the survey: %(survey)s", survey=what),
        join(_("Reminder %(number)s", number=facts["number"]), _("open until %(moment)s", moment=until)),
        MINOR,
    )
