"""Segments by what people want and do: found by a search, kept with a rule, counted, and what is meant to be done."""

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
    Json,
    Pair,
    Section,
    View,
)
from services.journeys.console.work.reading import number_of

SEGMENT, SEARCH = "/v1/segments/{id}", "/v1/segment-searches/{id}"
PARTIES = options("ep", "enabler")
KIND, STATE = Column("party", N_("Who"), "code"), Column("state", N_("State"), "pill")
FINDINGS = {
    "found": N_("These groups stand, however people are drawn anew."),
    "not_stable": N_("No groups stand when people are drawn anew: there may be none."),
    "not_enough_people": N_("Too few people to look for groups."),
}


def _within(*way: str) -> Any:
    """The rows somewhere inside of a reply; none before they are there."""

    def read(reply: Json) -> list[Json]:
        found: Any = reply
        for part in way:
            found = found[part] if found else None
        return list(found or ())

    return read


def _figure(name: str) -> Any:
    """A share of the counted figures."""
    return lambda reply: (reply["figures"] or {}).get(name)


def _plan(given: Json, item: Json) -> Json:
    """Words that are left out are empty, and a target may be undecided."""
    said = {name: given[name] or "" for name in ("position", "programme")}
    return {**given, **said, "target": {"true": True, "false": False}.get(given["target"])}


def _ruled(given: Json, item: Json) -> Json:
    """Conditions as lines, `visits.90 ge 5`, as the room takes them: all have to hold."""
    return {**given, "condition": {"all": [condition_of(line) for line in given.pop("condition", ())]}}


def condition_of(line: str) -> Json:
    """One condition; what is wrong with it the room says."""
    field, _space, rest = line.partition(" ")
    op, *given = rest.replace(",", " ").split() or [""]
    values = [_value(one) for one in given]
    several = op in ("one_of", "between") or op.startswith("has_")
    return {"field": field, "op": op, "value": values if several else (values[0] if values else True)}


def _value(text: str) -> Any:
    return text == "true" if text in ("true", "false") else number_of(text)


def _label(row: Json) -> str:
    label = SHARES[row["label"]]
    return _(label)


