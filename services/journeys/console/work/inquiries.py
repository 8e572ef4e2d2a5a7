"""How people and teams are asked and written to: questionnaires, rounds of the team pulse, experiments with letters."""

from typing import Any

from services.journeys.console import words
from services.journeys.console.session import HOME
from services.journeys.console.texts import N_, _
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    Action,
    Asked,
    Box,
    Column,
    Family,
    Filter,
    G,
    Json,
    Pair,
    Section,
    View,
    in_state,
)
from services.journeys.console.work.loading import committees, letters, plan_of

QUESTIONNAIRES = Family(
    "questionnaires", "surveys", N_("Questionnaire"), READERS,
    (View("questionnaires", N_("Questionnaires"), N_("What people are asked: the version in use of each."), READERS,
          "/v1/questionnaires",
          (Column("questionnaire", N_("Questionnaire"), "code"), Column("title", N_("Title")),
           Column("version_number", N_("Version"), "number"),
           Column("party", N_("Who answers"), "code", value=lambda row: row["party"] or "anybody"),
           Column("questions", N_("Questions"), "number"),
           Column("languages", N_("Languages"),
                  value=lambda row: words.listed(words.language(code) for code in row["languages"])),
           Column("published_at", N_("Published"), "moment")),
          one=f"{HOME}/questionnaires/{{questionnaire}}/versions/{{version_number}}", section="design",
          icon="surveys"),),
)  # fmt: skip


# --- the team pulse


def _results(reply: Any) -> list[Json]:
    """A line a question of each result."""
    return [{**result, **score} for result in reply["items"] for score in result["scores"]]


def _moved(row: Json) -> str | None:
    """How far from the result before, with its interval."""
    between, change = row["change_interval"], row["change"]
    return None if change is None or between is None else _spread(change, between["low"], between["high"])


def _spread(value: float, low: float, high: float) -> str:
    """A difference with its interval."""
    return f"{words.signed(value, 1)} ({words.signed(low, 1)} – {words.signed(high, 1)})"


def _answered(row: Json) -> str:
    return _("%(answered)s of %(asked)s", answered=words.number(row["answered"]), asked=words.number(row["asked"]))


PULSE = Family(
    "pulse", "surveys", N_("Team pulse"), READERS,
    (View("pulse-rounds", N_("Rounds of the team pulse"),
          N_("When all active members are asked. Who answered what is kept nowhere; a round closes by itself."),
          READERS, "/v1/pulse/rounds",
          (Column("name", N_("Round")), Column("state", N_("State"), "pill"),
           Column("opened_on", N_("Opened"), "day"), Column("closes_on", N_("Closes"), "day"),
           Column("questionnaire_version", N_("Version of the questions"), "number")),
          new=("open",), section="insight", icon="people",
          empty=(N_("No round yet"), N_("The first one opens on its day of the calendar."))),
     View("pulse-results", N_("Results of the team pulse"),
          N_("By committee with all below it. Groups in which somebody could be singled out are shown to nobody."),
          READERS, "/v1/pulse/results",
          (Column("round", N_("Round")), Column("entity_id", N_("Committee"), "entity"),
           Column("question", N_("Question"), "code"), Column("score", N_("Score"), "score"),
           Column("low", N_("From"), "score", value=lambda row: (row["interval"] or {}).get("low")),
           Column("high", N_("To"), "score", value=lambda row: (row["interval"] or {}).get("high")),
           Column("answered", N_("Answered"), value=_answered),
           Column("change", N_("Since the round before"), value=_moved),
           Column("closed_on", N_("Closed"), "day")),
          (Filter("entity_id", N_("Committee"), options=committees), Filter("round", N_("Round"), "text")),
          items=_results, section="insight", icon="people",
          empty=(N_("No result yet"), N_("Results appear when a round closes and enough members answered.")))),
    actions=(
        Action("open", N_("Open a round now"), "POST", "/v1/pulse/rounds", frozenset({G}),
               (Box("closes_on", N_("Closes on"), "date", required=True),), done=N_("Opened: all teams are asked."),
               sure=N_("Every active member of every committee gets a letter. A round can't be called off."),
               weight="main", matched=False, fresh=True),),
)  # fmt: skip

# --- experiments with letters


def _variants(item: Json) -> list[Json]:
    """The variants with how many people got each so far."""
    people = [*item["people"], *[None] * len(item["variants"])]
    return [
        {"name": None, "letter": None, "days": None, "at": None, **one, "people": people[at]}
        for at, one in enumerate(item["variants"])
    ]


def _looks(item: Json) -> list[Json]:
    """A line a variant of each look, the newest look first; its difference is against the first variant."""
    found = []
    for number, look in reversed(list(enumerate(item["looks"], 1))):
        apart = {one["name"]: one for one in look.get("compared", ())}
        for one in look.get("variants", ()):
            low, high = one["interval"]
            found.append({
                "look": number, "at": look["at"], "share": look["share"], "name": one["name"], "low": low, "high": high,
                "n": one["people"], "rate": one["rate"], "apart": apart.get(one["name"]),
            })  # fmt: skip
    return found


def _apart(row: Json) -> str | None:
    if (one := row["apart"]) is None:
        return None
    low, high = one["interval"]
    text = _("%(points)s points", points=_spread(100 * one["difference"], 100 * low, 100 * high))
    return f"{text}, {_('decides')}" if one["decides"] else text


