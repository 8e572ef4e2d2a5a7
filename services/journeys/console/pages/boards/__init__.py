"""The boards: standards, calendar, cases, what waits, both sides, the service-profit chain, scorecards, simulation."""

from services.journeys.console.pages.boards import (
    calendar,
    case,
    cases,
    chain,
    dual,
    inbox,
    letters,
    plan_runs,
    plans,
    reporting,
    scorecards,
    simulation,
    standards,
)

ROUTERS = (
    standards.router,
    calendar.router,
    cases.router,
    reporting.router,
    case.router,
    inbox.router,
    dual.router,
    chain.router,
    scorecards.router,
    simulation.router,
    plan_runs.router,
    plans.router,
    letters.router,
)
