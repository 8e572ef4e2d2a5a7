"""Sentences of surveys besides the answers themselves."""

from services.journeys.console import words
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of


@of("surveys.survey-reminded.v1")
def _reminded(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    until = words.at(facts["expires_at"], known.own_zone)
    what = words.inside(facts["questionnaire"])
    return Sentence(f"Reminded of the {what} survey", f"Reminder {facts['number']} · open until {until}", MINOR)
