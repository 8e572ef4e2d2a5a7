"""What a committee sets up: fact sheets, plans, working time, calls, webhooks, the models in use."""

from services.journeys.console.texts import N_, _
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    A,
    Action,
    Asked,
    Box,
    Column,
    Family,
    Filter,
    G,
    Json,
    N,
    Pair,
    Section,
    View,
    in_state,
)
from services.journeys.console.work.loading import committees


def _texts(given: Json, row: Json) -> Json:
    """The words of one language put beside those of the others."""
    language, words = given.pop("language"), given.pop("words", None)
    texts = {**(row.get("texts") or {}), language: words}
    return {**given, "texts": {code: text for code, text in texts.items() if text}}


SHEETS = Family(
    "fact-sheets", "notifications", N_("Fact sheet"), READERS,
    (View("fact-sheets", N_("Fact sheets"), N_("What those who come must know of a committee's place."), READERS,
          "/v1/entities",
          (Column("name", N_("Committee")), Column("kind", N_("Kind"), "code"),
           Column("country", N_("Country"), "country")), one="/console/fact-sheets/{id}", room="applications",
           own=True,
          section="design", icon="place"),
     View("fact-reviews", N_("Facts to look at again"), N_("Sections whose day of review has come."), READERS,
          "/v1/fact-sheet-reviews",
          (Column("entity_id", N_("Committee"), "entity"), Column("section", N_("Section"), "code"),
           Column("owner_id", N_("Owner"), "member"), Column("review_on", N_("Look again on"), "day"),
           Column("overdue", N_("Overdue"), "yes")), one="/console/fact-sheets/{entity_id}", section="design",
           icon="clock",
          empty=(N_("Nothing to look at"), N_("Sections appear here on their day of review.")))),
    "/v1/entities/{id}/fact-sheet/draft", lambda item, names: names.get(str(item["entity_id"])) or _("Fact sheet"),
    (Column("entity_id", N_("Committee"), "entity"), Column("published", N_("Published version"), "number"),
     Column("unpublished", N_("Changed since"), "codes")),
    (Section("sections", N_("Sections"), "notifications", "/v1/entities/{id}/fact-sheet/draft",
             (Column("section", N_("Section"), "code"),
              Column("words", N_("Words"), "long", value=lambda row: "\n\n".join(
                  f"{code}: {text}" for code, text in sorted(row["texts"].items()))),
              Column("review_on", N_("Look again on"), "day"), Column("overdue", N_("Overdue"), "yes"),
              Column("changed_at", N_("Changed"), "moment")),
             items=lambda reply: [{**one, "version": reply["version"]} for one in reply["sections"]],
             rows=("write",), key="section", empty=N_("Nothing is written yet.")),
     Section("versions", N_("Published versions"), "notifications", "/v1/entities/{id}/fact-sheet/versions",
             (Column("number", N_("Version"), "number"), Column("published_at", N_("Published"), "moment"),
              Column("reverts_to", N_("Goes back to"), "number")), rows=("revert",), key="number",
             empty=N_("Nothing is published yet."))),
    (Action("publish", N_("Publish"), "POST", "/v1/entities/{id}/fact-sheet/publication", STAFF,
            when=lambda item: bool(item["unpublished"]), done=N_("Published: documents quote it from now on."),
            weight="main", sure=N_("Documents quote the new version from now on.")),
     Action("write_new", N_("Write a section"), "PUT", "/v1/entities/{id}/fact-sheet/sections/{section}", STAFF,
            (Box("section", N_("Section"), "choice",
                 options("airport", "transport", "local_numbers", "money", "customs", "health", "housing",
                         "sim_and_internet", "departure_steps", "emergency", "office", "visa", "climate"),
                         required=True),
             Box("language", N_("Language"), required=True, hint=N_("Two letters: en")),
             Box("words", N_("Words"), "long", required=True), Box("review_on", N_("Look again on"), "date")),
            done=N_("Written; publish it when it is complete."), body=_texts),
     Action("write", N_("Write"), "PUT", "/v1/entities/{id}/fact-sheet/sections/{section}", STAFF,
            (Box("language", N_("Language"), required=True, hint=N_("Two letters: en")),
             Box("words", N_("Words"), "long"), Box("review_on", N_("Look again on"), "date")),
            done=N_("Written; publish it when it is complete."), body=_texts),
     Action("revert", N_("Go back to this"), "POST", "/v1/entities/{id}/fact-sheet/reversion", STAFF,
            done=N_("The earlier version is in force again."), sure=N_("A new version with these words is published."),
            body=lambda given, row: {"number": row["number"]}, matched=True)),
)  # fmt: skip


