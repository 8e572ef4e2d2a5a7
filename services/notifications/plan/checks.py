"""What is wrong with a plan: every fault, named by where it is."""

import re
from collections.abc import Iterator

from services.notifications import texts
from services.notifications.plan.standards import catalogue
from services.notifications.policy import (
    CORRECTIONS,
    INTERNAL,
    STEPS,
    Anchor,
    Audience,
    Entry,
    Happening,
    Kind,
    LatePolicy,
    Medium,
    Plan,
    Section,
    Trigger,
    Weight,
)
from services.notifications.policy.plan import SUGGESTED

STANDARDS = catalogue().codes
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
CLOSED_BY = re.compile(
    r"(requirement:[a-z0-9_]+|approval:(sending|hosting)|dossier:(pickup|departure)|attended:(ops|ips|reintegration))"
)
SHEETS = frozenset(f"{side}.{section}" for side in ("host_facts", "home_facts") for section in Section)
FACTS = texts.FACTS | SHEETS
YEAR = 366
WITHOUT_STAY = {Anchor.submitted, Anchor.accepted, Anchor.signed}


def faults(plan: Plan) -> list[str]:
    """All of them; none when the plan can be used."""
    codes = [entry.code for entry in plan.touchpoints]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    found = [f"touchpoints: the code {code} appears twice" for code in twice]
    if plan.version < 1:
        found.append("version: it starts at 1")
    for position, entry in enumerate(plan.touchpoints):
        wrong = [*_entry(entry), *_trigger(entry.trigger), *_task(entry), *_texts(entry)]
        found += [f"touchpoints/{position} ({entry.code}): {fault}" for fault in wrong]
    return found


def uncarried(plan: Plan) -> list[str]:
    """What a whole plan lacks: for each audience whose late ones are folded, something that carries them."""
    carriers = {entry.audience for entry in plan.touchpoints if entry.trigger.event is Happening.fallen_behind}
    folded = {entry.audience for entry in plan.touchpoints if entry.late.policy is LatePolicy.fold}
    return [
        f"touchpoints: nothing that is started by fallen-behind carries what is late for {audience}"
        for audience in sorted(folded - carriers)
    ]


def _entry(entry: Entry) -> Iterator[str]:
    if not CODE.fullmatch(entry.code):
        yield "code: it is made of small letters, digits and hyphens"
    if entry.code.startswith(SUGGESTED) != (entry.trigger.event is Happening.action_suggested):
        yield f"code: it begins with {SUGGESTED} if, and only if, the entry is started by {Happening.action_suggested}"
    if not 0 <= entry.late.after_hours <= 24 * YEAR:
        yield "late: after_hours lies between 0 and a year"
    if entry.late.policy is LatePolicy.fold and (entry.document or entry.kind is Kind.task):
        yield "late: what carries a document, and a task, can't be folded into another message"
    if unknown := [need for need in entry.needs if need not in FACTS]:
        yield f"needs: nobody knows {', '.join(unknown)}; there are {', '.join(sorted(FACTS))}"
    if entry.proves and entry.proves.standard not in STANDARDS:
        yield f"proves: {entry.proves.standard} is no exchange standard"
    for place, condition in enumerate(entry.when):
        if bool(condition.is_in) == bool(condition.not_in):
            yield f"when/{place}: it needs either is_in or not_in"
    if not entry.channels:
        yield "channels: at least one"
    if len(set(entry.channels)) < len(entry.channels):
        yield "channels: each once"
    named = {Audience.buddy, Audience.host_family}
    if entry.audience in named and Medium.email in entry.channels:
        yield "channels: a buddy and a host family have a phone number only, no e-mail"
    if any(anchor not in {Anchor.start, Anchor.end} for anchor in entry.tells):
        yield "tells: only start and end move"
    if entry.trigger.event is Happening.dates_changed and set(entry.tells) != {Anchor.start, Anchor.end}:
        yield "tells: a correction gives both dates, start and end"
    if entry.weight is Weight.nudge and entry.trigger.event in CORRECTIONS:
        yield "weight: a correction is mandatory"


def _trigger(trigger: Trigger) -> Iterator[str]:
    moves = trigger.months or trigger.weeks or trigger.days
    if (trigger.event is None) == (trigger.anchor is None):
        yield "trigger needs either an event or an anchor"
    if trigger.anchor is not None and trigger.at is None:
        yield "trigger: an anchor needs `at`, a local time in quotes"
    if trigger.event is not None and (trigger.at is None) != (not moves):
        yield "trigger: an event has an offset and `at`, a local time in quotes, or neither"
    if trigger.event in CORRECTIONS | INTERNAL and moves:
        yield f"trigger: {trigger.event} is due at once"
    if abs(trigger.days) + 7 * abs(trigger.weeks) + 31 * abs(trigger.months) > YEAR + 6:
        yield "trigger: months, weeks and days lie beyond a year"
    if trigger.latest and trigger.event is not None and trigger.event not in STEPS:
        yield "trigger: latest goes with an application only"
    if trigger.repeat:
        if trigger.anchor is None:
            yield "trigger: repeat goes with an anchor only"
        if trigger.repeat.days < 1:
            yield "trigger: repeat needs a day or more"
        if trigger.repeat.until.anchor in WITHOUT_STAY:
            yield "trigger: repeat ends at a date of the stay"


def _task(entry: Entry) -> Iterator[str]:
    if (entry.task is not None) != (entry.kind is Kind.task):
        yield "task: what is a task, and nothing else, has one"
    if entry.task is None:
        return
    if entry.audience not in {Audience.ep_manager, Audience.opportunity_manager, Audience.team}:
        yield "audience: a task is for a manager or the team"
    if entry.letter or entry.document:
        yield "letter: a task has none; its reminders have"
    days = (entry.task.days, *entry.task.remind, *entry.task.escalate)
    if any(abs(day) > YEAR for day in days) or entry.task.days < 0:
        yield "task: days lie between 0 and a year"
    if list(entry.task.escalate) != sorted(set(entry.task.escalate)) or any(day < 0 for day in entry.task.escalate):
        yield "task: escalate names days after the due day, each later than the one before"
    for name in entry.task.closed_by:
        if name not in set(Happening) and not CLOSED_BY.fullmatch(name):
            yield f"task: nothing is recorded as {name}"


def _texts(entry: Entry) -> Iterator[str]:
    if not entry.letter and entry.kind is Kind.message:
        yield "letter: a message needs one"
    for language in texts.languages():
        if entry.letter and entry.letter not in texts.words(language).letters:
            yield f"letter: {entry.letter} isn't written in {language}"
        if entry.document and entry.document not in texts.words(language).documents:
            yield f"document: {entry.document} isn't written in {language}"
