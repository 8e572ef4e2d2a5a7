"""Applications on their way in: what they are, how they became it, and the openings that they take."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.applications.exchange import names
from services.applications.exchange.given import Given, slug
from services.applications.exchange.intake import Draft, Intake, Read
from services.applications.exchange.needs import REQUIREMENT, needs
from services.applications.exchange.references import Candidate, Dates, Offer, References
from services.applications.exchange.tales import Tale, tell
from services.applications.model import Application, ApplicationState
from services.applications.model.applications import ENDED
from services.applications.policy import LIVE, SIGNED, Status, completion_moment, dates_errors
from services.applications.policy.histories import LEAST, Step, history
from services.applications.settings import limits
from shared.ids import new_ids
from shared.storage import bulk
from shared.storage.bulk import Sheet
from shared.storage.tx import Uow
from shared.zones import to_utc

ABOUT = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
MOMENTS = ("submitted_at", "accepted_at", "signed_at", "approved_at", "realized_at", "completed_at", "ended_at")
APPLICATION = Sheet(
    Application, "id", *ABOUT, "slot_id", "product", "status", "reason", "start_on", "end_on", "zone", "country",
    "terms", "sending_approval", "hosting_approval", "signed_terms", "sending_terms", "hosting_terms", *MOMENTS,
    "changed_at",
)  # fmt: skip
STATE = Sheet(
    ApplicationState, "application_id", "recorded_at", "effective_on", "status", "reason", *ABOUT, "product",
    "country", "start_on", "end_on",
)  # fmt: skip
DUE = ("id", "kind", "subject", "occurrence", "local_at", "zone", "due_at", "payload")
COMPLETION = "complete-experience"
TAKES = frozenset({Status.approved, Status.realized, Status.completed})
THERE = f"""SELECT person_id, opportunity_id, status FROM application
    WHERE person_id = ANY($1::uuid[]) AND status NOT IN {ENDED}"""  # noqa: S608 (words of ours)
LOCK = "SELECT 1 FROM opportunity WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
SLOTS = """SELECT s.id, s.opportunity_id, s.openings, x.reserved FROM slot s
    LEFT JOIN external_id x ON x.id = s.id AND x.kind = 'slots' AND x.source = $2
    WHERE s.id = ANY($1::uuid[]) ORDER BY s.id FOR UPDATE OF s"""
TAKE = """UPDATE slot SET openings = openings - n, version = version + 1, changed_at = $3
    FROM unnest($1::uuid[], $2::int[]) AS t (slot_id, n) WHERE id = slot_id"""
TAKE_OVER = """UPDATE opportunity SET openings = openings - n, version = version + 1, changed_at = $3
    FROM unnest($1::uuid[], $2::int[]) AS t (opportunity_id, n) WHERE id = opportunity_id"""
UNRESERVE = """UPDATE external_id SET reserved = reserved - n FROM unnest($1::uuid[], $2::int[]) AS t (slot_id, n)
    WHERE id = slot_id AND kind = 'slots' AND source = $3"""
DATES = {Status.open: "created_at", Status.accepted: "date_matched", Status.in_progress: "an_signed_at"}
DATES |= {Status.approved: "date_approved", Status.realized: "date_realized", Status.completed: "date_completed"}
HALVES = {names.HALF_SENDING: "sending_approval", names.HALF_HOSTING: "hosting_approval"}
STAGES = (Status.open, Status.accepted, Status.in_progress, Status.approved, Status.realized, Status.completed)


@dataclass(slots=True)
class ApplicationItem:
    external: str
    person: str
    opportunity: str
    slot: str
    status: Status
    reason: str | None
    halves: tuple[bool, bool]
    at: dict[Status, datetime | None]
    ended: datetime | None
    start_on: date | None
    end_on: date | None


class Applications:
    """A rule that keeps an open application from being taken is told of one that is over, and keeps nothing away."""

    name = "applications"

    def read(self, given: Given) -> ApplicationItem | None:
        word = given.text("status").lower()
        status = names.STATUSES.get(word)
        if status is None:
            if word:
                given.wrong("status", f"{word!r} is unknown here")
            return None
        at = {stage: given.moment(name, needed=stage is Status.open) for stage, name in DATES.items()}
        ended = given.moment("date_ended") or given.moment("updated_at") if status in LEAST else None
        start, end = given.day("experience_start_date"), given.day("experience_end_date")
        if start and end and end < start:
            given.wrong("experience_end_date", "is before experience_start_date")
        return ApplicationItem(
            given.key("id"), given.key("person_id"), given.key("opportunity_id"), given.key("slot_id", needed=False),
            status, _reason(given, word, status), _halves(given, word, status), at, ended, start, end,
        )  # fmt: skip

    async def look_up(self, uow: Uow, refs: References, rows: list[Read]) -> None:
        await refs.people.find(uow, (row.item.person for row in rows))
        await refs.opportunities.find(uow, (row.item.opportunity for row in rows))
        await refs.slots.find(uow, (row.item.slot for row in rows))

    def draft(self, refs: References, rows: list[Read], now: datetime) -> list[Draft]:
        return [_draft(id_, refs, row, now) for id_, row in zip(new_ids(len(rows)), rows, strict=True)]

    async def store(self, intake: Intake, drafts: list[Draft]) -> None:
        await _write(intake, await _with_openings(intake, await _unique(intake, drafts)))


@dataclass(slots=True)
class New:
    """What an application comes with: its slot, its states, what it still needs, and the day that completes it."""

    slot: Dates
    states: list[tuple[Any, ...]]
    needed: list[tuple[Any, ...]]
    due: tuple[Any, ...] | None
    person_id: str
    opportunity_id: str


def _reason(given: Given, word: str, status: Status) -> str | None:
    """Why it ended: a rejection has a reason of the list, every other exit a code."""
    if status not in LEAST:
        return None
    text = given.text(
        "rejection_reason_name" if given.has("rejection_reason_name") else "rejection_reason", needed=False
    )
    if status is Status.rejected:
        if (reason := names.reason_of(text)) is None:
            given.wrong("rejection_reason", f"{text!r} is not on the list" if text else "is missing")
        return reason
    return slug(text) or (names.ACCEPTANCE_BROKEN if word == names.ACCEPTANCE_BROKEN else f"by_{word}")


def _halves(given: Given, word: str, status: Status) -> tuple[bool, bool]:
    """Whether the sending and the hosting side have approved."""
    if status in TAKES or status in (Status.approval_broken, Status.realization_broken):
        return True, True
    if status in (Status.open, Status.accepted):
        return False, False
    return (
        word == names.HALF_SENDING or given.flag(names.HALF_SENDING, False),
        word == names.HALF_HOSTING or given.flag(names.HALF_HOSTING, False),
    )


def _draft(id_: str, refs: References, row: Read, now: datetime) -> Draft:
    item: ApplicationItem = row.item
    person, offer = refs.people.found.get(item.person), refs.opportunities.found.get(item.opportunity)
    if person is None:
        return Draft(row, [("person_id", "there is no such person")])
    if offer is None:
        return Draft(row, [("opportunity_id", "there is no such opportunity")])
    slot = offer.slot(refs.slots.found.get(item.slot), item.start_on)
    start, end = item.start_on or slot.start_on, item.end_on or slot.end_on
    errors = [("experience_end_date", error.detail) for error in dates_errors(offer.product, start, end)]
    if end < start or (errors and item.status in LIVE):
        return Draft(row, errors)
    steps, assumed = history(item.status, item.at, item.ended, start, end, offer.zone)
    if steps[-1].at > now:
        return Draft(row, [("status", f"{steps[-1].status.value} lies in the future")])
    warnings = [*errors, *(("status", words) for words in assumed)]
    return _drafted(Draft(row, warnings=warnings, id=id_), person, offer, slot, (start, end), steps, now)


def _drafted(
    draft: Draft, person: Candidate, offer: Offer, slot: Dates, dates: tuple[date, date], steps: list[Step],
    now: datetime,
) -> Draft:  # fmt: skip
    """The records of an application, its history and its events."""
    item, id_, reason = draft.row.item, draft.id, draft.row.item.reason
    about = (person.id, offer.id, offer.enabler_id, person.sending_entity_id, offer.hosting_entity_id)
    terms, halves = slot.terms, item.halves
    approvals = [terms if half else None for half in halves]
    signed = terms if any(step.status is Status.in_progress for step in steps) else None
    named = (terms, *approvals, signed, *approvals)  # as they stand, and as they were signed and approved
    where = (offer.product, item.status, reason, *dates, offer.zone, offer.country)
    draft.record = (id_, *about, slot.id, *where, *named, *_moments(steps, item.status))
    place = (offer.product, offer.country, *dates)
    states = [
        (id_, step.at, step.on, step.status, reason if step.status in LEAST else None, *about, *place) for step in steps
    ]
    needed: list[tuple[Any, ...]] = []
    if item.status in LIVE:
        needed = [*needs(id_, about, offer, steps, dates, now, limits().needed_before_approval)]
    due = _due(id_, dates[1], offer.zone) if item.status is Status.realized else None
    draft.more = New(slot, states, needed, due, person.id, offer.id)
    tale = Tale(id_, about, offer.product, *dates, offer.zone, offer.country, terms, reason)
    draft.told = [*tell(tale, steps, halves)]
    return draft


async def _unique(intake: Intake, drafts: list[Draft]) -> list[Draft]:
    """One signed acceptance note per person, one application per opportunity that hasn't ended."""
    live = {one.more.person_id for one in drafts if one.row.item.status not in LEAST}
    rows = await intake.uow.fetch(THERE, live)
    there = {(str(row["person_id"]), str(row["opportunity_id"])) for row in rows}
    signed = {str(row["person_id"]) for row in rows if row["status"] in SIGNED}
    kept = []
    for one in drafts:
        pair, status = (one.more.person_id, one.more.opportunity_id), one.row.item.status
        if status in LEAST:
            kept.append(one)
        elif pair in there:
            intake.refuse(one, ("opportunity_id", "the person has an application for it that hasn't ended"))
        elif status in SIGNED and one.more.person_id in signed:
            intake.refuse(one, ("status", "another acceptance note of the person is signed already"))
        else:
            there.add(pair)
            if status in SIGNED:
                signed.add(one.more.person_id)
            kept.append(one)
    return kept