def _state(item: Json) -> str:
    return "under_way" if item["state"] == "running" else str(item["state"])


async def _touchpoints(asked: Asked) -> list[Pair]:
    plan = await plan_of(asked)
    return [(one["code"], words.plain(one["code"])) for one in plan["touchpoints"] if one.get("code")]


def _two(given: Json, item: Json) -> Json:
    """As it is now against another way, in which whatever was filled in differs."""
    other = (given.pop("variants", None) or {}).get("1") or {}
    return {**given, "variants": [{"name": "as-now"}, {"name": "other-way", **other}]}


METRICS = options(
    "document_opened", "document_acknowledged", "survey_answered", "seat_answered", "task_in_time", "question_asked"
)
STATE = Column("state", N_("State"), "pill", value=_state)
EXPERIMENTS = Family(
    "experiments", "notifications", N_("Experiment"), STAFF,
    (View("experiments", N_("Experiments with letters"), N_("Two ways to write or to time a touchpoint, by lot."),
          STAFF, "/v1/experiments",
          (Column("title", N_("Title")), Column("touchpoint", N_("Touchpoint"), "code"), STATE,
           Column("metric", N_("Measured by"), "code"), Column("verdict", N_("Verdict"), "code"),
           Column("entity_id", N_("Committee"), "entity"), Column("started_at", N_("Began"), "moment"),
           Column("ended_at", N_("Ended"), "moment")),
          new=("draft",), one=f"{HOME}/experiments/{{id}}", section="design", icon="chart",
          empty=(N_("No experiment yet"), N_("Try another letter or another time against the one in use."))),),
    "/v1/experiments/{id}", lambda item, names: str(item["title"]),
    (STATE, Column("verdict", N_("Verdict"), "code"), Column("touchpoint", N_("Touchpoint"), "code"),
     Column("metric", N_("Measured by"), "code"), Column("entity_id", N_("Committee"), "entity"),
     Column("baseline", N_("Rate as it is now"), "percent"), Column("effect", N_("Least difference worth knowing"),
         value=lambda item: _("%(points)s points", points=words.signed(100 * item["effect"], 1))),
     Column("planned", N_("People needed a variant"), "number"),
     Column("alpha", N_("Nothing taken for something"), "percent"),
     Column("power", N_("Difference found when it is there"), "percent"),
     Column("created_at", N_("Made"), "moment"), Column("started_at", N_("Began"), "moment"),
     Column("ended_at", N_("Ended"), "moment")),
    (Section("variants", N_("Variants"), "notifications", "/v1/experiments/{id}",
             (Column("name", N_("Variant"), "code"), Column("letter", N_("Letter"), "code"),
              Column("days", N_("Days"), "number"), Column("at", N_("At")),
              Column("people", N_("People so far"), "number")), items=_variants, key="name"),
     Section("looks", N_("Looks at the figures"), "notifications", "/v1/experiments/{id}",
             (Column("name", N_("Variant"), "code"), Column("look", N_("Look"), "number"),
              Column("at", N_("When"), "moment"), Column("share", N_("Of the people needed"), "percent"),
              Column("rate", N_("Rate"), "rate"), Column("apart", N_("Against the first variant"), value=_apart)),
             items=_looks, key="look",
             empty=N_("Nobody has looked yet. Only looks show rates, because each costs some certainty."))),
    (Action("draft", N_("Plan an experiment"), "POST", "/v1/experiments", STAFF,
            (Box("title", N_("Title"), required=True),
             Box("touchpoint", N_("Touchpoint"), "choice", _touchpoints, required=True),
             Box("entity_id", N_("Committee"), "choice", committees, hint=N_("With those below; empty: everybody")),
             Box("metric", N_("Measured by"), "choice", METRICS, required=True),
             Box("variants.1.letter", N_("The other way: another letter"), "choice", letters),
             Box("variants.1.days", N_("The other way: days from the date it hangs on"), "number",
                 hint=N_("Below 0: before it")),
             Box("variants.1.at", N_("The other way: time of day"), "time"),
             Box("baseline", N_("Rate as it is now"), "number", required=True, hint=N_("Between 0 and 1: 0.4")),
             Box("effect", N_("Least difference worth knowing"), "number", required=True,
                 hint=N_("As a part of 1: 0.1 is ten points"))),
            done=N_("Planned: see how many people it needs, then start it."), weight="main", matched=False, fresh=True,
            body=_two),
     Action("start", N_("Start"), "POST", "/v1/experiments/{id}/start", STAFF, when=in_state("draft"), weight="main",
            done=N_("It runs: people are shared out by lot."),
            sure=N_("From now on lots decide who gets which variant. What has gone out can't be taken back.")),
     Action("look", N_("Look at the figures"), "POST", "/v1/experiments/{id}/looks", STAFF, when=in_state("running"),
            done=N_("The figures of this look are below."),
            sure=N_("Each look costs some certainty, so the next one has to show more. It may decide the experiment.")),
     Action("stop", N_("End it"), "POST", "/v1/experiments/{id}/stop", STAFF, when=in_state("running"), weight="danger",
            done=N_("It has ended: undecided."),
            sure=N_("Nobody more is shared out and the verdict stays undecided. It can't be started again."))),
)  # fmt: skip


FAMILIES = (QUESTIONNAIRES, PULSE, EXPERIMENTS)