async def _other_plans(asked: Asked) -> list[Pair]:
    """The other versions of the same plan."""
    found = await asked.rooms.get("notifications", "/v1/plans", plan=asked.item.get("plan"))
    return [(one["id"], f"{one['plan']} {one['number']}") for one in found["items"] if one["id"] != asked.item["id"]]


PLANS = Family(
    "plans", "notifications", N_("Plan"), READERS,
    (View("plans", N_("Touchpoint plans"), N_("Which message or task is due when; versions, with what they change."),
          READERS, "/v1/plans",
          (Column("plan", N_("Plan"), "code"), Column("number", N_("Version"), "number"),
           Column("state", N_("State"), "pill"), Column("entity_id", N_("Committee"), "entity"),
           Column("created_at", N_("Made"), "moment"), Column("published_at", N_("Published"), "moment")),
          (Filter("state", N_("State"), options=options("draft", "published", "retired")),),
          one="/console/plans/{id}/changes", section="design", icon="calendar",
          empty=(N_("The shipped plan is in force"), N_("A committee's own versions appear here."))),),
    "/v1/plans/{id}", lambda item, names: f"{item['plan']} {item['number']}",
    (Column("state", N_("State"), "pill"), Column("entity_id", N_("Committee"), "entity"),
     Column("created_at", N_("Made"), "moment"), Column("published_at", N_("Published"), "moment"),
     Column("retired_at", N_("Retired"), "moment")),
    (Section("touchpoints", N_("Touchpoints"), "notifications", "/v1/plans/{id}",
             (Column("code", N_("Touchpoint"), "code"), Column("kind", N_("Kind"), "code"),
              Column("audience", N_("For"), "code"), Column("from", N_("Counted from"), "code",
                     value=lambda item: item["trigger"].get("anchor") or item["trigger"].get("event")),
              Column("trigger.days", N_("Days"), "number"), Column("trigger.at", N_("At"), "time")),
             items=lambda reply: [one for one in reply["content"].get("touchpoints", []) if isinstance(one, dict)],
             key="code"),
     Section("checks", N_("Checks"), "notifications", "/v1/plans/{id}/checks",
             (Column("pointer", N_("Where")), Column("detail", N_("What is wrong"))), roles=STAFF,
             items=lambda reply: list(reply["findings"]), key="pointer",
             empty=N_("Nothing is wrong: it can be published."))),
    (Action("measure", N_("Measure what it changes"), "POST", "/v1/plans/{id}/radius", STAFF, when=in_state("draft"),
            matched=False, done=N_("It is being measured. Publish it to running stays when that is ready."),
            after=lambda item, reply: f"/console/plans/{item['id']}?radius={reply['id']}"),
     Action("publish", N_("Publish"), "POST", "/v1/plans/{id}/publish", STAFF,
            (Box("apply_to", N_("For"), "choice", options("new", "running"), required=True, value=lambda item: "new"),
             Box("radius", N_("Measured radius"), value=lambda item: None,
                 hint=N_("For running stays: the digest of the measurement that you looked at"))),
            in_state("draft"), N_("Published."), weight="main"),
     Action("retire", N_("Retire"), "POST", "/v1/plans/{id}/retire", STAFF, when=in_state("published"),
            done=N_("Retired: the version before it is in force again."),
            sure=N_("New stays follow the version before it."))),
)  # fmt: skip