async def _with_openings(intake: Intake, drafts: list[Draft]) -> list[Draft]:
    """Openings are taken: first those that the other system had given away, then free ones; none left is refused.

    An experience that is over took place whatever the openings say: it is taken, and told.
    """
    taking = [one for one in drafts if one.row.item.status in TAKES]
    if not taking:
        return drafts
    uow = intake.uow
    await uow.fetch(LOCK, {one.more.opportunity_id for one in taking})
    rows = await uow.fetch(SLOTS, {one.more.slot.id for one in taking}, intake.refs.source)
    left = {str(row["id"]): [row["reserved"] or 0, row["openings"]] for row in rows}
    reserved, taken, over = Counter[str](), Counter[str](), Counter[str]()
    refused = set()
    for one in taking:
        slot_id = one.more.slot.id
        free = left[slot_id]
        if free[0]:
            free[0] -= 1
            reserved[slot_id] += 1
        elif free[1]:
            free[1] -= 1
            taken[slot_id] += 1
            over[one.more.opportunity_id] += 1
        elif one.row.item.status is Status.completed:
            one.warnings = [*one.warnings, ("slot_id", "there was no opening left")]
        else:
            refused.add(one.id)
            intake.refuse(one, ("slot_id", "all openings of these dates are taken"))
    now = intake.uow.clock.machine()
    await uow.fetch(TAKE, list(taken), list(taken.values()), now)
    await uow.fetch(TAKE_OVER, list(over), list(over.values()), now)
    await uow.fetch(UNRESERVE, list(reserved), list(reserved.values()), intake.refs.source)
    return [one for one in drafts if one.id not in refused] if refused else drafts


