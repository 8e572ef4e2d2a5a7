"""Opportunities with their slots on their way in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.applications.exchange.given import Given, languages_among
from services.applications.exchange.intake import Draft, Intake, Read
from services.applications.exchange.names import OPPORTUNITIES, PRODUCTS
from services.applications.exchange.references import Host, References
from services.applications.model import Opportunity, Slot
from services.applications.policy import OpportunityStatus, posting_errors
from shared.contracts import applications as facts
from shared.contracts.applications import Product
from shared.contracts.offered import OfferedSlot
from shared.errors import FieldError
from shared.ids import new_ids
from shared.storage import bulk
from shared.storage.bulk import Sheet
from shared.storage.tx import Uow

TEXTS = ("title", "description", "city", "pay", "accommodation", "arrival", "requirements")
LISTS = ("skills", "languages", "selection_process")
OPPORTUNITY = Sheet(
    Opportunity, "id", "enabler_id", "hosting_entity_id", "status", "product", "field", "country", "zone",
    "weekly_hours", "openings", "start_on", "end_on", "posted_at", *TEXTS, *LISTS, "changed_at",
)  # fmt: skip
SLOT = Sheet(Slot, "id", "opportunity_id", "start_on", "end_on", "close_on", "capacity", "openings", "changed_at")
MOST_OPENINGS, MOST_HOURS = 1000, 80
Remark = tuple[str, str]
BORDER = {"weekly_hours": "working_hours", "end_on": "slots", "start_on": "slots"}  # as the row calls what we call so


@dataclass(slots=True)
class SlotItem:
    external: str
    start_on: date
    end_on: date
    close_on: date
    capacity: int
    openings: int


@dataclass(slots=True)
class OpportunityItem:
    external: str
    enabler: str
    status: OpportunityStatus
    product: Product
    field: str | None
    country: str | None
    zone: str | None
    weekly_hours: int
    posted_at: datetime | None
    texts: tuple[str, ...]
    lists: tuple[list[str], ...]
    slots: list[SlotItem] = field(default_factory=list)


class Opportunities:
    """What is or was on offer. One that still takes applications must keep the standards, of an old one it is told."""

    name = "opportunities"

    def read(self, given: Given) -> OpportunityItem | None:
        status, product = _word(given, "status", OPPORTUNITIES), _word(given, "programme", PRODUCTS)
        item = OpportunityItem(
            given.key("id"), given.key("organisation_id"), status or OpportunityStatus.draft,
            product or Product.talent, next(iter(given.codes("field")), None), given.country("country"),
            given.zone("time_zone"), given.number("working_hours", 0, MOST_HOURS, otherwise=0),
            given.moment("created_at"), _texts(given), tuple(given.codes(name) for name in LISTS),
        )  # fmt: skip
        item.slots = list(_slots(given, item.external))
        if not item.slots and not given.errors:
            given.wrong("slots", "there is none: start_date and end_date are missing")
        return item

    async def look_up(self, uow: Uow, refs: References, rows: list[Read]) -> None:
        await refs.enablers.find(uow, (row.item.enabler for row in rows))

    def draft(self, refs: References, rows: list[Read], now: datetime) -> list[Draft]:
        return [_draft(id_, refs, row, now) for id_, row in zip(new_ids(len(rows)), rows, strict=True)]

    async def store(self, intake: Intake, drafts: list[Draft]) -> None:
        uow, now, slots = intake.uow, intake.uow.clock.machine(), []
        for draft in drafts:
            for slot, record in zip(draft.row.item.slots, draft.more, strict=True):
                slots.append((*record, now))
                intake.called("slots", slot.external, record[0], slot.capacity - slot.openings)
            intake.taking(self.name, draft)
        await OPPORTUNITY.copy(uow, [(*one.record, now) for one in drafts])
        await SLOT.copy(uow, slots)
        await bulk.note_new(uow, "import_opportunity", (one.id for one in drafts))


def _draft(id_: str, refs: References, row: Read, now: datetime) -> Draft:
    item: OpportunityItem = row.item
    host = refs.enablers.found.get(item.enabler)
    reasons, warnings = _errors(item, host, now)
    if reasons:
        return Draft(row, reasons)
    assert host is not None
    country, zone, since = item.country or host.country, item.zone or host.zone, item.posted_at or now
    first = next((slot for slot in item.slots if slot.openings), item.slots[0])
    record = (
        id_, host.id, host.hosting_entity_id, item.status.value, item.product.value, item.field, country, zone,
        item.weekly_hours, sum(slot.openings for slot in item.slots), first.start_on, first.end_on,
        since if item.status is not OpportunityStatus.draft else None, *item.texts, *item.lists,
    )  # fmt: skip
    slots = [
        (slot_id, id_, slot.start_on, slot.end_on, slot.close_on, slot.capacity, slot.openings)
        for slot_id, slot in zip(new_ids(len(item.slots)), item.slots, strict=True)
    ]
    draft = Draft(row, warnings=warnings, id=id_, record=record, more=slots)
    _say(draft, item, host, country, zone, since)
    return draft


def _say(draft: Draft, item: OpportunityItem, host: Host, country: str | None, zone: str, since: datetime) -> None:
    """A draft was never posted: of it only the words are told."""
    id_, day = draft.id, since.date()
    if item.status is not OpportunityStatus.draft:
        about = {"opportunity_id": id_, "enabler_id": host.id, "hosting_entity_id": host.hosting_entity_id}
        terms = {"product": item.product, "country": country, "zone": zone, "weekly_hours": item.weekly_hours}
        draft.say(facts.OpportunityPosted, id_, about | terms | _asked_for(item), day)
    words = dict(zip(TEXTS[:3], item.texts[:3], strict=True))
    draft.say(facts.OpportunityDetails, id_, {"opportunity_id": id_, **words}, day)


def _asked_for(item: OpportunityItem) -> dict[str, Any]:
    """What the file says of who is looked for, and when; levels and studies stand in no file.

    One that is closed takes nobody any more, whatever its slots have left.
    """
    lists = dict(zip(LISTS, item.lists, strict=True))
    slots: list[dict[str, Any]] = [
        {name: getattr(slot, name) for name in OfferedSlot.model_fields} for slot in item.slots
    ]
    if item.status is not OpportunityStatus.open:
        slots = [slot | {"openings": 0} for slot in slots]
    lists["languages"] = languages_among(lists["languages"])
    asked = {name: lists[name] for name in ("skills", "languages")} | {"field": item.field, "slots": slots}
    return asked | {"levels": {}, "study_fields": [], "study_levels": []}


def _word(given: Given, name: str, words: dict[str, Any]) -> Any:
    """A word of the border in ours; the exchange system may give its programmes as objects with a short name."""
    short = f"{name}_short_name_display"
    text = given.text(name if given.has(name) or not given.has(short) else short)
    if text and text.lower() not in words:
        given.wrong(name, f"{text!r} is unknown here")
    return words.get(text.lower())


def _texts(given: Given) -> tuple[str, ...]:
    lines = {"title": 500, "city": 500}
    return tuple(
        given.text(name, needed=name == "title", longest=lines.get(name, 10_000), lines=name not in lines)
        for name in TEXTS
    )


def _slots(given: Given, external: str) -> Iterator[SlotItem]:
    """The slots in order of time; a row without a list of them has one of its own."""
    listed = given.listed("slots") or ([given.values] if given.has("start_date") else [])
    found = []
    for number, values in enumerate(listed, 1):
        one = Given(values)
        start, end = one.day("start_date", needed=True), one.day("end_date", needed=True)
        close = one.day("applications_close_date") or start
        capacity = one.number("openings", 0, MOST_OPENINGS, otherwise=1)
        left = one.number("available_openings", 0, MOST_OPENINGS, otherwise=capacity)
        if left > capacity:
            one.wrong("available_openings", "are more than openings")
        if start and end and end < start:
            one.wrong("end_date", "is before start_date")
        given.errors += one.errors
        name = (one.key("id", needed=False) if values is not given.values else "") or f"{external}/{number}"
        if start and end and close and not one.errors:
            found.append(SlotItem(name, start, end, close, capacity, left))
    return iter(sorted(found, key=lambda slot: slot.start_on))


def _errors(item: OpportunityItem, host: Host | None, now: datetime) -> tuple[list[Remark], list[Remark]]:
    """Why it can't be taken; and what an old one doesn't keep of the standards, as warnings."""
    if host is None:
        return [("organisation_id", "there is no such enabler")], []
    if not (item.country or host.country):
        return [("country", "is missing, and the entity has none")], []
    if item.posted_at and item.posted_at > now:
        return [("created_at", "lies in the future")], []
    if item.status is OpportunityStatus.draft:
        return [], []
    kept = [_border(error) for error in _standards(item)]
    open_still = item.status is OpportunityStatus.open and any(slot.close_on >= now.date() for slot in item.slots)
    return (kept, []) if open_still else ([], kept)


def _standards(item: OpportunityItem) -> list[FieldError]:
    words = dict(zip(TEXTS, item.texts, strict=True))
    stated = {name: words[name] for name in ("description", "pay", "accommodation", "arrival")}
    found: dict[FieldError, None] = {}
    for slot in item.slots:
        errors = posting_errors(item.product, slot.start_on, slot.end_on, item.weekly_hours, stated)
        found.update(dict.fromkeys(errors))
    return list(found)


def _border(error: FieldError) -> tuple[str, str]:
    name = error.pointer.removeprefix("#/")
    return BORDER.get(name, name), error.detail
