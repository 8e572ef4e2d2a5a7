"""Why a room says no, of what the pages' forms can meet: a module a room."""

from services.journeys.console.heard.refusals import (
    applications,
    everywhere,
    journeys,
    notifications,
    scoring,
    surveys,
)

_ALL = (everywhere, applications, surveys, notifications, scoring, journeys)
REFUSALS = tuple(one for room in _ALL for one in room.SAID)
REFUSALS_TOO = tuple(one for room in (everywhere, applications, scoring) for one in room.SAID_BY)