async def _write(intake: Intake, drafts: list[Draft]) -> None:
    uow, now = intake.uow, intake.uow.clock.machine()
    for one in drafts:
        intake.taking(Applications.name, one)
    needed = [(*row, now) for one in drafts for row in one.more.needed]
    due = [one.more.due for one in drafts if one.more.due is not None]
    await APPLICATION.copy(uow, [(*one.record, now) for one in drafts])
    await STATE.copy(uow, [state for one in drafts for state in one.more.states])
    await REQUIREMENT.copy(uow, [(*row, id_) for id_, row in zip(new_ids(len(needed)), needed, strict=True)])
    await bulk.copy(uow, "due", DUE, [(id_, *row) for id_, row in zip(new_ids(len(due)), due, strict=True)])
    await bulk.note_new(uow, "import_application", (one.id for one in drafts))


def _moments(steps: Iterable[Step], status: Status) -> tuple[Any, ...]:
    """When each stage was reached, and when it ended otherwise."""
    at = {step.status: step.at for step in steps}
    return (*(at.get(stage) for stage in STAGES), at[status] if status in LEAST else None)


def _due(id_: str, end_on: date, zone: str) -> tuple[Any, ...]:
    """The calendar completes a running experience."""
    local = completion_moment(end_on)
    return (COMPLETION, UUID(id_), "completion", local, zone, to_utc(local, zone), "{}")
