"""The statements of the boards' rows (see statements.py)."""
# ruff: noqa: S608

from collections.abc import Mapping

from sqlmodel import SQLModel

from services.journeys.handlers.statements import given, keep_statement, still
from services.journeys.model import Asking, BothSides, CaseClock, PulseResult, StandardsBook

ASKED = ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
SIDE = ("invitation_id", "at", "nps", "ces")


def _newest(side: str) -> str:
    """A side's columns are those of its newest answer; two customers' answers come from two partitions, at one time."""
    mark = f"({{}}.{side}_at, {{}}.{side}_invitation_id)"
    newer = f"{mark.format('excluded', 'excluded')} > {mark.format('old', 'old')}"
    which = f"excluded.{side}_at IS NOT NULL AND (old.{side}_at IS NULL OR {newer})"
    names = (f"{side}_{name}" for name in SIDE)
    return ", ".join(f"{name} = CASE WHEN {which} THEN excluded.{name} ELSE old.{name} END" for name in names)


BOTH = f"""
INSERT INTO both_sides AS old SELECT * FROM {given(BothSides)} ORDER BY application_id
ON CONFLICT (application_id) DO UPDATE SET {_newest("ep")}, {_newest("enabler")},
    {", ".join(f"{name} = coalesce(old.{name}, excluded.{name})" for name in ASKED)}
"""
KEEP_BOARDS: Mapping[type[SQLModel], str] = {
    Asking: keep_statement(Asking, **still("asked_at", "answered_at")),
    BothSides: BOTH,
    CaseClock: keep_statement(CaseClock, **still("opened_at", "acknowledge_by")),
    PulseResult: keep_statement(PulseResult),
    StandardsBook: keep_statement(StandardsBook),
}
