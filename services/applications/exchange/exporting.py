"""Rows on their way out: the exchange system's names and shape, as JSON Lines or CSV; what the import reads again."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TextIO

import orjson

from services.applications.exchange import names
from services.applications.exchange.applications import DATES, HALVES
from services.applications.exchange.reading import fields_of, safe_cell
from services.applications.policy import OpportunityStatus, Status
from services.applications.policy.histories import LEAST
from shared.access import Caller
from shared.contracts.applications import EntityKind, Product
from shared.runtime import Runtime
from shared.storage.tx import Uow

Row = dict[str, Any]
NOT_ERASED = "t.given_name <> ''"
AHEAD = 2_000  # rows that are fetched at once
# The id in the other system where it is known there, else our own.
JOIN = "LEFT JOIN external_id {0} ON {0}.source = $1 AND {0}.kind = '{2}' AND {0}.id = t.{1}"


@dataclass(frozen=True, slots=True)
class Export:
    """How one kind leaves: a query, and what makes a row of the exchange system of its result."""

    query: str
    shape: Callable[[Any], Row]


def _named(table: str, columns: str, order: str, where: str = "true", **ids: tuple[str, str]) -> str:
    """Rows of a table as `t`; their ids by the other system's names where it has one: `alias = (column, kind)`."""
    named = ", ".join(f"coalesce({alias}.external, t.{column}::text) AS {alias}" for alias, (column, _) in ids.items())
    joins = " ".join(JOIN.format(alias, column, kind) for alias, (column, kind) in ids.items())
    return f"SELECT {named}, {columns} FROM {table} t {joins} WHERE {where} ORDER BY {order}"  # noqa: S608 (words of ours)


def _entity(row: Any) -> Row:
    return {
        "id": row["own"], "tag": names.ENTITY_OUT[EntityKind(row["kind"])], "parent_id": row["parent"],
        "name": row["name"], "country": row["country"], "time_zone": row["zone"], "email": row["email"],
        "phone": row["phone"],
    }  # fmt: skip


def _enabler(row: Any) -> Row:
    more = {name: row[name] for name in ("kind", "name", "contact_name", "email", "phone", "language")}
    return {"id": row["own"], "host_lc": {"id": row["host"]}, **more}


def _person(row: Any) -> Row:
    more = {
        name: row[name] for name in ("study_field", "study_level", "university", "skills", "about", "wanted_fields")
    }
    levels = row["levels"]
    spoken = [{"name": code, "level": levels.get(code)} for code in row["languages"]] if levels else row["languages"]
    return {
        "id": row["own"], "home_lc": {"id": row["home"]}, "first_name": row["given_name"],
        "last_name": row["family_name"], "email": row["email"], "phone": row["phone"], "country": row["country"],
        "language": row["language"], "time_zone": row["zone"], "created_at": row["registered_at"], "languages": spoken,
        "earliest_start_date": row["available_from"], "latest_end_date": row["available_to"],
        "programmes": [names.PRODUCT_OUT[Product(product)].lower() for product in row["wanted_products"]],
        "wanted_countries": row["wanted_countries"], "looking": row["looking"], **more,
    }  # fmt: skip


def _opportunity(row: Any) -> Row:
    texts = ("title", "description", "city", "pay", "accommodation", "arrival", "requirements")
    lists = ("skills", "languages", "selection_process")
    return {
        "id": row["own"], "organisation": {"id": row["host"]}, "status": OpportunityStatus(row["status"]).value,
        "programme": {"short_name_display": names.PRODUCT_OUT[Product(row["product"])]}, "field": row["field"],
        "country": row["country"], "time_zone": row["zone"], "working_hours": row["weekly_hours"],
        "created_at": row["posted_at"], **{name: row[name] for name in (*texts, *lists)},
        "slots": orjson.loads(row["slots"]),
    }  # fmt: skip


def _application(row: Any) -> Row:
    status, reason = Status(row["status"]), row["reason"]
    word = names.STATUS_OUT[status]
    if status is Status.withdrawn and reason == names.ACCEPTANCE_BROKEN:
        word = names.ACCEPTANCE_BROKEN
    at = (row[f"{stage}_at"] for stage in ("submitted", "accepted", "signed", "approved", "realized", "completed"))
    return {
        "id": row["own"], "person": {"id": row["person"]}, "opportunity": {"id": row["opportunity"]},
        "slot": {"id": row["slot"]}, "status": word, **dict(zip(DATES.values(), at, strict=True)),
        "experience_start_date": row["start_on"], "experience_end_date": row["end_on"],
        **{name: bool(row[side]) for name, side in HALVES.items()},
        "rejection_reason": reason if status in LEAST else None, "date_ended": row["ended_at"],
    }  # fmt: skip


SLOTS = """(SELECT coalesce(json_agg(json_build_object(
        'id', coalesce(n.external, s.id::text), 'start_date', s.start_on, 'end_date', s.end_on,
        'applications_close_date', s.close_on, 'openings', s.capacity,
        'available_openings', s.openings) ORDER BY s.start_on, s.id), '[]')
    FROM slot s LEFT JOIN external_id n ON n.id = s.id AND n.kind = 'slots' AND n.source = $1
    WHERE s.opportunity_id = t.id)::text AS slots"""
EXPORTS = {
    "entities": Export(
        _named(
            "entity", "t.*", "(SELECT cardinality(path) FROM entity_path WHERE entity_id = t.id), t.id",
            own=("id", "entities"), parent=("parent_id", "entities"),
        ), _entity,
    ),
    "enablers": Export(
        _named("enabler", "t.*", "t.id", own=("id", "enablers"), host=("hosting_entity_id", "entities")), _enabler
    ),
    "people": Export(
        _named("person", "t.*", "t.id", NOT_ERASED, own=("id", "people"), home=("sending_entity_id", "entities")),
        _person,
    ),
    "opportunities": Export(
        _named(
            "opportunity", f"t.*, {SLOTS}", "t.id", own=("id", "opportunities"), host=("enabler_id", "enablers")
        ), _opportunity,
    ),
    "applications": Export(
        _named(
            "application", "t.*", "t.id", own=("id", "applications"), person=("person_id", "people"),
            opportunity=("opportunity_id", "opportunities"), slot=("slot_id", "slots"),
        ), _application,
    ),
}  # fmt: skip


async def export(runtime: Runtime, kind: str, to: TextIO, *, source: str, form: str) -> int:
    """Write all rows of a kind; how many. They are as of one moment, and read as they are written."""
    return await runtime.read(_written, kind, to, source, form, caller=Caller.system(runtime.service.name))


async def _written(uow: Uow, kind: str, to: TextIO, source: str, form: str) -> int:
    one, count, sheet = EXPORTS[kind], 0, csv.writer(to, lineterminator="\n")
    async for record in uow.link.driver.cursor(one.query, source, prefetch=AHEAD):
        row = one.shape(record)
        if form == "csv":
            flat = fields_of(row)
            if not count:
                sheet.writerow(flat)
            sheet.writerow([cell(value) for value in flat.values()])
        else:
            to.write(orjson.dumps(row, default=_text).decode() + "\n")
        count += 1
    return count


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        return orjson.dumps(value, default=_text).decode()
    if isinstance(value, date):
        return _text(value)
    return safe_cell(str(value).lower() if isinstance(value, bool) else str(value))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