RULE = Box(
    "condition",
    N_("Rule"),
    "lines",
    required=True,
    value=lambda item: None,
    hint=N_("A condition a line, and all have to hold, such as: visits.90 ge 5, or: wants.products has_any talent."),
)
TRAITS = (
    Column("field", N_("What"), value=lambda row: words.plain(row["field"].replace(".", " "))),
    Column("value", N_("Value"), "code"), Column("above", N_("Above"), "score"),
    Column("here", N_("Here"), "portion"), Column("elsewhere", N_("Elsewhere"), "portion"),
    Column("lift", N_("Times as often"), "score"), Column("low", N_("From"), "score"),
    Column("high", N_("To"), "score"),
)  # fmt: skip
SHARES = {
    "converted": N_("Members with an approval, ever"), "converted_rest": N_("Everybody else with an approval, ever"),
    "conversion": N_("Converted within 90 days of coming in"),
}  # fmt: skip
SEGMENTS = Family(
    "customer-segments", "scoring", N_("Segment"), READERS,
    (View("customer-segments", N_("Segments of customers"),
          N_("Groups by what people want and do: for audiences, corridors, contents and targets."), READERS,
          "/v1/segments",
          (Column("name", N_("Name")), KIND, Column("members", N_("People"), "number"),
           Column("in_words", N_("Rule")), STATE, Column("made_at", N_("Made"), "moment")),
          (Filter("party", N_("Who"), options=PARTIES), Filter("state", N_("State"),
                                                               options=options("active", "retired"))),
          {"state": "active"}, new=("make",), one="/console/customer-segments/{id}", section="people", icon="people",
          links=((f"{HOME}/segment-searches", N_("Search for segments")),
                 (f"{HOME}/segment-fields", N_("What rules may ask"))),
          empty=(N_("No segment yet"),
                 N_("Search for segments that nobody has thought of, and keep those that stand."))),
     View("segment-fields", N_("What rules may ask"), N_("Each field with what may be asked of it."), READERS,
          "/v1/segment-fields",
          (Column("name", N_("Field")), Column("text", N_("What"), "told"), Column("sort", N_("Kind"), "code"),
           Column("operators", N_("Questions"), "lines")), (Filter("party", N_("Who"), options=PARTIES),),
          {"party": "ep"}, items=list)),
    SEGMENT, lambda item, names: str(item["name"]),
    (KIND, STATE, Column("members", N_("People"), "number"), Column("in_words", N_("Rule"), "long"),
     Column("rule", N_("Version of the rule"), "number"), Column("made_at", N_("Made"), "moment")),
    (Section("sheet", N_("What was counted"), "scoring", f"{SEGMENT}/sheet",
             facts=(Column("figures.as_of", N_("As of"), "moment"), Column("figures.size", N_("People"), "number"),
                    Column("figures.entered", N_("Came in 30 days"), "number"),
                    Column("figures.left", N_("Left in 30 days"), "number"),
                    Column("figures.growth", N_("Growth"), "percent"),
                    Column("figures.nps.value", N_("NPS"), "score"),
                    Column("figures.nps_rest.value", N_("NPS of the others"), "score"),
                    Column("figures.effort.value", N_("Ease (CES)"), "score"),
                    Column("figures.effort_rest.value", N_("Ease of the others"), "score")),
             actions=("count",), empty=N_("Not counted yet: each night, and when it is asked for.")),
     Section("shares", N_("How many convert"), "scoring", f"{SEGMENT}/sheet",
             (Column("what", N_("Who"), value=_label), Column("share", N_("Share"), "portion")),
             items=lambda reply: [{"label": name, "share": _figure(name)(reply)} for name in SHARES],
             key="label"),
     Section("wants", N_("What they want"), "scoring", f"{SEGMENT}/sheet", TRAITS, items=_within("figures", "wants"),
             key="field", empty=N_("Nothing sets them apart.")),
     Section("behaviour", N_("What they do"), "scoring", f"{SEGMENT}/sheet", TRAITS,
             items=_within("figures", "behaviour"), key="field", empty=N_("Nothing sets them apart.")),
     Section("plans", N_("What is meant to be done"), "scoring", f"{SEGMENT}/plans",
             (Column("number", N_("Version"), "number"), Column("position", N_("Position"), "long"),
              Column("programme", N_("Programme"), "long"), Column("target", N_("Target"), "yes"),
              Column("reason", N_("Reason"), "long"), Column("at", N_("When"), "moment")), key="number"),
     Section("members", N_("Who is in"), "scoring", f"{SEGMENT}/members",
             (Column("subject_id", N_("Who"), "entity"), Column("entered_at", N_("Came in"), "moment")),
             key="subject_id")),
    (Action("plan", N_("Say what is meant to be done"), "PUT", f"{SEGMENT}/plan", STAFF,
            (Box("position", N_("Position"), "long", hint=N_("Where we stand for them.")),
             Box("programme", N_("Programme"), "long", hint=N_("What we do for them.")),
             Box("target", N_("They are a target"), "choice", (("true", N_("yes")), ("false", N_("no")))),
             Box("reason", N_("Reason"))),
            lambda item: item["state"] == "active", N_("Written down."), weight="main",
            body=_plan),
     Action("make", N_("New segment"), "POST", "/v1/segments", STAFF,
            (Box("name", N_("Name"), required=True), Box("party", N_("Who"), "choice", PARTIES, required=True), RULE),
            matched=False, fresh=True, done=N_("Made: its members come in shortly after."), body=_ruled),
     Action("rule", N_("Another rule"), "PUT", f"{SEGMENT}/rule", STAFF, (RULE,),
            lambda item: item["state"] == "active", N_("Its members come and go shortly after."), body=_ruled),
     Action("count", N_("Count now"), "POST", f"{SEGMENT}/counting", STAFF, matched=False,
            done=N_("It is being counted.")),
     Action("retire", N_("Retire"), "POST", f"{SEGMENT}/retirement", STAFF,
            when=lambda item: item["state"] == "active", weight="danger", done=N_("Retired."),
            sure=N_("Nobody is in it any more; course and sheets stay."))),
)  # fmt: skip