WEEK = (
    ("1", N_("Monday")), ("2", N_("Tuesday")), ("3", N_("Wednesday")), ("4", N_("Thursday")), ("5", N_("Friday")),
    ("6", N_("Saturday")), ("7", N_("Sunday")),
)  # fmt: skip


def _numbers(given: Json, item: Json) -> Json:
    return {**given, "weekdays": [int(day) for day in given.get("weekdays") or ()]}


HOURS = (
    Box("weekdays", N_("Working days"), "several", WEEK), Box("opens", N_("Opens"), "time", required=True),
    Box("closes", N_("Closes"), "time", required=True),
    Box("holidays", N_("Holidays"), "lines", hint=N_("One a line: 2026-12-24")),
)  # fmt: skip


def _days(item: Json) -> list[str]:
    return [_(dict(WEEK)[str(day)]) for day in item["weekdays"]]


SETTINGS = Family(
    "settings", "surveys", N_("Working time"), READERS,
    (View("settings", N_("Working time and calls"), N_("When a committee works, and how much it calls."), READERS,
          "/v1/entities",
          (Column("name", N_("Committee")), Column("kind", N_("Kind"), "code"), Column("zone", N_("Time zone"))),
          one="/console/settings/{id}", room="applications", own=True, section="system", icon="settings"),),
    "/v1/entities/{id}/working-time", lambda item, names: _("Working time and calls"),
    (Column("id", N_("Committee"), "entity"), Column("zone", N_("Time zone")),
     Column("days", N_("Working days"), "lines", value=_days), Column("opens", N_("Opens"), "time"),
     Column("closes", N_("Closes"), "time"), Column("holidays", N_("Holidays"), "lines")),
    (Section("calling", N_("Calls to leads"), "scoring", "/v1/entities/{id}/calling",
             facts=(Column("calls_per_week", N_("Calls a week and member"), "number"),
                    Column("due_hours", N_("Working hours until the call"), "number"),
                    Column("least_score", N_("From this score on"), "percent"),
                    Column("days", N_("Days of calls"), "lines", value=_days), Column("opens", N_("From"), "time"),
                    Column("closes", N_("To"), "time")), actions=("calling",)),
     Section("callers", N_("Who calls how much"), "scoring", "/v1/entities/{id}/callers",
             (Column("member_id", N_("Member"), "member"), Column("capacity", N_("Calls a week"), "number"),
              Column("given", N_("Given"), "number"), Column("left", N_("Room left"), "number")), key="member_id",
             empty=N_("Nobody calls."))),
    (Action("hours", N_("Set the working time"), "PUT", "/v1/entities/{id}/working-time", STAFF, HOURS,
            done=N_("Set: clocks of cases stand still outside of it."), body=_numbers),
     Action("calling", N_("Set the calls"), "PUT", "/v1/entities/{entity_id}/calling", STAFF,
            (Box("calls_per_week", N_("Calls a week and member"), "number",
                 value=lambda item: item["own"].get("calls_per_week")),
             Box("due_hours", N_("Working hours until the call"), "number",
                 value=lambda item: item["own"].get("due_hours")),
             Box("least_score", N_("From this score on"), "number", hint=N_("0 to 1; empty: as everywhere"),
                 value=lambda item: item["own"].get("least_score"))),
            done=N_("Set."), room="scoring")),
)  # fmt: skip