# --- searches


async def clusters(asked: Asked) -> list[Pair]:
    """The found groups that a rule tells."""
    found = _within("report", "found")(asked.item)
    return [(str(one["cluster"]), one["in_words"]) for one in found if one["condition"] is not None]


def _finding(item: Json) -> str | None:
    report = item["report"]
    message = FINDINGS[report["finding"]] if report else None
    return _(message) if message else None


SEARCHES = Family(
    "segment-searches", "scoring", N_("Search for segments"), READERS,
    (View("segment-searches", N_("Searches for segments"),
          N_("Groups in what people want and do, and how firmly they stand; there may be none."), READERS,
          "/v1/segment-searches",
          (Column("asked_at", N_("Asked"), "moment"), KIND, STATE, Column("report.people", N_("People"), "number"),
           Column("finding", N_("Finding"), value=_finding)),
          new=("ask",), one="/console/segment-searches/{id}",
          empty=(N_("Nobody has searched yet"), N_("Ask for a search: the report follows shortly."))),),
    SEARCH, lambda item, names: _("Search for segments"),
    (KIND, STATE, Column("asked_at", N_("Asked"), "moment"), Column("known_at", N_("As of"), "moment"),
     Column("report.people", N_("People"), "number"), Column("seed", N_("Seed"), "number"),
     Column("finding", N_("Finding"), "long", value=_finding)),
    (Section("found", N_("Found groups"), "scoring", SEARCH,
             (Column("in_words", N_("Rule"), value=lambda row: row["in_words"] or _("No small rule tells it.")),
              Column("people", N_("People"), "number"), Column("share", N_("Share"), "percent"),
              Column("stability", N_("How firmly it stands (0–1)"), "grade"),
              Column("precision", N_("Of those by the rule, who belongs"), "portion"),
              Column("recall", N_("Of those who belong, who fits the rule"), "portion")),
             items=_within("report", "found"), key="cluster", empty=N_("No group was found.")),
     Section("tried", N_("Numbers of groups that were tried"), "scoring", SEARCH,
             (Column("k", N_("Groups"), "number"), Column("rand", N_("Alike when drawn anew"), "grade"),
              Column("jaccard", N_("Least firm group"), "grade"),
              Column("explained", N_("Variance explained"), "percent"),
              Column("shuffled", N_("The same of shuffled data"), "percent"),
              Column("smallest", N_("Smallest group"), "number"), Column("stands", N_("Stands"), "yes")),
             items=_within("report", "tried"), key="k")),
    (Action("ask", N_("Search for segments"), "POST", "/v1/segment-searches", STAFF,
            (Box("party", N_("Who"), "choice", PARTIES, required=True, value=lambda item: "ep"),
             Box("seed", N_("Seed"), "number", value=lambda item: 1,
                 hint=N_("The same seed on the same data gives the same answer."))),
            matched=False, fresh=True, weight="main", done=N_("It is being worked out.")),
     Action("freeze", N_("Keep a group as a segment"), "POST", f"{SEARCH}/freezing", STAFF,
            (Box("cluster", N_("Found groups"), "choice", clusters, required=True, value=lambda item: None),
             Box("name", N_("Name"), required=True, value=lambda item: None)),
            lambda item: any(one["condition"] is not None for one in _within("report", "found")(item)),
            N_("Kept: its members come in shortly after."), matched=False,
            body=lambda given, item: {**given, "cluster": int(given.get("cluster") or 0)},
            after=lambda item, reply: f"{HOME}/customer-segments/{reply['id']}")),
)  # fmt: skip

FAMILIES = (SEGMENTS, SEARCHES)