ADMINS = frozenset({G, N})
WEBHOOKS = Family(
    "webhooks", "applications", N_("Webhook"), ADMINS | {A},
    (View("webhooks", N_("Webhooks"), N_("Who outside is told what happens, and whether it arrives."), ADMINS | {A},
          "/v1/webhooks",
          (Column("url", N_("Address")), Column("description", N_("For")), Column("state", N_("State"), "pill"),
           Column("failing_since", N_("Failing since"), "moment"), Column("since", N_("Since"), "moment")),
          rows=("test",), new=("register",), one="/console/webhooks/{id}", section="system", icon="away",
          empty=(N_("No webhook"), N_("Register an address to have events sent to it, signed."))),),
    "/v1/webhooks/{id}", lambda item, names: str(item["url"]),
    (Column("state", N_("State"), "pill"), Column("reason", N_("Reason"), "code"), Column("description", N_("For")),
     Column("types", N_("Events"), "lines"), Column("entity_id", N_("Committee"), "entity"),
     Column("failing_since", N_("Failing since"), "moment"), Column("secret_number", N_("Secret no."), "number"),
     Column("previous_until", N_("Old secret valid until"), "moment")),
    (Section("deliveries", N_("Deliveries"), "applications", "/v1/webhooks/{id}/deliveries",
             (Column("type", N_("Event")),
              Column("state", N_("State"), "pill",
                     value=lambda row: "being_sent" if row["state"] == "sending" else row["state"]), Column("tries",
                     N_("Tries"),
                 "number"),
              Column("recorded_at", N_("Happened"), "moment"), Column("next_try_at", N_("Next try"), "moment"),
              Column("reason", N_("Reason"))), rows=("retry",), empty=N_("Nothing was sent yet.")),),
    (Action("register", N_("Register a webhook"), "POST", "/v1/webhooks", ADMINS,
            (Box("url", N_("Address"), "url", required=True), Box("types", N_("Events"), "lines",
                 hint=N_("One a line; empty: all")), Box("description", N_("For")),
             Box("entity_id", N_("Committee"), "choice", committees)), done=N_("Registered."), weight="main",
            matched=False, tell=lambda reply: _("Its secret, shown once: %(secret)s", secret=reply["secret"]),
            fresh=True),
     Action("test", N_("Send a test"), "POST", "/v1/webhooks/{id}/test", ADMINS, matched=False,
            done=N_("A test event was sent."), weight="main"),
     Action("pause", N_("Pause"), "POST", "/v1/webhooks/{id}/pause", ADMINS, when=in_state("active"),
            done=N_("Paused.")),
     Action("resume", N_("Resume"), "POST", "/v1/webhooks/{id}/resume", ADMINS,
            (Box("skip_waiting", N_("Leave out what waits"), "yes"),), in_state("paused", "disabled"),
            N_("It goes on.")),
     Action("replay", N_("Send again from a moment on"), "POST", "/v1/webhooks/{id}/replay", ADMINS,
            (Box("since", N_("Since"), "moment", required=True, hint=N_("In UTC")),
             Box("delivered", N_("Also what arrived"), "yes")), done=N_("It is being sent again."), matched=False),
     Action("secret", N_("New secret"), "POST", "/v1/webhooks/{id}/secret", ADMINS,
            (Box("leaked", N_("The old one is known to others: it ends at once"), "yes"),),
            done=N_("A new secret is valid."),
            tell=lambda reply: _("Shown once: %(secret)s", secret=reply["secret"])),
     Action("change", N_("Change"), "PUT", "/v1/webhooks/{id}", ADMINS,
            (Box("url", N_("Address"), "url", required=True), Box("types", N_("Events"), "lines",
                 hint=N_("One a line; empty: all")), Box("description", N_("For"))), done=N_("Changed.")),
     Action("delete", N_("Delete"), "DELETE", "/v1/webhooks/{id}", ADMINS, weight="danger", done=N_("Deleted."),
            sure=N_("Nothing is sent there any more."), after=lambda item, reply: "/console/webhooks"),
     Action("retry", N_("Try again"), "POST", "/v1/webhooks/{webhook_id}/deliveries/{id}/retry", ADMINS,
            when=in_state("failed", "waiting"), done=N_("It is tried again."), matched=False)),
)  # fmt: skip


FAMILIES = (SHEETS, PLANS, SETTINGS, WEBHOOKS)
